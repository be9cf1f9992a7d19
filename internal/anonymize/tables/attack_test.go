package tables

import (
	"math/big"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// determined says which items a reader can compute from the published ones,
// by elimination over the rationals: another arithmetic than the product's.
func determined(cells int, items []Item) (known []int) {
	var rows [][]*big.Rat
	for i := range items {
		if !items[i].Suppressed {
			rows = append(rows, rational(cells, items[i].Cells))
		}
	}
	pivots := []int{}
	r := 0
	for c := 0; c < cells && r < len(rows); c++ {
		p := -1
		for i := r; i < len(rows); i++ {
			if rows[i][c].Sign() != 0 {
				p = i
				break
			}
		}
		if p < 0 {
			continue
		}
		rows[r], rows[p] = rows[p], rows[r]
		for i := range rows {
			if i != r && rows[i][c].Sign() != 0 {
				eliminate(rows[i], rows[r], c)
			}
		}
		pivots = append(pivots, c)
		r++
	}
	for i := range items {
		if !items[i].Suppressed {
			continue
		}
		x := rational(cells, items[i].Cells)
		for j, c := range pivots {
			if x[c].Sign() != 0 {
				eliminate(x, rows[j], c)
			}
		}
		zero := true
		for _, v := range x {
			zero = zero && v.Sign() == 0
		}
		if zero {
			known = append(known, i)
		}
	}
	return known
}

func rational(cells int, sum []int32) []*big.Rat {
	x := make([]*big.Rat, cells)
	for i := range x {
		x[i] = new(big.Rat)
	}
	for _, c := range sum {
		x[c].SetInt64(1)
	}
	return x
}

func eliminate(x, row []*big.Rat, c int) {
	f := new(big.Rat).Quo(x[c], row[c])
	for i := range x {
		x[i].Sub(x[i], new(big.Rat).Mul(f, row[i]))
	}
}

// spread enumerates every table of positive integers that agrees with the
// published items and gives the least and largest value of each suppressed
// one: the exact interval of a reader who counts in whole persons and knows
// that a listed cell is at least one.
func spread(cells int, items []Item, value []int64) (lo, hi []int64) {
	lo, hi = make([]int64, len(items)), make([]int64, len(items))
	for i := range lo {
		lo[i] = 1 << 40
	}
	const limit = 9 // beyond it every interval is wide enough
	x := make([]int64, cells)
	var try func(c int)
	try = func(c int) {
		for i := range items {
			if items[i].Suppressed {
				continue
			}
			sum, target, open := int64(0), int64(0), false
			for _, j := range items[i].Cells {
				target += value[j]
				if int(j) < c {
					sum += x[j]
				} else {
					open = true
				}
			}
			if sum > target || !open && sum != target {
				return
			}
		}
		if c == cells {
			for i := range items {
				sum := int64(0)
				for _, j := range items[i].Cells {
					sum += x[j]
				}
				lo[i], hi[i] = min(lo[i], sum), max(hi[i], sum)
			}
			return
		}
		for x[c] = 1; x[c] <= limit; x[c]++ {
			try(c + 1)
		}
		x[c] = 0
	}
	try(0)
	return lo, hi
}

// twoWay makes the items of a rows by columns table of these values.
func twoWay(rows, cols int, value []int64, k int64) []Item {
	var items []Item
	for i, v := range value {
		items = append(items, Item{Cells: []int32{int32(i)}, Values: []int64{v}, Primary: v < k})
	}
	sum := func(cells []int32) {
		var v int64
		for _, c := range cells {
			v += value[c]
		}
		items = append(items, Item{Cells: cells, Values: []int64{v}, Primary: v < k})
	}
	var all []int32
	for r := range rows {
		var cells []int32
		for c := range cols {
			cells = append(cells, int32(r*cols+c))
		}
		sum(cells)
		all = append(all, cells...)
	}
	for c := range cols {
		var cells []int32
		for r := range rows {
			cells = append(cells, int32(r*cols+c))
		}
		sum(cells)
	}
	sum(all)
	return items
}

// TestNoCellIsRecomputable attacks random tables with exact elimination: no
// suppressed cell or total is determined, and every primary one is suppressed.
func TestNoCellIsRecomputable(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		rows, cols := rapid.IntRange(1, 6).Draw(r, "rows"), rapid.IntRange(1, 5).Draw(r, "cols")
		value := rapid.SliceOfN(rapid.Int64Range(1, 30), rows*cols, rows*cols).Draw(r, "values")
		items := twoWay(rows, cols, value, 5)
		Protect(len(value), items, 5)
		if known := determined(len(value), items); len(known) > 0 {
			r.Fatalf("%d x %d of %v: items %v can be computed", rows, cols, value, known)
		}
		for i := range items {
			if items[i].Primary && !items[i].Suppressed {
				r.Fatalf("item %d is primary and published", i)
			}
		}
	})
}

// TestIntervals enumerates small tables exhaustively: the interval of each
// suppressed item is at least k wide.
func TestIntervals(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		rows, cols := rapid.IntRange(1, 2).Draw(r, "rows"), rapid.IntRange(1, 3).Draw(r, "cols")
		value := rapid.SliceOfN(rapid.Int64Range(1, 5), rows*cols, rows*cols).Draw(r, "values")
		const k = 3
		items := twoWay(rows, cols, value, k)
		Protect(len(value), items, k)
		// A reader who is told nothing of a cell has no bound at all; the
		// enumeration has, so only items that something published touches count.
		lo, hi := spread(len(value), items, value)
		for i := range items {
			touched := false
			for j := range items {
				touched = touched || !items[j].Suppressed && overlap(items[i].Cells, items[j].Cells)
			}
			if items[i].Suppressed && touched && hi[i]-lo[i] < k {
				r.Fatalf("%d x %d of %v: item %d is known to lie in %d..%d", rows, cols, value, i, lo[i], hi[i])
			}
		}
	})
}

// TestFourByFourTrap is the pattern in which nine suppressions look safe, two
// or three in each row and column, and one cell is still exactly recomputable:
// (0,0) is the only tie between the block of the first row and column and the
// rest, so that sums of margins give it away.
func TestFourByFourTrap(t *testing.T) {
	items := twoWay(4, 4, []int64{
		3, 20, 20, 1,
		20, 2, 4, 20,
		20, 3, 2, 20,
		1, 20, 20, 2,
	}, 5)
	// Rows 0 and 3 with columns 0 and 3, rows 1 and 2 with columns 1 and 2:
	// safe. Adding (0,1) to what is hidden ties the blocks by one cell.
	items[1].Primary = true
	naive := make([]Item, len(items))
	copy(naive, items)
	for i := range naive {
		naive[i].Suppressed = naive[i].Primary
	}
	if known := determined(16, naive); len(known) != 1 || known[0] != 1 {
		t.Fatalf("the trap does not bite: %v", known)
	}
	Protect(16, items, 5)
	if known := determined(16, items); len(known) > 0 {
		t.Fatalf("items %v can be computed", known)
	}
	suppressed := 0
	for i := range items {
		if items[i].Suppressed {
			suppressed++
		}
	}
	if suppressed == len(items) {
		t.Error("everything is suppressed")
	}
}

// TestAnUntouchedTableStaysWhole: nothing small, nothing suppressed.
func TestAnUntouchedTableStaysWhole(t *testing.T) {
	items := twoWay(2, 2, []int64{9, 8, 7, 6}, 5)
	Protect(4, items, 5)
	for i := range items {
		if items[i].Suppressed {
			t.Errorf("item %d is suppressed", i)
		}
	}
}

// TestOneSmallCellCostsThree: the classic rectangle.
func TestOneSmallCellCostsThree(t *testing.T) {
	items := twoWay(3, 3, []int64{2, 50, 60, 70, 20, 90, 80, 30, 40}, 5)
	Protect(9, items, 5)
	n := 0
	for i := range items {
		if items[i].Suppressed {
			n++
		}
	}
	if n != 4 {
		t.Errorf("%d items suppressed, want the cell and three more", n)
	}
}

// TestStragglersCostLittle: one large province and a few residents elsewhere,
// as a comune's own flow has them. What the few cost is a few cells.
func TestStragglersCostLittle(t *testing.T) {
	for _, benefits := range []int{3, 10, 38} {
		c := New(1 << 20)
		persons := 0
		add := func(row, col uint16, n int) {
			for range n {
				persons++
				must(t, c.Add(1, row, col, person(persons), 10000))
			}
		}
		for b := range benefits {
			add(uint16(b), 1, 20+b)
			if b%3 == 0 {
				add(uint16(b), 2, 1)
			}
			if b%4 == 0 {
				add(uint16(b), 3, 1)
			}
		}
		cells, err := c.Close(t.Context(), rules)
		must(t, err)
		large, shown := 0, 0
		for i := range cells {
			if x := &cells[i]; x.Inner() && x.Persons >= 20 {
				if large++; !x.Suppressed {
					shown++
				}
			}
		}
		if shown < large/3 {
			t.Errorf("%d benefits: %d of %d large cells are published", benefits, shown, large)
		}
		t.Logf("%d benefits: %d of %d large cells", benefits, shown, large)
		if find(t, cells, Total, Total).Suppressed {
			t.Errorf("%d benefits: the grand total is suppressed", benefits)
		}
	}
}

// overlap tells whether two ascending lists share an element.
func overlap(a, b []int32) bool {
	return slices.ContainsFunc(a, func(c int32) bool { _, found := slices.BinarySearch(b, c); return found })
}
