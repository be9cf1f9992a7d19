package schema

import (
	"bytes"
	"io"
	"slices"
	"unicode/utf8"

	"flussi/internal/table"
)

// Rows by blocks (reader_blocks.go): where the RowReader rests, the table is cut
// between the rows of two Beneficiari, and each worker reads the rows of its
// block the short way or, those that are not plain, as the RowReader does.

// rowBlocks is how a RowReader is read by blocks.
type rowBlocks struct {
	taking bool       // the file's bytes are taken, and its rows are at rest
	cutter *RowReader // looks at single rows
}

// take moves the next rows into b; false where the RowReader has to go on by
// itself.
func (r *RowReader) take(b *block) bool {
	if !r.blocks.taking {
		unread, line := r.rows.Rest()
		r.file.unread(slices.Concat(unread, r.file.buf[r.file.pos:r.file.end]))
		r.file.line, r.file.column = int32(line), 1
		r.blocks.taking = true
	}
	if r.blocks.cutter == nil {
		r.blocks.cutter = r.fork()
	}
	if !r.file.take(b, r.cut) {
		return false
	}
	rows := b.bytes[:len(b.bytes)-plainSlack]
	b.page = r.page
	switch {
	case isASCII(rows), r.page:
	case utf8.Valid(rows):
		r.accents = true
	default: // which row is to blame is for the RowReader to tell
		r.putBack([]*block{b})
		return false
	}
	return true
}

// absorb counts what was converted in a block.
func (r *RowReader) absorb(b *block) {
	r.commas, r.dates = r.commas+b.commas, r.dates+b.dates
	for i := range b.tallies {
		for kind, t := range b.tallies[i] {
			r.tallies[i].join(ConversionKind(kind), t)
		}
	}
}

func (r *RowReader) putBack(blocks []*block) { r.file.putBack(blocks) }

// leave makes r go on by itself behind what was taken.
func (r *RowReader) leave(to *input) {
	r.blocks.taking = false
	r.rows.Reset(r.file, int(r.file.line))
	r.line = int(r.file.line)
	to.line, to.column, to.mark = r.file.line, 1, to.pos
}

// cut tells where the last Beneficiario begins in a window of the table, so that
// all before it are whole; last, the table ends with the window. A line end
// within quotes may deceive it: the block is good for nothing then.
func (r *RowReader) cut(window []byte, last bool) int {
	end := bytes.LastIndexByte(window, '\n') + 1
	last = last && end == len(window)
	for n := bytes.Count(window[:end], newline); n > blockRecords; n = bytes.Count(window[:end], newline) {
		end, last = bytes.LastIndexByte(window[:end/2], '\n')+1, false
	}
	if last {
		return end
	}
	for end > 0 {
		start := bytes.LastIndexByte(window[:end-1], '\n') + 1
		if start == 0 {
			return 0
		}
		before := bytes.LastIndexByte(window[:start-1], '\n') + 1
		if r.blocks.cutter.differ(window[before:end]) {
			return start
		}
		end = start
	}
	return 0
}

// differ tells whether rows are two, of two Beneficiari.
func (r *RowReader) differ(rows []byte) bool {
	r.rows.Over(rows, 1)
	r.opened = false
	for n := 1; ; n++ {
		if r.rows.Next() != nil {
			return false
		}
		if empty, err := r.measure(); empty || err != nil {
			return false
		}
		another, err := r.another()
		if n == 2 {
			return another && err == nil
		}
		r.beginPerson()
	}
}

// fork makes a RowReader of the same table for rows in UTF-8 that others hold.
func (r *RowReader) fork() *RowReader {
	return &RowReader{
		tipo: r.tipo, root: r.root, layout: r.layout, columns: r.columns, at: r.at, number: r.number, codes: r.codes, years: r.years, tallies: make([]tallies, len(r.tallies)), head: r.head,
		delim: r.delim, list: r.list, decimal: r.decimal, form: r.form, charmap: r.charmap,
		rows: table.NewCSVReader(nil, r.format), format: r.format, restful: true, sheet: r.sheet,
	}
}

// beneficiario writes the XML of the Beneficiario (of the row of SINBA) that rows
// begin with, the first of them on that line; it tells where the next begins.
func (r *RowReader) beneficiario(rows []byte, line int32) (next int, nextLine int32, err error) {
	r.rows.Over(rows, int(line))
	r.xml, r.line, r.opened, r.resting, r.quota = r.xml[:0], int(line), false, false, 1
	for err == nil && !r.resting {
		err = r.row()
	}
	if err == io.EOF {
		r.endPerson()
		err = nil
	}
	next, at := r.rows.At()
	return next, int32(at), err
}

// rowWorker reads blocks of rows.
type rowWorker struct {
	rows  *RowReader // the long way
	plain *plainRows // nil: there is no short one
}

func newRowWorker(r *RowReader) *rowWorker {
	w := &rowWorker{rows: r.fork()}
	w.plain = newPlainRows(w.rows)
	return w
}

// readRows reads the records of a block of rows.
func (d *xmlDecoder) readRows(w *rowWorker, b *block, into *Batch) {
	into.reset(d.tipo, 0)
	buf := b.bytes
	if b.page && !isASCII(buf) {
		buf = make([]byte, 0, len(b.bytes)+len(b.bytes)/8) // not into's: that may be b's own
		for _, c := range b.bytes[:len(b.bytes)-plainSlack] {
			buf = utf8.AppendRune(buf, w.rows.charmap.DecodeByte(c))
		}
		buf = append(buf, make([]byte, plainSlack)...)
	}
	end := len(buf) - plainSlack
	d.b, into.arena = into, buf
	d.b.copyHeader(&d.head)
	w.rows.commas, w.rows.dates = 0, 0
	clear(w.rows.tallies)
	line := b.at.line
	for p := 0; d.err == nil && p < end; {
		if x := w.plain; x != nil {
			x.buf, x.b, x.line = buf, into, line
			if next := x.beneficiario(p); next > 0 {
				p, line = next, x.line
				continue
			}
		}
		n, nextLine, err := w.rows.beneficiario(buf[p:end], line)
		if d.err = err; err == nil {
			d.readXML(w.rows.xml, line)
		}
		p, line = p+n, nextLine
	}
	b.commas, b.dates, b.tallies = w.rows.commas, w.rows.dates, append(b.tallies[:0], w.rows.tallies...)
	if len(buf) == len(b.bytes) { // else it is what the block says in UTF-8
		b.bytes = into.arena[:len(buf)]
	}
}

// readXML reads what another has written, which stands on that line.
func (d *xmlDecoder) readXML(xml []byte, line int32) {
	size := len(xml)
	xml = append(xml, make([]byte, plainSlack)...)
	*d.in = input{buf: xml, end: size, done: true, line: line, column: 1}
	for d.err == nil && d.in.pos < size {
		d.step()
	}
}
