package dataset

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
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

// compulsory are the properties that DCAT-AP_IT asks for, of each class: a name with "1"
// stands once.
// Source: Linee guida per i cataloghi dati (AgID), overview of the profile.
var compulsory = map[string][]string{
	"dcatapit:Catalog":         {"dct:title", "dct:description", "dct:publisher 1", "dct:modified 1", "dcat:dataset"},
	"dcatapit:Dataset":         {"dct:identifier 1", "dct:title", "dct:description", "dct:modified 1", "dcat:theme", "dct:rightsHolder 1", "dct:accrualPeriodicity 1", "dcat:distribution"},
	"dcatapit:Distribution":    {"dct:format 1", "dcat:accessURL 1", "dct:license 1"},
	"dcatapit:Agent":           {"dct:identifier 1", "foaf:name"},
	"dcatapit:LicenseDocument": {"dct:type 1"}, // recommended
}

// A catalogue describes what is made public, with all that the profile asks for, and
// nothing else.
func TestCatalog(t *testing.T) {
	holder := Holder{Codice: "120", Denominazione: "Regione Lazio", IPA: "r_lazio"}
	listing := Listing{Licence: "http://creativecommons.org/licenses/by/4.0/", AccessURL: "https://dati.example.it/quadro"}
	m := &Manifest{Release: "2026-03-01-abc", Recipient: "regione-lazio", Dataset: "quadro", Level: "aggregato"}
	data, err := catalogOf(m, holder, listing)
	if err != nil {
		t.Fatal(err)
	}
	var catalog struct {
		Context map[string]string `json:"@context"`
		Graph   []map[string]any  `json:"@graph"`
	}
	if err := json.Unmarshal(data, &catalog); err != nil {
		t.Fatalf("%v\n%s", err, data)
	}
	nodes, classes := map[string]map[string]any{}, map[string]map[string]any{}
	for _, node := range catalog.Graph {
		nodes[node["@id"].(string)], classes[node["@type"].([]any)[0].(string)] = node, node
	}
	for _, node := range catalog.Graph {
		for name, value := range node {
			if prefix, _, found := strings.Cut(name, ":"); found && catalog.Context[prefix] == "" {
				t.Errorf("%s: no such vocabulary", name)
			}
			if to, is := value.(map[string]any); is && strings.HasPrefix(fmt.Sprint(to["@id"]), "#") && nodes[to["@id"].(string)] == nil {
				t.Errorf("%s leads nowhere: %v", name, to)
			}
		}
	}
	for class, properties := range compulsory {
		for _, property := range properties {
			name, once := strings.CutSuffix(property, " 1")
			value := classes[class][name]
			if _, several := value.([]any); value == nil || once && several {
				t.Errorf("%s: %s is %v", class, name, value)
			}
		}
	}
	distribution := classes["dcatapit:Distribution"]
	if nodes[distribution["dct:license"].(map[string]any)["@id"].(string)] == nil {
		t.Errorf("the licence %v is not described", distribution["dct:license"])
	}
	for what, said := range map[string][2]any{
		"day":      {classes["dcatapit:Dataset"]["dct:modified"].(map[string]any)["@value"], "2026-03-01"},
		"dataset":  {classes["dcatapit:Dataset"]["dct:identifier"], "r_lazio:regione-lazio-quadro"},
		"agent":    {classes["dcatapit:Agent"]["dct:identifier"], "r_lazio"},
		"address":  {distribution["dcat:accessURL"].(map[string]any)["@id"], listing.AccessURL},
		"licence":  {classes["dcatapit:LicenseDocument"]["@id"], listing.Licence},
		"its name": {classes["dcatapit:LicenseDocument"]["foaf:name"], "CC BY"},
	} {
		if said[0] != said[1] {
			t.Errorf("%s: %v, want %v", what, said[0], said[1])
		}
	}
	for what, none := range map[string]struct {
		level, release string
		holder         Holder
		listing        Listing
	}{
		"rows":       {"individuale_anonimo", m.Release, holder, listing},
		"nobody":     {"aggregato", m.Release, Holder{}, listing},
		"no code":    {"aggregato", m.Release, Holder{Codice: "120", Denominazione: "Regione Lazio"}, listing},
		"no licence": {"aggregato", m.Release, holder, Listing{AccessURL: listing.AccessURL}},
		"no address": {"aggregato", m.Release, holder, Listing{Licence: listing.Licence}},
		"of no day":  {"aggregato", "r1", holder, listing},
	} {
		other := *m
		other.Level, other.Release = none.level, none.release
		if data, err := catalogOf(&other, none.holder, none.listing); data != nil || err != nil {
			t.Errorf("%s: %s, %v", what, data, err)
		}
	}
}
