package spool

import (
	"errors"
	"syscall"

	"golang.org/x/sys/unix"
)

// reserve takes the next n bytes behind at for a file on the disk, which stays
// as long as it is. A file system that knows no such thing lets it pass, and so
// does a file that is on no disk.
func reserve(f File, at, n int64) error {
	on, ok := f.(syscall.Conn)
	if !ok || n <= 0 {
		return nil
	}
	raw, err := on.SyscallConn()
	if err != nil {
		return err
	}
	var refused error
	err = raw.Control(func(fd uintptr) {
		for refused = unix.EINTR; errors.Is(refused, unix.EINTR); {
			refused = unix.Fallocate(int(fd), unix.FALLOC_FL_KEEP_SIZE, at, n)
		}
	})
	if errors.Is(refused, unix.ENOSPC) || errors.Is(refused, unix.EDQUOT) || errors.Is(refused, unix.EIO) {
		return refused
	}
	return err
}
