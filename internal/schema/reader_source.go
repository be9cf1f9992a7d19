package schema

import (
	"bufio"
	"bytes"
	"io"

	"flussi/internal/flusso"
	"flussi/internal/table"
)

// source gives a flow as XML, whatever it is written in: what its first bytes
// show to be a table is read as rows.
type source struct {
	in     io.Reader
	expect flusso.Tipo
	layout *Layout    // of a table; nil: the names of the fields
	sheet  string     // of a workbook
	table  func()     // told that it is a table
	asked  bool       // or not to be asked
	rows   *RowReader // nil: it is XML, or says itself that it is not
	to     *input     // who reads it
	blocks bool       // others may read on by blocks
	err    error
}

// sniffed is how many bytes tell a table: more than one name of a column has.
const sniffed = 512

func (s *source) Read(p []byte) (int, error) {
	if !s.asked {
		s.asked = true
		whole := s.in
		in := bufio.NewReaderSize(s.in, sniffed)
		s.in = in
		start, _ := in.Peek(sniffed) // an error comes again when it is read
		switch {
		case table.LooksLikeWorkbook(start):
			s.rows, s.err = s.workbook(whole, in)
		case looksLikeOldWorkbook(start) != nil:
			s.err = looksLikeOldWorkbook(start)
		case looksLikeRows(start) || s.layout != nil && !looksLikeXML(start):
			s.rows, s.err = NewRowReader(in, s.expect, s.layout)
		}
		if s.rows != nil && s.err == nil {
			s.in, s.rows.restful = s.rows, s.blocks
			s.to.rest = func() bool { return s.rows.resting }
			s.table()
		}
	}
	if s.err != nil {
		return 0, s.err
	}
	return s.in.Read(p)
}

// workbook reads one.
func (s *source) workbook(whole io.Reader, in *bufio.Reader) (*RowReader, error) {
	file, err := heldWorkbook(whole, in)
	if err != nil {
		return nil, err
	}
	sheet, err := newSheetReader(file, file.Size(), s.expect, s.layout, s.sheet)
	if err != nil {
		return nil, err
	}
	return newSheetRows(sheet)
}

// heldWorkbook gives a workbook whole: what is not at hand so is held.
func heldWorkbook(whole io.Reader, in *bufio.Reader) (sizedReaderAt, error) {
	if file, ok := whole.(sizedReaderAt); ok {
		return file, nil
	}
	held, err := io.ReadAll(io.LimitReader(in, maxHeldWorkbook+1))
	switch {
	case err != nil:
		return nil, err
	case len(held) > maxHeldWorkbook:
		return nil, workbookFault(textWorkbookLarge, hintWorkbookLarge)
	}
	return bytes.NewReader(held), nil
}

// looksLikeOldWorkbook tells what other programs call a workbook: a web page, or
// the XML of Excel 2003; nil: neither.
func looksLikeOldWorkbook(start []byte) error {
	start = bytes.ToLower(start)
	for _, mark := range []string{"<html", "<!doctype html", "<table"} {
		if bytes.HasPrefix(bytes.TrimLeft(bytes.TrimPrefix(start, []byte("\ufeff")), " \t\r\n"), []byte(mark)) {
			return workbookFault(textWorkbookPage, hintWorkbookSaveAs)
		}
	}
	if bytes.Contains(start, []byte(`progid="excel.sheet"`)) || bytes.Contains(start, []byte("urn:schemas-microsoft-com:office:spreadsheet")) {
		return workbookFault(textWorkbook2003, hintWorkbookSaveAs)
	}
	return nil
}

func looksLikeXML(start []byte) bool {
	return bytes.HasPrefix(bytes.TrimLeft(bytes.TrimPrefix(start, []byte("\ufeff")), " \t\r\n"), []byte("<"))
}

// place gives a fault its place in the file.
func (s *source) place(f Fault) Fault {
	if s.rows == nil {
		return f
	}
	return s.rows.Place(f)
}
