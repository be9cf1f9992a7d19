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
