package schema

import "flussi/internal/flusso"

// What a layout file is told of its faults.
var (
	textLayoutFaults      = flusso.Text{It: "il file di layout ha degli errori", En: "the layout file has faults"}
	hintLayoutFaults      = flusso.Text{It: "correggere le righe indicate", En: "mend the lines shown"}
	textLayoutYAML        = flusso.Text{It: "il file non è YAML, o non contiene una sola tabella di chiavi", En: "the file is not YAML, or not one table of keys"}
	hintLayoutYAML        = flusso.Text{It: "partire da schedules/layouts/ritorno-inps.yaml", En: "start from schedules/layouts/ritorno-inps.yaml"}
	textLayoutLong        = flusso.Text{It: "il file di layout supera un mebibyte", En: "the layout file is over one mebibyte"}
	hintLayoutLong        = flusso.Text{It: "controllare che sia un layout e non i dati", En: "see that it is a layout and not the data"}
	textLayoutKey         = flusso.Text{It: "chiave sconosciuta", En: "unknown key"}
	hintLayoutKeys        = flusso.Text{It: "le chiavi sono version, name, description, flow, delimiter, quote, widths, encoding, header, decimal, dates, list_separator, columns, codes, ignore, constants, sheet, join", En: "the keys are version, name, description, flow, delimiter, quote, widths, encoding, header, decimal, dates, list_separator, columns, codes, ignore, constants, sheet, join"}
	textLayoutVersion     = flusso.Text{It: "versione di layout sconosciuta", En: "unknown layout version"}
	hintLayoutVersion     = flusso.Text{It: "scrivere version: 1", En: "write version: 1"}
	textLayoutName        = flusso.Text{It: "il nome è vuoto", En: "the name is empty"}
	hintLayoutName        = flusso.Text{It: "dare un nome al layout", En: "give the layout a name"}
	textLayoutText        = flusso.Text{It: "qui serve un testo", En: "a text is wanted here"}
	hintLayoutText        = flusso.Text{It: "scrivere il valore tra virgolette", En: "write the value in quotes"}
	textLayoutBool        = flusso.Text{It: "qui serve true o false", En: "true or false is wanted here"}
	hintLayoutBool        = flusso.Text{It: "header: true se la prima riga nomina le colonne", En: "header: true if the first row names the columns"}
	textLayoutMapping     = flusso.Text{It: "qui serve una tabella di chiavi e valori", En: "a table of keys and values is wanted here"}
	hintLayoutMapping     = flusso.Text{It: "scrivere chiave: valore, una per riga", En: "write key: value, one a line"}
	textLayoutList        = flusso.Text{It: "qui serve un elenco", En: "a list is wanted here"}
	hintLayoutList        = flusso.Text{It: "scrivere ignore: [Colonna1, Colonna2]", En: "write ignore: [Column1, Column2]"}
	textLayoutWord        = flusso.Text{It: "valore non ammesso", En: "value not allowed"}
	textLayoutMark        = flusso.Text{It: "qui serve un carattere solo, che non sia lettera o cifra", En: "one character is wanted here, no letter and no digit"}
	hintLayoutMark        = flusso.Text{It: `per esempio ";" "," "|" o "\t"`, En: `for example ";" "," "|" or "\t"`}
	textLayoutMarks       = flusso.Text{It: "delimiter, quote e list_separator devono essere diversi", En: "delimiter, quote and list_separator must differ"}
	hintLayoutMarks       = flusso.Text{It: "scegliere caratteri diversi", En: "choose different characters"}
	textLayoutFixed       = flusso.Text{It: "con widths non ci sono né delimiter né quote", En: "with widths there is neither delimiter nor quote"}
	hintLayoutFixed       = flusso.Text{It: "lasciare l'uno o gli altri", En: "leave out the one or the others"}
	textLayoutWidth       = flusso.Text{It: "non è una larghezza", En: "it is no width"}
	textLayoutWidths      = flusso.Text{It: "widths non ha una larghezza per ogni colonna di columns e ignore", En: "widths has not one width for each column of columns and ignore"}
	hintLayoutWidths      = flusso.Text{It: "scrivere le larghezze in caratteri, nell'ordine del file: widths: [16, 4, 1]", En: "write the widths in characters, in the file's order: widths: [16, 4, 1]"}
	textLayoutColumnName  = flusso.Text{It: "il nome della colonna è vuoto", En: "the column's name is empty"}
	hintLayoutColumnName  = flusso.Text{It: "scrivere il nome come sta nell'intestazione del file", En: "write the name as the file's header has it"}
	textLayoutColumnTwice = flusso.Text{It: "la colonna è nominata due volte", En: "the column is named twice"}
	hintLayoutColumnTwice = flusso.Text{It: "una colonna sta una volta sola, in columns o in ignore", En: "a column stands once, in columns or in ignore"}
	textLayoutNumber      = flusso.Text{It: "senza intestazione le colonne si chiamano 1, 2, 3", En: "without a header columns are called 1, 2, 3"}
	hintLayoutNumber      = flusso.Text{It: "usare il numero d'ordine della colonna", En: "use the column's ordinal number"}
	textLayoutFieldTwice  = flusso.Text{It: "due colonne portano allo stesso campo", En: "two columns map to the same field"}
	hintLayoutFieldTwice  = flusso.Text{It: "mettere una delle due in ignore", En: "put one of them in ignore"}
	textLayoutNoField     = flusso.Text{It: "campo sconosciuto", En: "unknown field"}
	hintLayoutField       = flusso.Text{It: "i campi sono quelli dello schema PS_PSA_SINA, e CodicePersona", En: "the fields are those of the PS_PSA_SINA schema, and CodicePersona"}
	textLayoutNoFlowField = flusso.Text{It: "il flusso non ha questo campo", En: "the flow has no such field"}
	hintLayoutFlowField   = flusso.Text{It: "i campi sono i nomi delle colonne che scrive flussi convert flusso.xml flusso.csv (docs/csv.md)", En: "the fields are the names of the columns that flussi convert flow.xml flow.csv writes (docs/csv.md)"}
	textLayoutConstants   = flusso.Text{It: "un flusso di ritorno non ha valori costanti", En: "a return flow has no constant values"}
	hintLayoutConstants   = flusso.Text{It: "togliere constants, o scrivere flow: PS_PSA_SINA o SINBA", En: "leave constants out, or write flow: PS_PSA_SINA or SINBA"}

	textLayoutOpenColumn   = flusso.Text{It: "da decidere: che campo è questa colonna", En: "to decide: which field this column is"}
	hintLayoutOpenColumn   = flusso.Text{It: `al posto di "?" scrivere il campo, oppure "-" per lasciare fuori la colonna`, En: `write the field in the place of "?", or "-" to leave the column out`}
	textLayoutOpenCode     = flusso.Text{It: "da decidere: che codice è questo valore", En: "to decide: which code this value is"}
	textLayoutOpenConstant = flusso.Text{It: "da decidere: nessuna colonna ha questo campo", En: "to decide: no column has this field"}
	hintLayoutOpenConstant = flusso.Text{It: `al posto di "?" scrivere il valore, lo stesso per tutte le righe, oppure togliere la riga`, En: `write the value in the place of "?", the same for all rows, or take the line out`}
	textLayoutYear         = flusso.Text{It: "year: true è solo per i campi che sono un anno, non di un flusso di ritorno", En: "year: true is only for fields that are a year, not of a return flow"}
	hintLayoutYear         = flusso.Text{It: `per esempio "Data di nascita": {field: AnnoNascita, year: true}`, En: `for example "Data di nascita": {field: AnnoNascita, year: true}`}
	hintLayoutTarget       = flusso.Text{It: "le chiavi sono field e year (true o false)", En: "the keys are field and year (true or false)"}
	textLayoutSheet        = flusso.Text{It: "il nome del foglio è vuoto", En: "the sheet's name is empty"}
	hintLayoutSheet        = flusso.Text{It: "scrivere il nome come sta sulla linguetta del foglio", En: "write the name as the sheet's tab has it"}
	textLayoutJoinRitorno  = flusso.Text{It: "un flusso di ritorno non unisce fogli", En: "a return flow joins no sheets"}
	hintLayoutJoinRitorno  = flusso.Text{It: "togliere join, o scrivere flow: PS_PSA_SINA o SINBA", En: "leave join out, or write flow: PS_PSA_SINA or SINBA"}
	textLayoutJoinList     = flusso.Text{It: "qui serve un elenco di fogli", En: "a list of sheets is wanted here"}
	hintLayoutJoin         = flusso.Text{It: "ogni foglio ha sheet, on (colonna del foglio principale: colonna di questo), columns, e se serve codes e ignore", En: "each sheet has sheet, on (column of the main sheet: column of this one), columns, and codes and ignore where needed"}
	textLayoutJoinTwice    = flusso.Text{It: "il foglio è unito due volte", En: "the sheet is joined twice"}
	textLayoutJoinHeader   = flusso.Text{It: "fogli senza riga di nomi non si uniscono", En: "sheets without a row of names are not joined"}

	textLayoutWithheld    = flusso.Text{It: "un flusso di ritorno non porta codici fiscali né nomi", En: "a return flow carries neither fiscal codes nor names"}
	hintLayoutWithheld    = flusso.Text{It: "se il file li contiene non è anonimo e non va usato; il codice dell'INPS va in CodicePersona", En: "a file that holds them is not anonymous and must not be used; INPS's own code goes to CodicePersona"}
	textLayoutCodesColumn = flusso.Text{It: "la colonna non è in columns", En: "the column is not in columns"}
	hintLayoutCodesColumn = flusso.Text{It: "codes traduce i valori delle colonne di columns", En: "codes translates values of the columns in columns"}
	textLayoutCode        = flusso.Text{It: "il codice non è ammesso per questo campo", En: "the code is not allowed for this field"}
	hintLayoutCode        = flusso.Text{It: "scrivere uno dei codici dello schema, tra virgolette", En: "write one of the schema's codes, in quotes"}
)
