package schema

import "flussi/internal/flusso"

// ritornoRule indexes ritornoRules.
type ritornoRule uint16

const (
	ritEmpty ritornoRule = iota
	ritColumnUnknown
	ritColumnMissing
	ritColumnTwice
	ritIdentified
	ritEncoding
	ritUnclosed
	ritShape
	ritQuote
	ritNUL
	ritTooLong
	ritRequired
	ritDate
	ritDecimal
	ritInt
	ritCode
	ritLength
	numRitornoRules
)

const layoutSource = "file di layout del ritorno; nessuna fonte pubblica documenta il tracciato"

// ritornoRules say what is asked of the form of a return flow. The first seven
// refuse the file; the others reject a row.
var ritornoRules = [numRitornoRules]Rule{
	ritEmpty: ritRule("RIT-001", "ritorno",
		"il file è vuoto o non ha l'intestazione che il layout annuncia", "the file is empty, or has not the header that the layout announces",
		"scaricare di nuovo il file", "fetch the file again"),
	ritColumnUnknown: ritRule("RIT-002", "intestazione",
		"il file ha una colonna che il layout non traduce e non ignora", "the file has a column that the layout neither maps nor ignores",
		"aggiungere la colonna a columns, o a ignore dopo aver visto che cosa contiene", "add the column to columns, or to ignore once you have seen what it holds"),
	ritColumnMissing: ritRule("RIT-003", "intestazione",
		"al file manca una colonna del layout", "the file lacks a column of the layout",
		"controllare che il layout sia quello di questo flusso", "check that the layout is this flow's"),
	ritColumnTwice: ritRule("RIT-004", "intestazione",
		"due colonne del file hanno lo stesso nome", "two columns of the file have the same name",
		"chiedere all'INPS un file con nomi distinti", "ask INPS for a file with distinct names"),
	ritIdentified: ritRule("RIT-005", "ogni colonna",
		"una colonna contiene codici fiscali: il file non è anonimo", "a column holds fiscal codes: the file is not anonymous",
		"non usare il file; avvisare l'INPS e il responsabile della protezione dei dati", "do not use the file; tell INPS and the data protection officer"),
	ritEncoding: ritRule("RIT-006", "file",
		"il file non ha la codifica di caratteri del layout", "the file does not have the layout's character encoding",
		"provare encoding: windows-1252 nel layout", "try encoding: windows-1252 in the layout"),
	ritUnclosed: ritRule("RIT-007", "file",
		"il file finisce dentro un campo tra virgolette, o ha troppe virgolette mai chiuse", "the file ends within a quoted field, or has too many quotes that never close",
		"il file è troncato o ha una virgoletta di troppo: scaricarlo di nuovo", "the file is cut short or has a quote too many: fetch it again"),
	ritShape: ritRule("RIT-010", "riga",
		"la riga non ha tanti campi quante sono le colonne", "the row does not have as many fields as there are columns",
		"controllare il separatore nei campi di testo", "look for separators within text fields"),
	ritQuote: ritRule("RIT-011", "riga",
		"virgolette fuori posto nella riga", "misplaced quotes in the row",
		"un campo con virgolette va chiuso tra virgolette, raddoppiando quelle interne", "quote the whole field and double the quotes within"),
	ritNUL: ritRule("RIT-012", "riga",
		"la riga contiene byte nulli", "the row holds NUL bytes",
		"scaricare di nuovo il file", "fetch the file again"),
	ritTooLong: ritRule("RIT-013", "riga",
		"la riga è più lunga di un mebibyte", "the row is longer than one mebibyte",
		"cercare un fine riga mancante o una virgoletta di troppo", "look for a missing line end or a quote too many"),
	ritRequired: ritRule("RIT-020", "CodicePrestazione, CodicePersona",
		"manca un valore obbligatorio", "a required value is missing",
		"chiedere all'INPS il dato mancante", "ask INPS for what is missing"),
	ritDate: ritRule("RIT-021", "date e anni",
		"il valore non è una data o un anno nel formato del layout", "the value is no date or year in the layout's format",
		"correggere dates nel layout", "correct dates in the layout"),
	ritDecimal: ritRule("RIT-022", "importi e ore",
		"il valore non è un numero con il segno decimale del layout", "the value is no number with the layout's decimal mark",
		"correggere decimal nel layout; i separatori delle migliaia non sono ammessi", "correct decimal in the layout; thousands separators are not taken"),
	ritInt: ritRule("RIT-023", "PeriodoErogazione",
		"il valore non è un intero tra quelli ammessi", "the value is not an integer in the range allowed",
		"PeriodoErogazione va da 1 a 12", "PeriodoErogazione goes from 1 to 12"),
	ritCode: ritRule("RIT-024", "campi con codici",
		"il codice non è tra quelli ammessi per il campo", "the code is not among those that the field allows",
		"aggiungere la traduzione a codes nel layout", "add its translation to codes in the layout"),
	ritLength: ritRule("RIT-025", "campi di testo",
		"il testo è troppo lungo o troppo corto per il campo", "the text is too long or too short for the field",
		"controllare che la colonna sia tradotta nel campo giusto", "check that the column is mapped to the right field"),
}

func ritRule(code, field, it, en, remedyIt, remedyEn string) Rule {
	return Rule{
		Code: code, Tipi: []flusso.Tipo{flusso.Ritorno}, Field: field, Severity: SeverityError,
		Message: flusso.Text{It: it, En: en}, Remedy: flusso.Text{It: remedyIt, En: remedyEn}, Source: layoutSource,
	}
}
