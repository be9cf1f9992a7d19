package schema

import (
	"encoding/binary"
	"math/bits"

	"flussi/internal/flusso"
)

// ValueList is some fields of a flow, to be listed record by record.
type ValueList struct {
	levels [LevelList + 1][]listed
}

type listed struct {
	field Field
	slot  uint8
}

// atOnce is the most fields whose presence is told at once.
const atOnce = 64

// NewValueList lists the fields of a flow but some.
func NewValueList(t flusso.Tipo, but ...Field) *ValueList {
	l := &ValueList{}
fields:
	for _, info := range fieldsOf[t] {
		for _, f := range but {
			if f == info.Field {
				continue fields
			}
		}
		of := &l.levels[shapes[t].level[info.Field]]
		*of = append(*of, listed{info.Field, shapes[t].slot[info.Field]})
	}
	return l
}

// AppendShared appends the values that a record has in common with others of its
// Beneficiario: those of the header and the Beneficiario's own, each behind its
// field and its length, in an order that is always the same. Two records that
// differ in them have other bytes.
func (b *Batch) AppendShared(to []byte, l *ValueList, rec int) []byte {
	to = b.appendRow(to, l.levels[LevelFlusso], b.header)
	if len(b.parent) == 0 {
		return to
	}
	person := int(b.parent[rec])
	to = b.appendRow(to, l.levels[LevelBeneficiario], b.people[person*b.shape.width[LevelBeneficiario]:])
	for row := int(b.address[person][0]); row < int(b.address[person][1]); row++ {
		to = append(to, 0) // no field: another Indirizzo
		to = b.appendRow(to, l.levels[LevelIndirizzo], b.addresses[row*b.shape.width[LevelIndirizzo]:])
	}
	return to
}

// AppendOwn appends a record's other values in the same way.
func (b *Batch) AppendOwn(to []byte, l *ValueList, rec int) []byte {
	to = b.appendRow(to, l.levels[LevelRecord], b.records[rec*b.shape.width[LevelRecord]:])
	for _, f := range l.levels[LevelList] {
		from, end := b.lists[f.slot].rows(rec)
		for i := range b.lists[f.slot].values[from:end] {
			to = b.appendValue(to, f.field, &b.lists[f.slot].values[from+i])
		}
	}
	return to
}

func (b *Batch) appendRow(to []byte, fields []listed, row []span) []byte {
	for len(fields) > 0 {
		some := fields[:min(len(fields), atOnce)]
		fields = fields[len(some):]
		there := uint64(0) // gathered without a branch to guess
		for i := range some {
			bit := uint64(0)
			if row[some[i].slot].at != 0 {
				bit = 1
			}
			there |= bit << i
		}
		for ; there != 0; there &= there - 1 {
			f := &some[bits.TrailingZeros64(there)]
			to = b.appendValue(to, f.field, &row[f.slot])
		}
	}
	return to
}

func (b *Batch) appendValue(to []byte, f Field, s *span) []byte {
	to = binary.AppendUvarint(to, uint64(f))
	to = binary.AppendUvarint(to, uint64(s.n&^topBit))
	return s.appendTo(to, b.arena)
}

// appendTo appends the value. Most are short: those are moved by words of a fixed
// length, with whatever stands behind them, which is cut off again.
func (s *span) appendTo(to, arena []byte) []byte {
	from, n := int(s.at)-1, int(s.n&^topBit)
	if n > shortValue || from+shortValue > len(arena) || len(to)+shortValue > cap(to) {
		return append(to, arena[from:from+n]...)
	}
	*(*[shortValue]byte)(to[len(to) : len(to)+shortValue]) = [shortValue]byte(arena[from:])
	return to[:len(to)+n]
}

// shortValue is how long a value is, in bytes, that is moved at once.
const shortValue = 32
