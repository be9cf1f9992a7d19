package rowsort

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"slices"
	"unsafe"

	"flussi/internal/scratch"
)

// run is some rows, in memory or, in order, in scratch space.
type run struct {
	rows   []byte  // as appendRow writes them, in the order of Add
	index  []entry // in their own order once sorted
	places []scratch.Place
}

// entry is a row's place and the start of its key, which decides nearly always.
type entry struct {
	hi, lo uint64
	at     uint32
}

const prefixBytes = 16

// size is what the run takes in memory, in bytes.
func (r *run) size() int { return len(r.rows) + len(r.index)*int(unsafe.Sizeof(entry{})) }

func (r *run) add(row []byte) {
	r.index = append(r.index, newEntry(row, len(r.rows)))
	r.rows = appendRow(r.rows, row)
}

func newEntry(row []byte, at int) entry {
	return entry{binary.BigEndian.Uint64(row), binary.BigEndian.Uint64(row[8:]), uint32(at)}
}

func (r *run) row(e entry) []byte {
	row, _ := firstRow(r.rows[e.at:])
	return row
}

func (r *run) sort(key int) {
	slices.SortFunc(r.index, func(a, b entry) int {
		if c := cmp.Or(cmp.Compare(a.hi, b.hi), cmp.Compare(a.lo, b.lo)); c != 0 {
			return c
		}
		return cmp.Or(bytes.Compare(r.row(a)[prefixBytes:key], r.row(b)[prefixBytes:key]), cmp.Compare(a.at, b.at))
	})
}

// spill puts the sorted run into scratch space. Its memory is free then.
func (r *run) spill(box *scratch.Box) error {
	block := make([]byte, 0, 2*blockBytes)
	put := func() error {
		if len(block) == 0 {
			return nil
		}
		at, err := box.Put(block)
		r.places, block = append(r.places, at), block[:0]
		return err
	}
	for _, e := range r.index {
		block = appendRow(block, r.row(e))
		if len(block) >= blockBytes {
			if err := put(); err != nil {
				return err
			}
		}
	}
	return put()
}
