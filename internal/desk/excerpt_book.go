package desk

import (
	"io"

	"flussi/internal/schema"
	"flussi/internal/table"
)

// bookCell is a cell of a workbook's row as the page shows it, under its name.
type bookCell struct {
	Place  string // its column and row
	Name   string // what the row of names calls the column
	Text   string
	Marked bool
}

// bookRow gives a row of a workbook, and the cell where a fault stands also when it is
// empty. They are hers, as the lines of an excerpt are.
func (w *work) bookRow(ordinal int, book *schema.WorkbookFound, number, column int) (cells []bookCell, err error) {
	err = w.read(ordinal, true, func(source io.Reader) error {
		rows, err := schema.LookAtRows(source, book.Sheet, book.Heading, number)
		if err != nil {
			return err
		}
		names := map[int]string{}
		var found []schema.SeenCell
		for _, row := range rows {
			if row.Number == book.Heading {
				for _, c := range row.Cells {
					names[c.Column] = c.Text
				}
			}
			if row.Number == number {
				found = row.Cells
			}
		}
		if len(found) > 0 {
			cells = bookCells(found, names, number, column-1)
		}
		return nil
	})
	if err == nil && len(cells) == 0 {
		err = errNoPlace
	}
	return cells, err
}

func bookCells(found []schema.SeenCell, names map[int]string, number, marked int) (cells []bookCell) {
	add := func(column int, text string) {
		cells = append(cells, bookCell{table.CellPlace(column, number), names[column], cut(text), column == marked})
	}
	there := marked < 0
	for _, c := range found {
		if !there && c.Column > marked {
			add(marked, "")
			there = true
		}
		there = there || c.Column == marked
		add(c.Column, c.Text)
	}
	if !there {
		add(marked, "")
	}
	return cells
}
