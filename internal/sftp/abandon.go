package sftp

import (
	"context"
	"errors"
	"os"

	pkgsftp "github.com/pkg/sftp"
)

// Abandon removes what a Deliver to this target that broke off may have left under its
// temporary name; nothing there is as good. Where the policy has no temporary name it does
// nothing: under the final name stands what its reader may have. Kind Denied where the
// server does not let us.
func (c *Client) Abandon(ctx context.Context, target string) error {
	left := c.endpoint.Publish.writes(target)
	if left == target {
		return nil
	}
	c.turn.Lock()
	defer c.turn.Unlock()
	defer c.guard(ctx)()
	meta, err := c.metaClient()
	if err == nil {
		err = meta.Remove(left)
	}
	var answered *pkgsftp.StatusError
	switch {
	case errors.Is(err, os.ErrNotExist):
		return nil
	case errors.Is(err, os.ErrPermission), errors.As(err, &answered):
		return forbidden.on("remove part", c.endpoint.Name, nil)
	}
	return c.explain(ctx, "remove part", err)
}
