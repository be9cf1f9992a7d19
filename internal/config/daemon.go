package config

import (
	"net"
	"net/netip"
	"path"
	"strconv"
	"strings"

	"flussi/internal/config/strict"
	"flussi/internal/flusso"
)

// Daemon says how others look at a daemon at work.
type Daemon struct {
	// Listen is where it answers health checks and gives its metrics, by HTTP.
	// Default: nowhere.
	Listen Listen
	// Certificate (PEM, with those above it) and Key are what Listen is known by, over
	// TLS. Required where others than this machine can reach Listen.
	Certificate, Key Secret
	// Token is what every request has to bring (Authorization: Bearer). Required where
	// others than this machine can reach Listen.
	Token Secret
}

// Listen is an address to listen at. The zero value is none.
type Listen struct {
	Network string // tcp or unix
	Address string // IP:port, or localhost:port; of unix a path
}

// IsZero tells whether there is none.
func (l Listen) IsZero() bool { return l == Listen{} }

// Local tells whether only this very machine can reach it.
func (l Listen) Local() bool {
	host, _, err := net.SplitHostPort(l.Address)
	return l.Network == "unix" || err == nil && loopback(host)
}

// Secrets are the daemon's secrets with the keys that name them.
func (d Daemon) Secrets() []NamedSecret {
	return present([]NamedSecret{{"certificate", d.Certificate}, {"key", d.Key}, {"token", d.Token}})
}

var daemonType = strict.Object(flusso.Text{},
	strict.Optional("listen", strict.Parsed(`^(\S+:[0-9]{1,5}|unix:///.+)$`, parseListen), func(d *Daemon) *Listen { return &d.Listen }, docListen),
	strict.Optional("certificate", publicType, func(d *Daemon) *Secret { return &d.Certificate }, docListenCertificate),
	strict.Optional("key", secretType, func(d *Daemon) *Secret { return &d.Key }, docListenKey),
	strict.Optional("token", secretType, func(d *Daemon) *Secret { return &d.Token }, docListenToken),
).Then(func(v strict.Value, d *Daemon) {
	switch {
	case d.Listen.IsZero():
		for _, s := range d.Secrets() {
			v.FaultAt(s.Key, textIdleListen, hintIdleListen)
		}
		return
	case d.Certificate.IsZero() != d.Key.IsZero():
		v.FaultAt("certificate", textHalfTLS, hintHalfTLS)
	case d.Listen.Network == "unix" && !d.Certificate.IsZero():
		v.FaultAt("certificate", textSocketTLS, hintSocketTLS)
	case !d.Listen.Local() && d.Certificate.IsZero():
		v.FaultAt("listen", textOpenListen, hintOpenListen)
	}
	if !d.Listen.Local() && d.Token.IsZero() {
		v.FaultAt("listen", textTokenlessListen, hintTokenlessListen)
	}
})

// parseListen takes no names but localhost: what one means may change.
func parseListen(s string) (Listen, strict.Complaint) {
	no := strict.Complaint{What: textBadListen, Hint: hintBadListen}
	if socket, ok := strings.CutPrefix(s, "unix://"); ok {
		if !path.IsAbs(socket) {
			return Listen{}, no
		}
		return Listen{"unix", path.Clean(socket)}, strict.Complaint{}
	}
	host, port, err := net.SplitHostPort(s)
	n, bad := strconv.ParseUint(port, 10, 16)
	_, noIP := netip.ParseAddr(host)
	if err != nil || bad != nil || n == 0 || noIP != nil && host != "localhost" {
		return Listen{}, no
	}
	return Listen{"tcp", net.JoinHostPort(host, port)}, strict.Complaint{}
}

// Log says how a daemon tells what it does.
type Log struct {
	// Format of its lines on standard error. Default: text.
	Format LogFormat
	// Level is from what severity on the rooms below speak. Default: warn. What the
	// daemon itself tells is told at every level.
	Level LogLevel
	// Syslog takes the same events. Default: none.
	Syslog LogSyslog
}

// LogFormat is how a line looks.
type LogFormat string

// LogLevel is a severity.
type LogLevel string

// LogSyslogFormat is what a syslog message holds.
type LogSyslogFormat string

const (
	LogText LogFormat = "text" // for people
	LogJSON LogFormat = "json" // one object a line

	LevelDebug LogLevel = "debug"
	LevelInfo  LogLevel = "info"
	LevelWarn  LogLevel = "warn"
	LevelError LogLevel = "error"

	SyslogCEF   LogSyslogFormat = "cef"     // ArcSight's Common Event Format
	SyslogPlain LogSyslogFormat = "rfc5424" // structured data, and a text
)

// LogSyslog is a syslog server for events.
type LogSyslog struct {
	// Server is where it is. Required.
	Server SyslogServer
	// Format of the messages. Default: cef.
	Format LogSyslogFormat
	// CA is a file of certificates (PEM) by which a server over TLS is known. Default:
	// the system's.
	CA string
}

var logType = strict.Object(flusso.Text{},
	strict.Optional("format", strict.Word(LogText, LogJSON), func(l *Log) *LogFormat { return &l.Format }, docLogFormat),
	strict.Optional("level", strict.Word(LevelDebug, LevelInfo, LevelWarn, LevelError), func(l *Log) *LogLevel { return &l.Level }, docLogLevel),
	strict.Optional("syslog", strict.Object(flusso.Text{},
		strict.Required("address", syslogType, func(s *LogSyslog) *SyslogServer { return &s.Server }, docCopySyslog),
		strict.Optional("format", strict.Word(SyslogCEF, SyslogPlain), func(s *LogSyslog) *LogSyslogFormat { return &s.Format }, docSyslogFormat),
		strict.Optional("ca", strict.Path(), func(s *LogSyslog) *string { return &s.CA }, docCopyCA),
	).Then(func(v strict.Value, s *LogSyslog) {
		if s.CA != "" && s.Server.Network != "tls" {
			v.FaultAt("ca", textIdleCA, hintIdleLogCA)
		}
		if s.Format == "" {
			s.Format = SyslogCEF
		}
	}), func(l *Log) *LogSyslog { return &l.Syslog }, docLogSyslog),
)
