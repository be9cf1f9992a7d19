package tables

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"slices"
)

// Pattern is which figures a release suppressed, kept until the next. It says
// which figures are small: it stays inside.
type Pattern map[Key]struct{}

// PatternOf gives the pattern of a result.
func PatternOf(cells []Cell) Pattern {
	p := Pattern{}
	for _, c := range cells {
		if c.Suppressed {
			p[c.Key] = struct{}{}
		}
	}
	return p
}

// Has tells whether a figure was suppressed; false for the empty pattern.
func (p Pattern) Has(k Key) bool {
	_, ok := p[k]
	return ok
}

// Keys gives the figures in order.
func (p Pattern) Keys() []Key {
	return slices.SortedFunc(maps.Keys(p), Key.Compare)
}

// MarshalText writes one figure a line, each place as level.code. The codes
// must mean the same when it is read: dictionaries have to be the ones of then.
func (p Pattern) MarshalText() ([]byte, error) {
	var b bytes.Buffer
	for _, k := range p.Keys() {
		for i, at := range k {
			if i > 0 {
				b.WriteByte('/')
			}
			fmt.Fprintf(&b, "%d.%d", at.Level, at.Code)
		}
		b.WriteByte('\n')
	}
	return b.Bytes(), nil
}

// errPattern is for a text that is no pattern.
var errPattern = errors.New("not a pattern of suppressed figures")

// UnmarshalText reads what MarshalText wrote, and nothing else.
func (p *Pattern) UnmarshalText(text []byte) error {
	read := Pattern{}
	for line := range bytes.Lines(text) {
		var k Key
		places := bytes.Split(bytes.TrimSuffix(line, []byte{'\n'}), []byte{'/'})
		if len(places) != len(k) {
			return errPattern
		}
		for i, at := range places {
			if n, err := fmt.Sscanf(string(at), "%d.%d", &k[i].Level, &k[i].Code); n != 2 || err != nil || fmt.Sprintf("%d.%d", k[i].Level, k[i].Code) != string(at) {
				return errPattern
			}
		}
		read[k] = struct{}{}
	}
	*p = read
	return nil
}

// Known is what a reader has beside the tables.
type Known struct {
	// Before is the pattern of the release before: its figures are the cheapest
	// to suppress again.
	Before Pattern
	// Beside counts the rows of the recipient's microdata that stand in a
	// figure (see Cube.Beside). A reader knows the figure to have at least as
	// many; and where it has less than k more, those are the rows that the
	// microdata withhold.
	Beside map[Key]int64
	// Persons: those rows are one for each person, not one for each record.
	Persons bool
}

// Beside enters n rows of microdata into known, in every figure that they are
// seen to stand in: at is the finest place that they tell of each dimension.
// An Apart dimension must be told. Where rows that are in a total stand in
// several of its parts, they are entered in the parts with within, the
// dimension, which leaves its total out; -1 for none. To be called after Recode.
func (c *Cube) Beside(known *Known, at []Place, n int64, within int) {
	if known.Beside == nil {
		known.Beside = map[Key]int64{}
	}
	if c.parents == nil {
		c.parents = c.lattice.parents(c.leaf)
	}
	for _, to := range c.lattice.nodes {
		if within >= 0 && int(to[within]) == len(c.lattice.dimensions[within].Levels) {
			continue
		}
		var k Key
		ok := true
		for i, p := range at {
			for ok && p.Level < to[i] {
				p, ok = c.lattice.up(c.parents, i, p)
			}
			k[i], ok = p, ok && p.Level == to[i]
		}
		if ok {
			known.Beside[k] += n
		}
	}
}

// parents maps, by dimension, a place to the code above it.
func (l *lattice) parents(leaves [][MaxDimensions]uint16) []map[Place]uint16 {
	all := make([]map[Place]uint16, len(l.dimensions))
	for i, d := range l.dimensions {
		all[i] = map[Place]uint16{}
		for _, leaf := range leaves {
			for level := 1; level < len(d.Levels); level++ {
				all[i][Place{uint8(level - 1), d.Levels[level-1].code(leaf[i])}] = d.Levels[level].code(leaf[i])
			}
		}
	}
	return all
}

// up is the place above; false where no record stands there.
func (l *lattice) up(parents []map[Place]uint16, dim int, p Place) (Place, bool) {
	if int(p.Level)+1 >= len(l.dimensions[dim].Levels) {
		return Place{Level: p.Level + 1}, true
	}
	code, ok := parents[dim][p]
	return Place{p.Level + 1, code}, ok
}
