package sftp

import (
	"context"
	"errors"
	"net"
	"strings"
	"time"

	"golang.org/x/crypto/ssh"
	"golang.org/x/net/proxy"
)

// Via is the way to an endpoint; the zero Via is the direct one.
type Via struct {
	// SOCKS5 is a proxy, host:port. It is given the endpoint's host name, not
	// an address: it resolves it.
	SOCKS5   string
	User     string
	Password Secret // nil: none
	// Jump is an endpoint to go through, with its own pins, credentials, hours
	// and local address. It may itself have a Via.
	Jump *Endpoint
}

// String names the way, without its user.
func (v Via) String() string {
	switch {
	case v.Jump != nil:
		return "jump:" + v.Jump.Name
	case v.SOCKS5 != "":
		return "socks5://" + v.SOCKS5
	}
	return ""
}

// dialTCP is how a way opens a connection.
type dialTCP func(ctx context.Context, network, address string) (net.Conn, error)

// openWay prepares the way to an endpoint; over is the logged-in hop it leads
// through, nil where there is none, and the caller's to close.
func openWay(ctx context.Context, ep Endpoint, now time.Time) (dial dialTCP, over *way, err error) {
	if ep.Via.Jump != nil {
		if over, err = connect(ctx, *ep.Via.Jump, now); err != nil {
			return nil, nil, err
		}
		return over.ssh.DialContext, over, nil
	}
	direct, err := dialerFor(ep)
	if err != nil || ep.Via.SOCKS5 == "" {
		return direct.DialContext, nil, err
	}
	var auth *proxy.Auth
	if ep.Via.User != "" {
		auth = &proxy.Auth{User: ep.Via.User}
		if ep.Via.Password != nil {
			secret, err := ep.Via.Password(ctx)
			if err != nil {
				return nil, nil, noSecret.on("connect", ep.Name, err)
			}
			auth.Password = strings.TrimRight(string(secret), "\r\n")
		}
	}
	through, err := proxy.SOCKS5("tcp", ep.Via.SOCKS5, auth, direct)
	if err != nil {
		return nil, nil, proxyFailed.on("connect", ep.Name, err)
	}
	return through.(proxy.ContextDialer).DialContext, nil, nil
}

// explainWay tells apart what failed on the way from what failed at its end.
func explainWay(ep Endpoint, err error) error {
	var socks *net.OpError
	var closed *ssh.OpenChannelError
	switch {
	case isOurs(err):
		return err
	case ep.Via.SOCKS5 != "" && errors.As(err, &socks) && strings.HasPrefix(socks.Op, "socks"):
		return proxyFailed.on("connect", ep.Name, nil) // its message may quote the user
	case ep.Via.Jump != nil && errors.As(err, &closed):
		return jumpFailed.on("connect", ep.Name, nil)
	}
	return err
}

// hopped is a connection through another endpoint. It ends with that one, and
// its deadlines are that one's, for a channel has none.
type hopped struct {
	net.Conn
	over *way
}

func (h *hopped) Close() error {
	_ = h.over.conn.SetDeadline(time.Now().Add(2 * time.Second)) // it need not take our farewell
	err := h.Conn.Close()
	return errors.Join(err, h.over.close())
}

func (h *hopped) LocalAddr() net.Addr                { return h.over.conn.LocalAddr() }
func (h *hopped) SetDeadline(t time.Time) error      { return h.over.conn.SetDeadline(t) }
func (h *hopped) SetReadDeadline(t time.Time) error  { return h.over.conn.SetReadDeadline(t) }
func (h *hopped) SetWriteDeadline(t time.Time) error { return h.over.conn.SetWriteDeadline(t) }
