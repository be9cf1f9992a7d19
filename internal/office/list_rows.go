package office

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"

	"flussi/internal/flusso"
	"flussi/internal/table"
)

// headingsWithin is how many rows may stand above the headings of a list.
const headingsWithin = 50

// eachRow hands out the rows of a list below its headings: their number in the file, and
// a cell for each of the columns asked for, empty where none is named.
func eachRow(list io.ReaderAt, size int64, columns []string, visit func(row int, cells [][]byte) error) error {
	start := make([]byte, 4<<10)
	n, err := list.ReadAt(start, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	h := headings{wanted: columns, visit: visit}
	if table.LooksLikeWorkbook(start[:n]) {
		err = h.workbook(list, size)
	} else {
		err = h.csv(io.NewSectionReader(list, 0, size), start[:n])
	}
	if err == nil && h.at == nil {
		err = &flusso.Error{Op: "read list", Kind: flusso.Invalid, What: textListNoHead(columns), Hint: hintListNoHead}
	}
	return err
}

// headings finds the row with all columns, and hands out those behind it.
type headings struct {
	wanted []string
	at     []int // by wanted column: where it is, -1: it is not asked for; nil: not found yet
	rows   int
	cells  [][]byte
	visit  func(row int, cells [][]byte) error
}

// row takes one; cell gives what is in a column, nil where that is nothing.
func (h *headings) row(number, width int, cell func(column int) []byte) error {
	if h.at == nil {
		if h.rows++; h.rows > headingsWithin {
			return nil
		}
		at := make([]int, len(h.wanted))
		for i, name := range h.wanted {
			if at[i] = -1; name == "" {
				continue
			}
			for c := range width {
				if at[i] < 0 && folded(cell(c)) == folded([]byte(name)) {
					at[i] = c
				}
			}
			if at[i] < 0 {
				return nil
			}
		}
		h.at, h.cells = at, make([][]byte, len(at))
		return nil
	}
	for i, c := range h.at {
		if h.cells[i] = nil; c >= 0 {
			h.cells[i] = bytes.TrimSpace(cell(c))
		}
	}
	return h.visit(number, h.cells)
}

func (h *headings) csv(src io.Reader, start []byte) error {
	head := len("\ufeff")
	if !bytes.HasPrefix(start, []byte("\ufeff")) {
		head = 0
	}
	if _, err := io.CopyN(io.Discard, src, int64(head)); err != nil {
		return err
	}
	delimiter := byte(';')
	for _, d := range []byte(",\t") {
		if bytes.Count(start, []byte{d}) > bytes.Count(start, []byte{delimiter}) {
			delimiter = d
		}
	}
	r := table.NewCSVReader(src, table.CSVFormat{Delimiter: delimiter})
	for {
		switch err := r.Next(); {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return &flusso.Error{Op: "read list", Kind: flusso.Invalid, What: textListBroken(r.Line()), Hint: hintListBroken, Err: err}
		}
		err := h.row(r.Line(), r.Len(), func(c int) []byte {
			if c >= r.Len() {
				return nil
			}
			return r.Field(c)
		})
		if err != nil {
			return err
		}
	}
}

// workbook reads the first sheet that is not hidden.
func (h *headings) workbook(list io.ReaderAt, size int64) error {
	book, err := table.OpenWorkbook(list, size)
	if err != nil {
		return err
	}
	sheet := 0
	for sheet < len(book.Sheets)-1 && book.Sheets[sheet].Hidden {
		sheet++
	}
	rows, err := book.Rows(sheet)
	if err != nil {
		return err
	}
	defer rows.Close()
	for {
		if err := rows.Next(); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
		width := 0
		for _, c := range rows.Cells {
			width = max(width, c.Column+1)
		}
		err := h.row(rows.Number, width, func(column int) []byte {
			for _, c := range rows.Cells {
				if c.Column != column {
					continue
				}
				if day, _, ok := book.Day(c.Text); ok && c.Kind == table.CellNumber && c.Format.Kind == table.FormatDay {
					return []byte(day)
				}
				return c.Text
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
}

// folded is a text as it is compared: without regard to capitals and blanks, in UTF-8
// or Windows-1252.
func folded(text []byte) string {
	if !utf8.Valid(text) {
		text, _ = charmap.Windows1252.NewDecoder().Bytes(text) // a table: it cannot fail
	}
	return strings.ToUpper(strings.Join(strings.Fields(string(text)), " "))
}

// isoDay is a day as flows write it, of gg/mm/aaaa too.
func isoDay(text []byte) []byte {
	if day, err := time.Parse("02/01/2006", string(text)); err == nil {
		return []byte(day.Format(time.DateOnly))
	}
	if len(text) > len(time.DateOnly) && (text[len(time.DateOnly)] == 'T' || text[len(time.DateOnly)] == ' ') {
		return text[:len(time.DateOnly)] // with a time of day
	}
	return text
}
