package schema

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"

	"flussi/internal/flusso"
	"flussi/internal/table"
)

// RowReader reads a flow written as rows (see RowWriter) and gives it as XML, so
// that one decoder, one schema and one set of rules judge both. A row stands in
// the XML on its own line of the file, so that places need no translation but
// for the column (Place).
//
// It reads what RowWriter writes and what a spreadsheet makes of it: cells
// between semicolons, commas or tabs, UTF-8 or Windows-1252, dates as
// GG/MM/AAAA, a decimal comma, a first line sep=;. Every such liberty is counted
// (Notes). Records with equal Beneficiario numbers, or without that column with
// equal particulars, are one Beneficiario where they follow each other.
//
// Errors that no record can have (unknown columns, rows of another length,
// quotes that do not close) end it with an error of Kind Invalid that names the
// line and no value. Memory is bounded by two rows of 1 MiB.
type RowReader struct {
	rows    *table.CSVReader
	tipo    flusso.Tipo
	root    *element
	columns []*FieldInfo // by place; nil: the number of the Beneficiario
	at      [NumFields]int
	number  int // place of that column, -1: none
	bom     bool
	accents bool // UTF-8 was seen
	page    bool // it is Windows-1252

	xml     []byte // not yet read
	pos     int
	line    int // of the XML that is written
	head    []string
	person  []byte // what tells the open Beneficiario; nil: none is
	key     []byte
	cell    []byte
	err     error
	commas  int64
	dates   int64
	delim   byte
	skipped int // lines before the names of the columns
	list    byte
	decimal byte
	form    DateForm
	charmap *charmap.Charmap // where page
	layout  *Layout
	codes   []map[string]string // by column
}

// NewRowReader reads the first line. expect is the kind of flow; 0: what the
// columns say. With a layout the columns are what that says, and nothing else is
// read.
func NewRowReader(src io.Reader, expect flusso.Tipo, layout *Layout) (*RowReader, error) {
	r := &RowReader{number: -1, line: 1, list: '|', decimal: ',', form: DayFirst, charmap: charmap.Windows1252}
	in := bufio.NewReaderSize(src, 64<<10)
	start, err := in.Peek(64 << 10)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	if r.bom = bytes.HasPrefix(start, []byte("\ufeff")); r.bom {
		_, _ = in.Discard(3)
		start = start[3:]
	}
	first, _, _ := bytes.Cut(start, newline)
	if mark, ok := bytes.CutPrefix(bytes.TrimRight(first, "\r"), []byte("sep=")); ok && len(mark) == 1 {
		r.delim, r.skipped = mark[0], 1
		_, _ = in.Discard(min(len(first)+1, len(start)))
	} else {
		r.delim = delimiterOf(first)
	}
	format := table.CSVFormat{Delimiter: r.delim}
	if layout != nil {
		format = table.CSVFormat{Delimiter: layout.Delimiter, Quote: layout.Quote}
	}
	r.rows = table.NewCSVReader(in, format)
	if layout == nil || layout.Header {
		if err := r.rows.Next(); err != nil {
			return nil, rowsInvalid(1, textRowsHead)
		}
	}
	if layout != nil {
		err = r.follow(layout, expect)
	} else {
		err = r.resolve(expect)
	}
	if err != nil {
		return nil, err
	}
	r.root = builtIn.roots[r.tipo]
	r.xml = append(r.xml, `<Flusso xmlns="`+flussoNamespace+`">`...)
	return r, nil
}

// Tipo is the kind of flow.
func (r *RowReader) Tipo() flusso.Tipo { return r.tipo }

// Place gives a fault the column of the table that its field stands in.
func (r *RowReader) Place(f Fault) Fault {
	f.Column = 1
	for i, info := range r.columns {
		if info != nil && info.Path == f.Path {
			f.Column = i + 1
		}
	}
	return f
}

// Notes tells what was read otherwise than RowWriter writes it.
func (r *RowReader) Notes() (notes []flusso.Text) {
	if r.layout != nil {
		return nil // the layout says it all
	}
	if r.delim != ';' {
		notes = append(notes, textNoteDelimiter)
	}
	if r.page {
		notes = append(notes, textNotePage)
	}
	if r.commas > 0 {
		notes = append(notes, textNoteCommas(r.commas))
	}
	if r.dates > 0 {
		notes = append(notes, textNoteDates(r.dates))
	}
	return notes
}

// Read gives the XML.
func (r *RowReader) Read(p []byte) (int, error) {
	for r.pos == len(r.xml) {
		if r.err != nil {
			return 0, r.err
		}
		r.xml, r.pos = r.xml[:0], 0
		for r.err == nil && len(r.xml) < 64<<10 {
			r.err = r.row()
		}
		switch {
		case !errors.Is(r.err, io.EOF):
		case r.head == nil:
			r.err = rowsInvalid(r.line, textRowsNone)
		default:
			r.end()
		}
	}
	n := copy(p, r.xml[r.pos:])
	r.pos += n
	return n, nil
}

// rowLine is the line of the file on which the row begins.
func (r *RowReader) rowLine() int { return r.rows.Line() + r.skipped }

// row writes one row as XML.
func (r *RowReader) row() error {
	switch err := r.rows.Next(); {
	case errors.Is(err, io.EOF):
		return err
	case errors.Is(err, table.ErrQuote), errors.Is(err, table.ErrUnclosedQuote):
		return rowsInvalid(r.rowLine(), textRowsQuote)
	case errors.Is(err, table.ErrRowTooLong):
		return rowsInvalid(r.rowLine(), textRowsLong)
	case err != nil:
		return err
	}
	if empty, err := r.measure(); empty || err != nil {
		return err
	}
	for ; r.line < r.rowLine(); r.line++ {
		r.xml = append(r.xml, '\n')
	}
	if err := r.header(); err != nil {
		return err
	}
	unit := r.root.children[1]
	if unit.role == roleBeneficiario {
		if r.another() {
			r.endPerson()
			r.open(unit, 0)
			r.xml = append(r.xml, '>')
			for _, child := range unit.children[:len(unit.children)-1] {
				r.element(child)
			}
		}
		unit = unit.children[len(unit.children)-1]
	}
	r.element(unit)
	return nil
}

// measure looks at the row as a whole: its length, its encoding; empty, there is
// nothing in it.
func (r *RowReader) measure() (empty bool, err error) {
	raw := r.rows.Raw()
	if len(bytes.Trim(raw, string(r.delim)+" \t\"")) == 0 {
		return true, nil
	}
	for i := len(r.columns); i < r.rows.Len(); i++ {
		if len(r.rows.Field(i)) > 0 { // a spreadsheet writes empty cells to its widest row's end
			return false, rowsInvalid(r.rowLine(), textRowsCells(r.rows.Len(), len(r.columns)))
		}
	}
	if r.rows.Len() < len(r.columns) {
		return false, rowsInvalid(r.rowLine(), textRowsCells(r.rows.Len(), len(r.columns)))
	}
	if r.page {
		return false, nil
	}
	if !utf8.Valid(raw) {
		if r.bom || r.accents {
			return false, rowsInvalid(r.rowLine(), textRowsEncoding)
		}
		r.page = true
		return false, nil
	}
	for _, c := range raw {
		r.accents = r.accents || c >= utf8.RuneSelf
	}
	return false, nil
}

// header writes IdentificazioneFlusso for the first row; the others must agree.
func (r *RowReader) header() error {
	first := r.head == nil
	for i, info := range r.columns {
		if info == nil || info.Level != LevelFlusso {
			continue
		}
		v := string(r.rows.Field(i))
		if first {
			r.head = append(r.head, v)
			continue
		}
		k := 0
		for _, before := range r.columns[:i] {
			if before != nil && before.Level == LevelFlusso {
				k++
			}
		}
		if v != r.head[k] {
			return rowsInvalid(r.rowLine(), textRowsFlows)
		}
	}
	if first {
		r.head = append(r.head, "") // there was a first row, with or without such columns
		r.element(r.root.children[0])
	}
	return nil
}

// another tells whether the row is of another Beneficiario than the one before.
func (r *RowReader) another() bool {
	r.key = append(r.key[:0], '.')
	if r.number >= 0 {
		r.key = append(r.key, r.rows.Field(r.number)...)
	} else {
		for i, info := range r.columns {
			if info != nil && (info.Level == LevelBeneficiario || info.Level == LevelIndirizzo) {
				r.key = append(append(r.key, r.rows.Field(i)...), 0)
			}
		}
	}
	if r.person != nil && bytes.Equal(r.key, r.person) {
		return false
	}
	return true
}

func (r *RowReader) endPerson() {
	if r.person != nil {
		r.xml = append(r.xml, "</Beneficiario>"...)
	}
	r.person = append(r.person[:0], r.key...)
}

func (r *RowReader) end() {
	if r.person != nil {
		r.xml = append(r.xml, "</Beneficiario>"...)
	}
	r.xml = append(r.xml, "</Flusso>\n"...)
}

func rowsInvalid(line int, what flusso.Text) error {
	return &flusso.Error{Op: "read table", Kind: flusso.Invalid, Hint: hintRows, What: flusso.Text{
		It: fmt.Sprintf("riga %d: %s", line, what.It), En: fmt.Sprintf("line %d: %s", line, what.En),
	}}
}
