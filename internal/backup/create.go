package backup

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"filippo.io/age"

	"flussi/internal/flusso"
	"flussi/internal/spool"
)

// Class is what a file of the state folder is to an archive.
type Class int

const (
	// Left: it is of this process or this machine, or is to die with a round.
	Left Class = iota
	// Kept: it tells of no person to whoever has not the key.
	Kept
	// Key: with it what is kept tells more.
	Key
	// Clear: it holds what came, in plain.
	Clear
)

// File is a file of the configuration.
type File struct {
	Name   string // in the archive, below config/
	Path   string
	Secret bool
}

// Source is what goes into an archive.
type Source struct {
	State         string
	Ledger, Spool string // names in the state folder
	// Class tells of a path in the state folder, with slashes.
	Class func(rel string) Class
	// Config are the files of the configuration; the first is the configuration.
	Config []File
	// Datasets is the folder of the releases; empty: they are left out.
	Datasets string
	// Recipients are whom it is sealed for. Without any there are no keys in it.
	Recipients []age.Recipient
	// Progress is told how much of what there is was written; nil: nobody looks.
	Progress func(done, total int64)

	Ente, Version string // for the manifest
	Now           func() time.Time
}

// keys tells whether the archive holds keys.
func (s *Source) keys() bool { return len(s.Recipients) > 0 }

func (s *Source) wants(rel string) bool {
	class := s.Class(rel)
	return class == Kept || class == Clear || class == Key && s.keys()
}

// Create writes an archive of the house to w, while that may be at work. Locked when
// another backup of it is under way; Invalid when without recipients something would
// leave in plain; Transient when what it reads is taken away meanwhile: try again.
func (s *Source) Create(ctx context.Context, w io.Writer) (_ *Manifest, err error) {
	defer func() { err = explain(err) }()
	if _, err := os.Stat(filepath.Join(s.State, s.Ledger)); errors.Is(err, fs.ErrNotExist) {
		return nil, &flusso.Error{Op: "backup", Kind: flusso.Config, What: textNothing, Hint: hintNothing}
	}
	unlock, err := spool.Lock(filepath.Join(s.State, lockName))
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, unlock()) }()
	st, err := s.hold(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, st.clear()) }()
	if err := s.sealed(st); err != nil {
		return nil, err
	}
	m := Manifest{
		MadeAt: s.Now().UTC(), Flussi: s.Version, Ente: s.Ente, State: s.State,
		Entries: st.snapped.Root.Size, Root: st.snapped.Root.Hash, Checkpoint: string(st.snapped.Checkpoint.Note),
		LedgerVersion: st.snapped.Version, Keys: s.keys(), Datasets: s.Datasets != "", Missing: st.missing(s), Files: []Member{},
	}
	if len(s.Config) > 0 {
		m.Config = partConfig + "/" + s.Config[0].Name
	}
	out, err := newWriter(w, s.Recipients, m)
	if err != nil {
		return nil, err
	}
	files := st.sorted()
	for _, f := range s.Config {
		if f.Secret && !s.keys() {
			continue
		}
		info, err := os.Stat(f.Path)
		if err != nil {
			return nil, err
		}
		files = append(files, held{name: partConfig + "/" + f.Name, path: f.Path, size: info.Size()})
	}
	return s.write(ctx, out, files)
}

func (s *Source) write(ctx context.Context, out *writer, files []held) (*Manifest, error) {
	var done, total int64
	for _, f := range files {
		total += f.size
	}
	for _, f := range files {
		if err := context.Cause(ctx); err != nil {
			return nil, err
		}
		in, err := os.Open(f.path)
		if errors.Is(err, fs.ErrNotExist) {
			err = changed(err) // the house was opened anew, or a release pruned
		}
		if err != nil {
			return nil, err
		}
		watched := in
		if err := errors.Join(out.add(f.name, f.size, &told{ctx, watched, func(n int) {
			if done += int64(n); s.Progress != nil {
				s.Progress(done, total)
			}
		}}), in.Close()); err != nil {
			return nil, err
		}
	}
	return out.finish()
}

// told reads on until its context ends, and tells how far it is.
type told struct {
	ctx  context.Context
	r    io.Reader
	tell func(int)
}

func (t *told) Read(p []byte) (int, error) {
	if err := context.Cause(t.ctx); err != nil {
		return 0, err
	}
	n, err := t.r.Read(p)
	t.tell(n)
	return n, err
}

// sealed refuses an archive without seal that would hold what came, in plain.
func (s *Source) sealed(st *stage) error {
	if s.keys() {
		return nil
	}
	for name := range st.files {
		if rel, ok := strings.CutPrefix(name, partState+"/"); ok && s.Class(rel) == Clear {
			return &flusso.Error{Op: "backup", Kind: flusso.Invalid, What: textInClear, Hint: hintInClear}
		}
	}
	return nil
}

// Plan tells what an archive would hold, in files and bytes by part, without touching
// anything. What the ledger will be once copied is guessed by what it is.
func (s *Source) Plan() (m *Manifest, err error) {
	m = &Manifest{Format: Format, MadeAt: s.Now().UTC(), Ente: s.Ente, State: s.State, Keys: s.keys(), Datasets: s.Datasets != ""}
	add := func(part, root string, wanted func(string) bool) error {
		return walk(root, func(rel string, info fs.FileInfo) error {
			if rel = filepath.ToSlash(rel); wanted(rel) {
				m.Files = append(m.Files, Member{Name: part + "/" + rel, Size: info.Size()})
			}
			return nil
		})
	}
	err = add(partState, s.State, func(rel string) bool { return rel == s.Ledger || s.wants(rel) })
	if err == nil && s.Datasets != "" {
		err = add(partDatasets, s.Datasets, func(string) bool { return true })
	}
	for _, f := range s.Config {
		info, statErr := os.Stat(f.Path)
		if f.Secret && !s.keys() {
			continue
		}
		if statErr != nil {
			return nil, explain(errors.Join(err, statErr))
		}
		m.Files = append(m.Files, Member{Name: partConfig + "/" + f.Name, Size: info.Size()})
	}
	return m, explain(err)
}

// explain says what a disk did in the words of the house.
func explain(err error) error {
	var known *flusso.Error
	if err == nil || errors.As(err, &known) || errors.Is(err, context.Canceled) {
		return err
	}
	return spool.Explain("backup", "", err)
}
