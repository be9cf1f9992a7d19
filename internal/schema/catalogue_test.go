package schema

import (
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
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
		texts := []flusso.Text{r.Message, r.Remedy}
		if isBusiness(r.Code) {
			texts = append(texts, r.Condition)
		}
		for _, text := range texts {
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
		if !isBusiness(r.Code) || r.XSD || r.Field == "" {
			t.Errorf("%s is the XSD's, has no field or another family's code", r.Code)
		}
	}
	if _, ok := RuleByCode("PS-999"); ok {
		t.Error("RuleByCode finds what is not there")
	}
}

// isBusiness tells the codes of business rules from those of form.
func isBusiness(code string) bool {
	return strings.HasPrefix(code, "PS-") || strings.HasPrefix(code, "SINBA-")
}

// TestRulesPages: docs/regole.md and docs/rules.md are the catalogue. With
// -update they are written anew.
func TestRulesPages(t *testing.T) {
	for _, page := range []struct {
		path, title, intro, columns string
		lang                        flusso.Lang
		severity                    map[Severity]string
	}{
		{
			"../../docs/regole.md", "# Le regole di flussi", "La stessa pagina in inglese: [rules.md](rules.md). Scritta da `make golden`; una regola sola: `flussi explain PS-036`.\n\n" +
				"Un errore respinge il record, quello di un Beneficiario tutte le sue prestazioni, quello dell'intestazione il file; un avviso no. " +
				"Il profilo predefinito, `inps`, segue alla lettera i documenti dell'INPS. Gli altri cambiano la gravità; un file proprio (`--profile FILE.yaml`) parte da uno di essi: `{from: praticato, rules: {PS-044: error, PS-038: off}}`, con error, warning o off per le sole regole PS- e SINBA-.\n",
			"| codice | flusso | campo | condizione | gravità | messaggio → rimedio | fonte |", flusso.It,
			map[Severity]string{SeverityError: "errore", SeverityWarning: "avviso"},
		},
		{
			"../../docs/rules.md", "# The rules of flussi", "The same page in Italian: [regole.md](regole.md). Written by `make golden`; a single rule: `flussi explain PS-036`.\n\n" +
				"An error rejects the record, one of a Beneficiario all its benefits, one of the header the file; a warning does not. " +
				"The default profile, `inps`, follows INPS's documents to the letter. The others change severities; a file of one's own (`--profile FILE.yaml`) starts from one of them: `{from: praticato, rules: {PS-044: error, PS-038: off}}`, with error, warning or off for PS- and SINBA- rules alone.\n",
			"| code | flow | field | condition | severity | message → remedy | source |", flusso.En,
			map[Severity]string{SeverityError: "error", SeverityWarning: "warning"},
		},
	} {
		var b strings.Builder
		fmt.Fprintf(&b, "%s\n\n%s\n", page.title, page.intro)
		for _, p := range Profiles() {
			fmt.Fprintf(&b, "- `%s`: %s", p.Name, p.Description.In(page.lang))
			for i, code := range slices.Sorted(maps.Keys(p.Rules)) {
				fmt.Fprintf(&b, "%s %s", map[bool]string{true: ":", false: ","}[i == 0], code)
			}
			b.WriteString("\n")
		}
		fmt.Fprintf(&b, "\n%s\n|---|---|---|---|---|---|---|\n", page.columns)
		for _, r := range Rules() {
			tipi := make([]string, len(r.Tipi))
			for i, tipo := range r.Tipi {
				tipi[i] = tipo.String()
			}
			cells := []string{
				r.Code, strings.Join(tipi, ", "), r.Field, r.Condition.In(page.lang), page.severity[r.Severity],
				r.Message.In(page.lang) + " → " + r.Remedy.In(page.lang), r.Source,
			}
			for i, cell := range cells {
				cells[i] = strings.NewReplacer("|", "\\|", "<", "&lt;", ">", "&gt;").Replace(cell)
			}
			fmt.Fprintf(&b, "| %s |\n", strings.Join(cells, " | "))
		}
		if *update {
			if err := os.WriteFile(page.path, []byte(b.String()), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		got, err := os.ReadFile(page.path)
		if err != nil || string(got) != b.String() {
			t.Errorf("%s is not the catalogue's (%v): make golden", page.path, err)
		}
	}
}
