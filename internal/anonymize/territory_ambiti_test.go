package anonymize

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"flussi/internal/flusso"
	"flussi/internal/schema"
)

const ambitiFirst = "codice;denominazione;comune;dal;al\n"

// comuniOf are the Belfiore codes of the comuni that a region had on a day.
func comuniOf(nuts2, date string) (codes []string) {
	day, _ := schema.ParseDate([]byte(date))
	for c := range schema.Comuni() {
		if r, ok := schema.RegionOfComune([]byte(c.ISTAT)); ok && r.NUTS2 == nuts2 && c.Holds(day) {
			codes = append(codes, c.Belfiore)
		}
	}
	return slices.Compact(codes)
}

// ambitiTable writes a table from 2022 on, with the ambito of each comune.
func ambitiTable(nuts2 string, of func(i int, belfiore string) string) string {
	var b strings.Builder
	b.WriteString(ambitiFirst)
	for i, c := range comuniOf(nuts2, "2022-01-01") {
		code := of(i, c)
		fmt.Fprintf(&b, "%s;Ambito %s;%s;2022-01-01;\n", code, code, c)
	}
	return b.String()
}

func loadAmbiti(t testing.TB, file string) *Ambiti {
	t.Helper()
	a, err := LoadAmbiti("ambiti.csv", strings.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// TestAmbitiAtADate: at each date each comune is in the ambito that its line
// says, and in no other; random changes of ambito over the years.
func TestAmbitiAtADate(t *testing.T) {
	comuni := comuniOf("ITC2", "2016-01-01") // Valle d'Aosta: no comune changed since
	if len(comuni) != 74 {
		t.Fatalf("%d comuni", len(comuni))
	}
	years := []string{"2016", "2019", "2022", "2025"}
	rapid.Check(t, func(t *rapid.T) {
		want := map[string][]string{}
		lines := []string{}
		for _, c := range comuni {
			for i, y := range years {
				code := rapid.SampledFrom([]string{"A1", "A2", "A3"}).Draw(t, "ambito")
				want[c] = append(want[c], code)
				to := ""
				if i+1 < len(years) {
					n, err := strconv.Atoi(years[i+1])
					if err != nil {
						t.Fatal(err)
					}
					to = fmt.Sprintf("%d-12-31", n-1)
				}
				lines = append(lines, fmt.Sprintf("%s;Nome %s;%s;%s-01-01;%s\n", code, code, c, y, to))
			}
		}
		lines = rapid.Permutation(lines).Draw(t, "lines")
		a, err := LoadAmbiti("a.csv", strings.NewReader(ambitiFirst+strings.Join(lines, "")))
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range comuni {
			for year, i := range map[int]int{2016: 0, 2018: 0, 2019: 1, 2022: 2, 2024: 2, 2025: 3, 2040: 3, 0: 3} {
				if n, ok := a.in(c, year); !ok || a.list[n].Codice != want[c][i] {
					t.Fatalf("%s in %d: %d %v, want %s", c, year, n, ok, want[c][i])
				}
			}
			if _, ok := a.in(c, 2015); ok {
				t.Fatalf("%s in 2015: the table begins in 2016", c)
			}
		}
	})
}

func TestAmbitiFaults(t *testing.T) {
	good := ambitiTable("ITC2", func(int, string) string { return "A1" })
	lines := strings.SplitAfter(good, "\n")
	with := func(line string) string { return good + line + "\n" }
	aosta := slices.IndexFunc(lines, func(l string) bool { return strings.Contains(l, ";A326;") })
	if aosta < 1 {
		t.Fatal("Aosta is not in the table")
	}
	without := strings.Join(slices.Delete(slices.Clone(lines), aosta, aosta+1), "")
	early := strings.Replace(good, ";A326;2022-01-01;", ";A326;2022-01-01;2023-12-31", 1)
	for name, c := range map[string]struct{ file, want string }{
		"header":      {"codice;comune\n", "a:1:1: the first line must be codice;denominazione;comune;dal;al"},
		"empty":       {ambitiFirst, "a:1:1: the table has no lines"},
		"short line":  {with("A1;x"), "a:76:1: five values with semicolons between them are needed"},
		"quote":       {with(`A1;"x;A326;2022-01-01;`), "a:76:1: five values with semicolons between them are needed"},
		"day":         {with("A1;Ambito A1;A326;1/1/2022;"), "a:76:1: dal and al are the first and the last day, YYYY-MM-DD; al is empty where the comune still belongs"},
		"reversed":    {with("A1;Ambito A1;A326;2022-01-02;2022-01-01"), "a:76:1: dal and al are"},
		"unknown":     {with("A1;Ambito A1;Z999;2022-01-01;"), "a:76:1: on the day dal no comune has this code"},
		"not yet":     {with("A1;Ambito A1;M425;1950-01-01;"), "a:76:1: on the day dal no comune has this code"},
		"code":        {with("A 1;Ambito;A326;2022-01-01;"), "a:76:1: a codice has 1 to 32"},
		"no name":     {with("A2;;A326;2022-01-01;"), "a:76:1: a denominazione has"},
		"two names":   {with("A1;Altro;A326;2022-01-01;"), "a:76:1: the same codice has another denominazione"},
		"two regions": {with("A1;Ambito A1;H501;2022-01-01;"), "a:76:1: an ambito cannot be in two regions"},
		"overlap":     {with("A2;Ambito A2;A326;2024-05-01;"), fmt.Sprintf("a:76:1: the comune is in an ambito already on these days (line %d)", aosta+1)},
		"missing":     {without, "a:2:1: AOSTA (A326) is in no ambito from 2022-01-01, and the table covers its region"},
		"drops out":   {early, fmt.Sprintf("a:%d:1: AOSTA (A326) is in no ambito from 2024-01-01, and the table covers its region", aosta+1)},
		"comes back":  {early + "A1;Ambito A1;A326;2024-02-01;\n", "AOSTA (A326) is in no ambito from 2024-01-01"},
	} {
		_, err := LoadAmbiti("a", strings.NewReader(c.file))
		var faults Faults
		if flusso.KindOf(err) != flusso.Config || !errors.As(err, &faults) || !strings.Contains(faults.In(flusso.En), c.want) {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
		for _, f := range faults {
			if f.What.It == "" {
				t.Errorf("%s: no Italian", name)
			}
		}
	}
	if _, err := LoadAmbiti("a", strings.NewReader("\ufeff"+strings.ReplaceAll(good, "\n", "\r\n"))); err != nil {
		t.Errorf("as Excel writes it: %v", err)
	}
}

// FuzzLoadAmbiti: whatever a file holds, it is read or refused with lines in it.
func FuzzLoadAmbiti(f *testing.F) {
	f.Add([]byte(ambitiFirst + "A1;x;A326;2022-01-01;\nA1;x;A326;2022-01-01;\n\"\n"))
	f.Add([]byte("\ufeff" + ambitiFirst + "A1;x;058091;2022-01-01;2300-01-01\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		_, err := LoadAmbiti("a", strings.NewReader(string(data)))
		var faults Faults
		if err != nil && (!errors.As(err, &faults) || len(faults) == 0 || faults[0].Line < 1) {
			t.Errorf("%v", err)
		}
	})
}

// TestAmbitoTerritory: a recipient whose territory is an ambito gets the
// records of its residents and no others; without the table, or its code, the
// gate says no.
func TestAmbitoTerritory(t *testing.T) {
	roma := loadAmbiti(t, ambitiTable("ITI4", func(_ int, c string) string {
		return map[bool]string{true: "RM1", false: "RESTO"}[c == "H501"]
	}))
	who := Recipient{Name: "ambito-rm1", Class: Comune, Territory: Territory{Ambito: "RM1"}, Agreement: agreement}
	var people []person
	for i := range 20 {
		p := person{cf: fiscal(i), benefits: []benefit{{}}}
		if i%2 == 1 {
			p.comune = "058120" // another comune of its province
		}
		people = append(people, p)
	}
	req := request(who, flusso.PSPSASINA, IndividualeAnonimo)
	req.Ambiti = roma
	o := disclose(t, req, 7, psFlow("H501", people...))
	if o.balance.Outside != 10 || o.balance.Disclosed != 10 || o.count(map[string]string{"ambito_residenza": "RM1", "ambito_residenza_descrizione": "Ambito RM1", "ambito_ente": "RM1"}) != 10 {
		t.Errorf("%+v\n%v", o.balance, o.rows)
	}
	req.Recipient.Territory.Ambito = "RM9"
	_, err := DefaultMatrix().Open(req, nil)
	denied(t, "unknown code", err, reasonAmbitoUnknown)
	req.Recipient.Territory.Ambito, req.Ambiti = "RM1", nil
	_, err = DefaultMatrix().Open(req, nil)
	denied(t, "no table", err, reasonAmbitoUnknown)
}

// TestAmbitoGoesUp: where an ambito has too few persons its rows keep their
// province, and no class has fewer than k; a table without a column of ambiti
// changes nothing else.
func TestAmbitoGoesUp(t *testing.T) {
	ambiti := loadAmbiti(t, ambitiTable("ITI4", func(_ int, c string) string {
		return map[bool]string{true: "RM1", false: "RESTO"}[c == "H501"]
	}))
	var people []person
	for i := range 12 {
		p := person{cf: fiscal(i), benefits: []benefit{{}}}
		if i < 3 {
			p.comune = "058120"
		}
		people = append(people, p)
	}
	req := request(lazio, flusso.PSPSASINA, IndividualeAnonimo)
	req.Ambiti = ambiti
	// Nine of Roma keep their ambito; the three others find no class but the
	// residual ones.
	o := disclose(t, req, 100, psFlow("H501", people...))
	if o.count(map[string]string{"ambito_residenza": "RM1"}) != 9 || o.count(map[string]string{"ambito_residenza": "RESTO"}) != 0 || o.balance.Suppressed != 3 {
		t.Errorf("%+v\n%v", o.balance, o.rows)
	}
	// The loss is told of the ambito that the rows came with.
	for _, l := range o.report.Loss {
		kept := int64(0)
		for _, n := range l.Rows {
			kept += n
		}
		if want := map[string][2]int64{"RM1": {9, 0}, "RESTO": {0, 3}}[l.Ambito]; kept != want[0] || l.Suppressed != want[1] || l.Provincia != "058" {
			t.Errorf("%+v", l)
		}
	}
	if len(o.report.Loss) != 2 {
		t.Errorf("%+v", o.report.Loss)
	}
	// Three of each: together they are a class of the province.
	o = disclose(t, req, 100, psFlow("H501", people[:6]...))
	if o.count(map[string]string{"ambito_residenza": "*", "ambito_ente": "*", "provincia": "058"}) != 6 {
		t.Errorf("%+v\n%v", o.balance, o.rows)
	}
	for i := 3; i < 6; i++ {
		people[i].comune = "058120"
	}
	people[6].comune, people[7].comune = "058120", "058120"
	o = disclose(t, req, 100, psFlow("H501", people...))
	if o.count(map[string]string{"ambito_residenza": "RESTO", "provincia": "058"}) != 8 || o.balance.Suppressed != 4 {
		t.Errorf("%+v\n%v", o.balance, o.rows)
	}
	sinba := request(lazio, flusso.SINBA, IndividualeAnonimo)
	sinba.Ambiti = ambiti
	var minors []string
	for i := range 6 {
		minors = append(minors, minor(fmt.Sprint("M", i), 2012, ""))
	}
	o = disclose(t, sinba, 100, sinbaFlow(minors...))
	if o.count(map[string]string{"ambito_ente": "RM1"}) != 6 {
		t.Errorf("%v", o.rows)
	}
	for _, c := range o.columns {
		if c.Name == "ambito_residenza" {
			t.Error("a SINBA record tells no comune of residence")
		}
	}
	for _, c := range disclose(t, request(lazio, flusso.PSPSASINA, IndividualeAnonimo), 100, psFlow("H501", people...)).columns {
		if strings.HasPrefix(c.Name, "ambito") {
			t.Errorf("%s without a table", c.Name)
		}
	}
}

// TestAmbitiFit: the largest table there may be finds room in a packed row.
func TestAmbitiFit(t *testing.T) {
	a := &Ambiti{of: map[string][]stay{}}
	for i := range maxAmbiti {
		a.list = append(a.list, Ambito{Codice: fmt.Sprint("A", i), Denominazione: "x"})
	}
	for _, tipo := range []flusso.Tipo{flusso.PSPSASINA, flusso.SINBA} {
		req := request(lazio, tipo, IndividualeAnonimo)
		req.Ambiti = a
		if _, err := newAnonymous(&View{matrix: DefaultMatrix(), req: req, visible: 0xffff}); err != nil {
			t.Errorf("%s: %v", tipo, err)
		}
	}
}
