package schema

import (
	"bytes"
	"fmt"
	"strconv"
	"unicode/utf8"
)

// What a cell stands for.

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
	if at := r.at[f]; at >= 0 && r.codes != nil {
		to, ok := r.codes[at][string(bytes.TrimSpace(r.decoded(v)))]
		switch {
		case ok:
			v = []byte(to)
			r.tallies[at].add(ConvertedCode, r.rows.Line())
		case r.years[at]:
			v = r.yearOf(v, at)
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
		case c == lineEndMark && r.sheet != nil:
			r.xml = append(r.xml, "&#10;"...)
		case c >= utf8.RuneSelf && r.page:
			r.xml = utf8.AppendRune(r.xml, r.charmap.DecodeByte(c))
		default:
			r.xml = append(r.xml, c)
		}
	}
}

// coded gives the i-th cell by the layout's codes: what is spelled in two ways is one.
func (r *RowReader) coded(i int) []byte {
	v := r.rows.Field(i)
	if r.codes == nil || r.codes[i] == nil {
		return v
	}
	if to, ok := r.codes[i][string(bytes.TrimSpace(r.decoded(v)))]; ok {
		return []byte(to)
	}
	if bytes.IndexByte(v, r.list) < 0 {
		return v
	}
	var parts []byte
	for part := range bytes.SplitSeq(v, []byte{r.list}) {
		if to, ok := r.codes[i][string(bytes.TrimSpace(r.decoded(part)))]; ok {
			part = []byte(to)
		}
		parts = append(append(parts, part...), r.list)
	}
	return parts
}

// yearOf gives the year of a date, which is in the at-th column; what is none stays as it is.
func (r *RowReader) yearOf(v []byte, at int) []byte {
	iso, ok := dayFirst(v)
	if r.form == Compact {
		iso, ok = compactDate(v)
	}
	if !ok {
		iso = v
	}
	if _, ok := ParseDate(iso); !ok {
		return v
	}
	r.tallies[at].add(ConvertedYear, r.rows.Line())
	return iso[:4]
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

// split appends what stands between the | of a cell, each part as it is written;
// an empty cell has none.
func (r *RowReader) split(parts [][]byte, v []byte) [][]byte {
	if len(v) == 0 {
		return parts
	}
	from := 0
	for i := 0; i < len(v); i++ {
		switch v[i] {
		case '\\':
			i++
		case r.list:
			parts = append(parts, v[from:i])
			from = i + 1
		}
	}
	return append(parts, v[from:])
}
