package sftp

import (
	"context"
	"errors"
	"net"
	"os"
	"strings"
	"syscall"

	pkgsftp "github.com/pkg/sftp"
	"golang.org/x/crypto/ssh"

	"flussi/internal/flusso"
)

// isOurs tells whether err already says what happened and to whom.
func isOurs(err error) bool {
	var e *flusso.Error
	return errors.As(err, &e)
}

// explain turns what a transfer met into an error for people. Messages of the
// server are left out: some put the file's name into them.
func (c *Client) explain(ctx context.Context, op string, err error) error {
	id := c.endpoint.Name
	var code *pkgsftp.StatusError
	var refusedChannel *ssh.OpenChannelError
	var st status
	isStatus := errors.As(err, &st)
	if errors.As(err, &code) {
		st, isStatus = status(code.Code), true
	}
	switch {
	case err == nil:
		return nil
	case isOurs(err):
		return err
	case ctx.Err() != nil:
		return lost.on(op, id, context.Cause(ctx))
	case errors.Is(err, os.ErrNotExist) || isStatus && st == statusNoSuchFile:
		return notFound.on(op, id, nil)
	case errors.Is(err, os.ErrPermission) || isStatus && st == statusForbidden:
		return forbidden.on(op, id, nil)
	case isStatus && st == statusUnsupported:
		return unsupported.on(op, id, nil)
	case isStatus:
		return refused.on(op, id, st)
	case errors.Is(err, errProtocol):
		return protocol.on(op, id, err)
	case errors.Is(err, errSilent):
		return silent.on(op, id, nil)
	case errors.Is(err, errNoSubsystem):
		return noSFTP.on(op, id, err)
	case errors.As(err, &refusedChannel):
		return noSFTP.on(op, id, nil)
	}
	return lost.on(op, id, err)
}

// noConnection says why there is no connection, for each asks for another
// remedy: an operator who wrote a wrong port need not look at the firewall.
func noConnection(err error) fault {
	var name *net.DNSError
	var network *net.OpError
	switch {
	case errors.As(err, &name):
		return noSuchName
	case errors.Is(err, syscall.ECONNREFUSED):
		return nobodyListens
	case errors.Is(err, syscall.ECONNRESET), errors.As(err, &network) && network.Op != "dial" && !network.Timeout():
		return hungUp // reset, not closed: which of the two is chance
	case errors.As(err, &network), errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled), errors.Is(err, os.ErrDeadlineExceeded):
		return unreachable
	case strings.HasPrefix(err.Error(), "ssh: handshake failed"): // x/crypto exports no type for it
		return notSSH
	}
	return unreachable
}
