package anonymize

import (
	"encoding/binary"

	"flussi/internal/flusso"
	"flussi/internal/schema"
)

// cell is a column, or a field of one, as a packed row holds it: a uvarint that
// is 0 for a missing value, else one more than a code, than a number (zigzag),
// than a text's length (the text follows) or than a list's (its texts follow).
// A cell with cells of its own is a struct, or a list of them: one more than the
// number of elements, and for each cell its values, one for each element. A code's
// label is behind it, in a column of its own.
type cell struct {
	kind     cellKind
	field    schema.FieldInfo
	slot     int // of the field in the Rows of its level
	codebook *codebook
	derive   func(r *reading) (int64, bool) // of a number that no field holds
	cells    []cell
}

type cellKind uint8

const (
	cellText cellKind = iota
	cellMonth
	cellCode
	cellDate
	cellAmount
	cellInt
	cellMinutes
	cellDerived
	cellList
	cellStruct
	cellStructs
)

func newCell(t flusso.Tipo, f schema.FieldInfo) cell {
	x := cell{field: f}
	if f.Level == schema.LevelList {
		x.kind = cellList
		return x
	}
	x.slot = schema.SlotOf(t, f.Field)
	switch f.Type {
	case schema.Date:
		x.kind = cellDate
	case schema.Decimal:
		x.kind = cellAmount
	case schema.Int, schema.Year:
		x.kind = cellInt
	case schema.HoursMins:
		x.kind = cellMinutes
	case schema.MonthYear:
		x.kind = cellMonth
	default:
		if x.codebook = codebookOf(f); x.codebook != nil {
			x.kind = cellCode
		}
	}
	return x
}

func (x *cell) labelled() bool { return x.codebook != nil && x.codebook.label != nil }

// packer appends cells to a row.
type packer struct {
	row []byte
	r   *reading
	err error // that more codes came than a vocabulary may hold
}

// cells appends the cells of a level.
func (p *packer) cells(cells []cell, level schema.Level) {
	if len(cells) == 0 {
		return
	}
	row := p.r.b.Row(level, p.r.rec, 0)
	for n := range cells {
		p.cell(&cells[n], row)
	}
}

// cell appends the value of a cell; a value that is none of its type is missing.
func (p *packer) cell(x *cell, row schema.Row) {
	switch x.kind {
	case cellDerived:
		n, ok := x.derive(p.r)
		p.number(n, ok)
		return
	case cellList:
		p.list(x)
		return
	case cellStructs:
		n := p.r.b.Repeats(x.cells[0].field.Field, p.r.rec)
		p.uvarint(uint64(n) + 1)
		for c := range x.cells {
			for at := range n {
				p.cell(&x.cells[c], p.r.b.Row(schema.LevelIndirizzo, p.r.rec, at))
			}
		}
		return
	case cellStruct:
		if !p.any(x, row) {
			p.row = append(p.row, 0)
			return
		}
		p.row = append(p.row, 2) // one element
		for c := range x.cells {
			p.cell(&x.cells[c], row)
		}
		return
	}
	if !row.Has(x.slot) {
		p.row = append(p.row, 0)
		return
	}
	switch x.kind {
	case cellCode:
		if n := row.Digit(x.slot); n > 0 && n <= x.codebook.ordinals {
			p.row = append(p.row, byte(n))
			return
		}
		code, err := x.codebook.code(row.Bytes(x.slot))
		if err != nil {
			p.err = err
		}
		p.uvarint(uint64(code) + 1)
	case cellDate:
		day, ok := row.Date(x.slot)
		p.number(int64(day), ok)
	case cellAmount:
		p.number(row.Cents(x.slot))
	case cellInt:
		n, ok := schema.ParseInt(row.Bytes(x.slot))
		p.number(int64(n), ok)
	case cellMinutes:
		p.number(minutes(row.Bytes(x.slot)))
	case cellMonth:
		year, month, ok := schema.ParseMonthYear(row.Bytes(x.slot))
		if !ok {
			p.row = append(p.row, 0)
			return
		}
		p.text([]byte{
			byte('0' + year/1000), byte('0' + year/100%10), byte('0' + year/10%10), byte('0' + year%10),
			'-', byte('0' + month/10), byte('0' + month%10),
		})
	default:
		p.text(row.Bytes(x.slot))
	}
}

func (p *packer) list(x *cell) {
	n := p.r.b.Repeats(x.field.Field, p.r.rec)
	p.uvarint(uint64(n) + 1)
	for at := range n {
		v, _ := p.r.b.At(x.field.Field, p.r.rec, at)
		p.text(v)
	}
}

// any tells whether a struct has a value at all.
func (p *packer) any(x *cell, row schema.Row) bool {
	for c := range x.cells {
		f := &x.cells[c]
		if f.kind == cellList && p.r.b.Repeats(f.field.Field, p.r.rec) > 0 || f.kind != cellList && row.Has(f.slot) {
			return true
		}
	}
	return false
}

func (p *packer) text(v []byte) {
	p.uvarint(uint64(len(v)) + 1)
	p.row = append(p.row, v...)
}

func (p *packer) number(n int64, ok bool) {
	if !ok {
		p.row = append(p.row, 0)
		return
	}
	p.uvarint((uint64(n)<<1 ^ uint64(n>>63)) + 1)
}

func (p *packer) uvarint(n uint64) {
	if n < 0x80 {
		p.row = append(p.row, byte(n))
	} else {
		p.row = binary.AppendUvarint(p.row, n)
	}
}
