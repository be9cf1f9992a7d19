package flusso

import (
	"errors"
	"net"
)

// WithoutAddress keeps what went wrong on the network: an address may have a token in it.
func WithoutAddress(err error) error {
	var op *net.OpError
	if errors.As(err, &op) {
		return op.Err
	}
	return err
}
