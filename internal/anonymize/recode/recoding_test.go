package recode

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// published recodes the table's rows one by one and groups them by what they are
// published with; rows that are suppressed are apart.
func (t *table) published(r *Recoding) (classes map[string][]int, lost []int) {
	n := len(t.attributes)
	columns, out := make([][]uint32, n), make([][]uint32, n)
	for a := range n {
		out[a] = make([]uint32, len(t.rows))
		for _, row := range t.rows {
			columns[a] = append(columns[a], row[a])
		}
	}
	gone := make([]bool, len(t.rows))
	r.Recoder().Rows(len(t.rows), columns, out, gone)
	classes = map[string][]int{}
	for i := range t.rows {
		var class []string
		for a := range n {
			class = append(class, fmt.Sprint(out[a][i], "=", r.Labels(a)[out[a][i]]))
		}
		if gone[i] {
			if strings.Trim(strings.Join(class, ""), "0123456789=*") != "" {
				panic("a suppressed row shows something")
			}
			lost = append(lost, i)
			continue
		}
		classes[strings.Join(class, ";")] = append(classes[strings.Join(class, ";")], i)
	}
	return classes, lost
}

// covers tells whether every row is published with values that stand for its own.
func (t *table) covers(r *Recoding) error {
	n := len(t.attributes)
	columns, out, gone := make([][]uint32, n), make([][]uint32, n), make([]bool, 1)
	for _, row := range t.rows {
		for a := range n {
			columns[a], out[a] = row[a:a+1], make([]uint32, 1)
		}
		r.Recoder().Rows(1, columns, out, gone)
		for a, attribute := range t.attributes {
			h, code, level := attribute.Hierarchy, int(out[a][0]), 0
			for ; !gone[0] && code >= len(h.Values(level)); level++ {
				code -= len(h.Values(level))
			}
			if !gone[0] && h.Up(level)[row[a]] != uint32(code) {
				return fmt.Errorf("attribute %d is published with a value that is not its own", a)
			}
		}
	}
	return nil
}

// sizes are those of classes, in what k counts, ascending.
func (t *table) sizes(classes map[string][]int) (sizes []int64) {
	for _, members := range classes {
		sizes = append(sizes, int64(t.heads(members)))
	}
	slices.Sort(sizes)
	return sizes
}

// TestGlobalRecoding: the rows that come out are what the search promised.
func TestGlobalRecoding(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		table := randomTable(r)
		c := randomCriteria(r, len(table.rows))
		tuples := table.tuples(r)
		g, err := SearchGlobal(context.Background(), tuples, c)
		if errors.Is(err, ErrNone) {
			return
		}
		if err != nil {
			r.Fatal(err)
		}
		recoding, err := g.Recoding(context.Background(), tuples, c)
		if err != nil {
			r.Fatal(err)
		}
		classes, lost := table.published(recoding)
		if int64(len(lost)) != g.Suppressed || recoding.Suppressed() != g.Suppressed || !slices.Equal(table.sizes(classes), recoding.Classes()) {
			r.Fatalf("%d rows lost, %d classes; promised %+v", len(lost), len(classes), g)
		}
		for name, members := range classes {
			if !table.meets(c, members) {
				r.Fatalf("class %s of %d rows does not meet %+v", name, len(members), c)
			}
		}
		if err := table.covers(recoding); err != nil {
			r.Fatal(err)
		}
		if u := recoding.Utility(); math.Abs(u.Loss-g.Loss) > 1e-12 || u.Granularity < -1e-12 || u.Granularity > 1+1e-12 || u.Entropy < -1e-12 || u.Entropy > 1+1e-12 {
			r.Fatalf("%+v of %+v", u, g)
		}
	})
}

// TestTree: a tree keeps the criteria on the rows it was made of, losing none,
// and on any others, and gives each row values that stand for its own.
func TestTree(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		fitted := randomTable(r)
		for i, a := range fitted.attributes { // a tree begins at one value
			fitted.attributes[i].Hierarchy = rooted(r, a.Hierarchy)
		}
		c := randomCriteria(r, len(fitted.rows))
		tuples := fitted.tuples(r)
		tree, err := FitTree(context.Background(), tuples, c)
		if errors.Is(err, ErrNone) {
			all := make([]int, len(fitted.rows))
			for i := range all {
				all[i] = i
			}
			if fitted.meets(c, all) {
				r.Fatal("the whole table is good enough and there is no tree")
			}
			return
		}
		if err != nil {
			r.Fatal(err)
		}
		other := &table{attributes: fitted.attributes, sensitive: fitted.sensitive, room: fitted.room}
		for range rapid.IntRange(1, 40).Draw(r, "others") {
			var row []uint32
			for _, a := range fitted.attributes {
				row = append(row, uint32(rapid.IntRange(0, a.Hierarchy.Leaves()-1).Draw(r, "code")))
			}
			other.rows = append(other.rows, append(row, uint32(rapid.IntRange(0, fitted.sensitive[0].Values-1).Draw(r, "secret"))))
		}
		file, err := json.Marshal(tree)
		if err != nil {
			r.Fatal(err)
		}
		read, err := ReadTree(file, fitted.attributes)
		if err != nil {
			r.Fatalf("%v: %s", err, file)
		}
		if again, err := json.Marshal(read); err != nil || !bytes.Equal(again, file) {
			r.Fatalf("read and written again the tree is another: %s, %s, %v", file, again, err)
		}
		for _, row := range append(slices.Clone(fitted.rows), other.rows...) {
			if at, again := tree.Locate(row), read.Locate(row); at != again {
				r.Fatalf("a row ends at node %d, and at %d of the tree that was read", at, again)
			}
		}
		for _, table := range []*table{fitted, other} {
			tuples := table.tuples(r)
			recoding, err := tree.Recode(context.Background(), tuples, c)
			if err != nil {
				r.Fatal(err)
			}
			again, err := read.Recode(context.Background(), tuples, c)
			if err != nil {
				r.Fatal(err)
			}
			classes, lost := table.published(recoding)
			if same, gone := table.published(again); !maps.EqualFunc(classes, same, slices.Equal) || !slices.Equal(lost, gone) {
				r.Fatal("a tree that was read publishes other rows")
			}
			for name, members := range classes {
				if !table.meets(c, members) {
					r.Fatalf("class %s of %d rows does not meet %+v", name, len(members), c)
				}
			}
			if !slices.Equal(table.sizes(classes), recoding.Classes()) {
				r.Fatalf("classes of %v, and %v reported", table.sizes(classes), recoding.Classes())
			}
			if table == fitted && len(lost) > 0 {
				r.Fatalf("%d rows of those that the tree was made of are lost", len(lost))
			}
			if err := table.covers(recoding); err != nil {
				r.Fatal(err)
			}
		}
	})
}

func rooted(r *rapid.T, h *Hierarchy) *Hierarchy {
	rows := make([][]string, h.Leaves())
	for leaf := range rows {
		for level := range h.Height() + 1 {
			rows[leaf] = append(rows[leaf], h.Values(level)[h.Up(level)[leaf]])
		}
		rows[leaf] = append(rows[leaf], Any)
	}
	h, err := NewHierarchy(rows)
	if err != nil {
		r.Fatal(err)
	}
	return h
}

// TestMetrics: figures one can work out by hand.
func TestMetrics(t *testing.T) {
	h, err := NewHierarchy([][]string{{"a", "x", Any}, {"b", "x", Any}, {"c", "y", Any}, {"d", "y", Any}})
	if err != nil {
		t.Fatal(err)
	}
	table := &table{attributes: []Attribute{{Name: "q", Hierarchy: h}}, sensitive: []Sensitive{{Name: "s", Values: 1}}}
	for _, code := range []uint32{0, 0, 1, 2, 2, 3, 3, 3} {
		table.rows = append(table.rows, []uint32{code, 0})
	}
	tuples := table.tuples(t)
	g := &Global{Levels: []int{1}}
	r, err := g.Recoding(context.Background(), tuples, Criteria{K: 4}) // x of 3 rows is lost, y of 5 stays
	if err != nil {
		t.Fatal(err)
	}
	u := r.Utility()
	// Shares: 3 rows of 1, 5 of a half: mean 5.5/8; granularity 1-(5.5/8-1/4)/(3/4).
	if want := 1 - (5.5/8-0.25)/0.75; math.Abs(u.Granularity-want) > 1e-12 || math.Abs(u.Loss-(1-want)) > 1e-12 {
		t.Errorf("granularity %v, loss %v; want %v", u.Granularity, u.Loss, want)
	}
	lost := 2*math.Log2(8.0/2) + math.Log2(8) + 2*math.Log2(5.0/2) + 3*math.Log2(5.0/3)
	all := 2*math.Log2(8.0/2) + math.Log2(8) + 2*math.Log2(8.0/2) + 3*math.Log2(8.0/3)
	if math.Abs(u.Entropy-(1-lost/all)) > 1e-12 {
		t.Errorf("entropy %v, want %v", u.Entropy, 1-lost/all)
	}
	if u.Discernibility != 25+3*8 || u.AverageClass != 5 || r.Suppressed() != 3 {
		t.Errorf("%+v, %d suppressed", u, r.Suppressed())
	}
	if before := tuples.Before(); before != (Risk{1, 0.5, 1}) {
		t.Errorf("before %+v", before)
	}
	if after := r.After(); after != (Risk{0.2, 0.2, 0}) {
		t.Errorf("after %+v", after)
	}
}

func TestTreeFaults(t *testing.T) {
	h, err := NewHierarchy([][]string{{"a", "x", Any}, {"b", "x", Any}, {"c", "y", Any}})
	if err != nil {
		t.Fatal(err)
	}
	attributes := []Attribute{{Name: "q", Hierarchy: h}}
	for _, text := range []string{
		``, `{`, `[]`, `{"by":"p","to":{"x":{}}}`, `{"by":"q"}`, `{"by":"q","to":{"a":{}}}`, `{"to":{"x":{}}}`, `{"rest":{}}`, `{"more":1}`, `{} {}`,
		`{"by":"q","to":{"x":{"by":"q","to":{"c":{}}}}}`, `{"by":"q","to":{"x":{"by":"q","to":{"a":{"by":"q","to":{"a":{}}}}}}}`,
	} {
		if _, err := ReadTree([]byte(text), attributes); !errors.Is(err, ErrTree) {
			t.Errorf("%s: %v", text, err)
		}
	}
	for _, text := range []string{`{}`, `{"by":"q","to":{"x":{"by":"q","to":{"b":{}},"rest":{}},"y":{}}}`} {
		tree, err := ReadTree([]byte(text), attributes)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if got, err := json.Marshal(tree); err != nil || string(got) != text {
			t.Errorf("%s becomes %s, %v", text, got, err)
		}
	}
	other, err := NewHierarchy([][]string{{"a", "x", Any}, {"b", "y", Any}, {"c", "y", Any}})
	if err != nil || other.Hash() == h.Hash() {
		t.Errorf("%v: hashes %s, %s", err, h.Hash(), other.Hash())
	}
}
