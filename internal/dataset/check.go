package dataset

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"maps"
	"reflect"
	"slices"

	"flussi/internal/flusso"
	"flussi/internal/spool"
)

// Checked is what Check found in a release.
type Checked struct {
	Release    string             `json:"release"`
	Recipient  string             `json:"recipient"`
	Dataset    string             `json:"dataset"`
	Level      string             `json:"level"`
	K          int                `json:"k,omitempty"`
	Rows       int64              `json:"rows"` // counted in the files
	Files      int                `json:"files"`
	Increments []CheckedIncrement `json:"increments"`
	// Persons is of rows that carry codes of persons, over all increments.
	Persons  *CheckedPersons `json:"persons,omitempty"`
	SignedBy PublicKey       `json:"signed_by"`
	// Known is whether the key is the one that the caller trusts.
	Known    bool      `json:"known_key"`
	Findings []Finding `json:"-"`
}

// CheckedIncrement is what the rows of one increment say of themselves.
type CheckedIncrement struct {
	Release string `json:"release"`
	Published
}

// Check holds a release against itself, from its files alone: the manifest's
// signature and every file's hash, likewise of what lies beside it in the dataset's
// folder, the disclosure report's signature, the books as far as they are published,
// and, recomputed from the rows, classes, unanimous sensitive values, cells and, where
// codes tell persons apart, what each published over all increments. dir is a dataset's
// folder, of which the live release is checked, or a release's, under whatever name, or
// one into which an endpoint got the files flat. trusted is the key known to be the
// house's, or empty.
//
// Everything that is wrong is in Findings; an error is for a folder without a
// release and for a disk that does not answer. A release without findings is
// whole and k-anonymous as published; that its rows are true, and safe together
// with other releases, no file can show.
//
// The classes of an increment, or of several small ones, are held in memory, some
// 60 bytes each.
func Check(ctx context.Context, fsys spool.FS, dir string, trusted PublicKey) (*Checked, error) {
	c := &checker{fs: fsys, found: &Checked{}, histories: &histories{}}
	ok, err := c.open(dir)
	if err != nil || !ok {
		return c.found, err
	}
	m := c.m
	f := c.found
	f.Release, f.Recipient, f.Dataset, f.Level, f.K, f.SignedBy = m.Release, m.Recipient, m.Dataset, m.Level, m.K, m.SignedBy
	if f.Known = trusted != "" && trusted == m.SignedBy; trusted != "" && !f.Known {
		c.tell(finding(textOtherKey, hintOtherKey))
	}
	c.checkManifest()
	if err := c.checkFiles(ctx); err != nil {
		return f, err
	}
	report := c.checkReport()
	for at := 0; at < len(m.Increments); {
		n := together(m.Increments[at:])
		if err := c.checkIncrements(ctx, m.Increments[at:at+n], report); err != nil {
			return f, err
		}
		at += n
	}
	if len(c.histories.of) > 0 {
		persons, found := c.histories.findings(m.K)
		f.Persons, f.Findings = &persons, append(f.Findings, found...)
	}
	if report != nil && !reflect.DeepEqual(report.Persons, f.Persons) && len(c.spoiled) == 0 {
		c.tell(finding(textReportNumbers, hintUnsafe).at(proofJSON))
	}
	return f, nil
}

// checker is one check under way.
type checker struct {
	fs        spool.FS
	place     place
	home      string // the dataset's folder, where the release was found by it
	delivered bool   // the list of hashes is a delivery's, and says what is there
	m         *Manifest
	manifest  []byte
	found     *Checked
	spoiled   map[string]bool // files that are not what they should be
	// histories of the persons whom a column tells apart
	histories *histories
}

func (c *checker) tell(f Finding) { c.found.Findings = append(c.found.Findings, f) }

// checkManifest holds the manifest against its signature.
func (c *checker) checkManifest() {
	signature, err := readFile(c.fs, c.place.of(manifestSig))
	switch {
	case err != nil:
		c.tell(finding(textNoSignature, hintAltered).at(manifestSig))
	case !c.m.SignedBy.verifies(c.manifest, signature):
		c.tell(finding(textManifestAltered, hintAltered).at(manifestName))
	}
}

// checkFiles holds every file against the manifest.
func (c *checker) checkFiles(ctx context.Context) error {
	present, err := c.place.list(c.fs)
	if err != nil {
		return fail("check", c.m.Release, err)
	}
	c.spoiled = map[string]bool{}
	for _, f := range c.m.Files {
		if err := ctx.Err(); err != nil {
			return context.Cause(ctx)
		}
		c.found.Files++
		name := c.place.name(f.Path)
		if c.delivered && f.Path == packageName {
			continue // judged by the list
		}
		if !present[name] {
			c.spoiled[f.Path] = true
			c.tell(finding(textMissing, hintAltered).at(f.Path))
			continue
		}
		delete(present, name)
		size, hash, err := hashFile(c.fs, c.place.of(f.Path))
		if err != nil {
			return fail("check", c.m.Release, err)
		}
		if size == f.Bytes && hash == f.SHA256 {
			continue
		}
		if f.Path == sumsName && c.place.prefix != "" {
			if c.delivered, err = c.checkDelivered(present); err != nil {
				return err
			}
			if c.delivered {
				continue
			}
		}
		c.spoiled[f.Path] = true
		what := textFileAltered
		switch {
		case f.isPart():
			what = textPartAltered
		case f.Path == proofJSON:
			what = textReportAltered
		}
		c.tell(finding(what, hintAltered).at(f.Path))
	}
	if c.home != "" {
		if err := c.checkBeside(); err != nil {
			return err
		}
	}
	delete(present, c.place.name(manifestName))
	delete(present, c.place.name(manifestSig))
	for _, name := range slices.Sorted(maps.Keys(present)) {
		c.tell(finding(textExtra, hintExtra).at(name))
	}
	return nil
}

// checkReport holds the disclosure report against its signature and the
// manifest; nil where there is none to compare with.
func (c *checker) checkReport() *Proof {
	data, err := readFile(c.fs, c.place.of(proofJSON))
	if err != nil {
		if !c.spoiled[proofJSON] { // not even listed
			c.tell(finding(textNoReport, hintAltered).at(proofJSON))
		}
		return nil
	}
	signature, err := readFile(c.fs, c.place.of(proofSigned))
	if err != nil || !c.m.SignedBy.verifies(data, signature) {
		c.tell(finding(textReportUnsigned, hintAltered).at(proofJSON))
		return nil
	}
	var p Proof
	if err := json.Unmarshal(data, &p); err != nil || p.Format != proofFormat {
		c.tell(finding(textReportUnsigned, hintAltered).at(proofJSON))
		return nil
	}
	if p.Release != c.m.Release || p.Recipient.Name != c.m.Recipient || p.Dataset != c.m.Dataset || p.Level != c.m.Level || p.K != c.m.K || !slices.EqualFunc(p.Parts, c.m.parts(), File.equal) {
		c.tell(finding(textReportOther, hintAltered).at(proofJSON))
		return nil
	}
	return &p
}

// open finds the release in dir and reads its manifest; ok is false where
// there is one that cannot be read, which is a finding.
func (c *checker) open(dir string) (ok bool, err error) {
	wanted := ""
	if c.place, wanted, err = findPlace(c.fs, dir); err != nil {
		return false, err
	}
	if c.manifest, err = readFile(c.fs, c.place.of(manifestName)); err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			c.tell(finding(textMissing, hintAltered).at(manifestName))
			return false, nil
		}
		return false, fail("check", "", err)
	}
	if wanted != "" && c.place.prefix == "" {
		c.home = dir
	}
	if wanted != "" && sum(c.manifest) != wanted {
		c.tell(finding(textNotCurrent, hintAltered).at(manifestName))
	}
	m := &Manifest{Dir: c.place.dir, SHA256: sum(c.manifest)}
	if err = json.Unmarshal(c.manifest, m); err == nil {
		err = m.check(m.Release)
	}
	if err != nil {
		c.tell(finding(textManifestBroken, hintAltered).at(manifestName))
		return false, nil
	}
	c.m = m
	return true, nil
}

// Err is the first finding as an error; nil without any.
func (c *Checked) Err() error {
	if len(c.Findings) == 0 {
		return nil
	}
	return &flusso.Error{Op: "check", ID: c.Release, Kind: flusso.Corrupt, What: c.Findings[0].What, Hint: c.Findings[0].Hint}
}
