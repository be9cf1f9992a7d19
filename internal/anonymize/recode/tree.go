package recode

// Tree is a recoding that generalises each row only as far as its own
// neighbourhood needs, frozen so that other rows can be recoded by it later: a
// row goes down from the root as long as a branch takes its value.
//
// A node publishes its region: every attribute at one level. A branch makes one
// attribute one level finer; the rows whose finer value has no branch go to the
// node's rest, which publishes what the node does, or stay at the node where
// there is none. So a value that was not there when the tree was made finds its
// place too.
type Tree struct {
	attributes []Attribute
	nodes      []treeNode // each after its parent; node 0 publishes nothing of anything
}

type treeNode struct {
	parent   int32
	split    int16 // the attribute that branches make finer; -1 for a leaf
	rest     int32 // 0 where there is none
	branches []branch
	levels   []uint8
	codes    []uint32
}

// branch takes the rows whose value one level below the node's is code.
type branch struct {
	code uint32
	node int32
}

// Len is the number of nodes.
func (t *Tree) Len() int { return len(t.nodes) }

// tuple gives the leaf codes of one row.
type tuple interface{ leaf(attribute int16) uint32 }

type packedTuple struct {
	fields []field
	k      key
}

func (p packedTuple) leaf(a int16) uint32 { return p.fields[a].get(p.k) }

// locate finds the last node on a tuple's way down.
func locate[T tuple](t *Tree, row T) int32 {
	at := int32(0)
	for {
		n := &t.nodes[at]
		if n.split < 0 {
			return at
		}
		up := t.attributes[n.split].Hierarchy.levels[n.levels[n.split]-1].of
		code, next := up[row.leaf(n.split)], n.rest
		for _, b := range n.branches {
			if b.code == code {
				next = b.node
				break
			}
		}
		if next == 0 {
			return at
		}
		at = next
	}
}

// Recode publishes tuples by the tree: a class that does not meet the criteria
// goes up, with what else of its parent found no place, until there are enough;
// what is still too little at the root is suppressed. The tuples' attributes
// must be the tree's.
func (t *Tree) Recode(tuples *Tuples, c Criteria) *Recoding {
	at := make([]int32, tuples.Len())
	pools := newPools(len(t.nodes), tuples.stride)
	for i, k := range tuples.keys {
		at[i] = locate(t, packedTuple{tuples.fields, k})
		pools.add(at[i], uint64(tuples.counts[i]), tuples.histogram(i))
	}
	r, j := &Recoding{t: tuples, of: make([]uint32, tuples.Len())}, newJudge(&c, tuples)
	published := make([]uint32, len(t.nodes)) // class of what ends at a node
	up := make([]bool, len(t.nodes))          // what ends at a node goes to its parent
	for n := len(t.nodes) - 1; n >= 0; n-- {
		published[n] = suppressed
		if pools.rows[n] == 0 {
			continue
		}
		if ok, _ := j.passes(pools.rows[n], pools.histogram(int32(n))); ok {
			published[n] = r.add(int64(pools.rows[n]), t.nodes[n].levels, t.nodes[n].codes)
		} else if n > 0 {
			up[n] = true
			pools.add(t.nodes[n].parent, pools.rows[n], pools.histogram(int32(n)))
		}
	}
	for i, n := range at {
		for up[n] {
			n = t.nodes[n].parent
		}
		r.of[i] = published[n]
	}
	return r
}

// pools count the rows that end at each node.
type pools struct {
	rows   []uint64
	stride int
	seen   []uint32
}

func newPools(nodes, stride int) *pools {
	return &pools{rows: make([]uint64, nodes), stride: stride, seen: make([]uint32, nodes*stride)}
}

func (p *pools) histogram(n int32) []uint32 {
	return p.seen[int(n)*p.stride : (int(n)+1)*p.stride]
}

func (p *pools) add(n int32, rows uint64, histogram []uint32) {
	p.rows[n] += rows
	for v, c := range histogram {
		p.seen[int(n)*p.stride+v] += c
	}
}
