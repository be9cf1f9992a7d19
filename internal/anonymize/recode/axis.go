package recode

import (
	"cmp"
	"fmt"
	"math/bits"
	"slices"
)

// axis is an attribute as keys have it. Its leaves have places, in an order in
// which those under one value stand together at every level; a generalised value
// is the first place under it. So a level more is a look into one table, from
// whatever level, and keeps the order of keys.
type axis struct {
	field
	place []uint32   // leaf -> place
	leaf  []uint32   // place -> leaf
	first [][]uint32 // level, place -> the first place under the same value
}

func newAxis(h *Hierarchy) axis {
	x := axis{place: make([]uint32, h.Leaves()), leaf: make([]uint32, h.Leaves())}
	for i := range x.leaf {
		x.leaf[i] = uint32(i)
	}
	slices.SortStableFunc(x.leaf, func(a, b uint32) int {
		for _, level := range slices.Backward(h.levels) {
			if c := cmp.Compare(level.of[a], level.of[b]); c != 0 {
				return c
			}
		}
		return 0
	})
	for place, leaf := range x.leaf {
		x.place[leaf] = uint32(place)
	}
	for _, level := range h.levels {
		first := make([]uint32, len(x.leaf))
		for place := 1; place < len(first); place++ {
			first[place] = uint32(place)
			if level.of[x.leaf[place]] == level.of[x.leaf[place-1]] {
				first[place] = first[place-1]
			}
		}
		x.first = append(x.first, first)
	}
	return x
}

// code is that of the value at a level which a place is under.
func (x *axis) code(h *Hierarchy, level int, place uint32) uint32 {
	return h.levels[level].of[x.leaf[place]]
}

// bySize gives the attributes, those with the most values first.
func bySize(attributes []Attribute) (order []int) {
	for i := range attributes {
		order = append(order, i)
	}
	slices.SortStableFunc(order, func(a, b int) int {
		return cmp.Compare(attributes[b].Hierarchy.Leaves(), attributes[a].Hierarchy.Leaves())
	})
	return order
}

// pack places the attributes in 128 bits, in 64 where they fit: those with the
// most values are the most significant. wide tells that both words are needed.
func pack(attributes []Attribute) (axes []axis, wide bool, err error) {
	axes = make([]axis, len(attributes))
	widths, all := make([]uint, len(attributes)), uint(0)
	for i, a := range attributes {
		axes[i] = newAxis(a.Hierarchy)
		widths[i] = uint(max(bits.Len(uint(a.Hierarchy.Leaves()-1)), 1))
		all += widths[i]
	}
	wide = all > 64
	free := [2]uint{0, 64} // in the high word, in the low one
	if wide {
		free[0] = 64
	}
	for _, i := range bySize(attributes) {
		word := 0
		if free[0] < widths[i] {
			free[0], word = 0, 1 // what follows is less significant
		}
		if free[word] < widths[i] {
			return nil, false, fmt.Errorf("the attributes' values do not fit 128 bits at %s", attributes[i].Name)
		}
		free[word] -= widths[i]
		axes[i].field = field{word == 1, free[word], 1<<widths[i] - 1}
	}
	return axes, wide, nil
}
