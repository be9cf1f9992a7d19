package dataset_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"flussi/internal/anonymize"
	"flussi/internal/exchange"
	"flussi/internal/flusso"
	"flussi/internal/table"
	"flussi/internal/testshared"
)

// minorXML is a SINBA record with what the questions ask of it.
type minorXML struct {
	IDBeneficiario         string `xml:",attr"`
	AnnoNascita            int    `xml:",attr"`
	FasciaISEEBeneficiario string `xml:",attr"`
	Prestazioni            struct {
		CodicePrestazione []string
	}
	ente string
}

// written are the views that a dataset's file has.
func (h *house) written(t *testing.T, ds string) (names []string) {
	t.Helper()
	views, err := os.ReadFile(filepath.Join(h.lived[ds], "viste.sql"))
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range regexp.MustCompile(`CREATE OR REPLACE VIEW (\w+) AS`).FindAllStringSubmatch(string(views), -1) {
		if m[1] != "dati" && m[1] != "righe" {
			names = append(names, m[1])
		}
	}
	return names
}

// answers holds the views of a dataset to those that it can answer: each runs, and is
// not empty.
func (h *house) answers(t *testing.T, ds string, want ...string) {
	t.Helper()
	if got := h.written(t, ds); !slices.Equal(got, want) {
		t.Errorf("views of %s: %q, want %q", ds, got, want)
	}
	for _, view := range want {
		if n := h.ask(t, ds, "SELECT count(*) AS n FROM "+view, 0, "n")[""]; n == "0" {
			t.Errorf("%s is empty", view)
		}
	}
}

// rowsOf reads a dataset's rows as texts, "" for what is missing, and hands on those of
// the columns named.
func (h *house) rowsOf(t *testing.T, ds string, names []string, each func(row []string)) {
	t.Helper()
	parts, err := filepath.Glob(filepath.Join(h.lived[ds], "*", "*", "*.parquet"))
	if err != nil || len(parts) == 0 {
		t.Fatalf("%v, %v", parts, err)
	}
	for _, part := range parts {
		f, err := os.Open(part)
		if err != nil {
			t.Fatal(err)
		}
		info, err := f.Stat()
		if err != nil {
			t.Fatal(err)
		}
		err = table.ReadParquetRows(f, info.Size(), names, func(c *table.Chunk) error {
			row := make([]string, len(names))
			for i := range c.Rows() {
				for j := range names {
					switch v := &c.Columns[j]; {
					case v.Null[i]:
						row[j] = ""
					case v.Kind == table.Int:
						row[j] = strconv.FormatInt(v.Num[i], 10)
					default:
						row[j] = string(v.Text(i))
					}
				}
				each(row)
			}
			return nil
		})
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

// lazio is a region with a code for each person in a release.
var linkedLazio = anonymize.Recipient{Name: "regione-lazio", Class: anonymize.Regione, Territory: anonymize.Territory{Regione: "ITI4"}, Linkability: anonymize.LinkPeriod}

// The views of persons count each person once, and of sums say no more than bands tell;
// what rows of persons do not tell is not asked.
func TestViewsOfPersons(t *testing.T) {
	testshared.DuckDB(t, "SELECT 1")
	const ds = "prestazioni"
	h := newHouseOf(t, flusso.PSPSASINA, exchange.Local{Recipient: linkedLazio, Targets: []exchange.LocalTarget{{Dataset: ds, Level: anonymize.IndividualeAnonimo}}})
	h.answers(t, ds, "prestazioni_per_ambito_e_area", "spesa_per_testa", "fruizione_per_eta_e_genere", "cittadinanze_per_area", "copertura_per_territorio")
	sections, ages, citizens, places, bands := newTally(), newTally(), newTally(), newTally(), newTally()
	h.rowsOf(t, ds, []string{"anno", "provincia", "FasciaEta", "Genere", "CittadinanzaArea", "ImportoAnnuoFascia", "PrestazioneA1", "PrestazioneA2", "PrestazioneA3", "PrestazioneA4", "PrestazioneA5"}, func(row []string) {
		year, place := row[0], row[0]+"|"+row[1]
		ages.add(place+"|"+row[2]+"|"+row[3], "", 1)
		citizens.add(place+"|"+row[4], "", 1)
		places.add(place, "", 1)
		for i, value := range row[6:] {
			some, unknown := int64(0), int64(0)
			switch value {
			case "no":
			case "*":
				unknown = 1
			default:
				some = 1
			}
			sections.add(place+"|A"+strconv.Itoa(i+1), "", some, unknown)
		}
		low, high, known := bandOf(row[5])
		with, open := int64(0), int64(0)
		if known {
			with = 1
			if high < 0 {
				high, open = 0, 1
			}
		}
		bands.add(year+"|"+row[2], "", 1, with, low, high, open)
	})
	same(t, "sections", h.ask(t, ds, "SELECT anno, provincia, area, persone, non_note FROM prestazioni_per_ambito_e_area", 3, "anno", "provincia", "area", "persone", "non_note"), sections.lines(false))
	same(t, "ages", h.ask(t, ds, "SELECT * FROM fruizione_per_eta_e_genere", 4, "anno", "provincia", "FasciaEta", "Genere", "persone"), ages.lines(false))
	same(t, "citizens", h.ask(t, ds, "SELECT * FROM cittadinanze_per_area", 3, "anno", "provincia", "CittadinanzaArea", "persone"), citizens.lines(false))
	same(t, "places", h.ask(t, ds, "SELECT * FROM copertura_per_territorio", 2, "anno", "provincia", "persone"), places.lines(false))
	got := h.ask(t, ds, `SELECT anno, "FasciaEta", sum(persone)::BIGINT AS n, sum(con_fascia_euro_annui)::BIGINT AS w, coalesce(sum(euro_annui_da), 0)::BIGINT AS l,
		CASE WHEN count(*) FILTER (euro_annui_a IS NULL AND con_fascia_euro_annui > 0) = 0 THEN coalesce(sum(euro_annui_a), 0)::BIGINT END AS h FROM spesa_per_testa GROUP BY ALL`, 2, "anno", "FasciaEta", "n", "w", "l", "h")
	want := map[string]string{}
	for key, sums := range bands.sums {
		cells := []string{}
		for _, n := range sums[:3] {
			cells = append(cells, strconv.FormatInt(n, 10))
		}
		end := strconv.FormatInt(sums[3], 10)
		if sums[4] > 0 { // a band is open: the upper end is not known
			end = ""
		}
		want[key] = strings.Join(append(cells, end), "|")
	}
	same(t, "bands", got, want)
}

// The views of SINBA as it came: its records have any number of benefits, and no
// amounts, hours, months or citizenship.
func TestViewsOfSINBARecords(t *testing.T) {
	testshared.DuckDB(t, "SELECT 1")
	const ds = "sinba"
	h := newHouseOf(t, flusso.SINBA, exchange.Local{Recipient: inps, Targets: []exchange.LocalTarget{{Dataset: ds, Level: anonymize.Totale}}})
	h.answers(t, ds, "prestazioni_per_ambito_e_area", "fruizione_per_eta_e_genere", "fasce_isee", "copertura_per_territorio")
	areas, ages, isee, total := newTally(), newTally(), newTally(), newTally()
	for _, m := range h.flow.Minori {
		year := h.year(t, ds)
		person, age := m.ente+" "+m.IDBeneficiario, anonymize.AgeBand(year-m.AnnoNascita)
		benefits := m.Prestazioni.CodicePrestazione
		for _, b := range benefits {
			area := b
			if strings.HasPrefix(b, "A") {
				area = b[:2]
			}
			areas.add(area, person, 1)
		}
		ages.add(age, person, int64(len(benefits)))
		total.add(strconv.Itoa(year), person, int64(len(benefits)))
		if m.FasciaISEEBeneficiario != "" {
			isee.add(m.FasciaISEEBeneficiario, person, int64(len(benefits)))
		}
	}
	same(t, "areas", h.ask(t, ds, "SELECT area, sum(prestazioni)::BIGINT AS n, sum(persone)::BIGINT AS p FROM prestazioni_per_ambito_e_area GROUP BY ALL", 1, "area", "n", "p"), areas.lines(true))
	same(t, "ages", h.ask(t, ds, `SELECT "FasciaEta", sum(prestazioni)::BIGINT AS n, sum(persone)::BIGINT AS p FROM fruizione_per_eta_e_genere GROUP BY ALL`, 1, "FasciaEta", "n", "p"), ages.lines(true))
	same(t, "isee", h.ask(t, ds, `SELECT "FasciaISEEBeneficiario", sum(prestazioni)::BIGINT AS n FROM fasce_isee GROUP BY ALL`, 1, "FasciaISEEBeneficiario", "n"), isee.lines(false))
	same(t, "coverage", h.ask(t, ds, "SELECT anno, sum(prestazioni)::BIGINT AS n, sum(persone)::BIGINT AS p FROM copertura_per_territorio GROUP BY ALL", 1, "anno", "n", "p"), total.lines(true))
}

// year is the one data year of a dataset.
func (h *house) year(t *testing.T, ds string) int {
	t.Helper()
	folders, err := filepath.Glob(filepath.Join(h.lived[ds], "anno=*"))
	if err != nil || len(folders) != 1 {
		t.Fatalf("years: %q, %v", folders, err)
	}
	year, err := strconv.Atoi(strings.TrimPrefix(filepath.Base(folders[0]), "anno="))
	if err != nil {
		t.Fatal(err)
	}
	return year
}

// The views of anonymous SINBA count records; those of its tables show what was
// published, of no amounts.
func TestViewsOfSINBAClassesAndTables(t *testing.T) {
	testshared.DuckDB(t, "SELECT 1")
	lazio := linkedLazio
	lazio.Linkability = anonymize.LinkNone
	const ds, quadro = "sinba", "quadro-sinba"
	h := newHouseOf(t, flusso.SINBA, exchange.Local{Recipient: lazio, Targets: []exchange.LocalTarget{{Dataset: ds, Level: anonymize.IndividualeAnonimo}, {Dataset: quadro, Level: anonymize.Aggregato}}})
	h.answers(t, ds, "prestazioni_per_ambito_e_area", "fruizione_per_eta_e_genere", "fasce_isee", "copertura_per_territorio")
	areas, ages, isee, total := newTally(), newTally(), newTally(), newTally()
	h.rowsOf(t, ds, []string{"anno", "CodicePrestazione", "FasciaEta", "FasciaISEE"}, func(row []string) {
		area := row[1]
		if strings.HasPrefix(area, "A") {
			area = area[:2]
		}
		areas.add(row[0]+"|"+area, "", 1)
		ages.add(row[0]+"|"+row[2], "", 1)
		total.add(row[0], "", 1)
		if row[3] != "" {
			isee.add(row[0]+"|"+area+"|"+row[3], "", 1)
		}
	})
	same(t, "areas", h.ask(t, ds, "SELECT * FROM prestazioni_per_ambito_e_area", 2, "anno", "area", "record"), areas.lines(false))
	same(t, "ages", h.ask(t, ds, "SELECT * FROM fruizione_per_eta_e_genere", 2, "anno", "FasciaEta", "record"), ages.lines(false))
	same(t, "isee", h.ask(t, ds, "SELECT * FROM fasce_isee", 3, "anno", "area", "FasciaISEE", "record"), isee.lines(false))
	same(t, "coverage", h.ask(t, ds, "SELECT * FROM copertura_per_territorio", 1, "anno", "record"), total.lines(false))

	h.answers(t, quadro, "prestazioni_per_ambito_e_area", "fruizione_per_eta_e_genere", "copertura_per_territorio")
	year := strconv.Itoa(h.year(t, quadro))
	benefits, bands, all := newTally(), newTally(), newTally()
	for _, m := range h.flow.Minori {
		n, _ := strconv.Atoi(year)
		person, age := m.ente+" "+m.IDBeneficiario, anonymize.AgeBand(n-m.AnnoNascita)
		code := "piu"
		if len(m.Prestazioni.CodicePrestazione) == 1 {
			code = m.Prestazioni.CodicePrestazione[0]
		}
		benefits.add(code, person, 1)
		bands.add(age, person, 1)
		all.add(year, person, 1)
	}
	for _, q := range []struct {
		view, key string
		want      *tally
	}{
		{"prestazioni_per_ambito_e_area", "CodicePrestazione", benefits}, {"fruizione_per_eta_e_genere", "FasciaEta", bands}, {"copertura_per_territorio", "anno", all},
	} {
		shown := 0
		for key, cells := range h.ask(t, quadro, "SELECT * FROM "+q.view, 1, q.key, "stato", "prestazioni", "persone") {
			if cells == "soppressa||" {
				continue
			}
			if want := "pubblicata|" + q.want.lines(true)[key]; cells != want {
				t.Errorf("%s, %s: %s, counted %s", q.view, key, cells, want)
			}
			shown++
		}
		if shown == 0 && q.want != all { // which may be suppressed, to protect the others
			t.Errorf("%s shows nothing", q.view)
		}
	}
}
