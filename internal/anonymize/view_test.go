package anonymize

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"testing"

	"flussi/internal/flusso"
	"flussi/internal/schema"
	"flussi/internal/table"
)

// TestFourPersonsNineRows: four persons with nine rows are too few for k=5 and
// climb; five persons with five rows stay in full detail.
func TestFourPersonsNineRows(t *testing.T) {
	var people []person
	for i := range 4 {
		p := person{cf: fiscal(i), benefits: []benefit{{code: "A1.05"}, {code: "A1.05"}}}
		if i == 0 {
			p.benefits = append(p.benefits, benefit{code: "A1.05"})
		}
		people = append(people, p)
	}
	for i := 10; i < 15; i++ {
		people = append(people, person{cf: fiscal(i), benefits: []benefit{{code: "A1.04"}}})
	}
	req := request(lazio, flusso.PSPSASINA, IndividualeAnonimo)
	o := disclose(t, req, 3, psFlow("H501", people...))
	if o.balance != (Balance{In: 14, Disclosed: 5, Suppressed: 9, Rows: 5}) {
		t.Fatalf("%+v", o.balance)
	}
	if n := o.count(map[string]string{"CodicePrestazione": "A1.04", "provincia": "058", "FasciaEta": "75-84", "MeseErogazione": "2025-05", "ImportoPrestazioneFascia": "50-100"}); n != 5 {
		t.Errorf("%d rows in full detail: %v", n, o.rows)
	}
	// One person with a benefit of the same section lets them out, together.
	people = append(people, person{cf: fiscal(20), benefits: []benefit{{code: "A1.06"}}})
	o = disclose(t, req, 3, psFlow("H501", people...))
	if o.balance.Suppressed != 0 || o.count(map[string]string{"CodicePrestazione": "A1", "provincia": star}) != 10 {
		t.Fatalf("%+v %v", o.balance, o.rows)
	}
	for _, l := range o.report.Loss {
		if l.Provincia != "058" || l.Prestazione == "A1.05" && l.Rows[9] != 9 || l.Prestazione == "A1.04" && l.Rows[0] != 5 {
			t.Errorf("loss: %+v", l)
		}
	}
	if o.report.MinPersons != 5 || o.report.Classes != 2 {
		t.Errorf("report: %+v", o.report)
	}
}

// TestRitornoWithoutCodes: rows that name no person count as one.
func TestRitornoCountsPersons(t *testing.T) {
	req := request(lazio, flusso.Ritorno, IndividualeAnonimo)
	if o := disclose(t, req, 2, ritornoFlow("X1", "X1", "X2", "X3", "X4")); o.balance.Suppressed != 5 {
		t.Errorf("four persons: %+v", o.balance)
	}
	o := disclose(t, req, 2, ritornoFlow("X1", "X1", "X2", "X3", "X4", "X5"))
	if o.balance.Disclosed != 6 || o.count(map[string]string{"provincia": "058", "EnteTipo": "comune"}) != 6 {
		t.Errorf("five persons: %+v %v", o.balance, o.rows)
	}
	ps := disclose(t, request(lazio, flusso.PSPSASINA, IndividualeAnonimo), 2)
	if !slices.EqualFunc(o.columns, ps.columns, func(a, b table.Column) bool { return a.Name == b.Name && a.Kind == b.Kind }) {
		t.Error("the return flow and PS_PSA_SINA fill one dataset but have other columns")
	}
}

// TestTerritory: residence first (the first Indirizzo in Italy), then the
// Ente's seat; Trento is not Bolzano.
func TestTerritory(t *testing.T) {
	one := []benefit{{}}
	flow := psFlow("H501",
		person{cf: fiscal(1), benefits: one},                                              // Roma
		person{cf: fiscal(2), benefits: one, comune: "015146", dm: "10"},                  // Milano
		person{cf: fiscal(3), benefits: one, comune: "022205", dm: "18"},                  // Trento
		person{cf: fiscal(4), benefits: one, comune: "021008", dm: "03"},                  // Bolzano
		person{cf: fiscal(5), benefits: one, address: `<Indirizzo CodiceNazione="008"/>`}, // abroad: the Ente's seat, Roma
		person{cf: fiscal(6), benefits: one, address: `<Indirizzo CodiceNazione="008"/><Indirizzo CodiceNazione="380" CodiceRegione="10" CodiceComune="015146"/>`}, // Milano
		person{cf: fiscal(7), benefits: one, address: `<Indirizzo CodiceNazione="380" CodiceRegione="08" CodiceComune="058032"/><Indirizzo CodiceNazione="250"/>`}, // Lazio, not Roma
	)
	for _, c := range []struct {
		name string
		r    Recipient
		in   int64
	}{
		{"Lazio by NUTS 2", Recipient{Class: Regione, Territory: Territory{Regione: "ITI4"}}, 3},
		{"Lazio by ISTAT", Recipient{Class: Regione, Territory: Territory{Regione: "12"}}, 3},
		{"Trento", Recipient{Class: Regione, Territory: Territory{Regione: "ITH2"}}, 1},
		{"Trentino-Alto Adige", Recipient{Class: Regione, Territory: Territory{Regione: "04"}}, 2},
		{"province of Milano", Recipient{Class: Regione, Territory: Territory{Regione: "ITC4", Provincia: "015"}}, 2},
		{"Roma by Belfiore", Recipient{Class: Comune, Territory: Territory{Comune: "H501"}}, 2},
		{"Roma by ISTAT", Recipient{Class: Comune, Territory: Territory{Comune: "058091"}}, 2},
		{"the country", Recipient{Class: INPS}, 7},
	} {
		c.r.Name, c.r.Agreement = "r", agreement
		o := disclose(t, request(c.r, flusso.PSPSASINA, IndividualeAnonimo), 2, flow)
		if got := o.balance.In - o.balance.Outside; got != c.in {
			t.Errorf("%s: %d of 7 in scope, want %d", c.name, got, c.in)
		}
	}
}

// TestOwnEnte: the payer sees its own benefits whole, of others nothing, and
// not what leaves under totale only.
func TestOwnEnte(t *testing.T) {
	payer := Recipient{Name: "comune-roma", Class: Ente, Ente: "H501", Agreement: agreement}
	own := psFlow("H501", person{cf: "AAABBB80A01H501X", cognome: "ROSSI", born: 1980, benefits: []benefit{{name: "Denominazione libera", extra: `OreServizioMensile="2.3"`}}})
	other := psFlow("F205", person{cf: fiscal(1), benefits: []benefit{{}, {}}})
	o := disclose(t, request(payer, flusso.PSPSASINA, TotaleProprioEnte), 10, own, other)
	if o.balance != (Balance{In: 3, Outside: 2, Disclosed: 1, Rows: 1}) {
		t.Fatalf("%+v", o.balance)
	}
	row := o.rows[0]
	for column, want := range map[string]string{
		"anno": "2025", "regione": "R12", "nuts2": "ITI4", "CodiceFiscale": "AAABBB80A01H501X", "Cognome": "ROSSI", "AnnoNascita": "1980",
		"ImportoPrestazione": "7000", "OreServizioMensile": "150", "DataErogazionePrestazione": "20218", "DataFinePrestazione": null,
		"Indirizzo.0.CodiceComune": "058091", "comune": "058091", "comune_descrizione": "ROMA", "ImportoAnnuo": "7000", "CodicePrestazione_descrizione": "Contributi economici a integrazione del reddito familiare",
	} {
		if row[column] != want {
			t.Errorf("%s: %q, want %q", column, row[column], want)
		}
	}
	for _, gone := range []string{"EnteCFOperatore", "DenominazionePrestazione"} {
		if _, there := row[gone]; there {
			t.Errorf("%s left without totale", gone)
		}
	}
	inps := Recipient{Name: "inps", Class: INPS}
	req := request(inps, flusso.PSPSASINA, Totale)
	req.Local = true
	o = disclose(t, req, 10, own, other)
	if o.balance.Rows != 3 || o.count(map[string]string{"DenominazionePrestazione": "Denominazione libera", "EnteCFOperatore": "MRKPRT80A01H501X"}) != 1 {
		t.Errorf("totale: %+v", o.balance)
	}
	for _, f := range schema.Fields(flusso.PSPSASINA) {
		if !slices.ContainsFunc(o.columns, func(c table.Column) bool {
			return c.Source == f.Path || slices.ContainsFunc(c.Fields, func(c table.Column) bool { return c.Source == f.Path })
		}) {
			t.Errorf("totale has no %s", f.Path)
		}
	}
}

// TestStatuses: only accepted records enter; the books tell the others apart.
func TestStatuses(t *testing.T) {
	var b schema.Batch
	flow := psFlow("H501", person{cf: fiscal(1), benefits: []benefit{{}, {}, {}, {}}})
	if err := schema.NewReader(strings.NewReader(flow), schema.Options{}).Next(&b); err != nil {
		t.Fatal(err)
	}
	b.Status[0], b.Status[1], b.Status[2] = schema.Rejected, schema.Duplicate, schema.Withdrawn
	for _, level := range []Level{IndividualeAnonimo, Aggregato} {
		o := &output{}
		v, err := DefaultMatrix().Open(request(lazio, flusso.PSPSASINA, level), o.take)
		if err != nil {
			t.Fatal(err)
		}
		if err := v.Add(&b, idsOf(&b)); err != nil {
			t.Fatal(err)
		}
		got, err := v.Close(t.Context(), nil)
		want := Balance{In: 4, Rejected: 1, Duplicate: 1, Withdrawn: 1, Suppressed: 1}
		if level == Aggregato {
			want.Rows = 4 // the cell and its three totals, all suppressed
		}
		if err != nil || got != want {
			t.Errorf("%s: %+v, %v", level, got, err)
		}
		if level == Aggregato && o.count(map[string]string{"stato": "soppressa", "prestazioni": null, "persone": null, "importo_annuo": null}) != 4 {
			t.Errorf("a suppressed cell tells something: %v", o.rows)
		}
	}
	if err := (Balance{In: 2, Disclosed: 1}).check(); flusso.KindOf(err) != flusso.Internal {
		t.Errorf("books that do not balance: %v", err)
	}
}

// TestWrongTipo: a view refuses a batch of another kind.
func TestWrongTipo(t *testing.T) {
	v, err := DefaultMatrix().Open(request(lazio, flusso.SINBA, IndividualeAnonimo), nil)
	if err != nil {
		t.Fatal(err)
	}
	var b schema.Batch
	if err := schema.NewReader(strings.NewReader(psFlow("H501", person{benefits: []benefit{{}}})), schema.Options{}).Next(&b); err != nil {
		t.Fatal(err)
	}
	denied(t, "add", v.Add(&b, idsOf(&b)), reasonTipo)
}

// TestBounds: a view that would hold more rows than it may says so.
func TestBounds(t *testing.T) {
	for _, level := range []Level{IndividualeAnonimo, Aggregato} {
		req := request(lazio, flusso.PSPSASINA, level)
		req.MaxRows = 1
		v, err := DefaultMatrix().Open(req, nil)
		if err != nil {
			t.Fatal(err)
		}
		var b schema.Batch
		if err := schema.NewReader(strings.NewReader(psFlow("H501", person{benefits: []benefit{{}, {}}})), schema.Options{}).Next(&b); err != nil {
			t.Fatal(err)
		}
		var e *flusso.Error
		if err := v.Add(&b, idsOf(&b)); !errors.As(err, &e) || e.What != textTooManyRows {
			t.Errorf("%s: %v", level, err)
		}
	}
}

// TestSinkStops: what the sink returns stops the view, and a cancelled context
// stops its close.
func TestSinkStops(t *testing.T) {
	full := errors.New("disk full")
	var people []person
	for i := range 6 {
		people = append(people, person{cf: fiscal(i), benefits: []benefit{{}}})
	}
	for _, level := range []Level{IndividualeAnonimo, Aggregato} {
		open := func() *View {
			v, err := DefaultMatrix().Open(request(lazio, flusso.PSPSASINA, level), func(*Disclosed) error { return full })
			if err != nil {
				t.Fatal(err)
			}
			feed(t, v, psFlow("H501", people...), 10)
			return v
		}
		if _, err := open().Close(t.Context(), nil); !errors.Is(err, full) {
			t.Errorf("%s: %v", level, err)
		}
		ctx, cancel := context.WithCancelCause(t.Context())
		cancel(full)
		if _, err := open().Close(ctx, nil); !errors.Is(err, full) {
			t.Errorf("%s, cancelled: %v", level, err)
		}
	}
}

// town makes n people with one to three benefits each, seeded: a crowd with
// some rare ones among it.
func town(seed uint64, n int) []person {
	r := rand.New(rand.NewPCG(seed, 1))
	comuni := [][2]string{{"058091", "08"}, {"058032", "08"}, {"060038", "08"}, {"056059", "08"}, {"059011", "08"}, {"057059", "08"}, {"015146", "10"}}
	codes := []string{"A1.04", "A1.05", "A2.07", "A2.12", "A3.03", "A1.05.01"}
	var people []person
	for i := range n {
		p := person{
			cf: fiscal(i), born: 1930 + r.IntN(95), sex: fmt.Sprint(1 + r.IntN(2)),
			citizen: []string{"380", "380", "380", "642", "008", "990"}[r.IntN(6)],
		}
		c := comuni[min(int(r.ExpFloat64()*1.5), 6)]
		p.comune, p.dm = c[0], c[1]
		for range 1 + r.IntN(3) {
			x := benefit{code: codes[min(int(r.ExpFloat64()*1.2), 5)], protocol: fmt.Sprintf("MARKPROT%d", i)}
			month := 1 + r.IntN(12)
			if r.IntN(2) == 0 {
				x.start, x.end = fmt.Sprintf("2025-%02d-03", month), fmt.Sprintf("2025-%02d-28", month)
				x.month = fmt.Sprintf("%d.50", 20+r.IntN(3000))
				x.extra = fmt.Sprintf(`PeriodoErogazione="1" PresaCarico="%d" AreaUtenza="2"`, 1+r.IntN(2))
				if r.IntN(3) == 0 {
					x.sina = fmt.Sprintf(sinaBlock, fmt.Sprint(1+r.IntN(3)))
				}
			} else {
				x.paid, x.amount = fmt.Sprintf("2025-%02d-17", month), fmt.Sprintf("%d.25", 20+r.IntN(3000))
			}
			p.benefits = append(p.benefits, x)
		}
		people = append(people, p)
	}
	return people
}

// TestAttack plays a reader who knows everything of everybody that the flow
// says: for each published row, at least k persons have a record that the row
// could be. The matching is written anew here, from the columns' meaning.
func TestAttack(t *testing.T) {
	for seed := range uint64(2) {
		people := town(seed, 700)
		req := request(lazio, flusso.PSPSASINA, IndividualeAnonimo)
		o := disclose(t, req, 500, psFlow("H501", people...))
		t.Logf("seed %d: %+v, steps %v, %d classes, smallest %d", seed, o.balance, o.report.Rows, o.report.Classes, o.report.MinPersons)
		seen := map[string]bool{}
		sizes := map[string]int{}
		for _, row := range o.rows {
			class := ""
			for _, c := range o.columns {
				if c.Name != "riga" && c.Name != "SINAAutonomia" && c.Name != "SINAAutonomia_descrizione" {
					class += row[c.Name] + ";"
				}
			}
			sizes[class]++
			if seen[class] {
				continue
			}
			seen[class] = true
			matching := 0
			for _, p := range people {
				if slices.ContainsFunc(p.benefits, func(x benefit) bool { return couldBe(row, p, x) }) {
					matching++
				}
			}
			if matching < 5 {
				t.Fatalf("a row could be only %d persons: %v", matching, row)
			}
		}
		for class, n := range sizes {
			if n < 5 {
				t.Fatalf("a published class of %d rows: %s", n, class)
			}
		}
		if o.balance.Disclosed < o.balance.In/2 {
			t.Errorf("more is lost than left: %+v", o.balance)
		}
	}
}

// couldBe tells whether a published row could come from this benefit of this
// person.
func couldBe(row map[string]string, p person, x benefit) bool {
	is := func(column string, values ...string) bool {
		return row[column] == star || slices.Contains(values, row[column])
	}
	age := 2025 - p.born
	fine := map[bool]string{}
	for _, band := range []struct {
		to    int
		names [2]string
	}{{2, [2]string{"0-2", "0-17"}}, {5, [2]string{"3-5", "0-17"}}, {17, [2]string{"6-17", "0-17"}}, {64, [2]string{"18-64", "18-64"}}, {74, [2]string{"65-74", "65+"}}, {84, [2]string{"75-84", "65+"}}, {200, [2]string{"85+", "65+"}}} {
		if age <= band.to {
			fine[true], fine[false] = band.names[0], band.names[1]
			break
		}
	}
	citizen := map[string][]string{"380": {"Italia"}, "642": {"UE", "straniera"}, "008": {"extra-UE", "straniera"}, "990": {"non disponibile"}}[p.citizen]
	month := func(date string) []string {
		if date == "" {
			return []string{null}
		}
		quarter := map[string]string{"01": "T1", "02": "T1", "03": "T1", "04": "T2", "05": "T2", "06": "T2", "07": "T3", "08": "T3", "09": "T3", "10": "T4", "11": "T4", "12": "T4"}[date[5:7]]
		return []string{date[:7], date[:5] + quarter}
	}
	amount := func(v string) []string {
		if v == "" {
			return []string{null}
		}
		var euro float64
		_, _ = fmt.Sscan(v, &euro)
		names := []string{}
		for _, band := range []struct {
			from, to float64
			name     string
		}{{0, 50, "0-50"}, {50, 100, "50-100"}, {100, 200, "100-200"}, {200, 500, "200-500"}, {500, 1000, "500-1000"}, {1000, 2000, "1000-2000"}, {2000, 5000, "2000-5000"}, {0, 200, "0-200"}, {200, 1000, "200-1000"}, {1000, 5000, "1000-5000"}} {
			if euro > band.from && euro <= band.to {
				names = append(names, band.name)
			}
		}
		return names
	}
	monthly, once := or(x.month, "120.00"), ""
	if x.start == "" {
		monthly, once = "", or(x.amount, "70.00")
	}
	return row["anno"] == "2025" && row["nuts2"] == map[string]string{"08": "ITI4", "10": "ITC4"}[p.dm] &&
		is("provincia", p.comune[:3]) && is("CodicePrestazione", x.code, x.code[:2]) && is("FasciaEta", fine[true], fine[false]) &&
		is("Genere", p.sex) && is("CittadinanzaArea", citizen...) &&
		is("MeseInizio", month(x.start)...) && is("MeseErogazione", month(x.paid)...) &&
		is("ImportoMensileFascia", amount(monthly)...) && is("ImportoPrestazioneFascia", amount(once)...)
}

// TestSameRows: the order of files and the size of batches, GOMAXPROCS and a
// second run change no byte; another release key changes every row key and
// nothing else.
func TestSameRows(t *testing.T) {
	people := town(9, 800)
	half := len(people) / 2
	a, b := psFlow("H501", people[:half]...), psFlow("H501", people[half:]...)
	for _, level := range []Level{IndividualeAnonimo, Aggregato} {
		req := request(lazio, flusso.PSPSASINA, level)
		first := disclose(t, req, 4096, a, b)
		before := runtime.GOMAXPROCS(1)
		for name, again := range map[string]*output{
			"another order of files": disclose(t, req, 4096, b, a),
			"small batches":          disclose(t, req, 7, a, b),
		} {
			if first.bytes.String() != again.bytes.String() {
				t.Errorf("%s, %s: other rows", level, name)
			}
		}
		runtime.GOMAXPROCS(before)
		req.ReleaseKey = bytes.Repeat([]byte{1}, 32)
		other := disclose(t, req, 4096, a, b)
		keys := map[string]bool{}
		for i := range first.rows {
			if level == IndividualeAnonimo {
				keys[first.rows[i]["riga"]], keys[other.rows[i]["riga"]] = true, true
				first.rows[i]["riga"], other.rows[i]["riga"] = "", ""
			}
			if fmt.Sprint(first.rows[i]) != fmt.Sprint(other.rows[i]) {
				t.Fatalf("%s: the release key changes a row's values", level)
			}
		}
		if level == IndividualeAnonimo && len(keys) != 2*len(first.rows) {
			t.Errorf("%d row keys for twice %d rows", len(keys), len(first.rows))
		}
	}
}

// TestQuadro recounts a table from the people and attacks what is suppressed.
func TestQuadro(t *testing.T) {
	people := town(3, 1500)
	o := disclose(t, request(lazio, flusso.PSPSASINA, Aggregato), 500, psFlow("H501", people...))
	type key struct{ code, province string }
	records, persons := map[key]int{}, map[key]map[string]bool{}
	for _, p := range people {
		if p.dm != "08" {
			continue
		}
		for _, x := range p.benefits {
			for _, k := range []key{{x.code, p.comune[:3]}, {x.code, total}, {total, p.comune[:3]}, {total, total}} {
				records[k]++
				if persons[k] == nil {
					persons[k] = map[string]bool{}
				}
				persons[k][p.cf] = true
			}
		}
	}
	if len(o.rows) != len(records) {
		t.Errorf("%d rows, %d cells and totals", len(o.rows), len(records))
	}
	published, hidden := int64(0), int64(0)
	for _, row := range o.rows {
		k := key{row["CodicePrestazione"], row["provincia"]}
		inner := k.code != total && k.province != total
		if (row["tipo_riga"] == "cella") != inner {
			t.Errorf("%v: %s", k, row["tipo_riga"])
		}
		switch row["stato"] {
		case "pubblicata":
			if row["prestazioni"] != fmt.Sprint(records[k]) || row["persone"] != fmt.Sprint(len(persons[k])) || len(persons[k]) < 5 {
				t.Errorf("%v: %v, want %d records of %d persons", k, row, records[k], len(persons[k]))
			}
			if inner {
				published += int64(records[k])
			}
		case "soppressa":
			if row["prestazioni"] != null || row["persone"] != null || row["importo_annuo"] != null {
				t.Errorf("%v is suppressed and tells: %v", k, row)
			}
			if inner {
				hidden += int64(records[k])
			}
		}
	}
	if o.balance.Disclosed != published || o.balance.Suppressed != hidden || hidden == 0 || published == 0 {
		t.Errorf("%+v, recounted %d and %d", o.balance, published, hidden)
	}
	t.Logf("%+v %+v", o.balance, o.report)
}

// TestYearlyAmount: months times the monthly amount; an occasional amount once.
func TestYearlyAmount(t *testing.T) {
	var people []person
	for i := range 6 {
		people = append(people, person{cf: fiscal(i), benefits: []benefit{
			{code: "A1.05", start: "2025-02-01", end: "2025-04-30", month: "100.10", extra: `PeriodoErogazione="3"`},
			{code: "A1.06", start: "2025-02-01", end: "2025-03-30", month: "100.00"},
			{code: "A1.04", amount: "70.00"},
		}})
	}
	o := disclose(t, request(lazio, flusso.PSPSASINA, Aggregato), 500, psFlow("H501", people...))
	for code, want := range map[string]string{"A1.05": "180200", "A1.06": "120000", "A1.04": "42000", total: "342200"} {
		if o.count(map[string]string{"CodicePrestazione": code, "provincia": "058", "importo_annuo": want, "prestazioni": or(map[string]string{total: "18"}[code], "6"), "persone": "6"}) != 1 {
			t.Errorf("%s: no cell of %s", code, want)
		}
	}
}

// TestSINBA: children climb the ladder too, and a value that a whole class
// shares is blank.
func TestSINBA(t *testing.T) {
	var minors []string
	for i := range 6 {
		minors = append(minors, minor(fmt.Sprintf("M%d", i), 2010, fmt.Sprintf(`Disabilita="%d"`, 1+i%2)+map[bool]string{true: ` TipoDisabilita="1" InvCivCertificazioni="1"`}[i%2 == 0]))
	}
	req := request(lazio, flusso.SINBA, IndividualeAnonimo)
	o := disclose(t, req, 4, sinbaFlow(minors...))
	if o.balance.Disclosed != 6 || o.count(map[string]string{"anno": "2026", "regione": "R12", "CodicePrestazione": "A2.02", "FasciaEta": "6-17", "EnteTipo": "comune", "Collocazione": star}) != 6 {
		t.Fatalf("%+v %v", o.balance, o.rows)
	}
	if o.count(map[string]string{"Disabilita": "1"}) != 3 {
		t.Errorf("disability: %v", o.rows)
	}
	o = disclose(t, request(lazio, flusso.SINBA, Aggregato), 4, sinbaFlow(minors...))
	if o.count(map[string]string{"FasciaEta": "6-17", "CodicePrestazione": "A2.02", "persone": "6"}) != 1 {
		t.Errorf("table: %v", o.rows)
	}
	if _, amounts := o.rows[0]["importo_annuo"]; amounts {
		t.Errorf("SINBA has no amounts, its table a column of them: %v", o.rows[0])
	}
}

// TestFlowNames: a vocabulary holds no names of flows: there are more flows, in a year
// of one flow a benefit, than a vocabulary may have words.
func TestFlowNames(t *testing.T) {
	for _, tipo := range []flusso.Tipo{flusso.PSPSASINA, flusso.SINBA} {
		o := disclose(t, request(Recipient{Name: "inps", Class: INPS, Agreement: agreement}, tipo, Totale), 1, map[flusso.Tipo]string{
			flusso.PSPSASINA: psFlow("H501", person{benefits: []benefit{{}}}), flusso.SINBA: sinbaFlow(minor("M1", 2010, "")),
		}[tipo])
		found := false
		for _, c := range o.columns {
			if c.Name == schema.Info(schema.FlussoNome).Name {
				found = true
				if c.Vocabulary != nil {
					t.Errorf("%s: the names are numbered", tipo)
				}
			}
		}
		if !found || len(o.rows) != 1 || !strings.HasPrefix(o.rows[0][schema.Info(schema.FlussoNome).Name], "H501.") {
			t.Errorf("%s: %d rows, or without the flow's name", tipo, len(o.rows))
		}
	}
}
