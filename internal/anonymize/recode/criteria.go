package recode

import (
	"fmt"
	"math"
)

// Criteria is what every published class must be.
type Criteria struct {
	// K is the least number of rows in a class; of persons, where they are counted.
	K int
	// Limit is the largest share of rows, 0 to 1, that may be suppressed.
	Limit float64
	// Sensitive holds a criterion for each sensitive attribute of the Tuples, in
	// their order.
	Sensitive []Criterion
}

// Criterion is what a class owes one sensitive attribute. The zero value asks
// nothing.
type Criterion struct {
	Kind Kind
	// L is the least number of values (Distinct), of equally frequent values the
	// class must be as diverse as (Entropy), or l (Recursive).
	L float64
	// C is c of recursive (c, l)-diversity.
	C float64
	// T is the largest distance between the class's distribution and that of all
	// rows, 0 to 1.
	T float64
}

// Kind names a model.
type Kind uint8

// The models. l-diversity: Machanavajjhala et al., TKDD 1(1), 2007, instances
// distinct, entropy and recursive (c,l). t-closeness: Li, Li, Venkatasubramanian,
// ICDE 2007, with their three ground distances.
const (
	None         Kind = iota
	Distinct          // at least L values
	Entropy           // entropy at least that of L equally frequent values
	Recursive         // the most frequent value is rarer than C times all from the L-th on
	Equal             // t-closeness, all values equally far from each other
	Ordered           // t-closeness, values in the order of their codes
	Hierarchical      // t-closeness, values far as their lowest common ancestor is high
)

// check tells whether the criteria can be asked of the tuples.
func (c *Criteria) check(t *Tuples) error {
	if c.K < 1 || int64(c.K) > t.Rows() && t.Rows() > 0 {
		return fmt.Errorf("k of %d among %d rows", c.K, t.Rows())
	}
	if !(c.Limit >= 0 && c.Limit <= 1) {
		return fmt.Errorf("suppression limit of %v", c.Limit)
	}
	if len(c.Sensitive) > len(t.sensitive) {
		return fmt.Errorf("%d criteria for %d sensitive attributes", len(c.Sensitive), len(t.sensitive))
	}
	for i, m := range c.Sensitive {
		name, values := t.sensitive[i].Name, t.sensitive[i].Values
		switch m.Kind {
		case None:
		case Distinct, Entropy, Recursive:
			if !(m.L >= 1) || m.Kind == Recursive && !(m.C > 0) {
				return fmt.Errorf("%s: l of %v, c of %v", name, m.L, m.C)
			}
		case Equal, Ordered, Hierarchical:
			if !(m.T >= 0 && m.T <= 1) {
				return fmt.Errorf("%s: t of %v", name, m.T)
			}
			if h := t.sensitive[i].Hierarchy; m.Kind == Hierarchical && (h == nil || h.Leaves() != values || len(h.Values(h.Height())) > 1) {
				return fmt.Errorf("%s: hierarchical t-closeness without a hierarchy that ends in one value", name)
			}
		default:
			return fmt.Errorf("%s: unknown model %d", name, m.Kind)
		}
	}
	return nil
}

// judge decides classes against criteria. It is for one goroutine.
type judge struct {
	c      *Criteria
	t      *Tuples
	whole  []float64 // distribution of each sensitive value over all rows, flat as histograms are
	scrap  []float64
	sorted []uint32
}

func newJudge(c *Criteria, t *Tuples) *judge {
	j := &judge{c: c, t: t, whole: make([]float64, t.stride)}
	for v := range j.whole {
		j.whole[v] = float64(t.whole[v]) / float64(max(t.Rows(), 1))
	}
	return j
}

// passes tells whether a class of n rows, of as many heads as K counts, with this
// histogram may be published, and where it may not, whether a part of it may:
// with too few of K or too few values, none may; with the other models, a class
// may be worse than its parts.
func (j *judge) passes(n, heads uint64, histogram []uint32) (passes, partsMay bool) {
	if heads < uint64(j.c.K) {
		return false, false
	}
	passes = true
	for i, m := range j.c.Sensitive {
		from := j.t.offsets[i]
		to := from + j.t.sensitive[i].Values
		if m.Kind == None || j.meets(m, j.t.sensitive[i].Hierarchy, n, histogram[from:to], j.whole[from:to]) {
			continue
		}
		if passes = false; m.Kind == Distinct {
			return false, false
		}
	}
	return passes, !passes
}

func (j *judge) meets(m Criterion, h *Hierarchy, n uint64, histogram []uint32, whole []float64) bool {
	switch m.Kind {
	case Distinct:
		return distinct(histogram) >= m.L
	case Entropy:
		// Rounding must not refuse a class that is exactly as diverse.
		return entropyOf(n, histogram) >= math.Log(m.L)-1e-12
	case Recursive:
		return j.recursive(m, n, histogram)
	case Equal:
		return equalDistance(n, histogram, whole) <= m.T+1e-12
	case Ordered:
		return orderedDistance(n, histogram, whole) <= m.T+1e-12
	}
	return j.hierarchicalDistance(h, n, histogram, whole) <= m.T+1e-12
}

func distinct(histogram []uint32) (values float64) {
	for _, c := range histogram {
		if c > 0 {
			values++
		}
	}
	return values
}

func entropyOf(n uint64, histogram []uint32) (sum float64) {
	for _, c := range histogram {
		if c > 0 {
			p := float64(c) / float64(n)
			sum -= p * math.Log(p)
		}
	}
	return sum
}

func (j *judge) recursive(m Criterion, n uint64, histogram []uint32) bool {
	l := int(m.L)
	j.sorted = append(j.sorted[:0], histogram...)
	top := j.sorted
	// The l-1 greatest in front, the first of them the greatest: l is small.
	head := uint64(0)
	for i := 0; i < min(max(l-1, 1), len(top)); i++ {
		for v := i + 1; v < len(top); v++ {
			if top[v] > top[i] {
				top[v], top[i] = top[i], top[v]
			}
		}
		if i < l-1 {
			head += uint64(top[i])
		}
	}
	return float64(top[0]) < m.C*float64(n-head)
}

// equalDistance is half the sum of differences.
func equalDistance(n uint64, histogram []uint32, whole []float64) (sum float64) {
	for v, c := range histogram {
		sum += math.Abs(float64(c)/float64(n) - whole[v])
	}
	return sum / 2
}

// orderedDistance is the mean of the cumulated differences.
func orderedDistance(n uint64, histogram []uint32, whole []float64) (sum float64) {
	cumulated := 0.0
	for v, c := range histogram {
		cumulated += float64(c)/float64(n) - whole[v]
		sum += math.Abs(cumulated)
	}
	return sum / float64(max(len(histogram)-1, 1))
}

// hierarchicalDistance moves what each subtree has too much or too little to
// its sisters as low in the tree as can be: at each inner node as much as the
// smaller of the surpluses and the deficits below it, over the node's height.
func (j *judge) hierarchicalDistance(h *Hierarchy, n uint64, histogram []uint32, whole []float64) (sum float64) {
	height := h.Height()
	j.scrap = j.scrap[:0]
	for v, c := range histogram {
		j.scrap = append(j.scrap, float64(c)/float64(n)-whole[v])
	}
	extra := j.scrap
	for l := range height {
		parents := len(h.levels[l+1].values)
		above := make([]float64, 3*parents) // net, surplus, deficit
		for code, e := range extra {
			p := h.levels[l].parent[code]
			above[p] += e
			if e > 0 {
				above[parents+int(p)] += e
			} else {
				above[2*parents+int(p)] -= e
			}
		}
		for p := range parents {
			sum += float64(l+1) / float64(height) * min(above[parents+p], above[2*parents+p])
		}
		extra = above[:parents]
	}
	return sum
}
