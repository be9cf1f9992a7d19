package report

import (
	"fmt"
	"math"
	"strconv"

	"flussi/internal/flusso"
	"flussi/internal/schema"
)

var (
	textFormat = flusso.Text{It: "formato del rapporto sconosciuto", En: "unknown form of report"}
	textSheet  = flusso.Text{It: "Segnalazioni", En: "Faults"}
	hintFormat = flusso.Text{It: "il nome del rapporto finisce in .html, .csv, .json o .xlsx", En: "a report's name ends in .html, .csv, .json or .xlsx"}
)

var textRepairSeverity = flusso.Text{It: "riparazione", En: "repair"}

var textUnlisted = flusso.Text{It: "altre occorrenze non elencate", En: "more occurrences, not listed"}

// SeverityName is how people call it.
func SeverityName(s schema.Severity, lang flusso.Lang) string {
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

// Whose names the person that a fault belongs to as people count them, or the
// record where the flow has no Beneficiario; "" for the file's own.
func Whose(d schema.Fault, lang flusso.Lang) string {
	switch {
	case d.Beneficiario > 0 && lang == flusso.En:
		return fmt.Sprintf("%s Beneficiario, line %d", ordinal(d.Beneficiario), d.BeneficiarioLine)
	case d.Beneficiario > 0:
		return fmt.Sprintf("%dº Beneficiario, riga %d", d.Beneficiario, d.BeneficiarioLine)
	case d.Record >= 0 && lang == flusso.En:
		return ordinal(d.Record+1) + " record"
	case d.Record >= 0:
		return fmt.Sprintf("%dº record", d.Record+1)
	}
	return ""
}

// where says where a fault stands, and whose it is.
func where(d schema.Fault, lang flusso.Lang) string {
	place := fmt.Sprintf("riga %d", d.Line)
	if lang == flusso.En {
		place = fmt.Sprintf("line %d", d.Line)
	}
	if person := Whose(d, lang); person != "" {
		place += "; " + person
	}
	return place
}

// ordinal is the English one.
func ordinal(n int64) string {
	suffix := "th"
	if n/10%10 != 1 {
		switch n % 10 {
		case 1:
			suffix = "st"
		case 2:
			suffix = "nd"
		case 3:
			suffix = "rd"
		}
	}
	return fmt.Sprintf("%d%s", n, suffix)
}

// Number writes a count with its thousands apart.
func Number(lang flusso.Lang, n int64) string {
	mark := "."
	if lang == flusso.En {
		mark = ","
	}
	digits := strconv.FormatInt(n, 10)
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + mark + digits[i:]
	}
	return digits
}

// share says which part of the whole it is, to a tenth of a percent; never 0
// for what is there, never 100 for what is not all.
func share(part, whole int64, lang flusso.Lang) string {
	mark := ","
	if lang == flusso.En {
		mark = "."
	}
	tenths := int64(math.Round(1000 * float64(part) / float64(max(whole, 1))))
	switch {
	case tenths == 0:
		return "< 0" + mark + "1%"
	case tenths == 1000 && part < whole:
		return "> 99" + mark + "9%"
	}
	return fmt.Sprintf("%d%s%d%%", tenths/10, mark, tenths%10)
}

// verdict is the check in one sentence.
func verdict(f File) flusso.Text {
	switch {
	case !f.Refused.IsZero():
		return flusso.Text{It: "Il file è rifiutato per intero.", En: "The whole file is refused."}
	case f.Faults == 0:
		return flusso.Text{It: "Nessuna segnalazione: il flusso rispetta tutte le regole conosciute.", En: "Nothing found: the flow keeps all the rules that are known."}
	case f.Errors == 0:
		return flusso.Text{It: "Nessun record è scartato; ci sono avvisi da guardare.", En: "No record is rejected; there are warnings to look at."}
	case f.SchemaValid:
		return flusso.Text{
			It: fmt.Sprintf("Lo schema dell'INPS è rispettato, le sue regole no: record da correggere %s su %s.", Number(flusso.It, f.Rejected), Number(flusso.It, f.Records)),
			En: fmt.Sprintf("INPS's schema is kept, its rules are not: records to mend %s of %s.", Number(flusso.En, f.Rejected), Number(flusso.En, f.Records)),
		}
	case f.Tipo == flusso.Ritorno.String():
		return flusso.Text{
			It: fmt.Sprintf("Record scartati: %s su %s.", Number(flusso.It, f.Rejected), Number(flusso.It, f.Records)),
			En: fmt.Sprintf("Records rejected: %s of %s.", Number(flusso.En, f.Rejected), Number(flusso.En, f.Records)),
		}
	}
	return flusso.Text{
		It: fmt.Sprintf("Lo schema dell'INPS non è rispettato: record da correggere %s su %s.", Number(flusso.It, f.Rejected), Number(flusso.It, f.Records)),
		En: fmt.Sprintf("INPS's schema is not kept: records to mend %s of %s.", Number(flusso.En, f.Rejected), Number(flusso.En, f.Records)),
	}
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
		"why":      {It: "Perché", En: "Why"},
		"whose":    {It: "di chi", En: "whose"},
		"errors":   {It: "errore: il record, o tutto il file, è scartato", En: "error: the record, or the whole file, is rejected"},
		"warnings": {It: "avviso: il record passa, ma va guardato", En: "warning: the record passes, but look at it"},
		"remedy":   {It: "Rimedio", En: "Remedy"},
		"source":   {It: "Fonte", En: "Source"},
		"line":     {It: "riga", En: "line"},
		"column":   {It: "colonna", En: "column"},
		"path":     {It: "dove", En: "where"},
		"more":     textUnlisted,
		"skip":     {It: "Vai al contenuto", En: "Skip to content"},
		"files":    {It: "File controllati", En: "Files checked"},
		"cut": {
			It: fmt.Sprintf("Per esteso: i primi %d file con segnalazioni. Degli altri è detto l'esito.", filesShown),
			En: fmt.Sprintf("In full: the first %d files with faults. Of the others the result is told.", filesShown),
		},
		"chart":    {It: "Segnalazioni per regola", En: "Faults by rule"},
		"drawn":    {It: "grafico a barre; gli stessi numeri sono nella tabella che segue", En: "bar chart; the same numbers are in the table below"},
		"table":    {It: "Le regole non rispettate, gli errori prima degli avvisi", En: "The rules that are broken, errors before warnings"},
		"rule":     {It: "regola", En: "rule"},
		"message":  {It: "che cosa", En: "what"},
		"severity": {It: "gravità", En: "severity"},
		"count":    {It: "numero", En: "count"},
		"share":    {It: "quota", En: "share"},
		"repairs":  {It: "Riparazioni fatte prima del controllo", En: "Repairs made before the check"},
		"repair":   {It: "riparazione", En: "repair"},
		"first":    {It: "Prime occorrenze", En: "First occurrences"},
		"made":     {It: "Rapporto di flussi. Le regole si spiegano con: flussi explain CODICE", En: "A report by flussi. Rules are explained by: flussi explain CODE"},
	}
	in := make(map[string]string, len(texts))
	for key, text := range texts {
		in[key] = text.In(lang)
	}
	return in
}
