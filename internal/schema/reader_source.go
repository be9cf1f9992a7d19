package schema

import (
	"bufio"
	"bytes"
	"io"

	"flussi/internal/flusso"
)

// source gives a flow as XML, whatever it is written in: what its first bytes
// show to be a table is read as rows.
type source struct {
	in     io.Reader
	expect flusso.Tipo
	layout *Layout    // of a table; nil: the names of the fields
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
		in := bufio.NewReaderSize(s.in, sniffed)
		s.in = in
		start, _ := in.Peek(sniffed) // an error comes again when it is read
		if looksLikeRows(start) || s.layout != nil && !looksLikeXML(start) {
			if s.rows, s.err = NewRowReader(in, s.expect, s.layout); s.err == nil {
				s.in, s.rows.restful = s.rows, s.blocks
				s.to.rest = func() bool { return s.rows.resting }
			}
		}
	}
	if s.err != nil {
		return 0, s.err
	}
	return s.in.Read(p)
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
