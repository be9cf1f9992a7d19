// Package kanon finds classes of at least k distinct persons among packed
// rows. It knows codes and columns, not benefits.
//
// A class is the set of rows that publish the same quasi-identifiers; what
// counts is how many distinct persons it has, not how many rows. Classes that
// are too small take the steps of a ladder together until they are large
// enough or reach the residual class; what is still too small there is
// suppressed. Every row is decided at the finest step at which its class is
// large enough: local recoding, with the whole tuple as the unit.
//
// The result depends on the multiset of rows alone: not on their order, not
// on GOMAXPROCS, not on the keys of the person hashes.
//
// Memory: 32 bytes a row, and as much again while the set grows. Nothing is
// written to disk.
package kanon

import (
	"cmp"
	"context"
	"encoding/binary"
	"errors"
	"slices"
)

// row is one packed row and 96 bits of its person's hash: among twenty million
// persons two have the same with a probability of 3 in 10^15.
type row struct {
	hi, lo uint64
	p0     uint64
	p1     uint32
	end    uint32
}

// Set holds rows until they are anonymised. It is for one goroutine.
type Set struct {
	layout *Layout
	max    int
	rows   []row
	done   int // rows[:done] are published, the rest suppressed, after Anonymize
}

// ErrFull is what Add says when the set holds its most.
var ErrFull = errors.New("more rows than the set may hold")

// New makes an empty set of at most max rows.
func New(l *Layout, max int) *Set { return &Set{layout: l, max: max} }

// Len is the number of rows.
func (s *Set) Len() int { return len(s.rows) }

// Add keeps one row: a code for each column of the layout, and its person.
func (s *Set) Add(codes []uint16, person [16]byte) error {
	if len(s.rows) >= s.max {
		return ErrFull
	}
	r := row{p0: binary.BigEndian.Uint64(person[:8]), p1: binary.BigEndian.Uint32(person[8:])}
	for i, code := range codes {
		s.layout.places[i].set(&r, code)
	}
	s.rows = append(s.rows, r)
	return nil
}

// Keep drops the rows of which keep says no, by their place in the order of Add.
func (s *Set) Keep(keep func(row int) bool) {
	kept := s.rows[:0]
	for i := range s.rows {
		if keep(i) {
			kept = append(kept, s.rows[i])
		}
	}
	s.rows = kept
}

// Recode replaces the codes of a column in every row: a dictionary filled in
// order of appearance gets its final order.
func (s *Set) Recode(column int, to []uint16) {
	p := s.layout.places[column]
	for i := range s.rows {
		p.set(&s.rows[i], to[p.get(&s.rows[i])])
	}
}

// Result is what Anonymize found.
type Result struct {
	Published  int64   // rows in classes of at least k persons
	Suppressed int64   // rows whose residual class is smaller
	Classes    int64   // published classes
	MinPersons int64   // persons of the smallest published class; 0 without any
	Steps      []int64 // rows published at each step, the finest first
	Blanked    int64   // rows that lost a sensitive value
	Before     Sizes   // classes as the rows came
	After      Sizes   // classes as published
}

// Anonymize decides every row. The ladder must have passed Layout.Check.
func (s *Set) Anonymize(ctx context.Context, ladder Ladder, k int) (Result, error) {
	res := Result{Steps: make([]int64, len(ladder)+1), Before: NewSizes(k), After: NewSizes(k)}
	s.done = 0
	for step := 0; step <= len(ladder) && s.done < len(s.rows); step++ {
		if err := ctx.Err(); err != nil {
			return Result{}, context.Cause(ctx)
		}
		rest := s.rows[s.done:]
		if step > 0 {
			s.climb(rest, ladder[step-1])
		}
		slices.SortFunc(rest, s.byClassAndPerson)
		before := s.done
		s.decide(step, k, &res)
		res.Steps[step] = int64(s.done - before)
	}
	return s.finish(res), nil
}

// finish puts the rows in the order of their own values.
func (s *Set) finish(res Result) Result {
	res.Published, res.Suppressed = int64(s.done), int64(len(s.rows)-s.done)
	slices.SortFunc(s.rows[:s.done], byPacked)
	slices.SortFunc(s.rows[s.done:], byPacked)
	return res
}

// publish counts a class.
func (r *Result) publish(k int, rows, persons int64) {
	r.After.Add(k, rows, persons)
	r.Classes++
	if r.MinPersons == 0 || persons < r.MinPersons {
		r.MinPersons = persons
	}
}

func (s *Set) climb(rows []row, step Step) {
	for _, m := range step.Moves {
		p := s.layout.places[m.Column]
		for i := range rows {
			p.set(&rows[i], m.To[p.get(&rows[i])])
		}
	}
}

// decide walks the sorted undecided rows class by class and moves the classes
// that are large enough to the front. What it swaps out of the way has been
// walked already.
func (s *Set) decide(step, k int, res *Result) {
	for from := s.done; from < len(s.rows); {
		to, persons, strangers := s.class(from)
		if step == 0 {
			res.Before.Add(k, int64(to-from), persons)
		}
		// Who knows some of the rows takes them out, and looks at what is left.
		if persons >= int64(k) && (strangers >= int64(k) || strangers == 0) {
			res.publish(k, int64(to-from), persons)
			class := s.rows[from:to]
			res.Blanked += s.blankUniform(class)
			for i := range class {
				s.layout.step.set(&class[i], uint16(step))
				s.rows[s.done], class[i] = class[i], s.rows[s.done]
				s.done++
			}
		}
		from = to
	}
}

// class gives the end of the class that starts at from, its persons, and those
// of them who have a row in it that is not known to the recipient.
func (s *Set) class(from int) (to int, persons, strangers int64) {
	first, counted := &s.rows[from], false
	for to = from; to < len(s.rows); to++ {
		r := &s.rows[to]
		if s.compareClass(r, first) != 0 {
			break
		}
		if to == from || !samePerson(r, &s.rows[to-1]) {
			persons++
			counted = false
		}
		if !counted && s.layout.known.get(r) == 0 {
			strangers++
			counted = true
		}
	}
	return to, persons, strangers
}

func samePerson(a, b *row) bool { return a.p0 == b.p0 && a.p1 == b.p1 }

// blankUniform hides a sensitive value where the class is not diverse: to know
// that somebody is in the class would be to know the value, or nearly. Rows that
// the recipient knows make nothing diverse, nor do those that came blank. It
// gives the number of rows that lost a value.
func (s *Set) blankUniform(class []row) (blanked int64) {
	for i, c := range s.layout.columns {
		if c.Role != Sensitive {
			continue
		}
		place := s.layout.places[i]
		var having [16]int64 // code -> persons who have it
		var seen uint16      // codes the present person has
		var valued int64     // persons who have any
		for j := range class {
			if j > 0 && !samePerson(&class[j], &class[j-1]) {
				seen = 0
			}
			if s.layout.known.get(&class[j]) != 0 {
				continue
			}
			code := place.get(&class[j])
			if code == c.Blank || seen&(1<<code) != 0 {
				continue
			}
			if seen == 0 {
				valued++
			}
			seen |= 1 << code
			having[code]++
		}
		distinct := 0
		for _, n := range having {
			if n > 0 {
				distinct++
			}
		}
		if slices.Max(having[:]) != valued && distinct >= c.Distinct {
			continue
		}
		for j := range class {
			if place.get(&class[j]) != c.Blank {
				place.set(&class[j], c.Blank)
				blanked++
			}
		}
	}
	return blanked
}

// Each gives every row in the order of its own packed values: published rows
// first, then suppressed ones, with the step at which they were decided. The
// codes are reused from one call to the next.
func (s *Set) Each(f func(codes []uint16, step int, published bool) error) error {
	codes := make([]uint16, len(s.layout.columns))
	for i := range s.rows {
		s.unpack(&s.rows[i], codes)
		if err := f(codes, int(s.layout.step.get(&s.rows[i])), i < s.done); err != nil {
			return err
		}
	}
	return nil
}

func (s *Set) compareClass(a, b *row) int {
	if c := cmp.Compare(a.hi&s.layout.quasiHi, b.hi&s.layout.quasiHi); c != 0 {
		return c
	}
	if c := cmp.Compare(a.lo&s.layout.quasiLo, b.lo&s.layout.quasiLo); c != 0 {
		return c
	}
	return cmp.Compare(a.end&s.layout.quasiEnd, b.end&s.layout.quasiEnd)
}

func (s *Set) byClassAndPerson(a, b row) int {
	if c := s.compareClass(&a, &b); c != 0 {
		return c
	}
	if c := cmp.Compare(a.p0, b.p0); c != 0 {
		return c
	}
	return cmp.Compare(a.p1, b.p1)
}

func byPacked(a, b row) int {
	if c := cmp.Compare(a.hi, b.hi); c != 0 {
		return c
	}
	if c := cmp.Compare(a.lo, b.lo); c != 0 {
		return c
	}
	return cmp.Compare(a.end, b.end)
}
