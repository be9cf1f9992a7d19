package anonymize

import "flussi/internal/flusso"

// Faults of a spec.
var (
	textSpecDelimiter        = flusso.Text{It: "il separatore è un solo carattere, non le virgolette", En: "the delimiter is one character, and no quote"}
	textSpecShare            = flusso.Text{It: "qui va un numero fra 0 e 1", En: "a number between 0 and 1 goes here"}
	textSpecMethod           = flusso.Text{It: "il metodo è global o local", En: "the method is global or local"}
	textSpecK                = flusso.Text{It: "manca k, il minimo di righe (o persone) in una classe", En: "k is missing, the least rows (or persons) in a class"}
	textSpecName             = flusso.Text{It: "la colonna non ha nome, o ce n'è già una con questo", En: "the column has no name, or there is one of that name already"}
	textSpecRole             = flusso.Text{It: "il ruolo è quasi, sensitive, measure, code, keep, person o drop", En: "the role is quasi, sensitive, measure, code, keep, person or drop"}
	textSpecNotHere          = flusso.Text{It: "questa voce non vale per il ruolo della colonna", En: "this key is not for the column's role"}
	textSpecOneModel         = flusso.Text{It: "una colonna ha un solo modello, l o t", En: "a column has one model, l or t"}
	textSpecRecursive        = flusso.Text{It: "recursive vuole due numeri: [c, l]", En: "recursive takes two numbers: [c, l]"}
	textSpecPositive         = flusso.Text{It: "il numero è troppo piccolo, o non è un numero", En: "the number is too small, or none"}
	textSpecNumber           = flusso.Text{It: "qui va un numero", En: "a number goes here"}
	textSpecAscending        = flusso.Text{It: "i limiti delle fasce devono crescere", En: "the bounds of bands must ascend"}
	textSpecCoarser          = flusso.Text{It: "ogni livello di fasce deve avere meno limiti di quello prima, tutti fra i suoi", En: "each level of bands must have fewer bounds than the one before, all of them among its own"}
	textSpecBandsOrHierarchy = flusso.Text{It: "o fasce o una gerarchia, non entrambe", En: "either bands or a hierarchy, not both"}
	textSpecNeedsHierarchy   = flusso.Text{It: "hierarchical vuole una gerarchia", En: "hierarchical needs a hierarchy"}
	textSpecFileHint         = flusso.Text{It: "indicare con --spec un file YAML: flussi anonymize --help ne mostra uno", En: "give a YAML file with --spec: flussi anonymize --help shows one"}
	textSpecNoNamed          = flusso.Text{It: "gerarchia siuss: sconosciuta, o senza anno; flussi scheme hierarchy le elenca", En: "unknown siuss: hierarchy, or one without its year; flussi scheme hierarchy lists them"}
	textSpecNoFile           = flusso.Text{It: "il file non si può leggere", En: "the file cannot be read"}
)
