package sftptest

import (
	"net"
	"sync"
	"testing"
	"time"
)

// Direction is which way bytes go through a Relay.
type Direction uint8

const (
	ToClient Direction = iota
	ToServer
)

func (d Direction) String() string { return [...]string{"to client", "to server"}[d] }

// Break is how a Relay's connections end.
type Break uint8

const (
	// Cut closes both ends in order: each sees the end of the stream.
	Cut Break = iota
	// Reset closes both ends with RST.
	Reset
	// HalfClose ends the one direction only; the other goes on.
	HalfClose
	// Stall keeps the connections open and lets nothing pass any more, in
	// either direction, as a peer does whose power is cut.
	Stall
	// Drip lets everything pass, from here on a few bytes at a time.
	Drip
)

func (b Break) String() string {
	return [...]string{"cut", "reset", "half-close", "stall", "drip"}[b]
}

// Script is what a Relay does to its connections, once.
type Script struct {
	Direction Direction // whose bytes are counted
	After     int64     // so many bytes of it pass, from Arm on, before it happens
	Then      Break
	// With Drip: bytes at a time, at least 1, and the pause before each.
	Bytes int
	Pause time.Duration
}

// Relay stands between clients and a server. Bytes pass unchanged and in order
// until its script says otherwise.
type Relay struct {
	listener net.Listener
	to       string
	delay    time.Duration
	closed   chan struct{}
	wg       sync.WaitGroup

	mu     sync.Mutex
	links  []*link
	armed  bool
	script Script
	passed [2]int64      // since Arm
	moment chan struct{} // closed when the script was played
}

// link is one connection through the relay.
type link struct {
	ends    [2]*net.TCPConn // by the direction that is written there
	stalled bool
	drip    [2]*Script
	ended   [2]bool // by HalfClose: what still comes is thrown away
}

// StartRelay listens on a loopback port until the test ends, and passes what
// comes on to the address. Every byte arrives delay later than it came, in
// either direction, however many are under way: a long line of unlimited
// bandwidth.
func StartRelay(t testing.TB, to string, delay time.Duration) *Relay {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	r := &Relay{listener: l, to: to, delay: delay, closed: make(chan struct{}), moment: make(chan struct{})}
	r.wg.Go(r.accept)
	t.Cleanup(r.close)
	return r
}

// Address is where clients connect.
func (r *Relay) Address() string { return r.listener.Addr().String() }

// Arm sets the script; bytes are counted from now on. It happens once, to all
// connections there are then. Connections made later pass everything.
func (r *Relay) Arm(s Script) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.armed, r.script, r.passed, r.moment = true, s, [2]int64{}, make(chan struct{})
}

// Passed is how many bytes went in a direction since Arm, or since the start.
func (r *Relay) Passed(d Direction) int64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.passed[d]
}

// Moment is closed when the script that was armed last has been played.
func (r *Relay) Moment() <-chan struct{} {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.moment
}

// Happened tells whether the script has been played.
func (r *Relay) Happened() bool {
	select {
	case <-r.Moment():
		return true
	default:
		return false
	}
}

func (r *Relay) close() {
	close(r.closed)
	_ = r.listener.Close()
	r.mu.Lock()
	for _, l := range r.links {
		l.reset()
	}
	r.mu.Unlock()
	r.wg.Wait()
}

func (r *Relay) accept() {
	for {
		in, err := r.listener.Accept()
		if err != nil {
			return
		}
		out, err := net.Dial("tcp", r.to)
		if err != nil {
			_ = in.Close()
			continue
		}
		l := &link{}
		l.ends[ToClient], l.ends[ToServer] = in.(*net.TCPConn), out.(*net.TCPConn)
		r.mu.Lock()
		r.links = append(r.links, l)
		r.mu.Unlock()
		select {
		case <-r.closed:
			l.reset()
			return
		default:
		}
		r.wg.Go(func() {
			var both sync.WaitGroup
			both.Go(func() { r.pump(l, ToClient) })
			both.Go(func() { r.pump(l, ToServer) })
			both.Wait()
			_, _ = l.ends[0].Close(), l.ends[1].Close()
		})
	}
}

// pump carries one direction of a link.
func (r *Relay) pump(l *link, d Direction) {
	line := newLine(r.delay, r.pause, r.closed)
	var reading sync.WaitGroup
	reading.Go(func() { line.fill(l.ends[1-d]) })
	line.drain(func(data []byte) bool { return r.pass(l, d, data) })
	reading.Wait()
	r.mu.Lock()
	defer r.mu.Unlock()
	if !l.stalled {
		_ = l.ends[d].CloseWrite() // the end of a stream is passed on as what it is
	}
}

// pass writes what the script lets pass; false when nothing will pass again.
func (r *Relay) pass(l *link, d Direction, data []byte) bool {
	for len(data) > 0 {
		n, pause, last, ok := r.allowed(l, d, len(data))
		if !ok {
			return false
		}
		r.pause(pause)
		if _, err := l.ends[d].Write(data[:n]); err != nil {
			_, _ = l.ends[0].Close(), l.ends[1].Close() // one is gone: so is the other
			return false
		}
		data = data[n:]
		if last {
			r.play()
		}
	}
	return true
}

// allowed is how many of n bytes may pass now, after which pause, and whether
// they are the last before the script's moment.
func (r *Relay) allowed(l *link, d Direction, n int) (_ int, pause time.Duration, last, ok bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.armed && d == r.script.Direction && r.script.After == r.passed[d] {
		r.playLocked() // after no byte at all
	}
	switch {
	case l.stalled || l.ended[d]:
		return 0, 0, false, false
	case l.drip[d] != nil:
		n, pause = min(n, l.drip[d].Bytes), l.drip[d].Pause
	case r.armed && d == r.script.Direction:
		n = int(min(int64(n), r.script.After-r.passed[d]))
		last = r.passed[d]+int64(n) == r.script.After
	}
	r.passed[d] += int64(n)
	return n, pause, last, true
}

func (r *Relay) play() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.playLocked()
}

// playLocked does what the script says to every connection, once.
func (r *Relay) playLocked() {
	if !r.armed {
		return
	}
	r.armed = false
	defer close(r.moment)
	for _, l := range r.links {
		switch d := r.script.Direction; r.script.Then {
		case Cut:
			l.end(ToClient)
			l.end(ToServer)
		case HalfClose:
			l.end(d)
		case Reset:
			l.reset()
		case Stall:
			l.stalled = true
		case Drip:
			script := r.script
			l.drip[d] = &script
		}
	}
}

// end lets the one who is written to see the end of the stream.
func (l *link) end(d Direction) {
	l.ended[d] = true
	_ = l.ends[d].CloseWrite()
}

func (l *link) reset() {
	for _, end := range l.ends {
		_ = end.SetLinger(0)
		_ = end.Close()
	}
}

func (r *Relay) pause(d time.Duration) {
	if d <= 0 {
		return
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-r.closed:
	}
}
