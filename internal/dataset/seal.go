package dataset

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"slices"

	"flussi/internal/flusso"
	"flussi/internal/spool"
)

// writeFile puts a small file into the stage, durable but for its name.
func (r *Release) writeFile(rel string, data []byte) (File, error) {
	f, err := r.fs.Create(r.at(rel), filePerm)
	if err != nil {
		return File{}, err
	}
	n, err := f.Write(data)
	if err == nil && n < len(data) {
		err = io.ErrShortWrite
	}
	if err == nil {
		err = f.Sync()
	}
	if err := errors.Join(err, f.Close()); err != nil {
		return File{}, fmt.Errorf("write %s: %w", rel, err)
	}
	return File{Path: rel, Bytes: int64(len(data)), SHA256: sum(data)}, nil
}

// seal makes every name in the stage durable and gives the release its own.
// Until the rename there is no release; after it there is a whole one.
func (r *Release) seal(manifest string) error {
	folders := make([]string, 0, len(r.folders))
	for rel := range r.folders {
		folders = append(folders, rel)
	}
	slices.Sort(folders)
	for _, rel := range folders {
		if err := r.fs.SyncDir(r.at(rel)); err != nil {
			return err
		}
	}
	releases := filepath.Dir(r.stage)
	switch _, err := r.fs.Stat(r.final()); {
	case errors.Is(err, fs.ErrNotExist):
		if err := r.fs.Rename(r.stage, r.final()); err != nil {
			return err
		}
		return r.fs.SyncDir(releases)
	case err != nil:
		return err
	}
	// The same run sealed it before: equal manifests mean equal files.
	there, err := Verify(r.fs, r.final())
	if err != nil {
		return err
	}
	if there.SHA256 != manifest {
		return refuse("seal release", r.target.ReleaseID, flusso.Exists, textTaken, hintTaken, nil)
	}
	if err := r.clear(); err != nil {
		return err
	}
	return r.fs.SyncDir(releases)
}

// makeFolders makes root and, below it, each of names, durably. The names
// below root are synced even where they are there: a crash may have come
// between their making and their folder's sync.
func makeFolders(fsys spool.FS, root string, names ...string) error {
	if err := makeRoot(fsys, filepath.Clean(root)); err != nil {
		return err
	}
	for _, name := range names {
		parent := root
		root = filepath.Join(root, name)
		if err := fsys.Mkdir(root, dirPerm); err != nil && !errors.Is(err, fs.ErrExist) {
			return err
		}
		if err := fsys.SyncDir(parent); err != nil {
			return err
		}
	}
	return nil
}

func makeRoot(fsys spool.FS, root string) error {
	_, err := fsys.Stat(root)
	if !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	parent := filepath.Dir(root)
	if parent != root {
		if err := makeRoot(fsys, parent); err != nil {
			return err
		}
	}
	if err := fsys.Mkdir(root, dirPerm); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return fsys.SyncDir(parent)
}

func hashFile(fsys spool.FS, path string) (size int64, hash string, err error) {
	f, err := fsys.Open(path)
	if err != nil {
		return 0, "", err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	h := sha256.New()
	size, err = io.Copy(h, f)
	return size, hex.EncodeToString(h.Sum(nil)), err
}
