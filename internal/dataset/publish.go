package dataset

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"flussi/internal/flusso"
	"flussi/internal/spool"
	"flussi/internal/table"
)

// Publish makes the sealed release in dir (as Sealed.Dir says) the live one.
// When it returns nil this is durable; on an error, or a power cut, the live
// release is the old one or this one. Publishing an older release again is how
// one goes back.
func Publish(fsys spool.FS, dir string) error {
	m, err := readManifest(fsys, dir)
	if err != nil {
		return err
	}
	for _, f := range m.Files {
		info, err := fsys.Stat(filepath.Join(dir, filepath.FromSlash(f.Path)))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fail("publish", m.Release, err)
		}
		if err != nil || info.Size() != f.Bytes {
			return spoiled("publish", m.Release, fmt.Errorf("%s: absent or of another size", f.Path))
		}
	}
	data, err := indented(current{
		Format: currentFormat, Release: m.Release,
		Path:           path.Join(releasesName, m.Release),
		Manifest:       path.Join(releasesName, m.Release, manifestName),
		ManifestSHA256: m.SHA256, Rows: m.Rows,
	})
	if err != nil {
		return fail("publish", m.Release, err)
	}
	home := filepath.Dir(filepath.Dir(dir))
	return fail("publish", m.Release, replace(fsys, filepath.Join(home, currentName), data))
}

// replace puts a file in the place of another. A file server may refuse that while
// a reader has the old one open (SMB: sharing violation): that is over in a moment,
// so it is tried again, for about a second at most.
func replace(fsys spool.FS, name string, data []byte) error {
	const tries = 8
	for pause, i := 5*time.Millisecond, 1; ; pause, i = 2*pause, i+1 {
		err := spool.WriteFile(fsys, name, filePerm, func(w io.Writer) error {
			_, err := w.Write(data)
			return err
		})
		busy := errors.Is(err, fs.ErrPermission) || errors.Is(err, syscall.EBUSY) || errors.Is(err, syscall.ETXTBSY)
		if !busy || i == tries {
			return err
		}
		time.Sleep(pause)
	}
}

// Verify reads the whole release in dir and checks it from its files alone:
// the manifest is signed by the key it names, every file is what it says, no
// other file is there, and every part has as many rows as are listed.
func Verify(fsys spool.FS, dir string) (*Manifest, error) {
	m, err := readManifest(fsys, dir)
	if err != nil {
		return nil, err
	}
	if err := m.verifySignature(fsys); err != nil {
		return nil, err
	}
	listed := make(map[string]File, len(m.Files))
	for _, f := range m.Files {
		listed[f.Path] = f
	}
	found, err := walk(fsys, dir, "")
	if err != nil {
		return nil, fail("verify", m.Release, err)
	}
	for _, rel := range found {
		if rel == manifestName || rel == manifestSig {
			continue
		}
		f, ok := listed[rel]
		if !ok {
			return nil, spoiled("verify", m.Release, errors.New("a file that the manifest does not list"))
		}
		delete(listed, rel)
		if err := verifyFile(fsys, dir, f); err != nil {
			return nil, spoiled("verify", m.Release, fmt.Errorf("%s: %w", rel, err))
		}
	}
	for rel := range listed {
		return nil, spoiled("verify", m.Release, fmt.Errorf("%s is absent", rel))
	}
	return m, nil
}

func verifyFile(fsys spool.FS, dir string, f File) (err error) {
	name := filepath.Join(dir, filepath.FromSlash(f.Path))
	size, hash, err := hashFile(fsys, name)
	if err != nil {
		return err
	}
	if size != f.Bytes || hash != f.SHA256 {
		return errors.New("not what the manifest says")
	}
	if !f.isPart() {
		return nil
	}
	file, err := fsys.Open(name)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	info, err := table.ReadParquetInfo(file, size)
	if err != nil {
		return err
	}
	if info.Rows != f.Rows || f.Rows == 0 {
		return fmt.Errorf("%d rows, %d listed", info.Rows, f.Rows)
	}
	return nil
}

// walk lists the files below dir, with slashes, relative to it.
func walk(fsys spool.FS, dir, rel string) (files []string, err error) {
	entries, err := fsys.ReadDir(filepath.Join(dir, filepath.FromSlash(rel)))
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		name := path.Join(rel, e.Name())
		if !e.IsDir() {
			files = append(files, name)
			continue
		}
		below, err := walk(fsys, dir, name)
		if err != nil {
			return nil, err
		}
		files = append(files, below...)
	}
	return files, nil
}

// Sweep removes, from all datasets under root, what interrupted runs left, and
// gives the number of releases and files removed. It is for the start, when no
// release is being written.
func Sweep(fsys spool.FS, root string) (swept int, err error) {
	const levels = 3 // recipient, dataset, releases; what is below is sealed
	swept, err = sweep(fsys, root, levels)
	return swept, fail("sweep datasets", "", err)
}

func sweep(fsys spool.FS, dir string, levels int) (swept int, err error) {
	entries, err := fsys.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	here := 0
	for _, e := range entries {
		name := filepath.Join(dir, e.Name())
		switch {
		case strings.HasSuffix(e.Name(), spool.PartSuffix):
			if err := fsys.RemoveAll(name); err != nil {
				return swept + here, err
			}
			here++
		case e.IsDir() && levels > 0:
			n, err := sweep(fsys, name, levels-1)
			swept += n
			if err != nil {
				return swept + here, err
			}
		}
	}
	if here > 0 {
		err = fsys.SyncDir(dir)
	}
	return swept + here, err
}

func spoiled(op, id string, err error) error {
	return refuse(op, id, flusso.Corrupt, textSpoiled, hintSpoiled, err)
}
