package report

import (
	"flussi/internal/flusso"
	"flussi/internal/schema"
)

var (
	textFormat     = flusso.Text{It: "formato del rapporto sconosciuto", En: "unknown form of report"}
	textNoWorkbook = flusso.Text{It: "questa versione non scrive il rapporto come foglio Excel", En: "this version does not write the report as a workbook"}
	hintFormat     = flusso.Text{It: "il nome del rapporto finisce in .html, .csv o .json; Excel apre il .csv", En: "a report's name ends in .html, .csv or .json; Excel opens the .csv"}
)

var textUnlisted = flusso.Text{It: "altre occorrenze non elencate", En: "more occurrences, not listed"}

func headCSV(lang flusso.Lang) []string {
	if lang == flusso.En {
		return []string{"file", "line", "column", "path", "rule", "severity", "message", "remedy"}
	}
	return []string{"file", "riga", "colonna", "percorso", "regola", "gravità", "messaggio", "rimedio"}
}

func severityName(s schema.Severity, lang flusso.Lang) string {
	switch {
	case s == schema.SeverityError && lang == flusso.En:
		return "error"
	case s == schema.SeverityError:
		return "errore"
	case lang == flusso.En:
		return "warning"
	}
	return "avviso"
}

// pageTexts are the fixed words of the HTML page.
func pageTexts(lang flusso.Lang) map[string]string {
	texts := map[string]flusso.Text{
		"title":    {It: "Esito del controllo", En: "Result of the check"},
		"intro":    {It: "Il rapporto dice dove stanno gli errori e come correggerli; non contiene alcun dato dei beneficiari.", En: "This report says where the faults stand and how to mend them; it holds no data of the beneficiaries."},
		"tipo":     {It: "tipo", En: "kind"},
		"records":  {It: "record", En: "records"},
		"valid":    {It: "validi", En: "valid"},
		"rejected": {It: "scartati", En: "rejected"},
		"faults":   {It: "segnalazioni", En: "faults"},
		"schema":   {It: "conforme allo schema XSD", En: "valid against the XSD"},
		"yes":      {It: "sì", En: "yes"},
		"no":       {It: "no", En: "no"},
		"refused":  {It: "Il file è rifiutato per intero", En: "The whole file is refused"},
		"clean":    {It: "Nessuna segnalazione: il flusso è pronto.", En: "Nothing found: the flow is ready."},
		"remedy":   {It: "Rimedio", En: "Remedy"},
		"source":   {It: "Fonte", En: "Source"},
		"line":     {It: "riga", En: "line"},
		"column":   {It: "colonna", En: "column"},
		"path":     {It: "dove", En: "where"},
		"more":     textUnlisted,
		"skip":     {It: "Vai al contenuto", En: "Skip to content"},
		"files":    {It: "File controllati", En: "Files checked"},
		"chart":    {It: "Segnalazioni per regola", En: "Faults by rule"},
		"first":    {It: "Prime occorrenze", En: "First occurrences"},
		"made":     {It: "Rapporto di flussi. Le regole si spiegano con: flussi explain CODICE", En: "A report by flussi. Rules are explained by: flussi explain CODE"},
	}
	in := make(map[string]string, len(texts))
	for key, text := range texts {
		in[key] = text.In(lang)
	}
	return in
}
