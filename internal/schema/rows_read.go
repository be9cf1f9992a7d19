package schema

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
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

// follow tells what each column is by a layout.
func (r *RowReader) follow(l *Layout, expect flusso.Tipo) error {
	if expect != 0 && expect != l.Flow {
		return rowsInvalid(1, textRowsLayoutFlow)
	}
	r.tipo, r.layout, r.delim, r.list, r.decimal, r.form = l.Flow, l, l.Delimiter, l.List, l.Decimal, l.Dates
	if l.Encoding != UTF8 {
		r.page = true
		if l.Encoding == ISO88591 {
			r.charmap = charmap.ISO8859_1
		}
	} else {
		r.accents = true // what is not UTF-8 is a fault
	}
	n := len(l.Columns) + len(l.Ignore)
	if l.Header {
		n = r.rows.Len()
	}
	r.columns, r.codes = make([]*FieldInfo, n), make([]map[string]string, n)
	for f := range r.at {
		r.at[f] = -1
	}
	for i := range n {
		name := strconv.Itoa(i + 1)
		if l.Header {
			name = string(bytes.TrimSpace(r.decoded(r.rows.Field(i))))
		}
		j := slices.IndexFunc(l.Columns, func(c LayoutColumn) bool { return c.Source == name })
		if j < 0 {
			if !slices.Contains(l.Ignore, name) {
				return rowsInvalid(1+r.skipped, textRowsColumn(i+1))
			}
			continue
		}
		f := l.Columns[j].Field
		if r.at[f] >= 0 {
			return rowsInvalid(1+r.skipped, textRowsTwice(i+1))
		}
		k := slices.IndexFunc(Fields(l.Flow), func(info FieldInfo) bool { return info.Field == f })
		r.at[f], r.columns[i], r.codes[i] = i, &Fields(l.Flow)[k], l.Columns[j].Codes
	}
	for _, c := range l.Columns {
		if r.at[c.Field] < 0 {
			return rowsInvalid(1+r.skipped, textRowsLacks(c.Source))
		}
	}
	return nil
}

// decoded gives a cell in UTF-8.
func (r *RowReader) decoded(v []byte) []byte {
	if !r.page {
		return v
	}
	var text []byte
	for _, c := range v {
		text = utf8.AppendRune(text, r.charmap.DecodeByte(c))
	}
	return text
}

// rowLine is the line of the file on which the row begins.
func (r *RowReader) rowLine() int { return r.rows.Line() + r.skipped }

// delimiterOf is what most often stands between the names of the first line.
func delimiterOf(line []byte) byte {
	best := byte(';')
	for _, d := range []byte{',', '\t'} {
		if bytes.Count(line, []byte{d}) > bytes.Count(line, []byte{best}) {
			best = d
		}
	}
	return best
}

// resolve tells which field each column is.
func (r *RowReader) resolve(expect flusso.Tipo) error {
	tipi := []flusso.Tipo{flusso.PSPSASINA, flusso.SINBA}
	if expect == flusso.PSPSASINA || expect == flusso.SINBA {
		tipi = []flusso.Tipo{expect}
	}
	most, stranger := -1, 0
	for _, t := range tipi {
		byName := map[string]*FieldInfo{}
		for i, info := range Fields(t) {
			byName[plainName([]byte(info.Name))] = &Fields(t)[i]
		}
		columns, unknown := make([]*FieldInfo, r.rows.Len()), 0
		known, number := 0, -1
		for i := range columns {
			name := plainName(r.rows.Field(i))
			switch {
			case byName[name] != nil:
				columns[i] = byName[name]
				known++
			case name == plainName([]byte(rowOrdinal)) && number < 0:
				number = i
				known++
			case unknown == 0:
				unknown = i + 1
			}
		}
		if known > most {
			most, stranger, r.columns, r.number, r.tipo = known, unknown, columns, number, t
		}
	}
	switch {
	case most < 2:
		return rowsInvalid(r.rowLine(), textRowsHead)
	case stranger > 0:
		return rowsInvalid(r.rowLine(), textRowsColumn(stranger))
	}
	for f := range r.at {
		r.at[f] = -1
	}
	for i, info := range r.columns {
		if info == nil {
			continue
		}
		if r.at[info.Field] >= 0 {
			return rowsInvalid(r.rowLine(), textRowsTwice(i+1))
		}
		r.at[info.Field] = i
	}
	return nil
}

// looksLikeRows tells a table by the first bytes of a file: its first line is a
// spreadsheet's sep=, or has the names of two fields.
func looksLikeRows(start []byte) bool {
	line, _, _ := bytes.Cut(bytes.TrimPrefix(start, []byte("\ufeff")), newline)
	if bytes.HasPrefix(line, []byte("sep=")) {
		return true
	}
	known := 0
	for cell := range bytes.SplitSeq(line, []byte{delimiterOf(line)}) {
		name := plainName(bytes.Trim(cell, "\"\r"))
		if name != "" && slices.ContainsFunc([]flusso.Tipo{flusso.PSPSASINA, flusso.SINBA}, func(t flusso.Tipo) bool {
			return slices.ContainsFunc(Fields(t), func(f FieldInfo) bool { return plainName([]byte(f.Name)) == name })
		}) {
			known++
		}
	}
	return known >= 2
}

// plainName is a column's name as people may spell it: letters and digits.
func plainName(name []byte) string {
	var plain []byte
	for _, c := range name {
		switch {
		case c >= 'A' && c <= 'Z':
			plain = append(plain, c+'a'-'A')
		case c >= 'a' && c <= 'z', c >= '0' && c <= '9':
			plain = append(plain, c)
		case c != ' ' && c != '_' && c != '-':
			return ""
		}
	}
	return string(plain)
}

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

// field gives the raw cell of a field, nil where there is none.
func (r *RowReader) field(f Field) []byte {
	if f == 0 {
		return nil
	}
	if r.at[f] < 0 {
		if r.layout != nil {
			return []byte(r.layout.Constants[f])
		}
		return nil
	}
	return r.rows.Field(r.at[f])
}

// open writes the tag of e without its end; of several Indirizzo the i-th.
func (r *RowReader) open(e *element, i int) {
	r.xml = append(append(r.xml, '<'), e.name...)
	for k := range e.attributes {
		a := &e.attributes[k]
		v := r.field(a.field)
		if e.role == roleIndirizzo {
			v = r.nth(v, i)
		}
		if len(v) == 0 {
			continue
		}
		r.xml = append(append(append(r.xml, ' '), a.name...), '=', '"')
		r.value(a.field, r.meant(v, e.role == roleIndirizzo))
		r.xml = append(r.xml, '"')
	}
}

func (r *RowReader) element(e *element) {
	switch e.role {
	case roleIndirizzo:
		for i := range r.addresses(e) {
			r.open(e, i)
			r.xml = append(r.xml, "/>"...)
		}
		return
	case roleValue:
		v := r.field(e.text)
		for i := range r.entries(v) {
			r.xml = append(append(append(r.xml, '<'), e.name...), '>')
			r.value(e.text, r.meant(r.nth(v, i), true))
			r.xml = append(append(append(r.xml, "</"...), e.name...), '>')
		}
		return
	case roleSINA, roleGroup:
		if !r.present(e) {
			return
		}
	}
	r.open(e, 0)
	r.xml = append(r.xml, '>')
	for _, child := range e.children {
		r.element(child)
	}
	r.xml = append(append(append(r.xml, "</"...), e.name...), '>')
}

// present tells whether the row has something of e.
func (r *RowReader) present(e *element) bool {
	if e.role == roleValue {
		return len(r.field(e.text)) > 0
	}
	for i := range e.attributes {
		if len(r.field(e.attributes[i].field)) > 0 {
			return true
		}
	}
	for _, child := range e.children {
		if r.present(child) {
			return true
		}
	}
	return false
}

// addresses is how many Indirizzo the row has.
func (r *RowReader) addresses(e *element) (n int) {
	for i := range e.attributes {
		n = max(n, r.entries(r.field(e.attributes[i].field)))
	}
	return n
}

// meant gives the value that a cell, or a part of one, stands for.
func (r *RowReader) meant(v []byte, listed bool) []byte {
	switch {
	case string(v) == `""`:
		return nil
	case !listed && len(v) > 0 && v[0] == '\\':
		return v[1:]
	case !listed || bytes.IndexByte(v, '\\') < 0:
		return v
	}
	r.cell = r.cell[:0]
	for i := 0; i < len(v); i++ {
		if v[i] == '\\' && i+1 < len(v) {
			i++
		}
		r.cell = append(r.cell, v[i])
	}
	return r.cell
}

// value writes a value in the XSD's form.
func (r *RowReader) value(f Field, v []byte) {
	if at := r.at[f]; at >= 0 && r.codes != nil && r.codes[at] != nil {
		if to, ok := r.codes[at][string(bytes.TrimSpace(r.decoded(v)))]; ok {
			v = []byte(to)
		}
	}
	switch infoOf[f].Type {
	case Decimal, HoursMins:
		if i := bytes.IndexByte(v, ','); i >= 0 && r.decimal == ',' && bytes.IndexByte(v, '.') < 0 {
			r.commas++
			v = bytes.Clone(v)
			v[i] = '.'
		}
	case Date:
		iso, ok := dayFirst(v)
		if r.form == Compact {
			iso, ok = compactDate(v)
		}
		if ok && r.form != YearFirst {
			r.dates++
			v = iso
		}
	}
	for _, c := range v {
		switch {
		case c == '&':
			r.xml = append(r.xml, "&amp;"...)
		case c == '<':
			r.xml = append(r.xml, "&lt;"...)
		case c == '>':
			r.xml = append(r.xml, "&gt;"...)
		case c == '"':
			r.xml = append(r.xml, "&quot;"...)
		case c == '\t', c == '\n', c == '\r':
			r.xml = append(strconv.AppendInt(append(r.xml, "&#"...), int64(c), 10), ';')
		case c >= utf8.RuneSelf && r.page:
			r.xml = utf8.AppendRune(r.xml, r.charmap.DecodeByte(c))
		default:
			r.xml = append(r.xml, c)
		}
	}
}

// dayFirst reads GG/MM/AAAA, a day or month of one digit too, as spreadsheets
// write it.
func dayFirst(v []byte) (iso []byte, ok bool) {
	parts := bytes.Split(v, []byte("/"))
	if len(parts) != 3 || len(parts[2]) != 4 {
		return nil, false
	}
	for _, p := range parts {
		if len(p) == 0 || len(p) > 4 || !allDigits(p) {
			return nil, false
		}
	}
	if len(parts[0]) > 2 || len(parts[1]) > 2 {
		return nil, false
	}
	return fmt.Appendf(nil, "%s-%02s-%02s", parts[2], parts[1], parts[0]), true
}

// compactDate reads AAAAMMGG.
func compactDate(v []byte) (iso []byte, ok bool) {
	if len(v) != 8 || !allDigits(v) {
		return nil, false
	}
	return fmt.Appendf(nil, "%s-%s-%s", v[:4], v[4:6], v[6:]), true
}

// entries counts what stands between the | of a cell; an empty cell has none.
func (r *RowReader) entries(v []byte) int {
	if len(v) == 0 {
		return 0
	}
	n := 1
	for i := 0; i < len(v); i++ {
		switch v[i] {
		case '\\':
			i++
		case r.list:
			n++
		}
	}
	return n
}

// nth gives the n-th part of a cell, as it is written; nil where there is none.
func (r *RowReader) nth(v []byte, n int) []byte {
	from := 0
	for i := 0; i < len(v); i++ {
		switch v[i] {
		case '\\':
			i++
		case r.list:
			if n == 0 {
				return v[from:i]
			}
			n--
			from = i + 1
		}
	}
	if n > 0 {
		return nil
	}
	return v[from:]
}

func rowsInvalid(line int, what flusso.Text) error {
	return &flusso.Error{Op: "read table", Kind: flusso.Invalid, Hint: hintRows, What: flusso.Text{
		It: fmt.Sprintf("riga %d: %s", line, what.It), En: fmt.Sprintf("line %d: %s", line, what.En),
	}}
}
