package table

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"

	"flussi/internal/flusso"
)

// Workbook is a spreadsheet's file that is read (ECMA-376, transitional and
// strict, as Excel, LibreOffice, Google and libraries write it). Nothing of it is
// ever run: macros and formulas are passed over, of a formula the value that was
// kept with it is taken.
//
// What it unpacks to is bounded, part by part. It holds the texts that cells
// share (192 MiB at most; more are refused) and otherwise one row.
//
// Errors are *flusso.Error of Kind Invalid; they name sheet and cell and no value.
type Workbook struct {
	Sheets []SheetInfo // in the order of their tabs
	Macros bool        // it has some, which nobody runs

	parts   map[string]*zip.File
	formats []CellFormat
	strings string // the part; read when the first rows are
	shared  *sharedStrings
	epoch   int64 // day 0 of its calendar, since 1970-01-01
}

// SheetInfo is one sheet.
type SheetInfo struct {
	Name   string
	Hidden bool
	part   string
}

const (
	maxWorkbookParts  = 10_000
	maxWorkbookSheets = 1_000
	// A sheet of cells that repeat packs well; nothing honest packs better.
	maxPartRatio = 250
	freePart     = 16 << 20
)

// OpenWorkbook reads what a workbook says of itself: its sheets, the formats of
// its cells.
func OpenWorkbook(src io.ReaderAt, size int64) (*Workbook, error) {
	head := make([]byte, 8)
	if n, err := src.ReadAt(head, 0); err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("read workbook: %w", err)
	} else if bytes.Equal(head[:n], oldOffice) {
		return nil, oldWorkbook(src, size)
	}
	archive, err := zip.NewReader(src, size)
	if err != nil {
		return nil, workbookInvalid(textXLSXDamaged, hintXLSXDamaged, err)
	}
	if len(archive.File) > maxWorkbookParts {
		return nil, workbookInvalid(textXLSXParts, hintXLSXDamaged, nil)
	}
	w := &Workbook{parts: map[string]*zip.File{}, epoch: -sheetEpoch}
	for _, f := range archive.File {
		name := partName(f.Name)
		if w.parts[name] != nil {
			return nil, workbookInvalid(textXLSXDamaged, hintXLSXDamaged, errors.New("a part twice"))
		}
		w.parts[name] = f
		w.Macros = w.Macros || strings.HasSuffix(name, "vbaproject.bin")
	}
	if err := w.open(); err != nil {
		return nil, err
	}
	return w, nil
}

// partName is how a part is looked up: some programs write \ for /, or other case.
func partName(name string) string {
	return strings.ToLower(strings.TrimPrefix(path.Clean("/"+strings.ReplaceAll(name, `\`, "/")), "/"))
}

func (w *Workbook) open() error {
	if w.parts["[content_types].xml"] == nil {
		if w.parts["mimetype"] != nil && w.parts["content.xml"] != nil {
			return workbookInvalid(textXLSXODS, hintXLSXSaveAs, nil)
		}
		return workbookInvalid(textXLSXNone, hintXLSXSaveAs, nil)
	}
	links, err := w.links("_rels/.rels")
	if err != nil {
		return err
	}
	book := ""
	for _, l := range links {
		if l.kind == "officeDocument" {
			book = partName(l.target)
		}
	}
	switch {
	case book == "" || w.parts[book] == nil:
		return workbookInvalid(textXLSXNone, hintXLSXSaveAs, errors.New("no part of a workbook"))
	case strings.HasSuffix(book, ".bin"):
		return workbookInvalid(textXLSXBinary, hintXLSXSaveAs, nil)
	}
	folder, file := path.Split(book)
	if links, err = w.links(folder + "_rels/" + file + ".rels"); err != nil {
		return err
	}
	targets, styles := map[string]string{}, ""
	for _, l := range links {
		target := l.target
		if !strings.HasPrefix(target, "/") {
			target = folder + target
		}
		target = partName(target)
		switch l.kind {
		case "worksheet":
			targets[l.id] = target
		case "styles":
			styles = target
		case "sharedStrings":
			w.strings = target
		}
	}
	if err := w.book(book, targets); err != nil {
		return err
	}
	if w.parts[styles] == nil {
		return nil
	}
	return w.part(styles, func(p *partReader) (err error) {
		w.formats, err = formatsOf(p)
		return err
	})
}

// link is a relation between parts.
type link struct{ id, kind, target string }

// links reads the relations of a part; none where it has none.
func (w *Workbook) links(part string) (links []link, err error) {
	part = strings.ToLower(part)
	if w.parts[part] == nil {
		return nil, nil
	}
	err = w.part(part, func(p *partReader) error {
		for {
			if err := p.next(); err != nil {
				return eofIsEnd(err)
			}
			if string(p.name) == "Relationship" && p.kind != tagClose && p.attr("TargetMode") != "External" && len(links) < maxWorkbookParts {
				kind := p.attr("Type")
				links = append(links, link{p.attr("Id"), kind[strings.LastIndexByte(kind, '/')+1:], p.attr("Target")})
			}
		}
	})
	return links, err
}

// book reads the list of sheets.
func (w *Workbook) book(part string, targets map[string]string) error {
	err := w.part(part, func(p *partReader) error {
		within := false
		for {
			if err := p.next(); err != nil {
				return eofIsEnd(err)
			}
			switch string(p.name) {
			case "workbookPr":
				if v := p.attr("date1904"); v == "1" || v == "true" {
					w.epoch += 1462
				}
			case "sheets":
				within = p.kind == tagOpen
			case "sheet":
				target := targets[p.attr("id")] // of charts there is none
				if !within || p.kind == tagClose || target == "" {
					continue
				}
				if len(w.Sheets) == maxWorkbookSheets {
					return errors.New("too many sheets")
				}
				w.Sheets = append(w.Sheets, SheetInfo{Name: p.attr("name"), Hidden: p.attr("state") == "hidden" || p.attr("state") == "veryHidden", part: target})
			}
		}
	})
	if err == nil && len(w.Sheets) == 0 {
		return workbookInvalid(textXLSXSheets, hintXLSXDamaged, nil)
	}
	return err
}

// part reads a part from its beginning.
func (w *Workbook) part(name string, read func(*partReader) error) error {
	p, closePart, err := w.openPart(name)
	if err != nil {
		return err
	}
	defer closePart()
	return partFault(read(p))
}

func (w *Workbook) openPart(name string) (p *partReader, closePart func(), err error) {
	f := w.parts[name]
	if f == nil {
		return nil, nil, workbookInvalid(textXLSXDamaged, hintXLSXDamaged, errors.New("a part is missing"))
	}
	if f.Flags&1 != 0 {
		return nil, nil, workbookInvalid(textXLSXPassword, hintXLSXPassword, nil)
	}
	r, err := f.Open()
	if err != nil {
		return nil, nil, workbookInvalid(textXLSXDamaged, hintXLSXDamaged, err)
	}
	bounded := &boundedPart{r: r, left: max(freePart, int64(f.CompressedSize64)*maxPartRatio)}
	return newPartReader(bounded), func() { _ = r.Close() }, nil // read only: its error was told by Read
}

// boundedPart refuses to unpack more than the ratio allows.
type boundedPart struct {
	r    io.Reader
	left int64
}

var errPartRatio = errors.New("a part unpacks beyond any plausible size")

func (b *boundedPart) Read(p []byte) (int, error) {
	n, err := b.r.Read(p)
	if b.left -= int64(n); b.left < 0 {
		return 0, errPartRatio
	}
	return n, err
}

// partFault says in words what a part's reading ended with.
func partFault(err error) error {
	var known *flusso.Error
	switch {
	case err == nil || errors.As(err, &known):
		return err
	case errors.Is(err, errPartRatio):
		return workbookInvalid(textXLSXRatio, hintXLSXDamaged, nil)
	case errors.Is(err, errPartDTD):
		return workbookInvalid(textXLSXDTD, hintXLSXDamaged, nil)
	case errors.Is(err, errManyStrings):
		return workbookInvalid(textXLSXStrings, hintXLSXStrings, nil)
	case errors.Is(err, errPartLong):
		return workbookInvalid(textXLSXLong, hintXLSXDamaged, nil)
	}
	return workbookInvalid(textXLSXDamaged, hintXLSXDamaged, err)
}

func workbookInvalid(what, hint flusso.Text, err error) error {
	return &flusso.Error{Op: "read workbook", Kind: flusso.Invalid, What: what, Hint: hint, Err: err}
}

// oldOffice begins the files of Office before 2007, and those with a password.
var oldOffice = []byte{0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1}

// oldWorkbook tells which of the two it is, by the names in its directory.
func oldWorkbook(src io.ReaderAt, size int64) error {
	buf, overlap := make([]byte, 1<<20), 64
	for at := int64(0); at < size; at += int64(len(buf) - overlap) {
		n, err := src.ReadAt(buf, at)
		if bytes.Contains(buf[:n], utf16Name("EncryptedPackage")) {
			return workbookInvalid(textXLSXPassword, hintXLSXPassword, nil)
		}
		if err != nil {
			break
		}
	}
	return workbookInvalid(textXLSXOld, hintXLSXSaveAs, nil)
}

func utf16Name(s string) []byte {
	var wide []byte
	for i := range len(s) {
		wide = append(wide, s[i], 0)
	}
	return wide
}

// LooksLikeWorkbook tells by a file's first bytes what OpenWorkbook can read or
// say why not. Other archives begin so too.
func LooksLikeWorkbook(start []byte) bool {
	return bytes.HasPrefix(start, []byte("PK\x03\x04")) || bytes.HasPrefix(start, oldOffice)
}
