package report

import (
	"fmt"
	"io"

	"flussi/internal/flusso"
	"flussi/internal/table"
)

// writeXLSX writes the table of the CSV report as a workbook.
func writeXLSX(w io.Writer, lang flusso.Lang, files []File) error {
	out := table.NewXLSXWriter(w)
	var columns []table.Column
	for _, name := range rowHead(lang) {
		columns = append(columns, table.Column{Name: name, Kind: table.String, Nullable: true})
	}
	err := out.Sheet(textSheet.In(lang), columns)
	for _, r := range rowsOf(lang, files) {
		var cells []table.WrittenCell
		for _, text := range r.texts() {
			cells = append(cells, textCell(text))
		}
		cells[1], cells[2] = numberCell(r.line), numberCell(r.column)
		if err == nil {
			err = out.Row(cells)
		}
	}
	if err == nil {
		err = out.Close()
	}
	if err != nil {
		return fmt.Errorf("write report: %w", err)
	}
	return nil
}

func textCell(text string) (c table.WrittenCell) {
	if text != "" {
		c = table.WrittenCell{Kind: table.String, Text: []byte(text)}
	}
	return c
}

func numberCell(n int) (c table.WrittenCell) {
	if n != 0 {
		c = table.WrittenCell{Kind: table.Int, Num: int64(n)}
	}
	return c
}
