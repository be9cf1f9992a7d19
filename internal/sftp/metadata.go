package sftp

import (
	"os"

	pkgsftp "github.com/pkg/sftp"
	"golang.org/x/crypto/ssh"
)

// metadata is pkg/sftp's client with every answer waited for no longer than
// Timeouts.Answer.
type metadata struct {
	client *pkgsftp.Client
	within func(func() error) error
	ch     ssh.Channel
	over   chan struct{} // closed when the server has let go of the channel
}

func (m *metadata) Stat(path string) (info os.FileInfo, err error) {
	err = m.within(func() error { info, err = m.client.Stat(path); return err })
	return info, err
}

func (m *metadata) Lstat(path string) (info os.FileInfo, err error) {
	err = m.within(func() error { info, err = m.client.Lstat(path); return err })
	return info, err
}

func (m *metadata) Remove(path string) error {
	return m.within(func() error { return m.client.Remove(path) })
}

func (m *metadata) Rename(from, to string) error {
	return m.within(func() error { return m.client.Rename(from, to) })
}

func (m *metadata) PosixRename(from, to string) error {
	return m.within(func() error { return m.client.PosixRename(from, to) })
}

func (m *metadata) HasExtension(name string) bool {
	_, has := m.client.HasExtension(name)
	return has
}

// metaClient gives pkg/sftp's client, on a channel of its own. A server that
// allows one session only has its bulk channel closed first.
func (c *Client) metaClient() (*metadata, error) {
	if c.meta != nil {
		select {
		case <-c.meta.over:
			c.meta = nil
		default:
			return c.meta, nil
		}
	}
	raw, err := c.openChannel()
	if err != nil && c.bulk != nil {
		c.dropBulk()
		raw, err = c.reopenChannel()
	}
	if err == nil {
		c.meta, err = c.newMetadata(raw)
	}
	return c.meta, err
}

func (c *Client) newMetadata(raw ssh.Channel) (*metadata, error) {
	var client *pkgsftp.Client
	err := c.answerIn(func() (err error) { client, err = pkgsftp.NewClientPipe(raw, raw); return err })
	if err != nil {
		_ = raw.Close()
		return nil, err
	}
	m := &metadata{client: client, within: c.answerIn, ch: raw, over: make(chan struct{})}
	c.wg.Go(func() { _ = client.Wait(); close(m.over) })
	return m, nil
}
