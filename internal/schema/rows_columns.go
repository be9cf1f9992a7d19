package schema

import (
	"bytes"
	"slices"
	"strconv"
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
				return rowsInvalid(r.rows.Line(), textRowsColumn(i+1))
			}
			continue
		}
		f := l.Columns[j].Field
		if r.at[f] >= 0 {
			return rowsInvalid(r.rows.Line(), textRowsTwice(i+1))
		}
		k := slices.IndexFunc(Fields(l.Flow), func(info FieldInfo) bool { return info.Field == f })
		r.at[f], r.columns[i], r.codes[i] = i, &Fields(l.Flow)[k], l.Columns[j].Codes
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
		return rowsInvalid(r.rows.Line(), textRowsHead)
	case stranger > 0:
		return rowsInvalid(r.rows.Line(), textRowsColumn(stranger))
	}
	for f := range r.at {
		r.at[f] = -1
	}
	for i, info := range r.columns {
		if info == nil {
			continue
		}
		if r.at[info.Field] >= 0 {
			return rowsInvalid(r.rows.Line(), textRowsTwice(i+1))
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
