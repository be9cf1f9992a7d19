package recode

import (
	"context"
	"math"
	"slices"
)

// Global is the best recoding that generalises each attribute to one level for
// all rows: of all combinations of levels whose classes meet the criteria, once
// the classes that do not are suppressed within the limit, the one of least
// loss; of several, the one whose levels come first.
type Global struct {
	Levels     []int // by attribute
	Suppressed int64 // rows
	Loss       float64
	Checked    int // combinations whose classes were counted
}

// SearchGlobal finds it. The search is exact: it goes through all combinations
// from the coarsest to the finest and passes over those that cannot be the best.
// What a class of too few rows costs when it is suppressed, every finer
// recoding has to pay too; so each combination inherits from those above it how
// much it must suppress and lose at least. A descent from the coarsest one that
// always takes the cheapest step finds a good recoding to begin with.
//
// An error means that the criteria ask what cannot be, that no recoding keeps
// the limit (ErrNone), or that ctx ended.
func SearchGlobal(ctx context.Context, t *Tuples, c Criteria) (*Global, error) {
	if err := c.check(t); err != nil {
		return nil, err
	}
	l, err := newLattice(t.attributes)
	if err != nil {
		return nil, err
	}
	s := &search{
		evaluator: newEvaluator(t, l, &c), known: map[int]outcome{}, best: -1, least: math.Inf(1),
	}
	if err := s.descend(ctx); err != nil {
		return nil, err
	}
	if err := s.sweep(ctx); err != nil {
		return nil, err
	}
	if s.best < 0 {
		return nil, ErrNone
	}
	return &Global{Levels: l.levels(s.best), Suppressed: s.known[s.best].suppressed, Loss: s.least, Checked: s.checked}, nil
}

type search struct {
	*evaluator
	known map[int]outcome
	best  int // -1 before there is any
	least float64
}

// look evaluates a node, once, and gives its loss; infinite over the limit.
func (s *search) look(ctx context.Context, node int) (loss float64, err error) {
	out, known := s.known[node]
	if !known {
		if out, err = s.evaluate(ctx, node); err != nil {
			return 0, err
		}
		s.known[node] = out
	}
	if out.suppressed > s.limit {
		return math.Inf(1), nil
	}
	loss = s.t.loss(out.extent)
	if s.better(loss, node) {
		s.best, s.least = node, loss
	}
	return loss, nil
}

// better tells whether a node of this loss, or more, may be the best.
func (s *search) better(loss float64, node int) bool {
	return loss < s.least || loss == s.least && slices.Compare(s.lattice.levels(node), s.lattice.levels(s.best)) < 0
}

// descend goes down from the coarsest node as long as that makes it cheaper.
func (s *search) descend(ctx context.Context) error {
	node := s.lattice.nodes - 1
	loss, err := s.look(ctx, node)
	for err == nil {
		next := -1
		for _, down := range s.lattice.down(node) {
			if s.t.loss(s.unhindered(down)) >= loss {
				continue
			}
			at, err := s.look(ctx, down)
			if err != nil {
				return err
			}
			if at < loss {
				next, loss = down, at
			}
		}
		if next < 0 {
			return nil
		}
		node = next
	}
	return err
}

// sweep evaluates whatever may be the best, coarse before fine.
func (s *search) sweep(ctx context.Context) error {
	lost := make([]int64, s.lattice.nodes)       // at least
	penalties := make([]extent, s.lattice.nodes) // at least
	for node := s.lattice.nodes - 1; node >= 0; node-- {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		penalty := make(extent, len(s.extents))
		for _, up := range s.lattice.up(node) {
			lost[node] = max(lost[node], lost[up])
			for a, p := range penalties[up] {
				penalty[a] = max(penalty[a], p)
			}
		}
		penalties[node] = penalty
		if lost[node] > s.limit {
			continue
		}
		x := s.unhindered(node)
		for a, p := range penalty {
			x[a] += p
		}
		if out, known := s.known[node]; known || s.better(s.t.loss(x), node) {
			if !known {
				if _, err := s.look(ctx, node); err != nil {
					return err
				}
				out = s.known[node]
			}
			lost[node], penalties[node] = out.lost, out.penalty
		}
	}
	return nil
}
