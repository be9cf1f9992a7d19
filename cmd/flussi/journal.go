package main

import (
	"context"
	"log/slog"
	"sync"

	"flussi/internal/config"
	"flussi/internal/journal"
	"flussi/internal/syslog"
	"flussi/internal/web"
)

// levels are those of the configuration.
var levels = map[config.LogLevel]slog.Level{
	config.LevelDebug: slog.LevelDebug, config.LevelInfo: slog.LevelInfo, config.LevelWarn: slog.LevelWarn, config.LevelError: slog.LevelError,
}

// telling is where a daemon's events go.
type telling struct {
	l    config.Log
	o    journal.Options
	stop func() // sends what is left to a server, for a few seconds
}

// openJournal has events told where the configuration says; close sends what is left.
// With format json every line on stderr is an object from here on.
func (a *app) openJournal(ctx context.Context, l config.Log) (close func(), err error) {
	if a.telling, err = a.tellingOf(ctx, l); err != nil {
		return nil, err
	}
	a.journal = journal.New(a.telling.o)
	return func() { a.telling.stop() }, nil
}

// renewJournal has events told from now on where a configuration read anew says. A server
// of before gets what is left for it beside what goes on.
func (a *app) renewJournal(t telling) {
	before := a.telling
	a.journal.Renew(t.o)
	if before.o.Syslog != t.o.Syslog {
		left, stop := make(chan struct{}), t.stop
		go func() { before.stop(); close(left) }()
		t.stop = func() { stop(); <-left }
	}
	a.telling = t
}

// notTaken lets go of what tellingOf gave where it is not taken up.
func (a *app) notTaken(t telling) {
	if t.o.Syslog != nil && t.o.Syslog != a.telling.o.Syslog {
		t.stop()
	}
}

// tellingOf is where a configuration says; the server of now stays where it is the same.
func (a *app) tellingOf(ctx context.Context, l config.Log) (t telling, err error) {
	t = telling{l: l, stop: func() {}, o: journal.Options{
		Now: a.now, Version: buildVersion(), Lines: a.stderr, JSON: l.Format == config.LogJSON, Level: levels[l.Level], Host: syslog.HostName(),
		Words: func(err error) (string, string) { what, hint := wordsOf(err); return a.text(what), a.text(hint) },
		CEF:   l.Syslog.Format == config.SyslogCEF,
	}}
	server := l.Syslog.Server
	switch now := a.telling; {
	case server == config.SyslogServer{}:
		return t, nil
	case server.Network != "tls" && now.l.Syslog.Server == server: // of TLS the certificates may be others
		t.o.Syslog, t.stop = now.o.Syslog, now.stop
		return t, nil
	}
	to := syslog.Server{Network: server.Network, Address: server.Address}
	if server.Network == "tls" {
		if to.TLS, err = web.TLSConfig(l.Syslog.CA); err != nil {
			return t, err
		}
	}
	sender := syslog.NewSender(to)
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	var sending sync.WaitGroup
	sending.Go(func() { sender.Run(ctx) })
	t.o.Syslog, t.stop = sender, func() { cancel(); sending.Wait() }
	return t, nil
}
