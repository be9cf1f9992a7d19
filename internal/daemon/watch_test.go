package daemon

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"flussi/internal/ledger"
)

// said are what the daemon told of expectations: kind, what, and when.
func (sc *scene) said() (all []string) {
	for _, e := range sc.events("reminder", "missing", "arrived") {
		all = append(all, fmt.Sprintf("%s %s %d/%d", e.MessageType, e.What, e.Arrived, e.AtLeast))
	}
	return all
}

func (sc *scene) wantSaid(want ...string) {
	sc.Helper()
	if got := sc.said(); !slices.Equal(got, want) {
		sc.Errorf("said %q, want %q", got, want)
	}
}

// alarms are those of the audit log.
func (sc *scene) alarms() (all []string) {
	sc.Helper()
	err := sc.house.ledger.EachEntry(context.Background(), 0, func(l ledger.Logged) error {
		if l.Entry.Event == ledger.Alarm {
			all = append(all, fmt.Sprintf("%s %s %s %s", l.Entry.Time.In(rome).Format("01-02 15:04"), l.Entry.Actor, l.Entry.Object, l.Entry.Outcome))
		}
		return nil
	})
	if err != nil {
		sc.Fatal(err)
	}
	return all
}

const every = "name: mattina\nwhen: 30 5 * * *\nexpect: {by: \"09:00\", at_least: 2}"

// TestMissing: files that do not come are an alarm at the minute, once; it is over
// when they come.
func TestMissing(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		sc := newScene(t, time.Date(2026, 3, 2, 0, 0, 0, 0, rome), every)
		defer sc.end()
		files := map[int]int{2: 2, 3: 1, 4: 0, 5: 2, 6: 5}
		sc.house.brings = func(string) int { return files[time.Now().In(rome).Day()] }
		sc.up(5 * 24 * time.Hour)
		sc.wantSaid("missing 2026-03-03 1/2", "missing 2026-03-04 0/2", "arrived 2026-03-03 3/2", "arrived 2026-03-04 2/2")
		want := []string{"03-03 09:00 op-1 schedule mattina 2026-03-03 missing", "03-04 09:00 op-1 schedule mattina 2026-03-04 missing"}
		if got := sc.alarms(); !slices.Equal(got, want) {
			t.Errorf("alarms %q, want %q", got, want)
		}
		x, found, err := sc.house.ledger.Expectation(t.Context(), "mattina", "2026-03-03")
		if err != nil || !found || x.State != ledger.Late || x.ClosedAt.In(rome).Day() != 5 {
			t.Errorf("%+v, %v, %v", x, found, err)
		}
	})
}

// TestMissingWhileDown: who was down at the time says so at the next start, once it
// has looked; what it finds then was no fault of the sender.
func TestMissingWhileDown(t *testing.T) {
	for _, c := range []struct {
		name  string
		files int
		fails error
		want  []string
	}{
		{"there", 2, nil, nil},
		{"not there", 0, nil, []string{"missing 2026-03-03 0/2"}},
		{"nobody answers", 0, transient, []string{"missing 2026-03-03 0/2"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			inBubble(t, func(t *testing.T) {
				sc := newScene(t, time.Date(2026, 3, 3, 0, 0, 0, 0, rome), every)
				defer sc.end()
				sc.up(time.Hour)
				time.Sleep(11 * time.Hour) // down at 05:30 and at 09:00
				sc.house.brings = func(string) int { return c.files }
				sc.house.fails = func(string) error { return c.fails }
				sc.house.takes = func(string) time.Duration { return 10 * time.Minute }
				sc.up(time.Minute)
				sc.wantSaid() // it has not looked to the end
				sc.up(2 * time.Hour)
				sc.wantSaid(c.want...)
				sc.up(2 * time.Hour) // and says it once
				sc.wantSaid(c.want...)
			})
		})
	}
}

// TestMissingInJumps: of a month and more off, nobody is told of every day.
func TestMissingInJumps(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		sc := newScene(t, time.Date(2026, 3, 3, 0, 0, 0, 0, rome), every)
		defer sc.end()
		sc.up(time.Hour)
		time.Sleep(300 * 24 * time.Hour)
		sc.up(time.Hour)
		if n := len(sc.said()); n != 31 {
			t.Errorf("said %d things", n)
		}
	})
}

// TestRequest: a request is reminded of, is late after its day, and over when
// something came; days are those of the zone.
func TestRequest(t *testing.T) {
	const request = "name: annuale\nwhen: 30 5 * * *\nexpect: {request: prot. 47/2026, year: 2025, due: 2026-03-20, remind: 14d}"
	for _, c := range []struct {
		name  string
		comes time.Time
		down  bool // from the 5th to the 25th
		want  []string
		state ledger.ExpectationState
	}{
		{"in time, before the reminder", time.Date(2026, 3, 4, 0, 0, 0, 0, rome), false,
			[]string{"arrived prot. 47/2026 1/1"}, ledger.Met},
		{"in time, after it", time.Date(2026, 3, 20, 0, 0, 0, 0, rome), false,
			[]string{"reminder prot. 47/2026 0/1", "arrived prot. 47/2026 1/1"}, ledger.Met},
		{"late", time.Date(2026, 3, 24, 0, 0, 0, 0, rome), false,
			[]string{"reminder prot. 47/2026 0/1", "missing prot. 47/2026 0/1", "arrived prot. 47/2026 1/1"}, ledger.Late},
		{"never", time.Date(2036, 3, 24, 0, 0, 0, 0, rome), false,
			[]string{"reminder prot. 47/2026 0/1", "missing prot. 47/2026 0/1"}, ledger.Missing},
		{"never, and nobody was there", time.Date(2036, 3, 24, 0, 0, 0, 0, rome), true,
			[]string{"missing prot. 47/2026 0/1"}, ledger.Missing},
		{"it came while nobody was there", time.Date(2026, 3, 10, 0, 0, 0, 0, rome), true,
			[]string{"arrived prot. 47/2026 1/1"}, ledger.Met},
	} {
		t.Run(c.name, func(t *testing.T) {
			inBubble(t, func(t *testing.T) {
				begin := time.Date(2026, 3, 1, 12, 0, 0, 0, rome)
				sc := newScene(t, begin, request)
				defer sc.end()
				came := false
				sc.house.brings = func(string) int {
					if came || time.Now().Before(c.comes) {
						return 0
					}
					came = true
					return 1
				}
				if c.down {
					sc.up(4 * 24 * time.Hour)
					time.Sleep(20 * 24 * time.Hour)
				}
				sc.up(time.Until(begin.AddDate(0, 2, 0)))
				sc.wantSaid(c.want...)
				x, found, err := sc.house.ledger.Expectation(t.Context(), "annuale", "prot. 47/2026")
				if err != nil || !found || x.State != c.state {
					t.Errorf("%+v, %v, %v; want %s", x, found, err, c.state)
				}
				for _, a := range sc.alarms() {
					if a[:11] != "03-21 00:00" && !c.down {
						t.Errorf("alarm %s", a)
					}
				}
			})
		})
	}
}

// TestNobodyExpectsItAnyMore: a request that is taken out of the schedule, and one
// whose day is moved.
func TestNobodyExpectsItAnyMore(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		sc := newScene(t, time.Date(2026, 3, 19, 12, 0, 0, 0, rome),
			"name: a\nwhen: 30 5 * * *\nexpect: {request: uno, due: 2026-03-20}",
			"name: b\nwhen: 30 5 * * *\nexpect: {request: due, due: 2026-03-20}")
		defer sc.end()
		sc.up(time.Hour)
		sc.world.Schedules = parse(t, "name: a\nwhen: 30 5 * * *", "name: b\nwhen: 30 5 * * *\nexpect: {request: due, due: 2026-03-22}")
		sc.up(2 * 24 * time.Hour)
		sc.wantSaid()
		sc.up(2 * 24 * time.Hour)
		sc.wantSaid("reminder due 0/1", "missing due 0/1")
		if x, _, err := sc.house.ledger.Expectation(t.Context(), "a", "uno"); err != nil || x.State != ledger.Withdrawn {
			t.Errorf("%+v, %v", x, err)
		}
	})
}

// TestPeopleAreTold: who tells people is called soon after whatever happened and at each
// tick, is never waited for, and ends with the daemon.
func TestPeopleAreTold(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		sc := dawn(t, atHalfPastFive)
		defer sc.end()
		sc.opt.Tick = time.Minute
		sc.house.fails = func(string) error { return transient }
		var at []time.Time
		sc.opt.Notices = func(ctx context.Context, w World) error {
			runs, err := w.House.Ledger().Runs(ctx, 0)
			if err != nil {
				return err
			}
			if len(runs) > 0 && runs[0].Outcome == ledger.Failed && len(at) == 0 {
				at = append(at, time.Now())
			}
			select { // a server that takes its time
			case <-time.After(20 * time.Minute):
			case <-ctx.Done():
			}
			return context.Cause(ctx)
		}
		sc.up(2 * time.Hour)
		failed := sc.runs("mattina")
		if len(at) != 1 || at[0].Sub(failed[0].EndedAt) > 20*time.Minute {
			t.Errorf("told at %v, failed at %v", at, failed[0].EndedAt)
		}
		if len(failed) < 5 {
			t.Errorf("%d runs: they waited for who tells", len(failed))
		}
		if faults := sc.events("not_noted"); len(faults) > 0 {
			t.Errorf("%+v", faults)
		}
	})
}
