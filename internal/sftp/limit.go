package sftp

import (
	"context"
	"sync"
	"time"
)

// Policy of this file: what the other side allows is kept to by the whole
// process, not by each connection: all calls to one endpoint go through one
// Gate. Nothing here is refused, it waits; whoever cancels stops waiting.

// Limits bound what is asked of an endpoint.
type Limits struct {
	Sessions   int  // connections at once; 0 means 1
	Handshakes Rate // attempts to log in; zero: no bound
	// Bandwidth is in bytes of file content a second, both directions and all
	// connections together; 0: no bound. A transfer may run ahead by what is on
	// its way at once (2 MiB): holding back the connection itself would hold
	// back the answers to keepalives, and a slow line would look like a dead one.
	Bandwidth int64
}

// Rate is a number of times in a stretch of time.
type Rate struct {
	Times int
	In    time.Duration
}

// Gate is the only way to one endpoint. Its methods may be called from several
// goroutines.
type Gate struct {
	places     chan struct{}
	handshakes *bucket
	bandwidth  *bucket
	now        func() time.Time
	wait       func(context.Context, time.Duration) error
}

// NewGate makes the gate of an endpoint. now and wait are the clock: nil means
// the system's.
func NewGate(l Limits, now func() time.Time, wait func(context.Context, time.Duration) error) *Gate {
	g := &Gate{places: make(chan struct{}, max(l.Sessions, 1)), now: now, wait: wait}
	if g.now == nil {
		g.now = time.Now
	}
	if g.wait == nil {
		g.wait = sleep
	}
	if l.Handshakes.Times > 0 {
		g.handshakes = newBucket(float64(l.Handshakes.Times)/l.Handshakes.In.Seconds(), float64(l.Handshakes.Times))
	}
	if l.Bandwidth > 0 {
		g.bandwidth = newBucket(float64(l.Bandwidth), float64(l.Bandwidth))
	}
	return g
}

// Idle tells whether nobody is inside.
func (g *Gate) Idle() bool { return len(g.places) == 0 }

// Dial is the package's Dial behind the gate: it waits for a place and for its
// turn to log in. The Session keeps the place until it is closed.
func (g *Gate) Dial(ctx context.Context, ep Endpoint, opt Options) (*Session, error) {
	select {
	case g.places <- struct{}{}:
	case <-ctx.Done():
		return nil, lost.on("connect", ep.Name, context.Cause(ctx))
	}
	s := &Session{gate: g}
	opt.Step = s.following(opt.Step)
	client, err := g.dial(ctx, ep, opt)
	if err != nil {
		return nil, err
	}
	s.Client = client
	client.another = func(ctx context.Context) (*Client, error) {
		select {
		case g.places <- struct{}{}:
			return g.dial(ctx, ep, opt)
		default:
			return nil, noPlace.on("connect", ep.Name, nil)
		}
	}
	return s, nil
}

// dial connects in a place that was taken; the Client gives it back when it is
// closed.
func (g *Gate) dial(ctx context.Context, ep Endpoint, opt Options) (*Client, error) {
	leave := sync.OnceFunc(func() { <-g.places })
	err := g.take(ctx, g.handshakes, 1)
	if err != nil {
		leave()
		return nil, lost.on("connect", ep.Name, err)
	}
	client, err := Dial(ctx, ep, opt)
	if err != nil {
		leave()
		return nil, err
	}
	client.leave = leave
	return client, nil
}

// take takes n from a bucket and waits until they are due; no bucket, no bound.
func (g *Gate) take(ctx context.Context, b *bucket, n float64) error {
	if b == nil {
		return nil
	}
	if due := b.take(g.now(), n); due > 0 {
		return g.wait(ctx, due)
	}
	return nil
}

// sleep waits, or gives ctx's cause when that ends first.
func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-timer.C:
		return nil
	}
}

// bucket is a token bucket that may be overdrawn: whoever takes more than is
// there is told how long to wait until it is paid, and what others take
// meanwhile they wait for in their turn.
type bucket struct {
	mu        sync.Mutex
	perSecond float64
	most      float64 // what gathers while nobody takes
	level     float64 // negative: owed
	at        time.Time
}

func newBucket(perSecond, most float64) *bucket {
	return &bucket{perSecond: perSecond, most: most, level: most}
}

func (b *bucket) take(now time.Time, n float64) (due time.Duration) {
	b.mu.Lock()
	defer b.mu.Unlock()
	// A clock that was put back gives nothing and takes nothing.
	if passed := now.Sub(b.at); !b.at.IsZero() && passed > 0 {
		b.level = min(b.most, b.level+passed.Seconds()*b.perSecond)
	}
	b.at = now
	if b.level -= n; b.level >= 0 {
		return 0
	}
	return time.Duration(-b.level / b.perSecond * float64(time.Second))
}
