package schedule

import (
	"strings"
	"sync"
	"time"

	"github.com/robfig/cron/v3"

	"flussi/internal/config"
	"flussi/internal/config/strict"
)

// When are the times of a schedule: five cron fields in a time zone. The zero
// When has none.
type When struct {
	spec *cron.SpecSchedule
	loc  *time.Location
	text string
}

// IsZero tells whether there are no times.
func (w When) IsZero() bool { return w.spec == nil }

// String gives the times as the schedule says them; ParseWhen reads them again.
func (w When) String() string { return w.text }

// ParseWhen reads what String gave.
func ParseWhen(text string) (w When, ok bool) {
	w, wrong := parseWhen(text)
	return w, wrong.What.IsZero()
}

// Zone is the zone of the times; Europe/Rome when there are none.
func (w When) Zone() *time.Location { return w.zone() }

func (w When) zone() *time.Location {
	if w.loc != nil {
		return w.loc
	}
	return defaultZone
}

const defaultZoneName = "Europe/Rome"

var defaultZone = func() *time.Location {
	loc, err := time.LoadLocation(defaultZoneName)
	if err != nil {
		panic(defaultZoneName + " is missing from the embedded time zones")
	}
	return loc
}()

// Next gives the first time after an instant; zero when there is none.
//
// The cron library skips times that daylight saving skips and repeats those it
// doubles. So it is asked on a clock without daylight saving, and each answer
// is put on the zone's clock here: a skipped time at the end of the gap, a
// doubled one at its first pass.
func (w When) Next(after time.Time) time.Time {
	if w.IsZero() {
		return time.Time{}
	}
	local := after.In(w.loc)
	wall := time.Date(local.Year(), local.Month(), local.Day(), local.Hour(), local.Minute(), local.Second(), local.Nanosecond(), time.UTC)
	for {
		wall = w.spec.Next(wall)
		if wall.IsZero() {
			return time.Time{}
		}
		if at, _ := config.WallTimes(wall, w.loc); at.After(after) {
			return at
		}
	}
}

// Last gives the latest time that is not after an instant; zero when there is none in
// the ten years before. It looks back in ever longer strides, so that it is quick for
// times that come every minute and for those that come once a year.
func (w When) Last(at time.Time) time.Time {
	const day = 24 * time.Hour
	for _, back := range []time.Duration{time.Hour, 26 * time.Hour, 8 * day, 63 * day, 3653 * day} {
		last := w.Next(at.Add(-back))
		if last.IsZero() || last.After(at) {
			continue
		}
		for next := last; !next.IsZero() && !next.After(at); next = w.Next(next) {
			last = next
		}
		return last
	}
	return time.Time{}
}

var cronFields = cron.NewParser(cron.Minute | cron.Hour | cron.Dom | cron.Month | cron.Dow)

// zones are those in use, by name: each is read once, and a thousand schedules share it.
var zones sync.Map

func zoneOf(name string) (*time.Location, error) {
	if known, ok := zones.Load(name); ok {
		return known.(*time.Location), nil
	}
	zone, err := time.LoadLocation(name)
	if err == nil {
		zones.Store(name, zone)
	}
	return zone, err
}

// parseWhen reads five cron fields, with CRON_TZ=ZONE before them or without.
// The zone is taken off here: the library panics on a zone alone.
func parseWhen(s string) (When, strict.Complaint) {
	no := strict.Complaint{What: textBadWhen, Hint: hintBadWhen}
	w := When{loc: defaultZone, text: s}
	if rest, ok := strings.CutPrefix(s, "CRON_TZ="); ok {
		name, fields, _ := strings.Cut(rest, " ")
		loc, err := zoneOf(name)
		if err != nil || name == "" || name == "Local" {
			return When{}, strict.Complaint{What: textBadZone, Hint: hintBadZone}
		}
		w.loc, s = loc, strings.TrimSpace(fields)
	}
	if strings.Contains(s, "TZ=") || len(strings.Fields(s)) != 5 {
		return When{}, no
	}
	parsed, err := cronFields.Parse(s)
	if err != nil {
		return When{}, no
	}
	spec, ok := parsed.(*cron.SpecSchedule)
	if !ok {
		return When{}, no
	}
	// The library reads spec.Location only to convert; UTC leaves wall times be.
	spec.Location = time.UTC
	w.spec = spec
	if spec.Next(time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)).IsZero() {
		return When{}, strict.Complaint{What: textNever, Hint: hintNever}
	}
	return w, strict.Complaint{}
}
