package dataset

import (
	"encoding/json"
	"fmt"
	"os"
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

// The SQL of QUICKSTART.md works as it stands, from where it says.
func TestQuickstartRuns(t *testing.T) {
	root := t.TempDir()
	s := mustPublish(t, spool.OS, root, "r1", rowsOf(1, 120))
	data, err := os.ReadFile(filepath.Join(s.Dir, "QUICKSTART.md"))
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(data), "{release}") || strings.Contains(string(data), "{dataset}") {
		t.Error("a place was left unfilled")
	}
	blocks := regexp.MustCompile("(?s)```sql\n(.*?)```").FindAllStringSubmatch(string(data), -1)
	if len(blocks) != 3 {
		t.Fatalf("%d SQL blocks, want 3", len(blocks))
	}
	home := filepath.Dir(filepath.Dir(s.Dir))
	for i, want := range []int{10, 1, 1} {
		if rows := testshared.DuckDBIn(t, home, blocks[i][1]); len(rows) != want {
			t.Errorf("%s: %d rows, want %d", blocks[i][1], len(rows), want)
		}
	}
	if rows := testshared.DuckDBIn(t, home, blocks[1][1]); fmt.Sprint(rows[0]["count_star()"]) != "120" {
		t.Errorf("live release: %v", rows)
	}
	csv, err := os.ReadFile(filepath.Join(home, "prestazioni.csv"))
	if err != nil || strings.Count(string(csv), "\n") != 121 {
		t.Errorf("%d lines of CSV, %v", strings.Count(string(csv), "\n"), err)
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
		"QUICKSTART.md": {"releases/r1/**/*.parquet", "list.files(", "pyarrow.dataset", "scan_parquet", "Parquet.Document", "Excel"},
	} {
		text := read(name)
		for _, w := range want {
			if !strings.Contains(text, w) {
				t.Errorf("%s lacks %q:\n%s", name, w, text)
			}
		}
	}
	var p dataPackage
	if err := json.Unmarshal([]byte(read("datapackage.json")), &p); err != nil {
		t.Fatal(err)
	}
	if p.Name != "regione-lazio-prestazioni" || len(p.Resources) != 1 || len(p.Resources[0].Path) == 0 || len(p.Resources[0].Schema.Fields) != len(columns)+1 {
		t.Errorf("data package %+v", p)
	}
	for _, path := range p.Resources[0].Path {
		if _, err := os.Stat(filepath.Join(s.Dir, path)); err != nil {
			t.Error(err)
		}
	}
}
