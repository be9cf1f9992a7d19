package table

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"flussi/internal/testshared"
)

// DuckDB, which was not written here, reads every value with its type.
func TestDuckDBReadsValues(t *testing.T) {
	const rows = 5000
	c := chunkOf(21, rows)
	path := writeTemp(t, writeParquet(t, every, Options{RowGroupRows: 2000}, c))

	types := map[string]string{}
	for _, r := range testshared.DuckDB(t, fmt.Sprintf("DESCRIBE SELECT * FROM '%s'", path)) {
		types[r["column_name"].(string)] = r["column_type"].(string)
	}
	for _, col := range every {
		if want := duckType(&col); types[col.Name] != want {
			t.Errorf("column %s: %s, want %s", col.Name, types[col.Name], want)
		}
	}

	var selected []string
	for _, col := range every {
		selected = append(selected, duckPlain(&col, col.Name)+" AS "+col.Name)
	}
	got := testshared.DuckDB(t, fmt.Sprintf("SELECT %s FROM '%s'", strings.Join(selected, ", "), path))
	if len(got) != rows {
		t.Fatalf("%d rows, want %d", len(got), rows)
	}
	for row, r := range got {
		for i, col := range every {
			if mine, theirs := asJSON(t, value(&c.Columns[i], &every[i], row)), asJSON(t, r[col.Name]); mine != theirs {
				t.Fatalf("row %d column %s: %q, want %q", row, col.Name, theirs, mine)
			}
		}
	}
}

func asJSON(t *testing.T, v any) string {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// duckType is what DuckDB calls a column's type.
func duckType(c *Column) string {
	switch c.Kind {
	case Struct, Structs:
		var fields []string
		for i := range c.Fields {
			fields = append(fields, c.Fields[i].Name+" "+duckType(&c.Fields[i]))
		}
		return "STRUCT(" + strings.Join(fields, ", ") + ")" + map[Kind]string{Structs: "[]"}[c.Kind]
	}
	return map[Kind]string{String: "VARCHAR", Int: "INTEGER", Decimal: "DECIMAL(18,2)", Date: "DATE", Bool: "BOOLEAN", Strings: "VARCHAR[]"}[c.Kind]
}

// duckPlain makes of an expression what value makes of a column: dates beyond
// what DuckDB prints plainly are compared as days.
func duckPlain(c *Column, x string) string {
	switch c.Kind {
	case Date:
		return "(" + x + " - DATE '1970-01-01')"
	case Decimal:
		return "CAST(" + x + " * 100 AS BIGINT)"
	case Bool:
		return "CAST(" + x + " AS BIGINT)"
	case Structs:
		one := Column{Kind: Struct, Fields: c.Fields}
		return "list_transform(" + x + ", lambda e: " + duckPlain(&one, "e") + ")"
	case Struct:
		var fields []string
		for i := range c.Fields {
			f := &c.Fields[i]
			fields = append(fields, f.Name+" := "+duckPlain(f, x+"."+f.Name))
		}
		return "CASE WHEN " + x + " IS NULL THEN NULL ELSE struct_pack(" + strings.Join(fields, ", ") + ") END"
	}
	return x
}

// Each bound that DuckDB finds in the file is what DuckDB itself finds among the
// rows of that row group; the counts are those of a tally.
func TestDuckDBAgreesOnStatistics(t *testing.T) {
	const rows, group = 6000, 2500
	c := chunkOf(4, rows)
	path := writeTemp(t, writeParquet(t, every, Options{RowGroupRows: group}, c))
	stats := testshared.DuckDB(t, fmt.Sprintf(`SELECT row_group_id, path_in_schema, stats_min_value, stats_max_value, stats_min, stats_max,
		stats_null_count, stats_distinct_count, compression, encodings, num_values FROM parquet_metadata('%s') ORDER BY row_group_id, column_id`, path))
	all := leaves(every)
	if len(stats) != 3*len(all) {
		t.Fatalf("%d column chunks, want %d", len(stats), 3*len(all))
	}
	var bounds []string // one query for all: each DuckDB is a process
	for i := range stats {
		l, from := all[i%len(all)], i/len(all)*group
		rows := fmt.Sprintf("SELECT %q AS v FROM '%s' LIMIT %d OFFSET %d", every[l.place].Name, path, group, from)
		if l.outer != nil {
			if l.outer.Kind == Structs {
				rows = fmt.Sprintf("SELECT unnest(v) AS v FROM (%s)", rows)
			}
			rows = fmt.Sprintf("SELECT v.%s AS v FROM (%s)", l.column.Name, rows)
		}
		if l.column.Kind == Strings {
			rows = fmt.Sprintf("SELECT unnest(v) AS v FROM (%s)", rows)
		}
		bounds = append(bounds, fmt.Sprintf("SELECT %d AS place, min(v)::VARCHAR AS least, max(v)::VARCHAR AS most, count(DISTINCT v) AS dist FROM (%s)", i, rows))
	}
	for i, own := range testshared.DuckDB(t, strings.Join(bounds, " UNION ALL ")+" ORDER BY place") {
		l, s := all[i%len(all)], stats[i]
		where := fmt.Sprintf("group %v column %v", s["row_group_id"], s["path_in_schema"])
		if parts := strings.Split(s["path_in_schema"].(string), ", "); parts[0] != every[l.place].Name {
			t.Fatalf("%s: not %s", where, l.name())
		}
		from := i / len(all) * group
		want := tally(c, &l, from, min(from+group, rows))
		if s["compression"] != "ZSTD" {
			t.Errorf("%s: compression %v", where, s["compression"])
		}
		for stat, count := range map[string]any{
			"stats_min_value": own["least"], "stats_max_value": own["most"],
			"stats_null_count": want.nulls, "num_values": want.entries,
		} {
			if fmt.Sprint(s[stat]) != fmt.Sprint(count) {
				t.Errorf("%s: %s %v, want %v", where, stat, s[stat], count)
			}
		}
		if d := s["stats_distinct_count"]; d != nil && fmt.Sprint(d) != fmt.Sprint(own["dist"]) {
			t.Errorf("%s: distinct count %v, want %v", where, d, own["dist"])
		}
	}
}

// The statistics are used: a filter leaves row groups out and loses no row.
func TestDuckDBFilters(t *testing.T) {
	columns := []Column{{Name: "comune", Kind: String}, {Name: "giorno", Kind: Date}, {Name: "euro", Kind: Decimal, Nullable: true}}
	c := NewChunk(columns)
	day := time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC).Unix() / 86400
	for i := range 50_000 {
		c.Columns[0].AppendString(fmt.Sprintf("%06d", i/100))
		c.Columns[1].AppendNum(day + int64(i%365))
		if i%7 == 0 {
			c.Columns[2].AppendNull()
		} else {
			c.Columns[2].AppendNum(int64(-i))
		}
		c.EndRow()
	}
	path := writeTemp(t, writeParquet(t, columns, Options{RowGroupRows: 1000}, c))
	got := testshared.DuckDB(t, fmt.Sprintf(`SELECT count(*) AS n, min(giorno) AS first, sum(euro) AS euro FROM '%s' WHERE comune = '000321'`, path))
	var euro int64
	for i := 32100; i < 32200; i++ {
		if i%7 != 0 {
			euro -= int64(i)
		}
	}
	want := map[string]any{"n": json.Number("100"), "first": "2025-01-01", "euro": json.Number(fmt.Sprintf("-%d.%02d", -euro/100, -euro%100))}
	if !reflect.DeepEqual(got[0], want) {
		t.Errorf("got %v, want %v", got[0], want)
	}
	described := testshared.DuckDB(t, fmt.Sprintf(`SELECT decode(value) AS columns FROM parquet_kv_metadata('%s') WHERE decode(key) = '%s'`, path, ColumnsKey))
	if len(described) != 1 || !strings.Contains(described[0]["columns"].(string), `"name":"giorno"`) {
		t.Errorf("column descriptions: %v", described)
	}
}

func writeTemp(t *testing.T, data []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "t.parquet")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return filepath.ToSlash(path)
}
