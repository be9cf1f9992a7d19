package exchange_test

import (
	"slices"
	"strings"
	"testing"

	"flussi/internal/invia"
	"flussi/internal/ledger"
)

// beside adds a second schedule that takes other files from the hub's folder,
// for another recipient.
func (w *world) beside() {
	w.Helper()
	w.write("schedules/altro.yaml", `
name: altro
pull: {from: "hub:/out", match: ["altro-*.xml"]}
relay: {to: "ministero:/in", as: inps}
`)
}

// TestFolderOfTwo: what one schedule took and could not send yet is not sent
// where another one sends that takes from the same folder.
func TestFolderOfTwo(t *testing.T) {
	for _, at := range []string{"take.ledger", "intake", "give"} {
		t.Run(at, func(t *testing.T) {
			w := newWorld(t, terms{})
			w.beside()
			w.stock("relay")
			if !w.crash("relay", point{at, 1}) {
				t.Fatal("never came there")
			}
			result, err := w.run("altro")
			if err != nil || len(result.Files)+len(result.Deliveries) > 0 {
				t.Errorf("the other schedule: %+v, %v", result, err)
			}
			for name := range w.standing() {
				if strings.Contains(name, userMinistero) {
					t.Errorf("given to another: %s", name)
				}
			}
			if _, err := w.run("relay"); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestDoubtOfAnother: an arrival in doubt is looked for in the whole folder,
// not among the names that the schedule which asks would take.
func TestDoubtOfAnother(t *testing.T) {
	w := newWorld(t, terms{RemoveOn: invia.RemoveOnClose, OnDrop: invia.KeepOnDrop})
	w.beside()
	w.stock("relay")
	if !w.crash("relay", point{"sftp.commit", 1}) {
		t.Fatal("never came there")
	}
	if _, err := w.run("altro"); err != nil {
		t.Fatal(err)
	}
	if slices.Contains(w.alarms(), string(ledger.LostInTransit)) {
		t.Error("lost, with the file still on the server")
	}
	if _, err := w.run("relay"); err != nil {
		t.Fatal(err)
	}
	arrivals, err := w.ledger().Arrivals(t.Context(), ledger.Relayed)
	if err != nil || len(arrivals) != 2 {
		t.Errorf("%d relayed, %v", len(arrivals), err)
	}
}
