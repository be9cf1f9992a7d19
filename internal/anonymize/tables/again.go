package tables

import (
	"cmp"
	"context"
	"slices"
)

// publishAgain shows figures that were hidden for others' sake and need not be.
// protect takes one small figure after the other and cannot know what the next
// will hide anyway. Here each figure that is not itself small is shown on
// trial, the dearest first: every hidden one whose proof leaned on it must find
// another, of several moves if need be, and what that newly hides must be
// cheaper and find its own. Else it stays hidden.
//
// A trial that stands leaves every hidden figure with a proof in which no
// published one moves, so that the order and the end of trials are a matter of
// cost alone: the work is bounded by effort, not by time, and the same
// everywhere.
func (s *search) publishAgain(ctx context.Context) error {
	s.effort = 0
	for _, s.wide = range rounds {
		for _, g := range s.companions() {
			if ctx.Err() != nil {
				return context.Cause(ctx)
			}
			if s.effort > s.most {
				return nil
			}
			s.try(g)
		}
	}
	return nil
}

// rounds are how many moves each search looks at before it gives a figure up,
// the quick searches first; maxEffort bounds the corners of moves looked at in
// all, some 100 ns each: a block has its share.
var rounds = [...]int{50, 400, 4000, 4000}

const maxEffort = 400_000_000

// trial is a figure shown on trial and what came of it so far.
type trial struct {
	effort, most int64
	wide         int   // of a search: see rounds
	budget       int64 // what may still be newly hidden
	barred       int32 // the figure, plus one: none by zero
	todo         []int32
	undo         []change
	failed       []int32 // trials that failed at a figure
	reached      [measures]reach
}

// change is what a figure was before a trial.
type change struct {
	figure int32
	hidden bool
	proof  *proof
}

func (s *search) isBarred(f int32) bool { return s.barred == f+1 }

// companions are the figures hidden for others' sake, the dearest first.
func (s *search) companions() (all []int32) {
	prices := map[int32]int64{}
	for _, f := range s.block {
		if x := &s.figures[f]; x.hidden && !x.primary && !x.pinned && !x.warm {
			all = append(all, f)
			prices[f] = s.value(f)
		}
	}
	slices.SortFunc(all, func(a, b int32) int { return cmp.Or(cmp.Compare(prices[b], prices[a]), cmp.Compare(a, b)) })
	return all
}

// try shows a figure, and hides it again where some other has no proof then.
func (s *search) try(g int32) {
	s.budget = s.value(g) - 1
	s.change(g)
	s.figures[g].hidden, s.barred = false, g+1
	s.todo = s.todo[:0]
	for _, f := range s.users[g] {
		if f != g && s.leans(f, g) && !slices.Contains(s.todo, f) {
			s.todo = append(s.todo, f)
		}
	}
	// What was hard to prove before first: a trial that fails should fail soon.
	slices.SortStableFunc(s.todo, func(a, b int32) int { return cmp.Compare(s.failed[b], s.failed[a]) })
	stands := true
	for i := 0; stands && i < len(s.todo); i++ {
		if f := s.todo[i]; s.proofs[f] == nil || s.leans(f, g) {
			if stands = s.seek(f); !stands {
				s.failed[f]++
			}
		}
	}
	s.barred = 0
	if !stands {
		for _, c := range slices.Backward(s.undo) {
			s.figures[c.figure].hidden, s.proofs[c.figure] = c.hidden, c.proof
		}
	}
	s.undo = s.undo[:0]
}

func (s *search) change(f int32) {
	s.undo = append(s.undo, change{f, s.figures[f].hidden, s.proofs[f]})
}

// leans tells whether the proof of a hidden figure needs another.
func (s *search) leans(f, on int32) bool {
	return s.figures[f].hidden && s.proofs[f] != nil && slices.Contains(s.proofs[f].touches, on)
}

// seek finds moves that prove a figure, hiding for them what the budget allows.
func (s *search) seek(goal int32) bool {
	for s.effort <= s.most {
		var moves []move
		s.start(goal)
		boxes, free := 0, int64(0)
		s.boxes(&free, func(m *move, _ int64) bool {
			if s.gain(true) > 0 {
				moves = append(moves, *m)
			}
			boxes++
			return boxes < s.wide && !s.there()
		})
		if s.there() {
			made := s.proofOf(moves)
			s.change(goal)
			s.rely(goal, made)
			if len(moves) == 1 { // it proves all that it touches
				for _, f := range made.touches {
					if x := &s.figures[f]; f != goal && x.room == nil && !x.pinned && (s.proofs[f] == nil || s.leans(f, s.barred-1)) {
						s.change(f)
						s.rely(f, made)
					}
				}
			}
			return true
		}
		if !s.buy() {
			return false
		}
	}
	return false
}

// buy hides what the move costs that brings the goal further for least.
func (s *search) buy() bool {
	var best move
	bestCost, bestGain, boxes := int64(0), int64(0), 0
	limit := s.budget
	s.boxes(&limit, func(m *move, cost int64) bool {
		gain := s.gain(false)
		if cost > 0 && gain > 0 && (bestGain == 0 || cost*bestGain < bestCost*gain) {
			best, bestCost, bestGain = *m, cost, gain
		}
		boxes++
		return boxes < s.wide
	})
	if bestGain == 0 {
		return false
	}
	s.touchAll(&best, limit)
	for _, c := range s.corners {
		if !s.figures[c.figure].hidden {
			s.change(c.figure)
			s.figures[c.figure].hidden, s.proofs[c.figure] = true, nil
			s.todo = append(s.todo, c.figure)
		}
	}
	s.budget -= bestCost
	return true
}

// boxes visits the moves that the goal is a corner of and that cost no more
// than limit, with the corners at hand, until visit has enough.
func (s *search) boxes(limit *int64, visit func(m *move, cost int64) bool) {
	k := s.cells[s.goal].Key
	var m move
	var choose func(dim int) bool
	choose = func(dim int) bool {
		if dim == len(s.lattice.dimensions) {
			cost, ok := s.touchAll(&m, *limit)
			return !ok || visit(&m, cost)
		}
		for _, from := range s.below(dim, k[dim]) {
			for option := range s.options(dim, k[dim], from) {
				m.from[dim], m.to[dim], m.pair[dim] = from, option, option != from
				if m.pair[dim] {
					if f, ok := s.at[s.besides(dim, option)]; !ok || s.price(f) > *limit {
						continue
					}
				}
				if s.effort > s.most || !choose(dim+1) {
					return false
				}
			}
		}
		return true
	}
	choose(0)
}

// besides is the goal's key but for one dimension, where a leaf stands.
func (s *search) besides(dim int, leaf uint16) (k packed) {
	g := &s.cells[s.goal].Key
	for d := range s.lattice.dimensions {
		if d == dim {
			k.put(d, s.ids[d][leaf][g[d].Level])
		} else {
			k.put(d, s.ids[d][s.leavesOf[d][g[d]][0]][g[d].Level])
		}
	}
	return k
}
