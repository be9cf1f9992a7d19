package microdata

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"flussi/internal/anonymize/recode"
	"flussi/internal/table"
	"flussi/internal/testshared"
)

// lines is a table in memory, as texts.
type lines struct {
	names []string
	rows  [][]string
}

func (l *lines) Columns() (columns []table.Column) {
	for _, name := range l.names {
		columns = append(columns, table.Column{Name: name, Kind: table.String, Nullable: true})
	}
	return columns
}

// Parts make one of every 7,000 rows.
func (l *lines) Parts() (parts []int64) {
	for part := range slices.Chunk(l.rows, 7000) {
		parts = append(parts, int64(len(part)))
	}
	return parts
}

func (l *lines) Read(part int, names []string, f func(*table.Chunk) error) error {
	for part := range slices.Chunk(l.rows[7000*part:min(7000*(part+1), len(l.rows))], 1000) {
		chunk := table.NewChunk(make([]table.Column, len(names)))
		for i, name := range names {
			chunk.Columns[i].Kind = table.String
			for _, row := range part {
				chunk.Columns[i].AppendString(row[slices.Index(l.names, name)])
			}
		}
		chunk.AddRows(len(part))
		if err := f(chunk); err != nil {
			return err
		}
	}
	return nil
}

// Append collects what is written.
func (l *lines) Append(c *table.Chunk, from, to int) error {
	for row := from; row < to; row++ {
		var texts []string
		for i := range c.Columns {
			texts = append(texts, string(text(nil, &c.Columns[i], row)))
		}
		l.rows = append(l.rows, texts)
	}
	return nil
}

func noClock() float64 { return 0 }

func publish(t *testing.T, in *lines, spec Spec) (*lines, Report) {
	t.Helper()
	plan, err := Decide(context.Background(), in, spec, recode.Room{}, noClock)
	if err != nil {
		t.Fatal(err)
	}
	out := &lines{}
	for _, c := range plan.Columns() {
		out.names = append(out.names, c.Name)
	}
	if err := plan.Write(context.Background(), out); err != nil {
		t.Fatal(err)
	}
	return out, plan.Report
}

func adult(t *testing.T) (*lines, Spec) {
	t.Helper()
	dir := filepath.Join(testshared.Dir(t, "reference"), "adult")
	data, err := os.ReadFile(filepath.Join(dir, "adult.csv"))
	if err != nil {
		t.Fatal(err)
	}
	in, spec := &lines{}, Spec{K: 5, Suppression: 0.02}
	for i, line := range strings.Split(strings.TrimSpace(string(data)), "\n") {
		fields := strings.Split(strings.TrimSuffix(line, "\r"), ";")
		if i == 0 {
			in.names = fields
			continue
		}
		in.rows = append(in.rows, fields)
	}
	for _, name := range in.names {
		f, err := os.Open(filepath.Join(dir, "adult_hierarchy_"+name+".csv"))
		if err != nil {
			t.Fatal(err)
		}
		h, err := recode.ReadHierarchy(f, ';')
		if err = errors.Join(err, f.Close()); err != nil {
			t.Fatal(err)
		}
		spec.Columns = append(spec.Columns, Column{Name: name, Role: Quasi, Hierarchy: h})
	}
	return in, spec
}

// TestAdult: ARX's levels on Adult, row for row: a count by hand of what is
// published agrees with the report, and each row is its own generalised.
func TestAdult(t *testing.T) {
	in, spec := adult(t)
	levels := map[string]int{"sex": 0, "age": 3, "race": 0, "marital-status": 2, "education": 2, "native-country": 1, "workclass": 1, "occupation": 2, "salary-class": 0}
	out, report := publish(t, in, spec)
	for _, l := range report.Levels {
		if levels[l.Column] != l.Level {
			t.Errorf("%s at level %d, want %d", l.Column, l.Level, levels[l.Column])
		}
	}
	classes, suppressed := map[string]int64{}, int64(0)
	for i, row := range out.rows {
		if !slices.ContainsFunc(row, func(v string) bool { return v != recode.Any }) {
			suppressed++
			continue
		}
		classes[strings.Join(row, ";")]++
		for c, name := range in.names {
			h := spec.Columns[c].Hierarchy
			leaf, _ := h.Leaf(in.rows[i][c])
			if want := h.Values(levels[name])[h.Up(levels[name])[leaf]]; row[c] != want {
				t.Fatalf("row %d, %s: another value than its own generalised", i, name)
			}
		}
	}
	least := int64(math.MaxInt64)
	for _, n := range classes {
		least = min(least, n)
	}
	if suppressed != 506 || report.RowsSuppressed != 506 || least < 5 || len(classes) != len(report.Classes) || report.Classes[0] != least {
		t.Errorf("%d suppressed, %d classes from %d rows; reported %d, %d, %d", suppressed, len(classes), least, report.RowsSuppressed, len(report.Classes), report.Classes[0])
	}
}

// TestAdultByDuckDB: an engine that is not ours reads the Parquet and counts.
func TestAdultByDuckDB(t *testing.T) {
	in, spec := adult(t)
	spec.Method, spec.Suppression = Local, 0
	plan, err := Decide(context.Background(), in, spec, recode.Room{}, noClock)
	if err != nil {
		t.Fatal(err)
	}
	var file bytes.Buffer
	w, err := table.NewParquetWriter(&file, plan.Columns(), table.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := plan.Write(context.Background(), w); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "a.parquet")
	if err := os.WriteFile(path, file.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	rows := testshared.DuckDB(t, fmt.Sprintf("SELECT count(*) AS classes, min(n) AS least, sum(n)::BIGINT AS rows FROM (SELECT *, count(*) AS n FROM '%s' GROUP BY ALL)", path))
	if got := fmt.Sprint(rows[0]); got != fmt.Sprint(map[string]any{"classes": len(plan.Report.Classes), "least": plan.Report.Classes[0], "rows": 30162}) {
		t.Errorf("DuckDB counts %s, we %d classes from %d", got, len(plan.Report.Classes), plan.Report.Classes[0])
	}
}

// TestSameInSameOut: the order of the rows decides nothing but their order.
func TestSameInSameOut(t *testing.T) {
	in, spec := adult(t)
	for _, method := range []Method{Global, Local} {
		spec.Method = method
		one, _ := publish(t, in, spec)
		backwards := &lines{in.names, slices.Clone(in.rows)}
		slices.Reverse(backwards.rows)
		two, _ := publish(t, backwards, spec)
		slices.Reverse(two.rows)
		for i := range one.rows {
			if !slices.Equal(one.rows[i], two.rows[i]) {
				t.Fatalf("method %d: row %d depends on the order of the rows", method, i)
			}
		}
	}
}

// TestColumns: bands, values in the order of their numbers, missing values, and
// how a measure is coarsened.
func TestColumns(t *testing.T) {
	in := &lines{names: []string{"age", "paid"}}
	for i, age := range []string{"", "9", "10", "2,5", "10"} {
		in.rows = append(in.rows, []string{age, []string{"10", "20,5", "", "1000", "-3"}[i]})
	}
	low, high := 0.0, 100.0
	for name, c := range map[string]struct {
		coarsen Coarsen
		want    string
	}{
		"bounds":  {Coarsen{Bottom: &low, Top: &high}, "10 20.5  100 0"},
		"rounded": {Coarsen{Round: 25}, "0 25  1000 0"},
		"groups":  {Coarsen{Groups: 2}, "3.5 510.25  510.25 3.5"},
		"one":     {Coarsen{Groups: 9}, "256.88 256.88  256.88 256.88"},
	} {
		out, _ := publish(t, in, Spec{K: 1, Columns: []Column{{Name: "age", Role: Quasi, Bands: [][]float64{{3, 10}}}, {Name: "paid", Role: Measure, Coarsen: c.coarsen}}})
		var ages, paid []string
		for _, row := range out.rows {
			ages, paid = append(ages, row[0]), append(paid, row[1])
		}
		if got := strings.Join(ages, " "); got != " 9 10 2,5 10" {
			t.Errorf("ages %q", got)
		}
		if got := strings.Join(paid, " "); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
	// With k=2 the ages go up to their bands, or out.
	out, _ := publish(t, in, Spec{K: 2, Suppression: 1, Columns: []Column{{Name: "age", Role: Quasi, Bands: [][]float64{{3, 10}}}, {Name: "paid", Role: Drop}}})
	var ages []string
	for _, row := range out.rows {
		ages = append(ages, row[0])
	}
	if got := strings.Join(ages, " "); got != "* * 10 * 10" {
		t.Errorf("ages %q", got)
	}
}

// TestPersons: k counts persons, however their names are written; whose a row is
// does not leave; and a row of nobody is refused.
func TestPersons(t *testing.T) {
	in := &lines{names: []string{"person", "sex", "month"}}
	for _, row := range []string{"X1 F 1", "x1 F 2", "_X1_ F 3", "X2 F 4", "X3 M 1", "X4 M 2", "X5 M 3"} {
		in.rows = append(in.rows, strings.Fields(row))
	}
	in.rows[2][0] = " X1 "
	spec := Spec{K: 3, Suppression: 1, Columns: []Column{{Name: "person", Role: Person}, {Name: "sex", Role: Quasi}, {Name: "month", Role: Drop}}}
	for _, method := range []Method{Global, Local} {
		spec.Method = method
		out, report := publish(t, in, spec)
		// F are four rows of two persons, M three of three.
		if want := []string{"sex"}; !slices.Equal(out.names, want) {
			t.Errorf("columns %v leave", out.names)
		}
		want := "[* * * * M M M]"
		if method == Local { // a tree loses none: with those of F all go up
			want = "[* * * * * * *]"
		}
		if got := strings.ReplaceAll(strings.ReplaceAll(fmt.Sprint(out.rows), "[", ""), "]", ""); "["+got+"]" != want {
			t.Errorf("method %d: rows %s, want %s", method, got, want)
		}
		if !report.Persons || report.Classes[0] != map[Method]int64{Global: 3, Local: 5}[method] {
			t.Errorf("method %d: %+v", method, report)
		}
	}
	in.rows[1][0] = "  "
	_, err := Decide(context.Background(), in, spec, recode.Room{}, noClock)
	if err == nil || !strings.Contains(err.Error(), "column person, row 2: a row does not say whose it is") {
		t.Errorf("got %v", err)
	}
	spec.Columns[2].Role = Person
	if _, err = Decide(context.Background(), in, spec, recode.Room{}, noClock); err == nil || !strings.Contains(err.Error(), "one column alone") {
		t.Errorf("got %v", err)
	}
}

// TestBandsOfSeveralLevels: numbers go up band by band, as far as k needs.
func TestBandsOfSeveralLevels(t *testing.T) {
	in := &lines{names: []string{"age"}}
	for _, age := range []string{"1", "4", "7", "12", "", ""} {
		in.rows = append(in.rows, []string{age})
	}
	spec := Spec{Columns: []Column{{Name: "age", Role: Quasi, Bands: [][]float64{{3, 6, 10}, {6}}}}}
	for k, want := range map[int]string{1: "[[1] [4] [7] [12] [] []]", 2: "[[<6] [<6] [6+] [6+] [] []]", 3: "[[*] [*] [*] [*] [*] [*]]"} {
		spec.K = k
		if out, _ := publish(t, in, spec); fmt.Sprint(out.rows) != want {
			t.Errorf("k=%d: %v, want %s", k, out.rows, want)
		}
	}
}

// TestChangedTable: rows that come after the classes were counted are not let pass.
func TestChangedTable(t *testing.T) {
	in := &lines{names: []string{"sex"}}
	for _, sex := range []string{"F", "F", "F", "M", "M", "M"} {
		in.rows = append(in.rows, []string{sex})
	}
	plan, err := Decide(context.Background(), in, Spec{K: 3, Columns: []Column{{Name: "sex", Role: Quasi}}}, recode.Room{}, noClock)
	if err != nil {
		t.Fatal(err)
	}
	in.rows = append(in.rows, []string{"F"})
	if err := plan.Write(context.Background(), &lines{}); err == nil || !strings.Contains(err.Error(), "the table changed") {
		t.Errorf("got %v", err)
	}
}
