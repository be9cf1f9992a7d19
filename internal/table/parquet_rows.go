package table

import (
	"errors"
	"fmt"
	"io"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/apache/arrow/go/v17/parquet"
	"github.com/apache/arrow/go/v17/parquet/compress"
	"github.com/apache/arrow/go/v17/parquet/file"
	"github.com/apache/arrow/go/v17/parquet/metadata"
)

// ErrNoColumn is in the chain of the error about a column that a file lacks or
// that is of no Kind of ours.
var ErrNoColumn = errors.New("no such column that can be read")

// readRows is how many rows are handed on at a time.
const readRows = 8192

// ParquetRows reads some columns of a Parquet file, row group after row group:
// whatever a ParquetWriter writes, lists and structs too, and what others write
// with the same types. It holds one page of each column, and the dictionary. It is
// done with when Next gives an error: there is nothing to close.
//
// Columns are read by as many goroutines as GOMAXPROCS, none of which outlives the
// call of Next. A column of texts that repeat comes coded: whoever wrote the file
// looked each text up, which nobody has to do again.
type ParquetRows struct {
	*ParquetFile
	columns []Column
	leaves  []*leafReader
	group   int   // the next one
	groups  int   // how many come in all, up to here
	left    int64 // rows of the one that is being read
}

// ParquetFile is a file whose footer was read. Several goroutines may read it.
type ParquetFile struct {
	in   *file.Reader
	at   io.ReaderAt
	size int64
}

// OpenParquet reads the footer of a file of size bytes.
func OpenParquet(r io.ReaderAt, size int64) (f *ParquetFile, err error) {
	defer sayPanic(&err)
	in, err := file.NewParquetReader(io.NewSectionReader(r, 0, size))
	if err != nil {
		return nil, fmt.Errorf("read parquet footer: %w", err)
	}
	return &ParquetFile{in, r, size}, nil
}

// OpenParquetRows reads the footer of a file of size bytes. Columns are given
// in the order of names; all of the file, in its order, where names is nil.
func OpenParquetRows(r io.ReaderAt, size int64, names []string) (*ParquetRows, error) {
	f, err := OpenParquet(r, size)
	if err != nil {
		return nil, err
	}
	return f.rows(names)
}

func (f *ParquetFile) rows(names []string) (p *ParquetRows, err error) {
	defer sayPanic(&err)
	p = &ParquetRows{ParquetFile: f, groups: f.in.NumRowGroups()}
	root := f.in.MetaData().Schema.Root()
	if names == nil {
		for i := range root.NumFields() {
			names = append(names, root.Field(i).Name())
		}
	}
	first := make(map[string]int) // name -> place of its first leaf
	var places []int
	for i, place := 0, 0; i < root.NumFields(); i++ {
		first[root.Field(i).Name()] = place
		place += leavesBelow(root.Field(i))
	}
	for _, name := range names {
		i := root.FieldIndexByName(name)
		if i < 0 {
			return nil, fmt.Errorf("read parquet: %w: %s", ErrNoColumn, name)
		}
		c, ok := columnOf(root.Field(i))
		if !ok {
			return nil, fmt.Errorf("read parquet: %w: %s", ErrNoColumn, name)
		}
		p.columns = append(p.columns, c)
		for j := range leavesBelow(root.Field(i)) {
			places = append(places, first[name]+j)
		}
	}
	for i, l := range leaves(p.columns) {
		if l.column.Kind == String && p.repeats(places[i]) {
			l.column.Vocabulary = NewVocabulary()
		}
		p.leaves = append(p.leaves, newLeafReader(l, places[i]))
	}
	return p, nil
}

const (
	// repeatsWhere is how often, on average, a text must come in a row group whose
	// codes are worth having: a vocabulary is held as long as the file is read.
	repeatsWhere = 4
	// mostWords bounds a vocabulary, if the texts of no two row groups were the
	// same; fewer than groupWords in each are the same, mostly: comuni, codes.
	mostWords, groupWords = 4 << 20, 16 << 10
	// smallDictionary, in bytes of the file, is one that is worth it uncounted;
	// smallDictionaries, those of all row groups.
	smallDictionary, smallDictionaries = 64 << 10, 16 << 20
)

// repeats tells whether the texts of a leaf repeat, by what the footer counts in
// the dictionaries of all row groups, or, of other writers, by how small they are.
func (p *ParquetRows) repeats(place int) bool {
	var distinct, there, size int64
	groups := p.in.MetaData().RowGroups
	for _, group := range groups {
		if place >= len(group.Columns) || group.Columns[place].MetaData == nil {
			return false
		}
		c := group.Columns[place].MetaData
		s := c.Statistics
		switch {
		case s != nil && s.NullCount != nil && *s.NullCount == c.NumValues: // nothing there
		case c.DictionaryPageOffset == nil:
			return false
		case s != nil && s.NullCount != nil && s.DistinctCount != nil:
			distinct += *s.DistinctCount
			there += c.NumValues - *s.NullCount
		default:
			n := c.DataPageOffset - *c.DictionaryPageOffset
			if size += n; n < 0 || n > smallDictionary || size > smallDictionaries {
				return false
			}
		}
	}
	return repeatsWhere*distinct <= there && distinct <= max(mostWords, groupWords*int64(len(groups)))
}

// Columns are the columns that Next fills: name, kind, nullability, fields, and
// the vocabulary of one that comes coded.
func (p *ParquetRows) Columns() []Column { return p.columns }

// Share makes p, of which nothing was read yet, code its texts by the vocabularies
// of these columns, of the same names: those that have none come as texts. So
// files of one dataset, read one after the other or in turn, have their codes in
// common.
func (p *ParquetRows) Share(columns []Column) { share(p.columns, columns) }

// Coded gives columns the vocabularies of those of the same names in like.
func Coded(columns, like []Column) []Column {
	coded := slices.Clone(columns)
	for i := range coded {
		coded[i].Fields = slices.Clone(coded[i].Fields)
	}
	share(coded, like)
	return coded
}

func share(to, from []Column) {
	for i := range to {
		var words *Vocabulary
		for j := range from { // which may be the same columns
			if from[j].Name == to[i].Name && from[j].Kind == to[i].Kind {
				words = from[j].Vocabulary
				share(to[i].Fields, from[j].Fields)
			}
		}
		to[i].Vocabulary = words
	}
}

// Next puts the next rows, some thousand, into c, which was made for Columns;
// io.EOF when there are none.
func (p *ParquetRows) Next(c *Chunk) (err error) {
	defer sayPanic(&err)
	c.Reset()
	for p.left == 0 {
		if p.group == p.groups {
			return io.EOF
		}
		if err := p.begin(p.in.RowGroup(p.group)); err != nil {
			return err
		}
		p.group++
	}
	n := int(min(p.left, readRows))
	if err := p.read(c, n); err != nil {
		return err
	}
	for i := range c.Columns {
		if !c.Columns[i].whole(n) {
			return fmt.Errorf("read parquet column %s: %w", p.columns[i].Name, errLevels)
		}
	}
	c.rows = n
	p.left -= int64(n)
	return nil
}

// begin opens all leaves in a row group.
func (p *ParquetRows) begin(group *file.RowGroupReader) error {
	for _, l := range p.leaves {
		c, err := group.MetaData().ColumnChunk(l.file)
		if err == nil {
			l.begin()
			if ours(c) {
				l.pages = &l.own
				err = p.beginOwn(l, c)
			} else {
				l.pages = &l.foreign
				err = l.foreign.begin(group, l.file)
			}
		}
		if err != nil {
			return fmt.Errorf("read parquet column %s: %w", l.name(), err)
		}
	}
	if p.left = group.NumRows(); p.left < 0 {
		return fmt.Errorf("read parquet: %w", errChunk)
	}
	return nil
}

// ours tells whether a column chunk is compressed and encoded as our own are, or
// as plainly as others do it.
func ours(c *metadata.ColumnChunkMetaData) bool {
	switch c.Compression() {
	case compress.Codecs.Zstd, compress.Codecs.Snappy, compress.Codecs.Uncompressed:
	default:
		return false
	}
	for _, e := range c.Encodings() {
		switch e {
		case parquet.Encodings.Plain, parquet.Encodings.PlainDict, parquet.Encodings.RLE, parquet.Encodings.RLEDict,
			parquet.Encodings.DeltaBinaryPacked, parquet.Encodings.DeltaLengthByteArray, parquet.Encodings.DeltaByteArray:
		default:
			return false
		}
	}
	return c.CryptoMetadata() == nil && c.FilePath() == ""
}

func (p *ParquetRows) beginOwn(l *leafReader, c *metadata.ColumnChunkMetaData) error {
	at, size := c.DataPageOffset(), c.TotalCompressedSize()
	if c.HasDictionaryPage() && c.DictionaryPageOffset() > 0 {
		at = min(at, c.DictionaryPageOffset())
	}
	if at < 0 || size < 0 || at > p.size || size > p.size-at || c.NumValues() < 0 {
		return errChunk
	}
	l.own.begin(p.at, at, size, c.NumValues(), c.Compression())
	return nil
}

// read reads n rows of all leaves.
func (p *ParquetRows) read(c *Chunk, n int) error {
	errs := make([]error, len(p.leaves))
	var next atomic.Int64
	work := func() {
		for {
			i := int(next.Add(1)) - 1
			if i >= len(p.leaves) {
				return
			}
			errs[i] = p.leaves[i].read(c, n)
		}
	}
	if workers := min(runtime.GOMAXPROCS(0), len(p.leaves)); workers > 1 && n > readRows/8 {
		var done sync.WaitGroup
		for range workers {
			done.Go(work)
		}
		done.Wait()
	} else {
		work()
	}
	for i, err := range errs {
		if err != nil {
			return fmt.Errorf("read parquet column %s: %w", p.leaves[i].name(), err)
		}
	}
	return nil
}

// whole tells whether there are values of n rows, also in the fields of a struct:
// leaves are read one by one, and a damaged file can have them differ.
func (v *Values) whole(n int) bool {
	if len(v.Null) != n {
		return false
	}
	if v.Kind == Structs {
		n = int(lastOf(v.list))
	}
	for i := range v.Fields {
		if !v.Fields[i].whole(n) {
			return false
		}
	}
	return true
}

// ReadParquetRows reads the columns called names of a Parquet file of size
// bytes and hands them on, in that order, some thousand rows at a time; the
// chunk is reused.
func ReadParquetRows(r io.ReaderAt, size int64, names []string, f func(*Chunk) error) error {
	p, err := OpenParquetRows(r, size, names)
	if err != nil {
		return err
	}
	return p.each(f)
}

// ReadGroup is ReadParquetRows of one row group.
func (f *ParquetFile) ReadGroup(group int, names []string, take func(*Chunk) error) error {
	p, err := f.rows(names)
	if err != nil {
		return err
	}
	p.group, p.groups = group, group+1
	return p.each(take)
}

func (p *ParquetRows) each(f func(*Chunk) error) error {
	c := NewChunk(p.columns)
	for {
		if err := p.Next(c); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
		if err := f(c); err != nil {
			return err
		}
	}
}

// sayPanic makes an error of what the library panics about: damaged pages and
// footers.
func sayPanic(err *error) {
	if p := recover(); p != nil {
		*err = fmt.Errorf("read parquet: %v", p)
	}
}
