package table

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"

	"github.com/apache/arrow/go/v17/arrow/memory"
	"github.com/apache/arrow/go/v17/parquet"
	"github.com/apache/arrow/go/v17/parquet/compress"
	"github.com/apache/arrow/go/v17/parquet/file"
	"github.com/apache/arrow/go/v17/parquet/metadata"
	"github.com/apache/arrow/go/v17/parquet/schema"
)

// DefaultRowGroupRows is the size of a row group when Options do not say.
const DefaultRowGroupRows = 131072

// ErrValues is in the chain of every error that says: these values cannot
// stand in these columns. Other errors are the disk's.
var ErrValues = errors.New("values do not fit the column")

const (
	magic = "PAR1"
	// bufferedText bounds the text that a row group holds, all columns
	// together; it ends early rather than grow past it.
	bufferedText = 32 << 20
	// appendRows is how many rows are copied between two looks at the bounds.
	appendRows = 8192
	// maxRowGroups is what the format's 16-bit ordinal can number.
	maxRowGroups = math.MaxInt16
)

// Options of a Parquet file.
type Options struct {
	// RowGroupRows is the most rows a row group holds; DefaultRowGroupRows
	// when 0. A writer keeps the rows of one row group in memory.
	RowGroupRows int
	// Metadata are further key-value pairs of the file.
	Metadata map[string]string
	// CreatedBy names the writer in the file; "flussi" when empty. It must
	// not vary from run to run: same rows, same bytes.
	CreatedBy string
}

// ParquetWriter writes one Parquet file.
//
// The file holds: one dictionary per column and row group where values repeat
// (plain values where they do not), zstd level 1, statistics of each column
// chunk counted here and not by the library: minimum and maximum (left out
// where a text exceeds maxStatistic bytes or every value is missing), the
// number of missing values, and the number of distinct ones where a dictionary
// makes it exact. The null count of a list column counts, as Parquet does,
// missing and empty lists. The file's key-value metadata says of each column
// what an analyst must know (see ColumnsKey).
//
// Same columns, options, rows and calls of Flush give the same bytes. After an
// error every call returns it and the file is to be thrown away; a file
// without Close's nil has no footer and no reader takes it for whole.
//
// The library (arrow/go v17) is asked only to lay out pages, because its
// statistics are wrong in places (distinct counts of 0, null counts of
// required dictionary columns, bounds that alias the caller's memory), its
// file writer forgets the errors of its last writes, and its fallback from
// dictionary to plain pages writes its encodings in random order.
type ParquetWriter struct {
	out     *tellWriter
	columns []Column
	encoder []*columnEncoder
	meta    *metadata.FileMetaDataBuilder
	props   *parquet.WriterProperties
	pending *Chunk // rows of the row group to come
	held    int    // the most rows pending since its memory was let go
	limit   int
	rows    int64
	groups  int
	err     error
}

// NewParquetWriter begins a file. It does not close w.
func NewParquetWriter(w io.Writer, columns []Column, o Options) (*ParquetWriter, error) {
	if o.RowGroupRows == 0 {
		o.RowGroupRows = DefaultRowGroupRows
	}
	if o.RowGroupRows < 0 {
		return nil, fmt.Errorf("row group of %d rows", o.RowGroupRows)
	}
	if o.CreatedBy == "" {
		o.CreatedBy = "flussi"
	}
	root, err := parquetSchema(columns)
	if err != nil {
		return nil, err
	}
	pairs, err := keyValues(columns, o.Metadata)
	if err != nil {
		return nil, err
	}
	if errZstd != nil {
		return nil, fmt.Errorf("zstd: %w", errZstd)
	}
	p := &ParquetWriter{
		out:     &tellWriter{w: bufio.NewWriterSize(wholeWriter{w}, 64<<10)},
		columns: columns,
		pending: NewChunk(columns),
		limit:   o.RowGroupRows,
	}
	p.props = parquet.NewWriterProperties(
		parquet.WithVersion(parquet.V2_LATEST),
		// Version 2 data pages state a null count of their own, which the
		// library takes from the statistics that are off.
		parquet.WithDataPageVersion(parquet.DataPageV1),
		parquet.WithStats(false),
		parquet.WithCompression(compress.Codecs.Zstd),
		parquet.WithCompressionLevel(zstdLevel),
		parquet.WithCreatedBy(o.CreatedBy),
		// Batches and dictionaries are cut here, on row boundaries and by
		// one rule, never by the library.
		parquet.WithBatchSize(math.MaxInt32),
		parquet.WithDictionaryPageSizeLimit(math.MaxInt32),
	)
	sc := schema.NewSchema(root)
	p.meta = metadata.NewFileMetadataBuilder(sc, p.props, pairs)
	for i := range columns {
		p.encoder = append(p.encoder, &columnEncoder{column: columns[i], descr: sc.Column(i)})
	}
	if _, err := p.out.Write([]byte(magic)); err != nil {
		return nil, fmt.Errorf("write parquet: %w", err)
	}
	return p, nil
}

// Append adds the rows [from, to) of c, whose columns are the writer's; c may
// be reused at once.
func (p *ParquetWriter) Append(c *Chunk, from, to int) error {
	if p.err != nil {
		return p.err
	}
	if len(c.Columns) != len(p.columns) || from < 0 || to < from || to > c.Rows() {
		return p.fail(fmt.Errorf("%w: append rows %d to %d of a chunk of %d rows and %d columns to a file of %d columns", ErrValues, from, to, c.Rows(), len(c.Columns), len(p.columns)))
	}
	for i := range c.Columns {
		if c.Columns[i].Kind != p.columns[i].Kind {
			return p.fail(fmt.Errorf("%w: column %s: values of another kind", ErrValues, p.columns[i].Name))
		}
	}
	for from < to {
		// Cut at the same rows of the row group however the caller cuts: what
		// is looked at below must not depend on it.
		n := min(to-from, appendRows-p.pending.rows%appendRows, p.limit-p.pending.rows)
		text := 0
		for i := range c.Columns {
			v := &p.pending.Columns[i]
			if err := v.AppendRows(&c.Columns[i], from, from+n); err != nil {
				return p.fail(fmt.Errorf("column %s: %w", p.columns[i].Name, err))
			}
			text += len(v.arena)
		}
		p.pending.rows += n
		from += n
		p.held = max(p.held, p.pending.rows)
		if text > bufferedText && p.pending.rows%appendRows == 0 || p.pending.rows >= p.limit {
			if err := p.endRowGroup(); err != nil {
				return err
			}
		}
	}
	return nil
}

// Rows is the number of rows appended so far.
func (p *ParquetWriter) Rows() int64 { return p.rows + int64(p.pending.rows) }

// Held is the number of rows the writer has memory for, until Flush.
func (p *ParquetWriter) Held() int { return p.held }

// Flush ends the row group, if it has rows, and lets go of its memory.
func (p *ParquetWriter) Flush() error {
	if p.err != nil {
		return p.err
	}
	if p.pending.rows > 0 {
		if err := p.endRowGroup(); err != nil {
			return err
		}
	}
	p.pending, p.held = NewChunk(p.columns), 0
	return nil
}

// endRowGroup writes the pending rows and keeps their memory for the next.
func (p *ParquetWriter) endRowGroup() error {
	if err := p.writeRowGroup(); err != nil {
		return p.fail(err)
	}
	p.rows += int64(p.pending.rows)
	p.pending.Reset()
	return nil
}

// Close writes what is held and the footer. A second Close fails.
func (p *ParquetWriter) Close() error {
	if err := p.Flush(); err != nil {
		return err
	}
	defer func() { p.pending, p.encoder = NewChunk(nil), nil }()
	footer, err := p.meta.Finish()
	if err != nil {
		return p.fail(fmt.Errorf("finish parquet footer: %w", err))
	}
	start := p.out.Tell()
	if _, err := footer.WriteTo(p.out, nil); err != nil {
		return p.fail(fmt.Errorf("write parquet footer: %w", err))
	}
	tail := binary.LittleEndian.AppendUint32(nil, uint32(p.out.Tell()-start))
	if _, err := p.out.Write(append(tail, magic...)); err != nil {
		return p.fail(fmt.Errorf("write parquet footer: %w", err))
	}
	if err := p.out.w.Flush(); err != nil {
		return p.fail(fmt.Errorf("write parquet footer: %w", err))
	}
	p.err = errors.New("parquet file is closed")
	return nil
}

func (p *ParquetWriter) fail(err error) error {
	p.err = err
	return err
}

// writeRowGroup writes the pending rows, column after column.
func (p *ParquetWriter) writeRowGroup() (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("parquet library gave up: %v", r)
		}
	}()
	if p.groups == maxRowGroups {
		return fmt.Errorf("more than %d row groups in one parquet file", maxRowGroups)
	}
	group := p.meta.AppendRowGroup()
	var size int64
	for i, e := range p.encoder {
		chunk := group.NextColumnChunk()
		pages, err := file.NewPageWriter(p.out, compress.Codecs.Zstd, zstdLevel, chunk, int16(p.groups), int16(i), memory.DefaultAllocator, false, nil, nil)
		if err != nil {
			return fmt.Errorf("column %s: %w", e.column.Name, err)
		}
		if err := e.write(&p.pending.Columns[i], p.pending.rows, chunk, pages, p.props); err != nil {
			return fmt.Errorf("column %s: %w", e.column.Name, err)
		}
		size += chunk.Contents().MetaData.TotalUncompressedSize
	}
	group.SetNumRows(p.pending.rows)
	if err := group.Finish(size, int16(p.groups)); err != nil {
		return fmt.Errorf("finish row group: %w", err)
	}
	p.groups++
	// The library drops the error of what it writes after a column's last
	// page; the buffer below remembers it.
	return p.out.err
}

// tellWriter counts bytes and remembers the first error. It hides the Close
// of what it writes to from the library.
type tellWriter struct {
	w   *bufio.Writer
	pos int64
	err error
}

func (t *tellWriter) Write(b []byte) (int, error) {
	if t.err != nil {
		return 0, t.err
	}
	n, err := t.w.Write(b)
	t.pos += int64(n)
	t.err = err
	return n, err
}

func (t *tellWriter) Tell() int64 { return t.pos }

// wholeWriter makes an error of a short write that comes without one: the
// library would not notice, bufio would try for ever.
type wholeWriter struct{ w io.Writer }

func (s wholeWriter) Write(b []byte) (int, error) {
	n, err := s.w.Write(b)
	if err == nil && n < len(b) {
		err = io.ErrShortWrite
	}
	return n, err
}
