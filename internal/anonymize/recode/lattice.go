package recode

import (
	"fmt"
	"slices"
)

// lattice numbers the combinations of levels: node is the mixed-radix number of
// its levels, node 0 generalises nothing, the last one everything. Coarser nodes
// have higher numbers. The attributes with the most values are the most
// significant, so that nodes that follow each other differ in the small ones.
type lattice struct {
	order   []int // attributes, the most significant first
	heights []int // by attribute
	weights []int // of one level of each attribute, in a node's number
	nodes   int
}

// MaxNodes bounds the combinations of levels that are searched.
const MaxNodes = 1 << 20

func newLattice(attributes []Attribute) (*lattice, error) {
	l := &lattice{nodes: 1, weights: make([]int, len(attributes)), order: bySize(attributes)}
	for _, a := range attributes {
		l.heights = append(l.heights, a.Hierarchy.Height())
	}
	for _, i := range slices.Backward(l.order) {
		l.weights[i] = l.nodes
		if l.nodes *= l.heights[i] + 1; l.nodes > MaxNodes {
			return nil, fmt.Errorf("more than %d combinations of levels", MaxNodes)
		}
	}
	return l, nil
}

func (l *lattice) level(node, attribute int) int {
	return node / l.weights[attribute] % (l.heights[attribute] + 1)
}

// levels are those of a node by attribute.
func (l *lattice) levels(node int) []int {
	levels := make([]int, len(l.weights))
	for i := range levels {
		levels[i] = l.level(node, i)
	}
	return levels
}

// up gives the nodes that generalise one attribute by one level more.
func (l *lattice) up(node int) (nodes []int) {
	for i, w := range l.weights {
		if l.level(node, i) < l.heights[i] {
			nodes = append(nodes, node+w)
		}
	}
	return nodes
}

// down gives the nodes that generalise one attribute by one level less.
func (l *lattice) down(node int) (nodes []int) {
	for i, w := range l.weights {
		if l.level(node, i) > 0 {
			nodes = append(nodes, node-w)
		}
	}
	return nodes
}
