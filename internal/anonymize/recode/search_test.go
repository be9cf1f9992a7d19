package recode

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// table is a small random table with random hierarchies, uncompressed.
type table struct {
	attributes []Attribute
	sensitive  []Sensitive
	rows       [][]uint32 // leaf codes, then the sensitive codes
	who        []uint64   // whose each row is; nil: rows count
	room       Room
	builders   int
}

func randomHierarchy(r *rapid.T, name string, rooted bool) *Hierarchy {
	leaves := rapid.IntRange(1, 6).Draw(r, name+" leaves")
	rows := make([][]string, leaves)
	for i := range rows {
		rows[i] = []string{fmt.Sprint(i)}
	}
	for level := range rapid.IntRange(0, 2).Draw(r, name+" levels") {
		// Each value of the level below goes to one of a few.
		to := map[string]string{}
		for i, row := range rows {
			if _, ok := to[row[level]]; !ok {
				to[row[level]] = fmt.Sprintf("%d/%d", level+1, rapid.IntRange(0, 2).Draw(r, name+" to"))
			}
			rows[i] = append(row, to[row[level]])
		}
	}
	for i := range rows {
		if rooted {
			rows[i] = append(rows[i], Any)
		}
	}
	h, err := NewHierarchy(rows)
	if err != nil {
		r.Fatal(err)
	}
	return h
}

func randomTable(r *rapid.T) *table {
	t := &table{}
	for i := range rapid.IntRange(1, 4).Draw(r, "attributes") {
		t.attributes = append(t.attributes, Attribute{Name: fmt.Sprint("a", i), Hierarchy: randomHierarchy(r, fmt.Sprint("a", i), false)})
	}
	h := randomHierarchy(r, "sensitive", true)
	t.sensitive = []Sensitive{{"s", h.Leaves(), h}}
	for range rapid.IntRange(1, 60).Draw(r, "rows") {
		var row []uint32
		for _, a := range t.attributes {
			row = append(row, uint32(rapid.IntRange(0, a.Hierarchy.Leaves()-1).Draw(r, "code")))
		}
		t.rows = append(t.rows, append(row, uint32(rapid.IntRange(0, h.Leaves()-1).Draw(r, "secret"))))
	}
	if rapid.Bool().Draw(r, "persons") {
		for range t.rows {
			t.who = append(t.who, uint64(rapid.IntRange(1, len(t.rows)).Draw(r, "who")))
		}
	}
	t.builders = rapid.IntRange(1, 3).Draw(r, "builders")
	if bytes := rapid.SampledFrom([]int64{0, 1, 500, 2000}).Draw(r, "memory"); bytes > 0 {
		t.room = Room{bytes, &memoryScratch{}}
	}
	return t
}

func (t *table) tuples(r interface{ Fatal(...any) }) *Tuples {
	all, err := Counting{t.attributes, t.sensitive, t.who != nil, t.room}.Builders(max(t.builders, 1))
	if err != nil {
		r.Fatal(err)
	}
	n := len(t.attributes)
	for i, row := range t.rows {
		var columns [][]uint32
		for _, code := range row {
			columns = append(columns, []uint32{code})
		}
		var who []uint64
		if t.who != nil {
			who = t.who[i : i+1]
		}
		if err := all[i%len(all)].AddOf(1, columns[:n], columns[n:], who); err != nil {
			r.Fatal(err)
		}
	}
	tuples, err := Gather(context.Background(), all)
	if err != nil {
		r.Fatal(err)
	}
	return tuples
}

// heads is how many of what k counts some rows have.
func (t *table) heads(members []int) int {
	persons := map[uint64]bool{}
	for _, i := range members {
		if t.who == nil {
			return len(members)
		}
		persons[t.who[i]] = true
	}
	return len(persons)
}

// naive says what becomes of the rows at some levels: how many are suppressed
// and the loss, straight from the definitions.
func (t *table) naive(c Criteria, levels []int) (suppressed int64, loss float64) {
	classes := map[string][]int{}
	for i, row := range t.rows {
		class := ""
		for a, level := range levels {
			class += fmt.Sprint(t.attributes[a].Hierarchy.Up(level)[row[a]], " ")
		}
		classes[class] = append(classes[class], i)
	}
	shares := make([]float64, len(levels))
	for _, members := range classes {
		ok := t.meets(c, members)
		if !ok {
			suppressed += int64(len(members))
		}
		for _, i := range members {
			for a, level := range levels {
				h := t.attributes[a].Hierarchy
				under := 0
				for _, code := range h.Up(level) {
					if code == h.Up(level)[t.rows[i][a]] {
						under++
					}
				}
				if !ok {
					under = h.Leaves()
				}
				shares[a] += float64(under) / float64(h.Leaves()) / float64(len(t.rows))
			}
		}
	}
	product := 1.0
	for a, share := range shares {
		if d := float64(t.attributes[a].Hierarchy.Leaves()); d > 1 {
			product *= (share-1/d)/(1-1/d) + 1
		}
	}
	return suppressed, math.Pow(product, 1/float64(len(levels))) - 1
}

func (t *table) meets(c Criteria, members []int) bool {
	if t.heads(members) < c.K {
		return false
	}
	m, n := c.Sensitive[0], t.sensitive[0].Values
	p, q := make([]float64, n), make([]float64, n)
	for _, i := range members {
		p[t.rows[i][len(t.attributes)]] += 1 / float64(len(members))
	}
	for _, row := range t.rows {
		q[row[len(t.attributes)]] += 1 / float64(len(t.rows))
	}
	const e = 1e-9
	switch m.Kind {
	case Distinct:
		values := 0
		for _, x := range p {
			if x > 0 {
				values++
			}
		}
		return float64(values) >= m.L
	case Entropy:
		sum := 0.0
		for _, x := range p {
			if x > 0 {
				sum -= x * math.Log(x)
			}
		}
		return math.Exp(sum) >= m.L-e
	case Recursive:
		slices.SortFunc(p, func(a, b float64) int { return int(math.Copysign(1, b-a)) })
		tail := 0.0
		for i := int(m.L) - 1; i < n; i++ {
			tail += p[i]
		}
		return p[0] < m.C*tail-e
	case Equal:
		sum := 0.0
		for v := range p {
			sum += max(p[v]-q[v], 0)
		}
		return sum <= m.T+e
	case Ordered:
		sum, run := 0.0, 0.0
		for v := range p {
			run += p[v] - q[v]
			sum += math.Abs(run)
		}
		return n == 1 || sum/float64(n-1) <= m.T+e
	case Hierarchical:
		return transport(t.sensitive[0].Hierarchy, p, q) <= m.T+e
	}
	return true
}

// transport is the earth mover's distance where the ground distance of two
// leaves is the height of their lowest common ancestor: on a tree, moving mass
// as low as can be is best, so each edge carries the imbalance below it.
func transport(h *Hierarchy, p, q []float64) (sum float64) {
	// An ultrametric is a tree metric with edges of half a level each.
	for level := range h.Height() {
		below := map[uint32]float64{}
		for leaf, code := range h.Up(level) {
			below[code] += p[leaf] - q[leaf]
		}
		for _, x := range below {
			sum += math.Abs(x) / 2 / float64(h.Height())
		}
	}
	return sum
}

func randomCriteria(r *rapid.T, rows int) Criteria {
	m := Criterion{Kind: Kind(rapid.IntRange(0, int(Hierarchical)).Draw(r, "kind"))}
	m.L = float64(rapid.IntRange(1, 4).Draw(r, "l"))
	m.C = float64(rapid.IntRange(1, 4).Draw(r, "c"))
	m.T = float64(rapid.IntRange(0, 10).Draw(r, "t")) / 10
	return Criteria{
		K: rapid.IntRange(1, min(6, rows)).Draw(r, "k"), Limit: rapid.SampledFrom([]float64{0, 0.02, 0.1, 0.3, 1}).Draw(r, "limit"),
		Sensitive: []Criterion{m},
	}
}

// TestGlobalIsExact holds the search to a walk over all combinations.
func TestGlobalIsExact(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		table := randomTable(r)
		c := randomCriteria(r, len(table.rows))
		least, found := math.Inf(1), false
		var best []int
		var lost int64
		var walk func(levels []int)
		walk = func(levels []int) {
			if len(levels) == len(table.attributes) {
				suppressed, loss := table.naive(c, levels)
				// Losses that are equal but for rounding are equal.
				if suppressed <= int64(c.Limit*float64(len(table.rows))) && loss < least-1e-12 {
					least, best, lost, found = loss, slices.Clone(levels), suppressed, true
				}
				return
			}
			for level := range table.attributes[len(levels)].Hierarchy.Height() + 1 {
				walk(append(levels, level))
			}
		}
		walk(nil)
		got, err := SearchGlobal(context.Background(), table.tuples(r), c)
		switch {
		case !found && !errors.Is(err, ErrNone):
			r.Fatalf("no combination keeps the limit, and the search says %v, %v", got, err)
		case !found:
		case err != nil:
			r.Fatal(err)
		case math.Abs(got.Loss-least) > 1e-12:
			r.Fatalf("got %+v, the best is %v: %v", got, best, least)
		case !slices.Equal(got.Levels, best):
			// Another combination may be as good; then it must come first.
			if suppressed, loss := table.naive(c, got.Levels); math.Abs(loss-least) > 1e-12 || suppressed != got.Suppressed {
				r.Fatalf("got %+v, want %v", got, best)
			}
		case got.Suppressed != lost:
			r.Fatalf("%d suppressed, want %d", got.Suppressed, lost)
		}
	})
}

// TestWideKeys: attributes that need two words, in memory and beyond it.
func TestWideKeys(t *testing.T) {
	const leaves = 2500 // 12 bits, six times
	var rows [][]string
	for i := range leaves {
		rows = append(rows, []string{fmt.Sprint(i), fmt.Sprint("g", i/1250)})
	}
	h, err := NewHierarchy(rows)
	if err != nil {
		t.Fatal(err)
	}
	random := rand.New(rand.NewPCG(3, 4))
	table := &table{sensitive: []Sensitive{{Name: "s", Values: 2}}, builders: 2}
	for i := range 6 {
		table.attributes = append(table.attributes, Attribute{Name: fmt.Sprint("a", i), Hierarchy: h})
	}
	for range 60 {
		var row []uint32
		for range table.attributes {
			row = append(row, []uint32{0, 0, 0, 0, 0, 833, 1666}[random.IntN(7)])
		}
		table.rows = append(table.rows, append(row, uint32(random.IntN(2))))
	}
	c := Criteria{K: 3, Limit: 0.4, Sensitive: []Criterion{{Kind: Distinct, L: 2}}}
	least := math.Inf(1)
	for node := range 1 << len(table.attributes) {
		var levels []int
		for a := range table.attributes {
			levels = append(levels, node>>a&1)
		}
		if suppressed, loss := table.naive(c, levels); float64(suppressed) <= c.Limit*60 {
			least = min(least, loss)
		}
	}
	if math.IsInf(least, 1) {
		t.Fatal("nothing can be found")
	}
	for _, room := range []Room{{}, {1, &memoryScratch{}}} {
		table.room = room
		tuples := table.tuples(t)
		if !tuples.wide {
			t.Fatal("the keys are not wide: the test tests nothing")
		}
		g, err := SearchGlobal(context.Background(), tuples, c)
		if err != nil || math.Abs(g.Loss-least) > 1e-12 {
			t.Fatalf("%d bytes: %+v, %v; the least loss is %v", room.Memory, g, err, least)
		}
		r, err := g.Recoding(context.Background(), tuples, c)
		if err != nil {
			t.Fatal(err)
		}
		classes, lost := table.published(r)
		if int64(len(lost)) != g.Suppressed || !slices.Equal(table.sizes(classes), r.Classes()) {
			t.Errorf("%d bytes: %d rows lost, classes of %v; promised %+v, %v", room.Memory, len(lost), table.sizes(classes), g, r.Classes())
		}
	}
}

func TestCriteriaFaults(t *testing.T) {
	h, err := Flat([]string{"a", "b"})
	if err != nil {
		t.Fatal(err)
	}
	table := &table{attributes: []Attribute{{Name: "a", Hierarchy: h}}, sensitive: []Sensitive{{Name: "s", Values: 2}}, rows: [][]uint32{{0, 0}, {1, 1}, {1, 0}}}
	for want, c := range map[string]Criteria{
		"k of 0":                           {},
		"k of 4 among 3 rows":              {K: 4},
		"suppression limit of 1.5":         {K: 1, Limit: 1.5},
		"2 criteria for 1 sensitive":       {K: 1, Sensitive: make([]Criterion, 2)},
		"s: l of 0":                        {K: 1, Sensitive: []Criterion{{Kind: Distinct}}},
		"s: t of 2":                        {K: 1, Sensitive: []Criterion{{Kind: Equal, T: 2}}},
		"hierarchical t-closeness without": {K: 1, Sensitive: []Criterion{{Kind: Hierarchical, T: 0.5}}},
		"unknown model 99":                 {K: 1, Sensitive: []Criterion{{Kind: 99}}},
	} {
		if _, err := SearchGlobal(context.Background(), table.tuples(t), c); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", want, err)
		}
	}
	// Distinct values that are not there: nothing keeps a limit of none.
	if _, err := SearchGlobal(context.Background(), table.tuples(t), Criteria{K: 1, Sensitive: []Criterion{{Kind: Distinct, L: 3}}}); !errors.Is(err, ErrNone) {
		t.Errorf("three of two values: %v", err)
	}
}
