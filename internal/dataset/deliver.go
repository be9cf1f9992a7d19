package dataset

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"flussi/internal/spool"
)

// Policy of this file: what an endpoint gets of a release. Many have no folders, so
// every file has one name there, which begins with dataset and release: releases lie
// side by side, and nothing is ever written over. SHA256SUMS has those names: what
// arrived is checked with "sha256sum -c" as it lies there, and is signed. It takes the
// place of the release's own, whose names are paths; and packages name files as they lie there.

// Delivered is a file as an endpoint gets it.
type Delivered struct {
	// Path is that in the release; of what lies beside releases "flat/…", "tavole/…".
	File
	Name string // at the endpoint
	at   string // where it lies; empty of one that is made here
	data []byte
}

// Content is what is sent.
type Content interface {
	io.ReaderAt
	io.Closer
}

// Open gives a file's bytes.
func (d *Delivered) Open(fsys spool.FS) (Content, error) {
	if d.at == "" {
		return struct {
			*bytes.Reader
			io.Closer
		}{bytes.NewReader(d.data), io.NopCloser(nil)}, nil
	}
	return fsys.Open(d.at)
}

// Delivery are the files of the live release m for an endpoint, in the order of
// sending: rows and what stands beside them, flat files and reference tables, their
// hashes with their signature, and last the manifest, so that whoever sees it has the rest.
func Delivery(fsys spool.FS, m *Manifest, signer Signer) ([]Delivered, error) {
	beside, err := Neighbours(fsys, m)
	if err != nil {
		return nil, err
	}
	own, err := m.Own(fsys)
	if err != nil {
		return nil, err
	}
	var all []Delivered
	add := func(dir string, files []File) error {
		for _, f := range files {
			if base := path.Base(f.Path); base == sumsName || base == signedSums { // of other names
				continue
			}
			d := Delivered{File: f, Name: FlatName(m, f.Path), at: filepath.Join(dir, filepath.FromSlash(f.Path))}
			if path.Base(f.Path) == packageName {
				if err := d.repath(fsys, m); err != nil {
					return err
				}
			}
			all = append(all, d)
		}
		return nil
	}
	if err := errors.Join(add(m.Dir, m.Files), add(filepath.Dir(filepath.Dir(m.Dir)), beside), add(m.Dir, own)); err != nil {
		return nil, fail("deliver", m.Release, err)
	}
	named := make([]File, len(all))
	for i, d := range all {
		named[i] = File{Path: d.Name, SHA256: d.SHA256}
	}
	data := sumsOf(named)
	sums := Delivered{File: File{Path: sumsName, Bytes: int64(len(data)), SHA256: sum(data)}, Name: FlatName(m, sumsName), data: data}
	last := []Delivered{sums}
	if signer.signed(m) {
		signature := signer.sign(data)
		last = append(last, Delivered{File: File{Path: signedSums, Bytes: int64(len(signature)), SHA256: sum(signature)}, Name: FlatName(m, signedSums), data: signature})
	}
	return slices.Insert(all, len(all)-len(own), last...), nil
}

// repath makes of a package one that names files as they are delivered.
func (d *Delivered) repath(fsys spool.FS, m *Manifest) error {
	data, err := readFile(fsys, d.at)
	if err != nil {
		return err
	}
	dir := path.Dir(d.Path)
	if d.data, err = repathed(data, func(rel string) string { return FlatName(m, path.Join(dir, rel)) }); err != nil {
		return fmt.Errorf("%s: %w", d.Path, err)
	}
	d.at, d.Bytes, d.SHA256 = "", int64(len(d.data)), sum(d.data)
	return nil
}

// repathed is a package with other paths, and else byte by byte as it was.
func repathed(data []byte, to func(string) string) ([]byte, error) {
	var p dataPackage
	if err := json.Unmarshal(data, &p); err != nil {
		return nil, err
	}
	for i := range p.Resources {
		r := &p.Resources[i]
		switch at := r.Path.(type) {
		case string:
			r.Path = to(at)
		case []any:
			for j := range at {
				if one, is := at[j].(string); is {
					at[j] = to(one)
				}
			}
		}
		for j := range r.Files {
			r.Files[j].Path = to(r.Files[j].Path)
		}
	}
	return indented(p)
}

// FlatName is the one name under which a file of a release is delivered.
func FlatName(m *Manifest, rel string) string { return flatPrefix(m.Dataset, m.Release) + flat(rel) }

func flatPrefix(dataset, release string) string { return dataset + "." + release + "." }

func flat(rel string) string { return strings.NewReplacer("/", ".", "=", ".").Replace(rel) }

// checkDelivered holds the files that an endpoint got beside a release's own against
// the SHA256SUMS of the delivery, and takes them off those present. It tells whether
// that list is one, and says of the release's files what the manifest says.
func (c *checker) checkDelivered(present map[string]bool) (bool, error) {
	data, err := readFile(c.fs, c.place.of(sumsName))
	if err != nil {
		return false, fail("check", c.m.Release, err)
	}
	own := map[string]string{c.place.name(manifestName): sum(c.manifest)}
	for _, f := range c.m.Files {
		if f.Path != sumsName {
			own[c.place.name(f.Path)] = f.SHA256
		}
	}
	for line := range strings.Lines(string(data)) {
		hash, name, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "  ")
		if !strings.HasPrefix(name, c.place.prefix) || !validPath(name) || strings.Contains(name, "/") {
			return false, nil
		}
		if want, is := own[name]; is {
			delete(own, name)
			if name != c.place.name(packageName) && want != hash {
				return false, nil
			}
			if name != c.place.name(packageName) { // which names files as they lie here
				continue
			}
		}
		if !present[name] {
			c.tell(finding(textMissing, hintAltered).at(name))
			continue
		}
		delete(present, name)
		switch _, is, err := hashFile(c.fs, filepath.Join(c.place.dir, name)); {
		case err != nil:
			return false, fail("check", c.m.Release, err)
		case is != hash:
			c.tell(finding(textFileAltered, hintAltered).at(name))
		}
	}
	if len(own) > 0 {
		return false, nil
	}
	delete(present, c.place.name(signedSums))
	signature, err := readFile(c.fs, c.place.of(signedSums))
	switch {
	case err != nil:
		return true, c.lacks(err, c.place.name(signedSums))
	case !c.m.SignedBy.verifies(data, signature):
		c.tell(finding(textSumsAltered, hintAltered).at(c.place.name(sumsName)))
	}
	return true, nil
}
