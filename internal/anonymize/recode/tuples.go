package recode

import (
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
// each sensitive value is among them. Nothing that is made of them depends on
// their order. They are not changed after Builder.Tuples made them.
type Tuples struct {
	attributes []Attribute
	sensitive  []Sensitive
	offsets    []int // of each sensitive attribute in a histogram
	fields     []field
	rows       int64
	*counter
}

// Len is the number of distinct tuples.
func (t *Tuples) Len() int { return len(t.keys) }

// Rows is the number of rows.
func (t *Tuples) Rows() int64 { return t.rows }

// Varies tells whether an attribute has more than one value.
func (t *Tuples) Varies(attribute int) bool {
	f := t.fields[attribute]
	return slices.ContainsFunc(t.keys, func(k key) bool { return f.get(k) != f.get(t.keys[0]) })
}

// Attributes are the quasi-identifiers.
func (t *Tuples) Attributes() []Attribute { return t.attributes }

// Errors of this package.
var (
	// ErrTuples: more distinct tuples than Builder.MaxTuples.
	ErrTuples = errors.New("more distinct combinations than there is room for")
	// ErrNone: no recoding keeps the limit of suppression.
	ErrNone = errors.New("no combination of levels keeps the limit of suppression")
	// ErrNoRoot: a tree begins at one value that stands for all.
	ErrNoRoot = errors.New("a hierarchy does not end in one value")
	// ErrRows: more than 2^32-1 rows.
	ErrRows = errors.New("more rows than can be counted")
)

// Builder counts rows into Tuples. It is for one goroutine; what several counted
// is put together by Merge.
type Builder struct {
	// MaxTuples bounds the distinct tuples; each takes about 30 bytes, and 4 for
	// each sensitive value.
	MaxTuples int
	t         *Tuples
	keys      []key // scratch
}

// NewBuilder makes one for these attributes, which must fit 128 bits.
func NewBuilder(attributes []Attribute, sensitive []Sensitive) (*Builder, error) {
	fields, err := pack(attributes)
	if err != nil {
		return nil, err
	}
	t := &Tuples{attributes: attributes, sensitive: sensitive, fields: fields}
	stride := 0
	for _, s := range sensitive {
		if s.Values < 1 || s.Values > 1<<12 {
			return nil, fmt.Errorf("%s: %d sensitive values", s.Name, s.Values)
		}
		t.offsets = append(t.offsets, stride)
		stride += s.Values
	}
	t.counter = newCounter(stride)
	return &Builder{MaxTuples: math.MaxInt32, t: t}, nil
}

// Add counts n rows: columns holds, for each attribute, the leaf code of each
// row, sensitive the code of each sensitive value.
func (b *Builder) Add(n int, columns, sensitive [][]uint32) error {
	t := b.t
	if b.t.rows += int64(n); b.t.rows > math.MaxUint32 {
		return ErrRows
	}
	b.keys = slices.Grow(b.keys[:0], n)[:n]
	packRows(t.fields, columns, b.keys)
	for row, k := range b.keys {
		at := t.find(k)
		t.counts[at]++
		for i, codes := range sensitive {
			t.seen[at*t.stride+t.offsets[i]+int(codes[row])]++
		}
	}
	if t.Len() > b.MaxTuples {
		return ErrTuples
	}
	return nil
}

// Merge adds what another Builder of the same attributes counted.
func (b *Builder) Merge(o *Builder) error {
	for i, k := range o.t.keys {
		b.t.add(k, o.t.counts[i], o.t.histogram(i))
	}
	if b.t.rows += o.t.rows; b.t.rows > math.MaxUint32 {
		return ErrRows
	}
	if b.t.Len() > b.MaxTuples {
		return ErrTuples
	}
	return nil
}

// Tuples gives what was counted. The Builder is of no further use.
func (b *Builder) Tuples() *Tuples {
	t := b.t
	b.t, t.slots = nil, nil
	return t
}
