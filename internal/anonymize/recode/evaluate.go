package recode

import (
	"math"
	"runtime"
	"sync"
	"sync/atomic"
)

// evaluator tells what a node of the lattice costs. Its work is shared among the
// processors; sums are of whole numbers, so that who does what decides nothing.
type evaluator struct {
	t       *Tuples
	lattice *lattice
	judge   *judge
	extents [][]uint64 // by attribute and level, of all rows
	limit   int64      // rows that may be suppressed
	workers []*counter // of the second processor and on
	// rolled[i] has the tuples with the first i+1 attributes of the lattice's order
	// generalised as at nodes whose number, as far as those tell, is at[i]; what
	// follows begins from it. flat[i] tells levels at which it was not worth it.
	rolled  []*counter
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

// sharedTuples is how many tuples are worth a second processor.
const sharedTuples = 1 << 14

func newEvaluator(t *Tuples, l *lattice, c *Criteria) *evaluator {
	e := &evaluator{t: t, lattice: l, judge: newJudge(c, t), extents: t.extents(), limit: int64(c.Limit * float64(t.rows))}
	for range runtime.GOMAXPROCS(0) - 1 {
		e.workers = append(e.workers, newCounter(t.stride))
	}
	for range l.order {
		e.rolled, e.at, e.flat = append(e.rolled, newCounter(t.stride)), append(e.at, -1), append(e.flat, map[int]bool{})
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

// evaluate counts the classes at a node and judges each.
func (e *evaluator) evaluate(node int) outcome {
	e.checked++
	out := outcome{extent: e.unhindered(node), penalty: make(extent, len(e.extents))}
	classes := e.count(node)
	if classes == nil {
		out.suppressed, out.lost = e.limit+1, e.limit+1
		return out
	}
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

// tooMany is how many classes are too many: c classes of n rows leave at least
// (kc-n)/(k-1) rows in classes of fewer than k.
func (e *evaluator) tooMany() int {
	k := int64(e.judge.c.K)
	return int((e.t.rows+(k-1)*e.limit)/k) + 1
}

// count gives the classes at a node; nil where there are too many for the limit.
func (e *evaluator) count(node int) *counter {
	from, last := e.t.counter, len(e.lattice.order)-1
	var steps []step
	for i, a := range e.lattice.order {
		level, prefix := e.lattice.level(node, a), node/e.lattice.weights[a]
		if level > 0 {
			steps = append(steps, step{e.t.fields[a], e.t.attributes[a].Hierarchy.levels[level].of})
		}
		switch {
		case e.at[i] == prefix && len(steps) > 0:
		case i < last && (len(steps) == 0 || len(from.keys) > worthKeeping || e.flat[i][level]):
			continue
		case i < last:
			e.roll(e.rolled[i], from, steps, math.MaxInt)
			e.at[i] = prefix
			e.flat[i][level] = 2*len(e.rolled[i].keys) > len(from.keys)
		case len(steps) > 0:
			e.at[i] = -1
			if !e.roll(e.rolled[i], from, steps, e.tooMany()) {
				return nil
			}
		default:
			return from
		}
		from, steps = e.rolled[i], nil
	}
	return from
}

// worthKeeping is the most tuples of which something between them and the
// classes is kept in memory.
const worthKeeping = 2 << 20

// roll fills a counter with what another has, some attributes generalised; false
// where there are more classes than most.
func (e *evaluator) roll(into, from *counter, steps []step, most int) bool {
	workers := []*counter{into}
	if len(from.keys) >= sharedTuples {
		workers = append(workers, e.workers...)
	}
	var all sync.WaitGroup
	var over atomic.Bool
	n := len(from.keys)
	for i, w := range workers[1:] {
		all.Go(func() { w.roll(from, (i+1)*n/len(workers), (i+2)*n/len(workers), steps, most, &over) })
	}
	into.roll(from, 0, n/len(workers), steps, most, &over)
	all.Wait()
	if over.Load() {
		return false
	}
	for _, w := range workers[1:] {
		for i, k := range w.keys {
			into.add(k, w.counts[i], w.histogram(i))
		}
	}
	return len(into.keys) <= most
}

// step generalises one attribute of a key.
type step struct {
	field field
	to    []uint32
}

// roll counts some of what another counter did, with attributes generalised. It
// gives up once there are more classes than most, or over says so.
func (c *counter) roll(from *counter, first, last int, steps []step, most int, over *atomic.Bool) {
	const batch = 1024 // keys first, then all their places: the memory's waits overlap
	c.reset()
	var keys [batch]key
	for ; first < last; first += batch {
		n := copy(keys[:], from.keys[first:min(first+batch, last)])
		for _, s := range steps {
			for i := range keys[:n] {
				s.field.set(&keys[i], s.to[s.field.get(keys[i])])
			}
		}
		for i, k := range keys[:n] {
			c.add(k, from.counts[first+i], from.histogram(first+i))
		}
		if len(c.keys) > most {
			over.Store(true)
		}
		if over.Load() {
			return
		}
	}
}
