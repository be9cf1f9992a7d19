package anonymize

import (
	"encoding/csv"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"flussi/internal/config/strict"
	"flussi/internal/config/strict/stricttest"
	"flussi/internal/flusso"
	"flussi/internal/schema"
	"flussi/internal/testshared"
	"flussi/schedules"
)

const goodCubes = `rules:
  dominance: ["1,75", "2,85"]
  percent: 10
  uniform: false
measures: [prestazioni, persone, importo_annuo, minuti]
cubes:
  - name: comuni
    dimensions: [comune, provincia, prestazione]
  - name: eta
    dimensions: [sezione, eta, genere]
`

// TestDuckDBRecountsQuadro: DuckDB, given the people, counts every published
// figure of two linked cubes.
func TestDuckDBRecountsQuadro(t *testing.T) {
	testshared.DuckDB(t, "SELECT 1")
	cubes, err := LoadCubes("cubes.yaml", []byte(goodCubes))
	if err != nil {
		t.Fatal(err)
	}
	people := town(11, 3000)
	for i := range people {
		for j := range people[i].benefits {
			people[i].benefits[j].extra += ` OreServizioMensile="2.29"`
		}
	}
	req := request(lazio, flusso.PSPSASINA, Aggregato)
	req.Cubes = cubes
	o := disclose(t, req, 500, psFlow("H501", people...))
	dir := t.TempDir()
	write := func(name string, rows [][]string) {
		f, err := os.Create(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		w := csv.NewWriter(f)
		if err := w.WriteAll(rows); err != nil {
			t.Fatal(err)
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
	}
	records := [][]string{{"cf", "comune", "provincia", "CodicePrestazione", "sezione", "born", "genere", "importo", "minuti"}}
	for _, p := range people {
		if p.dm != "08" {
			continue
		}
		for _, b := range p.benefits {
			c, ok := schema.ComuneByISTAT([]byte(p.comune))
			if !ok {
				t.Fatal("no such comune")
			}
			records = append(records, []string{p.cf, c.Belfiore, p.comune[:3], b.code, b.code[:2], fmt.Sprint(p.born), p.sex, or(b.month, b.amount), "149"})
		}
	}
	write("records.csv", records)
	figures := [][]string{{"comune", "provincia", "CodicePrestazione", "sezione", "eta", "genere", "stato", "prestazioni", "persone", "importo_annuo", "minuti"}}
	shown, hidden := 0, 0
	for _, row := range o.rows {
		figures = append(figures, []string{row["comune"], row["provincia"], row["CodicePrestazione"], row["sezione"], row["FasciaEta"], row["Genere"], row["stato"], row["prestazioni"], row["persone"], row["importo_annuo"], row["minuti"]})
		switch row["stato"] {
		case "pubblicata":
			shown++
		default:
			hidden++
			for _, m := range []string{"prestazioni", "persone", "importo_annuo", "minuti"} {
				if row[m] != null {
					t.Errorf("a suppressed figure tells %s", m)
				}
			}
		}
	}
	write("figures.csv", figures)
	wrong := testshared.DuckDBIn(t, dir, `
		WITH r AS (SELECT *, 2025 - born AS age FROM read_csv('records.csv', all_varchar = true, types = {'born': 'INT'})),
		aged AS (SELECT *, CASE WHEN age < 3 THEN '0-2' WHEN age < 6 THEN '3-5' WHEN age < 18 THEN '6-17' WHEN age < 65 THEN '18-64'
			WHEN age < 75 THEN '65-74' WHEN age < 85 THEN '75-84' ELSE '85+' END AS eta FROM r),
		f AS (FROM read_csv('figures.csv', all_varchar = true) WHERE stato = 'pubblicata')
		SELECT f.*, count(aged.cf) AS n, count(DISTINCT aged.cf) AS p, round(sum(aged.importo::DECIMAL(18, 2))) AS euro, sum(aged.minuti::INT) AS m FROM f LEFT JOIN aged ON
			(f.comune = 'totale' OR f.comune = aged.comune) AND (f.provincia = 'totale' OR f.provincia = aged.provincia) AND (f.CodicePrestazione = 'totale' OR f.CodicePrestazione = aged.CodicePrestazione)
			AND (f.sezione = 'totale' OR f.sezione = aged.sezione) AND (f.eta = 'totale' OR f.eta = aged.eta) AND (f.genere = 'totale' OR f.genere = aged.genere)
		GROUP BY ALL HAVING n <> f.prestazioni::INT OR p <> f.persone::INT OR p < 5 OR euro * 100 <> f.importo_annuo::BIGINT OR m <> f.minuti::INT`)
	for _, row := range wrong {
		t.Errorf("DuckDB counts otherwise: %v", row)
	}
	t.Logf("%d figures published, %d suppressed", shown, hidden)
	if shown < 100 || hidden == 0 || o.balance.Disclosed == 0 || o.balance.Disclosed+o.balance.Suppressed != int64(len(records)-1) {
		t.Errorf("%d published, %d suppressed, %+v of %d records", shown, hidden, o.balance, len(records)-1)
	}
}

// TestMinutesAddUp: 2.59 and 2.30 are 5 hours 29.
func TestMinutesAddUp(t *testing.T) {
	cubes, err := LoadCubes("cubes.yaml", []byte("rules: {uniform: false}\nmeasures: [prestazioni, persone, minuti]\ncubes:\n  - {name: t, dimensions: [prestazione]}\n"))
	if err != nil {
		t.Fatal(err)
	}
	var people []person
	for i := range 6 {
		people = append(people, person{cf: fiscal(i), benefits: []benefit{
			{code: "A1.05", start: "2025-02-01", end: "2025-02-28", month: "100.00", extra: `OreServizioMensile="2.59"`},
			{code: "A1.05", start: "2025-03-01", end: "2025-03-30", month: "100.00", extra: `OreServizioMensile="2.30"`},
		}})
	}
	req := request(lazio, flusso.PSPSASINA, Aggregato)
	req.Cubes = cubes
	o := disclose(t, req, 500, psFlow("H501", people...))
	if o.count(map[string]string{"CodicePrestazione": "A1.05", "minuti": fmt.Sprint(6 * (179 + 150))}) != 1 {
		t.Errorf("%v", o.rows)
	}
	if _, ok := o.rows[0]["importo_annuo"]; ok {
		t.Error("an amount that nobody asked for")
	}
}

// TestCubesFile: the corpus of files, each fault with its place and remedy, and
// the schema that editors have.
func TestCubesFile(t *testing.T) {
	schema, err := CubesSchema()
	if err != nil {
		t.Fatal(err)
	}
	parse := func(name string, data []byte) error {
		_, err := LoadCubes(name, data)
		return err
	}
	stricttest.Good(t, schema, parse)
	stricttest.Bad(t, parse)
	stricttest.Golden(t, "../../schedules/schema/quadro.schema.json", schema)
	example, err := schedules.FS.ReadFile("tavole/quadro.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(parse("quadro.yaml", example), stricttest.Valid(schema, example)); err != nil {
		t.Error(err)
	}
}

// TestCubesThatAFlowHasNot: SINBA has no comune of residence.
func TestCubesThatAFlowHasNot(t *testing.T) {
	cubes, err := LoadCubes("cubes.yaml", []byte("cubes:\n  - {name: t, dimensions: [comune]}\n"))
	if err != nil {
		t.Fatal(err)
	}
	req := request(lazio, flusso.SINBA, Aggregato)
	req.Cubes = cubes
	_, err = DefaultMatrix().Open(req, func(*Disclosed) error { return nil })
	var e *flusso.Error
	if !errors.As(err, &e) || e.Kind != flusso.Denied || e.What != reasons[reasonCubes].what {
		t.Errorf("%v", err)
	}
}

// TestMeasuresThatAFlowHasNot: of SINBA each measure that a file names and the flow
// lacks is told, at its place; of others none, and none that no file names.
func TestMeasuresThatAFlowHasNot(t *testing.T) {
	open := func(file string, tipo flusso.Tipo) error {
		cubes, err := LoadCubes("cubes.yaml", []byte(file))
		if err != nil {
			t.Fatal(err)
		}
		req := request(lazio, tipo, Aggregato)
		req.Cubes = cubes
		_, err = DefaultMatrix().Open(req, func(*Disclosed) error { return nil })
		return err
	}
	const named = "measures: [prestazioni, importo_annuo, persone, minuti]\ncubes:\n  - {name: t, dimensions: [prestazione]}\n"
	var faults strict.Faults
	if err := open(named, flusso.SINBA); !errors.As(err, &faults) || len(faults) != 2 || flusso.KindOf(err) != flusso.Config {
		t.Fatalf("%v", err)
	}
	for i, want := range []struct{ path, measure string }{{"measures[1]", "importo_annuo"}, {"measures[3]", "minuti"}} {
		if f := faults[i]; f.Path != want.path || f.Line != 1 || !strings.Contains(f.What.En, want.measure) || !strings.Contains(f.Hint.It, want.measure) {
			t.Errorf("%v", f)
		}
	}
	for _, tipo := range []flusso.Tipo{flusso.PSPSASINA, flusso.Ritorno} {
		if err := open(named, tipo); err != nil {
			t.Errorf("%s: %v", tipo, err)
		}
	}
	if err := open("cubes:\n  - {name: t, dimensions: [prestazione]}\n", flusso.SINBA); err != nil {
		t.Errorf("no measure named: %v", err)
	}
}

// TestBesideMicrodata: a Region has both. Who takes the microdata from the
// tables finds no small difference; without the joint control one does.
func TestBesideMicrodata(t *testing.T) {
	people := town(5, 2000)
	flow := psFlow("H501", people...)
	cubes, err := LoadCubes("cubes.yaml", []byte("rules: {uniform: false}\ncubes:\n  - {name: t, dimensions: [sezione, prestazione, provincia]}\n  - {name: u, dimensions: [sezione, genere]}\n"))
	if err != nil {
		t.Fatal(err)
	}
	small := func(joint bool) (found, published int) {
		req := request(lazio, flusso.PSPSASINA, Aggregato)
		req.Cubes = cubes
		o := &output{}
		v, err := DefaultMatrix().Open(req, o.take)
		if err != nil {
			t.Fatal(err)
		}
		feed(t, v, flow, 500)
		micro := &output{}
		m, err := DefaultMatrix().Open(request(lazio, flusso.PSPSASINA, IndividualeAnonimo), func(d *Disclosed) error {
			if joint {
				if err := v.Beside(d); err != nil {
					return err
				}
			}
			return micro.take(d)
		})
		if err != nil {
			t.Fatal(err)
		}
		feed(t, m, flow, 500)
		if _, err := m.Close(t.Context(), nil); err != nil {
			t.Fatal(err)
		}
		if _, err := v.Close(t.Context(), nil); err != nil {
			t.Fatal(err)
		}
		for _, row := range o.rows {
			if row["stato"] != "pubblicata" {
				continue
			}
			published++
			seen := int64(0)
			for _, r := range micro.rows {
				in := true
				for _, c := range []string{"anno", "regione", "CodicePrestazione", "provincia", "Genere"} {
					in = in && (row[c] == total || row[c] == r[c])
				}
				if row["sezione"] != total && !strings.HasPrefix(r["CodicePrestazione"], row["sezione"]) {
					in = false
				}
				if in {
					seen++
				}
			}
			n, err := strconv.ParseInt(row["prestazioni"], 10, 64)
			if err != nil || n < seen {
				t.Fatalf("%v: %d rows in the microdata, %v", row, seen, err)
			}
			if seen > 0 && n > seen && n-seen < 5 {
				found++
			}
		}
		return found, published
	}
	if found, _ := small(false); found == 0 {
		t.Fatal("no small difference even without joint control: the test cannot fail")
	}
	found, published := small(true)
	if found > 0 || published == 0 {
		t.Errorf("%d small differences among %d published figures", found, published)
	}
	v, err := DefaultMatrix().Open(request(lazio, flusso.PSPSASINA, Aggregato), func(*Disclosed) error { return nil })
	if err != nil {
		t.Fatal(err)
	}
	if err := v.Beside(&Disclosed{v, v.chunk}); err == nil {
		t.Error("tables are taken for microdata")
	}
}

// TestSuppressedAgain: what one release suppressed the next does too, though
// its benefits are others and numbered otherwise.
func TestSuppressedAgain(t *testing.T) {
	run := func(before []string, months ...person) []string {
		req := request(lazio, flusso.PSPSASINA, Aggregato)
		req.Suppressed = before
		v, err := DefaultMatrix().Open(req, (&output{}).take)
		if err != nil {
			t.Fatal(err)
		}
		feed(t, v, psFlow("H501", months...), 500)
		if _, err := v.Close(t.Context(), nil); err != nil {
			t.Fatal(err)
		}
		return v.Suppressed()
	}
	month := func(first string, cheap string) (people []person) {
		comuni := []string{"058091", "060038", "056059"}
		for _, code := range []string{first, "A1.05", "A2.07", "A3.03"} {
			for j, comune := range comuni {
				n := 40
				if code == cheap {
					n = 9
				}
				if code == "A1.05" && j == 0 {
					n = 2
				}
				for range n {
					people = append(people, person{cf: fiscal(len(people)), comune: comune, dm: "08", benefits: []benefit{{code: code, start: "2025-02-01", end: "2025-02-28", month: "100.00"}}})
				}
			}
		}
		return people
	}
	first := run(nil, month("A2.12", "A2.07")...)
	cold := run(nil, month("A1.04", "A3.03")...)
	warm := run(first, month("A1.04", "A3.03")...)
	if len(first) != 4 || slices.Equal(first, cold) {
		t.Fatalf("%q, without memory %q: the test cannot fail", first, cold)
	}
	if !slices.Equal(first, warm) {
		t.Errorf("%q, before %q", warm, first)
	}
}
