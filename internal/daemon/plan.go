package daemon

import (
	"cmp"
	"slices"
	"time"

	"flussi/internal/ledger"
	"flussi/internal/schedule"
)

// Planned is what will run, and when. It is worked out from the schedules and
// what the ledger knows, whether a daemon is alive or not.
type Planned struct {
	Schedule *schedule.Schedule
	// Standing is the ledger's; Seen is false where no daemon has seen the
	// schedule yet: it begins with its next time.
	Standing ledger.Standing
	Seen     bool
	// DueSince is the earliest time that was due and is not settled; zero: none.
	DueSince time.Time
	// Times are the next ones to come.
	Times []time.Time
	// Opens is when the endpoint opens that it begins with, where that is closed
	// at the first of Times or, when something is due, now.
	Opens time.Time
}

// First is when it runs next; zero: only by hand. What is due runs at once.
func (p Planned) First() time.Time {
	switch {
	case !p.DueSince.IsZero():
		return p.DueSince
	case len(p.Times) > 0:
		return p.Times[0]
	}
	return time.Time{}
}

// Plan gives what will run after an instant, each schedule with so many of its
// times: what is due first, by hand only last.
func Plan(w World, standings []ledger.Standing, now time.Time, times int) []Planned {
	known := map[string]ledger.Standing{}
	for _, s := range standings {
		known[s.Schedule] = s
	}
	all := make([]Planned, 0, len(w.Schedules))
	for _, s := range w.Schedules {
		p := Planned{Schedule: s}
		p.Standing, p.Seen = known[s.Name]
		if p.Seen {
			if next := s.Next(p.Standing.Settled); !next.IsZero() && !next.After(now) {
				p.DueSince = next
			}
		}
		for at := s.Next(now); !at.IsZero() && len(p.Times) < times; at = s.Next(at) {
			p.Times = append(p.Times, at)
		}
		first := p.First()
		if name, far := source(s); far && !first.IsZero() {
			if open, next := w.Config.Endpoints[name].Windows.Open(later(first, now)); !open {
				p.Opens = next
			}
		}
		all = append(all, p)
	}
	slices.SortStableFunc(all, func(a, b Planned) int {
		x, y := a.First(), b.First()
		if x.IsZero() != y.IsZero() {
			return cmp.Compare(btoi(x.IsZero()), btoi(y.IsZero()))
		}
		return cmp.Or(x.Compare(y), cmp.Compare(a.Schedule.Name, b.Schedule.Name))
	})
	return all
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}
