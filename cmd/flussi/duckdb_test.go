package main

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"flussi/internal/testshared"
)

// What is not part of a class: the row's own key, and the sensitive values,
// which k-anonymity does not hide.
var outsideClasses = map[string]string{
	"prestazioni": "riga, SINAAutonomia, SINAAutonomia_descrizione",
	"sinba":       "riga, Disabilita, Disabilita_descrizione, Collocazione",
}

// DuckDB, which nobody here wrote, counts in every release of a demo what the
// summary says, partition by partition, and finds no class too small.
func TestDuckDBJudgesDemo(t *testing.T) {
	testshared.DuckDB(t, "SELECT 1") // without it there is no judge
	dir := t.TempDir()
	got, err := demoOutcome(mustIn(t, dir, "demo", "--dir", "d", "--beneficiari", "400", "--json"))
	if err != nil {
		t.Fatal(err)
	}
	judged := map[string]int{}
	for _, r := range got.Recipients {
		if *r.Release == "" {
			continue
		}
		judged[r.Dataset]++
		t.Run(r.Name+"/"+r.Dataset, func(t *testing.T) {
			said := readManifest(t, *r.Release)
			if said.Rows != *r.Rows || said.K != 5 {
				t.Errorf("the manifest says %d rows and k=%d, the summary %d rows", said.Rows, said.K, *r.Rows)
			}
			counted, sum := map[string]int64{}, int64(0)
			for _, row := range testshared.DuckDB(t, judgement(r.Dataset, *r.Release)) {
				n, name := number(t, row["n"]), filepath.ToSlash(row["name"].(string))
				switch row["what"] {
				case "part":
					sum += n
					counted[name[len(filepath.ToSlash(*r.Release))+1:]] = n
				case "increment":
					counted[name] = n
				case "smallest class":
					if n < int64(said.K) {
						t.Errorf("a class of %d rows", n)
					}
				default: // what should not be at all
					if n != 0 {
						t.Errorf("%s: %d", row["what"], n)
					}
				}
			}
			// Whole, part by part and increment by increment: the same rows.
			if sum != *r.Rows || sum == 0 {
				t.Errorf("DuckDB counts %d rows, the summary says %d", sum, *r.Rows)
			}
			want := map[string]int64{}
			for _, f := range said.Files {
				if strings.HasSuffix(f.Path, ".parquet") {
					want[f.Path] = f.Rows
				}
			}
			for _, i := range said.Increments {
				want[i.Release] = i.Rows
			}
			if !maps.Equal(counted, want) {
				t.Errorf("DuckDB counts %v, the manifest says %v", counted, want)
			}
			if outsideClasses[r.Dataset] != "" && *r.Disclosed != *r.Rows {
				t.Errorf("%d records disclosed, %d rows", *r.Disclosed, *r.Rows)
			}
		})
	}
	if judged["prestazioni"] == 0 || judged["quadro"] < 2 || judged["sinba"] == 0 {
		t.Errorf("judged only %v", judged)
	}

	// The line that the demo prints for people works as it stands.
	line := regexp.MustCompile(`(?m)^  duckdb -c "(.*)"$`)
	it := line.FindStringSubmatch(mustIn(t, dir, "demo", "--dir", "d", "--beneficiari", "400"))
	en := line.FindStringSubmatch(mustIn(t, dir, "demo", "--dir", "d", "--beneficiari", "400", "--lang", "en"))
	if it == nil || en == nil || it[1] != en[1] {
		t.Fatalf("the demo prints %q and %q", it, en)
	}
	rows := testshared.DuckDBIn(t, dir, it[1])
	if len(rows) == 0 || rows[0]["CodicePrestazione"] == "" || number(t, rows[0]["righe"]) < 5 {
		t.Errorf("%s: %v", it[1], rows)
	}
}

// judgement asks all about a release at once: rows by part and increment; rows
// in another partition's folder; and the smallest class of persons' rows or,
// in tables, of a published cell, and suppressed cells that say something.
func judgement(dataset, release string) string {
	question := `
		WITH data AS (FROM read_parquet('FILES/**/*.parquet', filename = true, hive_partitioning = false)),
		rows AS (SELECT *, regexp_extract(filename, '([^/]+)-part-', 1) AS increment_id FROM data)
		SELECT 'part' AS what, filename AS name, count(*) AS n FROM rows GROUP BY ALL
		UNION ALL SELECT 'increment', increment_id, count(*) FROM rows GROUP BY ALL
		UNION ALL SELECT 'rows astray', '', count(*) FROM rows
			WHERE NOT filename LIKE '%/anno=' || anno || '/regione=' || regione || '/%'`
	if outside := outsideClasses[dataset]; outside != "" {
		question += `
		UNION ALL SELECT 'smallest class', '', min(n) FROM (SELECT *, count(*) AS n FROM (SELECT * EXCLUDE (filename, ` + outside + `) FROM rows) GROUP BY ALL)`
	} else {
		question += `
		UNION ALL SELECT 'smallest class', '', min(persone) FROM rows
		UNION ALL SELECT 'suppressed cells that tell', '', count(*) FROM rows
			WHERE stato <> 'pubblicata' AND (persone IS NOT NULL OR prestazioni IS NOT NULL OR importo_annuo IS NOT NULL)`
	}
	return strings.ReplaceAll(question, "FILES", strings.ReplaceAll(filepath.ToSlash(release), "'", "''"))
}

type manifest struct {
	K          int
	Rows       int64
	Increments []struct {
		Release string
		Rows    int64
	}
	Files []struct {
		Path string
		Rows int64
	}
}

func readManifest(t *testing.T, release string) (m manifest) {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(release, "manifest.json"))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(content, &m); err != nil {
		t.Fatal(err)
	}
	return m
}

func number(t *testing.T, value any) int64 {
	t.Helper()
	n, ok := value.(json.Number)
	if !ok {
		t.Fatalf("%v is not a number", value)
	}
	i, err := n.Int64()
	if err != nil {
		t.Fatal(err)
	}
	return i
}
