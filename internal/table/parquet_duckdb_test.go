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
	want := map[Kind]string{String: "VARCHAR", Int: "INTEGER", Decimal: "DECIMAL(18,2)", Date: "DATE", Bool: "BOOLEAN", Strings: "VARCHAR[]"}
	for _, col := range every {
		if types[col.Name] != want[col.Kind] {
			t.Errorf("column %s: %s, want %s", col.Name, types[col.Name], want[col.Kind])
		}
	}

	// Dates beyond what DuckDB prints plainly are compared as days.
	got := testshared.DuckDB(t, fmt.Sprintf(`SELECT * REPLACE (inizio - DATE '1970-01-01' AS inizio, fine - DATE '1970-01-01' AS fine,
		CAST(importo * 100 AS BIGINT) AS importo, CAST(quota * 100 AS BIGINT) AS quota, CAST(prova AS BIGINT) AS prova, CAST(carico AS BIGINT) AS carico)
		FROM '%s'`, path))
	if len(got) != rows {
		t.Fatalf("%d rows, want %d", len(got), rows)
	}
	for row, r := range got {
		for i, col := range every {
			if mine, theirs := fmt.Sprint(value(&c.Columns[i], row)), fmt.Sprint(r[col.Name]); mine != theirs {
				t.Fatalf("row %d column %s: %q, want %q", row, col.Name, theirs, mine)
			}
		}
	}
}

// Each statistic that DuckDB finds in the file is what DuckDB itself counts
// from the rows of that row group.
func TestDuckDBAgreesOnStatistics(t *testing.T) {
	const rows, group = 6000, 2500
	path := writeTemp(t, writeParquet(t, every, Options{RowGroupRows: group}, chunkOf(4, rows)))
	stats := testshared.DuckDB(t, fmt.Sprintf(`SELECT row_group_id, row_group_num_rows, path_in_schema, stats_min_value, stats_max_value, stats_min, stats_max,
		stats_null_count, stats_distinct_count, compression, encodings, num_values FROM parquet_metadata('%s')`, path))
	if len(stats) != 3*len(every) {
		t.Fatalf("%d column chunks, want %d", len(stats), 3*len(every))
	}
	var counts []string // one query for all: each DuckDB is a process
	for _, s := range stats {
		name := strings.Split(s["path_in_schema"].(string), ", ")[0]
		id, _ := s["row_group_id"].(json.Number).Int64()
		rows := fmt.Sprintf("(SELECT %q AS v FROM '%s' LIMIT %d OFFSET %d)", name, path, group, id*group)
		missing := "count(*) FILTER (v IS NULL)"
		if kindOf(name) == Strings {
			missing = "count(*) FILTER (v IS NULL OR len(v) = 0)"
			missing = fmt.Sprintf("(SELECT %s FROM %s)", missing, rows)
			rows = fmt.Sprintf("(SELECT unnest(v) AS v FROM %s)", rows)
		}
		counts = append(counts, fmt.Sprintf("SELECT %d AS place, min(v)::VARCHAR AS least, max(v)::VARCHAR AS most, count(DISTINCT v) AS dist, %s AS nulls FROM %s", len(counts), missing, rows))
	}
	for i, own := range testshared.DuckDB(t, strings.Join(counts, " UNION ALL ")+" ORDER BY place") {
		s := stats[i]
		where := fmt.Sprintf("group %v column %v", s["row_group_id"], s["path_in_schema"])
		if s["compression"] != "ZSTD" {
			t.Errorf("%s: compression %v", where, s["compression"])
		}
		for stat, count := range map[string]any{"stats_min_value": own["least"], "stats_max_value": own["most"], "stats_null_count": own["nulls"]} {
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

func kindOf(name string) Kind {
	for _, c := range every {
		if c.Name == name {
			return c.Kind
		}
	}
	return 0
}

func writeTemp(t *testing.T, data []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "t.parquet")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return filepath.ToSlash(path)
}
