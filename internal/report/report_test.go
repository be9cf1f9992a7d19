package report_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"html"
	"strings"
	"testing"

	"flussi/internal/flusso"
	"flussi/internal/report"
	"flussi/internal/schema"
)

// faulty is a flow with one error, whose values must not reach a report.
const faulty = `<Flusso xmlns="http://inps.it/Casellario">
<IdentificazioneFlusso Nome="H501.PS.20260131.0000001"><Ente Codice="H501" CFOperatore="RSSMRA80A01H501U" Indirizzo="H501"/></IdentificazioneFlusso>
<Beneficiario CodiceFiscale="RSSMRA80A01H501U"><Anagrafica Cognome="MARCATORE" Nome="SEGRETO" AnnoNascita="1980" LuogoNascita="H501" Genere="9" CodiceCittadinanza="380"/>
<Indirizzo CodiceNazione="380" CodiceRegione="08" CodiceComune="058091"/>
<PrestazioniSociali PresenzaProvaMezzi="4" CaratterePrestazione="2" CodicePrestazione="A1.04" DenominazionePrestazione="Contributo economico" ProtocolloDomanda="PROT-MARCATORE" DataErogazionePrestazione="2025-03-01" ImportoPrestazione="100.00" PresaCarico="2"/>
</Beneficiario></Flusso>`

func judged(t *testing.T, name, flow string) report.File {
	t.Helper()
	f := report.File{Name: name}
	summary, err := schema.Check(context.Background(), strings.NewReader(flow), schema.Options{
		Faults: func(fault schema.Fault) { f.Add(fault, report.MaxDetails) },
	})
	f.Merge(summary)
	f.Refuse(err)
	return f
}

func write(t *testing.T, format report.Format, lang flusso.Lang, files ...report.File) string {
	t.Helper()
	var b bytes.Buffer
	if err := report.Write(&b, format, lang, files); err != nil {
		t.Fatal(err)
	}
	for _, value := range []string{"MARCATORE", "SEGRETO", "RSSMRA80A01H501U"} {
		if strings.Contains(b.String(), value) {
			t.Errorf("a value of the flow is in the %s report", format)
		}
	}
	return b.String()
}

func TestHTMLTellsPlaceRuleAndRemedy(t *testing.T) {
	f := judged(t, "<b>prova</b>.xml", faulty)
	if f.Rejected != 1 || f.SchemaValid {
		t.Fatalf("rejected %d, schema valid %v", f.Rejected, f.SchemaValid)
	}
	code := f.Details[0].Rule
	rule, _ := schema.RuleByCode(code)
	for lang, want := range map[flusso.Lang][]string{
		flusso.It: {"Esito del controllo", "Rimedio", code, `<td class="number">3</td>`},
		flusso.En: {"Result of the check", "Remedy", code, rule.Remedy.En},
	} {
		page := write(t, report.HTML, lang, f)
		readable := html.UnescapeString(page)
		for _, w := range want {
			if !strings.Contains(readable, w) {
				t.Errorf("%s page lacks %q", lang, w)
			}
		}
		if strings.Contains(page, "<b>prova</b>") {
			t.Error("a file's name is markup in the page")
		}
	}
}

func TestCSVIsATableAndNoFormula(t *testing.T) {
	f := judged(t, "=1+1.xml", faulty)
	rows, err := func() ([][]string, error) {
		r := csv.NewReader(strings.NewReader(write(t, report.CSV, flusso.En, f)))
		r.Comma = ';'
		return r.ReadAll()
	}()
	if err != nil {
		t.Fatal(err)
	}
	if len(rows) != 1+len(f.Details) {
		t.Fatalf("%d rows for %d faults", len(rows)-1, len(f.Details))
	}
	if rows[1][0] != "'=1+1.xml" || rows[1][1] != "3" || rows[1][4] != f.Details[0].Rule {
		t.Errorf("first fault is %q", rows[1])
	}
}

func TestJSONHasEveryFaultAndTheRefusal(t *testing.T) {
	whole, broken := judged(t, "a.xml", faulty), judged(t, "b.xml", faulty[:400])
	var got struct {
		Files []struct {
			File    string
			Records int64
			Refused string
			Details []struct {
				Rule, Message string
				Line          int
			}
		}
	}
	if err := json.Unmarshal([]byte(write(t, report.JSON, flusso.It, whole, broken)), &got); err != nil {
		t.Fatal(err)
	}
	if len(got.Files) != 2 || len(got.Files[0].Details) != len(whole.Details) || got.Files[0].Refused != "" {
		t.Fatalf("got %+v", got)
	}
	if got.Files[1].Refused == "" || got.Files[1].Records != 0 {
		t.Errorf("a truncated file is not told as refused: %+v", got.Files[1])
	}
}

func TestDetailsAreBounded(t *testing.T) {
	var f report.File
	for range report.MaxDetails + 10 {
		f.Add(schema.Fault{Rule: "PS-010", Line: 1}, report.MaxDetails)
		f.Faults++
	}
	if table := write(t, report.CSV, flusso.En, f); !strings.Contains(table, "more occurrences, not listed: 10") {
		t.Error("the table does not tell that it is cut")
	}
	if len(f.Details) != report.MaxDetails {
		t.Errorf("%d details kept", len(f.Details))
	}
}

func TestFormatOf(t *testing.T) {
	if f, err := report.FormatOf("dir/Esito.HTML"); err != nil || f != report.HTML {
		t.Errorf("got %q, %v", f, err)
	}
	if _, err := report.FormatOf("esito.doc"); flusso.KindOf(err) != flusso.Invalid {
		t.Errorf("got %v", err)
	}
}

// TestLateRuleHasPlaces: a rule broken first behind all the faults that are
// listed is shown where it was broken, as what it is, and its bar is in the
// chart.
func TestLateRuleHasPlaces(t *testing.T) {
	f := report.File{Name: "late.xml", ByRule: map[string]int64{"PS-030": 2 * report.MaxDetails, "PS-051": 1}}
	for range f.ByRule["PS-030"] {
		f.Add(schema.Fault{Rule: "PS-030", Severity: schema.SeverityError, Line: 7, Column: 1, Path: "p"}, report.MaxDetails)
	}
	f.Add(schema.Fault{Rule: "PS-051", Severity: schema.SeverityWarning, Line: 54321, Column: 1, Path: "q"}, report.MaxDetails)
	f.Faults = 2*report.MaxDetails + 1
	if len(f.Details) != report.MaxDetails {
		t.Errorf("%d faults are listed", len(f.Details))
	}
	page := write(t, report.HTML, flusso.It, f)
	for _, want := range []string{`<td class="number">54321</td>`, "PS-051</span> · avviso · 1", "PS-030 20000; PS-051 1", "<main", `width="400"`} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	if len(page) > 20_000 {
		t.Errorf("a page of %d bytes", len(page))
	}
}
