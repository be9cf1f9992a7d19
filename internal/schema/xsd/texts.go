package xsd

import "flussi/internal/flusso"

// What changed, in words.
var (
	textNamespace     = flusso.Text{It: "spazio dei nomi", En: "namespace"}
	textOccurs        = flusso.Text{It: "quante volte può esserci", En: "how many times it may come"}
	textTypeName      = flusso.Text{It: "nome del tipo", En: "name of the type"}
	textContent       = flusso.Text{It: "testo al posto di elementi, o il contrario", En: "text in the place of elements, or the other way"}
	textNewElement    = flusso.Text{It: "elemento nuovo", En: "new element"}
	textElementGone   = flusso.Text{It: "elemento tolto", En: "element gone"}
	textOrder         = flusso.Text{It: "ordine degli elementi", En: "order of the elements"}
	textNewRequired   = flusso.Text{It: "attributo nuovo, obbligatorio", En: "new attribute, required"}
	textNewOptional   = flusso.Text{It: "attributo nuovo, facoltativo", En: "new attribute, optional"}
	textNowRequired   = flusso.Text{It: "ora obbligatorio", En: "required now"}
	textNowOptional   = flusso.Text{It: "ora facoltativo", En: "optional now"}
	textAttributeGone = flusso.Text{It: "attributo tolto", En: "attribute gone"}
	textBase          = flusso.Text{It: "tipo", En: "type"}
	textLength        = flusso.Text{It: "lunghezza in caratteri", En: "length in characters"}
	textPattern       = flusso.Text{It: "forma", En: "pattern"}
	textLeast         = flusso.Text{It: "valore minimo", En: "least value"}
	textMost          = flusso.Text{It: "valore massimo", En: "greatest value"}
	textNowCodes      = flusso.Text{It: "ora solo questi codici", En: "only these codes now"}
	textNoCodes       = flusso.Text{It: "non più solo questi codici", En: "these codes alone no more"}
	textNewCode       = flusso.Text{It: "codice nuovo", En: "new code"}
	textCodeGone      = flusso.Text{It: "codice tolto", En: "code gone"}
)

func textLabel(code string) flusso.Text {
	return flusso.Text{It: "significato del codice " + code, En: "meaning of the code " + code}
}
