package sftp

import (
	"sync"
	"time"

	"golang.org/x/crypto/ssh"
)

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

// openBoth opens the two channels that a delivery needs at the same time. Where
// the server opens but one of them, the other is opened when it is its turn.
func (c *Client) openBoth() {
	if c.bulk != nil || c.meta != nil {
		return
	}
	var side sync.WaitGroup
	side.Go(func() {
		if raw, err := c.openChannel(); err == nil {
			c.bulk, _ = c.newChannel(raw)
		}
	})
	if raw, err := c.openChannel(); err == nil {
		c.meta, _ = c.newMetadata(raw)
	}
	side.Wait()
}

func (c *Client) newChannel(raw ssh.Channel) (*channel, error) {
	return newChannel(raw, c.timeouts.Answer, func() { _ = c.conn.Close() }, c.wg.Go)
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
