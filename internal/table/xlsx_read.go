package table

import (
	"errors"
	"io"
	"math"
	"strconv"
	"strings"
	"time"

	"flussi/internal/flusso"
)

// SheetRows gives a sheet's rows that have something in them, in their order. It
// allocates nothing per row once it has seen a wide one.
type SheetRows struct {
	Name   string
	Number int    // of the row, 1-based
	Hidden bool   // the row is
	Cells  []Cell // what is in it, valid until Next
	Merged []Range

	book   *Workbook
	p      *partReader
	close  func()
	spans  []cellSpan
	values []byte
	done   bool
	err    error
}

// Cell is one cell with something in it.
type Cell struct {
	Column int // 0-based
	Kind   CellKind
	Format CellFormat
	// Text is the text; of a number how the file writes it, of an error its name,
	// of a truth 1 or 0, of a CellISO the day as AAAA-MM-GG and perhaps a time.
	Text []byte
}

// CellKind is what a cell holds.
type CellKind uint8

const (
	CellText CellKind = iota
	CellNumber
	CellBool
	CellError
	CellISO
	CellFormula // whose value the file does not have
)

// Range is a block of merged cells, 1-based rows, 0-based columns.
type Range struct{ FromRow, ToRow, FromColumn, ToColumn int }

// cellSpan is a cell whose text is not where it will be yet.
type cellSpan struct{ from, to int }

// Rows begins to read the i-th sheet. Close ends it.
func (w *Workbook) Rows(i int) (*SheetRows, error) {
	if w.shared == nil && w.parts[w.strings] != nil {
		err := w.part(w.strings, func(p *partReader) (err error) {
			w.shared, err = readStrings(p)
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	r := &SheetRows{Name: w.Sheets[i].Name, book: w}
	var err error
	r.p, r.close, err = w.openPart(w.Sheets[i].part)
	if err != nil {
		return nil, err
	}
	return r, nil
}

// Close ends the reading.
func (r *SheetRows) Close() {
	if r.close != nil {
		r.close()
		r.close = nil
	}
}

// Next reads the next row that has a cell with something in it; io.EOF behind
// the last one: then Merged is known.
func (r *SheetRows) Next() error {
	if r.err == nil {
		r.err = r.next()
	}
	return r.err
}

func (r *SheetRows) next() error {
	for !r.done {
		if err := r.p.next(); err != nil {
			return r.fault(unexpected(err), -1)
		}
		switch {
		case string(r.p.name) == "row" && r.p.kind != tagClose:
			if err := r.row(); err != nil {
				return err
			}
			if len(r.Cells) > 0 {
				return nil
			}
		case string(r.p.name) == "sheetData" && r.p.kind != tagOpen:
			r.done = true
		}
	}
	for {
		if err := r.p.next(); err != nil {
			if errors.Is(err, io.EOF) {
				return io.EOF
			}
			return r.fault(err, -1)
		}
		if string(r.p.name) == "mergeCell" && r.p.kind != tagClose && len(r.Merged) < MaxXLSXRows {
			if m, ok := rangeOf(r.p.attr("ref")); ok {
				r.Merged = append(r.Merged, m)
			}
		}
	}
}

// row reads a row whose tag was just read.
func (r *SheetRows) row() error {
	before := r.Number
	r.Number, r.Hidden, r.Cells, r.spans, r.values = before+1, false, r.Cells[:0], r.spans[:0], r.values[:0]
	for rest := r.p.attributes; ; {
		name, value, left := attribute(rest)
		if name == nil {
			break
		}
		switch string(name) {
		case "r":
			n, ok := digitsOf(value)
			if !ok || n <= before || n > MaxXLSXRows {
				return r.fault(errRowNumber, -1)
			}
			r.Number = n
		case "hidden":
			r.Hidden = string(value) == "1" || string(value) == "true"
		}
		rest = left
	}
	if r.Number > MaxXLSXRows {
		return r.fault(errRowNumber, -1)
	}
	if r.p.kind == tagEmpty {
		return nil
	}
	column := -1
	for {
		if err := r.p.next(); err != nil {
			return r.fault(unexpected(err), column)
		}
		switch {
		case string(r.p.name) == "c" && r.p.kind != tagClose:
			var err error
			if column, err = r.cell(column); err != nil {
				return r.fault(err, column)
			}
		case string(r.p.name) == "row" && r.p.kind == tagClose:
			for i := range r.Cells {
				if s := r.spans[i]; s.to >= 0 {
					r.Cells[i].Text = r.values[s.from:s.to:s.to]
				}
			}
			return nil
		}
	}
}

var (
	errRowNumber  = errors.New("rows out of order or beyond the last")
	errCellPlace  = errors.New("cells out of order or beyond the last column")
	errCellShared = errors.New("a text that is not there")
	errCellKind   = errors.New("a cell of no known kind")
)

// cell reads a cell whose tag was just read, and gives its column.
func (r *SheetRows) cell(before int) (column int, err error) {
	column = before + 1
	var kind []byte
	c := Cell{Kind: CellNumber}
	for rest := r.p.attributes; ; {
		name, value, left := attribute(rest)
		if name == nil {
			break
		}
		switch string(name) {
		case "r":
			if column = columnOfRef(value); column <= before {
				return before, errCellPlace
			}
		case "s":
			if n, ok := digitsOf(value); ok && n < len(r.book.formats) {
				c.Format = r.book.formats[n]
			}
		case "t":
			kind = value
		}
		rest = left
	}
	if column >= maxXLSXCells {
		return before, errCellPlace
	}
	if r.p.kind == tagEmpty {
		return column, nil
	}
	switch string(kind) {
	case "", "n":
	case "s", "str", "inlineStr":
		c.Kind = CellText
	case "b":
		c.Kind = CellBool
	case "e":
		c.Kind = CellError
	case "d":
		c.Kind = CellISO
	default:
		return column, errCellKind
	}
	c.Column = column
	shared := string(kind) == "s" // now: what follows may move the memory that kind is in
	formula, valued, err := r.content()
	if err != nil {
		return column, err
	}
	return column, r.take(c, shared, formula, valued)
}

// content reads what is within a cell; p.text holds its value then.
func (r *SheetRows) content() (formula, valued bool, err error) {
	p := r.p
	p.text, p.keep = p.text[:0], false
	phonetic, inline := false, false
	for {
		if err := p.next(); err != nil {
			return false, false, unexpected(err)
		}
		switch string(p.name) {
		case "c":
			p.keep = false
			return formula, valued, nil
		case "v":
			p.keep = p.kind == tagOpen
			valued = true
		case "f":
			formula = true
		case "is":
			inline = p.kind == tagOpen
			valued = true
		case "rPh":
			phonetic = p.kind == tagOpen
		case "t":
			p.keep = p.kind == tagOpen && inline && !phonetic
		}
	}
}

// take keeps a cell unless there is nothing in it.
func (r *SheetRows) take(c Cell, shared, formula, valued bool) error {
	span := cellSpan{len(r.values), -1}
	text := r.p.text
	switch {
	case formula && (!valued || len(text) == 0 && c.Kind != CellText):
		c.Kind, c.Text = CellFormula, nil
	case len(text) == 0:
		return nil
	case shared:
		i, ok := digitsOf(text)
		if !ok {
			return errCellShared
		}
		if c.Text, ok = r.book.shared.text(i); !ok {
			return errCellShared
		}
		if len(c.Text) == 0 {
			return nil
		}
	case c.Kind == CellText:
		r.values = appendUnescaped(r.values, text)
		span.to = len(r.values)
	default:
		r.values = append(r.values, text...)
		span.to = len(r.values)
	}
	r.Cells, r.spans = append(r.Cells, c), append(r.spans, span)
	return nil
}

// fault says where in the sheet reading ended.
func (r *SheetRows) fault(err error, column int) error {
	at := r.Name
	if r.Number > 0 {
		at = CellName(r.Name, max(column, 0), r.Number)
	}
	told := partFault(err)
	var known *flusso.Error
	if errors.As(told, &known) {
		placed := *known
		placed.What = flusso.Text{It: at + ": " + known.What.It, En: at + ": " + known.What.En}
		return &placed
	}
	return told
}

// CellName is a cell's place as people know it: Foglio1!C12.
func CellName(sheet string, column, row int) string { return sheet + "!" + CellPlace(column, row) }

// CellPlace is the place within its sheet: C12.
func CellPlace(column, row int) string { return ColumnName(column) + strconv.Itoa(row) }

// columnOfRef gives the column of a reference such as AB12; -1 where it is none.
func columnOfRef(ref []byte) int {
	n := 0
	for i, c := range ref {
		switch {
		case c >= 'A' && c <= 'Z' && n <= maxXLSXCells:
			n = n*26 + int(c-'A') + 1
		case c >= '0' && c <= '9' && i > 0:
			return n - 1
		default:
			return -1
		}
	}
	return -1
}

func rangeOf(ref string) (Range, bool) {
	from, to, _ := strings.Cut(ref, ":")
	if to == "" {
		to = from
	}
	m := Range{FromColumn: columnOfRef([]byte(from)), ToColumn: columnOfRef([]byte(to))}
	var ok, okTo bool
	m.FromRow, ok = digitsOf([]byte(strings.TrimLeft(from, "ABCDEFGHIJKLMNOPQRSTUVWXYZ")))
	m.ToRow, okTo = digitsOf([]byte(strings.TrimLeft(to, "ABCDEFGHIJKLMNOPQRSTUVWXYZ")))
	return m, ok && okTo && m.FromColumn >= 0 && m.ToColumn >= m.FromColumn && m.ToRow >= m.FromRow
}

// digitsOf reads a number without a sign, of nine digits at most.
func digitsOf(v []byte) (n int, ok bool) {
	if len(v) == 0 || len(v) > 9 {
		return 0, false
	}
	for _, c := range v {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + int(c-'0')
	}
	return n, true
}

// Day reads a number as a day of the workbook's calendar, AAAA-MM-GG, and the
// minutes of its time. Excel's 29 February 1900 never was, and no day before it is
// sure.
func (w *Workbook) Day(number []byte) (iso string, minutes int, ok bool) {
	f, err := strconv.ParseFloat(string(number), 64)
	if err != nil || !(f >= 0 && f < 2_958_466) || w.epoch == -sheetEpoch && f < 61 {
		return "", 0, false
	}
	days := math.Floor(f)
	seconds := math.Round((f - days) * 24 * 60 * 60)
	if seconds == 24*60*60 { // midnight, less what a sum of fractions loses
		days, seconds = days+1, 0
	}
	minutes = int(seconds) / 60
	return time.Unix((int64(days)+w.epoch)*86400, 0).UTC().Format(time.DateOnly), minutes, true
}

// String names the kind for tests and lists.
func (k CellKind) String() string {
	return [...]string{"text", "number", "bool", "error", "day", "formula"}[k]
}
