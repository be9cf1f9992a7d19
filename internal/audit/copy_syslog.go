package audit

import (
	"bytes"
	"context"
	"strconv"
	"time"

	"flussi/internal/syslog"
)

// Syslog sends RFC 5424 messages of the facility "log audit": one for an entry,
// severity informational, one for a checkpoint, severity notice, MSGID audit and
// checkpoint. The message is what a File has as a line. Over TCP and TLS the end of the
// connection is waited for, so that one that broke is noticed; a datagram is known by
// nobody to have arrived.
type Syslog struct {
	Server syslog.Server
	Host   string // what messages call this host
}

var _ Place = Syslog{}

// Send sends one message for each entry, and one for the checkpoint.
func (s Syslog) Send(ctx context.Context, b Batch) error {
	conn, err := s.Server.Dial(ctx)
	if err != nil {
		return cannotCopy(err)
	}
	defer conn.Close()
	say := func(severity syslog.Severity, at time.Time, id string, text []byte) error {
		return conn.Send(syslog.Message{Facility: syslog.FacilityAudit, Severity: severity, At: at, Host: s.Host, ID: id, Text: text}.Append(nil))
	}
	for _, e := range b.Entries {
		if err := say(syslog.Info, e.Entry.Time, "audit", bytes.TrimSpace(appendEntry(nil, e))); err != nil {
			return cannotCopy(err)
		}
	}
	if b.Checkpoint.Note != nil {
		if err := say(syslog.Notice, b.Checkpoint.MadeAt, "checkpoint", checkpointLine(b.Checkpoint)); err != nil {
			return cannotCopy(err)
		}
	}
	return cannotCopy(conn.Finish())
}

func jsonInt(out []byte, n int64) []byte { return strconv.AppendInt(out, n, 10) }
