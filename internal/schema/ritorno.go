package schema

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"unicode/utf8"

	"flussi/internal/flusso"
	"flussi/internal/table"
)

// ritornoDecoder reads a return flow row by row through a layout: each row a
// record, each value in the XSD's lexical form, faults by rule, line and
// column. Rows that cannot be cut into fields are records too, rejected, so
// that the books count every row. It never assumes that a file is anonymous:
// fiscal codes in any column, ignored ones too, refuse the file whole.
//
// Memory is bounded by one row (1 MiB) and one batch.
type ritornoDecoder struct {
	layout  *Layout
	records int
	report  func(Fault)

	src     *bufio.Reader
	rows    *table.CSVReader // nil before the first row
	columns []ritornoColumn  // by place in the row
	ordinal int64            // of the next record
	batch   *Batch           // the last one filled
	err     error            // what next answers from now on
	plain   []byte           // a value transcoded, or in lexical form
	list    []byte           // a list's value being cut
}

// ritornoColumn is what becomes of one column of the file.
type ritornoColumn struct {
	to     *LayoutColumn // nil: ignored
	info   FieldInfo
	screen identityScreen
}

// newRitornoDecoder reads src (plain bytes, already unpacked) through layout,
// up to records rows a batch. report gets the faults of the decoding itself,
// placed, with the ordinal of the record (-1 outside any).
func newRitornoDecoder(src io.Reader, layout *Layout, records int, report func(Fault)) *ritornoDecoder {
	return &ritornoDecoder{layout: layout, records: records, report: report, src: bufio.NewReaderSize(src, 64<<10)}
}

// next fills b; io.EOF after the last row; an error of Kind Invalid when the
// file is refused whole, else the source's own.
func (d *ritornoDecoder) next(b *Batch) error {
	b.reset(flusso.Ritorno, d.ordinal)
	d.batch = b
	if d.err == nil && d.rows == nil {
		d.err = d.open()
	}
	for d.err == nil && b.Len() < d.records {
		d.err = d.row(b)
	}
	if b.Len() > 0 && errors.Is(d.err, io.EOF) {
		return nil
	}
	if d.err != nil {
		b.reset(flusso.Ritorno, d.ordinal)
	}
	return d.err
}

// place tells where a value of the last batch stands.
func (d *ritornoDecoder) place(f Field, rec int) (line, column int, path string) {
	at := d.batch.where(f, max(rec, 0), 0)
	return int(at.line), int(at.column), ritornoInfo[f].Path
}

// ritornoInfo is by field: the same noun has other terms in a return flow.
var ritornoInfo = func() (byField [NumFields]FieldInfo) {
	for _, info := range Fields(flusso.Ritorno) {
		byField[info.Field] = info
	}
	return byField
}()

// open reads the header and settles what becomes of each column.
func (d *ritornoDecoder) open() error {
	if err := d.openEncoding(); err != nil {
		return err
	}
	d.rows = table.NewCSVReader(d.src, d.layout.format())
	if !d.layout.Header {
		return d.resolve(d.numberedColumns())
	}
	switch err := d.rows.Next(); {
	case errors.Is(err, table.ErrQuote), errors.Is(err, table.ErrRowTooLong), errors.Is(err, io.EOF), errors.Is(err, table.ErrUnclosedQuote):
		return d.refuse(ritEmpty, 1, 1)
	case err != nil:
		return err
	}
	names := make([]string, d.rows.Len())
	for i := range names {
		text, ok := d.decode(d.rows.Field(i))
		if !ok {
			return d.refuse(ritEncoding, d.rows.Line(), 1)
		}
		names[i] = string(bytes.TrimSpace(text))
	}
	return d.resolve(names)
}

// openEncoding looks at the first bytes: nothing at all, a byte order mark.
func (d *ritornoDecoder) openEncoding() error {
	first, err := d.src.Peek(3)
	switch {
	case len(first) == 0 && errors.Is(err, io.EOF):
		return d.refuse(ritEmpty, 1, 1)
	case len(first) == 0:
		return err
	case bytes.HasPrefix(first, []byte("\xff\xfe")), bytes.HasPrefix(first, []byte("\xfe\xff")),
		string(first) == "\ufeff" && d.layout.Encoding != UTF8:
		return d.refuse(ritEncoding, 1, 1)
	case string(first) == "\ufeff":
		_, err = d.src.Discard(3)
		return err
	}
	return nil
}

// resolve matches the file's columns with the layout's, exactly.
func (d *ritornoDecoder) resolve(names []string) error {
	place := func(i int) (int, int) {
		if d.layout.Header {
			return d.rows.Place(i)
		}
		return 1, 1
	}
	seen := map[string]bool{}
	d.columns = make([]ritornoColumn, len(names))
	mapped := 0
	for i, name := range names {
		if seen[name] {
			line, column := place(i)
			return d.refuse(ritColumnTwice, line, column)
		}
		seen[name] = true
		known := false
		for j := range d.layout.Columns {
			if c := &d.layout.Columns[j]; c.Source == name {
				d.columns[i].to, d.columns[i].info, known = c, ritornoInfo[c.Field], true
				mapped++
			}
		}
		for _, ignored := range d.layout.Ignore {
			known = known || ignored == name
		}
		if !known {
			line, column := place(i)
			return d.refuse(ritColumnUnknown, line, column)
		}
	}
	if mapped < len(d.layout.Columns) {
		return d.refuse(ritColumnMissing, 1, 1)
	}
	return nil
}

// row reads one record.
func (d *ritornoDecoder) row(b *Batch) error {
	void := numRitornoRules
	switch err := d.rows.Next(); {
	case err == nil:
	case errors.Is(err, table.ErrQuote):
		void = ritQuote
	case errors.Is(err, table.ErrRowTooLong):
		void = ritTooLong
	case errors.Is(err, table.ErrUnclosedQuote):
		return d.refuse(ritUnclosed, d.rows.Line(), 1)
	default:
		return err
	}
	line := d.rows.Line()
	raw := d.rows.Raw()
	switch {
	case void < numRitornoRules:
	case bytes.IndexByte(raw, 0) >= 0:
		void = ritNUL
	case d.layout.Encoding == UTF8 && !utf8.Valid(raw):
		return d.refuse(ritEncoding, line, 1)
	case d.rows.Len() != len(d.columns):
		void = ritShape
	}
	b.addRecord(place{line: int32(line), column: 1})
	d.ordinal++
	if void < numRitornoRules {
		d.void(b, void, line)
		return nil
	}
	whole := bytes.IndexByte(raw, '\n') < 0
	for i := range d.columns {
		pos := uint32(d.rows.Offset(i))
		if !whole {
			at := place{}
			l, c := d.rows.Place(i)
			at.line, at.column = int32(l), int64(c)
			pos = b.wideAt(at)
		}
		if refused := d.value(b, i, pos); refused {
			l, c := d.rows.Place(i)
			return d.refuse(ritIdentified, l, c)
		}
	}
	return nil
}

// void rejects a record that has no fields to speak of; every mapped field
// counts as faulty, so that no rule takes it for missing.
func (d *ritornoDecoder) void(b *Batch, rule ritornoRule, line int) {
	for i := range d.layout.Columns {
		if f := d.layout.Columns[i].Field; b.shape.level[f] != LevelList {
			b.set(f, nil, 0, true)
		}
	}
	d.broken(b, rule, line, 1, "ritorno")
}

// broken reports a fault of the last record and rejects it.
func (d *ritornoDecoder) broken(b *Batch, rule ritornoRule, line, column int, path string) {
	rec := b.Len() - 1
	b.reject(rec)
	d.report(Fault{
		Rule: ritornoRules[rule].Code, Severity: SeverityError, Line: line, Column: column, Path: path,
		Record: b.First + int64(rec),
	})
}

// refuse reports why the file is refused whole and gives the error for it.
func (d *ritornoDecoder) refuse(rule ritornoRule, line, column int) error {
	fault := Fault{Rule: ritornoRules[rule].Code, Severity: SeverityError, Line: line, Column: column, Path: "ritorno", Record: -1}
	d.report(fault)
	return (&FileError{Fault: fault}).asError()
}
