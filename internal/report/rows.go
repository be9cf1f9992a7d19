package report

import (
	"fmt"
	"strconv"

	"flussi/internal/flusso"
	"flussi/internal/schema"
)

// reportRow is a line of the report as a table, for CSV and for a workbook.
type reportRow struct {
	file         string
	line, column int // 0: none
	whose, path  string
	rule         string
	severity     string
	message      string
	remedy       string
	cell         string // where it stands in a workbook; "" elsewhere
}

// rowHead names the columns; new ones come behind.
func rowHead(lang flusso.Lang) []string {
	if lang == flusso.En {
		return []string{"file", "line", "column", "whose", "path", "rule", "severity", "message", "remedy", "cell"}
	}
	return []string{"file", "riga", "colonna", "di_chi", "percorso", "regola", "gravità", "messaggio", "rimedio", "cella"}
}

func (r reportRow) texts() []string {
	return []string{r.file, number(r.line), number(r.column), r.whose, r.path, r.rule, r.severity, r.message, r.remedy, r.cell}
}

func number(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

// rowsOf lists what was found in the files: why one is refused, repairs, faults, and how
// many more there are.
func rowsOf(lang flusso.Lang, files []File) (rows []reportRow) {
	for _, f := range files {
		if !f.Refused.IsZero() {
			rows = append(rows, reportRow{file: f.Name, severity: SeverityName(schema.SeverityError, lang), message: f.Refused.In(lang), remedy: f.RefusedHint.In(lang)})
		}
		for _, c := range f.Changes {
			rows = append(rows, reportRow{
				file: f.Name, line: c.Line, column: c.Column, whose: Whose(PlaceOf(c), lang), path: c.Path,
				rule: c.Repair, severity: textRepairSeverity.In(lang), message: whatOf(c.Repair).In(lang),
			})
		}
		for _, d := range f.Details {
			rule, _ := schema.RuleByCode(d.Rule)
			rows = append(rows, reportRow{
				file: f.Name, line: d.Line, column: d.Column, whose: Whose(d, lang), path: d.Path, rule: d.Rule,
				severity: SeverityName(d.Severity, lang), message: rule.Message.In(lang), remedy: rule.Remedy.In(lang), cell: d.Cell(),
			})
		}
		if n := f.Unlisted(); n > 0 {
			rows = append(rows, reportRow{file: f.Name, message: fmt.Sprintf("%s: %d", textUnlisted.In(lang), n)})
		}
	}
	return rows
}
