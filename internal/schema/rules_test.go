package schema

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"flussi/internal/flusso"
	"flussi/internal/testshared"
)

// rulesDay is the clock of these tests.
func rulesDay() time.Time { return time.Date(2025, time.December, 31, 12, 0, 0, 0, time.UTC) }

// codesOf gives the codes of the faults of a document, sorted, each once, and
// the reader's summary.
func codesOf(t *testing.T, document string, opt Options) ([]string, Summary) {
	t.Helper()
	var codes []string
	opt.Today = rulesDay
	opt.Faults = func(f Fault) {
		codes = append(codes, f.Rule)
		if f.Line == 0 || f.Path == "" {
			t.Errorf("%s has no place: %+v", f.Rule, f)
		}
	}
	s, _ := Check(context.Background(), strings.NewReader(document), opt)
	slices.Sort(codes)
	return slices.Compact(codes), s
}

func sina(code string) string {
	return `<SINA Mobilita="1" AttivitaVitaQuotidiana="1" DisturbiComportamentali="1" AreaReddituale="1" AreaSupporto="1" FonteDerivazioneValutazione="1" StrumentoValutazione="1">` +
		`<NecessitaInterventiSociali><CodicePrestazione>` + code + `</CodicePrestazione></NecessitaInterventiSociali></SINA>`
}

func edited(t *testing.T, document string, edits []string) string {
	t.Helper()
	for i := 0; i < len(edits); i += 2 {
		if !strings.Contains(document, edits[i]) {
			t.Fatalf("the document has no %q to edit", edits[i])
		}
		document = strings.Replace(document, edits[i], edits[i+1], 1)
	}
	return document
}

// TestRulesLeaveGoodValues tries what looks odd and is right.
func TestRulesLeaveGoodValues(t *testing.T) {
	cases := []struct {
		name  string
		edits []string
	}{
		{"foreign address", []string{`CodiceRegione="08" CodiceComune="058091" CodiceNazione="380"`, `CodiceNazione="250"`}},
		{"omocodia", []string{`<Beneficiario CodiceFiscale="RSSMRA80A01H501U"`, `<Beneficiario CodiceFiscale="RSSMRA80A01H50MM"`}},
		{"lower case", []string{`<Beneficiario CodiceFiscale="RSSMRA80A01H501U"`, `<Beneficiario CodiceFiscale="rssmra80a01h501u"`}},
		{"eleven digits, padded", []string{`<Beneficiario CodiceFiscale="RSSMRA80A01H501U"`, `<Beneficiario CodiceFiscale="12345678903     "`}},
		{"no dsu", []string{`NumeroProtocolloDSU="ISEE-1" AnnoProtocolloDSU="2025" DataDSU="2025-01-20"`, `NumeroProtocolloDSU=""`}},
		{"no quotas", []string{`ImportoQuotaEnte="200.00" ImportoQuotaUtente="100.00"`, ``}},
		{"user pays nothing", []string{`ImportoQuotaEnte="200.00" ImportoQuotaUtente="100.00"`, `ImportoQuotaEnte="300" ImportoQuotaUtente="0"`}},
		{"quotas with other zeros", []string{`ImportoMensile="300.00"`, `ImportoMensile="+0300.0000"`}},
		{"whole months", []string{`DataInizioPrestazione="2025-02-01" DataFinePrestazione="2025-04-30"`, `DataInizioPrestazione="2025-01-15" DataFinePrestazione="2025-04-14"`}},
		{"touched months", []string{`DataInizioPrestazione="2025-02-01" DataFinePrestazione="2025-04-30"`, `DataInizioPrestazione="2025-02-20" DataFinePrestazione="2025-04-03"`}},
		{"date with a zone", []string{`DataInizioPrestazione="2025-02-01"`, `DataInizioPrestazione="2025-02-01+01:00"`}},
		{"a sardinian code of 2026, in 2026", []string{`CodiceRegione="08" CodiceComune="058091"`, `CodiceRegione="15" CodiceComune="113017"`, `DataErogazionePrestazione="2025-03-15"`, ``, `CaratterePrestazione="2"`, `CaratterePrestazione="1"`, `ImportoPrestazione="150" ImportoQuotaSSN="150.0"`, `ImportoMensile="150" DataInizioPrestazione="2026-01-01"`, `DataInizioPrestazione="2025-02-01" DataFinePrestazione="2025-04-30"`, `DataInizioPrestazione="2026-02-01" DataFinePrestazione="2026-04-30"`}},
		{"hours without minutes", []string{`OreServizioMensile="2.59"`, `OreServizioMensile="12"`}},
		{"a three-level code", []string{`CodicePrestazione="A1.04"`, `CodicePrestazione="A1.04.01"`}},
		{"sina where practice has it", []string{`AreaUtenza="3"/>`, `AreaUtenza="3">` + sina("A2.17") + `</PrestazioniSociali>`}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			codes, _ := codesOf(t, edited(t, goodPS, c.edits), Options{})
			codes = slices.DeleteFunc(codes, func(code string) bool {
				// These cases are about persons or places, not about the
				// agreement of the fiscal code with the rest, nor the clock.
				return c.name == "a sardinian code of 2026, in 2026" && code == "PS-039"
			})
			if len(codes) > 0 {
				t.Errorf("breaks %v", codes)
			}
		})
	}
}

// TestRulesSkipWhatTheXSDRefuses: a value with an XSD fault is no second fault,
// and is not missing either.
func TestRulesSkipWhatTheXSDRefuses(t *testing.T) {
	for _, edits := range [][]string{
		{`CaratterePrestazione="1"`, `CaratterePrestazione="7"`},
		{`DataInizioPrestazione="2025-02-01"`, `DataInizioPrestazione="01/02/2025"`},
		{`ImportoMensile="300.00"`, `ImportoMensile="300,00"`},
		{`ImportoQuotaEnte="200.00"`, `ImportoQuotaEnte="duecento"`},
		{`CodiceRegione="08"`, `CodiceRegione=""`},
		{`AreaUtenza="3"`, `AreaUtenza="9"`},
		{`DataDSU="2025-01-20"`, `DataDSU=""`},
		{`OreServizioMensile="2.59"`, `OreServizioMensile="2:59"`},
	} {
		codes, _ := codesOf(t, edited(t, goodPS, edits), Options{})
		if len(codes) != 1 || !strings.HasPrefix(codes[0], "XSD-") {
			t.Errorf("%s breaks %v, want one XSD rule", edits[1], codes)
		}
	}
}

// TestBeneficiarioFaultRejectsAllItsRecords, and is reported once.
func TestBeneficiarioFaultRejectsAllItsRecords(t *testing.T) {
	document := edited(t, goodPS, []string{`CodiceRegione="08" `, ``})
	for _, batch := range []int{0, 1} {
		faults := 0
		opt := Options{Today: rulesDay, Limits: Limits{BatchRecords: batch}, Faults: func(Fault) { faults++ }}
		s, err := Check(context.Background(), strings.NewReader(document), opt)
		if err != nil || s.Rejected != 2 || faults != 1 {
			t.Errorf("batches of %d: %d rejected, %d faults, %v; want 2, 1", batch, s.Rejected, faults, err)
		}
	}
}

func TestCooperazioneRejectsTheWholeFlow(t *testing.T) {
	_, s := codesOf(t, goodPS, Options{Channel: Cooperazione})
	if s.Records != 2 || s.Rejected != 2 || s.ByRule["PS-071"] != 1 {
		t.Errorf("summary %+v, want both records rejected by one fault", s)
	}
}

func TestProfiles(t *testing.T) {
	document := edited(t, goodPS, []string{`ImportoQuotaEnte="200.00"`, `ImportoQuotaEnte="0.0"`})
	for name, rejected := range map[string]int64{"": 1, "inps": 1, "praticato": 0} {
		p, err := ProfileByName(name)
		if err != nil {
			t.Fatal(err)
		}
		codes, s := codesOf(t, document, Options{Profile: p})
		if s.Rejected != rejected || !slices.Equal(codes, []string{"PS-042", "PS-045"}) {
			t.Errorf("profile %q: %d rejected by %v, want %d", name, s.Rejected, codes, rejected)
		}
	}
	off := &Profile{Rules: map[string]Severity{"PS-042": 0, "PS-045": 0}}
	if codes, _ := codesOf(t, document, Options{Profile: off}); len(codes) > 0 {
		t.Errorf("rules switched off still speak: %v", codes)
	}
	for _, p := range Profiles() {
		for code := range p.Rules {
			if r, ok := RuleByCode(code); !ok || r.XSD || strings.HasPrefix(code, "RIT-") {
				t.Errorf("profile %s names %s, which is no business rule", p.Name, code)
			}
		}
	}
	if _, err := ProfileByName("comodo"); flusso.KindOf(err) != flusso.Config {
		t.Errorf("an unknown profile gives %v", err)
	}
}

// TestOfficialSamples: what INPS's own samples break, by code and line
// (siuss.md 1.6, items 3 to 7).
func TestOfficialSamples(t *testing.T) {
	dir := filepath.Join(testshared.Dir(t, "official"), "samples")
	type fault struct {
		rule     string
		severity Severity
		line     int
		record   int64
	}
	cases := []struct {
		file     string
		channel  Channel
		records  int64
		rejected int64
		faults   []fault
	}{
		{"inps-sample-1.xml", Upload, 3, 1, []fault{
			{"PS-007", SeverityWarning, 3, -1}, {"PS-011", SeverityWarning, 5, 0},
			{"PS-044", SeverityError, 8, 0}, {"PS-045", SeverityError, 8, 0},
			{"PS-063", SeverityWarning, 20, 1},
		}},
		{"inps-sample-1.xml", Cooperazione, 3, 3, []fault{
			{"PS-007", SeverityWarning, 3, -1}, {"PS-011", SeverityWarning, 5, 0},
			{"PS-044", SeverityError, 8, 0}, {"PS-045", SeverityError, 8, 0},
			{"PS-063", SeverityWarning, 20, 1}, {"PS-071", SeverityError, 20, 1},
		}},
		{"inps-sample-2.xml", Upload, 1, 1, []fault{
			{"SINBA-002", SeverityWarning, 2, -1}, {"SINBA-020", SeverityError, 5, 0}, {"SINBA-032", SeverityWarning, 5, 0},
		}},
		{"inps-sample-2.xml", Cooperazione, 1, 1, []fault{
			{"SINBA-002", SeverityWarning, 2, -1}, {"SINBA-020", SeverityError, 5, 0}, {"SINBA-032", SeverityWarning, 5, 0},
			{"SINBA-071", SeverityWarning, 8, 0},
		}},
		{"inps-sample-3.xml", Upload, 1, 1, []fault{
			{"PS-002", SeverityWarning, 2, -1}, {"PS-019", SeverityWarning, 6, 0},
			{"PS-036", SeverityError, 8, 0}, {"PS-038", SeverityWarning, 8, 0},
			{"PS-042", SeverityError, 8, 0}, {"PS-044", SeverityError, 8, 0}, {"PS-045", SeverityError, 8, 0},
			{"PS-063", SeverityWarning, 8, 0},
		}},
	}
	for _, c := range cases {
		t.Run(c.file, func(t *testing.T) {
			src, err := os.Open(filepath.Join(dir, c.file))
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = src.Close() }()
			var got []fault
			s, err := Check(context.Background(), src, Options{Channel: c.channel, Today: rulesDay, Faults: func(f Fault) {
				got = append(got, fault{f.Rule, f.Severity, f.Line, f.Record})
			}})
			if err != nil || !s.SchemaValid || s.Records != c.records || s.Rejected != c.rejected {
				t.Errorf("summary %+v, %v", s, err)
			}
			if !slices.Equal(got, c.faults) {
				t.Errorf("faults %v\nwant   %v", got, c.faults)
			}
		})
	}
}

// TestRulesAllocateNothing: rules will run at a million records a second.
func TestRulesAllocateNothing(t *testing.T) {
	b, st := benchmarkBatch(t)
	if n := testing.AllocsPerRun(100, func() { checkBatch(b, st) }); n != 0 {
		t.Errorf("%v allocations a batch", n)
	}
}

// benchmarkBatch holds 1,000 Beneficiari with two records each.
func benchmarkBatch(t testing.TB) (*Batch, *checkState) {
	from, to := strings.Index(goodPS, "<Beneficiario"), strings.Index(goodPS, "</Flusso>")
	document := goodPS[:from] + strings.Repeat(goodPS[from:to], 1000) + goodPS[to:]
	b := &Batch{}
	if err := NewReader(strings.NewReader(document), Options{Today: rulesDay, Limits: Limits{BatchRecords: 2000, slow: true}}).Next(b); err != nil {
		t.Fatal(err)
	}
	if b.Len() != 2000 {
		t.Fatalf("%d records", b.Len())
	}
	return b, newCheckState(nil, false, rulesDay(), func(*Rule, Severity, Field, int, int) {})
}

func BenchmarkRules(b *testing.B) {
	batch, st := benchmarkBatch(b)
	b.ReportAllocs()
	for b.Loop() {
		checkBatch(batch, st)
	}
	b.ReportMetric(float64(b.N)*float64(batch.Len())/b.Elapsed().Seconds(), "records/s")
}
