package recode

import "slices"

// evaluator tells what a node of the lattice costs. It is for one goroutine.
type evaluator struct {
	t       *Tuples
	lattice *lattice
	judge   *judge
	extents [][]uint64 // by attribute and level, of all rows
	// rolled[i] counts the tuples with the first i attributes of the lattice's
	// order at the levels of a node, the others at level 0: a node begins from
	// what it has in common with the one before. Entries from valid on are of no
	// use.
	rolled  []*counter
	levels  []int // of rolled, by place in the order
	valid   int
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
	e := &evaluator{t: t, lattice: l, judge: newJudge(c, t), extents: t.extents(), levels: make([]int, len(l.order))}
	for range l.order {
		e.rolled = append(e.rolled, newCounter(t.stride))
	}
	return e
}

// extent is that of a node that suppresses nothing.
func (e *evaluator) extent(node int) extent {
	x := make(extent, len(e.extents))
	for i := range x {
		x[i] = e.extents[i][e.lattice.level(node, i)]
	}
	return x
}

// evaluate counts the classes at a node and judges each.
func (e *evaluator) evaluate(node int) outcome {
	e.checked++
	classes := e.count(node)
	out := outcome{extent: e.extent(node), penalty: make(extent, len(e.extents))}
	for i, k := range classes.keys {
		n := classes.counts[i]
		passes, partsMay := e.judge.passes(uint64(n), classes.histogram(i))
		if passes {
			continue
		}
		out.suppressed += int64(n)
		if !partsMay {
			out.lost += int64(n)
		}
		for a, attribute := range e.t.attributes {
			h := attribute.Hierarchy
			more := uint64(n) * (uint64(h.Leaves()) - h.levels[e.lattice.level(node, a)].under[e.t.fields[a].get(k)])
			out.extent[a] += more
			if !partsMay {
				out.penalty[a] += more
			}
		}
	}
	return out
}

// count gives the classes at a node.
func (e *evaluator) count(node int) *counter {
	for i, a := range e.lattice.order {
		if level := e.lattice.level(node, a); i >= e.valid || e.levels[i] != level {
			e.levels[i], e.valid = level, min(i, e.valid)
		}
	}
	for ; e.valid < len(e.rolled); e.valid++ {
		from := e.t.counter
		for i := range e.valid { // the last before it that generalises
			if e.levels[i] > 0 {
				from = e.rolled[i]
			}
		}
		if level := e.levels[e.valid]; level > 0 {
			a := e.lattice.order[e.valid]
			e.rolled[e.valid].roll(from, e.t.fields[a], e.t.attributes[a].Hierarchy.levels[level].of)
		}
	}
	for i, c := range slices.Backward(e.rolled) {
		if e.levels[i] > 0 {
			return c
		}
	}
	return e.t.counter
}

// roll counts what another counter did, with one attribute generalised.
func (c *counter) roll(from *counter, f field, to []uint32) {
	c.reset(len(from.keys) / 2)
	for i, k := range from.keys {
		f.set(&k, to[f.get(k)])
		c.add(k, from.counts[i], from.histogram(i))
	}
}
