package sftp

import (
	"context"
	"slices"
)

// Connection tells what was agreed with the server.
func (c *Client) Connection() Connection {
	agreed := c.agreed
	agreed.Weak, agreed.Accepted = slices.Clone(agreed.Weak), slices.Clone(agreed.Accepted)
	return agreed
}

// extensions are those of SFTP that this package makes use of.
var extensions = []string{"limits@openssh.com", "fsync@openssh.com", "posix-rename@openssh.com"}

// Extensions tells which of the extensions that matter here the server has.
func (c *Client) Extensions(ctx context.Context) (has []string, err error) {
	c.turn.Lock()
	defer c.turn.Unlock()
	release := c.guard(ctx)
	defer release()
	has = []string{}
	meta, err := c.metaClient()
	if err != nil {
		return nil, c.explain(ctx, "connect", err)
	}
	for _, name := range extensions {
		if meta.HasExtension(name) {
			has = append(has, name)
		}
	}
	return has, nil
}
