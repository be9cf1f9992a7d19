package kanon

import (
	"errors"
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

// Layout packs columns into 160 bits: the quasi-identifiers first, in order,
// so that packed rows sort by them; then sensitive and carried columns and
// the step at which a row's class was found.
type Layout struct {
	columns []Column
	places  []place
	tuple   mask // the quasi-identifiers
	step    place
	known   place // of the column of role Known; with an empty mask where there is none
	// sensitive are the columns of that role.
	sensitive []int
}

// place is where a column lies. None lies across two words.
type place struct {
	word  word
	shift uint
	mask  uint64
}

type word uint8

const (
	high word = iota
	low
	end
)

var wordBits = [...]uint{high: 64, low: 64, end: 32}

const stepBits = 5

// ErrNoRoom is what NewLayout says of more columns than a row can hold.
var ErrNoRoom = errors.New("no room in 160 bits")

// NewLayout places the columns. Quasi-identifiers must come before the others.
func NewLayout(columns ...Column) (*Layout, error) {
	l := &Layout{columns: columns}
	at, left := high, wordBits[high]
	put := func(n uint) (place, bool) {
		for left < n {
			if at == end {
				return place{}, false
			}
			at++
			left = wordBits[at]
		}
		left -= n
		return place{at, left, 1<<n - 1}, true
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
			return nil, fmt.Errorf("column %s: %w", c.Name, ErrNoRoom)
		}
		l.places = append(l.places, p)
		if c.Role == Known {
			l.known = p
		}
		if c.Role == Sensitive {
			l.sensitive = append(l.sensitive, len(l.places)-1)
		}
		if c.Role == Quasi {
			switch p.word {
			case high:
				l.tuple.hi |= p.mask << p.shift
			case low:
				l.tuple.lo |= p.mask << p.shift
			case end:
				l.tuple.end |= uint32(p.mask << p.shift)
			}
		}
	}
	var ok bool
	if l.step, ok = put(stepBits); !ok {
		return nil, fmt.Errorf("step: %w", ErrNoRoom)
	}
	return l, nil
}

// Bits is the room the layout takes of its 160 bits, for a test to watch.
func (l *Layout) Bits() int {
	n := stepBits
	for _, p := range l.places {
		n += bits.OnesCount64(p.mask)
	}
	return n
}

// pack makes a row of codes.
func (l *Layout) pack(codes []uint16) (r row) {
	for i, code := range codes {
		p := &l.places[i]
		switch p.word {
		case high:
			r.hi |= uint64(code) << p.shift
		case low:
			r.lo |= uint64(code) << p.shift
		default:
			r.end |= uint32(code) << p.shift
		}
	}
	return r
}

func (l *Layout) unpack(r *row, codes []uint16) {
	for i := range l.places {
		codes[i] = l.places[i].get(r)
	}
}

func (p place) get(r *row) uint16 {
	switch p.word {
	case high:
		return uint16(r.hi >> p.shift & p.mask)
	case low:
		return uint16(r.lo >> p.shift & p.mask)
	}
	return uint16(uint64(r.end) >> p.shift & p.mask)
}

func (p place) set(r *row, code uint16) {
	switch p.word {
	case high:
		r.hi = r.hi&^(p.mask<<p.shift) | uint64(code)<<p.shift
	case low:
		r.lo = r.lo&^(p.mask<<p.shift) | uint64(code)<<p.shift
	default:
		r.end = r.end&^uint32(p.mask<<p.shift) | uint32(code)<<p.shift
	}
}
