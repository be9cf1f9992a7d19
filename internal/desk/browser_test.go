package desk_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"flussi/internal/desk"
	"flussi/internal/flusso"
	"flussi/internal/testshared"
)

// TestInABrowser goes the whole way in Chromium: the address, the file, the verdict,
// the faults of a rule, the row. Every page on it: axe-core finds nothing against
// WCAG 2.1 AA, light and dark; without scripts it says the same; on a narrow screen
// it need not be moved sideways; nothing breaks its policy. Closing the tab ends the
// desk. FLUSSI_SCREENSHOTS names a folder for pictures.
func TestInABrowser(t *testing.T) {
	browser := testshared.OpenBrowser(t)
	s := serve(t, desk.Options{Lang: flusso.It, Linger: 30 * time.Second})
	path := filepath.Join(t.TempDir(), "flusso-di-maggio.xml")
	if err := os.WriteFile(path, flow(t, 400, 0.3), 0o600); err != nil {
		t.Fatal(err)
	}
	do := func(steps ...chromedp.Action[chromedp.Void]) {
		t.Helper()
		for _, step := range steps {
			testshared.Browse(browser, t, step)
		}
	}
	do(chromedp.Navigate(s.address), chromedp.WaitVisible("#file"))
	do(chromedp.SetUploadFiles("#file", []string{path}), chromedp.WaitVisible("caption"))
	verdict := testshared.Browse(browser, t, chromedp.Text("#flow-1"))
	do(chromedp.Click("tbody a"), chromedp.WaitVisible("#regola"))
	list := testshared.Browse(browser, t, chromedp.Location())
	do(chromedp.Click("tbody a"), chromedp.WaitVisible("mark"))
	row := testshared.Browse(browser, t, chromedp.Location())
	if !strings.Contains(list, "regola=") || !strings.Contains(row, "/riga?") {
		t.Fatalf("the way went over %s and %s", list, row)
	}
	mend := filepath.Join(t.TempDir(), "flusso-di-giugno.xml")
	if err := os.WriteFile(mend, mendable(t, 40), 0o600); err != nil {
		t.Fatal(err)
	}
	do(chromedp.Navigate(s.base+"/"), chromedp.WaitVisible("#file"), chromedp.SetUploadFiles("#file", []string{mend}), chromedp.WaitVisible("#repairs-1"))
	do(chromedp.Click("button[value=codice-fiscale]"), chromedp.WaitVisible(".desk-mended a.btn"))
	do(chromedp.Click(".desk-mended a.btn"), chromedp.WaitVisible("ins"))
	changes := testshared.Browse(browser, t, chromedp.Location())
	if !strings.HasSuffix(changes, "/file/3/cambiamenti") {
		t.Fatalf("the changes are at %s", changes)
	}
	for name, p := range map[string]struct{ address, want string }{
		"home": {s.base + "/", "flusso-di-maggio.xml"}, "file": {s.base + "/file/1", verdict}, "list": {list, "Scegli che cosa vedere"}, "row": {row, "Rimedio"},
		"repairs": {s.base + "/file/2", "Riparazioni"}, "mended": {s.base + "/file/3", "Riparato da"}, "changes": {changes, "I cambiamenti"},
		"wrong": {s.base + "/file/99", "non c'è più"},
	} {
		for _, scheme := range []string{"light", "dark"} {
			t.Run(name+" "+scheme, func(t *testing.T) { browser.Judge(t, p.address, scheme, p.want) })
		}
	}
}
