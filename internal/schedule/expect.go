package schedule

import (
	"time"

	"flussi/internal/config"
	"flussi/internal/config/strict"
)

// Deadline is by when the files of one day must have come: those that arrive
// from Since on count for it.
type Deadline struct {
	Period     config.Date
	Since, Due time.Time
}

// Deadline gives the first daily one that is due after an instant; false where
// the schedule expects nothing daily. Every day on which it runs has one, at the
// time of day that expect.by says, on the day after where that has passed when
// it first runs.
func (s *Schedule) Deadline(after time.Time) (d Deadline, ok bool) {
	if s.Expect == nil || !s.Expect.Daily() {
		return d, false
	}
	zone := s.When.zone()
	for slot := s.Next(after.AddDate(0, 0, -3)); !slot.IsZero(); {
		local := slot.In(zone)
		day := time.Date(local.Year(), local.Month(), local.Day(), 0, 0, 0, 0, time.UTC) // a wall clock, as WallTimes wants it
		since, _ := config.WallTimes(day, zone)
		due := s.by(day)
		if due.Before(slot) {
			due = s.by(day.AddDate(0, 0, 1))
		}
		if due.After(after) {
			return Deadline{strict.DateOf(local), since, due}, true
		}
		tomorrow, _ := config.WallTimes(day.AddDate(0, 0, 1), zone)
		slot = s.Next(tomorrow.Add(-time.Nanosecond))
	}
	return d, false
}

// by is the instant of expect.by on a day; where clocks go back, the later one.
func (s *Schedule) by(day time.Time) time.Time {
	_, last := config.WallTimes(day.Add(time.Duration(s.Expect.By)*time.Minute), s.When.zone())
	return last
}

// Request gives when a request is told of and when it is late: at the begin of the
// day that is Remind days before the due one, and at the end of that one.
func (s *Schedule) Request() (remind, late time.Time) {
	zone := s.When.zone()
	due := s.Expect.Due.In(time.UTC)
	remind, _ = config.WallTimes(due.AddDate(0, 0, -s.Expect.Remind), zone)
	late, _ = config.WallTimes(due.AddDate(0, 0, 1), zone)
	return remind, late
}
