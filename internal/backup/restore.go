package backup

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"flussi/internal/flusso"
	"flussi/internal/spool"
)

// MarkerName is the file of a state folder that was restored and of which nobody has
// said yet what was done since: the house does not open while it is there.
const MarkerName = "restored.json"

// Marker is what it holds.
type Marker struct {
	MadeAt     time.Time `json:"made_at"` // the archive
	RestoredAt time.Time `json:"restored_at"`
	Entries    int64     `json:"entries"` // of the audit log
}

// Into says where an archive's parts go; an empty path leaves a part out. Each folder
// must be absent or empty.
type Into struct {
	State, Config, Datasets string
	// Check looks at what was restored before any of it is put in its place: state and
	// the archive's manifest.
	Check func(ctx context.Context, state string, m *Manifest) error
	Now   func() time.Time
}

// part is a folder that is made beside its place and then put there.
type part struct{ name, to, made string }

// Restore puts the archive at path into its folders: all of them, or none. It reads the
// archive twice, first to its end without writing. Exists when a folder is not empty.
func Restore(ctx context.Context, path string, o Options, into Into) (_ *Manifest, err error) {
	defer func() { err = explain(err) }()
	var parts []part
	for name, to := range map[string]string{partState: into.State, partConfig: into.Config, partDatasets: into.Datasets} {
		if to == "" {
			continue
		}
		to, err := filepath.Abs(to)
		if err != nil {
			return nil, err
		}
		if err := vacant(to); err != nil {
			return nil, err
		}
		parts = append(parts, part{name, to, to + ".flussi-restore"})
	}
	m, err := Verify(ctx, path, o)
	if err != nil {
		return nil, err
	}
	if into.Datasets != "" && !m.Datasets {
		return nil, &flusso.Error{Op: "restore", Kind: flusso.Invalid, What: textNoDatasets, Hint: hintNoDatasets}
	}
	for _, p := range parts {
		if err := vacant(p.made); err != nil { // of a restore that a crash broke off
			return nil, err
		}
	}
	placed := false
	defer func() {
		if placed {
			return
		}
		for _, p := range parts {
			err = errors.Join(err, os.RemoveAll(p.made))
		}
	}()
	if err := extract(ctx, path, o, m, parts); err != nil {
		return nil, err
	}
	for _, p := range parts {
		if p.name != partState {
			continue
		}
		if err := mark(p.made, Marker{m.MadeAt, into.Now().UTC(), m.Entries}); err != nil {
			return nil, err
		}
		if into.Check != nil {
			if err := into.Check(ctx, p.made, m); err != nil {
				return nil, err
			}
		}
	}
	// The state last: without it the rest does nothing.
	for _, name := range []string{partDatasets, partConfig, partState} {
		for _, p := range parts {
			if p.name != name {
				continue
			}
			if err := place(p); err != nil {
				return nil, err
			}
			placed = true
		}
	}
	return m, nil
}

// vacant refuses a folder that holds something, and what is no folder.
func vacant(dir string) error {
	found, err := os.ReadDir(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist), err == nil && len(found) == 0:
		return nil
	}
	return &flusso.Error{Op: "restore", ID: dir, Kind: flusso.Exists, What: textNotEmpty, Hint: hintNotEmpty, Err: err}
}

// place gives a folder that is whole and durable its name.
func place(p part) error {
	if err := os.Remove(p.to); err != nil && !errors.Is(err, fs.ErrNotExist) { // the empty one
		return err
	}
	if err := os.Rename(p.made, p.to); err != nil {
		return err
	}
	return spool.OS.SyncDir(filepath.Dir(p.to))
}

// extract writes the members, each held against the manifest of the first reading: the
// archive may lie where others write.
func extract(ctx context.Context, path string, o Options, m *Manifest, parts []part) (err error) {
	for _, p := range parts {
		if err := spool.MkdirAll(spool.OS, p.made); err != nil {
			return err
		}
		_, size := m.Part(p.name)
		if err := spool.Room(p.made, size); err != nil && spool.FullOrReadOnly(err) {
			return spool.Explain("restore", "", err)
		}
	}
	f, err := os.Open(path)
	if err != nil {
		return cannotRead(err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	made := map[string]bool{}
	again, err := read(ctx, f, o, func(name string, size int64, r io.Reader) error {
		head, rest, _ := strings.Cut(name, "/")
		for _, p := range parts {
			if p.name == head {
				return write(p.made, rest, size, r, made)
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	if again.Root != m.Root || len(again.Files) != len(m.Files) {
		return changed(errors.New("the archive is another one now"))
	}
	for i := range m.Files {
		if m.Files[i] != again.Files[i] {
			return changed(errors.New("the archive is another one now"))
		}
	}
	for dir := range made {
		if err := spool.OS.SyncDir(dir); err != nil {
			return err
		}
	}
	return nil
}

// write makes one file below dir, durably but for its folders' names.
func write(dir, rel string, size int64, r io.Reader, made map[string]bool) (err error) {
	local, err := filepath.Localize(rel)
	if err != nil {
		return badName()
	}
	to := filepath.Join(dir, local)
	if err := spool.MkdirAll(spool.OS, filepath.Dir(to)); err != nil {
		return err
	}
	made[filepath.Dir(to)] = true
	f, err := spool.OS.Create(to, spool.FilePerm)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	n, err := io.Copy(onlyWriter{f}, r)
	if err != nil {
		return err
	}
	if n != size {
		return io.ErrUnexpectedEOF
	}
	return f.Sync()
}

func mark(state string, m Marker) error {
	text, err := json.Marshal(m)
	if err != nil {
		return err
	}
	return spool.WriteFile(spool.OS, filepath.Join(state, MarkerName), spool.FilePerm, func(w io.Writer) error {
		_, err := w.Write(append(text, '\n'))
		return err
	})
}

// Restored tells whether a state folder was restored and nobody has said yet what was
// done since.
func Restored(fsys spool.FS, state string) (m Marker, restored bool, err error) {
	f, err := fsys.Open(filepath.Join(state, MarkerName))
	if errors.Is(err, fs.ErrNotExist) {
		return m, false, nil
	}
	if err != nil {
		return m, false, spool.Explain("open state", "", err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	// One that cannot be read says that it is there.
	_ = json.NewDecoder(io.LimitReader(f, 4<<10)).Decode(&m)
	return m, true, nil
}

// Settle takes the marker away, durably.
func Settle(fsys spool.FS, state string) error {
	if err := fsys.Remove(filepath.Join(state, MarkerName)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return spool.Explain("open state", "", err)
	}
	return spool.Explain("open state", "", fsys.SyncDir(state))
}
