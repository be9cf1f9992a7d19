package schema

import (
	"bytes"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"

	"flussi/internal/flusso"
)

// Which field each column of a table is: by the names of the fields, or by a
// layout.

// follow tells what each column is by a layout.
func (r *RowReader) follow(l *Layout, expect flusso.Tipo) error {
	if expect != 0 && expect != l.Flow {
		return rowsInvalid(1, textRowsLayoutFlow)
	}
	if len(l.Join) > 0 {
		return rowsInvalid(1, textRowsJoin)
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
	r.columns, r.codes, r.years, r.tallies = make([]*FieldInfo, n), make([]map[string]string, n), make([]bool, n), make([]tallies, n)
	for f := range r.at {
		r.at[f] = -1
	}
	for i := range n {
		name := strconv.Itoa(i + 1)
		if l.Header {
			name = strings.Join(strings.Fields(string(r.decoded(r.rows.Field(i)))), " ")
		}
		j := slices.IndexFunc(l.Columns, func(c LayoutColumn) bool { return sameName(c.Source, name) })
		if j < 0 {
			if !slices.ContainsFunc(l.Ignore, func(ignored string) bool { return sameName(ignored, name) }) {
				return rowsInvalid(r.rows.Line(), textRowsColumn(i+1))
			}
			continue
		}
		f := l.Columns[j].Field
		if r.at[f] >= 0 {
			return rowsInvalid(r.rows.Line(), textRowsTwice(i+1))
		}
		k := slices.IndexFunc(Fields(l.Flow), func(info FieldInfo) bool { return info.Field == f })
		r.at[f], r.columns[i], r.codes[i], r.years[i] = i, &Fields(l.Flow)[k], l.Columns[j].Codes, l.Columns[j].Year
	}
	for _, c := range l.Columns {
		if r.at[c.Field] < 0 {
			return rowsInvalid(r.rows.Line(), textRowsLacks(c.Source))
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

// resolve tells which field each column is, by names as those of a workbook.
func (r *RowReader) resolve(expect flusso.Tipo) error {
	names := headRow{r.rows.Line(), map[int]string{}}
	for i := range r.rows.Len() {
		names.cells[i] = headText(r.rows.Field(i))
	}
	h := findHeading([]headRow{names}, expect)
	if h == nil {
		return rowsInvalid(r.rows.Line(), textRowsHead)
	}
	h.leaveBesides()
	if err := h.faults(func(c headColumn) flusso.Text { return textRowsAt(c.column + 1) }); err != nil {
		return rowsInvalid(r.rows.Line(), joinTexts(err))
	}
	r.columns, r.synonym, r.tipo = make([]*FieldInfo, r.rows.Len()), make([]bool, r.rows.Len()), h.tipo
	for f := range r.at {
		r.at[f] = -1
	}
	for _, c := range h.columns {
		r.columns[c.column], r.synonym[c.column] = c.info, c.synonym
		switch {
		case c.number:
			r.number = c.column
		case c.info != nil:
			r.at[c.info.Field] = c.column
		}
	}
	return nil
}

// headText gives a name of the first line, where the encoding is not known yet.
func headText(v []byte) string {
	if !utf8.Valid(v) {
		decoded, _ := charmap.Windows1252.NewDecoder().Bytes(v) // a table: it cannot fail
		v = decoded
	}
	return strings.Join(strings.Fields(string(v)), " ")
}

// looksLikeRows tells a table by the first bytes of a file: its first line is a
// spreadsheet's sep=, or has the names of two fields.
func looksLikeRows(start []byte) bool {
	line, _, _ := bytes.Cut(bytes.TrimPrefix(start, []byte("\ufeff")), newline)
	if bytes.HasPrefix(line, []byte("sep=")) {
		return true
	}
	first := headRow{1, map[int]string{}}
	for cell := range bytes.SplitSeq(line, []byte{delimiterOf(line)}) {
		first.cells[len(first.cells)] = headText(bytes.Trim(cell, "\"\r"))
	}
	return findHeading([]headRow{first}, 0) != nil
}
