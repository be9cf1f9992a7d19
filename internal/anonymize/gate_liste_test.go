package anonymize

import (
	"testing"

	"flussi/internal/flusso"
)

// TestListeSelettive: of every class at every level and kind of flow, only
// those to which the matrix gives the category get the dataset, at level totale
// of PS_PSA_SINA; an override takes it from them, and the named rows that they
// may see anyway stay.
func TestListeSelettive(t *testing.T) {
	closed := override(t, base+"cells: {gdf: {liste_selettive: {level: nessuno, provenance: assumed, source: s}}}\n")
	for _, class := range Classes {
		r := Recipient{Name: "r", Class: class, Agreement: agreement}
		switch class {
		case Regione:
			r.Territory.Regione = "ITI4"
		case Comune:
			r.Territory.Comune = "H501"
		case Ente:
			r.Ente = "H501"
		}
		for level := Aggregato; level <= Totale; level++ {
			for _, tipo := range flusso.Tipi {
				req := request(r, tipo, level)
				req.Dataset = DatasetListe
				_, err := DefaultMatrix().Open(req, nil)
				switch {
				case level != Totale || tipo != flusso.PSPSASINA:
					denied(t, class.String(), err, reasonDataset)
				case class == INPS || class == GdF:
					if err != nil {
						t.Errorf("%s: %v", class, err)
					}
				case class == AdE:
					denied(t, class.String(), err, reasonListe)
				default:
					denied(t, class.String(), err, reasonMatrix)
				}
			}
		}
	}
	req := request(Recipient{Name: "gdf", Class: GdF, Agreement: agreement}, flusso.PSPSASINA, Totale)
	if _, err := closed.Open(req, nil); err != nil {
		t.Errorf("prestazioni without liste selettive: %v", err)
	}
	req.Dataset = DatasetListe
	_, err := closed.Open(req, nil)
	denied(t, "gdf, closed", err, reasonListe)
	// What leaves is what the files hold, each named.
	o := disclose(t, req, 10, psFlow("H501", person{cf: fiscal(1), benefits: []benefit{{}}}))
	if o.count(map[string]string{"CodiceFiscale": fiscal(1)}) != 1 {
		t.Errorf("%v", o.rows)
	}
}
