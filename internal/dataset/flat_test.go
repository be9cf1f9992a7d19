package dataset_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"flussi/internal/anonymize"
	"flussi/internal/dataset"
	"flussi/internal/exchange"
	"flussi/internal/flusso"
	"flussi/internal/spool"
	"flussi/internal/testshared"
)

var inps = anonymize.Recipient{Name: "inps", Class: anonymize.INPS}

func (h *house) flatten(t *testing.T, recipient, ds string, formats ...dataset.FlatFormat) string {
	t.Helper()
	if err := dataset.Flatten(t.Context(), spool.OS, h.dir, recipient, ds, dataset.FlatOptions{Formats: formats}); err != nil {
		t.Fatal(err)
	}
	return filepath.Join(h.dir, recipient, ds, "flat")
}

// DuckDB finds in flat files, Parquet and CSV, every row of the release and every
// element of its lists, found again by riga.
func TestFlatFilesAreTheRelease(t *testing.T) {
	testshared.DuckDB(t, "SELECT 1")
	h := newHouse(t, inps, exchange.LocalTarget{Dataset: "prestazioni", Level: anonymize.Totale})
	dir := h.flatten(t, "inps", "prestazioni", dataset.FlatParquet, dataset.FlatCSV)
	names := mustReadDir(t, dir)
	want := []string{
		"SHA256SUMS", "datapackage.json", "prestazioni-2025-indirizzo.csv", "prestazioni-2025-indirizzo.parquet", "prestazioni-2025-sina.csv", "prestazioni-2025-sina.parquet",
		"prestazioni-2025.csv", "prestazioni-2025.parquet",
	}
	if !slices.Equal(names, want) {
		t.Errorf("files %q, want %q", names, want)
	}
	got := testshared.DuckDBIn(t, dir, strings.ReplaceAll(`
		CREATE VIEW released AS FROM read_parquet('RELEASE/**/*.parquet', hive_partitioning = false);
		CREATE VIEW rows AS SELECT * EXCLUDE (SINA, Indirizzo) FROM released;
		CREATE VIEW flat AS SELECT COLUMNS(c -> c NOT LIKE 'SINA%') FROM 'prestazioni-2025.parquet';
		CREATE VIEW lists AS SELECT riga, 'InvCiv' AS campo, unnest(SINA.InvCiv) AS valore FROM released
			UNION ALL SELECT riga, 'CodicePrestazione', unnest(SINA.CodicePrestazione) FROM released;
		CREATE VIEW addresses AS SELECT riga, unnest(Indirizzo, recursive := true) FROM released;
		CREATE VIEW sina AS FROM 'prestazioni-2025-sina.parquet';
		CREATE VIEW indirizzo AS FROM 'prestazioni-2025-indirizzo.parquet';
		SELECT
			(SELECT count(*) FROM (FROM rows EXCEPT ALL FROM flat)) AS lost,
			(SELECT count(*) FROM (FROM flat EXCEPT ALL FROM rows)) AS invented,
			(SELECT count(*) FROM released r JOIN 'prestazioni-2025.parquet' f USING (riga)
				WHERE r.SINA.Mobilita IS DISTINCT FROM f.SINA_Mobilita OR r.SINA.AttivitaVitaQuotidiana_descrizione IS DISTINCT FROM f.SINA_AttivitaVitaQuotidiana_descrizione) AS sina_lost,
			(SELECT count(*) FROM (FROM lists EXCEPT ALL SELECT riga, campo, valore FROM sina)) AS lists_lost,
			(SELECT count(*) FROM (SELECT riga, campo, valore FROM sina EXCEPT ALL FROM lists)) AS lists_invented,
			(SELECT count(*) FROM (FROM addresses EXCEPT ALL SELECT * EXCLUDE (anno, posizione) FROM indirizzo)) AS addresses_lost,
			(SELECT count(*) FROM (SELECT * EXCLUDE (anno, posizione) FROM indirizzo EXCEPT ALL FROM addresses)) AS addresses_invented,
			(SELECT count(*) FROM sina WHERE riga NOT IN (SELECT riga FROM flat) OR anno <> 2025) AS orphans,
			(SELECT count(*) FROM (SELECT riga, campo, posizione FROM sina GROUP BY ALL HAVING count(*) > 1)) AS twice,
			(SELECT count(*) FROM (SELECT riga, posizione FROM indirizzo GROUP BY ALL HAVING count(*) > 1)) AS twice_there,
			(SELECT count(*) FROM released WHERE SINA IS NOT NULL) AS assessed,
			(SELECT count(*) FROM released) AS rows, (SELECT count(*) FROM sina) AS elements,
			(SELECT count(*) FROM read_csv('prestazioni-2025.csv', delim = ';', decimal_separator = ',')) AS csv_rows,
			(SELECT sum(ImportoMensile)::VARCHAR FROM read_csv('prestazioni-2025.csv', delim = ';', decimal_separator = ',', types = {'ImportoMensile': 'DECIMAL(18,2)'})) AS csv_sum,
			(SELECT sum(ImportoMensile)::VARCHAR FROM released) AS sum,
			(SELECT count(*) FROM read_csv('prestazioni-2025-sina.csv', delim = ';', all_varchar = true)) AS csv_elements`, "RELEASE", filepath.ToSlash(h.lived["prestazioni"])))[0]
	for _, name := range []string{"lost", "invented", "sina_lost", "lists_lost", "lists_invented", "addresses_lost", "addresses_invented", "orphans", "twice", "twice_there"} {
		if fmt.Sprint(got[name]) != "0" {
			t.Errorf("%s: %v", name, got[name])
		}
	}
	if got["csv_rows"] != got["rows"] || got["csv_sum"] != got["sum"] || got["csv_elements"] != got["elements"] || fmt.Sprint(got["elements"]) == "0" || fmt.Sprint(got["assessed"]) == "0" {
		t.Errorf("%v", got)
	}
	// polars reads the flat file, and has the types that the dictionary tells.
	types, read := testshared.Polars(t, filepath.Join(dir, "prestazioni-2025.parquet"))
	for name, want := range map[string]string{"anno": "Int32", "riga": "String", "DataInizioPrestazione": "Date", "ImportoMensile": "Decimal", "SINA_Mobilita": "String"} {
		if !strings.Contains(types[name], want) {
			t.Errorf("polars: %s is %s, want %s", name, types[name], want)
		}
	}
	if fmt.Sprint(len(read)) != fmt.Sprint(got["rows"]) {
		t.Errorf("polars: %d rows of %v", len(read), got["rows"])
	}
	// The package says how the files are to be joined.
	var p struct {
		Resources []struct {
			Name   string
			Schema struct {
				PrimaryKey  []string
				ForeignKeys []struct {
					Fields    []string
					Reference struct{ Resource string }
				}
			}
		}
	}
	if err := json.Unmarshal(mustRead(t, filepath.Join(dir, "datapackage.json")), &p); err != nil || len(p.Resources) != 6 {
		t.Fatalf("%d resources, %v", len(p.Resources), err)
	}
	named := map[string]bool{}
	for _, r := range p.Resources {
		named[r.Name] = true
	}
	for _, r := range p.Resources {
		isChild := strings.Contains(r.Name, "sina") || strings.Contains(r.Name, "indirizzo")
		if isChild != (len(r.Schema.ForeignKeys) == 1) || isChild == slices.Equal(r.Schema.PrimaryKey, []string{"riga"}) ||
			isChild && !named[r.Schema.ForeignKeys[0].Reference.Resource] {
			t.Errorf("%+v", r)
		}
	}
	// Written again they are the same; another format takes the others' place.
	before := mustRead(t, filepath.Join(dir, "prestazioni-2025.parquet"))
	other := t.TempDir()
	if _, err := dataset.Export(t.Context(), spool.OS, filepath.Join(h.dir, "inps", "prestazioni"), other, dataset.FlatOptions{Formats: []dataset.FlatFormat{dataset.FlatParquet}}); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(before, mustRead(t, filepath.Join(other, "prestazioni-2025.parquet"))) {
		t.Error("the same release gave other bytes")
	}
	h.flatten(t, "inps", "prestazioni", dataset.FlatCSV)
	if left := mustReadDir(t, dir); slices.Contains(left, "prestazioni-2025.parquet") || !slices.Contains(left, "prestazioni-2025.csv") {
		t.Errorf("left: %q", left)
	}
}

func mustRead(t *testing.T, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func mustReadDir(t *testing.T, dir string) (names []string) {
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

// One file, anywhere, of any year or of all; what cannot be is refused in words.
func TestExportOne(t *testing.T) {
	h := newHouse(t, inps, exchange.LocalTarget{Dataset: "prestazioni", Level: anonymize.Totale})
	home, dir := filepath.Join(h.dir, "inps", "prestazioni"), t.TempDir()
	files, err := dataset.Export(t.Context(), spool.OS, home, filepath.Join(dir, "mie.csv"), dataset.FlatOptions{})
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, f := range files {
		names = append(names, f.Path)
	}
	if !slices.Equal(names, []string{"mie.csv", "mie-indirizzo.csv", "mie-sina.csv"}) {
		t.Errorf("%q", names)
	}
	csv := mustRead(t, filepath.Join(dir, "mie.csv"))
	if !bytes.HasPrefix(csv, []byte("\ufeffanno;regione;")) || !bytes.Contains(csv, []byte("\r\n2025;R12;")) {
		t.Errorf("%.80q", csv)
	}
	// A release alone, and its sheet.
	if _, err := dataset.Export(t.Context(), spool.OS, h.lived["prestazioni"], filepath.Join(dir, "righe.xlsx"), dataset.FlatOptions{Year: "2025"}); err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenFile(filepath.Join(dir, "righe.xlsx"))
	if err != nil {
		t.Fatal(err)
	}
	if got := f.GetSheetList(); !slices.Equal(got, []string{"dati", "dizionario", "codici"}) {
		t.Errorf("sheets %q", got)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	_, err = dataset.Export(t.Context(), spool.OS, home, filepath.Join(dir, "x.csv"), dataset.FlatOptions{Year: "1999"})
	var told *flusso.Error
	if !errors.As(err, &told) || told.Kind != flusso.Invalid || !strings.Contains(told.Hint.En, "2025") {
		t.Errorf("no such year: %v", err)
	}
	// A part that is not what the manifest says gives no file.
	parts, _ := filepath.Glob(filepath.Join(h.lived["prestazioni"], "*", "*", "*.parquet"))
	if err := os.Truncate(parts[0], 100); err != nil {
		t.Fatal(err)
	}
	if _, err := dataset.Export(t.Context(), spool.OS, home, filepath.Join(dir, "y.csv"), dataset.FlatOptions{}); flusso.KindOf(err) != flusso.Corrupt {
		t.Errorf("a spoiled part: %v", err)
	}
	if left := mustReadDir(t, dir); slices.Contains(left, "y.csv") || slices.ContainsFunc(left, func(n string) bool { return strings.HasSuffix(n, spool.PartSuffix) }) {
		t.Errorf("left: %q", left)
	}
}

// A spreadsheet of tables has a sheet for each way of crossing dimensions, none of
// which has totals among what they are the totals of: all sheets together are the
// figures published.
func TestWorkbookOfTables(t *testing.T) {
	testshared.DuckDB(t, "SELECT 1")
	cubes, err := anonymize.LoadCubes("cubes.yaml", []byte(someCubes))
	if err != nil {
		t.Fatal(err)
	}
	h := newHouse(t, anonymize.Recipient{Name: "regione-lazio", Class: anonymize.Regione, Territory: anonymize.Territory{Regione: "ITI4"}},
		exchange.LocalTarget{Dataset: "quadro", Level: anonymize.Aggregato, Cubes: cubes})
	dir := h.flatten(t, "regione-lazio", "quadro", dataset.FlatXLSX)
	f, err := excelize.OpenFile(filepath.Join(dir, "quadro-2025.xlsx"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	want := map[string]int{}
	dimensions := []string{"CodicePrestazione", "sezione", "provincia", "FasciaEta", "Genere", "CittadinanzaArea"}
	short := []string{"prestazione", "sezione", "provincia", "età", "genere", "cittadinanza"}
	for _, row := range testshared.DuckDB(t, fmt.Sprintf(`SELECT "%s" FROM read_parquet('%s/**/*.parquet', hive_partitioning = false)`, strings.Join(dimensions, `", "`), filepath.ToSlash(h.lived["quadro"]))) {
		var names []string
		for i, d := range dimensions {
			if row[d] != "totale" && (i != 1 || row["CodicePrestazione"] == "totale") {
				names = append(names, short[i])
			}
		}
		name := strings.Join(names, " x ")
		if name == "" {
			name = "totale"
		}
		want[name]++
	}
	got := map[string]int{}
	for _, sheet := range f.GetSheetList() {
		rows, err := f.GetRows(sheet)
		if err != nil {
			t.Fatal(err)
		}
		if sheet == "dizionario" || sheet == "codici" {
			if len(rows) < 5 {
				t.Errorf("%s: %d rows", sheet, len(rows))
			}
			continue
		}
		got[sheet] = len(rows) - 1
		for i, head := range rows[0] {
			for _, row := range rows[1:] {
				if slices.Contains(dimensions, head) && len(row) > i && row[i] == "totale" {
					t.Errorf("%s: a total among %s", sheet, head)
					break
				}
			}
		}
	}
	if !maps.Equal(got, want) {
		t.Errorf("sheets %v, want %v", got, want)
	}
}
