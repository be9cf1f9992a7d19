package strict_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"flussi/internal/config/strict"
	"flussi/internal/flusso"
)

func TestNearest(t *testing.T) {
	known := []string{"address", "user", "password", "key", "host_keys", "to"}
	for got, want := range map[string]string{
		"adress": "address", "Address": "address", "addresss": "address", "adresss": "address",
		"pasword": "password", "passwort": "password", "host-keys": "host_keys", "hostkeys": "host_keys",
		"usre": "user", "kye": "key", "keys": "key", "t": "to",
		"usage": "", "": "", "secret": "", "hunter2": "", "xkeyx": "",
		strings.Repeat("address", 20): "",
	} {
		if near := strict.Nearest(got, known); near != want {
			t.Errorf("%q is near %q, want %q", got, near, want)
		}
	}
}

func TestDate(t *testing.T) {
	for s, ok := range map[string]bool{
		"2026-12-31": true, "2024-02-29": true, "2026-02-29": false, "2026-2-9": false,
		"0000-01-01": false, "31/12/2026": false, "2026-12-31T00:00:00Z": false, "": false,
	} {
		d, got := strict.ParseDate(s)
		if got != ok || got && d.String() != s {
			t.Errorf("%q: %v, %v", s, d, got)
		}
	}
	d := strict.Date{Year: 2026, Month: 2, Day: 28}
	if next := d.AddDays(1); next != (strict.Date{Year: 2026, Month: 3, Day: 1}) || !d.Before(next) || next.Before(d) || d.Before(d) {
		t.Errorf("the day after %v is %v", d, next)
	}
	if !d.Within(strict.Date{}, strict.Date{}) || !d.Within(d, d) || d.Within(d.AddDays(1), strict.Date{}) || d.Within(strict.Date{}, d.AddDays(-1)) {
		t.Error("bounds")
	}
	if strict.DateOf(time.Date(2026, 12, 31, 23, 59, 0, 0, time.UTC)).String() != "2026-12-31" || (strict.Date{}).String() != "" {
		t.Error("strings")
	}
	if js, err := json.Marshal(d); err != nil || string(js) != `"2026-02-28"` {
		t.Errorf("JSON %s, %v", js, err)
	}
}

func TestClock(t *testing.T) {
	for s, want := range map[string]int{
		"00:00": 0, "09:30": 570, "23:59": 1439, "24:00": 1440,
		"24:01": -1, "25:00": -1, "12:60": -1, "9:00": -1, "09.00": -1, "": -1, "-1:00": -1, "+9:00": -1,
	} {
		got, ok := strict.Clock(s)
		if ok != (want >= 0) || ok && got != want {
			t.Errorf("%q: %d, %v", s, got, ok)
		}
	}
}

func TestFaultsAreAnErrorOfKindConfig(t *testing.T) {
	_, doc := strict.Decode("x.yaml", "/", []byte("[1"), strict.Text())
	err := doc.Faults().Err()
	if flusso.KindOf(err) != flusso.Config {
		t.Errorf("Kind %v", flusso.KindOf(err))
	}
	var faults strict.Faults
	if !errors.As(err, &faults) || len(faults) != 1 || faults[0].File != "x.yaml" {
		t.Errorf("faults %v", err)
	}
	if (strict.Faults{}).Err() != nil {
		t.Error("no faults are an error")
	}
}

// A fault at a path the file lacks stands at what encloses it.
func TestFaultPlace(t *testing.T) {
	type pair struct{ A, B string }
	object := strict.Map(strict.Object(flusso.Text{},
		strict.Required("a", strict.Text(), func(p *pair) *string { return &p.A }, flusso.Text{}),
		strict.Optional("b", strict.Text(), func(p *pair) *string { return &p.B }, flusso.Text{}),
	), nil)
	got, doc := strict.Decode("x.yaml", "/", []byte("one:\n  a: x\n  b: y\ntwo: {a: z}\n"), object)
	if len(doc.Faults()) > 0 || got["one"] != (pair{"x", "y"}) || got["two"] != (pair{"z", ""}) {
		t.Fatalf("%v, %v", got, doc.Faults())
	}
	for path, want := range map[string][2]int{
		"one.b": {3, 6}, "two.a": {4, 10}, "two.b": {4, 1}, "two.b[3].c": {4, 1}, "three.a": {1, 1}, "": {1, 1},
	} {
		if f := doc.Fault(path, flusso.Text{}, flusso.Text{}); f.Line != want[0] || f.Column != want[1] {
			t.Errorf("%s stands at %d:%d, want %v", path, f.Line, f.Column, want)
		}
	}
}

// A fault stands where an editor shows it, whatever comes before.
func TestLineAndColumn(t *testing.T) {
	for _, before := range []string{
		"", "# comment\n", "\n\n\n", "a: b\n", "a: b # comment\n\n# comment\n", "a: 'x\n  y'\n", "a: \"x\\\n  y\"\n", "a: |\n  x\n  y\n\n",
		"a: >-\n  x\n\n  y\n", "a: x\n  y\n", "a: \"è\"\n", "---\n", "---\n# è\n", "a: {\n  b: c,\n\n  d: e }\n", "a:\n- b\n\n-  c\n", "a: \"x\\ty\"\n", "a:\n\n  # c\n\n  b: 'è''è'\n",
	} {
		for _, ending := range []string{"\n", "\r\n", "\r"} {
			for _, last := range []struct {
				text   string
				column int
			}{{"bad: []", 6}, {"bad: [ ]  # x", 6}, {"\"è\": []", 1}} {
				text := strings.ReplaceAll(before+last.text+"\nz: z\n", "\n", ending)
				_, doc := strict.Decode("x", "/", []byte(text), strict.Map(strict.List(strict.Text()), nil))
				want := strings.Count(before, "\n") + 1
				found := false
				for _, f := range doc.Faults() {
					found = found || f.Line == want && f.Column == last.column
				}
				if !found {
					t.Errorf("%q: no fault at %d:%d in %v", text, want, last.column, doc.Faults())
				}
			}
		}
	}
}

// What is hostile to a recursive parser ends soon and quietly.
func TestHostile(t *testing.T) {
	for name, text := range map[string]string{
		"brackets": strings.Repeat("[", 200_000), "braces": strings.Repeat("{a: ", 60_000),
		"dashes": strings.Repeat("- ", 100_000), "questions": strings.Repeat("? ", 100_000),
		"colons": strings.Repeat("a: ", 80_000), "aliases": "a: &a [x]\n" + strings.Repeat("b: *a\n", 30_000),
		"indents": staircase(600), "quotes": strings.Repeat("\"", 200_000), "anchors": strings.Repeat("&a ", 80_000),
		"tags": strings.Repeat("!!a ", 60_000), "blocks": strings.Repeat("|\n", 100_000), "documents": strings.Repeat("---\n", 60_000),
		"large": strings.Repeat("#", strict.MaxSize+1), "commas": "[" + strings.Repeat(",", 200_000) + "]",
	} {
		start := time.Now()
		_, doc := strict.Decode(name, "/", []byte(text), strict.Map(strict.Text(), nil))
		if len(doc.Faults()) == 0 {
			t.Errorf("%s was taken", name)
		}
		t.Logf("%s: %v, %d faults", name, time.Since(start).Round(time.Millisecond), len(doc.Faults()))
	}
}

// staircase nests by indentation as deep as it is long.
func staircase(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(strings.Repeat(" ", i) + "a:\n")
	}
	return b.String()
}
