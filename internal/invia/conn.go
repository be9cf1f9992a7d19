package invia

import (
	"net"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/crypto/ssh"
)

// serveConn logs one connection in and serves its sessions until it ends.
func (s *Server) serveConn(conn net.Conn) {
	defer func() { _ = conn.Close() }()
	_ = conn.SetDeadline(time.Now().Add(s.config.HandshakeTimeout))
	l := &login{s: s}
	sshConn, channels, requests, err := ssh.NewServerConn(conn, l.config())
	if err != nil {
		why := "handshake"
		if l.why != nil {
			why = l.why.Error()
		}
		s.note(Entry{Op: OpRefused, User: l.user, Remote: conn.RemoteAddr().String(), Detail: why})
		return
	}
	_ = conn.SetDeadline(time.Time{})
	defer func() { _ = sshConn.Close() }()
	c := &connection{s: s, who: s.users[sshConn.User()], remote: conn.RemoteAddr().String()}
	if !c.who.enter() {
		s.note(Entry{Op: OpRefused, User: c.who.Name, Remote: c.remote, Detail: "too many sessions"})
		return
	}
	defer c.who.leave()
	s.note(Entry{Op: OpLogin, User: c.who.Name, Remote: c.remote})
	defer s.note(Entry{Op: OpLogout, User: c.who.Name, Remote: c.remote})
	var wg sync.WaitGroup
	defer wg.Wait()
	wg.Go(func() { answerRequests(requests) })
	for ask := range channels {
		if ask.ChannelType() != "session" {
			_ = ask.Reject(ssh.UnknownChannelType, "only sessions")
			continue
		}
		if c.sessions.Load() >= int32(s.config.MaxChannels) {
			_ = ask.Reject(ssh.ResourceShortage, "too many sessions")
			continue
		}
		ch, requests, err := ask.Accept()
		if err != nil {
			continue
		}
		c.sessions.Add(1)
		wg.Go(func() {
			c.serveChannel(ch, requests)
			c.sessions.Add(-1)
			_ = ch.Close()
			answerRequests(requests)
		})
	}
}

// answerRequests answers keepalives: any answer shows that we live.
func answerRequests(requests <-chan *ssh.Request) {
	for r := range requests {
		if r.WantReply {
			_ = r.Reply(false, nil)
		}
	}
}

// connection is one user's logged-in connection.
type connection struct {
	s        *Server
	who      *account
	remote   string
	sessions atomic.Int32
}

// serveChannel waits for the sftp subsystem to be asked for and serves it.
func (c *connection) serveChannel(ch ssh.Channel, requests <-chan *ssh.Request) {
	for r := range requests {
		var subsystem struct{ Name string }
		ok := r.Type == "subsystem" && ssh.Unmarshal(r.Payload, &subsystem) == nil && subsystem.Name == "sftp"
		if r.WantReply {
			_ = r.Reply(ok, nil)
		}
		if !ok {
			continue
		}
		view, err := c.s.root.OpenRoot(c.who.folder())
		if err != nil {
			c.s.config.Log.Error("invia: user's folder cannot be opened", "user", c.who.Name, "err", err)
			return
		}
		defer func() { _ = view.Close() }()
		var drained sync.WaitGroup
		drained.Go(func() { answerRequests(requests) })
		newSession(c, ch, view).run()
		_ = ch.Close()
		drained.Wait()
		return
	}
}

// note writes a log entry that nobody waits for; a log that cannot be written
// is told to the operator.
func (s *Server) note(e Entry) {
	if err := s.record(e); err != nil {
		s.config.Log.Error("invia: access log cannot be written", "err", err)
	}
}

// record writes a log entry, with the time unless it has one.
func (s *Server) record(e Entry) error {
	if e.Time.IsZero() {
		e.Time = s.config.Now()
	}
	return s.log.write(e)
}
