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
	// figure. A reader knows the figure to have at least as many; and where it
	// has less than k more, those are the rows that the microdata withhold.
	Beside map[Key]int64
}
