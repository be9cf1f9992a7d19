// Package container opens what flows come wrapped in: nothing, gzip, zip. It
// decides by the first bytes, never by the name.
//
// It promises bounded memory and a bounded output: an archive that unpacks to
// more than maxRatio times its size is refused as it is read, whatever its
// headers claim; archives inside archives are not opened. It writes nothing,
// so a crash leaves nothing.
package container

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"slices"

	"flussi/internal/flusso"
)

const (
	// maxRatio bounds how far data may unpack. Flows in XML compress 20 to
	// 40 times; gzip can reach 1,029.
	maxRatio = 250
	// freeOutput unpacks whatever the ratio: small files compress oddly.
	freeOutput = 16 << 20
	// maxEntries bounds the files of one zip.
	maxEntries = 10_000
)

// Walk calls visit once for every flow in the file, in the archive's order,
// with its ordinal and its bytes; a workbook is a zip too, which is visited whole
// where workbooks may come. What visit returns ends the walk. Faults of
// the wrapping itself are *flusso.Error of Kind Invalid; they surface through
// the reader when they lie in the data.
func Walk(file io.ReaderAt, size int64, workbooks bool, visit func(ordinal int, flow io.Reader) error) error {
	whole := io.NewSectionReader(file, 0, size)
	magic := make([]byte, 4)
	n, err := io.ReadFull(whole, magic)
	if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
		return fmt.Errorf("read first bytes: %w", err)
	}
	if _, err := whole.Seek(0, io.SeekStart); err != nil {
		return fmt.Errorf("rewind: %w", err)
	}
	switch magic = magic[:n]; {
	case bytes.HasPrefix(magic, []byte{0x1f, 0x8b}):
		unpacked, err := gzip.NewReader(whole)
		if err != nil {
			return damaged(err)
		}
		return visit(0, bound(unpacked, size))
	case bytes.HasPrefix(magic, []byte("PK\x03\x04")), bytes.HasPrefix(magic, []byte("PK\x05\x06")):
		return walkZip(whole, size, workbooks, visit)
	}
	return visit(0, whole)
}

func walkZip(file *io.SectionReader, size int64, workbooks bool, visit func(int, io.Reader) error) error {
	archive, err := zip.NewReader(file, size)
	if err != nil {
		return damaged(err)
	}
	if len(archive.File) > maxEntries {
		return &flusso.Error{Op: "open archive", Kind: flusso.Invalid, What: textTooMany, Hint: hintTooMany}
	}
	if slices.ContainsFunc(archive.File, func(f *zip.File) bool { return workbookParts[f.Name] }) {
		if workbooks {
			return visit(0, file)
		}
		return &flusso.Error{Op: "open archive", Kind: flusso.Invalid, What: textWorkbook, Hint: hintWorkbook}
	}
	ordinal := 0
	for _, entry := range archive.File {
		if entry.FileInfo().IsDir() {
			continue
		}
		if err := visitEntry(entry, ordinal, visit); err != nil {
			return err
		}
		ordinal++
	}
	if ordinal == 0 {
		return &flusso.Error{Op: "open archive", Kind: flusso.Invalid, What: textNoFlow, Hint: hintNoFlow}
	}
	return nil
}

// workbookParts tell a workbook from an archive of flows: of Office, and of
// LibreOffice, which whoever reads workbooks has words for.
var workbookParts = map[string]bool{"[Content_Types].xml": true, "META-INF/manifest.xml": true}

func visitEntry(entry *zip.File, ordinal int, visit func(int, io.Reader) error) error {
	const encrypted = 1 // general purpose bit 0
	if entry.Flags&encrypted != 0 {
		return &flusso.Error{Op: "open archive", Kind: flusso.Invalid, What: textEncrypted, Hint: hintEncrypted}
	}
	unpacked, err := entry.Open()
	if err != nil {
		return damaged(err)
	}
	defer func() { _ = unpacked.Close() }() // it reads: its error was told by Read
	return visit(ordinal, bound(unpacked, int64(entry.CompressedSize64)))
}

func damaged(err error) error {
	return &flusso.Error{Op: "open archive", Kind: flusso.Invalid, What: textDamaged, Hint: hintDamaged, Err: err}
}

// bound gives a reader that refuses to unpack more than the ratio allows and
// names a damaged archive as such.
func bound(unpacked io.Reader, packed int64) io.Reader {
	return &bounded{r: unpacked, left: max(freeOutput, packed*maxRatio)}
}

type bounded struct {
	r    io.Reader
	left int64
}

func (b *bounded) Read(p []byte) (int, error) {
	n, err := b.r.Read(p)
	b.left -= int64(n)
	if b.left < 0 {
		return 0, &flusso.Error{Op: "unpack", Kind: flusso.Invalid, What: textRatio, Hint: hintRatio}
	}
	if err != nil && !errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return n, damaged(err)
	}
	return n, err
}
