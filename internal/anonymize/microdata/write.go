package microdata

import (
	"context"
	"sync/atomic"

	"golang.org/x/sync/errgroup"

	"flussi/internal/anonymize/recode"
	"flussi/internal/table"
)

// Write publishes the rows, in their order. Of a table of several parts some are
// held in memory, recoded, until their turn comes. It fails where the rows are not
// as many, published and suppressed, as Decide found: the table has changed.
func (p *Plan) Write(ctx context.Context, out Sink) error {
	var done books
	if err := p.write(ctx, out, &done); err != nil {
		return err
	}
	if done.rows.Load() != p.Report.RowsIn || done.suppressed.Load() != p.Report.RowsSuppressed {
		return invalid(textChanged, hintChanged, nil)
	}
	return nil
}

// books count what was written.
type books struct{ rows, suppressed atomic.Int64 }

func (p *Plan) write(ctx context.Context, out Sink, done *books) error {
	recoder := p.recoding.Recoder()
	if len(p.source.Parts()) == 1 {
		return p.newPublisher(recoder, done).part(ctx, 0, func(c *table.Chunk) error { return out.Append(c, 0, c.Rows()) })
	}
	turns := make(chan chan []*table.Chunk, p.workers())
	work, ctx := errgroup.WithContext(ctx)
	work.SetLimit(p.workers() + 1)
	feed := errgroup.Group{}
	feed.Go(func() error {
		defer close(turns)
		for part := range p.source.Parts() {
			turn := make(chan []*table.Chunk, 1)
			select {
			case turns <- turn:
			case <-ctx.Done():
				return nil
			}
			work.Go(func() (err error) {
				var chunks []*table.Chunk
				defer func() { turn <- chunks }() // whole or not, somebody waits
				publisher := p.newPublisher(recoder.Clone(), done)
				return publisher.part(ctx, part, func(c *table.Chunk) error {
					chunks = append(chunks, c)
					publisher.chunk = nil // it is another's now
					return nil
				})
			})
		}
		return nil
	})
	var failed error
	for turn := range turns {
		for _, c := range <-turn {
			if failed == nil && ctx.Err() == nil {
				failed = out.Append(c, 0, c.Rows())
			}
		}
	}
	_ = feed.Wait() // it has no error
	if err := work.Wait(); err != nil {
		return err
	}
	return failed
}

// publisher recodes rows. It is for one goroutine.
type publisher struct {
	p             *Plan
	recoder       *recode.Recoder
	done          *books
	labels        [][][]byte // of each quasi-identifier
	codes, values [][]uint32
	known         []known
	lost          []bool
	chunk         *table.Chunk
	coders        map[int]*coder // by column
}

func (p *Plan) newPublisher(recoder *recode.Recoder, done *books) *publisher {
	w, quasi := &publisher{p: p, recoder: recoder, done: done, coders: map[int]*coder{}}, p.places(Quasi)
	for a := range quasi {
		var labels [][]byte
		for _, l := range p.recoding.Labels(a) {
			labels = append(labels, []byte(l))
		}
		w.labels = append(w.labels, labels)
	}
	w.codes, w.values, w.known = make([][]uint32, len(quasi)), make([][]uint32, len(quasi)), make([]known, len(quasi))
	return w
}

// part recodes a part of the table and hands on its chunks.
func (w *publisher) part(ctx context.Context, part int, f func(*table.Chunk) error) error {
	return w.p.read(ctx, part, w.p.written, func(chunk *table.Chunk, first int64) error {
		if w.chunk == nil {
			w.chunk = table.NewChunk(w.p.Columns())
		}
		w.chunk.Reset()
		if err := w.recode(chunk, first); err != nil {
			return err
		}
		return f(w.chunk)
	})
}

func (w *publisher) recode(chunk *table.Chunk, first int64) (err error) {
	n, a := chunk.Rows(), 0
	for i, place := range w.p.written {
		if c := &w.p.columns[place]; c.Role == Quasi {
			if w.codes[a], err = c.codes(w.codes[a][:0], &chunk.Columns[i], n, first, &w.known[a]); err != nil {
				return err
			}
			w.values[a] = sized(w.values[a], n)
			a++
		}
	}
	w.lost = sized(w.lost, n)
	w.recoder.Rows(n, w.codes, w.values, w.lost)
	w.done.rows.Add(int64(n))
	for _, lost := range w.lost {
		if lost {
			w.done.suppressed.Add(1)
		}
	}
	a = 0
	for i, place := range w.p.written {
		to, from := &w.chunk.Columns[i], &chunk.Columns[i]
		switch c := &w.p.columns[place]; {
		case c.Role == Quasi:
			for _, v := range w.values[a] {
				to.AppendText(w.labels[a][v])
			}
			a++
		case c.Role == Code:
			if w.coders[i] == nil {
				if w.coders[i], err = newCoder(c.Coding); err != nil {
					return err
				}
			}
			w.coders[i].encode(to, from, w.lost)
		case c.Role == Measure && !c.Coarsen.isZero():
			if err := c.coarse(to, from, n); err != nil {
				return err
			}
		default:
			if err := to.AppendRows(from, 0, n); err != nil {
				return err
			}
		}
	}
	w.chunk.AddRows(n)
	return nil
}

// sized gives room for n values, whatever they are.
func sized[T any](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n)
	}
	return s[:n]
}
