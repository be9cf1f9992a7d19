package table

import (
	"errors"
	"fmt"
	"io"

	"github.com/apache/arrow/go/v17/parquet"
	"github.com/apache/arrow/go/v17/parquet/file"
	"github.com/apache/arrow/go/v17/parquet/schema"
)

// ErrNoColumn is in the chain of the error about a column that a file lacks or
// that is a list.
var ErrNoColumn = errors.New("no such column of single values")

// ReadParquetRows reads the columns called names of a Parquet file of size
// bytes and hands them on, in that order, some thousand rows at a time; the
// chunk is reused. Texts, 32-bit integers, dates, DECIMAL(18,2) and booleans are
// read: what NewParquetWriter writes, lists apart. It holds one page of
// each column.
func ReadParquetRows(r io.ReaderAt, size int64, names []string, f func(*Chunk) error) error {
	return withParquet(r, size, func(in *file.Reader) error {
		for g := range in.NumRowGroups() {
			if err := readGroup(in, g, names, f); err != nil {
				return err
			}
		}
		return nil
	})
}

// ReadParquetGroup is ReadParquetRows of one row group.
func ReadParquetGroup(r io.ReaderAt, size int64, group int, names []string, f func(*Chunk) error) error {
	return withParquet(r, size, func(in *file.Reader) error { return readGroup(in, group, names, f) })
}

// stopped is what whoever takes the rows says: no fault of the file's.
type stopped struct{ error }

func withParquet(r io.ReaderAt, size int64, f func(*file.Reader) error) (err error) {
	defer func() {
		var told stopped
		if p := recover(); p != nil { // the library panics on some damaged pages
			err = fmt.Errorf("read parquet: %v", p)
		} else if errors.As(err, &told) {
			err = told.error
		}
	}()
	in, err := file.NewParquetReader(io.NewSectionReader(r, 0, size))
	if err != nil {
		return fmt.Errorf("read parquet footer: %w", err)
	}
	return f(in)
}

func readGroup(in *file.Reader, g int, names []string, f func(*Chunk) error) error {
	places, columns, err := findColumns(in.MetaData().Schema, names)
	if err != nil {
		return err
	}
	chunk, group := NewChunk(columns), in.RowGroup(g)
	readers := make([]file.ColumnChunkReader, len(places))
	for i, place := range places {
		if readers[i], err = group.Column(place); err != nil {
			return fmt.Errorf("read parquet column %s: %w", names[i], err)
		}
	}
	for left := group.NumRows(); left > 0; {
		n := min(left, readRows)
		chunk.Reset()
		for i := range readers {
			if err := readValues(readers[i], &chunk.Columns[i], int(n)); err != nil {
				return fmt.Errorf("read parquet column %s: %w", names[i], err)
			}
		}
		chunk.rows = int(n)
		left -= n
		if err := f(chunk); err != nil {
			return stopped{err}
		}
	}
	return nil
}

// readRows is how many rows are handed on at a time.
const readRows = 8192

func findColumns(sc *schema.Schema, names []string) (places []int, columns []Column, err error) {
	for _, name := range names {
		place := -1
		for i := range sc.NumColumns() {
			if c := sc.Column(i); c.Path() == name && c.MaxRepetitionLevel() == 0 {
				place = i
			}
		}
		if place < 0 {
			return nil, nil, fmt.Errorf("read parquet: %w: %s", ErrNoColumn, name)
		}
		kind := valueKind(sc.Column(place))
		if kind == 0 {
			return nil, nil, fmt.Errorf("read parquet: %w: %s", ErrNoColumn, name)
		}
		places, columns = append(places, place), append(columns, Column{Name: name, Kind: kind})
	}
	return places, columns, nil
}

// valueKind is the Kind of a column of single values; 0 where none of ours holds it.
func valueKind(c *schema.Column) Kind {
	if c.MaxRepetitionLevel() > 0 {
		return 0
	}
	switch logical := c.LogicalType(); c.PhysicalType() {
	case parquet.Types.ByteArray:
		return String
	case parquet.Types.Boolean:
		return Bool
	case parquet.Types.Int32:
		if (schema.DateLogicalType{}).Equals(logical) {
			return Date
		}
		return Int
	case parquet.Types.Int64:
		if d, ok := logical.(*schema.DecimalLogicalType); ok && d.Scale() == DecimalScale && d.Precision() <= DecimalPrecision {
			return Decimal
		}
	}
	return 0
}

// ParquetColumns are the columns of a Parquet file of size bytes, and groups the
// rows of its row groups; the Kind is 0 of a column that ReadParquetRows does not
// read.
func ParquetColumns(r io.ReaderAt, size int64) (columns []Column, groups []int64, err error) {
	err = withParquet(r, size, func(in *file.Reader) error {
		sc := in.MetaData().Schema
		for i := range sc.NumColumns() {
			c := sc.Column(i)
			columns = append(columns, Column{Name: c.Path(), Kind: valueKind(c), Nullable: c.MaxDefinitionLevel() > 0})
		}
		for g := range in.NumRowGroups() {
			groups = append(groups, in.RowGroup(g).NumRows())
		}
		return nil
	})
	return columns, groups, err
}

// readValues appends n values to v, missing ones in their places.
func readValues(r file.ColumnChunkReader, v *Values, n int) error {
	switch r := r.(type) {
	case *file.ByteArrayColumnChunkReader:
		return fillValues(r, v, n, func(b parquet.ByteArray) { v.AppendText(b) })
	case *file.Int32ColumnChunkReader:
		return fillValues(r, v, n, func(i int32) { v.AppendNum(int64(i)) })
	case *file.Int64ColumnChunkReader:
		return fillValues(r, v, n, v.AppendNum)
	case *file.BooleanColumnChunkReader:
		return fillValues(r, v, n, func(b bool) {
			if b {
				v.AppendNum(1)
			} else {
				v.AppendNum(0)
			}
		})
	}
	return fmt.Errorf("type %s is not read", r.Type())
}

// typedReader is what the library's readers of one physical type have alike.
type typedReader[T any] interface {
	file.ColumnChunkReader
	ReadBatch(n int64, values []T, defLevels, repLevels []int16) (total int64, read int, err error)
}

func fillValues[T any](r typedReader[T], v *Values, n int, put func(T)) error {
	values, levels := make([]T, n), make([]int16, n)
	present := r.Descriptor().MaxDefinitionLevel()
	for n > 0 {
		total, read, err := r.ReadBatch(int64(n), values[:n], levels[:n], nil)
		if err != nil {
			return err
		}
		if total == 0 {
			return io.ErrUnexpectedEOF
		}
		// The values of a batch alias the page: they are copied before the next.
		next := 0
		for i := range int(total) {
			if present > 0 && levels[i] < present {
				v.AppendNull()
				continue
			}
			if next == read {
				return io.ErrUnexpectedEOF
			}
			put(values[next])
			next++
		}
		n -= int(total)
	}
	return nil
}
