package schema

import (
	"strings"
	"testing"
)

// TestProposedValuesAreKept: whatever a cell has stands in a layout so that it is read
// as the same value.
func TestProposedValuesAreKept(t *testing.T) {
	for _, value := range []string{
		`a"b`, `a\b`, `\n`, "a\tb", "è così", "<<", "~", "null", "Null", "true", "yes", "?", "? x", "-", "- x", "#", "a # b", "a: b", ":", "{a}", "[a]", "&a", "*a", "!a", "%a", "@a", "`a", "'a'", "a,b", "|", ">",
		"0x1F", "1e3", "1.5", "007", "2026-01-31", "🙂", "a\u00a0b", "\u0001", "\u200b", "a\u2028b", "\u0085", "\ufeffx", strings.Repeat("é", 60),
	} {
		cells := strings.Split(exportRow, ";")
		cells[5] = `"` + strings.ReplaceAll(value, `"`, `""`) + `"`
		p, err := ProposeLayout(strings.NewReader(exportHead+"\n"+strings.Join(cells, ";")+"\n"), ProposeOptions{Name: value})
		if err != nil {
			t.Errorf("%q: %v", value, err)
			continue
		}
		d := &layoutDocument{lenient: true}
		l := d.read(p.Text)
		if len(d.faults) > 0 {
			t.Errorf("%q: %v", value, d.faults)
			continue
		}
		found := ""
		for _, c := range l.Columns {
			if c.Field == Genere {
				for v := range c.Codes {
					found = v
				}
			}
		}
		if want := strings.TrimSpace(value); found != want || l.Name != value {
			t.Errorf("%q is read as %q, the name as %q", want, found, l.Name)
		}
	}
}

// FuzzProposeLayout: whatever table it is, what is proposed can be read, stays as it is
// when it is proposed again, and holds no value of a column without codes.
func FuzzProposeLayout(f *testing.F) {
	f.Add(exportHead + "\n" + exportRow + "\n")
	f.Add("sep=,\r\nSesso,Cittadinanza,\"Comune residenza\",Cognome\r\nF,Congo,\"Castro\nLE\",SEGRETISSIMO\r\n")
	f.Add("Codice minore;Disabilità;Prestazioni;;Sesso;Sesso\na;X;SAD|ADI;b;c;d\n")
	f.Add("Beneficiario\tC.F.\tNato il\n1\tx\t1/1/2000\n")
	f.Fuzz(func(t *testing.T, table string) {
		p, err := ProposeLayout(strings.NewReader(table), ProposeOptions{Name: "x"})
		if err != nil {
			return
		}
		d := &layoutDocument{lenient: true}
		if d.read(p.Text); len(d.faults) > 0 && !strings.Contains(string(p.Text), `"": "?"`) {
			t.Fatalf("%v in\n%s", d.faults, p.Text)
		}
		if len(d.faults) > 0 {
			return // a column without a name is a fault of the file
		}
		again, err := ProposeLayout(strings.NewReader(table), ProposeOptions{Name: "x", Known: p.Text})
		if err != nil || string(again.Text) != string(p.Text) {
			t.Fatalf("again %v\n%s\nafter\n%s", err, again.Text, p.Text)
		}
	})
}
