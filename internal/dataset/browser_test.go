package dataset

import (
	"context"
	"encoding/json"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"flussi/internal/anonymize"
	"flussi/internal/flusso"
	"flussi/internal/testshared"
)

// TestReportInABrowser opens the page of each form and level in Chromium, light
// and dark: axe-core finds nothing against WCAG 2.1 AA, without scripts the page
// says the same, and on a narrow screen it need not be moved sideways.
// FLUSSI_SCREENSHOTS names a folder for pictures.
func TestReportInABrowser(t *testing.T) {
	axe := testshared.Axe(t)
	ctx, stop := chromedp.NewExecAllocator(t.Context(), append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(testshared.Peer(t, "chromium")), chromedp.NoSandbox)...)
	defer stop()
	ctx, stop = chromedp.NewContext(ctx)
	defer stop()
	rows, _ := disclose(t, t.TempDir(), "r1", "prestazioni", anonymize.IndividualeAnonimo, 3)
	inner := *rows.Proof
	inner.Linkage = []Linkage{{Recipient: "ministero-lavoro", Dataset: "prestazioni", Release: "r1", Columns: []string{"anno", "regione"}, Joined: 3, Smallest: 12}}
	inner.Notes = []text{{It: "per i totali citare «quadro»", En: "cite quadro for totals"}}
	cells, _ := disclose(t, t.TempDir(), "r1", "quadro", anonymize.Aggregato, 3)
	named := Proof{Form: InnerForm, Level: "totale", SignedBy: someSigner.Public(), Rounding: 1}
	for name, p := range map[string]Proof{"inner": inner, "outer": inner.outer(), "tables": cells.Proof.outer(), "named": named} {
		page, err := p.page()
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(t.TempDir(), "divulgazione.html")
		if err := os.WriteFile(path, page, 0o600); err != nil {
			t.Fatal(err)
		}
		for _, scheme := range []string{"light", "dark"} {
			t.Run(name+" "+scheme, func(t *testing.T) { judgePage(ctx, t, path, scheme, axe, p.verdict(flusso.It), p.verdict(flusso.En)) })
		}
	}
}

// TestDictionaryInABrowser does the same with the data dictionary, which is the
// other page that goes with a release.
func TestDictionaryInABrowser(t *testing.T) {
	axe := testshared.Axe(t)
	ctx, stop := chromedp.NewExecAllocator(t.Context(), append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(testshared.Peer(t, "chromium")), chromedp.NoSandbox)...)
	defer stop()
	ctx, stop = chromedp.NewContext(ctx)
	defer stop()
	for _, d := range []struct {
		dataset string
		level   anonymize.Level
	}{{"prestazioni", anonymize.IndividualeAnonimo}, {"quadro", anonymize.Aggregato}} {
		s, _ := disclose(t, t.TempDir(), "r1", d.dataset, d.level, 3)
		for _, scheme := range []string{"light", "dark"} {
			t.Run(d.dataset+" "+scheme, func(t *testing.T) {
				judgePage(ctx, t, filepath.Join(s.Dir, dictionaryPage), scheme, axe, "Dizionario dei dati", "Data dictionary", "CodicePrestazione")
			})
		}
	}
}

func judgePage(ctx context.Context, t *testing.T, path, scheme, axe string, wants ...string) {
	address := (&url.URL{Scheme: "file", Path: path}).String()
	browse(ctx, t, emulate(emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}}))
	screen := emulation.SetDeviceMetricsOverrideParams{Width: 1100, Height: 1500, DeviceScaleFactor: 1}
	browse(ctx, t, emulate(emulation.SetDeviceMetricsOverride, screen))
	show := func(scripts bool) string {
		browse(ctx, t, emulate(emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: !scripts}))
		if err := chromedp.Do(ctx, chromedp.Navigate(address)); err != nil {
			t.Fatal(err)
		}
		return browse(ctx, t, chromedp.Text("body"))
	}
	silent, said := show(false), show(true)
	if said != silent {
		t.Error("without scripts the page says something else")
	}
	for _, want := range wants {
		if !strings.Contains(said, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	browse(ctx, t, chromedp.Evaluate[chromedp.Void](axe))
	violations := browse(ctx, t, chromedp.Evaluate[string](`axe.run({runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]}).then(r => JSON.stringify(
		{passes: r.passes.length, violations: r.violations.map(v => v.id + ": " + v.nodes.map(n => n.html + " " + n.failureSummary).join(" | "))}))`,
		chromedp.EvalAwaitPromise))
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
	shoot(ctx, t)
	screen.Width = 320
	browse(ctx, t, emulate(emulation.SetDeviceMetricsOverride, screen))
	if width := browse(ctx, t, chromedp.Evaluate[int64](`document.documentElement.scrollWidth`)); width > screen.Width {
		t.Errorf("the page is %d pixels wide on a screen of %d", width, screen.Width)
	}
}

// shoot takes a picture of the page, where somebody wants to look at it.
func shoot(ctx context.Context, t *testing.T) {
	t.Helper()
	folder := os.Getenv("FLUSSI_SCREENSHOTS")
	if folder == "" {
		return
	}
	name := strings.NewReplacer("/", "-", " ", "-").Replace(t.Name()) + ".png"
	if err := os.WriteFile(filepath.Join(folder, name), browse(ctx, t, chromedp.FullScreenshot(100)), 0o600); err != nil {
		t.Fatal(err)
	}
}

// emulate is an action that has the browser show pages as another would.
func emulate[P any](command cdp.Command[P, cdp.Empty], params P) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, command, params)
		return err
	})
}

// browse gives what an action in the browser gives.
func browse[T any](ctx context.Context, t *testing.T, action chromedp.Action[T]) T {
	t.Helper()
	got, err := chromedp.Run(ctx, action)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// TestDescriptionInABrowser opens the page about a release, of rows and of tables,
// in the same way; and its style sheet is the one that its policy allows.
func TestDescriptionInABrowser(t *testing.T) {
	axe := testshared.Axe(t)
	ctx, stop := chromedp.NewExecAllocator(t.Context(), append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(testshared.Peer(t, "chromium")), chromedp.NoSandbox)...)
	defer stop()
	ctx, stop = chromedp.NewContext(ctx)
	defer stop()
	for dataset, level := range map[string]anonymize.Level{"prestazioni": anonymize.IndividualeAnonimo, "quadro": anonymize.Aggregato} {
		root := t.TempDir()
		disclose(t, root, "inc-1", dataset, level, 5)
		disclose(t, root, "inc-2", dataset, level, 6)
		d, page := mustDescribe(t, filepath.Join(root, "regione-lazio", dataset), flusso.It)
		path := filepath.Join(t.TempDir(), "pagina.html")
		if err := os.WriteFile(path, []byte(page), 0o600); err != nil {
			t.Fatal(err)
		}
		for _, scheme := range []string{"light", "dark"} {
			t.Run(dataset+" "+scheme, func(t *testing.T) {
				judgePage(ctx, t, path, scheme, axe, "regione-lazio / "+dataset, d.page.blocks[0].Title, textOverviewKept.It)
				if color := browse(ctx, t, chromedp.Evaluate[string](`getComputedStyle(document.querySelector("header")).backgroundColor`)); color != "rgb(0, 102, 204)" {
					t.Errorf("the header's colour is %s: the style sheet does not hold", color)
				}
			})
		}
		// On paper what is folded away on the screen is there too.
		t.Run(dataset+" print", func(t *testing.T) {
			browse(ctx, t, emulate(emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: "print"}))
			browse(ctx, t, emulate(emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{Width: 800, Height: 1100, DeviceScaleFactor: 1}))
			if high := browse(ctx, t, chromedp.Evaluate[float64](`Math.min(...[...document.querySelectorAll("details table")].map(t => t.getBoundingClientRect().height))`)); high < 20 {
				t.Errorf("a table of the page is %v pixels high in print", high)
			}
			shoot(ctx, t)
			browse(ctx, t, emulate(emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: "screen"}))
		})
	}
}
