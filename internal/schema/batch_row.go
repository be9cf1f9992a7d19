package schema

import "flussi/internal/flusso"

// Row is what a Batch has of one element, by slots: for whoever reads many fields
// of every record, and looks up where they stand once (SlotOf).
type Row struct {
	spans []span
	arena []byte
}

// SlotOf is where a field stands in the Rows of its level; of a list there is none.
func SlotOf(t flusso.Tipo, f Field) int { return int(shapes[t].slot[f]) }

// Row gives a record's values of a level: for LevelIndirizzo of the i-th Indirizzo,
// 0 <= i < Repeats(IndirizzoCodiceNazione, rec).
func (b *Batch) Row(l Level, rec, i int) Row {
	r := Row{b.header, b.arena}
	switch l {
	case LevelBeneficiario:
		r.spans = b.people[int(b.parent[rec])*b.shape.width[l]:]
	case LevelIndirizzo:
		r.spans = b.addresses[(int(b.address[b.parent[rec]][0])+i)*b.shape.width[l]:]
	case LevelRecord:
		r.spans = b.records[rec*b.shape.width[l]:]
	}
	return r
}

// Has tells whether there is a value.
func (r *Row) Has(slot int) bool { return r.spans[slot].at != 0 }

// Bytes is the value; of none there are none.
func (r *Row) Bytes(slot int) []byte {
	s := &r.spans[slot]
	if s.at == 0 {
		return nil
	}
	to := s.at - 1 + s.n&^topBit
	return r.arena[s.at-1 : to : to]
}

// Date is a value as ParseDate reads it.
func (r *Row) Date(slot int) (days int32, ok bool) {
	s := &r.spans[slot]
	if n := int(s.number) - 1; n >= 0 {
		return civilDays(n/10000, n/100%100, n%100), true
	}
	return ParseDate(r.Bytes(slot))
}

// Cents is a value as ParseCents reads it.
func (r *Row) Cents(slot int) (hundredths int64, ok bool) {
	s := &r.spans[slot]
	if s.number > 0 {
		return int64(s.number) - 1, true
	}
	hundredths, _, ok = ParseCents(r.Bytes(slot))
	return hundredths, ok
}

// Present tells of each slot whether there is a value: a bit each, of 64 slots at
// most.
func (r *Row) Present(slots []uint8) (mask uint64) {
	for i, slot := range slots {
		there := uint64(0)
		if r.spans[slot].at != 0 {
			there = 1
		}
		mask |= there << i
	}
	return mask
}

// Digit is a value of one digit, of a field whose codes are 1, 2, 3 …; 0 where it is
// another.
func (r *Row) Digit(slot int) int {
	if s := &r.spans[slot]; s.n == 1 && s.number > 1 {
		return int(s.number) - 1
	}
	return 0
}
