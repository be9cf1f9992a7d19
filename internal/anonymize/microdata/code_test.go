package microdata

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"flussi/internal/anonymize/pseudonym"
	"flussi/internal/anonymize/recode"
	"flussi/internal/flusso"
)

func coding(t *testing.T, digit, basis string) *Coding {
	t.Helper()
	m, err := pseudonym.ParseMaster([]byte(strings.Repeat(digit, 64)))
	if err != nil {
		t.Fatal(err)
	}
	return &Coding{Master: m, Purpose: "prova", Space: pseudonym.CodicePersona, Basis: basis}
}

// TestCodes: over several parts each identifier has the code that its key gives,
// a suppressed row none, and Reveal undoes what may be undone.
func TestCodes(t *testing.T) {
	for _, basis := range []string{"", "art. 1"} {
		in := &lines{names: []string{"id", "class"}}
		for i := range 20_000 {
			in.rows = append(in.rows, []string{fmt.Sprintf("persona-%05d", i), fmt.Sprint(i % 1000)})
		}
		in.rows[3][0] = ""
		in.rows[9000][1] = "alone"
		spec := Spec{K: 5, Suppression: 0.5, Columns: []Column{{Name: "id", Role: Code, Coding: coding(t, "7", basis)}, {Name: "class", Role: Quasi}}}
		out, report := publish(t, in, spec)
		direct, err := newCoder(spec.Columns[0].Coding)
		if err != nil {
			t.Fatal(err)
		}
		codes := map[string]bool{}
		for i, row := range out.rows {
			id, ok := direct.identifier([]byte(in.rows[i][0]))
			want := string(direct.appendCode(nil, id))
			switch {
			case !ok:
				want = ""
			case row[1] == "*":
				want = noCode
			}
			if row[0] != want {
				t.Fatalf("row %d: code %q, want %q", i, row[0], want)
			}
			codes[row[0]] = true
		}
		if len(codes) != 20_000 || out.rows[9000][0] != noCode || out.rows[3][0] != "" {
			t.Errorf("%d codes", len(codes))
		}
		if r := report.Codes; len(r) != 1 || r[0].Column != "id" || len(r[0].KeyID) != 16 || r[0].Basis != basis || r[0].Purpose != "prova" {
			t.Errorf("report: %+v", r)
		}
		back := &lines{}
		err = Reveal(context.Background(), out, spec, back)
		if basis == "" {
			if flusso.KindOf(err) != flusso.Denied || len(back.rows) > 0 {
				t.Errorf("codes without a basis are turned back: %v", err)
			}
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		for i, row := range back.rows {
			want := strings.ToUpper(in.rows[i][0])
			if out.rows[i][0] == noCode {
				want = noCode
			}
			if row[0] != want || row[1] != out.rows[i][1] {
				t.Fatalf("row %d: %q, want %q", i, row[0], want)
			}
		}
		for name, other := range map[string]*Coding{
			"another key":     coding(t, "8", basis),
			"another purpose": {Master: spec.Columns[0].Coding.Master, Purpose: "altra", Space: pseudonym.CodicePersona, Basis: basis},
			"another kind":    {Master: spec.Columns[0].Coding.Master, Purpose: "prova", Space: pseudonym.NucleoFamiliare, Basis: basis},
		} {
			spec.Columns[0].Coding = other
			var e *flusso.Error
			if err := Reveal(context.Background(), out, spec, &lines{}); !errors.As(err, &e) || e.Kind != flusso.Invalid {
				t.Errorf("%s turns codes back: %v", name, err)
			}
		}
	}
}

// TestCodesThatLinkAreRefused: wherever the two rows of an identifier stand, and
// however it is written.
func TestCodesThatLinkAreRefused(t *testing.T) {
	spec := Spec{K: 1, Columns: []Column{{Name: "id", Role: Code, Coding: coding(t, "7", "")}, {Name: "class", Role: Quasi}}}
	for _, again := range []int{1, 6999, 7000, 14_999} {
		in := &lines{names: []string{"id", "class"}}
		for i := range 15_000 {
			in.rows = append(in.rows, []string{fmt.Sprint("p", i), "x"})
		}
		in.rows[again][0] = " P0 "
		if _, err := decide(in, spec); flusso.KindOf(err) != flusso.Invalid || !strings.Contains(err.Error(), "several rows") {
			t.Errorf("again in row %d: %v", again, err)
		}
	}
}

func decide(in Source, spec Spec) (*Plan, error) {
	return Decide(context.Background(), in, spec, recode.Room{}, noClock)
}
