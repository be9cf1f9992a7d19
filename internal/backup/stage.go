package backup

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"flussi/internal/flusso"
	"flussi/internal/ledger"
	"flussi/internal/spool"
)

// Policy of this file: the files of the state folder are held by a second name each,
// taken in the moment in which nobody can commit, so that they stay as they were then
// while the archive is written and the house goes on. The second names end as temporary
// files do: what a crash leaves of them the next start of the house sweeps.

const (
	stageName = "backup.stage"
	lockName  = "backup.lock"
)

// held is one file of the moment.
type held struct {
	name string // in the archive
	path string // where it can be read
	size int64  // as it was then: an unfinished arrival grows
	of   fs.FileInfo
}

// stage holds the files of a moment.
type stage struct {
	dir   string
	next  int
	files map[string]held // by name in the archive
	// ledger is the copy of that moment.
	ledger  held
	snapped ledger.Snapped
}

// hold takes the moment. The stage must be closed.
func (s *Source) hold(ctx context.Context) (_ *stage, err error) {
	st := &stage{dir: filepath.Join(s.State, stageName), files: map[string]held{}}
	if err := st.clear(); err != nil {
		return nil, err
	}
	if err := spool.MkdirAll(spool.OS, st.dir); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, st.clear())
		}
	}()
	// Most of it before the moment, so that it is short.
	if err := st.take(s); err != nil {
		return nil, err
	}
	copied := filepath.Join(st.dir, "ledger"+spool.PartSuffix)
	if st.snapped, err = ledger.Snapshot(ctx, filepath.Join(s.State, s.Ledger), copied, func() error { return st.take(s) }); err != nil {
		return nil, err
	}
	info, err := os.Stat(copied)
	if err != nil {
		return nil, err
	}
	st.ledger = held{name: partState + "/" + s.Ledger, path: copied, size: info.Size()}
	return st, nil
}

func (st *stage) clear() error { return os.RemoveAll(st.dir) }

// take brings the stage up to what the folders have now.
func (st *stage) take(s *Source) error {
	there := map[string]bool{}
	folder := func(part, root string, wanted func(rel string) bool) error {
		// Twice: what is renamed while the first pass goes by is found by the second.
		for range 2 {
			err := walk(root, func(rel string, info fs.FileInfo) error {
				if !wanted(rel) {
					return nil
				}
				name := part + "/" + filepath.ToSlash(rel)
				there[name] = true
				return st.link(name, filepath.Join(root, rel), info)
			})
			if err != nil {
				return err
			}
		}
		return nil
	}
	err := folder(partState, s.State, func(rel string) bool { return s.wants(filepath.ToSlash(rel)) })
	if err == nil && s.Datasets != "" {
		err = folder(partDatasets, s.Datasets, func(rel string) bool { return !strings.HasSuffix(rel, spool.PartSuffix) })
	}
	if err != nil {
		return err
	}
	for name, h := range st.files {
		if there[name] {
			continue
		}
		if err := st.drop(h); err != nil {
			return err
		}
		delete(st.files, name)
	}
	return nil
}

// link gives a file a second name, or, where the disk knows none, copies it; a release
// on another disk is read where it is, for it does not change.
func (st *stage) link(name, path string, info fs.FileInfo) error {
	old, known := st.files[name]
	if known && os.SameFile(old.of, info) {
		old.size = info.Size()
		st.files[name] = old
		return nil
	}
	if known {
		if err := st.drop(old); err != nil {
			return err
		}
	}
	st.next++
	to := filepath.Join(st.dir, strconv.Itoa(st.next)+spool.PartSuffix)
	err := os.Link(path, to)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		delete(st.files, name) // gone since: nothing needs it, or it is found again
		return nil
	case err != nil && strings.HasPrefix(name, partDatasets+"/") && filepath.Base(path) != "current.json":
		to = path
	case err != nil:
		if err := copyFile(path, to); err != nil {
			return err
		}
	}
	st.files[name] = held{name: name, path: to, size: info.Size(), of: info}
	return nil
}

func (st *stage) drop(h held) error {
	if filepath.Dir(h.path) != st.dir {
		return nil
	}
	return os.Remove(h.path)
}

func copyFile(from, to string) (err error) {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, in.Close()) }()
	return spool.WriteFile(spool.OS, to, spool.FilePerm, func(w io.Writer) error { _, err := io.Copy(w, in); return err })
}

// sorted are the files of the moment by name, the ledger first.
func (st *stage) sorted() []held {
	all := make([]held, 0, 1+len(st.files))
	for _, h := range st.files {
		all = append(all, h)
	}
	slices.SortFunc(all, func(a, b held) int { return strings.Compare(a.name, b.name) })
	return slices.Insert(all, 0, st.ledger)
}

// missing counts the arrivals whose bytes the ledger counts on and the spool has not.
func (st *stage) missing(s *Source) (n int) {
	there := map[string]bool{}
	for name := range st.files {
		if rest, ok := strings.CutPrefix(name, partState+"/"+s.Spool+"/"); ok {
			id, _, _ := strings.Cut(filepath.Base(rest), ".")
			there[id] = true
		}
	}
	for _, id := range st.snapped.Spooled {
		if !there[id] {
			n++
		}
	}
	return n
}

// walk calls f with every file below root, by its path from there, in order. One that
// goes away meanwhile is left out, and so are sockets; what else is neither file nor folder is refused.
func walk(root string, f func(rel string, info fs.FileInfo) error) error {
	return filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(root, path)
		if err != nil || e.IsDir() {
			if rel == stageName {
				return fs.SkipDir
			}
			return err
		}
		info, err := e.Info()
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil {
			return err
		}
		if info.Mode().Type() == fs.ModeSocket {
			return nil // a living daemon's: it means nothing elsewhere
		}
		if !info.Mode().IsRegular() {
			return &flusso.Error{Op: "backup", ID: filepath.Base(root), Kind: flusso.Invalid, What: textNoFile, Hint: hintNoFile}
		}
		return f(rel, info)
	})
}
