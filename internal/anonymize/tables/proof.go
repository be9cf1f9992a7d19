package tables

import (
	"errors"
	"slices"
)

// proof of a figure: moves that together take it as far as it must be
// uncertain, and what they touch.
type proof struct {
	moves   []move
	touches []int32 // figures that a table shows, but for this hidden
}

// ErrAudit is for a figure that was hidden and turns out not to be proven: a
// defect, for which nothing may leave.
var ErrAudit = errors.New("a suppressed figure is not proven to be uncertain")

// audit makes the proof of every hidden figure again, now that it is settled
// which are hidden: its moves touch no published one, and take it as far as it
// must be uncertain.
func (s *search) audit() error {
	for _, f := range s.block {
		if x := &s.figures[f]; !x.hidden || x.pinned {
			continue
		}
		if s.proofs[f] == nil {
			return ErrAudit
		}
		s.start(f)
		for i := range s.proofs[f].moves {
			_, found := s.touchAll(&s.proofs[f].moves[i], noLimit)
			if !found || slices.ContainsFunc(s.corners, func(c corner) bool { return !s.figures[c.figure].hidden }) {
				return ErrAudit
			}
			s.gain(true)
		}
		if !s.there() {
			return ErrAudit
		}
	}
	return nil
}

// proofOf gives moves with what they touch.
func (s *search) proofOf(moves []move) *proof {
	p := &proof{moves: moves}
	for i := range moves {
		s.touchAll(&moves[i], noLimit)
		for _, c := range s.corners {
			if !s.figures[c.figure].silent {
				p.touches = append(p.touches, c.figure)
			}
		}
	}
	slices.Sort(p.touches)
	p.touches = slices.Compact(p.touches)
	return p
}

// rely makes a proof that of a figure.
func (s *search) rely(f int32, p *proof) {
	s.proofs[f] = p
	for _, t := range p.touches {
		s.users[t] = append(s.users[t], f)
	}
}

// reach is how far moves take the goal in one measure: up and down, each from
// the true table, and what the figures they touch have gained on the way.
type reach struct {
	up, down, wantUp, wantDown int64
	sum                        bool // what is wanted is wantUp, of both together
	gainedUp, gainedDown       map[int32]int64
}

// start begins to look for what proves a figure.
func (s *search) start(goal int32) {
	s.goal = goal
	for m := range s.reached {
		s.reached[m].begin(&s.figures[goal], Measure(m), s.width)
	}
}

func (r *reach) begin(x *figure, m Measure, width int64) {
	if r.gainedUp == nil {
		r.gainedUp, r.gainedDown = map[int32]int64{}, map[int32]int64{}
	}
	clear(r.gainedUp)
	clear(r.gainedDown)
	r.up, r.down, r.sum = 0, 0, m <= Places
	if r.wantUp, r.wantDown = x.room[m], min(x.room[m], x.spare(m)); r.sum {
		r.wantUp, r.wantDown = width, 0
	}
}

// left is what is still wanted up and down.
func (r *reach) left() (up, down int64) {
	if r.sum {
		n := r.wantUp - r.up - r.down
		return n, n
	}
	return r.wantUp - r.up, r.wantDown - r.down
}

func (s *search) there() bool {
	for m := range s.reached {
		if up, down := s.reached[m].left(); up > 0 || down > 0 {
			return false
		}
	}
	return true
}

// gain is how much further the move at hand takes the goal, in hundredths of
// what is wanted; with make it is made.
func (s *search) gain(make bool) (hundredths int64) {
	sign := s.corners[slices.IndexFunc(s.corners, func(c corner) bool { return c.figure == s.goal })].sign
	for m := range s.reached {
		r := &s.reached[m]
		up, _ := r.left()
		if up = s.room(Measure(m), -sign, up, r.gainedUp, make); up > 0 {
			hundredths += 1 + 100*up/r.wantUp
		}
		if make {
			r.up += max(up, 0)
		}
		_, down := r.left()
		if down = s.room(Measure(m), sign, down, r.gainedDown, make); down > 0 {
			hundredths += 1 + 100*down/max(r.wantUp, r.wantDown)
		}
		if make {
			r.down += max(down, 0)
		}
	}
	return hundredths
}

// room is how often, at most n times, the corners of a sign can lose; with
// make they do, and the others gain.
func (s *search) room(m Measure, loses int8, n int64, gained map[int32]int64, make bool) int64 {
	for _, c := range s.corners {
		if c.sign == loses {
			n = min(n, s.figures[c.figure].spare(m)+gained[c.figure])
		}
	}
	if make && n > 0 {
		for _, c := range s.corners {
			if c.sign == loses {
				gained[c.figure] -= n
			} else {
				gained[c.figure] += n
			}
		}
	}
	return n
}
