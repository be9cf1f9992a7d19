package dataset

import (
	"bytes"
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
// arrived is checked with "sha256sum -c" as it lies there. It takes the place of the
// release's own, whose names are paths.

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
// hashes, and last the manifest, so that whoever sees it has the rest.
func Delivery(fsys spool.FS, m *Manifest) ([]Delivered, error) {
	beside, err := Neighbours(fsys, m)
	if err != nil {
		return nil, err
	}
	own, err := m.Own(fsys)
	if err != nil {
		return nil, err
	}
	var all []Delivered
	add := func(dir string, files []File) {
		for _, f := range files {
			if path.Base(f.Path) != sumsName { // those are of other names
				all = append(all, Delivered{File: f, Name: FlatName(m, f.Path), at: filepath.Join(dir, filepath.FromSlash(f.Path))})
			}
		}
	}
	add(m.Dir, m.Files)
	add(filepath.Dir(filepath.Dir(m.Dir)), beside)
	add(m.Dir, own)
	named := make([]File, len(all))
	for i, d := range all {
		named[i] = File{Path: d.Name, SHA256: d.SHA256}
	}
	data := sumsOf(named)
	sums := Delivered{File: File{Path: sumsName, Bytes: int64(len(data)), SHA256: sum(data)}, Name: FlatName(m, sumsName), data: data}
	return slices.Insert(all, len(all)-len(own), sums), nil
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
			if want != hash {
				return false, nil
			}
			delete(own, name)
			continue
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
	return len(own) == 0, nil
}
