package tables

import (
	"context"
	"math"
	"math/bits"
	"slices"
)

// protect hides the primary figures and others with them until each hidden one
// is proven: by a move, a way to shift records between leaves that changes
// hidden figures alone and keeps every published one. The true table and the
// same with the move made t times, for every t between two bounds, are tables
// of whole numbers that agree with all that is published; so a reader knows of
// each figure in the move no interval narrower than the two bounds are apart.
// A move keeps all sums of all tables, linked ones too, for it is made of
// records.
//
// Moves are the corners of a box: in each dimension a leaf and another that
// stands below the same place, or one leaf alone, whose totals then move too
// (the hypercube of Repsilber 1994, over hierarchies and linked tables, with
// the room of every corner reckoned). The cheapest is sought by changing one
// dimension at a time; adding records to one leaf and to all above it is always
// possible, so that every figure finds a proof.
func (p *problem) protect(ctx context.Context, rules Rules) error {
	s := search{problem: p, width: int64(rules.K)}
	for i, f := range p.order() {
		if i%64 == 0 && ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if p.figures[f].proven && p.figures[f].room == nil {
			continue
		}
		s.prove(f)
	}
	return nil
}

// order gives the primary figures, totals before cells, for a total has fewer
// ways to move.
func (p *problem) order() (order []int32) {
	for _, inner := range [...]bool{false, true} {
		for f := p.shown - 1; f >= 0; f-- {
			if x := &p.figures[f]; x.primary && x.inner == inner {
				order = append(order, int32(f))
			}
		}
	}
	return order
}

// move is a box of leaves: along each dimension from one leaf to another, or
// one leaf alone.
type move struct {
	from, to [MaxDimensions]uint16
	pair     [MaxDimensions]bool
}

// corner is a figure that a move touches, and how.
type corner struct {
	figure int32
	sign   int8
}

// search finds the cheapest move of one figure after the other. It is reused.
type search struct {
	*problem
	width   int64
	corners []corner
	goal    int32
}

// sweeps bounds how often every dimension is tried anew; leaves how many
// leaves below a place are tried.
const (
	sweeps = 4
	leaves = 4
)

// prove hides what the cheapest move of a figure touches.
func (s *search) prove(goal int32) {
	s.goal = goal
	k := s.cells[goal].Key
	best := s.alone(k)
	least := s.cost(&best, math.MaxInt64)
	for range sweeps {
		changed := false
		for dim := range s.lattice.dimensions {
			for _, from := range s.below(dim, k[dim]) {
				for option := range s.options(dim, k[dim], from) {
					m := best
					m.from[dim], m.to[dim], m.pair[dim] = from, option, option != from
					if m == best {
						continue
					}
					if c := s.cost(&m, least); c < least {
						best, least, changed = m, c, true
					}
				}
			}
		}
		if !changed || least == 0 {
			break
		}
	}
	if s.cost(&best, math.MaxInt64) == math.MaxInt64 {
		s.engulf(goal)
		return
	}
	for _, c := range s.corners {
		s.figures[c.figure].hidden, s.figures[c.figure].proven = true, true
	}
}

// engulf hides all that the leaves of a figure stand in, where no move of one
// box has the room that its amount needs: then all those leaves can lose their
// amounts together, and any of them can gain.
func (s *search) engulf(goal int32) {
	for _, figures := range s.leaves {
		if !slices.Contains(figures, goal) {
			continue
		}
		for _, f := range figures {
			s.figures[f].hidden, s.figures[f].proven = true, true
		}
	}
}

// alone is the move of the figure's largest leaf and all above it.
func (s *search) alone(k Key) (m move) {
	leaf, ok := s.base[k]
	if ok {
		m.from = s.leaf[leaf]
	} else { // an empty cell that is listed
		for dim := range s.lattice.dimensions {
			m.from[dim] = s.leavesOf[dim][k[dim]][0]
		}
	}
	m.to = m.from
	return m
}

func (s *search) below(dim int, at Place) []uint16 {
	all := s.leavesOf[dim][at]
	return all[:min(len(all), leaves)]
}

// options are the leaf itself and the first leaf of each code beside it.
func (s *search) options(dim int, at Place, from uint16) func(func(uint16) bool) {
	return func(yield func(uint16) bool) {
		if !yield(from) {
			return
		}
		d := s.lattice.dimensions[dim]
		if d.Apart || int(at.Level) >= len(d.Levels) {
			return
		}
		parent := Place{at.Level + 1, s.codes[dim][from][at.Level+1]}
		for _, code := range s.siblings[dim][parent] {
			if code != at.Code && !yield(s.leavesOf[dim][Place{at.Level, code}][0]) {
				return
			}
		}
	}
}

// cost is what a move would newly hide; more than limit, at least MaxInt64,
// where it is no proof. It leaves the corners.
func (s *search) cost(m *move, limit int64) (cost int64) {
	s.corners = s.corners[:0]
	for _, n := range s.nodes {
		if s.still(m, n) {
			continue
		}
		var k Key
		c, ok := s.touch(m, n, 0, k, 1, limit-cost)
		if !ok {
			return math.MaxInt64
		}
		cost += c
	}
	if !s.roomy() {
		return math.MaxInt64
	}
	return cost
}

// still tells whether a move changes no figure of a node: in some dimension
// both ends are the same there.
func (s *search) still(m *move, n node) bool {
	for dim := range s.lattice.dimensions {
		if m.pair[dim] && s.codes[dim][m.from[dim]][n[dim]] == s.codes[dim][m.to[dim]][n[dim]] {
			return true
		}
	}
	return false
}

// touch enters the corners of a move at a node; false where one is not there
// or they cost more than limit.
func (s *search) touch(m *move, n node, dim int, k Key, sign int8, limit int64) (cost int64, ok bool) {
	if dim == len(s.lattice.dimensions) {
		f, ok := s.index[k]
		if !ok {
			return 0, false // known to be empty
		}
		s.corners = append(s.corners, corner{f, sign})
		cost = s.price(f)
		return cost, cost <= limit
	}
	k[dim] = Place{n[dim], s.codes[dim][m.from[dim]][n[dim]]}
	if cost, ok = s.touch(m, n, dim+1, k, sign, limit); !ok || !m.pair[dim] {
		return cost, ok
	}
	k[dim].Code = s.codes[dim][m.to[dim]][n[dim]]
	more, ok := s.touch(m, n, dim+1, k, -sign, limit-cost)
	return cost + more, ok
}

// price of hiding a figure: the larger the dearer, by its order of magnitude;
// a total is worth several cells; one that was suppressed in the release
// before, next to nothing: what comes and goes gives others away by its
// difference.
func (s *search) price(f int32) int64 {
	x := &s.figures[f]
	switch {
	case x.hidden:
		return 0
	case x.primary:
		return 1
	case x.warm:
		return 2
	}
	price := 16 + 2*int64(bits.Len64(uint64(x.value[Records])))
	if !x.inner {
		price *= 3
	}
	return price
}

// roomy tells whether the move at hand proves its goal and all it touches.
func (s *search) roomy() bool {
	for m := range measures {
		up, down := s.bounds(m)
		if m <= Places {
			if up < s.width-down { // neither is negative
				return false
			}
			continue
		}
		x := &s.figures[s.goal]
		if room := x.room[m]; room > 0 && (up < room || down < min(room, x.spare(m))) {
			return false
		}
	}
	return true
}

// bounds are how often a move can be made forth and back.
func (s *search) bounds(m Measure) (up, down int64) {
	up, down = math.MaxInt64/2, math.MaxInt64/2
	sign := s.corners[slices.IndexFunc(s.corners, func(c corner) bool { return c.figure == s.goal })].sign
	for _, c := range s.corners {
		spare := s.figures[c.figure].spare(m)
		if c.sign == sign {
			down = min(down, spare)
		} else {
			up = min(up, spare)
		}
	}
	return up, down
}
