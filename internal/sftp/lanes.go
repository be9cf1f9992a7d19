package sftp

import (
	"context"
	"slices"
	"strings"
	"sync"
	"time"
)

// Policy of this file: x/crypto/ssh lets 2 MiB be on their way in each channel
// and no more, and some servers give each connection only so much. A file is
// therefore carried over several lanes where that pays: the first begins at
// once, the others join when they are open. What one lane can do alone it does
// alone: a server that opens no further channel is no error.

const (
	// longWay is the time of an answer above which one channel's window, not
	// the machine, bounds the rate.
	longWay = 2 * time.Millisecond
	// worthLanes is the length of a transfer for which further channels pay,
	// worthConnections that for which further connections do.
	worthLanes       = 4 << 20
	worthConnections = 32 << 20
	// usualChannels is Endpoint.Channels where it says nothing and the server
	// is OpenSSH; others get one (ProFTPD 1.3.8 crashes under several).
	usualChannels = 4
)

// lane is one open file on one channel.
type lane struct {
	*channel
	handle string
	flying int           // READs on their way
	credit chan struct{} // holds a token for each WRITE on its way
}

// lanes are what carries one file: those that are open, and those that join
// while it is under way.
type lanes struct {
	open    []*lane
	most    int          // how many there may be in all
	joining <-chan *lane // closed when no more come; nil: none do
	release func(ok bool) error
}

// oneLane is a file on one channel alone.
func oneLane(ch *channel, handle string) *lanes {
	return &lanes{open: []*lane{{channel: ch, handle: handle}}, most: 1, release: func(bool) error { return nil }}
}

// join takes one of those joining in, or, without more, hears that it was the
// last.
func (l *lanes) join(joined *lane, more bool) {
	if !more {
		l.joining = nil
		return
	}
	l.open = append(l.open, joined)
}

// widen has path opened beside first, for the transfer of length bytes, on
// further channels of this connection and of others, as the endpoint says: to
// be read where it is listed, else to be written. What is opened to be read must
// still be what was listed: another file may have taken the name since first
// was opened, and the bytes of two would be mixed. release ends all that and
// closes what was opened beside first: in order when all went well, else without
// CLOSE.
func (c *Client) widen(ctx context.Context, first *lanes, path string, listed *Remote, length int64) *lanes {
	channels, connections := c.worth(first.open[0], length)
	if channels*connections == 1 {
		return first
	}
	ctx, cancel := context.WithCancel(ctx)
	joining := make(chan *lane, channels*connections)
	var opening sync.WaitGroup
	flags := uint32(openRead)
	if listed == nil {
		flags = openWrite
	}
	join := func(ch *channel) {
		handle, err := ch.open(path, flags)
		if err != nil {
			return
		}
		if listed != nil {
			if e, err := ch.fstat(handle); err != nil || !e.is(*listed) {
				ch.forgetHandle(handle)
				return
			}
		}
		joining <- &lane{channel: ch, handle: handle}
	}
	c.openMore(&opening, channels-1, join)
	c.openOthers(ctx, &opening, connections-1, func(other *Client) { other.openMore(&opening, channels, join) })
	go func() { opening.Wait(); close(joining) }()
	wide := &lanes{open: first.open, most: channels * connections, joining: joining}
	wide.release = func(ok bool) (err error) {
		cancel()
		for late := range joining {
			wide.open = append(wide.open, late)
		}
		switch {
		case ok && listed != nil:
			for _, l := range wide.open[1:] {
				l.forgetHandle(l.handle)
			}
		case ok:
			err = closeHandles(wide.open[1:])
		}
		if !ok || err != nil {
			c.dropMore()
		}
		return err
	}
	return wide
}

// worth is over how many channels of how many connections a transfer goes.
func (c *Client) worth(first *lane, length int64) (channels, connections int) {
	channels, connections = c.endpoint.Channels, max(c.endpoint.Connections, 1)
	if channels == 0 && strings.HasPrefix(string(c.ssh.ServerVersion()), "SSH-2.0-OpenSSH") {
		channels = usualChannels
	}
	if length < worthLanes || first.roundTrip < longWay {
		channels = 1
	}
	if length < worthConnections {
		connections = 1
	}
	return max(channels, 1), connections
}

// openMore has n channels beside bulk join, those that are there and, as far
// as the server opens them, new ones.
func (c *Client) openMore(opening *sync.WaitGroup, n int, join func(*channel)) {
	c.widening.Lock()
	defer c.widening.Unlock()
	c.more = slices.DeleteFunc(c.more, (*channel).broken)
	for _, ch := range c.more[:min(n, len(c.more))] {
		opening.Go(func() { join(ch) })
	}
	if c.full {
		return
	}
	for range n - len(c.more) {
		opening.Go(func() {
			var ch *channel
			raw, err := c.openChannel()
			if err == nil {
				ch, err = c.newChannel(raw)
			}
			c.widening.Lock()
			if err != nil {
				c.full = true
			} else {
				c.more = append(c.more, ch)
			}
			c.widening.Unlock()
			if err == nil {
				join(ch)
			}
		})
	}
}

// openOthers has n connections beside this one join.
func (c *Client) openOthers(ctx context.Context, opening *sync.WaitGroup, n int, join func(*Client)) {
	c.widening.Lock()
	defer c.widening.Unlock()
	c.others = slices.DeleteFunc(c.others, func(other *Client) bool { return other.Lost() && other.Close() == nil })
	for _, other := range c.others[:min(n, len(c.others))] {
		join(other)
	}
	for range n - len(c.others) {
		opening.Go(func() {
			other, err := c.another(ctx)
			if err == nil && c.options.Beside != nil {
				if err = c.options.Beside(other.agreed); err != nil {
					_ = other.Close()
				}
			}
			if err != nil {
				c.options.Log.Info("sftp: no further connection", "endpoint", c.endpoint.Name, "error", err)
				return
			}
			c.widening.Lock()
			c.others = append(c.others, other)
			c.widening.Unlock()
			if ctx.Err() == nil { // else guard may have come too early to see it
				join(other)
			}
		})
	}
}

// dropMore ends what carried a file beside bulk, without closing a handle. A
// connection that was lost takes this one with it: all are made anew together.
func (c *Client) dropMore() {
	c.widening.Lock()
	defer c.widening.Unlock()
	if slices.ContainsFunc(c.others, (*Client).Lost) {
		_ = c.conn.Close()
	}
	for _, ch := range c.more {
		ch.close()
	}
	for _, ch := range c.more {
		letGo(ch.over)
	}
	c.more = nil
	c.closeOthers()
}

// closeOthers ends the connections beside this one.
func (c *Client) closeOthers() {
	var closing sync.WaitGroup
	for _, other := range c.others {
		closing.Go(func() { _ = other.Close() })
	}
	closing.Wait()
	c.others = nil
}
