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
