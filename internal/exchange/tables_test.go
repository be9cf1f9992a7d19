package exchange_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"flussi/internal/anonymize"
	"flussi/internal/exchange"
	"flussi/internal/flusso"
	"flussi/internal/synth"
	"flussi/internal/testshared"
)

// returnAgain puts a return flow of its own in place, as a later month brings it.
func (w *world) returnAgain(n int) {
	w.Helper()
	o := synth.Options{Tipo: flusso.Ritorno, Beneficiari: 600, Seed: uint64(n), Regione: "12", Progressivo: n}
	_, data := flow(w, o)
	w.must(w.inps.Publish(userINPS, fmt.Sprintf("12.ritorno.20260131.%07d.csv", n), bytes.NewReader(data)))
}

// differences is what one who has rows and tables finds by taking the ones from
// the others: published figures that exceed the rows seen in them by less than k
// persons, by increment.
func (w *world) differences(tables, rows string) (found, figures int) {
	w.Helper()
	sql := `WITH q AS (FROM read_parquet('dataset/` + tables + `/quadro/releases/*/**/*.parquet', hive_partitioning = false, filename = true) WHERE stato = 'pubblicata'),
		m AS (FROM read_parquet('dataset/` + rows + `/prestazioni/releases/*/**/*.parquet', hive_partitioning = false, filename = true)),
		f AS (SELECT DISTINCT incremento, anno, regione, CodicePrestazione, provincia, prestazioni FROM q)
		SELECT f.*, count(m.anno) AS seen FROM f LEFT JOIN (SELECT DISTINCT ON (riga) * FROM m) m ON
			starts_with(regexp_extract(m.filename, '([^/]*)-part', 1), f.incremento) AND m.anno = f.anno AND m.regione = f.regione
			AND (f.CodicePrestazione = 'totale' OR m.CodicePrestazione = f.CodicePrestazione) AND (f.provincia = 'totale' OR m.provincia = f.provincia)
		GROUP BY ALL`
	for _, row := range testshared.DuckDBIn(w, w.dir, sql) {
		var n, seen int
		_, _ = fmt.Sscan(fmt.Sprint(row["prestazioni"]), &n)
		_, _ = fmt.Sscan(fmt.Sprint(row["seen"]), &seen)
		figures++
		if seen > n {
			w.Errorf("%v: more rows than records", row)
		}
		if seen > 0 && n > seen && n-seen < anonymize.DefaultK {
			found++
		}
	}
	return found, figures
}

// TestTablesBesideRows: a Region has rows and tables of the same flows, in two
// rounds. It takes the ones from the others and finds no small difference. The
// ministry's tables of the same flows, made without regard to the Region's rows,
// give some away to it: so the attack bites.
func TestTablesBesideRows(t *testing.T) {
	testshared.DuckDB(t, "SELECT 1")
	w := newWorld(t, terms{})
	patterns := map[string]string{}
	for n := range 2 {
		w.returnAgain(n + 1)
		if _, err := w.run("ritorno"); err != nil {
			t.Fatal(err)
		}
		for _, who := range []string{"regione-lazio", "ministero-lavoro"} {
			kept, err := filepath.Glob(w.path("stato/suppressed/" + who + "/quadro/*"))
			w.must(err)
			var pattern []string
			// Each is kept as long as its release: one may go back to it.
			if len(kept) != n+1 {
				t.Fatalf("%s: %d patterns after round %d", who, len(kept), n)
			}
			kept = slices.DeleteFunc(kept, func(path string) bool { return path == patterns[who] })
			data, err := os.ReadFile(kept[0])
			w.must(err)
			if err := json.Unmarshal(data, &pattern); err != nil || len(pattern) == 0 || patterns[who] == kept[0] {
				t.Errorf("%s: %d figures kept in %s, before %s, %v", who, len(pattern), kept[0], patterns[who], err)
			}
			patterns[who] = kept[0]
		}
	}
	if found, _ := w.differences("ministero-lavoro", "regione-lazio"); found == 0 {
		t.Fatal("no small difference even without joint control: the test cannot fail")
	}
	if found, figures := w.differences("regione-lazio", "regione-lazio"); found > 0 || figures < 20 {
		t.Errorf("%d small differences among %d figures", found, figures)
	}
	for name, cite := range map[string]*flusso.Text{"regione-lazio/quadro": &anonymize.CiteTables, "regione-lazio/prestazioni": &anonymize.CiteMicrodata, "ministero-lavoro/quadro": nil} {
		for _, file := range []string{"manifest.json", "QUICKSTART.md", "dictionary.md", "divulgazione.json"} {
			all, err := filepath.Glob(w.path("dataset/" + name + "/releases/*/" + file))
			w.must(err)
			if len(all) != 2 {
				t.Fatalf("%s: %d of %s", name, len(all), file)
			}
			text, err := os.ReadFile(all[1])
			w.must(err)
			if told := strings.Contains(string(text), anonymize.CiteTables.En) || strings.Contains(string(text), anonymize.CiteMicrodata.En); told != (cite != nil) || told && !strings.Contains(string(text), cite.En) {
				t.Errorf("%s/%s: what to cite is told: %v", name, file, told)
			}
		}
	}
}

// TestNoisyTables: with noise nothing is suppressed, figures of the same persons
// are alike for two recipients and stay so, and who has rows gets none.
func TestNoisyTables(t *testing.T) {
	testshared.DuckDB(t, "SELECT 1")
	w := newWorld(t, terms{})
	w.write("rumore.yaml", "noise: {bound: 5}\ncubes:\n  - {name: quadro, dimensions: [prestazione, provincia]}\n")
	w.edit("ministero-lavoro: {", "ministero-economia: {class: mef, agreement: dgr-1, datasets: {quadro: aggregato}, cubes: {quadro: rumore.yaml}}\n  ministero-lavoro: {cubes: {quadro: rumore.yaml}, ")
	w.write("schedules/ritorno.yaml", strings.Replace(w.read("schedules/ritorno.yaml"), "{to: regione-lazio}", "{to: ministero-economia}", 1))
	if f := w.check("recipient ministero-lavoro/quadro"); f.Err != nil {
		t.Errorf("%v", f.Err)
	}
	w.returnAgain(1)
	result, err := w.run("ritorno")
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range result.Recipients {
		if r.Suppressed != 0 || r.Disclosed == 0 || r.Rows == 0 {
			t.Errorf("%+v", r)
		}
	}
	read := func(who string) string {
		return "(SELECT * EXCLUDE (incremento) FROM read_parquet('dataset/" + who + "/quadro/releases/*/**/*.parquet', hive_partitioning = false))"
	}
	rows := testshared.DuckDBIn(t, w.dir, `SELECT count(*) AS n, count(*) FILTER (stato <> 'con rumore') AS other, count(*) FILTER (persone BETWEEN 1 AND 4) AS small,
		(SELECT count(*) FROM (FROM `+read("ministero-lavoro")+` EXCEPT FROM `+read("ministero-economia")+`)) AS differ,
		(SELECT count(*) FROM (SELECT sum(prestazioni) FILTER (provincia <> 'totale') AS parts, sum(prestazioni) FILTER (provincia = 'totale') AS whole FROM `+read("ministero-lavoro")+` GROUP BY anno, regione, CodicePrestazione HAVING parts <> whole)) AS unequal
		FROM `+read("ministero-lavoro"))
	number := func(name string) string { return fmt.Sprint(rows[0][name]) }
	if number("n") == "0" || number("other") != "0" || number("small") == "0" || number("differ") != "0" || number("unequal") == "0" {
		t.Errorf("%v", rows[0])
	}
	for _, file := range []string{"manifest.json", "QUICKSTART.md", "divulgazione.json"} {
		all, err := filepath.Glob(w.path("dataset/ministero-lavoro/quadro/releases/*/" + file))
		w.must(err)
		text, err := os.ReadFile(all[0])
		w.must(err)
		if !strings.Contains(string(text), "totals are not the sums of their parts") {
			t.Errorf("%s does not say that nothing adds up", file)
		}
	}
	w.edit("datasets: {prestazioni: individuale_anonimo, quadro: aggregato}", "datasets: {prestazioni: individuale_anonimo, quadro: aggregato}, cubes: {quadro: rumore.yaml}")
	if f := w.check("recipient regione-lazio/quadro"); flusso.KindOf(f.Err) != flusso.Denied {
		t.Errorf("noise beside rows: %v", f.Err)
	}
	w.edit("regione-lazio: {", "regione-altra: {class: regione, territory: {regione: ITI4}, agreement: dgr-1, datasets: {quadro: aggregato}, cubes: {quadro: guasto.yaml}}\n  regione-lazio: {")
	w.write("guasto.yaml", "cubes: [{name: quadro, dimensions: [cap]}]\nnoise: {bound: 99}\n")
	var faults strings.Builder
	if f := w.check("recipient regione-altra/quadro"); f.Err != nil {
		faults.WriteString(f.Err.Error())
	}
	if got := faults.String(); !strings.Contains(got, "guasto.yaml:1:37") || !strings.Contains(got, "guasto.yaml:2:16") {
		t.Errorf("not every fault of the file is told: %s", got)
	}
}

// TestLocalTablesBesideRows: the same control where files are disclosed by hand,
// also where the rows stand already and the tables are asked for afterwards.
func TestLocalTablesBesideRows(t *testing.T) {
	testshared.DuckDB(t, "SELECT 1")
	w := &world{TB: t, dir: t.TempDir()}
	_, data := flow(t, synth.Options{Tipo: flusso.PSPSASINA, Beneficiari: 900, Seed: 3, Ente: withDelega.Ente, Regione: "12"})
	w.write("ps.xml", string(data))
	rows := exchange.LocalTarget{Dataset: "prestazioni", Level: anonymize.IndividualeAnonimo}
	tables := exchange.LocalTarget{Dataset: "quadro", Level: anonymize.Aggregato}
	local := func(name string, class anonymize.Class, targets ...exchange.LocalTarget) {
		t.Helper()
		l := exchange.Local{
			Matrix: anonymize.DefaultMatrix(), Recipient: anonymize.Recipient{Name: name, Class: class, Territory: anonymize.Territory{Regione: "ITI4"}},
			Targets: targets, Out: w.path("dataset"), Key: make([]byte, 32),
			Now: func() time.Time { return time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC) },
		}
		if _, results, err := l.Disclose(t.Context(), []string{w.path("ps.xml")}); err != nil || len(results) != len(targets) {
			t.Fatalf("%+v, %v", results, err)
		}
	}
	local("insieme", anonymize.Regione, rows, tables)
	local("dopo", anonymize.Regione, rows)
	local("dopo", anonymize.Regione, rows, tables)
	local("solo", anonymize.Regione, tables)
	if found, _ := w.differences("solo", "insieme"); found == 0 {
		t.Fatal("no small difference even without joint control: the test cannot fail")
	}
	for _, who := range []string{"insieme", "dopo"} {
		if found, figures := w.differences(who, who); found > 0 || figures < 20 {
			t.Errorf("%s: %d small differences among %d figures", who, found, figures)
		}
	}
}
