package schema

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"flussi/internal/flusso"
	"flussi/internal/testshared"
)

// TestBatchValues: what a batch answers for every field of a record, and where
// it stands.
func TestBatchValues(t *testing.T) {
	second := `<Indirizzo CodiceNazione="100"/>`
	doc := flowXML(strings.Replace(beneficiarioXML(sinaXML, prestazioneXML), indirizzoXML, indirizzoXML+second, 1))
	lines := strings.Split(doc, "\n")
	got := read(t, strings.NewReader(doc), Options{}, func(b *Batch) {
		if b.Len() != 2 || b.Tipo != flusso.PSPSASINA || b.First != 0 {
			t.Fatalf("%d records of %s from %d", b.Len(), b.Tipo, b.First)
		}
		for rec, want := range []map[Field]string{
			{
				FlussoNome: "H501.PS.20210520.0000002", EnteCodice: "H501", EnteCFOperatore: "CCCDDD25A42H199X", CodiceFiscale: "AAABBB39M66A351C",
				Cognome: "AAA", AnnoNascita: "1939", IndirizzoCodiceNazione: "380", ProtocolloDomanda: "P2", OreServizioMensile: "2.30",
				DenominazionePrestazione: "Contributi economici per trasporto e mobilità", SINAMobilita: "1", SINAStrumentoValutazione: "7",
				SINACodicePrestazione: "A2.17", SINAInvCiv: "1", CodiceSecondaCittadinanza: "-", ImportoPrestazione: "-", SINAAreaSupporto: "1",
				SINADisturbiAreaCognitiva: "-", SINBAIDBeneficiario: "-", CodicePersona: "-",
			},
			{ProtocolloDomanda: "P1", ImportoPrestazione: "100.00", SINAMobilita: "-", SINAInvCiv: "-", CodiceFiscale: "AAABBB39M66A351C", DataEvento: "-"},
		} {
			for f, value := range want {
				v, ok := b.Text(f, rec)
				if ok != (value != "-") || ok && string(v) != value {
					t.Errorf("record %d, %s: got %q %v, want %q", rec, Info(f).Name, v, ok, value)
				}
				if at := b.where(f, rec, 0); ok && !strings.Contains(lines[at.line-1][at.column-1:], value) {
					t.Errorf("record %d, %s: not at %d:%d", rec, Info(f).Name, at.line, at.column)
				}
			}
			if n := b.Repeats(IndirizzoCodiceNazione, rec); n != 2 {
				t.Errorf("%d addresses", n)
			}
			if v, ok := b.At(IndirizzoCodiceNazione, rec, 1); !ok || string(v) != "100" {
				t.Errorf("second address: %q %v", v, ok)
			}
			if _, ok := b.At(IndirizzoCodiceRegione, rec, 1); ok {
				t.Error("the second address has no CodiceRegione")
			}
		}
		for f, want := range map[Field][2]int{SINACodicePrestazione: {2, 0}, SINAInvCiv: {2, 0}} {
			if got := [2]int{b.Repeats(f, 0), b.Repeats(f, 1)}; got != want {
				t.Errorf("%s: %d values, want %d", Info(f).Name, got, want)
			}
		}
		if v, _ := b.At(SINAInvCiv, 0, 1); string(v) != "8" {
			t.Errorf("second InvCiv: %q", v)
		}
		if b.Beneficiario(0) != b.Beneficiario(1) {
			t.Error("two Beneficiari for one")
		}
		// What is missing stands at its element: SINA's, Anagrafica's, the record's.
		for f, element := range map[Field]string{SINADisturbiAreaCognitiva: "<SINA ", CodiceSecondaCittadinanza: "<Anagrafica ", DataDSU: "<PrestazioniSociali "} {
			at := b.where(f, 0, 0)
			if !strings.HasPrefix(lines[at.line-1][at.column-1:], element) {
				t.Errorf("%s: not at its element but %d:%d", Info(f).Name, at.line, at.column)
			}
		}
		if !strings.HasPrefix(lines[b.Line(1)-1], "<PrestazioniSociali") {
			t.Errorf("line %d does not begin the second record", b.Line(1))
		}
	})
	if s := got.summary; !s.SchemaValid || s.Records != 2 || s.EnteCodice != "H501" || s.FlussoNome != "H501.PS.20210520.0000002" ||
		s.EnteCFOperatore.Reveal() != "CCCDDD25A42H199X" {
		t.Errorf("summary: %+v", s)
	}
}

// TestSplitBeneficiario: records come in batches of any size, a Beneficiario
// with more of them than fit goes on with its values repeated, and nothing of
// the verdict changes.
func TestSplitBeneficiario(t *testing.T) {
	var people []string
	for i := range 7 {
		var records []string
		for j := range i + 1 {
			record := strings.Replace(sinaXML, `"P2"`, fmt.Sprintf(`"P%d.%d"`, i, j), 1)
			if j == 2 {
				record = strings.Replace(record, `TipoOperazione="I"`, `TipoOperazione="X"`, 1)
			}
			records = append(records, record)
		}
		if i == 4 {
			records = append(records, "testo")
		}
		people = append(people, strings.Replace(beneficiarioXML(records...), `Cognome="AAA"`, fmt.Sprintf(`Cognome="C%d"`, i), 1))
	}
	doc := flowXML(people...)
	type row struct {
		ordinal int64
		line    int32
		status  Status
		values  string
	}
	rows := func(size int) (all []row, r reading) {
		r = read(t, strings.NewReader(doc), Options{Limits: Limits{BatchRecords: size}}, func(b *Batch) {
			if b.Len() > size {
				t.Fatalf("a batch of %d records, at most %d", b.Len(), size)
			}
			for rec := range b.Len() {
				one := row{ordinal: b.First + int64(rec), line: b.Line(rec), status: b.Status[rec]}
				for _, info := range Fields(b.Tipo) {
					for i := range b.Repeats(info.Field, rec) {
						v, ok := b.At(info.Field, rec, i)
						one.values += fmt.Sprintf("%s=%q %v %v,", info.Name, v, ok, b.where(info.Field, rec, i))
					}
				}
				all = append(all, one)
			}
		})
		return all, r
	}
	want, whole := rows(1000)
	if len(want) != 28 || whole.batches != 1 {
		t.Fatalf("%d records in %d batches", len(want), whole.batches)
	}
	for i, r := range want {
		if r.ordinal != int64(i) {
			t.Fatalf("record %d has the ordinal %d", i, r.ordinal)
		}
	}
	for _, size := range []int{1, 2, 3, 4, 5, 6, 10, 27} {
		got, r := rows(size)
		if !slices.Equal(got, want) {
			t.Errorf("batches of %d differ", size)
		}
		if fmt.Sprint(r.summary) != fmt.Sprint(whole.summary) {
			t.Errorf("batches of %d: %+v, want %+v", size, r.summary, whole.summary)
		}
	}
	rejected := 0
	for _, r := range want {
		if strings.Contains(r.values, `Cognome="C4"`) && r.status != Rejected {
			t.Error("a Beneficiario at fault has a record that is not rejected")
		}
		if r.status == Rejected {
			rejected++
		}
	}
	if int64(rejected) != whole.summary.Rejected {
		t.Errorf("%d rejected, the summary says %d", rejected, whole.summary.Rejected)
	}
}

// TestFaultyValues: business rules can tell a value that breaks the XSD.
func TestFaultyValues(t *testing.T) {
	record := strings.Replace(prestazioneXML, `"100.00"`, `"1.000,00"`, 1)
	read(t, strings.NewReader(flowXML(beneficiarioXML(record))), Options{}, func(b *Batch) {
		if v, ok := b.Text(ImportoPrestazione, 0); !ok || string(v) != "1.000,00" || !b.faulty(ImportoPrestazione, 0, 0) {
			t.Errorf("%q %v faulty=%v", v, ok, b.faulty(ImportoPrestazione, 0, 0))
		}
		if b.faulty(PresaCarico, 0, 0) || b.faulty(AreaUtenza, 0, 0) || b.faulty(SINAInvCiv, 0, 0) {
			t.Error("a sound or absent value is called faulty")
		}
	})
}

// TestHeaderRefuses: a wrong header refuses the file and hands out nothing.
func TestHeaderRefuses(t *testing.T) {
	doc := strings.Replace(flowXML(beneficiarioXML(prestazioneXML)), `Indirizzo="H501"`, `Indirizzo="Via Roma"`, 1)
	got := read(t, strings.NewReader(doc), Options{}, func(*Batch) { t.Error("a batch of a refused file") })
	if got.summary.Refused == nil || got.summary.Refused.Rule != fileHeader || flusso.KindOf(got.err) != flusso.Invalid {
		t.Errorf("%v %+v", got.err, got.summary)
	}
	if got.summary.Tipo != flusso.PSPSASINA {
		t.Errorf("the kind is known: %v", got.summary.Tipo)
	}
}

func TestExpect(t *testing.T) {
	for _, test := range []struct {
		expect flusso.Tipo
		doc    string
		want   string
	}{
		{flusso.PSPSASINA, flowXML(beneficiarioXML(prestazioneXML)), ""},
		{flusso.SINBA, flowXML(beneficiarioXML(prestazioneXML)), fileUnexpected},
		{flusso.SINBA, flowXML(minoreXML), ""},
		{flusso.PSPSASINA, flowXML(minoreXML), fileUnexpected},
		{0, flowXML(minoreXML), ""},
	} {
		got := read(t, strings.NewReader(test.doc), Options{Expect: test.expect}, nil)
		rule := ""
		if got.summary.Refused != nil {
			rule = got.summary.Refused.Rule
		}
		if rule != test.want {
			t.Errorf("expecting %v: %q, want %q", test.expect, rule, test.want)
		}
	}
}

// TestSamplesAreValid: INPS's samples pass the XSD (and break business rules).
func TestSamplesAreValid(t *testing.T) {
	dir := testshared.Dir(t, "official")
	for i, want := range []struct {
		tipo    flusso.Tipo
		records int64
	}{{flusso.PSPSASINA, 3}, {flusso.SINBA, 1}, {flusso.PSPSASINA, 1}} {
		sample, err := os.ReadFile(filepath.Join(dir, "samples", fmt.Sprintf("inps-sample-%d.xml", i+1)))
		if err != nil {
			t.Fatal(err)
		}
		if s := read(t, bytes.NewReader(sample), Options{}, nil).summary; !s.SchemaValid || s.Tipo != want.tipo || s.Records != want.records {
			t.Errorf("sample %d: %+v", i+1, s)
		}
	}
}

// TestSourceFails: a source's own failure is handed on, not taken for a
// truncated file.
func TestSourceFails(t *testing.T) {
	doc := flowXML(beneficiarioXML(prestazioneXML))
	broken := errors.New("the disk is gone")
	for n := range len(doc) {
		src := io.MultiReader(strings.NewReader(doc[:n]), iotest.ErrReader(broken))
		got := read(t, src, Options{Limits: Limits{window: 64}}, nil)
		if !errors.Is(got.err, broken) || got.summary.Refused != nil || got.summary.Records != 0 {
			t.Fatalf("after %d bytes: %v %+v", n, got.err, got.summary)
		}
	}
}

// TestTruncated: cut anywhere, a flow is refused and counts no record.
func TestTruncated(t *testing.T) {
	doc := strings.TrimSpace(flowXML(beneficiarioXML(sinaXML), beneficiarioXML(prestazioneXML)))
	for n := range len(doc) {
		got := read(t, strings.NewReader(doc[:n]), Options{Limits: Limits{BatchRecords: 1}}, nil)
		if s := got.summary; s.Refused == nil || s.Records != 0 || s.SchemaValid {
			t.Fatalf("after %d bytes: %v %+v", n, got.err, s)
		}
	}
}

// TestBeneficiarioOfFault: a fault names its Beneficiario as who counts them in
// the file would, those without records too.
func TestBeneficiarioOfFault(t *testing.T) {
	var units []string
	for i := range 3000 {
		unit := beneficiarioXML(prestazioneXML, prestazioneXML)
		switch {
		case i%7 == 3:
			unit = `<Beneficiario CodiceFiscale="AAABBB39M66A351C">` + anagraficaXML + indirizzoXML + `</Beneficiario>`
		case i%11 == 5:
			unit = strings.Replace(unit, "100.00", "0.00", 1)
		case i%13 == 6:
			unit = strings.Replace(unit, `CodicePrestazione="A1.04"`, ``, 1)
		}
		units = append(units, unit)
	}
	doc := flowXML(units...)
	starts := map[int]int64{} // line -> which Beneficiario
	for i, line := range strings.Split(doc, "\n") {
		if strings.HasPrefix(line, "<Beneficiario") {
			starts[i+1] = int64(len(starts) + 1)
		}
	}
	for _, limits := range []Limits{{}, {slow: true}, {BatchRecords: 3}} {
		got := read(t, strings.NewReader(doc), Options{Limits: limits}, nil)
		told := map[int64]bool{}
		for _, f := range got.faults {
			if f.Record < 0 && f.Beneficiario == 0 {
				continue // of the header
			}
			if want := starts[f.BeneficiarioLine]; want == 0 || f.Beneficiario != want || f.Line < f.BeneficiarioLine {
				t.Fatalf("%+v: the Beneficiario of line %d is number %d", f, f.BeneficiarioLine, want)
			}
			if f.Severity == SeverityError {
				told[f.Beneficiario] = true
			}
		}
		for i := range units {
			if faulty := i%7 == 3 || i%11 == 5 || i%13 == 6; told[int64(i+1)] != faulty {
				t.Fatalf("Beneficiario %d: told %v, faulty %v", i+1, !faulty, faulty)
			}
		}
	}
}
