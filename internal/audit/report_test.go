package audit_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"flussi/internal/audit"
	"flussi/internal/config"
	"flussi/internal/flusso"
	"flussi/internal/ledger"
	"flussi/internal/testshared"
)

// busy is a log of two days, with things to look at in it.
func busy(t *testing.T) (*log, *config.Config) {
	t.Helper()
	now := time.Date(2026, 3, 6, 9, 0, 0, 0, time.UTC) // a Friday
	l, err := ledger.Open(t.Context(), filepath.Join(t.TempDir(), "ledger.db"), ledger.Options{Now: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	add := func(e ledger.Entry) {
		if _, err := l.Append(t.Context(), e); err != nil {
			t.Fatal(err)
		}
	}
	for range 3 {
		add(ledger.Entry{Event: ledger.TransferDone, Actor: "op-1", Login: "flussi", Agreement: "dgr-1", Endpoint: "inps", Outcome: "received", Counts: map[string]int64{"bytes": 100, "records": 7777}})
	}
	add(ledger.Entry{Event: ledger.DisclosureDone, Actor: "op-1", Agreement: "dgr-1", Recipient: "regione|<b>", Outcome: "published", Counts: map[string]int64{"suppressed": 7777}})
	add(ledger.Entry{Event: ledger.Alarm, Object: "arrival/3", Outcome: "IN_DOUBT"})
	now = now.AddDate(0, 0, 1) // a Saturday
	add(ledger.Entry{Event: ledger.ReleaseHold, Actor: "op-2", Login: "ugo as flussi", Object: "regione/prestazioni/1", Outcome: "held"})
	now = now.Add(-time.Hour)
	add(ledger.Entry{Event: ledger.RunEnd, Actor: "op-1", Outcome: string(ledger.Failed)})
	now = now.AddDate(0, 0, 7)
	add(ledger.Entry{Event: ledger.Alarm, Object: "later"})
	cfg := &config.Config{
		Ente:       config.Ente{Codice: "120", Denominazione: "Regione di prova"},
		Agreements: map[string]config.Agreement{"dgr-1": {ID: "dgr-1", Act: "DGR 1/2020", Purpose: "programmazione"}},
	}
	return &log{t, l, ""}, cfg
}

func report(t *testing.T) *audit.Report {
	t.Helper()
	l, cfg := busy(t)
	root, err := l.Verify(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	day := time.Date(2026, 3, 5, 23, 0, 0, 0, time.UTC)
	r, err := audit.MakeReport(t.Context(), l.Ledger, cfg, root, audit.Selection{From: day, To: day.AddDate(0, 0, 2)}, day, func(e ledger.Entry) string {
		return map[string]string{"op-2": "Ugo Prova"}[e.Actor]
	})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestReport(t *testing.T) {
	r := report(t)
	if r.Entries != 7 || r.Unusual() != 3 {
		t.Errorf("%d entries, %d to look at", r.Entries, r.Unusual())
	}
	for lang, wants := range map[flusso.Lang][]string{
		flusso.It: {"# Relazione periodica", "Regione di prova (120)", "2026-03-06 – 2026-03-07", "nessuna: il registro può"},
		flusso.En: {"# Periodic report", "| dgr-1 | DGR 1/2020 | programmazione | inps | transfer.done | received | 3 | 300 |", "regione\\|&lt;b>",
			"| op-2 | Ugo Prova | ugo as flussi | 1 | 1 | 2026-03-07 10:00:00 |", "| alarm | IN_DOUBT | arrival/3 |", "| release.hold out.of.hours | held |", "| run.end | failed |"},
	} {
		var b strings.Builder
		if err := r.WriteMarkdown(&b, lang); err != nil {
			t.Fatal(err)
		}
		for _, want := range wants {
			if !strings.Contains(b.String(), want) {
				t.Errorf("%s does not say %q:\n%s", lang, want, b.String())
			}
		}
		if strings.Contains(b.String(), "7777") || strings.Contains(b.String(), "later") {
			t.Errorf("it counts records, or what is outside:\n%s", b.String())
		}
	}
}

// A clock set back by more than a minute is to be looked at, and no other.
func TestReportTellsOfTheClock(t *testing.T) {
	for back, want := range map[time.Duration]int{0: 0, time.Second: 0, time.Hour: 1} {
		now := time.Date(2026, 3, 6, 9, 0, 0, 0, time.UTC)
		l, err := ledger.Open(t.Context(), filepath.Join(t.TempDir(), "ledger.db"), ledger.Options{Now: func() time.Time { return now }})
		if err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if _, err := l.Append(t.Context(), ledger.Entry{Event: ledger.RunBegin}); err != nil {
				t.Fatal(err)
			}
			now = now.Add(-back)
		}
		r, err := audit.MakeReport(t.Context(), l, &config.Config{}, ledger.Root{}, audit.Selection{}, now, nil)
		if err != nil || r.Unusual() != want {
			t.Errorf("back by %s: %d, %v", back, r.Unusual(), err)
		}
		if err := l.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

func TestReportInABrowser(t *testing.T) {
	browser := testshared.OpenBrowser(t)
	r := report(t)
	for _, lang := range []flusso.Lang{flusso.It, flusso.En} {
		path := filepath.Join(t.TempDir(), "report.html")
		var b strings.Builder
		if err := r.WriteHTML(&b, lang); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(b.String()), 0o600); err != nil {
			t.Fatal(err)
		}
		browser.JudgePage(t, path, "light", "Ugo Prova", "regione|<b>")
	}
}
