package recode

import (
	"fmt"
	"math/bits"
)

// key is one tuple of quasi-identifiers in 128 bits: each attribute's code in a
// field of its own, wide enough for its leaves and so for every coarser level.
type key struct{ hi, lo uint64 }

// field is where an attribute's code stands in a key.
type field struct {
	low   bool
	shift uint
	mask  uint64
}

// pack places the attributes, in order, in 128 bits.
func pack(attributes []Attribute) ([]field, error) {
	fields := make([]field, len(attributes))
	free := [2]uint{64, 64} // in the high word, in the low one
	for i, a := range attributes {
		width := uint(max(bits.Len(uint(a.Hierarchy.Leaves()-1)), 1))
		word := 0
		if free[0] < width {
			word = 1
		}
		if free[word] < width {
			return nil, fmt.Errorf("the attributes' values do not fit 128 bits at %s", a.Name)
		}
		free[word] -= width
		fields[i] = field{word == 1, free[word], 1<<width - 1}
	}
	return fields, nil
}

func (f field) get(k key) uint32 {
	if f.low {
		return uint32(k.lo >> f.shift & f.mask)
	}
	return uint32(k.hi >> f.shift & f.mask)
}

func (f field) set(k *key, code uint32) {
	word := &k.hi
	if f.low {
		word = &k.lo
	}
	*word = *word&^(f.mask<<f.shift) | uint64(code)<<f.shift
}

// packRows gives the keys of rows, whose codes are in columns, in keys.
func packRows(fields []field, columns [][]uint32, keys []key) {
	clear(keys)
	for i, f := range fields {
		codes := columns[i][:len(keys)]
		if f.low {
			for row, code := range codes {
				keys[row].lo |= uint64(code) << f.shift
			}
			continue
		}
		for row, code := range codes {
			keys[row].hi |= uint64(code) << f.shift
		}
	}
}

func (k key) hash() uint64 {
	hi, lo := bits.Mul64(k.hi^0x9e3779b97f4a7c15, k.lo^0xd6e8feb86659fd93)
	return (hi ^ lo) * 0x9fb21c651e98df25
}

// counter counts rows by key, in the order in which keys first come, with the
// histogram of their sensitive values.
type counter struct {
	slots  []uint32 // place of a key, plus one; 0 is free
	shift  uint     // of the hash, to a slot
	keys   []key
	counts []uint32
	stride int
	seen   []uint32 // histograms, stride values a key
}

func newCounter(stride int) *counter {
	return &counter{slots: make([]uint32, 1<<10), shift: 64 - 10, stride: stride}
}

// reset empties the counter and keeps its memory.
func (c *counter) reset() {
	clear(c.slots)
	c.keys, c.counts, c.seen = c.keys[:0], c.counts[:0], c.seen[:0]
}

// look gives the place of a key, or the free slot where it would be.
func (c *counter) look(k key) (place int, free uint64) {
	mask := uint64(len(c.slots) - 1)
	for at := k.hash() >> c.shift; ; at = (at + 1) & mask {
		place := c.slots[at]
		if place == 0 {
			return -1, at
		}
		if c.keys[place-1] == k {
			return int(place - 1), 0
		}
	}
}

// find gives the place of a key, which it makes where there is none.
func (c *counter) find(k key) int {
	place, free := c.look(k)
	if place >= 0 {
		return place
	}
	if 4*len(c.keys) >= 3*len(c.slots) {
		c.index(2 * len(c.slots))
		_, free = c.look(k)
	}
	c.keys, c.counts = append(c.keys, k), append(c.counts, 0)
	for range c.stride {
		c.seen = append(c.seen, 0)
	}
	c.slots[free] = uint32(len(c.keys))
	return len(c.keys) - 1
}

// index makes slots, a power of two, for the keys there are.
func (c *counter) index(slots int) {
	c.slots, c.shift = make([]uint32, slots), uint(64-bits.Len(uint(slots-1)))
	for i, k := range c.keys {
		_, free := c.look(k)
		c.slots[free] = uint32(i + 1)
	}
}

// histogram is that of the key at a place.
func (c *counter) histogram(i int) []uint32 { return c.seen[i*c.stride : (i+1)*c.stride] }

// add adds rows to a key.
func (c *counter) add(k key, n uint32, histogram []uint32) {
	i := c.find(k)
	c.counts[i] += n
	for v, n := range histogram {
		c.seen[i*c.stride+v] += n
	}
}
