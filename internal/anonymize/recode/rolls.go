package recode

import (
	"context"
	"slices"
	"sync/atomic"
)

// rolls are the tuples, generalised somewhat and held in memory: what a node is
// counted from, for there are fewer of them.
type rolls struct {
	t       *Tuples
	lattice *lattice
	held    []rolled
	clock   int
	// flat tells, by attribute of the lattice's order and level, where generalising
	// as far was not worth it.
	flat []map[int]bool
}

type rolled struct {
	levels []int // by attribute
	*source
	used int
}

func newRolls(t *Tuples, l *lattice) *rolls {
	r := &rolls{t: t, lattice: l}
	for range l.order {
		r.flat = append(r.flat, map[int]bool{})
	}
	return r
}

// fewTuples are counted as fast as something smaller is made of them.
const fewTuples = 1 << 11

// nearest gives the fewest tuples that are generalised no further than a node: of
// those held, or made of them by its first attributes, which the nodes that
// follow it share.
func (r *rolls) nearest(ctx context.Context, node int) (rolled, error) {
	from := rolled{make([]int, len(r.lattice.order)), &r.t.source, 0}
	to := r.lattice.levels(node)
	r.clock++
	for i, h := range r.held {
		finer := !slices.ContainsFunc(r.lattice.order, func(a int) bool { return h.levels[a] > to[a] })
		if finer && h.n <= from.n {
			from = h
			r.held[i].used = r.clock
		}
	}
	next := slices.Clone(from.levels)
	for i, a := range r.lattice.order[:len(r.lattice.order)-1] {
		if from.n <= fewTuples {
			break
		}
		if next[a] == to[a] {
			continue
		}
		if next[a] = to[a]; r.flat[i][to[a]] {
			continue
		}
		most := min(r.room()/2, from.n)
		s, err := r.t.roll(ctx, from, next, most)
		if err != nil {
			return from, err
		}
		if s == nil || 2*s.n > from.n {
			r.flat[i][to[a]] = true
		}
		if s != nil {
			from = rolled{slices.Clone(next), s, r.clock}
			r.keep(from)
		}
	}
	return from, nil
}

// room is how many tuples are held.
func (r *rolls) room() int {
	if m := r.t.room.Memory; m > 0 {
		return int(m) / (4 * r.t.size())
	}
	return 8 << 20
}

// keep holds one more; what was of no use for the longest time goes.
func (r *rolls) keep(one rolled) {
	r.held = append(r.held, one)
	n := 0
	for _, h := range r.held {
		n += h.n
	}
	for n > r.room() && len(r.held) > 1 {
		oldest := 0
		for i, h := range r.held {
			if h.used < r.held[oldest].used {
				oldest = i
			}
		}
		n -= r.held[oldest].n
		r.held = slices.Delete(r.held, oldest, oldest+1)
	}
}

// roll counts what a source has, generalised, and keeps it in memory, persons and
// all; nil where that is more than most. Of what stands where two stretches meet
// there may be two records: counts add up all the same.
func (t *Tuples) roll(ctx context.Context, from rolled, levels []int, most int) (*source, error) {
	steps, mask := t.steps(from.levels, levels)
	done := make([]*records, from.workers())
	var n atomic.Int64
	err := from.scan(ctx, len(done), func(w int) func(*records) error {
		c := newCounter(t.form)
		done[w] = &records{form: t.form}
		var group key
		end := len(from.run) * (w + 1) / len(done) // pieces of the stretch
		left := end - len(from.run)*w/len(done)
		return func(r *records) error {
			var keys [batch]key
			for at := 0; at < r.len(); at += batch {
				some := keys[:min(batch, r.len()-at)]
				generalise(some, r, at, steps)
				for i, k := range some {
					if now := (key{hi: k.hi & mask.hi, lo: k.lo & mask.lo}); now != group {
						if group = now; c.len() >= flushAt {
							n.Add(int64(c.len()))
							done[w].concat(&c.records)
							c.restart()
						}
					}
					heads := uint32(0)
					if r.persons {
						heads = r.heads[at+i]
					}
					c.add(k, r.counts[at+i], heads, r.histogram(at+i))
				}
				if n.Load()+int64(c.len()) > int64(most) {
					return errStopped
				}
			}
			if left--; left == 0 {
				n.Add(int64(c.len()))
				done[w].concat(&c.records)
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
	if n.Load() > int64(most) {
		return nil, nil
	}
	s := &source{store: t.store, form: t.form, n: int(n.Load())}
	for _, r := range done {
		s.run = append(s.run, cut(r)...)
	}
	return s, nil
}
