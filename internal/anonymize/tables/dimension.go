package tables

import (
	"cmp"
	"errors"
	"slices"
)

// MaxDimensions bounds the dimensions of linked tables.
const MaxDimensions = 8

// Dimension is one way of dividing the records: its levels are a chain, the
// finest first, and above the last stands the total.
type Dimension struct {
	Name   string
	Levels []Level
	// Apart: nothing is totalled across its codes (a year, a region), so that
	// what has another code is another table.
	Apart bool
	// Sensitive: where all persons of a figure have one of its codes, that
	// tells something of each of them. Its empty cells are listed and may be
	// suppressed, else an absent one would tell that the rest are elsewhere.
	Sensitive bool
}

// Level maps a dimension's leaf codes to those of the level. Of is nil where
// the leaf is the code. Each level must be a function of the one before.
type Level struct {
	Name string
	Of   func(leaf uint16) uint16
}

func (l Level) code(leaf uint16) uint16 {
	if l.Of == nil {
		return leaf
	}
	return l.Of(leaf)
}

// Summed as a table's depth in a dimension: only its total is there.
const Summed = -1

// Table is one of the linked tables: for each dimension the finest level that
// it shows; it has all coarser ones and the total too.
type Table struct {
	Name  string
	Depth []int
}

// Place is where a figure stands in one dimension. The level after the last is
// the total, whose code is 0.
type Place struct {
	Level uint8
	Code  uint16
}

// Key is the place of a figure in every dimension.
type Key [MaxDimensions]Place

// Compare orders keys by dimension: finer levels first, then codes.
func (k Key) Compare(o Key) int {
	for i := range k {
		if c := cmp.Or(cmp.Compare(k[i].Level, o[i].Level), cmp.Compare(k[i].Code, o[i].Code)); c != 0 {
			return c
		}
	}
	return 0
}

// node is a combination of levels, one for each dimension.
type node [MaxDimensions]uint8

// Errors of the declaration.
var (
	ErrDimensions = errors.New("no dimension, too many, or one without levels")
	ErrDepth      = errors.New("a table names a level that its dimension has not, or sums what stands apart")
)

// lattice is every combination of levels that some table shows.
type lattice struct {
	dimensions []Dimension
	nodes      []node
	member     map[node]bool
	first      node // the first table at its finest
	joint      node // the finest level used of each dimension
	tree       bool // the tables form a tree: what links them is what they share
}

func newLattice(dimensions []Dimension, tables []Table) (*lattice, error) {
	if len(dimensions) == 0 || len(dimensions) > MaxDimensions || len(tables) == 0 {
		return nil, ErrDimensions
	}
	l := &lattice{dimensions: dimensions, member: map[node]bool{}}
	for i, d := range dimensions {
		if len(d.Levels) == 0 || len(d.Levels) > 200 {
			return nil, ErrDimensions
		}
		l.joint[i] = uint8(len(d.Levels))
	}
	var tops []node
	for _, t := range tables {
		if len(t.Depth) != len(dimensions) {
			return nil, ErrDepth
		}
		var from node
		for i, depth := range t.Depth {
			switch d := dimensions[i]; {
			case depth == Summed && !d.Apart:
				depth = len(d.Levels)
			case depth < 0 || depth >= len(d.Levels):
				return nil, ErrDepth
			}
			from[i] = uint8(depth)
			l.joint[i] = min(l.joint[i], from[i])
		}
		tops = append(tops, from)
		l.below(from, 0)
	}
	slices.SortFunc(l.nodes, func(a, b node) int { return slices.Compare(a[:], b[:]) })
	l.first = tops[0]
	l.tree = isTree(tops)
	return l, nil
}

// below enters a node and all coarser ones.
func (l *lattice) below(n node, dim int) {
	if dim == len(l.dimensions) {
		if !l.member[n] {
			l.member[n] = true
			l.nodes = append(l.nodes, n)
		}
		return
	}
	last := len(l.dimensions[dim].Levels)
	if l.dimensions[dim].Apart {
		last--
	}
	for level := int(n[dim]); level <= last; level++ {
		m := n
		m[dim] = uint8(level)
		l.below(m, dim+1)
	}
}

// isTree tells whether the tables can be taken away one by one, each meeting
// the others within one of them (Graham; the running intersection). Then any
// figures that agree on what the tables share are those of some whole table;
// else only the joint cells say which are.
func isTree(tops []node) bool {
	tops = slices.Clone(tops)
	for len(tops) > 2 {
		i := slices.IndexFunc(tops, func(t node) bool { return isEar(t, tops) })
		if i < 0 {
			return false
		}
		tops = slices.Delete(tops, i, i+1)
	}
	return true
}

func isEar(t node, tops []node) bool {
	self := slices.Index(tops, t)
	for w, witness := range tops {
		if w == self {
			continue
		}
		held := true
		for o, other := range tops {
			held = held && (o == self || finer(shared(t, witness), shared(t, other)))
		}
		if held {
			return true
		}
	}
	return false
}

// shared is the finest combination of levels that two tables both have.
func shared(a, b node) (n node) {
	for i := range a {
		n[i] = max(a[i], b[i])
	}
	return n
}

func finer(a, b node) bool {
	for i := range a {
		if a[i] > b[i] {
			return false
		}
	}
	return true
}

// at gives the key of a leaf at a node.
func (l *lattice) at(n node, leaf *[MaxDimensions]uint16) (k Key) {
	for i, d := range l.dimensions {
		k[i].Level = n[i]
		if int(n[i]) < len(d.Levels) {
			k[i].Code = d.Levels[n[i]].code(leaf[i])
		}
	}
	return k
}

// node gives the combination of levels of a key.
func (k Key) node() (n node) {
	for i := range k {
		n[i] = k[i].Level
	}
	return n
}

// inner tells whether a node's figures are no totals of others.
func (l *lattice) inner(n node) bool {
	for i := range l.dimensions {
		if n[i] > 0 {
			below := n
			below[i]--
			if l.member[below] {
				return false
			}
		}
	}
	return true
}
