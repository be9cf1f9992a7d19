package exchange_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"flussi/internal/config"
	"flussi/internal/exchange"
	"flussi/internal/ledger"
	"flussi/internal/schedule"
	disk "flussi/internal/spool"
	"flussi/internal/spool/spooltest"
)

// TestRolledBackNumber: a run's intent is not entered, and another run is given the
// number that it would have had. What the first does about its own file then changes
// nothing of the other's, which is on its way.
func TestRolledBackNumber(t *testing.T) {
	w := newWorld(t, terms{})
	w.stock("ritorno")
	cfg, err := config.Load(w.path("flussi.yaml"))
	w.must(err)
	all, err := schedule.LoadDir(cfg.Schedules)
	w.must(err)
	ctx, cancel := context.WithCancelCause(t.Context())
	stopped := errors.New("stopped amid the transaction")
	var house *exchange.House
	var other ledger.ArrivalID
	intending := false
	opt := w.options()
	opt.Step = func(step string) error {
		intending = intending || step == "sftp.durable"
		return nil
	}
	opt.Now = func() time.Time {
		if intending && other == 0 {
			cancel(stopped) // which the ledger sees before it commits
		}
		return w.clock.now()
	}
	opt.FS = spooltest.Record(disk.OS).Telling(func(op string) {
		if other != 0 || !intending || !strings.HasPrefix(op, "remove ") || !strings.HasSuffix(op, ".flussi-arrival") {
			return
		}
		w.must(house.Ledger().Update(context.Background(), func(tx *ledger.Tx) error {
			run, err := tx.BeginRun(context.Background(), ledger.Run{Schedule: "relay", Period: "2026-01-31"})
			if err != nil {
				return err
			}
			other, err = tx.Take(context.Background(), ledger.Arrival{FetchKey: "another", Endpoint: "hub:/out", MaskedName: "x", NameHash: "x", Size: 1, SpoolID: "another", Run: run})
			return err
		}))
	})
	house, err = exchange.Open(ctx, cfg, opt)
	w.must(err)
	for _, s := range all {
		if s.Name == "ritorno" {
			_, err = house.Run(ctx, s, exchange.RunOptions{})
		}
	}
	if err == nil || other == 0 {
		t.Fatalf("the intent was entered: %v, other arrival %d", err, other)
	}
	a, found, err := house.Ledger().Arrival(t.Context(), other)
	if err != nil || !found || a.State != ledger.Taking {
		t.Errorf("the other run's arrival is %q, %v", a.State, err)
	}
	w.must(house.Close())
}
