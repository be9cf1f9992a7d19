package exchange_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"flussi/internal/config"
	"flussi/internal/exchange"
	"flussi/internal/flusso"
	"flussi/internal/ledger"
)

// TestDecide: a process that ends during a delivery into a drop box leaves it
// in doubt, and no run sends it again by itself. Once a person says that it did
// not arrive, the next run sends it and all stands as if nothing had happened;
// if it did arrive, nothing is sent and the spool keeps nothing.
func TestDecide(t *testing.T) {
	_, want := undisturbed(t, terms{}, "push")
	for _, arrived := range []bool{false, true} {
		t.Run(fmt.Sprintf("arrived %v", arrived), func(t *testing.T) {
			w := newWorld(t, terms{})
			w.stock("push")
			if !w.crash("push", point{"sftp.finish", 1}) {
				t.Fatal("never came there")
			}
			for range 2 {
				result, err := w.run("push")
				if err != nil || !result.Partial() || result.Deliveries[0].Outcome != "in_doubt" {
					t.Fatalf("%v: %+v", err, result)
				}
			}
			w.decide(1, arrived)
			if _, err := w.run("push"); err != nil {
				t.Fatal(err)
			}
			diff := differences(w.standing(), want)
			if arrived && len(diff) == 1 && strings.HasPrefix(diff[0], "swallowed") {
				return // the box never had it, and was not given it
			}
			if arrived || len(diff) > 0 {
				t.Errorf("in the end: %q", diff)
			}
		})
	}
}

// decide opens the house for a person's answer.
func (w *world) decide(id ledger.DeliveryID, arrived bool) {
	w.Helper()
	ctx := context.Background()
	cfg, err := config.Load(w.path("flussi.yaml"))
	w.must(err)
	house, err := exchange.Open(ctx, cfg, w.options())
	w.must(err)
	defer func() { w.must(house.Close()) }()
	w.must(house.Decide(ctx, id, arrived, ""))
	for _, unknown := range []ledger.DeliveryID{id, 4711} {
		if err := house.Decide(ctx, unknown, arrived, ""); flusso.KindOf(err) != flusso.Invalid {
			w.Errorf("delivery %s is not in doubt: %v", unknown, err)
		}
	}
}
