package dataset

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"

	"flussi/internal/spool"
)

// Pointer gives current.json as it stands beside the live release m, for who
// publishes it elsewhere too. Kind Corrupt where it names another release.
func Pointer(fsys spool.FS, m *Manifest) ([]byte, error) {
	data, err := readFile(fsys, filepath.Join(filepath.Dir(filepath.Dir(m.Dir)), currentName))
	if err != nil {
		return nil, fail("read live release", m.Release, err)
	}
	var c current
	if err := json.Unmarshal(data, &c); err != nil || c.Release != m.Release || c.ManifestSHA256 != m.SHA256 {
		return nil, spoiled("read live release", m.Release, errors.New(currentName+" names another"))
	}
	return data, nil
}

// PointerThere is Pointer for an endpoint, where the release lies under flat names: its
// path is what they begin with.
func PointerThere(fsys spool.FS, m *Manifest) ([]byte, error) {
	data, err := Pointer(fsys, m)
	if err != nil {
		return nil, err
	}
	var c current
	if err := json.Unmarshal(data, &c); err != nil {
		return nil, spoiled("read live release", m.Release, err)
	}
	c.Path, c.Manifest = flatPrefix(m.Dataset, m.Release), FlatName(m, manifestName)
	return indented(c)
}

// Neighbours are the files that lie beside the live release m and are replaced in
// place: flat files and reference tables, by their path from the dataset's folder.
// Those that are of another release still, or again, are no neighbours of this one.
// Each is read for its hash.
func Neighbours(fsys spool.FS, m *Manifest) (files []File, err error) {
	home := filepath.Dir(filepath.Dir(m.Dir))
	for _, folder := range []string{flatName, tablesName} {
		if !m.besideOf(fsys, filepath.Join(home, folder)) {
			continue
		}
		found, err := walk(fsys, home, folder)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, fail("read beside release", m.Release, err)
		}
		for _, rel := range found {
			if strings.Contains(rel, spool.PartSuffix) {
				continue // an interrupted write's
			}
			size, hash, err := hashFile(fsys, filepath.Join(home, filepath.FromSlash(rel)))
			if err != nil {
				return nil, fail("read beside release", m.Release, err)
			}
			files = append(files, File{Path: rel, Bytes: size, SHA256: hash})
		}
	}
	return files, nil
}

// PointerName is the name under which the n-th word on which release is live goes to an
// endpoint, behind the dataset's.
func PointerName(n int) string { return fmt.Sprintf("current-%06d.json", n) }

// PointerNumber undoes PointerName.
func PointerNumber(name string) (n int, is bool) {
	_, err := fmt.Sscanf(name, "current-%d.json", &n)
	return n, err == nil && n > 0 && PointerName(n) == name
}
