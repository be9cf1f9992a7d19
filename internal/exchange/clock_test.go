package exchange_test

import (
	"bytes"
	"context"
	"strings"
	"testing"
	"time"

	"flussi/internal/dataset"
	"flussi/internal/ledger"
	"flussi/internal/spool"
)

// TestAcrossMidnight cuts a run short before midnight and goes on after it: the
// release is the one begun, to the byte.
func TestAcrossMidnight(t *testing.T) {
	before := time.Date(2026, 3, 2, 22, 58, 0, 0, time.UTC) // 23:58 in Rome
	after := before.Add(7 * time.Minute)
	w := newWorld(t, terms{})
	w.clock.set(before)
	w.stock("ritorno")
	if _, err := w.run("ritorno"); err != nil {
		t.Fatal(err)
	}
	want := w.standing()
	for _, p := range []point{{"disclose.open", 1}, {"disclose.seal", 2}, {"disclose.publish", 1}, {"disclose.ledger", 1}, {"disclose.ledger", 3}} {
		t.Run(p.String(), func(t *testing.T) {
			w := newWorld(t, terms{})
			w.clock.set(before)
			w.stock("ritorno")
			if !w.crash("ritorno", p) {
				t.Fatal("never came there")
			}
			w.clock.set(after)
			for range 2 {
				if _, err := w.run("ritorno"); err != nil {
					t.Fatal(err)
				}
			}
			if diff := differences(w.standing(), want); len(diff) > 0 {
				t.Errorf("%s", strings.Join(diff, "\n"))
			}
		})
	}
}

// TestClockBack sets the clock back between runs, by hours and by days: what
// is new is taken, what was there is not taken twice, and the audit log tells.
func TestClockBack(t *testing.T) {
	w := newWorld(t, terms{})
	for i, at := range []time.Time{
		time.Date(2026, 3, 5, 8, 0, 0, 0, time.UTC),
		time.Date(2026, 3, 5, 5, 0, 0, 0, time.UTC),
		time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC),
		time.Date(2026, 3, 6, 8, 0, 0, 0, time.UTC),
	} {
		w.clock.set(at)
		o := withDelega
		o.Progressivo, o.Seed = i+1, uint64(i+1)
		name, data := flow(t, o)
		w.must(w.hub.Publish(userComuni, name, bytes.NewReader(data)))
		for range 2 {
			if _, err := w.run("relay"); err != nil {
				t.Fatal(err)
			}
		}
	}
	standing := w.standing()
	swallowed := 0
	for name, n := range standing {
		if strings.HasPrefix(name, "swallowed ") {
			swallowed++
			if n != "1" {
				t.Errorf("a file was sent %s times", n)
			}
		}
	}
	if swallowed != 4 {
		t.Errorf("%d files were sent, want 4", swallowed)
	}
	// Their numbers tell the order of releases, whatever their names say.
	all, err := dataset.List(spool.OS, w.path("dataset/regione-lazio/prestazioni"))
	w.must(err)
	for i, r := range all {
		if r.Number != int64(i+1) || r.Live != (i == len(all)-1) || i > 0 && r.Previous != all[i-1].Release {
			t.Errorf("release %d: %+v", i+1, r)
		}
	}
	l := w.ledger()
	live, found, err := l.LiveRelease(context.Background(), "regione-lazio", "prestazioni")
	w.must(err)
	releases, err := l.Releases(context.Background(), 0)
	w.must(err)
	var disclosed int64
	for _, r := range releases {
		if r.Dataset == "prestazioni" {
			disclosed += r.Disclosed
		}
	}
	if !found || live.Rows != disclosed || live.StateAfter < live.Rows {
		t.Errorf("the live release has %d rows, all together disclosed %d", live.Rows, disclosed)
	}
	back := 0
	w.must(l.EachEntry(context.Background(), 0, func(e ledger.Logged) error {
		if e.Entry.ClockBack > 0 {
			back++
		}
		return nil
	}))
	if back != 2 {
		t.Errorf("the audit log tells of %d steps back, want 2", back)
	}
}
