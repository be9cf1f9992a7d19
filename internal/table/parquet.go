package table

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"

	"github.com/apache/arrow/go/v17/parquet"
	"github.com/apache/arrow/go/v17/parquet/compress"
	"github.com/apache/arrow/go/v17/parquet/metadata"
	"github.com/apache/arrow/go/v17/parquet/schema"
)

// DefaultRowGroupRows is the size of a row group when Options do not say. Measured
// with 61,440, 122,880 and 245,760 rows: 1.4 million identified rows of 79 columns
// take 74.8, 74.6 and 74.8 MB; written flat 139, 149 and 165 MiB of memory; DuckDB
// finds the rows of one comune in 7, 7 and 5 ms of CPU, groups all by comune and
// benefit in 55, 51 and 52 ms, and reads all columns in 1.5, 1.3 and 1.4 s. Of 50
// million rows of all of Italy (go run ./internal/bench -only pruning) a comune of
// ordinary size is in 0.6 to 1.1, 1.1 and 1.9 % of the row groups, by statistics and
// Bloom filters, and DuckDB reads 1.2, 1.0 and 2.2 % of the bytes.
//
// DuckDB prunes by row groups alone; who reads the page index (DataFusion, Spark) is
// spared five pages of six in the few row groups that a filter leaves.
const DefaultRowGroupRows = 6 * PageRows

// ErrValues is in the chain of every error that says: these values cannot
// stand in these columns. Other errors are the disk's.
var ErrValues = errors.New("values do not fit the column")

const (
	magic = "PAR1"
	// Fewer where their values take more than pageBytes, looked at every
	// lookRows rows; a row group ends early whose values take more than
	// groupBytes: a reader opens it as a whole.
	lookRows   = 1024
	pageBytes  = 32 << 20
	groupBytes = 192 << 20
	// maxRowGroups is what the format's 16-bit ordinal can number.
	maxRowGroups = math.MaxInt16
)

// PageRows is how many rows are encoded at once: a page of each leaf.
const PageRows = 20480

// Options of a Parquet file.
type Options struct {
	// RowGroupRows is the most rows a row group holds; DefaultRowGroupRows
	// when 0. A writer keeps the pages of one row group in memory, compressed.
	RowGroupRows int
	// Metadata are further key-value pairs of the file.
	Metadata map[string]string
	// SortedBy names the columns, of single values, by which rows come sorted: the
	// file declares it, and rows in another order are refused. What is missing
	// comes first, texts go by their bytes.
	SortedBy []string
	// CreatedBy names the writer in the file; "flussi" when empty. It must
	// not vary from run to run: same rows, same bytes.
	CreatedBy string
}

// ParquetWriter writes one Parquet file.
//
// The file holds, of each column chunk: a dictionary where values repeat, in
// order of first appearance, else numbers as DELTA_BINARY_PACKED and texts as
// DELTA_LENGTH_BYTE_ARRAY, or DELTA_BYTE_ARRAY where neighbours begin alike;
// zstd, level 1, without looking for matches where there are none to find; and
// statistics counted from the values: minimum and maximum (left out where a text
// exceeds maxStatistic bytes or every value is missing), the number of missing
// values, and the number of distinct ones where a dictionary makes it exact. The
// null count of a list column counts, as Parquet does, missing and empty lists.
// A Bloom filter of each column of texts that has a dictionary tells which row
// groups lack one. The file's key-value metadata says of each column, and of its fields, what an
// analyst must know (see ColumnsKey).
//
// Same columns, options and rows give the same bytes. After an
// error every call returns it and the file is to be thrown away; a file
// without Close's nil has no footer and no reader takes it for whole.
//
// Rows are gathered in one chunk while the chunk before it is encoded, a page of
// each leaf, by as many goroutines as GOMAXPROCS; what they make waits for the
// end of its row group and is written in the order of the columns. A goroutine
// never outlives the page it works at, so that a writer may simply be dropped.
//
// The library (arrow/go v17) is asked only for the schema and the footer: its
// statistics are wrong in places (distinct counts of 0, null counts of required
// dictionary columns, bounds that alias the caller's memory), its levels of
// required elements are, its file writer forgets the errors of its last writes,
// its fallback from dictionary to plain pages writes its encodings in random
// order, and it spends more time on handing values about than they take to
// encode.
//
// Where the time goes, of rows like the identified view's (BenchmarkParquetWrite,
// 74 columns, half of them coded; 0.7 µs a row on a quiet core, beside the copy
// into the chunk): four identifiers of which no two are alike a third, 60 ns each,
// most of it Huffman codes; seven columns of texts that repeat without a
// vocabulary a quarter, 30 ns each, the hash; 49 coded ones a quarter, 3 ns each;
// 17 of numbers and dates an eighth, 5 ns each. A column that holds nothing costs
// the copy and a count of its missing values.
type ParquetWriter struct {
	*memory
	out     *tellWriter
	columns []Column
	meta    *metadata.FileMetaDataBuilder
	props   *parquet.WriterProperties
	making  *making
	order   order
	index   pageIndex
	limit   int
	group   int   // rows of the row group so far
	size    int   // of their values, as far as they were handed over
	rows    int64 // all
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
	if _, err := zstdEncoder(); err != nil {
		return nil, fmt.Errorf("zstd: %w", err)
	}
	p := &ParquetWriter{
		out:     &tellWriter{w: bufio.NewWriterSize(wholeWriter{w}, 64<<10)},
		columns: columns,
		limit:   o.RowGroupRows,
	}
	p.props = parquet.NewWriterProperties(
		parquet.WithVersion(parquet.V2_LATEST),
		parquet.WithCompression(compress.Codecs.Zstd),
		parquet.WithCreatedBy(o.CreatedBy),
	)
	p.meta = metadata.NewFileMetadataBuilder(schema.NewSchema(root), p.props, pairs)
	p.memory = memoryFor(columns)
	if p.order, err = orderBy(p.leaves, o.SortedBy); err != nil {
		return nil, err
	}
	if _, err := p.out.Write([]byte(magic)); err != nil {
		return nil, fmt.Errorf("write parquet: %w", err)
	}
	return p, nil
}

// Append adds the rows [from, to) of c, whose columns are the writer's; c may
// be reused at once.
func (p *ParquetWriter) Append(c *Chunk, from, to int) error {
	if err := p.check(c, from, to); err != nil {
		return err
	}
	for from < to {
		// Cut at the same rows of the row group however the caller cuts: what
		// is looked at below must not depend on it.
		n := min(to-from, lookRows-p.filling.rows%lookRows, PageRows-p.filling.rows, p.limit-p.group)
		size := 0
		for i := range c.Columns {
			v := &p.filling.Columns[i]
			if err := v.AppendRows(&c.Columns[i], from, from+n); err != nil {
				return p.fail(fmt.Errorf("column %s: %w", p.columns[i].Name, err))
			}
			size += v.bytes()
		}
		from += n
		if err := p.filled(n, size); err != nil {
			return err
		}
	}
	return nil
}

// filled counts rows that came into the chunk, whose values take so many bytes now,
// and has it encoded where it is full.
func (p *ParquetWriter) filled(rows, size int) error {
	p.filling.rows += rows
	p.group += rows
	p.rows += int64(rows)
	last := p.group == p.limit
	if last || p.filling.rows == PageRows || size > pageBytes && p.filling.rows%lookRows == 0 {
		p.size += size
		return p.encode(last || p.size > groupBytes)
	}
	return nil
}

// check refuses rows that are not there, or of other columns.
func (p *ParquetWriter) check(c *Chunk, from, to int) error {
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
	return nil
}

// Rows is the number of rows appended so far.
func (p *ParquetWriter) Rows() int64 { return p.rows }

// Close writes what is held and the footer. A second Close fails.
func (p *ParquetWriter) Close() error {
	if p.err != nil {
		return p.err
	}
	if p.group > 0 {
		if err := p.encode(true); err != nil {
			return err
		}
	}
	if err := p.settle(); err != nil {
		return err
	}
	footer, err := p.meta.Finish()
	if err != nil {
		return p.fail(fmt.Errorf("finish parquet footer: %w", err))
	}
	if err := p.writeIndex(footer); err != nil {
		return p.fail(fmt.Errorf("write page index: %w", err))
	}
	memories.Put(p.memory)
	p.memory = nil
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
