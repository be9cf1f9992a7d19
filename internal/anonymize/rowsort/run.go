package rowsort

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"math/bits"
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
	head [3]uint64
	at   uint32
}

const prefixBytes = 24

// before tells whether a is of an earlier key, as far as it is in the entries, and
// whether that decides.
func (a *entry) before(b *entry) (earlier, decides bool) {
	for i := range a.head {
		if a.head[i] != b.head[i] {
			return a.head[i] < b.head[i], true
		}
	}
	return false, false
}

// size is what the run takes in memory, in bytes.
func (r *run) size() int { return len(r.rows) + len(r.index)*int(unsafe.Sizeof(entry{})) }

func (r *run) add(row []byte) {
	r.index = append(r.index, newEntry(row, len(r.rows)))
	r.rows = appendRow(r.rows, row)
}

func newEntry(row []byte, at int) entry {
	return entry{[3]uint64{binary.BigEndian.Uint64(row), binary.BigEndian.Uint64(row[8:]), binary.BigEndian.Uint64(row[16:])}, uint32(at)}
}

func (r *run) row(e entry) []byte {
	row, _ := firstRow(r.rows[e.at:])
	return row
}

// sort orders the index: byte by byte of the keys' start, those that all have alike
// left out, until so few are together that comparing them is faster.
func (r *run) sort(key int) { r.divide(r.index, key) }

const few = 64 // compared rather than divided

func (r *run) divide(some []entry, key int) {
	if len(some) <= few {
		r.compare(some, key)
		return
	}
	var differ [3]uint64
	first := some[0].head
	for i := range some {
		h := &some[i].head
		for word := range differ {
			differ[word] |= h[word] ^ first[word]
		}
	}
	word := 0
	for word < len(differ) && differ[word] == 0 {
		word++
	}
	if word == len(differ) {
		r.compare(some, key)
		return
	}
	shift := (bits.Len64(differ[word]) - 1) &^ 7
	var ends, next [256]int
	for i := range some {
		ends[byte(some[i].head[word]>>shift)]++
	}
	at := 0
	for b, n := range ends {
		next[b] = at
		at += n
		ends[b] = at
	}
	for b := range ends { // each is swapped to where it belongs
		for next[b] < ends[b] {
			e := some[next[b]]
			for to := byte(e.head[word] >> shift); int(to) != b; to = byte(e.head[word] >> shift) {
				e, some[next[to]] = some[next[to]], e
				next[to]++
			}
			some[next[b]] = e
			next[b]++
		}
	}
	from := 0
	for _, end := range ends {
		r.divide(some[from:end], key)
		from = end
	}
}

// compare orders a few entries.
func (r *run) compare(some []entry, key int) {
	slices.SortFunc(some, func(a, b entry) int {
		if earlier, decides := a.before(&b); decides {
			if earlier {
				return -1
			}
			return 1
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
