package dataset

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"flussi/internal/anonymize"
	"flussi/internal/spool"
	"flussi/internal/spool/spooltest"
	"flussi/internal/table"
	"flussi/internal/testshared"
)

// sortedParts gives what each part of a release declares to be sorted by.
func sortedParts(t *testing.T, fsys spool.FS, m *Manifest) map[string][]string {
	t.Helper()
	declared := map[string][]string{}
	for _, part := range m.parts() {
		f, err := fsys.Open(filepath.Join(m.Dir, filepath.FromSlash(part.Path)))
		if err != nil {
			t.Fatal(err)
		}
		info, err := table.ReadParquetInfo(f, part.Bytes)
		if err := errors.Join(err, f.Close()); err != nil {
			t.Fatal(err)
		}
		declared[part.Path] = info.SortedBy
	}
	return declared
}

// TestSortedPartsOfRecords: parts of rows of records declare their order, those that
// were merged and those from which rows were taken too.
func TestSortedPartsOfRecords(t *testing.T) {
	m := spooltest.New()
	live := grow(t, m, monthly(12)...)
	want, merged := sortedBy(columnsOf(t, live)), 0
	if !slices.Contains(want, RowColumn) {
		t.Fatalf("sorted by %v", want)
	}
	for part, got := range sortedParts(t, m, live) {
		if !slices.Equal(got, want) {
			t.Errorf("%s: sorted by %v, want %v", part, got, want)
		}
	}
	for _, f := range live.parts() {
		if len(f.Increments) > 1 {
			merged++
		}
	}
	if merged == 0 {
		t.Error("no part was merged")
	}
}

func columnsOf(t *testing.T, m *Manifest) (columns []table.Column) {
	t.Helper()
	for _, info := range m.Columns {
		c, err := info.Column()
		if err != nil {
			t.Fatal(err)
		}
		columns = append(columns, c)
	}
	return columns
}

// TestOrderOfRealViews: DuckDB finds in every part the order that it declares, of
// records; rows of classes and tables declare none, for theirs is that of codes.
func TestOrderOfRealViews(t *testing.T) {
	for _, tt := range []struct {
		dataset string
		level   anonymize.Level
		by      []string
	}{
		{"prestazioni", anonymize.Totale, []string{"comune", "CodicePrestazione", "riga"}},
		{"prestazioni", anonymize.IndividualeAnonimo, nil},
		{"quadro", anonymize.Aggregato, nil},
	} {
		t.Run(fmt.Sprint(tt.dataset, " ", tt.level), func(t *testing.T) {
			root := t.TempDir()
			s, _ := disclose(t, root, "inc-1", tt.dataset, tt.level, 1)
			live, err := Verify(spool.OS, s.Dir)
			if err != nil {
				t.Fatal(err)
			}
			for part, got := range sortedParts(t, spool.OS, live) {
				if !slices.Equal(got, tt.by) {
					t.Errorf("%s: sorted by %v, want %v", part, got, tt.by)
				}
			}
			if tt.by == nil {
				return
			}
			key := strings.Join(tt.by, ", '')), encode(coalesce(")
			got := testshared.DuckDB(t, fmt.Sprintf(`SELECT count(*) AS n, count(*) FILTER (before > k) AS late, count(DISTINCT k) AS keys
				FROM (SELECT k, lag(k) OVER (PARTITION BY filename ORDER BY file_row_number) AS before
				FROM (SELECT row(encode(coalesce(%s, ''))) AS k, filename, file_row_number FROM read_parquet('%s/**/*.parquet', filename = true, file_row_number = true)))`, key, filepath.ToSlash(live.Dir)))[0]
			if fmt.Sprint(got["n"]) != fmt.Sprint(live.Rows) || fmt.Sprint(got["keys"]) != fmt.Sprint(live.Rows) || fmt.Sprint(got["late"]) != "0" {
				t.Errorf("of %d rows %v", live.Rows, got)
			}
		})
	}
}

// TestRowsOutOfOrder: rows of records that come in another order make no release.
func TestRowsOutOfOrder(t *testing.T) {
	m := spooltest.New()
	r, err := Begin(m, "other", Target{Recipient: "inps", Dataset: "prestazioni", Level: anonymize.Totale, ReleaseID: "r01"}, namedColumns, Options{Signer: someSigner})
	if err != nil {
		t.Fatal(err)
	}
	c := table.NewChunk(namedColumns)
	for _, row := range []string{"a1", "c1", "b1"} {
		parseNamed(row)[0].append(c)
	}
	err = r.take(terms{matrix: "1", tipo: "PS_PSA_SINA"}, c)
	if err == nil {
		_, err = r.Finish(context.Background(), anonymize.Balance{In: 3, Disclosed: 3, Rows: 3}, Report{})
	}
	if !errors.Is(err, table.ErrValues) || r.Discard() != nil {
		t.Errorf("rows out of order: %v", err)
	}
	if _, err := m.Stat(filepath.Join("other", "inps", "prestazioni", releasesName, "r01")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a release: %v", err)
	}
}

// TestDuckDBRecountsStatistics: what the release says of each column in each row group
// (least, most, how many are missing) is what DuckDB finds among its rows, of fields of
// structs too, and of what is in lists.
func TestDuckDBRecountsStatistics(t *testing.T) {
	s, _ := disclose(t, t.TempDir(), "r1", "prestazioni", anonymize.Totale, 7)
	m, err := Verify(spool.OS, s.Dir)
	if err != nil {
		t.Fatal(err)
	}
	files := filepath.ToSlash(s.Dir) + "/**/*.parquet"
	// Of a leaf: its path as DuckDB spells it, its least and most in a row, and whether a
	// row has none.
	type leaf struct{ path, least, most, none string }
	var all []leaf
	var add func(c table.ColumnInfo, path, value string)
	add = func(c table.ColumnInfo, path, value string) {
		list := func(of string) (least, most string) { return "list_min(" + of + ")", "list_max(" + of + ")" }
		switch c.Type {
		case table.Struct.String():
			for _, f := range c.Fields {
				add(f, path+", "+f.Name, value+"."+f.Name)
			}
		case table.Structs.String():
			for _, f := range c.Fields {
				least, most := list("[e." + f.Name + " FOR e IN " + value + "]")
				all = append(all, leaf{path + ", list, element, " + f.Name, least, most, ""})
			}
		case table.Strings.String():
			least, most := list(value)
			all = append(all, leaf{path + ", list, element", least, most, ""})
		default:
			all = append(all, leaf{path, value, value, value + " IS NULL"})
		}
	}
	for _, c := range m.Columns {
		add(c, c.Name, c.Name)
	}
	var questions []string
	for _, l := range all {
		none := "NULL"
		if l.none != "" {
			none = "count(*) FILTER (" + l.none + ")"
		}
		questions = append(questions, fmt.Sprintf(`SELECT '%[1]s' AS leaf, g.file_name, g.row_group_id, g.least, g.most, g.nulls, min(%[2]s)::VARCHAR AS is_least, max(%[3]s)::VARCHAR AS is_most, %[4]s AS is_null
			FROM groups g JOIN rows r ON r.filename = g.file_name AND r.file_row_number >= g.start AND r.file_row_number < g.start + g.n WHERE g.path = '%[1]s' GROUP BY ALL`, l.path, l.least, l.most, none))
	}
	got := testshared.DuckDB(t, fmt.Sprintf(`
		CREATE TABLE rows AS FROM read_parquet('%[1]s', filename = true, file_row_number = true, hive_partitioning = false);
		CREATE TABLE groups AS SELECT file_name, row_group_id, path_in_schema AS path, row_group_num_rows AS n, stats_min_value AS least, stats_max_value AS most, stats_null_count AS nulls,
			sum(row_group_num_rows) OVER (PARTITION BY file_name, path_in_schema ORDER BY row_group_id) - row_group_num_rows AS start FROM parquet_metadata('%[1]s');
		SELECT *, least IS NOT DISTINCT FROM is_least AND most IS NOT DISTINCT FROM is_most AND (is_null IS NULL OR nulls = is_null) AS right FROM (%[2]s)`, files, strings.Join(questions, "\nUNION ALL ")))
	groups := map[string]bool{}
	for _, r := range got {
		groups[fmt.Sprint(r["file_name"], r["row_group_id"])] = true
		if r["right"] != true {
			t.Errorf("%v row group %v: %v to %v, %v missing; its rows have %v to %v, %v", r["leaf"], r["row_group_id"], r["least"], r["most"], r["nulls"], r["is_least"], r["is_most"], r["is_null"])
		}
	}
	if len(got) != len(all)*len(groups) || len(groups) < 4 || len(all) < 70 {
		t.Errorf("%d statistics of %d leaves in %d row groups", len(got), len(all), len(groups))
	}
}
