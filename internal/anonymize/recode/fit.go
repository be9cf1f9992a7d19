package recode

import (
	"cmp"
	"context"
	"slices"
)

// FitTree makes the tree for tuples: from the root, which publishes nothing, each
// node is split by the attribute whose finer values save the most (LeFevre,
// DeWitt and Ramakrishnan's Mondrian, ICDE 2006, over hierarchies), as long as
// every class that comes of it meets the criteria. Values too rare to stand alone
// go to the rest together; where that is too small, the rarest of the others join
// it. Nothing is suppressed. Ties go to the first attribute and the lowest code.
//
// ErrNone says that not even the whole table meets the criteria.
func FitTree(ctx context.Context, t *Tuples, c Criteria) (*Tree, error) {
	if err := c.check(t); err != nil {
		return nil, err
	}
	f := &fit{t: t, judge: newJudge(&c, t), tree: &Tree{attributes: t.attributes}}
	members := make([]uint32, t.Len())
	for i := range members {
		members[i] = uint32(i)
	}
	levels, codes := make([]uint8, len(t.attributes)), make([]uint32, len(t.attributes))
	for a, attribute := range t.attributes {
		h := attribute.Hierarchy
		if levels[a] = uint8(h.Height()); len(h.Values(h.Height())) > 1 {
			return nil, ErrNoRoot
		}
	}
	if t.Len() > 0 {
		if ok, _ := f.judge.passes(f.count(members)); !ok {
			return nil, ErrNone
		}
	}
	f.tree.nodes = []treeNode{{split: -1, levels: levels, codes: codes}}
	for todo := []task{{0, members, 0}}; len(todo) > 0; {
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		last := len(todo) - 1
		next := todo[last]
		todo = append(todo[:last], f.split(next)...)
	}
	return f.tree, nil
}

type fit struct {
	t     *Tuples
	judge *judge
	tree  *Tree
	sum   []uint32 // scratch of count
}

// task is a node that may be split, with its tuples and the attributes (one bit
// each) that cannot be.
type task struct {
	node    int32
	members []uint32
	barred  uint64
}

// part is what one branch would take.
type part struct {
	code    uint32
	rows    uint64
	members []uint32
}

func (f *fit) count(members []uint32) (rows uint64, histogram []uint32) {
	f.sum = append(f.sum[:0], make([]uint32, f.t.stride)...)
	for _, m := range members {
		rows += uint64(f.t.counts[m])
		for v, c := range f.t.histogram(int(m)) {
			f.sum[v] += c
		}
	}
	return rows, f.sum
}

// split divides a node by the attribute that gains most, and gives its parts.
func (f *fit) split(t task) (parts []task) {
	best, bestGain := -1, 0.0
	var branches []part
	var rest []uint32
	for a := range f.t.attributes {
		if t.barred&(1<<a) != 0 || f.tree.nodes[t.node].levels[a] == 0 {
			continue
		}
		if b, r, gain := f.try(t, a); gain > bestGain {
			best, bestGain, branches, rest = a, gain, b, r
		}
	}
	if best < 0 {
		return nil
	}
	level := f.tree.nodes[t.node].levels[best] - 1
	add := func(code uint32, finer bool) int32 {
		n := treeNode{parent: t.node, split: -1, levels: f.tree.nodes[t.node].levels, codes: f.tree.nodes[t.node].codes}
		if finer {
			n.levels, n.codes = slices.Clone(n.levels), slices.Clone(n.codes)
			n.levels[best], n.codes[best] = level, code
		}
		f.tree.nodes = append(f.tree.nodes, n)
		return int32(len(f.tree.nodes) - 1)
	}
	f.tree.nodes[t.node].split = int16(best)
	for _, b := range branches {
		child := add(b.code, true)
		f.tree.nodes[t.node].branches = append(f.tree.nodes[t.node].branches, branch{b.code, child})
		parts = append(parts, task{child, b.members, t.barred})
	}
	if len(rest) > 0 {
		child := add(0, false)
		f.tree.nodes[t.node].rest = child
		parts = append(parts, task{child, rest, t.barred | 1<<best})
	}
	return parts
}

// try divides a node's tuples by the finer values of an attribute. Parts that do
// not meet the criteria make the rest; gain is the sum over rows of the share of
// leaves that they are published without.
func (f *fit) try(t task, a int) (parts []part, rest []uint32, gain float64) {
	h := f.t.attributes[a].Hierarchy
	level := f.tree.nodes[t.node].levels[a]
	of, field := h.levels[level-1].of, f.t.fields[a]
	place := make(map[uint32]int)
	for _, m := range t.members {
		code := of[field.get(f.t.keys[m])]
		i, known := place[code]
		if !known {
			i = len(parts)
			place[code] = i
			parts = append(parts, part{code: code})
		}
		parts[i].rows += uint64(f.t.counts[m])
		parts[i].members = append(parts[i].members, m)
	}
	slices.SortFunc(parts, func(a, b part) int { // the largest first
		return cmp.Or(cmp.Compare(b.rows, a.rows), cmp.Compare(a.code, b.code))
	})
	good := parts[:0]
	for _, p := range parts {
		if ok, _ := f.judge.passes(f.count(p.members)); ok {
			good = append(good, p)
		} else {
			rest = append(rest, p.members...)
		}
	}
	for len(rest) > 0 && len(good) > 0 {
		if ok, _ := f.judge.passes(f.count(rest)); ok {
			break
		}
		rest = append(rest, good[len(good)-1].members...)
		good = good[:len(good)-1]
	}
	under := h.levels[level].under[f.tree.nodes[t.node].codes[a]]
	for _, p := range good {
		gain += float64(p.rows) * float64(under-h.levels[level-1].under[p.code]) / float64(h.Leaves())
	}
	if w := f.t.attributes[a].Weight; w > 0 {
		gain *= w
	}
	slices.SortFunc(good, func(a, b part) int { return cmp.Compare(a.code, b.code) })
	return good, rest, gain
}
