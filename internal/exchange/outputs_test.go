package exchange_test

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"flussi/internal/table"
	"flussi/internal/testshared"
)

// output is a kind of file that a run leaves, by its path from the world's folder.
// Every file there is of one of these kinds: a new one has to be entered here, and
// with it whether it may hold what the flows hold.
type output struct {
	kind    string
	path    string // an expression for the whole path
	foreign bool   // not ours, or what waits to be read: its content, not its name, may be anything
}

const (
	inRelease = `dataset/[a-z-]+/[a-z-]+/releases/[0-9a-z-]+/`
	partName  = `[0-9a-z-]+-part-\d{4}\.parquet`
	besides   = `(manifest\.json|manifest\.sig|SHA256SUMS|datapackage\.json|catalogo\.jsonld|dictionary\.md|dizionario\.(md|html|csv)|codici\.csv|viste\.sql|qualita\.json|QUICKSTART\.md|divulgazione\.json|divulgazione\.sig|divulgazione\.html|chiave-pubblica\.pem)`
)

var outputs = []output{
	{"the live release", `dataset/[a-z-]+/[a-z-]+/current\.json`, false},
	{"rows", inRelease + `anno=\d+/regione=R\d\d/` + partName, false},
	{"beside the rows", inRelease + besides, false},
	{"delivered rows", `hub/users/MINISTERO/in/[a-z-]+\.[0-9a-z-]+\.anno\.\d+\.regione\.R\d\d\.` + partName, false},
	{"delivered beside them", `hub/users/MINISTERO/in/[a-z-]+\.[0-9a-z-]+\.` + besides, false},
	{"inner report", `stato/reports/[a-z-]+/[a-z-]+/[0-9a-z-]+/(divulgazione\.(json|sig|html)|chiave-pubblica\.pem)`, false},
	{"report on a file", `stato/reports/[0-9a-f]{32}\.html`, false},
	{"ledger", `stato/ledger\.db(-wal|-shm)?`, false},
	{"what is current", `stato/current/[a-z-]+/[a-z-]+/[0-9a-z-]+\.keys`, false},
	{"what tables suppressed", `stato/suppressed/[a-z-]+/[a-z-]+/[0-9a-z-]+\.json`, false},
	{"key", `stato/(master|release-[0-9a-z-]+)\.key`, false},
	{"counters", `stato/metrics\.prom`, false},
	{"lock", `stato/lock`, false},
	{"spool", `stato/spool/.*`, true},
	{"relayed", `inps/users/REGLAZ01/in/.*`, true},
	{"endpoint", `(hub|inps)/.*`, true},
	{"given", `(flussi\.yaml|(segreti|schedules|layouts|deleghe|comune)/.*)`, true},
}

// search looks for markers in every file below the world's folder and, with what
// Parquet compresses laid open, in its content. It tells where they are, and counts
// the files of each kind.
func (w *world) search(m testshared.Markers) (found []string, kinds map[string]int) {
	w.Helper()
	kinds = map[string]int{}
	w.must(filepath.WalkDir(w.dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || path == w.dir {
			return err
		}
		rel, err := filepath.Rel(w.dir, path)
		if err != nil {
			return err
		}
		rel = filepath.ToSlash(rel)
		kind := output{kind: "folder", foreign: d.IsDir()}
		if !d.IsDir() {
			if kind, err = kindOf(rel); err != nil {
				w.Error(err)
			}
			kinds[kind.kind]++
		}
		if kind.kind != "endpoint" && kind.kind != "given" {
			if names := m.In([]byte(d.Name())); len(names) > 0 {
				found = append(found, fmt.Sprintf("a name of kind %s: %v", kind.kind, names))
			}
		}
		if kind.foreign {
			return nil
		}
		data, err := os.ReadFile(path)
		if errors.Is(err, fs.ErrNotExist) { // a log of SQLite's that went meanwhile
			return nil
		}
		if err == nil && filepath.Ext(path) == ".parquet" {
			var open []byte
			open, err = laidOpen(data)
			data = append(data, open...)
		}
		if names := m.In(data); len(names) > 0 {
			found = append(found, fmt.Sprintf("in %s: %v", rel, names))
		}
		return err
	}))
	return found, kinds
}

func kindOf(rel string) (output, error) {
	for _, o := range outputs {
		if regexp.MustCompile("^" + o.path + "$").MatchString(rel) {
			return o, nil
		}
	}
	return output{kind: "unknown"}, fmt.Errorf("%s is of no known kind: enter it in outputs", rel)
}

// laidOpen is every text in the rows of a Parquet file.
func laidOpen(data []byte) (texts []byte, err error) {
	r, size := bytes.NewReader(data), int64(len(data))
	file, err := table.OpenParquet(r, size)
	if err != nil {
		return nil, err
	}
	columns, _, err := file.Columns()
	if err != nil {
		return nil, err
	}
	var names []string
	for _, c := range columns {
		if c.Kind == table.String {
			names = append(names, c.Name)
		}
	}
	err = table.ReadParquetRows(r, size, names, func(c *table.Chunk) error {
		for i := range c.Columns {
			for row := range c.Rows() {
				texts = append(append(texts, c.Columns[i].Text(row)...), '\n')
			}
		}
		return nil
	})
	return texts, err
}

// TestLaidOpen: what a Parquet file compresses is found.
func TestLaidOpen(t *testing.T) {
	columns := []table.Column{{Name: "a", Kind: table.String, Nullable: true}, {Name: "n", Kind: table.Int}}
	c := table.NewChunk(columns)
	for i := range 1000 {
		c.Columns[0].AppendString(fmt.Sprintf("ZQXNONCODICE%03d", i%7))
		c.Columns[1].AppendNum(int64(i))
		c.EndRow()
	}
	c.Columns[0].AppendNull()
	c.Columns[1].AppendNum(0)
	c.EndRow()
	var file bytes.Buffer
	p, err := table.NewParquetWriter(&file, columns, table.Options{})
	if err == nil {
		err = errors.Join(p.Append(c, 0, c.Rows()), p.Close())
	}
	if err != nil {
		t.Fatal(err)
	}
	texts, err := laidOpen(file.Bytes())
	if err != nil || bytes.Count(texts, []byte("ZQXNONCODICE003")) != 143 {
		t.Errorf("%d bytes laid open, %v", len(texts), err)
	}
}
