package recode

import (
	"context"
	"slices"
	"sync"
)

// Recoding says what becomes of every row: the values it is published with, or
// that it is suppressed. Made by Global.Recoding and Tree.Recode.
type Recoding struct {
	t       *Tuples
	classes []int64 // of each class what k counts, ascending
	squares uint64  // sum over the classes of their rows, squared
	lost    int64   // rows that are suppressed
	// spread tells the rows by attribute, level and place; the level above the
	// highest is where they are suppressed.
	spread [][][]uint64

	// Of a Global: the levels, and the classes published, by key.
	levels    []int
	published *counter
	// Of a Tree: for what ends at a node, the node that it is published by, or
	// nowhere.
	tree *Tree
	ends []int32
}

const nowhere = int32(-1)

// Recoding applies the levels found to the tuples they were found for.
func (g *Global) Recoding(ctx context.Context, t *Tuples, c Criteria) (*Recoding, error) {
	r := &Recoding{t: t, levels: g.Levels}
	var mu sync.Mutex
	all := &grouping{t: t, from: &t.source, workers: t.workers(), enough: c.K, most: int(t.rows) + 1, room: t.classRoom()}
	all.steps, all.mask = t.steps(make([]int, len(g.Levels)), g.Levels)
	all.begin = func() {
		r.published, r.classes, r.squares = newCounter(form{wide: t.wide}), nil, 0
	}
	j := newJudge(&c, t)
	all.whole = func(_ int, some *classes) bool {
		mu.Lock()
		defer mu.Unlock()
		for i := range some.len() {
			rows := uint64(some.counts[i])
			if ok, _ := j.passes(rows, some.head(i), some.histogram(i)); ok {
				r.published.add(some.at(i), some.counts[i], 0, nil)
				r.classes = append(r.classes, int64(rows))
				r.squares += rows * rows
			}
		}
		return true
	}
	if _, err := all.run(ctx); err != nil {
		return nil, err
	}
	publishes := func(k key) (key, bool) {
		k.who = 0
		place, _ := r.published.look(k)
		return k, place >= 0
	}
	levels := make([]uint8, len(g.Levels))
	for a, level := range g.Levels {
		levels[a] = uint8(level)
	}
	err := r.count(ctx, all.steps, func(k key) []uint8 {
		if _, ok := publishes(k); ok {
			return levels
		}
		return nil
	}, publishes)
	return r, err
}

// count reads the tuples again: where their rows are published, which levels tell
// of a key after steps (nil: suppressed); and the persons of each class, where
// they are counted, which class tells.
func (r *Recoding) count(ctx context.Context, steps []step, levels func(key) []uint8, class func(key) (key, bool)) error {
	t := r.t
	spreads := make([][][][]uint64, t.workers())
	lost := make([]int64, len(spreads))
	err := t.scan(ctx, len(spreads), func(w int) func(*records) error {
		spread := make([][][]uint64, len(t.axes))
		for a, x := range t.axes {
			for range len(x.first) + 1 {
				spread[a] = append(spread[a], make([]uint64, len(x.leaf)))
			}
		}
		spreads[w] = spread
		return func(some *records) error {
			var keys [batch]key
			for from := 0; from < some.len(); from += batch {
				keys := keys[:min(batch, some.len()-from)]
				generalise(keys, some, from, steps)
				for i, k := range keys {
					at, rows, own := levels(k), uint64(some.counts[from+i]), some.at(from+i)
					if at == nil {
						lost[w] += int64(rows)
					}
					for a := range t.axes {
						level := len(t.axes[a].first)
						if at != nil {
							level = int(at[a])
						}
						spread[a][level][t.axes[a].get(own)] += rows
					}
				}
			}
			return nil
		}
	})
	if err != nil {
		return err
	}
	r.spread = spreads[0]
	for w, spread := range spreads {
		if r.lost += lost[w]; w == 0 {
			continue
		}
		for a := range spread {
			for l := range spread[a] {
				for place, n := range spread[a][l] {
					r.spread[a][l][place] += n
				}
			}
		}
	}
	if t.persons {
		if err := r.persons(ctx, steps, class); err != nil {
			return err
		}
	}
	slices.Sort(r.classes)
	return nil
}

// persons counts the distinct persons of each class.
func (r *Recoding) persons(ctx context.Context, steps []step, class func(key) (key, bool)) error {
	f := form{wide: r.t.wide, persons: true}
	g := newGatherer(r.t.store, f, byTuple, r.t.room.Memory/4)
	var keys [batch]key
	err := r.t.scan(ctx, 1, func(int) func(*records) error {
		return func(some *records) error {
			for from := 0; from < some.len(); from += batch {
				keys := keys[:min(batch, some.len()-from)]
				generalise(keys, some, from, steps)
				for i, k := range keys {
					at, ok := class(k)
					if !ok {
						continue
					}
					at.who = k.who
					if err := g.take(at, 0, some.heads[from+i], nil); err != nil {
						return err
					}
				}
			}
			return nil
		}
	})
	if err != nil {
		return err
	}
	r.classes = nil
	var now key
	return r.t.mergeRuns(ctx, g.finish(), f, byTuple, func(some *records) error {
		for i := range some.len() {
			k := some.at(i)
			if k.who = 0; len(r.classes) == 0 || k != now {
				now, r.classes = k, append(r.classes, 0)
			}
			r.classes[len(r.classes)-1] += int64(some.heads[i])
		}
		return nil
	})
}

// Labels are the values that an attribute may be published with: those of all
// its levels, the finest first, and last Any, for a row that is suppressed.
func (r *Recoding) Labels(attribute int) (labels []string) {
	for _, level := range r.t.attributes[attribute].Hierarchy.levels {
		labels = append(labels, level.values...)
	}
	return append(labels, Any)
}

// label is the place in Labels of the value at a level that a leaf is under.
func label(h *Hierarchy, level int, leaf uint32) uint32 {
	place := h.levels[level].of[leaf]
	for _, below := range h.levels[:level] {
		place += uint32(len(below.values))
	}
	return place
}
