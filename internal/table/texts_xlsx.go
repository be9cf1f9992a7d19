package table

import "flussi/internal/flusso"

// Texts of workbooks that are read.
var (
	textXLSXDamaged  = flusso.Text{It: "il foglio di calcolo è danneggiato o incompleto", En: "the workbook is damaged or incomplete"}
	hintXLSXDamaged  = flusso.Text{It: "apritelo con Excel o LibreOffice e salvatelo di nuovo come .xlsx", En: "open it with Excel or LibreOffice and save it anew as .xlsx"}
	textXLSXParts    = flusso.Text{It: "il foglio di calcolo ha troppe parti", En: "the workbook has too many parts"}
	textXLSXSheets   = flusso.Text{It: "il foglio di calcolo non ha fogli con celle", En: "the workbook has no sheets with cells"}
	textXLSXNone     = flusso.Text{It: "il file non è un foglio di calcolo .xlsx", En: "the file is no .xlsx workbook"}
	textXLSXODS      = flusso.Text{It: "il file è un documento di LibreOffice (.ods), non un .xlsx", En: "the file is a LibreOffice document (.ods), not an .xlsx"}
	textXLSXBinary   = flusso.Text{It: "il file è un foglio di Excel binario (.xlsb)", En: "the file is a binary workbook of Excel (.xlsb)"}
	textXLSXOld      = flusso.Text{It: "il file è di Excel 97-2003 (.xls) o di un altro programma di allora", En: "the file is of Excel 97-2003 (.xls), or of another program of that time"}
	hintXLSXSaveAs   = flusso.Text{It: "apritelo e salvatelo con File, Salva con nome, tipo «Cartella di lavoro di Excel (.xlsx)»", En: `open it and save it by File, Save as, type "Excel workbook (.xlsx)"`}
	textXLSXPassword = flusso.Text{It: "il foglio di calcolo è protetto da password", En: "the workbook is protected by a password"}
	hintXLSXPassword = flusso.Text{It: "apritelo e salvatelo senza password: File, Informazioni, Proteggi cartella di lavoro", En: "open it and save it without a password: File, Info, Protect workbook"}
	textXLSXRatio    = flusso.Text{It: "il foglio di calcolo si espande oltre ogni misura plausibile", En: "the workbook unpacks beyond any plausible size"}
	textXLSXDTD      = flusso.Text{It: "il foglio di calcolo contiene una definizione di tipo (DTD), che nessun programma d'ufficio scrive", En: "the workbook has a document type (DTD), which no office program writes"}
	textXLSXStrings  = flusso.Text{It: "il foglio di calcolo ha troppi testi diversi per la memoria", En: "the workbook has more different texts than memory is meant for"}
	hintXLSXStrings  = flusso.Text{It: "dividetelo in due file, o salvate il foglio come CSV UTF-8", En: "divide it into two files, or save the sheet as CSV UTF-8"}
	textXLSXLong     = flusso.Text{It: "una cella o un'etichetta supera 1 MiB", En: "a cell or tag is longer than 1 MiB"}
)
