package daemon

import (
	"context"
	"slices"
	"time"

	"flussi/internal/exchange"
	"flussi/internal/flusso"
	"flussi/internal/schedule"
)

// Handed is a run that a person asks a living daemon for. It stands for none of its
// schedule's times: what is due stays due.
type Handed struct {
	Schedule string
	// Run is how; Due and Stop are the daemon's.
	Run exchange.RunOptions
	// Stop, once closed, has the run take no further file. nil: only the daemon's does.
	Stop <-chan struct{}
	// Waits is called where the run cannot begin at once: others are under way. Done is
	// called once, with what came of it. Both are called by the daemon, which they must
	// not keep.
	Waits func()
	Done  func(*exchange.Result, error)
}

// take has a person's run begin, or wait for its turn, or says why it cannot.
func (d *Daemon) take(ctx context.Context, h *Handed) {
	switch {
	case d.entry(h.Schedule) == nil:
		h.Done(nil, &flusso.Error{Op: "run", ID: h.Schedule, Kind: flusso.Config, What: textUnknownHere, Hint: hintUnknownHere})
	case d.under[h.Schedule] != nil || slices.ContainsFunc(d.handed, func(other *Handed) bool { return other.Schedule == h.Schedule }):
		h.Done(nil, &flusso.Error{Op: "run", ID: h.Schedule, Kind: flusso.Locked, What: textUnderWay, Hint: hintUnderWay})
	case d.fits(d.entry(h.Schedule).s):
		d.beginHanded(ctx, h)
	default:
		d.handed = append(d.handed, h)
		h.Waits()
	}
}

// fits tells whether a run can begin beside those under way.
func (d *Daemon) fits(s *schedule.Schedule) bool {
	return d.under[s.Name] == nil && len(d.under) < d.SideBySide && !d.shared(s)
}

// hand begins the persons' runs that wait and can begin now: before what is due, for
// somebody is looking.
func (d *Daemon) hand(ctx context.Context) {
	d.handed = slices.DeleteFunc(d.handed, func(h *Handed) bool {
		e := d.entry(h.Schedule)
		switch {
		case enough(h.Stop): // who asked has given up
			h.Done(nil, context.Canceled)
			return true
		case e == nil: // gone with a reload
			d.take(ctx, h)
			return true
		case !d.fits(e.s):
			return false
		}
		d.beginHanded(ctx, h)
		return true
	})
}

func (d *Daemon) beginHanded(ctx context.Context, h *Handed) {
	house, s, o := d.House, d.entry(h.Schedule).s, h.Run
	now := d.Now()
	d.Tell(Event{MessageType: "begun", Schedule: s.Name, Period: s.Period(now).String(), ByHand: true})
	d.under[s.Name] = s
	stop, over := either(d.stop, h.Stop)
	o.Due, o.Stop = time.Time{}, stop
	go func() {
		result, err := house.Run(ctx, s, o)
		over()
		d.ended <- ended{s: s, due: now, result: result, err: err, handed: h}
	}()
}

// settleHanded tells what came of a person's run. A schedule that is held up is tried
// soon after one that did its work.
func (d *Daemon) settleHanded(ctx context.Context, r ended) {
	now := d.Now()
	event := Event{MessageType: "run", Schedule: r.s.Name, Period: r.s.Period(r.due).String(), ByHand: true, Result: r.result, Err: r.err}
	if r.err != nil {
		event.MessageType = "failed"
	}
	d.Tell(event)
	if e := d.entry(r.s.Name); e != nil && r.err == nil && !r.result.DryRun {
		e.NotBefore = time.Time{}
	}
	r.handed.Done(r.result, r.err)
	d.arrived(ctx, r.s.Name, now)
}

// refuseHanded tells those that wait that the daemon stops.
func (d *Daemon) refuseHanded() {
	for _, h := range d.handed {
		refuseStopping(h)
	}
	d.handed = nil
}

func refuseStopping(h *Handed) {
	h.Done(nil, &flusso.Error{Op: "run", ID: h.Schedule, Kind: flusso.Locked, What: textStopping, Hint: hintStopping})
}

// enough tells whether a stop was said.
func enough(stop <-chan struct{}) bool {
	select {
	case <-stop:
		return true
	default:
		return false
	}
}

// either is closed when one of two is; over ends the waiting.
func either(a, b <-chan struct{}) (one <-chan struct{}, over func()) {
	if b == nil {
		return a, func() {}
	}
	joined, done := make(chan struct{}), make(chan struct{})
	go func() {
		select {
		case <-a:
			close(joined)
		case <-b:
			close(joined)
		case <-done:
		}
	}()
	return joined, func() { close(done) }
}
