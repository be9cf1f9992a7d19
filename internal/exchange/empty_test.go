package exchange_test

import (
	"bytes"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"flussi/internal/dataset"
	"flussi/internal/ledger"
	"flussi/internal/spool"
	"flussi/internal/testshared"
)

// partsOf are the Parquet files of the live release of INPS's dataset, by the line of
// its QUICKSTART, and what it counts in them.
func (s *sheet) partsOf() (release string, parts []string, rows any) {
	s.Helper()
	live, err := dataset.Live(spool.OS, s.path("dataset"), "inps", "prestazioni")
	s.must(err)
	s.must(filepath.WalkDir(live.Dir, func(path string, _ os.DirEntry, err error) error {
		if strings.HasSuffix(path, ".parquet") {
			parts = append(parts, path)
		}
		return err
	}))
	got := testshared.DuckDBIn(s, filepath.Dir(filepath.Dir(live.Dir)), fmt.Sprintf(
		"SELECT count(*) AS n FROM (SELECT riga, CodicePrestazione, anno, regione FROM read_parquet('releases/%s/**/*.parquet', hive_partitioning = false))", live.Release))
	return live.Release, parts, fmt.Sprint(got[0]["n"])
}

// TestNothingLeft: a release whose last row was taken out has one part without rows,
// which DuckDB and polars read with the columns of before, and which the next release
// does not take over.
func TestNothingLeft(t *testing.T) {
	s := newSheet(t)
	_, err := s.round("a1 b1")
	s.must(err)
	_, parts, n := s.partsOf()
	types, rows := testshared.Polars(t, parts[0])
	if len(parts) != 1 || len(rows) != 2 || n != "2" {
		t.Fatalf("%d parts, %d rows, %v", len(parts), len(rows), n)
	}
	_, err = s.round("-a1 -b1")
	s.must(err)
	s.wantRows("")
	release, parts, n := s.partsOf()
	if len(parts) != 1 || n != "0" {
		t.Fatalf("%d parts, DuckDB counts %v", len(parts), n)
	}
	now, rows := testshared.Polars(t, parts[0])
	if len(rows) != 0 || len(now) < 20 || !maps.Equal(now, types) {
		t.Errorf("%d rows, columns %v, were %v", len(rows), now, types)
	}
	_, err = s.round("c1")
	s.must(err)
	s.wantRows("c1")
	if next, parts, n := s.partsOf(); len(parts) != 1 || n != "1" || next == release {
		t.Errorf("%d parts, DuckDB counts %v", len(parts), n)
	}
}

// TestNothingToShow: of a flow all of whose records are outside a recipient's
// territory, or that has none, the recipient gets no release; one that it had stands;
// the run says so, and takes the file once.
func TestNothingToShow(t *testing.T) {
	s := newSheet(t)
	result, err := s.round("a1 b1")
	s.must(err)
	if len(result.Recipients) != 2 || result.Recipients[1].Name != "altro-ente" || result.Recipients[1].Outside != 2 || result.Recipients[1].Release != "" {
		t.Fatalf("%+v", result.Recipients)
	}
	if _, err := os.Stat(s.path("dataset/altro-ente/prestazioni/current.json")); err == nil {
		t.Error("a release of nothing")
	}
	before, _, _ := s.partsOf()
	result, err = s.round("-c1")
	s.must(err)
	if after, _, _ := s.partsOf(); after != before || len(result.Recipients) != 2 || result.Recipients[0].Unmatched != 1 {
		t.Errorf("what withdraws nothing made a release: %+v", result.Recipients)
	}

	w := newWorld(t, terms{})
	_, data := flow(w, returned)
	for i, content := range [][]byte{data[:bytes.IndexByte(data, '\n')+1], data} {
		w.must(w.inps.Publish(userINPS, fmt.Sprintf("12.ritorno.2026013%d.0000001.csv", i), bytes.NewReader(content)))
		result, err := w.run("ritorno")
		w.must(err)
		if len(result.Files) != 1 || result.Files[0].Outcome != string(ledger.Accepted) || (result.Files[0].Records == 0) != (i == 0) || len(result.Recipients) != 3 {
			t.Fatalf("%+v", result)
		}
		for _, r := range result.Recipients {
			if (r.Release == "") != (i == 0) {
				t.Errorf("of %d records: %+v", result.RecordsIn, r)
			}
		}
	}
	w.checkOnce("ritorno")
}
