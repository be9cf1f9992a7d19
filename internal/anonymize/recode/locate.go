package recode

// LeafCodes are one row's attributes by their leaf codes, in the tree's order.
type LeafCodes []uint32

func (c LeafCodes) leaf(a int16) uint32 { return c[a] }

// Locate gives the node at which a row's way down ends, 0 to Len-1. Nodes above
// it have smaller numbers.
func (t *Tree) Locate(c LeafCodes) int { return int(locate(t, c)) }

// Parent is the node above; false at the root.
func (t *Tree) Parent(node int) (int, bool) { return int(t.nodes[node].parent), node > 0 }

// Levels tell how far a node generalises each attribute, 0 being its leaves. They
// are not to be changed.
func (t *Tree) Levels(node int) []uint8 {
	levels, _ := t.region(int32(node))
	return levels
}
