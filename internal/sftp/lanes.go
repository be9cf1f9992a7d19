package sftp

import (
	"errors"
	"strings"
	"time"

	"golang.org/x/crypto/ssh"
)

const (
	// longWay is the time of an answer above which one channel's window, not
	// the machine, bounds the rate.
	longWay = 2 * time.Millisecond
	// worthLanes is the length of a transfer for which further channels pay.
	worthLanes = 4 << 20
	// usualChannels is Endpoint.Channels where it says nothing and the server
	// is OpenSSH; others get one (ProFTPD 1.3.8 crashes under several).
	usualChannels = 4
)

// lanes opens path on further channels beside first, for the transfer of
// length bytes, where that pays and the server allows it. release closes what
// was opened beside first: in order when all went well, else without CLOSE.
func (c *Client) lanes(first *lane, path string, flags uint32, length int64) (all []*lane, release func(ok bool) error) {
	all = []*lane{first}
	want := c.endpoint.Channels
	if want == 0 && strings.HasPrefix(string(c.ssh.ServerVersion()), "SSH-2.0-OpenSSH") {
		want = usualChannels
	}
	if length < worthLanes || first.roundTrip < longWay {
		want = 1
	}
	for n := 1; n < want; n++ {
		ch := c.furtherChannel(n - 1)
		if ch == nil {
			break
		}
		handle, err := ch.open(path, flags)
		if err != nil {
			break // what one lane can do, one lane does
		}
		all = append(all, &lane{channel: ch, handle: handle})
	}
	return all, func(ok bool) error {
		var errs []error
		for _, l := range all[1:] {
			if ok {
				errs = append(errs, l.closeHandle(l.handle))
			}
		}
		err := errors.Join(errs...)
		if !ok || err != nil {
			c.dropMore()
		}
		return err
	}
}

// furtherChannel gives the n-th channel beside bulk, or nil where the server
// opens none.
func (c *Client) furtherChannel(n int) *channel {
	if n < len(c.more) && !c.more[n].broken() {
		return c.more[n]
	}
	if c.full {
		return nil
	}
	raw, err := c.openChannel()
	if err == nil {
		var ch *channel
		if ch, err = c.newChannel(raw); err == nil {
			c.more = append(c.more[:min(n, len(c.more))], ch)
			return ch
		}
	}
	c.full = true
	return nil
}

func (c *Client) newChannel(raw ssh.Channel) (*channel, error) {
	return newChannel(raw, c.timeouts.Answer, func() { _ = c.conn.Close() }, c.wg.Go)
}

// bulkChannel gives the channel for bytes and listings. A server that allows
// one session only has its metadata channel closed first.
func (c *Client) bulkChannel() (*channel, error) {
	if c.bulk != nil && !c.bulk.broken() {
		return c.bulk, nil
	}
	c.dropBulk()
	raw, err := c.openChannel()
	if err != nil && c.meta != nil {
		c.dropMeta()
		raw, err = c.reopenChannel()
	}
	if err != nil {
		return nil, err
	}
	ch, err := c.newChannel(raw)
	if err != nil {
		return nil, err
	}
	c.bulk = ch
	return ch, nil
}

// dropBulk closes the channel without closing any file handle on it first, and
// waits a moment for the server to let go.
func (c *Client) dropBulk() {
	if c.bulk != nil {
		c.bulk.close()
		letGo(c.bulk.over)
		c.bulk = nil
	}
	c.dropMore()
}

func (c *Client) dropMore() {
	for _, ch := range c.more {
		ch.close()
	}
	for _, ch := range c.more {
		letGo(ch.over)
	}
	c.more = nil
}

func (c *Client) dropMeta() {
	if c.meta != nil {
		_ = c.meta.ch.Close()
		letGo(c.meta.over)
		c.meta = nil
	}
}

func letGo(over <-chan struct{}) {
	patience := time.NewTimer(2 * time.Second)
	defer patience.Stop()
	select {
	case <-over:
	case <-patience.C:
	}
}
