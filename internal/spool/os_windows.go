package spool

import (
	"errors"
	"os"
	"syscall"
	"time"

	"golang.org/x/sys/windows"
)

// rename replaces what stands at to and returns when the change has reached
// the disk, for Windows has no folder sync. A virus scanner or indexer that
// holds the target for a moment makes the first tries fail; we outlast it.
func rename(from, to string) error {
	source, err := windows.UTF16PtrFromString(from)
	if err != nil {
		return &os.LinkError{Op: "rename", Old: from, New: to, Err: err}
	}
	target, err := windows.UTF16PtrFromString(to)
	if err != nil {
		return &os.LinkError{Op: "rename", Old: from, New: to, Err: err}
	}
	const tries = 10
	for pause, i := 5*time.Millisecond, 0; ; pause, i = pause*2, i+1 {
		err = windows.MoveFileEx(source, target, windows.MOVEFILE_REPLACE_EXISTING|windows.MOVEFILE_WRITE_THROUGH)
		if err == nil {
			return nil
		}
		busy := errors.Is(err, windows.ERROR_ACCESS_DENIED) || errors.Is(err, windows.ERROR_SHARING_VIOLATION)
		if !busy || i == tries {
			return &os.LinkError{Op: "rename", Old: from, New: to, Err: err}
		}
		time.Sleep(pause)
	}
}

// syncDir does nothing: NTFS journals names in order and rename writes through.
func syncDir(string) error { return nil }

// diskFull tells a disk or quota that has no room left.
func diskFull(err error) bool {
	return errors.Is(err, windows.ERROR_DISK_FULL) || errors.Is(err, windows.ERROR_HANDLE_DISK_FULL) ||
		errors.Is(err, windows.ERROR_DISK_QUOTA_EXCEEDED) || errors.Is(err, syscall.ENOSPC)
}

// readOnly tells a volume that takes no writes.
func readOnly(err error) bool { return errors.Is(err, windows.ERROR_WRITE_PROTECT) }

// diskError tells a disk that fails.
func diskError(err error) bool {
	return errors.Is(err, windows.ERROR_IO_DEVICE) || errors.Is(err, windows.ERROR_CRC) || errors.Is(err, syscall.EIO)
}

// tryLock takes an exclusive lock on f without waiting. Windows's locks forbid
// even reading, so the locked byte lies far beyond the text of the file. The
// system gives it up when the process ends, however it ends.
func tryLock(f *os.File) (held bool, err error) { return lockByte(f, windows.LOCKFILE_EXCLUSIVE_LOCK) }

// tryShared takes a lock that others may share, but not beside an exclusive one.
func tryShared(f *os.File) (held bool, err error) { return lockByte(f, 0) }

func lockByte(f *os.File, how uint32) (held bool, err error) {
	at := &windows.Overlapped{OffsetHigh: 0x40000000}
	err = windows.LockFileEx(windows.Handle(f.Fd()), how|windows.LOCKFILE_FAIL_IMMEDIATELY, 0, 1, 0, at)
	switch {
	case err == nil:
		return true, nil
	case errors.Is(err, windows.ERROR_LOCK_VIOLATION), errors.Is(err, windows.ERROR_IO_PENDING):
		return false, nil
	}
	return false, err
}
