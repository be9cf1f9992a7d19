package report

import (
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"strings"

	"flussi/internal/flusso"
	"flussi/internal/schema"
)

func writeCSV(w io.Writer, lang flusso.Lang, files []File) error {
	// Without the mark Excel takes UTF-8 for the code page of the machine.
	if _, err := io.WriteString(w, "\ufeff"); err != nil {
		return fmt.Errorf("write report: %w", err)
	}
	out := csv.NewWriter(w)
	out.Comma = ';' // what Excel expects where the decimal mark is a comma
	rows := [][]string{headCSV(lang)}
	for _, f := range files {
		if !f.Refused.IsZero() {
			rows = append(rows, []string{cell(f.Name), "", "", "", "", "", SeverityName(schema.SeverityError, lang), f.Refused.In(lang), f.RefusedHint.In(lang)})
		}
		for _, c := range f.Changes {
			rows = append(rows, []string{cell(f.Name), strconv.Itoa(c.Line), strconv.Itoa(c.Column), Whose(PlaceOf(c), lang), c.Path, c.Repair, textRepairSeverity.In(lang), whatOf(c.Repair).In(lang), ""})
		}
		for _, d := range f.Details {
			rule, _ := schema.RuleByCode(d.Rule)
			rows = append(rows, []string{
				cell(f.Name), strconv.Itoa(d.Line), strconv.Itoa(d.Column), Whose(d, lang), d.Path,
				d.Rule, SeverityName(d.Severity, lang), rule.Message.In(lang), rule.Remedy.In(lang),
			})
		}
		if n := f.Unlisted(); n > 0 {
			rows = append(rows, []string{cell(f.Name), "", "", "", "", "", "", fmt.Sprintf("%s: %d", textUnlisted.In(lang), n), ""})
		}
	}
	if err := out.WriteAll(rows); err != nil {
		return fmt.Errorf("write report: %w", err)
	}
	return nil
}

// cell keeps a spreadsheet from taking a file's name for a formula.
func cell(name string) string {
	if strings.ContainsAny(name[:min(1, len(name))], "=+-@\t\r") {
		return "'" + name
	}
	return name
}
