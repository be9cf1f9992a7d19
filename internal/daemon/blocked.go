package daemon

import (
	"context"
	"errors"
	"time"

	"flussi/internal/config"
	"flussi/internal/flusso"
	"flussi/internal/ledger"
	"flussi/internal/schedule"
	"flussi/internal/spool"
)

// Policy of this file: what holds a schedule up has a name, is told once, and is
// looked at again by itself. What can be known before a run (disk, hours, an
// endpoint that rests) begins none; the rest is learnt from one that failed.

// The names of what holds a schedule up.
const (
	byDisk     = "disk"          // of the state folder: no room, or it takes no writes
	byKey      = "key"           // a secret that the configuration names cannot be read
	byWindow   = "window"        // an endpoint is closed at this hour
	byEndpoint = "endpoint"      // it does not answer
	byLogin    = "login"         // it refuses the credentials
	byStranger = "host key"      // it is not who it should be
	byConfig   = "configuration" // something that the configuration names
	byDenied   = "denied"        // agreement, delega, address: ours to refuse
	byFault    = "fault"         // anything else
)

// remote are those of a server, which a start of ours does not mend.
var remote = map[string]bool{byEndpoint: true, byLogin: true, byStranger: true}

// The pauses before something is tried again.
const (
	firstPause = time.Minute
	mostPause  = time.Hour
	localPause = time.Minute // a disk or a key costs nobody anything to look at
)

// DiskRoom is what the state folder's disk must have for a run to begin.
const DiskRoom = 8 << 20

func roomFor(dir string) error { return spool.Room(dir, DiskRoom) }

// hold tells why a schedule that is due cannot be run now, and when to look again;
// "" when it can.
func (d *Daemon) hold(ctx context.Context, e *entry, now time.Time) (why string, until time.Time) {
	if now.Before(e.NotBefore) && !e.NotBefore.After(now.Add(ahead)) { // of what rests for longer it is asked below, each time
		return e.Blocked, e.NotBefore
	}
	if spool.FullOrReadOnly(d.Room(d.Config.State)) {
		return byDisk, now.Add(localPause)
	}
	source, far := source(e.s)
	if !far {
		return "", time.Time{}
	}
	if open, next := d.Config.Endpoints[source].Windows.Open(now); !open {
		return byWindow, next
	}
	return d.resting(ctx, source, now)
}

// resting tells whether an endpoint's breaker is open.
func (d *Daemon) resting(ctx context.Context, endpoint string, now time.Time) (why string, until time.Time) {
	c, _, err := d.House.Ledger().Circuit(ctx, endpoint)
	switch {
	case err != nil || !c.Rests(now): // the run says what is wrong with a ledger
		return "", time.Time{}
	case c.Refused > 0:
		return byLogin, c.OpenUntil
	}
	return byEndpoint, c.OpenUntil
}

// afterFailure names what a run failed by, and says when to make it again.
func (d *Daemon) afterFailure(ctx context.Context, e *entry, err error, now time.Time) (why string, until time.Time) {
	if spool.FullOrReadOnly(err) {
		return byDisk, now.Add(localPause)
	}
	if unreadableKey(err) {
		return byKey, now.Add(localPause)
	}
	pause := mostPause
	if doublings := e.Attempts - 1; doublings < 6 {
		pause = min(firstPause<<doublings, mostPause)
	}
	until = now.Add(pause/2 + time.Duration(d.Jitter()*float64(pause/2)))
	for _, name := range endpoints(d.Config, e.s) {
		if open, next := d.Config.Endpoints[name].Windows.Open(now); !open && flusso.KindOf(err) == flusso.Denied {
			return byWindow, next
		}
		if why, rests := d.resting(ctx, name, now); why != "" {
			return why, later(until, rests)
		}
	}
	switch flusso.KindOf(err) {
	case flusso.Transient:
		return byEndpoint, until
	case flusso.Untrusted:
		return byStranger, until
	case flusso.Config:
		return byConfig, until
	case flusso.Denied:
		return byDenied, until
	}
	return byFault, until
}

// unreadableKey tells a secret that could not be read, however it is wrapped.
func unreadableKey(err error) bool {
	for err != nil {
		var ours *flusso.Error
		if !errors.As(err, &ours) {
			return false
		}
		if ours.Op == "read secret" {
			return true
		}
		err = ours.Err
	}
	return false
}

// block says what holds up a schedule that is due; nothing when it does so already.
func (d *Daemon) block(ctx context.Context, e *entry, why string, until time.Time) {
	if e.NotBefore = until; e.Blocked != why {
		d.blocked(ctx, e, why, until)
	}
}

// blocked notes what holds a schedule up, and tells it when that is new.
func (d *Daemon) blocked(ctx context.Context, e *entry, why string, until time.Time) {
	if e.Blocked != why {
		e.Since = d.Now()
		d.Tell(Event{MessageType: "blocked", Schedule: e.s.Name, Reason: why, Due: e.next, Until: until})
	}
	e.Blocked, e.NotBefore, e.pending = why, until, false
	d.note(ctx, func(tx *ledger.Tx) error { return tx.SetStanding(ctx, e.Standing) })
}

// source is the endpoint that a schedule begins with.
func source(s *schedule.Schedule) (name string, far bool) {
	if s.Push != nil {
		return s.Push.To.Endpoint, true
	}
	return s.Pull.From.Endpoint, s.Pull.From.Dir == ""
}

// endpoints are all those of a schedule.
func endpoints(cfg *config.Config, s *schedule.Schedule) (all []string) {
	if name, far := source(s); far {
		all = append(all, name)
	}
	if s.Relay != nil {
		all = append(all, s.Relay.To.Endpoint)
	}
	for _, name := range s.Disclose {
		if to := cfg.Recipients[name].Endpoint; to != "" {
			all = append(all, to)
		}
	}
	return all
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
