package recode

import (
	"context"
	"math"
	"sync/atomic"
)

// evaluator tells what a node of the lattice costs. Its work is shared among the
// processors; sums are of whole numbers, so that who does what decides nothing.
type evaluator struct {
	t        *Tuples
	lattice  *lattice
	criteria *Criteria
	extents  [][]uint64 // by attribute and level, of all rows
	limit    int64      // rows that may be suppressed
	// rolled[i] has the tuples with the first i+1 attributes of the lattice's order
	// generalised as at nodes whose number, as far as those tell, is at[i]; what
	// follows begins from it. flat[i] tells levels at which it was not worth it.
	rolled  []*source
	at      []int
	flat    []map[int]bool
	checked int
}

// outcome is what a node costs.
type outcome struct {
	suppressed int64 // rows
	extent     extent
	// lost and penalty are what of both a finer node cannot avoid: a class of too
	// few rows, or of too few values, has no better parts.
	lost    int64
	penalty extent
}

func newEvaluator(t *Tuples, l *lattice, c *Criteria) *evaluator {
	e := &evaluator{t: t, lattice: l, criteria: c, extents: t.extents(), limit: int64(c.Limit * float64(t.rows))}
	for range l.order {
		e.rolled, e.at, e.flat = append(e.rolled, nil), append(e.at, -1), append(e.flat, map[int]bool{})
	}
	return e
}

// unhindered is the extent of a node that suppresses nothing.
func (e *evaluator) unhindered(node int) extent {
	x := make(extent, len(e.extents))
	for i := range x {
		x[i] = e.extents[i][e.lattice.level(node, i)]
	}
	return x
}

// tally is what some classes of a node cost.
type tally struct {
	judge *judge
	under [][]uint64 // by attribute and place: the leaves under the node's value
	outcome
}

// add judges classes.
func (y *tally) add(c *classes) {
	for i := range c.len() {
		rows := uint64(c.counts[i])
		passes, partsMay := y.judge.passes(rows, c.head(i), c.histogram(i))
		if passes {
			continue
		}
		y.suppressed += int64(rows)
		if !partsMay {
			y.lost += int64(rows)
		}
		k := c.at(i)
		for a, under := range y.under {
			more := rows * (uint64(len(under)) - under[y.judge.t.axes[a].get(k)])
			y.extent[a] += more
			if !partsMay {
				y.penalty[a] += more
			}
		}
	}
}

// evaluate counts the classes at a node and judges each. Of a node that must
// suppress too much, nothing else is known.
func (e *evaluator) evaluate(ctx context.Context, node int) (outcome, error) {
	e.checked++
	tooMuch := outcome{suppressed: e.limit + 1, lost: e.limit + 1, penalty: make(extent, len(e.extents))}
	from, err := e.nearest(ctx, node)
	if err != nil {
		return tooMuch, err
	}
	levels := e.lattice.levels(node)
	var lost atomic.Int64
	tallies := make([]tally, from.workers())
	g := &grouping{t: e.t, from: from, enough: e.criteria.K, most: e.tooMany(), room: e.t.classRoom()}
	g.steps, g.mask = e.t.steps(levels)
	g.begin = func() {
		lost.Store(0)
		for w := range tallies {
			tallies[w] = tally{judge: newJudge(e.criteria, e.t), under: e.t.under(levels)}
			tallies[w].extent, tallies[w].penalty = make(extent, len(levels)), make(extent, len(levels))
		}
	}
	g.whole = func(w int, c *classes) bool {
		before := tallies[w].lost
		tallies[w].add(c)
		return lost.Add(tallies[w].lost-before) <= e.limit
	}
	if ok, err := g.run(ctx); err != nil || !ok {
		return tooMuch, err
	}
	out := outcome{extent: e.unhindered(node), penalty: make(extent, len(e.extents))}
	for _, y := range tallies {
		out.suppressed, out.lost = out.suppressed+y.suppressed, out.lost+y.lost
		for a := range y.extent {
			out.extent[a] += y.extent[a]
			out.penalty[a] += y.penalty[a]
		}
	}
	return out, nil
}

// under tells, by attribute and place, how many leaves are under a value of the
// levels.
func (t *Tuples) under(levels []int) [][]uint64 {
	all := make([][]uint64, len(levels))
	for a, level := range levels {
		h := t.attributes[a].Hierarchy
		for place := range t.axes[a].leaf {
			all[a] = append(all[a], h.levels[level].under[t.axes[a].code(h, level, uint32(place))])
		}
	}
	return all
}

// tooMany is how many classes are too many: c classes of n rows leave at least
// (kc-n)/(k-1) rows in classes of fewer than k.
func (e *evaluator) tooMany() int {
	k := int64(e.criteria.K)
	return int((e.t.rows+(k-1)*e.limit)/k) + 1
}

// classRoom is how many classes one worker may hold.
func (t *Tuples) classRoom() int {
	if t.room.Memory == 0 {
		return math.MaxInt
	}
	return max(int(t.room.Memory)/(4*t.workers()*(2*t.size()+8)), 1)
}

// nearest gives what a node is counted from: the tuples, or what is already
// generalised no further than the node is.
func (e *evaluator) nearest(ctx context.Context, node int) (*source, error) {
	from, last := &e.t.source, len(e.lattice.order)-1
	generalised := make([]int, len(e.lattice.order)) // the levels so far
	for i, a := range e.lattice.order[:last] {
		level, prefix := e.lattice.level(node, a), node/e.lattice.weights[a]
		generalised[a] = level
		switch {
		case e.at[i] == prefix && e.rolled[i] != nil:
			from = e.rolled[i]
		case level == 0 || e.flat[i][level]:
		default:
			rolled, err := e.t.roll(ctx, from, generalised, e.worthKeeping(i, from.n))
			if err != nil {
				return nil, err
			}
			e.rolled[i], e.at[i] = rolled, prefix
			if rolled == nil || 2*rolled.n > from.n {
				e.flat[i][level] = true
			}
			if rolled != nil {
				from = rolled
			}
		}
	}
	return from, nil
}

// worthKeeping is the most tuples of which something between them and the
// classes is kept in memory: a quarter of it, with what else is.
func (e *evaluator) worthKeeping(at, of int) int {
	most := 2 << 20
	if m := e.t.room.Memory; m > 0 {
		left := m / 4
		for i, other := range e.rolled {
			if i != at && other != nil {
				left -= int64(other.n * e.t.size())
			}
		}
		most = min(most, int(max(left, 0))/(2*e.t.size()+8))
	}
	return min(most, of)
}

// roll counts what a source has, generalised, and keeps it in memory, persons and
// all; nil where that is more than most.
func (t *Tuples) roll(ctx context.Context, from *source, levels []int, most int) (*source, error) {
	steps, _ := t.steps(levels)
	counters := make([]*counter, from.workers())
	err := from.scan(ctx, len(counters), func(w int) func(*records) error {
		c := newCounter(t.form)
		counters[w] = c
		return func(r *records) error {
			var keys [batch]key
			for at := 0; at < r.len(); at += batch {
				some := keys[:min(batch, r.len()-at)]
				generalise(some, r, at, steps)
				for i, k := range some {
					heads := uint32(0)
					if r.persons {
						heads = r.heads[at+i]
					}
					c.add(k, r.counts[at+i], heads, r.histogram(at+i))
				}
				if c.len() > most {
					return errStopped
				}
			}
			return nil
		}
	})
	if err == errStopped { //nolint:errorlint // our own, and not wrapped
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	all := counters[0]
	for _, c := range counters[1:] {
		for i := range c.len() {
			heads := uint32(0)
			if c.persons {
				heads = c.heads[i]
			}
			all.add(c.at(i), c.counts[i], heads, c.histogram(i))
		}
	}
	if all.len() > most {
		return nil, nil
	}
	return &source{store: t.store, form: t.form, run: cut(&all.records), n: all.len()}, nil
}
