package anonymize

import (
	"fmt"

	"flussi/internal/flusso"
)

// What a file of cubes means, and what can be wrong with it.
var (
	docCubes          = flusso.Text{It: "tavole di un dataset aggregato (docs/tabelle.md)", En: "tables of an aggregato dataset (docs/tables.md)"}
	docCubeRules      = flusso.Text{It: "che cosa non si può sapere di un importo; se manca: solo uniform", En: "what may not be known of an amount; default: uniform alone"}
	docCubeMeasures   = flusso.Text{It: "che cosa contano tutte le tavole; se manca: prestazioni, persone e importo_annuo (con noise o da SINBA: senza importo)", En: "what all the tables count; default: prestazioni, persone and importo_annuo (with noise or of SINBA: without the amount)"}
	docCubeNoise      = flusso.Text{It: "rumore al posto della soppressione: ogni conteggio cambia di poco, sempre allo stesso modo, e i totali non sono più le somme", En: "noise in the place of suppression: each count changes a little, always alike, and totals are no longer sums"}
	docCubeList       = flusso.Text{It: "le tavole: quelle di un file si proteggono insieme", En: "the tables: those of one file are protected together"}
	docDominance      = flusso.Text{It: "\"n,percento\": n persone non hanno insieme più di quella parte dell'importo", En: "\"n,percent\": no n persons together have more than that part of the amount"}
	docPercent        = flusso.Text{It: "nessuno stima l'importo di un altro entro questo percento (regola p%)", En: "nobody can estimate another's amount to within this percentage (the p% rule)"}
	docUniform        = flusso.Text{It: "si sopprime l'importo che tutti hanno uguale; false dove è di legge; se manca: true", En: "an amount that all share is suppressed; false where it is set by law; default: true"}
	docNoiseBound     = flusso.Text{It: "di quanto cambia al più un conteggio", En: "by how much a count changes at most"}
	docCubeName       = flusso.Text{It: "nome della tavola", En: "the table's name"}
	docCubeDimensions = flusso.Text{It: "per che cosa si conta; comune e provincia, prestazione e sezione sono due livelli di una dimensione", En: "by what it counts; comune and provincia, prestazione and sezione are two levels of one dimension"}

	textCubeTwice    = flusso.Text{It: "due tavole con lo stesso nome", En: "two tables of one name"}
	hintCubeTwice    = flusso.Text{It: "dare a ciascuna il suo", En: "give each its own"}
	textLevelTwice   = flusso.Text{It: "la dimensione compare due volte", En: "the dimension is there twice"}
	hintLevelTwice   = flusso.Text{It: "toglierne una", En: "remove one"}
	textBadDominance = flusso.Text{It: "non è una regola di dominanza", En: "not a dominance rule"}
	hintBadDominance = flusso.Text{It: "scrivere \"n,percento\", con n da 1 a 3, come \"1,75\"", En: "write \"n,percent\", n from 1 to 3, such as \"1,75\""}
	textNoiseCounts  = flusso.Text{It: "il rumore protegge i conteggi, non importi e minuti", En: "noise protects counts, not amounts and minutes"}
	hintNoiseCounts  = flusso.Text{It: "lasciare prestazioni e persone, o togliere noise", En: "leave prestazioni and persone, or take noise out"}
	textNoiseRules   = flusso.Text{It: "con il rumore non si sopprime, e le regole non servono", En: "with noise nothing is suppressed, and rules are of no use"}
	hintNoiseRules   = flusso.Text{It: "togliere rules, o noise", En: "take rules out, or noise"}
)

// textNoise says what noise does to figures.
func textNoise(bound int) flusso.Text {
	return flusso.Text{
		It: fmt.Sprintf("conteggi con rumore: ciascuno differisce dal vero al più di %d, sempre allo stesso modo per le stesse persone, zero resta zero; i totali non sono la somma delle parti: usare il totale pubblicato, non la somma", bound),
		En: fmt.Sprintf("counts with noise: each differs from the true one by at most %d, always alike for the same persons, zero stays zero; totals are not the sums of their parts: use the total published, not the sum", bound),
	}
}

// textNoMeasure says of a measure that a kind of flow has nothing to count it by: of
// SINBA, which has no other.
func textNoMeasure(m cubeMeasure) flusso.Text {
	return flusso.Text{
		It: fmt.Sprintf("il flusso SINBA non ha di che contare %s: né importi né ore", m),
		En: fmt.Sprintf("a SINBA flow has nothing to count %s by: neither amounts nor hours", m),
	}
}

func hintNoMeasure(m cubeMeasure) flusso.Text {
	return flusso.Text{
		It: fmt.Sprintf("togliere %s da measures (restano prestazioni e persone), o dare a quadro-sinba un file di tavole suo", m),
		En: fmt.Sprintf("take %s out of measures (prestazioni and persone remain), or give quadro-sinba a file of tables of its own", m),
	}
}
