package dataset

import (
	"encoding/json"
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

// DuckDB counts in the files what the manifest says, and reads each partition
// column alike from folder and file.
func TestDuckDBCounts(t *testing.T) {
	root := t.TempDir()
	mustPublish(t, spool.OS, root, "r1", rowsOf(1, 3000))
	s := mustPublish(t, spool.OS, root, "r2", rowsOf(2, 500))
	got := testshared.DuckDB(t, fmt.Sprintf(`SELECT count(*) AS n, count(*) FILTER (a.anno::INT <> b.anno OR a.regione <> b.regione) AS apart
		FROM (SELECT *, filename, file_row_number FROM read_parquet('%[1]s/**/*.parquet', hive_partitioning = true, filename = true, file_row_number = true)) a
		JOIN (SELECT *, filename, file_row_number FROM read_parquet('%[1]s/**/*.parquet', hive_partitioning = false, filename = true, file_row_number = true)) b
		USING (filename, file_row_number)`, filepath.ToSlash(s.Dir)))[0]
	if fmt.Sprint(got["n"]) != fmt.Sprint(s.Rows) || fmt.Sprint(got["apart"]) != "0" {
		t.Errorf("DuckDB counts %v, the release says %d rows", got, s.Rows)
	}
}

// Every block of SQL of QUICKSTART.md works as it stands, from where it says; the
// views are run before the question that is asked of them, as it says too.
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
	views, err := os.ReadFile(filepath.Join(s.Dir, viewsName))
	if err != nil {
		t.Fatal(err)
	}
	blocks := regexp.MustCompile("(?s)```sql\n(.*?)```").FindAllStringSubmatch(string(data), -1)
	if len(blocks) != 4 {
		t.Fatalf("%d SQL blocks, want 4", len(blocks))
	}
	home := filepath.Dir(filepath.Dir(s.Dir))
	for i, want := range []int{10, 1, 9, 1} {
		sql := blocks[i][1]
		if strings.Contains(string(data), ".read releases/r1/viste.sql") && !strings.Contains(sql, "read_parquet") {
			sql = string(views) + sql
		}
		rows := testshared.DuckDBIn(t, home, sql)
		if len(rows) != want {
			t.Errorf("%s: %d rows, want %d", blocks[i][1], len(rows), want)
		}
		if i == 1 && fmt.Sprint(rows[0]["righe"]) != "120" {
			t.Errorf("live release: %v", rows)
		}
	}
	csv, err := os.ReadFile(filepath.Join(home, "prestazioni.csv"))
	if err != nil || strings.Count(string(csv), "\n") != 121 {
		t.Errorf("%d lines of CSV, %v", strings.Count(string(csv), "\n"), err)
	}
}

// sha256sum, which nobody here wrote, finds every file as SHA256SUMS says, and the
// list has all but the three that cannot be in it.
func TestSums(t *testing.T) {
	root := t.TempDir()
	mustPublish(t, spool.OS, root, "r1", rowsOf(1, 200))
	s := mustPublish(t, spool.OS, root, "r2", rowsOf(2, 200))
	files, err := walk(spool.OS, s.Dir, "")
	if err != nil {
		t.Fatal(err)
	}
	check := exec.Command(testshared.Peer(t, "sha256sum"), "-c", "--strict", sumsName)
	check.Dir = s.Dir
	out, err := check.CombinedOutput()
	if said := strings.Count(string(out), ": OK\n"); err != nil || said != len(files)-3 {
		t.Errorf("%d of %d files, %v\n%s", said, len(files), err, out)
	}
}

// The files beside the data say of every column what the view says, in both
// languages.
func TestDescriptions(t *testing.T) {
	root := t.TempDir()
	s := mustPublish(t, spool.OS, root, "r1", rowsOf(1, 50))
	read := func(name string) string {
		data, err := os.ReadFile(filepath.Join(s.Dir, name))
		if err != nil {
			t.Fatal(err)
		}
		return string(data)
	}
	for name, want := range map[string][]string{
		"dizionario.md": {"# Dizionario dei dati: prestazioni", "| `anno` | intero |  | no | anno della prestazione |", "| `importo` | decimale (18,2) | EUR |",
			"| `R12` | Lazio |", `- Finalità: programmazione \| sociale`, "- per i totali citare «quadro»", "| r1 | 2025-06 | 50 | 10 | 10 | 5 |", "almeno 5 persone", "data in mese"},
		"dictionary.md": {"# Data dictionary: prestazioni", "| `anno` | integer |  | no | year of the benefit |", "at least 5 persons", `- cite "quadro" for totals`},
		"qualita.json":  {`"rounding"`, `"suppressed_at_most": 10`, `"level": "individuale_anonimo"`},
		"QUICKSTART.md": {"releases/r1/**/*.parquet", "list.files(", "pd.read_parquet", "scan_parquet", "Parquet.Document", "Excel"},
	} {
		text := read(name)
		for _, w := range want {
			if !strings.Contains(text, w) {
				t.Errorf("%s lacks %q:\n%s", name, w, text)
			}
		}
	}
	if page := read(dictionaryPage); !strings.Contains(page, `<section id="en"`) || !strings.Contains(page, "data in mese") {
		t.Errorf("%s:\n%s", dictionaryPage, page)
	}
}

// The package names every file with its hash and size, says what the columns are,
// and its CSV files are read as it says by an engine that was not written here.
func TestPackage(t *testing.T) {
	root := t.TempDir()
	s := mustPublish(t, spool.OS, root, "r1", rowsOf(1, 50))
	m, err := Verify(spool.OS, s.Dir)
	if err != nil {
		t.Fatal(err)
	}
	listed := map[string]File{}
	for _, f := range m.Files {
		listed[f.Path] = f
	}
	data, err := os.ReadFile(filepath.Join(s.Dir, packageName))
	if err != nil {
		t.Fatal(err)
	}
	var p struct {
		Name, Profile, Version string
		Resources              []struct {
			Name, Profile, Format string
			Path                  any
			Bytes                 int64
			Hash                  string
			Files                 []packageFile
			Schema                tableSchema
		}
	}
	if err := json.Unmarshal(data, &p); err != nil {
		t.Fatal(err)
	}
	if p.Name != "regione-lazio-prestazioni" || p.Version != "r1" || p.Profile != "data-package" || len(p.Resources) != 3 {
		t.Fatalf("data package %+v", p)
	}
	rows := p.Resources[0]
	if len(rows.Schema.Fields) != len(columns)+1 || len(rows.Files) != len(m.parts()) {
		t.Errorf("rows: %+v", rows)
	}
	for _, f := range rows.Schema.Fields {
		if f.Type == "" {
			t.Errorf("field %s has no type", f.Name)
		}
	}
	total := int64(0)
	for _, f := range rows.Files {
		if l := listed[f.Path]; f.Hash != "sha256:"+l.SHA256 || f.Bytes != l.Bytes || l.Bytes == 0 {
			t.Errorf("part %+v, listed %+v", f, l)
		}
		total += f.Bytes
	}
	if total != rows.Bytes {
		t.Errorf("%d bytes in all, %d said", total, rows.Bytes)
	}
	for _, r := range p.Resources[1:] {
		path := r.Path.(string)
		if l := listed[path]; r.Hash != "sha256:"+l.SHA256 || r.Bytes != l.Bytes || r.Profile != "tabular-data-resource" {
			t.Errorf("%+v, listed %+v", r, l)
		}
		read := testshared.DuckDBIn(t, s.Dir, fmt.Sprintf("SELECT * FROM read_csv('%s', delim = ';', header = true, all_varchar = true, quote = '\"')", path))
		if len(read) == 0 || len(read[0]) != len(r.Schema.Fields) {
			t.Errorf("%s: %v", path, read)
		}
		for _, f := range r.Schema.Fields {
			if _, there := read[0][f.Name]; !there {
				t.Errorf("%s lacks %s", path, f.Name)
			}
		}
		if path == columnsCSV && (len(read) != len(columns)+1 || read[0]["descrizione"] != "anno della prestazione" || read[0]["description"] != "year of the benefit") {
			t.Errorf("dictionary: %v", read)
		}
	}
}

// A catalogue describes what may be published, and nothing else.
func TestCatalog(t *testing.T) {
	holder := Holder{Codice: "120", Denominazione: "Regione Lazio"}
	m := &Manifest{Release: "2026-03-01-abc", Recipient: "regione-lazio", Dataset: "quadro", Level: "aggregato"}
	data, err := catalogOf(m, holder)
	if err != nil {
		t.Fatal(err)
	}
	var catalog struct {
		Context map[string]string `json:"@context"`
		Graph   []map[string]any  `json:"@graph"`
	}
	if err := json.Unmarshal(data, &catalog); err != nil || len(catalog.Graph) != 4 {
		t.Fatalf("%v\n%s", err, data)
	}
	defined := map[string]bool{}
	for _, node := range catalog.Graph {
		defined[node["@id"].(string)] = true
	}
	for _, node := range catalog.Graph {
		for name, value := range node {
			if prefix, _, found := strings.Cut(name, ":"); found && catalog.Context[prefix] == "" {
				t.Errorf("%s: no such vocabulary", name)
			}
			if to, is := value.(map[string]any); is && strings.HasPrefix(fmt.Sprint(to["@id"]), "#") && !defined[to["@id"].(string)] {
				t.Errorf("%s leads nowhere: %v", name, to)
			}
		}
	}
	for _, mandatory := range []string{"dct:title", "dct:description", "dct:identifier", "dct:modified", "dcat:theme", "dct:rightsHolder", "dct:accrualPeriodicity", "dcat:distribution"} {
		if catalog.Graph[2][mandatory] == nil {
			t.Errorf("the dataset lacks %s", mandatory)
		}
	}
	if day := catalog.Graph[2]["dct:modified"].(map[string]any)["@value"]; day != "2026-03-01" {
		t.Errorf("modified %v", day)
	}
	for what, none := range map[string]struct {
		level, release string
		holder         Holder
	}{
		"rows":      {"individuale_anonimo", m.Release, holder},
		"nobody":    {"aggregato", m.Release, Holder{}},
		"of no day": {"aggregato", "r1", holder},
	} {
		other := *m
		other.Level, other.Release = none.level, none.release
		if data, err := catalogOf(&other, none.holder); data != nil || err != nil {
			t.Errorf("%s: %s, %v", what, data, err)
		}
	}
}
