package table

import (
	"fmt"
	"strings"
	"testing"

	"flussi/internal/testshared"
)

// The vectors are those of the reference implementation, and of DuckDB below.
func TestXXH64(t *testing.T) {
	for text, want := range map[string]uint64{
		"": 0xef46db3751d8e999, "a": 0xd24ec4f1a98c6e5b, "abc": 0x44bc2cf5ad770999,
		"Nobody inspects the spammish repetition": 0xfbcea83c8a378bf1,
	} {
		if got := xxh64([]byte(text)); got != want {
			t.Errorf("%q: %x, want %x", text, got, want)
		}
	}
}

// DuckDB, asked by our filters, finds each text where it is, and hardly any
// where it is not: a filter on comune leaves row groups out between whose bounds
// the code lies.
func TestDuckDBProbesBloomFilters(t *testing.T) {
	const rows, group = 40_000, 2000
	columns := []Column{{Name: "comune", Kind: String, Vocabulary: NewVocabulary()}, {Name: "nome", Kind: String, Nullable: true}}
	c := NewChunk(columns)
	in := make(map[string]map[int]bool) // comune -> row groups
	name := func(comune string) string { return "un comune dal nome lungo e dal codice " + comune }
	for row := range rows {
		comune := fmt.Sprintf("%06d", row*7919%300*50+row/group)
		if in[comune] == nil {
			in[comune] = make(map[int]bool)
		}
		in[comune][row/group] = true
		c.Columns[0].AppendString(comune)
		if row%7 == 0 {
			c.Columns[1].AppendNull()
		} else {
			c.Columns[1].AppendString(name(comune))
		}
		c.EndRow()
	}
	path := writeTemp(t, writeParquet(t, columns, Options{RowGroupRows: group}, c))
	var probes []string
	for i := 0; i < 15_050; i += 60 {
		comune := fmt.Sprintf("%06d", i)
		probes = append(probes,
			fmt.Sprintf("SELECT '%s' AS comune, row_group_id AS g, bloom_filter_excludes AS out FROM parquet_bloom_probe('%s', 'comune', '%[1]s')", comune, path),
			fmt.Sprintf("SELECT '%s' AS comune, row_group_id AS g, bloom_filter_excludes AS out FROM parquet_bloom_probe('%s', 'nome', '%s')", comune, path, name(comune)))
	}
	absent, wrong := 0, 0
	for _, r := range testshared.DuckDB(t, strings.Join(probes, " UNION ALL ")) {
		var g int
		if _, err := fmt.Sscan(fmt.Sprint(r["g"]), &g); err != nil {
			t.Fatal(err)
		}
		switch there, out := in[r["comune"].(string)][g], r["out"] == true; {
		case there && out:
			t.Fatalf("comune %s is in row group %d, and left out", r["comune"], g)
		case !there:
			absent++
			if !out {
				wrong++
			}
		}
	}
	if absent < 5000 || wrong*20 > absent {
		t.Errorf("%d of %d are not told to be absent", wrong, absent)
	}
}
