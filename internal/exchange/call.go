package exchange

import (
	"context"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync"
	"time"

	"flussi/internal/config"
	"flussi/internal/flusso"
	"flussi/internal/ledger"
	"flussi/internal/sftp"
	"flussi/internal/spool"
)

// Policy of this file: every call to an endpoint goes through its gate, of
// which a house has one for each endpoint, and through its breaker, which the
// ledger keeps. A person who calls by hand is not held back by the breaker:
// whoever stands before the screen may know that the server is back.

// gates are the ways to the endpoints, made when first needed.
type gates struct {
	mu sync.Mutex
	of map[string]way
}

type way struct {
	*sftp.Gate
	limits sftp.Limits
}

// to gives the gate of an endpoint. When the configuration was read anew its limits
// hold from when nobody is inside under the old ones.
func (g *gates) to(e config.Endpoint) *sftp.Gate {
	limits := sftp.Limits{
		Sessions: e.MaxSessions, Bandwidth: e.Limits.Bandwidth,
		Handshakes: sftp.Rate{Times: e.Limits.Handshakes.Times, In: e.Limits.Handshakes.In},
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.of == nil {
		g.of = map[string]way{}
	}
	old, known := g.of[e.Name]
	if known && (old.limits == limits || !old.Idle()) {
		return old.Gate
	}
	g.of[e.Name] = way{sftp.NewGate(limits, nil, nil), limits}
	return g.of[e.Name].Gate
}

// calling says how an endpoint is called.
type calling struct {
	byHand bool // a person asks: at once, whatever the breaker says
	keep   bool // leave fetched files where they are, whatever consume says
	// beside is told of each connection beside the first; nil: nobody asks.
	beside func(sftp.Connection) error
}

// dial is the house's, on record: how the endpoint was reached.
func (r *run) dial(ctx context.Context, name string, how calling) (*sftp.Session, error) {
	how.beside = func(c sftp.Connection) error { return r.connected(ctx, name, c) }
	session, err := r.House.dial(ctx, name, how)
	if err != nil {
		return nil, err
	}
	if err := how.beside(session.Connection()); err != nil {
		return nil, errors.Join(err, session.Close())
	}
	return session, nil
}

// dial connects to an endpoint of the configuration; what may go away by
// itself is tried a few times, the rest is for the next run.
func (h *House) dial(ctx context.Context, name string, how calling) (session *sftp.Session, err error) {
	e, ok := h.cfg.Endpoints[name]
	if !ok {
		return nil, &flusso.Error{Op: "connect", ID: name, Kind: flusso.Config, What: textNoEndpoint, Hint: hintNoEndpoint}
	}
	if err := inForce(h.cfg, e, h.opt.Now()); err != nil {
		return nil, err
	}
	breaker, err := h.breaker(ctx, name)
	if err != nil {
		return nil, err
	}
	if !how.byHand {
		if err := breaker.Refusal(name, h.opt.Now()); err != nil {
			h.metrics.refused(name)
			return nil, err
		}
	}
	endpoint := endpointOf(h.cfg, e)
	if how.keep {
		endpoint.Consume = sftp.Consume{Policy: sftp.Keep}
	}
	gate := h.gates.to(e)
	patience := sftp.Backoff{Attempts: 3, First: 500 * time.Millisecond, Jitter: rand.Float64}
	err = sftp.Retry(ctx, patience, func(ctx context.Context) error {
		session, err = gate.Dial(ctx, endpoint, sftp.Options{Now: h.opt.Now, Log: h.opt.Log, Step: h.sftpStep, Beside: how.beside})
		return err
	})
	if ctx.Err() != nil {
		return session, err // the user's doing says nothing of the server
	}
	h.metrics.called(name, err)
	return session, errors.Join(err, h.note(ctx, name, breaker, breaker.After(err, h.opt.Now(), rand.Float64)))
}

func (h *House) breaker(ctx context.Context, name string) (sftp.Breaker, error) {
	c, _, err := h.ledger.Circuit(ctx, name)
	return breakerOf(c, h.opt.Now()), err
}

func breakerOf(c ledger.Circuit, now time.Time) sftp.Breaker {
	if !c.Rests(now) {
		c.OpenUntil = time.Time{}
	}
	return sftp.Breaker{Failures: c.Failures, Refused: c.Refused, OpenUntil: c.OpenUntil}
}

// note keeps an endpoint's breaker for the next call, of whatever process.
func (h *House) note(ctx context.Context, name string, before, after sftp.Breaker) error {
	if before == after {
		return nil
	}
	return h.ledger.Update(ctx, func(tx *ledger.Tx) error {
		return tx.SetCircuit(ctx, ledger.Circuit{Endpoint: name, Failures: after.Failures, Refused: after.Refused, OpenUntil: after.OpenUntil})
	})
}

// Answered enters that an endpoint answered a person who called it without a
// house (flussi check --connect): the schedules may call it again. Where
// another instance has the house, that one finds out by itself.
func Answered(ctx context.Context, cfg *config.Config, name string, now func() time.Time) (err error) {
	path := filepath.Join(cfg.State, LedgerName)
	if _, err := os.Stat(path); err != nil {
		return nil //nolint:nilerr // there was no run yet: nothing is remembered
	}
	old, err := ledger.Open(ctx, path, ledger.Options{Now: now, ReadOnly: true})
	if flusso.KindOf(err) == flusso.Config {
		return nil // of another version: the next run brings it up to date
	}
	if err != nil {
		return err
	}
	_, remembered, err := old.Circuit(ctx, name)
	if err = errors.Join(err, old.Close()); err != nil || !remembered {
		return err
	}
	unlock, err := spool.Lock(filepath.Join(cfg.State, "lock"))
	if flusso.KindOf(err) == flusso.Locked {
		return nil
	}
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, unlock()) }()
	l, err := ledger.Open(ctx, path, ledger.Options{Now: now})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, l.Close()) }()
	return l.Update(ctx, func(tx *ledger.Tx) error { return tx.SetCircuit(ctx, ledger.Circuit{Endpoint: name}) })
}
