package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"flussi/internal/table"
)

// people is a table of n rows, about three of each person, whose combinations are
// nearly all distinct, as CSV and as Parquet.
func people(t *testing.T, dir string, n int) {
	t.Helper()
	r := rand.New(rand.NewPCG(7, 8))
	var csv bytes.Buffer
	csv.WriteString("persona;comune;nascita;mese;prestazione;diagnosi;spesa\n")
	names := strings.Split("persona;comune;nascita;mese;prestazione;diagnosi;spesa", ";")
	var columns []table.Column
	for _, name := range names {
		columns = append(columns, table.Column{Name: name, Kind: table.String})
	}
	chunk := table.NewChunk(columns)
	for range n {
		row := []string{
			fmt.Sprintf("X%06d", r.IntN(n/3)), fmt.Sprintf("C%03d", r.IntN(300)), fmt.Sprint(1920 + r.IntN(100)), fmt.Sprint(1 + r.IntN(12)),
			fmt.Sprintf("P%02d", r.IntN(40)), string("abcde"[r.IntN(5)]), fmt.Sprint(r.IntN(5000)),
		}
		csv.WriteString(strings.Join(row, ";") + "\n")
		for i, v := range row {
			chunk.Columns[i].AppendString(v)
		}
		chunk.EndRow()
	}
	var parquet bytes.Buffer
	w, err := table.NewParquetWriter(&parquet, columns, table.Options{RowGroupRows: n/5 + 1})
	if err == nil {
		err = w.Append(chunk, 0, n)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	var comuni strings.Builder
	for i := range 300 {
		fmt.Fprintf(&comuni, "C%03d;A%02d;P%d;*\n", i, i/10, i/100)
	}
	for name, content := range map[string][]byte{
		"in.csv": csv.Bytes(), "in.parquet": parquet.Bytes(), "comuni.csv": []byte(comuni.String()),
		"global.yaml": []byte(spec("global", "drop")), "local.yaml": []byte(spec("local", "drop")),
		"global-person.yaml": []byte(spec("global", "person")), "local-person.yaml": []byte(spec("local", "person")),
	} {
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

func spec(method, persona string) string {
	return "columns:\n  - {name: persona, role: " + persona + "}\n  - {name: comune, role: quasi, hierarchy: comuni.csv}\n" +
		"  - {name: nascita, role: quasi, bands: [1940, 1960, 1980, 2000]}\n  - {name: mese, role: quasi}\n  - {name: prestazione, role: quasi}\n" +
		"  - {name: diagnosi, role: sensitive, l: {distinct: 2}}\n  - {name: spesa, role: measure, microaggregate: 5}\nk: 4\nsuppression: 0.05\nmethod: " + method + "\n"
}

// TestAnonymizeSame: a table comes out the same, byte for byte, on one processor
// or two, a second time, and where memory is too little for its combinations;
// no scratch file is left.
func TestAnonymizeSame(t *testing.T) {
	dir := t.TempDir()
	people(t, dir, 20_000)
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	for _, spec := range []string{"global", "local", "global-person", "local-person"} {
		for _, form := range []string{".csv", ".parquet"} {
			var first []byte
			for i, c := range []struct {
				processors int
				memory     string
			}{{1, "512"}, {2, "512"}, {2, "512"}, {1, "1"}, {2, "1"}} {
				runtime.GOMAXPROCS(c.processors)
				scratch, out := t.TempDir(), filepath.Join(dir, fmt.Sprint(i)+form)
				var stderr bytes.Buffer
				args := []string{"anonymize", "--force", "--spec", filepath.Join(dir, spec+".yaml"), "--memory", c.memory, "--scratch", scratch, filepath.Join(dir, "in"+form), out}
				if code := run(context.Background(), args, strings.NewReader(""), io.Discard, &stderr); code != 0 {
					t.Fatalf("%s%s: exit %d: %s", spec, form, code, stderr.String())
				}
				got, err := os.ReadFile(out)
				if err != nil {
					t.Fatal(err)
				}
				if first == nil {
					first = got
				}
				if !bytes.Equal(got, first) {
					t.Errorf("%s%s: with %d processors and %s MiB other bytes come out", spec, form, c.processors, c.memory)
				}
				if left, err := os.ReadDir(scratch); err != nil || len(left) > 0 {
					t.Errorf("%s%s: %d files are left in the scratch folder, %v", spec, form, len(left), err)
				}
			}
		}
	}
}

// TestAnonymizeScratchFails: where there is no room on disk either, nothing is
// published and nothing is left.
func TestAnonymizeScratchFails(t *testing.T) {
	dir := t.TempDir()
	people(t, dir, 20_000)
	for name, scratch := range map[string]string{"no such folder": filepath.Join(dir, "nowhere"), "a file in its place": filepath.Join(dir, "in.csv")} {
		out := filepath.Join(t.TempDir(), "out.csv")
		var stderr bytes.Buffer
		args := []string{"anonymize", "--lang", "en", "--spec", filepath.Join(dir, "global.yaml"), "--memory", "1", "--scratch", scratch, filepath.Join(dir, "in.csv"), out}
		if code := run(context.Background(), args, strings.NewReader(""), io.Discard, &stderr); code != exitFailed {
			t.Errorf("%s: exit %d", name, code)
		}
		if said := stderr.String(); !strings.Contains(said, "the scratch space on disk does not hold") || strings.Contains(said, "X0") {
			t.Errorf("%s: %s", name, said)
		}
		if left, err := os.ReadDir(filepath.Dir(out)); err != nil || len(left) > 0 {
			t.Errorf("%s: %d files are left, %v", name, len(left), err)
		}
	}
	if _, err := os.Stat(filepath.Join(dir, "nowhere")); err == nil {
		t.Error("a folder was made")
	}
}
