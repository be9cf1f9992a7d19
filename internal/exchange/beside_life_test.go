package exchange_test

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"flussi/internal/dataset"
	"flussi/internal/exchange"
	"flussi/internal/flusso"
	"flussi/internal/spool"
	"flussi/internal/testshared"
)

// TestBesideLife: whatever becomes of a release, month after month, compacted, gone back
// from, with every row withdrawn, what stands beside its data is of it and of nothing
// else: hashes, package, views, flat files, reference tables.
func TestBesideLife(t *testing.T) {
	testshared.DuckDB(t, "SELECT 1")
	s := newSheet(t)
	s.write("flussi.yaml", strings.Replace(s.read("flussi.yaml"), "datasets: {prestazioni: totale}}", "datasets: {prestazioni: totale}, flat: [csv, parquet]}", 1)+"tables: {popolazione: residenti.csv}\n")
	s.write("residenti.csv", "comune;anno;sesso;eta;persone\n058091;2026;M;70;1000\n")
	back := func(release string) {
		s.must(s.inHouse(func(h *exchange.House) error {
			_, err := h.Rollback(t.Context(), exchange.ReleaseRequest{Dir: s.path("dataset/inps/prestazioni"), Release: release})
			return err
		}))
	}
	for _, records := range []string{"a1 b1", "c1 d1", "-b1 e1"} {
		_, err := s.round(records)
		s.must(err)
		s.besideFits(records)
	}
	_, before := s.releases()
	s.must(s.inHouse(func(h *exchange.House) error {
		_, err := h.Compact(t.Context(), exchange.ReleaseRequest{Dir: s.path("dataset/inps/prestazioni")})
		return err
	}))
	if _, live := s.releases(); live == before {
		t.Fatal("nothing was compacted")
	}
	s.besideFits("compacted")
	back(before)
	s.besideFits("gone back")
	types := s.typesOf()
	_, err := s.round("-a1 -c1 -d1 -e1")
	s.must(err)
	if m := s.besideFits("all withdrawn"); m.Rows != 0 {
		t.Fatalf("%d rows are left", m.Rows)
	}
	if empty := s.typesOf(); empty != types || !strings.Contains(types, "STRUCT") {
		t.Errorf("without rows the columns are\n%s\nwith rows\n%s", empty, types)
	}
	_, err = s.round("a2")
	s.must(err)
	s.besideFits("again one")
}

// typesOf are the columns of the live rows with their types, as DuckDB has them.
func (s *sheet) typesOf() string {
	s.Helper()
	m, err := dataset.Live(spool.OS, s.path("dataset"), "inps", "prestazioni")
	s.must(err)
	views, err := os.ReadFile(filepath.Join(m.Dir, "viste.sql"))
	s.must(err)
	var b strings.Builder
	for _, row := range testshared.DuckDBIn(s, s.path("dataset/inps/prestazioni"), string(views)+"SELECT column_name AS n, column_type AS t FROM (DESCRIBE dati)") {
		fmt.Fprintln(&b, row["n"], row["t"])
	}
	return b.String()
}

// besideFits holds what stands beside the live release of INPS's dataset against it.
func (s *sheet) besideFits(when string) *dataset.Manifest {
	s.Helper()
	m, err := dataset.Live(spool.OS, s.path("dataset"), "inps", "prestazioni")
	s.must(err)
	_, err = dataset.Verify(spool.OS, m.Dir)
	s.must(err)
	home := filepath.Dir(filepath.Dir(m.Dir))
	beside := []string{m.Dir, filepath.Join(home, "tavole")}
	if m.Rows > 0 { // else there is nothing to make flat
		beside = append(beside, filepath.Join(home, "flat"))
	}
	for _, dir := range beside {
		check := exec.Command(testshared.Peer(s, "sha256sum"), "-c", "--strict", "--quiet", "SHA256SUMS")
		check.Dir = dir
		if out, err := check.CombinedOutput(); err != nil {
			s.Errorf("%s: %s: %v\n%s", when, filepath.Base(dir), err, out)
		}
		data, err := os.ReadFile(filepath.Join(dir, "datapackage.json"))
		s.must(err)
		var p struct {
			Version   string
			Resources []struct {
				Path any
				Hash string
			}
		}
		s.must(json.Unmarshal(data, &p))
		if release, _, _ := strings.Cut(p.Version, "+"); release != m.Release {
			s.Errorf("%s: the package in %s is of %s, %s is live", when, filepath.Base(dir), p.Version, m.Release)
		}
		for _, r := range p.Resources {
			if _, err := os.Stat(filepath.Join(dir, fmt.Sprint(r.Path))); r.Hash != "" && err != nil && !strings.HasPrefix(fmt.Sprint(r.Path), "[") {
				s.Errorf("%s: %v", when, err)
			}
		}
	}
	var views string
	for _, name := range []string{filepath.Join(m.Dir, "viste.sql"), filepath.Join(home, "tavole", "viste.sql")} {
		data, err := os.ReadFile(name)
		s.must(err)
		views += string(data) + "\n"
	}
	rows := testshared.DuckDBIn(s, home, views+`SELECT (SELECT count(*) FROM dati) AS rows, (SELECT coalesce(sum(prestazioni), 0)::BIGINT FROM prestazioni_per_ambito_e_area) AS benefits, (SELECT count(*) FROM tasso_di_fruizione) >= 0 AS rates`)
	if got, want := fmt.Sprint(rows), fmt.Sprintf("[map[benefits:%d rates:true rows:%[1]d]]", m.Rows); got != want {
		s.Errorf("%s: views say %s, want %s", when, got, want)
	}
	for _, name := range []string{"flat/*.parquet", "flat/*.csv"} {
		found, err := filepath.Glob(filepath.Join(home, filepath.FromSlash(name)))
		s.must(err)
		if (len(found) > 0) != (m.Rows > 0) {
			s.Errorf("%s: flat files %q of %d rows", when, found, m.Rows)
		}
	}
	start, err := os.ReadFile(filepath.Join(m.Dir, "QUICKSTART.md"))
	s.must(err)
	if strings.Contains(string(start), "read_parquet") != (m.Rows > 0) {
		s.Errorf("%s: of %d rows QUICKSTART.md says\n%s", when, m.Rows, start)
	}
	page, err := dataset.Describe(s.Context(), spool.OS, home, flusso.It)
	if err != nil || page.Rows != m.Rows {
		s.Errorf("%s: a page of %+v, %v", when, page, err)
	}
	found, err := dataset.Check(s.Context(), spool.OS, home, "")
	if err != nil || found.Err() != nil {
		s.Errorf("%s: %+v, %v", when, found, err)
	}
	return m
}
