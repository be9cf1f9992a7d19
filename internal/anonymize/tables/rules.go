package tables

import (
	"errors"
	"math"
	"slices"
)

// Dominance is an (n,k) rule: no N persons together may have more than Share
// of an amount.
type Dominance struct {
	N     int     // 1 to 3
	Share float64 // above 0, below 1
}

// Rules say which figures may not be known (Regole deontologiche Sistan 2019,
// art. 5: a threshold never below 3; Handbook on Statistical Disclosure
// Control, ch. 4: dominance, p%).
type Rules struct {
	K         int // least persons behind a figure, and the least width of what a reader knows of a suppressed one
	Dominance []Dominance
	// Percent: the second largest contributor must not be able to estimate the
	// largest within this share of it (p%, 0.10 to 0.15 is usual). 0: no rule.
	Percent float64
	// Uniform: an amount that all persons of a figure share is each one's own.
	// Where a benefit's amount is set by law it tells nothing.
	Uniform bool
}

// MinK is the least threshold.
const MinK = 3

// ErrRules is for thresholds out of range.
var ErrRules = errors.New("a rule is out of range")

func (r Rules) check() error {
	if r.K < MinK || !(r.Percent >= 0 && r.Percent < 1) {
		return ErrRules
	}
	for _, d := range r.Dominance {
		if d.N < 1 || d.N > tops || !(d.Share > 0 && d.Share < 1) {
			return ErrRules
		}
	}
	return nil
}

// tops is how many of the largest contributors a figure keeps.
const tops = 3

// stake is what persons have in the amount of a figure, without signs: the
// largest, all together, and the least.
type stake struct {
	cents, minutes contributors
}

type contributors struct {
	top        [tops]int64 // descending
	size       int64
	least      int64
	some, even bool // at least one; all the same
}

func (c *contributors) take(n int64) {
	if n < 0 {
		n = -n
	}
	c.even = !c.some || c.even && n == c.least
	if !c.some || n < c.least {
		c.least = n
	}
	c.some = true
	c.size += n
	for i := range c.top {
		if n > c.top[i] {
			n, c.top[i] = c.top[i], n
		}
	}
}

func (s *stake) take(a amounts) {
	s.cents.take(a.cents)
	s.minutes.take(a.minutes)
}

// unsafe tells whether an amount may not be known.
func (r Rules) unsafe(c *contributors) bool {
	if c.size == 0 {
		return false // there is nothing to have
	}
	for _, d := range r.Dominance {
		sum := int64(0)
		for _, t := range c.top[:d.N] {
			sum += t
		}
		if float64(sum) > d.Share*float64(c.size) {
			return true
		}
	}
	if r.Percent > 0 && float64(c.size-c.top[0]-c.top[1]) < r.Percent*float64(c.top[0]) {
		return true
	}
	return r.Uniform && c.even
}

// room is how far above and below its amount a reader must believe an unsafe
// figure to lie, so that nobody in it knows the largest contributor to within
// the percentage (without one, 15 %).
func (r Rules) room(c *contributors) int64 {
	p := r.Percent
	if p == 0 {
		p = 0.15
	}
	return max(1, int64(math.Ceil(p*float64(c.top[0])))-(c.size-c.top[0]-c.top[1]))
}

// contribution is what one person has in every figure it stands in.
type contribution struct {
	figures []int32
	of      []amounts // of each of figures
	place   []int32   // by figure, where it stands among figures, plus one; 0: it does not
	leaves  []int32
}

type amounts struct{ cents, minutes int64 }

func newContribution(figures int) *contribution {
	return &contribution{place: make([]int32, figures)}
}

func (c *contribution) reset() {
	for _, figure := range c.figures {
		c.place[figure] = 0
	}
	c.figures, c.of, c.leaves = c.figures[:0], c.of[:0], c.leaves[:0]
}

// meet tells whether the person stands in a leaf for the first time.
func (c *contribution) meet(leaf int32) bool {
	if slices.Contains(c.leaves, leaf) {
		return false
	}
	c.leaves = append(c.leaves, leaf)
	return true
}

func (c *contribution) add(figure int32, cents, minutes int64) {
	if c.place[figure] == 0 {
		c.figures, c.of = append(c.figures, figure), append(c.of, amounts{})
		c.place[figure] = int32(len(c.figures))
	}
	// Without signs, record by record: what was given and taken back is known.
	a := &c.of[c.place[figure]-1]
	a.cents, a.minutes = a.cents+max(cents, -cents), a.minutes+max(minutes, -minutes)
}
