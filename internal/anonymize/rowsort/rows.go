// Package rowsort holds rows of bytes and gives them in the order of their first
// bytes. It knows nothing of what they mean.
//
// Rows fill a run; a full run is sorted beside the filling of the next. Runs
// that memory has no room for go to scratch space, sealed, block by block; at
// the end all runs are merged. The order is that of the key, and of the order of
// Add where keys are equal: it depends neither on the room nor on GOMAXPROCS.
package rowsort

import (
	"encoding/binary"
	"fmt"

	"flussi/internal/scratch"
)

const (
	// runShare is the part of the memory that a run takes: two are being filled
	// and sorted, the others stay.
	runShare = 6
	mostRun  = 32 << 20
	leastRun = 1 << 10
	// blockBytes is how much of a run is sealed together. A row that is larger is
	// a block of its own.
	blockBytes = 128 << 10
)

// Rows holds rows until Each gives them. It is for one goroutine.
type Rows struct {
	key     int // bytes of a row that order it
	room    scratch.Room
	box     scratch.Box
	most    int // bytes of a run, with what sorts them
	filling *run
	runs    []*run // in the order of Add
	held    int64  // bytes of runs that stay in memory
	spare   *run   // spilled, to be filled again
	sorting chan error
	n       int64
}

// New makes an empty one for rows that are ordered by their first key bytes,
// 24 at least.
func New(key int, room scratch.Room) *Rows {
	r := &Rows{key: key, room: room, box: scratch.Box{Space: room.Space}, most: mostRun, filling: &run{}}
	if r.bound() {
		r.most = int(min(max(room.Memory/runShare, leastRun), mostRun))
	}
	return r
}

// bound tells whether there is somewhere to go beyond memory.
func (r *Rows) bound() bool { return r.room.Memory > 0 && r.room.Space != nil }

// Len is the number of rows.
func (r *Rows) Len() int64 { return r.n }

// Add keeps a copy of a row. An error is the scratch space's.
func (r *Rows) Add(row []byte) error {
	if len(row) < r.key || r.key < prefixBytes {
		return fmt.Errorf("sort rows: a row of %d bytes", len(row))
	}
	if size := r.filling.size(); size > 0 && size+len(row) > r.most {
		if err := r.endRun(); err != nil {
			return err
		}
	}
	r.filling.add(row)
	r.n++
	return nil
}

// endRun sorts the run that is full while the next is filled.
func (r *Rows) endRun() error {
	if err := r.settle(); err != nil {
		return err
	}
	full := r.filling
	r.runs = append(r.runs, full)
	r.filling, r.spare = r.spare, nil
	if r.filling == nil {
		r.filling = &run{rows: make([]byte, 0, r.most*3/4), index: make([]entry, 0, len(full.index)*9/8)}
	}
	spill := r.bound() && r.held+int64(3*r.most) > r.room.Memory
	if !spill {
		r.held += int64(full.size())
	}
	r.sorting = make(chan error, 1)
	go func(done chan<- error) {
		full.sort(r.key)
		var err error
		if spill {
			err = full.spill(&r.box)
		}
		done <- err
	}(r.sorting)
	return nil
}

// settle waits for the run that is being sorted.
func (r *Rows) settle() error {
	if r.sorting == nil {
		return nil
	}
	err := <-r.sorting
	r.sorting = nil
	if last := r.runs[len(r.runs)-1]; err == nil && last.places != nil {
		r.spare = &run{rows: last.rows[:0], index: last.index[:0]}
		last.rows, last.index = nil, nil
	}
	return err
}

// appendRow appends a row with its length before it.
func appendRow(to, row []byte) []byte {
	return append(binary.AppendUvarint(to, uint64(len(row))), row...)
}

// firstRow is the row that appendRow put at the start of b, and how long both
// are.
func firstRow(b []byte) (row []byte, size int) {
	n, at := binary.Uvarint(b)
	size = at + int(n)
	return b[at:size:size], size
}
