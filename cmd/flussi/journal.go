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

// openJournal has events told where the configuration says; close sends what is left.
// With format json every line on stderr is an object from here on.
func (a *app) openJournal(ctx context.Context, l config.Log) (close func(), err error) {
	o := journal.Options{
		Now: a.now, Version: buildVersion(), Lines: a.stderr, JSON: l.Format == config.LogJSON, Level: levels[l.Level], Host: syslog.HostName(),
		Words: func(err error) (string, string) { what, hint := wordsOf(err); return a.text(what), a.text(hint) },
	}
	close = func() {}
	if server := l.Syslog.Server; server != (config.SyslogServer{}) {
		to := syslog.Server{Network: server.Network, Address: server.Address}
		if server.Network == "tls" {
			if to.TLS, err = web.TLSConfig(l.Syslog.CA); err != nil {
				return nil, err
			}
		}
		o.Syslog, o.CEF = syslog.NewSender(to), l.Syslog.Format == config.SyslogCEF
		ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
		var sending sync.WaitGroup
		sending.Go(func() { o.Syslog.Run(ctx) })
		close = func() { cancel(); sending.Wait() }
	}
	a.journal = journal.New(o)
	return close, nil
}
