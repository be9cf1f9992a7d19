package sftp

import "context"

// BesideAt has the connections beside this one made at another address.
func (c *Client) BesideAt(address string) {
	ep := c.endpoint
	ep.Address = address
	c.another = func(ctx context.Context) (*Client, error) { return Dial(ctx, ep, c.options) }
}

// StrictIn tells what is heard of strict key exchange in the first bytes of a
// server; whole is false while more must come.
func StrictIn(b []byte) (strict, whole bool) {
	init, whole := findKexInit(b)
	return init.strict(), whole
}
