package tables

import (
	"context"
	"encoding/binary"
	"errors"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"
	"time"
)

var rules = Rules{K: 5, Dominance: 0.85}

func person(n int) (p [16]byte) {
	binary.BigEndian.PutUint64(p[8:], uint64(n)*0x9e3779b97f4a7c15)
	return p
}

func find(t *testing.T, cells []Cell, row, col uint16) Cell {
	t.Helper()
	for _, c := range cells {
		if c.Row == row && c.Col == col {
			return c
		}
	}
	t.Fatalf("no cell %d, %d", row, col)
	return Cell{}
}

// TestCounts: nine rows of four persons are a small cell; a person in two
// cells is one in the total.
func TestCounts(t *testing.T) {
	c := New(1000)
	for i := range 9 {
		must(t, c.Add(0, 0, 0, person(i%4), 100))
	}
	for i := range 20 {
		must(t, c.Add(0, 0, 1, person(i), 1000))
		must(t, c.Add(0, 1, 0, person(100+i), 2000))
		must(t, c.Add(0, 1, 1, person(100+i), 3000))
	}
	cells, err := c.Close(context.Background(), rules)
	must(t, err)
	if len(cells) != 9 {
		t.Fatalf("%d cells and totals", len(cells))
	}
	if x := find(t, cells, 0, 0); x.Records != 9 || x.Persons != 4 || x.Cents != 900 || !x.Suppressed {
		t.Errorf("%+v", x)
	}
	if x := find(t, cells, Total, Total); x.Records != 69 || x.Persons != 40 || x.Cents != 900+20000+40000+60000 || x.Suppressed {
		t.Errorf("%+v", x)
	}
	if x := find(t, cells, 1, Total); x.Records != 40 || x.Persons != 20 {
		t.Errorf("%+v", x)
	}
	for _, hidden := range [][2]uint16{{0, 1}, {1, 0}, {1, 1}} {
		if !find(t, cells, hidden[0], hidden[1]).Suppressed {
			t.Errorf("%v gives the small cell away", hidden)
		}
	}
}

func TestDominance(t *testing.T) {
	c := New(1000)
	for i := range 10 {
		must(t, c.Add(0, 0, 0, person(i), 100))
		must(t, c.Add(0, 1, 0, person(i), 100))
	}
	must(t, c.Add(0, 0, 0, person(99), 10000)) // 10000 of 11000
	cells, err := c.Close(context.Background(), rules)
	must(t, err)
	if x := find(t, cells, 0, 0); !x.Suppressed {
		t.Errorf("one person has nine tenths of the amount: %+v", x)
	}
	// Without amounts there is nothing to dominate.
	c = New(1000)
	for i := range 10 {
		must(t, c.Add(0, 0, 0, person(i), 0))
	}
	cells, err = c.Close(context.Background(), rules)
	must(t, err)
	if find(t, cells, 0, 0).Suppressed {
		t.Error("a benefit in kind of ten persons is suppressed")
	}
}

// skewed fills a region's worth of benefits by provinces.
func skewed(c *Cube, n int, order []int) {
	r := rand.New(rand.NewPCG(7, 7))
	type add struct {
		row, col uint16
		person   int
		cents    int64
	}
	all := make([]add, n)
	for i := range all {
		row := uint16(r.ExpFloat64() * 8)
		col := uint16(r.ExpFloat64() * 3)
		all[i] = add{min(row, 49), min(col, 11), r.IntN(n), r.Int64N(500000)}
	}
	for i := range all {
		a := all[i]
		if order != nil {
			a = all[order[i]]
		}
		_ = c.Add(3, a.row, a.col, person(a.person), a.cents)
	}
}

func TestSameWhateverTheOrder(t *testing.T) {
	const n = 5000
	c := New(n)
	skewed(c, n, nil)
	first, err := c.Close(context.Background(), rules)
	must(t, err)
	before := runtime.GOMAXPROCS(1)
	defer runtime.GOMAXPROCS(before)
	skewed(c, n, rand.New(rand.NewPCG(1, 1)).Perm(n))
	second, err := c.Close(context.Background(), rules)
	must(t, err)
	if !slices.Equal(first, second) {
		t.Error("another order of records gives another table")
	}
}

// TestRegion: a region's table is done in a moment, and something is left.
func TestRegion(t *testing.T) {
	c := New(200_000)
	skewed(c, 3000, nil)
	start := time.Now()
	cells, err := c.Close(context.Background(), rules)
	must(t, err)
	primary, suppressed := 0, 0
	items := make([]Item, len(cells))
	index := map[[2]uint16]int32{}
	for _, x := range cells {
		if x.Inner() {
			index[[2]uint16{x.Row, x.Col}] = int32(len(index))
		}
	}
	for i, x := range cells {
		for key, j := range index {
			if (x.Row == Total || x.Row == key[0]) && (x.Col == Total || x.Col == key[1]) {
				items[i].Cells = append(items[i].Cells, j)
			}
		}
		slices.Sort(items[i].Cells)
		items[i].Suppressed = x.Suppressed
		if x.Suppressed {
			suppressed++
		}
		if x.Inner() && x.Persons < 5 {
			primary++
		}
	}
	t.Logf("%d cells and totals, %d small, %d suppressed, %v", len(cells), primary, suppressed, time.Since(start))
	if suppressed > primary*3/2 {
		t.Errorf("%d figures suppressed for %d small cells", suppressed, primary)
	}
	if known := determined(len(index), items); len(known) > 0 {
		t.Errorf("%d figures can be computed", len(known))
	}
}

// TestLargest: a table of the most cells allowed, most of them small, ends.
func TestLargest(t *testing.T) {
	c := New(20_000)
	r := rand.New(rand.NewPCG(5, 5))
	for i := range 20_000 {
		_ = c.Add(0, uint16(r.IntN(128)), uint16(r.ExpFloat64()*3)%16, person(i), 100)
	}
	start := time.Now()
	cells, err := c.Close(context.Background(), rules)
	must(t, err)
	t.Logf("%d cells and totals, %v", len(cells), time.Since(start))
}

func TestTooMuch(t *testing.T) {
	c := New(1)
	must(t, c.Add(0, 0, 0, person(1), 0))
	if err := c.Add(0, 0, 0, person(2), 0); !errors.Is(err, ErrFull) {
		t.Errorf("a second record of one: %v", err)
	}
	c = New(MaxCells + 1)
	for i := range MaxCells + 1 {
		must(t, c.Add(0, uint16(i), 0, person(i), 0))
	}
	if _, err := c.Close(context.Background(), rules); !errors.Is(err, ErrCells) {
		t.Errorf("%d cells: %v", MaxCells+1, err)
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
