package schema

import (
	"bytes"
	"runtime"
	"slices"
	"sync"
)

// Reading by blocks. Between two Beneficiari (SINBA elements) nothing is open
// but Flusso, so the flow can be cut behind their end tags, and the blocks read
// and judged at once, by a worker for each core. A cut can be wrong: the end tag
// may stand in a comment, or in an element that is none of the schema's. That
// shows: if a block starts right and ends right, reading it leaves nothing open
// and nothing over. At the first block that is otherwise, those behind it are
// forgotten, and the decoder itself goes on at its first byte, as it does where
// no end tag is found. Where the flow is cut depends on its bytes alone, never
// on the number of cores or on how the bytes arrive.

const (
	blockBytes   = 128 << 10 // with the places of its values it fits a core's own cache
	blockRecords = 1024      // a block holds no more
	blockFaults  = 4096      // that a block may hold back; of more, the decoder itself tells one by one
	blocksAhead  = 8         // blocks of a round for each worker
	mostAhead    = 64        // blocks of a round in all
)

// blocks hands out a flow's records block by block.
type blocks struct {
	verdict bool // nobody wants the records: each worker keeps one Batch, in its core's cache
	workers []*worker
	ring    []*block
	ready   []*block // of ring: read, in order, not yet handed out
	ahead   int      // blocks of the next round; they double from one, so that the first faults do not wait
	pieces  pieces
}

// pieces gives the flow piece by piece, each of whole Beneficiari (SINBA
// elements).
type pieces interface {
	take(b *block) bool // false: what comes next is no such piece
	putBack(blocks []*block)
	leave(to *input) // what comes next is read from there
}

// xmlPieces are cut behind end tags.
type xmlPieces struct {
	*input
	end []byte
}

func (x *xmlPieces) take(b *block) bool {
	return x.input.take(b, func(window []byte, _ bool) int {
		if last := bytes.LastIndex(window, x.end); last >= 0 {
			return last + len(x.end)
		}
		return 0
	})
}

func (x *xmlPieces) leave(*input) {}

// block is a piece of the flow and what was found in it.
type block struct {
	bytes   []byte // of the flow, and plainSlack behind them
	at      place  // where it starts in the document
	batch   Batch  // its arena is bytes; stays empty where the verdict is all
	records int64
	valid   int64 // records without an error
	begun   int64 // Beneficiari
	journal journal
	faults  []Fault // what the journal told, Record counted from the block's first
	page    bool    // of a table: in RowReader's charmap
	commas  int64   // and what RowReader.Notes counts
	dates   int64
	tallies []tallies // by column
	failed  bool      // no sequence of whole records, or more than a block may hold
}

// next gives the next block; nil where the decoder has to go on by itself.
func (s *blocks) next(r *Reader, d *xmlDecoder) *block {
	if len(s.ready) == 0 {
		s.round(r, d)
	}
	if len(s.ready) == 0 {
		s.pieces.leave(d.in)
		return nil
	}
	b := s.ready[0]
	if b.failed {
		s.pieces.putBack(s.ready)
		s.pieces.leave(d.in)
		s.ready, s.ahead, s.workers = nil, 1, nil
		return nil
	}
	s.ready = s.ready[1:]
	return b
}

// round reads the next blocks, all workers at once; none is left running.
func (s *blocks) round(r *Reader, d *xmlDecoder) {
	if s.workers == nil {
		s.workers = make([]*worker, runtime.GOMAXPROCS(0))
		for i := range s.workers {
			s.workers[i] = newWorker(r, d)
		}
		if rows := r.source.rows; rows != nil {
			s.pieces = rows
		} else {
			s.pieces = &xmlPieces{d.in, slices.Concat([]byte("</"), d.unitName, []byte(">"))}
		}
		s.ahead = max(s.ahead, 1)
	}
	for len(s.ring) < s.ahead {
		s.ring = append(s.ring, newBlock(r.journal.tell != nil))
	}
	var turn sync.Mutex
	s.ready = s.ring[:0]
	more := true
	take := func() *block {
		turn.Lock()
		defer turn.Unlock()
		if !more || len(s.ready) == s.ahead {
			return nil
		}
		b := s.ring[len(s.ready)]
		if more = s.pieces.take(b); !more {
			return nil
		}
		s.ready = s.ring[:len(s.ready)+1]
		return b
	}
	work := func(w *worker) {
		for b := take(); b != nil; b = take() {
			if w.read(b); b.failed {
				return
			}
		}
	}
	var working sync.WaitGroup
	for _, w := range s.workers[1:min(len(s.workers), s.ahead)] {
		working.Go(func() { work(w) })
	}
	work(s.workers[0])
	working.Wait()
	if len(s.workers) > 1 { // one alone waits for nobody: its one block stays in its core's cache
		s.ahead = min(2*s.ahead, blocksAhead*len(s.workers), mostAhead)
	}
}

func newBlock(listened bool) *block {
	b := &block{journal: journal{byRule: map[string]int64{}}}
	if listened {
		b.journal.tell = func(f Fault) { b.faults = append(b.faults, f) }
	}
	return b
}

// worker reads and judges one block at a time. A failed block leaves it in the
// middle of something: it is good for no other.
type worker struct {
	decoder *xmlDecoder
	judge   judge
	rows    *rowWorker // of a table; nil: of XML
	batch   *Batch     // that every block is read into; nil: into its own
}

func newWorker(r *Reader, d *xmlDecoder) *worker {
	w := &worker{decoder: d.fork()}
	if rows := r.source.rows; rows != nil {
		w.rows = newRowWorker(rows)
	}
	if r.blocks.verdict {
		w.batch = new(Batch)
	}
	checks := *r.judge.checks
	w.judge.checks = &checks
	checks.report = w.judge.broken
	return w
}

func (w *worker) read(b *block) {
	j := &b.journal
	clear(j.byRule)
	*j = journal{tell: j.tell, byRule: j.byRule}
	b.faults = b.faults[:0]
	d, batch := w.decoder, &b.batch
	if w.batch != nil {
		batch = w.batch
	}
	d.journal, w.judge.journal = j, j
	if w.rows != nil {
		d.readRows(w.rows, b, batch)
	} else {
		d.readBlock(b, batch)
	}
	b.records, b.begun = int64(batch.Len()), batch.begun
	if b.failed = d.err != nil || len(d.stack) > 1 || j.late != nil || batch.Len() > blockRecords || j.faults > blockFaults; b.failed {
		return
	}
	b.valid = w.judge.records(batch)
}
