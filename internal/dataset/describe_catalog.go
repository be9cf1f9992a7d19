package dataset

import (
	"time"

	"flussi/internal/anonymize"
)

const catalogName = "catalogo.jsonld"

// catalogOf describes a dataset that may be published for a catalogue that reads
// DCAT-AP_IT; nil for any other level, for where nobody is known to hold the
// rights, and for a release whose id does not begin with its day, which is the
// day of its last change.
//
// It says what is certain. The licence and the address are for whoever publishes
// to choose; the file's own folder stands in the address's place.
// Source: Profilo nazionale dei metadati DCAT-AP_IT 1.0 (AgID).
func catalogOf(m *Manifest, holder Holder) ([]byte, error) {
	day := m.Release[:min(len(m.Release), len(time.DateOnly))]
	if _, err := time.Parse(time.DateOnly, day); err != nil || m.Level != anonymize.Aggregato.String() || holder.Denominazione == "" {
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
	title := text{It: m.Dataset + ": prestazioni sociali", En: m.Dataset + ": social benefits"}
	dataset := map[string]any{
		"@id": "#dataset", "@type": []any{"dcatapit:Dataset", "dcat:Dataset"},
		"dct:identifier": holder.Codice + "-" + m.Dataset, "dct:title": said(title), "dct:description": said(description),
		"dct:modified": modified, "dcat:theme": id(eu + "data-theme/SOCI"), "dct:accrualPeriodicity": id(eu + "frequency/IRREG"),
		"dct:rightsHolder": id("#ente"), "dct:publisher": id("#ente"), "dct:creator": id("#ente"),
		"dct:language": id(eu + "language/ITA"), "owl:versionInfo": m.Release, "dcat:distribution": []any{id("#parquet")},
	}
	var bytes int64
	for _, f := range m.parts() {
		bytes += f.Bytes
	}
	return indented(map[string]any{
		"@context": map[string]any{
			"dcat": "http://www.w3.org/ns/dcat#", "dct": "http://purl.org/dc/terms/", "foaf": "http://xmlns.com/foaf/0.1/",
			"owl": "http://www.w3.org/2002/07/owl#", "xsd": "http://www.w3.org/2001/XMLSchema#", "dcatapit": "http://dati.gov.it/onto/dcatapit#",
		},
		"@graph": []any{
			map[string]any{"@id": "#ente", "@type": []any{"dcatapit:Agent", "foaf:Agent"}, "dct:identifier": holder.Codice, "foaf:name": holder.Denominazione},
			map[string]any{
				"@id": "#catalogo", "@type": []any{"dcatapit:Catalog", "dcat:Catalog"}, "dct:title": said(title), "dct:description": said(description),
				"dct:publisher": id("#ente"), "dct:modified": modified, "dct:language": id(eu + "language/ITA"),
				"dcat:themeTaxonomy": id(eu + "data-theme"), "dcat:dataset": []any{id("#dataset")},
			},
			dataset,
			map[string]any{
				"@id": "#parquet", "@type": []any{"dcatapit:Distribution", "dcat:Distribution"}, "dct:title": said(text{It: "Parquet", En: "Parquet"}),
				"dct:format": id(eu + "file-type/PARQUET"), "dcat:accessURL": id("./"), "dct:modified": modified,
				"dcat:byteSize": map[string]any{"@type": "xsd:decimal", "@value": bytes},
			},
		},
	})
}
