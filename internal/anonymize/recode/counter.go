package recode

import "math/bits"

// counter counts rows by key, in the order in which keys first come.
type counter struct {
	records
	slots []uint32 // place of a key, plus one; 0 is free
	shift uint     // of the hash, to a slot
}

const fewestSlots = 1 << 10

func newCounter(f form) *counter {
	return &counter{records: records{form: f}, slots: make([]uint32, fewestSlots), shift: 64 - 10}
}

// reset empties the counter and keeps its memory.
func (c *counter) reset() {
	clear(c.slots)
	c.records.reset()
}

// restart empties the counter for few keys: slots of many are let go, for clearing
// them costs as much as filling few.
func (c *counter) restart() {
	const few = 14 // bits
	if len(c.slots) > 4<<few {
		c.slots, c.shift = c.slots[:1<<few], 64-few
	}
	c.reset()
}

// look gives the place of a key, or the free slot where it would be.
func (c *counter) look(k key) (place int, free uint64) {
	mask := uint64(len(c.slots) - 1)
	for at := k.hash() >> c.shift; ; at = (at + 1) & mask {
		place := c.slots[at]
		if place == 0 {
			return -1, at
		}
		if c.is(place-1, k) {
			return int(place - 1), 0
		}
	}
}

// add adds rows to a key and gives its place.
func (c *counter) add(k key, rows, heads uint32, histogram []uint32) int {
	place, free := c.look(k)
	if place >= 0 {
		c.merge(place, k, rows, heads, histogram)
		return place
	}
	if 4*c.len() >= 3*len(c.slots) {
		c.index(2 * len(c.slots))
		_, free = c.look(k)
	}
	c.append(k, rows, heads, histogram)
	c.slots[free] = uint32(c.len())
	return c.len() - 1
}

// index makes slots, a power of two, for the keys there are.
func (c *counter) index(slots int) {
	c.slots, c.shift = make([]uint32, slots), uint(64-bits.Len(uint(slots-1)))
	for i := range c.len() {
		_, free := c.look(c.at(i))
		c.slots[free] = uint32(i + 1)
	}
}
