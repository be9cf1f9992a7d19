package ledger

import (
	"errors"
	"path/filepath"
	"testing"
	"time"
)

// TestSettled: only a run that did what was due settles it, in the transaction that
// ends it, and nothing settles backwards.
func TestSettled(t *testing.T) {
	l := fresh(t)
	ctx := t.Context()
	noon := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	set := func(s Standing) {
		t.Helper()
		if err := l.Update(ctx, func(tx *Tx) error { return tx.SetStanding(ctx, s) }); err != nil {
			t.Fatal(err)
		}
	}
	standing := func() Standing {
		t.Helper()
		all, err := l.Standings(ctx)
		if err != nil || len(all) != 2 || all[0].Schedule != "a" || !all[1].Settled.Equal(noon) {
			t.Fatalf("%+v, %v", all, err)
		}
		return all[0]
	}
	set(Standing{Schedule: "a", Settled: noon, Watched: noon})
	set(Standing{Schedule: "b", Settled: noon, Watched: noon})
	for _, c := range []struct {
		name    string
		run     Run
		outcome Outcome
		want    time.Time
	}{
		{"failed", Run{Schedule: "a", Due: noon.Add(time.Hour)}, Failed, noon},
		{"interrupted", Run{Schedule: "a", Due: noon.Add(time.Hour)}, Interrupted, noon},
		{"by hand", Run{Schedule: "a"}, Done, noon},
		{"one that nobody knows", Run{Schedule: "c", Due: noon.Add(time.Hour)}, Done, noon},
		{"done", Run{Schedule: "a", Due: noon.Add(time.Hour)}, Done, noon.Add(time.Hour)},
		{"done for what is settled", Run{Schedule: "a", Due: noon}, Done, noon.Add(time.Hour)},
		{"partly", Run{Schedule: "a", Due: noon.Add(2 * time.Hour)}, Partial, noon.Add(2 * time.Hour)},
	} {
		set(Standing{Schedule: "a", Settled: noon.Add(100 * time.Hour), Watched: noon, Attempts: 3, NotBefore: noon, Blocked: "endpoint", Since: noon})
		id, err := l.BeginRun(ctx, c.run)
		if err == nil {
			err = l.EndRun(ctx, id, c.outcome, RunCounts{}, "")
		}
		if err != nil {
			t.Fatal(err)
		}
		before := c.want
		if s := standing(); !s.Settled.Equal(c.want) {
			t.Errorf("%s: settled up to %s, want %s", c.name, s.Settled, before)
		}
		run, _, err := l.Run(ctx, id)
		if err != nil || !run.Due.Equal(c.run.Due) {
			t.Errorf("%s: due %s, %v", c.name, run.Due, err)
		}
	}
	if s := standing(); s.Attempts != 0 || s.Blocked != "" || !s.NotBefore.IsZero() || !s.Since.IsZero() {
		t.Errorf("a run that went well leaves %+v", s)
	}
	id, err := l.BeginRun(ctx, Run{Schedule: "a", Due: noon.Add(9 * time.Hour)})
	if err != nil {
		t.Fatal(err)
	}
	given := errors.New("given up")
	if err := l.Update(ctx, func(tx *Tx) error { return errors.Join(tx.EndRun(ctx, id, Done, RunCounts{}, ""), given) }); !errors.Is(err, given) {
		t.Fatal(err)
	}
	if s := standing(); !s.Settled.Equal(noon.Add(2 * time.Hour)) {
		t.Error("settled by a transaction that was given up")
	}
}

// TestExpectations: what is kept comes back, open ones by their day, and what arrives
// is counted once, for its schedule, from the instant on.
func TestExpectations(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ledger.db")
	l, ctx := open(t, path), t.Context()
	due := time.Date(2026, 3, 20, 0, 0, 0, 0, time.UTC)
	all := []Expectation{
		{Schedule: "a", What: "prot. 1", Due: due, AtLeast: 1, State: Waiting},
		{Schedule: "a", What: "2026-03-01", Due: due.AddDate(0, 0, -1), AtLeast: 2, Arrived: 1, State: Missing, RaisedAt: due},
		{Schedule: "b", What: "prot. 1", Due: due, AtLeast: 1, State: Met, ClosedAt: due},
	}
	err := l.Update(ctx, func(tx *Tx) error {
		for _, x := range all {
			if err := tx.SetExpectation(ctx, x); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	open, err := l.OpenExpectations(ctx)
	if err != nil || len(open) != 2 || open[0] != all[1] || open[1] != all[0] {
		t.Errorf("%+v, %v", open, err)
	}
	if x, found, err := l.Expectation(ctx, "b", "prot. 1"); x != all[2] || !found || err != nil {
		t.Errorf("%+v, %v, %v", x, found, err)
	}

	run := beginRun(t, l) // of ritorno-inps
	take := func(key string, receive bool) {
		t.Helper()
		id, err := l.Take(ctx, Arrival{FetchKey: key, Endpoint: "inps:/out", MaskedName: "x", NameHash: "x", Size: 1, SpoolID: key, Run: run})
		if err == nil && receive {
			err = l.Receive(ctx, id, 1, [32]byte{key[0]})
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	take("1", true)
	between := l.now()
	take("2", true)
	take("3", false) // under way
	for since, want := range map[time.Time]int{{}: 2, between: 1, due: 0} {
		if n, err := l.Arrived(ctx, "ritorno-inps", since); n != want || err != nil {
			t.Errorf("since %s: %d, %v; want %d", since, n, err, want)
		}
	}
	if n, err := l.Arrived(ctx, "another", time.Time{}); n != 0 || err != nil {
		t.Errorf("%d, %v", n, err)
	}
	files, err := l.Backlog(ctx)
	if err != nil || len(files) != 1 || files[0] != (Backlog{"ritorno-inps", Received, 2}) {
		t.Errorf("%+v, %v", files, err)
	}
	if err := l.MoveArrival(ctx, 3, InDoubt, "x"); err != nil {
		t.Fatal(err)
	}
	if doubts, err := l.Doubts(ctx); err != nil || len(doubts) != 1 || doubts[0] != (Doubt{"arrival 3", "in_doubt"}) {
		t.Errorf("%+v, %v", doubts, err)
	}
}
