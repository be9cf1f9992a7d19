package state

import (
	"cmp"
	"slices"
)

// group decides the records of one key. It is reused from key to key; even a
// key that all records share takes time in proportion to them.
type group struct {
	// place has for each content seen where the record stands that holds it:
	// an index of ops, or one of the places below.
	place map[uint64]int
	// stack has the insertions in order; those withdrawn since are dropped
	// when they surface.
	stack []int
	// revoked has the contents held before that are current no more, ascending.
	revoked []uint64
	// turned has those that wait now and did not, and the other way, ascending.
	turned []turn
	// said has by content the cancellation that repeats a record of before.
	said map[uint64]uint64
	// again has what came back in the run, to be cancelled anew.
	again   []uint64
	lasting bool // none may be revoked
}

const (
	before  = -1 // held before the run
	waiting = -2 // held before the run, and cancelled: its row waits to be taken out
	gone    = -3 // withdrawn in the run
)

func newGroup(lasting bool) *group {
	return &group{place: make(map[uint64]int), said: make(map[uint64]uint64), lasting: lasting}
}

// resolve decides ops, all of one key and in order of arrival, against the
// contents that were current before. It leaves ops sorted by content.
//
// A cancellation concerns the record of its very content when there is or was
// one. Otherwise, since nothing says that it must repeat all values, it
// withdraws the latest record of its key in the run, or one from before.
func (g *group) resolve(held []remembered, ops []op, outcomes []Outcome) {
	g.revoked, g.turned = g.revoked[:0], g.turned[:0]
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
	clear(g.said)
	g.stack, g.again = g.stack[:0], g.again[:0]
	current := 0
	for _, h := range held {
		g.place[h.content] = waiting
		if !h.waiting {
			g.place[h.content] = before
			current++
		}
	}
	was := held
	for i, o := range ops {
		out := &outcomes[o.ordinal()]
		at, seen := g.place[o.content]
		if o.op() == Insert {
			switch {
			case seen && at == waiting:
				*out = Reinstated
				g.place[o.content] = before
				g.again = append(g.again, o.content)
				current++
				continue
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
		content := o.content
		if !seen {
			at, content, held = g.latest(ops, held)
		}
		switch {
		case at >= 0:
			outcomes[ops[at].ordinal()] = Withdrawn
			*out = Cancelled
			g.place[ops[at].content] = gone
			current--
		case at == before && g.lasting && markOf(was, content) != Hidden:
			*out = Pending
			g.place[content] = waiting
			delete(g.said, content)
			if seen {
				g.said[content] = o.ordinal()
			}
			current--
		case at == before:
			*out = Revoked
			g.place[content] = gone
			g.revoked = append(g.revoked, content)
			current--
		default:
			*out = Unmatched
		}
	}
	slices.Sort(g.revoked)
	for _, h := range was {
		if (g.place[h.content] == waiting) != h.waiting {
			t := turn{remembered: h, by: -1}
			t.waiting = !h.waiting
			if by, ok := g.said[h.content]; ok && t.waiting {
				t.by = int(by)
			}
			g.turned = append(g.turned, t)
		}
	}
	// Commit merges by key and content.
	slices.SortFunc(ops, func(a, b op) int { return a.compare(b.entry) })
}

// markOf tells how a record held before was shown.
func markOf(held []remembered, content uint64) Mark {
	i, _ := slices.BinarySearchFunc(held, content, func(h remembered, c uint64) int { return cmp.Compare(h.content, c) })
	return held[i].mark
}

// latest finds what a cancellation concerns whose content nobody has: the place and
// content of the latest insertion; else before, and what came back in the run or the
// first record held that no cancellation concerned yet; else gone. It gives what is left
// of held.
func (g *group) latest(ops []op, held []remembered) (at int, content uint64, rest []remembered) {
	for len(g.stack) > 0 {
		top := g.stack[len(g.stack)-1]
		if g.place[ops[top].content] == top {
			return top, ops[top].content, held
		}
		g.stack = g.stack[:len(g.stack)-1]
	}
	for len(g.again) > 0 {
		last := len(g.again) - 1
		content, g.again = g.again[last], g.again[:last]
		if g.place[content] == before {
			return before, content, held
		}
	}
	for len(held) > 0 {
		content, held = held[0].content, held[1:]
		if g.place[content] == before {
			return before, content, held
		}
	}
	return gone, 0, nil
}
