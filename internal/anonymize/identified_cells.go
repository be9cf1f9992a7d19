package anonymize

import (
	"encoding/binary"
	"math"
	"math/bits"

	"flussi/internal/flusso"
	"flussi/internal/schema"
)

// cell is a column, or a field of one, as a packed row holds it, where it has a
// value at all: of a code two bytes, of a number four, of a text its length in one
// (the text follows), of a list the number of its texts in one (they follow). Where
// that is not room enough, what is in it is all ones, and eight bytes follow. A cell
// with cells of its own is a struct, which begins with a mask of its cells, or a
// list of them: their number, the mask of each, and then cell by cell the values. A
// code's label is behind it, in a column of its own.
type cell struct {
	kind     cellKind
	field    schema.FieldInfo
	codebook *codebook
	derive   func(r *reading) (int64, bool) // of a number that no field holds
	fields   *cellGroup                     // of a struct
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

func newCell(f schema.FieldInfo) cell {
	x := cell{field: f}
	if f.Level == schema.LevelList {
		x.kind = cellList
		return x
	}
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

// cellGroup are cells whose values stand together in a Batch. A mask has a bit for
// each: whether it has a value.
type cellGroup struct {
	cells []cell
	slots []uint8 // of the fields in the Rows of their level
	// always are the cells without a slot, which are asked themselves.
	always uint64
}

// maskBits is the most cells that a mask tells of.
const maskBits = 64

func (g *cellGroup) add(t flusso.Tipo, x cell) {
	slot := uint8(0)
	switch x.kind {
	case cellDerived, cellList, cellStruct, cellStructs:
		g.always |= 1 << len(g.cells)
	default:
		slot = uint8(schema.SlotOf(t, x.field.Field))
	}
	g.cells, g.slots = append(g.cells, x), append(g.slots, slot)
}

// packer appends cells to a row.
type packer struct {
	row []byte
	r   *reading
	err error // that more codes came than a vocabulary may hold
}

// group appends the values of a level's cells, and gives their mask.
func (p *packer) group(g *cellGroup, level schema.Level) (mask uint64) {
	if len(g.cells) == 0 {
		return 0
	}
	row := p.r.b.Row(level, p.r.rec, 0)
	return p.values(g, &row, row.Present(g.slots))
}

// values appends those of the cells that are there, and gives the mask of what has
// a value; one that is none of its type is missing.
func (p *packer) values(g *cellGroup, row *schema.Row, there uint64) (mask uint64) {
	for left := there | g.always; left != 0; left &= left - 1 {
		n := bits.TrailingZeros64(left)
		if p.cell(&g.cells[n], row, int(g.slots[n])) {
			mask |= 1 << n
		}
	}
	return mask
}

// cell appends the value of a cell, unless there is none.
func (p *packer) cell(x *cell, row *schema.Row, slot int) bool {
	switch x.kind {
	case cellCode:
		if n := row.Digit(slot); n > 0 && n <= x.codebook.ordinals {
			p.row = append(p.row, byte(n-1), 0)
			return true
		}
		code, err := x.codebook.code(row.Bytes(slot))
		if err != nil {
			p.err = err
		}
		p.code(code)
		return true
	case cellDate:
		day, ok := row.Date(slot)
		return p.number(int64(day), ok)
	case cellAmount:
		return p.number(row.Cents(slot))
	case cellInt:
		n, ok := schema.ParseInt(row.Bytes(slot))
		return p.number(int64(n), ok)
	case cellMinutes:
		return p.number(minutes(row.Bytes(slot)))
	case cellMonth:
		year, month, ok := schema.ParseMonthYear(row.Bytes(slot))
		if ok {
			p.text([]byte{
				byte('0' + year/1000), byte('0' + year/100%10), byte('0' + year/10%10), byte('0' + year%10),
				'-', byte('0' + month/10), byte('0' + month%10),
			})
		}
		return ok
	case cellDerived:
		return p.number(x.derive(p.r))
	case cellList:
		p.list(x)
		return true
	case cellStruct:
		return p.structure(x.fields, row)
	case cellStructs:
		p.structures(x.fields)
		return true
	}
	p.text(row.Bytes(slot))
	return true
}

func (p *packer) list(x *cell) {
	n := p.r.b.Repeats(x.field.Field, p.r.rec)
	p.size(n)
	for at := range n {
		v, _ := p.r.b.At(x.field.Field, p.r.rec, at)
		p.text(v)
	}
}

// structure appends a struct, unless nothing is in it.
func (p *packer) structure(g *cellGroup, row *schema.Row) bool {
	there := row.Present(g.slots) &^ g.always
	if there == 0 && !p.lists(g) {
		return false
	}
	start := len(p.row)
	p.row = append(p.row, make([]byte, 8)...)
	mask := p.values(g, row, there)
	binary.LittleEndian.PutUint64(p.row[start:], mask)
	return true
}

// lists tells whether one of the lists in a struct has something in it.
func (p *packer) lists(g *cellGroup) bool {
	for left := g.always; left != 0; left &= left - 1 {
		if p.r.b.Repeats(g.cells[bits.TrailingZeros64(left)].field.Field, p.r.rec) > 0 {
			return true
		}
	}
	return false
}

// structures appends the Indirizzo of the person.
func (p *packer) structures(g *cellGroup) {
	n := p.r.b.Repeats(g.cells[0].field.Field, p.r.rec)
	p.size(n)
	masks := len(p.row)
	p.row = append(p.row, make([]byte, 8*n)...)
	for c := range g.cells {
		for at := range n {
			row := p.r.b.Row(schema.LevelIndirizzo, p.r.rec, at)
			if slot := int(g.slots[c]); row.Has(slot) && p.cell(&g.cells[c], &row, slot) {
				p.row[masks+8*at+c/8] |= 1 << (c % 8)
			}
		}
	}
}

// What says that eight bytes follow.
const (
	wideSize   = math.MaxUint8
	wideCode   = math.MaxUint16
	wideNumber = math.MinInt32
)

func (p *packer) text(v []byte) {
	p.size(len(v))
	p.row = append(p.row, v...)
}

func (p *packer) size(n int) {
	if n < wideSize {
		p.row = append(p.row, byte(n))
	} else {
		p.row = binary.LittleEndian.AppendUint64(append(p.row, wideSize), uint64(n))
	}
}

func (p *packer) code(n uint32) {
	if n < wideCode {
		p.row = append(p.row, byte(n), byte(n>>8))
	} else {
		p.row = binary.LittleEndian.AppendUint64(append(p.row, 0xff, 0xff), uint64(n))
	}
}

// number appends one that is there, and tells whether it is.
func (p *packer) number(n int64, ok bool) bool {
	switch {
	case !ok:
	case n > wideNumber && n <= math.MaxInt32:
		p.row = binary.LittleEndian.AppendUint32(p.row, uint32(int32(n)))
	default:
		p.row = binary.LittleEndian.AppendUint32(p.row, 1<<31)
		p.row = binary.LittleEndian.AppendUint64(p.row, uint64(n))
	}
	return ok
}
