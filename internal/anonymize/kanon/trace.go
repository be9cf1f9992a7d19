package kanon

import (
	"math"
	"slices"
)

// What a set tells beyond its rows, for whoever must find the row of a record again
// when nothing in it says whose it is: for each ordinal how far up its class was found,
// and the classes with their persons. The two together say no more of a record than
// what it was: who has the record itself can follow it to its class.

// trace is asked for by Trace.
type trace struct {
	steps   []uint8 // by ordinal; see Steps
	classes []traced
	// Of AnonymizeBy: the class in which an ordinal began, and those that were large
	// enough.
	began  []uint32
	enough map[uint32]bool
}

const (
	neverBegan = math.MaxUint32
	// MostSteps is what Steps says of whatever is farther up.
	MostSteps = 126
)

// Class is one that is published.
type Class struct {
	Persons, Strangers int64 // strangers have a row that the recipient does not know
	// Columns are the sensitive ones: how many persons have which code, nothing where
	// the class is blank there.
	Columns []Spread
}

// Spread is how many persons have a value of a sensitive column, and how many have
// each, by code. Rows that the recipient knows do not count.
type Spread struct {
	Valued int64
	Having [16]int64
}

type traced struct {
	row
	Class
}

// Trace asks for Steps and Classes; ordinals are below n. It comes before the rows
// are decided, and costs a byte an ordinal, four more under a Frozen, and some 100
// bytes a class.
func (s *Set) Trace(n int) { s.trace = &trace{steps: make([]uint8, n)} }

// Steps says by ordinal how many steps up a row was published, from 1 for none; 0
// where it is not. Under a Frozen they are counted in parents.
func (s *Set) Steps() []uint8 { return s.trace.steps }

// Classes gives the published classes in the order in which Each gives their rows:
// no two have the same quasi-identifiers.
func (s *Set) Classes() []Class {
	slices.SortFunc(s.trace.classes, func(a, b traced) int { return byPacked(a.row, b.row) })
	all := make([]Class, len(s.trace.classes))
	for i := range all {
		all[i] = s.trace.classes[i].Class
	}
	s.trace.classes = nil
	return all
}

// noteClass keeps what a class that is published is made of.
func (w *worker) noteClass(first *row, t *tally, v verdict) {
	if w.trace == nil {
		return
	}
	c := Class{Persons: t.persons, Strangers: t.strangers, Columns: make([]Spread, len(t.spread))}
	for i := range t.spread {
		if v.blank&(1<<i) == 0 {
			c.Columns[i] = Spread{t.spread[i].valued, t.spread[i].having}
		}
	}
	w.met = append(w.met, traced{w.layout.tuple.of(first), c})
}

// noteSteps keeps how far up the rows of a class were published, by their ordinals.
func (w *worker) noteSteps(class []row, step int) {
	if w.trace == nil {
		return
	}
	for i := range class {
		w.trace.steps[class[i].class] = uint8(min(step+1, MostSteps))
	}
}

// noteBeginning keeps the classes in which rows begin, while their ordinals are known.
func (s *Set) noteBeginning(class []row, at uint32) {
	t := s.trace
	if t == nil {
		return
	}
	for i := range class {
		t.began[class[i].class] = at
	}
}

// climbed counts for each ordinal the parents of the class where it began, up to the
// first that was large enough.
func (t *trace) climbed(f Frozen) {
	steps := map[uint32]uint8{}
	for ordinal, class := range t.began {
		if class == neverBegan {
			continue
		}
		n, known := steps[class]
		if !known {
			up := 1
			at, there := class, true
			for there && !t.enough[at] {
				at, there = f.Parent(at)
				up++
			}
			if there {
				n = uint8(min(up, MostSteps))
			}
			steps[class] = n
		}
		t.steps[ordinal] = n
	}
	t.began = nil
}
