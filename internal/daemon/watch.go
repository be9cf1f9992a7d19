package daemon

import (
	"context"
	"time"

	"flussi/internal/config"
	"flussi/internal/ledger"
)

// Policy of this file: an alarm is raised once, when what is expected is late,
// and is over when it comes. Whoever was not there at that time (the daemon was
// down, or busy with what it owed) looks first and judges then. What was due more
// than maxWatch ago is not judged any more: nobody acts on it.

const maxWatch = 31 * 24 * time.Hour

// expect takes up the requests of the schedules, and lets go of what nobody expects
// any more.
func (d *Daemon) expect(ctx context.Context, now time.Time) {
	var changed []ledger.Expectation
	expected := map[string]bool{} // by schedule, and of requests by number
	for _, e := range d.entries {
		expected[e.s.Name] = e.daily
		if e.s.Expect == nil || e.s.Expect.Daily() {
			continue
		}
		what := e.s.Expect.Request
		expected[e.s.Name+"\x00"+what] = true
		_, late := e.s.Request()
		old, found, err := d.House.Ledger().Expectation(ctx, e.s.Name, what)
		switch {
		case err != nil:
			d.Tell(Event{MessageType: "not_noted", Schedule: e.s.Name, Err: err})
		case !found:
			changed = append(changed, ledger.Expectation{Schedule: e.s.Name, What: what, Due: late, Since: now, AtLeast: 1, State: ledger.Waiting})
		case !old.Due.Equal(late) && (old.State == ledger.Waiting || old.State == ledger.Missing):
			old.Due, old.State, old.RaisedAt, old.RemindedAt = late, ledger.Waiting, time.Time{}, time.Time{}
			changed = append(changed, old)
		}
	}
	for _, x := range d.open {
		if !expected[x.Schedule] && !expected[x.Schedule+"\x00"+x.What] {
			x.State, x.ClosedAt = ledger.Withdrawn, now
			changed = append(changed, x)
		}
	}
	for _, x := range changed {
		d.keep(ctx, x)
	}
}

// keep enters an expectation, here and in the ledger, with what goes with it.
func (d *Daemon) keep(ctx context.Context, x ledger.Expectation, with ...func(*ledger.Tx) error) {
	open := d.open[:0]
	for _, o := range d.open {
		if o.Schedule != x.Schedule || o.What != x.What {
			open = append(open, o)
		}
	}
	if d.open = open; x.State == ledger.Waiting || x.State == ledger.Missing {
		d.open = append(d.open, x)
	}
	d.note(ctx, func(tx *ledger.Tx) error {
		for _, do := range with {
			if err := do(tx); err != nil {
				return err
			}
		}
		return tx.SetExpectation(ctx, x)
	})
}

// watch judges what is late by now, reminds of what will be, and tells when there
// is something to judge again; zero: never.
func (d *Daemon) watch(ctx context.Context, now time.Time) (next time.Time) {
	sooner := func(t time.Time) {
		if t.After(now) && (next.IsZero() || t.Before(next)) {
			next = t
		}
	}
	for _, e := range d.entries {
		if e.daily && e.Watched.Before(now.Add(-maxWatch)) {
			e.Watched = now.Add(-maxWatch)
			e.deadline, e.daily = e.s.Deadline(e.Watched)
		}
		for e.daily && !e.pending && !e.deadline.Due.After(now) && d.judgeDay(ctx, e, now) {
		}
		if e.daily {
			sooner(e.deadline.Due)
		}
	}
	for _, x := range append([]ledger.Expectation(nil), d.open...) {
		e := d.entry(x.Schedule)
		if e == nil || e.pending || x.State != ledger.Waiting {
			continue
		}
		remind, late := e.s.Request()
		switch {
		case !late.After(now):
			d.judgeRequest(ctx, x, now)
		case x.RemindedAt.IsZero() && !remind.After(now):
			x.RemindedAt = now
			d.Tell(Event{MessageType: "reminder", Schedule: x.Schedule, What: x.What, Due: late, AtLeast: x.AtLeast, Arrived: x.Arrived})
			d.keep(ctx, x)
		default:
			sooner(remind)
		}
		sooner(late)
	}
	return next
}

// judgeDay says whether the files of a day came; false when that cannot be found
// out now.
func (d *Daemon) judgeDay(ctx context.Context, e *entry, now time.Time) bool {
	n, err := d.House.Ledger().Arrived(ctx, e.s.Name, e.deadline.Since)
	if err != nil {
		d.Tell(Event{MessageType: "not_noted", Schedule: e.s.Name, Err: err})
		return false
	}
	of := e.deadline
	e.Watched = of.Due
	e.deadline, e.daily = e.s.Deadline(e.Watched)
	standing := e.Standing
	watched := func(tx *ledger.Tx) error { return tx.SetStanding(ctx, standing) }
	if n >= e.s.Expect.AtLeast {
		d.note(ctx, watched)
		return true
	}
	d.raise(ctx, ledger.Expectation{
		Schedule: e.s.Name, What: of.Period.String(), Due: of.Due, Since: of.Since, AtLeast: e.s.Expect.AtLeast, Arrived: n,
	}, now, watched)
	return true
}

func (d *Daemon) judgeRequest(ctx context.Context, x ledger.Expectation, now time.Time) {
	n, err := d.House.Ledger().Arrived(ctx, x.Schedule, x.Since)
	if err != nil {
		d.Tell(Event{MessageType: "not_noted", Schedule: x.Schedule, Err: err})
		return
	}
	if x.Arrived = n; n < x.AtLeast {
		d.raise(ctx, x, now)
		return
	}
	x.State, x.ClosedAt = ledger.Met, now
	d.keep(ctx, x)
}

// raise raises the alarm, in the log of who answers for what too.
func (d *Daemon) raise(ctx context.Context, x ledger.Expectation, now time.Time, with ...func(*ledger.Tx) error) {
	x.State, x.RaisedAt = ledger.Missing, now
	d.Tell(Event{MessageType: "missing", Schedule: x.Schedule, What: x.What, Due: x.Due, AtLeast: x.AtLeast, Arrived: x.Arrived})
	person, _ := d.Config.Operators.ResponsibleAt(config.DateOf(now))
	d.keep(ctx, x, append(with, func(tx *ledger.Tx) error {
		_, err := tx.Append(ctx, ledger.Entry{
			Event: ledger.Alarm, Actor: person, Object: "schedule " + x.Schedule + " " + x.What, Outcome: string(ledger.Missing),
			Counts: map[string]int64{"arrived": int64(x.Arrived), "expected": int64(x.AtLeast)},
		})
		return err
	})...)
}

// unraise takes back what was said to be missing of days that are still to come, and has
// requests waited for again: the clock was wrong.
func (d *Daemon) unraise(ctx context.Context, e *entry, now time.Time) {
	for _, x := range append([]ledger.Expectation(nil), d.open...) {
		if x.Schedule != e.s.Name {
			continue
		}
		if !x.RemindedAt.Before(now) {
			x.RemindedAt = time.Time{}
		}
		switch {
		case x.State == ledger.Missing && x.RaisedAt.After(now) && x.Due.After(now) && e.daily:
			x.State, x.ClosedAt = ledger.Withdrawn, now
		case x.RaisedAt.After(now) && x.Due.After(now):
			x.State, x.RaisedAt = ledger.Waiting, time.Time{}
		}
		d.keep(ctx, x)
	}
}

// arrived looks, after a run of a schedule, whether what it waits for has come.
func (d *Daemon) arrived(ctx context.Context, schedule string, now time.Time) {
	for _, x := range append([]ledger.Expectation(nil), d.open...) {
		if x.Schedule != schedule {
			continue
		}
		n, err := d.House.Ledger().Arrived(ctx, x.Schedule, x.Since)
		if err != nil {
			d.Tell(Event{MessageType: "not_noted", Schedule: x.Schedule, Err: err})
			return
		}
		if n == x.Arrived && n < x.AtLeast {
			continue
		}
		if x.Arrived = n; n >= x.AtLeast {
			was := x.State
			x.State, x.ClosedAt = ledger.Met, now
			if was == ledger.Missing {
				x.State = ledger.Late
			}
			d.Tell(Event{MessageType: "arrived", Schedule: x.Schedule, What: x.What, Due: x.Due, AtLeast: x.AtLeast, Arrived: n, Reason: string(x.State)})
		}
		d.keep(ctx, x)
	}
}

// entry finds a schedule; nil: there is none of that name.
func (d *Daemon) entry(name string) *entry {
	for _, e := range d.entries {
		if e.s.Name == name {
			return e
		}
	}
	return nil
}
