package schema_test

import (
	"bytes"
	"errors"
	"fmt"
	"html"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"flussi/internal/flusso"
	"flussi/internal/schema"
	"flussi/internal/synth"
	"flussi/internal/testshared"
)

// libreOffice has LibreOffice write files in its folder as workbooks, in one go.
func libreOffice(t *testing.T, dir string, files []string, more ...string) {
	t.Helper()
	args := append([]string{"-env:UserInstallation=file://" + filepath.Join(dir, "profilo"), "--headless"}, more...)
	args = append(args, "--convert-to", "xlsx", "--outdir", filepath.Join(dir, "xlsx"))
	cmd := exec.CommandContext(t.Context(), testshared.Peer(t, "soffice"), append(args, files...)...)
	cmd.Env = append(os.Environ(), "HOME="+dir, "TZ=UTC")
	if said, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("soffice: %v: %s", err, said)
	}
}

// TestSavedByLibreOffice: a workbook of ours that LibreOffice opened and saved is the
// same flow, and so is a table that it opened as CSV, which costs codes their zeros.
func TestSavedByLibreOffice(t *testing.T) {
	testshared.Peer(t, "soffice")
	dir := t.TempDir()
	var flow, book bytes.Buffer
	if _, err := synth.Write(&flow, synth.Options{Tipo: flusso.PSPSASINA, Beneficiari: 1500, Seed: 9}); err != nil {
		t.Fatal(err)
	}
	want := asXML(t, flow.Bytes())
	each(t, flow.Bytes(), func(b *schema.Batch) func(*schema.Batch) error {
		w := schema.NewSheetWriter(&book, b.Tipo)
		return func(b *schema.Batch) error {
			if b == nil {
				return w.Close()
			}
			return w.Append(b)
		}
	})
	path := filepath.Join(dir, "flusso.xlsx")
	if err := os.WriteFile(path, book.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	libreOffice(t, dir, []string{path})
	saved, err := os.ReadFile(filepath.Join(dir, "xlsx", "flusso.xlsx"))
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Equal(saved, book.Bytes()) {
		t.Fatal("LibreOffice wrote nothing of its own")
	}
	if asXML(t, saved) != want {
		t.Error("saved by LibreOffice it is another flow")
	}
}

// The names of a flow's fields, and a valid record, as cells of a sheet.
var messyFields = []struct{ name, value string }{
	{"FlussoNome", "H501.PS.20260131.0000001"}, {"EnteCodice", "H501"}, {"EnteDenominazione", "Comune di prova"}, {"EnteIndirizzo", "H501"}, {"EnteCFOperatore", "RSSMRA80A01H501U"},
	{"CodiceFiscale", "RSSMRA80A01H501U"}, {"Cognome", "Finti"}, {"Nome", "Mario"}, {"AnnoNascita", "1980"}, {"LuogoNascita", "H501"}, {"Genere", "1"}, {"CodiceCittadinanza", "380"},
	{"IndirizzoCodiceRegione", "08"}, {"IndirizzoCodiceComune", "058091"}, {"IndirizzoCodiceNazione", "380"}, {"TipoOperazione", "I"}, {"PresenzaProvaMezzi", "2"}, {"CaratterePrestazione", "1"},
	{"CodicePrestazione", "A2.07"}, {"DenominazionePrestazione", "Assistenza domiciliare"}, {"ProtocolloDomanda", "2025/1"}, {"DataInizioPrestazione", "2025-01-01"}, {"DataFinePrestazione", "2025-12-31"},
	{"PeriodoErogazione", "12"}, {"ImportoMensile", "100.00"}, {"OreServizioMensile", "10.30"}, {"PresaCarico", "2"},
}

// Cells of a flat OpenDocument sheet.
func text(v string) string {
	return `<table:table-cell office:value-type="string"><text:p>` + html.EscapeString(v) + `</text:p></table:table-cell>`
}
func number(v string) string {
	return `<table:table-cell office:value-type="float" office:value="` + v + `"/>`
}
func day(v string) string {
	return `<table:table-cell table:style-name="giorno" office:value-type="date" office:date-value="` + v + `"/>`
}
func euro(v string) string {
	return `<table:table-cell table:style-name="euro" office:value-type="currency" office:currency="EUR" office:value="` + v + `"/>`
}
func clock(v string) string {
	return `<table:table-cell table:style-name="ora" office:value-type="time" office:time-value="` + v + `"/>`
}
func truth(v string) string {
	return `<table:table-cell office:value-type="boolean" office:boolean-value="` + v + `"/>`
}
func formula(f string) string {
	return `<table:table-cell table:formula="of:=` + html.EscapeString(f) + `"/>`
}

const nothing = `<table:table-cell/>`

// sheetOf is a sheet of rows; each row is its cells, or a whole <table:table-row>.
func sheetOf(name, style string, rows ...string) string {
	var b strings.Builder
	fmt.Fprintf(&b, `<table:table table:name=%q table:style-name=%q>`, name, style)
	for _, r := range rows {
		if !strings.HasPrefix(r, "<table:table-row") {
			r = "<table:table-row>" + r + "</table:table-row>"
		}
		b.WriteString(r)
	}
	return b.String() + "</table:table>"
}

// names is the row of names, record a row of texts; both with other cells where a
// field is named.
func names(other ...string) string {
	return messyRow(func(i int) string { return text(messyFields[i].name) }, other)
}
func record(other ...string) string {
	return messyRow(func(i int) string { return text(messyFields[i].value) }, other)
}

func messyRow(cell func(int) string, other []string) string {
	var b strings.Builder
	for i, f := range messyFields {
		if at := slices.Index(other, f.name); at >= 0 {
			b.WriteString(other[at+1])
			continue
		}
		b.WriteString(cell(i))
	}
	return b.String()
}

func book(sheets ...string) string {
	return `<?xml version="1.0" encoding="UTF-8"?>
<office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" xmlns:number="urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0" xmlns:of="urn:oasis:names:tc:opendocument:xmlns:of:1.2" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xlink="http://www.w3.org/1999/xlink" office:version="1.3" office:mimetype="application/vnd.oasis.opendocument.spreadsheet">
<office:automatic-styles>
<number:date-style style:name="G"><number:day number:style="long"/><number:text>/</number:text><number:month number:style="long"/><number:text>/</number:text><number:year number:style="long"/></number:date-style>
<number:time-style style:name="O"><number:hours/><number:text>:</number:text><number:minutes number:style="long"/></number:time-style>
<number:currency-style style:name="E"><number:currency-symbol number:language="it" number:country="IT">€</number:currency-symbol><number:text> </number:text><number:number number:decimal-places="2" number:min-integer-digits="1" number:grouping="true"/></number:currency-style>
<style:style style:name="giorno" style:family="table-cell" style:data-style-name="G"/>
<style:style style:name="ora" style:family="table-cell" style:data-style-name="O"/>
<style:style style:name="euro" style:family="table-cell" style:data-style-name="E"/>
<style:style style:name="vista" style:family="table"><style:table-properties table:display="true"/></style:style>
<style:style style:name="nascosta" style:family="table"><style:table-properties table:display="false"/></style:style>
</office:automatic-styles>
<office:body><office:spreadsheet>` + strings.Join(sheets, "") + `</office:spreadsheet></office:body></office:document>`
}

func one(rows ...string) string { return book(sheetOf("Foglio1", "vista", rows...)) }

// messy are workbooks as people make them.
var messy = []struct{ name, book string }{
	{"a valid sheet of texts", one(names(), record())},
	{"titles above", one(text("Comune di prova"), text("Elenco prestazioni 2025"), "", names(), record())},
	{"groups above the names", one(text("Flusso")+nothing+nothing+nothing+nothing+text("Persona"), names(), record())},
	{"a group merged over its names", one(`<table:table-cell table:number-columns-spanned="5" office:value-type="string"><text:p>Flusso</text:p></table:table-cell><table:covered-table-cell table:number-columns-repeated="4"/>`, names(), record())},
	{"cells merged over two records", one(names(), record("Cognome", `<table:table-cell table:number-rows-spanned="2" office:value-type="string"><text:p>Finti</text:p></table:table-cell>`), record("Cognome", `<table:covered-table-cell/>`, "ProtocolloDomanda", text("2025/2")))},
	{"another sheet that is hidden", book(sheetOf("Foglio1", "vista", names(), record()), sheetOf("Vecchio", "nascosta", names(), record()))},
	{"two sheets of records", book(sheetOf("Gennaio", "vista", names(), record()), sheetOf("Febbraio", "vista", names(), record()))},
	{"a sheet of notes beside it", book(sheetOf("Note", "vista", text("da rivedere")), sheetOf("Dati", "vista", names(), record()))},
	{"a hidden row", one(names(), record(), `<table:table-row table:visibility="collapse">`+record("ProtocolloDomanda", text("2025/2"))+`</table:table-row>`)},
	{"days and amounts", one(names(), record("DataInizioPrestazione", day("2025-01-01"), "DataFinePrestazione", day("2025-12-31"), "ImportoMensile", number("100")))},
	{"days as an Italian writes them", one(names(), record("DataInizioPrestazione", text("01/01/2025"), "DataFinePrestazione", text("31.12.2025")))},
	{"a year of two digits", one(names(), record("DataInizioPrestazione", text("01/01/25")))},
	{"a day with a time", one(names(), record("DataInizioPrestazione", day("2025-01-01T10:30:00")))},
	{"a comma in an amount", one(names(), record("ImportoMensile", text("1.234,56")))},
	{"an amount in euro", one(names(), record("ImportoMensile", euro("1234.56")))},
	{"an amount with its sign written", one(names(), record("ImportoMensile", text("€ 100,00")))},
	{"a negative amount", one(names(), record("ImportoMensile", number("-5")))},
	{"zeros that are lost", one(names(), record("IndirizzoCodiceRegione", number("8"), "IndirizzoCodiceComune", number("58091"), "Genere", number("1"), "AnnoNascita", number("1980")))},
	{"a protocol that became a number", one(names(), record("ProtocolloDomanda", number("1234567890123456789")))},
	{"a protocol with an exponent", one(names(), record("ProtocolloDomanda", text("1,2E+15")))},
	{"a protocol that became a day", one(names(), record("ProtocolloDomanda", day("2025-03-01")))},
	{"a formula", one(names(), record("ImportoMensile", formula("50*2"), "CodiceFiscale", formula(`UPPER("rssmra80a01h501u")`)))},
	{"a formula without an answer", one(names(), record("ImportoMensile", formula("NA()")))},
	{"a formula that gives nothing", one(names(), record("OreServizioMensile", formula(`""`)))},
	{"a truth", one(names(), record("PresaCarico", truth("true")))},
	{"hours", one(names(), record("OreServizioMensile", clock("PT10H30M00S")))},
	{"hours as a number", one(names(), record("OreServizioMensile", number("2.3")))},
	{"blanks about a fiscal code", one(names(), record("CodiceFiscale", text("\u00a0RSSMRA80A01H501U ")))},
	{"a line of totals", one(names(), record(), text("Totale")+strings.Repeat(nothing, 23)+number("100"))},
	{"empty rows between", one(names(), record(), "", "", record("ProtocolloDomanda", text("2025/2")))},
	{"a column of notes", one(names()+text("Annotazioni"), record()+text("da rivedere"))},
	{"a name twice", one(names()+text("Cognome"), record()+text("Finti"))},
	{"names as comuni write them", one(names("CodiceFiscale", text("C.F."), "ProtocolloDomanda", text("Prot. domanda"), "Genere", text("Sesso")), record())},
	{"a comment on a cell", one(names(), record("Cognome", `<table:table-cell office:value-type="string"><office:annotation><dc:date>2025-01-01T00:00:00</dc:date><text:p>chiedere</text:p></office:annotation><text:p>Finti</text:p></table:table-cell>`))},
	{"a text in parts", one(names(), record("Cognome", `<table:table-cell office:value-type="string"><text:p>Fin<text:span>ti</text:span></text:p></table:table-cell>`))},
	{"a text of two lines", one(names(), record("DenominazionePrestazione", `<table:table-cell office:value-type="string"><text:p>Assistenza</text:p><text:p>domiciliare</text:p></table:table-cell>`))},
	{"words for codes", one(names(), record("Genere", text("M"), "CodiceCittadinanza", text("Italiana"), "IndirizzoCodiceComune", text("Roma")))},
	{"nothing but names", one(names())},
	{"no names", one(record())},
}

// TestMessyWorkbooks: what LibreOffice writes of each is read, converted and judged as
// testdata/workbooks.txt says: every conversion told, every fault at its cell, every
// refusal in words. With -update it is written anew.
func TestMessyWorkbooks(t *testing.T) {
	testshared.Peer(t, "soffice")
	dir := t.TempDir()
	var files []string
	for i, m := range messy {
		path := filepath.Join(dir, fmt.Sprintf("%02d.fods", i))
		if err := os.WriteFile(path, []byte(m.book), 0o600); err != nil {
			t.Fatal(err)
		}
		files = append(files, path)
	}
	libreOffice(t, dir, files)
	var got strings.Builder
	for i, m := range messy {
		content, err := os.ReadFile(filepath.Join(dir, "xlsx", fmt.Sprintf("%02d.xlsx", i)))
		if err != nil {
			t.Fatalf("%s: LibreOffice wrote nothing: %v", m.name, err)
		}
		fmt.Fprintf(&got, "== %s\n%s\n", m.name, told(t, content))
	}
	path := filepath.Join("testdata", "workbooks.txt")
	if *schema.Update {
		if err := os.WriteFile(path, []byte(got.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	parts := strings.SplitAfter(string(want), "\n\n")
	for i, part := range strings.SplitAfter(got.String(), "\n\n") {
		if i >= len(parts) || part != parts[i] {
			t.Errorf("told:\n%s", part)
		}
	}
}

// told is what is said of a workbook.
func told(t *testing.T, content []byte) string {
	t.Helper()
	var b strings.Builder
	var faults []string
	summary, err := schema.Check(t.Context(), bytes.NewReader(content), schema.Options{Rows: true, Faults: func(f schema.Fault) {
		faults = append(faults, fmt.Sprintf("%s %s %s\n", f.Cell(), f.Rule, f.Path[strings.LastIndexByte(f.Path, '/')+1:]))
	}})
	var known *flusso.Error
	switch {
	case errors.As(err, &known):
		fmt.Fprintf(&b, "refused: %s → %s\n", known.What.It, known.Hint.It)
	case err != nil:
		fmt.Fprintf(&b, "refused: %v\n", err)
	}
	fmt.Fprintf(&b, "%d records, %d valid\n", summary.Records, summary.Valid)
	slices.Sort(faults)
	for _, f := range faults {
		b.WriteString(f)
	}
	for _, note := range summary.Notes {
		b.WriteString("- " + note.It + "\n")
	}
	return b.String()
}
