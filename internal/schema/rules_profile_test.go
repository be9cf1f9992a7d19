package schema

import (
	"errors"
	"maps"
	"strings"
	"testing"
)

func TestParseProfile(t *testing.T) {
	for src, want := range map[string]map[string]Severity{
		"rules: {PS-038: error, ps-044: off, SINBA-020: warning}\n": {"PS-038": SeverityError, "PS-044": 0, "SINBA-020": SeverityWarning},
		"name: n\ndescription: d\nrules:\n  PS-001: \"off\"\n":      {"PS-001": 0},
		"rules: {PS-042: error}\nfrom: praticato\n":                 {"PS-042": SeverityError, "PS-044": SeverityWarning, "PS-045": SeverityWarning, "PS-046": SeverityWarning},
		"from: inps\nrules: {PS-042: warning}\n":                    {"PS-042": SeverityWarning},
	} {
		p, err := ParseProfile([]byte(src))
		if err != nil || !maps.Equal(p.Rules, want) {
			t.Errorf("%q: %+v, %v", src, p, err)
		}
	}
	if shipped, _ := ProfileByName("praticato"); shipped.Rules["PS-042"] != SeverityWarning {
		t.Error("a profile from praticato has changed praticato")
	}
}

// TestParseProfileFaults: each fault with its place, in English.
func TestParseProfileFaults(t *testing.T) {
	for src, want := range map[string][]string{
		"":                          {"1:1: the file is not YAML"},
		"rules: [":                  {"1:8: the file is not YAML"},
		"name: n\n":                 {"1:1: the profile changes no rule"},
		"- PS-001\n":                {"1:1: a table of keys and values is wanted here"},
		"regole: {PS-001: off}\n":   {"1:1: unknown key"},
		"from: altro\nrules: {}\n":  {"1:7: unknown rules profile"},
		"rules: PS-001\n":           {"1:8: a table of keys and values is wanted here"},
		"rules: {PS-001: avviso}\n": {"1:17: value not allowed"},
		"rules:\n  XSD-001: off\n  PS-999: off\n  RIT-024: warning\n  FILE-003: off\n": {
			"2:3: not a rule whose severity", "3:3: not a rule whose severity", "4:3: not a rule whose severity", "5:3: not a rule whose severity"},
	} {
		_, err := ParseProfile([]byte(src))
		var faults LayoutFaults
		if !errors.As(err, &faults) || len(faults) != len(want) {
			t.Errorf("%q: %v", src, err)
			continue
		}
		for i, line := range strings.Split(faults.Error(), "\n") {
			if !strings.HasPrefix(line, want[i]) {
				t.Errorf("%q: %s, want %s", src, line, want[i])
			}
		}
	}
}
