package kanon

import (
	"fmt"
	"math/bits"
)

// Role says what a column is to the classes.
type Role uint8

const (
	Quasi     Role = iota // part of the class
	Sensitive             // not part of it; blanked where a class is not diverse
	Carried               // kept beside the row for the loss report, never published
	Known                 // 1 where whoever receives the row has it already, with its person's name
)

// Column is one packed column. Codes run from 0 to 1<<Bits - 1.
type Column struct {
	Name string
	Role Role
	Bits uint
	// Codes is the number of codes a row may come with (0..Codes-1); the rest
	// of the space is for generalised ones.
	Codes int
	// Blank is the code that replaces a sensitive value in a class that is not
	// diverse: one with fewer than Distinct different values, or with one that
	// all its persons have. 0 and 1 ask for the latter alone.
	Blank    uint16
	Distinct int
}

// Layout packs columns into 128 bits: the quasi-identifiers first, in order,
// so that packed rows sort by them; then sensitive and carried columns and
// the step at which a row's class was found.
type Layout struct {
	columns []Column
	places  []place
	quasiHi uint64 // masks of the quasi-identifiers
	quasiLo uint64
	step    place
	known   place // of the column of role Known; with an empty mask where there is none
}

type place struct {
	low   bool // in the low word
	shift uint
	mask  uint64
}

const stepBits = 4

// NewLayout places the columns. Quasi-identifiers must come before the others.
func NewLayout(columns ...Column) (*Layout, error) {
	l := &Layout{columns: columns}
	high, low := uint(64), uint(64)
	put := func(n uint) (place, bool) {
		switch {
		case !lowStarted(low) && high >= n:
			high -= n
			return place{shift: high, mask: 1<<n - 1}, true
		case low >= n:
			low -= n
			return place{low: true, shift: low, mask: 1<<n - 1}, true
		}
		return place{}, false
	}
	last := Quasi
	for _, c := range columns {
		if c.Role == Quasi && last != Quasi {
			return nil, fmt.Errorf("column %s: quasi-identifiers come first", c.Name)
		}
		last = c.Role
		if c.Codes < 1 || c.Codes > 1<<c.Bits || c.Bits > 16 {
			return nil, fmt.Errorf("column %s: %d codes in %d bits", c.Name, c.Codes, c.Bits)
		}
		if c.Role == Sensitive && (c.Bits > 4 || int(c.Blank) >= 1<<c.Bits) {
			return nil, fmt.Errorf("column %s: sensitive codes have at most 4 bits", c.Name)
		}
		p, ok := put(c.Bits)
		if !ok {
			return nil, fmt.Errorf("column %s: no room in 128 bits", c.Name)
		}
		l.places = append(l.places, p)
		if c.Role == Known {
			l.known = p
		}
		if c.Role == Quasi {
			if p.low {
				l.quasiLo |= p.mask << p.shift
			} else {
				l.quasiHi |= p.mask << p.shift
			}
		}
	}
	var ok bool
	if l.step, ok = put(stepBits); !ok {
		return nil, fmt.Errorf("no room in 128 bits for the step")
	}
	return l, nil
}

func lowStarted(low uint) bool { return low < 64 }

// Bits is the room the layout takes of its 128 bits, for a test to watch.
func (l *Layout) Bits() int {
	n := stepBits
	for _, p := range l.places {
		n += bits.OnesCount64(p.mask)
	}
	return n
}

func (p place) get(r *row) uint16 {
	if p.low {
		return uint16(r.lo >> p.shift & p.mask)
	}
	return uint16(r.hi >> p.shift & p.mask)
}

func (p place) set(r *row, code uint16) {
	if p.low {
		r.lo = r.lo&^(p.mask<<p.shift) | uint64(code)<<p.shift
	} else {
		r.hi = r.hi&^(p.mask<<p.shift) | uint64(code)<<p.shift
	}
}
