package journal

import (
	"log/slog"

	"flussi/internal/syslog"
)

// Kind is a kind of event. IDs are for rules of others: they are never changed, and never
// mean something else.
type Kind struct {
	ID       string
	Name     string // in English, as rules and dashboards are
	Severity int    // of CEF: 0 to 10
}

// kinds are those that the daemon and runs tell, by the room and its message type; "log"
// is what the rooms inside say, by level.
var kinds = map[string]Kind{
	"daemon.ready":          {"daemon.ready", "daemon ready", 1},
	"daemon.begun":          {"daemon.begun", "run begun", 1},
	"daemon.run":            {"daemon.run", "run ended", 1},
	"daemon.failed":         {"daemon.failed", "run failed", 7},
	"daemon.blocked":        {"daemon.blocked", "schedule held up", 6},
	"daemon.freed":          {"daemon.freed", "schedule goes again", 2},
	"daemon.reminder":       {"daemon.reminder", "arrival due soon", 3},
	"daemon.missing":        {"daemon.missing", "expected arrival missing", 8},
	"daemon.arrived":        {"daemon.arrived", "expected arrival came", 2},
	"daemon.clock":          {"daemon.clock", "clock was far ahead", 7},
	"daemon.reloaded":       {"daemon.reloaded", "configuration read anew", 3},
	"daemon.reload_refused": {"daemon.reload_refused", "configuration refused", 7},
	"daemon.not_noted":      {"daemon.not_noted", "ledger not written", 8},
	"daemon.stopping":       {"daemon.stopping", "daemon stopping", 3},
	"daemon.stopped":        {"daemon.stopped", "daemon stopped", 3},
	"run.fetched":           {"run.fetched", "file fetched", 1},
	"run.listed":            {"run.listed", "file listed", 1},
	"run.accepted":          {"run.accepted", "file accepted", 1},
	"run.quarantined":       {"run.quarantined", "file quarantined", 6},
	"run.duplicate":         {"run.duplicate", "file came before", 2},
	"run.published":         {"run.published", "release published", 3},
	"run.withheld":          {"run.withheld", "release withheld", 4},
	"run.forwarded":         {"run.forwarded", "file forwarded", 3},
	"run.delivered":         {"run.delivered", "release delivered", 3},
	"run.alarm":             {"run.alarm", "transfer in doubt or lost", 9},
	"log.debug":             {"log.debug", "detail", 0},
	"log.info":              {"log.info", "remark", 2},
	"log.warn":              {"log.warn", "warning", 5},
	"log.error":             {"log.error", "error", 8},
	"line":                  {"line", "line for people", 2},
}

// kindOf finds a kind; one that nobody entered is told all the same, as what it is.
func kindOf(id string) Kind {
	if k, ok := kinds[id]; ok {
		return k
	}
	return Kind{ID: id, Name: id, Severity: 5}
}

// level is a severity as slog has it.
func (k Kind) level() slog.Level {
	switch {
	case k.Severity >= 7:
		return slog.LevelError
	case k.Severity >= 4:
		return slog.LevelWarn
	}
	return slog.LevelInfo
}

// syslogSeverity is a severity as syslog has it.
func (k Kind) syslogSeverity() syslog.Severity {
	switch s := k.Severity; {
	case s >= 9:
		return syslog.Critical
	case s >= 7:
		return syslog.Error
	case s >= 5:
		return syslog.Warning
	case s >= 3:
		return syslog.Notice
	case s >= 1:
		return syslog.Info
	}
	return syslog.Debug
}

// ofLevel is the kind of what a room inside says.
func ofLevel(l slog.Level) Kind {
	switch {
	case l >= slog.LevelError:
		return kinds["log.error"]
	case l >= slog.LevelWarn:
		return kinds["log.warn"]
	case l >= slog.LevelInfo:
		return kinds["log.info"]
	}
	return kinds["log.debug"]
}
