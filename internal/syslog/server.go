package syslog

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"time"

	"flussi/internal/flusso"
)

// Server is where messages go.
type Server struct {
	Network string // udp, tcp, tls or unix
	Address string // host:port, or a path
	TLS     *tls.Config
}

// Conn takes messages in order. It is for one goroutine.
type Conn struct {
	conn    net.Conn
	counted bool // a stream, in which messages are counted
	out     bytes.Buffer
}

// held is how much of a stream is gathered before it goes to the system.
const held = 64 << 10

// Dial connects; errors tell no address, which may have a token in it. The deadline of
// ctx is the connection's.
func (s Server) Dial(ctx context.Context) (*Conn, error) {
	conn, err := s.dial(ctx)
	if err != nil {
		return nil, flusso.WithoutAddress(err)
	}
	if deadline, ok := ctx.Deadline(); ok {
		if err := conn.SetDeadline(deadline); err != nil {
			_ = conn.Close() // the first error is the one to tell
			return nil, flusso.WithoutAddress(err)
		}
	}
	return &Conn{conn: conn, counted: s.Network == "tcp" || s.Network == "tls"}, nil
}

func (s Server) dial(ctx context.Context) (net.Conn, error) {
	var d net.Dialer
	switch s.Network {
	case "unix":
		return d.DialContext(ctx, "unixgram", s.Address)
	case "tls":
		return (&tls.Dialer{NetDialer: &d, Config: s.TLS}).DialContext(ctx, "tcp", s.Address)
	}
	return d.DialContext(ctx, s.Network, s.Address)
}

// Send hands over a message; of a stream, with Flush at the latest.
func (c *Conn) Send(message []byte) error {
	if c.counted {
		fmt.Fprintf(&c.out, "%d ", len(message))
	}
	c.out.Write(message)
	if c.counted && c.out.Len() < held {
		return nil
	}
	return c.Flush()
}

// Flush hands over what is gathered.
func (c *Conn) Flush() error {
	if c.out.Len() == 0 {
		return nil
	}
	_, err := c.conn.Write(c.out.Bytes())
	c.out.Reset()
	return flusso.WithoutAddress(err)
}

// Until gives everything that follows so long; the zero time: for ever.
func (c *Conn) Until(deadline time.Time) error {
	return flusso.WithoutAddress(c.conn.SetDeadline(deadline))
}

// endWithin is how long a server gets to close its side.
const endWithin = 3 * time.Second

// Finish flushes, and ends a stream in order: a server that read to our end closes its
// own.
func (c *Conn) Finish() error {
	if err := c.Flush(); err != nil || !c.counted {
		return err
	}
	half, ok := c.conn.(interface{ CloseWrite() error })
	if !ok {
		return nil
	}
	if err := half.CloseWrite(); err != nil {
		return flusso.WithoutAddress(err)
	}
	if err := c.conn.SetReadDeadline(time.Now().Add(endWithin)); err != nil {
		return flusso.WithoutAddress(err)
	}
	_, err := io.Copy(io.Discard, io.LimitReader(c.conn, 4096))
	var timeout net.Error
	if errors.As(err, &timeout) && timeout.Timeout() || errors.Is(err, io.ErrUnexpectedEOF) {
		return nil // it keeps the line open, or ends TLS without a word; nothing says that it did not read
	}
	return flusso.WithoutAddress(err)
}

// gone tells whether a server has closed its side of a stream.
func (c *Conn) gone() bool {
	if !c.counted {
		return false
	}
	// A deadline that is over already would be told without a look.
	if c.conn.SetReadDeadline(time.Now().Add(time.Millisecond)) != nil {
		return true
	}
	_, err := c.conn.Read(make([]byte, 1))
	var timeout net.Error
	return !errors.As(err, &timeout) || !timeout.Timeout()
}

// Close lets go of the connection; what counts was said before.
func (c *Conn) Close() { _ = c.conn.Close() }

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
