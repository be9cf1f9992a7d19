package dataset

import (
	"time"

	"flussi/internal/anonymize"
)

const catalogName = "catalogo.jsonld"

// Listing is what only who publishes a dataset can say of it to a catalogue of open
// data: the licence's URI, and where the dataset is found.
type Listing struct{ Licence, AccessURL string }

// catalogOf describes a dataset that is made public for a catalogue that reads
// DCAT-AP_IT. It has every property that is compulsory there, or there is none: nil
// without a licence and an address, of a holder without an IPA code, for any level but
// tables, and for a release whose id does not begin with its day, which is the day of
// its last change.
// Source: Profilo nazionale dei metadati DCAT-AP_IT 1.0 and Linee guida per i cataloghi
// dati (AgID).
func catalogOf(m *Manifest, holder Holder, listing Listing) ([]byte, error) {
	day := m.Release[:min(len(m.Release), len(time.DateOnly))]
	if _, err := time.Parse(time.DateOnly, day); err != nil || m.Level != anonymize.Aggregato.String() ||
		holder.Denominazione == "" || holder.IPA == "" || listing.Licence == "" || listing.AccessURL == "" {
		return nil, nil
	}
	const eu = "http://publications.europa.eu/resource/authority/"
	id := func(s string) map[string]any { return map[string]any{"@id": s} }
	said := func(t text) []any {
		return []any{map[string]any{"@language": "it", "@value": t.It}, map[string]any{"@language": "en", "@value": t.En}}
	}
	modified := map[string]any{"@type": "xsd:date", "@value": day}
	description := text(textCatalogDescription)
	for _, n := range m.Notes {
		description.It += " " + n.It + "."
		description.En += " " + n.En + "."
	}
	name := m.Recipient + "-" + m.Dataset // of a holder's datasets
	title := text{It: "Prestazioni sociali: " + name, En: "Social benefits: " + name}
	var bytes int64
	for _, f := range m.parts() {
		bytes += f.Bytes
	}
	return indented(map[string]any{
		"@context": map[string]any{
			"@base": listing.AccessURL,
			"dcat":  "http://www.w3.org/ns/dcat#", "dct": "http://purl.org/dc/terms/", "foaf": "http://xmlns.com/foaf/0.1/",
			"owl": "http://www.w3.org/2002/07/owl#", "xsd": "http://www.w3.org/2001/XMLSchema#", "dcatapit": "http://dati.gov.it/onto/dcatapit#",
		},
		"@graph": []any{
			map[string]any{"@id": "#ente", "@type": []any{"dcatapit:Agent", "foaf:Agent"}, "dct:identifier": holder.IPA, "foaf:name": holder.Denominazione},
			map[string]any{
				"@id": "#catalogo", "@type": []any{"dcatapit:Catalog", "dcat:Catalog"}, "dct:title": said(title), "dct:description": said(description),
				"dct:publisher": id("#ente"), "dct:modified": modified, "dct:language": id(eu + "language/ITA"),
				"dcat:themeTaxonomy": id(eu + "data-theme"), "dcat:dataset": []any{id("#" + name)},
			},
			map[string]any{
				"@id": "#" + name, "@type": []any{"dcatapit:Dataset", "dcat:Dataset"},
				"dct:identifier": holder.IPA + ":" + name, "dct:title": said(title), "dct:description": said(description),
				"dct:modified": modified, "dcat:theme": id(eu + "data-theme/SOCI"), "dct:accrualPeriodicity": id(eu + "frequency/IRREG"),
				"dct:rightsHolder": id("#ente"), "dct:publisher": id("#ente"), "dct:creator": id("#ente"),
				"dct:language": id(eu + "language/ITA"), "owl:versionInfo": m.Release, "dcat:distribution": []any{id("#" + name + "-parquet")},
			},
			map[string]any{
				"@id": "#" + name + "-parquet", "@type": []any{"dcatapit:Distribution", "dcat:Distribution"}, "dct:title": said(text{It: "Parquet", En: "Parquet"}),
				"dct:format": id(eu + "file-type/PARQUET"), "dcat:accessURL": id(listing.AccessURL), "dct:license": id(listing.Licence), "dct:modified": modified,
				"dcat:byteSize": map[string]any{"@type": "xsd:decimal", "@value": bytes},
			},
			licenceOf(listing.Licence),
		},
	})
}

// knownLicences are what the guidelines say of licences: kind (ADMS), name, version.
var knownLicences = map[string][3]string{
	"http://creativecommons.org/publicdomain/zero/1.0/": {"PublicDomain", "CC0", "1.0"},
	"http://creativecommons.org/licenses/by/4.0/":       {"Attribution", "CC BY", "4.0"},
	"http://creativecommons.org/licenses/by-sa/4.0/":    {"ViralEffect-ShareAlike", "CC BY-SA", "4.0"},
	"http://www.dati.gov.it/iodl/2.0/":                  {"Attribution", "IODL", "2.0"},
}

// licenceOf describes a licence; of one that is not known, by its address alone.
func licenceOf(uri string) map[string]any {
	node := map[string]any{"@id": uri, "@type": []any{"dcatapit:LicenseDocument", "dct:LicenseDocument"}}
	if known, ok := knownLicences[uri]; ok {
		node["dct:type"], node["foaf:name"], node["owl:versionInfo"] = map[string]any{"@id": "http://purl.org/adms/licencetype/" + known[0]}, known[1], known[2]
	}
	return node
}
