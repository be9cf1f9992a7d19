package recode

import (
	"cmp"
	"slices"
)

// splitter divides nodes of a tree that is being made. It is for one goroutine.
type splitter struct {
	f      *fit
	judge  *judge
	values []*pools // by attribute: the finer values of the node, and last the rest
	fine   [][][]uint32
	seen   [][]uint32 // by attribute: the values that occur
	tuples [][]int    // by attribute and value

	levels []uint8 // what the node publishes
	codes  []uint32
	by     []int      // the attributes that it may be divided by
	to     [][]uint32 // by attribute: place -> finer value
	gain   float64    // of the best so far
	best   int        // attribute; -1
	good   []uint32   // values that stand alone, of the best
	rest   bool       // others do not

	child  []int32 // of the best, by value: which part its tuples go to
	starts []int
}

func newSplitter(f *fit) *splitter {
	s := &splitter{f: f, judge: newJudge(f.criteria, f.t), to: make([][]uint32, len(f.t.axes))}
	for a, attribute := range f.t.attributes {
		h, most := attribute.Hierarchy, 0
		var fine [][]uint32
		for level := range h.levels {
			to := make([]uint32, h.Leaves())
			for place := range to {
				to[place] = f.t.axes[a].code(h, level, uint32(place))
			}
			fine, most = append(fine, to), max(most, len(h.levels[level].values))
		}
		s.values = append(s.values, newPools(most+1, f.t.form, f.criteria.K))
		s.fine, s.seen, s.tuples = append(s.fine, fine), append(s.seen, nil), append(s.tuples, make([]int, most+1))
	}
	return s
}

// split divides a node by the attribute that gains most, and gives its parts,
// whose tuples stand together then. spare has room for them.
func (s *splitter) split(t task, held, spare *records) []task {
	s.begin(t)
	for _, a := range s.by {
		for i := t.from; i < t.from+t.tuples; i++ {
			s.count(a, held.at(i), held, i)
		}
	}
	a, parts := s.divide(t)
	if len(parts) < 2 {
		return parts
	}
	x := &s.f.t.axes[a]
	for i := t.from; i < t.from+t.tuples; i++ {
		part := s.child[s.to[a][x.get(held.at(i))]]
		spare.put(t.from+s.starts[part], held, i)
		s.starts[part]++
	}
	held.copy(t.from, spare.slice(t.from, t.from+t.tuples))
	return parts
}

// begin prepares for counting a node's tuples by the finer values of each
// attribute.
func (s *splitter) begin(t task) {
	s.f.mu.Lock()
	s.levels, s.codes = s.f.tree.region(t.node)
	s.f.mu.Unlock()
	s.by = s.by[:0]
	for a, level := range s.levels {
		if t.barred&(1<<a) != 0 || level == 0 {
			continue
		}
		s.by, s.to[a] = append(s.by, a), s.fine[a][level-1]
		p := s.values[a]
		for _, v := range s.seen[a] {
			p.clear(int(v))
			s.tuples[a][v] = 0
		}
		p.clear(len(p.rows) - 1)
		if s.seen[a] = s.seen[a][:0]; p.people != nil {
			p.people.seen = p.people.seen[:0]
		}
	}
}

func (s *splitter) count(a int, k key, r *records, i int) {
	v := s.to[a][s.f.t.axes[a].get(k)]
	if s.tuples[a][v] == 0 {
		s.seen[a] = append(s.seen[a], v)
	}
	s.tuples[a][v]++
	s.values[a].add(int(v), r, i)
}

// decide tells what dividing by an attribute gains, and keeps it where it is the
// best. Values that do not meet the criteria make the rest; gain is the sum over
// rows of the share of leaves that they are published without.
func (s *splitter) decide(a int) {
	p, values := s.values[a], s.seen[a]
	slices.SortFunc(values, func(a, b uint32) int { // the most rows first
		return cmp.Or(cmp.Compare(p.rows[b], p.rows[a]), cmp.Compare(a, b))
	})
	rest := len(p.rows) - 1
	good := make([]uint32, 0, len(values))
	for _, v := range values {
		if s.passes(p, int(v)) {
			good = append(good, v)
		} else {
			p.merge(rest, p, int(v))
		}
	}
	for p.rows[rest] > 0 && len(good) > 0 && !s.passes(p, rest) {
		last := len(good) - 1
		p.merge(rest, p, int(good[last]))
		good = good[:last]
	}
	h, level := s.f.t.attributes[a].Hierarchy, s.levels[a]
	under, gain := h.levels[level].under[s.codes[a]], 0.0
	for _, v := range good {
		gain += float64(p.rows[v]) * float64(under-h.levels[level-1].under[v]) / float64(h.Leaves())
	}
	if w := s.f.t.attributes[a].Weight; w > 0 {
		gain *= w
	}
	if gain > s.gain {
		slices.Sort(good)
		s.gain, s.best, s.good, s.rest = gain, a, good, p.rows[rest] > 0
	}
}

func (s *splitter) passes(p *pools, part int) bool {
	ok, _ := s.judge.passes(p.rows[part], p.head(part), p.histogram(part))
	return ok
}

// divide makes the nodes of the best division of what was counted, if there is
// one, and says by which attribute, and in child and starts which tuples go where.
func (s *splitter) divide(t task) (a int, parts []task) {
	s.gain, s.best = 0, -1
	for _, a := range s.by {
		s.decide(a)
	}
	if a = s.best; a < 0 {
		return a, nil
	}
	good, level := s.good, s.levels[a]-1
	s.f.mu.Lock()
	defer s.f.mu.Unlock()
	tree := s.f.tree
	s.child = append(s.child[:0], make([]int32, len(s.values[a].rows))...)
	for _, v := range s.seen[a] {
		s.child[v] = int32(len(good)) // the rest, unless it is good
	}
	s.starts = s.starts[:0]
	from, left := t.from, t.tuples
	add := func(at int32, tuples int, barred uint64) {
		parts = append(parts, task{at, tuples, barred, from})
		s.starts = append(s.starts, from-t.from)
		from, left = from+tuples, left-tuples
	}
	node := treeNode{parent: tree.nodes[t.node].parent, split: int16(a), finer: level, from: int32(len(tree.branches))}
	for i, v := range good {
		s.child[v] = int32(i)
		at := tree.branch(t.node, a, level, v)
		tree.branches = append(tree.branches, branch{v, at})
		add(at, s.tuples[a][v], t.barred)
	}
	node.to = int32(len(tree.branches))
	if s.rest {
		node.rest = tree.grow(t.node)
		add(node.rest, left, t.barred|1<<a)
	}
	tree.nodes[t.node] = node
	return a, parts
}
