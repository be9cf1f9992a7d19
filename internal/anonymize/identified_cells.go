package anonymize

import (
	"encoding/binary"
	"time"

	"flussi/internal/schema"
	"flussi/internal/table"
)

// cell is a column, or a field of one, as a packed row holds it: a uvarint that
// is 0 for a missing value, else one more than a code, than a number (zigzag),
// than a text's length (the text follows) or than a list's (its texts follow).
// A cell with cells of its own is a struct, or a list of them: one more than the
// number of elements, whose cells follow. A code's label is behind it, in a column
// of its own.
type cell struct {
	kind   cellKind
	field  schema.FieldInfo
	codes  *codebook // of a code
	level  schema.Level
	derive func(r *reading) (int64, bool) // of a number that no field holds
	cells  []cell
}

type cellKind uint8

const (
	cellText cellKind = iota
	cellCode
	cellNumber
	cellList
	cellStruct
	cellStructs
)

// packer appends cells to a row.
type packer struct {
	row []byte
	r   *reading
	err error // that more codes came than a vocabulary may hold
}

// cellsOf appends the cells of a level.
func (p *packer) cellsOf(cells []cell, level func(schema.Level) bool) {
	for n := range cells {
		if level(cells[n].level) {
			p.cell(&cells[n], 0)
		}
	}
}

// cell appends the i-th value of a cell; a value that is none of its type is
// missing.
func (p *packer) cell(x *cell, i int) {
	b, rec, f := p.r.b, p.r.rec, x.field.Field
	switch x.kind {
	case cellCode:
		if x.codes.ordinals > 0 {
			if n, ok := b.Ordinal(f, rec, i); ok && n <= x.codes.ordinals {
				p.row = append(p.row, byte(n))
				return
			}
		}
		v, ok := b.At(f, rec, i)
		if !ok {
			p.row = append(p.row, 0)
			return
		}
		code, err := x.codes.code(v)
		if err != nil {
			p.err = err
		}
		p.row = binary.AppendUvarint(p.row, uint64(code)+1)
	case cellNumber:
		if n, ok := x.number(p.r); ok {
			p.row = binary.AppendUvarint(p.row, (uint64(n)<<1^uint64(n>>63))+1)
		} else {
			p.row = append(p.row, 0)
		}
	case cellText:
		v, ok := b.At(f, rec, i)
		if ok && x.field.Type == schema.MonthYear {
			var buf [len("2006-01")]byte
			if v, ok = monthText(buf[:0], v); !ok {
				v = nil
			}
		}
		p.text(v, ok)
	case cellList:
		n := b.Repeats(f, rec)
		p.row = binary.AppendUvarint(p.row, uint64(n)+1)
		for at := range n {
			v, _ := b.At(f, rec, at)
			p.text(v, true)
		}
	case cellStructs:
		n := b.Repeats(x.cells[0].field.Field, rec)
		p.row = binary.AppendUvarint(p.row, uint64(n)+1)
		for at := range n {
			for c := range x.cells {
				p.cell(&x.cells[c], at)
			}
		}
	case cellStruct:
		if !x.any(p.r) {
			p.row = append(p.row, 0)
			return
		}
		p.row = append(p.row, 1)
		for c := range x.cells {
			p.cell(&x.cells[c], 0)
		}
	}
}

func (p *packer) text(v []byte, ok bool) {
	if !ok {
		p.row = append(p.row, 0)
		return
	}
	p.row = append(binary.AppendUvarint(p.row, uint64(len(v))+1), v...)
}

// any tells whether a struct has a value at all.
func (x *cell) any(r *reading) bool {
	for c := range x.cells {
		f := x.cells[c].field.Field
		if x.cells[c].kind == cellList && r.b.Repeats(f, r.rec) > 0 {
			return true
		}
		if _, ok := r.b.Text(f, r.rec); ok {
			return true
		}
	}
	return false
}

func (x *cell) number(r *reading) (n int64, ok bool) {
	if x.derive != nil {
		return x.derive(r)
	}
	f := x.field.Field
	switch x.field.Type {
	case schema.Date:
		day, ok := r.b.Date(f, r.rec)
		return int64(day), ok
	case schema.Decimal:
		return r.b.Cents(f, r.rec)
	}
	v, ok := r.b.Text(f, r.rec)
	if !ok {
		return 0, false
	}
	switch x.field.Type {
	case schema.HoursMins:
		return minutes(v)
	case schema.Year:
		year, ok := schema.ParseYear(v)
		return int64(year), ok
	default:
		n, ok := schema.ParseInt(v)
		return int64(n), ok
	}
}

// monthText writes MM/AAAA as AAAA-MM.
func monthText(to, v []byte) ([]byte, bool) {
	year, month, ok := schema.ParseMonthYear(v)
	if !ok {
		return nil, false
	}
	return time.Date(year, time.Month(month), 1, 0, 0, 0, 0, time.UTC).AppendFormat(to, "2006-01"), true
}

// unpack puts the cells at the start of row into columns, and gives what is left
// of the row.
func unpack(row []byte, cells []cell, columns []table.Values) []byte {
	var n uint64
	for c := range cells {
		x, to := &cells[c], &columns[0]
		columns = columns[1:]
		if n = uint64(row[0]); n < 0x80 {
			row = row[1:]
		} else {
			var size int
			n, size = binary.Uvarint(row)
			row = row[size:]
		}
		if n == 0 {
			to.AppendNull()
			if x.labelled() {
				columns[0].AppendNull()
				columns = columns[1:]
			}
			continue
		}
		n--
		switch x.kind {
		case cellCode:
			to.AppendCode(uint32(n))
			if x.labelled() {
				putCode(&columns[0], x.codes.labelOf[n])
				columns = columns[1:]
			}
		case cellNumber:
			to.AppendNum(int64(n>>1) ^ -int64(n&1))
		case cellText:
			to.AppendText(row[:n])
			row = row[n:]
		case cellList:
			to.AppendList(int(n), func(int) []byte {
				size, at := binary.Uvarint(row)
				v := row[at : at+int(size)-1]
				row = row[at+int(size)-1:]
				return v
			})
		case cellStructs:
			to.AppendStructs(int(n))
			for range n {
				row = unpack(row, x.cells, to.Fields)
			}
		case cellStruct:
			to.AppendStruct()
			row = unpack(row, x.cells, to.Fields)
		}
	}
	return row
}

func (x *cell) labelled() bool { return x.codes != nil && x.codes.label != nil }
