package main

import (
	"context"
	"errors"

	"flussi/internal/config"
	"flussi/internal/daemon"
	"flussi/internal/exchange"
	"flussi/internal/eyes"
)

// watched is a daemon at which others may look, and how.
type watched struct {
	server *eyes.Server // nil: the configuration says nowhere
	look   chan func(daemon.State, daemon.World)
}

// openEyes listens where the configuration says.
func (a *app) openEyes(ctx context.Context, cfg *config.Config, house *exchange.House) (w watched, err error) {
	w.look = make(chan func(daemon.State, daemon.World))
	if cfg.Daemon.Listen.IsZero() {
		return w, nil
	}
	w.server, err = eyes.Open(ctx, cfg.Daemon, eyes.Options{
		Now: a.now, Version: buildVersion(), Lang: a.lang, Look: w.look, Counters: house.Counters, Dropped: a.journal.Dropped,
	})
	return w, err
}

// during answers whoever looks as long as the daemon runs, and not longer.
func (w watched) during(ctx context.Context, run func() error) error {
	if w.server == nil {
		return run()
	}
	ctx, over := context.WithCancel(context.WithoutCancel(ctx))
	ended := make(chan error, 1)
	go func() { ended <- w.server.Serve(ctx) }()
	err := run()
	over()
	return errors.Join(err, <-ended)
}

// saw passes on what the daemon tells.
func (w watched) saw(e daemon.Event) {
	if w.server != nil {
		w.server.Saw(e)
	}
}

// renew takes up what a configuration read anew says of it.
func (w watched) renew(ctx context.Context, cfg *config.Config, before config.Daemon) error {
	switch {
	case w.server != nil:
		return w.server.Renew(ctx, cfg.Daemon)
	case cfg.Daemon.Listen != before.Listen:
		return eyes.OtherListen
	}
	return nil
}

// close lets go of the address where the daemon never began.
func (w watched) close() {
	if w.server != nil {
		w.server.Close()
	}
}
