package exchange_test

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"flussi/internal/config"
	"flussi/internal/exchange"
	"flussi/internal/ledger"
	"flussi/internal/schedule"
	"flussi/internal/spool"
)

// terms tells them, as a look beside a house does.
func (w *world) retained() map[string]exchange.Term {
	w.Helper()
	cfg, err := config.Load(w.path("flussi.yaml"))
	w.must(err)
	all, err := schedule.LoadDir(cfg.Schedules)
	w.must(err)
	list, err := exchange.Terms(w.Context(), cfg, all, spool.OS, w.ledger(), w.clock.now())
	w.must(err)
	terms := map[string]exchange.Term{}
	for _, t := range list {
		terms[t.Name] = t
	}
	return terms
}

// TestTerms: at the end of each term what is over goes, with an entry, and what keeps a file
// from being taken or sent twice stays; what nobody could read is held whatever its age.
func TestTerms(t *testing.T) {
	w := newWorld(t, terms{RemoveOn: 0})
	w.write("flussi.yaml", w.read("flussi.yaml")+"\nspool: {keep: 30d}\nretention: {audit_months: 120, releases: 1}\n")
	w.stock("relay")
	w.stock("ritorno")
	const bad = "<html>nulla</html>"
	w.must(w.hub.Publish(userComuni, "ROSSI_MARIO.xml", strings.NewReader(bad)))
	for _, name := range []string{"relay", "ritorno"} {
		_, err := w.run(name)
		w.must(err)
	}
	again := returned
	again.Seed, again.Progressivo = 8, 2
	_, rows := flow(t, again)
	w.must(w.inps.Publish(userINPS, "12.ritorno.20260228.0000002.csv", bytes.NewReader(rows)))
	for range 3 { // two that move nothing
		_, err := w.run("ritorno")
		w.must(err)
	}
	w.write("stato/ledger.before-v8.db", "the ledger of before")
	begun := w.clock.now()
	w.must(os.Chtimes(w.path("stato/ledger.before-v8.db"), begun, begun))
	due := func() map[string]int64 {
		all := map[string]int64{}
		for name, term := range w.retained() {
			all[name] = term.Due
		}
		return all
	}
	for name, n := range due() {
		if n != 0 {
			t.Errorf("at once %d of %s are over", n, name)
		}
	}
	runs, err := w.ledger().Runs(t.Context(), 0)
	w.must(err)
	sent := w.received(w.inps, userINPS)

	// One day before each term nothing of it is over, one day after it is.
	for _, c := range []struct {
		term  string
		until time.Time
		due   int64
	}{
		{"spool", begun.AddDate(0, 0, 30), 4}, {"quarantine", begun.AddDate(0, 0, 90), 1}, {"upgrades", begun.AddDate(0, 0, 90), 1},
		{"reports", begun.AddDate(0, 60, 0), 4}, {"ledger", begun.AddDate(0, 60, 0), 4 + 2 + int64(len(runs))}, {"audit", begun.AddDate(0, 120, 0), 1},
	} {
		w.clock.set(c.until.AddDate(0, 0, -1))
		if n := due()[c.term]; n != 0 {
			t.Errorf("a day before its term %d of %s are over", n, c.term)
		}
		w.clock.set(c.until.AddDate(0, 0, 1))
		if n := due()[c.term]; n < c.due {
			t.Errorf("a day after its term %d of %s are over, want %d", n, c.term, c.due)
		}
	}

	w.clock.set(begun.AddDate(0, 61, 0))
	planned := w.retained()
	var removed []exchange.Term
	cfg, err := config.Load(w.path("flussi.yaml"))
	w.must(err)
	all, err := schedule.LoadDir(cfg.Schedules)
	w.must(err)
	w.must(w.inHouse(func(h *exchange.House) (err error) {
		removed, err = h.Retain(t.Context(), all, "op-9")
		return err
	}))
	for _, term := range removed {
		if term != planned[term.Name] && term.Name != "audit" && term.Name != "spool" { // opening the house swept, with entries
			t.Errorf("planned %+v, removed %+v", planned[term.Name], term)
		}
	}
	for name, n := range due() {
		if n != 0 && name != "quarantine" {
			t.Errorf("after it %d of %s are over", n, name)
		}
	}
	if now := w.retained()["quarantine"]; now.Held != 1 || now.Due != 1 || !now.ByPerson {
		t.Errorf("%+v", now)
	}
	l := w.ledger()
	aside, err := l.Arrivals(t.Context(), ledger.Quarantined)
	w.must(err)
	if text := w.read("stato/spool/quarantine/" + aside[0].SpoolID); text != bad || aside[0].MaskedName == "" {
		t.Errorf("what nobody could read: %q, %+v", text, aside[0])
	}
	if _, err := os.Stat(w.path("stato/reports/" + aside[0].SpoolID + ".html")); err != nil {
		t.Errorf("the report on what is set aside: %v", err)
	}
	for _, gone := range []string{"stato/ledger.before-v8.db"} {
		if _, err := os.Stat(w.path(gone)); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s is there: %v", gone, err)
		}
	}
	// Reports stay of releases that are still there.
	for _, of := range []string{"regione-lazio/prestazioni", "regione-lazio/quadro"} {
		found, err := os.ReadDir(w.path("stato/reports/" + of))
		if err != nil || len(found) != 1 || found[0].Name() != live(w)[of] {
			t.Errorf("reports of %s: %v, %v", of, found, err)
		}
	}
	relayed, err := l.Arrivals(t.Context(), ledger.Relayed, ledger.Processed)
	w.must(err)
	for _, a := range relayed {
		if a.MaskedName != "" || a.FetchKey == "" || a.SHA256 == (spool.Sum{}) || a.NameHash == "" {
			t.Errorf("%+v", a)
		}
	}
	after, err := l.Runs(t.Context(), 0)
	w.must(err)
	if len(after) >= len(runs) {
		t.Errorf("%d runs before, %d after", len(runs), len(after))
	}
	for _, r := range after {
		if r.Operator+r.Login != "" {
			t.Errorf("%+v", r)
		}
	}
	objects := map[string]bool{}
	for _, e := range w.entries(ledger.TermOver) {
		objects[e.Object] = true
		if e.Actor != "op-9" || len(e.Counts) == 0 || !strings.HasPrefix(e.Outcome, "before ") {
			t.Errorf("%+v", e)
		}
	}
	if len(objects) != 3 {
		t.Errorf("entries on %v", objects)
	}
	if _, err := l.Verify(t.Context()); err != nil {
		t.Error(err)
	}
	// What came comes again: still known, and sent no second time.
	w.stock("relay")
	result, err := w.run("relay")
	w.must(err)
	for _, f := range result.Files {
		if f.Outcome != "duplicate" {
			t.Errorf("%+v", f)
		}
	}
	if got := w.received(w.inps, userINPS); len(got) != len(sent) || len(result.Files) != 2 {
		t.Errorf("sent again: %v, %+v", got, result.Files)
	}
}

// TestTermsGoByThemselves: a run removes what is over, once a day.
func TestTermsGoByThemselves(t *testing.T) {
	w := newWorld(t, terms{})
	w.stock("ritorno")
	_, err := w.run("ritorno")
	w.must(err)
	old := w.path("stato/ledger.before-v3.db")
	w.must(os.WriteFile(old, []byte("x"), 0o600))
	begun := w.clock.now()
	w.must(os.Chtimes(old, begun, begun))
	w.clock.set(begun.AddDate(0, 0, 91))
	_, err = w.run("ritorno")
	w.must(err)
	if _, err := os.Stat(old); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("it is there: %v", err)
	}
	if e := w.entries(ledger.TermOver); len(e) != 1 || e[0].Object != "upgrades" || e[0].Actor != "op-1" || e[0].Counts["files"] != 1 {
		t.Errorf("%+v", e)
	}
	if left, err := filepath.Glob(w.path("stato/ledger.before*")); err != nil || len(left) > 0 {
		t.Errorf("%v, %v", left, err)
	}
}
