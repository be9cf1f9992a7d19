package anonymize

import (
	"errors"
	"regexp"
	"strings"
	"testing"

	"flussi/internal/flusso"
	"flussi/internal/schema"
)

const base = "base: \"2026.1\"\n"

// override reads a file that must be without fault.
func override(t *testing.T, file string) *Matrix {
	t.Helper()
	m, err := LoadMatrix("matrice.yaml", strings.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// TestOverrideChangesItsCellsAlone: what a file does not name stays, what it
// names says who changed it, and the version tells that something did.
func TestOverrideChangesItsCellsAlone(t *testing.T) {
	m := override(t, base+"cells:\n  regione:\n    valore_isee: {level: nessuno, provenance: assumed, source: DPO 3/2026}\n")
	for _, class := range Classes {
		for _, c := range Categories {
			got, was := m.Cell(class, c), DefaultMatrix().Cell(class, c)
			if class == Regione && c == ValoreISEE {
				if got.Level != Nessuno || got.Source != "DPO 3/2026" || got.ChangedBy != "matrice.yaml" {
					t.Errorf("%+v", got)
				}
			} else if got != was {
				t.Errorf("%s, %s: %+v, want %+v", class, c, got, was)
			}
		}
	}
	if !regexp.MustCompile(`^2026\.1\+matrice\.yaml@[0-9a-f]{8}$`).MatchString(m.Version) {
		t.Errorf("version %s", m.Version)
	}
	if other := override(t, base+"cells: {}\n"); other.Version == m.Version {
		t.Error("two files, one version")
	}
	if DefaultMatrix().Cell(Regione, ValoreISEE).Level != IndividualeAnonimo {
		t.Error("the embedded matrix was changed")
	}
}

// TestOverrideOpensOnlyWithAnAct: of every change of level, those that open
// more need provenance: stated; no file gives identifying categories an
// anonymous form.
func TestOverrideOpensOnlyWithAnAct(t *testing.T) {
	for _, class := range Classes {
		for _, c := range Categories {
			for level := Nessuno; level <= Totale; level++ {
				for _, provenance := range []string{"stated", "inferred", "assumed"} {
					_, err := LoadMatrix("m", strings.NewReader(base+"cells: {"+class.String()+": {"+c.String()+": {level: "+level.String()+", provenance: "+provenance+", source: s}}}\n"))
					was := DefaultMatrix().Cell(class, c).Level
					opens := false
					for asked := Aggregato; asked <= Totale; asked++ {
						opens = opens || level.allows(asked) && !was.allows(asked)
					}
					identifying := c == DatiBeneficiario || c == DSU || c == ListeSelettive
					formless := identifying && (level == IndividualeAnonimo || level == Aggregato) || c == ListeSelettive && level == TotaleProprioEnte
					if want := formless || opens && provenance != "stated"; (err != nil) != want {
						t.Errorf("%s, %s: %s to %s, %s: %v", class, c, was, level, provenance, err)
					}
				}
			}
		}
	}
}

func TestOverrideFaults(t *testing.T) {
	cell := base + "cells:\n  mef:\n"
	field := base + "sensitive:\n"
	for name, c := range map[string]struct{ file, want string }{
		"class":        {base + "cells:\n  agenzia:\n    dsu: {level: nessuno, provenance: stated, source: s}\n", "m:3:3: unknown class of recipient"},
		"category":     {cell + "    reddito: {level: nessuno, provenance: stated, source: s}\n", "m:4:5: unknown category of data"},
		"level":        {cell + "    dsu: {level: tutto, provenance: stated, source: s}\n", "m:4:18: unknown level of visibility"},
		"provenance":   {cell + "    dsu: {level: totale, provenance: boh, source: s}\n", "m:4:38: provenance is stated, inferred or assumed"},
		"source":       {cell + "    dsu: {level: totale, provenance: stated}\n", "m:4:5: the cell does not say where it comes from (source)"},
		"class twice":  {cell + "    dsu: {level: nessuno, provenance: stated, source: s}\n  MEF:\n    nucleo: {level: nessuno, provenance: stated, source: s}\n", "m:5:3: the class is there twice"},
		"key":          {"celle: {}\n", "m:1:1: unknown key"},
		"version":      {"version: x\ncells: {}\n", "m:1:1: the version comes from base and the file's name: take version out, give base"},
		"no base":      {"cells: {}\n", "m:1:1: base is missing, the edition of the matrix that the file changes (flussi explain tells it)"},
		"other base":   {"base: \"2025.9\"\n", "m:1:7: written for another edition of the matrix: look at the cells again with flussi explain, then bring base up to date"},
		"not YAML":     {"a: [\n", "m:1:4: not valid YAML"},
		"scalar":       {base + "cells: 3\n", "m:2:8: key: value pairs are needed here"},
		"empty":        {"", "m:1:1: one document of key: value pairs is needed"},
		"opens":        {cell + "    tipologia: {level: totale, provenance: inferred, source: s}\n", "m:4:5: it opens more than the base does: provenance: stated is needed, with the act that allows it as source"},
		"no form":      {cell + "    beneficiario: {level: aggregato, provenance: stated, source: s}\n", "m:4:5: this category points to persons: it has no anonymous or aggregate form"},
		"field":        {field + "  Genere: {treatment: withheld, provenance: assumed, source: s}\n", "m:3:3: not a sensitive field (docs/visibility.md lists them)"},
		"no field":     {field + "  Boh: {treatment: withheld, provenance: assumed, source: s}\n", "m:3:3: not a sensitive field (docs/visibility.md lists them)"},
		"treatment":    {field + "  SINAMobilita: {treatment: shown, provenance: stated, source: s}\n", "m:3:29: the treatment is withheld or distinct"},
		"no treatment": {field + "  SINAMobilita: {provenance: stated, source: s}\n", "m:3:3: treatment, provenance and source are needed"},
		"no act":       {field + "  SINAMobilita: {treatment: distinct, l: 3, provenance: stated}\n", "m:3:3: treatment, provenance and source are needed"},
		"no l":         {field + "  SINAMobilita: {treatment: distinct, provenance: stated, source: s}\n", "m:3:3: l goes with treatment: distinct, from 2 to 9"},
		"l too small":  {field + "  SINAMobilita: {treatment: distinct, l: 1, provenance: stated, source: s}\n", "m:3:42: l goes with treatment: distinct, from 2 to 9"},
		"l too large":  {field + "  SINAMobilita: {treatment: distinct, l: 4, provenance: stated, source: s}\n", "m:3:3: the field has fewer values than l"},
		"withheld, l":  {field + "  Disabilita: {treatment: withheld, l: 2, provenance: assumed, source: s}\n", "m:3:3: l goes with treatment: distinct, from 2 to 9"},
		"unstated":     {field + "  SINAMobilita: {treatment: distinct, l: 3, provenance: inferred, source: s}\n", "m:3:3: it opens more than the base does: provenance: stated is needed, with the act that allows it as source"},
		"repeats":      {field + "  SINAInvCiv: {treatment: distinct, l: 2, provenance: stated, source: s}\n", "m:3:3: this field repeats in a record: it has no form in an anonymous row"},
	} {
		_, err := LoadMatrix("m", strings.NewReader(c.file))
		var faults Faults
		if flusso.KindOf(err) != flusso.Config || !errors.As(err, &faults) || !strings.Contains(faults.In(flusso.En)+"\n", c.want+"\n") {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
		for _, f := range faults {
			if f.What.It == "" {
				t.Errorf("%s: no Italian", name)
			}
		}
	}
}

// FuzzLoadMatrix: whatever a file holds, it is read or refused with places in
// it; what is read opens nothing without an act.
func FuzzLoadMatrix(f *testing.F) {
	f.Add([]byte(base + "cells: {regione: {dsu: {level: totale, provenance: stated, source: s}}}\nsensitive: {SINAMobilita: {treatment: distinct, l: 3, provenance: stated, source: s}}\n"))
	f.Add([]byte("base: &b \"2026.1\"\ncells: *b\nsensitive: {? [x]: y}\n"))
	f.Add([]byte("base: 2026.1\ncells: {x: {y: z}, regione: {x: y}}\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		m, err := LoadMatrix("m", strings.NewReader(string(data)))
		var faults Faults
		if err != nil {
			if !errors.As(err, &faults) || len(faults) == 0 || faults[0].Line < 1 || faults[0].Column < 1 {
				t.Errorf("%v", err)
			}
			return
		}
		for _, class := range Classes {
			for _, c := range Categories {
				if cell := m.Cell(class, c); cell.Level.opensMore(DefaultMatrix().Cell(class, c).Level) && cell.Provenance != "stated" {
					t.Errorf("%s, %s opened: %+v", class, c, cell)
				}
			}
		}
	})
}

// TestSensitiveChoices: each sensitive field of each flow has a choice with its
// reason in both languages, and no other field has one; judicial fields and
// those that tell of violence are withheld.
func TestSensitiveChoices(t *testing.T) {
	for _, r := range roles {
		p, chosen := protections[r.Field]
		name := schema.Info(r.Field).Name
		if chosen != (r.Role == SensitiveValue) {
			t.Errorf("%s: role %d, chosen %v", name, r.Role, chosen)
		}
		if chosen && (p.Why.It == "" || p.Why.En == "" || p.Distinct == 1) {
			t.Errorf("%s: %+v", name, p)
		}
		if found, ok := sensitiveField(name); chosen && (!ok || found != r.Field) {
			t.Errorf("%s: a file cannot name it", name)
		}
		if p.Distinct > 0 && !canLeave(r.Field) {
			t.Errorf("%s has no form in a row", name)
		}
	}
	for f, p := range protections {
		if (p.Why == whyJudicial || p.Why == whyViolence || p.Why == whyHealth) && p.Distinct > 0 {
			t.Errorf("%s leaves", schema.Info(f).Name)
		}
	}
}

// TestSensitiveOverride: a file withholds what leaves, and opens with an act
// what does not, where the class is diverse enough for its l.
func TestSensitiveOverride(t *testing.T) {
	var minors []string
	for i := range 6 {
		minors = append(minors, minor("M"+string(rune('a'+i)), 2012, ""))
	}
	flow := sinbaFlow(minors...)
	column := func(m *Matrix, name string) (there bool, values map[string]int) {
		req := request(lazio, flusso.SINBA, IndividualeAnonimo)
		o := discloseBy(t, m, req, 100, flow)
		values = map[string]int{}
		for _, c := range o.columns {
			there = there || c.Name == name
		}
		for _, row := range o.rows {
			values[row[name]]++
		}
		return there, values
	}
	if there, _ := column(DefaultMatrix(), "Disabilita"); !there {
		t.Fatal("disability does not leave by the built-in choice: nothing to withhold")
	}
	closed := override(t, base+"sensitive:\n  Disabilita: {treatment: withheld, provenance: assumed, source: DPO}\n  FormaInterventoAffido: {treatment: withheld, provenance: assumed, source: DPO}\n")
	for _, name := range []string{"Disabilita", "Collocazione"} {
		if there, _ := column(closed, name); there {
			t.Errorf("%s leaves although a file withholds it", name)
		}
	}
	opened := override(t, base+"sensitive:\n  LuogoVita: {treatment: distinct, l: 3, provenance: stated, source: L.R. 1/2026 art. 2}\n")
	there, values := column(opened, "LuogoVita")
	if !there || values["*"] != 6 {
		t.Errorf("a class with one value: %v %v", there, values)
	}
	places := []string{"1", "1", "1", "2", "2", "3"}
	for i, p := range places {
		minors[i] = strings.Replace(minors[i], `LuogoVita="1"`, `LuogoVita="`+p+`"`, 1)
	}
	flow = sinbaFlow(minors...)
	if _, values = column(opened, "LuogoVita"); values["1"] != 3 || values["2"] != 2 || values["3"] != 1 {
		t.Errorf("a class with three values: %v", values)
	}
	stricter := override(t, base+"sensitive:\n  LuogoVita: {treatment: distinct, l: 4, provenance: stated, source: L.R. 1/2026 art. 2}\n")
	if _, values = column(stricter, "LuogoVita"); values["*"] != 6 {
		t.Errorf("three values where four are asked: %v", values)
	}
}
