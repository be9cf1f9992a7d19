package dataset

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"flussi/internal/spool"
	"flussi/internal/testshared"
)

// notHere are the blocks of QUICKSTART.md that cannot run here, by their first lines,
// and why. What they read they read as the others do: the SQL within is run.
var notHere = map[string]string{
	"library(arrow)":      "Debian and npm have no R package that reads Parquet",
	"library(duckdb)":     "Debian and npm have no R package duckdb",
	"import glob":         "Debian has pandas, but neither pyarrow nor fastparquet, with which it reads Parquet",
	"import polars as pl": "Debian and npm have no polars for Python; the one for JavaScript is the same engine",
	"let":                 "Power BI runs on Windows alone",
}

// Every block of QUICKSTART.md that can run here works as it stands, from where it
// says: the dataset's folder or, with flat names, that of what was delivered.
func TestQuickstartRuns(t *testing.T) {
	root := t.TempDir()
	s := mustPublish(t, spool.OS, root, "r1", rowsOf(1, 120))
	data, err := os.ReadFile(filepath.Join(s.Dir, "QUICKSTART.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, place := range []string{"{release}", "{dataset}", "{view}", "´"} {
		if strings.Contains(string(data), place) {
			t.Errorf("%s was left unfilled", place)
		}
	}
	q := quick{T: t, home: filepath.Dir(filepath.Dir(s.Dir)), flat: flatten(t, s.Dir)}
	ran := map[string]int{}
	for _, block := range regexp.MustCompile("(?s)```([a-z]+)\n(.*?)```").FindAllStringSubmatch(string(data), -1) {
		lang, code := block[1], block[2]
		first, _, _ := strings.Cut(code, "\n")
		if why := notHere[first]; why != "" {
			t.Logf("%s does not run here: %s", first, why)
			for _, sql := range regexp.MustCompile(`"(SELECT [^"]+)"`).FindAllStringSubmatch(code, -1) {
				q.sql(strings.ReplaceAll(sql[1], "C:/percorso/prestazioni/", ""))
				ran["sql within "+lang]++
			}
			continue
		}
		run, known := map[string]func(string){"sql": q.sql, "text": q.read, "sh": q.sh, "r": q.r, "python": q.python, "js": q.js}[lang]
		if !known {
			t.Fatalf("a block of %s", lang)
		}
		run(code)
		ran[lang]++
	}
	if got := fmt.Sprint(ran); got != "map[js:1 python:1 r:1 sh:3 sql:5 sql within r:1 sql within text:1 text:2]" {
		t.Errorf("ran %s", got)
	}
	csv, err := os.ReadFile(filepath.Join(q.home, "prestazioni.csv"))
	if err != nil || strings.Count(string(csv), "\n") != 121 {
		t.Errorf("%d lines of CSV, %v", strings.Count(string(csv), "\n"), err)
	}
}

// quick runs blocks.
type quick struct {
	*testing.T
	home, flat string
	views      string // a file that was read before
}

func (q *quick) sql(code string) {
	q.Helper()
	dir := q.home
	if strings.Contains(code, "prestazioni.r1.") {
		dir = q.flat
	}
	before := ""
	if !strings.Contains(code, "read_parquet") { // a view
		before = q.views
	}
	rows := testshared.DuckDBIn(q, dir, before+code)
	if want := quickRows(code); len(rows) != want {
		q.Errorf("%s: %d rows, want %d", code, len(rows), want)
	}
	if strings.Contains(code, "count(*) AS righe FROM read_parquet") && fmt.Sprint(rows[0]["righe"]) != "120" {
		q.Errorf("live release: %v", rows)
	}
}

// quickRows is how many rows a question gives of the 120.
func quickRows(code string) int {
	switch {
	case strings.Contains(code, "LIMIT 10;"):
		return 10
	case strings.Contains(code, "count(*) AS righe FROM read_parquet"), strings.Contains(code, "COPY"):
		return 1
	case strings.Contains(code, "SELECT * FROM read_parquet("):
		return 120
	}
	return 9 // of the first view, of the rows of rowsOf(1, 120)
}

// read keeps a file of views for the next question, after a question of its own under
// flat names.
func (q *quick) read(code string) {
	q.Helper()
	name := strings.TrimSpace(strings.TrimPrefix(code, ".read "))
	if strings.HasPrefix(name, "prestazioni.r1.") {
		views, err := os.ReadFile(filepath.Join(q.flat, name))
		if err != nil {
			q.Fatal(err)
		}
		rows := testshared.DuckDBIn(q, q.flat, "SET VARIABLE parti = 'prestazioni.r1.*-part-*.parquet';\n"+string(views)+"\nSELECT count(*) AS n FROM dati")
		if fmt.Sprint(rows) != "[map[n:120]]" {
			q.Errorf("views under flat names: %v", rows)
		}
		return
	}
	views, err := os.ReadFile(filepath.Join(q.home, name))
	if err != nil {
		q.Fatal(err)
	}
	q.views = string(views)
}

// sh runs lines in one shell; those of flussi, which is not built here, by what they
// call.
func (q *quick) sh(code string) {
	q.Helper()
	dir := q.home
	if strings.Contains(code, "prestazioni.r1.") {
		dir = q.flat
	}
	for line := range strings.Lines(code) {
		words := strings.Fields(line)
		at := func(i int) string { return filepath.Join(dir, words[i]) }
		var err error
		switch {
		case words[0] != "flussi":
			shell := exec.Command(testshared.Peer(q, "sh"), "-e", "-c", line)
			shell.Dir = dir
			var out []byte
			if out, err = shell.CombinedOutput(); err == nil && !strings.Contains(string(out), ": OK\n") {
				err = fmt.Errorf("%s", out)
			}
		case words[2] == "ls":
			_, err = List(spool.OS, at(3))
		case words[2] == "hold":
			err = KeepRelease(spool.OS, at(3), words[4], Hold{Reason: strings.Trim(words[6], `"`), Since: "2026-01-01"})
		case words[2] == "check":
			var c *Checked
			if c, err = Check(q.Context(), spool.OS, at(3), ""); err == nil && c.Rows != 120 {
				err = fmt.Errorf("%d rows, %v", c.Rows, c.Findings)
			}
		default:
			err = fmt.Errorf("an unknown command")
		}
		if err != nil {
			q.Errorf("%s: %v", line, err)
		}
	}
}

// codes is how many codici.csv of the release has.
func (q *quick) codes(name string, out []byte, err error) {
	q.Helper()
	m := mustLive(q.T, spool.OS, filepath.Dir(filepath.Dir(q.home)))
	want := 0
	for _, c := range m.Columns {
		want += len(c.Labels)
	}
	if got := strings.TrimSpace(string(out)); err != nil || want == 0 || !strings.HasSuffix(got, fmt.Sprintf("%d Lazio", want)) {
		q.Errorf("%s: %q, %v; want %d codes", name, got, err, want)
	}
}

func (q *quick) r(code string) {
	q.Helper()
	r := exec.Command(testshared.Peer(q, "Rscript"), "--vanilla", "-")
	r.Dir, r.Stdin = q.home, strings.NewReader(code+"\ncat(nrow(codici), codici$significato[codici$codice == 'R12'])\n")
	out, err := r.Output()
	q.codes("R", out, err)
}

func (q *quick) python(code string) {
	q.Helper()
	const python = "/usr/bin/python3" // Debian's, with its packages
	if _, err := os.Stat(python); err != nil || exec.Command(python, "-c", "import pandas").Run() != nil {
		testshared.Skip(q, "peer pandas")
	}
	p := exec.Command(python, "-")
	p.Dir, p.Stdin = q.home, strings.NewReader(code+"\nprint(len(codici), codici.significato[codici.codice == 'R12'].iloc[0])\n")
	var problems bytes.Buffer
	p.Stderr = &problems
	out, err := p.Output()
	if err != nil {
		q.Log(problems.String())
	}
	q.codes("pandas", out, err)
}

func (q *quick) js(code string) {
	q.Helper()
	if got := testshared.PolarsIn(q, q.home, code+"console.log(dati.height)"); got != "120\n" {
		q.Errorf("polars: %s rows", got)
	}
}
