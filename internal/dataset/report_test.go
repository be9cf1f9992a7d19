package dataset

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"flussi/internal/anonymize"
	"flussi/internal/anonymize/kanon"
	"flussi/internal/flusso"
	"flussi/internal/spool"
	"flussi/internal/table"
	"flussi/internal/testshared"
)

// someDisclosure draws what disclosure control might say of a view.
func someDisclosure(r *rapid.T, k int) (anonymize.Report, anonymize.Balance) {
	count := func(name string) int64 { return rapid.Int64Range(0, 3000).Draw(r, name) }
	ratio := func(name string) float64 { return rapid.Float64Range(0, 1).Draw(r, name) }
	sizes := func(name string) kanon.Sizes {
		return kanon.Sizes{
			Classes: count(name + " classes"), Rows: count(name + " rows"), Persons: 1 + count(name+" persons"), Smallest: 1 + count(name+" smallest"),
			Alone: count(name + " alone"), Squares: count(name + " squares"),
			Bands: []kanon.Band{{From: 1, To: 1, Classes: count(name + " band"), Rows: count(name + " band rows")}},
		}
	}
	rep := anonymize.Report{
		Level: anonymize.IndividualeAnonimo, K: k, Scheme: "prestazioni/1",
		Steps: []flusso.Text{{It: "a", En: "a"}, {It: "b", En: "b"}}, Rows: []int64{count("step 0"), count("step 1")},
		Suppressed: count("suppressed"), Blanked: count("blanked"), Before: sizes("before"), After: sizes("after"),
		Utility: anonymize.Utility{
			Granularity: ratio("granularity"), Published: ratio("published"), Entropy: ratio("entropy"), Discernibility: count("discernibility"), AverageClass: ratio("average"),
			Columns: []anonymize.ColumnUtility{{Name: "FasciaEta", Values: 7, Granularity: ratio("column"), Published: ratio("column published"), Entropy: ratio("column entropy")}},
		},
		Joint: &anonymize.JointReport{Window: k, Persons: count("joint persons"), Coarsened: count("joint coarsened"), Suppressed: count("joint suppressed"), Hidden: count("joint hidden")},
		Loss:  []anonymize.Loss{{LossOf: anonymize.LossOf{Provincia: "058", Ambito: "RM1", Prestazione: "A1.01"}, Rows: []int64{count("loss 0"), count("loss 1")}, Suppressed: count("lost")}},
	}
	b := anonymize.Balance{
		In: count("in"), Rejected: count("rejected"), Duplicate: count("duplicate"), Withdrawn: count("withdrawn"), Outside: count("outside"),
		Disclosed: count("disclosed"), Suppressed: rep.Suppressed, Rows: count("rows"),
	}
	return rep, b
}

// What a recipient is told are multiples of k, and what anybody counts in the
// rows: nothing of it changes when the exact numbers change within a multiple,
// and nothing of what is left out comes through.
func TestOuterFormIsRounded(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		k := rapid.IntRange(3, 9).Draw(r, "k")
		m := &Manifest{Release: "r1", Recipient: "regione-lazio", Dataset: "prestazioni", Level: "individuale_anonimo", K: k}
		rep, b := someDisclosure(r, k)
		outer := proofOf(m, &rep, b).outer()
		data, err := indented(outer)
		if err != nil {
			r.Fatal(err)
		}
		var tree map[string]any
		d := json.NewDecoder(bytes.NewReader(data))
		d.UseNumber()
		if err := d.Decode(&tree); err != nil {
			r.Fatal(err)
		}
		for _, known := range []string{"published", "k", "rounding", "parts"} {
			delete(tree, known)
		}
		eachNumber("", tree, func(path string, n json.Number) {
			if whole, err := n.Int64(); err == nil && !strings.HasSuffix(path, "granularity") && !strings.HasSuffix(path, "marketer") {
				if whole%int64(k) != 0 {
					r.Errorf("%s is %d, no multiple of %d", path, whole, k)
				}
				return
			}
			x, err := n.Float64()
			if err != nil || math.Abs(100*x-math.Round(100*x)) > 1e-9 && x != 1/float64(k) {
				r.Errorf("%s is %s: too exact", path, n)
			}
		})
		// Other exact numbers, the same multiples.
		up := func(n *int64) { *n = roundUp(*n, k) }
		other, ob := rep, b
		other.Rows = slices.Clone(rep.Rows)
		other.Joint = new(*rep.Joint)
		for _, n := range []*int64{&other.Suppressed, &other.Blanked, &other.Rows[0], &other.Rows[1], &other.Before.Alone, &other.Joint.Persons, &other.Joint.Coarsened, &other.Joint.Suppressed, &other.Joint.Hidden, &ob.Rejected, &ob.Outside, &ob.Suppressed} {
			up(n)
		}
		other.Before.Bands = []kanon.Band{{From: 1, To: 1, Classes: roundUp(rep.Before.Bands[0].Classes, k), Rows: roundUp(rep.Before.Bands[0].Rows, k)}}
		// And anything for what is not told.
		other.Loss, other.Before.Smallest, other.Before.Squares, other.After.Smallest = nil, 1, 99, 77
		other.After.Bands, ob.In, ob.Duplicate, ob.Withdrawn, ob.Disclosed = nil, 12345, 1, 2, 3
		other.Utility.Granularity, other.Utility.Entropy, other.Utility.Discernibility, other.Utility.AverageClass = 0.1, 0.2, 3, 4
		if again, err := indented(proofOf(m, &other, ob).outer()); err != nil || !bytes.Equal(data, again) {
			r.Errorf("exact numbers come through:\n%s\n%s", data, again)
		}
	})
}

func eachNumber(path string, tree any, f func(path string, n json.Number)) {
	switch v := tree.(type) {
	case map[string]any:
		for key, below := range v {
			eachNumber(path+"/"+key, below, f)
		}
	case []any:
		for i, below := range v {
			eachNumber(fmt.Sprintf("%s/%d", path, i), below, f)
		}
	case json.Number:
		f(path, v)
	}
}

// The report counts what DuckDB counts in the published files, and the inner
// form and the page agree with it.
func TestDuckDBRecomputesTheReport(t *testing.T) {
	testshared.DuckDB(t, "SELECT 1")
	root := t.TempDir()
	s, b := disclose(t, root, "r1", "prestazioni", anonymize.IndividualeAnonimo, 8)
	var p Proof
	data, err := os.ReadFile(filepath.Join(s.Dir, proofJSON))
	if err == nil {
		err = json.Unmarshal(data, &p)
	}
	if err != nil {
		t.Fatal(err)
	}
	m, err := Verify(spool.OS, s.Dir)
	if err != nil {
		t.Fatal(err)
	}
	var quasi []string
	for _, c := range m.Columns {
		if c.Role == table.RoleQuasi {
			quasi = append(quasi, `"`+c.Name+`"`)
		}
	}
	if len(quasi) < 10 {
		t.Fatalf("quasi-identifiers %v", quasi)
	}
	row := testshared.DuckDB(t, fmt.Sprintf(`WITH classes AS (SELECT count(*) AS n FROM read_parquet('%s/**/*.parquet', hive_partitioning = false) GROUP BY %s)
		SELECT count(*) AS classes, sum(n)::BIGINT AS rows, min(n) AS smallest, count(*) FILTER (n < 10) AS small, sum(n) FILTER (n < 10)::BIGINT AS small_rows FROM classes`,
		filepath.ToSlash(s.Dir), strings.Join(quasi, ", ")))[0]
	got := fmt.Sprintln(row["rows"], row["classes"], row["smallest"], row["small"], row["small_rows"])
	first := p.Published.Bands[0]
	if want := fmt.Sprintln(p.Published.Rows, p.Published.Classes, p.Published.Smallest, first.Classes, first.Rows); got != want || first.From != 5 || first.To != 9 {
		t.Errorf("DuckDB counts %s, the report says %s", got, want)
	}
	d := p.Published.Diversity
	if len(d) != 1 || d[0].Shown == 0 || d[0].Hidden == 0 {
		t.Fatalf("diversity %+v", d)
	}
	row = testshared.DuckDB(t, fmt.Sprintf(`WITH classes AS (SELECT count(DISTINCT "%[3]s") AS l, min("%[3]s") AS least FROM read_parquet('%[1]s/**/*.parquet', hive_partitioning = false) GROUP BY %[2]s)
		SELECT count(*) FILTER (l = 1 AND least = '*') AS hidden, count(*) FILTER (l > 1 OR least <> '*') AS shown, min(l) FILTER (l > 1 OR least <> '*') AS least FROM classes`,
		filepath.ToSlash(s.Dir), strings.Join(quasi, ", "), d[0].Column))[0]
	if got, want := fmt.Sprintln(row["hidden"], row["shown"], row["least"]), fmt.Sprintln(d[0].Hidden, d[0].Shown, d[0].Distinct); got != want {
		t.Errorf("diversity: DuckDB counts %s, the report says %s", got, want)
	}
	row = testshared.DuckDB(t, fmt.Sprintf(`WITH shown AS (SELECT hash(%[2]s) AS class, "%[3]s" AS v FROM read_parquet('%[1]s/**/*.parquet', hive_partitioning = false) WHERE "%[3]s" <> '*'),
		whole AS (SELECT v, count(*) / (SELECT count(*) FROM shown) AS q FROM shown GROUP BY v),
		sizes AS (SELECT class, count(*) AS n FROM shown GROUP BY class),
		shares AS (SELECT class, whole.v, q, count(shown.v) / any_value(n) AS p FROM sizes CROSS JOIN whole LEFT JOIN shown USING (class, v) GROUP BY ALL),
		classes AS (SELECT class, sum(abs(p - q)) / 2 AS t, exp(-sum(CASE WHEN p > 0 THEN p * ln(p) ELSE 0 END)) AS l FROM shares GROUP BY class)
		SELECT round(max(t), 4)::VARCHAR AS greatest, round(avg(t), 4)::VARCHAR AS mean, round(min(l), 4)::VARCHAR AS l FROM classes`,
		filepath.ToSlash(s.Dir), strings.Join(quasi, ", "), d[0].Column))[0]
	four := func(x float64) string { return strconv.FormatFloat(math.Round(1e4*x)/1e4, 'f', -1, 64) }
	if got, want := fmt.Sprintln(row["greatest"], row["mean"], row["l"]), fmt.Sprintln(four(d[0].Closeness), four(d[0].MeanCloseness), four(d[0].Entropy)); got != want || d[0].Closeness == 0 {
		t.Errorf("closeness: DuckDB counts %s, the report says %s", got, want)
	}
	inner := s.Proof
	if inner.Form != InnerForm || inner.Books.In != b.In || inner.Books.Suppressed != b.Suppressed || !reflect.DeepEqual(inner.Published, p.Published) || inner.OuterSHA256 != sum(data) {
		t.Errorf("the inner form: %+v", inner)
	}
	if a := inner.Risk.After; a.ProsecutorMax > 0.2 || a.ProsecutorMax == 0 || a.Uniques != 0 || inner.Risk.Before.Uniques == 0 {
		t.Errorf("risk: %+v", inner.Risk)
	}
}

// Same in, same out; and the inner form is kept as it was.
func TestReportSameBytes(t *testing.T) {
	read := func() map[string]string {
		s, _ := disclose(t, t.TempDir(), "r1", "prestazioni", anonymize.IndividualeAnonimo, 9)
		kept := t.TempDir()
		hash, err := s.Proof.Keep(spool.OS, kept, someSigner)
		if err != nil {
			t.Fatal(err)
		}
		content := map[string]string{}
		for _, dir := range []string{s.Dir, kept} {
			for _, name := range []string{proofJSON, proofSigned, proofPage, publicKeyName} {
				data, err := os.ReadFile(filepath.Join(dir, name))
				if err != nil {
					t.Fatal(err)
				}
				content[filepath.Base(dir)+name] = string(data)
				if dir == kept && name == proofJSON && sum(data) != hash.String() {
					t.Error("another hash than that of the report kept")
				}
			}
		}
		return content
	}
	values := func(m map[string]string) (v []string) {
		for _, x := range m {
			v = append(v, x)
		}
		slices.Sort(v)
		return v
	}
	want := read()
	before := runtime.GOMAXPROCS(1)
	defer runtime.GOMAXPROCS(before)
	if got := read(); !slices.Equal(values(got), values(want)) {
		t.Error("the same rows give another report")
	}
}

// TestJudges: rows that are not as anonymous as they must be are never sealed,
// and the words say why; counts are those of a naive counter.
func TestJudges(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		const k = 3
		infos := []table.ColumnInfo{
			{Name: "a", Type: "string", Role: table.RoleQuasi, Any: "*"}, {Name: "s", Type: "string", Role: table.RoleSensitive, Any: "*"},
			{Name: "b", Type: "int", Role: table.RoleQuasi}, {Name: "riga", Type: "string", Role: table.RoleKey},
		}
		columns := []table.Column{{Kind: table.String}, {Kind: table.String}, {Kind: table.Int}, {Kind: table.String}}
		j, undescribed := newJudge("individuale_anonimo", infos, k)
		if undescribed != nil {
			r.Fatal(undescribed)
		}
		type class struct {
			rows   int64
			values map[string]bool
		}
		naive := map[string]*class{}
		c := table.NewChunk(columns)
		for range rapid.IntRange(1, 60).Draw(r, "rows") {
			a := rapid.SampledFrom([]string{"", "x", "xx", "*"}).Draw(r, "a")
			s := rapid.SampledFrom([]string{"no", "si", "*"}).Draw(r, "s")
			b := rapid.Int64Range(0, 1).Draw(r, "b")
			if a == "" {
				c.Columns[0].AppendNull()
			} else {
				c.Columns[0].AppendString(a)
			}
			c.Columns[1].AppendString(s)
			c.Columns[2].AppendNum(b)
			c.Columns[3].AppendString("key")
			c.EndRow()
			key := fmt.Sprint(a, "|", b)
			if naive[key] == nil {
				naive[key] = &class{values: map[string]bool{}}
			}
			naive[key].rows++
			naive[key].values[s] = true
		}
		for _, piece := range []*table.Chunk{c} {
			j.add(piece, 0, piece.Rows())
		}
		var small, unanimous, smallest int64 = 0, 0, math.MaxInt64
		for _, n := range naive {
			smallest = min(smallest, n.rows)
			if n.rows < k {
				small++
			}
			if len(n.values) == 1 && !n.values["*"] {
				unanimous++
			}
		}
		got := j.counted()
		if got.Rows != int64(c.Rows()) || got.Classes != int64(len(naive)) || got.Smallest != smallest {
			r.Fatalf("%+v, want %d rows, %d classes, smallest %d", got, c.Rows(), len(naive), smallest)
		}
		var want []string
		if small > 0 {
			want = append(want, fmt.Sprintf("%d classes with fewer than %d rows alike in their quasi-identifiers", small, k))
		}
		if unanimous > 0 {
			want = append(want, fmt.Sprintf("%d classes in which every row has the same value of the sensitive column s", unanimous))
		}
		var words []string
		for _, f := range j.findings() {
			words = append(words, f.What.En)
		}
		if !slices.Equal(words, want) {
			r.Fatalf("%q, want %q", words, want)
		}
	})
}

// A table from which a suppressed cell can be computed, or that shows too few
// persons, or tells of what it suppresses, is not sealed.
func TestUnsafeTablesAreNotSealed(t *testing.T) {
	columns := []table.Column{
		{Name: "anno", Kind: table.String, Role: table.RoleDimension},
		{Name: "CodicePrestazione", Kind: table.String, Role: table.RoleDimension, Any: "totale"},
		{Name: "provincia", Kind: table.String, Nullable: true, Role: table.RoleDimension, Any: "totale"},
		{Name: "prestazioni", Kind: table.Int, Nullable: true, Role: table.RoleMeasure},
		{Name: "persone", Kind: table.Int, Nullable: true, Role: table.RolePersons},
	}
	const no = -1 // suppressed
	type row struct {
		benefit, province string
		records, persons  int64
	}
	safe := []row{
		{"A1", "058", no, no}, {"A1", "059", no, no}, {"A1", "totale", 20, 12},
		{"A2", "058", no, no}, {"A2", "059", no, no}, {"A2", "totale", 30, 12},
		{"totale", "058", 25, 20}, {"totale", "059", 25, 20}, {"totale", "totale", 50, 40},
	}
	with := func(at int, r row) []row {
		rows := slices.Clone(safe)
		rows[at] = r
		return rows
	}
	for name, tt := range map[string]struct {
		rows []row
		want string
	}{
		"safe":                    {safe, ""},
		"one of a line":           {with(1, row{"A1", "059", 9, 8}), "suppressed cells that can be computed"},
		"few persons":             {with(2, row{"A1", "totale", 20, 4}), "1 published cells with fewer than 5 persons"},
		"a suppressed cell talks": {with(0, row{"A1", "058", 3, no}), "1 values published in suppressed cells"},
		"a total alone":           {[]row{{"A1", "058", 9, 9}, {"A1", "totale", no, no}}, "1 suppressed cells that can be computed"},
	} {
		t.Run(name, func(t *testing.T) {
			r, err := Begin(spool.OS, t.TempDir(), Target{Recipient: "r", Dataset: "quadro", Level: anonymize.Aggregato, ReleaseID: "t"}, columns, Options{Signer: someSigner})
			if err != nil {
				t.Fatal(err)
			}
			c := table.NewChunk(columns)
			for _, x := range tt.rows {
				c.Columns[0].AppendString("2025")
				c.Columns[1].AppendString(x.benefit)
				c.Columns[2].AppendString(x.province)
				for i, n := range []int64{x.records, x.persons} {
					if n == no {
						c.Columns[3+i].AppendNull()
					} else {
						c.Columns[3+i].AppendNum(n)
					}
				}
				c.EndRow()
			}
			if err := r.take(someTerms, c); err != nil {
				t.Fatal(err)
			}
			n := int64(len(tt.rows))
			_, err = r.Finish(context.Background(), anonymize.Balance{In: n, Disclosed: n, Rows: n}, Report{})
			switch {
			case tt.want == "" && err != nil:
				t.Error(err)
			case tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)):
				t.Errorf("%v, want %q", err, tt.want)
			}
		})
	}
}

func TestReleasesAreSigned(t *testing.T) {
	_, err := Begin(spool.OS, t.TempDir(), Target{Recipient: "r", Dataset: "d", Level: anonymize.IndividualeAnonimo, ReleaseID: "x"}, columns, Options{})
	checkRefusal(t, err, flusso.Internal)
	key := someSigner.Public()
	text, err := key.pem()
	if err != nil {
		t.Fatal(err)
	}
	for _, spelled := range []string{string(text), string(key), string(key) + "\n"} {
		if got, err := ParsePublicKey(spelled); err != nil || got != key {
			t.Errorf("%q: %s, %v", spelled, got, err)
		}
	}
	for _, none := range []string{"", "ed25519:", "ed25519:AAAA", "rsa:" + string(key), "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n"} {
		if got, err := ParsePublicKey(none); err == nil {
			t.Errorf("%q is taken for %s", none, got)
		}
	}
}
