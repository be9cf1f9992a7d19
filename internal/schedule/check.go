package schedule

import (
	"maps"
	"slices"
	"time"

	"flussi/internal/config"
	"flussi/internal/config/strict"
	"flussi/internal/flusso"
)

// Check tells what in the schedules does not fit the configuration: unknown
// endpoints and recipients, a relay to somebody who may not take one, a view
// of relayed flows without deleghe, times without a responsible person or
// always outside an endpoint's hours. Faults name the schedule's file.
func Check(cfg *config.Config, all []*Schedule) config.Faults {
	var faults config.Faults
	for _, s := range all {
		c := checker{cfg: cfg, s: s}
		c.run()
		faults = append(faults, c.faults...)
	}
	faults.Sort()
	return faults
}

type checker struct {
	cfg    *config.Config
	s      *Schedule
	faults config.Faults
}

func (c *checker) add(path string, what, hint flusso.Text) {
	c.faults = append(c.faults, c.s.doc.Fault(path, what, hint))
}

func (c *checker) run() {
	s := c.s
	if p := s.Pull; p != nil && p.From.Dir == "" {
		c.endpoint("pull.from", p.From.Endpoint)
	}
	if p := s.Push; p != nil {
		c.endpoint("push.to", p.To.Endpoint)
		c.forward("push.as", p.As)
	}
	if r := s.Relay; r != nil {
		c.endpoint("relay.to", r.To.Endpoint)
		c.forward("relay.as", r.As)
		if len(s.Disclose) > 0 && c.cfg.Deleghe == "" {
			c.add("disclose", textNoDeleghe, hintNoDeleghe)
		}
	}
	for i, to := range s.Disclose {
		path := index("disclose", i) + ".to"
		r, ok := c.recipient(path, to)
		if ok && !receives(r) {
			c.add(path, textNothingToDisclose, hintNothingToDisclose)
		}
	}
	if !s.When.IsZero() && len(c.cfg.Operators.Responsible) == 0 {
		c.add("when", textNoResponsible, hintNoResponsible)
	}
}

func (c *checker) endpoint(path, name string) {
	e, ok := c.cfg.Endpoints[name]
	if !ok {
		c.add(path, textUnknownEndpoint, strict.HintNames(name, names(c.cfg.Endpoints)))
		return
	}
	if !c.s.When.IsZero() && !everOpen(c.s.When, e.Windows) {
		c.add("when", textAlwaysClosed(name), hintAlwaysClosed)
	}
}

func (c *checker) recipient(path, name string) (config.Recipient, bool) {
	r, ok := c.cfg.Recipients[name]
	if !ok {
		c.add(path, textUnknownRecipient, strict.HintNames(name, names(c.cfg.Recipients)))
	}
	return r, ok
}

// forward: a file passes unchanged to INPS only.
func (c *checker) forward(path, name string) {
	if r, ok := c.recipient(path, name); ok && r.Class != config.ClassINPS {
		c.add(path, textNotINPS, hintNotINPS)
	}
}

// receives tells whether any dataset reaches the recipient.
func receives(r config.Recipient) bool {
	for _, level := range r.Datasets {
		if level != config.LevelNessuno {
			return true
		}
	}
	return false
}

// everOpen tries the runs of a year; the year is any with both clock changes.
func everOpen(w When, hours config.Windows) bool {
	if hours.IsZero() {
		return true
	}
	at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	for end := at.AddDate(1, 0, 0); ; {
		at = w.Next(at)
		if at.IsZero() {
			return true
		}
		open, next := hours.Open(at)
		if open {
			return true
		}
		// Nothing runs while it is closed, so look again where it opens.
		if next.IsZero() || at.After(end) {
			return false
		}
		at = next.Add(-time.Second)
	}
}

func names[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
