package exchange_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"flussi/internal/testshared"
)

// besideWorld has flat files and reference tables.
func besideWorld(t *testing.T) *world {
	t.Helper()
	w := newWorld(t, terms{Spool: "tables: {popolazione: residenti, attesi: attesi.csv}\n"})
	with := strings.Replace(w.read("flussi.yaml"), "datasets: {prestazioni: individuale_anonimo, quadro: aggregato}}", "datasets: {prestazioni: individuale_anonimo, quadro: aggregato}, flat: [csv, xlsx]}", 1)
	w.write("flussi.yaml", with)
	w.write("residenti/2026.csv", "comune;anno;sesso;eta;persone\n058091;2026;M;70;1000\n")
	w.write("residenti/2027.csv", "comune;anno;sesso;eta;persone\n058091;2027;M;70;900\n")
	w.write("residenti/leggimi.txt", "non è una tavola\n")
	w.write("attesi.csv", "ente;anno;area\nE472;2025;\nM082;2025;A1\n")
	return w
}

// TestBesideReleases: after a run flat files and reference tables are of what it
// published. Who sent what is counted of flows from which something may be
// disclosed; of those that are only relayed nothing is kept. A run that dies in
// between is made good by the next, and counts nothing twice.
func TestBesideReleases(t *testing.T) {
	testshared.DuckDB(t, "SELECT 1")
	calm := besideWorld(t)
	calm.stock("relay")
	if _, err := calm.run("relay"); err != nil {
		t.Fatal(err)
	}
	home := "dataset/regione-lazio/prestazioni/"
	for _, name := range []string{home + "flat/prestazioni-2025.csv", home + "flat/datapackage.json", home + "tavole/popolazione.parquet", "dataset/regione-lazio/quadro/flat/quadro-2025.xlsx"} {
		if info, err := os.Stat(calm.path(name)); err != nil || info.Size() == 0 {
			t.Errorf("%s: %v", name, err)
		}
	}
	counted := calm.read("stato/coverage.json")
	if !strings.Contains(counted, `"E472"`) || strings.Contains(counted, `"M082"`) {
		t.Errorf("counted: %.300s", counted)
	}
	told := map[string]string{}
	for _, row := range testshared.DuckDBIn(t, calm.path(home), "SELECT ente, area, stato, ente_ha_inviato FROM 'tavole/copertura.parquet'") {
		told[fmt.Sprint(row["ente"], " ", row["area"])] = fmt.Sprint(row["stato"], ", ", row["ente_ha_inviato"])
	}
	if len(told) != 6 || told["E472 A1"] != "inviato, inviato" || told["M082 A1"] != "pochi o nessuno, pochi o nessuno" || told["E472 A5"] != "pochi o nessuno, inviato" {
		t.Errorf("told: %v", told)
	}
	if got := fmt.Sprint(testshared.DuckDBIn(t, calm.path(home), "SELECT anno, sum(residenti)::BIGINT AS n FROM 'tavole/popolazione.parquet' GROUP BY ALL ORDER BY ALL")); got != "[map[anno:2025 n:1000] map[anno:2026 n:900]]" {
		t.Errorf("residents: %s", got)
	}
	// The ministry asked for nothing, and gets nothing.
	if _, err := os.Stat(calm.path("dataset/ministero-lavoro/quadro/flat")); err == nil {
		t.Error("flat files that nobody asked for")
	}
	for _, at := range []string{"disclose.seal", "disclose.publish", "disclose.ledger"} {
		t.Run(at, func(t *testing.T) {
			w := besideWorld(t)
			w.stock("relay")
			if !w.crash("relay", point{at, 1}) {
				t.Fatal("never came there")
			}
			if _, err := w.run("relay"); err != nil {
				t.Fatal(err)
			}
			if again := w.read("stato/coverage.json"); again != counted {
				t.Errorf("counted otherwise after a crash:\n%.400s", again)
			}
			if w.read(home+"flat/prestazioni-2025.csv") != calm.read(home+"flat/prestazioni-2025.csv") {
				t.Error("other flat files after a crash")
			}
		})
	}
}
