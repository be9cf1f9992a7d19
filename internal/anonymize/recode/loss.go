package recode

import "math"

// The loss of a recoding, by ARX's formulas so that numbers compare (Prasser and
// Kohlmayer, "Putting Statistical Disclosure Control into Practice: The ARX Data
// Anonymization Tool", 2015; metric Loss with the geometric mean). The share of a
// value is the share of its hierarchy's leaves that it stands for; of a row that
// is suppressed it is 1 everywhere.

// extent is, for each attribute, the sum over all rows of the leaves under the
// row's value: a share, as a whole number.
type extent []uint64

// loss is 0 where nothing is generalised and 1 where everything is.
func (t *Tuples) loss(e extent) float64 {
	product := 1.0
	for i, a := range t.attributes {
		leaves := float64(a.Hierarchy.Leaves())
		if leaves > 1 && t.rows > 0 {
			mean := float64(e[i]) / leaves / float64(t.rows)
			product *= 1 + (mean-1/leaves)/(1-1/leaves)
		}
	}
	return math.Pow(product, 1/float64(len(t.attributes))) - 1
}

// granularity is 1 where nothing is generalised and 0 where everything is.
func (t *Tuples) granularity(e extent) float64 {
	n, least, mean := 0.0, 0.0, 0.0
	for i, a := range t.attributes {
		leaves := float64(a.Hierarchy.Leaves())
		n++
		least += 1 / leaves
		mean += float64(e[i]) / leaves / float64(max(t.rows, 1))
	}
	if n == least {
		return 1
	}
	return 1 - (mean-least)/(n-least)
}

// extents gives, for each attribute and level, the extent of all rows where
// nothing is suppressed.
func (t *Tuples) extents() [][]uint64 {
	all := make([][]uint64, len(t.attributes))
	for i, a := range t.attributes {
		for _, level := range a.Hierarchy.levels {
			sum := uint64(0)
			for place, n := range t.leaves[i] {
				sum += n * level.under[level.of[t.axes[i].leaf[place]]]
			}
			all[i] = append(all[i], sum)
		}
	}
	return all
}
