package schedule_test

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"flussi/internal/schedule"
)

// TestLast: the latest time is the one after which nothing comes until then. In
// other words: what Next finds from it lies beyond, and Next finds it.
func TestLast(t *testing.T) {
	whens := []string{
		"* * * * *", "*/15 * * * *", "30 5 * * *", "30 2 * * *", "0 9 * * 1", "15 0 1 * *", "0 9 29 2 *", "0 0 1 1 *",
		"CRON_TZ=America/New_York 30 2 * * *", "CRON_TZ=UTC 0 12 31 * 5", "* * 29 2 *",
	}
	rapid.Check(t, func(t *rapid.T) {
		when := rapid.SampledFrom(whens).Draw(t, "when")
		s, err := schedule.Parse("a.yaml", fmt.Appendf(nil, "name: a\nwhen: %q\npull: {from: \"inps:/out\"}\nreport: r\n", when), "/")
		if err != nil {
			t.Fatal(err)
		}
		at := time.Unix(rapid.Int64Range(1_750_000_000, 2_200_000_000).Draw(t, "at"), 0)
		last := s.Last(at)
		if last.IsZero() || last.After(at) {
			t.Fatalf("the last of %q at %s is %s", when, at, last)
		}
		if next := s.Next(last); !next.After(at) {
			t.Fatalf("after %s, the last of %q at %s, comes %s", last, when, at, next)
		}
		if again := s.Next(last.Add(-time.Second)); !again.Equal(last) {
			t.Fatalf("%s is none of the times of %q: %s is", last, when, again)
		}
	})
	byHand, err := schedule.Parse("a.yaml", []byte("name: a\npull: {from: \"inps:/out\"}\nreport: r\n"), "/")
	if err != nil || !byHand.Last(time.Now()).IsZero() {
		t.Errorf("by hand: %v, %v", byHand.Last(time.Now()), err)
	}
}

func TestDeadline(t *testing.T) {
	for _, c := range []struct{ when, by, after, period, since, due string }{
		{"30 5 * * *", "09:00", "2026-11-02T08:59:59+01:00", "2026-11-02", "2026-11-02T00:00:00+01:00", "2026-11-02T09:00:00+01:00"},
		{"30 5 * * *", "09:00", "2026-11-02T09:00:00+01:00", "2026-11-03", "2026-11-03T00:00:00+01:00", "2026-11-03T09:00:00+01:00"},
		{"30 5 * * 1", "09:00", "2026-11-02T09:00:00+01:00", "2026-11-09", "2026-11-09T00:00:00+01:00", "2026-11-09T09:00:00+01:00"},
		// Several runs on one day have one.
		{"0 * * * *", "09:00", "2026-11-02T09:00:00+01:00", "2026-11-03", "2026-11-03T00:00:00+01:00", "2026-11-03T09:00:00+01:00"},
		// It has passed when the day's first run comes: on the day after.
		{"0 22 * * *", "06:00", "2026-11-02T05:00:00+01:00", "2026-11-01", "2026-11-01T00:00:00+01:00", "2026-11-02T06:00:00+01:00"},
		{"0 22 * * *", "06:00", "2026-11-02T06:00:00+01:00", "2026-11-02", "2026-11-02T00:00:00+01:00", "2026-11-03T06:00:00+01:00"},
		// Where clocks go forward and back.
		{"30 1 * * *", "02:30", "2026-03-28T12:00:00+01:00", "2026-03-29", "2026-03-29T00:00:00+01:00", "2026-03-29T03:00:00+02:00"},
		{"30 1 * * *", "02:30", "2026-10-24T12:00:00+02:00", "2026-10-25", "2026-10-25T00:00:00+02:00", "2026-10-25T02:30:00+01:00"},
	} {
		s, err := schedule.Parse("a.yaml", fmt.Appendf(nil, "name: a\nwhen: %q\npull: {from: \"inps:/out\"}\nreport: r\nexpect: {by: %q}\n", c.when, c.by), "/")
		if err != nil {
			t.Fatal(err)
		}
		d, ok := s.Deadline(instant(t, c.after))
		if got := fmt.Sprint(d.Period, " ", d.Since.Format(form), " ", d.Due.Format(form)); !ok || got != c.period+" "+c.since+" "+c.due {
			t.Errorf("%s by %s after %s: %s, want %s %s %s", c.when, c.by, c.after, got, c.period, c.since, c.due)
		}
	}
	if _, ok := at(t, "30 5 * * *").Deadline(time.Now()); ok {
		t.Error("a deadline where nothing is expected")
	}
}
