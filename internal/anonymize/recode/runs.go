package recode

import "context"

// gatherer makes one sorted run of records that come in any order, as often as
// they do: it counts them in memory and puts them away, sorted, when that is full.
// It is for one goroutine.
type gatherer struct {
	*store
	order arrange
	most  int // records in memory
	*counter
	runs [][]piece
}

// fanIn is how many runs are merged at once.
const fanIn = 32

func newGatherer(s *store, f form, o arrange, share int64) *gatherer {
	g := &gatherer{store: s, order: o, most: 1<<32 - 2, counter: newCounter(f)}
	if s.room.Memory > 0 {
		// A record, its slots, and what growing leaves unused.
		g.most = max(int(share)/(2*f.size()+8), 1)
	}
	return g
}

func (g *gatherer) take(k key, rows, heads uint32, histogram []uint32) error {
	g.add(k, rows, heads, histogram)
	if g.len() >= g.most {
		return g.spill()
	}
	return nil
}

// spill puts what is in memory away.
func (g *gatherer) spill() error {
	all := g.sorted(g.order)
	var run []piece
	for from := 0; from < all.len(); from += blockRecords {
		p, err := g.put(all.slice(from, min(from+blockRecords, all.len())))
		if err != nil {
			return err
		}
		run = append(run, p)
	}
	g.runs = append(g.runs, run)
	g.reset()
	if len(g.runs) < fanIn {
		return nil
	}
	var one []piece
	err := g.mergeRuns(context.Background(), g.runs, g.form, g.order, func(r *records) error {
		p, err := g.put(r)
		one = append(one, p)
		return err
	})
	g.runs = [][]piece{one}
	return err
}

// finish gives the sorted runs, the last of them in memory.
func (g *gatherer) finish() [][]piece {
	if g.len() > 0 {
		g.slots = nil
		all := g.sorted(g.order)
		g.counter = nil
		g.runs = append(g.runs, cut(all))
	}
	return g.runs
}

// cut makes pieces of records in memory.
func cut(all *records) (run []piece) {
	for from := 0; from < all.len(); from += blockRecords {
		some := all.slice(from, min(from+blockRecords, all.len()))
		run = append(run, piece{n: some.len(), mem: some})
	}
	return run
}

// cursor goes through a run.
type cursor struct {
	run  []piece
	room *records
	buf  []byte
	now  *records
	at   int
	key  key
}

func (s *store) next(c *cursor) (more bool, err error) {
	c.at++
	for c.now == nil || c.at == c.now.len() {
		if len(c.run) == 0 {
			return false, nil
		}
		if c.now, err = s.get(c.run[0], c.room, &c.buf); err != nil {
			return false, err
		}
		c.run, c.at = c.run[1:], 0
	}
	c.key = c.now.at(c.at)
	return true, nil
}

// mergeRuns hands on the records of all runs in order, those of one key together,
// some at a time. What it hands on is the receiver's for the time of the call.
func (s *store) mergeRuns(ctx context.Context, runs [][]piece, f form, o arrange, put func(*records) error) error {
	var heap []*cursor // the least in front
	down := func(i int) {
		for {
			least := i
			for _, child := range [2]int{2*i + 1, 2*i + 2} {
				if child < len(heap) && o.compare(heap[child].key, heap[least].key) < 0 {
					least = child
				}
			}
			if least == i {
				return
			}
			heap[i], heap[least] = heap[least], heap[i]
			i = least
		}
	}
	for _, run := range runs {
		c := &cursor{run: run, room: &records{form: f}}
		more, err := s.next(c)
		if err != nil {
			return err
		}
		if more {
			heap = append(heap, c)
		}
	}
	for i := len(heap)/2 - 1; i >= 0; i-- {
		down(i)
	}
	out := &records{form: f}
	for len(heap) > 0 {
		c := heap[0]
		heads := uint32(0)
		if f.persons {
			heads = c.now.heads[c.at]
		}
		if last := out.len() - 1; last >= 0 && out.is(uint32(last), c.key) {
			out.merge(last, c.key, c.now.counts[c.at], heads, c.now.histogram(c.at))
		} else {
			if out.len() == blockRecords {
				if ctx.Err() != nil {
					return context.Cause(ctx)
				}
				if err := put(out); err != nil {
					return err
				}
				out.reset()
			}
			out.append(c.key, c.now.counts[c.at], heads, c.now.histogram(c.at))
		}
		more, err := s.next(c)
		if err != nil {
			return err
		}
		if !more {
			heap[0] = heap[len(heap)-1]
			heap = heap[:len(heap)-1]
		}
		down(0)
	}
	if out.len() == 0 {
		return nil
	}
	return put(out)
}
