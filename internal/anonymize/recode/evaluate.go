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
	rolled   *rolls
	spare    []*classes // what counted the classes of the node before
	witness  *witnesses // nil where they are of no use
	checked  int
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
	e := &evaluator{t: t, lattice: l, criteria: c, extents: t.extents(), limit: int64(c.Limit * float64(t.rows)), rolled: newRolls(t, l)}
	e.witness = newWitnesses(e)
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
	small key        // a class of too few rows, where there is any
	any   bool
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
		if !y.any && c.head(i) < uint64(y.judge.c.K) {
			y.small, y.any = k, true
		}
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
	tooMuch := outcome{suppressed: e.limit + 1, lost: e.limit + 1, penalty: make(extent, len(e.extents))}
	if e.witness.refute(node) {
		return tooMuch, nil
	}
	e.checked++
	from, err := e.rolled.nearest(ctx, node)
	if err != nil {
		return tooMuch, err
	}
	levels := e.lattice.levels(node)
	var lost atomic.Int64
	workers := from.workers()
	if e.witness != nil {
		workers = 1
	}
	tallies := make([]tally, workers)
	g := &grouping{t: e.t, from: from.source, workers: workers, enough: e.criteria.K, most: e.tooMany(), room: e.t.classRoom()}
	g.steps, g.mask = e.t.steps(from.levels, levels)
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
	g.spare = e.spare
	ok, err := g.run(ctx)
	if e.spare = g.spare; err != nil {
		return tooMuch, err
	}
	if !ok {
		if e.witness != nil && tallies[0].any {
			err = e.witness.learn(ctx, node, tallies[0].small)
		}
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
