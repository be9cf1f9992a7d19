package anonymize

import (
	"errors"
	"fmt"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"flussi/internal/flusso"
	"flussi/internal/schema"
)

func denied(t *testing.T, name string, err error, why reason) {
	t.Helper()
	var e *flusso.Error
	if !errors.As(err, &e) || e.Kind != flusso.Denied || e.What != reasons[why].what {
		t.Errorf("%s: %v, want: %s", name, err, reasons[why].what.En)
	}
}

// TestGate: every class at every level, with an agreement, without, with one
// that has expired, and relayed without a delega.
func TestGate(t *testing.T) {
	// The levels at which each class may see something.
	open := map[Class][]Level{
		INPS: {Totale, TotaleProprioEnte, IndividualeAnonimo, Aggregato}, AdE: {Totale, TotaleProprioEnte, IndividualeAnonimo, Aggregato}, GdF: {Totale, TotaleProprioEnte, IndividualeAnonimo, Aggregato},
		Comune: {IndividualeAnonimo, Aggregato}, Regione: {IndividualeAnonimo, Aggregato},
		Ministero: {Aggregato}, MEF: {Aggregato}, Ente: {TotaleProprioEnte},
	}
	expired := *agreement
	expired.To = time.Date(2026, 2, 28, 0, 0, 0, 0, time.UTC)
	for _, class := range Classes {
		for level := Nessuno; level <= Totale; level++ {
			for _, tipo := range []flusso.Tipo{flusso.PSPSASINA, flusso.SINBA} {
				name := fmt.Sprintf("%s %s %s", class, level, tipo)
				r := Recipient{Name: "r", Class: class, Agreement: agreement}
				if class == Comune || class == Regione {
					r.Territory = Territory{Regione: "12", Comune: "H501"}
				} else {
					r.Ente = "H501"
				}
				req := request(r, tipo, level)
				req.Dataset = or(req.Dataset, "prestazioni")
				allowed := false
				for _, l := range open[class] {
					allowed = allowed || l == level
				}
				_, err := DefaultMatrix().Open(req, nil)
				switch {
				case level == Nessuno:
					denied(t, name, err, reasonNessuno)
					continue
				case !allowed:
					denied(t, name, err, reasonMatrix)
					continue
				case err != nil:
					t.Errorf("%s: %v", name, err)
				}
				req.Recipient.Agreement = nil
				_, err = DefaultMatrix().Open(req, nil)
				denied(t, name+" without agreement", err, reasonNoAgreement)
				req.Local = true
				if _, err = DefaultMatrix().Open(req, nil); err != nil {
					t.Errorf("%s, local: %v", name, err)
				}
				req.Local, req.Recipient.Agreement = false, &expired
				_, err = DefaultMatrix().Open(req, nil)
				denied(t, name+" expired", err, reasonAgreementExpired)
				req.Recipient.Agreement, req.Relayed = agreement, true
				_, err = DefaultMatrix().Open(req, nil)
				if level == Totale || level == TotaleProprioEnte {
					denied(t, name+" relayed", err, reasonRelayIdentified)
				} else {
					denied(t, name+" relayed", err, reasonNoDelega)
				}
			}
		}
	}
}

// TestGateReasons: one request for each reason that TestGate does not meet.
func TestGateReasons(t *testing.T) {
	for _, c := range []struct {
		why    reason
		change func(*Request)
	}{
		{reasonClass, func(r *Request) { r.Recipient.Class = 99 }},
		{reasonClass, func(r *Request) { r.Recipient.Class = 0 }},
		{reasonLevel, func(r *Request) { r.Level = 0 }},
		{reasonLevel, func(r *Request) { r.Level = 99 }},
		{reasonTipo, func(r *Request) { r.Tipo = 0 }},
		{reasonDate, func(r *Request) { r.At = time.Time{} }},
		{reasonDataset, func(r *Request) { r.Dataset = "sinba" }},
		{reasonDataset, func(r *Request) { r.Dataset = "quadro" }},
		{reasonDataset, func(r *Request) { r.Dataset = "" }},
		{reasonDataset, func(r *Request) { r.Dataset, r.Tipo = "un-nome-suo", flusso.SINBA }},
		{reasonAgreementIncomplete, func(r *Request) { a := *agreement; a.Purpose = ""; r.Recipient.Agreement = &a }},
		{reasonAgreementIncomplete, func(r *Request) { a := *agreement; a.To = time.Time{}; r.Recipient.Agreement = &a }},
		{reasonAgreementEarly, func(r *Request) {
			a := *agreement
			a.From = time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)
			r.Recipient.Agreement = &a
		}},
		{reasonTerritoryMissing, func(r *Request) { r.Recipient.Territory = Territory{} }},
		{reasonTerritoryMissing, func(r *Request) { r.Recipient.Class = Comune }},
		{reasonTerritoryUnknown, func(r *Request) { r.Recipient.Territory.Regione = "ITZ9" }},
		{reasonTerritoryUnknown, func(r *Request) { r.Recipient.Territory.Comune = "ZZZZ" }},
		{reasonTerritoryUnknown, func(r *Request) { r.Recipient.Territory.Provincia = "999" }},
		{reasonEnteMissing, func(r *Request) {
			r.Recipient.Class, r.Recipient.Territory, r.Level = Ente, Territory{}, TotaleProprioEnte
		}},
		{reasonThreshold, func(r *Request) { r.K = 2 }},
		{reasonKey, func(r *Request) { r.ReleaseKey = releaseKey[:31] }},
		{reasonIdentifiedRitorno, func(r *Request) { r.Recipient.Class, r.Tipo, r.Level = INPS, flusso.Ritorno, Totale }},
	} {
		req := request(lazio, flusso.PSPSASINA, IndividualeAnonimo)
		c.change(&req)
		_, err := DefaultMatrix().Open(req, nil)
		denied(t, fmt.Sprintf("reason %d", c.why), err, c.why)
	}
	_, err := ParseClass("agenzia")
	denied(t, "parse class", err, reasonClass)
	_, err = ParseLevel("tutto")
	denied(t, "parse level", err, reasonLevel)
	for _, class := range Classes {
		if got, err := ParseClass(class.String()); got != class || err != nil {
			t.Errorf("%s: %v", class, err)
		}
	}
}

const goodDelega = "ente: H501\natto: DGC 12/2026\nfinalita: programmazione\ncategorie: [ente_erogatore, tipologia, caratteristiche, valore_isee, nucleo]\noperazioni: [vista_anonima]\nfrom: 2026-01-01\nto: 2026-12-31\n"

func loadDeleghe(t *testing.T, files ...string) *Deleghe {
	t.Helper()
	fsys := fstest.MapFS{}
	for i, f := range files {
		fsys[fmt.Sprintf("%d.yaml", i)] = &fstest.MapFile{Data: []byte(f)}
	}
	d, err := LoadDeleghe(fsys)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// TestDeleghe: only a complete act, in force, that names the operation and the
// categories opens a view of relayed flows; else the nearest act says why not.
func TestDeleghe(t *testing.T) {
	var batch schema.Batch
	if err := schema.NewReader(strings.NewReader(psFlow("H501", person{benefits: []benefit{{}}})), schema.Options{}).Next(&batch); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		file string
		why  reason
	}{
		"another Ente": {strings.Replace(goodDelega, "H501", "F205", 1), reasonNoDelega},
		"no act":       {strings.Replace(goodDelega, "atto: DGC 12/2026\n", "", 1), reasonDelegaIncomplete},
		"no purpose":   {strings.Replace(goodDelega, "finalita: programmazione\n", "", 1), reasonDelegaIncomplete},
		"no end":       {strings.Replace(goodDelega, "to: 2026-12-31\n", "", 1), reasonDelegaIncomplete},
		"operation":    {strings.Replace(goodDelega, "vista_anonima", "trasmissione", 1), reasonDelegaOperation},
		"early":        {strings.Replace(goodDelega, "2026-01-01", "2026-03-02", 1), reasonDelegaEarly},
		"expired":      {strings.Replace(goodDelega, "2026-12-31", "2026-02-28", 1), reasonDelegaExpired},
		"categories":   {strings.Replace(goodDelega, "tipologia, ", "", 1), reasonDelegaCategories},
	} {
		req := request(lazio, flusso.PSPSASINA, IndividualeAnonimo)
		req.Relayed, req.Deleghe = true, loadDeleghe(t, c.file)
		// Nobody has an act that opens a view, or at its batch it turns out that this
		// Ente has none.
		if v, err := DefaultMatrix().Open(req, nil); err != nil {
			denied(t, name, err, reasonNoDelega)
		} else {
			denied(t, name, v.Add(&batch, idsOf(&batch)), c.why)
		}
		denied(t, name, req.Deleghe.Lack("H501", OpVistaAnonima, day), c.why)
		// A good act beside the bad one is enough.
		req.Deleghe = loadDeleghe(t, c.file, goodDelega)
		if _, err := DefaultMatrix().Open(req, nil); err != nil {
			t.Errorf("%s with a good act beside: %v", name, err)
		}
	}
}

// TestShippedDelega: the example that ships is an act that opens a view.
func TestShippedDelega(t *testing.T) {
	d, err := LoadDeleghe(os.DirFS("../../schedules/deleghe"))
	if err != nil {
		t.Fatal(err)
	}
	req := request(lazio, flusso.PSPSASINA, IndividualeAnonimo)
	req.Relayed, req.Deleghe = true, d
	if _, err := DefaultMatrix().Open(req, nil); err != nil {
		t.Error(err)
	}
	if d.Lack("F205", OpVistaAnonima, day) == nil || (*Deleghe)(nil).Lack("H501", OpVistaAnonima, day) == nil {
		t.Error("an Ente without an act is allowed")
	}
}

// TestDelegaOfEachEnte: a relayed batch of an Ente without an act leaves
// nothing, and the view goes on without it.
func TestDelegaOfEachEnte(t *testing.T) {
	req := request(lazio, flusso.PSPSASINA, Aggregato)
	req.Relayed, req.Deleghe = true, loadDeleghe(t, goodDelega)
	o := &output{}
	v, err := DefaultMatrix().Open(req, o.take)
	if err != nil {
		t.Fatal(err)
	}
	people := []person{{benefits: []benefit{{}}}, {benefits: []benefit{{}}}, {benefits: []benefit{{}}}, {benefits: []benefit{{}}}, {benefits: []benefit{{}}}}
	feed(t, v, psFlow("H501", people...), 10)
	var b schema.Batch
	if err := schema.NewReader(strings.NewReader(psFlow("F205", people...)), schema.Options{}).Next(&b); err != nil {
		t.Fatal(err)
	}
	denied(t, "add", v.Add(&b, idsOf(&b)), reasonNoDelega)
	balance, err := v.Close(t.Context(), nil)
	if err != nil || balance.In != 5 || balance.Disclosed != 5 {
		t.Errorf("%+v, %v", balance, err)
	}
}

// TestDelegaNarrowsTheView: a category that the act does not name is missing in
// the rows of its Ente alone, and the report says so; the columns stay.
func TestDelegaNarrowsTheView(t *testing.T) {
	req := request(lazio, flusso.PSPSASINA, IndividualeAnonimo)
	req.Relayed = true
	narrow := strings.Replace(goodDelega, "ente_erogatore, tipologia, caratteristiche, valore_isee, nucleo", "tipologia, nucleo", 1)
	wide := strings.Replace(goodDelega, "ente: H501", "ente: F205", 1)
	req.Deleghe = loadDeleghe(t, narrow, wide)
	var people, others []person
	for i := range 12 {
		b := benefit{start: "2025-02-01", end: "2025-06-30", sina: strings.Replace(sinaBlock, "%s", fmt.Sprint(1+i%2), 1), extra: `PresaCarico="1" AreaUtenza="2"`}
		people = append(people, person{cf: fiscal(i), benefits: []benefit{b}})
		others = append(others, person{cf: fiscal(100 + i), benefits: []benefit{b}})
	}
	o := disclose(t, req, 100, psFlow("H501", people...), psFlow("F205", others...))
	missing := map[string]string{
		"CodicePrestazione": "A1.04", "FasciaEta": "75-84", "EnteTipo": null, "MeseInizio": null, "ImportoMensileFascia": null,
		"PresaCarico": null, "SINAAutonomia": "*", "PresenzaProvaMezzi": "1",
	}
	there := map[string]string{"EnteTipo": "comune", "MeseInizio": "2025-02", "ImportoMensileFascia": "100-200", "PresaCarico": "1", "SINAAutonomia": "2"}
	if o.count(missing) != 12 || o.count(there) != 6 {
		t.Errorf("%d and %d rows: %v", o.count(missing), o.count(there), o.rows)
	}
	want := []Undelegated{{Ente: "H501", Categorie: []Category{DatiEnte, Caratteristiche, ValoreISEE}}}
	if !reflect.DeepEqual(o.report.Undelegated, want) {
		t.Errorf("report: %+v", o.report.Undelegated)
	}
}

// TestDelegaInTables: a total never leaves out an amount in silence, and what
// may not be counted by province is of no province.
func TestDelegaInTables(t *testing.T) {
	narrow := strings.Replace(goodDelega, "caratteristiche, valore_isee, nucleo", "valore_isee", 1)
	wide := strings.Replace(goodDelega, "ente: H501", "ente: F205", 1)
	var people, later []person
	for i := range 8 {
		people = append(people, person{cf: fiscal(i), benefits: []benefit{{paid: "2025-05-10"}}})
		later = append(later, person{cf: fiscal(i), benefits: []benefit{{paid: "2026-01-10"}}})
	}
	req := request(lazio, flusso.PSPSASINA, Aggregato)
	req.Relayed, req.Deleghe = true, loadDeleghe(t, narrow, wide)
	o := disclose(t, req, 100, psFlow("H501", people...), psFlow("F205", later...))
	if o.count(map[string]string{"anno": "2025", "provincia": null, "prestazioni": "8", "importo_annuo": null}) == 0 || o.count(map[string]string{"anno": "2025", "provincia": "058"}) != 0 {
		t.Errorf("2025: %v", o.rows)
	}
	if o.count(map[string]string{"anno": "2026", "provincia": "058", "prestazioni": "8", "importo_annuo": "56000"}) == 0 {
		t.Errorf("2026: %v", o.rows)
	}
}

// TestDelegheMakeOneShape: two Enti whose acts cover different categories fill
// one dataset. Whichever sends first, its columns are the same.
func TestDelegheMakeOneShape(t *testing.T) {
	wide := goodDelega
	narrow := strings.Replace(strings.Replace(goodDelega, "ente: H501", "ente: F205", 1), "valore_isee, nucleo", "nucleo", 1)
	columns := func(acts ...string) (names []string) {
		req := request(lazio, flusso.PSPSASINA, IndividualeAnonimo)
		req.Relayed, req.Deleghe = true, loadDeleghe(t, acts...)
		v, err := DefaultMatrix().Open(req, nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range v.Columns() {
			names = append(names, c.Name)
		}
		return names
	}
	both := columns(wide, narrow)
	if alone := columns(wide); !slices.Equal(alone, both) {
		t.Errorf("another act changes the columns: %v, want %v", alone, both)
	}
	req := request(lazio, flusso.PSPSASINA, IndividualeAnonimo)
	v, err := DefaultMatrix().Open(req, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Relayed, req.Deleghe = true, loadDeleghe(t, narrow)
	relayed, err := DefaultMatrix().Open(req, nil)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(v.Columns(), relayed.Columns()) {
		t.Error("relayed flows make other columns than our own")
	}
}

func TestDelegaFaults(t *testing.T) {
	for name, c := range map[string]struct{ file, want string }{
		"unknown key":       {goodDelega + "note: x\n", "a.yaml:8:1: unknown key"},
		"unknown category":  {strings.Replace(goodDelega, "nucleo]", "reddito]", 1), "a.yaml:4:70: unknown category"},
		"unknown operation": {strings.Replace(goodDelega, "[vista_anonima]", "[tutto]", 1), "a.yaml:5:14: unknown operation"},
		"bad date":          {strings.Replace(goodDelega, "2026-12-31", "31/12/2026", 1), "a.yaml:7:5: a date YYYY-MM-DD is needed here"},
		"no list":           {strings.Replace(goodDelega, "[vista_anonima]", "vista_anonima", 1), "a.yaml:5:13: a list is needed here"},
		"key twice":         {goodDelega + "ente: F205\n", "a.yaml:8:1: not valid YAML"},
	} {
		_, err := LoadDeleghe(fstest.MapFS{"a.yaml": {Data: []byte(c.file)}})
		var faults Faults
		if flusso.KindOf(err) != flusso.Config || !errors.As(err, &faults) || !strings.HasPrefix(faults.In(flusso.En), c.want) {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
	}
}

// FuzzDeleghe: whatever a file holds, it is read or refused with a place in it.
func FuzzDeleghe(f *testing.F) {
	f.Add([]byte(goodDelega))
	f.Add([]byte("ente: [a, {b: c}]\ncategorie: {x: y}\nfrom: ~\n"))
	f.Add([]byte("&a ente: *a\n<<: *a\n? {x}: y\n"))
	f.Add([]byte("ente: |\n  H501\n---\nente: x\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		_, err := LoadDeleghe(fstest.MapFS{"a.yaml": {Data: data}})
		var faults Faults
		if err != nil && (!errors.As(err, &faults) || len(faults) == 0 || faults[0].Line < 1 || faults[0].Column < 1 || faults[0].What.It == "") {
			t.Errorf("%v", err)
		}
	})
}

func TestForward(t *testing.T) {
	good := ForwardRequest{
		Recipient: Recipient{Name: "inps", Class: INPS, Agreement: agreement}, Tipo: flusso.PSPSASINA, Ente: "H501",
		SHA256: strings.Repeat("0", 64), At: day,
	}
	f, err := DefaultMatrix().Forward(good)
	if err != nil || f.Recipient() != "inps" || f.Agreement() != "dgr-1" || f.SHA256() != good.SHA256 || f.Ente() != "H501" {
		t.Fatalf("%+v, %v", f, err)
	}
	for _, c := range []struct {
		why    reason
		change func(*ForwardRequest)
	}{
		{reasonForwardTipo, func(r *ForwardRequest) { r.Tipo = flusso.Ritorno }},
		{reasonForwardFile, func(r *ForwardRequest) { r.SHA256 = "" }},
		{reasonForwardFile, func(r *ForwardRequest) { r.Ente = "" }},
		{reasonDate, func(r *ForwardRequest) { r.At = time.Time{} }},
		{reasonNoAgreement, func(r *ForwardRequest) { r.Recipient.Agreement = nil }},
		{reasonAgreementExpired, func(r *ForwardRequest) { r.At = day.AddDate(1, 0, 0) }},
		{reasonAgreementEarly, func(r *ForwardRequest) { r.At = day.AddDate(-1, 0, 0) }},
	} {
		req := good
		c.change(&req)
		_, err := DefaultMatrix().Forward(req)
		denied(t, fmt.Sprintf("reason %d", c.why), err, c.why)
	}
	for _, class := range Classes {
		if class == INPS {
			continue
		}
		req := good
		req.Recipient.Class = class
		_, err := DefaultMatrix().Forward(req)
		denied(t, class.String(), err, reasonForwardClass)
	}
	narrow, err := LoadMatrix("m.yaml", strings.NewReader("base: \"2026.1\"\ncells:\n  inps:\n    nucleo: {level: nessuno, provenance: assumed, source: s}\n"))
	if err != nil {
		t.Fatal(err)
	}
	_, err = narrow.Forward(good)
	denied(t, "narrow matrix", err, reasonMatrix)
}

// TestDelegheByName: an act counts under either name that YAML goes by, and is no less
// checked under the one.
func TestDelegheByName(t *testing.T) {
	for _, name := range []string{"H501.yaml", "H501.yml"} {
		d, err := LoadDeleghe(fstest.MapFS{name: {Data: []byte(goodDelega)}})
		if err != nil || len(d.acts) != 1 {
			t.Errorf("%s: %d acts, %v", name, len(d.acts), err)
		}
		if _, err := LoadDeleghe(fstest.MapFS{name: {Data: []byte("x: y\n")}}); flusso.KindOf(err) != flusso.Config {
			t.Errorf("%s: an unknown key is %v", name, err)
		}
	}
}
