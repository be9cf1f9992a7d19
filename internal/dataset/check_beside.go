package dataset

import (
	"encoding/json"
	"errors"
	"io/fs"
	"maps"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"flussi/internal/spool"
)

// What lies beside releases is replaced in place, after the release is sealed: so each
// folder has a list of hashes of its own, which the house signs as it signs manifests.
// The list binds the package, and the package names the release.

// signedSums is the signature of a folder's SHA256SUMS, over its bytes as they stand.
const signedSums = sumsName + ".sig"

// checkBeside holds flat files and reference tables in the dataset's folder against
// what was signed.
func (c *checker) checkBeside() error {
	for _, folder := range []string{flatName, tablesName} {
		names, err := c.besideNames(folder)
		if err == nil && len(names) > 0 {
			err = c.checkSigned(folder, names)
		}
		if err != nil {
			return fail("check", c.m.Release, err)
		}
	}
	return nil
}

// besideNames are the files of a folder, by their names in it.
func (c *checker) besideNames(folder string) (map[string]bool, error) {
	names := map[string]bool{}
	found, err := walk(c.fs, filepath.Join(c.home, folder), "")
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	for _, name := range found {
		if !strings.Contains(name, spool.PartSuffix) { // an interrupted write's
			names[name] = true
		}
	}
	return names, err
}

// at is where a file lies, by its path from the dataset's folder.
func (c *checker) at(rel string) string { return filepath.Join(c.home, filepath.FromSlash(rel)) }

func (c *checker) checkSigned(folder string, names map[string]bool) error {
	in := func(name string) string { return path.Join(folder, name) }
	sums, err := readFile(c.fs, c.at(in(sumsName)))
	if err != nil {
		return c.lacks(err, in(sumsName))
	}
	signature, err := readFile(c.fs, c.at(in(signedSums)))
	switch {
	case err != nil:
		return c.lacks(err, in(signedSums))
	case !c.m.SignedBy.verifies(sums, signature):
		c.tell(finding(textSumsAltered, hintAltered).at(in(sumsName)))
		return nil
	}
	delete(names, sumsName)
	delete(names, signedSums)
	for line := range strings.Lines(string(sums)) {
		want, name, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "  ")
		if !names[name] {
			c.tell(finding(textMissing, hintAltered).at(in(name)))
			continue
		}
		delete(names, name)
		if _, is, err := hashFile(c.fs, c.at(in(name))); err != nil {
			return err
		} else if is != want {
			c.tell(finding(textBesideAltered, hintAltered).at(in(name)))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(names)) {
		c.tell(finding(textExtra, hintExtra).at(in(name)))
	}
	var of dataPackage
	data, err := readFile(c.fs, c.at(in(packageName)))
	if err == nil && json.Unmarshal(data, &of) == nil && of.ID != packageID(c.m) {
		c.tell(finding(textBesideOther, hintBesideOther).at(in(packageName)))
	}
	return nil
}

// lacks tells of a file that is not there; what else is wrong with it is the disk's.
func (c *checker) lacks(err error, name string) error {
	if !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	c.tell(finding(textBesideUnsigned, hintBesideUnsigned).at(name))
	return nil
}
