package sftp

import (
	"context"
	"errors"
	"os"

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
