package state

import (
	"encoding/binary"
	"slices"
)

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

// voided tells whether Void took a record back.
func (c *Current) voided(o op) bool {
	n := int(o.ordinal())
	i, _ := slices.BinarySearchFunc(c.void, n, func(v [2]int, n int) int { return v[1] - 1 - n })
	return i < len(c.void) && c.void[i][0] <= n
}
