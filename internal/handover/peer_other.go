//go:build !linux

package handover

import (
	"errors"
	"net"
)

// Where the kernel is not asked who is at the other end, nothing is handed over.
const (
	supported = false
	maxPath   = 0
)

func peerOf(*net.UnixConn) (Peer, error) { return Peer{}, errors.ErrUnsupported }
