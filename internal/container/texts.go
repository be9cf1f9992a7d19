package container

import "flussi/internal/flusso"

var (
	textTooMany   = flusso.Text{It: "l'archivio contiene troppi file", En: "the archive holds too many files"}
	hintTooMany   = flusso.Text{It: "dividete l'archivio: al massimo 10.000 file", En: "split the archive: at most 10,000 files"}
	textNoFlow    = flusso.Text{It: "l'archivio non contiene alcun flusso", En: "the archive holds no flow"}
	hintNoFlow    = flusso.Text{It: "mettete nell'archivio almeno un file", En: "put at least one file into the archive"}
	textWorkbook  = flusso.Text{It: "il file è un foglio Excel o un documento di Office", En: "the file is an Excel workbook or an Office document"}
	hintWorkbook  = flusso.Text{It: "qui si leggono XML e, per il flusso di ritorno, CSV: salvate il foglio come CSV", En: "what is read here is XML and, for a return flow, CSV: save the sheet as CSV"}
	textEncrypted = flusso.Text{It: "l'archivio è protetto da password", En: "the archive is protected by a password"}
	hintEncrypted = flusso.Text{It: "mandate il flusso senza password: il canale è già cifrato", En: "send the flow without a password: the channel is encrypted already"}
	textDamaged   = flusso.Text{It: "l'archivio è danneggiato o incompleto", En: "the archive is damaged or incomplete"}
	hintDamaged   = flusso.Text{It: "rigenerate l'archivio e rimandatelo", En: "make the archive anew and send it again"}
	textRatio     = flusso.Text{It: "l'archivio si espande oltre ogni misura plausibile", En: "the archive unpacks beyond any plausible size"}
	hintRatio     = flusso.Text{It: "mandate il flusso non compresso", En: "send the flow uncompressed"}
)
