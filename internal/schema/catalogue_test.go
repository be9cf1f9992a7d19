package schema

import (
	"regexp"
	"strings"
	"testing"

	"flussi/internal/flusso"
)

// TestCatalogue: every rule can be explained in both languages and traced.
func TestCatalogue(t *testing.T) {
	code := regexp.MustCompile(`^(XSD|FILE|PS|SINBA|RIT)-[0-9]{3}$`)
	seen := map[string]bool{}
	for _, r := range Rules() {
		if !code.MatchString(r.Code) || seen[r.Code] {
			t.Errorf("%s is no code, or stands twice", r.Code)
		}
		seen[r.Code] = true
		if r.Severity != SeverityWarning && r.Severity != SeverityError || len(r.Tipi) == 0 || r.Source == "" {
			t.Errorf("%s lacks severity, kinds of flow or source", r.Code)
		}
		for _, text := range []flusso.Text{r.Message, r.Remedy} {
			for _, s := range []string{text.It, text.En} {
				if s == "" || strings.Contains(s, "\n") || strings.HasSuffix(s, ".") {
					t.Errorf("%s: %q is not one line of a sentence", r.Code, s)
				}
			}
			if text.It == text.En {
				t.Errorf("%s says %q in both languages", r.Code, text.It)
			}
		}
		if got, ok := RuleByCode(strings.ToLower(r.Code)); !ok || got.Code != r.Code {
			t.Errorf("RuleByCode does not find %s", r.Code)
		}
	}
	for _, r := range businessRules {
		if r.XSD || r.Field == "" {
			t.Errorf("%s is the XSD's, or has no field", r.Code)
		}
	}
	if _, ok := RuleByCode("PS-999"); ok {
		t.Error("RuleByCode finds what is not there")
	}
}
