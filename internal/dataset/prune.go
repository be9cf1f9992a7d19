package dataset

import (
	"errors"
	"io/fs"
	"path/filepath"
	"slices"

	"flussi/internal/flusso"
	"flussi/internal/spool"
)

// Old gives the releases that a dataset keeps beyond the newest ones, the oldest
// first: never the live one, none that is held, none that is newer than the live
// one, to which one may want to go on again, and none that is broken, at which a
// person has to look.
func Old(all []Listed, keep int) (old []Listed) {
	live := slices.IndexFunc(all, func(l Listed) bool { return l.Live })
	if live < 0 || keep < 1 {
		return nil
	}
	last := live + 1 - keep // all before this one are too many
	for i := range max(last, 0) {
		if l := all[i]; l.Held == nil && !l.Broken {
			old = append(old, l)
		}
	}
	return old
}

// Prune removes a release of the dataset in dir. A reader who is at it may find
// files gone; whoever follows current.json is at another. It is moved aside first,
// so that a crash leaves no half of it under its name: Sweep removes the rest.
func Prune(fsys spool.FS, dir, release string) error {
	const op = "prune release"
	live, err := liveName(fsys, dir)
	if err != nil {
		return err
	}
	if live == release {
		return refuse(op, release, flusso.Denied, textIsLive, hintIsLive, nil)
	}
	if there, err := exists(fsys, op, dir, release); err != nil {
		return err
	} else if !there {
		return noSuch(op, release)
	}
	free := func() error {
		h, err := held(fsys, dir, release)
		if err == nil && h != nil {
			err = refuse(op, release, flusso.Denied, textIsHeld, hintIsHeld, nil)
		}
		return err
	}
	if err := free(); err != nil {
		return err
	}
	releases := filepath.Join(dir, releasesName)
	from, aside := filepath.Join(releases, release), filepath.Join(releases, release+spool.PartSuffix)
	if err := fsys.RemoveAll(aside); err != nil { // of an earlier try
		return fail(op, release, err)
	}
	if err := fsys.Rename(from, aside); err != nil {
		return fail(op, release, err)
	}
	if err := free(); err != nil { // held meanwhile
		return errors.Join(err, fail(op, release, fsys.Rename(aside, from)))
	}
	if err := fsys.SyncDir(releases); err != nil {
		return fail(op, release, err)
	}
	if err := fsys.RemoveAll(aside); err != nil {
		return fail(op, release, err)
	}
	return fail(op, release, fsys.SyncDir(releases))
}

// Restore makes an older release of the dataset in dir the live one again, once all
// its files were read and are what they were. release empty: the one that the live
// one grew from.
func Restore(fsys spool.FS, dir, release string) (*Manifest, error) {
	const op = "roll back"
	live, err := liveName(fsys, dir)
	if err != nil {
		return nil, err
	}
	if release == "" {
		m, err := readManifest(fsys, filepath.Join(dir, releasesName, live))
		if err != nil {
			return nil, err
		}
		if release = m.Previous; release == "" {
			return nil, refuse(op, live, flusso.Invalid, textFirst, hintNoSuchRelease, nil)
		}
	}
	if there, err := exists(fsys, op, dir, release); err != nil {
		return nil, err
	} else if !there {
		return nil, noSuch(op, release)
	}
	m, err := Verify(fsys, filepath.Join(dir, releasesName, release))
	if err != nil {
		return nil, err
	}
	return m, Publish(fsys, m.Dir)
}

// liveName is the release that current.json in dir names; empty where there is no
// such file.
func liveName(fsys spool.FS, dir string) (string, error) {
	c, err := readCurrent(fsys, dir)
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	return c.Release, err
}
