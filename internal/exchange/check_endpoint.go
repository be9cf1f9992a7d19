package exchange

import (
	"context"
	"strings"
	"time"

	"flussi/internal/config"
	"flussi/internal/flusso"
	"flussi/internal/schedule"
	"flussi/internal/sftp"
)

// Note is what is worth knowing and makes nothing fail.
type Note struct{ What, Hint flusso.Text }

// Connected is what a call to an endpoint told.
type Connected struct {
	sftp.Connection
	// Extensions of SFTP that the server has, of those that matter here.
	Extensions []string `json:"extensions"`
	// PublicAddress is the declared one, PublicAddressSeen the one that the
	// service named in the configuration sees; empty: nobody could tell.
	PublicAddress     string `json:"public_address,omitempty"`
	PublicAddressSeen string `json:"public_address_seen,omitempty"`
	// ClockAhead is our clock's lead over that service's, in seconds. SFTP
	// itself tells no time.
	ClockAhead *int64 `json:"clock_ahead_seconds,omitempty"`
}

// clockTolerance is how far two clocks may be apart before check speaks of it.
const clockTolerance = time.Minute

// checkEndpoint looks at what an endpoint's lines alone tell: its pins, and
// what it opts into.
func checkEndpoint(e config.Endpoint, now time.Time) Finding {
	f := Finding{Subject: "endpoint " + e.Name + " host_keys", Err: checkPins(e, now)}
	if f.Err == nil {
		for _, p := range Pins(e, now) {
			if p.State != PinValid {
				f.Notes = append(f.Notes, Note{textPinEnds(p), hintPinEnds})
			}
		}
	}
	if weak := sftp.Algorithms(e.Algorithms).Weak(); len(weak) > 0 {
		f.Notes = append(f.Notes, Note{textWeak(weak), hintWeak})
	}
	return f
}

// checkConnect calls an endpoint, lists the folders the schedules take from,
// and tells what was agreed.
func checkConnect(ctx context.Context, cfg *config.Config, schedules []*schedule.Schedule, name string, now func() time.Time) (f Finding) {
	e := cfg.Endpoints[name]
	f.Subject = "connect " + name
	client, err := Dial(ctx, cfg, name, sftp.Options{Now: now})
	if err != nil {
		f.Err = err
		return f
	}
	defer func() { _ = client.Close() }() // it never fails
	f.Connected = &Connected{Connection: client.Connection()}
	if f.Err = Answered(ctx, cfg, name, now); f.Err != nil {
		return f
	}
	for _, s := range schedules {
		if s.Pull != nil && s.Pull.From.Endpoint == name {
			if _, err := client.List(ctx, s.Pull.From.Path, s.Pull.Match); err != nil {
				f.Err = err
				return f
			}
		}
	}
	if f.Connected.Extensions, f.Err = client.Extensions(ctx); f.Err != nil {
		return f
	}
	if !f.Connected.StrictKex {
		f.Notes = append(f.Notes, Note{textNoStrictKex, hintNoStrictKex})
	}
	if weak := f.Connected.Weak; len(weak) > 0 {
		f.Notes = append(f.Notes, Note{textWeakAgreed(weak), hintWeak})
	}
	f.checkAddress(ctx, cfg, e, now)
	return f
}

// checkAddress compares the declared public address where somebody can tell.
// That nobody can is no reason to fail.
func (f *Finding) checkAddress(ctx context.Context, cfg *config.Config, e config.Endpoint, now func() time.Time) {
	if !e.PublicAddress.IsValid() {
		return
	}
	f.Connected.PublicAddress = e.PublicAddress.String()
	if e.PublicAddressService == "" {
		return
	}
	seen, err := sftp.AskAddress(ctx, endpointOf(cfg, e), e.PublicAddressService, sftp.Options{Now: now})
	if err != nil {
		f.Notes = append(f.Notes, Note{textNoAddressTold, hintNoAddressTold})
		return
	}
	f.Connected.PublicAddressSeen = seen.Address.String()
	if seen.HasClock {
		ahead := int64(seen.Ahead.Round(time.Second) / time.Second)
		f.Connected.ClockAhead = &ahead
		if seen.Ahead.Abs() > clockTolerance {
			f.Notes = append(f.Notes, Note{textClock(ahead), hintClock})
		}
	}
	if seen.Address != e.PublicAddress {
		f.Err = &flusso.Error{Op: "check", ID: e.Name, Kind: flusso.Config, Hint: hintOtherAddress,
			What: textOtherAddress(e.PublicAddress.String(), seen.Address.String())}
	}
}

// Summary is what was agreed, in a line for people.
func (c *Connected) Summary() string {
	parts := []string{c.HostKey, c.KeyExchange, c.Cipher}
	if c.MAC != "" {
		parts = append(parts, c.MAC)
	}
	how := make([]string, len(c.Accepted))
	for i, a := range c.Accepted {
		how[i] = string(a)
	}
	parts = append(parts, strings.Join(how, "+"), c.Local)
	if c.Via != "" {
		parts = append(parts, c.Via)
	}
	return strings.Join(parts, " · ")
}
