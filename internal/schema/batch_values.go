package schema

import (
	"encoding/binary"

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
	for _, f := range fields {
		if s := &row[f.slot]; s.at != 0 {
			to = b.appendValue(to, f.field, s)
		}
	}
	return to
}

func (b *Batch) appendValue(to []byte, f Field, s *span) []byte {
	if s.at == 0 {
		return to
	}
	n := s.n &^ topBit
	to = binary.AppendUvarint(to, uint64(f))
	if n < 0x80 {
		to = append(to, byte(n))
	} else {
		to = binary.AppendUvarint(to, uint64(n))
	}
	return append(to, b.arena[s.at-1:s.at-1+n]...)
}
