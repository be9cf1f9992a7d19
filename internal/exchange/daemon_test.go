package exchange_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"flussi/internal/config"
	"flussi/internal/exchange"
	"flussi/internal/flusso"
	"flussi/internal/ledger"
	"flussi/internal/schedule"
	"flussi/internal/sftp/sftptest"
)

// house opens the world's house for several runs, and gives its schedules by name.
func (w *world) house(opt exchange.Options) (*exchange.House, map[string]*schedule.Schedule) {
	w.Helper()
	cfg, err := config.Load(w.path("flussi.yaml"))
	w.must(err)
	all, err := schedule.LoadDir(cfg.Schedules)
	w.must(err)
	h, err := exchange.Open(context.Background(), cfg, opt)
	w.must(err)
	named := map[string]*schedule.Schedule{}
	for _, s := range all {
		named[s.Name] = s
	}
	return h, named
}

// TestStop: told to stop, a run ends the file at hand, works through what it has, and
// leaves the rest with the server; what was due is not settled until a run has been
// through. A stop that came before takes nothing.
func TestStop(t *testing.T) {
	for _, c := range []struct {
		name  string
		at    point // of the transfer, when the stop comes
		size  int   // of each of the three files
		taken int
	}{
		{"before", point{}, 3 << 20, 0},
		{"while the first opens", point{"sftp.open", 1}, 3 << 20, 1},
		{"while the second opens", point{"sftp.open", 2}, 3 << 20, 2},
		{"while the last is renamed", point{"sftp.commit", 3}, 3 << 20, 3},
		{"in a group of small ones", point{"sftp.open", 1}, 3 << 10, 3},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t, terms{})
			defer w.stop()
			f := sftptest.StartFaulty(t, sftptest.Behaviour{SelfDelete: sftptest.OnClose}, 1, nil)
			for i := range 3 {
				f.Put(fmt.Sprintf("/out/%d.csv", i), junk(c.size+i))
			}
			w.repoint("hub", f.Address(), f.HostKey(), "{how: server-removes, on: close}")
			stop := make(chan struct{})
			opt := w.options()
			closing := sync.OnceFunc(func() { close(stop) })
			if c.at.N == 0 {
				closing()
			} else {
				opt.Step = c.at.at(func() error { closing(); return nil })
			}
			h, schedules := w.house(opt)
			due := time.Date(2026, 3, 2, 4, 30, 0, 0, time.UTC)
			before := ledger.Standing{Schedule: "relay", Settled: due.Add(-24 * time.Hour), Watched: due}
			w.must(h.Ledger().Update(t.Context(), func(tx *ledger.Tx) error { return tx.SetStanding(t.Context(), before) }))
			settled := func() bool {
				standings, err := h.Ledger().Standings(t.Context())
				w.must(err)
				return standings[0].Settled.Equal(due)
			}

			result, err := h.Run(t.Context(), schedules["relay"], exchange.RunOptions{Due: due, Stop: stop})
			w.must(err)
			last, _, err := h.Ledger().LastRun(t.Context(), "relay", "2026-03-02")
			w.must(err)
			whole := c.taken == 3
			if len(f.Names()) != 3-c.taken || len(result.Files) != c.taken || result.Stopped == whole || settled() != whole {
				t.Errorf("%d files left, %d taken, stopped: %v, settled: %v", len(f.Names()), len(result.Files), result.Stopped, settled())
			}
			if stopped := last.Outcome == ledger.Interrupted && last.Reason == "stopped"; stopped == whole || !last.Due.Equal(due) {
				t.Errorf("%+v", last)
			}
			for _, file := range result.Files { // to the end: judged, and set aside
				if file.Outcome != string(ledger.Quarantined) {
					t.Errorf("%+v", file)
				}
			}
			result, err = h.Run(t.Context(), schedules["relay"], exchange.RunOptions{Due: due})
			w.must(err)
			if len(f.Names()) != 0 || len(result.Files) != 3-c.taken || !settled() {
				t.Errorf("then: %d files left, %d taken, settled: %v", len(f.Names()), len(result.Files), settled())
			}
			w.must(h.Close())
		})
	}
}

// TestRunsSideBySide: runs of schedules that share nothing, all at once, leave what
// they leave one after the other.
func TestRunsSideBySide(t *testing.T) {
	names := []string{"ritorno", "push", "referto"}
	setting := func() *world {
		w := newWorld(t, terms{})
		w.write("schedules/referto.yaml", "name: referto\npull: {from: \"hub:/out\"}\nreport: ../referti\n")
		for _, stocked := range []string{"ritorno", "push", "relay"} {
			w.stock(stocked)
		}
		return w
	}
	run := func(w *world, together bool) map[string]string {
		opt := w.options()
		opt.Tell = nil
		h, schedules := w.house(opt)
		for _, a := range names {
			for _, b := range names {
				if a != b && exchange.Shares(schedules[a], schedules[b]) {
					t.Fatalf("%s and %s share something", a, b)
				}
			}
		}
		var running sync.WaitGroup
		for _, name := range names {
			running.Go(func() {
				if _, err := h.Run(t.Context(), schedules[name], exchange.RunOptions{}); err != nil {
					t.Errorf("%s: %v", name, err)
				}
			})
			if !together {
				running.Wait()
			}
		}
		running.Wait()
		w.must(h.Close())
		defer w.stop()
		return w.standing()
	}
	want := run(setting(), false)
	if len(want) < 8 {
		t.Fatalf("little was done: %v", want)
	}
	for range 3 {
		if diff := differences(run(setting(), true), want); len(diff) > 0 {
			t.Errorf("%s", strings.Join(diff, "\n"))
		}
	}
}

// TestShares: which schedules must not run at once.
func TestShares(t *testing.T) {
	parse := func(text string) *schedule.Schedule {
		s, err := schedule.Parse("a.yaml", []byte("name: a\n"+text), "/x")
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	one := parse("pull: {from: \"inps:/out\"}\nrelay: {to: \"hub:/in\", as: inps}\ndisclose: [{to: r}]\nreport: rapporti")
	for text, want := range map[string]bool{
		"pull: {from: \"inps:/out/\"}\nreport: altri":                        true, // the same place
		"pull: {from: \"inps:/other\"}\nreport: altri":                       false,
		"pull: {from: \"inps:/other\"}\nreport: ../x/rapporti":               true, // reports
		"pull: {from: \"inps:/other\"}\ndisclose: [{to: q}, {to: r}]":        true, // a recipient
		"pull: {from: \"inps:/other\"}\ndisclose: [{to: q}]":                 false,
		"push: {from: uscita, to: \"hub:/in\", as: inps}":                    true, // where it sends to
		"push: {from: uscita, to: \"hub:/inn\", as: inps}":                   false,
		"pull: {from: \"dir:arrivi\"}\nrelay: {to: \"hub:/./in\", as: inps}": true,
		"pull: {from: \"dir:arrivi\"}\nrelay: {to: \"inps:/out\", as: inps}": false,
	} {
		if other := parse(text); exchange.Shares(one, other) != want || exchange.Shares(other, one) != want {
			t.Errorf("%q: want %v", text, want)
		}
	}
}

// TestRenew: another configuration is taken up while the house is open; what an open
// house stands on does not move, and what is faulty changes nothing.
func TestRenew(t *testing.T) {
	w := newWorld(t, terms{})
	defer w.stop()
	h, schedules := w.house(w.options())
	defer func() { w.must(h.Close()) }()
	w.stock("push")
	w.write("guaste/atto.yaml", "boh: E472\n")
	before := w.read("flussi.yaml")
	load := func(old, now string) (*exchange.House, error) {
		w.write("flussi.yaml", strings.Replace(before, old, now, 1))
		cfg, err := config.Load(w.path("flussi.yaml"))
		w.must(err)
		return h.Renew(t.Context(), cfg)
	}
	for _, c := range [][2]string{{"state: stato", "state: altrove"}, {"datasets: dataset", "datasets: altrove"}, {"deleghe: deleghe", "deleghe: guaste"}, {"deleghe: deleghe", "deleghe: nessune"}, {"deleghe: deleghe", "matrix: nessuna.yaml\ndeleghe: deleghe"}} {
		if _, err := load(c[0], c[1]); flusso.KindOf(err) != flusso.Config {
			t.Errorf("%s: %v", c[1], err)
		}
	}
	// The agreement has ended: nothing passes under the new configuration.
	renewed, err := load("to: 2099-12-31", "to: 2021-12-31")
	w.must(err)
	if _, err := renewed.Run(t.Context(), schedules["push"], exchange.RunOptions{}); flusso.KindOf(err) != flusso.Denied {
		t.Errorf("under an agreement that has ended: %v", err)
	}
	renewed, err = load("to: 2099-12-31", "to: 2098-12-31")
	w.must(err)
	if result, err := renewed.Run(t.Context(), schedules["push"], exchange.RunOptions{}); err != nil || len(result.Deliveries) != 2 {
		t.Errorf("%+v, %v", result, err)
	}
}

// TestPanic: a defect that a run meets is that run's error, says nothing of what was
// read, and the next run of the same process goes on from it.
func TestPanic(t *testing.T) {
	w := newWorld(t, terms{})
	w.stock("relay")
	if _, err := w.run("relay"); err != nil {
		t.Fatal(err)
	}
	want := w.standing()
	w.stop()
	for _, p := range []point{{"sftp.commit", 1}, {"disclose.seal", 1}, {"disclose.publish", 1}, {"forward.ledger", 1}} {
		t.Run(p.String(), func(t *testing.T) {
			w := newWorld(t, terms{})
			defer w.stop()
			w.stock("relay")
			opt := w.options()
			opt.Step = p.at(func() error { panic("ROSSI MARIO") })
			h, schedules := w.house(opt)
			_, err := h.Run(t.Context(), schedules["relay"], exchange.RunOptions{})
			if flusso.KindOf(err) != flusso.Internal || strings.Contains(err.Error(), "ROSSI") {
				t.Fatalf("never came there, or: %v", err)
			}
			last, _, err := h.Ledger().LastRun(t.Context(), "relay", "")
			if err != nil || last.Outcome != ledger.Failed {
				t.Errorf("%+v, %v", last, err)
			}
			for range 2 {
				_, err := h.Run(t.Context(), schedules["relay"], exchange.RunOptions{})
				w.must(err)
			}
			w.must(h.Close())
			if diff := differences(w.standing(), want); len(diff) > 0 {
				t.Errorf("%s", strings.Join(diff, "\n"))
			}
			if strings.Contains(w.log.String(), "ROSSI") || !strings.Contains(w.log.String(), "a defect of flussi") {
				t.Error("the log tells too much, or nothing")
			}
		})
	}
}
