package backup

import (
	"archive/tar"
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"filippo.io/age"
	"github.com/klauspost/compress/zstd"

	"flussi/internal/flusso"
	"flussi/internal/spool"
)

// Policy of this file: an archive may come from anybody. It is read as a stream in
// bounded memory, whatever it says of itself, and nothing of it is believed before its
// end: a manifest that names every member with size and hash, and nothing behind it.

const (
	maxManifest = 64 << 20
	maxMembers  = 1_000_000
	maxWindow   = 64 << 20
	// What an archive may grow to: our own shrinks to a tenth, tables of zeros to a
	// thousandth.
	growth     = 2000
	growthFree = 64 << 20
)

var (
	sealedMagic = []byte("age-encryption.org/v1\n")
	packedMagic = []byte{0x28, 0xb5, 0x2f, 0xfd}
)

// Options of reading an archive.
type Options struct {
	Identities []age.Identity
	// Progress is told how many bytes of the archive were read; nil: nobody looks.
	Progress func(done int64)
}

// Verify reads an archive to its end and gives its manifest. Kind Corrupt when it is
// not what was written; Invalid when it is no archive; Config when no identity opens it.
func Verify(ctx context.Context, path string, o Options) (_ *Manifest, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, cannotRead(err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	return read(ctx, f, o, func(string, int64, io.Reader) error { return nil })
}

// read calls member with each file but the manifest; what it does not read is read
// here.
func read(ctx context.Context, r io.Reader, o Options, member func(name string, size int64, r io.Reader) error) (*Manifest, error) {
	counted := &counting{ctx: ctx, r: r, tell: o.Progress}
	plain, done, err := unpack(counted, o.Identities)
	if err != nil {
		return nil, err
	}
	defer done()
	grown := &bounded{r: plain, packed: counted}
	files := tar.NewReader(grown)
	seen, taken := names{}, []Member{}
	for {
		h, err := files.Next()
		if err != nil {
			return nil, counted.explain(err) // the manifest would have been the last
		}
		if h.Typeflag != tar.TypeReg || h.Size < 0 || len(taken) > maxMembers || strange(h.PAXRecords) {
			return nil, corrupt(fmt.Errorf("member %d is no file", len(taken)))
		}
		if h.Name == manifestName {
			m, err := manifest(files, h.Size, taken)
			if err == nil {
				err = end(files, grown)
			}
			return m, counted.explain(err)
		}
		if err := seen.take(h.Name); err != nil {
			return nil, corrupt(fmt.Errorf("the name of member %d: %w", len(taken), err))
		}
		hash := sha256.New()
		each := io.TeeReader(files, hash)
		if err := member(h.Name, h.Size, each); err != nil {
			return nil, counted.explain(err)
		}
		if _, err := io.Copy(io.Discard, each); err != nil {
			return nil, counted.explain(err)
		}
		taken = append(taken, Member{h.Name, h.Size, spool.Sum(hash.Sum(nil))})
	}
}

// strange tells that a header says more than ours do: a file with holes, say, is small
// in the archive and without end on the disk.
func strange(records map[string]string) bool {
	for key := range records {
		if key != "path" && key != "size" && key != "mtime" {
			return true
		}
	}
	return false
}

// unpack finds out how an archive is packed and opens it.
func unpack(r io.Reader, identities []age.Identity) (plain io.Reader, done func(), err error) {
	in := bufio.NewReaderSize(r, 256<<10)
	head, err := in.Peek(len(sealedMagic))
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, nil, cannotRead(err)
	}
	var packed io.Reader = in
	switch {
	case bytes.Equal(head, sealedMagic):
		if len(identities) == 0 {
			return nil, nil, &flusso.Error{Op: "read backup", Kind: flusso.Config, What: textSealed, Hint: hintSealed}
		}
		if packed, err = age.Decrypt(in, identities...); err != nil {
			var none *age.NoIdentityMatchError
			if errors.As(err, &none) {
				return nil, nil, &flusso.Error{Op: "read backup", Kind: flusso.Config, What: textOtherKey, Hint: hintOtherKey}
			}
			return nil, nil, corrupt(err)
		}
	case !bytes.HasPrefix(head, packedMagic):
		return nil, nil, &flusso.Error{Op: "read backup", Kind: flusso.Invalid, What: textNotABackup, Hint: hintNotABackup}
	}
	z, err := zstd.NewReader(packed, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(maxWindow))
	if err != nil {
		return nil, nil, corrupt(err)
	}
	return z, z.Close, nil
}

// manifest reads the last member and holds what came before against it.
func manifest(r io.Reader, size int64, taken []Member) (*Manifest, error) {
	if size > maxManifest {
		return nil, corrupt(errors.New("the manifest is too long"))
	}
	text := make([]byte, size)
	if _, err := io.ReadFull(r, text); err != nil {
		return nil, err
	}
	var m Manifest
	if err := json.Unmarshal(text, &m); err != nil {
		return nil, corrupt(errors.New("the manifest is not readable"))
	}
	if m.Format != Format {
		return nil, &flusso.Error{Op: "read backup", Kind: flusso.Invalid, What: textOtherFormat, Hint: hintOtherFormat}
	}
	if len(m.Files) != len(taken) {
		return nil, corrupt(fmt.Errorf("%d files, and %d in the manifest", len(taken), len(m.Files)))
	}
	for i, f := range m.Files {
		if f != taken[i] {
			return nil, corrupt(fmt.Errorf("member %d is not the one of the manifest", i))
		}
	}
	return &m, nil
}

// end wants nothing more behind the manifest, in any layer.
func end(files *tar.Reader, plain io.Reader) error {
	if _, err := files.Next(); !errors.Is(err, io.EOF) {
		return corrupt(errors.New("something follows on the manifest"))
	}
	// The tar's own padding is zeros; zstd and age say whether they are whole.
	rest := make([]byte, 64<<10)
	for total := 0; ; {
		n, err := plain.Read(rest)
		total += n
		if total > 64<<10 || bytes.ContainsFunc(rest[:n], func(r rune) bool { return r != 0 }) {
			return corrupt(errors.New("something follows on the archive"))
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// counting counts what was read of the archive, and remembers that the disk failed,
// which is not the same as bytes that are wrong.
type counting struct {
	ctx  context.Context
	r    io.Reader
	n    int64
	err  error
	tell func(int64)
}

func (c *counting) Read(p []byte) (n int, err error) {
	if err := context.Cause(c.ctx); err != nil {
		c.err = err
		return 0, err
	}
	n, err = c.r.Read(p)
	c.n += int64(n)
	if err != nil && !errors.Is(err, io.EOF) {
		c.err = err
	}
	if c.tell != nil {
		c.tell(c.n)
	}
	return n, err
}

// explain says what stopped the reading of an archive.
func (c *counting) explain(err error) error {
	var known *flusso.Error
	switch {
	case err == nil:
		return nil
	case c.err != nil:
		return cannotRead(c.err)
	case errors.As(err, &known):
		return err
	}
	return corrupt(err)
}

// bounded stops what grows without end.
type bounded struct {
	r      io.Reader
	packed *counting
	n      int64
}

func (b *bounded) Read(p []byte) (int, error) {
	n, err := b.r.Read(p)
	b.n += int64(n)
	if b.n > growthFree+growth*b.packed.n {
		return 0, corrupt(errors.New("it grows without end"))
	}
	return n, err
}

func corrupt(err error) error {
	return &flusso.Error{Op: "read backup", Kind: flusso.Corrupt, What: textCorrupt, Hint: hintCorrupt, Err: err}
}

func cannotRead(err error) error {
	var known *flusso.Error
	if errors.As(err, &known) || errors.Is(err, context.Canceled) {
		return err
	}
	return &flusso.Error{Op: "read backup", Kind: flusso.Transient, What: textCannotRead, Hint: hintCannotRead, Err: err}
}
