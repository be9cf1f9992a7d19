package dataset_test

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"flussi/internal/anonymize"
	"flussi/internal/dataset"
	"flussi/internal/exchange"
	"flussi/internal/spool"
	"flussi/internal/territory"
	"flussi/internal/testshared"
)

// residents are made up: so many of each age, by comune and sex.
var residents = map[string]int{"058091 M": 900, "058091 F": 1000, "059011 M": 90, "059011 F": 110, "056059 M": 60, "056059 F": 50}

// someTables are reference tables of made-up residents, and a tally of what one
// Ente sent.
func someTables(t *testing.T, area territory.Area) []territory.Table {
	t.Helper()
	lines := "comune;anno;sesso;eta;persone\n"
	for _, who := range slices.Sorted(maps.Keys(residents)) {
		comune, sex, _ := strings.Cut(who, " ")
		for age := range 101 {
			lines += fmt.Sprintf("%s;2026;%s;%d;%d\n", comune, sex, age, residents[who])
		}
	}
	p := &territory.Population{}
	if err := p.Read("p.csv", strings.NewReader(lines)); err != nil {
		t.Fatal(err)
	}
	tally := territory.NewTally(5)
	for i := range byte(9) {
		tally.Add("H501", 2025, "A1", func() [16]byte { return [16]byte{i} }, true)
	}
	return []territory.Table{territory.Comuni(area, p), p.Table(area), tally.Table(area, nil)}
}

// beside is ask with the views of the reference tables too.
func (h *house) beside(t *testing.T, ds, sql string, keys int, names ...string) map[string]string {
	t.Helper()
	home := filepath.Dir(filepath.Dir(h.lived[ds]))
	views, err := os.ReadFile(filepath.Join(home, "tavole", "viste.sql"))
	if err != nil {
		t.Fatal(err)
	}
	return h.ask(t, ds, string(views)+"\n"+sql, keys, names...)
}

var ages = map[string]int64{"0-2": 3, "3-5": 3, "6-17": 12, "18-64": 47, "65-74": 10, "75-84": 10, "85+": 16}

// Take-up of rows as they came is persons over residents, comune by comune, as the
// flow and the made-up residents say.
func TestRatesOfRecords(t *testing.T) {
	testshared.DuckDB(t, "SELECT 1")
	h := newHouse(t, inps, exchange.LocalTarget{Dataset: "prestazioni", Level: anonymize.Totale})
	if err := dataset.WriteTables(spool.OS, h.dir, "inps", "prestazioni", someTables(t, territory.Area{}), dataset.FlatOptions{}); err != nil {
		t.Fatal(err)
	}
	lives := map[string]string{}
	for _, p := range h.flow.Beneficiari {
		for _, a := range p.Indirizzo {
			if a.CodiceNazione == "380" && a.CodiceComune != "" {
				lives[p.CodiceFiscale] = a.CodiceComune
				break
			}
		}
	}
	met := newTally()
	h.each(func(person, year, _, band, sex, _ string, _ *benefitXML, _ int64) {
		met.add(strings.Join([]string{year, lives[person], band, sex}, "|"), person, 1)
	})
	want, known := map[string]string{}, 0
	for key := range met.sums {
		cells := strings.Split(key, "|")
		n, rate := residents[cells[1]+" "+map[string]string{"1": "M", "2": "F"}[cells[3]]], ""
		text := ""
		if n > 0 {
			known++
			lived := int64(n) * ages[cells[2]]
			text = strconv.FormatInt(lived, 10)
			rate = strconv.FormatFloat(float64(int64(100_000*float64(len(met.persons[key]))/float64(lived)+0.5))/100, 'f', -1, 64)
		}
		want[key] = fmt.Sprintf("%d|%s|%s", len(met.persons[key]), text, rate)
	}
	if known == 0 {
		t.Fatal("nobody lives where anybody does")
	}
	same(t, "rates", h.beside(t, "prestazioni", `SELECT *, residenti::BIGINT AS n FROM tasso_di_fruizione`, 4, "anno", "comune", "FasciaEta", "Genere", "persone", "n", "per_mille"), want)
	if got := h.beside(t, "prestazioni", "SELECT count(*) AS n, sum(residenti)::BIGINT AS r FROM popolazione", 0, "n", "r")[""]; got != fmt.Sprintf("%d|%d", 6*7, 101*2210) {
		t.Errorf("residents %s", got)
	}
	if got := h.beside(t, "prestazioni", "SELECT area, inviato, pochi_o_nessuno > 7000 AS all FROM copertura_per_area", 1, "area", "inviato", "all"); got["A1"] != "1|true" || got["A2"] != "0|true" || len(got) != 5 {
		t.Errorf("coverage %v", got)
	}
}

// Take-up of anonymous rows counts every row once, in the wide ages that classes
// have; that of tables is the published figure.
func TestRatesOfClassesAndTables(t *testing.T) {
	testshared.DuckDB(t, "SELECT 1")
	cubes, err := anonymize.LoadCubes("cubes.yaml", []byte(someCubes))
	if err != nil {
		t.Fatal(err)
	}
	lazio := anonymize.Territory{Regione: "ITI4"}
	h := newHouse(t, anonymize.Recipient{Name: "regione-lazio", Class: anonymize.Regione, Territory: lazio},
		exchange.LocalTarget{Dataset: "prestazioni", Level: anonymize.IndividualeAnonimo}, exchange.LocalTarget{Dataset: "quadro", Level: anonymize.Aggregato, Cubes: cubes})
	for _, ds := range []string{"prestazioni", "quadro"} {
		if current, err := dataset.TablesCurrent(spool.OS, h.dir, "regione-lazio", ds, dataset.FlatOptions{}); current || err != nil {
			t.Fatalf("%s: tables before they are written: %v", ds, err)
		}
		if err := dataset.WriteTables(spool.OS, h.dir, "regione-lazio", ds, someTables(t, territory.Area{Territory: lazio}), dataset.FlatOptions{}); err != nil {
			t.Fatal(err)
		}
		if current, err := dataset.TablesCurrent(spool.OS, h.dir, "regione-lazio", ds, dataset.FlatOptions{}); !current || err != nil {
			t.Fatalf("%s: %v", ds, err)
		}
	}
	counted := h.beside(t, "prestazioni", `SELECT (SELECT sum(prestazioni) FROM tasso_di_fruizione)::BIGINT AS n, (SELECT count(*) FROM dati) AS rows,
		(SELECT count(*) FROM tasso_di_fruizione WHERE FasciaEta IN ('0-2', '65-74')) AS narrow, (SELECT count(*) FROM tasso_di_fruizione WHERE per_mille > 0) AS told`, 0, "n", "rows", "narrow", "told")[""]
	n := strings.Split(counted, "|")
	if n[0] != n[1] || n[2] != "0" || n[3] == "0" {
		t.Errorf("counted %s", counted)
	}
	for key, cells := range h.beside(t, "prestazioni", `SELECT provincia, "FasciaEta", "Genere", residenti::BIGINT AS r FROM tasso_di_fruizione WHERE residenti IS NOT NULL`, 3, "provincia", "FasciaEta", "Genere", "r") {
		k := strings.Split(key, "|")
		lived := int64(0)
		for band, years := range ages {
			if k[1] == band || k[1] == "0-17" && years < 13 && band != "65-74" && band != "75-84" || k[1] == "65+" && slices.Contains([]string{"65-74", "75-84", "85+"}, band) {
				lived += years
			}
		}
		per := residents[map[string]string{"058": "058091", "059": "059011", "056": "056059"}[k[0]]+" "+map[string]string{"1": "M", "2": "F"}[k[2]]]
		if cells != strconv.FormatInt(lived*int64(per), 10) {
			t.Errorf("%s: %s residents, want %d", key, cells, lived*int64(per))
		}
	}
	published := 0
	for key, cells := range h.beside(t, "quadro", `SELECT *, residenti::BIGINT AS r FROM tasso_di_fruizione`, 2, "FasciaEta", "Genere", "persone", "r") {
		k, v := strings.Split(key, "|"), strings.Split(cells, "|")
		all := int64(0)
		for who, n := range residents {
			if strings.HasSuffix(who, map[string]string{"1": " M", "2": " F"}[k[1]]) {
				all += int64(n)
			}
		}
		if v[1] != strconv.FormatInt(all*ages[k[0]], 10) {
			t.Errorf("%s: %s", key, cells)
		}
		if v[0] != "" {
			published++
		}
	}
	if published < 5 {
		t.Errorf("%d figures published", published)
	}
	// Tables that are not given any more go, and what they were is no part of a release.
	if err := dataset.WriteTables(spool.OS, h.dir, "regione-lazio", "quadro", someTables(t, territory.Area{Territory: lazio})[:1], dataset.FlatOptions{}); err != nil {
		t.Fatal(err)
	}
	if left := mustReadDir(t, filepath.Join(h.dir, "regione-lazio", "quadro", "tavole")); !slices.Equal(left, []string{"SHA256SUMS", "comuni.parquet", "datapackage.json", "viste.sql"}) {
		t.Errorf("left: %q", left)
	}
	if _, err := dataset.Verify(spool.OS, h.lived["quadro"]); err != nil {
		t.Error(err)
	}
}
