package schema

import (
	"bytes"
	"strconv"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// value puts the i-th field of the row into the last record, in the lexical
// form of the field's XSD type, or reports why it cannot; pos is its place for
// the Batch. refused tells that the column holds fiscal codes.
func (d *ritornoDecoder) value(b *Batch, i int, pos uint32) (refused bool) {
	column := &d.columns[i]
	v, _ := d.decode(d.rows.Field(i))
	trimmed := bytes.TrimSpace(v)
	if len(trimmed) > 0 && column.screen.identifies(trimmed) {
		return true
	}
	if column.to == nil {
		return false
	}
	f := column.to.Field
	if len(trimmed) == 0 {
		if column.info.Required {
			line, at := d.rows.Place(i)
			d.broken(b, ritRequired, line, at, column.info.Path)
			b.set(f, nil, pos, true)
		}
		return false
	}
	if column.info.Type != Text {
		v = trimmed
	}
	if b.shape.level[f] != LevelList {
		lexical, fault := d.lexical(column, v)
		b.set(f, lexical, pos, fault != numRitornoRules)
		d.explain(b, i, fault)
		return false
	}
	for rest, more := v, true; more; {
		var one []byte
		one, rest, more = bytes.Cut(rest, []byte{d.layout.List})
		lexical, fault := d.lexical(column, bytes.TrimSpace(one))
		b.add(f, lexical, pos, fault != numRitornoRules)
		d.explain(b, i, fault)
	}
	return false
}

func (d *ritornoDecoder) explain(b *Batch, i int, fault ritornoRule) {
	if fault != numRitornoRules {
		line, at := d.rows.Place(i)
		d.broken(b, fault, line, at, d.columns[i].info.Path)
	}
}

// lexical translates a value into what the XSD would have; fault is
// numRitornoRules where the result is valid. A value that does not translate
// comes back as it is.
func (d *ritornoDecoder) lexical(c *ritornoColumn, v []byte) (lexical []byte, fault ritornoRule) {
	if c.to.Codes != nil {
		code, ok := c.to.Codes[string(v)]
		if !ok {
			return v, ritCode
		}
		d.list = append(d.list[:0], code...)
		return d.list, numRitornoRules
	}
	lexical = v
	switch c.info.Type {
	case Date:
		var ok bool
		if lexical, ok = d.date(v); !ok {
			return v, ritDate
		}
	case Decimal, HoursMins:
		if d.layout.Decimal == ',' {
			if bytes.IndexByte(v, '.') >= 0 {
				return v, ritDecimal
			}
			if mark := bytes.IndexByte(v, ','); mark >= 0 {
				d.list = append(d.list[:0], v...)
				d.list[mark] = '.'
				lexical = d.list
			}
		}
	}
	switch checkValue(c.to.Field, lexical) {
	case "":
		return lexical, numRitornoRules
	case xsdDate:
		return v, ritDate
	case xsdDecimal:
		return v, ritDecimal
	case xsdInt, xsdRange:
		return v, ritInt
	case xsdLength:
		return v, ritLength
	}
	if c.info.Type == Year {
		return v, ritDate
	}
	return v, ritCode
}

// date rewrites a date of the layout's form as AAAA-MM-GG; whether the day
// exists is for checkValue to say.
func (d *ritornoDecoder) date(v []byte) (lexical []byte, ok bool) {
	var year, month, day []byte
	switch d.layout.Dates {
	case YearFirst:
		if len(v) != 10 || v[4] != '-' || v[7] != '-' {
			return v, false
		}
		return v, true
	case DayFirst:
		if len(v) != 10 || v[2] != '/' || v[5] != '/' {
			return v, false
		}
		day, month, year = v[:2], v[3:5], v[6:]
	case Compact:
		if len(v) != 8 {
			return v, false
		}
		year, month, day = v[:4], v[4:6], v[6:]
	}
	d.list = append(d.list[:0], year...)
	d.list = append(append(d.list, '-'), month...)
	d.list = append(append(d.list, '-'), day...)
	return d.list, true
}

// decode gives a field in UTF-8; ok is false where its bytes are not of the
// layout's encoding. UTF-8 rows were judged whole.
func (d *ritornoDecoder) decode(v []byte) (text []byte, ok bool) {
	if d.layout.Encoding == UTF8 {
		return v, !d.layout.Header || len(d.columns) > 0 || utf8.Valid(v)
	}
	ascii := true
	for _, c := range v {
		ascii = ascii && c < 0x80
	}
	if ascii {
		return v, true
	}
	page := charmap.Windows1252
	if d.layout.Encoding == ISO88591 {
		page = charmap.ISO8859_1
	}
	d.plain = d.plain[:0]
	for _, c := range v {
		d.plain = utf8.AppendRune(d.plain, page.DecodeByte(c))
	}
	return d.plain, true
}

// numberedColumns names the columns of a file without header.
func (d *ritornoDecoder) numberedColumns() []string {
	names := make([]string, len(d.layout.Columns)+len(d.layout.Ignore))
	for i := range names {
		names[i] = strconv.Itoa(i + 1)
	}
	return names
}
