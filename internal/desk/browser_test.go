package desk_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"flussi/internal/desk"
	"flussi/internal/flusso"
	"flussi/internal/schema"
	"flussi/internal/testshared"
)

// TestInABrowser goes the whole way in Chromium: the address, the file, the verdict,
// the faults of a rule, the row. Every page on it: axe-core finds nothing against
// WCAG 2.1 AA, light and dark; without scripts it says the same; on a narrow screen
// it need not be moved sideways; nothing breaks its policy. Closing the tab ends the
// desk. FLUSSI_SCREENSHOTS names a folder for pictures.
func TestInABrowser(t *testing.T) {
	browser := testshared.OpenBrowser(t)
	o := withOffice(t)
	o.Linger = 30 * time.Second
	s := serve(t, o)
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
	browser.Loaded(t)
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
	do(chromedp.Navigate(s.base+"/"), chromedp.WaitVisible("#file"))
	browser.Loaded(t)
	do(chromedp.SetUploadFiles("#file", []string{mend}), chromedp.WaitVisible("#repairs-1"))
	do(chromedp.Click("button[value=codice-fiscale]"), chromedp.WaitVisible(".desk-mended a.btn"))
	do(chromedp.Click(".desk-mended a.btn"), chromedp.WaitVisible("ins"))
	changes := testshared.Browse(browser, t, chromedp.Location())
	if !strings.HasSuffix(changes, "/file/3/cambiamenti") {
		t.Fatalf("the changes are at %s", changes)
	}
	valid := filepath.Join(t.TempDir(), "flusso-di-luglio.xml")
	if err := os.WriteFile(valid, flow(t, 20, 0), 0o600); err != nil {
		t.Fatal(err)
	}
	do(chromedp.Navigate(s.base+"/invii"), chromedp.WaitVisible("#codice"), chromedp.SendKeys("#codice", "H501"), chromedp.SendKeys("#denominazione", "Comune di prova"), chromedp.Click("#add-ente"), chromedp.WaitVisible("#ente-H501"))
	do(chromedp.Navigate(s.base+"/"), chromedp.WaitVisible("#file"))
	browser.Loaded(t)
	do(chromedp.SetUploadFiles("#file", []string{valid}), chromedp.WaitVisible("#prepare-1"))
	do(chromedp.Click("#prepare-do-1"), chromedp.WaitVisible("#steps"))
	made := testshared.Browse(browser, t, chromedp.Location())
	for name, p := range map[string]struct{ address, want string }{
		"home": {s.base + "/", "flusso-di-maggio.xml"}, "file": {s.base + "/file/1", verdict}, "list": {list, "Scegli che cosa vedere"}, "row": {row, "Rimedio"},
		"repairs": {s.base + "/file/2", "Riparazioni"}, "mended": {s.base + "/file/3", "Riparato da"}, "changes": {changes, "I cambiamenti"},
		"sent": {s.base + "/invii", "da inviare"}, "valid": {s.base + "/file/4", "Prepara l'invio"}, "made": {made, "Che cosa fare ora"},
		"wrong": {s.base + "/file/99", "non c'è più"},
	} {
		for _, scheme := range []string{"light", "dark"} {
			t.Run(name+" "+scheme, func(t *testing.T) { browser.Judge(t, p.address, scheme, p.want) })
		}
	}
}

// TestByKeyboard goes the way without a mouse: from the file that was chosen to the
// repair, each change, and the flow that is saved, by Tab and Enter alone. Where the
// keyboard is can be seen at every stop.
func TestByKeyboard(t *testing.T) {
	browser := testshared.OpenBrowser(t)
	s := serve(t, desk.Options{Lang: flusso.It, Linger: 30 * time.Second})
	content := mendable(t, 40)
	folder := t.TempDir()
	path := filepath.Join(folder, "flusso-di-giugno.xml")
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	saved := browser.SaveInto(t, folder)
	do := func(steps ...chromedp.Action[chromedp.Void]) {
		t.Helper()
		for _, step := range steps {
			testshared.Browse(browser, t, step)
		}
	}
	do(chromedp.Navigate(s.address), chromedp.WaitVisible("#file"))
	browser.Loaded(t)
	if first := browser.Tab(t); first != "Vai al contenuto" {
		t.Errorf("the first stop is %q", first)
	}
	do(chromedp.SetUploadFiles("#file", []string{path}), chromedp.WaitVisible("#repairs-1")) // the system's own window chooses
	browser.Enter(t, "Ripara: codice-fiscale")
	do(chromedp.WaitVisible(".desk-mended"))
	browser.Enter(t, "Guarda ogni cambiamento")
	do(chromedp.WaitVisible("ins"))
	browser.Enter(t, "flusso-di-giugno-riparato.xml")
	do(chromedp.WaitVisible(".desk-mended"))
	browser.Enter(t, "XML")
	got := saved("flusso-di-giugno-riparato.xml")
	if summary, err := schema.Check(t.Context(), bytes.NewReader(got), schema.Options{}); err != nil || summary.Faults > 0 || summary.Records == 0 {
		t.Errorf("what was saved has %d faults in %d records (%v)", summary.Faults, summary.Records, err)
	}
	browser.Enter(t, "Annulla le riparazioni")
	do(chromedp.WaitVisible("#repairs-1"))
	browser.Enter(t, "Chiudi flussi")
	do(chromedp.WaitVisible("#closed"))
}
