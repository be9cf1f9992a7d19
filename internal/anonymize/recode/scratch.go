package recode

import (
	"encoding/binary"
	"errors"
	"fmt"

	"flussi/internal/scratch"
)

// Room is what counting may take. The zero value: as much memory as there is.
type Room struct {
	// Memory bounds, in bytes, what tuples take: half of it those that are held,
	// half what is made of them. 0: no bound.
	Memory int64
	// Scratch takes what goes beyond; nil: ErrTuples.
	Scratch scratch.Space
}

// blockRecords is how many records are sealed together.
const blockRecords = 1 << 15

// store keeps runs of records within a Room.
type store struct {
	room Room
	box  scratch.Box
}

func newStore(room Room) *store { return &store{room: room, box: scratch.Box{Space: room.Scratch}} }

// piece is some records in the order of a run, in memory or, sealed, in scratch.
type piece struct {
	n   int
	mem *records
	at  scratch.Place
}

// put writes records to scratch.
func (s *store) put(r *records) (piece, error) {
	at, err := s.box.Put(r.encode(make([]byte, 0, r.len()*r.size()+scratch.Overhead)))
	if errors.Is(err, scratch.ErrNone) {
		err = ErrTuples
	}
	return piece{n: r.len(), at: at}, err
}

// get reads a piece; into is room for one that is in scratch, and buf for its bytes.
func (s *store) get(p piece, into *records, buf *[]byte) (*records, error) {
	if p.mem != nil {
		return p.mem, nil
	}
	plain, err := s.box.Get(p.at, *buf)
	if err != nil {
		return nil, err
	}
	if *buf = plain; len(plain) != p.n*into.size() {
		return nil, fmt.Errorf("%w: read: it is not what was written", scratch.ErrBroken)
	}
	into.decode(plain, p.n)
	return into, nil
}

// encode appends the records column by column.
func (r *records) encode(b []byte) []byte {
	for _, column := range [][]uint64{r.lo, r.hi, r.who} {
		for _, v := range column {
			b = binary.LittleEndian.AppendUint64(b, v)
		}
	}
	for _, column := range [][]uint32{r.counts, r.heads, r.seen} {
		for _, v := range column {
			b = binary.LittleEndian.AppendUint32(b, v)
		}
	}
	return b
}

// decode fills the records with n that encode wrote.
func (r *records) decode(b []byte, n int) {
	r.reset()
	r.grow(n)
	words := func(column *[]uint64) {
		*column = (*column)[:n]
		for i := range *column {
			(*column)[i] = binary.LittleEndian.Uint64(b[8*i:])
		}
		b = b[8*n:]
	}
	halves := func(column *[]uint32, n int) {
		*column = (*column)[:n]
		for i := range *column {
			(*column)[i] = binary.LittleEndian.Uint32(b[4*i:])
		}
		b = b[4*n:]
	}
	words(&r.lo)
	if r.wide {
		words(&r.hi)
	}
	if r.persons {
		words(&r.who)
	}
	halves(&r.counts, n)
	if r.persons {
		halves(&r.heads, n)
	}
	halves(&r.seen, n*r.stride)
}
