package anonymize

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"flussi/internal/flusso"
	"flussi/internal/schema"
	"flussi/internal/synth"
)

// monthFlow is what the comuni of Lazio send in one month.
func monthFlow(t testing.TB, seed uint64, beneficiari int) string {
	t.Helper()
	var b bytes.Buffer
	_, err := synth.Write(&b, synth.Options{
		Tipo: flusso.PSPSASINA, Beneficiari: beneficiari, Seed: seed, Year: 2025, Regione: "12", Ente: synth.Ente{Codice: "H501", Indirizzo: "H501"},
	})
	if err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// fit makes a scheme of flows, for views as this request asks for.
func fit(t testing.TB, req Request, releases int, flows ...string) (*Scheme, error) {
	t.Helper()
	req.Fit = &Fit{Releases: releases, From: "2026-01-01", To: "2026-12-31"}
	v, err := DefaultMatrix().Open(req, func(*Disclosed) error { t.Error("a fit gives rows"); return nil })
	if err != nil {
		return nil, err
	}
	for _, f := range flows {
		feed(t, v, f, 500)
	}
	b, err := v.Close(context.Background(), nil)
	if err == nil && b.Disclosed > 0 {
		t.Errorf("a fit discloses %d records", b.Disclosed)
	}
	return v.Scheme(), err
}

func fitted(t testing.TB, req Request, releases int, flows ...string) *Scheme {
	t.Helper()
	s, err := fit(t, req, releases, flows...)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// saved writes a scheme, changed by edit, and gives the file's name.
func saved(t testing.TB, s *Scheme, edit func(string) string) string {
	t.Helper()
	text, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(t.TempDir(), "scheme.json")
	if err := os.WriteFile(name, []byte(edit(string(text))), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

// TestFrozenScheme: months that the scheme was not fitted on are published by it
// with k persons in each class, and keep more than by the ladder.
func TestFrozenScheme(t *testing.T) {
	req := request(lazio, flusso.PSPSASINA, IndividualeAnonimo)
	s, err := ReadScheme(saved(t, fitted(t, req, 1, monthFlow(t, 1, 4000)), func(text string) string { return text }))
	if err != nil {
		t.Fatal(err)
	}
	for month := range uint64(2) {
		flow := monthFlow(t, 2+month, 4000)
		frozen := req
		frozen.Scheme = s
		byLadder, byTree := disclose(t, req, 500, flow), disclose(t, frozen, 500, flow)
		l, f := byLadder.report.Utility, byTree.report.Utility
		t.Logf("ladder: granularity %.3f, entropy %.3f; frozen: %.3f, %.3f; %d of %d suppressed", l.Granularity, l.Entropy, f.Granularity, f.Entropy, byTree.balance.Suppressed, byTree.balance.In)
		if byTree.report.SchemeHash != s.Hash() {
			t.Error("the report names another scheme")
		}
		if f.Granularity <= l.Granularity {
			t.Errorf("the frozen scheme keeps %.3f, the ladder %.3f", f.Granularity, l.Granularity)
		}
		classes := map[string]int{} // everybody has few benefits: rows are counted, persons by MinPersons
		for _, row := range byTree.rows {
			class := ""
			for _, c := range byTree.columns {
				if c.Name != "riga" && !strings.HasPrefix(c.Name, "SINAAutonomia") {
					class += row[c.Name] + ";"
				}
			}
			classes[class]++
		}
		for class, n := range classes {
			if n < 5 {
				t.Fatalf("a class of %d rows: %s", n, class)
			}
		}
		if byTree.report.MinPersons < 5 || int64(len(classes)) != byTree.report.Classes {
			t.Errorf("%d classes, %d reported, the smallest of %d persons", len(classes), byTree.report.Classes, byTree.report.MinPersons)
		}
	}
}

// TestFrozenSchemeByBruteForce: each row is published in the first class on its
// way up that has k persons, those counted who come up from below.
func TestFrozenSchemeIsTheSameWhateverTheOrder(t *testing.T) {
	req := request(lazio, flusso.PSPSASINA, IndividualeAnonimo)
	people := town(9, 900)
	s := fitted(t, req, 1, psFlow("H501", people...))
	again := fitted(t, req, 1, psFlow("H501", people[450:]...), psFlow("H501", people[:450]...))
	if s.Hash() != again.Hash() {
		t.Error("the scheme depends on the order of records")
	}
	req.Scheme = s
	one := disclose(t, req, 500, psFlow("H501", people[:700]...))
	shuffled := slices.Concat(people[300:700], people[:300])
	two := disclose(t, req, 7, psFlow("H501", shuffled...))
	if one.bytes.String() != two.bytes.String() {
		t.Error("the rows depend on the order of records")
	}
}

func TestSchemeIsRefused(t *testing.T) {
	req := request(lazio, flusso.PSPSASINA, IndividualeAnonimo)
	s := fitted(t, req, 1, psFlow("H501", town(1, 300)...))
	with := func(change func(*Request)) Request {
		r := req
		r.Scheme = s
		change(&r)
		return r
	}
	for name, x := range map[string]struct {
		req  Request
		want reason
	}{
		"before its time": {with(func(r *Request) { r.At = day.AddDate(-1, 0, 0) }), reasonSchemeEarly},
		"after its time":  {with(func(r *Request) { r.At = time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC) }), reasonSchemeExpired},
		"smaller k":       {with(func(r *Request) { r.K = 6 }), reasonSchemeK},
		"another flow":    {with(func(r *Request) { r.Tipo, r.Dataset = flusso.SINBA, "sinba" }), reasonSchemeOther},
		"rows of persons": {with(func(r *Request) { r.Recipient.Linkability = LinkPeriod }), reasonSchemeOther},
		"other ambiti": {with(func(r *Request) {
			r.Ambiti = loadAmbiti(t, ambitiTable("ITI4", func(i int, _ string) string { return strconv.Itoa(i % 7) }))
		}), reasonSchemeSchema},
		"no scheme": {with(func(r *Request) { r.Recipient.Linkability, r.Scheme = LinkPeriod, nil }), reasonSchemeMissing},
	} {
		t.Run(name, func(t *testing.T) {
			if x.want == reasonSchemeEarly || x.want == reasonSchemeExpired {
				x.req.Local = true // the agreement has other dates
			}
			_, err := DefaultMatrix().Open(x.req, func(*Disclosed) error { return nil })
			if err == nil || !strings.Contains(err.Error(), reasons[x.want].what.En) {
				t.Errorf("got %v, want %q", err, reasons[x.want].what.En)
			}
		})
	}
}

func TestSchemeFileIsRefused(t *testing.T) {
	s := fitted(t, request(lazio, flusso.PSPSASINA, IndividualeAnonimo), 1, psFlow("H501", town(1, 300)...))
	for name, x := range map[string]struct {
		edit func(string) string
		want flusso.Text
		kind flusso.Kind
	}{
		"changed":     {func(text string) string { return strings.Replace(text, `"k": 5`, `"k": 4`, 1) }, textSchemeChanged, flusso.Corrupt},
		"cut":         {func(text string) string { return text[:len(text)/2] }, textNotScheme, flusso.Invalid},
		"other":       {func(string) string { return `{"format": "flussi-scheme/9"}` }, textNotScheme, flusso.Invalid},
		"unknown key": {func(text string) string { return strings.Replace(text, `"k": 5`, `"k": 5, "j": 1`, 1) }, textNotScheme, flusso.Invalid},
		"empty":       {func(string) string { return "" }, textNotScheme, flusso.Invalid},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := ReadScheme(saved(t, s, x.edit))
			if flusso.KindOf(err) != x.kind || !strings.Contains(err.Error(), x.want.En) {
				t.Errorf("got %v", err)
			}
		})
	}
	if _, err := ReadScheme(filepath.Join(t.TempDir(), "none")); flusso.KindOf(err) != flusso.Config {
		t.Errorf("no file: %v", err)
	}
}

func TestTooFewToFit(t *testing.T) {
	req := request(lazio, flusso.PSPSASINA, IndividualeAnonimo)
	if _, err := fit(t, req, 12, psFlow("H501", town(1, 9)...)); flusso.KindOf(err) != flusso.Withheld {
		t.Errorf("got %v", err)
	}
}

func TestTooManyToFit(t *testing.T) {
	req := request(lazio, flusso.PSPSASINA, IndividualeAnonimo)
	req.Fit, req.MaxRows = &Fit{Releases: 1, From: "2026-01-01", To: "2026-12-31"}, 20
	v, err := DefaultMatrix().Open(req, func(*Disclosed) error { return nil })
	if err != nil {
		t.Fatal(err)
	}
	r := schema.NewReader(strings.NewReader(psFlow("H501", town(1, 60)...)), schema.Options{})
	var b schema.Batch
	for err == nil {
		if err = r.Next(&b); err == nil {
			err = v.Add(&b, idsOf(&b))
		}
	}
	if !strings.Contains(err.Error(), textTooManyRows.En) {
		t.Errorf("got %v", err)
	}
}

// TestTwoRegionsOfOneCode: Trento and Bolzano share ISTAT's 04, and its tree is the
// fuller one's, whatever the order in which they come up.
func TestTwoRegionsOfOneCode(t *testing.T) {
	req := request(Recipient{Name: "taa", Class: Regione, Territory: Territory{Regione: "04"}, Agreement: agreement}, flusso.PSPSASINA, IndividualeAnonimo)
	people := town(5, 600)
	for i := range people {
		if people[i].dm, people[i].comune = "18", "022205"; i%3 == 0 {
			people[i].dm, people[i].comune = "03", "021008"
			people[i].born = 1950 // so that its tree is another
		}
	}
	flow := psFlow("H501", people...)
	want := fitted(t, req, 1, flow)
	if len(want.Regions()) != 1 || want.Regions()[0].Region != "R04" {
		t.Fatalf("%+v", want.Regions())
	}
	for range 10 {
		if s := fitted(t, req, 1, flow); s.Hash() != want.Hash() {
			t.Fatalf("the same data, another scheme: %+v, %+v", s.Regions(), want.Regions())
		}
	}
}
