package territory

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"

	"flussi/internal/anonymize"
	"flussi/internal/flusso"
)

// reader reads a CSV file and collects every fault of it, with its line.
type reader struct {
	name   string
	faults anonymize.Faults
	csv    *csv.Reader
	line   int
}

// maxFaults bounds how many lines a wrong file is told of.
const maxFaults = 100

// newReader takes commas or semicolons, whichever the first line with both has
// more of, and UTF-8 or, where the text is none, Windows-1252.
func newReader(name string, data []byte) *reader {
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	if !utf8.Valid(data) {
		data, _ = charmap.Windows1252.NewDecoder().Bytes(data) // decodes any bytes
	}
	comma := ','
	for first := range bytes.Lines(data) {
		if semicolons, commas := bytes.Count(first, []byte(";")), bytes.Count(first, []byte(",")); semicolons > 0 && semicolons >= commas {
			comma = ';'
		}
		if bytes.ContainsAny(first, ",;") {
			break
		}
	}
	in := csv.NewReader(bytes.NewReader(data))
	in.Comma, in.FieldsPerRecord, in.ReuseRecord = comma, -1, true
	return &reader{name: name, csv: in}
}

func (r *reader) fault(line int, what flusso.Text) {
	if len(r.faults) < maxFaults {
		r.faults = append(r.faults, anonymize.Fault{File: r.name, Line: line, Column: 1, What: what})
	}
}

// next is a line's cells, valid until the next; false at the end, and after a line
// that is no CSV.
func (r *reader) next() ([]string, bool) {
	row, err := r.csv.Read()
	var bad *csv.ParseError
	switch {
	case errors.Is(err, io.EOF):
		return nil, false
	case errors.As(err, &bad):
		r.fault(bad.Line, textNotCSV)
		return nil, false
	case err != nil:
		r.fault(r.line+1, textNotCSV)
		return nil, false
	}
	r.line, _ = r.csv.FieldPos(0)
	for i := range row {
		row[i] = strings.TrimSpace(row[i])
	}
	return row, true
}
