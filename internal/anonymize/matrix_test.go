package anonymize

import (
	"reflect"
	"strings"
	"testing"

	"flussi/internal/flusso"
	"flussi/internal/schema"
)

// TestEveryCellSaysWhy: the embedded matrix has every crossing, each with a
// level, a provenance and a source.
func TestEveryCellSaysWhy(t *testing.T) {
	m := DefaultMatrix()
	if m.Version == "" {
		t.Error("no version")
	}
	for _, class := range Classes {
		for _, c := range Categories {
			if _, ok := m.cells[class][c]; !ok {
				t.Errorf("%s, %s: no cell", class, c)
			}
		}
	}
}

// TestMatrixIsTheSheet pins the levels, a row for each class in the order of
// the categories: T totale, E totale_proprio_ente, I individuale_anonimo,
// A aggregato, - nessuno.
func TestMatrixIsTheSheet(t *testing.T) {
	letter := map[Level]string{Totale: "T", TotaleProprioEnte: "E", IndividualeAnonimo: "I", Aggregato: "A", Nessuno: "-"}
	for class, want := range map[Class]string{
		INPS: "TTTTTTTT", AdE: "TTTTTTT-", GdF: "TTTTTTTT", Comune: "I-IIII--",
		Ministero: "A-AAAA--", Ente: "EEEEEEE-", MEF: "A-AAAA--", Regione: "I-IIII--",
	} {
		got := ""
		for _, c := range Categories {
			got += letter[DefaultMatrix().Cell(class, c).Level]
		}
		if got != want {
			t.Errorf("%s: %s, want %s", class, got, want)
		}
	}
}

// TestEveryFieldHasOneRole: each field of each flow is in the table once, with
// a category, a role and words for what becomes of it.
func TestEveryFieldHasOneRole(t *testing.T) {
	times := map[schema.Field]int{}
	for _, r := range roles {
		times[r.Field]++
		if r.Category == 0 || r.Role == 0 || r.Anonymous.It == "" || r.Anonymous.En == "" {
			t.Errorf("%s: no category, role or words", schema.Info(r.Field).Name)
		}
	}
	for _, tipo := range flusso.Tipi {
		for _, f := range schema.Fields(tipo) {
			if times[f.Field] != 1 {
				t.Errorf("%s: %d roles", f.Path, times[f.Field])
			}
		}
	}
}

// TestEveryReasonHasWords, in both languages, what and hint.
func TestEveryReasonHasWords(t *testing.T) {
	for r := reason(1); r < numReasons; r++ {
		w := reasons[r]
		for _, s := range []string{w.what.It, w.what.En, w.hint.It, w.hint.En} {
			if s == "" {
				t.Errorf("reason %d lacks words", r)
			}
		}
	}
	if numReasons < 17 {
		t.Errorf("%d reasons", numReasons-1)
	}
}

// TestSchemesFit: both schemes fit in a packed row at full visibility, their
// ladders never confuse a coarse value with a fine one, end in a class of year
// and region alone, and every attribute says what it is in both languages.
func TestSchemesFit(t *testing.T) {
	for _, tipo := range []flusso.Tipo{flusso.PSPSASINA, flusso.SINBA} {
		v := &View{matrix: DefaultMatrix(), req: request(Recipient{Name: "inps", Class: INPS, Agreement: agreement}, tipo, IndividualeAnonimo), visible: 0xffff}
		a, err := newAnonymous(v)
		if err != nil {
			t.Fatal(err)
		}
		a.attributes.benefit.fine = []string{"A1.04", "A2.02", otherBenefit, "piu"}
		if err := a.layout.Check(ladder(a.attributes.domains, a.attributes.rungs)); err != nil {
			t.Error(err)
		}
		for _, d := range a.attributes.domains {
			left := map[string]bool{}
			for _, code := range d.reach {
				left[d.value(code)] = true
			}
			if d.role == 0 && !d.always && !reflect.DeepEqual(left, map[string]bool{star: true}) {
				t.Errorf("%s, %s: the residual class tells %v", a.attributes.name, d.column.Name, left)
			}
			if d.column.Description == "" || d.column.DescriptionEn == "" || d.column.Treatment == "" || d.column.Source == "" {
				t.Errorf("%s, %s: undescribed", a.attributes.name, d.column.Name)
			}
		}
		for _, s := range stepNames(a.attributes.rungs) {
			if s.It == "" || s.En == "" {
				t.Errorf("%s: a step without a name", a.attributes.name)
			}
		}
	}
}

func TestExplain(t *testing.T) {
	for _, class := range Classes {
		r := Recipient{Name: "prova", Class: class}
		it, en := DefaultMatrix().Explain(r, flusso.It), DefaultMatrix().Explain(r, flusso.En)
		for _, c := range Categories {
			if !strings.Contains(it, categoryTexts[c].It) || !strings.Contains(en, categoryTexts[c].En) {
				t.Errorf("%s: %s is not explained", class, c)
			}
		}
		if strings.Contains(it+en, "%!") {
			t.Errorf("%s: a text and its values disagree:\n%s", class, it)
		}
	}
	text := DefaultMatrix().Explain(lazio, flusso.It)
	for _, tipo := range flusso.Tipi {
		for _, f := range schema.Fields(tipo) {
			if tipo != flusso.Ritorno && !strings.Contains(text, f.Path) {
				t.Errorf("%s is not explained to a Regione", f.Path)
			}
		}
	}
	if !strings.Contains(DefaultMatrix().Explain(Recipient{Class: Ente}, flusso.En), "EnteCFOperatore, DenominazionePrestazione") {
		t.Error("an Ente is not told what leaves under totale only")
	}
	if got := DefaultMatrix().Explain(Recipient{}, flusso.En); !strings.Contains(got, "unknown class") {
		t.Errorf("no class: %s", got)
	}
}
