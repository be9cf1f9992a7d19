package dataset_test

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"flussi/internal/anonymize"
	"flussi/internal/dataset"
	"flussi/internal/exchange"
	"flussi/internal/flusso"
	"flussi/internal/schema"
	"flussi/internal/spool"
	"flussi/internal/synth"
	"flussi/internal/testshared"
)

// house is a folder of datasets made of one synthetic flow, and the flow itself as
// encoding/xml reads it: what the views say is counted anew from it.
type house struct {
	dir   string
	flow  flowXML
	lived map[string]string // dataset → release
}

type flowXML struct {
	Beneficiari []struct {
		CodiceFiscale string `xml:",attr"`
		Anagrafica    struct {
			AnnoNascita        int    `xml:",attr"`
			Genere             string `xml:",attr"`
			CodiceCittadinanza string `xml:",attr"`
		}
		Indirizzo []struct {
			CodiceNazione string `xml:",attr"`
			CodiceComune  string `xml:",attr"`
		}
		PrestazioniSociali []benefitXML
	} `xml:"Beneficiario"`
	Minori []minorXML `xml:"SINBA"`
}

type benefitXML struct {
	CodicePrestazione, DataInizioPrestazione, DataFinePrestazione, DataErogazionePrestazione  string
	ImportoPrestazione, ImportoMensile, ImportoQuotaEnte, ImportoQuotaUtente, ImportoQuotaSSN string
	ImportoSogliaISEE, OreServizioMensile, PresaCarico, AreaUtenza, PeriodoErogazione         string
}

// UnmarshalXML takes the attributes by their names.
func (b *benefitXML) UnmarshalXML(d *xml.Decoder, start xml.StartElement) error {
	for _, a := range start.Attr {
		for name, to := range map[string]*string{
			"CodicePrestazione": &b.CodicePrestazione, "DataInizioPrestazione": &b.DataInizioPrestazione, "DataFinePrestazione": &b.DataFinePrestazione,
			"DataErogazionePrestazione": &b.DataErogazionePrestazione, "ImportoPrestazione": &b.ImportoPrestazione, "ImportoMensile": &b.ImportoMensile,
			"ImportoQuotaEnte": &b.ImportoQuotaEnte, "ImportoQuotaUtente": &b.ImportoQuotaUtente, "ImportoQuotaSSN": &b.ImportoQuotaSSN,
			"ImportoSogliaISEE": &b.ImportoSogliaISEE, "OreServizioMensile": &b.OreServizioMensile, "PresaCarico": &b.PresaCarico,
			"AreaUtenza": &b.AreaUtenza, "PeriodoErogazione": &b.PeriodoErogazione,
		} {
			if a.Name.Local == name {
				*to = a.Value
			}
		}
	}
	return d.Skip()
}

const someCubes = `
measures: [prestazioni, persone, importo_annuo, minuti]
cubes:
  - {name: territorio, dimensions: [provincia, sezione]}
  - {name: prestazioni, dimensions: [prestazione]}
  - {name: persone, dimensions: [eta, genere]}
  - {name: cittadini, dimensions: [provincia, cittadinanza]}
`

func newHouse(t *testing.T, who anonymize.Recipient, targets ...exchange.LocalTarget) *house {
	t.Helper()
	return newHouseOf(t, flusso.PSPSASINA, exchange.Local{Recipient: who, Targets: targets})
}

// newHouseOf is newHouse of flows of a kind, disclosed as local says.
func newHouseOf(t *testing.T, tipo flusso.Tipo, local exchange.Local) *house {
	t.Helper()
	h := &house{dir: t.TempDir(), lived: map[string]string{}}
	var paths []string
	for i, ente := range []synth.Ente{
		{Codice: "H501", Denominazione: "Roma", Indirizzo: "H501"}, {Codice: "E472", Denominazione: "Latina", Indirizzo: "E472"}, {Codice: "M082", Denominazione: "Viterbo", Indirizzo: "M082"},
	} {
		var flow bytes.Buffer
		if _, err := synth.Write(&flow, synth.Options{Tipo: tipo, Beneficiari: 600, Seed: 11, Year: 2025, Ente: ente}); err != nil {
			t.Fatal(err)
		}
		one := flowXML{}
		if err := xml.Unmarshal(flow.Bytes(), &one); err != nil {
			t.Fatal(err)
		}
		h.flow.Beneficiari = append(h.flow.Beneficiari, one.Beneficiari...)
		for _, m := range one.Minori {
			m.ente = ente.Codice
			h.flow.Minori = append(h.flow.Minori, m)
		}
		paths = append(paths, filepath.Join(h.dir, fmt.Sprintf("ps-%d.xml", i)))
		if err := os.WriteFile(paths[i], flow.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	local.Matrix, local.Out, local.Key = anonymize.DefaultMatrix(), h.dir, bytes.Repeat([]byte{3}, 32)
	local.Now = func() time.Time { return time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC) }
	if local.Recipient.Linkability == anonymize.LinkPeriod {
		target := local.Targets[0]
		scheme, _, err := local.FitScheme(t.Context(), target, anonymize.Fit{Releases: 1, From: "2026-01-01", To: "2027-12-31"}, paths)
		if err != nil {
			t.Fatal(err)
		}
		local.Schemes = map[string]*anonymize.Scheme{target.Dataset: scheme}
	}
	_, results, err := local.Disclose(t.Context(), paths)
	if err != nil || len(results) != len(local.Targets) {
		t.Fatalf("%+v, %v", results, err)
	}
	for _, r := range results {
		if r.Release == "" {
			t.Fatalf("%s: %v", r.Dataset, r.Why)
		}
		h.lived[r.Dataset] = r.Release
	}
	return h
}

// ask runs the views of a dataset, then a question, from the folder that the file
// names, and gives the answer's rows as texts, by their first cells; the last
// values are the answer.
func (h *house) ask(t *testing.T, ds, sql string, keys int, names ...string) map[string]string {
	t.Helper()
	views, err := os.ReadFile(filepath.Join(h.lived[ds], "viste.sql"))
	if err != nil {
		t.Fatal(err)
	}
	answer := map[string]string{}
	for _, row := range testshared.DuckDBIn(t, filepath.Dir(filepath.Dir(h.lived[ds])), string(views)+"\n"+sql) {
		cells := make([]string, len(names))
		for i, name := range names {
			if row[name] != nil {
				cells[i] = fmt.Sprint(row[name])
			}
		}
		answer[strings.Join(cells[:keys], "|")] = strings.Join(cells[keys:], "|")
	}
	return answer
}

// tally adds up by key, and counts persons once.
type tally struct {
	sums    map[string][]int64
	persons map[string]map[string]bool
}

func newTally() *tally {
	return &tally{map[string][]int64{}, map[string]map[string]bool{}}
}

func (c *tally) add(key, person string, values ...int64) {
	if c.sums[key] == nil {
		c.sums[key], c.persons[key] = make([]int64, len(values)), map[string]bool{}
	}
	for i, v := range values {
		c.sums[key][i] += v
	}
	c.persons[key][person] = true
}

// lines are the sums by key, with the number of persons behind the first of them.
func (c *tally) lines(persons bool, cents ...int) map[string]string {
	all := map[string]string{}
	for key, sums := range c.sums {
		var cells []string
		for i, v := range sums {
			text := strconv.FormatInt(v, 10)
			if slices.Contains(cents, i) {
				text = fmt.Sprintf("%d.%02d", v/100, v%100)
			}
			cells = append(cells, text)
			if i == 0 && persons {
				cells = append(cells, strconv.Itoa(len(c.persons[key])))
			}
		}
		all[key] = strings.Join(cells, "|")
	}
	return all
}

func cents(s string) int64 {
	n, _, _ := schema.ParseCents([]byte(s))
	return n
}

// each gives every benefit of the flow with what the questions ask of it.
func (h *house) each(f func(person, year, area, age, sex, citizen string, b *benefitXML, yearly int64)) {
	for _, p := range h.flow.Beneficiari {
		citizen, _ := schema.CitizenshipArea(p.Anagrafica.CodiceCittadinanza)
		for i := range p.PrestazioniSociali {
			b := &p.PrestazioniSociali[i]
			date := b.DataInizioPrestazione
			if date == "" {
				date = b.DataErogazionePrestazione
			}
			year, _ := strconv.Atoi(date[:4])
			yearly := cents(b.ImportoPrestazione)
			if b.ImportoMensile != "" {
				months, err := strconv.Atoi(b.PeriodoErogazione)
				if err != nil {
					from, _ := strconv.Atoi(b.DataInizioPrestazione[5:7])
					to := from
					if strings.HasPrefix(b.DataFinePrestazione, date[:4]) {
						to, _ = strconv.Atoi(b.DataFinePrestazione[5:7])
					}
					months = to - from + 1
				}
				yearly = cents(b.ImportoMensile) * int64(months)
			}
			f(p.CodiceFiscale, date[:4], b.CodicePrestazione[:2], anonymize.AgeBand(year-p.Anagrafica.AnnoNascita), p.Anagrafica.Genere, string(citizen), b, yearly)
		}
	}
}

func same(t *testing.T, what string, got, want map[string]string) {
	t.Helper()
	if len(want) == 0 {
		t.Errorf("%s: nothing to compare", what)
	}
	if maps.Equal(got, want) {
		return
	}
	for _, key := range slices.Sorted(maps.Keys(want)) {
		if got[key] != want[key] {
			t.Errorf("%s, %s: %q, counted %q", what, key, got[key], want[key])
		}
	}
	for _, key := range slices.Sorted(maps.Keys(got)) {
		if _, ok := want[key]; !ok {
			t.Errorf("%s, %s: %q, which is not in the flow", what, key, got[key])
		}
	}
}

// The views of rows as they came say what the flow says, question by question.
func TestViewsOfRecords(t *testing.T) {
	testshared.DuckDB(t, "SELECT 1")
	h := newHouse(t, anonymize.Recipient{Name: "inps", Class: anonymize.INPS}, exchange.LocalTarget{Dataset: "prestazioni", Level: anonymize.Totale})
	benefits, spent, age, hours, isee, months, shares, citizens, care := newTally(), newTally(), newTally(), newTally(), newTally(), newTally(), newTally(), newTally(), newTally()
	total := newTally()
	h.each(func(person, year, area, band, sex, citizen string, b *benefitXML, yearly int64) {
		benefits.add(year+"|"+area, person, 1)
		spent.add(year+"|"+area, person, 1, yearly)
		age.add(year+"|"+band+"|"+sex, person, 1)
		citizens.add(year+"|"+citizen, person, 1)
		care.add(year+"|"+b.PresaCarico+"|"+b.AreaUtenza, person, 1)
		total.add(year, person, 1)
		if minutes, _, ok := schema.ParseMinutes([]byte(b.OreServizioMensile)); ok {
			home := strconv.FormatBool(b.CodicePrestazione == "A2.07" || b.CodicePrestazione == "A2.08")
			hours.add(year+"|"+b.CodicePrestazione+"|"+home, person, 1, int64(minutes))
		}
		if b.ImportoSogliaISEE != "" {
			names := []string{"0", "0-3000", "3000-6000", "6000-9000", "9000-12000", "12000-15000", "15000-20000", "20000+"}
			n := 0
			for _, bound := range []int64{0, 3000, 6000, 9000, 12000, 15000, 20000} {
				if cents(b.ImportoSogliaISEE) > bound*100 {
					n++
				}
			}
			isee.add(year+"|"+names[n], person, 1)
		}
		if b.DataInizioPrestazione != "" {
			months.add(b.DataInizioPrestazione[:7], person, 1, 0)
		}
		if b.DataFinePrestazione != "" {
			months.add(b.DataFinePrestazione[:7], person, 0, 1)
		}
		if b.ImportoQuotaEnte+b.ImportoQuotaUtente+b.ImportoQuotaSSN != "" {
			shares.add(year+"|"+area, person, 1, cents(b.ImportoQuotaEnte), cents(b.ImportoQuotaUtente), cents(b.ImportoQuotaSSN))
		}
	})
	const ds = "prestazioni"
	same(t, "benefits", h.ask(t, ds, "SELECT anno, area, sum(prestazioni)::BIGINT AS n, sum(persone)::BIGINT AS p FROM prestazioni_per_ambito_e_area GROUP BY ALL", 2, "anno", "area", "n", "p"), benefits.lines(true))
	same(t, "spent", h.ask(t, ds, "SELECT anno, area, sum(prestazioni)::BIGINT AS n, sum(persone)::BIGINT AS p, sum(euro_annui)::DECIMAL(18,2)::VARCHAR AS e FROM spesa_per_testa GROUP BY ALL", 2, "anno", "area", "n", "p", "e"), spent.lines(true, 1))
	same(t, "age", h.ask(t, ds, `SELECT anno, "FasciaEta", "Genere", sum(prestazioni)::BIGINT AS n, sum(persone)::BIGINT AS p FROM fruizione_per_eta_e_genere GROUP BY ALL`, 3, "anno", "FasciaEta", "Genere", "n", "p"), age.lines(true))
	same(t, "hours", h.ask(t, ds, `SELECT anno, "CodicePrestazione", a_domicilio, sum(prestazioni)::BIGINT AS n, sum(persone)::BIGINT AS p, sum(minuti_al_mese)::BIGINT AS m FROM ore_di_assistenza GROUP BY ALL`, 3, "anno", "CodicePrestazione", "a_domicilio", "n", "p", "m"), hours.lines(true))
	same(t, "isee", h.ask(t, ds, `SELECT anno, "SogliaISEEFascia", sum(prestazioni)::BIGINT AS n FROM fasce_isee GROUP BY ALL`, 2, "anno", "SogliaISEEFascia", "n"), isee.lines(false))
	same(t, "months", h.ask(t, ds, `SELECT periodo, sum(nuove)::BIGINT AS n, sum(concluse)::BIGINT AS f FROM inizi_e_fini_per_mese GROUP BY ALL`, 1, "periodo", "n", "f"), months.lines(false))
	same(t, "shares", h.ask(t, ds, `SELECT anno, area, sum(prestazioni)::BIGINT AS n, coalesce(sum(quota_ente), 0)::DECIMAL(18,2)::VARCHAR AS e, coalesce(sum(quota_utente), 0)::DECIMAL(18,2)::VARCHAR AS u, coalesce(sum(quota_ssn), 0)::DECIMAL(18,2)::VARCHAR AS s FROM quote_di_spesa GROUP BY ALL`, 2, "anno", "area", "n", "e", "u", "s"), shares.lines(false, 1, 2, 3))
	same(t, "citizens", h.ask(t, ds, `SELECT anno, "CittadinanzaArea", sum(prestazioni)::BIGINT AS n FROM cittadinanze_per_area GROUP BY ALL`, 2, "anno", "CittadinanzaArea", "n"), citizens.lines(false))
	same(t, "care", h.ask(t, ds, `SELECT anno, "PresaCarico", "AreaUtenza", sum(prestazioni)::BIGINT AS n FROM presa_in_carico GROUP BY ALL`, 3, "anno", "PresaCarico", "AreaUtenza", "n"), care.lines(false))
	same(t, "coverage", h.ask(t, ds, `SELECT anno, sum(prestazioni)::BIGINT AS n FROM copertura_per_territorio GROUP BY ALL`, 1, "anno", "n"), total.lines(false))
}

// The areas of citizenship in the views are the house's: each code of a country.
func TestViewsKnowTheUnion(t *testing.T) {
	testshared.DuckDB(t, "SELECT 1")
	h := newHouse(t, anonymize.Recipient{Name: "inps", Class: anonymize.INPS}, exchange.LocalTarget{Dataset: "prestazioni", Level: anonymize.Totale})
	views, err := os.ReadFile(filepath.Join(h.lived["prestazioni"], "viste.sql"))
	if err != nil {
		t.Fatal(err)
	}
	_, rule, found := strings.Cut(string(views), "CASE WHEN CodiceCittadinanza")
	rule, _, ended := strings.Cut(rule, "END AS CittadinanzaArea")
	if !found || !ended {
		t.Fatal("no rule of citizenship")
	}
	for _, row := range testshared.DuckDB(t, "SELECT CodiceCittadinanza AS c, CASE WHEN CodiceCittadinanza"+rule+"END AS area FROM (SELECT printf('%03d', n) AS CodiceCittadinanza FROM range(1000) r(n))") {
		if want, known := schema.CitizenshipArea(row["c"].(string)); known && row["area"] != string(want) {
			t.Errorf("%v is %v, want %s", row["c"], row["area"], want)
		}
	}
}

// The views of anonymous rows count the rows that are there, and of sums say no
// more than bands tell.
func TestViewsOfClasses(t *testing.T) {
	testshared.DuckDB(t, "SELECT 1")
	h := newHouse(t, anonymize.Recipient{Name: "regione-lazio", Class: anonymize.Regione, Territory: anonymize.Territory{Regione: "ITI4"}},
		exchange.LocalTarget{Dataset: "prestazioni", Level: anonymize.IndividualeAnonimo})
	benefits, bands, age, months, care := newTally(), newTally(), newTally(), newTally(), newTally()
	names := []string{"anno", "CodicePrestazione", "ImportoMensileFascia", "FasciaEta", "Genere", "MeseInizio", "MeseFine", "PresaCarico", "AreaUtenza"}
	const ds = "prestazioni"
	h.rowsOf(t, ds, names, func(row []string) {
		year, area := row[0], row[1]
		if strings.HasPrefix(area, "A") {
			area = area[:2]
		}
		benefits.add(year+"|"+area, "", 1)
		age.add(year+"|"+row[3]+"|"+row[4], "", 1)
		care.add(year+"|"+row[7]+"|"+row[8], "", 1)
		low, high, known := bandOf(row[2])
		open := int64(0)
		if known && high < 0 {
			open, high = 1, 0
		}
		bands.add(year+"|"+area, "", low, high, open)
		if row[5] != "" {
			months.add(row[5], "", 1, 0)
		}
		if row[6] != "" {
			months.add(row[6], "", 0, 1)
		}
	})
	same(t, "benefits", h.ask(t, ds, "SELECT anno, area, sum(prestazioni)::BIGINT AS n FROM prestazioni_per_ambito_e_area GROUP BY ALL", 2, "anno", "area", "n"), benefits.lines(false))
	same(t, "age", h.ask(t, ds, `SELECT anno, "FasciaEta", "Genere", sum(prestazioni)::BIGINT AS n FROM fruizione_per_eta_e_genere GROUP BY ALL`, 3, "anno", "FasciaEta", "Genere", "n"), age.lines(false))
	same(t, "months", h.ask(t, ds, `SELECT periodo, sum(nuove)::BIGINT AS n, sum(concluse)::BIGINT AS f FROM inizi_e_fini_per_mese GROUP BY ALL`, 1, "periodo", "n", "f"), months.lines(false))
	same(t, "care", h.ask(t, ds, `SELECT anno, "PresaCarico", "AreaUtenza", sum(prestazioni)::BIGINT AS n FROM presa_in_carico GROUP BY ALL`, 3, "anno", "PresaCarico", "AreaUtenza", "n"), care.lines(false))
	want := map[string]string{}
	for key, sums := range bands.sums {
		want[key] = strconv.FormatInt(sums[0], 10)
		if sums[2] == 0 { // no band is open: an upper end is known
			want[key] += "|" + strconv.FormatInt(sums[1], 10)
		}
	}
	got := map[string]string{}
	for key, cells := range h.ask(t, ds, `SELECT anno, area, coalesce(sum(euro_al_mese_da), 0)::BIGINT AS l, CASE WHEN count(*) FILTER (euro_al_mese_a IS NULL AND con_fascia_euro_al_mese > 0) = 0 THEN coalesce(sum(euro_al_mese_a), 0)::BIGINT END AS h FROM spesa_per_testa GROUP BY ALL`, 2, "anno", "area", "l", "h") {
		got[key] = strings.TrimSuffix(cells, "|")
	}
	same(t, "bands", got, want)
	// Everything else at least runs, and says something.
	for _, view := range []string{"ore_di_assistenza", "fasce_isee", "quote_di_spesa", "cittadinanze_per_area", "copertura_per_territorio"} {
		if n := h.ask(t, ds, "SELECT count(*) AS n FROM "+view, 0, "n")[""]; n == "0" {
			t.Errorf("%s is empty", view)
		}
	}
}

// bandOf reads a band; high is -1 where it is open.
func bandOf(band string) (low, high int64, known bool) {
	if open, is := strings.CutSuffix(band, "+"); is {
		low, _ = strconv.ParseInt(open, 10, 64)
		return low, -1, true
	}
	from, to, is := strings.Cut(band, "-")
	low, err := strconv.ParseInt(from, 10, 64)
	if err != nil {
		return 0, 0, false
	}
	if !is {
		return low, low, true
	}
	high, _ = strconv.ParseInt(to, 10, 64)
	return low, high, true
}

// The views of tables show figures as they were published, and add up nothing: each
// is what the flow says of exactly these dimensions, or suppressed.
func TestViewsOfTables(t *testing.T) {
	testshared.DuckDB(t, "SELECT 1")
	cubes, err := anonymize.LoadCubes("cubes.yaml", []byte(someCubes))
	if err != nil {
		t.Fatal(err)
	}
	h := newHouse(t, anonymize.Recipient{Name: "regione-lazio", Class: anonymize.Regione, Territory: anonymize.Territory{Regione: "ITI4"}},
		exchange.LocalTarget{Dataset: "quadro", Level: anonymize.Aggregato, Cubes: cubes})
	h.tellsCubes(t, "quadro")
	// Provinces from the addresses of persons.
	provinces := map[string]string{}
	for _, p := range h.flow.Beneficiari {
		for _, a := range p.Indirizzo {
			if a.CodiceNazione == "380" && a.CodiceComune != "" {
				provinces[p.CodiceFiscale] = a.CodiceComune[:3]
				break
			}
		}
	}
	area, age, citizens, cover := newTally(), newTally(), newTally(), newTally()
	h.each(func(person, year, section, band, sex, citizen string, b *benefitXML, yearly int64) {
		province := provinces[person]
		if r, ok := schema.RegionOfComune(province + "001"); !ok || r.NUTS2 != "ITI4" {
			return
		}
		area.add(strings.Join([]string{year, province, section}, "|"), person, 1, yearly)
		age.add(strings.Join([]string{year, band, sex}, "|"), person, 1, yearly)
		citizens.add(strings.Join([]string{year, province, citizen}, "|"), person, 1, yearly)
		cover.add(strings.Join([]string{year, province}, "|"), person, 1, yearly)
	})
	for _, q := range []struct {
		view string
		keys []string
		want *tally
	}{
		{"prestazioni_per_ambito_e_area", []string{"anno", "provincia", "sezione"}, area},
		{"fruizione_per_eta_e_genere", []string{"anno", "FasciaEta", "Genere"}, age},
		{"cittadinanze_per_area", []string{"anno", "provincia", "CittadinanzaArea"}, citizens},
		{"copertura_per_territorio", []string{"anno", "provincia"}, cover},
	} {
		got := h.ask(t, "quadro", "SELECT *, (importo_annuo::DECIMAL(18,0))::BIGINT AS euro FROM "+q.view, len(q.keys), append(slices.Clone(q.keys), "stato", "prestazioni", "persone", "euro")...)
		shown := 0
		for key, cells := range got {
			sums := q.want.sums[key]
			if sums == nil {
				t.Errorf("%s, %s: not in the flow", q.view, key)
				continue
			}
			want := fmt.Sprintf("pubblicata|%d|%d|%d", sums[0], len(q.want.persons[key]), (sums[1]+50)/100)
			if cells == want {
				shown++
			} else if cells != "soppressa|||" {
				t.Errorf("%s, %s: %s, counted %s", q.view, key, cells, want)
			}
		}
		if shown == 0 || len(got) != len(q.want.sums) {
			t.Errorf("%s: %d lines, %d published, %d in the flow", q.view, len(got), shown, len(q.want.sums))
		}
	}
	for _, view := range []string{"spesa_per_testa", "ore_di_assistenza"} {
		if n := h.ask(t, "quadro", "SELECT count(*) AS n FROM "+view, 0, "n")[""]; n == "0" {
			t.Errorf("%s is empty", view)
		}
	}
}

// tellsCubes: manifest, list of releases and dictionary name the tables of someCubes,
// and what they cross.
func (h *house) tellsCubes(t *testing.T, ds string) {
	t.Helper()
	m, err := dataset.Verify(spool.OS, h.lived[ds])
	if err != nil {
		t.Fatal(err)
	}
	want := "[{territorio [sezione provincia]} {prestazioni [CodicePrestazione]} {persone [FasciaEta Genere]} {cittadini [provincia CittadinanzaArea]}]"
	if got := fmt.Sprint(m.Cubes); got != want {
		t.Errorf("cubes %s, want %s", got, want)
	}
	listed, err := dataset.List(spool.OS, filepath.Dir(filepath.Dir(h.lived[ds])))
	if err != nil || len(listed) != 1 || !slices.Equal(listed[0].Cubes, []string{"territorio", "prestazioni", "persone", "cittadini"}) {
		t.Errorf("listed %+v, %v", listed, err)
	}
	for name, line := range map[string]string{
		"dizionario.md": "| `persone` | FasciaEta × Genere |", "dictionary.md": "| `persone` | FasciaEta × Genere |",
		"dizionario.html": "<tr><th scope=\"row\"><code>persone</code></th><td>FasciaEta × Genere</td></tr>",
	} {
		if text, err := os.ReadFile(filepath.Join(h.lived[ds], name)); err != nil || !strings.Contains(string(text), line) {
			t.Errorf("%s lacks %q, %v", name, line, err)
		}
	}
}
