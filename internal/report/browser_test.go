package report_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

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
	axe := testshared.Axe(t)
	ctx, stop := chromedp.NewExecAllocator(t.Context(), append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(testshared.Peer(t, "chromium")), chromedp.NoSandbox)...)
	defer stop()
	ctx, stop = chromedp.NewContext(ctx)
	defer stop()
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
				t.Run(fmt.Sprintf("%s %s %s", name, lang, scheme), func(t *testing.T) { judgePage(ctx, t, path, scheme, axe) })
			}
		}
	}
}

func judgePage(ctx context.Context, t *testing.T, path, scheme, axe string) {
	address := (&url.URL{Scheme: "file", Path: path}).String()
	colours := emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}}
	run(ctx, t, emulate(emulation.SetEmulatedMedia, colours))
	screen := emulation.SetDeviceMetricsOverrideParams{Width: 1100, Height: 1500, DeviceScaleFactor: 1}
	run(ctx, t, emulate(emulation.SetDeviceMetricsOverride, screen))
	show := func(scripts bool) string {
		run(ctx, t, emulate(emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: !scripts}))
		if err := chromedp.Do(ctx, chromedp.Navigate(address)); err != nil {
			t.Fatal(err)
		}
		return run(ctx, t, chromedp.Text("body"))
	}
	silent, said := show(false), show(true)
	run(ctx, t, chromedp.Evaluate[chromedp.Void](axe))
	violations := run(ctx, t, chromedp.Evaluate[string](`axe.run({runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]}).then(r => JSON.stringify(
		{passes: r.passes.length, violations: r.violations.map(v => v.id + ": " + v.nodes.map(n => n.html + " " + n.failureSummary).join(" | "))}))`,
		chromedp.EvalAwaitPromise))
	if said != silent || !strings.Contains(said, "flussi") {
		t.Error("without scripts the page says something else")
	}
	var judged struct {
		Passes     int
		Violations []string
	}
	if err := json.Unmarshal([]byte(violations), &judged); err != nil {
		t.Fatal(err)
	}
	if judged.Passes < 10 {
		t.Errorf("axe looked at %d rules only", judged.Passes)
	}
	for _, v := range judged.Violations {
		t.Error(v)
	}
	if folder := os.Getenv("FLUSSI_SCREENSHOTS"); folder != "" {
		name := strings.NewReplacer("/", "-", " ", "-").Replace(t.Name()) + ".png"
		picture := run(ctx, t, chromedp.FullScreenshot(100))
		if err := os.WriteFile(filepath.Join(folder, name), picture, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	screen.Width = 320
	run(ctx, t, emulate(emulation.SetDeviceMetricsOverride, screen))
	if width := run(ctx, t, chromedp.Evaluate[int64](`document.documentElement.scrollWidth`)); width > screen.Width {
		t.Errorf("the page is %d pixels wide on a screen of %d", width, screen.Width)
	}
}

// emulate is an action that has the browser show pages as another would.
func emulate[P any](command cdp.Command[P, cdp.Empty], params P) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, command, params)
		return err
	})
}

// run gives what an action in the browser gives.
func run[T any](ctx context.Context, t *testing.T, action chromedp.Action[T]) T {
	t.Helper()
	got, err := chromedp.Run(ctx, action)
	if err != nil {
		t.Fatal(err)
	}
	return got
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
