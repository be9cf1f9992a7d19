package config

import (
	"maps"
	"net/url"
	"slices"
	"strings"

	"flussi/internal/config/strict"
)

// Catalogo is what a catalogue of open data has to be told of a dataset, and only who
// publishes it can say. Without it a dataset is described for no catalogue.
type Catalogo struct {
	// Licenza is the URI of the licence: of a word of Licenze, or as it is written.
	// Required.
	Licenza string
	// URL is where the dataset is found by whoever reads the catalogue: a page, or its
	// folder. Required.
	URL string
}

// Licenze are the licences that may be named by a word, with their URIs.
// Source: Linee guida per i cataloghi dati (AgID), licenza; for Creative Commons those
// of creativecommons.org.
var Licenze = map[string]string{
	"CC0-1.0":      "http://creativecommons.org/publicdomain/zero/1.0/",
	"CC-BY-4.0":    "http://creativecommons.org/licenses/by/4.0/",
	"CC-BY-SA-4.0": "http://creativecommons.org/licenses/by-sa/4.0/",
	"IODL-2.0":     "http://www.dati.gov.it/iodl/2.0/",
}

func parseLicenza(s string) (string, strict.Complaint) {
	if uri, ok := Licenze[s]; ok {
		return uri, strict.Complaint{}
	}
	if webAddress(s) {
		return s, strict.Complaint{}
	}
	return "", strict.Complaint{What: textBadLicenza, Hint: hintBadLicenza}
}

// webAddress tells whether s is an address that a reader of the catalogue can follow,
// and without secrets.
func webAddress(s string) bool {
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Hostname() != "" && u.User == nil && u.Fragment == "" && !strings.ContainsAny(s, " \"<>")
}

var catalogoType = strict.Object(docCatalogo,
	strict.Required("licenza", strict.Parsed(`^(`+strings.Join(slices.Sorted(maps.Keys(Licenze)), "|")+`|https?://[^ ]+)$`, parseLicenza), func(c *Catalogo) *string { return &c.Licenza }, docLicenza),
	strict.Required("url", strict.Parsed(`^https?://[^ ]+$`, func(s string) (string, strict.Complaint) {
		if !webAddress(s) {
			return "", strict.Complaint{What: textBadCatalogoURL, Hint: hintBadCatalogoURL}
		}
		return s, strict.Complaint{}
	}), func(c *Catalogo) *string { return &c.URL }, docCatalogoURL),
)

// ipaType: codes of the Indice dei domicili digitali delle pubbliche amministrazioni,
// such as r_lazio, c_h501, agid.
var ipaType = strict.Matching(`^[A-Za-z0-9][A-Za-z0-9_-]{0,39}$`, strict.Complaint{What: textBadIPA, Hint: hintBadIPA})
