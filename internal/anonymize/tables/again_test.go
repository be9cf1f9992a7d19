package tables

import (
	"errors"
	"testing"

	"pgregory.net/rapid"
)

// lopsided is one large province and sparse others, benefits by provinces: what
// a Region's flow looks like. Few of its large cells have company of their own.
func lopsided(benefits uint16) map[[MaxDimensions]uint16]int64 {
	count := map[[MaxDimensions]uint16]int64{}
	for b := range benefits {
		count[[MaxDimensions]uint16{b, 0}] = 20 + int64(b*7%80)
		for p := uint16(1); p < 5; p++ {
			if n := int64((b*5 + p*3) % 9); n < 8 {
				count[[MaxDimensions]uint16{b, p}] = n % 6
			}
		}
	}
	return count
}

// searched are the searches after a protection without and with trials.
func searched(t testing.TB, s *shape, count map[[MaxDimensions]uint16]int64, rules Rules) (before, after []*search) {
	t.Helper()
	hidden := func() []*search {
		g, err := s.fill(t, count).count(nil)
		must(t, err)
		p, err := g.problem(rules, Known{})
		must(t, err)
		all := p.searches(rules)
		for _, x := range all {
			must(t, x.hide(t.Context()))
		}
		return all
	}
	before, after = hidden(), hidden()
	for _, x := range after {
		must(t, x.publishAgain(t.Context()))
	}
	return before, after
}

func loss(all []*search) (n int64) {
	for _, s := range all {
		for _, f := range s.block {
			if s.figures[f].hidden {
				n += s.value(f)
			}
		}
	}
	return n
}

// TestPublishedAgain: what is hidden needlessly is shown again, more than
// nothing and never for more than it is worth, in tables of any shape.
func TestPublishedAgain(t *testing.T) {
	s := shapes(3)[0]
	before, after := searched(t, &s, lopsided(40), rules)
	if b, a := loss(before), loss(after); a > b*3/4 {
		t.Errorf("a loss of %d, before %d", a, b)
	}
	for _, s := range shapes(6) {
		t.Run(s.name, func(t *testing.T) {
			rapid.Check(t, func(r *rapid.T) {
				before, after := searched(t, &s, s.draw(r, 20), rules)
				if loss(before) < loss(after) {
					r.Errorf("a loss of %d, before %d", loss(after), loss(before))
				}
				for _, x := range after {
					must(t, x.audit())
				}
			})
		})
	}
}

// TestAuditBites: a figure shown under another's proof, or a proof that does
// not reach, is found.
func TestAuditBites(t *testing.T) {
	s := shapes(3)[0]
	found := 0
	_, all := searched(t, &s, lopsided(40), rules)
	x := all[0]
	for _, g := range x.companions() {
		x.figures[g].hidden = false
		if err := x.audit(); errors.Is(err, ErrAudit) {
			found++
		}
		x.figures[g].hidden = true
	}
	if all := len(x.companions()); found != all || all == 0 {
		t.Errorf("%d of %d figures shown are found", found, all)
	}
	must(t, x.audit())
	x.width = 1000
	if err := x.audit(); !errors.Is(err, ErrAudit) {
		t.Error("no interval is a thousand wide")
	}
}
