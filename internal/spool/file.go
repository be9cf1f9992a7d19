package spool

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"strings"

	"flussi/internal/flusso"
)

// WriteFile puts at path what write produces, replacing what stood there: a
// reader, or a power cut at any moment, finds the old file or the new one,
// whole. On success the new one is durable. On an error the old one stands and
// nothing else is left, unless removing the leftover failed too (Sweep then
// removes it). Two calls for one path must not overlap. Writes are buffered.
func WriteFile(fsys FS, path string, perm fs.FileMode, write func(io.Writer) error) error {
	part := path + PartSuffix
	if err := writePart(fsys, part, perm, write); err != nil {
		return failFile("write", path, err)
	}
	if err := fsys.Rename(part, path); err != nil {
		return failFile("write", path, errors.Join(err, removed(fsys, part)))
	}
	return failFile("write", path, fsys.SyncDir(filepath.Dir(path)))
}

// writePart makes the temporary file, whole and synced, and closes it.
func writePart(fsys FS, part string, perm fs.FileMode, write func(io.Writer) error) (err error) {
	f, err := fsys.Create(part, perm)
	if errors.Is(err, fs.ErrExist) {
		// A crash left it; what it holds was never acknowledged.
		if err := fsys.Remove(part); err != nil {
			return fmt.Errorf("remove leftover: %w", err)
		}
		f, err = fsys.Create(part, perm)
	}
	if err != nil {
		return err
	}
	closed := false
	defer func() {
		if err == nil {
			return
		}
		if !closed {
			err = errors.Join(err, f.Close())
		}
		err = errors.Join(err, removed(fsys, part))
	}()

	w := bufio.NewWriterSize(f, 64<<10)
	if err := write(w); err != nil {
		return err
	}
	if err := w.Flush(); err != nil {
		return err
	}
	if err := f.Sync(); err != nil {
		return err
	}
	closed = true
	return f.Close()
}

// removed removes a file of ours; that it was not there is no error.
func removed(fsys FS, path string) error {
	if err := fsys.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// CreateIdempotent puts data at path, once: success, too, when the very same
// bytes stand there already; Kind Exists when other bytes do.
func CreateIdempotent(fsys FS, path string, perm fs.FileMode, data []byte) error {
	same, err := holds(fsys, path, data)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return WriteFile(fsys, path, perm, func(w io.Writer) error {
			_, err := w.Write(data)
			return err
		})
	case err != nil:
		return failFile("create", path, err)
	case !same:
		return &flusso.Error{Op: "create", ID: filepath.Base(path), Kind: flusso.Exists, What: textOtherContent}
	}
	// Whoever wrote it may have been cut off before the folder was synced.
	return failFile("create", path, fsys.SyncDir(filepath.Dir(path)))
}

// holds tells whether the file at path has exactly these bytes.
func holds(fsys FS, path string, data []byte) (same bool, err error) {
	f, err := fsys.Open(path)
	if err != nil {
		return false, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	there, err := io.ReadAll(io.LimitReader(f, int64(len(data))+1))
	if err != nil {
		return false, err
	}
	return bytes.Equal(there, data), nil
}

// MkdirAll makes the folder and those above it, durably.
func MkdirAll(fsys FS, path string) error {
	return fail("mkdir", filepath.Base(path), mkdirAll(fsys, filepath.Clean(path)))
}

func mkdirAll(fsys FS, path string) error {
	parent := filepath.Dir(path)
	switch info, err := fsys.Stat(path); {
	case err == nil && !info.IsDir():
		return &fs.PathError{Op: "mkdir", Path: path, Err: errors.New("not a folder")}
	case err == nil:
		// The deepest folder there is may be one that an earlier call made
		// just before it was cut off: its name may not be durable yet.
		if err := fsys.SyncDir(parent); err != nil && !errors.Is(err, fs.ErrPermission) {
			return err
		}
		return nil
	case !errors.Is(err, fs.ErrNotExist):
		return err
	}
	if parent != path {
		if err := mkdirAll(fsys, parent); err != nil {
			return err
		}
	}
	if err := fsys.Mkdir(path, DirPerm); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return fsys.SyncDir(parent)
}

// Sweep removes, in dir and the folders below it, the temporary files that
// interrupted calls of WriteFile left, and gives their number. It knows
// nothing of unfinished arrivals: those stay. A folder that is not there has
// nothing to sweep.
func Sweep(fsys FS, dir string) (swept int, err error) {
	entries, err := fsys.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, fail("sweep", filepath.Base(dir), err)
	}
	here := 0
	for _, e := range entries {
		path := filepath.Join(dir, e.Name())
		switch {
		case e.IsDir():
			n, err := Sweep(fsys, path)
			swept += n
			if err != nil {
				return swept, err
			}
		case e.Type().IsRegular() && strings.HasSuffix(e.Name(), PartSuffix):
			if err := removed(fsys, path); err != nil {
				return swept, fail("sweep", filepath.Base(dir), err)
			}
			here++
		}
	}
	if here > 0 {
		err = fail("sweep", filepath.Base(dir), fsys.SyncDir(dir))
	}
	return swept + here, err
}
