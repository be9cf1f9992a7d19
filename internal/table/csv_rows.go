package table

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
)

// RowError is a fault of one row of a CSV file.
type RowError struct {
	Line int // 1-based
	Err  error
}

func (e *RowError) Error() string { return fmt.Sprintf("line %d: %v", e.Line, e.Err) }

func (e *RowError) Unwrap() error { return e.Err }

// ErrFields is in the chain of the error about a row of another number of fields
// than the header.
var ErrFields = errors.New("not as many fields as the header")

// ReadCSVHeader reads the names in the first row.
func ReadCSVHeader(r io.Reader, o CSVFormat) ([]string, error) {
	return readHeader(NewCSVReader(withoutMark(r), o))
}

func readHeader(in *CSVReader) (names []string, err error) {
	if err := in.Next(); err != nil {
		return nil, &RowError{max(in.Line(), 1), err}
	}
	for i := range in.Len() {
		names = append(names, string(in.Field(i)))
	}
	return names, nil
}

// ReadCSVRows reads the columns called names of a CSV file with a header, and
// hands them on as texts, in that order, some thousand rows at a time; the chunk
// is reused. The error for a row is a *RowError.
func ReadCSVRows(r io.Reader, o CSVFormat, names []string, f func(*Chunk) error) error {
	in := NewCSVReader(withoutMark(r), o)
	header, err := readHeader(in)
	if err != nil {
		return err
	}
	columns, places := make([]Column, len(names)), make([]int, len(names))
	for i, name := range names {
		columns[i] = Column{Name: name, Kind: String}
		if places[i] = slices.Index(header, name); places[i] < 0 {
			return fmt.Errorf("read csv: %w: %s", ErrNoColumn, name)
		}
	}
	chunk := NewChunk(columns)
	for {
		err := in.Next()
		switch {
		case errors.Is(err, io.EOF):
			if chunk.rows > 0 {
				return f(chunk)
			}
			return nil
		case err != nil:
			return &RowError{in.Line(), err}
		case in.Len() != len(header):
			return &RowError{in.Line(), ErrFields}
		}
		for i, place := range places {
			chunk.Columns[i].AppendText(in.Field(place))
		}
		if chunk.EndRow(); chunk.rows == readRows {
			if err := f(chunk); err != nil {
				return err
			}
			chunk.Reset()
		}
	}
}

// withoutMark passes over the UTF-8 mark with which Excel begins a file.
func withoutMark(r io.Reader) io.Reader {
	in := bufio.NewReaderSize(r, csvBlock)
	if mark, _ := in.Peek(3); bytes.Equal(mark, []byte("\ufeff")) {
		_, _ = in.Discard(len(mark)) // they are there
	}
	return in
}
