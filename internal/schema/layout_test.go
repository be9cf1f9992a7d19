package schema

import (
	"errors"
	"os"
	"strings"
	"testing"

	"flussi/internal/flusso"
)

// exampleLayout is the one that the project ships.
func exampleLayout(t testing.TB) *Layout {
	t.Helper()
	src, err := os.ReadFile("../../schedules/layouts/ritorno-inps.yaml")
	if err != nil {
		t.Fatal(err)
	}
	l, err := ParseLayout(src)
	if err != nil {
		t.Fatalf("the example layout: %v", err)
	}
	return l
}

func TestExampleLayout(t *testing.T) {
	l := exampleLayout(t)
	if l.Name != "ritorno-inps" || l.Delimiter != ';' || l.Quote != '"' || l.Encoding != UTF8 || !l.Header || l.Decimal != ',' || l.Dates != DayFirst || l.List != '|' {
		t.Errorf("read as %+v", l)
	}
	if len(l.Columns) != 20 || l.Columns[0].Source != "CodicePersona" || l.Columns[0].Field != CodicePersona {
		t.Errorf("columns %+v", l.Columns)
	}
	if codes := l.Columns[2].Codes; codes["F"] != "2" {
		t.Errorf("codes of Genere: %v", codes)
	}
}

func TestParseLayout(t *testing.T) {
	l, err := ParseLayout([]byte(`
version: 1
name: prova
delimiter: "\t"
encoding: windows-1252
header: false
decimal: "."
dates: yyyymmdd
columns: {"1": CodicePrestazione, "3": SINAInvCiv, "4": CodicePersona}
ignore: ["2"]
`))
	if err != nil {
		t.Fatal(err)
	}
	if l.Delimiter != '\t' || l.Encoding != Windows1252 || l.Header || l.Decimal != '.' || l.Dates != Compact || len(l.Columns) != 3 || l.Ignore[0] != "2" {
		t.Errorf("read as %+v", l)
	}
}

// TestParseLayoutFaults: each fault with its place, in English.
func TestParseLayoutFaults(t *testing.T) {
	const head = "version: 1\nname: prova\n"
	const columns = "columns: {A: CodicePrestazione, P: CodicePersona}\n"
	cases := []struct {
		name, src string
		want      []string
	}{
		{"empty", "", []string{"1:1: the file is not YAML, or not one table of keys"}},
		{"no yaml", "a: [", []string{"1:4: the file is not YAML, or not one table of keys"}},
		{"a list", "- a\n", []string{"1:1: a table of keys and values is wanted here"}},
		{"two documents", head + columns + "---\n" + head + columns, []string{"1:1: the file is not YAML, or not one table of keys"}},
		{"nothing required", "header: true\n", []string{"1:1: version is missing", "1:1: name is missing", "1:1: columns is missing"}},
		{"version", "version: 2\nname: x\n" + columns, []string{"1:10: unknown layout version"}},
		{"unknown key", head + columns + "colonne: {}\n", []string{"4:1: unknown key"}},
		{"several", head + "header: forse\nencoding: utf-16\ndates: mm/dd/yyyy\ndecimal: \";\"\n" + columns, []string{
			"3:9: true or false is wanted here", "4:11: value not allowed", "5:8: value not allowed", "6:10: value not allowed"}},
		{"delimiter", head + "delimiter: \";;\"\nquote: a\n" + columns, []string{
			"3:12: one character is wanted here, no letter and no digit", "4:8: one character is wanted here, no letter and no digit"}},
		{"same marks", head + "delimiter: \"|\"\n" + columns, []string{"3:12: delimiter, quote and list_separator must differ"}},
		{"unknown field", head + "columns:\n  P: CodicePersona\n  A: CodicePrestazione\n  B: Stipendio\n", []string{"6:6: unknown field"}},
		{"withheld", head + "columns:\n  P: CodicePersona\n  A: CodicePrestazione\n  B: CodiceFiscale\n  C: Cognome\n  D: Nome\n  E: EnteCFOperatore\n", []string{
			"6:6: a return flow carries neither fiscal codes nor names", "7:6: a return flow carries neither fiscal codes nor names",
			"8:6: a return flow carries neither fiscal codes nor names", "9:6: a return flow carries neither fiscal codes nor names"}},
		{"field twice", head + "columns:\n  P: CodicePersona\n  A: CodicePrestazione\n  B: CodicePrestazione\n", []string{"6:6: two columns map to the same field"}},
		{"column twice", head + "columns:\n  P: CodicePersona\n  A: CodicePrestazione\nignore: [A]\n", []string{"6:10: the column is named twice"}},
		{"no benefit code", head + "columns:\n  P: CodicePersona\n  A: Genere\n", []string{"4:4: no column maps to CodicePrestazione"}},
		{"column name without header", head + "header: false\n" + columns, []string{"4:11: without a header columns are called 1, 2, 3", "4:33: without a header columns are called 1, 2, 3"}},
		{"codes of no column", head + columns + "codes: {B: {x: \"1\"}}\n", []string{"4:9: the column is not in columns"}},
		{"a code that is none", head + "columns: {A: CodicePrestazione, B: Genere, P: CodicePersona}\ncodes: {B: {M: \"3\"}}\n", []string{"4:16: the code is not allowed for this field"}},
		{"a year of what is none", head + "flow: SINBA\ncolumns: {A: {field: IDBeneficiario, year: true}, B: {field: AnnoNascita, anno: true}, C: {field: LuogoVita, year: forse}}\n", []string{
			"4:14: year: true is only for fields that are a year, not of a return flow", "4:75: unknown key", "4:116: true or false is wanted here"}},
		{"yet to decide", head + "flow: PS_PSA_SINA\ncolumns: {A: \"?\", B: Genere, C: \"-\"}\ncodes: {B: {M: \"1\", x: \"?\"}}\nconstants: {EnteCodice: \"?\"}\n", []string{
			"4:14: to decide: which field this column is", "5:24: to decide: which code this value is", "6:25: to decide: no column has this field"}},
		{"joins", head + "flow: PS_PSA_SINA\nsheet: \"\"\ncolumns: {A: CodicePrestazione}\njoin:\n  - sheet: \"\"\n    on: {\"\": B}\n    columns: {C: Cognome, D: CodicePrestazione, E: Boh, F: \"?\"}\n    codes: {G: {}, C: {}}\n    boh: 1\n  - {sheet: X}\n", []string{
			"4:8: the sheet's name is empty", "7:12: the sheet's name is empty", "8:10: the column's name is empty",
			"9:30: two columns map to the same field", "9:52: the flow has no such field", "9:60: to decide: which field this column is", "10:13: the column is not in columns", "11:5: unknown key",
			"12:5: on is missing", "12:5: columns is missing"}},
		{"join is no list", head + "flow: PS_PSA_SINA\ncolumns: {A: CodicePrestazione}\njoin: {sheet: X}\n", []string{"5:7: a list of sheets is wanted here"}},
		{"join of a return flow", head + columns + "join: []\n", []string{"4:7: a return flow joins no sheets"}},
		{"join without names", head + "flow: PS_PSA_SINA\nheader: false\ncolumns: {\"1\": CodicePrestazione}\njoin: []\n", []string{"6:7: sheets without a row of names are not joined"}},
		{"joined twice", head + "flow: PS_PSA_SINA\nsheet: P\ncolumns: {A: CodicePrestazione}\njoin:\n  - {sheet: X, on: {A: B}, columns: {C: Cognome}}\n  - {sheet: x, on: {A: B}, columns: {C: Nome}}\n  - {sheet: p, on: {A: B}, columns: {C: Genere}}\n", []string{
			"8:5: the sheet is joined twice", "9:5: the sheet is joined twice"}},
		{"ignore is a text", head + columns + "ignore: B\n", []string{"4:9: a list is wanted here"}},
		{"an alias", head + "description: *x\n" + columns, []string{"3:14: a text is wanted here"}},
		{"too long", strings.Repeat("#", maxLayoutBytes+1), []string{"1:1: the layout file is over one mebibyte"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			l, err := ParseLayout([]byte(c.src))
			var faults LayoutFaults
			if l != nil || flusso.KindOf(err) != flusso.Config || !errors.As(err, &faults) {
				t.Fatalf("got %v, %v", l, err)
			}
			var got []string
			for _, line := range strings.Split(faults.In(flusso.En), "\n") {
				before, _, _ := strings.Cut(line, " (")
				got = append(got, before)
			}
			if strings.Join(got, "\n") != strings.Join(c.want, "\n") {
				t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(c.want, "\n"))
			}
		})
	}
}

// TestParseLayoutYearAndJoin: what a layout may say beyond names.
func TestParseLayoutYearAndJoin(t *testing.T) {
	l, err := ParseLayout([]byte(`
version: 1
name: prova
flow: PS_PSA_SINA
sheet: Prestazioni
columns: {Nato il: {field: AnnoNascita, year: true}, Note: "-", Cod: CodicePrestazione}
ignore: [Altro]
join:
  - sheet: Anagrafica
    on: {Utente: Codice, Anno: Anno}
    columns: {Cognome: Cognome, Sesso: Genere}
    codes: {Sesso: {F: "2"}}
    ignore: [Telefono]
`))
	if err != nil {
		t.Fatal(err)
	}
	if c := l.Columns[0]; l.Sheet != "Prestazioni" || len(l.Columns) != 2 || !c.Year || c.Field != AnnoNascita || len(l.Ignore) != 2 || l.Ignore[0] != "Note" {
		t.Errorf("read as %+v", l)
	}
	j := l.Join[0]
	if j.Sheet != "Anagrafica" || len(j.On) != 2 || j.On[0] != (LayoutKey{"Utente", "Codice"}) || len(j.Columns) != 2 || j.Columns[1].Codes["F"] != "2" || j.Ignore[0] != "Telefono" {
		t.Errorf("joined as %+v", j)
	}
}

// FuzzParseLayout: a layout that is read can be used, and no text panics.
func FuzzParseLayout(f *testing.F) {
	example, err := os.ReadFile("../../schedules/layouts/ritorno-inps.yaml")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(string(example))
	f.Add("version: 1\nname: x\ncolumns: {A: CodicePrestazione, B: CodicePersona}\nignore: [C]\ncodes: {A: {x: A1.01}}\n")
	f.Add("a: &a [*a]\n")
	f.Fuzz(func(t *testing.T, src string) {
		l, err := ParseLayout([]byte(src))
		if (l == nil) == (err == nil) {
			t.Fatalf("layout %v with error %v", l, err)
		}
		if l != nil {
			_, _ = codesOf(t, "A;B\nA1.04;2\n", Options{Layout: l})
		}
	})
}
