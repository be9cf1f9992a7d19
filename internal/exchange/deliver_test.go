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
	"flussi/internal/spool"
	"flussi/internal/testshared"
)

// TestDelivered: an endpoint gets the whole of a release with what lies beside it, under
// names among which sha256sum, which nobody here wrote, finds every file, as they lie
// there; and a check of the release finds nothing wrong. A second run sends nothing.
func TestDelivered(t *testing.T) {
	w := newWorld(t, terms{Spool: "tables: {popolazione: residenti.csv}\n"})
	w.write("flussi.yaml", strings.Replace(w.read("flussi.yaml"), "to: /in, datasets: {quadro: aggregato}}", "to: /in, datasets: {quadro: aggregato}, flat: [csv, xlsx]}", 1))
	w.write("residenti.csv", "comune;anno;sesso;eta;persone\n058091;2026;M;70;1000\n")
	w.stock("ritorno")
	if _, err := w.run("ritorno"); err != nil {
		t.Fatal(err)
	}
	in := filepath.Join(w.hub.UserDir(userMinistero), "in")
	lists, err := filepath.Glob(filepath.Join(in, "quadro.*.SHA256SUMS"))
	if err != nil || len(lists) != 1 {
		t.Fatalf("lists of hashes: %q, %v", lists, err)
	}
	list, arrived := lists[0], dirNames(t, in)
	check := exec.Command(testshared.Peer(t, "sha256sum"), "-c", "--strict", filepath.Base(list))
	check.Dir = in
	out, err := check.CombinedOutput()
	if fits := strings.Count(string(out), ": OK\n"); err != nil || fits != len(arrived)-2 { // but for the list and its signature
		t.Errorf("%d of %d files, %v\n%s", fits, len(arrived), err, out)
	}
	prefix := strings.TrimSuffix(filepath.Base(list), "SHA256SUMS")
	for _, name := range []string{"manifest.json", "manifest.sig", "QUICKSTART.md", "flat.quadro-2025.csv", "flat.quadro-2025.xlsx", "flat.datapackage.json", "tavole.popolazione.parquet", "tavole.viste.sql"} {
		if _, err := os.Stat(filepath.Join(in, prefix+name)); err != nil {
			t.Error(err)
		}
	}
	// The views find the files there, after the lines that they have for it.
	sql := ""
	for _, name := range []string{"viste.sql", "tavole.viste.sql"} {
		data, err := os.ReadFile(filepath.Join(in, prefix+name))
		w.must(err)
		for line := range strings.Lines(string(data)) {
			if set, is := strings.CutPrefix(line, "-- SET VARIABLE"); is {
				sql += "SET VARIABLE" + set
			}
		}
		sql += string(data)
	}
	live, err := dataset.Live(spool.OS, w.path("dataset"), "ministero-lavoro", "quadro")
	w.must(err)
	rows := testshared.DuckDBIn(t, in, sql+"SELECT (SELECT count(*) FROM dati) AS rows, (SELECT sum(residenti)::BIGINT FROM popolazione) AS lived")
	if got, want := fmt.Sprint(rows), fmt.Sprintf("[map[lived:1000 rows:%d]]", live.Rows); got != want {
		t.Errorf("views of what arrived: %s, want %s", got, want)
	}
	for _, name := range []string{"datapackage.json", "flat.datapackage.json", "tavole.datapackage.json"} {
		w.opensByPackage(in, prefix+name)
	}
	found, err := dataset.Check(t.Context(), spool.OS, in, "")
	if err != nil || found.Err() != nil {
		t.Errorf("check of what arrived: %+v, %v", found.Findings, err)
	}
	if _, err := w.run("ritorno"); err != nil || len(dirNames(t, in)) != len(arrived) {
		t.Errorf("after a second run: %q, %v", dirNames(t, in), err)
	}
	// A file that was altered on its way is found by both.
	w.must(os.WriteFile(filepath.Join(in, prefix+"flat.quadro-2025.csv"), []byte("anno\n"), 0o600))
	if found, err = dataset.Check(t.Context(), spool.OS, in, ""); err != nil || len(found.Findings) != 1 || found.Findings[0].Where != prefix+"flat.quadro-2025.csv" {
		t.Errorf("altered: %+v, %v", found.Findings, err)
	}
	check = exec.Command(testshared.Peer(t, "sha256sum"), "-c", "--strict", filepath.Base(list))
	if check.Dir = in; check.Run() == nil {
		t.Error("sha256sum takes an altered file")
	}
}

// opensByPackage opens every file that a package names, from where the package lies.
func (w *world) opensByPackage(dir, name string) {
	w.Helper()
	var p struct {
		Resources []struct {
			Path   any
			Format string
			Files  []struct{ Path string }
		}
	}
	data, err := os.ReadFile(filepath.Join(dir, name))
	w.must(err)
	w.must(json.Unmarshal(data, &p))
	opened := 0
	for _, r := range p.Resources {
		paths, several := r.Path.([]any)
		if !several {
			paths = []any{r.Path}
		}
		for _, f := range r.Files {
			paths = append(paths, f.Path)
		}
		for _, at := range paths {
			if opened++; r.Format == "xlsx" {
				_, err := os.Stat(filepath.Join(dir, fmt.Sprint(at)))
				w.must(err)
				continue
			}
			read := map[string]string{"parquet": "read_parquet", "csv": "read_csv"}[r.Format]
			if n := testshared.DuckDBIn(w, dir, fmt.Sprintf("SELECT count(*) AS n FROM %s('%s')", read, at))[0]["n"]; fmt.Sprint(n) == "0" {
				w.Errorf("%s: %s has no rows", name, at)
			}
		}
	}
	if opened == 0 {
		w.Errorf("%s names no file", name)
	}
}

func dirNames(t *testing.T, dir string) (names []string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}
