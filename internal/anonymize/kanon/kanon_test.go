package kanon

import (
	"context"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"flussi/internal/scratch"
)

// The layout of the tests: a has 6 codes, pairs of them merge into 6, 7, 8 and
// all into 15; b has 3 codes that merge into 3; s is sensitive with 3 values
// and blank 15; o carries a's first code.
func layout(t testing.TB) (*Layout, Ladder) {
	t.Helper()
	l, err := NewLayout(
		Column{Name: "a", Bits: 4, Codes: 6},
		Column{Name: "b", Bits: 2, Codes: 3},
		Column{Name: "s", Role: Sensitive, Bits: 4, Codes: 3, Blank: 15},
		Column{Name: "o", Role: Carried, Bits: 4, Codes: 6},
	)
	if err != nil {
		t.Fatal(err)
	}
	pairs, all := make([]uint16, 16), make([]uint16, 16)
	for i := range 16 {
		pairs[i] = uint16(6 + i/2)
		all[i] = 15
	}
	ladder := Ladder{
		{Name: "b", Moves: []Move{{1, []uint16{3, 3, 3, 3}}}},
		{Name: "pairs", Moves: []Move{{0, pairs}}},
		{Name: "residual", Moves: []Move{{0, all}}},
	}
	if err := l.Check(ladder); err != nil {
		t.Fatal(err)
	}
	return l, ladder
}

type input struct {
	a, b, s uint16
	person  int
}

func person(n int) (p [16]byte) {
	// Spread, so that the order of persons is not the order of their numbers.
	binary.BigEndian.PutUint64(p[:], uint64(n)*0x9e3779b97f4a7c15)
	binary.BigEndian.PutUint64(p[8:], uint64(n))
	return p
}

type output struct {
	a, b, s, o uint16
	step       int
	published  bool
}

func run(t testing.TB, in []input, k int) ([]output, Result) {
	t.Helper()
	l, ladder := layout(t)
	s := New(l, len(in), scratch.Room{})
	for _, r := range in {
		if err := s.Add([]uint16{r.a, r.b, r.s, r.a}, person(r.person), 0); err != nil {
			t.Fatal(err)
		}
	}
	res, err := s.Anonymize(context.Background(), ladder, k)
	if err != nil {
		t.Fatal(err)
	}
	var out []output
	_ = s.Each(func(c []uint16, step int, published bool, rows int64) error {
		for range rows {
			out = append(out, output{c[0], c[1], c[2], c[3], step, published})
		}
		return nil
	})
	return out, res
}

// TestPersonsNotRows: a class of four persons with nine rows is too small for
// k=5; a class of five persons with five rows is not.
func TestPersonsNotRows(t *testing.T) {
	var in []input
	for row := range 9 {
		in = append(in, input{a: 0, b: 0, s: uint16(row % 2), person: row % 4})
	}
	for p := 10; p < 15; p++ {
		in = append(in, input{a: 4, b: 1, s: uint16(p % 2), person: p})
	}
	if _, res := run(t, in, 5); res.Published != 5 || res.Suppressed != 9 || res.MinPersons != 5 || res.Classes != 1 {
		t.Fatalf("%+v", res)
	}
	// One more person two steps away lets the nine rows out at the residual.
	out, res := run(t, append(in, input{a: 3, b: 2, s: 1, person: 20}), 5)
	if res.Published != 15 || res.Suppressed != 0 || res.Classes != 2 || res.Steps[3] != 10 || res.Steps[0] != 5 {
		t.Fatalf("%+v", res)
	}
	for _, r := range out {
		if r.o != 4 && (r.a != 15 || r.b != 3) {
			t.Errorf("a row of a small class publishes %+v", r)
		}
	}
}

func TestUnanimousValueIsBlanked(t *testing.T) {
	var in []input
	for p := range 5 {
		in = append(in, input{a: 0, s: 2, person: p}, input{a: 2, s: uint16(p % 2), person: p})
	}
	// Person 0 has another value too: all five still have 2.
	in = append(in, input{a: 0, s: 1, person: 0})
	out, res := run(t, in, 5)
	for _, r := range out {
		if r.a == 0 && r.s != 15 {
			t.Errorf("a value that every person of the class has is published: %+v", r)
		}
		if r.a == 2 && r.s == 15 {
			t.Errorf("a value that persons differ in is blanked: %+v", r)
		}
	}
	if res.Blanked != 6 {
		t.Errorf("%d rows blanked", res.Blanked)
	}
}

// TestClasses states the promise on random sets: every published tuple has at
// least k distinct persons counted naively; a row was decided at the first
// step at which that was so; rows in are rows out; and neither order nor
// GOMAXPROCS changes anything.
func TestClasses(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		k := rapid.IntRange(3, 6).Draw(r, "k")
		in := rapid.SliceOfN(rapid.Custom(func(r *rapid.T) input {
			return input{
				a: uint16(rapid.IntRange(0, 5).Draw(r, "a")), b: uint16(rapid.IntRange(0, 2).Draw(r, "b")),
				s: uint16(rapid.IntRange(0, 2).Draw(r, "s")), person: rapid.IntRange(0, 40).Draw(r, "person"),
			}
		}), 0, 120).Draw(r, "rows")
		out, res := run(t, in, k)
		if int(res.Published+res.Suppressed) != len(in) || len(out) != len(in) {
			r.Fatalf("%d rows in, %+v", len(in), res)
		}
		if want := naive(in, k); !slices.Equal(out, want) {
			r.Fatalf("got %v\nwant %v", out, want)
		}
		checkSizes(r, in, out, res, k)
		shuffled := slices.Clone(in)
		rand.New(rand.NewPCG(1, uint64(len(in)))).Shuffle(len(in), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
		before := runtime.GOMAXPROCS(1)
		again, _ := run(t, shuffled, k)
		runtime.GOMAXPROCS(before)
		if !slices.Equal(out, again) {
			r.Fatal("another order gives other rows")
		}
	})
}

// checkSizes counts classes with maps. Published classes are told apart by the
// step too: at two steps two may look alike.
func checkSizes(r *rapid.T, in []input, out []output, res Result, k int) {
	persons := map[[2]uint16]map[int]bool{}
	rows := map[[2]uint16]int64{}
	for _, x := range in {
		key := [2]uint16{x.a, x.b}
		if persons[key] == nil {
			persons[key] = map[int]bool{}
		}
		persons[key][x.person] = true
		rows[key]++
	}
	var before Sizes
	for key, who := range persons {
		n := int64(len(who))
		before.Classes, before.Rows, before.Persons, before.Squares = before.Classes+1, before.Rows+rows[key], before.Persons+n, before.Squares+rows[key]*rows[key]
		before.Largest = max(before.Largest, n)
		if before.Smallest == 0 || n < before.Smallest {
			before.Smallest = n
		}
		if n == 1 {
			before.Alone++
		}
	}
	bands := res.Before.Bands
	res.Before.Bands = nil
	if got := res.Before; fmt.Sprint(got) != fmt.Sprint(before) {
		r.Fatalf("before: %+v, want %+v", got, before)
	}
	for i, b := range bands {
		if i > 0 && b.From != bands[i-1].To+1 || i > 1 && b.To != 2*b.From-1 {
			r.Fatalf("bands %+v", bands)
		}
		for key, who := range persons {
			if n := int64(len(who)); n >= b.From && n <= b.To {
				b.Classes--
				b.Rows -= rows[key]
			}
		}
		if b.Classes != 0 || b.Rows != 0 {
			r.Fatalf("band from %d: %d classes and %d rows too many", b.From, b.Classes, b.Rows)
		}
	}
	published := map[[3]int]int64{}
	for _, x := range out {
		if x.published {
			published[[3]int{int(x.a), int(x.b), x.step}]++
		}
	}
	var squares int64
	for _, n := range published {
		squares += n * n
	}
	if a := res.After; a.Classes != int64(len(published)) || a.Rows != res.Published || a.Squares != squares || a.Alone != 0 || a.Classes > 0 && a.Smallest < int64(k) || a.Smallest != res.MinPersons {
		r.Fatalf("after: %+v, want %d classes of %d rows, squares %d", a, len(published), res.Published, squares)
	}
}

// naive does with maps what Anonymize does with sorting.
func naive(in []input, k int) []output {
	type key struct{ a, b uint16 }
	at := func(x input, step int) key {
		y := key{x.a, x.b}
		if step >= 1 {
			y.b = 3
		}
		if step >= 2 {
			y.a = 6 + x.a/2
		}
		if step >= 3 {
			y.a = 15
		}
		return y
	}
	left := slices.Clone(in)
	var done, lost []output
	for step := 0; step <= 3; step++ {
		persons := map[key]map[int]bool{}
		having := map[key][3]map[int]bool{}
		for _, x := range left {
			y := at(x, step)
			if persons[y] == nil {
				persons[y] = map[int]bool{}
				having[y] = [3]map[int]bool{{}, {}, {}}
			}
			persons[y][x.person] = true
			having[y][x.s][x.person] = true
		}
		var rest []input
		for _, x := range left {
			y := at(x, step)
			if len(persons[y]) < k {
				rest = append(rest, x)
				continue
			}
			s := x.s
			for v := range 3 {
				if len(having[y][v]) == len(persons[y]) {
					s = 15
				}
			}
			done = append(done, output{y.a, y.b, s, x.a, step, true})
		}
		left = rest
	}
	for _, x := range left {
		y := at(x, 3)
		lost = append(lost, output{y.a, y.b, x.s, x.a, 0, false})
	}
	order := func(x, y output) int {
		for _, c := range [][2]uint16{{x.a, y.a}, {x.b, y.b}, {x.s, y.s}, {x.o, y.o}, {uint16(x.step), uint16(y.step)}} {
			if c[0] != c[1] {
				return int(c[0]) - int(c[1])
			}
		}
		return 0
	}
	slices.SortFunc(done, order)
	slices.SortFunc(lost, order)
	return append(done, lost...)
}

func TestLadderFaults(t *testing.T) {
	l, _ := layout(t)
	for name, c := range map[string]struct {
		ladder Ladder
		want   string
	}{
		"coarse code is also a fine one": {Ladder{{Name: "x", Moves: []Move{{1, []uint16{1, 1, 2, 3}}}}}, "stands for"},
		"sensitive column":               {Ladder{{Name: "x", Moves: []Move{{2, make([]uint16, 16)}}}}, "not a quasi-identifier"},
		"short map":                      {Ladder{{Name: "x", Moves: []Move{{1, []uint16{3}}}}}, "codes mapped"},
		"out of space":                   {Ladder{{Name: "x", Moves: []Move{{1, []uint16{4, 4, 4, 4}}}}}, "stands for"},
	} {
		if err := l.Check(c.ladder); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestLayoutFaults(t *testing.T) {
	wide := make([]Column, 11)
	for i := range wide {
		wide[i] = Column{Name: fmt.Sprint(i), Bits: 16, Codes: 1}
	}
	for name, c := range map[string]struct {
		columns []Column
		want    string
	}{
		"too wide":        {wide, "no room"},
		"quasi after":     {[]Column{{Name: "s", Role: Sensitive, Bits: 2, Codes: 2}, {Name: "a", Bits: 2, Codes: 2}}, "come first"},
		"codes over bits": {[]Column{{Name: "a", Bits: 2, Codes: 5}}, "5 codes in 2 bits"},
	} {
		if _, err := NewLayout(c.columns...); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestFull(t *testing.T) {
	l, _ := layout(t)
	s := New(l, 1, scratch.Room{})
	codes := []uint16{0, 0, 0, 0}
	if err := s.Add(codes, person(1), 0); err != nil {
		t.Fatal(err)
	}
	if err := s.Add(codes, person(2), 0); err != ErrFull {
		t.Fatalf("a second row of one: %v", err)
	}
}

func BenchmarkAnonymize(b *testing.B) {
	l, ladder := layout(b)
	r := rand.New(rand.NewPCG(1, 2))
	const n = 1_000_000
	for b.Loop() {
		s := New(l, n, scratch.Room{})
		for range n {
			_ = s.Add([]uint16{uint16(r.IntN(6)), uint16(r.IntN(3)), 0, 0}, person(r.IntN(n)), 0)
		}
		if _, err := s.Anonymize(context.Background(), ladder, 5); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)*n/b.Elapsed().Seconds(), "rows/s")
}

// TestDistinct: a sensitive value stays in a class of at least as many
// different values as asked, none of them everybody's; compared with a count
// by hand over random classes of persons with one value or two, in whichever
// word of the row the columns lie.
func TestDistinct(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		least := rapid.IntRange(0, 5).Draw(t, "l")
		before := rapid.SampledFrom([]int{0, 4, 8}).Draw(t, "columns before")
		columns := make([]Column, before)
		for i := range columns {
			columns[i] = Column{Name: "before", Bits: 16, Codes: 1}
		}
		columns = append(columns, Column{Name: "q", Bits: 3, Codes: 3}, Column{Name: "s", Role: Sensitive, Bits: 3, Codes: 6, Blank: 7, Distinct: least})
		layout, err := NewLayout(columns...)
		if err != nil {
			t.Fatal(err)
		}
		set := New(layout, 1000, scratch.Room{})
		having := map[uint16]map[uint16]map[byte]bool{} // class, value, persons
		all := map[uint16]map[byte]bool{}
		for range rapid.IntRange(1, 40).Draw(t, "rows") {
			q, s := uint16(rapid.IntRange(0, 2).Draw(t, "q")), uint16(rapid.IntRange(0, 5).Draw(t, "s"))
			p := byte(rapid.IntRange(0, 9).Draw(t, "p"))
			if having[q] == nil {
				having[q], all[q] = map[uint16]map[byte]bool{}, map[byte]bool{}
			}
			if having[q][s] == nil {
				having[q][s] = map[byte]bool{}
			}
			having[q][s][p], all[q][p] = true, true
			if err := set.Add(append(make([]uint16, before), q, s), [16]byte{7: p}, 0); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := set.Anonymize(context.Background(), nil, 2); err != nil {
			t.Fatal(err)
		}
		_ = set.Each(func(codes []uint16, _ int, published bool, _ int64) error {
			q, s := codes[before], codes[before+1]
			diverse := len(having[q]) >= least
			for _, persons := range having[q] {
				diverse = diverse && len(persons) < len(all[q])
			}
			if published && (s != 7) != diverse {
				t.Fatalf("class %d: value %d, diverse %v", q, s, diverse)
			}
			return nil
		})
	})
}

// TestKnownRows: rows that the recipient has already hide nobody: what is left of
// a class without them is of k persons or of none, and as diverse.
func TestKnownRows(t *testing.T) {
	l, err := NewLayout(
		Column{Name: "a", Bits: 2, Codes: 3}, Column{Name: "s", Role: Sensitive, Bits: 2, Codes: 2, Blank: 3}, Column{Name: "known", Role: Known, Bits: 1, Codes: 2},
	)
	if err != nil {
		t.Fatal(err)
	}
	ladder := Ladder{{Name: "residual", Moves: []Move{{0, []uint16{3, 3, 3, 3}}}}}
	for name, c := range map[string]struct {
		rows            [][4]uint16 // a, s, known, person
		published, step int64
		blanked         int64
	}{
		"nobody known":               {[][4]uint16{{0, 0, 0, 1}, {0, 1, 0, 2}, {0, 0, 0, 3}}, 3, 0, 0},
		"all known":                  {[][4]uint16{{0, 0, 1, 1}, {0, 1, 1, 2}, {0, 0, 1, 3}}, 3, 0, 3},
		"one stranger":               {[][4]uint16{{0, 0, 1, 1}, {0, 1, 1, 2}, {0, 0, 0, 3}}, 0, 0, 0},
		"a stranger joins others":    {[][4]uint16{{0, 0, 1, 1}, {0, 1, 1, 2}, {0, 0, 0, 3}, {1, 0, 0, 4}, {2, 1, 0, 5}}, 5, 1, 0},
		"strangers all alike":        {[][4]uint16{{0, 1, 1, 1}, {0, 0, 0, 2}, {0, 0, 0, 3}, {0, 0, 0, 4}}, 4, 0, 4},
		"known and stranger at once": {[][4]uint16{{0, 0, 1, 1}, {0, 0, 0, 1}, {0, 1, 0, 2}, {0, 0, 0, 3}}, 4, 0, 0},
	} {
		s := New(l, 10, scratch.Room{})
		for _, r := range c.rows {
			if err := s.Add(r[:3], person(int(r[3])), 0); err != nil {
				t.Fatal(err)
			}
		}
		res, err := s.Anonymize(context.Background(), ladder, 3)
		if err != nil {
			t.Fatal(err)
		}
		if res.Published != c.published || res.Blanked != c.blanked || c.published > 0 && res.Steps[c.step] != c.published {
			t.Errorf("%s: %+v", name, res)
		}
	}
}
