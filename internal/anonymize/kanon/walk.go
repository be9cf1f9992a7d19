package kanon

import (
	"cmp"
	"context"
	"math/bits"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
)

// stage is one walk over rows, class by class. What is a class, and what becomes
// of it, is the stage's to say.
type stage interface {
	// classing tells what of a row makes its class.
	classing(l *Layout) mask
	// judge decides a class by its first row and its tally. It is asked once for
	// each class.
	judge(w *worker, first *row, t *tally) (verdict, error)
	// apply does what was decided to rows of the class: all of them, or in turn
	// parts of them. The rows may be changed and are not kept.
	apply(w *worker, v verdict, class []row) error
}

// verdict is what was decided of a class.
type verdict struct {
	enough bool
	blank  uint64 // sensitive columns to blank, by their place among those
}

// decision is one Anonymize under way.
type decision struct {
	*Set
	ctx context.Context
	k   int
	res Result
}

func (s *Set) newDecision(ctx context.Context, steps, k int) *decision {
	return &decision{Set: s, ctx: ctx, k: k, res: s.newResult(steps, k)}
}

// finish gives the result, with the rows where Each finds them.
func (d *decision) finish() (Result, error) {
	d.res.Published, d.res.Suppressed = d.published.rows, d.suppressed.rows
	return d.res, nil
}

// Several workers walk the piles of a pass; what they put out is joined
// afterwards, in no order that anything depends on.
type worker struct {
	*decision
	res   Result // hides the decision's
	out   map[*piles]*piles
	shown log
	lost  log
	met   []traced // classes, where they are asked for
	tally tally
	rows  []row
	spare []row
	slots []uint32
	ends  []uint32
	buf   []byte
}

const maxWorkers = 8

// aloneRows: fewer are not worth a second worker.
var aloneRows = 1 << 12

// workers is how many share the work on so many rows.
func workers(rows int) int {
	if rows < aloneRows {
		return 1
	}
	return min(runtime.GOMAXPROCS(0), maxWorkers)
}

// pass walks rows, which are gone then.
func (d *decision) pass(from *piles, s stage) error {
	all := make([]*worker, workers(from.n))
	var next atomic.Int64
	var group sync.WaitGroup
	errs := make([]error, len(all))
	for i := range all {
		all[i] = &worker{decision: d, res: d.newResult(len(d.res.Steps), d.k), out: map[*piles]*piles{}}
		group.Go(func() {
			for errs[i] == nil {
				n := int(next.Add(1)) - 1
				if n >= len(from.of) {
					return
				}
				errs[i] = all[i].walk(&from.of[n], s)
			}
		})
	}
	group.Wait()
	d.recodes, d.live = nil, nil
	if err := cmp.Or(errs...); err != nil {
		return err
	}
	for _, w := range all {
		if d.trace != nil {
			d.trace.classes = append(d.trace.classes, w.met...)
		}
		d.res.merge(&w.res)
		for to, from := range w.out {
			if err := to.join(d.depot, from); err != nil {
				return err
			}
		}
		if err := d.published.join(d.depot, &w.shown); err != nil {
			return err
		}
		if err := d.suppressed.join(d.depot, &w.lost); err != nil {
			return err
		}
	}
	return nil
}

// walk goes through a pile class by class.
func (w *worker) walk(p *pile, s stage) error {
	if w.ctx.Err() != nil {
		return context.Cause(w.ctx)
	}
	if p.Len() > hugePile {
		return w.walkHuge(p, s)
	}
	if err := w.load(p.Take, p.Len()); err != nil {
		return err
	}
	w.rows = w.settle(w.rows)
	return w.classes(s.classing(w.layout), func(class []row) error {
		w.tally.reset(w.layout)
		w.tally.count(w.layout, class)
		if w.tally.enough(w.k) {
			w.tally.divide(w.layout, class)
		}
		v, err := s.judge(w, &class[0], &w.tally)
		if err != nil {
			return err
		}
		return s.apply(w, v, class)
	})
}

// load brings the n rows of a pile together, by its Each or its Take.
func (w *worker) load(each func(*depot, *[]byte, func([]row) error) error, n int) error {
	w.rows = slices.Grow(w.rows[:0], n)
	return each(w.depot, &w.buf, func(some []row) error {
		w.rows = append(w.rows, some...)
		return nil
	})
}

// settle makes of rows as they came those that are meant: the ones that live,
// recoded.
func (w *worker) settle(rows []row) []row {
	if w.live != nil {
		rows = slices.DeleteFunc(rows, func(r row) bool { return !w.live(r.class) })
	}
	for _, m := range w.recodes {
		place := w.layout.places[m.Column]
		for i := range rows {
			place.set(&rows[i], m.To[place.get(&rows[i])])
		}
	}
	return rows
}

// classes hands out the loaded rows class by class, each in the order of persons.
// Rows go into as many slots as there are rows, by what is left of their hash:
// nearly every slot has one class or none.
func (w *worker) classes(m mask, f func(class []row) error) error {
	n := len(w.rows)
	if n == 0 {
		return nil
	}
	width := bits.Len(uint(n - 1))
	w.slots = slices.Grow(w.slots[:0], n)[:n]
	w.ends = slices.Grow(w.ends[:0], 1<<width+1)[:1<<width+1]
	clear(w.ends)
	for i := range w.rows {
		slot := uint32(m.hash(&w.rows[i]) << pileBits >> (64 - width))
		w.slots[i] = slot
		w.ends[slot+1]++
	}
	for i := range w.ends[1:] {
		w.ends[i+1] += w.ends[i]
	}
	w.spare = slices.Grow(w.spare[:0], n)[:n]
	for i := range w.rows {
		at := &w.ends[w.slots[i]]
		w.spare[*at] = w.rows[i]
		*at++
	}
	from := 0
	for _, end := range w.ends[:1<<width] {
		slot := w.spare[from:end]
		from = int(end)
		if len(slot) > 1 {
			slices.SortFunc(slot, m.compare)
		}
		for len(slot) > 0 {
			to := 1
			for to < len(slot) && m.same(&slot[0], &slot[to]) {
				to++
			}
			if err := f(slot[:to:to]); err != nil {
				return err
			}
			slot = slot[to:]
		}
	}
	return nil
}

// to is where this worker puts what goes to these piles in the end.
func (w *worker) to(p *piles) *piles {
	own := w.out[p]
	if own == nil {
		own = &piles{}
		w.out[p] = own
	}
	return own
}

// came counts a class of rows as they came.
func (w *worker) came(first *row, t *tally) {
	w.res.Before.Add(w.k, t.rows, t.persons)
	w.layout.tell(first, t.rows, w.res.Original)
}

// publish counts a class that is published, and gives what must be blanked.
func (w *worker) publish(first *row, t *tally) verdict {
	w.res.publish(w.k, t.rows, t.persons)
	w.layout.tell(first, t.rows, w.res.Shown)
	v := verdict{enough: true}
	for i, column := range w.layout.sensitive {
		if t.spread[i].uniform(&w.layout.columns[column]) {
			v.blank |= 1 << i
		}
	}
	w.noteClass(first, t, v)
	return v
}

// tell adds so many rows to the counts of the codes of a class.
func (l *Layout) tell(r *row, rows int64, counts [][]int64) {
	for i, c := range l.columns {
		if c.Role == Quasi {
			counts[i][l.places[i].get(r)] += rows
		}
	}
}

// show puts out rows that have their step.
func (w *worker) show(v verdict, class []row) error {
	for n, column := range w.layout.sensitive {
		if v.blank&(1<<n) == 0 {
			continue
		}
		place, blank := w.layout.places[column], w.layout.columns[column].Blank
		for i := range class {
			if place.get(&class[i]) != blank {
				place.set(&class[i], blank)
				w.res.Blanked++
			}
		}
	}
	return w.shown.addAll(w.depot, class)
}

func (w *worker) suppress(class []row) error { return w.lost.addAll(w.depot, class) }
