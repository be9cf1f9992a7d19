package table

import (
	"archive/zip"
	"bufio"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// What a sheet of a spreadsheet holds, by the format.
const (
	MaxXLSXRows  = 1_048_576 // the header's among them
	maxXLSXCell  = 32_767    // characters, as UTF-16 counts them
	maxXLSXName  = 31
	maxXLSXCells = 16_384 // columns
)

// ErrXLSX is in the chain of the error about rows that a spreadsheet cannot hold:
// too many, too wide, a text too long.
var ErrXLSX = errors.New("a spreadsheet cannot hold this")

// XLSXWriter writes a workbook (ECMA-376, transitional) sheet after sheet, and each
// row when it comes: it holds none, and has no file beside the one it writes.
// Texts are cells of text, whatever they begin with, so none is ever a formula;
// dates, numbers and amounts are such for the spreadsheet too; lists are their
// elements between '|'. The same rows give the same bytes.
type XLSXWriter struct {
	// Filled has the cells that are still empty be what their column is, for somebody
	// who fills them in: texts that keep their zeros, amounts, dates. It counts for the
	// sheets that are begun from then on.
	Filled bool

	zip    *zip.Writer
	names  []string
	sheet  *bufio.Writer
	column []Column
	rows   int
	cell   []byte
	asked  string // by Ask, of the sheet at hand
	err    error
}

// NewXLSXWriter begins a workbook. It does not close w.
func NewXLSXWriter(w io.Writer) *XLSXWriter { return &XLSXWriter{zip: zip.NewWriter(wholeWriter{w})} }

// Sheet ends the sheet before, and begins one with a first row of names.
func (x *XLSXWriter) Sheet(name string, columns []Column) error {
	if err := x.endSheet(); err != nil {
		return err
	}
	switch {
	case len(columns) == 0 || len(columns) > maxXLSXCells:
		return x.fail(fmt.Errorf("%w: %d columns", ErrXLSX, len(columns)))
	case name == "" || utf8.RuneCountInString(name) > maxXLSXName || strings.ContainsAny(name, `[]:*?/\`) || strings.Trim(name, "'") != name:
		return x.fail(fmt.Errorf("sheet name %q", name))
	case slices.ContainsFunc(x.names, func(other string) bool { return strings.EqualFold(other, name) }):
		return x.fail(fmt.Errorf("two sheets called %q", name))
	}
	if err := cells(columns); err != nil {
		return x.fail(err)
	}
	x.names = append(x.names, name)
	x.column, x.rows = columns, 0
	if err := x.begin(fmt.Sprintf("xl/worksheets/sheet%d.xml", len(x.names))); err != nil {
		return err
	}
	x.put(xmlHead + `<worksheet xmlns="` + sheetNamespace + `"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><cols>`)
	for i := range columns {
		width := min(max(10, utf8.RuneCountInString(columns[i].Name)+3), 40)
		style := ""
		if x.Filled {
			style = fmt.Sprintf(` style="%d"`, emptyStyle(columns[i].Kind))
		}
		x.put(fmt.Sprintf(`<col min="%d" max="%[1]d" width="%d" customWidth="1"%s/>`, i+1, width, style))
	}
	x.put(`</cols><sheetData>`)
	x.beginRow()
	for i := range columns {
		x.text(i, []byte(columns[i].Name), styleHead)
	}
	return x.endRow()
}

// Append writes the rows [from, to) of c, whose columns are the sheet's.
func (x *XLSXWriter) Append(c *Chunk, from, to int) error {
	if x.err != nil {
		return x.err
	}
	if len(c.Columns) != len(x.column) || from < 0 || to < from || to > c.Rows() {
		return x.fail(fmt.Errorf("append rows %d to %d of a chunk of %d rows and %d columns to a sheet of %d columns", from, to, c.Rows(), len(c.Columns), len(x.column)))
	}
	for row := from; row < to; row++ {
		if x.rows == MaxXLSXRows {
			return x.fail(fmt.Errorf("%w: more than %d rows in one sheet", ErrXLSX, MaxXLSXRows-1))
		}
		x.beginRow()
		for i := range c.Columns {
			if v := &c.Columns[i]; !v.Null[row] {
				x.value(i, v, row)
			}
		}
		if err := x.endRow(); err != nil {
			return err
		}
	}
	return nil
}

// WrittenCell is a cell of a row that comes cell by cell: a text, an Int, a Decimal or a
// Date as Values have them; the zero value is no cell.
type WrittenCell struct {
	Kind Kind
	Text []byte // nil: none
	Num  int64
}

// Row writes a row whose cells may each be of another kind.
func (x *XLSXWriter) Row(cells []WrittenCell) error {
	if x.err != nil {
		return x.err
	}
	if x.rows == MaxXLSXRows {
		return x.fail(fmt.Errorf("%w: more than %d rows in one sheet", ErrXLSX, MaxXLSXRows-1))
	}
	x.beginRow()
	for i, c := range cells {
		switch {
		case c.Kind == Int || c.Kind == Decimal || c.Kind == Date:
			x.number(i, c.Kind, c.Num)
		case c.Text != nil:
			x.text(i, c.Text, styleNone)
		}
	}
	return x.endRow()
}

// Close ends the workbook. One without a sheet is none.
func (x *XLSXWriter) Close() error {
	if err := x.endSheet(); err != nil {
		return err
	}
	if len(x.names) == 0 {
		return x.fail(errors.New("a workbook without sheets"))
	}
	for _, part := range x.parts() {
		if err := x.begin(part[0]); err != nil {
			return err
		}
		x.put(part[1])
		if err := x.sheet.Flush(); err != nil {
			return x.fail(err)
		}
	}
	if err := x.zip.Close(); err != nil {
		return x.fail(err)
	}
	x.err = errors.New("workbook is closed")
	return nil
}

func (x *XLSXWriter) fail(err error) error {
	if x.err == nil {
		x.err = fmt.Errorf("write xlsx: %w", err)
	}
	return x.err
}

// begin opens a part of the package. It has no time: that would change the bytes.
func (x *XLSXWriter) begin(name string) error {
	if x.err != nil {
		return x.err
	}
	w, err := x.zip.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate})
	if err != nil {
		return x.fail(err)
	}
	if x.sheet == nil {
		x.sheet = bufio.NewWriterSize(w, 64<<10)
	} else {
		x.sheet.Reset(w)
	}
	return nil
}

func (x *XLSXWriter) endSheet() error {
	if x.err != nil || x.column == nil {
		return x.err
	}
	x.put(`</sheetData><autoFilter ref="A1:` + ColumnName(len(x.column)-1) + strconv.Itoa(x.rows) + `"/>` + x.asked + `</worksheet>`)
	x.column, x.asked = nil, ""
	if err := x.sheet.Flush(); err != nil {
		return x.fail(err)
	}
	return nil
}

func (x *XLSXWriter) put(s string) { _, _ = x.sheet.WriteString(s) } // the error stays until Flush

func (x *XLSXWriter) beginRow() {
	x.rows++
	x.put(`<row r="` + strconv.Itoa(x.rows) + `">`)
}

func (x *XLSXWriter) endRow() error {
	if x.err != nil {
		return x.err
	}
	if _, err := x.sheet.WriteString("</row>"); err != nil {
		return x.fail(err)
	}
	return nil
}

// open begins a cell: kind is the attribute t with its value, or nothing.
func (x *XLSXWriter) open(column int, kind string, style int) {
	x.put(`<c r="` + ColumnName(column) + strconv.Itoa(x.rows) + `"`)
	if style != styleNone {
		x.put(` s="` + strconv.Itoa(style) + `"`)
	}
	x.put(kind + ">")
}

func (x *XLSXWriter) value(column int, v *Values, row int) {
	switch v.Kind {
	case String:
		x.text(column, v.Text(row), styleNone)
		return
	case Strings:
		var all []byte
		for i := range v.ListLen(row) {
			if i > 0 {
				all = append(all, '|')
			}
			all = append(all, v.ListAt(row, i)...)
		}
		x.text(column, all, styleNone)
		return
	}
	x.number(column, v.Kind, v.Num[row])
}

func (x *XLSXWriter) number(column int, of Kind, n int64) {
	x.cell = x.cell[:0]
	kind, style := "", styleNone
	switch of {
	case Decimal:
		x.cell, style = AppendDecimal(x.cell, n), styleAmount
	case Date:
		if n < firstSheetDay {
			x.text(column, time.Unix(n*86400, 0).UTC().AppendFormat(nil, time.DateOnly), styleNone)
			return
		}
		x.cell, style = strconv.AppendInt(x.cell, n+sheetEpoch, 10), styleDate
	case Bool:
		x.cell, kind = strconv.AppendInt(x.cell, n, 10), ` t="b"`
	default:
		x.cell = strconv.AppendInt(x.cell, n, 10)
	}
	x.open(column, kind, style)
	x.put("<v>")
	_, _ = x.sheet.Write(x.cell)
	x.put("</v></c>")
}

// Spreadsheets count days from 1899-12-30, rightly from 1 March 1900 on.
const (
	sheetEpoch    = 25569
	firstSheetDay = -25508
)

// text writes a cell of text. What XML cannot hold is written as the format says,
// _xHHHH_, and so is what looks like that.
func (x *XLSXWriter) text(column int, s []byte, style int) {
	x.cell = x.cell[:0]
	long := 0
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRune(s[i:])
		if long++; r > 0xffff {
			long++
		}
		switch {
		case r == '&':
			x.cell = append(x.cell, "&amp;"...)
		case r == '<':
			x.cell = append(x.cell, "&lt;"...)
		case r == '>':
			x.cell = append(x.cell, "&gt;"...)
		case r == '_' && looksEscaped(s[i:]):
			x.cell = append(x.cell, "_x005F_"...)
		case r < ' ' && r != '\t' && r != '\n', r == 0xfffe, r == 0xffff:
			x.cell = fmt.Appendf(x.cell, "_x%04X_", r)
		default:
			x.cell = utf8.AppendRune(x.cell, r)
		}
		i += n
	}
	if long > maxXLSXCell {
		_ = x.fail(fmt.Errorf("%w: column %s: a text of more than %d characters", ErrXLSX, x.column[column].Name, maxXLSXCell)) // the row's end gives it
		return
	}
	x.open(column, ` t="inlineStr"`, style)
	x.put(`<is><t xml:space="preserve">`)
	_, _ = x.sheet.Write(x.cell)
	x.put("</t></is></c>")
}

// looksEscaped tells _xHHHH_ at the beginning of s.
func looksEscaped(s []byte) bool {
	if len(s) < 7 || s[1] != 'x' || s[6] != '_' {
		return false
	}
	_, err := strconv.ParseUint(string(s[2:6]), 16, 16)
	return err == nil
}

// ColumnName is A, B, … Z, AA, …
func ColumnName(i int) string {
	name := ""
	for i++; i > 0; i = (i - 1) / 26 {
		name = string(rune('A'+(i-1)%26)) + name
	}
	return name
}
