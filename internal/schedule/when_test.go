package schedule_test

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"flussi/internal/schedule"
)

func at(t testing.TB, when string) *schedule.Schedule {
	t.Helper()
	s, err := schedule.Parse("a.yaml", fmt.Appendf(nil, "name: a\nwhen: %q\npull: {from: \"inps:/out\"}\nreport: r\n", when), "/")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

const form = "2006-01-02T15:04:05Z07:00"

func instant(t testing.TB, s string) time.Time {
	t.Helper()
	at, err := time.Parse(form, s)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func TestNext(t *testing.T) {
	for _, c := range []struct {
		when, after string
		next        []string
		period      string // of the first
	}{
		{"CRON_TZ=Europe/Rome 30 5 * * *", "2026-11-02T05:30:00+01:00", []string{"2026-11-03T05:30:00+01:00", "2026-11-04T05:30:00+01:00"}, "2026-11-03"},
		{"30 5 * * *", "2026-11-02T04:29:59Z", []string{"2026-11-02T05:30:00+01:00"}, "2026-11-02"},
		{"CRON_TZ=UTC 30 23 * * *", "2026-11-02T00:00:00Z", []string{"2026-11-02T23:30:00Z"}, "2026-11-02"},
		{"30 0 * * *", "2026-11-02T22:00:00Z", []string{"2026-11-02T23:30:00Z"}, "2026-11-03"},
		{"0 9 1 * *", "2026-11-02T00:00:00Z", []string{"2026-12-01T09:00:00+01:00"}, "2026-12-01"},
		{"0 9 29 2 *", "2026-11-02T00:00:00Z", []string{"2028-02-29T09:00:00+01:00"}, "2028-02-29"},
		// 29 March 2026, 02:00 becomes 03:00: a skipped time runs after the gap, once.
		{"30 2 * * *", "2026-03-28T12:00:00+01:00", []string{"2026-03-29T03:00:00+02:00", "2026-03-30T02:30:00+02:00"}, "2026-03-29"},
		{"30 2 * * *", "2026-03-29T03:00:00+02:00", []string{"2026-03-30T02:30:00+02:00"}, "2026-03-30"},
		{"*/30 * * * *", "2026-03-29T01:15:00+01:00", []string{"2026-03-29T01:30:00+01:00", "2026-03-29T03:00:00+02:00", "2026-03-29T03:30:00+02:00"}, "2026-03-29"},
		// 25 October 2026, 03:00 becomes 02:00: a doubled time runs at its first pass only.
		{"30 2 * * *", "2026-10-24T12:00:00+02:00", []string{"2026-10-25T02:30:00+02:00", "2026-10-26T02:30:00+01:00"}, "2026-10-25"},
		{"30 2 * * *", "2026-10-25T02:10:00+01:00", []string{"2026-10-26T02:30:00+01:00"}, "2026-10-26"},
		{"*/30 * * * *", "2026-10-25T02:20:00+02:00", []string{"2026-10-25T02:30:00+02:00", "2026-10-25T03:00:00+01:00"}, "2026-10-25"},
	} {
		s, after := at(t, c.when), instant(t, c.after)
		for i, want := range c.next {
			after = s.Next(after)
			if !after.Equal(instant(t, want)) {
				t.Errorf("%s after %s: run %d at %s, want %s", c.when, c.after, i+1, after.Format(form), want)
				break
			}
			if i == 0 && s.Period(after).String() != c.period {
				t.Errorf("%s: period %v, want %s", c.when, s.Period(after), c.period)
			}
		}
	}
	if next := one(t, "testdata/good/push.yaml").Next(time.Now()); !next.IsZero() {
		t.Errorf("a schedule by hand runs at %v", next)
	}
}

// A daily schedule has exactly one run for each local date, whatever its time
// and wherever one begins to look.
func TestNextOncePerDay(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		minute, hour := rapid.IntRange(0, 59).Draw(rt, "minute"), rapid.IntRange(0, 23).Draw(rt, "hour")
		zone := rapid.SampledFrom([]string{"Europe/Rome", "America/St_Johns", "Australia/Lord_Howe", "UTC"}).Draw(rt, "zone")
		s := at(t, fmt.Sprintf("CRON_TZ=%s %d %d * * *", zone, minute, hour))
		now := time.Date(2026, time.Month(rapid.SampledFrom([]int{3, 4, 10, 11}).Draw(rt, "month")), rapid.IntRange(1, 31).Draw(rt, "day"), 0, rapid.IntRange(0, 24*60).Draw(rt, "at"), 0, 0, time.UTC)
		first := s.Next(now)
		day := s.Period(first)
		for run := range 10 {
			if got := s.Period(first); got != day.AddDays(run) {
				rt.Fatalf("run %d is of %v, want %v", run, got, day.AddDays(run))
			}
			next := s.Next(first)
			if !next.After(first) {
				rt.Fatalf("%v is not after %v", next, first)
			}
			first = next
		}
	})
}
