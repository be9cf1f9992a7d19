package report_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"io"
	"strings"
	"testing"

	"flussi/internal/flusso"
	"flussi/internal/report"
	"flussi/internal/schema"
	"flussi/internal/table"
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
		flusso.It: {"Esito del controllo", "Rimedio", code, `<td class="number short">3</td>`},
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
		text, marked := strings.CutPrefix(write(t, report.CSV, flusso.En, f), "\ufeff")
		if !marked {
			t.Error("Excel would not know that the table is UTF-8")
		}
		r := csv.NewReader(strings.NewReader(text))
		r.Comma = ';'
		return r.ReadAll()
	}()
	if err != nil {
		t.Fatal(err)
	}
	if len(rows) != 1+len(f.Details) {
		t.Fatalf("%d rows for %d faults", len(rows)-1, len(f.Details))
	}
	if rows[1][0] != "'=1+1.xml" || rows[1][1] != "3" || rows[1][3] != "1st Beneficiario, line 3" || rows[1][5] != f.Details[0].Rule {
		t.Errorf("first fault is %q", rows[1])
	}
}

// TestJSONIsAFrictionlessReport: the keys that Frictionless Framework 5 asks of
// a report, its tasks and their errors, and ours beside them.
func TestJSONIsAFrictionlessReport(t *testing.T) {
	whole, broken := judged(t, "a.xml", faulty), judged(t, "b.xml", faulty[:400])
	wrapped := report.File{Name: "c.zip"}
	wrapped.Refuse(&flusso.Error{Kind: flusso.Invalid, What: flusso.Text{It: "archivio rotto", En: "broken archive"}})
	text := write(t, report.JSON, flusso.It, whole, broken, wrapped)
	var got struct {
		Valid bool
		Stats struct{ Tasks, Errors, Warnings int }
		Tasks []struct {
			Name, Type, Place, Tipo string
			Valid                   bool
			Stats                   struct{ Errors, Warnings, Rows int }
			Errors                  []struct {
				Type, Title, Message, Note, Rule, FieldName, Remedy string
				RowNumber, Line, Beneficiario                       int
			}
			Notices []struct{ Rule string }
		}
	}
	if err := json.Unmarshal([]byte(text), &got); err != nil {
		t.Fatal(err)
	}
	if got.Valid || got.Stats.Tasks != 3 || len(got.Tasks) != 3 || got.Stats.Errors != got.Tasks[0].Stats.Errors+got.Tasks[1].Stats.Errors+1 {
		t.Fatalf("got %+v", got)
	}
	first := got.Tasks[0]
	if first.Place != "a.xml" || first.Type != "table" || first.Stats.Rows != 1 || len(first.Errors) != first.Stats.Errors || len(first.Notices) != first.Stats.Warnings {
		t.Errorf("got %+v", first)
	}
	fault := first.Errors[0]
	if fault.Type != "error" || fault.Rule != "XSD-005" || fault.FieldName != "Genere" || fault.RowNumber != 1 || fault.Beneficiario != 1 || fault.Remedy == "" || fault.Note != fault.Message ||
		!strings.HasSuffix(fault.Message, "(riga 3; 1º Beneficiario, riga 3)") {
		t.Errorf("got %+v", fault)
	}
	if last := got.Tasks[2]; last.Valid || len(last.Errors) != 1 || last.Errors[0].Message != "archivio rotto" {
		t.Errorf("a refused archive: %+v", last)
	}
	var keys struct {
		Tasks []map[string]any
	}
	if err := json.Unmarshal([]byte(text), &keys); err != nil {
		t.Fatal(err)
	}
	requireKeys(t, keys.Tasks[1], "name", "type", "valid", "place", "labels", "stats", "warnings", "errors")
	for _, e := range keys.Tasks[0]["errors"].([]any) {
		requireKeys(t, e.(map[string]any), "type", "title", "description", "message", "tags", "note")
	}
}

func requireKeys(t *testing.T, object map[string]any, keys ...string) {
	t.Helper()
	for _, key := range keys {
		if v, ok := object[key]; !ok || v == nil {
			t.Errorf("%q is missing", key)
		}
	}
	for _, key := range []string{"cell", "cells"} {
		if _, ok := object[key]; ok {
			t.Errorf("%q would hold a value of the flow", key)
		}
	}
}

func TestVerdict(t *testing.T) {
	for name, tt := range map[string]struct {
		flow string
		want string
	}{
		"schema":  {faulty, "Lo schema dell&#39;INPS non è rispettato: record da correggere 1 su 1."},
		"rules":   {strings.NewReplacer(`Genere="9"`, `Genere="1"`, `CaratterePrestazione="2" `, "").Replace(faulty), "Lo schema dell&#39;INPS è rispettato, le sue regole no: record da correggere 1 su 1."},
		"clean":   {strings.Replace(faulty, `Genere="9"`, `Genere="1"`, 1), "Nessuna segnalazione"},
		"warning": {strings.NewReplacer(`Genere="9"`, `Genere="1"`, `AnnoNascita="1980"`, `AnnoNascita="1981"`).Replace(faulty), "Nessun record è scartato; ci sono avvisi da guardare."},
		"refused": {faulty[:400], "Il file è rifiutato per intero."},
	} {
		t.Run(name, func(t *testing.T) {
			if page := write(t, report.HTML, flusso.It, judged(t, "a.xml", tt.flow)); !strings.Contains(page, tt.want) {
				t.Errorf("the page does not say %q", tt.want)
			}
		})
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

// TestPageOfManyFilesIsBounded: beyond the first 200 files with faults the page
// has a sentence for each, and beyond the faults that are listed no place.
func TestPageOfManyFilesIsBounded(t *testing.T) {
	rules := schema.Rules()[:50]
	var files []report.File
	room := 1000
	for i := range 1000 {
		f := report.File{Name: fmt.Sprintf("n%d.xml", i), Tipo: "PS_PSA_SINA", Records: 1, Valid: 1, ByRule: map[string]int64{}}
		if i%2 == 1 { // the others are clean
			f.Valid, f.Rejected = 0, 1
			for n := range 40 * len(rules) {
				rule := rules[n%len(rules)].Code
				f.Add(schema.Fault{Rule: rule, Severity: schema.SeverityError, Line: 31_337, Path: "p"}, room)
				f.ByRule[rule]++
				f.Faults++
				f.Errors++
			}
			room -= len(f.Details)
		}
		files = append(files, f)
	}
	page := write(t, report.HTML, flusso.It, files...)
	for what, want := range map[string]int{
		"<h2 ": 200, `<li><a href="#file-`: 200, `<h2 id="file-399">`: 1, "<li>n400.xml: ": 1, "<li>n999.xml: ": 1,
		">31337<":                      20 * len(rules), // of the first file with faults, which takes the room
		"Per esteso: i primi 200 file": 1,
	} {
		if got := strings.Count(page, what); got != want {
			t.Errorf("%q is %d times in the page, want %d", what, got, want)
		}
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
	for _, want := range []string{`<td class="number short">54321</td>`, "PS-051</span> · avviso · 1", "PS-030</span> · errore · 20.000", `<td class="number short">20.000</td><td class="number short">&gt; 99,9%</td>`, `<td class="number short">1</td><td class="number short">&lt; 0,1%</td>`, `href="#file-0-PS-051"`, `<rect class="error" x="1"`, `<rect class="warning" x="1"`, "<main", `class="error" x="290" y="3" width="300"`} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	if len(page) > 20_000 {
		t.Errorf("a page of %d bytes", len(page))
	}
}

// TestWorkbookReport: the workbook has the rows of the CSV report, with numbers as
// numbers; of a workbook that was judged it names the cells, as every form does.
func TestWorkbookReport(t *testing.T) {
	f := report.File{Name: "=1+1.xml"}
	for _, fault := range judged(t, "a.xml", faulty).Details {
		fault.Sheet = "Foglio1"
		f.Add(fault, report.MaxDetails)
		f.Merge(schema.Summary{Faults: 1, Errors: 1, ByRule: map[string]int64{fault.Rule: 1}})
	}
	content := write(t, report.XLSX, flusso.It, f)
	book, err := table.OpenWorkbook(strings.NewReader(content), int64(len(content)))
	if err != nil {
		t.Fatal(err)
	}
	rows, err := book.Rows(0)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	cell := f.Details[0].Cell()
	n := 0
	for ; ; n++ {
		if err := rows.Next(); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		if n != 1 {
			continue
		}
		texts := map[int]string{}
		for _, c := range rows.Cells {
			texts[c.Column] = string(c.Text)
		}
		if rows.Cells[1].Kind != table.CellNumber || texts[0] != "=1+1.xml" || texts[1] != "3" || texts[5] != f.Details[0].Rule || texts[9] != cell {
			t.Errorf("the first row is %v", texts)
		}
	}
	if n != 1+len(f.Details) {
		t.Errorf("%d rows for %d faults", n-1, len(f.Details))
	}
	for _, form := range []report.Format{report.CSV, report.JSON, report.HTML} {
		if !strings.Contains(write(t, form, flusso.It, f), cell) {
			t.Errorf("%s does not name the cell", form)
		}
	}
}
