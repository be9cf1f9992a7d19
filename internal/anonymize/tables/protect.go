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
// where it is narrower than width in some measure, one of the published items
// that hold it so tight is suppressed too and all is done again.
func Protect(cells int, items []Item, width int64) {
	hidden := make([]bool, len(items)) // must not be known
	for i := range items {
		hidden[i] = items[i].Primary
	}
	for {
		published, basis := publish(items, hidden)
		narrow := audit(cells, items, published, width)
		if len(narrow) == 0 {
			return
		}
		blame := newBlame(cells, items, basis)
		grown := false
		for _, n := range narrow {
			held := blame.of(n)
			if slices.ContainsFunc(held, func(i int) bool { return hidden[i] }) {
				continue // loosened in this round already
			}
			if i := cheapest(items, held, width); i >= 0 {
				hidden[i], grown = true, true
			}
		}
		if !grown { // nothing is left to blame: nothing of this table is safe
			for i := range hidden {
				hidden[i] = true
			}
		}
	}
}

// publish suppresses the hidden items and every other that would give one of
// them away, and gives the span of what is published, with the items that make
// it up.
func publish(items []Item, hidden []bool) (known *span, basis []int) {
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
	known = newSpan()
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
		basis = append(basis, i)
		for s, y := range secret {
			if v := y.at(x[0].col); v != 0 {
				y = y.plus(negMod(v), x)
			}
			secret[s] = y.normal()
		}
	}
	return known, basis
}

// tight is a suppressed item of which the reader knows too much, with the sums
// that say so: each is known to the reader, and as no cell is less than one it
// bounds the item.
type tight struct {
	item   int
	bounds []vector
}

// audit gives the suppressed items of which a reader knows an interval
// narrower than width in some measure.
func audit(cells int, items []Item, published *span, width int64) (narrow []tight) {
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
			if !items[i].Suppressed || found[i] {
				continue
			}
			var bounds []vector
			wide := false
			if ok {
				wide, bounds = p.wide(&items[i], width)
			}
			if !wide {
				found[i] = true
				narrow = append(narrow, tight{i, bounds})
			}
		}
	}
	slices.SortFunc(narrow, func(a, b tight) int { return cmp.Compare(a.item, b.item) })
	return narrow
}

// blame writes a sum that the reader knows as one of published items.
type blame struct {
	cells int
	span  *span
}

// newBlame takes the items that make up what is known. Each item's vector
// carries the item's own column behind the cells, which remains when the cells
// are eliminated.
func newBlame(cells int, items []Item, basis []int) blame {
	b := blame{cells, newSpan()}
	for _, i := range basis {
		x := append(unitSum(items[i].Cells), term{int32(cells + i), 1})
		b.span.add(b.span.reduce(x).normal())
	}
	return b
}

// of gives the published items that bound one, ascending.
func (b blame) of(t tight) (held []int) {
	for _, x := range t.bounds {
		for _, t := range b.span.reduce(x) {
			if int(t.col) >= b.cells {
				held = append(held, int(t.col)-b.cells)
			}
		}
	}
	slices.Sort(held)
	return slices.Compact(held)
}

// cheapest is the item to give up: the smallest cell larger than width, for a
// smaller one gives no room, else the margin of fewest cells. -1 where there
// is none.
func cheapest(items []Item, held []int, width int64) int {
	best := -1
	for _, i := range held {
		x := &items[i]
		if x.inner() && x.Values[0] <= width {
			continue
		}
		if best < 0 || cmp.Or(cmp.Compare(len(x.Cells), len(items[best].Cells)), cmp.Compare(x.Values[0], items[best].Values[0])) < 0 {
			best = i
		}
	}
	return best
}
