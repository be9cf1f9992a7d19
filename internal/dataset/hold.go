package dataset

import (
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"path/filepath"

	"flussi/internal/flusso"
	"flussi/internal/spool"
)

// A release that somebody cited is held: it is pruned only once the hold is taken
// off. A hold is a file of its own beside the releases, held/<release>.json, for a
// sealed release never changes. A hold and a pruning that meet both look twice:
// whoever prunes moves the release aside and looks for a hold again, whoever holds
// writes the hold and looks for the release again.

// Hold says why a release is kept.
type Hold struct {
	Reason string `json:"reason"`
	Since  string `json:"since"` // YYYY-MM-DD
}

const heldName = "held"

func holdPath(dir, release string) string { return filepath.Join(dir, heldName, release+".json") }

// KeepRelease holds a release of the dataset in dir. Held already, it is from now
// on for this reason.
func KeepRelease(fsys spool.FS, dir, release string, h Hold) error {
	const op = "hold release"
	there, err := exists(fsys, op, dir, release)
	if err != nil {
		return err
	}
	if !there {
		return noSuch(op, release)
	}
	data, err := indented(h)
	if err != nil {
		return fail(op, release, err)
	}
	if err := fsys.Mkdir(filepath.Join(dir, heldName), dirPerm); err != nil && !errors.Is(err, fs.ErrExist) {
		return fail(op, release, err)
	}
	if err := fsys.SyncDir(dir); err != nil {
		return fail(op, release, err)
	}
	err = spool.WriteFile(fsys, holdPath(dir, release), filePerm, func(w io.Writer) error {
		_, err := w.Write(data)
		return err
	})
	if err != nil {
		return fail(op, release, err)
	}
	if there, err = exists(fsys, op, dir, release); err != nil || there {
		return err
	}
	return errors.Join(noSuch(op, release), fail(op, release, fsys.Remove(holdPath(dir, release))))
}

// LetRelease takes the hold off; that there is none is no error.
func LetRelease(fsys spool.FS, dir, release string) error {
	const op = "unhold release"
	if there, err := exists(fsys, op, dir, release); err != nil {
		return err
	} else if !there {
		return noSuch(op, release)
	}
	err := fsys.Remove(holdPath(dir, release))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err == nil {
		err = fsys.SyncDir(filepath.Join(dir, heldName))
	}
	return fail(op, release, err)
}

// held gives the hold on a release; nil where there is none. One that cannot be
// read holds as well.
func held(fsys spool.FS, dir, release string) (*Hold, error) {
	data, err := readFile(fsys, holdPath(dir, release))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fail("look for a hold", release, err)
	}
	h := &Hold{}
	_ = json.Unmarshal(data, h) // what it says is for people
	return h, nil
}

func exists(fsys spool.FS, op, dir, release string) (bool, error) {
	if err := checkNames(op, release); err != nil {
		return false, err
	}
	_, err := fsys.Stat(filepath.Join(dir, releasesName, release, manifestName))
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return err == nil, fail(op, release, err)
}

func noSuch(op, release string) error {
	return refuse(op, release, flusso.Invalid, textNoSuchRelease, hintNoSuchRelease, nil)
}
