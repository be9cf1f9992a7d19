package desk

import (
	"fmt"

	"flussi/internal/flusso"
)

var (
	textNoPort      = flusso.Text{It: "la pagina non si può aprire su questo computer", En: "the page cannot be opened on this computer"}
	hintNoPort      = flusso.Text{It: "il sistema non dà una porta su 127.0.0.1: chiudi altri programmi o riavvia", En: "the system gives no port on 127.0.0.1: close other programs or restart"}
	textNoBrowser   = flusso.Text{It: "il browser non si è aperto", En: "the browser did not open"}
	hintNoBrowser   = flusso.Text{It: "apri tu la pagina all'indirizzo che segue, con --no-browser", En: "open the page yourself at the address that --no-browser shows"}
	textRefused     = flusso.Text{It: "Questa pagina si apre da flussi, una volta sola. Chiudi questa scheda e apri di nuovo flussi.", En: "This page is opened by flussi, once. Close this tab and open flussi again."}
	textNotFound    = flusso.Text{It: "Questa pagina non c'è.", En: "There is no such page."}
	textBroken      = flusso.Text{It: "La pagina non si può mostrare.", En: "The page cannot be shown."}
	textGone        = flusso.Text{It: "Questo file non c'è più.", En: "This file is no longer here."}
	hintGone        = flusso.Text{It: "Trascinalo di nuovo nella pagina iniziale.", En: "Drop it again on the first page."}
	textNoFile      = flusso.Text{It: "Non è stato scelto alcun file.", En: "No file was chosen."}
	hintNoFile      = flusso.Text{It: "Scegli un file, o trascinalo nel riquadro.", En: "Choose a file, or drop it into the box."}
	textNotReceived = flusso.Text{It: "Il file non è arrivato intero.", En: "The file did not come whole."}
	hintNotReceived = flusso.Text{It: "Se è su una chiavetta o in rete, copialo sul computer; poi trascinalo di nuovo.", En: "If it is on a stick or a network, copy it to the computer; then drop it again."}
	textDiskFull    = flusso.Text{It: "Il disco di questo computer è pieno.", En: "This computer's disk is full."}
	hintDiskFull    = flusso.Text{It: "Libera spazio e trascina di nuovo il file: è rimasto com'era.", En: "Make room and drop the file again: it is as it was."}
	textNotRead     = flusso.Text{It: "Il file non si è potuto leggere fino in fondo.", En: "The file could not be read to its end."}
	textNoMemory    = flusso.Text{It: "La memoria di un Ente non si legge.", En: "The memory of an Ente cannot be read."}
	textNotDone     = flusso.Text{It: "Non è stato fatto.", En: "It was not done."}
	textNoSentFile  = flusso.Text{It: "Il file che è stato inviato non è più dove flussi lo ha messo.", En: "The file that was sent is no longer where flussi put it."}
	hintNoSentFile  = flusso.Text{It: "Rimettilo nella cartella dei file da inviare, con il suo nome.", En: "Put it back into the folder of files to send, under its name."}
	hintNoOutcomes  = flusso.Text{It: "Scegli il file degli esiti: il JSON che l'INPS manda.", En: "Choose the file of outcomes: the JSON that INPS sends."}
	textNoRepair    = flusso.Text{It: "Nessuna riparazione è stata scelta.", En: "No repair was chosen."}
	hintNoRepair    = flusso.Text{It: "Torna alla pagina del file e scegline una.", En: "Go back to the file's page and choose one."}
	textNotSaved    = flusso.Text{It: "Il flusso non rispetta lo schema dell'INPS: salvandolo se ne perderebbero parti.", En: "The flow does not keep INPS's schema: saving it would lose parts of it."}
	hintNotSaved    = flusso.Text{It: "Correggi prima gli errori con un codice XSD.", En: "Mend the faults with a code XSD first."}
	textNoRow       = flusso.Text{It: "Questa riga non c'è nel file.", En: "There is no such row in the file."}
)

// sizeIn says how large a file is.
func sizeIn(lang flusso.Lang, n int64) string {
	unit, scaled := "byte", float64(n)
	for _, larger := range []string{"kB", "MB", "GB"} {
		if scaled < 1000 {
			break
		}
		unit, scaled = larger, scaled/1000
	}
	if unit == "byte" {
		return fmt.Sprintf("%d byte", n)
	}
	text := fmt.Sprintf("%.1f %s", scaled, unit)
	if lang != flusso.En {
		text = decimalComma(text)
	}
	return text
}

func decimalComma(text string) string {
	b := []byte(text)
	for i, c := range b {
		if c == '.' {
			b[i] = ','
		}
	}
	return string(b)
}

// pageTexts are the fixed words of the pages.
func pageTexts(lang flusso.Lang) map[string]string {
	texts := map[string]flusso.Text{
		"title":          {It: "Controlla un flusso SIUSS", En: "Check a SIUSS flow"},
		"skip":           {It: "Vai al contenuto", En: "Skip to content"},
		"drop":           {It: "Trascina qui il file, o sceglilo", En: "Drop the file here, or choose it"},
		"forms":          {It: "XML, CSV, Excel (.xlsx), o uno ZIP che li contiene", En: "XML, CSV, Excel (.xlsx), or a ZIP that holds them"},
		"stays":          {It: "Il file non lascia questo computer. Chiudendo la pagina si cancella ciò che flussi ne ha tenuto.", En: "The file does not leave this computer. When you close the page, what flussi kept of it is erased."},
		"send":           {It: "Controlla", En: "Check"},
		"files":          {It: "File controllati in questa sessione", En: "Files checked in this session"},
		"size":           {It: "dimensione", En: "size"},
		"file":           {It: "file", En: "file"},
		"home":           {It: "Pagina iniziale", En: "First page"},
		"close":          {It: "Chiudi flussi", En: "Close flussi"},
		"closed":         {It: "flussi è chiuso", En: "flussi is closed"},
		"closedText":     {It: "Puoi chiudere questa scheda. Di ciò che hai trascinato non è rimasto nulla; i file preparati per l'invio sono dove flussi ha detto.", En: "You can close this tab. Nothing of what you dropped stays; the files prepared to be sent are where flussi said."},
		"judging":        {It: "Sto controllando il file", En: "Checking the file"},
		"read":           {It: "letto", En: "read"},
		"wrong":          {It: "Qualcosa non va", En: "Something is wrong"},
		"what":           {It: "che cosa", En: "what"},
		"remedy":         {It: "Rimedio", En: "Remedy"},
		"why":            {It: "Perché", En: "Why"},
		"source":         {It: "Fonte", En: "Source"},
		"tipo":           {It: "tipo", En: "kind"},
		"records":        {It: "record", En: "records"},
		"valid":          {It: "validi", En: "valid"},
		"rejected":       {It: "scartati", En: "rejected"},
		"faults":         {It: "Segnalazioni", En: "Faults"},
		"schema":         {It: "conforme allo schema XSD", En: "valid against the XSD"},
		"yes":            {It: "sì", En: "yes"},
		"no":             {It: "no", En: "no"},
		"groups":         {It: "Le regole non rispettate, gli errori prima degli avvisi", En: "The rules that are broken, errors before warnings"},
		"rule":           {It: "regola", En: "rule"},
		"severity":       {It: "gravità", En: "severity"},
		"message":        {It: "che cosa", En: "what"},
		"count":          {It: "numero", En: "count"},
		"list":           {It: "Elenco", En: "List"},
		"listAll":        {It: "Tutte le segnalazioni, una per una", En: "All faults, one by one"},
		"line":           {It: "riga", En: "line"},
		"column":         {It: "colonna", En: "column"},
		"whose":          {It: "di chi", En: "whose"},
		"path":           {It: "dove", En: "where"},
		"all":            {It: "tutte", En: "all"},
		"errors":         {It: "solo gli errori", En: "errors only"},
		"warnings":       {It: "solo gli avvisi", En: "warnings only"},
		"fromLine":       {It: "dalla riga", En: "from line"},
		"order":          {It: "in ordine di", En: "sorted by"},
		"byLine":         {It: "riga", En: "line"},
		"byRule":         {It: "regola", En: "rule"},
		"byPath":         {It: "campo", En: "field"},
		"show":           {It: "Mostra", En: "Show"},
		"of":             {It: "di", En: "of"},
		"previous":       {It: "Precedenti", En: "Previous"},
		"next":           {It: "Successive", En: "Next"},
		"none":           {It: "Nessuna segnalazione con questa scelta.", En: "No fault fits this choice."},
		"unlisted":       {It: "altre non sono elencate una per una", En: "more are not listed one by one"},
		"row":            {It: "La riga nel file", En: "The row in the file"},
		"cell":           {It: "cella", En: "cell"},
		"holds":          {It: "contiene", En: "holds"},
		"empty":          {It: "(vuota)", En: "(empty)"},
		"rowText":        {It: "Il punto è segnato. Ciò che vedi è il tuo file: non è copiato altrove.", En: "The place is marked. What you see is your file: it is copied nowhere else."},
		"back":           {It: "Torna all'elenco", En: "Back to the list"},
		"save":           {It: "Salva il rapporto", En: "Save the report"},
		"saveText":       {It: "Il rapporto dice dove stanno gli errori e come correggerli; non contiene dati dei beneficiari.", En: "The report says where the faults stand and how to mend them; it holds no data of the beneficiaries."},
		"report":         {It: "rapporto", En: "report"},
		"repairs":        {It: "Riparazioni", En: "Repairs"},
		"repairsText":    {It: "flussi corregge ciò che il resto del record, o una tabella ufficiale, decide. Il file resta com'è: ne nasce uno nuovo, di cui si vede ogni cambiamento, e che si può annullare.", En: "flussi mends what the rest of the record, or an official table, decides. The file stays as it is: a new one comes of it, of which each change is shown, and which can be undone."},
		"repair":         {It: "Ripara", En: "Repair"},
		"repairAll":      {It: "Fai tutte le riparazioni", En: "Make all repairs"},
		"concerns":       {It: "segnalazioni che può togliere", En: "faults that it may mend"},
		"repairName":     {It: "riparazione", En: "repair"},
		"name":           {It: "nome", En: "name"},
		"does":           {It: "che cosa fa", En: "what it does"},
		"where":          {It: "solo dove", En: "only where"},
		"doIt":           {It: "azione", En: "action"},
		"mendedName":     {It: "riparato", En: "repaired"},
		"mendedFrom":     {It: "Riparato da", En: "Repaired from"},
		"changed":        {It: "cambiamenti", En: "changes"},
		"noChanges":      {It: "Non c'era nulla che queste riparazioni possano correggere senza indovinare.", En: "There was nothing that these repairs can mend without guessing."},
		"seeChanges":     {It: "Guarda ogni cambiamento", En: "See each change"},
		"undo":           {It: "Annulla le riparazioni", En: "Undo the repairs"},
		"changes":        {It: "I cambiamenti", En: "The changes"},
		"changesText":    {It: "Le righe sono quelle del file di partenza.", En: "Lines are those of the file at the start."},
		"before":         {It: "prima", En: "before"},
		"after":          {It: "dopo", En: "after"},
		"absent":         {It: "(non c'era)", En: "(was not there)"},
		"saveFlow":       {It: "Salva il flusso", En: "Save the flow"},
		"saveFlowText":   {It: "Lo stesso contenuto in un'altra forma: l'XML è quello che l'INPS prende.", En: "The same content in another form: XML is what INPS takes."},
		"saveFirst":      {It: "Il flusso si salva quando rispetta lo schema: prima si correggono gli errori con un codice XSD.", En: "The flow can be saved once it keeps the schema: mend the faults with a code XSD first."},
		"sent":           {It: "Invii", En: "Sent flows"},
		"made":           {It: "Pronto per l'invio", En: "Ready to be sent"},
		"madeText":       {It: "Il file è pronto", En: "The file is ready"},
		"steps":          {It: "Che cosa fare ora", En: "What to do now"},
		"noEnte":         {It: "Prima di preparare un invio, aggiungi il tuo Ente nella pagina «Invii».", En: "Before preparing a flow, add your Ente on the page \"Sent flows\"."},
		"noFlows":        {It: "Nessun flusso è stato preparato.", En: "No flow was prepared."},
		"flows":          {It: "I flussi, i più recenti in alto", En: "The flows, the latest above"},
		"flow":           {It: "flusso", En: "flow"},
		"madeOn":         {It: "preparato il", En: "made on"},
		"state":          {It: "a che punto è", En: "how far it is"},
		"accepted":       {It: "accettati", En: "accepted"},
		"notAccepted":    {It: "rifiutati", En: "rejected"},
		"due":            {It: "fermo da giorni:", En: "waiting, days:"},
		"protocol":       {It: "ricevuta del portale, se c'è", En: "receipt of the portal, if any"},
		"iSent":          {It: "L'ho inviato", En: "I sent it"},
		"notSend":        {It: "Non si invia", En: "Not to be sent"},
		"rejectedOnly":   {It: "Solo i rifiutati", En: "The rejected alone"},
		"rejectedName":   {It: "rifiutati", En: "rejected"},
		"outcomes":       {It: "Registra gli esiti", En: "Enter outcomes"},
		"outcomesText":   {It: "Il file JSON degli esiti dell'INPS: flussi li abbina ai flussi inviati.", En: "The JSON file of INPS's outcomes: flussi matches them to the flows that were sent."},
		"outcomesFile":   {It: "file degli esiti", En: "file of outcomes"},
		"enter":          {It: "Registra", En: "Enter"},
		"entered":        {It: "Esiti nuovi", En: "New outcomes"},
		"enteredKnown":   {It: "già registrati", En: "entered before"},
		"enteredOther":   {It: "in contraddizione con quelli che ci sono, e non registrati", En: "contradicting those that are there, and not entered"},
		"enteredStrange": {It: "di flussi non preparati qui", En: "of flows that were not prepared here"},
		"newEnte":        {It: "Aggiungi un Ente", En: "Add an Ente"},
		"codice":         {It: "codice", En: "code"},
		"codiceHow":      {It: "Per un comune è il codice catastale, come H501.", En: "For a comune it is the cadastral code, such as H501."},
		"denominazione":  {It: "denominazione", En: "denominazione"},
		"add":            {It: "Aggiungi", En: "Add"},
		"ente":           {It: "Ente", En: "Ente"},
		"prepare":        {It: "Prepara l'invio", En: "Prepare to send"},
		"prepareText":    {It: "Il flusso non ha errori: flussi ne fa il file che il portale dell'INPS prende, con un numero che non si ripete.", En: "The flow has no errors: flussi makes the file that INPS's portal takes, under a number that never comes again."},
		"prepareDo":      {It: "Prepara", En: "Prepare"},
		"again":          {It: "anche se questo file è già stato preparato", En: "also if this file was prepared before"},
		"template":       {It: "Un foglio Excel da compilare", En: "A workbook to be filled in"},
		"templateText":   {It: "Con i nomi dei campi, i codici da scegliere e le istruzioni: compilato, si trascina qui sopra.", En: "With the names of the fields, the codes to choose and how to fill it in: then drop it above."},
		"templateName":   {It: "modello", En: "template"},
		"take":           {It: "Togli il file", En: "Take the file away"},
		"pages":          {It: "Pagine dell'elenco", En: "Pages of the list"},
		"filter":         {It: "Scegli che cosa vedere", En: "Choose what to see"},
		"closeHow":       {It: "La pagina vive con questa scheda: chiudila quando hai finito.", En: "The page lives with this tab: close it when you are done."},
	}
	in := make(map[string]string, len(texts))
	for key, text := range texts {
		in[key] = text.In(lang)
	}
	return in
}
