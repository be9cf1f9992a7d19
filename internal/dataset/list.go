package dataset

import (
	"cmp"
	"errors"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"

	"flussi/internal/flusso"
	"flussi/internal/spool"
)

// Listed is a release as it lies in a dataset's folder.
type Listed struct {
	Release string `json:"release"`
	// Number tells the order in which releases were made; 0 of one whose manifest
	// cannot be read.
	Number   int64  `json:"number"`
	Previous string `json:"previous,omitempty"`
	Period   string `json:"period,omitempty"` // of its own increment
	Rows     int64  `json:"rows"`
	Bytes    int64  `json:"bytes"` // of all its files
	// Alone are the bytes of files that no other release has: what its removal frees.
	Alone int64 `json:"bytes_alone"`
	Live  bool  `json:"live"`
	// Cubes are the names of its tables, where it is of tables.
	Cubes []string `json:"cubes,omitempty"`
	// Held is why it is kept from being pruned; nil where nothing keeps it.
	Held *Hold `json:"held,omitempty"`
	// Broken tells that its manifest cannot be read.
	Broken bool `json:"broken,omitempty"`
}

// List gives the releases in a dataset's folder, the one with current.json, in the
// order in which they were made.
func List(fsys spool.FS, dir string) ([]Listed, error) {
	const op = "list releases"
	live, err := liveName(fsys, dir)
	if err != nil {
		return nil, err
	}
	entries, err := fsys.ReadDir(filepath.Join(dir, releasesName))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, refuse(op, filepath.Base(dir), flusso.Invalid, textNoDataset, hintNoDataset, nil)
	}
	if err != nil {
		return nil, fail(op, filepath.Base(dir), err)
	}
	var all []Listed
	manifests := map[string]*Manifest{}
	shared := map[string]int{} // files by path and hash -> releases that have them
	for _, e := range entries {
		if !e.IsDir() || strings.HasSuffix(e.Name(), spool.PartSuffix) {
			continue
		}
		l := Listed{Release: e.Name(), Live: e.Name() == live}
		if l.Held, err = held(fsys, dir, e.Name()); err != nil {
			return nil, err
		}
		m, err := readManifest(fsys, filepath.Join(dir, releasesName, e.Name()))
		if flusso.KindOf(err) == flusso.Corrupt {
			l.Broken = true
			all = append(all, l)
			continue
		}
		if err != nil {
			return nil, err
		}
		manifests[l.Release] = m
		l.Number, l.Previous, l.Rows = m.Number, m.Previous, m.Rows
		for _, c := range m.Cubes {
			l.Cubes = append(l.Cubes, c.Name)
		}
		for _, i := range m.Increments {
			if i.Release == m.Release {
				l.Period = i.Period
			}
		}
		for _, f := range m.Files {
			l.Bytes += f.Bytes
			shared[f.Path+f.SHA256]++
		}
		all = append(all, l)
	}
	for i := range all {
		if m := manifests[all[i].Release]; m != nil {
			for _, f := range m.Files {
				if shared[f.Path+f.SHA256] == 1 {
					all[i].Alone += f.Bytes
				}
			}
		}
	}
	slices.SortFunc(all, func(a, b Listed) int {
		return cmp.Or(cmp.Compare(a.Number, b.Number), strings.Compare(a.Release, b.Release))
	})
	return all, nil
}
