package spool

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"

	"flussi/internal/flusso"
)

// Lock takes the single-instance lock at path without waiting, and writes
// there who holds it. Kind Locked, naming the process, when another has it.
// The lock ends with release, or with the process however it ends; the file
// stays, for removing it would let two instances hold locks on two files of
// the same name.
func Lock(path string) (release func() error, err error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, FilePerm)
	if err != nil {
		return nil, fail("lock", filepath.Base(path), err)
	}
	held, err := tryLock(f)
	if err == nil && held {
		err = writePID(f)
	}
	if err == nil && held {
		return f.Close, nil
	}
	holder := 0
	if !held {
		holder = readPID(f)
	}
	if err := errors.Join(err, f.Close()); err != nil {
		return nil, fail("lock", filepath.Base(path), err)
	}
	return nil, &flusso.Error{Op: "lock", Kind: flusso.Locked, What: textLocked(holder), Hint: hintLocked}
}

func writePID(f *os.File) error {
	if err := f.Truncate(0); err != nil {
		return err
	}
	_, err := f.WriteAt([]byte(strconv.Itoa(os.Getpid())+"\n"), 0)
	return err
}

// Held tells whether some process has the lock at path, and which, 0 when that has
// not been written yet. It shares it for a moment to find out, so that Lock may see it
// taken: of a lock that is looked at, whoever takes it tries again.
func Held(path string) (held bool, pid int, err error) {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return false, 0, nil
	}
	if err != nil {
		return false, 0, fail("lock", filepath.Base(path), err)
	}
	free, err := tryShared(f)
	if err == nil && !free {
		pid = readPID(f)
	}
	return !free, pid, fail("lock", filepath.Base(path), errors.Join(err, f.Close()))
}

// readPID gives 0 when the holder has not written yet.
func readPID(f *os.File) int {
	text := make([]byte, 20)
	n, _ := f.ReadAt(text, 0)
	pid, err := strconv.Atoi(string(bytes.TrimSpace(text[:n])))
	if err != nil {
		return 0
	}
	return pid
}
