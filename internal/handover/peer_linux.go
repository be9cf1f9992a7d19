package handover

import (
	"errors"
	"net"

	"golang.org/x/sys/unix"
)

const (
	supported = true
	maxPath   = 107 // of a socket's name (unix(7)), without the zero behind it
)

// peerOf asks the kernel who is at the other end.
func peerOf(conn *net.UnixConn) (p Peer, err error) {
	raw, err := conn.SyscallConn()
	if err != nil {
		return p, err
	}
	var asked error
	err = raw.Control(func(fd uintptr) {
		var cred *unix.Ucred
		if cred, asked = unix.GetsockoptUcred(int(fd), unix.SOL_SOCKET, unix.SO_PEERCRED); asked == nil {
			p = Peer{UID: int(cred.Uid), PID: int(cred.Pid)}
		}
	})
	return p, errors.Join(err, asked)
}
