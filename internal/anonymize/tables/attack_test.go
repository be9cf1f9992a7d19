package tables

import (
	"math/big"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"flussi/internal/scratch"
)

// world is a set of linked tables as an attacker has it: which figures there
// are, over which joint leaves each sums, and what is published.
type world struct {
	leaves  [][MaxDimensions]uint16 // every combination of codes
	figures []Cell
	over    [][]int // figure -> leaves
	absent  [][]int // sums that the tables do not list: known to be zero
	true_   []int64 // the truth, by leaf
}

// newWorld rebuilds from the result alone, in its own way, what each figure
// sums: every leaf is compared with every key.
func newWorld(dimensions []Dimension, tables []Table, sizes []int, cells []Cell, count map[[MaxDimensions]uint16]int64) *world {
	w := &world{figures: cells}
	var all func(dim int, leaf [MaxDimensions]uint16)
	all = func(dim int, leaf [MaxDimensions]uint16) {
		if dim == len(dimensions) {
			w.leaves = append(w.leaves, leaf)
			w.true_ = append(w.true_, count[leaf])
			return
		}
		for c := range sizes[dim] {
			leaf[dim] = uint16(c)
			all(dim+1, leaf)
		}
	}
	all(0, [MaxDimensions]uint16{})
	stands := func(k Key, leaf [MaxDimensions]uint16) bool {
		for i, d := range dimensions {
			if int(k[i].Level) < len(d.Levels) && d.Levels[k[i].Level].code(leaf[i]) != k[i].Code {
				return false
			}
		}
		return true
	}
	listed := map[Key]bool{}
	for _, c := range cells {
		listed[c.Key] = true
		var over []int
		for i, leaf := range w.leaves {
			if stands(c.Key, leaf) {
				over = append(over, i)
			}
		}
		w.over = append(w.over, over)
	}
	for _, t := range tables {
		seen := map[Key]bool{}
		for _, leaf := range w.leaves {
			var k Key
			for i, d := range dimensions {
				k[i].Level = uint8(len(d.Levels))
				if t.Depth[i] != Summed {
					k[i] = Place{uint8(t.Depth[i]), d.Levels[t.Depth[i]].code(leaf[i])}
				}
			}
			if listed[k] || seen[k] {
				continue
			}
			seen[k] = true
			var over []int
			for i, other := range w.leaves {
				if stands(k, other) {
					over = append(over, i)
				}
			}
			w.absent = append(w.absent, over)
		}
	}
	return w
}

func (w *world) sum(over []int, x []int64) (n int64) {
	for _, i := range over {
		n += x[i]
	}
	return n
}

// narrow enumerates every joint table of whole numbers up to most that agrees
// with what is published, each listed figure at least least, and gives the
// suppressed figures whose interval stays under width; nil where after a
// number of steps it has not come to an end.
func (w *world) narrow(width, least, most int64) (found []int, decided bool) {
	x := make([]int64, len(w.leaves))
	lo, hi := make([]int64, len(w.figures)), make([]int64, len(w.figures))
	open := map[int]bool{}
	for f, c := range w.figures {
		lo[f], hi[f] = 1<<40, 0
		open[f] = c.Suppressed
		if !c.Suppressed {
			delete(open, f)
		}
	}
	steps := 0
	var try func(i int) bool
	try = func(i int) bool {
		if steps++; steps > 300_000 {
			return false
		}
		for f, c := range w.figures {
			over := w.over[f]
			sum := w.sum(over, x) // leaves not reached yet are zero
			full := over[len(over)-1] < i
			switch {
			case !c.Suppressed && (sum > c.Records || full && sum != c.Records), c.Suppressed && full && sum < least:
				return true
			}
		}
		for _, over := range w.absent {
			if w.sum(over, x) > 0 {
				return true
			}
		}
		if i == len(x) {
			for f := range open {
				sum := w.sum(w.over[f], x)
				lo[f], hi[f] = min(lo[f], sum), max(hi[f], sum)
				if hi[f]-lo[f] >= width {
					delete(open, f)
				}
			}
			return len(open) > 0
		}
		for v := range most + 1 {
			x[i] = v
			if !try(i + 1) {
				x[i] = 0
				return false
			}
		}
		x[i] = 0
		return true
	}
	try(0)
	if steps > 300_000 && len(open) > 0 {
		return nil, false
	}
	for f := range open {
		found = append(found, f)
	}
	slices.Sort(found)
	return found, true
}

// determined gives the suppressed figures that follow from the published ones
// by elimination over the rationals.
func (w *world) determined() (found []int) {
	var rows [][]*big.Rat
	var pivots []int
	reduce := func(x []*big.Rat) {
		for r, c := range pivots {
			if x[c].Sign() != 0 {
				f := new(big.Rat).Set(x[c])
				for i := range x {
					if rows[r][i].Sign() != 0 {
						x[i].Sub(x[i], new(big.Rat).Mul(f, rows[r][i]))
					}
				}
			}
		}
	}
	vector := func(over []int) []*big.Rat {
		x := make([]*big.Rat, len(w.leaves))
		for i := range x {
			x[i] = new(big.Rat)
		}
		for _, i := range over {
			x[i].SetInt64(1)
		}
		return x
	}
	known := slices.Clone(w.absent)
	for _, over := range w.absent { // a sum that is zero: so is each of its leaves
		for _, i := range over {
			known = append(known, []int{i})
		}
	}
	for f, c := range w.figures {
		if !c.Suppressed {
			known = append(known, w.over[f])
		}
	}
	for _, over := range known {
		x := vector(over)
		reduce(x)
		c := slices.IndexFunc(x, func(v *big.Rat) bool { return v.Sign() != 0 })
		if c < 0 {
			continue
		}
		inverse := new(big.Rat).Inv(x[c])
		for i := range x {
			x[i].Mul(x[i], inverse)
		}
		rows, pivots = append(rows, x), append(pivots, c)
	}
	for f, c := range w.figures {
		if !c.Suppressed {
			continue
		}
		x := vector(w.over[f])
		reduce(x)
		if !slices.ContainsFunc(x, func(v *big.Rat) bool { return v.Sign() != 0 }) {
			found = append(found, f)
		}
	}
	return found
}

// shape is one arrangement of linked tables.
type shape struct {
	name       string
	dimensions []Dimension
	sizes      []int
	tables     []Table
}

func halves(c uint16) uint16 { return c / 2 }

func flat(name string) Dimension { return Dimension{Name: name, Levels: []Level{{Name: name}}} }

func nested(name string) Dimension {
	return Dimension{Name: name, Levels: []Level{{Name: name}, {Name: name + "/2", Of: halves}}}
}

func shapes(size int) []shape {
	sensitive := flat("b")
	sensitive.Sensitive = true
	year := flat("y")
	year.Apart = true
	return []shape{
		{"two ways", []Dimension{flat("a"), flat("b")}, []int{size, size}, []Table{{"t", []int{0, 0}}}},
		{"hierarchy", []Dimension{nested("a"), flat("b")}, []int{2 * size, 2}, []Table{{"t", []int{0, 0}}}},
		{"three ways", []Dimension{flat("a"), flat("b"), flat("c")}, []int{size, 2, 2}, []Table{{"t", []int{0, 0, 0}}}},
		{"linked", []Dimension{flat("a"), flat("b"), flat("c")}, []int{size, 2, 2}, []Table{{"t", []int{0, 0, Summed}}, {"u", []int{0, Summed, 0}}}},
		{"linked over a hierarchy", []Dimension{nested("a"), flat("b"), flat("c")}, []int{4, 2, 2}, []Table{{"t", []int{0, 0, Summed}}, {"u", []int{1, Summed, 0}}}},
		{"no tree", []Dimension{flat("a"), flat("b"), flat("c")}, []int{size, 2, 2}, []Table{{"t", []int{0, 0, Summed}}, {"u", []int{0, Summed, 0}}, {"v", []int{Summed, 0, 0}}}},
		{"sensitive", []Dimension{flat("a"), sensitive}, []int{size, 3}, []Table{{"t", []int{0, 0}}}},
		{"apart", []Dimension{year, flat("a"), flat("b")}, []int{2, 2, 2}, []Table{{"t", []int{0, 0, 0}}}},
	}
}

// fill makes a cube of a shape with so many records in each leaf, each of a
// person of its own.
func (s *shape) fill(t testing.TB, count map[[MaxDimensions]uint16]int64) *Cube {
	t.Helper()
	c, err := New(s.dimensions, s.tables, 1<<20, scratch.Room{})
	must(t, err)
	persons := 0
	for leaf, n := range count {
		for range n {
			persons++
			must(t, c.Add(leaf[:len(s.dimensions)], person(persons), 100, 0, 0))
		}
	}
	return c
}

func (s *shape) draw(r *rapid.T, most int64) map[[MaxDimensions]uint16]int64 {
	count := map[[MaxDimensions]uint16]int64{}
	var all func(dim int, leaf [MaxDimensions]uint16)
	all = func(dim int, leaf [MaxDimensions]uint16) {
		if dim == len(s.dimensions) {
			if n := rapid.Int64Range(0, most).Draw(r, "count"); n > 0 {
				count[leaf] = n
			}
			return
		}
		for c := range s.sizes[dim] {
			leaf[dim] = uint16(c)
			all(dim+1, leaf)
		}
	}
	all(0, [MaxDimensions]uint16{})
	return count
}

// TestIntervals enumerates all tables a reader must hold possible: no interval
// of a suppressed figure is narrower than k, whatever the shape.
func TestIntervals(t *testing.T) {
	const k = 3
	for _, s := range shapes(3) {
		t.Run(s.name, func(t *testing.T) {
			decided, undecided := 0, 0
			rapid.Check(t, func(r *rapid.T) {
				count := s.draw(r, 5)
				cells, err := s.fill(t, count).Close(t.Context(), Rules{K: k}, Known{})
				must(t, err)
				w := newWorld(s.dimensions, s.tables, s.sizes, cells, count)
				least := int64(1)
				if s.name == "sensitive" {
					least = 0
				}
				narrow, ok := w.narrow(k, least, 5+k)
				if ok {
					decided++
				} else {
					undecided++
				}
				for _, f := range narrow {
					r.Errorf("%v: figure %v is known too well", count, cells[f])
				}
			})
			if t.Logf("%d decided, %d not", decided, undecided); undecided > decided {
				t.Error("the enumeration seldom ends")
			}
		})
	}
}

// TestNoFigureIsRecomputable attacks larger tables by exact elimination.
func TestNoFigureIsRecomputable(t *testing.T) {
	for _, s := range shapes(6) {
		t.Run(s.name, func(t *testing.T) {
			rapid.Check(t, func(r *rapid.T) {
				count := s.draw(r, 20)
				cells, err := s.fill(t, count).Close(t.Context(), Rules{K: 5}, Known{})
				must(t, err)
				w := newWorld(s.dimensions, s.tables, s.sizes, cells, count)
				for _, f := range w.determined() {
					r.Errorf("%v: figure %v can be computed", count, cells[f])
				}
				for f, c := range cells {
					if n := w.sum(w.over[f], w.true_); c.Records != n || c.Persons != n || c.Cents != 100*n {
						r.Errorf("%v counts %+v, want %d", count, c, n)
					}
					if c.Records > 0 && c.Persons < 5 && !c.Suppressed {
						r.Errorf("%v: small and published: %+v", count, c)
					}
				}
			})
		})
	}
}

// TestFourByFourTrap is the pattern in which nine suppressions look safe, two
// or three in each row and column, and one cell is still recomputable.
func TestFourByFourTrap(t *testing.T) {
	s := shapes(4)[0]
	values := []int64{
		3, 4, 20, 1,
		20, 2, 4, 20,
		20, 3, 2, 20,
		1, 20, 20, 2,
	}
	count := map[[MaxDimensions]uint16]int64{}
	for i, v := range values {
		count[[MaxDimensions]uint16{uint16(i / 4), uint16(i % 4)}] = v
	}
	cells, err := s.fill(t, count).Close(t.Context(), Rules{K: 5}, Known{})
	must(t, err)
	naive := slices.Clone(cells)
	for i := range naive {
		naive[i].Suppressed = naive[i].Inner && naive[i].Records < 5
	}
	w := newWorld(s.dimensions, s.tables, s.sizes, naive, count)
	if known := w.determined(); len(known) != 1 || naive[known[0]].Key[0].Code != 0 || naive[known[0]].Key[1].Code != 1 {
		t.Fatalf("the trap does not bite: %v", known)
	}
	w = newWorld(s.dimensions, s.tables, s.sizes, cells, count)
	if known := w.determined(); len(known) > 0 {
		t.Errorf("figures %v can be computed", known)
	}
	if !slices.ContainsFunc(cells, func(c Cell) bool { return c.Inner && !c.Suppressed }) {
		t.Error("no cell is left")
	}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
