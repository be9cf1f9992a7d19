package daemon

import (
	"context"
	"errors"
	"slices"
	"time"

	"flussi/internal/exchange"
	"flussi/internal/ledger"
	"flussi/internal/schedule"
)

// entry is a schedule and how far it has come.
type entry struct {
	s *schedule.Schedule
	ledger.Standing
	next time.Time // the first of its times that is not settled; zero: none
	// pending: what it owes since before this daemon began is not looked for yet,
	// and nothing is said to be missing.
	pending  bool
	deadline schedule.Deadline // the first not judged yet
	daily    bool              // there is one
}

// ended is a run that is over.
type ended struct {
	s      *schedule.Schedule
	due    time.Time
	result *exchange.Result
	err    error
	handed *Handed // by a person; nil: it was due
}

// ahead is how far what is settled may lie in the future, after a clock that was
// set back: beyond it, the clock was wrong before.
const ahead = 26 * time.Hour

// adopt takes up a world: of each schedule what the ledger knows, and what is new
// from now on. Nothing is changed when it fails.
func (d *Daemon) adopt(ctx context.Context, w World) error {
	known, err := w.House.Ledger().Standings(ctx)
	if err != nil {
		return err
	}
	open, err := w.House.Ledger().OpenExpectations(ctx)
	if err != nil {
		return err
	}
	now := d.Now()
	standings := map[string]ledger.Standing{}
	for _, k := range known {
		standings[k.Schedule] = k
	}
	before := map[string]*entry{}
	for _, e := range d.entries {
		before[e.s.Name] = e
	}
	var entries []*entry
	var noted []ledger.Standing
	stand := make([]ledger.Standing, len(w.Schedules))
	for i, s := range w.Schedules {
		e := before[s.Name]
		if e == nil {
			e = &entry{Standing: ledger.Standing{Schedule: s.Name, Settled: now, Watched: now, Times: s.When.String()}}
			if k, ok := standings[s.Name]; ok {
				e.Standing = k
			} else {
				noted = append(noted, e.Standing)
			}
		}
		entries = append(entries, e)
		if stand[i] = e.Standing; e.Times != s.When.String() {
			stand[i] = underOtherTimes(e.Standing, s.When, now)
			noted = append(noted, stand[i])
		}
	}
	if len(noted) > 0 {
		err := w.House.Ledger().Update(ctx, func(tx *ledger.Tx) error {
			for _, s := range noted {
				if err := errors.Join(tx.SetStanding(ctx, s), tx.Resettle(ctx, s.Schedule, s.Settled)); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	d.World, d.entries, d.open = w, entries, open
	for i, e := range entries {
		e.s, e.Standing = w.Schedules[i], stand[i]
		e.plan()
		e.pending = e.due(now) && (e.pending || before[e.s.Name] == nil)
		if before[e.s.Name] != nil || !remote[e.Blocked] {
			e.NotBefore = time.Time{} // somebody may have mended it
		}
	}
	d.expect(ctx, now)
	return nil
}

// underOtherTimes is where a schedule stands that was given other times: what was due
// by those of before is due still, and of the new ones what is to come, and a day that by
// those of before was still to come and by the new ones is past.
func underOtherTimes(s ledger.Standing, when schedule.When, now time.Time) ledger.Standing {
	old, ok := schedule.ParseWhen(s.Times)
	past := func(w schedule.When) bool { next := w.Next(s.Settled); return !next.IsZero() && !next.After(now) }
	day := func(t time.Time, w schedule.When) string { return t.In(w.Zone()).Format(time.DateOnly) }
	switch last := when.Last(now); {
	case ok && !past(old) && last.After(s.Settled) && day(last, when) > day(s.Settled, old):
		s.Settled = last.Add(-time.Nanosecond)
	case !ok || !past(old):
		s.Settled = later(s.Settled, now)
	case !past(when) && !last.IsZero():
		s.Settled = last.Add(-time.Nanosecond)
	}
	s.Times = when.String()
	return s
}

// plan finds what comes next.
func (e *entry) plan() {
	e.next = e.s.Next(e.Settled)
	e.deadline, e.daily = e.s.Deadline(e.Watched)
}

// due tells whether something is to be run.
func (e *entry) due(now time.Time) bool { return !e.next.IsZero() && !e.next.After(now) }

// round begins what is due and can be run now, says what is missing, and tells
// when to look again; zero: something has to happen first.
func (d *Daemon) round(ctx context.Context) (next time.Time) {
	d.hand(ctx)
	now := d.Now()
	sooner := func(t time.Time) {
		if !t.IsZero() && (next.IsZero() || t.Before(next)) {
			next = t
		}
	}
	var due []*entry
	for _, e := range d.entries {
		d.mistrust(ctx, e, now)
		switch {
		case d.under[e.s.Name] != nil:
		case e.due(now):
			due = append(due, e)
		default:
			sooner(e.next)
		}
	}
	// Whoever waits longest goes first.
	slices.SortStableFunc(due, func(a, b *entry) int { return a.next.Compare(b.next) })
	for _, e := range due {
		why, until := d.hold(ctx, e, now)
		switch {
		case why != "":
			d.block(ctx, e, why, until)
			sooner(until)
		case d.fits(e.s):
			d.begin(ctx, e, now)
		}
	}
	sooner(d.watch(ctx, now))
	return next
}

// shared tells whether a run under way keeps this one back.
func (d *Daemon) shared(s *schedule.Schedule) bool {
	for _, other := range d.under {
		if exchange.Shares(other, s) {
			return true
		}
	}
	return false
}

// begin runs a schedule for the latest of its times that has come, which stands
// for all that are not settled.
func (d *Daemon) begin(ctx context.Context, e *entry, now time.Time) {
	due := e.s.Last(now)
	begun := Event{MessageType: "begun", Schedule: e.s.Name, Period: e.s.Period(due).String(), Due: due}
	if e.next.Before(due) {
		begun.Since = e.next
	}
	d.Tell(begun)
	d.under[e.s.Name] = e.s
	house, s, stop := d.House, e.s, d.stop
	go func() {
		result, err := house.Run(ctx, s, exchange.RunOptions{Due: due, Stop: stop})
		d.ended <- ended{s: s, due: due, result: result, err: err}
	}()
}

// settle enters what came of a run. That it did what was due the ledger knows
// already; of a failure it is told here.
func (d *Daemon) settle(ctx context.Context, r ended) {
	delete(d.under, r.s.Name)
	defer func() {
		if len(d.under) == 0 {
			d.Idle()
		}
	}()
	if r.handed != nil {
		d.settleHanded(ctx, r)
		return
	}
	now := d.Now()
	event := Event{MessageType: "run", Schedule: r.s.Name, Period: r.s.Period(r.due).String(), Due: r.due, Result: r.result}
	e := d.entry(r.s.Name)
	if e != nil {
		e.pending = false
	}
	switch {
	case r.err != nil && (d.broken || e == nil):
		event.MessageType, event.Err = "failed", r.err
		d.Tell(event)
	case r.err != nil:
		e.Attempts++
		why, until := d.afterFailure(ctx, e, r.err, now)
		event.MessageType, event.Err, event.Reason, event.Until = "failed", r.err, why, until
		d.Tell(event)
		d.blocked(ctx, e, why, until)
	case r.result.Stopped || e == nil:
		d.Tell(event)
	default:
		d.Tell(event)
		if e.Blocked != "" {
			d.Tell(Event{MessageType: "freed", Schedule: e.s.Name, Reason: e.Blocked, Since: e.Since})
		}
		e.Settled, e.Attempts, e.NotBefore, e.Blocked, e.Since = later(e.Settled, r.due), 0, time.Time{}, "", time.Time{}
		e.next = e.s.Next(e.Settled)
	}
	d.arrived(ctx, r.s.Name, now)
}

// mistrust begins times anew where what is settled, or was judged, lies far in the future;
// a run need not have gone well for the latter.
func (d *Daemon) mistrust(ctx context.Context, e *entry, now time.Time) {
	last := later(e.Settled, e.Watched)
	for _, x := range d.open {
		if x.Schedule == e.s.Name {
			last = later(last, x.RaisedAt)
		}
	}
	if d.under[e.s.Name] != nil || !last.After(now.Add(ahead)) {
		return
	}
	d.Tell(Event{MessageType: "clock", Schedule: e.s.Name, Since: last})
	if e.Settled.After(now) {
		e.Settled = now
	}
	e.Watched = now
	e.plan()
	d.note(ctx, func(tx *ledger.Tx) error {
		return errors.Join(tx.SetStanding(ctx, e.Standing), tx.Resettle(ctx, e.s.Name, e.Settled))
	})
	d.unraise(ctx, e, now)
}

// state is what the daemon does just now.
func (d *Daemon) state() (s State) {
	s.Schedules, s.Running = len(d.entries), len(d.under)
	for _, e := range d.entries {
		if e.Blocked != "" {
			s.Blocked++
		}
		if d.under[e.s.Name] == nil && !e.next.IsZero() && (s.At.IsZero() || e.next.Before(s.At)) {
			s.Next, s.At = e.s.Name, e.next.In(e.s.When.Zone())
		}
	}
	return s
}
