package exchange_test

import (
	"os"
	"path/filepath"
	"testing"

	"flussi/internal/ledger"
)

// TestReleaseKeysEndOnRecord: of every release that was published the end of its
// key is in the audit log, with the run and its person; a key that a crash left
// is removed at the next start, on record too.
func TestReleaseKeysEndOnRecord(t *testing.T) {
	w := newWorld(t, terms{})
	w.stock("ritorno")
	w.stock("relay")
	released := map[string]bool{}
	for _, name := range []string{"ritorno", "relay"} {
		result, err := w.run(name)
		w.must(err)
		for _, r := range result.Recipients {
			if r.Release != "" {
				released[filepath.Base(r.Release)] = true
			}
		}
	}
	left := "2026-03-01-0123456789ab"
	w.write("stato/release-"+left+".key", "00\n")
	_, err := w.run("ritorno")
	w.must(err)
	ended := map[string]ledger.Entry{}
	published := map[string]bool{}
	w.must(w.ledger().EachEntry(t.Context(), 0, func(l ledger.Logged) error {
		switch l.Entry.Event {
		case ledger.DisclosureDone:
			published[filepath.Base(l.Entry.Object)] = true
		case ledger.ReleaseKeyGone:
			id := filepath.Base(l.Entry.Object)
			if _, twice := ended[id]; twice || !published[id] && id != left {
				t.Errorf("%s: its key ends before it is published, or twice", id)
			}
			ended[id] = l.Entry
		}
		return nil
	}))
	for id := range released {
		if e := ended[id]; e.Actor != "op-1" || e.Run == 0 || e.Outcome != "closed" {
			t.Errorf("%s: %+v", id, e)
		}
	}
	if len(released) != 2 || ended[left].Login != "prova" || len(ended) != 3 {
		t.Errorf("released %v, ended %v", released, ended)
	}
	if keys, err := filepath.Glob(w.path("stato/release-*.key")); err != nil || len(keys) > 0 {
		t.Errorf("keys are left: %v, %v", keys, err)
	}
	if _, err := os.Stat(w.path("stato/master.key")); err != nil {
		t.Error(err)
	}
}
