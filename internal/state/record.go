package state

import "encoding/binary"

// Record is what tells one record from all others: its key and its content, as
// rows of identified datasets are named by.
func (k Key) Record(c Content) (id [24]byte) {
	copy(id[:], k[:])
	binary.BigEndian.PutUint64(id[len(k):], uint64(c))
	return id
}

// Void takes back the records with these ordinals, [from, to): those of a file
// that turned out to be refused whole. They keep their ordinals, and have no
// outcome. It comes before Resolve.
func (c *Current) Void(from, to int) {
	if from < to {
		c.void = append(c.void, [2]int{from, to})
	}
}

// drop leaves out the records that Void took back.
func (c *Current) drop() {
	if len(c.void) == 0 {
		return
	}
	kept, void := c.ops[:0], c.void
	for _, o := range c.ops { // in the order of Add still, as void is
		for len(void) > 0 && int(o.ordinal()) >= void[0][1] {
			void = void[1:]
		}
		if len(void) == 0 || int(o.ordinal()) < void[0][0] {
			kept = append(kept, o)
		}
	}
	c.ops = kept
}
