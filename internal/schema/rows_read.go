package schema

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"
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
	tipo    flusso.Tipo
	root    *element
	layout  *Layout
	columns []*FieldInfo        // by place; nil: the number of the Beneficiario, or left out
	at      [NumFields]int      // where the column of a field is, -1: nowhere
	number  int                 // where the column of that number is, -1: nowhere
	codes   []map[string]string // by column
	years   []bool              // by column: of dates, whose years the field has
	synonym []bool              // by column: its name is not the field's own
	head    [][]byte            // by column: what those of the flow say; nil before the first row

	delim, list byte
	decimal     byte
	form        DateForm
	bom         bool
	accents     bool // UTF-8 was seen
	page        bool // it is in charmap
	charmap     *charmap.Charmap

	sheet  *sheetReader // the workbook that it is of; nil: it is a CSV
	file   *input       // the table as it is
	rows   *table.CSVReader
	format table.CSVFormat
	err    error

	// What is written of the XML.
	xml    []byte // not yet read from pos on
	pos    int
	line   int    // of the file, on which its end stands
	opened bool   // a Beneficiario
	person []byte // its number
	traits []byte // and its particulars
	key    []byte // those of the row, the number in the first keyed bytes
	keyed  int
	cell   []byte                     // scratch
	parts  [indirizzoColumns][][]byte // of the cells that have several values

	commas, dates int64
	tallies       []tallies // by column: of what a layout converts

	// Others may read on by blocks between two Beneficiari: it rests there.
	restful bool
	resting bool
	quota   int // bytes of XML to write before it rests
	blocks  rowBlocks
}

const (
	indirizzoColumns = 3 // region, comune, country

	xmlAhead  = 64 << 10  // bytes of XML written at once
	restEvery = 512 << 10 // bytes of XML that it goes on by itself once others could not
)

// NewRowReader reads the first line. expect is the kind of flow; 0: what the
// columns say. With a layout the columns are what that says, and nothing else is
// read.
func NewRowReader(src io.Reader, expect flusso.Tipo, layout *Layout) (*RowReader, error) {
	r := &RowReader{number: -1, line: 1, list: '|', decimal: ',', form: DayFirst, charmap: charmap.Windows1252}
	in := newInput(src, 64<<10, 64<<10)
	r.file = in
	in.more()
	if r.bom = bytes.HasPrefix(in.buf[in.pos:in.end], []byte("\ufeff")); r.bom {
		in.pos += len("\ufeff")
	}
	first, _, _ := bytes.Cut(in.buf[in.pos:in.end], newline)
	line := 1
	if mark, ok := bytes.CutPrefix(bytes.TrimRight(first, "\r"), []byte("sep=")); ok && len(mark) == 1 {
		r.delim, line = mark[0], 2
		in.pos = min(in.pos+len(first)+1, in.end)
	} else {
		r.delim = delimiterOf(first)
	}
	r.format = table.CSVFormat{Delimiter: r.delim}
	if layout != nil {
		r.format = layout.format()
	}
	r.rows = table.NewCSVReader(in, r.format)
	r.rows.Reset(in, line)
	if layout == nil || layout.Header {
		switch err := r.rows.Next(); {
		case in.err != nil:
			return nil, in.err
		case err != nil:
			return nil, rowsInvalid(1, textRowsHead)
		}
	}
	var err error
	if layout != nil {
		err = r.follow(layout, expect)
	} else {
		err = r.resolve(expect)
	}
	if err != nil {
		return nil, err
	}
	r.begin()
	return r, nil
}

// newSheetRows reads the rows that a sheetReader gives.
func newSheetRows(s *sheetReader) (*RowReader, error) {
	r := &RowReader{sheet: s, number: -1, line: 1, delim: ';', list: s.list, decimal: '.', form: YearFirst, bom: true, charmap: charmap.Windows1252}
	r.file = newInput(s, 64<<10, 64<<10)
	r.format = table.CSVFormat{Delimiter: ';'}
	r.rows = table.NewCSVReader(r.file, r.format)
	r.rows.Reset(r.file, s.heading.row)
	err := r.rows.Next()
	switch {
	case r.file.err != nil && !errors.Is(r.file.err, io.EOF):
		return nil, r.file.err
	case err != nil:
		return nil, err
	}
	r.tipo, r.columns = s.heading.tipo, make([]*FieldInfo, len(s.columns))
	for f := range r.at {
		r.at[f] = -1
	}
	for i, c := range s.columns {
		if r.columns[i] = c.info; c.number {
			r.number = i
		} else {
			r.at[c.info.Field] = i
		}
	}
	r.begin()
	return r, nil
}

// begin writes how the XML begins.
func (r *RowReader) begin() {
	r.root = builtIn.roots[r.tipo]
	r.xml = append(r.xml, `<Flusso xmlns="`+flussoNamespace+`">`...)
}

// Place gives a fault the column of the table that its field stands in.
func (r *RowReader) Place(f Fault) Fault {
	if r.sheet != nil {
		return r.sheet.place(f)
	}
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
	if r.sheet != nil {
		return r.sheet.workbook().notes()
	}
	if r.layout != nil { // which says the rest
		for _, c := range r.found().Conversions {
			notes = append(notes, textConversion(c))
		}
		return notes
	}
	found := r.found()
	notes = append(notes, found.synonyms()...)
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

// found tells how the columns of a CSV were read.
func (r *RowReader) found() (found TableFound) {
	for i, info := range r.columns {
		c := ColumnFound{Column: strconv.Itoa(i + 1), Synonym: r.synonym != nil && r.synonym[i]}
		switch {
		case info != nil:
			c.Field = info.Name
		case i == r.number:
			c.Field = rowOrdinal
		}
		found.Columns = append(found.Columns, c)
		if info != nil && r.tallies != nil {
			found.Conversions = append(found.Conversions, r.tallies[i].list("", info.Name, func(row int) string { return fmt.Sprintf("%d:%d", row, i+1) })...)
		}
	}
	return found
}

// Read gives the XML.
func (r *RowReader) Read(p []byte) (int, error) {
	for r.pos == len(r.xml) {
		if r.err != nil {
			return 0, r.err
		}
		r.quota -= len(r.xml)
		r.xml, r.pos, r.resting = r.xml[:0], 0, false
		for r.err == nil && !r.resting && len(r.xml) < xmlAhead {
			r.err = r.row()
		}
		switch {
		case !errors.Is(r.err, io.EOF):
		case r.head == nil && r.sheet != nil:
			r.err = workbookFault(textSheetRows(r.sheet.found.Sheet), hintSheetRows)
		case r.head == nil:
			r.err = rowsInvalid(r.line, textRowsNone)
		default:
			r.endPerson()
			r.xml = append(r.xml, "</Flusso>\n"...)
		}
	}
	n := copy(p, r.xml[r.pos:])
	r.pos += n
	return n, nil
}

// row writes the next row as XML; between two Beneficiari it may rest instead.
func (r *RowReader) row() error {
	switch err := r.rows.Next(); {
	case errors.Is(err, io.EOF):
		return err
	case errors.Is(err, table.ErrQuote), errors.Is(err, table.ErrUnclosedQuote):
		return rowsInvalid(r.rows.Line(), textRowsQuote)
	case errors.Is(err, table.ErrRowTooLong):
		return rowsInvalid(r.rows.Line(), textRowsLong)
	case err != nil:
		return err
	}
	if empty, err := r.measure(); empty || err != nil {
		return err
	}
	another, err := r.another()
	if err != nil {
		return err
	}
	if another {
		if r.endPerson(); r.restful && r.head != nil && len(r.xml) >= r.quota {
			r.rows.Unread()
			r.resting, r.quota = true, len(r.xml)+restEvery
			return nil
		}
	}
	for ; r.line < r.rows.Line(); r.line++ {
		r.xml = append(r.xml, '\n')
	}
	if err := r.header(); err != nil {
		return err
	}
	unit := r.root.children[1]
	if r.persons() {
		if another {
			r.beginPerson()
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

// persons tells whether the records stand in Beneficiari.
func (r *RowReader) persons() bool { return r.root.children[1].role == roleBeneficiario }

// measure looks at the row as a whole: its length, its encoding; empty, there is
// nothing in it.
func (r *RowReader) measure() (empty bool, err error) {
	raw := r.rows.Raw()
	if len(bytes.Trim(raw, string(r.delim)+" \t\"")) == 0 {
		return true, nil
	}
	for i := len(r.columns); i < r.rows.Len(); i++ {
		if len(r.rows.Field(i)) > 0 { // a spreadsheet writes empty cells to its widest row's end
			return false, rowsInvalid(r.rows.Line(), textRowsCells(r.rows.Len(), len(r.columns)))
		}
	}
	switch {
	case r.rows.Len() < len(r.columns):
		return false, rowsInvalid(r.rows.Line(), textRowsCells(r.rows.Len(), len(r.columns)))
	case r.page, isASCII(raw):
	case utf8.Valid(raw):
		r.accents = true
	case r.bom || r.accents:
		return false, rowsInvalid(r.rows.Line(), textRowsEncoding)
	default:
		r.page = true
	}
	return false, nil
}

// header writes IdentificazioneFlusso for the first row; the others must agree.
func (r *RowReader) header() error {
	first := r.head == nil
	if first {
		r.head = make([][]byte, len(r.columns))
	}
	for i, info := range r.columns {
		switch {
		case info == nil || info.Level != LevelFlusso:
		case first:
			r.head[i] = bytes.Clone(r.coded(i))
		case !bytes.Equal(r.coded(i), r.head[i]):
			if r.sheet != nil {
				return r.sheet.otherFlow(info, r.rows.Line())
			}
			return rowsInvalid(r.rows.Line(), textRowsFlows)
		}
	}
	if first {
		r.element(r.root.children[0])
	}
	return nil
}

// another tells whether the row is of another Beneficiario than the one before:
// by its number or, where there is none, by all its particulars. Rows with one
// number and different particulars are a fault of the table.
func (r *RowReader) another() (bool, error) {
	r.key, r.keyed = r.key[:0], 0
	if r.number >= 0 {
		r.key = append(r.key, r.rows.Field(r.number)...)
		r.keyed = len(r.key)
	}
	for i, info := range r.columns {
		if info != nil && (info.Level == LevelBeneficiario || info.Level == LevelIndirizzo) {
			r.key = append(append(r.key, r.coded(i)...), 0)
		}
	}
	same := bytes.Equal(r.key[r.keyed:], r.traits)
	switch {
	case !r.opened || r.number < 0 && !same || !bytes.Equal(r.key[:r.keyed], r.person):
		return true, nil
	case !same:
		return false, rowsInvalid(r.rows.Line(), textRowsPerson)
	}
	return false, nil
}

// beginPerson takes note of whose row this is.
func (r *RowReader) beginPerson() {
	r.opened, r.person, r.traits = true, append(r.person[:0], r.key[:r.keyed]...), append(r.traits[:0], r.key[r.keyed:]...)
}

// endPerson closes the open Beneficiario.
func (r *RowReader) endPerson() {
	if r.opened {
		r.xml = append(r.xml, "</Beneficiario>"...)
	}
	r.opened = false
}

func rowsInvalid(line int, what flusso.Text) error {
	return &flusso.Error{Op: "read table", Kind: flusso.Invalid, Hint: hintRows, What: flusso.Text{
		It: fmt.Sprintf("riga %d: %s", line, what.It), En: fmt.Sprintf("line %d: %s", line, what.En),
	}}
}
