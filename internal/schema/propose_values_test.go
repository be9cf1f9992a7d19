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
