package testshared

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// stop is where the keyboard is.
type stop struct {
	Name string // by which it is called, as a screen reader says it
	Seen bool   // that it is there
}

const whereKeyboard = `(() => {
	const at = document.activeElement, style = getComputedStyle(at);
	if (at === document.body) return {Name: "", Seen: false}; // behind the last
	return {
		Name: (at.getAttribute("aria-label") || (at.labels && at.labels.length > 0 ? at.labels[0].innerText : at.innerText) || "").trim(),
		Seen: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0,
	};
})()`

// Tab goes to the next stop of the keyboard and gives its name; at each it can be seen
// where one is.
func (b *Browser) Tab(t testing.TB) string {
	t.Helper()
	Browse(b, t, chromedp.KeyEvent(kb.Tab))
	at := Browse(b, t, chromedp.Evaluate[stop](whereKeyboard))
	if at.Name != "" && !at.Seen {
		t.Errorf("that the keyboard is at %q cannot be seen", at.Name)
	}
	return at.Name
}

// Enter goes by the keyboard to what has a name, and presses Enter there.
func (b *Browser) Enter(t testing.TB, name string) {
	t.Helper()
	const most = 200
	for range most {
		if b.Tab(t) == name {
			Browse(b, t, chromedp.KeyEvent(kb.Enter))
			return
		}
	}
	t.Fatalf("the keyboard does not come to %q", name)
}

// Loaded waits until the page and its scripts are there: what is done before, no script
// hears of.
func (b *Browser) Loaded(t testing.TB) {
	t.Helper()
	for range 1200 {
		if Browse(b, t, chromedp.Evaluate[string](`document.readyState`)) == "complete" {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatal("the page is never loaded")
}

// SaveInto has the browser save into a folder; the function waits for a file there.
func (b *Browser) SaveInto(t testing.TB, folder string) func(name string) []byte {
	t.Helper()
	Browse(b, t, chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := chromedp.Call(ctx, browser.SetDownloadBehavior, browser.SetDownloadBehaviorParams{
			Behavior: browser.SetDownloadBehaviorBehaviorAllow, DownloadPath: folder,
		})
		return err
	}))
	return func(name string) []byte {
		t.Helper()
		for range 600 { // it gets its name when it is whole
			content, err := os.ReadFile(filepath.Join(folder, name))
			if err == nil {
				return content
			}
			time.Sleep(50 * time.Millisecond)
		}
		t.Fatalf("%s was not saved", name)
		return nil
	}
}
