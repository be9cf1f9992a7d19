package recode

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
)

// classes are those of a node, or some of them: rows that one recoding publishes
// alike.
type classes struct {
	*counter // without persons
	*people  // nil where they are not counted
}

func (t *Tuples) newClasses(enough int) *classes {
	c := &classes{counter: newCounter(form{wide: t.wide, stride: t.stride})}
	if t.persons {
		c.people = &people{enough: uint32(enough)}
	}
	return c
}

func (c *classes) take(k key, r *records, i int) {
	who := k.who
	k.who = 0
	at := c.counter.add(k, r.counts[i], 0, r.histogram(i))
	if c.people != nil {
		c.people.add(at, who, r.heads[i])
	}
}

// head is how many a class has of what k counts.
func (c *classes) head(i int) uint64 {
	if c.people != nil {
		return uint64(c.met[i])
	}
	return uint64(c.counts[i])
}

func (c *classes) len() int { return c.counter.len() }

func (c *classes) merge(o *classes) {
	for i := range o.len() {
		at := c.counter.add(o.at(i), o.counts[i], 0, o.histogram(i))
		if c.people != nil {
			c.people.merge(at, o.people, i)
		}
	}
}

func (c *classes) reset() {
	if c.restart(); c.people != nil {
		c.people.reset()
	}
}

// step generalises one attribute of a key.
type step struct {
	field field
	to    []uint32
}

// steps are those from levels that records have to those of a node, and mask is the part of a key by which the result is
// in order: records that differ there are of different classes, and those that do
// not follow each other. So a class is whole when another such part comes.
func (t *Tuples) steps(have, levels []int) (steps []step, mask key) {
	ordered := true
	for _, a := range bySize(t.attributes) {
		x := &t.axes[a]
		if ordered {
			x.set(&mask, ^uint32(0)&uint32(x.mask))
		}
		if levels[a] > have[a] {
			steps = append(steps, step{x.field, x.first[levels[a]]})
		}
		ordered = ordered && levels[a] == 0
	}
	return steps, mask
}

// generalise makes keys of some records, generalised.
func generalise(keys []key, r *records, from int, steps []step) {
	for i := range keys {
		keys[i] = r.at(from + i)
	}
	for _, s := range steps {
		if s.field.low {
			mask := s.field.mask << s.field.shift
			for i := range keys {
				w := keys[i].lo
				keys[i].lo = w&^mask | uint64(s.to[w>>s.field.shift&s.field.mask])<<s.field.shift
			}
			continue
		}
		for i := range keys {
			s.field.set(&keys[i], s.to[s.field.get(keys[i])])
		}
	}
}

// batch is how many keys are made at once, so that the memory's waits overlap.
const batch = 512

// grouping counts the classes of a node, piece by piece of a source, and hands
// them on whole.
type grouping struct {
	t       *Tuples
	from    *source
	workers int // that go through it
	steps   []step
	mask    key
	enough  int
	most    int        // classes; more are too many
	room    int        // classes in memory of one worker
	begin   func()     // what was handed on before is void
	spare   []*classes // to use again
	// whole takes classes, of one worker at a time each; no class comes twice. What
	// it takes is the giver's. It tells whether to go on.
	whole func(worker int, c *classes) bool

	count atomic.Int64 // classes that were handed on
	over  atomic.Bool  // too many of them, or whole wants no more
	full  atomic.Bool  // more than there is room for
}

// flushAt is how many classes are handed on together where they are whole: few
// enough for the processor's cache.
const flushAt = 1 << 13

// errStopped ends a reading that has told enough.
var errStopped = errors.New("stopped")

// run hands on the classes; false where it was told to stop or there are too
// many. Where there is no room for all, it goes through the source once for each
// of several shares of them.
func (g *grouping) run(ctx context.Context) (bool, error) {
	for shares := uint64(1); ; shares *= 4 {
		g.begin()
		g.count.Store(0)
		g.full.Store(false)
		for share := range shares {
			if err := g.pass(ctx, shares, share); err != nil || g.over.Load() {
				return false, err
			}
			if g.full.Load() {
				break
			}
		}
		if !g.full.Load() {
			return true, nil
		}
	}
}

func (g *grouping) pass(ctx context.Context, shares, share uint64) error {
	var ends []*classes // that may go on in another worker's stretch
	var mu sync.Mutex   // of ends and spare
	fresh := func() *classes {
		mu.Lock()
		defer mu.Unlock()
		last := len(g.spare) - 1
		if last < 0 {
			return g.t.newClasses(g.enough)
		}
		c := g.spare[last]
		g.spare = g.spare[:last]
		c.reset()
		return c
	}
	open := make([]*classes, g.workers)
	err := g.from.scan(ctx, g.workers, func(w int) func(*records) error {
		open[w] = fresh()
		first := true
		var group key
		return func(r *records) error {
			var keys [batch]key
			for from := 0; from < r.len(); from += batch {
				some := keys[:min(batch, r.len()-from)]
				generalise(some, r, from, g.steps)
				c := open[w]
				for i, k := range some {
					at := key{hi: k.hi & g.mask.hi, lo: k.lo & g.mask.lo}
					if at != group {
						group = at
						if c.len() >= flushAt {
							if first {
								mu.Lock()
								ends = append(ends, c)
								mu.Unlock()
								c = fresh()
								open[w], first = c, false
							} else {
								g.hand(w, c)
								c.reset()
							}
						}
					}
					if shares > 1 && (key{hi: k.hi, lo: k.lo}).hash()>>16%shares != share {
						continue
					}
					c.take(k, r, from+i)
				}
				if g.count.Load()+int64(c.len()) > int64(g.most) {
					g.over.Store(true)
				}
				if c.len() > g.room {
					g.full.Store(true)
				}
				if g.over.Load() || g.full.Load() {
					return errStopped
				}
			}
			return nil
		}
	})
	ends = append(ends, open...)
	defer func() { g.spare = append(g.spare, ends...) }()
	if err == errStopped { //nolint:errorlint // our own, and not wrapped
		return nil
	}
	if err != nil {
		return err
	}
	for _, o := range ends[1:] {
		ends[0].merge(o)
	}
	g.hand(0, ends[0])
	return nil
}

// hand hands classes on.
func (g *grouping) hand(worker int, c *classes) {
	if g.count.Add(int64(c.len())) > int64(g.most) || !g.whole(worker, c) {
		g.over.Store(true)
	}
}
