package daemon

import (
	"math/rand/v2"
	"testing"
	"time"

	"flussi/internal/ledger"
)

// TestTenYears: every day of ten years has its run, once, at its hour by the clock
// on the wall: hours that daylight saving skips right after the gap, doubled ones
// once, leap days too.
func TestTenYears(t *testing.T) {
	years := 10
	if testing.Short() {
		years = 2
	}
	inBubble(t, func(t *testing.T) {
		begin := time.Date(2026, 1, 1, 0, 0, 0, 0, rome)
		sc := newScene(t, begin,
			"name: mattina\nwhen: 30 5 * * *",
			"name: notte\nwhen: 30 2 * * *",
			"name: altrove\nwhen: CRON_TZ=America/New_York 30 2 * * *",
			"name: lunedi\nwhen: 0 9 * * 1",
			"name: bisestile\nwhen: 0 9 29 2 *",
			"name: mese\nwhen: 15 0 1 * *",
		)
		defer sc.end()
		end := begin.AddDate(years, 0, 0)
		sc.up(end.Sub(begin))
		for _, c := range []struct {
			name, zone   string
			hour, minute int
			on           func(day time.Time) bool
		}{
			{"mattina", "Europe/Rome", 5, 30, func(time.Time) bool { return true }},
			{"notte", "Europe/Rome", 2, 30, func(time.Time) bool { return true }},
			{"altrove", "America/New_York", 2, 30, func(time.Time) bool { return true }},
			{"lunedi", "Europe/Rome", 9, 0, func(day time.Time) bool { return day.Weekday() == time.Monday }},
			{"bisestile", "Europe/Rome", 9, 0, func(day time.Time) bool { return day.Month() == time.February && day.Day() == 29 }},
			{"mese", "Europe/Rome", 0, 15, func(day time.Time) bool { return day.Day() == 1 }},
		} {
			zone, err := time.LoadLocation(c.zone)
			if err != nil {
				t.Fatal(err)
			}
			runs := sc.runs(c.name)
			// Days are counted in UTC, which skips none, from the local day on.
			local := begin.In(zone)
			for day := time.Date(local.Year(), local.Month(), local.Day(), 12, 0, 0, 0, time.UTC); ; day = day.AddDate(0, 0, 1) {
				if !c.on(day) {
					if day.After(end) {
						break
					}
					continue
				}
				at := time.Date(day.Year(), day.Month(), day.Day(), c.hour, c.minute, 0, 0, zone)
				if !at.After(begin) {
					continue
				}
				if at.Add(2 * time.Hour).After(end) { // near the end it may have run or not
					break
				}
				if len(runs) == 0 {
					t.Fatalf("%s: nothing ran for %s", c.name, day.Format(time.DateOnly))
				}
				r := runs[0]
				runs = runs[1:]
				begun := r.BegunAt.In(zone)
				// Where the hour was skipped, time.Date gives another one.
				skipped := at.Hour() != c.hour
				onTime := begun.Hour() == c.hour && begun.Minute() == c.minute || skipped && begun.Hour() == c.hour+1 && begun.Minute() == 0
				if r.Period != day.Format(time.DateOnly) || !onTime || r.Outcome != ledger.Done {
					t.Fatalf("%s, %s: ran for %s at %s: %s", c.name, day.Format(time.DateOnly), r.Period, begun, r.Outcome)
				}
			}
			if len(runs) > 1 {
				t.Errorf("%s: %d runs too many, the first for %s", c.name, len(runs), runs[0].Period)
			}
		}
	})
}

// TestRestless: for months daemons come and go, some by kill -9; servers fail, runs
// take long. Nothing that was due is left out and nothing is run for twice: what
// runs settle follows without a gap, and what was due while a daemon was up and
// well ran at once.
func TestRestless(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	inBubble(t, func(t *testing.T) {
		random := rand.New(rand.NewPCG(seed, 0))
		begin := time.Date(2026, 3, 1, 0, 0, 0, 0, rome)
		sc := newScene(t, begin,
			"name: quarti\nwhen: '*/15 * * * *'",
			"name: notte\nwhen: 30 2 * * *\npull: {from: \"hub:/out\"}\nrelay: {to: \"inps:/in\", as: inps}",
			"name: sera\nwhen: 0 19 * * 1-5\npull: {from: \"hub:/altro\"}\nrelay: {to: \"inps:/in\", as: inps}",
		)
		defer sc.end()
		dice := make(chan float64)
		done := make(chan struct{})
		defer close(done)
		go func() { // one stream of numbers, whoever asks
			for {
				select {
				case dice <- random.Float64():
				case <-done:
					return
				}
			}
		}()
		sc.opt.Tick = time.Minute
		sc.house.takes = func(string) time.Duration {
			if x := <-dice; x < 0.9 {
				return time.Duration(x * float64(time.Minute))
			}
			return 40 * time.Minute
		}
		sc.house.fails = func(string) error {
			if <-dice < 0.1 {
				return transient
			}
			return nil
		}
		sc.opt.Patience = -1
		for range 60 {
			long := time.Duration(<-dice * float64(48*time.Hour))
			if <-dice < 0.5 {
				sc.killed(long)
			} else {
				sc.up(long)
			}
			if off := <-dice; off < 0.7 {
				time.Sleep(time.Duration(off * float64(time.Hour)))
			} else {
				time.Sleep(time.Duration(off * float64(72*time.Hour)))
			}
		}
		sc.house.fails = nil
		sc.house.takes = nil
		sc.up(25 * time.Hour)
		last := time.Now()
		for _, s := range sc.world.Schedules {
			settled := begin
			for _, r := range sc.runs(s.Name) {
				if !r.Due.After(settled) {
					t.Fatalf("%s: run for %s, which was settled up to %s", s.Name, r.Due, settled)
				}
				if got := s.Last(r.BegunAt); !got.Equal(r.Due) {
					t.Errorf("%s: the run at %s is for %s, not for %s", s.Name, r.BegunAt, r.Due, got)
				}
				if r.Outcome == ledger.Done {
					settled = r.Due
				}
			}
			if next := s.Next(settled); next.Add(time.Minute).Before(last) {
				t.Errorf("%s: settled up to %s; %s was due and did not run", s.Name, settled, next)
			}
		}
	})
}
