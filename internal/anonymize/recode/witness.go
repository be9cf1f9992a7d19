package recode

import "context"

// witnesses are tuples that stood in a class of too few rows. Where no row may be
// suppressed, such a tuple refutes every combination of levels at which it still
// does, and how large its class is at all of them is found at the cost of counting
// the classes of one.
type witnesses struct {
	*evaluator
	refuted []bool   // by node
	sizes   []uint64 // by node: rows in the class of the tuple at hand
}

// fewRecords are gone through by one worker, so that it does not depend on
// GOMAXPROCS which class of too few rows is met first.
const fewRecords = 1 << 17

// newWitnesses is nil where a class of too few rows may be suppressed, or tuples
// are too many.
func newWitnesses(e *evaluator) *witnesses {
	if e.limit > 0 || e.t.persons || e.t.n > fewRecords {
		return nil
	}
	return &witnesses{evaluator: e, refuted: make([]bool, e.lattice.nodes), sizes: make([]uint64, e.lattice.nodes)}
}

func (w *witnesses) refute(node int) bool { return w != nil && w.refuted[node] }

// learn takes a tuple of a class of a node as a witness.
func (w *witnesses) learn(ctx context.Context, node int, class key) error {
	tuple, err := w.find(ctx, node, class)
	if err != nil {
		return err
	}
	// A tuple comes into the witness's class at one level of each attribute: those
	// together are a node, from which on it counts.
	clear(w.sizes)
	from := w.from(tuple)
	err = w.t.scan(ctx, 1, func(int) func(*records) error {
		return func(r *records) error {
			for i := range r.len() {
				if at := w.node(r.at(i), from); at >= 0 {
					w.sizes[at] += uint64(r.counts[i])
				}
			}
			return nil
		}
	})
	if err != nil {
		return err
	}
	for a, weight := range w.lattice.weights {
		whole := weight * (w.lattice.heights[a] + 1)
		for base := 0; base < len(w.sizes); base += whole {
			for i := base + weight; i < base+whole; i++ {
				w.sizes[i] += w.sizes[i-weight]
			}
		}
	}
	for i, size := range w.sizes {
		w.refuted[i] = w.refuted[i] || size < uint64(w.criteria.K)
	}
	return nil
}

// find gives a tuple of a class of a node.
func (w *witnesses) find(ctx context.Context, node int, class key) (tuple key, err error) {
	steps, _ := w.t.steps(make([]int, len(w.lattice.order)), w.lattice.levels(node))
	err = w.t.scan(ctx, 1, func(int) func(*records) error {
		return func(r *records) error {
			var keys [batch]key
			for at := 0; at < r.len(); at += batch {
				some := keys[:min(batch, r.len()-at)]
				generalise(some, r, at, steps)
				for i, k := range some {
					if k == class {
						tuple = r.at(at + i)
						return errStopped
					}
				}
			}
			return nil
		}
	})
	if err == errStopped { //nolint:errorlint // our own, and not wrapped
		err = nil
	}
	return tuple, err
}

// node is that from which on a tuple is in the class; -1 for none.
func (w *witnesses) node(k key, from [][]int) (node int) {
	for a := range from {
		step := from[a][w.t.axes[a].get(k)]
		if step < 0 {
			return -1
		}
		node += step
	}
	return node
}

// from tells, by attribute and place, from which level on a value is generalised
// as the tuple's is, in steps of the number of a node; -1 where it
// never is.
func (w *witnesses) from(tuple key) [][]int {
	all := make([][]int, len(w.t.axes))
	for a := range w.t.axes {
		x := &w.t.axes[a]
		own := x.get(tuple)
		all[a] = make([]int, len(x.leaf))
		for place := range all[a] {
			all[a][place] = -1
			for level, first := range x.first {
				if first[place] == first[own] {
					all[a][place] = level * w.lattice.weights[a]
					break
				}
			}
		}
	}
	return all
}
