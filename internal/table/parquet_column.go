package table

import (
	"encoding/binary"
	"fmt"
	"math"
	"unicode/utf8"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/memory"
	"github.com/apache/arrow/go/v17/parquet"
	"github.com/apache/arrow/go/v17/parquet/file"
	"github.com/apache/arrow/go/v17/parquet/metadata"
	"github.com/apache/arrow/go/v17/parquet/schema"
)

// pageRows is how many rows are handed over at once; a data page ends only
// between two such batches, so never inside a row.
const pageRows = 4096

// columnEncoder writes one column's chunks; its buffers live from one row
// group to the next.
type columnEncoder struct {
	column Column
	descr  *schema.Column
	dict   dictionary

	def, rep []int16
	texts    []parquet.ByteArray
	int32s   []int32
	int64s   []int64
	bools    []bool
}

// write lays out the chunk of one row group: the first rows of v.
func (e *columnEncoder) write(v *Values, rows int, chunk *metadata.ColumnChunkMetaDataBuilder, pages file.PageWriter, props *parquet.WriterProperties) error {
	if err := e.check(v, rows); err != nil {
		return err
	}
	useDict := e.dict.build(v, rows)
	stats := e.statistics(v, rows, useDict)
	chunk.SetStats(stats)

	encoding := parquet.Encodings.Plain
	if useDict {
		encoding = props.DictionaryIndexEncoding()
	}
	var w file.ColumnChunkWriter
	switch e.descr.PhysicalType() {
	case parquet.Types.ByteArray:
		w = file.NewByteArrayColumnChunkWriter(chunk, pages, useDict, encoding, props)
	case parquet.Types.Int32:
		w = file.NewInt32ColumnChunkWriter(chunk, pages, useDict, encoding, props)
	case parquet.Types.Int64:
		w = file.NewInt64ColumnChunkWriter(chunk, pages, useDict, encoding, props)
	default:
		w = file.NewBooleanColumnChunkWriter(chunk, pages, false, encoding, props)
	}
	if useDict {
		if err := e.putDictionary(w); err != nil {
			return err
		}
	}
	for from := 0; from < rows; from += pageRows {
		to := min(from+pageRows, rows)
		e.levels(v, from, to)
		var err error
		if useDict {
			err = e.writeIndices(w, v, from, to)
		} else {
			err = e.writeValues(w, v, from, to)
		}
		if err != nil {
			return fmt.Errorf("write page: %w", err)
		}
	}
	if err := w.Close(); err != nil {
		return fmt.Errorf("finish column: %w", err)
	}
	return nil
}

// check refuses what the column's type cannot hold.
func (e *columnEncoder) check(v *Values, rows int) error {
	if len(v.Null) < rows {
		return fmt.Errorf("%w: %d values for %d rows", ErrValues, len(v.Null), rows)
	}
	if !e.column.Nullable {
		for row, missing := range v.Null[:rows] {
			if missing {
				return fmt.Errorf("%w: row %d: no value in a column that is never empty", ErrValues, row)
			}
		}
	}
	var least, most int64
	switch v.Kind {
	case String, Strings:
		// Whole texts may be invalid though their concatenation is not, so
		// every text must also begin where a character does.
		if !utf8.Valid(v.arena) {
			return fmt.Errorf("%w: text is not UTF-8", ErrValues)
		}
		for _, end := range v.ends {
			if int(end) < len(v.arena) && !utf8.RuneStart(v.arena[end]) {
				return fmt.Errorf("%w: text is not UTF-8", ErrValues)
			}
		}
		return nil
	case Int, Date:
		least, most = math.MinInt32, math.MaxInt32
	case Decimal:
		least, most = -(1e18 - 1), 1e18-1
	case Bool:
		least, most = 0, 1
	}
	for row, n := range v.Num[:rows] {
		if n < least || n > most {
			return fmt.Errorf("%w: row %d: number outside the range of %s", ErrValues, row, v.Kind)
		}
	}
	return nil
}

// levels fills def and rep for the rows [from, to); both stay empty where the
// column needs none.
func (e *columnEncoder) levels(v *Values, from, to int) {
	e.def, e.rep = e.def[:0], e.rep[:0]
	switch {
	case v.Kind == Strings:
		most := e.descr.MaxDefinitionLevel() // an element
		empty := most - 2                    // a list of none
		for row := from; row < to; row++ {
			n := v.ListLen(row)
			switch {
			case v.Null[row]:
				e.def, e.rep = append(e.def, 0), append(e.rep, 0)
			case n == 0:
				e.def, e.rep = append(e.def, empty), append(e.rep, 0)
			default:
				for i := range n {
					e.def, e.rep = append(e.def, most), append(e.rep, int16(min(i, 1)))
				}
			}
		}
	case e.column.Nullable:
		for _, missing := range v.Null[from:to] {
			if missing {
				e.def = append(e.def, 0)
			} else {
				e.def = append(e.def, 1)
			}
		}
	}
}

// levelSlices gives what the library wants: nil where there are no levels.
func (e *columnEncoder) levelSlices() (def, rep []int16) {
	if e.descr.MaxDefinitionLevel() > 0 {
		def = e.def
	}
	if e.descr.MaxRepetitionLevel() > 0 {
		rep = e.rep
	}
	return def, rep
}

// writeValues writes the present values of the rows [from, to) as they are.
func (e *columnEncoder) writeValues(w file.ColumnChunkWriter, v *Values, from, to int) (err error) {
	def, rep := e.levelSlices()
	switch w := w.(type) {
	case *file.ByteArrayColumnChunkWriter:
		e.texts = e.texts[:0]
		for i, last := elements(v, from, to); i < last; i++ {
			if v.Kind == Strings || !v.Null[i] {
				e.texts = append(e.texts, slice(v.arena, v.ends, i))
			}
		}
		_, err = w.WriteBatch(e.texts, def, rep)
	case *file.Int32ColumnChunkWriter:
		e.int32s = e.int32s[:0]
		for row := from; row < to; row++ {
			if !v.Null[row] {
				e.int32s = append(e.int32s, int32(v.Num[row]))
			}
		}
		_, err = w.WriteBatch(e.int32s, def, rep)
	case *file.Int64ColumnChunkWriter:
		e.int64s = e.int64s[:0]
		for row := from; row < to; row++ {
			if !v.Null[row] {
				e.int64s = append(e.int64s, v.Num[row])
			}
		}
		_, err = w.WriteBatch(e.int64s, def, rep)
	case *file.BooleanColumnChunkWriter:
		e.bools = e.bools[:0]
		for row := from; row < to; row++ {
			if !v.Null[row] {
				e.bools = append(e.bools, v.Num[row] == 1)
			}
		}
		_, err = w.WriteBatch(e.bools, def, rep)
	}
	return err
}

// writeIndices writes the rows [from, to) as places in the dictionary.
func (e *columnEncoder) writeIndices(w file.ColumnChunkWriter, v *Values, from, to int) error {
	first, last := elements(v, from, to)
	index := e.dict.index[first:last]
	var valid *memory.Buffer
	missing := 0
	if v.Kind != Strings && e.column.Nullable {
		bits := make([]byte, (len(index)+7)/8)
		for i, null := range v.Null[from:to] {
			if null {
				missing++
			} else {
				bits[i/8] |= 1 << (i % 8)
			}
		}
		valid = memory.NewBufferBytes(bits)
	}
	data := array.NewData(arrow.PrimitiveTypes.Int32, len(index),
		[]*memory.Buffer{valid, memory.NewBufferBytes(arrow.Int32Traits.CastToBytes(index))}, nil, missing, 0)
	defer data.Release()
	indices := array.NewInt32Data(data)
	defer indices.Release()
	def, rep := e.levelSlices()
	return w.WriteDictIndices(indices, def, rep)
}

// putDictionary hands the library the dictionary already made.
func (e *columnEncoder) putDictionary(w file.ColumnChunkWriter) error {
	taker, ok := w.CurrentEncoder().(interface{ PutDictionary(arrow.Array) error })
	if !ok {
		return fmt.Errorf("no dictionary encoder for %s", e.descr.PhysicalType())
	}
	values := e.dict.values(e.descr.PhysicalType())
	defer values.Release()
	if err := taker.PutDictionary(values); err != nil {
		return fmt.Errorf("hand over dictionary: %w", err)
	}
	return nil
}

// elements turns rows into places of v.ends (Strings: elements) or v.Num.
func elements(v *Values, from, to int) (first, last int) {
	if v.Kind != Strings {
		return from, to
	}
	f, _ := bounds(v.list, from)
	_, l := bounds(v.list, to-1)
	return int(f), int(l)
}

// maxStatistic is the longest text, in bytes, that a bound may be: readers
// take a shortened bound for a value.
const maxStatistic = 256

// statistics counts the chunk's statistics from the values themselves (from
// the dictionary where there is one: it holds each value that occurs, once).
func (e *columnEncoder) statistics(v *Values, rows int, useDict bool) (s metadata.EncodedStatistics) {
	s.HasNullCount = true
	for row := range rows {
		if v.Null[row] || v.Kind == Strings && v.ListLen(row) == 0 {
			s.NullCount++
		}
	}
	if useDict {
		s.HasDistinctCount, s.DistinctCount = true, int64(e.dict.len())
	}
	switch v.Kind {
	case String, Strings:
		e.textBounds(&s, v, rows, useDict)
	default:
		e.numBounds(&s, v, rows)
	}
	return s
}

func (e *columnEncoder) textBounds(s *metadata.EncodedStatistics, v *Values, rows int, useDict bool) {
	var least, most []byte
	found := false
	look := func(text []byte) {
		if !found {
			least, most, found = text, text, true
			return
		}
		// Comparing strings compares bytes, as Parquet orders UTF8.
		if string(text) < string(least) {
			least = text
		}
		if string(text) > string(most) {
			most = text
		}
	}
	if useDict {
		for i := range e.dict.ends {
			look(slice(e.dict.arena, e.dict.ends, i))
		}
	} else if rows > 0 {
		for i, last := elements(v, 0, rows); i < last; i++ {
			if v.Kind == Strings || !v.Null[i] {
				look(slice(v.arena, v.ends, i))
			}
		}
	}
	if found && len(least) <= maxStatistic && len(most) <= maxStatistic {
		s.SetMin(append([]byte{}, least...)).SetMax(append([]byte{}, most...))
	}
}

func (e *columnEncoder) numBounds(s *metadata.EncodedStatistics, v *Values, rows int) {
	least, most := int64(math.MaxInt64), int64(math.MinInt64)
	for row, n := range v.Num[:rows] {
		if !v.Null[row] {
			least, most = min(least, n), max(most, n)
		}
	}
	if least > most {
		return
	}
	plain := func(n int64) []byte {
		switch v.Kind {
		case Bool:
			return []byte{byte(n)}
		case Decimal:
			return binary.LittleEndian.AppendUint64(nil, uint64(n))
		}
		return binary.LittleEndian.AppendUint32(nil, uint32(int32(n)))
	}
	s.SetMin(plain(least)).SetMax(plain(most))
}
