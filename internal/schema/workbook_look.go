package schema

import (
	"bufio"
	"io"
	"slices"
	"strings"

	"flussi/internal/table"
)

// SeenCell is a cell as a person sees it.
type SeenCell struct {
	Column int // 0-based
	Text   string
}

// SeenRow is a row of a sheet: its cells with something in them, in their order.
type SeenRow struct {
	Number int // 1-based
	Cells  []SeenCell
}

// LookAtRows gives some rows of a workbook's sheet for whoever owns it to look at, in
// their order; those with nothing in them are left out. src is as for NewReader.
func LookAtRows(src io.Reader, sheet string, numbers ...int) (rows []SeenRow, err error) {
	file, err := heldWorkbook(src, bufio.NewReader(src))
	if err != nil {
		return nil, err
	}
	book, err := table.OpenWorkbook(file, file.Size())
	if err != nil {
		return nil, err
	}
	at := slices.IndexFunc(book.Sheets, func(s table.SheetInfo) bool { return strings.EqualFold(s.Name, sheet) })
	if at < 0 || len(numbers) == 0 {
		return nil, nil
	}
	read, err := book.Rows(at)
	if err != nil {
		return nil, err
	}
	defer read.Close()
	for last := slices.Max(numbers); ; {
		if err := read.Next(); err != nil {
			return rows, endOfFile(err)
		}
		if read.Number > last {
			return rows, nil
		}
		if !slices.Contains(numbers, read.Number) {
			continue
		}
		row := SeenRow{Number: read.Number}
		for _, c := range read.Cells {
			row.Cells = append(row.Cells, SeenCell{c.Column, seen(book, c)})
		}
		rows = append(rows, row)
	}
}

// seen is a cell's text; of a number that a day's format shows, the day.
func seen(book *table.Workbook, c table.Cell) string {
	if c.Kind == table.CellNumber && c.Format.Kind == table.FormatDay {
		if day, _, ok := book.Day(c.Text); ok {
			return day
		}
	}
	return string(c.Text)
}
