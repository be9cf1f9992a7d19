//go:build unix

package spool

import (
	"errors"
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

func rename(from, to string) error { return os.Rename(from, to) }

func syncDir(path string) (err error) {
	d, err := os.Open(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.Close()) }()
	return d.Sync()
}

// diskFull tells a disk, quota or limit that has no room left.
func diskFull(err error) bool {
	return errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) || errors.Is(err, syscall.EFBIG)
}

// readOnly tells a file system that takes no writes.
func readOnly(err error) bool { return errors.Is(err, syscall.EROFS) }

// diskError tells a disk that fails.
func diskError(err error) bool { return errors.Is(err, syscall.EIO) }

// tryLock takes an exclusive lock on f without waiting. The kernel gives it
// up when the process ends, however it ends.
func tryLock(f *os.File) (held bool, err error) { return flock(f, unix.LOCK_EX) }

// tryShared takes a lock that others may share, but not beside an exclusive one.
func tryShared(f *os.File) (held bool, err error) { return flock(f, unix.LOCK_SH) }

func flock(f *os.File, how int) (held bool, err error) {
	for {
		err := unix.Flock(int(f.Fd()), how|unix.LOCK_NB)
		switch {
		case err == nil:
			return true, nil
		case errors.Is(err, unix.EINTR):
			continue
		case errors.Is(err, unix.EWOULDBLOCK):
			return false, nil
		}
		return false, err
	}
}
