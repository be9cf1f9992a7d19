package config

import (
	"slices"
	"strings"
	"time"

	"flussi/internal/config/strict"
	"flussi/internal/flusso"
)

// Windows are the weekly hours in which an endpoint may be used, by the wall
// clock of a zone. The zero Windows are always open.
type Windows struct {
	Zone  *time.Location
	Spans []Span
}

// Span is a stretch of every such weekday, in wall time after its midnight. To
// at or before From is on the next day; 24 h is midnight.
type Span struct {
	Day      time.Weekday
	From, To time.Duration
}

// IsZero tells whether there is no restriction.
func (w Windows) IsZero() bool { return len(w.Spans) == 0 }

// Open tells whether a connection is allowed at an instant, and when that
// changes: the next opening when closed, the closing when open, the zero time
// when it never changes.
//
// When clocks go back, the doubled hour counts as closed unless both of its
// passes lie inside a window; when they go forward, a window that begins in
// the skipped hour begins after it. So the window never opens while the other
// party's wall clock says closed.
func (w Windows) Open(at time.Time) (open bool, next time.Time) {
	if w.IsZero() {
		return true, time.Time{}
	}
	for _, s := range w.around(at) {
		switch {
		case at.Before(s.from):
			return false, s.from
		case at.Before(s.until):
			// An end at the edge of what was looked at is no end.
			if s.until.After(at.AddDate(0, 0, 8)) {
				return true, time.Time{}
			}
			return true, s.until
		}
	}
	return false, time.Time{}
}

type stretch struct{ from, until time.Time }

// around gives the open stretches near an instant, in order and joined.
func (w Windows) around(at time.Time) []stretch {
	local := at.In(w.Zone)
	var all []stretch
	for offset := -2; offset <= 15; offset++ {
		day := time.Date(local.Year(), local.Month(), local.Day()+offset, 0, 0, 0, 0, time.UTC)
		for _, s := range w.Spans {
			if s.Day != day.Weekday() {
				continue
			}
			to := s.To
			if to <= s.From {
				to += 24 * time.Hour
			}
			// The narrower reading at both ends: see Open.
			_, from := WallTimes(day.Add(s.From), w.Zone)
			until, _ := WallTimes(day.Add(to), w.Zone)
			if from.Before(until) {
				all = append(all, stretch{from, until})
			}
		}
	}
	slices.SortFunc(all, func(a, b stretch) int { return a.from.Compare(b.from) })
	joined := all[:0]
	for _, s := range all {
		if n := len(joined); n > 0 && !s.from.After(joined[n-1].until) {
			if s.until.After(joined[n-1].until) {
				joined[n-1].until = s.until
			}
			continue
		}
		joined = append(joined, s)
	}
	return joined
}

// WallTimes gives the first and the last instant at which clocks of a zone
// show a wall time (given as the same figures in UTC). They differ in the hour
// that is doubled when clocks go back; a time that is skipped when they go
// forward becomes the instant of the change.
func WallTimes(wall time.Time, zone *time.Location) (first, last time.Time) {
	wall = time.Date(wall.Year(), wall.Month(), wall.Day(), wall.Hour(), wall.Minute(), wall.Second(), wall.Nanosecond(), time.UTC)
	offsetAt := func(t time.Time) time.Duration {
		_, seconds := t.In(zone).Zone()
		return time.Duration(seconds) * time.Second
	}
	before, after := offsetAt(wall.Add(-26*time.Hour)), offsetAt(wall.Add(26*time.Hour))
	for _, offset := range []time.Duration{before, after} {
		t := wall.Add(-offset)
		if offsetAt(t) != offset {
			continue
		}
		if first.IsZero() || t.Before(first) {
			first = t
		}
		if last.IsZero() || t.After(last) {
			last = t
		}
	}
	if first.IsZero() {
		change, _ := wall.Add(-before).In(zone).ZoneBounds()
		first, last = change, change
	}
	return first.In(zone), last.In(zone)
}

var weekdays = map[string]time.Weekday{
	"Mon": time.Monday, "Tue": time.Tuesday, "Wed": time.Wednesday, "Thu": time.Thursday,
	"Fri": time.Friday, "Sat": time.Saturday, "Sun": time.Sunday,
}

// parseSpans reads "Mon-Fri,Sun 05:00-20:00". An end not after its begin is of
// the next day; 24:00 is the day's end.
func parseSpans(s string) ([]Span, strict.Complaint) {
	no := strict.Complaint{What: textBadWindow, Hint: hintBadWindow}
	days, hours, ok := strings.Cut(s, " ")
	fromText, untilText, ok2 := strings.Cut(strings.TrimSpace(hours), "-")
	from, ok3 := strict.Clock(fromText)
	until, ok4 := strict.Clock(untilText)
	if !ok || !ok2 || !ok3 || !ok4 || from == until || from == 24*60 {
		return nil, no
	}
	var spans []Span
	for _, part := range strings.Split(days, ",") {
		firstText, lastText, isRange := strings.Cut(part, "-")
		first, ok := weekdays[firstText]
		last := first
		if isRange {
			var ok2 bool
			last, ok2 = weekdays[lastText]
			ok = ok && ok2
		}
		if !ok {
			return nil, no
		}
		for day := first; ; day = (day + 1) % 7 {
			spans = append(spans, Span{day, time.Duration(from) * time.Minute, time.Duration(until) * time.Minute})
			if day == last {
				break
			}
		}
	}
	return spans, strict.Complaint{}
}

type windowsFile struct {
	zone *time.Location
	open [][]Span
}

var windowsType = strict.Convert(strict.Object(flusso.Text{},
	strict.Optional("zone", strict.Zone(), func(w *windowsFile) **time.Location { return &w.zone }, docZone),
	strict.Required("open", strict.List(strict.Parsed(`^(Mon|Tue|Wed|Thu|Fri|Sat|Sun)[A-Za-z,-]* [0-9]{2}:[0-9]{2}-[0-9]{2}:[0-9]{2}$`, parseSpans)), func(w *windowsFile) *[][]Span { return &w.open }, docOpen),
), func(_ strict.Value, f windowsFile) Windows {
	w := Windows{Zone: f.zone, Spans: slices.Concat(f.open...)}
	if w.Zone == nil {
		w.Zone = rome
	}
	return w
})
