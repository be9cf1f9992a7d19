package tables

import (
	"context"
	"math"
	"runtime"
	"slices"

	"golang.org/x/sync/errgroup"
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
// possible, so that every figure finds a proof. What turns out to be hidden
// needlessly is shown again (see publishAgain), and in
// the end every proof is made again (see audit).
func (p *problem) protect(ctx context.Context, rules Rules) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(runtime.GOMAXPROCS(0))
	for _, s := range p.searches(rules) {
		group.Go(func() error {
			if err := s.hide(ctx); err != nil {
				return err
			}
			if err := s.publishAgain(ctx); err != nil {
				return err
			}
			return s.audit()
		})
	}
	return group.Wait()
}

// searches are one for each block of figures that are linked to no other: what
// stands apart (a year, a region) shares nothing. Each touches its own figures
// alone, so that they go side by side.
func (p *problem) searches(rules Rules) (all []*search) {
	blocks := map[Key]*search{}
	proofs, users, failed := make([]*proof, len(p.figures)), make([][]int32, len(p.figures)), make([]int32, len(p.figures))
	for f := range int32(p.shown) {
		var apart Key
		for dim, d := range p.lattice.dimensions {
			if d.Apart {
				apart[dim] = p.cells[f].Key[dim]
			}
		}
		s := blocks[apart]
		if s == nil {
			s = &search{problem: p, width: int64(rules.K), proofs: proofs, users: users, trial: trial{failed: failed}}
			blocks[apart] = s
			all = append(all, s)
		}
		s.block = append(s.block, f)
	}
	for _, s := range all {
		s.most = maxEffort * int64(len(s.block)) / int64(p.shown)
	}
	return all
}

// hide proves every primary figure.
func (s *search) hide(ctx context.Context) error {
	for i, f := range s.order() {
		if i%64 == 0 && ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if x := &s.figures[f]; !x.proven || x.room != nil {
			s.prove(f)
		}
	}
	return nil
}

// order gives the primary figures, totals before cells, for a total has fewer
// ways to move.
func (s *search) order() (order []int32) {
	for _, inner := range [...]bool{false, true} {
		for _, f := range slices.Backward(s.block) {
			if x := &s.figures[f]; x.primary && x.inner == inner {
				order = append(order, f)
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

// search finds the cheapest move of one figure of a block after the other.
type search struct {
	*problem
	block   []int32 // its figures, in the order of keys
	width   int64
	corners []corner
	goal    int32
	proofs  []*proof  // of each hidden figure; nil where it is engulfed
	users   [][]int32 // figure -> those whose proof touches it or did
	trial
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
	least := s.cost(&best, noLimit)
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
	if s.cost(&best, noLimit) == noLimit {
		s.engulf(goal)
		return
	}
	made := s.proofOf([]move{best})
	for _, f := range made.touches {
		x := &s.figures[f]
		if x.hidden, x.proven = true, true; s.proofs[f] == nil && (f == goal || x.room == nil) {
			s.rely(f, made)
		}
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
			x := &s.figures[f]
			x.hidden, x.proven, x.pinned = true, true, true
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

// noLimit is more than any move costs.
const noLimit = math.MaxInt64 / 4

// cost is what a move would newly hide; noLimit at least where it costs more
// than limit or is no proof of its goal. It leaves the corners.
func (s *search) cost(m *move, limit int64) int64 {
	cost, ok := s.touchAll(m, limit)
	if !ok || !s.roomy() {
		return noLimit
	}
	return cost
}

// touchAll enters the corners of a move; false where one is not there or they
// cost more than limit.
func (s *search) touchAll(m *move, limit int64) (cost int64, ok bool) {
	s.corners = s.corners[:0]
	for _, n := range s.nodes {
		if s.still(m, n) {
			continue
		}
		c, ok := s.touch(m, &n, 0, packed{}, 1, limit-cost)
		if !ok {
			return 0, false
		}
		cost += c
	}
	return cost, true
}

// still tells whether a move changes no figure of a node: in some dimension
// both ends are the same there.
func (s *search) still(m *move, n node) bool {
	for dim := range s.lattice.dimensions {
		if m.pair[dim] && s.ids[dim][m.from[dim]][n[dim]] == s.ids[dim][m.to[dim]][n[dim]] {
			return true
		}
	}
	return false
}

// touch enters the corners of a move at a node; false where one is not there
// or they cost more than limit.
func (s *search) touch(m *move, n *node, dim int, k packed, sign int8, limit int64) (cost int64, ok bool) {
	if dim == len(s.lattice.dimensions) {
		f, ok := s.at[k]
		if !ok {
			return 0, false // known to be empty
		}
		s.corners = append(s.corners, corner{f, sign})
		cost = s.price(f)
		return cost, cost <= limit
	}
	other := k
	k.put(dim, s.ids[dim][m.from[dim]][n[dim]])
	if cost, ok = s.touch(m, n, dim+1, k, sign, limit); !ok || !m.pair[dim] {
		return cost, ok
	}
	other.put(dim, s.ids[dim][m.to[dim]][n[dim]])
	more, ok := s.touch(m, n, dim+1, other, -sign, limit-cost)
	return cost + more, ok
}

// price is what hiding a figure costs now.
func (s *search) price(f int32) int64 {
	s.effort++
	switch {
	case s.figures[f].hidden:
		return 0
	case s.isBarred(f):
		return noLimit
	}
	return s.value(f)
}

// value of showing a figure: it grows with the root of its records, so that
// large figures and totals are kept, though not at any number of small ones.
// Of one that was suppressed in the release before it is a quarter: where the
// same persons come again, what comes and goes gives others away.
func (s *search) value(f int32) int64 {
	x := &s.figures[f]
	switch {
	case x.primary:
		return 1
	}
	value := 8 + int64(2*math.Sqrt(float64(x.value[Records])))
	if x.warm {
		value /= 4
	}
	return value
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
