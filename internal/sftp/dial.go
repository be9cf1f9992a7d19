package sftp

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"sync"
	"time"

	"golang.org/x/crypto/ssh"
)

// Options are what a Client needs from its surroundings.
type Options struct {
	Now func() time.Time // nil means time.Now
	Log *slog.Logger     // nil means none
	// MaxEntries bounds the files that a listing gives; 0 means 100,000.
	MaxEntries int
	// Step, when set, is called before each named step of Fetch and Deliver;
	// an error from it stops the transfer there. It is how tests put a fault
	// at every step.
	Step func(Step) error
	// Beside is told of each connection made beside the first, for one file on
	// several; with an error from it that one is not used. nil: nobody asks.
	Beside func(Connection) error
}

// Client is one authenticated connection to an endpoint. Its methods may be
// called from several goroutines and take turns; for transfers side by side
// dial several, up to Endpoint.MaxSessions.
type Client struct {
	endpoint Endpoint
	options  Options
	timeouts Timeouts

	conn   *socket
	ssh    *ssh.Client
	agreed Connection
	done   chan struct{} // closed by Close: ends the keepalive
	over   chan struct{} // closed when the connection is no more
	wg     sync.WaitGroup
	once   sync.Once

	turn     sync.Mutex // one operation at a time
	stepping sync.Mutex // one Options.Step at a time
	// bulk carries bytes and listings under our own control of every packet,
	// meta the rest through pkg/sftp. Each is opened when first needed.
	bulk *channel
	meta *metadata
	// another makes one more connection to the endpoint, or says why not.
	another  func(context.Context) (*Client, error)
	widening sync.Mutex // of the next three
	more     []*channel // beside bulk, for one file on several channels
	others   []*Client  // beside this one, for one file on several connections
	full     bool       // the server opens no further channel
	leave    func()     // gives the place back that a Gate gave
}

// Dial connects, checks the host key, logs in and starts the keepalive. Errors:
// Untrusted (host key, credentials), Denied (local address, hours), Config (a secret or
// key cannot be read), Transient (network).
func Dial(ctx context.Context, ep Endpoint, opt Options) (_ *Client, err error) {
	if opt.Now == nil {
		opt.Now = time.Now
	}
	if opt.Log == nil {
		opt.Log = slog.New(slog.DiscardHandler)
	}
	if opt.MaxEntries == 0 {
		opt.MaxEntries = 100_000
	}
	way, err := connect(ctx, ep, opt.Now())
	if err != nil {
		return nil, err
	}
	c := &Client{
		endpoint: ep, options: opt, timeouts: ep.Timeouts.orDefault(), done: make(chan struct{}), over: make(chan struct{}),
		conn: way.conn, ssh: way.ssh, agreed: way.agreed, leave: func() {},
	}
	c.another = func(ctx context.Context) (*Client, error) { return Dial(ctx, ep, opt) }
	c.wg.Go(c.keepAlive)
	c.wg.Go(func() { _ = c.ssh.Wait(); close(c.over) })
	return c, nil
}

// keepAlive finds a dead peer: x/crypto/ssh would wait for it for ever
// (golang/go#19338). A keepalive unanswered for a whole interval ends the
// connection, and with it every operation that waits.
func (c *Client) keepAlive() {
	tick := time.NewTicker(c.timeouts.Keepalive)
	defer tick.Stop()
	for {
		select {
		case <-c.done:
			return
		case <-tick.C:
		}
		answer := make(chan error, 1)
		c.wg.Go(func() {
			_, _, err := c.ssh.SendRequest("keepalive@openssh.com", true, nil)
			answer <- err
		})
		patience := time.NewTimer(c.timeouts.Keepalive)
		select {
		case err := <-answer:
			patience.Stop()
			if err != nil {
				return
			}
		case <-patience.C:
			c.options.Log.Warn("sftp: peer is silent, connection closed", "endpoint", c.endpoint.Name)
			_ = c.conn.Close()
			return
		case <-c.done:
			patience.Stop()
			return
		}
	}
}

// Close ends the connection. It waits for the server a moment and never longer
// than three seconds.
func (c *Client) Close() error {
	c.once.Do(func() {
		close(c.done)
		c.widening.Lock()
		c.closeOthers()
		c.widening.Unlock()
		_ = c.conn.SetDeadline(time.Now().Add(2 * time.Second))
		_ = c.ssh.Close()
		_ = c.conn.Close()
		c.wg.Wait()
		c.leave()
	})
	return nil
}

// Lost tells whether the connection is no more.
func (c *Client) Lost() bool { return c.conn.ended.Load() }

// guard ends the connection when ctx does: an operation that waits for the
// server then returns. Call the returned function when the operation is over.
func (c *Client) guard(ctx context.Context) (release func() bool) {
	return context.AfterFunc(ctx, func() {
		_ = c.conn.Close()
		c.widening.Lock()
		defer c.widening.Unlock()
		for _, other := range c.others {
			_ = other.conn.Close()
		}
	})
}

// answerIn ends the connection when f has to wait for the server longer than
// Timeouts.Answer, f being what neither x/crypto/ssh nor pkg/sftp bounds: a
// server may keep a connection alive and answer nothing else.
func (c *Client) answerIn(f func() error) error {
	late := make(chan struct{})
	timer := time.AfterFunc(c.timeouts.Answer, func() { close(late); _ = c.conn.Close() })
	err := f()
	if !timer.Stop() {
		<-late
		return errors.Join(errSilent, err)
	}
	return err
}

// openChannel starts the server's sftp subsystem on a new SSH channel. Where
// the connection ends in the very moment in which a channel is asked for,
// x/crypto/ssh waits for the answer for ever: then nobody waits for it.
func (c *Client) openChannel() (ch ssh.Channel, err error) {
	if c.Lost() {
		return nil, io.ErrClosedPipe
	}
	asked := make(chan struct{})
	var opened ssh.Channel
	var refused error
	go func() {
		defer close(asked)
		opened, refused = c.askChannel()
	}()
	err = c.answerIn(func() error {
		select {
		case <-asked:
			ch = opened
			return refused
		case <-c.over:
			return io.ErrClosedPipe
		}
	})
	return ch, err
}

func (c *Client) askChannel() (ssh.Channel, error) {
	ch, reqs, err := c.ssh.OpenChannel("session", nil)
	if err != nil {
		return nil, err
	}
	c.wg.Go(func() { ssh.DiscardRequests(reqs) })
	c.wg.Go(func() { _, _ = io.Copy(io.Discard, ch.Stderr()) })
	ok, err := ch.SendRequest("subsystem", true, ssh.Marshal(struct{ Name string }{"sftp"}))
	if err == nil && !ok {
		err = errNoSubsystem
	}
	if err != nil {
		_ = ch.Close()
		return nil, err
	}
	return ch, nil
}

// reopenChannel opens a channel after another was given back: some servers
// take a moment to count that one out.
func (c *Client) reopenChannel() (ssh.Channel, error) {
	var full *ssh.OpenChannelError
	for pause := 20 * time.Millisecond; ; pause *= 2 {
		ch, err := c.openChannel()
		if !errors.As(err, &full) || pause > time.Second {
			return ch, err
		}
		select {
		case <-c.done:
			return nil, err
		case <-time.After(pause):
		}
	}
}
