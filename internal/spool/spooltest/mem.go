// Package spooltest proves that durable writes are durable: a file system in
// memory that can lose power (Mem), a wrapper that logs and fails operations
// (Recorder), a loop that tries a fault at every one of them (EveryFault), and an
// eye on all that a whole process asks of a disk (Watch), which fails any of it,
// kills there, or records it for a Mem to do again (Replay) and lose power.
//
// A whole program is watched where the kernel does its operations, not through a
// file system that it is handed: SQLite, locks and what the standard library
// writes would go past that. strace injects faults there too, but counts calls
// thread by thread, and a goroutine is on another thread each time; Watch sees one
// order, with names, and may be asked at any operation of a name.
//
// Mem is as unkind as POSIX allows: bytes survive only File.Sync, names only
// SyncDir, and a file synced in a folder that was not is gone. After a crash
// with a seed, each un-synced change of names survives or not by itself (a
// rename as a whole), and each file keeps what was synced, what was written,
// or something between: some of what was written and not the rest, in any order,
// torn between sectors, or with zeros in its place.
package spooltest

import (
	"errors"
	"io"
	"io/fs"
	"maps"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"flussi/internal/spool"
)

// Mem is a file system in memory. It is safe for concurrent use. Paths are
// cleaned; a relative one hangs from the root.
type Mem struct {
	mu      sync.Mutex
	root    *node
	pending []change
	clock   int64 // modification times count operations, so that runs repeat
}

var _ spool.FS = (*Mem)(nil)

var errNotEmpty = errors.New("directory not empty")

// node is a file or a folder, as it is and as the disk has it.
type node struct {
	dir      bool
	perm     fs.FileMode
	mod      time.Time
	data     []byte
	durable  []byte
	unsynced []piece // what made data of durable, in order
	own      bool    // data is shared with nothing
	children map[string]*node
	onDisk   map[string]*node
}

// change is an operation on names that the disk may not have yet.
type change []edit

// edit makes a name of a folder mean a node, or nothing.
type edit struct {
	dir  *node
	name string
	to   *node
}

func newDir(perm fs.FileMode) *node {
	return &node{dir: true, perm: perm, children: map[string]*node{}, onDisk: map[string]*node{}}
}

// New makes an empty file system.
func New() *Mem { return &Mem{root: newDir(0o755)} }

// Crash gives what a power cut leaves of which nothing un-synced survived. The
// file system itself goes on, for the handles still open on it.
func (m *Mem) Crash() *Mem { return m.crash(nil) }

// CrashKeeping gives what a power cut leaves when part of what was not synced
// survived, by chance: the same for the same seed.
func (m *Mem) CrashKeeping(seed uint64) *Mem {
	return m.crash(rand.New(rand.NewPCG(seed, 0)))
}

func (m *Mem) crash(chance *rand.Rand) *Mem {
	m.mu.Lock()
	defer m.mu.Unlock()
	disk := map[*node]map[string]*node{}
	names := func(d *node) map[string]*node {
		if disk[d] == nil {
			disk[d] = maps.Clone(d.onDisk)
		}
		return disk[d]
	}
	if chance != nil {
		for _, c := range m.pending {
			if chance.IntN(2) == 0 {
				continue
			}
			for _, e := range c {
				if e.to == nil {
					delete(names(e.dir), e.name)
				} else {
					names(e.dir)[e.name] = e.to
				}
			}
		}
	}
	copies := map[*node]*node{} // a file may have two names
	var restore func(*node) *node
	restore = func(n *node) *node {
		if done := copies[n]; done != nil {
			return done
		}
		r := &node{dir: n.dir, perm: n.perm, mod: n.mod}
		copies[n] = r
		if !n.dir {
			r.data = slices.Clone(surviving(n, chance))
			r.durable = slices.Clone(r.data)
			return r
		}
		r.children, r.onDisk = map[string]*node{}, map[string]*node{}
		on := names(n)
		for _, name := range slices.Sorted(maps.Keys(on)) {
			child := restore(on[name])
			r.children[name], r.onDisk[name] = child, child
		}
		return r
	}
	return &Mem{root: restore(m.root), clock: m.clock}
}

// SyncAll makes everything durable as it is: where a test begins.
func (m *Mem) SyncAll() {
	m.mu.Lock()
	defer m.mu.Unlock()
	var settle func(*node)
	settle = func(n *node) {
		n.settle()
		n.onDisk = maps.Clone(n.children)
		for _, child := range n.children {
			settle(child)
		}
	}
	settle(m.root)
	m.pending = nil
}

// Tree lists every file and, with a slash at its end, every folder, in order.
func (m *Mem) Tree() []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	var list []string
	var walk func(prefix string, n *node)
	walk = func(prefix string, n *node) {
		for _, name := range slices.Sorted(maps.Keys(n.children)) {
			child := n.children[name]
			if child.dir {
				list = append(list, prefix+name+"/")
				walk(prefix+name+"/", child)
				continue
			}
			list = append(list, prefix+name)
		}
	}
	walk("", m.root)
	return list
}

// ReadFile gives a file's bytes.
func (m *Mem) ReadFile(path string) ([]byte, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	n, err := m.find("open", path)
	if err != nil {
		return nil, err
	}
	return slices.Clone(n.data), nil
}

func split(path string) []string {
	path = strings.Trim(filepath.ToSlash(filepath.Clean(path)), "/")
	if path == "" || path == "." {
		return nil
	}
	return strings.Split(path, "/")
}

func (m *Mem) find(op, path string) (*node, error) {
	n := m.root
	for _, name := range split(path) {
		if !n.dir {
			return nil, &fs.PathError{Op: op, Path: path, Err: errors.New("not a directory")}
		}
		child := n.children[name]
		if child == nil {
			return nil, &fs.PathError{Op: op, Path: path, Err: fs.ErrNotExist}
		}
		n = child
	}
	return n, nil
}

// parent gives the folder that a path is in and its name there.
func (m *Mem) parent(op, path string) (*node, string, error) {
	parts := split(path)
	if len(parts) == 0 {
		return nil, "", &fs.PathError{Op: op, Path: path, Err: fs.ErrInvalid}
	}
	dir, err := m.find(op, filepath.Join(parts[:len(parts)-1]...))
	if err == nil && !dir.dir {
		err = &fs.PathError{Op: op, Path: path, Err: errors.New("not a directory")}
	}
	return dir, parts[len(parts)-1], err
}

// apply makes the edits and notes that the disk may not have them.
func (m *Mem) apply(c change) {
	for _, e := range c {
		if e.to == nil {
			delete(e.dir.children, e.name)
		} else {
			e.dir.children[e.name] = e.to
		}
	}
	m.pending = append(m.pending, c)
}

func (m *Mem) tick() time.Time {
	m.clock++
	return time.Unix(m.clock, 0).UTC()
}

func (m *Mem) Create(path string, perm fs.FileMode) (spool.File, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	dir, name, err := m.parent("open", path)
	if err != nil {
		return nil, err
	}
	if dir.children[name] != nil {
		return nil, &fs.PathError{Op: "open", Path: path, Err: fs.ErrExist}
	}
	n := &node{perm: perm, mod: m.tick()}
	m.apply(change{{dir, name, n}})
	return &file{m: m, n: n, name: name, write: true}, nil
}

func (m *Mem) Open(path string) (spool.File, error) { return m.open(path, false) }

func (m *Mem) Append(path string) (spool.File, error) { return m.open(path, true) }

func (m *Mem) open(path string, write bool) (spool.File, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	n, err := m.find("open", path)
	if err != nil {
		return nil, err
	}
	if n.dir {
		return nil, &fs.PathError{Op: "open", Path: path, Err: errors.New("is a directory")}
	}
	return &file{m: m, n: n, name: filepath.Base(path), write: write}, nil
}

// Truncate may be undone by a power cut, as a whole, until the file is synced.
func (m *Mem) Truncate(path string, size int64) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	n, err := m.find("truncate", path)
	if err != nil {
		return err
	}
	if n.dir || size < 0 || size > int64(len(n.data)) {
		return &fs.PathError{Op: "truncate", Path: path, Err: fs.ErrInvalid}
	}
	m.cut(n, size)
	return nil
}

func (m *Mem) Link(from, to string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	n, err := m.find("link", from)
	if err != nil {
		return err
	}
	dir, name, err := m.parent("link", to)
	if err != nil {
		return err
	}
	if dir.children[name] != nil {
		return &fs.PathError{Op: "link", Path: to, Err: fs.ErrExist}
	}
	m.apply(change{{dir, name, n}})
	return nil
}

func (m *Mem) Rename(from, to string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	n, err := m.find("rename", from)
	if err != nil {
		return err
	}
	oldDir, oldName, err := m.parent("rename", from)
	if err != nil {
		return err
	}
	newDir, newName, err := m.parent("rename", to)
	if err != nil {
		return err
	}
	if there := newDir.children[newName]; there != nil && (there.dir != n.dir || len(there.children) > 0) {
		return &fs.PathError{Op: "rename", Path: to, Err: fs.ErrExist}
	}
	m.apply(change{{oldDir, oldName, nil}, {newDir, newName, n}})
	return nil
}

func (m *Mem) Remove(path string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	n, err := m.find("remove", path)
	if err != nil {
		return err
	}
	if len(n.children) > 0 {
		return &fs.PathError{Op: "remove", Path: path, Err: errNotEmpty}
	}
	dir, name, err := m.parent("remove", path)
	if err != nil {
		return err
	}
	m.apply(change{{dir, name, nil}})
	return nil
}

// RemoveAll removes from the leaves up, each as a change by itself.
func (m *Mem) RemoveAll(path string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	n, err := m.find("remove", path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	dir, name, err := m.parent("remove", path)
	if err != nil {
		return err
	}
	var below func(*node)
	below = func(d *node) {
		for _, name := range slices.Sorted(maps.Keys(d.children)) {
			below(d.children[name])
			m.apply(change{{d, name, nil}})
		}
	}
	below(n)
	m.apply(change{{dir, name, nil}})
	return nil
}

func (m *Mem) Mkdir(path string, perm fs.FileMode) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	dir, name, err := m.parent("mkdir", path)
	if err != nil {
		return err
	}
	if dir.children[name] != nil {
		return &fs.PathError{Op: "mkdir", Path: path, Err: fs.ErrExist}
	}
	d := newDir(perm)
	d.mod = m.tick()
	m.apply(change{{dir, name, d}})
	return nil
}

func (m *Mem) ReadDir(path string) ([]fs.DirEntry, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	n, err := m.find("readdir", path)
	if err != nil {
		return nil, err
	}
	if !n.dir {
		return nil, &fs.PathError{Op: "readdir", Path: path, Err: errors.New("not a directory")}
	}
	var list []fs.DirEntry
	for _, name := range slices.Sorted(maps.Keys(n.children)) {
		list = append(list, fs.FileInfoToDirEntry(describe(name, n.children[name])))
	}
	return list, nil
}

func (m *Mem) Stat(path string) (fs.FileInfo, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	n, err := m.find("stat", path)
	if err != nil {
		return nil, err
	}
	return describe(filepath.Base(path), n), nil
}

func (m *Mem) SyncDir(path string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	n, err := m.find("sync", path)
	if err != nil {
		return err
	}
	if !n.dir {
		return &fs.PathError{Op: "sync", Path: path, Err: errors.New("not a directory")}
	}
	n.onDisk = maps.Clone(n.children)
	// What of a change concerns this folder is done; a rename to another
	// folder keeps its other half pending.
	var still []change
	for _, c := range m.pending {
		c = slices.DeleteFunc(slices.Clone(c), func(e edit) bool { return e.dir == n })
		if len(c) > 0 {
			still = append(still, c)
		}
	}
	m.pending = still
	return nil
}

// file is an open file.
type file struct {
	m      *Mem
	n      *node
	name   string
	pos    int64
	write  bool
	closed bool
}

func (f *file) Read(p []byte) (int, error) {
	n, err := f.ReadAt(p, f.pos)
	f.pos += int64(n)
	if n > 0 {
		err = nil
	}
	return n, err
}

func (f *file) ReadAt(p []byte, off int64) (int, error) {
	f.m.mu.Lock()
	defer f.m.mu.Unlock()
	if f.closed {
		return 0, fs.ErrClosed
	}
	if off >= int64(len(f.n.data)) {
		return 0, io.EOF
	}
	n := copy(p, f.n.data[off:])
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

// Write appends, for nothing here writes elsewhere.
func (f *file) Write(p []byte) (int, error) {
	f.m.mu.Lock()
	defer f.m.mu.Unlock()
	switch {
	case f.closed:
		return 0, fs.ErrClosed
	case !f.write:
		return 0, fs.ErrPermission
	}
	f.m.put(f.n, int64(len(f.n.data)), p)
	return len(p), nil
}

func (f *file) Sync() error {
	f.m.mu.Lock()
	defer f.m.mu.Unlock()
	if f.closed {
		return fs.ErrClosed
	}
	f.n.settle()
	return nil
}

func (f *file) Close() error {
	f.m.mu.Lock()
	defer f.m.mu.Unlock()
	if f.closed {
		return fs.ErrClosed
	}
	f.closed = true
	return nil
}

func (f *file) Stat() (fs.FileInfo, error) {
	f.m.mu.Lock()
	defer f.m.mu.Unlock()
	return describe(f.name, f.n), nil
}

// info is a node at a moment.
type info struct {
	name string
	size int64
	mode fs.FileMode
	mod  time.Time
}

func describe(name string, n *node) info {
	i := info{name, int64(len(n.data)), n.perm, n.mod}
	if n.dir {
		i.mode |= fs.ModeDir
	}
	return i
}

func (i info) Name() string       { return i.name }
func (i info) Size() int64        { return i.size }
func (i info) Mode() fs.FileMode  { return i.mode }
func (i info) ModTime() time.Time { return i.mod }
func (i info) IsDir() bool        { return i.mode.IsDir() }
func (i info) Sys() any           { return nil }
