package tables

import (
	"cmp"
	"slices"
)

// Item is one figure of a table that could be published: an inner cell, or a
// margin that is the sum of inner cells.
type Item struct {
	// Cells are the inner cells it sums, ascending; an inner cell is its own.
	Cells []int32
	// Values are its figures in each measure that adds up (records, persons
	// as if they did), not negative. The first orders the items.
	Values []int64
	// Primary: it may not be known.
	Primary bool

	Suppressed bool // the outcome
}

func (i *Item) inner() bool { return len(i.Cells) == 1 }

// Protect decides which items stay published: the primary ones and others that
// would give them away are suppressed. cells is the number of inner cells;
// every inner cell that is not zero must be an item of its own, and comes
// before any margin of it alone. Zero cells are known to the reader.
//
// First the margins, then inner cells, both from the largest down, are
// published one by one, each only if no primary item thereby enters the span
// of what is published (Langsrud 2024). Then the audit: what the reader knows
// of a suppressed item is the interval of its values over all tables of whole
// numbers that agree with what is published, each listed cell at least one;
// where it is narrower than width in some measure, a published neighbour is
// suppressed too and all is done again.
func Protect(cells int, items []Item, width int64) {
	hidden := make([]bool, len(items)) // must not be known
	for i := range items {
		hidden[i] = items[i].Primary
	}
	cellItem := make([]int, cells) // inner cell -> its item
	for i := len(items) - 1; i >= 0; i-- {
		if items[i].inner() {
			cellItem[items[i].Cells[0]] = i
		}
	}
	for {
		published := publish(items, hidden)
		narrow := audit(cells, items, published, width)
		if len(narrow) == 0 {
			return
		}
		grown := false
		for _, i := range narrow {
			if n := neighbour(items, cellItem, i, width); n >= 0 {
				hidden[n], grown = true, true
			}
		}
		if !grown { // no neighbour is left to blame: nothing of this table is safe
			for i := range hidden {
				hidden[i] = true
			}
		}
	}
}

// publish suppresses the hidden items and every other that would give one of
// them away, and gives the span of what is published.
func publish(items []Item, hidden []bool) *span {
	order := make([]int, 0, len(items))
	var secret []vector
	for i := range items {
		items[i].Suppressed = hidden[i]
		if hidden[i] {
			secret = append(secret, unitSum(items[i].Cells))
		} else {
			order = append(order, i)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int {
		x, y := &items[a], &items[b]
		if x.inner() != y.inner() {
			if y.inner() {
				return -1
			}
			return 1
		}
		if c := cmp.Compare(len(y.Cells), len(x.Cells)); c != 0 {
			return c
		}
		return cmp.Compare(y.Values[0], x.Values[0])
	})
	known := newSpan()
	for _, i := range order {
		x := known.reduce(unitSum(items[i].Cells)).normal()
		if len(x) == 0 {
			continue // the reader knows it already
		}
		if slices.ContainsFunc(secret, x.equal) {
			items[i].Suppressed = true
			continue
		}
		known.add(x)
		for s, y := range secret {
			if v := y.at(x[0].col); v != 0 {
				y = y.plus(negMod(v), x)
			}
			secret[s] = y.normal()
		}
	}
	return known
}

// audit gives the suppressed items of which a reader knows an interval
// narrower than width in some measure.
func audit(cells int, items []Item, published *span, width int64) (narrow []int) {
	found := make([]bool, len(items))
	for measure := range items[0].Values {
		value := make([]int64, cells)
		for i := range items {
			if items[i].inner() {
				value[items[i].Cells[0]] = items[i].Values[measure]
			}
		}
		p, ok := newPolytope(cells, published, value)
		for i := range items {
			if items[i].Suppressed && !found[i] && !(ok && p.wide(&items[i], width)) {
				found[i] = true
				narrow = append(narrow, i)
			}
		}
	}
	slices.Sort(narrow)
	return narrow
}

// neighbour is the published item whose suppression gives item i more room. Of
// the published margins that contain some of it, the one in which the hidden
// cells have least above one binds it most: there the smallest published cell
// that is larger than width is hidden, and where no cell is, the margin itself.
// -1 when no published margin contains any of the item.
func neighbour(items []Item, cellItem []int, i int, width int64) int {
	binding, least := -1, int64(0)
	for m := range items {
		if items[m].Suppressed || items[m].inner() || !overlap(items[m].Cells, items[i].Cells) {
			continue
		}
		room := int64(0)
		for _, c := range items[m].Cells {
			if x := &items[cellItem[c]]; x.Suppressed {
				room += x.Values[0] - 1
			}
		}
		if binding < 0 || room < least {
			binding, least = m, room
		}
	}
	if binding < 0 {
		return -1
	}
	best := binding
	for _, c := range items[binding].Cells {
		n := cellItem[c]
		if v := items[n].Values[0]; !items[n].Suppressed && v > width && (best == binding || v < items[best].Values[0]) {
			best = n
		}
	}
	return best
}

// overlap tells whether two ascending lists share an element.
func overlap(a, b []int32) bool {
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch {
		case a[i] == b[j]:
			return true
		case a[i] < b[j]:
			i++
		default:
			j++
		}
	}
	return false
}
