package config_test

import (
	"os"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"flussi/internal/config"
)

// windows reads opening hours as a file gives them.
func windows(t testing.TB, yaml string) config.Windows {
	t.Helper()
	text, err := os.ReadFile("testdata/good/smallest.yaml")
	if err != nil {
		t.Fatal(err)
	}
	c, err := config.Parse("flussi.yaml", append(text, "    windows: "+yaml+"\n"...), "/")
	if err != nil {
		t.Fatal(err)
	}
	return c.Endpoints["inps"].Windows
}

func instant(t testing.TB, s string) time.Time {
	t.Helper()
	at, err := time.Parse("2006-01-02T15:04Z07:00", s)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func TestOpen(t *testing.T) {
	const office = `{zone: Europe/Rome, open: ["Mon-Fri 05:00-20:00", "Sat 06:00-12:00"]}`
	const night = `{open: ["Mon-Sun 22:00-04:00"]}`
	for _, c := range []struct {
		hours, at string
		open      bool
		next      string // empty: never
	}{
		{office, "2026-11-02T04:59+01:00", false, "2026-11-02T05:00+01:00"},
		{office, "2026-11-02T05:00+01:00", true, "2026-11-02T20:00+01:00"},
		{office, "2026-11-02T19:59+01:00", true, "2026-11-02T20:00+01:00"},
		{office, "2026-11-02T20:00+01:00", false, "2026-11-03T05:00+01:00"},
		{office, "2026-11-07T12:00+01:00", false, "2026-11-09T05:00+01:00"},
		// The zone is the endpoint's, not the caller's.
		{office, "2026-11-02T03:59Z", false, "2026-11-02T05:00+01:00"},
		{office, "2026-07-06T03:00Z", true, "2026-07-06T20:00+02:00"},
		{night, "2026-11-02T23:30+01:00", true, "2026-11-03T04:00+01:00"},
		{night, "2026-11-03T03:59+01:00", true, "2026-11-03T04:00+01:00"},
		{night, "2026-11-03T04:00+01:00", false, "2026-11-03T22:00+01:00"},
		// A week's end joins its beginning.
		{`{open: ["Sun 20:00-24:00", "Mon 00:00-02:00"]}`, "2026-11-01T21:00+01:00", true, "2026-11-02T02:00+01:00"},
		{`{open: ["Mon-Sun 00:00-24:00"]}`, "2026-11-02T04:59+01:00", true, ""},
		{`{open: ["Sat-Mon 10:00-11:00"]}`, "2026-11-03T10:30+01:00", false, "2026-11-07T10:00+01:00"},
		// 29 March 2026: 02:00 becomes 03:00.
		{`{open: ["Mon-Sun 02:30-05:00"]}`, "2026-03-29T01:59+01:00", false, "2026-03-29T03:00+02:00"},
		{`{open: ["Mon-Sun 00:00-02:30"]}`, "2026-03-29T01:59+01:00", true, "2026-03-29T03:00+02:00"},
		{night, "2026-03-29T03:30+02:00", true, "2026-03-29T04:00+02:00"},
		// 25 October 2026: 03:00 becomes 02:00, and 02:30 comes twice.
		{`{open: ["Mon-Sun 02:30-05:00"]}`, "2026-10-25T02:45+02:00", false, "2026-10-25T02:30+01:00"},
		{`{open: ["Mon-Sun 00:00-02:30"]}`, "2026-10-25T02:15+02:00", true, "2026-10-25T02:30+02:00"},
		{`{open: ["Mon-Sun 00:00-02:30"]}`, "2026-10-25T02:15+01:00", false, "2026-10-26T00:00+01:00"},
		{night, "2026-10-25T02:30+01:00", true, "2026-10-25T04:00+01:00"},
	} {
		open, next := windows(t, c.hours).Open(instant(t, c.at))
		want := time.Time{}
		if c.next != "" {
			want = instant(t, c.next)
		}
		if open != c.open || !next.Equal(want) {
			t.Errorf("%s at %s: %v until %v, want %v until %v", c.hours, c.at, open, next, c.open, c.next)
		}
	}
	if open, next := (config.Windows{}).Open(time.Now()); !open || !next.IsZero() {
		t.Error("no windows are not always open")
	}
}

// Whatever the hours: the state holds until next and changes there, and it is
// never open while the wall clock says closed.
func TestOpenHolds(t *testing.T) {
	rome := windows(t, `{open: ["Mon 00:00-01:00"]}`).Zone
	changes := []time.Time{instant(t, "2026-03-29T01:00Z"), instant(t, "2026-10-25T01:00Z")}
	rapid.Check(t, func(t *rapid.T) {
		w := config.Windows{Zone: rome}
		for range rapid.IntRange(1, 4).Draw(t, "spans") {
			from := rapid.IntRange(0, 95).Draw(t, "from")
			to := rapid.IntRange(0, 96).Filter(func(n int) bool { return n != from }).Draw(t, "to")
			w.Spans = append(w.Spans, config.Span{
				Day:  time.Weekday(rapid.IntRange(0, 6).Draw(t, "day")),
				From: time.Duration(from) * 15 * time.Minute, To: time.Duration(to) * 15 * time.Minute,
			})
		}
		at := rapid.SampledFrom(changes).Draw(t, "change").Add(time.Duration(rapid.IntRange(-3*24*60, 3*24*60).Draw(t, "minutes")) * time.Minute)
		open, next := w.Open(at)
		if open && !onTheClock(w, at) {
			t.Fatalf("open at %v against the wall clock", at)
		}
		if next.IsZero() {
			return
		}
		if !next.After(at) {
			t.Fatalf("%v changes at %v", at, next)
		}
		if still, _ := w.Open(next.Add(-time.Second)); still != open {
			t.Fatalf("%v: changes before %v", at, next)
		}
		if changed, _ := w.Open(next); changed == open {
			t.Fatalf("%v: does not change at %v", at, next)
		}
	})
}

// onTheClock is the plain reading: weekday and time of day on the wall.
func onTheClock(w config.Windows, at time.Time) bool {
	local := at.In(w.Zone)
	clock := time.Duration(local.Hour())*time.Hour + time.Duration(local.Minute())*time.Minute + time.Duration(local.Second())*time.Second
	for _, s := range w.Spans {
		to := s.To
		if to <= s.From {
			to += 24 * time.Hour
		}
		if local.Weekday() == s.Day && clock >= s.From && clock < to {
			return true
		}
		if local.Weekday() == (s.Day+1)%7 && clock+24*time.Hour < to {
			return true
		}
	}
	return false
}

func TestWallTimes(t *testing.T) {
	for _, c := range []struct{ zone, wall, first, last string }{
		{"Europe/Rome", "2026-01-15T12:00", "2026-01-15T12:00+01:00", ""},
		{"Europe/Rome", "2026-03-29T02:30", "2026-03-29T03:00+02:00", ""},
		{"Europe/Rome", "2026-03-29T02:00", "2026-03-29T03:00+02:00", ""},
		{"Europe/Rome", "2026-03-29T03:00", "2026-03-29T03:00+02:00", ""},
		{"Europe/Rome", "2026-10-25T02:00", "2026-10-25T02:00+02:00", "2026-10-25T02:00+01:00"},
		{"Europe/Rome", "2026-10-25T02:59", "2026-10-25T02:59+02:00", "2026-10-25T02:59+01:00"},
		{"Europe/Rome", "2026-10-25T03:00", "2026-10-25T03:00+01:00", ""},
		{"America/St_Johns", "2026-03-08T02:30", "2026-03-08T03:00-02:30", ""},
		{"Australia/Lord_Howe", "2026-04-05T01:45", "2026-04-05T01:45+11:00", "2026-04-05T01:45+10:30"},
		{"Pacific/Apia", "2011-12-30T12:00", "2011-12-31T00:00+14:00", ""}, // a day that never was
		{"UTC", "2026-03-29T02:30", "2026-03-29T02:30Z", ""},
	} {
		zone, err := time.LoadLocation(c.zone)
		if err != nil {
			t.Fatal(err)
		}
		wall, err := time.Parse("2006-01-02T15:04", c.wall)
		if err != nil {
			t.Fatal(err)
		}
		if c.last == "" {
			c.last = c.first
		}
		first, last := config.WallTimes(wall, zone)
		if !first.Equal(instant(t, c.first)) || !last.Equal(instant(t, c.last)) {
			t.Errorf("%s in %s: %v and %v", c.wall, c.zone, first, last)
		}
	}
}

func TestSpansOfDays(t *testing.T) {
	w := windows(t, `{open: ["Fri-Mon,Wed 01:00-02:00"]}`)
	var days []string
	for _, s := range w.Spans {
		days = append(days, s.Day.String()[:3])
	}
	if got := strings.Join(days, " "); got != "Fri Sat Sun Mon Wed" {
		t.Errorf("days %s", got)
	}
}
