package sftptest

import (
	"bytes"
	"path"
	"slices"
	"strings"
	"time"
)

// file is one file of the server. A handle keeps it though its name is gone.
type file struct {
	data     []byte
	mtime    int64
	changed  bool // by Grows, Shrinks or Vanishes
	vanished bool
	open     int
}

// folders are the folders of every server.
var folders = []string{"/", "/in", "/out", "/stage", "/presi"}

// startOfTime is the modification time of the first file put; each later one
// is a second younger.
var startOfTime = time.Date(2026, 1, 31, 12, 0, 0, 0, time.UTC).Unix()

// Put puts a file there, or in the place of another, and tells the time it
// bears.
func (f *Faulty) Put(name string, data []byte) time.Time {
	f.mu.Lock()
	defer f.mu.Unlock()
	put := &file{data: slices.Clone(data), mtime: startOfTime + int64(len(f.files))}
	f.files[name] = put
	return time.Unix(put.mtime, 0).UTC()
}

// File is what a file holds, and whether it is there.
func (f *Faulty) File(name string) ([]byte, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	found := f.files[name]
	if found == nil {
		return nil, false
	}
	return slices.Clone(found.data), true
}

// Names are the paths of all files, sorted.
func (f *Faulty) Names() (names []string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for name := range f.files {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// Swallowed is what SwallowOnClose took under a name.
func (f *Faulty) Swallowed(name string) ([]byte, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	data, found := f.swallowed[name]
	return slices.Clone(data), found
}

// All of what follows is called with the server locked.

func (f *Faulty) logged(o Op) {
	f.log = append(f.log, o)
	if f.note != nil {
		f.note(o)
	}
}

// gone removes a file's name if it still means this file.
func (f *Faulty) gone(name string, what *file) {
	if f.files[name] == what {
		delete(f.files, name)
		f.logged(Op{Name: "gone", Path: name})
	}
}

// extract counts one extraction of a file; false when it has none left.
func (f *Faulty) extract(what *file) bool {
	if n := f.behaviour.Extractions; n > 0 && f.extractions[what] >= n {
		return false
	}
	f.extractions[what]++
	return true
}

// spent tells whether a file has no extraction left.
func (f *Faulty) spent(what *file) bool {
	n := f.behaviour.Extractions
	return n > 0 && f.extractions[what] >= n
}

// change changes a file that is being read, once.
func (f *Faulty) change(name string, what *file, upTo int64) {
	b := f.behaviour
	if what.changed || upTo <= b.ChangeAt || b.Grows == 0 && b.Shrinks == 0 && !b.Vanishes {
		return
	}
	what.changed = true
	what.data = append(what.data[:max(0, int64(len(what.data))-b.Shrinks)], bytes.Repeat([]byte{'+'}, int(b.Grows))...)
	if b.Vanishes {
		what.vanished = true
		delete(f.files, name)
	}
}

func isFolder(name string) bool { return slices.Contains(folders, name) }

// below lists the names in a folder, sorted.
func (f *Faulty) below(folder string) (names []string) {
	for name := range f.files {
		if path.Dir(name) == folder {
			names = append(names, path.Base(name))
		}
	}
	slices.Sort(names)
	return names
}

func clean(name string) string { return path.Clean("/" + strings.TrimSpace(name)) }
