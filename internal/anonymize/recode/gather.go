package recode

import (
	"context"
	"math"
	"slices"

	"golang.org/x/sync/errgroup"
)

// Gather puts together what the builders of one Counting counted. They are of no
// further use.
func Gather(ctx context.Context, builders []*Builder) (*Tuples, error) {
	t := builders[0].t
	var work errgroup.Group
	finished := make([][][]piece, len(builders))
	for i, b := range builders {
		if t.rows += b.rows; t.rows > math.MaxUint32 {
			return nil, ErrRows
		}
		work.Go(func() error {
			finished[i] = b.finish()
			return nil
		})
	}
	_ = work.Wait() // it has no error
	runs := slices.Concat(finished...)
	if t.persons {
		var err error
		if runs, err = t.alone(ctx, runs); err != nil {
			return nil, err
		}
	}
	c := t.collect()
	if len(runs) == 1 && runs[0][0].mem != nil {
		for _, p := range runs[0] {
			c.look(p.mem)
		}
		t.run = runs[0]
	} else if err := t.mergeRuns(ctx, runs, t.form, byTuple, c.put); err != nil {
		return nil, err
	}
	c.close()
	return t, nil
}

// alone takes the persons of one tuple, who need not be told from each other, out
// of runs in the order of persons, and gives runs in the order of tuples.
func (t *Tuples) alone(ctx context.Context, runs [][]piece) ([][]piece, error) {
	g := newGatherer(t.store, t.form, byTuple, t.room.Memory/2)
	held := &records{form: t.form} // one, which the person's next may follow
	shared := false                // the one before was the same person's
	give := func(next uint64) error {
		if held.len() == 0 {
			return nil
		}
		k := held.at(0)
		same := k.who == next
		if !same && !shared {
			k.who = 0
		}
		shared = same
		return g.take(k, held.counts[0], 1, held.histogram(0))
	}
	err := t.mergeRuns(ctx, runs, t.form, byPerson, func(r *records) error {
		for i := range r.len() {
			k := r.at(i)
			if err := give(k.who); err != nil {
				return err
			}
			held.reset()
			held.append(k, r.counts[i], 1, r.histogram(i))
		}
		return nil
	})
	if err == nil {
		err = give(0)
	}
	if err != nil {
		return nil, err
	}
	return g.finish(), nil
}

// collecting looks at the tuples as they come, in order, and keeps them.
type collecting struct {
	t     *Tuples
	held  int64  // bytes in memory
	key   key    // of the last tuple
	heads uint64 // its persons, or rows
	found Risk
	sum   uint64 // of heads
}

func (t *Tuples) collect() *collecting {
	t.whole = make([]uint64, t.stride)
	t.leaves = make([][]uint64, len(t.attributes))
	for a, x := range t.axes {
		t.leaves[a] = make([]uint64, len(x.leaf))
	}
	return &collecting{t: t}
}

// put keeps records, in memory as long as half of it has room.
func (c *collecting) put(r *records) error {
	c.look(r)
	size := int64(r.len() * r.size())
	if m := c.t.room.Memory; m > 0 && c.held+size > m/2 {
		p, err := c.t.put(r)
		if err != nil {
			return err
		}
		c.t.run = append(c.t.run, p)
		return nil
	}
	c.held += size
	kept := &records{form: r.form}
	kept.grow(r.len())
	kept.concat(r)
	c.t.run = append(c.t.run, piece{n: r.len(), mem: kept})
	return nil
}

// look counts what every reading of the tuples would give again.
func (c *collecting) look(r *records) {
	t := c.t
	t.n += r.len()
	for i := range r.len() {
		k, rows := r.at(i), uint64(r.counts[i])
		for a := range t.axes {
			t.leaves[a][t.axes[a].get(k)] += rows
		}
		for v, n := range r.histogram(i) {
			t.whole[v] += uint64(n)
		}
		if k.who = 0; k != c.key {
			c.end()
			c.key = k
		}
		c.heads += uint64(r.head(i))
	}
}

// end counts a tuple that is whole.
func (c *collecting) end() {
	if c.heads == 0 {
		return
	}
	c.t.tuples++
	c.sum += c.heads
	if c.heads == 1 {
		c.found.Uniques++
	}
	c.found.ProsecutorMax = max(c.found.ProsecutorMax, 1/float64(c.heads))
	c.heads = 0
}

func (c *collecting) close() {
	c.end()
	if c.sum > 0 {
		c.found.Marketer = float64(c.t.tuples) / float64(c.sum)
	}
	c.t.risk = c.found
}
