package audit

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strconv"
	"time"

	"flussi/internal/web"
)

// Syslog sends RFC 5424 messages of the facility "log audit" (13): one for an entry,
// severity informational, one for a checkpoint, severity notice, MSGID audit and
// checkpoint. The message is what a File has as a line. Over TCP and TLS messages
// are counted (RFC 6587 3.4.1, RFC 5425) and the end of the connection is waited for,
// so that one that broke is noticed; a datagram is known by nobody to have arrived.
type Syslog struct {
	Network string // udp, tcp, tls or unix
	Address string // host:port, or a path
	TLS     *tls.Config
	Host    string // what messages call this host
}

var _ Place = Syslog{}

const (
	auditFacility  = 13
	severityNotice = 5
	severityInfo   = 6
)

// Send sends one message for each entry, and one for the checkpoint.
func (s Syslog) Send(ctx context.Context, b Batch) (err error) {
	conn, err := s.dial(ctx)
	if err != nil {
		return cannotCopy(web.WithoutAddress(err))
	}
	defer func() { _ = conn.Close() }() // what counts is said before
	if deadline, ok := ctx.Deadline(); ok {
		if err := conn.SetDeadline(deadline); err != nil {
			return cannotCopy(web.WithoutAddress(err))
		}
	}
	counted := s.Network == "tcp" || s.Network == "tls"
	var out bytes.Buffer
	flush := func() error {
		_, err := conn.Write(out.Bytes())
		out.Reset()
		return err
	}
	say := func(severity int, at time.Time, id string, text []byte) error {
		message := s.message(severity, at, id, text)
		if !counted {
			out.Write(message)
			return flush()
		}
		fmt.Fprintf(&out, "%d ", len(message))
		if out.Write(message); out.Len() > 64<<10 {
			return flush()
		}
		return nil
	}
	for _, e := range b.Entries {
		if err := say(severityInfo, e.Entry.Time, "audit", bytes.TrimSpace(appendEntry(nil, e))); err != nil {
			return cannotCopy(web.WithoutAddress(err))
		}
	}
	if b.Checkpoint.Note != nil {
		if err := say(severityNotice, b.Checkpoint.MadeAt, "checkpoint", checkpointLine(b.Checkpoint)); err != nil {
			return cannotCopy(web.WithoutAddress(err))
		}
	}
	if out.Len() > 0 {
		if err := flush(); err != nil {
			return cannotCopy(web.WithoutAddress(err))
		}
	}
	if !counted {
		return nil
	}
	return cannotCopy(web.WithoutAddress(finish(conn)))
}

// endWithin is how long a server gets to close its side.
const endWithin = 3 * time.Second

// finish ends a stream in order: a server that read to our end closes its own.
func finish(conn net.Conn) error {
	half, ok := conn.(interface{ CloseWrite() error })
	if !ok {
		return nil
	}
	if err := half.CloseWrite(); err != nil {
		return err
	}
	if err := conn.SetReadDeadline(time.Now().Add(endWithin)); err != nil {
		return err
	}
	_, err := io.Copy(io.Discard, io.LimitReader(conn, 4096))
	var timeout net.Error
	if errors.As(err, &timeout) && timeout.Timeout() || errors.Is(err, io.ErrUnexpectedEOF) {
		return nil // it keeps the line open, or ends TLS without a word; nothing says that it did not read
	}
	return err
}

func (s Syslog) dial(ctx context.Context) (net.Conn, error) {
	var d net.Dialer
	switch s.Network {
	case "unix":
		return d.DialContext(ctx, "unixgram", s.Address)
	case "tls":
		return (&tls.Dialer{NetDialer: &d, Config: s.TLS}).DialContext(ctx, "tcp", s.Address)
	}
	return d.DialContext(ctx, s.Network, s.Address)
}

// message is RFC 5424 section 6: header, no structured data, text.
func (s Syslog) message(severity int, at time.Time, id string, text []byte) []byte {
	host := s.Host
	if host == "" {
		host = "-"
	}
	m := fmt.Appendf(nil, "<%d>1 %s %s flussi - %s - ", auditFacility*8+severity, at.UTC().Format("2006-01-02T15:04:05.000000Z"), host, id)
	return append(m, text...)
}

// HostName is what messages may call this host: printable ASCII without spaces.
func HostName() string {
	name, err := os.Hostname()
	if err != nil || len(name) > 255 {
		return ""
	}
	for _, r := range name {
		if r <= ' ' || r > '~' {
			return ""
		}
	}
	return name
}

func jsonInt(out []byte, n int64) []byte { return strconv.AppendInt(out, n, 10) }
