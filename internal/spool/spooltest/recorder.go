package spooltest

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"sync"
	"syscall"
	"testing"

	"flussi/internal/spool"
)

var (
	// ErrInjected is a fault with no meaning: a disk error.
	ErrInjected = errors.New("injected fault")
	// ErrNoSpace is a full disk.
	ErrNoSpace = &fs.PathError{Op: "write", Path: "injected", Err: syscall.ENOSPC}
	// ErrDead is what a process that lost power sees: nothing works any more.
	ErrDead = errors.New("injected power cut")
)

// Recorder logs the operations on a file system and can fail them. It is safe
// for concurrent use; the order of its log is then that of chance.
type Recorder struct {
	fs  spool.FS
	mu  sync.Mutex
	log []string
	at  int // the operation that fails, from 0
	err error
	// lasting: every later operation fails too.
	lasting bool
	tell    func(op string)
}

var _ spool.FS = (*Recorder)(nil)

// Record wraps a file system. Nothing fails.
func Record(fsys spool.FS) *Recorder { return &Recorder{fs: fsys} }

// FailAt makes the i-th operation, from 0, fail with err, and with lasting
// every one after it. A failing Write has written half; a failing SyncDir,
// Sync or Close has done nothing.
func (r *Recorder) FailAt(i int, err error, lasting bool) *Recorder {
	r.at, r.err, r.lasting = i, err, lasting
	return r
}

// Telling makes it tell of each operation, before it is done: so that the log
// of a disk can be read as one with that of a server.
func (r *Recorder) Telling(tell func(op string)) *Recorder {
	r.tell = tell
	return r
}

// Log gives the operations so far, one a line, paths with slashes. The
// operations that only look (Open, Append, Stat, ReadDir, Read) are in it too.
func (r *Recorder) Log() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]string(nil), r.log...)
}

func (r *Recorder) note(format string, args ...any) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	i := len(r.log)
	r.log = append(r.log, fmt.Sprintf(format, args...))
	if r.tell != nil {
		r.tell(r.log[i])
	}
	if r.err != nil && (i == r.at || r.lasting && i > r.at) {
		return r.err
	}
	return nil
}

func slashed(path string) string { return filepath.ToSlash(path) }

func (r *Recorder) Create(path string, perm fs.FileMode) (spool.File, error) {
	return r.open(path, r.note("create %s %o", slashed(path), perm), func() (spool.File, error) { return r.fs.Create(path, perm) })
}

func (r *Recorder) Open(path string) (spool.File, error) {
	return r.open(path, r.note("open %s", slashed(path)), func() (spool.File, error) { return r.fs.Open(path) })
}

func (r *Recorder) Append(path string) (spool.File, error) {
	return r.open(path, r.note("append %s", slashed(path)), func() (spool.File, error) { return r.fs.Append(path) })
}

func (r *Recorder) open(path string, fault error, do func() (spool.File, error)) (spool.File, error) {
	if fault != nil {
		return nil, fault
	}
	f, err := do()
	if err != nil {
		return nil, err
	}
	return &recordedFile{File: f, r: r, path: slashed(path)}, nil
}

func (r *Recorder) Truncate(path string, size int64) error {
	return do(r.note("truncate %s %d", slashed(path), size), func() error { return r.fs.Truncate(path, size) })
}

func (r *Recorder) Link(from, to string) error {
	return do(r.note("link %s %s", slashed(from), slashed(to)), func() error { return r.fs.Link(from, to) })
}

func (r *Recorder) Rename(from, to string) error {
	return do(r.note("rename %s %s", slashed(from), slashed(to)), func() error { return r.fs.Rename(from, to) })
}

func (r *Recorder) Remove(path string) error {
	return do(r.note("remove %s", slashed(path)), func() error { return r.fs.Remove(path) })
}

func (r *Recorder) RemoveAll(path string) error {
	return do(r.note("removeall %s", slashed(path)), func() error { return r.fs.RemoveAll(path) })
}

func (r *Recorder) Mkdir(path string, perm fs.FileMode) error {
	return do(r.note("mkdir %s %o", slashed(path), perm), func() error { return r.fs.Mkdir(path, perm) })
}

func (r *Recorder) SyncDir(path string) error {
	return do(r.note("syncdir %s", slashed(path)), func() error { return r.fs.SyncDir(path) })
}

func (r *Recorder) ReadDir(path string) (list []fs.DirEntry, err error) {
	err = do(r.note("readdir %s", slashed(path)), func() error { list, err = r.fs.ReadDir(path); return err })
	return list, err
}

func (r *Recorder) Stat(path string) (info fs.FileInfo, err error) {
	err = do(r.note("stat %s", slashed(path)), func() error { info, err = r.fs.Stat(path); return err })
	return info, err
}

func do(fault error, op func() error) error {
	if fault != nil {
		return fault
	}
	return op()
}

type recordedFile struct {
	spool.File
	r    *Recorder
	path string
}

func (f *recordedFile) Read(p []byte) (int, error) {
	if err := f.r.note("read %s", f.path); err != nil {
		return 0, err
	}
	return f.File.Read(p)
}

func (f *recordedFile) ReadAt(p []byte, off int64) (int, error) {
	if err := f.r.note("readat %s", f.path); err != nil {
		return 0, err
	}
	return f.File.ReadAt(p, off)
}

func (f *recordedFile) Write(p []byte) (int, error) {
	if err := f.r.note("write %s %d", f.path, len(p)); err != nil {
		if errors.Is(err, ErrDead) {
			return 0, err
		}
		n, _ := f.File.Write(p[:len(p)/2])
		return n, err
	}
	return f.File.Write(p)
}

func (f *recordedFile) Sync() error {
	return do(f.r.note("sync %s", f.path), f.File.Sync)
}

// Close closes even when it is made to fail, as close(2) does.
func (f *recordedFile) Close() error {
	fault := f.r.note("close %s", f.path)
	return errors.Join(fault, f.File.Close())
}

func (f *recordedFile) Stat() (info fs.FileInfo, err error) {
	err = do(f.r.note("fstat %s", f.path), func() error { info, err = f.File.Stat(); return err })
	return info, err
}

// Survivor is what a faulted action left.
type Survivor struct {
	// FS is the file system afterwards; of a power cut, what the disk has.
	FS *Mem
	// Err is what the action returned.
	Err error
	// Crashed: the action did not live to return Err.
	Crashed bool
}

// EveryFault runs the action over and over on what setup makes (and SyncAll
// makes durable), with a fault at its first operation, then at its second, until none is reached, and has
// each survivor checked. The faults are: an error, an error that lasts, a full
// disk that lasts, and a power cut just before the operation, of which nothing
// un-synced survives or some of it, in several ways. Finally, with no fault,
// the power is cut after the action has returned: what it acknowledged must
// be there.
func EveryFault(t *testing.T, setup func(t *testing.T) *Mem, action func(spool.FS) error, check func(t *testing.T, s Survivor)) {
	t.Helper()
	const chances = 8
	for i := 0; ; i++ {
		faults := []struct {
			name    string
			err     error
			lasting bool
		}{{"error", ErrInjected, false}, {"errors", ErrInjected, true}, {"full", ErrNoSpace, true}, {"cut", ErrDead, true}}
		reached := false
		for _, fault := range faults {
			m := setup(t)
			m.SyncAll()
			r := Record(m).FailAt(i, fault.err, fault.lasting)
			err := action(r)
			log := r.Log()
			if len(log) <= i {
				continue // the action was over before
			}
			reached = true
			name := fmt.Sprintf("%s at %d, %.60s", fault.name, i, log[i])
			if fault.err != ErrDead {
				t.Run(name, func(t *testing.T) { check(t, Survivor{FS: m, Err: err}) })
				continue
			}
			t.Run(name, func(t *testing.T) { check(t, Survivor{FS: m.Crash(), Err: err, Crashed: true}) })
			for seed := range uint64(chances) {
				t.Run(fmt.Sprintf("%s, seed %d", name, seed), func(t *testing.T) {
					check(t, Survivor{FS: m.CrashKeeping(seed), Err: err, Crashed: true})
				})
			}
		}
		if reached {
			continue
		}
		m := setup(t)
		m.SyncAll()
		if err := action(m); err != nil {
			t.Fatalf("without a fault: %v", err)
		}
		t.Run("cut after the end", func(t *testing.T) { check(t, Survivor{FS: m.Crash()}) })
		for seed := range uint64(chances) {
			t.Run(fmt.Sprintf("cut after the end, seed %d", seed), func(t *testing.T) { check(t, Survivor{FS: m.CrashKeeping(seed)}) })
		}
		return
	}
}
