package dataset

import (
	"errors"
	"io/fs"
	"path/filepath"
	"strings"

	"flussi/internal/flusso"
	"flussi/internal/spool"
)

// place is where the files of a release lie: below a folder as the manifest
// names them, or flat in it, each under one name that begins with prefix, as
// they are delivered to endpoints without folders.
type place struct{ dir, prefix string }

func (p place) name(rel string) string {
	if p.prefix == "" {
		return rel
	}
	return p.prefix + flat(rel)
}

func (p place) of(rel string) string { return filepath.Join(p.dir, filepath.FromSlash(p.name(rel))) }

// list gives the names of the files there.
func (p place) list(fsys spool.FS) (map[string]bool, error) {
	found, err := walk(fsys, p.dir, "")
	names := map[string]bool{}
	for _, name := range found {
		if strings.HasPrefix(name, p.prefix) {
			names[name] = true
		}
	}
	return names, err
}

// findPlace finds the release that dir is, or holds. manifest is the hash that
// current.json names; empty where there is none.
func findPlace(fsys spool.FS, dir string) (p place, manifest string, err error) {
	const op = "check"
	none := refuse(op, "", flusso.Invalid, textNoRelease, hintNoRelease, nil)
	if prefix, one := strings.CutSuffix(filepath.Base(dir), "."+manifestName); one { // of several that lie together
		return place{filepath.Dir(dir), prefix + "."}, "", nil
	}
	entries, err := fsys.ReadDir(dir)
	if err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return p, "", none
		}
		return p, "", refuse(op, "", flusso.Invalid, textNoRelease, hintNoRelease, err)
	}
	has := map[string]bool{}
	for _, e := range entries {
		has[e.Name()] = true
		if prefix, found := strings.CutSuffix(e.Name(), "."+manifestName); found {
			if p.prefix != "" {
				return place{}, "", refuse(op, "", flusso.Invalid, textSeveralReleases, hintNoRelease, nil)
			}
			p = place{dir, prefix + "."}
		}
	}
	if has[manifestName] || has[manifestSig] {
		return place{dir: dir}, "", nil
	}
	if has[currentName] {
		c, err := readCurrent(fsys, dir)
		if err != nil {
			return p, "", err
		}
		return place{dir: filepath.Join(dir, releasesName, c.Release)}, c.ManifestSHA256, nil
	}
	if p.prefix == "" {
		return p, "", none
	}
	return p, "", nil
}
