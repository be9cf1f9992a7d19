package recode

import (
	"bufio"
	"context"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"flussi/internal/testshared"
)

// The order of the known answers' levels.
var adultQIs = []string{"sex", "age", "race", "marital-status", "education", "native-country", "workclass", "occupation", "salary-class"}

// adult reads the rows of Adult: quasi by these names, one sensitive attribute
// where it has a name.
func adult(t testing.TB, quasi []string, sensitive string) *Tuples {
	t.Helper()
	dir := filepath.Join(testshared.Dir(t, "reference"), "adult")
	hierarchy := func(name string) *Hierarchy {
		f, err := os.Open(filepath.Join(dir, "adult_hierarchy_"+name+".csv"))
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = f.Close() }()
		h, err := ReadHierarchy(f, ';')
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		return h
	}
	var attributes []Attribute
	for _, name := range quasi {
		attributes = append(attributes, Attribute{Name: name, Hierarchy: hierarchy(name)})
	}
	var secret []Sensitive
	if sensitive != "" {
		h := hierarchy(sensitive)
		secret = append(secret, Sensitive{sensitive, h.Leaves(), h})
	}
	b, err := NewBuilder(attributes, secret)
	if err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(filepath.Join(dir, "adult.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	lines := bufio.NewScanner(f)
	lines.Scan()
	header := strings.Split(lines.Text(), ";")
	for lines.Scan() {
		row := strings.Split(lines.Text(), ";")
		code := func(name string, h *Hierarchy) []uint32 {
			c, ok := h.Leaf(row[slices.Index(header, name)])
			if !ok {
				t.Fatalf("%s: a value that the hierarchy lacks", name)
			}
			return []uint32{c}
		}
		var columns, codes [][]uint32
		for _, a := range attributes {
			columns = append(columns, code(a.Name, a.Hierarchy))
		}
		for _, s := range secret {
			codes = append(codes, code(s.Name, s.Hierarchy))
		}
		if err := b.Add(1, columns, codes); err != nil {
			t.Fatal(err)
		}
	}
	return b.Tuples()
}

// TestAdultGlobal: ARX's results on UCI Adult with its default loss metric, k=5.
func TestAdultGlobal(t *testing.T) {
	eight := slices.DeleteFunc(slices.Clone(adultQIs), func(n string) bool { return n == "occupation" })
	for _, c := range []struct {
		name        string
		limit       float64
		criterion   Criterion
		suppressed  int64
		loss        float64
		granularity float64
		levels      []int
	}{
		{"limit 0", 0, Criterion{}, 0, 0.573151, 0.2917, []int{0, 4, 1, 1, 3, 2, 2, 1, 0}},
		{"limit 2 %", 0.02, Criterion{}, 506, 0.313714, 0.6044, []int{0, 3, 0, 2, 2, 1, 1, 2, 0}},
		{"limit 100 %", 1, Criterion{}, 2553, 0.220412, 0.7514, []int{0, 3, 0, 0, 2, 1, 1, 1, 0}},
		{"distinct 3", 0.02, Criterion{Kind: Distinct, L: 3}, 522, 0.246912, 0.6912, []int{0, 3, 0, 2, 2, 1, 1, 0}},
		{"closeness 0.2", 0.02, Criterion{Kind: Equal, T: 0.2}, 235, 0.815003, 0.1841, []int{1, 4, 1, 1, 3, 1, 2, 1}},
	} {
		t.Run(c.name, func(t *testing.T) {
			quasi, sensitive, criteria := adultQIs, "", Criteria{K: 5, Limit: c.limit}
			if c.criterion.Kind != None {
				quasi, sensitive, criteria.Sensitive = eight, "occupation", []Criterion{c.criterion}
			}
			got, err := SearchGlobal(context.Background(), adult(t, quasi, sensitive), criteria)
			if err != nil {
				t.Fatal(err)
			}
			t.Logf("%+v", got)
			if !slices.Equal(got.Levels, c.levels) || got.Suppressed != c.suppressed || math.Abs(got.Loss-c.loss) > 1.1e-6 {
				t.Errorf("got %+v, want %v, %d suppressed, loss %v", got, c.levels, c.suppressed, c.loss)
			}
		})
	}
}

func BenchmarkAdult(b *testing.B) {
	t := adult(b, adultQIs, "")
	for _, limit := range []float64{0, 0.02, 1} {
		b.Run(strings.TrimSpace(strings.Replace("limit "+map[float64]string{0: "0", 0.02: "2", 1: "100"}[limit], " ", "_", 1)), func(b *testing.B) {
			checked := 0
			for b.Loop() {
				g, err := SearchGlobal(context.Background(), t, Criteria{K: 5, Limit: limit})
				if err != nil {
					b.Fatal(err)
				}
				checked = g.Checked
			}
			b.ReportMetric(float64(checked), "checked")
			b.ReportMetric(float64(t.Len()), "tuples")
		})
	}
}

// TestAdultLocal: ARX's local recoding has granularity 0.7943 and non-uniform
// entropy 0.4836.
func TestAdultLocal(t *testing.T) {
	tuples := adult(t, adultQIs, "")
	c := Criteria{K: 5}
	tree, err := FitTree(context.Background(), tuples, c)
	if err != nil {
		t.Fatal(err)
	}
	r, err := tree.Recode(context.Background(), tuples, c)
	if err != nil {
		t.Fatal(err)
	}
	u := r.Utility()
	t.Logf("%d nodes, %d classes, %d suppressed, smallest %d, %+v", tree.Len(), len(r.Classes()), r.Suppressed(), r.Classes()[0], u)
	if r.Suppressed() != 0 || r.Classes()[0] < 5 || u.Granularity < 0.855 || u.Entropy < 0.4836 {
		t.Errorf("granularity %.4f, entropy %.4f, %d suppressed", u.Granularity, u.Entropy, r.Suppressed())
	}
}
