package backup

import (
	"archive/tar"
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"
	"time"

	"filippo.io/age"
	"github.com/klauspost/compress/zstd"

	"flussi/internal/flusso"
	"flussi/internal/spool"
)

// Format is what a manifest calls itself. Another one is refused.
const Format = "flussi backup 1"

const manifestName = "manifest.json"

// The parts of an archive.
const (
	partState    = "state"
	partConfig   = "config"
	partDatasets = "datasets"
)

// Parts are those of an archive, in the order in which people read of them.
var Parts = []string{partState, partConfig, partDatasets}

// Manifest tells what an archive holds.
type Manifest struct {
	Format  string    `json:"format"`
	MadeAt  time.Time `json:"made_at"`
	Flussi  string    `json:"flussi"` // version of the program
	Ente    string    `json:"ente"`
	State   string    `json:"state"`  // where these folders were
	Config  string    `json:"config"` // the configuration file, as a member
	Entries int64     `json:"entries"`
	Root    spool.Sum `json:"root"` // of the audit log, which has so many entries
	// Checkpoint is the newest note that was signed of the log.
	Checkpoint    string `json:"checkpoint,omitempty"`
	LedgerVersion int    `json:"ledger_version"`
	Keys          bool   `json:"keys"`
	Datasets      bool   `json:"datasets"`
	// Missing is how many arrivals the ledger counts on and the spool had not.
	Missing int      `json:"missing,omitempty"`
	Files   []Member `json:"files"`
}

// Member is a file of an archive, without its part's manifest.
type Member struct {
	Name   string    `json:"name"`
	Size   int64     `json:"size"`
	SHA256 spool.Sum `json:"sha256"`
}

// Bytes is how much the files hold.
func (m *Manifest) Bytes() (n int64) {
	for _, f := range m.Files {
		n += f.Size
	}
	return n
}

// Part counts the files of one part, and their bytes.
func (m *Manifest) Part(part string) (files int, size int64) {
	for _, f := range m.Files {
		if strings.HasPrefix(f.Name, part+"/") {
			files, size = files+1, size+f.Size
		}
	}
	return files, size
}

// writer makes an archive.
type writer struct {
	manifest Manifest
	names    names
	tar      *tar.Writer
	close    []io.Closer // from the outside in
	buf      []byte
}

// newWriter seals for recipients; without any it does not.
func newWriter(w io.Writer, recipients []age.Recipient, m Manifest) (*writer, error) {
	m.Format = Format
	out := &writer{manifest: m, names: names{}, buf: make([]byte, 256<<10)}
	if len(recipients) > 0 {
		sealed, err := age.Encrypt(w, recipients...)
		if err != nil {
			return nil, fmt.Errorf("seal: %w", err)
		}
		out.close, w = append(out.close, sealed), sealed
	}
	packed, err := zstd.NewWriter(w, zstd.WithEncoderConcurrency(1), zstd.WithEncoderCRC(true))
	if err != nil {
		return nil, err
	}
	out.close = append(out.close, packed)
	out.tar = tar.NewWriter(packed)
	return out, nil
}

// add writes a member: exactly size bytes of r.
func (w *writer) add(name string, size int64, r io.Reader) error {
	if err := w.names.take(name); err != nil {
		return err
	}
	if err := w.header(name, size); err != nil {
		return err
	}
	hash := sha256.New()
	n, err := io.CopyBuffer(onlyWriter{io.MultiWriter(w.tar, hash)}, io.LimitReader(r, size), w.buf)
	if err == nil && n != size {
		err = changed(fs.ErrInvalid)
	}
	if err != nil {
		return err
	}
	w.manifest.Files = append(w.manifest.Files, Member{name, size, spool.Sum(hash.Sum(nil))})
	return nil
}

// onlyWriter keeps io.CopyBuffer to its buffer.
type onlyWriter struct{ io.Writer }

func (w *writer) header(name string, size int64) error {
	return w.tar.WriteHeader(&tar.Header{
		Typeflag: tar.TypeReg, Name: name, Size: size, Mode: int64(spool.FilePerm), ModTime: w.manifest.MadeAt.Truncate(time.Second), Format: tar.FormatPAX,
	})
}

// finish writes the manifest and closes the archive.
func (w *writer) finish() (*Manifest, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", " ")
	if err := enc.Encode(w.manifest); err != nil {
		return nil, err
	}
	if b.Len() > maxManifest {
		return nil, &flusso.Error{Op: "backup", Kind: flusso.Invalid, What: textTooMany, Hint: hintTooMany}
	}
	if err := w.header(manifestName, int64(b.Len())); err != nil {
		return nil, err
	}
	if _, err := w.tar.Write(b.Bytes()); err != nil {
		return nil, err
	}
	errs := []error{w.tar.Close()}
	for i := len(w.close) - 1; i >= 0; i-- {
		errs = append(errs, w.close[i].Close())
	}
	return &w.manifest, errors.Join(errs...)
}

// names are those of the members so far, as every system takes them: what differs in
// case alone is one file on some.
type names map[string]bool

// take refuses a name that leads out, that some system could not make, or that was
// there before.
func (n names) take(name string) error {
	part, rest, _ := strings.Cut(name, "/")
	switch {
	case !fs.ValidPath(name), len(name) > 1024, strings.ContainsFunc(name, odd), rest == "",
		part != partState && part != partConfig && part != partDatasets:
		return badName()
	}
	for piece := range strings.SplitSeq(name, "/") {
		if len(piece) > 255 || strings.HasSuffix(piece, ".") || strings.HasSuffix(piece, " ") {
			return badName()
		}
	}
	folded := strings.ToLower(name)
	if n[folded] {
		return badName()
	}
	n[folded] = true
	return nil
}

// odd runes cannot be in a name everywhere.
func odd(r rune) bool {
	return r < ' ' || r == 0x7f || r == '\ufffd' || strings.ContainsRune(`\:*?"<>|`, r)
}

// badName does not tell the name: it may be anything.
func badName() error {
	return &flusso.Error{Op: "backup", Kind: flusso.Invalid, What: textBadName, Hint: hintBadName}
}

func changed(err error) error {
	return &flusso.Error{Op: "backup", Kind: flusso.Transient, What: textChanged, Hint: hintChanged, Err: err}
}
