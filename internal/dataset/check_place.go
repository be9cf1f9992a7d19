package dataset

import (
	"encoding/json"
	"errors"
	"io/fs"
	"path/filepath"
	"slices"
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
	var names, delivered []string // all, and what those of releases that lie together begin with
	for _, e := range entries {
		names = append(names, e.Name())
		if prefix, found := strings.CutSuffix(e.Name(), manifestName); found && strings.HasSuffix(prefix, ".") {
			delivered = append(delivered, prefix)
		}
	}
	switch has := func(name string) bool { return slices.Contains(names, name) }; {
	case has(manifestName), has(manifestSig):
		return place{dir: dir}, "", nil
	case has(currentName):
		c, err := readCurrent(fsys, dir)
		if err != nil {
			return p, "", err
		}
		return place{dir: filepath.Join(dir, releasesName, c.Release)}, c.ManifestSHA256, nil
	case len(delivered) == 0:
		return p, "", none
	case len(delivered) == 1:
		return place{dir, delivered[0]}, "", nil
	}
	if p, manifest, ok := pointedAt(fsys, dir, names, delivered); ok {
		return p, manifest, nil
	}
	return p, "", refuse(op, "", flusso.Invalid, textSeveralReleases, hintNoRelease, nil)
}

// pointedAt is, of several releases of one dataset that an endpoint got, the live one:
// the last word on it counts.
func pointedAt(fsys spool.FS, dir string, names, delivered []string) (p place, manifest string, ok bool) {
	dataset, _, _ := strings.Cut(delivered[0], ".")
	if slices.ContainsFunc(delivered, func(prefix string) bool { return !strings.HasPrefix(prefix, dataset+".") }) {
		return p, "", false
	}
	last, told := 0, ""
	for _, name := range names {
		if n, is := PointerNumber(strings.TrimPrefix(name, dataset+".")); is && n > last {
			last, told = n, name
		}
	}
	var c current
	data, err := readFile(fsys, filepath.Join(dir, told))
	if told == "" || err != nil || json.Unmarshal(data, &c) != nil || !slices.Contains(delivered, flatPrefix(dataset, c.Release)) {
		return p, "", false
	}
	return place{dir, flatPrefix(dataset, c.Release)}, c.ManifestSHA256, true
}
