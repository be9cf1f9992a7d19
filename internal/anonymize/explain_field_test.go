package anonymize

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"flussi/internal/config/strict/stricttest"
	"flussi/internal/flusso"
	"flussi/internal/schema"
	"flussi/internal/table"
)

// scoped is a recipient of a class with the scope it needs.
func scoped(class Class) Recipient {
	r := Recipient{Name: "r", Class: class, Agreement: agreement}
	switch class {
	case Regione:
		r.Territory.Regione = "ITI4"
	case Comune:
		r.Territory.Comune = "H501"
	default:
		r.Ente = "H501"
	}
	return r
}

// TestFateIsWhatHappens: for every class at every level and every field of both
// flows, what explain says is what a view does: of identified views a column is
// there exactly where the field leaves; of the others no column has its values.
func TestFateIsWhatHappens(t *testing.T) {
	for _, class := range Classes {
		for level := Aggregato; level <= Totale; level++ {
			for _, tipo := range []flusso.Tipo{flusso.PSPSASINA, flusso.SINBA} {
				v, err := DefaultMatrix().Open(request(scoped(class), tipo, level), nil)
				columns := map[string]bool{}
				if err == nil {
					for _, c := range v.Columns() {
						for _, field := range append([]table.Column{c}, c.Fields...) {
							columns[field.Source] = true
						}
					}
				}
				for _, f := range schema.Fields(tipo) {
					fate := DefaultMatrix().Fate(class, level, f)
					if fate.What.It == "" || fate.What.En == "" || strings.Contains(fate.What.It+fate.What.En, "%!") {
						t.Errorf("%s, %s, %s: no words: %+v", class, level, f.Path, fate.What)
					}
					switch {
					case err != nil && fate.Leaves:
						t.Errorf("%s, %s: %s leaves, and the gate says %v", class, level, f.Path, err)
					case err == nil && level >= TotaleProprioEnte && fate.Leaves != columns[f.Path]:
						t.Errorf("%s, %s: %s leaves: %v, a column: %v", class, level, f.Path, fate.Leaves, columns[f.Path])
					case err == nil && level < TotaleProprioEnte && !fate.Leaves && columns[f.Path]:
						t.Errorf("%s, %s: %s does not leave, and has a column", class, level, f.Path)
					}
				}
			}
		}
	}
}

// TestFateOfPersons: of rows of persons, what explain says leaves is what makes a
// column, or the code; no other column has its values.
func TestFateOfPersons(t *testing.T) {
	r := lazio
	r.Linkability = LinkPeriod
	for _, tipo := range flusso.Tipi {
		set := newPersone(tipo)
		sources := map[string]bool{}
		for _, d := range set.domains {
			sources[d.column.Source] = true
		}
		for _, f := range schema.Fields(tipo) {
			fate := DefaultMatrix().FateFor(r, IndividualeAnonimo, f)
			if fate.What.It == "" || fate.What.En == "" {
				t.Errorf("%s: no words", f.Path)
			}
			if sources[f.Path] && !fate.Leaves {
				t.Errorf("%s does not leave, and has a column", f.Path)
			}
			if _, made := ofPersons[f.Field]; fate.Leaves != made {
				t.Errorf("%s leaves: %v", f.Path, fate.Leaves)
			}
		}
	}
}

// TestVisibilityPages: the tables of docs/visibilita.md and docs/visibility.md
// are the matrix and the roles. With -update they are written anew; the rest of
// the pages is for people to write.
func TestVisibilityPages(t *testing.T) {
	for _, page := range []struct {
		path string
		lang flusso.Lang
	}{{"../../docs/visibilita.md", flusso.It}, {"../../docs/visibility.md", flusso.En}} {
		data, err := os.ReadFile(page.path)
		if err != nil {
			t.Fatal(err)
		}
		text := string(data)
		for name, table := range map[string]string{"matrix": matrixTable(page.lang), "fields": fieldTable(page.lang)} {
			begin, end := "<!-- "+name+": written by make golden -->\n", "<!-- end of "+name+" -->"
			from, to := strings.Index(text, begin), strings.Index(text, end)
			if from < 0 || to < from {
				t.Fatalf("%s: no place for %s", page.path, name)
			}
			text = text[:from+len(begin)] + table + text[to:]
		}
		if stricttest.Updating() {
			if err := os.WriteFile(page.path, []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
		} else if text != string(data) {
			t.Errorf("%s is not what the code says: make golden", page.path)
		}
	}
}

func matrixTable(lang flusso.Lang) string {
	var b strings.Builder
	fmt.Fprintf(&b, "\n| %s |", DefaultMatrix().Version)
	for _, class := range Classes {
		fmt.Fprintf(&b, " %s |", class)
	}
	b.WriteString("\n|---|" + strings.Repeat("---|", len(Classes)) + "\n")
	for _, c := range Categories {
		fmt.Fprintf(&b, "| %s |", categoryTexts[c].In(lang))
		for _, class := range Classes {
			cell := DefaultMatrix().Cell(class, c)
			fmt.Fprintf(&b, " %s (%s: %s) |", cell.Level, cell.Provenance, cell.Source)
		}
		b.WriteString("\n")
	}
	return b.String() + "\n"
}

func fieldTable(lang flusso.Lang) string {
	var b strings.Builder
	b.WriteString(flusso.Text{
		It: "\n| campo | categoria | ruolo | nelle viste anonime |\n|---|---|---|---|\n",
		En: "\n| field | category | role | in anonymous views |\n|---|---|---|---|\n",
	}.In(lang))
	told := map[schema.Field]bool{}
	for _, tipo := range flusso.Tipi {
		for _, f := range schema.Fields(tipo) {
			if told[f.Field] {
				continue
			}
			told[f.Field] = true
			role := RoleOf(f.Field)
			what := role.Anonymous
			if role.Role == SensitiveValue {
				_, what = DefaultMatrix().ProtectionOf(f.Field).words(role)
			}
			fmt.Fprintf(&b, "| `%s` | %s | %s | %s |\n", f.Path, categoryTexts[role.Category].In(lang), roleTexts[role.Role].In(lang), what.In(lang))
		}
	}
	return b.String() + "\n"
}
