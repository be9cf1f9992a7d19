package table

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"strconv"
	"time"
)

// CSVOptions say how a CSV file is written.
type CSVOptions struct {
	Delimiter byte // ';' (when 0), ',' or tab
	// BOM begins the file with the UTF-8 mark that makes Excel read accents.
	BOM bool
	// DecimalComma writes 12,50 for 12.50, as Italian spreadsheets expect; it
	// needs a delimiter other than the comma.
	DecimalComma bool
	// Verbatim writes a table back to the program it came from, not to a
	// spreadsheet: cells as they are, quoted only where they must be, any
	// delimiter, lines ending in LF.
	Verbatim bool
}

// CSVWriter writes rows as CSV (RFC 4180, lines ending in CRLF, a header
// first). A missing value is an empty cell, an empty text is "". Lists are
// their elements between '|'. Booleans are true and false, dates 2025-01-31.
//
// Spreadsheets run as a formula any cell that begins with = + - @, a tab or a
// carriage return: a text that does is written with ' before it. Numbers are
// written as they are, negative ones too.
type CSVWriter struct {
	out     *bufio.Writer
	columns []Column
	o       CSVOptions
	cell    []byte
	list    []byte
}

// NewCSVWriter writes the header. It does not close w.
func NewCSVWriter(w io.Writer, columns []Column, o CSVOptions) (*CSVWriter, error) {
	switch {
	case o.Delimiter == 0:
		o.Delimiter = ';'
	case o.Delimiter == ';', o.Delimiter == '\t', o.Verbatim:
	case o.Delimiter == ',':
		if o.DecimalComma {
			return nil, fmt.Errorf("decimal comma in a file delimited by commas")
		}
	default:
		return nil, fmt.Errorf("delimiter %q", o.Delimiter)
	}
	if err := cells(columns); err != nil {
		return nil, err
	}
	c := &CSVWriter{out: bufio.NewWriterSize(wholeWriter{w}, 64<<10), columns: columns, o: o}
	if o.BOM {
		_, _ = c.out.WriteString("\ufeff") // the error stays in out until Flush
	}
	for i := range columns {
		c.separate(i)
		c.text([]byte(columns[i].Name))
	}
	return c, c.endLine()
}

// WriteCSV writes a whole chunk as one CSV file.
func WriteCSV(w io.Writer, columns []Column, c *Chunk, o CSVOptions) error {
	out, err := NewCSVWriter(w, columns, o)
	if err != nil {
		return err
	}
	if err := out.Append(c, 0, c.Rows()); err != nil {
		return err
	}
	return out.Close()
}

// Append writes the rows [from, to) of c.
func (w *CSVWriter) Append(c *Chunk, from, to int) error {
	if len(c.Columns) != len(w.columns) || from < 0 || to < from || to > c.Rows() {
		return fmt.Errorf("append rows %d to %d of a chunk of %d rows and %d columns to a file of %d columns", from, to, c.Rows(), len(c.Columns), len(w.columns))
	}
	for row := from; row < to; row++ {
		for i := range c.Columns {
			w.separate(i)
			if v := &c.Columns[i]; !v.Null[row] {
				w.value(v, row)
			}
		}
		if err := w.endLine(); err != nil {
			return err
		}
	}
	return nil
}

// Close writes what is held back.
func (w *CSVWriter) Close() error {
	if err := w.out.Flush(); err != nil {
		return fmt.Errorf("write csv: %w", err)
	}
	return nil
}

func (w *CSVWriter) separate(column int) {
	if column > 0 {
		_ = w.out.WriteByte(w.o.Delimiter)
	}
}

func (w *CSVWriter) endLine() error {
	end := "\r\n"
	if w.o.Verbatim {
		end = end[1:]
	}
	if _, err := w.out.WriteString(end); err != nil {
		return fmt.Errorf("write csv: %w", err)
	}
	return nil
}

func (w *CSVWriter) value(v *Values, row int) {
	switch v.Kind {
	case String:
		w.text(v.Text(row))
		return
	case Strings:
		w.list = w.list[:0]
		for i := range v.ListLen(row) {
			if i > 0 {
				w.list = append(w.list, '|')
			}
			w.list = append(w.list, v.ListAt(row, i)...)
		}
		w.text(w.list)
		return
	}
	n := v.Num[row]
	w.cell = w.cell[:0]
	switch v.Kind {
	case Decimal:
		w.cell = appendDecimal(w.cell, n, w.o.DecimalComma)
	case Date:
		w.cell = time.Unix(n*86400, 0).UTC().AppendFormat(w.cell, time.DateOnly)
	case Bool:
		w.cell = strconv.AppendBool(w.cell, n != 0)
	default:
		w.cell = strconv.AppendInt(w.cell, n, 10)
	}
	_, _ = w.out.Write(w.cell)
}

// AppendDecimal writes hundredths with a decimal point.
func AppendDecimal(b []byte, hundredths int64) []byte { return appendDecimal(b, hundredths, false) }

// appendDecimal writes hundredths with two decimals.
func appendDecimal(b []byte, hundredths int64, comma bool) []byte {
	u := uint64(hundredths)
	if hundredths < 0 {
		b = append(b, '-')
		u = -u
	}
	b = strconv.AppendUint(b, u/100, 10)
	mark := byte('.')
	if comma {
		mark = ','
	}
	return append(b, mark, byte('0'+u/10%10), byte('0'+u%10))
}

// text writes a text, quoted where it must be.
func (w *CSVWriter) text(s []byte) {
	formula := len(s) > 0 && bytes.IndexByte([]byte("=+-@\t\r"), s[0]) >= 0
	quote := len(s) == 0 || bytes.ContainsAny(s, "\"\r\n\t;,") || s[0] == ' ' || s[len(s)-1] == ' '
	if w.o.Verbatim {
		formula = false
		quote = bytes.IndexByte(s, w.o.Delimiter) >= 0 || bytes.ContainsAny(s, "\"\r\n") || len(s) == 0 && len(w.columns) == 1
	}
	if !formula && !quote {
		_, _ = w.out.Write(s)
		return
	}
	w.cell = w.cell[:0]
	if quote {
		w.cell = append(w.cell, '"')
	}
	if formula {
		w.cell = append(w.cell, '\'')
	}
	for _, b := range s {
		if b == '"' {
			w.cell = append(w.cell, '"')
		}
		w.cell = append(w.cell, b)
	}
	if quote {
		w.cell = append(w.cell, '"')
	}
	_, _ = w.out.Write(w.cell)
}
