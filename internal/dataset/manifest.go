package dataset

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"flussi/internal/anonymize"
	"flussi/internal/flusso"
	"flussi/internal/spool"
	"flussi/internal/table"
)

const (
	manifestFormat = "flussi-release/2"
	currentFormat  = "flussi-current/1"
	manifestName   = "manifest.json"
	currentName    = "current.json"
	releasesName   = "releases"
	// manifestLimit bounds what is read of a manifest, in bytes.
	manifestLimit = 64 << 20
)

// Manifest says what a release is and which files it consists of. It holds
// nothing of the inputs.
type Manifest struct {
	Format    string `json:"format"`
	Recipient string `json:"recipient"`
	Dataset   string `json:"dataset"`
	Level     string `json:"level"`
	Tipo      string `json:"tipo"`
	Release   string `json:"release"`
	// Number is one more than that of any release which stood beside this one when
	// it was made: it tells their order, whatever the clock said.
	Number int64 `json:"number"`
	// Previous is the release this one grew from; empty for the first.
	Previous  string `json:"previous,omitempty"`
	Agreement string `json:"agreement,omitempty"`
	Matrix    string `json:"matrix"`
	K         int    `json:"k,omitempty"`
	Purpose   string `json:"purpose,omitempty"`
	// Notes are what a reader has to know, such as which dataset to cite.
	Notes   []text             `json:"notes,omitempty"`
	Rows    int64              `json:"rows"`
	Columns []table.ColumnInfo `json:"columns"`
	// Cubes are the tables of a dataset at level aggregato, those of all increments.
	Cubes []anonymize.Cube `json:"cubes,omitempty"`
	// Increments, oldest first; the last is this release's own, unless it added
	// no row.
	Increments []Increment `json:"increments"`
	// SignedBy is the key of the house that made the release.
	SignedBy PublicKey `json:"signed_by"`
	// Files are all files of the release but the manifest and its signature,
	// by path.
	Files []File `json:"files"`

	// Dir is the release's folder and SHA256 the manifest file's hash; they
	// are known once the manifest was read.
	Dir    string `json:"-"`
	SHA256 string `json:"-"`
}

// Increment is what one run added. Rows are those of them that the release still
// has; what was taken out since, because its records were withdrawn, and records
// kept back are rounded up to multiples of Rounding. Of tables it does not say how many are
// in suppressed cells: that is one more total of them, and together with the
// totals published even a rounded one can give a cell away.
type Increment struct {
	Release          string `json:"release"`
	Period           string `json:"period,omitempty"`
	Rows             int64  `json:"rows"`
	Rounding         int    `json:"rounding"`
	WithdrawnAtMost  int64  `json:"withdrawn_at_most,omitempty"`
	SuppressedAtMost *int64 `json:"suppressed_at_most,omitempty"`
	OutsideAtMost    int64  `json:"outside_at_most"`
	RejectedAtMost   int64  `json:"rejected_at_most"`
	// Faults are the rules that records were rejected by.
	Faults []RuleFaults `json:"faults,omitempty"`
}

// File is one file of a release. Path is relative to the release's folder,
// with slashes. Rows and Increments are those of a part; other files have none.
type File struct {
	Path   string `json:"path"`
	Bytes  int64  `json:"bytes"`
	SHA256 string `json:"sha256"`
	Rows   int64  `json:"rows,omitempty"`
	// Increments are those whose rows it has, in their order.
	Increments []Share `json:"increments,omitempty"`
}

// Share is how many rows of a part came with one release.
type Share struct {
	Release string `json:"release"`
	Rows    int64  `json:"rows"`
}

// of is how many rows of a part came with a release.
func (f *File) of(release string) int64 {
	for _, s := range f.Increments {
		if s.Release == release {
			return s.Rows
		}
	}
	return 0
}

func (f File) equal(o File) bool {
	return f.Path == o.Path && f.Bytes == o.Bytes && f.SHA256 == o.SHA256 && f.Rows == o.Rows && slices.Equal(f.Increments, o.Increments)
}

// current is what current.json says. Path and Manifest are relative to it.
type current struct {
	Format         string `json:"format"`
	Release        string `json:"release"`
	Path           string `json:"path"`
	Manifest       string `json:"manifest"`
	ManifestSHA256 string `json:"manifest_sha256"`
	Rows           int64  `json:"rows"`
}

// Live gives the manifest of the release that current.json names; nil, and no
// error, where nothing was published yet. Only the manifest is checked; Verify
// checks the files.
func Live(fsys spool.FS, root, recipient, dataset string) (*Manifest, error) {
	if err := checkNames("live release", recipient, dataset); err != nil {
		return nil, err
	}
	dir := filepath.Join(root, recipient, dataset)
	c, err := readCurrent(fsys, dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	m, err := readManifest(fsys, filepath.Join(dir, releasesName, c.Release))
	if err != nil {
		return nil, err
	}
	if m.SHA256 != c.ManifestSHA256 || m.Recipient != recipient || m.Dataset != dataset {
		return nil, refuse("read live release", c.Release, flusso.Corrupt, textSpoiled, hintSpoiled, errors.New("the manifest is not the one that was published"))
	}
	return m, nil
}

// readCurrent reads current.json in a dataset's folder; fs.ErrNotExist is in the
// chain where there is none.
func readCurrent(fsys spool.FS, dir string) (c current, err error) {
	const op = "read live release"
	data, err := readFile(fsys, filepath.Join(dir, currentName))
	if err != nil {
		return c, fail(op, filepath.Base(dir), err)
	}
	if err := json.Unmarshal(data, &c); err != nil || c.Format != currentFormat || !validName(c.Release) {
		return c, refuse(op, filepath.Base(dir), flusso.Corrupt, textSpoiled, hintSpoiled, errors.Join(errors.New(currentName), err))
	}
	return c, nil
}

// readManifest reads and checks the manifest in dir.
func readManifest(fsys spool.FS, dir string) (*Manifest, error) {
	name := filepath.Base(dir)
	data, err := readFile(fsys, filepath.Join(dir, manifestName))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, refuse("read release", name, flusso.Corrupt, textSpoiled, hintSpoiled, err)
	}
	if err != nil {
		return nil, fail("read release", name, err)
	}
	m := &Manifest{Dir: dir, SHA256: sum(data)}
	err = json.Unmarshal(data, m)
	if err == nil {
		err = m.check(name)
	}
	if err != nil {
		return nil, refuse("read release", name, flusso.Corrupt, textSpoiled, hintSpoiled, fmt.Errorf("%s: %w", manifestName, err))
	}
	return m, nil
}

// check finds what a manifest cannot say of the release called name.
func (m *Manifest) check(name string) error {
	if m.Format != manifestFormat {
		return fmt.Errorf("its format is not %s", manifestFormat)
	}
	if m.Release != name || !validName(m.Release) || !validName(m.Recipient) || !validName(m.Dataset) {
		return errors.New("another release, or a name that is none")
	}
	left, rows := map[string]int64{}, m.Rows // of what is said, not yet found in a part
	for _, n := range m.Increments {
		if _, twice := left[n.Release]; twice || n.Rows < 0 {
			return fmt.Errorf("increment %s: twice, or fewer rows than none", n.Release)
		}
		left[n.Release] = n.Rows
	}
	for i, f := range m.Files {
		if !validPath(f.Path) || f.Path == manifestName || f.Path == manifestSig {
			return fmt.Errorf("file %d: a path that leaves the release", i)
		}
		if i > 0 && m.Files[i-1].Path >= f.Path {
			return fmt.Errorf("file %d: out of order", i)
		}
		rows -= f.Rows
		shared := f.Rows
		for _, s := range f.Increments {
			if _, known := left[s.Release]; !known || s.Rows <= 0 {
				return fmt.Errorf("file %d: rows of no increment", i)
			}
			left[s.Release] -= s.Rows
			shared -= s.Rows
		}
		if shared != 0 {
			return fmt.Errorf("file %d: %d rows that no increment has", i, shared)
		}
	}
	for release, n := range left {
		if n != 0 {
			return fmt.Errorf("increment %s: %d rows that no file has", release, n)
		}
	}
	if rows != 0 {
		return fmt.Errorf("%d rows that no file has", rows)
	}
	return nil
}

// Told are the notes that the release was made with.
func (m *Manifest) Told() (notes []flusso.Text) {
	for _, n := range m.Notes {
		notes = append(notes, flusso.Text(n))
	}
	return notes
}

// Own are the two files that a manifest cannot list: its signature and itself,
// in the order in which they are to be sent.
func (m *Manifest) Own(fsys spool.FS) (files []File, err error) {
	for _, name := range []string{manifestSig, manifestName} {
		size, hash, err := hashFile(fsys, filepath.Join(m.Dir, name))
		if err != nil {
			return nil, fail("read release", m.Release, err)
		}
		files = append(files, File{Path: name, Bytes: size, SHA256: hash})
	}
	return files, nil
}

// isPart tells whether a file holds rows.
func (f *File) isPart() bool { return len(f.Increments) > 0 }

// parts are the files that hold rows.
func (m *Manifest) parts() []File {
	var parts []File
	for _, f := range m.Files {
		if f.isPart() {
			parts = append(parts, f)
		}
	}
	return parts
}

// validName tells whether s may be a folder: [a-z0-9-]+, not too long for any
// file system, and no name that Windows keeps for itself.
func validName(s string) bool {
	if s == "" || len(s) > 100 {
		return false
	}
	for _, r := range s {
		if (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '-' {
			return false
		}
	}
	switch s {
	case "con", "prn", "aux", "nul":
		return false
	}
	return len(s) != 4 || s[3] < '0' || s[3] > '9' || s[:3] != "com" && s[:3] != "lpt"
}

func checkNames(op string, names ...string) error {
	for _, n := range names {
		if !validName(n) {
			return refuse(op, "", flusso.Config, textName, hintName, nil)
		}
	}
	return nil
}

// validPath tells whether p stays inside a release, whatever the host.
func validPath(p string) bool {
	return p != "" && path.Clean(p) == p && !path.IsAbs(p) && p != ".." && !strings.HasPrefix(p, "../") && !strings.ContainsAny(p, `\:`)
}

func readFile(fsys spool.FS, path string) (data []byte, err error) {
	f, err := fsys.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	data, err = io.ReadAll(io.LimitReader(f, manifestLimit+1))
	if err == nil && len(data) > manifestLimit {
		err = fmt.Errorf("%s is larger than any of ours", filepath.Base(path))
	}
	return data, err
}

func sum(data []byte) string {
	h := sha256.Sum256(data)
	return hex.EncodeToString(h[:])
}

// indented is the JSON of every file here: stable, readable, ending in a
// newline, and without the escapes that HTML needs.
func indented(v any) ([]byte, error) {
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(v); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}
