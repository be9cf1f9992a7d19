package exchange_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"flussi/internal/dataset"
	"flussi/internal/exchange"
	"flussi/internal/ledger"
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
	if fits := strings.Count(string(out), ": OK\n"); err != nil || fits != len(arrived)-3 { // but for the list, its signature and the word on which is live
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

// TestRolledBackAtTheEndpoint: whoever reads an endpoint learns with the next run that a
// person went back to a release, though all of it was sent before; once, and on record,
// and then what comes after. So from INPS's like, where nothing can be written over, and
// from OpenSSH.
func TestRolledBackAtTheEndpoint(t *testing.T) {
	for name, world := range map[string]func(t *testing.T) (w *world, publish func(name string, data []byte), in string){
		"invia": func(t *testing.T) (*world, func(string, []byte), string) {
			w := newWorld(t, terms{})
			return w, func(name string, data []byte) { w.must(w.inps.Publish(userINPS, name, bytes.NewReader(data))) },
				filepath.Join(w.hub.UserDir(userMinistero), "in")
		},
		"sshd": func(t *testing.T) (*world, func(string, []byte), string) {
			w, served := sshdWorld(t, "keep", "rename")
			w.write("schedules/ritorno.yaml", strings.Replace(w.read("schedules/ritorno.yaml"), "inps:/out", "hub:"+served+"/hub", 1))
			return w, func(name string, data []byte) { w.must(os.WriteFile(filepath.Join(served, "hub", name), data, 0o600)) },
				filepath.FromSlash(served)
		},
	} {
		t.Run(name, func(t *testing.T) {
			w, publish, in := world(t)
			said := func() (n int, release string) {
				t.Helper()
				names, err := filepath.Glob(filepath.Join(in, "quadro.current-*.json"))
				w.must(err)
				var c struct{ Release, Path, Manifest string }
				data, err := os.ReadFile(names[len(names)-1])
				w.must(err)
				w.must(json.Unmarshal(data, &c))
				if !strings.HasPrefix(c.Manifest, c.Path) {
					t.Errorf("%+v", c)
				}
				if _, err := os.Stat(filepath.Join(in, c.Manifest)); err != nil {
					t.Error(err)
				}
				return len(names), c.Release
			}
			month := 0
			round := func() string {
				t.Helper()
				month++
				o := returned
				o.Seed = uint64(month)
				_, data := flow(w, o)
				publish(fmt.Sprintf("12.ritorno.2026013%d.0000001.csv", month), data)
				w.clock.set(w.clock.now().AddDate(0, 1, 0))
				_, err := w.run("ritorno")
				w.must(err)
				live, err := dataset.Live(spool.OS, w.path("dataset"), "ministero-lavoro", "quadro")
				w.must(err)
				return live.Release
			}
			first := round()
			second := round()
			if n, release := said(); n != 2 || release != second || first == second {
				t.Fatalf("after two releases %d words, the last on %s", n, release)
			}
			w.must(w.inHouse(func(h *exchange.House) error {
				_, err := h.Rollback(t.Context(), exchange.ReleaseRequest{Dir: w.path("dataset/ministero-lavoro/quadro")})
				return err
			}))
			if n, release := said(); n != 2 || release != second {
				t.Fatalf("before the next run %d words, the last on %s", n, release)
			}
			before := len(dirNames(t, in))
			for again := range 2 { // and not again
				result, err := w.run("ritorno")
				if w.must(err); len(dirNames(t, in)) != before+1 || len(result.Deliveries) != 1-again {
					t.Fatalf("%d files more, %+v", len(dirNames(t, in))-before, result.Deliveries)
				}
				if n, release := said(); n != 3 || release != first {
					t.Fatalf("after the next run %d words, the last on %s", n, release)
				}
			}
			if found, err := dataset.Check(t.Context(), spool.OS, in, ""); err != nil || found.Err() != nil || found.Release != first {
				t.Errorf("check of what lies there: %s %+v, %v", found.Release, found.Findings, err)
			}
			on := 0
			for _, e := range w.entries(ledger.TransferIntent, ledger.TransferDone) {
				if e.Name == "quadro.current-000003.json" && strings.Contains(e.Object, first) {
					on++
				}
			}
			if on != 2 {
				t.Errorf("%d entries of the audit log", on)
			}
			third := round()
			if n, release := said(); n != 4 || release != third {
				t.Errorf("after one more release %d words, the last on %s", n, release)
			}
		})
	}
}
