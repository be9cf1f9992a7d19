package spooltest

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"flussi/internal/spool"
)

// Call is what an Operation asks for.
type Call string

const (
	CallCreate   Call = "create" // opens a file, and makes it if there is none
	CallWrite    Call = "write"
	CallTruncate Call = "truncate"
	CallReserve  Call = "reserve" // room for what is to be written next
	CallSync     Call = "sync"
	CallSyncDir  Call = "syncdir"
	CallRename   Call = "rename"
	CallLink     Call = "link"
	CallMkdir    Call = "mkdir"
	CallRemove   Call = "remove"
)

// Operation is a call of a process that changes what a disk holds or makes it
// last. Paths are slashed and start at the folder that is watched.
type Operation struct {
	Call Call
	// Path is what it is about; "" for a file that has no name any more.
	Path string
	To   string // of a rename and a link
	// Offset is where Data is written, in bytes from the file's begin; Size how
	// much is written or how long a truncated file is.
	Offset, Size int64
	Data         []byte
	// Empty: of a create, the file is emptied if it is there.
	Empty bool
}

// String names the operation as the log of a Recorder does.
func (o Operation) String() string {
	switch o.Call {
	case CallRename, CallLink:
		return fmt.Sprintf("%s %s %s", o.Call, o.Path, o.To)
	case CallWrite, CallTruncate:
		return fmt.Sprintf("%s %s %d", o.Call, o.Path, o.Size)
	}
	return fmt.Sprintf("%s %s", o.Call, o.Path)
}

// Verdict is what becomes of an operation: it is done (the zero value), it fails
// with Errno, or the process is killed before it is done.
type Verdict struct {
	Errno syscall.Errno
	Kill  bool
}

// Replay does to the file system what a process asked of another. What failed
// there fails here for the same reason, and changes nothing in either: a file
// that is not there is not removed, a folder that is there is not made.
func (m *Mem) Replay(o Operation) error {
	err := m.replay(o)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrExist) || errors.Is(err, errNotEmpty) {
		return nil
	}
	return err
}

func (m *Mem) replay(o Operation) error {
	switch o.Call {
	case CallCreate:
		if f, err := m.Create(o.Path, spool.FilePerm); err == nil {
			return f.Close()
		} else if !errors.Is(err, fs.ErrExist) || !o.Empty {
			return err
		}
		return m.resize(o.Path, 0)
	case CallWrite:
		return m.WriteAt(o.Path, o.Offset, o.Data)
	case CallTruncate:
		return m.resize(o.Path, o.Size)
	case CallReserve:
		return nil // the file stays as long as it is
	case CallSync:
		return m.syncFile(o.Path)
	case CallSyncDir:
		return m.SyncDir(o.Path)
	case CallRename:
		return m.Rename(o.Path, o.To)
	case CallLink:
		return m.Link(o.Path, o.To)
	case CallMkdir:
		return m.Mkdir(o.Path, spool.DirPerm)
	case CallRemove:
		return m.Remove(o.Path)
	}
	return fmt.Errorf("replay %q: no such call", o.Call)
}

// Import takes folders of the disk, below a root, as they are, durable.
func (m *Mem) Import(root string, names ...string) error {
	for _, name := range names {
		err := filepath.WalkDir(filepath.Join(root, name), func(path string, d fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			rel, _ := filepath.Rel(root, path)
			if d.IsDir() {
				return m.Mkdir(rel, spool.DirPerm)
			}
			data, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			f, err := m.Create(rel, spool.FilePerm)
			if err != nil {
				return err
			}
			return errors.Join(f.Close(), m.WriteAt(rel, 0, data))
		})
		if err != nil {
			return err
		}
	}
	m.SyncAll()
	return nil
}

// Export writes a folder to the disk, below a root.
func (m *Mem) Export(root, name string) error {
	if err := os.MkdirAll(filepath.Join(root, name), spool.DirPerm); err != nil {
		return err
	}
	for _, path := range m.Tree() {
		if !strings.HasPrefix(path, name+"/") {
			continue
		}
		if strings.HasSuffix(path, "/") {
			if err := os.MkdirAll(filepath.Join(root, path), spool.DirPerm); err != nil {
				return err
			}
			continue
		}
		data, err := m.ReadFile(path)
		if err == nil {
			err = os.WriteFile(filepath.Join(root, path), data, spool.FilePerm)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
