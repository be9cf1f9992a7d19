package state

import "slices"

// group decides the records of one key. It is reused from key to key; even a
// key that all records share takes time in proportion to them.
type group struct {
	// place has for each content seen where the record stands that holds it:
	// an index of ops, or one of the places below.
	place map[uint64]int
	// stack has the insertions in order; those withdrawn since are dropped
	// when they surface.
	stack []int
}

const (
	before  = -1 // held before the run
	pending = -2 // held before the run, its cancellation pending
	gone    = -3 // inserted and withdrawn in the run
)

func newGroup() *group { return &group{place: make(map[uint64]int)} }

// resolve decides ops, all of one key and in order of arrival, against the
// contents that were current before. It leaves ops sorted by content.
//
// A cancellation concerns the record of its very content when there is or was
// one. Otherwise, since nothing says that it must repeat all values, it
// withdraws the latest record of its key in the run, or is Pending on one from
// before.
func (g *group) resolve(held []uint64, ops []op, outcomes []Outcome) {
	if len(ops) == 0 {
		return
	}
	if len(held) == 0 && len(ops) == 1 { // nearly all of them
		outcomes[ops[0].ordinal()] = Inserted
		if ops[0].op() == Cancel {
			outcomes[ops[0].ordinal()] = Unmatched
		}
		return
	}
	clear(g.place)
	g.stack = g.stack[:0]
	for _, content := range held {
		g.place[content] = before
	}
	current := len(held)
	for i, o := range ops {
		out := &outcomes[o.ordinal()]
		at, seen := g.place[o.content]
		if o.op() == Insert {
			switch {
			case seen && at != gone:
				*out = Duplicate
				continue
			case current > 0:
				*out = Conflicting
			default:
				*out = Inserted
			}
			current++
			g.place[o.content] = i
			g.stack = append(g.stack, i)
			continue
		}
		if !seen {
			at, held = g.latest(ops, held)
		}
		switch {
		case at >= 0:
			outcomes[ops[at].ordinal()] = Withdrawn
			*out = Cancelled
			g.place[ops[at].content] = gone
			current--
		case at == before:
			*out = Pending
			if seen {
				g.place[o.content] = pending
			}
		default:
			*out = Unmatched
		}
	}
	// Commit merges by key and content.
	slices.SortFunc(ops, func(a, b op) int { return a.compare(b.entry) })
}

// latest finds what a cancellation concerns whose content nobody has: the
// place of the latest insertion; else before, having marked the first record
// held whose cancellation is not pending; else gone. It gives what is left of
// held.
func (g *group) latest(ops []op, held []uint64) (int, []uint64) {
	for len(g.stack) > 0 {
		top := g.stack[len(g.stack)-1]
		if g.place[ops[top].content] == top {
			return top, held
		}
		g.stack = g.stack[:len(g.stack)-1]
	}
	for len(held) > 0 {
		content := held[0]
		held = held[1:]
		if g.place[content] == before {
			g.place[content] = pending
			return before, held
		}
	}
	return gone, held
}
