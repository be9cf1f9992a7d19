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

func (k key) compare(o key) int {
	switch {
	case k == o:
		return 0
	case k.hi < o.hi || k.hi == o.hi && k.lo < o.lo:
		return -1
	}
	return 1
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

// reset empties the counter; its memory stays, as far as about n keys need it.
func (c *counter) reset(n int) {
	width := uint(max(bits.Len(uint(n+n/2)), 10))
	if size := 1 << width; cap(c.slots) >= size {
		c.slots = c.slots[:size]
		clear(c.slots)
	} else {
		c.slots = make([]uint32, size)
	}
	c.shift = 64 - width
	c.keys, c.counts, c.seen = c.keys[:0], c.counts[:0], c.seen[:0]
}

// find gives the place of a key, which it makes where there is none.
func (c *counter) find(k key) int {
	mask := uint64(len(c.slots) - 1)
	for at := k.hash() >> c.shift; ; at = (at + 1) & mask {
		place := c.slots[at]
		if place == 0 {
			if 4*len(c.keys) >= 3*len(c.slots) {
				c.grow()
				return c.find(k)
			}
			c.keys, c.counts = append(c.keys, k), append(c.counts, 0)
			for range c.stride {
				c.seen = append(c.seen, 0)
			}
			c.slots[at] = uint32(len(c.keys))
			return len(c.keys) - 1
		}
		if c.keys[place-1] == k {
			return int(place - 1)
		}
	}
}

func (c *counter) grow() {
	c.slots = make([]uint32, 2*len(c.slots))
	c.shift--
	mask := uint64(len(c.slots) - 1)
	for i, k := range c.keys {
		at := k.hash() >> c.shift
		for c.slots[at] != 0 {
			at = (at + 1) & mask
		}
		c.slots[at] = uint32(i + 1)
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
