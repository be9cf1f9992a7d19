package testshared

import (
	"context"
	"encoding/json"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// Browser is Chromium, with axe-core at hand.
type Browser struct {
	ctx context.Context //nolint:containedctx // the browser lives as long
	axe string
}

// OpenBrowser starts Chromium, which ends with the test.
func OpenBrowser(t testing.TB) *Browser {
	t.Helper()
	axe := Axe(t)
	ctx, stop := chromedp.NewExecAllocator(t.Context(), append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(Peer(t, "chromium")), chromedp.NoSandbox)...)
	t.Cleanup(stop)
	ctx, stop = chromedp.NewContext(ctx)
	t.Cleanup(stop)
	// Whoever asks first starts it, and it ends with his context.
	if err := chromedp.Do(ctx, chromedp.Navigate("about:blank")); err != nil {
		t.Fatal(err)
	}
	return &Browser{ctx, axe}
}

// JudgePage opens the page at path as somebody sees it who likes it light or dark:
// it says all of wants, axe-core finds nothing against WCAG 2.1 AA and its best
// practices, without scripts it says the same, and on a screen as narrow as WCAG
// asks for (1.4.10) it need not be moved sideways. FLUSSI_SCREENSHOTS names a
// folder for pictures.
func (b *Browser) JudgePage(t testing.TB, path, scheme string, wants ...string) {
	t.Helper()
	b.Judge(t, (&url.URL{Scheme: "file", Path: path}).String(), scheme, wants...)
}

// Judge is JudgePage of a page that somebody serves.
func (b *Browser) Judge(t testing.TB, address, scheme string, wants ...string) {
	t.Helper()
	Browse(b, t, Emulate(emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}}))
	screen := emulation.SetDeviceMetricsOverrideParams{Width: 1100, Height: 1500, DeviceScaleFactor: 1}
	Browse(b, t, Emulate(emulation.SetDeviceMetricsOverride, screen))
	show := func(scripts bool) string {
		Browse(b, t, Emulate(emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: !scripts}))
		if err := chromedp.Do(b.ctx, chromedp.Navigate(address)); err != nil {
			t.Fatal(err)
		}
		return Browse(b, t, chromedp.Text("body"))
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
	Browse(b, t, chromedp.Evaluate[chromedp.Void](b.axe))
	violations := Browse(b, t, chromedp.Evaluate[string](`axe.run({runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]}).then(r => JSON.stringify(
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
	b.Shoot(t)
	screen.Width = 320
	Browse(b, t, Emulate(emulation.SetDeviceMetricsOverride, screen))
	if width := Browse(b, t, chromedp.Evaluate[int64](`document.documentElement.scrollWidth`)); width > screen.Width {
		t.Errorf("the page is %d pixels wide on a screen of %d", width, screen.Width)
	}
}

// Shoot takes a picture of the page, where somebody wants to look at it.
func (b *Browser) Shoot(t testing.TB) {
	t.Helper()
	folder := os.Getenv("FLUSSI_SCREENSHOTS")
	if folder == "" {
		return
	}
	name := strings.NewReplacer("/", "-", " ", "-").Replace(t.Name()) + ".png"
	if err := os.WriteFile(filepath.Join(folder, name), Browse(b, t, chromedp.FullScreenshot(100)), 0o600); err != nil {
		t.Fatal(err)
	}
}

// Emulate is an action that has the browser show pages as another would.
func Emulate[P any](command cdp.Command[P, cdp.Empty], params P) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, command, params)
		return err
	})
}

// patience is how long one action may take: what is waited for and does not come is a
// failure with a place, and no test that never ends.
const patience = 2 * time.Minute

// Browse gives what an action in the browser gives.
func Browse[T any](b *Browser, t testing.TB, action chromedp.Action[T]) T {
	t.Helper()
	ctx, stop := context.WithTimeout(b.ctx, patience)
	defer stop()
	got, err := chromedp.Run(ctx, action)
	if err != nil {
		t.Fatal(err)
	}
	return got
}
