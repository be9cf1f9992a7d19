package report

import (
	"encoding/csv"
	"fmt"
	"io"
	"strings"

	"flussi/internal/flusso"
)

func writeCSV(w io.Writer, lang flusso.Lang, files []File) error {
	// Without the mark Excel takes UTF-8 for the code page of the machine.
	if _, err := io.WriteString(w, "\ufeff"); err != nil {
		return fmt.Errorf("write report: %w", err)
	}
	out := csv.NewWriter(w)
	out.Comma = ';' // what Excel expects where the decimal mark is a comma
	err := out.Write(rowHead(lang))
	for _, r := range rowsOf(lang, files) {
		r.file, r.cell = noFormula(r.file), noFormula(r.cell)
		if err == nil {
			err = out.Write(r.texts())
		}
	}
	if out.Flush(); err == nil {
		err = out.Error()
	}
	if err != nil {
		return fmt.Errorf("write report: %w", err)
	}
	return nil
}

// noFormula keeps a spreadsheet from taking the name of a file or a sheet for a formula.
func noFormula(name string) string {
	if strings.ContainsAny(name[:min(1, len(name))], "=+-@\t\r") {
		return "'" + name
	}
	return name
}
