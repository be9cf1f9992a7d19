package tables

import (
	"encoding/binary"
	"errors"
	"maps"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"

	"flussi/internal/scratch"
)

var rules = Rules{K: 5, Dominance: []Dominance{{1, 0.85}}}

func person(n int) (p [16]byte) {
	binary.BigEndian.PutUint64(p[:], uint64(n)*0x9e3779b97f4a7c15)
	return p
}

// twoWay is an empty table of rows by columns.
func twoWay(t testing.TB) *Cube {
	t.Helper()
	c, err := New([]Dimension{flat("row"), flat("col")}, []Table{{"t", []int{0, 0}}}, 1<<20, scratch.Room{})
	must(t, err)
	return c
}

const all = -1

func find(t *testing.T, cells []Cell, row, col int) Cell {
	t.Helper()
	place := func(n int) Place {
		if n == all {
			return Place{Level: 1}
		}
		return Place{Code: uint16(n)}
	}
	for _, c := range cells {
		if c.Key[0] == place(row) && c.Key[1] == place(col) {
			return c
		}
	}
	t.Fatalf("no figure %d, %d", row, col)
	return Cell{}
}

// TestCounts: nine rows of four persons are a small cell; a person in two
// cells is one in the total; minutes add up.
func TestCounts(t *testing.T) {
	c := twoWay(t)
	add := func(row, col uint16, p int, cents int64) {
		must(t, c.Add([]uint16{row, col}, person(p), cents, 179, 0))
	}
	for i := range 9 {
		add(0, 0, i%4, 100)
	}
	for i := range 20 {
		add(0, 1, i, 1000)
		add(1, 0, 100+i, 2000)
		add(1, 1, 100+i, 3000)
	}
	cells, err := c.Close(t.Context(), rules, Known{})
	must(t, err)
	if len(cells) != 9 {
		t.Fatalf("%d cells and totals", len(cells))
	}
	if x := find(t, cells, 0, 0); x.Records != 9 || x.Persons != 4 || x.Cents != 900 || x.Minutes != 9*179 || !x.Suppressed || !x.Inner {
		t.Errorf("%+v", x)
	}
	if x := find(t, cells, all, all); x.Records != 69 || x.Persons != 40 || x.Cents != 900+20000+40000+60000 || x.Suppressed || x.Inner {
		t.Errorf("%+v", x)
	}
	if x := find(t, cells, 1, all); x.Records != 40 || x.Persons != 20 {
		t.Errorf("%+v", x)
	}
	for _, hidden := range [][2]int{{0, 1}, {1, 0}, {1, 1}} {
		if !find(t, cells, hidden[0], hidden[1]).Suppressed {
			t.Errorf("%v gives the small cell away", hidden)
		}
	}
}

// amounts makes a table whose cell (0,0) has these amounts, a person each, amid
// cells of twenty equal ones, and tells whether it is suppressed.
func suppressedOf(t *testing.T, rules Rules, cents ...int64) bool {
	t.Helper()
	c := twoWay(t)
	persons := 0
	add := func(row, col uint16, n int64) {
		persons++
		must(t, c.Add([]uint16{row, col}, person(persons), n, 0, 0))
	}
	for _, n := range cents {
		add(0, 0, n)
	}
	for row := range uint16(3) {
		for col := range uint16(3) {
			for i := range int64(20) {
				if row != 0 || col != 0 {
					add(row, col, 1000+i)
				}
			}
		}
	}
	cells, err := c.Close(t.Context(), rules, Known{})
	must(t, err)
	return find(t, cells, 0, 0).Suppressed
}

// TestEachRule: what one rule suppresses stays without it.
func TestEachRule(t *testing.T) {
	ten := []int64{100, 101, 102, 103, 104, 105, 106, 107, 108, 109}
	for _, c := range []struct {
		name  string
		rules Rules
		cents []int64
	}{
		{"threshold", Rules{K: 11}, ten},
		{"one has nine tenths", Rules{K: 5, Dominance: []Dominance{{1, 0.75}}}, append([]int64{9000}, ten...)},
		{"two have nine tenths, neither three quarters", Rules{K: 5, Dominance: []Dominance{{1, 0.75}, {2, 0.85}}}, append([]int64{5000, 4900}, ten...)},
		{"three have nine tenths", Rules{K: 5, Dominance: []Dominance{{3, 0.85}}}, append([]int64{5000, 4900, 4800}, ten...)},
		{"the second knows the first to within a tenth", Rules{K: 5, Percent: 0.10}, append([]int64{20000, 15000}, ten...)},
		{"all have the same", Rules{K: 5, Uniform: true}, []int64{500, 500, 500, 500, 500, 500}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if !suppressedOf(t, c.rules, c.cents...) {
				t.Error("published")
			}
			if suppressedOf(t, Rules{K: 5}, c.cents...) {
				t.Error("suppressed without the rule")
			}
		})
	}
	if suppressedOf(t, rules, 0, 0, 0, 0, 0, 0) {
		t.Error("a benefit in kind of six persons has no amount to dominate")
	}
	if suppressedOf(t, Rules{K: 5, Dominance: []Dominance{{1, 0.75}, {2, 0.85}, {3, 0.95}}, Percent: 0.15, Uniform: true}, ten...) {
		t.Error("a cell of ten even amounts is suppressed")
	}
}

// TestOnePersonIsOneContributor: a person's records in a cell are one stake.
func TestOnePersonIsOneContributor(t *testing.T) {
	c := twoWay(t)
	for i := range 10 {
		must(t, c.Add([]uint16{0, 0}, person(i), 100, 0, 0))
		must(t, c.Add([]uint16{0, 0}, person(99), 1000, 0, 0))
	}
	for i := range 50 {
		must(t, c.Add([]uint16{1, 1}, person(100+i), 100, 0, 0))
	}
	cells, err := c.Close(t.Context(), rules, Known{})
	must(t, err)
	if !find(t, cells, 0, 0).Suppressed {
		t.Error("ten records of one person dominate and are published")
	}
}

func TestOneSmallCellCostsThree(t *testing.T) {
	s := shapes(3)[0]
	count := map[[MaxDimensions]uint16]int64{}
	for i, v := range []int64{2, 50, 60, 70, 20, 90, 80, 30, 40} {
		count[[MaxDimensions]uint16{uint16(i / 3), uint16(i % 3)}] = v
	}
	cells, err := s.fill(t, count).Close(t.Context(), rules, Known{})
	must(t, err)
	if n := hidden(cells); n != 4 {
		t.Errorf("%d figures suppressed, want the cell and three more", n)
	}
	delete(count, [MaxDimensions]uint16{})
	cells, err = s.fill(t, count).Close(t.Context(), rules, Known{})
	must(t, err)
	if n := hidden(cells); n != 0 {
		t.Errorf("nothing is small, %d figures suppressed", n)
	}
}

func hidden(cells []Cell) (n int) {
	for _, c := range cells {
		if c.Suppressed {
			n++
		}
	}
	return n
}

// TestStragglersCostLittle: one large province and a few residents elsewhere,
// as a comune's own flow has them. What the few cost is a few cells.
func TestStragglersCostLittle(t *testing.T) {
	for _, benefits := range []int{3, 10, 38} {
		count := map[[MaxDimensions]uint16]int64{}
		for b := range benefits {
			count[[MaxDimensions]uint16{uint16(b), 1}] = int64(20 + b)
			if b%3 == 0 {
				count[[MaxDimensions]uint16{uint16(b), 2}] = 1
			}
			if b%4 == 0 {
				count[[MaxDimensions]uint16{uint16(b), 3}] = 1
			}
		}
		s := shape{dimensions: []Dimension{flat("a"), flat("b")}, tables: []Table{{"t", []int{0, 0}}}}
		cells, err := s.fill(t, count).Close(t.Context(), rules, Known{})
		must(t, err)
		large, shown := 0, 0
		for _, x := range cells {
			if x.Inner && x.Persons >= 20 {
				if large++; !x.Suppressed {
					shown++
				}
			}
		}
		if shown < large/3 {
			t.Errorf("%d benefits: %d of %d large cells are published", benefits, shown, large)
		}
		if find(t, cells, all, all).Suppressed {
			t.Errorf("%d benefits: the grand total is suppressed", benefits)
		}
	}
}

// TestSameWhateverTheOrder: of records, of processors; in memory or in scratch
// space; whatever was beside them and is not kept.
func TestSameWhateverTheOrder(t *testing.T) {
	type one struct {
		leaf   []uint16
		person int
		cents  int64
	}
	r := rand.New(rand.NewPCG(7, 7))
	records := make([]one, 5000)
	for i := range records {
		records[i] = one{[]uint16{min(uint16(r.ExpFloat64()*8), 49), min(uint16(r.ExpFloat64()*3), 11)}, r.IntN(4000), r.Int64N(500000)}
	}
	run := func(room scratch.Room, dead int) []Cell {
		c := twoWay(t)
		c.records = newRecords(room)
		for i, x := range records {
			must(t, c.Add(x.leaf, person(x.person), x.cents, 0, 0))
			if i < dead {
				must(t, c.Add([]uint16{x.leaf[0], 40 + x.leaf[1]}, person(x.person+1), x.cents, 0, 1))
			}
		}
		if dead > 0 {
			must(t, c.Keep(func(ordinal uint32) bool { return ordinal == 0 }))
			if c.Len() != len(records) {
				t.Errorf("%d records of %d", c.Len(), len(records))
			}
		}
		cells, err := c.Close(t.Context(), rules, Known{})
		must(t, err)
		return cells
	}
	first := run(scratch.Room{}, 0)
	before := runtime.GOMAXPROCS(1)
	defer runtime.GOMAXPROCS(before)
	r.Shuffle(len(records), func(i, j int) { records[i], records[j] = records[j], records[i] })
	if !slices.Equal(first, run(scratch.Room{}, 0)) {
		t.Error("another order of records gives another table")
	}
	if !slices.Equal(first, run(scratch.Room{}, 1000)) {
		t.Error("records that are not kept give another table")
	}
	block, space := blockRecords, &scratch.File{Folder: t.TempDir()}
	defer func() { blockRecords, _ = block, space.Close() }() // the test has its result
	blockRecords = 7
	if !slices.Equal(first, run(scratch.Room{Memory: 1, Space: space}, 1000)) {
		t.Error("records in scratch space give another table")
	}
	if _, err := space.ReadAt(make([]byte, 1), 0); err != nil {
		t.Errorf("nothing lies in scratch space: %v", err)
	}
}

func TestRefused(t *testing.T) {
	c, err := New([]Dimension{flat("a")}, []Table{{"t", []int{0}}}, 1, scratch.Room{})
	must(t, err)
	must(t, c.Add([]uint16{0}, person(1), 0, 0, 0))
	if err := c.Add([]uint16{0}, person(2), 0, 0, 0); !errors.Is(err, ErrFull) {
		t.Errorf("a second record of one: %v", err)
	}
	for _, bad := range []Rules{{}, {K: 2}, {K: 5, Percent: 1}, {K: 5, Dominance: []Dominance{{0, 0.5}}}, {K: 5, Dominance: []Dominance{{4, 0.5}}}, {K: 5, Dominance: []Dominance{{1, 1}}}} {
		if _, err := c.Close(t.Context(), bad, Known{}); !errors.Is(err, ErrRules) {
			t.Errorf("%+v: %v", bad, err)
		}
	}
	for _, bad := range [][]int{nil, {1}, {-2}, {0, 0}} {
		if _, err := New([]Dimension{flat("a")}, []Table{{"t", bad}}, 1, scratch.Room{}); !errors.Is(err, ErrDepth) {
			t.Errorf("depth %v: %v", bad, err)
		}
	}
	crossed := Dimension{Name: "a", Levels: []Level{{Name: "coarse", Of: halves}, {Name: "fine"}}}
	c, err = New([]Dimension{crossed}, []Table{{"t", []int{0}}}, 10, scratch.Room{})
	must(t, err)
	must(t, c.Add([]uint16{0}, person(1), 0, 0, 0))
	must(t, c.Add([]uint16{1}, person(2), 0, 0, 0))
	if _, err := c.Close(t.Context(), rules, Known{}); !errors.Is(err, ErrLevels) {
		t.Errorf("levels the wrong way: %v", err)
	}
}

// TestUnanimous: where all persons of a row have one value of a sensitive
// dimension, neither it nor the emptiness of the others shows.
func TestUnanimous(t *testing.T) {
	s := shapes(3)[6]
	count := map[[MaxDimensions]uint16]int64{{0, 0}: 20}
	for row := uint16(1); row < 3; row++ {
		for col := range uint16(3) {
			count[[MaxDimensions]uint16{row, col}] = 20
		}
	}
	cells, err := s.fill(t, count).Close(t.Context(), rules, Known{})
	must(t, err)
	if !find(t, cells, 0, 0).Suppressed {
		t.Error("twenty persons who are all in one column are published")
	}
	zeros := 0
	for _, col := range []int{1, 2} {
		if x := find(t, cells, 0, col); x.Suppressed && x.Records == 0 {
			zeros++
		}
	}
	if zeros == 0 {
		t.Error("the empty cells beside them are published as empty")
	}
}

// TestWarm: what was suppressed before is suppressed again though another cell
// has become cheaper.
func TestWarm(t *testing.T) {
	s := shapes(4)[0]
	count := map[[MaxDimensions]uint16]int64{}
	for i := range uint16(16) {
		count[[MaxDimensions]uint16{i / 4, i % 4}] = 20
	}
	count[[MaxDimensions]uint16{0, 0}] = 2
	for col := range uint16(4) {
		count[[MaxDimensions]uint16{2, col}] = 12 // the cheapest row
	}
	first, err := s.fill(t, count).Close(t.Context(), rules, Known{})
	must(t, err)
	before := hiddenKeys(first)
	for col := range uint16(4) {
		count[[MaxDimensions]uint16{2, col}] = 200
		count[[MaxDimensions]uint16{3, col}] = 12
	}
	cold, err := s.fill(t, count).Close(t.Context(), rules, Known{})
	must(t, err)
	if maps.Equal(hiddenKeys(cold), before) {
		t.Fatal("the pattern stays even without the one before: the test cannot fail")
	}
	warm, err := s.fill(t, count).Close(t.Context(), rules, Known{Before: before})
	must(t, err)
	if got := hiddenKeys(warm); !maps.Equal(got, before) {
		t.Errorf("%v, before %v", got, before)
	}
}

func hiddenKeys(cells []Cell) map[Key]bool {
	keys := map[Key]bool{}
	for _, c := range cells {
		if c.Suppressed {
			keys[c.Key] = true
		}
	}
	return keys
}

// TestBeside: microdata of the same recipient are a further margin. What they
// withhold of a figure must not be a small difference.
func TestBeside(t *testing.T) {
	s := shapes(3)[0]
	count := map[[MaxDimensions]uint16]int64{}
	for i := range uint16(9) {
		count[[MaxDimensions]uint16{i / 3, i % 3}] = 20
	}
	alone, err := s.fill(t, count).Close(t.Context(), rules, Known{})
	must(t, err)
	if hidden(alone) != 0 {
		t.Fatal("nothing is small")
	}
	at := find(t, alone, 1, 1).Key
	for rows, want := range map[int64]bool{0: false, 15: false, 16: true, 19: true, 20: false} {
		cells, err := s.fill(t, count).Close(t.Context(), rules, Known{Beside: map[Key]int64{at: rows}})
		must(t, err)
		if find(t, cells, 1, 1).Suppressed != want {
			t.Errorf("%d of 20 rows in the microdata: suppressed is not %v", rows, want)
		}
	}
	// A suppressed figure is not known to be less than its microdata rows.
	known := map[Key]int64{}
	for _, c := range alone {
		known[c.Key] = c.Records - 3
	}
	cells, err := s.fill(t, count).Close(t.Context(), rules, Known{Beside: known})
	must(t, err)
	if n := hidden(cells); n != len(cells) {
		t.Errorf("three rows are withheld of every figure, %d of %d are suppressed", n, len(cells))
	}
}

// TestBesideLeavesNoRoom: a cell whose rows are all in the microdata cannot be
// less than they, and is no company for a small one.
func TestBesideLeavesNoRoom(t *testing.T) {
	s := shapes(3)[0]
	count := map[[MaxDimensions]uint16]int64{}
	for i := range uint16(9) {
		count[[MaxDimensions]uint16{i / 3, i % 3}] = 20
	}
	count[[MaxDimensions]uint16{}] = 2
	alone, err := s.fill(t, count).Close(t.Context(), rules, Known{})
	must(t, err)
	known := map[Key]int64{}
	for col := 1; col < 3; col++ {
		known[find(t, alone, 0, col).Key] = 20
	}
	beside, err := s.fill(t, count).Close(t.Context(), rules, Known{Beside: known})
	must(t, err)
	if find(t, alone, 0, all).Suppressed || !find(t, beside, 0, all).Suppressed {
		t.Errorf("the row's total suppressed: alone %v, beside microdata %v", find(t, alone, 0, all).Suppressed, find(t, beside, 0, all).Suppressed)
	}
}

// TestAmountWithoutRoom: a row's amount is one person's, spread so that no one
// cell has as much to lose as the row must be uncertain by. The row is hidden,
// and with it all its cells; the other row is not.
func TestAmountWithoutRoom(t *testing.T) {
	const columns = 20
	c := twoWay(t)
	persons := 1
	for col := range uint16(columns) {
		must(t, c.Add([]uint16{0, col}, person(0), 100, 0, 0))
		for range 20 {
			persons++
			must(t, c.Add([]uint16{0, col}, person(persons), 0, 0, 0))
			must(t, c.Add([]uint16{1, col}, person(-persons), 100, 0, 0))
		}
	}
	cells, err := c.Close(t.Context(), Rules{K: 5, Percent: 0.10}, Known{})
	must(t, err)
	for col := range columns {
		if !find(t, cells, 0, col).Suppressed || !find(t, cells, all, col).Suppressed {
			t.Errorf("column %d tells a part of one person's amount", col)
		}
	}
	if !find(t, cells, 0, all).Suppressed {
		t.Error("the row tells one person's amount")
	}
	if find(t, cells, 1, all).Suppressed {
		t.Error("the other row goes too")
	}
}
