package recode

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
)

// Attribute is a quasi-identifier: what somebody may know of a person.
type Attribute struct {
	Name      string
	Hierarchy *Hierarchy
	// Weight is how much a tree prefers to keep this attribute fine; 0 is 1.
	Weight float64
}

// Sensitive is an attribute that nobody is to learn. Its values have the codes 0
// to Values-1, for Hierarchical those of the hierarchy's leaves.
type Sensitive struct {
	Name      string
	Values    int
	Hierarchy *Hierarchy // for Hierarchical
}

// Tuples are the rows of a table as far as anonymity goes: each distinct
// combination of quasi-identifiers once, with its number of rows and how often
// each sensitive value is among them; and once more for each person who has it
// and others too, where persons are counted. They stand in the order of their
// keys, in memory or in scratch space, and are not changed after they are made.
type Tuples struct {
	attributes []Attribute
	sensitive  []Sensitive
	offsets    []int // of each sensitive attribute in a histogram
	axes       []axis
	rows       int64
	tuples     int
	risk       Risk
	leaves     [][]uint64 // by attribute and place: rows
	whole      []uint64   // rows of each sensitive value
	source
}

// Len is the number of distinct tuples.
func (t *Tuples) Len() int { return t.tuples }

// Rows is the number of rows.
func (t *Tuples) Rows() int64 { return t.rows }

// Varies tells whether an attribute has more than one value.
func (t *Tuples) Varies(attribute int) bool {
	values := 0
	for _, rows := range t.leaves[attribute] {
		if rows > 0 {
			values++
		}
	}
	return values > 1
}

// Attributes are the quasi-identifiers.
func (t *Tuples) Attributes() []Attribute { return t.attributes }

// Errors of this package, beside scratch.ErrBroken.
var (
	// ErrTuples: more distinct tuples than Room has, and no scratch space.
	ErrTuples = errors.New("more distinct combinations than there is room for")
	// ErrNone: no recoding keeps the limit of suppression.
	ErrNone = errors.New("no combination of levels keeps the limit of suppression")
	// ErrNoRoot: a tree begins at one value that stands for all.
	ErrNoRoot = errors.New("a hierarchy does not end in one value")
	// ErrRows: more than 2^32-1 rows.
	ErrRows = errors.New("more rows than can be counted")
)

// Counting is how rows are counted into Tuples.
type Counting struct {
	Attributes []Attribute // they must fit 128 bits
	Sensitive  []Sensitive
	Persons    bool // k counts persons: Builder.AddOf says whose each row is
	Room       Room
}

// Builder counts rows into Tuples. It is for one goroutine.
type Builder struct {
	t *Tuples
	*gatherer
	rows int64
	keys []key // scratch
}

// NewBuilder makes one that counts rows in memory.
func NewBuilder(attributes []Attribute, sensitive []Sensitive) (*Builder, error) {
	all, err := Counting{Attributes: attributes, Sensitive: sensitive}.Builders(1)
	if err != nil {
		return nil, err
	}
	return all[0], nil
}

// Builders makes several, each for a goroutine, for one Gather.
func (c Counting) Builders(n int) (all []*Builder, err error) {
	t := &Tuples{attributes: c.Attributes, sensitive: c.Sensitive}
	t.store, t.persons = newStore(c.Room), c.Persons
	if t.axes, t.wide, err = pack(c.Attributes); err != nil {
		return nil, err
	}
	for _, s := range c.Sensitive {
		if s.Values < 1 || s.Values > 1<<12 {
			return nil, fmt.Errorf("%s: %d sensitive values", s.Name, s.Values)
		}
		t.offsets = append(t.offsets, t.stride)
		t.stride += s.Values
	}
	for range n {
		order := byTuple
		if c.Persons {
			order = byPerson
		}
		all = append(all, &Builder{t: t, gatherer: newGatherer(t.store, t.form, order, c.Room.Memory/int64(2*n))})
	}
	return all, nil
}

// Add counts n rows: columns holds, for each attribute, the leaf code of each
// row, sensitive the code of each sensitive value.
func (b *Builder) Add(n int, columns, sensitive [][]uint32) error {
	return b.AddOf(n, columns, sensitive, nil)
}

// AddOf counts n rows, and whose they are: a number that is the person's own, not
// 0. Two persons of one number count as one, so that k is never overstated.
func (b *Builder) AddOf(n int, columns, sensitive [][]uint32, who []uint64) error {
	if b.rows += int64(n); b.rows > math.MaxUint32 {
		return ErrRows
	}
	b.keys = slices.Grow(b.keys[:0], n)[:n]
	packRows(b.t.axes, columns, b.keys)
	for row, k := range b.keys {
		if who != nil {
			k.who = max(who[row], 1)
		}
		at := b.add(k, 1, 1, nil)
		for i, codes := range sensitive {
			b.seen[at*b.t.stride+b.t.offsets[i]+int(codes[row])]++
		}
		if b.len() >= b.most {
			if err := b.spill(); err != nil {
				return err
			}
		}
	}
	return nil
}

// Tuples gives what a Builder of NewBuilder counted. It is of no further use.
func (b *Builder) Tuples() *Tuples {
	t, err := Gather(context.Background(), []*Builder{b})
	if err != nil {
		panic(err) // memory has no errors
	}
	return t
}
