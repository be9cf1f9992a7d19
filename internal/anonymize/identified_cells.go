package anonymize

import (
	"encoding/binary"
	"time"

	"flussi/internal/schema"
	"flussi/internal/table"
)

// cell is a field as a packed row holds it: a uvarint that is 0 for a missing
// value, else one more than a text's length (the text follows), than a number
// (zigzag), or than a list's length (its texts follow, each as a cell).
type cell struct {
	field  schema.FieldInfo
	kind   table.Kind
	labels map[string]string // of the column behind; nil for none
}

func newCell(f schema.FieldInfo, c *table.Column) cell {
	x := cell{field: f, kind: c.Kind}
	if c.Kind == table.String {
		x.labels = c.Labels
	}
	return x
}

// sharing says how many records share the cells of a level.
type sharing uint8

const (
	ofFlusso sharing = iota
	ofBeneficiario
	ofRecord
)

func (x *cell) sharing() sharing {
	switch x.field.Level {
	case schema.LevelFlusso:
		return ofFlusso
	case schema.LevelBeneficiario, schema.LevelIndirizzo:
		return ofBeneficiario
	}
	return ofRecord
}

// packCells appends those cells that so many records share. In every flow the
// fields of a level stand together, and in the order of sharing.
func packCells(row []byte, r *reading, cells []cell, of sharing) []byte {
	for n := range cells {
		if cells[n].sharing() == of {
			row = cells[n].pack(row, r)
		}
	}
	return row
}

// packedOf holds the cells of the batch's header and of the person at hand.
type packedOf struct {
	batch  int64
	person int
	header int // bytes of cells that are the header's
	cells  []byte
}

func (p *packedOf) of(r *reading, cells []cell) []byte {
	person := r.b.Beneficiario(r.rec)
	switch {
	case p.batch != r.batch:
		p.cells = packCells(p.cells[:0], r, cells, ofFlusso)
		p.header = len(p.cells)
	case p.person == person:
		return p.cells
	}
	p.batch, p.person = r.batch, person
	p.cells = packCells(p.cells[:p.header], r, cells, ofBeneficiario)
	return p.cells
}

// pack appends one field; a value that is none of its type is missing.
func (x *cell) pack(row []byte, r *reading) []byte {
	if x.kind == table.Strings {
		n := r.b.Repeats(x.field.Field, r.rec)
		row = binary.AppendUvarint(row, uint64(n)+1)
		for at := range n {
			v, ok := r.b.At(x.field.Field, r.rec, at)
			row = packText(row, v, ok)
		}
		return row
	}
	v, ok := r.b.Text(x.field.Field, r.rec)
	if !ok {
		return append(row, 0)
	}
	var n int64
	switch x.field.Type {
	case schema.Date:
		var day int32
		day, ok = schema.ParseDate(v)
		n = int64(day)
	case schema.Decimal:
		n, _, ok = schema.ParseCents(v)
	case schema.Int:
		var small int32
		small, ok = schema.ParseInt(v)
		n = int64(small)
	case schema.Year:
		var year int
		year, ok = schema.ParseYear(v)
		n = int64(year)
	case schema.HoursMins:
		n, ok = minutes(v)
	case schema.MonthYear:
		year, month, fine := schema.ParseMonthYear(v)
		if !fine {
			return append(row, 0)
		}
		var buf [len("2006-01")]byte
		return packText(row, time.Date(year, time.Month(month), 1, 0, 0, 0, 0, time.UTC).AppendFormat(buf[:0], "2006-01"), true)
	default:
		return packText(row, v, true)
	}
	if !ok {
		return append(row, 0)
	}
	return binary.AppendUvarint(row, uint64(n)<<1^uint64(n>>63)+1)
}

func packText(row, v []byte, ok bool) []byte {
	if !ok {
		return append(row, 0)
	}
	return append(binary.AppendUvarint(row, uint64(len(v))+1), v...)
}

// unpack reads the cell at the start of row into the first columns, and gives
// what is left of both; not ok where there is no such cell.
func (x *cell) unpack(row []byte, columns []table.Values) (_ []byte, _ []table.Values, ok bool) {
	n, size := binary.Uvarint(row)
	if size <= 0 {
		return nil, nil, false
	}
	row = row[size:]
	to := &columns[0]
	columns = columns[1:]
	switch {
	case x.kind == table.Strings:
		bad := false
		to.AppendList(int(n)-1, func(int) []byte {
			var v []byte
			if row, v, ok = unpackText(row); !ok {
				bad = true
			}
			return v
		})
		return row, columns, !bad
	case n == 0:
		to.AppendNull()
		if x.labels != nil {
			columns[0].AppendNull()
			columns = columns[1:]
		}
		return row, columns, true
	case x.kind != table.String:
		n--
		to.AppendNum(int64(n>>1) ^ -int64(n&1))
		return row, columns, true
	case n-1 > uint64(len(row)):
		return nil, nil, false
	}
	v := row[:n-1]
	to.AppendText(v)
	if x.labels != nil {
		putString(&columns[0], label(x.labels, string(v)))
		columns = columns[1:]
	}
	return row[n-1:], columns, true
}

// unpackText reads a text at the start of row; one that is missing is empty.
func unpackText(row []byte) (rest, v []byte, ok bool) {
	n, size := binary.Uvarint(row)
	if size <= 0 {
		return nil, nil, false
	}
	row = row[size:]
	if n == 0 {
		return row, nil, true
	}
	if n--; n > uint64(len(row)) {
		return nil, nil, false
	}
	return row[n:], row[:n], true
}
