package dataset

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"flussi/internal/anonymize"
	"flussi/internal/flusso"
	"flussi/internal/spool"
	"flussi/internal/territory"
	"flussi/internal/testshared"
)

// TestReportInABrowser opens the page of each form and level in Chromium, light
// and dark: axe-core finds nothing against WCAG 2.1 AA, without scripts the page
// says the same, and on a narrow screen it need not be moved sideways.
// FLUSSI_SCREENSHOTS names a folder for pictures.
func TestReportInABrowser(t *testing.T) {
	browser := testshared.OpenBrowser(t)
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
			t.Run(name+" "+scheme, func(t *testing.T) { browser.JudgePage(t, path, scheme, p.verdict(flusso.It), p.verdict(flusso.En)) })
		}
	}
}

// TestDictionaryInABrowser does the same with the data dictionary, which is the
// other page that goes with a release.
func TestDictionaryInABrowser(t *testing.T) {
	browser := testshared.OpenBrowser(t)
	for _, d := range []struct {
		dataset string
		level   anonymize.Level
	}{{"prestazioni", anonymize.IndividualeAnonimo}, {"quadro", anonymize.Aggregato}} {
		s, _ := disclose(t, t.TempDir(), "r1", d.dataset, d.level, 3)
		for _, scheme := range []string{"light", "dark"} {
			t.Run(d.dataset+" "+scheme, func(t *testing.T) {
				browser.JudgePage(t, filepath.Join(s.Dir, dictionaryPage), scheme, "Dizionario dei dati", "Data dictionary", "CodicePrestazione")
			})
		}
	}
}

// TestDescriptionInABrowser opens the page about a release, of rows and of tables,
// in the same way; and its style sheet is the one that its policy allows.
func TestDescriptionInABrowser(t *testing.T) {
	browser := testshared.OpenBrowser(t)
	for dataset, level := range map[string]anonymize.Level{"prestazioni": anonymize.IndividualeAnonimo, "quadro": anonymize.Aggregato} {
		root := t.TempDir()
		disclose(t, root, "inc-1", dataset, level, 5)
		disclose(t, root, "inc-2", dataset, level, 6)
		residents := &territory.Population{}
		err := residents.Read("p.csv", strings.NewReader("comune;anno;sesso;eta;persone\n058091;2026;M;40;4000\n058091;2027;M;40;4000\n"))
		if err == nil {
			err = WriteTables(spool.OS, root, "regione-lazio", dataset, []territory.Table{residents.Table(territory.Area{})}, FlatOptions{})
		}
		if err != nil {
			t.Fatal(err)
		}
		d, page := mustDescribe(t, filepath.Join(root, "regione-lazio", dataset), flusso.It)
		path := filepath.Join(t.TempDir(), "pagina.html")
		if err := os.WriteFile(path, []byte(page), 0o600); err != nil {
			t.Fatal(err)
		}
		for _, scheme := range []string{"light", "dark"} {
			t.Run(dataset+" "+scheme, func(t *testing.T) {
				browser.JudgePage(t, path, scheme, "regione-lazio / "+dataset, d.page.blocks[0].Title, textOverviewKept.It)
				if color := testshared.Browse(browser, t, chromedp.Evaluate[string](`getComputedStyle(document.querySelector("header")).backgroundColor`)); color != "rgb(0, 102, 204)" {
					t.Errorf("the header's colour is %s: the style sheet does not hold", color)
				}
			})
		}
		// On paper what is folded away on the screen is there too.
		t.Run(dataset+" print", func(t *testing.T) {
			testshared.Browse(browser, t, testshared.Emulate(emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: "print"}))
			testshared.Browse(browser, t, testshared.Emulate(emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{Width: 800, Height: 1100, DeviceScaleFactor: 1}))
			if high := testshared.Browse(browser, t, chromedp.Evaluate[float64](`Math.min(...[...document.querySelectorAll("details table")].map(t => t.getBoundingClientRect().height))`)); high < 20 {
				t.Errorf("a table of the page is %v pixels high in print", high)
			}
			browser.Shoot(t)
			testshared.Browse(browser, t, testshared.Emulate(emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: "screen"}))
		})
	}
}
