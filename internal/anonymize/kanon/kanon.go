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
// on GOMAXPROCS, not on the keys of the person hashes. Of those, 64 bits are
// kept: two persons who have the same count as one, so that a class never seems
// to have more persons than it has.
//
// Memory: 32 bytes a row, as far as the room goes; beyond it rows lie, sealed, in
// scratch space, and the result is the same.
package kanon

import (
	"context"
	"encoding/binary"
	"errors"

	"flussi/internal/scratch"
)

// row is one packed row. person is a hash, or how many rows are alike once
// persons count no more; class is the row's ordinal, then its class in a Frozen.
type row struct {
	hi, lo uint64
	person uint64
	class  uint32
	end    uint32
}

// Set holds rows until they are anonymised. It is for one goroutine, and
// anonymises once.
type Set struct {
	layout  *Layout
	max, n  int
	depot   *depot
	came    piles
	recodes []Move // of rows as they came
	live    func(ordinal uint32) bool
	// What became of them.
	published, suppressed log
	trace                 *trace // nil where nobody asked
}

// ErrFull is what Add says when the set holds its most.
var ErrFull = errors.New("more rows than the set may hold")

// New makes an empty set of at most max rows.
func New(l *Layout, max int, room scratch.Room) *Set {
	return &Set{layout: l, max: max, depot: newDepot(room)}
}

// Len is the number of rows.
func (s *Set) Len() int { return s.n }

// Add keeps one row: a code for each column of the layout, its person, and the
// number by which Keep knows it. An error other than ErrFull is of the scratch
// space.
func (s *Set) Add(codes []uint16, person [16]byte, ordinal uint32) error {
	if s.n >= s.max {
		return ErrFull
	}
	s.n++
	r := s.layout.pack(codes)
	r.person, r.class = binary.BigEndian.Uint64(person[:8]), ordinal
	return s.came.add(s.depot, s.layout.tuple.hash(&r), r)
}

// Keep drops the rows that do not live, by their ordinals.
func (s *Set) Keep(live func(ordinal uint32) bool) { s.live = live }

// Met tells which codes of a column the rows that are kept have, before any Recode.
func (s *Set) Met(column int) ([]bool, error) {
	met, place := make([]bool, 1<<s.layout.columns[column].Bits), s.layout.places[column]
	var buf []byte
	for i := range s.came.of {
		err := s.came.of[i].Each(s.depot, &buf, func(some []row) error {
			for i := range some {
				if s.live == nil || s.live(some[i].class) {
					met[place.get(&some[i])] = true
				}
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return met, nil
}

// Came hands out the rows that are kept as they came, before any Recode: pile by pile,
// and begin is called before each. Rows with the same quasi-identifiers are in one pile.
func (s *Set) Came(begin func(), f func(codes []uint16, person uint64) error) error {
	codes := make([]uint16, len(s.layout.columns))
	var buf []byte
	for i := range s.came.of {
		begin()
		err := s.came.of[i].Each(s.depot, &buf, func(some []row) error {
			for i := range some {
				if s.live != nil && !s.live(some[i].class) {
					continue
				}
				s.layout.unpack(&some[i], codes)
				if err := f(codes, some[i].person); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// Recode replaces the codes of a column in every row: a dictionary filled in
// order of appearance gets its final order. No two codes become one.
func (s *Set) Recode(column int, to []uint16) {
	s.recodes = append(s.recodes, Move{column, to})
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
	// Original and Shown are, by column and code of a quasi-identifier, how many
	// rows came with it and how many publish it.
	Original, Shown [][]int64
}

func (s *Set) newResult(steps, k int) Result {
	r := Result{Steps: make([]int64, steps), Before: NewSizes(k), After: NewSizes(k)}
	for _, c := range s.layout.columns {
		var original, shown []int64
		if c.Role == Quasi {
			original, shown = make([]int64, 1<<c.Bits), make([]int64, 1<<c.Bits)
		}
		r.Original, r.Shown = append(r.Original, original), append(r.Shown, shown)
	}
	return r
}

// publish counts a class.
func (r *Result) publish(k int, rows, persons int64) {
	r.After.Add(k, rows, persons)
	r.Classes++
	if r.MinPersons == 0 || persons < r.MinPersons {
		r.MinPersons = persons
	}
}

// merge adds what was found of other classes.
func (r *Result) merge(o *Result) {
	r.Published, r.Suppressed = r.Published+o.Published, r.Suppressed+o.Suppressed
	r.Classes, r.Blanked = r.Classes+o.Classes, r.Blanked+o.Blanked
	if r.MinPersons == 0 || o.MinPersons > 0 && o.MinPersons < r.MinPersons {
		r.MinPersons = o.MinPersons
	}
	addUp(r.Steps, o.Steps)
	for i := range r.Original {
		addUp(r.Original[i], o.Original[i])
		addUp(r.Shown[i], o.Shown[i])
	}
	r.Before.merge(&o.Before)
	r.After.merge(&o.After)
}

func addUp(to, from []int64) {
	for i, n := range from {
		to[i] += n
	}
}

// Anonymize decides every row. The ladder must have passed Layout.Check.
func (s *Set) Anonymize(ctx context.Context, ladder Ladder, k int) (Result, error) {
	d := s.newDecision(ctx, len(ladder)+1, k)
	rest := &s.came
	for step := 0; step <= len(ladder) && rest.n > 0; step++ {
		r := &rung{step: step}
		if step < len(ladder) {
			r.moves, r.above = ladder[step].Moves, &piles{}
		}
		if err := d.pass(rest, r); err != nil {
			return Result{}, err
		}
		rest = r.above
	}
	return d.finish()
}

// rung decides the rows that are left at one step of the ladder.
type rung struct {
	step  int
	moves []Move // to the next
	above *piles // what goes there; nil at the last step
}

func (r *rung) classing(l *Layout) mask { return l.tuple }

func (r *rung) judge(w *worker, first *row, t *tally) (verdict, error) {
	if r.step == 0 {
		w.came(first, t)
	}
	if !t.enough(w.k) {
		return verdict{}, nil
	}
	return w.publish(first, t), nil
}

func (r *rung) apply(w *worker, v verdict, class []row) error {
	if v.enough {
		w.res.Steps[r.step] += int64(len(class))
		w.noteSteps(class, r.step)
		for i := range class {
			w.layout.step.set(&class[i], uint16(r.step))
		}
		return w.show(v, class)
	}
	if r.above == nil {
		return w.suppress(class)
	}
	next := class[0]
	for _, m := range r.moves {
		p := w.layout.places[m.Column]
		p.set(&next, m.To[p.get(&next)])
	}
	for i := range class {
		w.layout.tuple.copy(&class[i], &next)
	}
	return w.to(r.above).addAll(w.depot, w.layout.tuple.hash(&next), class)
}

var _ stage = (*rung)(nil)
