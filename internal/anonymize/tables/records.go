package tables

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"math/bits"
	"slices"

	"flussi/internal/scratch"
)

// record is one record: 40 bytes.
type record struct {
	person  [16]byte
	cents   int64
	minutes int64
	leaf    int32
	ordinal uint32
}

// blockRecords is how many are put away together.
var blockRecords = 1024

// records lie in piles by the first byte of their persons, so that those of one
// person are looked at together: in memory as far as the room goes, then sealed in
// scratch space.
type records struct {
	n     int
	depot *scratch.Depot[record]
	piles [256]scratch.Pile[record]
	live  func(ordinal uint32) bool // nil: all of them
	to    []int32                   // by leaf its new number plus one; with live
	// For inOrder.
	spare []record
	ends  []uint32
}

func newRecords(room scratch.Room) *records {
	return &records{depot: scratch.NewDepot(room, blockRecords, scratch.Codec[record]{
		Size: 40,
		Append: func(b []byte, r *record) []byte {
			b = append(b, r.person[:]...)
			b = binary.LittleEndian.AppendUint64(b, uint64(r.cents))
			b = binary.LittleEndian.AppendUint64(b, uint64(r.minutes))
			b = binary.LittleEndian.AppendUint32(b, uint32(r.leaf))
			return binary.LittleEndian.AppendUint32(b, r.ordinal)
		},
		Read: func(b []byte) record {
			return record{
				person: [16]byte(b), cents: int64(binary.LittleEndian.Uint64(b[16:])), minutes: int64(binary.LittleEndian.Uint64(b[24:])),
				leaf: int32(binary.LittleEndian.Uint32(b[32:])), ordinal: binary.LittleEndian.Uint32(b[36:]),
			}
		},
	})}
}

func (r *records) add(one record) error {
	r.n++
	return r.piles[one.person[0]].Add(r.depot, one)
}

func (r *records) each(f func(*record)) error {
	var buf []byte
	for i := range r.piles {
		err := r.piles[i].Each(r.depot, &buf, func(some []record) error {
			for i := range some {
				f(&some[i])
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// persons hands out the records person by person, in the order of persons. They
// are gone then.
func (r *records) persons(f func(all []record)) error {
	piles := scratch.TakeAhead(r.depot, r.piles[:], r.inOrder)
	for {
		rest, more, err := piles.Next()
		if err != nil || !more {
			return err
		}
		for len(rest) > 0 {
			to := 1
			for to < len(rest) && rest[to].person == rest[0].person {
				to++
			}
			f(rest[:to:to])
			rest = rest[to:]
		}
	}
}

// inOrder gives those records of a pile that live, by their persons.
func (r *records) inOrder(pile []record) []record {
	if r.live != nil {
		pile = slices.DeleteFunc(pile, func(one record) bool { return !r.live(one.ordinal) })
		for i := range pile {
			pile[i].leaf = r.to[pile[i].leaf] - 1
		}
	}
	return r.sort(pile)
}

// sort puts the records of a pile into as many slots as there are records, by what the
// pile leaves of their persons: nearly every slot has one person or none. What it gives
// is not the memory of the pile, which it keeps for the next.
func (r *records) sort(pile []record) []record {
	if len(pile) == 0 {
		return pile
	}
	width := bits.Len(uint(len(pile) - 1))
	slot := func(one *record) uint64 { return binary.BigEndian.Uint64(one.person[:]) << 8 >> (64 - width) }
	r.ends = slices.Grow(r.ends[:0], 1<<width+1)[:1<<width+1]
	clear(r.ends)
	for i := range pile {
		r.ends[slot(&pile[i])+1]++
	}
	for i := range r.ends[1:] {
		r.ends[i+1] += r.ends[i]
	}
	sorted := slices.Grow(r.spare[:0], len(pile))[:len(pile)]
	for i := range pile {
		at := &r.ends[slot(&pile[i])]
		sorted[*at] = pile[i]
		*at++
	}
	r.spare = pile
	from := uint32(0)
	for _, end := range r.ends[:1<<width] {
		if end-from > 1 {
			slices.SortFunc(sorted[from:end], byPerson)
		}
		from = end
	}
	return sorted
}

func byPerson(a, b record) int {
	if x, y := binary.BigEndian.Uint64(a.person[:]), binary.BigEndian.Uint64(b.person[:]); x != y { // nearly always
		return cmp.Compare(x, y)
	}
	return bytes.Compare(a.person[:], b.person[:])
}
