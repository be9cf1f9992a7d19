package handover

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"net"
	"os"
	"sync"
	"time"

	"flussi/internal/daemon"
	"flussi/internal/exchange"
	"flussi/internal/flusso"
)

const (
	maxClients = 16
	patience   = 10 * time.Second // for a request, and for each line that is read
	room       = 4096             // lines that wait for a client
	pause      = time.Second      // after a client that could not be let in
)

// Peer is who is at the other end, as the kernel says.
type Peer struct {
	UID int
	PID int
}

// Server is the daemon's end. Runs come out of Runs.
type Server struct {
	Runs chan *daemon.Handed
	// login names who asks, given what they claim where the system knows nobody.
	login    func(p Peer, claimed string) string
	listener *net.UnixListener
	path     string
	places   chan struct{}
	clients  sync.WaitGroup
}

// Listen opens the socket in a state folder that this process has locked (daemon.Lock);
// nil, nil where the system does not say who is at the other end of one.
func Listen(state string, login func(Peer, string) string) (*Server, error) {
	path := socketPath(state)
	switch {
	case !supported:
		return nil, nil
	case len(path) > maxPath:
		return nil, &flusso.Error{Op: "open socket", Kind: flusso.Config, What: textLongName, Hint: hintLongName}
	}
	if left, err := os.Lstat(path); err == nil && left.Mode().Type() == fs.ModeSocket { // of a daemon that was killed
		if err := os.Remove(path); err != nil {
			return nil, noSocket(err)
		}
	}
	listener, err := net.ListenUnix("unix", &net.UnixAddr{Name: path, Net: "unix"})
	if err != nil {
		return nil, noSocket(err)
	}
	if err := os.Chmod(path, 0o600); err != nil {
		return nil, errors.Join(noSocket(err), listener.Close())
	}
	return &Server{Runs: make(chan *daemon.Handed), login: login, listener: listener, path: path, places: make(chan struct{}, maxClients)}, nil
}

func noSocket(err error) error {
	return &flusso.Error{Op: "open socket", Kind: flusso.Transient, What: textNoSocket, Hint: hintNoSocket, Err: err}
}

// Serve hears clients until ctx ends.
func (s *Server) Serve(ctx context.Context) error {
	stop := context.AfterFunc(ctx, func() { _ = s.listener.Close() })
	defer stop()
	defer s.clients.Wait()
	for {
		conn, err := s.listener.AcceptUnix()
		switch {
		case ctx.Err() != nil:
			return nil
		case err != nil: // it passes: of descriptors there are none left, or a client left
			select {
			case <-ctx.Done():
			case <-time.After(pause):
			}
			continue
		}
		c := &client{lines: make(chan answer, room), conn: conn}
		if c.peer, err = peerOf(conn); err != nil || c.peer.UID != 0 && c.peer.UID != os.Geteuid() {
			c.refuse(flusso.Denied, textStranger, hintStranger)
			continue
		}
		select {
		case s.places <- struct{}{}:
			s.clients.Go(func() {
				defer func() { <-s.places }()
				s.hear(ctx, c)
			})
		default:
			c.refuse(flusso.Locked, textCrowd, hintCrowd)
		}
	}
}

// Close lets go of a socket that was never served.
func (s *Server) Close() error { return s.listener.Close() }

// hear serves one client.
func (s *Server) hear(ctx context.Context, c *client) {
	conn := c.conn
	ctx, over := context.WithCancel(ctx)
	defer over()
	defer func() { _ = conn.Close() }()
	context.AfterFunc(ctx, func() { _ = conn.SetReadDeadline(time.Unix(1, 0)) })
	_ = conn.SetReadDeadline(time.Now().Add(patience))
	in := bufio.NewReader(io.LimitReader(conn, maxLine))
	text, err := in.ReadBytes('\n')
	var r Request
	if err != nil || json.Unmarshal(text, &r) != nil {
		return // nonsense gets no answer
	}
	if r.Version != version {
		c.refuse(flusso.Locked, textOtherVersion, hintOtherVersion)
		return
	}
	if r.nonsense() {
		return
	}
	c.tell(answer{Version: version, Heard: true})
	_ = conn.SetReadDeadline(time.Time{})
	stopped, gone := make(chan struct{}), make(chan struct{})
	go c.listen(in, stopped, gone)
	done := make(chan answer, 1)
	h := &daemon.Handed{
		Schedule: r.Schedule, Stop: stopped,
		Run:   exchange.RunOptions{DryRun: r.DryRun, Operator: r.Operator, Login: s.login(c.peer, r.Claimed), Tell: func(e exchange.Event) { c.tell(answer{Version: version, Event: &e}) }},
		Waits: func() { c.tell(answer{Version: version, Waits: true}) },
		Done:  func(result *exchange.Result, err error) { done <- answerOf(result, err) },
	}
	select {
	case s.Runs <- h:
	case <-ctx.Done():
		return
	case <-gone:
		return
	}
	c.follow(ctx, done, gone)
	// Its word to stop may lie unread where a line could not be told to it any more.
	_ = conn.CloseWrite()
	_ = conn.SetReadDeadline(time.Now().Add(pause))
	<-gone
}

// client is one end of a connection that is told lines.
type client struct {
	conn  *net.UnixConn
	peer  Peer
	lines chan answer
}

// refuse says why a client is not heard; so little fits into any socket at once.
func (c *client) refuse(kind flusso.Kind, what, hint flusso.Text) {
	c.last(answerOf(nil, &flusso.Error{Op: "run", Kind: kind, What: what, Hint: hint}))
	_ = c.conn.Close()
}

// tell never waits: a client that does not listen misses what does not fit.
func (c *client) tell(a answer) {
	select {
	case c.lines <- a:
	default:
	}
}

// listen waits for the client's word to stop, which is any byte, or its end.
func (c *client) listen(in io.Reader, stopped, gone chan struct{}) {
	defer close(gone)
	b := make([]byte, 1)
	if n, _ := in.Read(b); n == 1 {
		close(stopped)
		_, _ = in.Read(b)
	}
}

// follow passes on what is told until the run is over. The run needs nobody who listens.
func (c *client) follow(ctx context.Context, done <-chan answer, gone <-chan struct{}) {
	for {
		select {
		case a := <-c.lines:
			if !c.write(a) {
				return
			}
		case last := <-done:
			c.end(last)
			return
		case <-gone:
			return
		case <-ctx.Done(): // the daemon has stopped, and with it the run
			select {
			case last := <-done:
				c.end(last)
			default:
			}
			return
		}
	}
}

// end tells what still waits, and the last line.
func (c *client) end(last answer) {
	for len(c.lines) > 0 {
		if !c.write(<-c.lines) {
			return
		}
	}
	c.last(last)
}

func (c *client) write(a answer) bool {
	text, err := line(a)
	if err != nil {
		return false
	}
	_ = c.conn.SetWriteDeadline(time.Now().Add(patience))
	_, err = c.conn.Write(text)
	return err == nil
}

func (c *client) last(a answer) { _ = c.write(a) }
