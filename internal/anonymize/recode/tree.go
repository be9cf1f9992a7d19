package recode

import "context"

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
	branches   []branch   // of all nodes, those of one in the order of their codes
	levels     []uint8    // by node and attribute: what it publishes
	codes      []uint32
}

// treeNode is small, for a row meets many on its way.
type treeNode struct {
	parent, rest int32 // rest is 0 where there is none
	from, to     int32 // its branches
	split        int16 // the attribute that they make finer; -1 for a leaf
	finer        uint8 // to this level
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
	axes []axis
	k    key
}

func (p packedTuple) leaf(a int16) uint32 {
	x := &p.axes[a]
	return x.leaf[x.get(p.k)]
}

// fewBranches are found faster one after the other.
const fewBranches = 8

// locate finds the last node on a tuple's way down.
func locate[T tuple](t *Tree, row T) int32 {
	at := int32(0)
	for {
		n := &t.nodes[at]
		if n.split < 0 {
			return at
		}
		up := t.attributes[n.split].Hierarchy.levels[n.finer].of
		code, next := up[row.leaf(n.split)], n.rest
		some := t.branches[n.from:n.to]
		for len(some) > fewBranches { // they are in the order of their codes
			if middle := len(some) / 2; some[middle].code <= code {
				some = some[middle:]
			} else {
				some = some[:middle]
			}
		}
		for _, b := range some {
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

// region is what a node publishes: levels and codes by attribute. They are not to
// be changed.
func (t *Tree) region(node int32) (levels []uint8, codes []uint32) {
	from, to := int(node)*len(t.attributes), (int(node)+1)*len(t.attributes)
	return t.levels[from:to:to], t.codes[from:to:to]
}

// grow adds a leaf that publishes what its parent does, and gives its number.
func (t *Tree) grow(parent int32) int32 {
	at := int32(len(t.nodes))
	levels, codes := t.region(parent)
	t.nodes = append(t.nodes, treeNode{parent: parent, split: -1})
	t.levels, t.codes = append(t.levels, levels...), append(t.codes, codes...)
	return at
}

// branch adds a leaf that an attribute makes finer, and the branch to it.
func (t *Tree) branch(parent int32, attribute int, level uint8, code uint32) int32 {
	at := t.grow(parent)
	levels, codes := t.region(at)
	levels[attribute], codes[attribute] = level, code
	return at
}

// newTree is one node, which publishes nothing of anything.
func newTree(attributes []Attribute) (*Tree, error) {
	t := &Tree{attributes: attributes, nodes: []treeNode{{split: -1}}, codes: make([]uint32, len(attributes))}
	for _, a := range attributes {
		h := a.Hierarchy
		if len(h.Values(h.Height())) > 1 {
			return nil, ErrNoRoot
		}
		t.levels = append(t.levels, uint8(h.Height()))
	}
	return t, nil
}

// numbered gives the same tree, its nodes in the order in which ReadTree numbers
// them: which processor made them decides nothing.
func (t *Tree) numbered() *Tree {
	n := &Tree{
		attributes: t.attributes, nodes: make([]treeNode, 0, len(t.nodes)), branches: make([]branch, 0, len(t.branches)),
		levels: make([]uint8, 0, len(t.levels)), codes: make([]uint32, 0, len(t.codes)),
	}
	var add func(at, parent int32) int32
	add = func(at, parent int32) int32 {
		now, node := int32(len(n.nodes)), t.nodes[at]
		levels, codes := t.region(at)
		n.nodes, n.levels, n.codes = append(n.nodes, node), append(n.levels, levels...), append(n.codes, codes...)
		some := t.branches[node.from:node.to]
		node.parent, node.from, node.to = parent, int32(len(n.branches)), int32(len(n.branches)+len(some))
		n.branches = append(n.branches, some...)
		for i, b := range some {
			n.branches[int(node.from)+i].node = add(b.node, now)
		}
		if node.rest != 0 {
			node.rest = add(node.rest, now)
		}
		n.nodes[now] = node
		return now
	}
	add(0, 0)
	return n
}

// Recode publishes tuples by the tree: a class that does not meet the criteria
// goes up, with what else of its parent found no place, until there are enough;
// what is still too little at the root is suppressed. The tuples' attributes
// must be the tree's.
func (t *Tree) Recode(ctx context.Context, tuples *Tuples, c Criteria) (*Recoding, error) {
	all, err := t.pools(ctx, tuples, c.K)
	if err != nil {
		return nil, err
	}
	r, j := &Recoding{t: tuples, tree: t, ends: make([]int32, len(t.nodes))}, newJudge(&c, tuples)
	up := make([]bool, len(t.nodes)) // what ends at a node goes to its parent
	sizes := map[int32]uint64{}
	for n := len(t.nodes) - 1; n >= 0; n-- {
		r.ends[n] = nowhere
		rows := all.rows[n]
		if rows == 0 {
			continue
		}
		if ok, _ := j.passes(rows, all.head(n), all.histogram(n)); ok {
			r.ends[n] = t.publishing(int32(n))
			sizes[r.ends[n]] += rows
		} else if n > 0 {
			up[n] = true
			all.merge(int(t.nodes[n].parent), all, n)
		}
	}
	for _, rows := range sizes {
		r.classes, r.squares = append(r.classes, int64(rows)), r.squares+rows*rows
	}
	for n := range t.nodes { // each after its parent
		if up[n] {
			r.ends[n] = r.ends[t.nodes[n].parent]
		}
	}
	end := func(k key) int32 { return r.ends[locate(t, packedTuple{tuples.axes, k})] }
	err = r.count(ctx, nil, func(k key) []uint8 {
		if n := end(k); n != nowhere {
			levels, _ := t.region(n)
			return levels
		}
		return nil
	}, func(k key) (key, bool) {
		n := end(k)
		return key{lo: uint64(n)}, n != nowhere
	})
	return r, err
}

// publishing is the node whose region a node publishes: a rest has its parent's,
// and rows of both are one class.
func (t *Tree) publishing(n int32) int32 {
	for n > 0 && t.nodes[t.nodes[n].parent].rest == n {
		n = t.nodes[n].parent
	}
	return n
}

// pools counts the tuples that end at each node.
func (t *Tree) pools(ctx context.Context, tuples *Tuples, enough int) (*pools, error) {
	all := make([]*pools, tuples.workers())
	err := tuples.scan(ctx, len(all), func(w int) func(*records) error {
		p := newPools(len(t.nodes), tuples.form, enough)
		all[w] = p
		return func(r *records) error {
			for i := range r.len() {
				p.add(int(locate(t, packedTuple{tuples.axes, r.at(i)})), r, i)
			}
			return nil
		}
	})
	if err != nil {
		return nil, err
	}
	for _, p := range all[1:] {
		for n := range t.nodes {
			all[0].merge(n, p, n)
		}
	}
	return all[0], nil
}

// pools count the rows of the parts of a table.
type pools struct {
	rows   []uint64
	stride int
	seen   []uint32
	people *people // nil where persons are not counted
}

func newPools(parts int, f form, enough int) *pools {
	p := &pools{rows: make([]uint64, parts), stride: f.stride, seen: make([]uint32, parts*f.stride)}
	if f.persons {
		p.people = &people{enough: uint32(enough), met: make([]uint32, parts), last: make([]uint32, parts)}
	}
	return p
}

func (p *pools) histogram(part int) []uint32 { return p.seen[part*p.stride : (part+1)*p.stride] }

// head is how many a part has of what k counts.
func (p *pools) head(part int) uint64 {
	if p.people != nil {
		return uint64(p.people.met[part])
	}
	return p.rows[part]
}

// add counts a record.
func (p *pools) add(part int, r *records, i int) {
	p.rows[part] += uint64(r.counts[i])
	for v, c := range r.histogram(i) {
		p.seen[part*p.stride+v] += c
	}
	if p.people != nil {
		p.people.add(part, r.who[i], r.heads[i])
	}
}

// merge counts what a part of others has, which stays there.
func (p *pools) merge(part int, o *pools, other int) {
	p.rows[part] += o.rows[other]
	for v, c := range o.histogram(other) {
		p.seen[part*p.stride+v] += c
	}
	if p.people != nil {
		p.people.merge(part, o.people, other)
	}
}

// clear empties a part.
func (p *pools) clear(part int) {
	p.rows[part] = 0
	clear(p.histogram(part))
	if p.people != nil {
		p.people.met[part], p.people.last[part] = 0, 0
	}
}
