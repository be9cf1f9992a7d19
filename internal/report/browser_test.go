package report_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"flussi/internal/flusso"
	"flussi/internal/report"
	"flussi/internal/schema"
	"flussi/internal/testshared"
)

// TestPageInABrowser opens the page in Chromium, in both languages, light and
// dark: axe-core finds nothing against WCAG 2.1 AA and its best practices, with
// scripts switched off the page says the same, and on a screen as narrow as WCAG
// asks for (1.4.10) it need not be moved sideways. FLUSSI_SCREENSHOTS names a
// folder for pictures.
func TestPageInABrowser(t *testing.T) {
	browser := testshared.OpenBrowser(t)
	clean := strings.Replace(faulty, `Genere="9"`, `Genere="1"`, 1)
	scenes := map[string][]report.File{
		"one fault":     {judged(t, "flusso.xml", faulty)},
		"nothing found": {judged(t, "flusso.xml", clean)},
		"refused":       {judged(t, "flusso.xml", faulty[:400])},
		"many":          {manyFaults(), judged(t, "b.xml", clean), judged(t, "c.xml", faulty[:400])},
	}
	for name, files := range scenes {
		for _, lang := range []flusso.Lang{flusso.It, flusso.En} {
			path := filepath.Join(t.TempDir(), "report.html")
			if err := os.WriteFile(path, []byte(write(t, report.HTML, lang, files...)), 0o600); err != nil {
				t.Fatal(err)
			}
			for _, scheme := range []string{"light", "dark"} {
				t.Run(fmt.Sprintf("%s %s %s", name, lang, scheme), func(t *testing.T) { browser.JudgePage(t, path, scheme, "flussi") })
			}
		}
	}
}

// manyFaults has more faults, rules and digits than the page shows at once.
func manyFaults() report.File {
	f := report.File{
		Name: "un-flusso-con-un-nome-molto-lungo-che-non-ha-dove-andare-a-capo.xml", Tipo: "PS_PSA_SINA", SchemaValid: true,
		Records: 1_000_000, Valid: 1, Rejected: 999_999, ByRule: map[string]int64{},
	}
	for i, rule := range schema.Rules() {
		if i%12 != 0 {
			continue
		}
		for n := range 2 + 37*i {
			f.Add(schema.Fault{
				Rule: rule.Code, Severity: rule.Severity, Line: n + 3, Column: 7, Path: "Flusso/Beneficiario/PrestazioniSociali/@DenominazionePrestazione",
				Record: int64(n), Beneficiario: int64(n/2 + 1), BeneficiarioLine: n + 2,
			}, report.MaxDetails)
			f.ByRule[rule.Code]++
			f.Faults++
			if rule.Severity == schema.SeverityError {
				f.Errors++
			}
		}
	}
	return f
}
