package daemon

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"syscall"
	"testing"
	"time"

	"flussi/internal/config"
	"flussi/internal/flusso"
	"flussi/internal/ledger"
)

// wantEvents compares what was told, each with its moment in Rome.
func (sc *scene) wantEvents(want ...string) {
	sc.Helper()
	var got []string
	for _, e := range sc.events("begun", "run", "failed", "blocked", "freed", "clock") {
		line := e.MessageType + " " + e.Reason
		if !e.Until.IsZero() {
			line += " " + e.Until.In(rome).Format("15:04")
		}
		got = append(got, line)
	}
	if !slices.Equal(got, want) {
		sc.Errorf("told %q, want %q", got, want)
	}
}

const atHalfPastFive = "name: mattina\nwhen: 30 5 * * *"

func dawn(t *testing.T, schedules ...string) *scene {
	t.Helper()
	return newScene(t, time.Date(2026, 3, 2, 5, 0, 0, 0, rome), schedules...)
}

// TestBackOff: a run that fails is made again after pauses that double, up to an
// hour; a restart keeps to them, for the server is the same.
func TestBackOff(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		sc := dawn(t, atHalfPastFive)
		defer sc.end()
		sc.house.fails = func(string) error { return transient }
		sc.opt.Tick = time.Minute
		sc.up(4 * time.Hour)
		begun := sc.runs("mattina")
		if len(begun) < 9 {
			t.Fatalf("%d runs", len(begun))
		}
		for i, r := range begun[1:] {
			pause := min(time.Minute<<i, time.Hour)
			if got := r.BegunAt.Sub(begun[i].EndedAt); got < pause || got > pause+time.Minute {
				t.Errorf("pause %d is %s, want %s", i+1, got, pause)
			}
		}
		last := len(begun)
		sc.up(2 * time.Minute)
		if n := len(sc.runs("mattina")); n != last {
			t.Errorf("a restart called the server %d times", n-last)
		}
		sc.house.fails = nil
		sc.up(61 * time.Minute)
		if runs := sc.runs("mattina"); runs[len(runs)-1].Outcome != ledger.Done {
			t.Errorf("%+v", runs[len(runs)-1])
		}
		standings, err := sc.house.ledger.Standings(t.Context())
		if s := standings[0]; err != nil || s.Attempts != 0 || s.Blocked != "" || !s.NotBefore.IsZero() {
			t.Errorf("%+v, %v", s, err)
		}
	})
}

// TestWindow: outside an endpoint's hours nothing is begun; it runs when it opens.
func TestWindow(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		sc := dawn(t, atHalfPastFive)
		defer sc.end()
		hours := config.Windows{Zone: rome}
		for day := range time.Weekday(7) {
			hours.Spans = append(hours.Spans, config.Span{Day: day, From: 7 * time.Hour, To: 20 * time.Hour})
		}
		sc.world.Config.Endpoints["inps"] = config.Endpoint{Name: "inps", Windows: hours}
		sc.up(3 * time.Hour)
		sc.wantEvents("blocked window 07:00", "begun ", "run ", "freed window")
		if r := sc.runs("mattina"); len(r) != 1 || r[0].BegunAt.In(rome).Format("15:04") != "07:00" || r[0].Due.In(rome).Format("15:04") != "05:30" {
			t.Errorf("%+v", r)
		}
	})
}

// TestDisk: while the disk is full no run begins, and the ledger is left alone.
func TestDisk(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		sc := dawn(t, atHalfPastFive)
		defer sc.end()
		free := time.Date(2026, 3, 2, 6, 10, 0, 0, rome)
		sc.opt.Room = func(string) error {
			if time.Now().Before(free) {
				return fmt.Errorf("reserve: %w", syscall.ENOSPC)
			}
			return nil
		}
		sc.up(2 * time.Hour)
		sc.wantEvents("blocked disk 05:31", "begun ", "run ", "freed disk")
		if r := sc.runs("mattina"); len(r) != 1 || r[0].BegunAt.Sub(free) > time.Minute {
			t.Errorf("%+v", r)
		}
	})
}

// TestKey: a secret that cannot be read has a name, and is asked for every minute.
func TestKey(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		sc := dawn(t, atHalfPastFive)
		defer sc.end()
		there := time.Date(2026, 3, 2, 5, 40, 0, 0, rome)
		sc.house.fails = func(string) error {
			if time.Now().After(there) {
				return nil
			}
			secret := &flusso.Error{Op: "read secret", ID: "file", Kind: flusso.Config}
			return errors.Join(errors.New("other"), &flusso.Error{Op: "connect", ID: "inps", Kind: flusso.Config, Err: secret})
		}
		sc.up(time.Hour)
		events := sc.events("blocked", "freed")
		if len(events) != 2 || events[0].Reason != "key" || events[1].Reason != "key" {
			t.Errorf("%+v", events)
		}
		if r := sc.runs("mattina"); r[len(r)-1].BegunAt.Sub(there) > 2*time.Minute {
			t.Errorf("ran %s later", r[len(r)-1].BegunAt.Sub(there))
		}
	})
}

// TestResting: an endpoint whose breaker is open is not called; a refused login has
// a name of its own.
func TestResting(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		sc := dawn(t, atHalfPastFive)
		defer sc.end()
		rests := time.Date(2026, 3, 2, 8, 0, 0, 0, rome)
		err := sc.house.ledger.Update(t.Context(), func(tx *ledger.Tx) error {
			return tx.SetCircuit(t.Context(), ledger.Circuit{Endpoint: "inps", Refused: 1, OpenUntil: rests})
		})
		if err != nil {
			t.Fatal(err)
		}
		sc.up(4 * time.Hour)
		sc.wantEvents("blocked login 08:00", "begun ", "run ", "freed login")
	})
}

// TestClockAhead: a clock that was years ahead and is put right: times begin anew,
// and the day's run is made.
func TestClockAhead(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		sc := dawn(t, atHalfPastFive)
		defer sc.end()
		wrong := 20 * 365 * 24 * time.Hour
		sc.opt.Now = func() time.Time { return time.Now().Add(wrong) }
		sc.up(time.Hour)
		sc.opt.Now = time.Now
		sc.up(24 * time.Hour)
		sc.wantEvents("begun ", "run ", "clock ", "begun ", "run ")
	})
}

// TestClockAheadForNothing: a clock that is a year ahead while nobody answers, and is put
// right: nothing rests for a year, no day is said to be missing that is still to come, and
// what is missing later is said in time. The daemon runs on, or is started anew.
func TestClockAheadForNothing(t *testing.T) {
	for _, restarted := range []bool{false, true} {
		t.Run(fmt.Sprint("restarted ", restarted), func(t *testing.T) {
			inBubble(t, func(t *testing.T) {
				sc := newScene(t, time.Date(2026, 3, 2, 0, 0, 0, 0, rome), every,
					"name: annuale\nwhen: 0 6 * * *\nexpect: {request: prot. 47/2026, year: 2025, due: 2026-03-20, remind: 3d}")
				defer sc.end()
				var wrong time.Duration
				var mu sync.Mutex
				step := func(to time.Duration) { mu.Lock(); wrong = to; mu.Unlock() }
				sc.opt.Now = func() time.Time { mu.Lock(); defer mu.Unlock(); return time.Now().Add(wrong) }
				sc.opt.Tick = time.Minute
				sc.house.brings = func(s string) int {
					if s == "mattina" && time.Now().In(rome).Day() != 6 {
						return 2
					}
					return 0
				}
				sc.house.fails = func(string) error {
					if sc.opt.Now().Year() > 2026 {
						return transient
					}
					return nil
				}
				play := func() {
					time.Sleep(10 * time.Hour)
					step(365 * 24 * time.Hour)
					// What an endpoint's breaker then says.
					err := sc.house.ledger.Update(context.Background(), func(tx *ledger.Tx) error {
						return tx.SetCircuit(context.Background(), ledger.Circuit{Endpoint: "inps", Failures: 9, OpenUntil: sc.opt.Now().Add(time.Hour)})
					})
					if err != nil {
						t.Error(err)
					}
					time.Sleep(3 * time.Hour)
					step(0)
				}
				if restarted {
					go play()
					sc.up(14 * time.Hour)
					sc.up(18*24*time.Hour - 14*time.Hour)
				} else {
					go play()
					sc.up(18 * 24 * time.Hour)
				}
				var days []string
				for _, r := range sc.runs("mattina") {
					if r.Outcome == ledger.Done {
						days = append(days, r.Due.In(rome).Format("01-02"))
					}
				}
				want := []string{}
				for day := 2; day <= 19; day++ {
					want = append(want, fmt.Sprintf("03-%02d", day))
				}
				if !slices.Equal(days, want) {
					t.Errorf("ran for %v", days)
				}
				open, err := sc.house.ledger.OpenExpectations(t.Context())
				if err != nil {
					t.Fatal(err)
				}
				for _, x := range open {
					if x.Due.After(time.Now()) && x.State == ledger.Missing {
						t.Errorf("%s is said to be missing already", x.What)
					}
				}
				alarms := sc.alarms()
				if !slices.Contains(alarms, "03-06 09:00 op-1 schedule mattina 2026-03-06 missing") {
					t.Errorf("the 6th was not told of: %q", alarms)
				}
				if x, found, err := sc.house.ledger.Expectation(t.Context(), "annuale", "prot. 47/2026"); err != nil || !found || x.State != ledger.Waiting || x.RemindedAt.In(rome).Format("01-02") != "03-17" {
					t.Errorf("the request: %+v, %v, %v", x, found, err)
				}
			})
		})
	}
}

// TestClockSteps: the clock is set forward and back by hours and by a day, as by NTP, also
// while a run is under way: no period is run twice, and after at most a day every one is.
func TestClockSteps(t *testing.T) {
	for _, by := range []time.Duration{-3 * time.Hour, -24 * time.Hour, 3 * time.Hour, 24 * time.Hour} {
		t.Run(by.String(), func(t *testing.T) {
			inBubble(t, func(t *testing.T) {
				sc := newScene(t, time.Date(2026, 3, 2, 0, 0, 0, 0, rome), atHalfPastFive)
				defer sc.end()
				var wrong time.Duration
				var mu sync.Mutex
				sc.opt.Now = func() time.Time { mu.Lock(); defer mu.Unlock(); return time.Now().Add(wrong) }
				sc.opt.Tick = time.Minute
				sc.house.takes = func(string) time.Duration { return time.Hour }
				go func() {
					time.Sleep(6 * time.Hour) // a run is under way
					mu.Lock()
					wrong = by
					mu.Unlock()
				}()
				sc.up(10 * 24 * time.Hour)
				seen := map[string]int{}
				for _, r := range sc.runs("mattina") {
					seen[r.Period]++
				}
				for day := 2; day <= 10; day++ {
					if period := fmt.Sprintf("2026-03-%02d", day); seen[period] != 1 {
						t.Errorf("%s was run %d times", period, seen[period])
					}
				}
			})
		})
	}
}

// TestZoneChanged: a schedule's hour is given in another zone by a reload: no day is left
// out, and only that of the change may come again, at its new hour.
func TestZoneChanged(t *testing.T) {
	for _, zones := range [][2]string{{"Europe/Rome", "America/New_York"}, {"America/New_York", "Europe/Rome"}, {"Europe/Rome", "Asia/Tokyo"}, {"Asia/Tokyo", "America/New_York"}} {
		for _, hour := range []int{3, 8, 14, 20} {
			t.Run(fmt.Sprint(zones, hour), func(t *testing.T) {
				inBubble(t, func(t *testing.T) {
					sc := newScene(t, time.Date(2026, 3, 2, 0, 0, 0, 0, rome), "name: mattina\nwhen: CRON_TZ="+zones[0]+" 30 5 * * *")
					defer sc.end()
					sc.opt.Tick = time.Minute
					sc.up(24*time.Hour + time.Duration(hour)*time.Hour)
					sc.world.Schedules = parse(t, "name: mattina\nwhen: CRON_TZ="+zones[1]+" 30 5 * * *")
					sc.up(6 * 24 * time.Hour)
					seen := map[string]int{}
					for _, r := range sc.runs("mattina") {
						seen[r.Period]++
					}
					for day := 3; day <= 8; day++ {
						period := fmt.Sprintf("2026-03-%02d", day)
						if changed := day == 3 && hour < 14; seen[period] != 1 && !(changed && seen[period] == 2) {
							t.Errorf("%s was run %d times: %v", period, seen[period], seen)
						}
					}
				})
			})
		}
	}
}

// TestSideBySide: schedules that share nothing run at once, up to a number; the
// rest waits its turn, and nobody starves.
func TestSideBySide(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		var all []string
		for i := range 10 {
			all = append(all, fmt.Sprintf("name: s%d\nwhen: 30 5 * * *", i))
		}
		sc := dawn(t, append(all,
			"name: uno\nwhen: 30 5 * * *\npull: {from: \"hub:/a\"}\ndisclose: [{to: r}]",
			"name: due\nwhen: 30 5 * * *\npull: {from: \"hub:/b\"}\ndisclose: [{to: r}]")...)
		defer sc.end()
		sc.house.takes = func(string) time.Duration { return 10 * time.Minute }
		most := 0
		sc.opt.Status = func(s State) string { most = max(most, s.Running); return "" }
		sc.opt.Notify = &Notifier{}
		sc.up(3 * time.Hour)
		begun := map[string]time.Time{}
		for _, s := range sc.world.Schedules {
			r := sc.runs(s.Name)
			if len(r) != 1 || r[0].Outcome != ledger.Done {
				t.Fatalf("%s: %+v", s.Name, r)
			}
			begun[s.Name] = r[0].BegunAt
		}
		if most != 4 {
			t.Errorf("%d at once, want 4", most)
		}
		if d := begun["uno"].Sub(begun["due"]).Abs(); d < 10*time.Minute {
			t.Errorf("two for one recipient began %s after each other", d)
		}
	})
}

// TestStop: a stop lets what is at hand end; told again it breaks off, and so it
// does when its patience ends. What was broken off is due at the next start.
func TestStop(t *testing.T) {
	for _, c := range []struct {
		name     string
		patience time.Duration
		cut      bool
		deaf     bool // the run does not hear of the stop
		want     error
		took     time.Duration
	}{
		{"in order", 0, false, false, nil, 0},
		{"the last file is large", -1, false, true, nil, 50 * time.Minute},
		{"patience ends", 20 * time.Minute, false, true, errCut, 20 * time.Minute},
		{"told twice", -1, true, true, errCut, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			inBubble(t, func(t *testing.T) {
				sc := dawn(t, atHalfPastFive)
				defer sc.end()
				sc.house.takes = func(string) time.Duration { return time.Hour }
				sc.house.deaf = c.deaf
				sc.opt.Patience = c.patience
				ctx, stop := context.WithCancel(t.Context())
				cut, over := make(chan struct{}), make(chan error)
				go func() { over <- New(sc.world, sc.opt).Serve(ctx, Orders{Cut: cut}) }()
				time.Sleep(40 * time.Minute)
				stop()
				if c.cut {
					close(cut)
				}
				begin := time.Now()
				if err := <-over; !errors.Is(err, c.want) {
					t.Errorf("ended with %v, want %v", err, c.want)
				}
				if took := time.Since(begin); took.Round(time.Second) != c.took {
					t.Errorf("it took %s, want %s", took, c.took)
				}
				standings, err := sc.house.ledger.Standings(t.Context())
				if settled := sc.world.Schedules[0].Next(standings[0].Settled).After(begin); err != nil || settled != (c.took == 50*time.Minute) || standings[0].Attempts != 0 {
					t.Errorf("%+v, %v", standings[0], err)
				}
			})
		})
	}
}

// TestReload: what is new is taken up, what is gone is gone, also while it runs;
// a fault changes nothing.
func TestReload(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		sc := dawn(t, atHalfPastFive, "name: altro\nwhen: 0 6 * * *")
		defer sc.end()
		sc.house.takes = func(string) time.Duration { return time.Hour }
		worlds := make(chan any, 1)
		sc.opt.Load = func(context.Context) (World, error) {
			switch w := (<-worlds).(type) {
			case error:
				return World{}, w
			case World:
				return w, nil
			}
			panic("no world")
		}
		ctx, stop := context.WithCancel(t.Context())
		hang, over := make(chan struct{}), make(chan error)
		var seen []string // by who tells people
		sc.opt.Notices = func(_ context.Context, w World) error {
			is := "taken up"
			if w.Refused != nil {
				is = fmt.Sprint(w.Refused.Reason, " ", w.Refused.Faults)
			}
			if len(seen) == 0 || seen[len(seen)-1] != is {
				seen = append(seen, is)
			}
			return nil
		}
		go func() { over <- New(sc.world, sc.opt).Serve(ctx, Orders{Reload: hang}) }()
		reload := func(w any) {
			worlds <- w
			hang <- struct{}{}
			time.Sleep(time.Second)
		}
		time.Sleep(40 * time.Minute) // mattina runs
		reload(errors.New("a fault"))
		reload(fmt.Errorf("read: %w", config.Faults{{}, {}}))
		reload(&flusso.Error{Op: "reload", Kind: flusso.Config})
		moved := sc.world
		moved.Schedules = parse(t, "name: nuovo\nwhen: 0 7 * * *")
		reload(moved)
		moved.Schedules = parse(t, atHalfPastFive, "name: nuovo\nwhen: 0 7 * * *")
		reload(moved)
		time.Sleep(3 * time.Hour)
		stop()
		if err := <-over; err != nil {
			t.Fatal(err)
		}
		if n := len(sc.events("reload_refused")); n != 3 || len(sc.events("reloaded")) != 2 {
			t.Errorf("%d refused, %d reloaded", n, len(sc.events("reloaded")))
		}
		if want := []string{"taken up", "internal 1", "faults 2", "restart 1", "taken up"}; !slices.Equal(seen, want) {
			t.Errorf("people are told %q, want %q", seen, want)
		}
		var alarms []string
		if err := sc.house.ledger.EachEntry(t.Context(), 0, func(l ledger.Logged) error {
			if l.Entry.Event == ledger.Alarm {
				alarms = append(alarms, fmt.Sprint(l.Entry.Actor, " ", l.Entry.Object, " ", l.Entry.Outcome, " ", l.Entry.Counts))
			}
			return nil
		}); err != nil || len(alarms) != 1 || alarms[0] != "op-1 configuration refused map[faults:1]" {
			t.Errorf("alarms %q, %v", alarms, err)
		}
		for name, want := range map[string]int{"mattina": 1, "nuovo": 1, "altro": 0} {
			if got := len(sc.runs(name)); got != want {
				t.Errorf("%s ran %d times, want %d", name, got, want)
			}
		}
	})
}

// TestOtherTimes: a schedule that is given an earlier hour does not run twice on that
// day, whether the daemon is told or started anew; what was due by the times of before
// is made up for all the same.
func TestOtherTimes(t *testing.T) {
	for _, c := range []struct {
		name  string
		down  bool // at the old time
		times []string
	}{
		{"it had run", false, []string{"02 05:30", "03 05:00"}},
		{"it had not", true, []string{"02 10:00", "03 05:00"}},
		{"it had none", false, []string{"03 05:00"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			inBubble(t, func(t *testing.T) {
				sc := dawn(t, atHalfPastFive)
				defer sc.end()
				if c.name == "it had none" {
					sc.world.Schedules = parse(t, "name: mattina")
				}
				if sc.up(time.Minute); !c.down {
					sc.up(4 * time.Hour)
				}
				time.Sleep(time.Until(time.Date(2026, 3, 2, 10, 0, 0, 0, rome)))
				sc.world.Schedules = parse(t, "name: mattina\nwhen: 0 5 * * *")
				sc.up(24 * time.Hour)
				var got []string
				for _, r := range sc.runs("mattina") {
					got = append(got, r.BegunAt.In(rome).Format("02 15:04"))
				}
				if !slices.Equal(got, c.times) {
					t.Errorf("ran at %q, want %q", got, c.times)
				}
			})
		})
	}
}
