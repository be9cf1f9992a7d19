package table

import (
	"errors"
	"fmt"
	"io"

	"github.com/apache/arrow/go/v17/parquet"
	"github.com/apache/arrow/go/v17/parquet/file"
)

// leafReader turns the entries of one leaf of a file back into rows.
type leafReader struct {
	leaf
	file             int  // its place among the file's leaves
	leads            bool // the first of its struct tells of the struct itself
	mostDef, mostRep int16
	there, again     int16 // levels of what it stands in: 0 at the top

	pages  file.ColumnChunkReader
	def    []int16 // entries that were read
	rep    []int16
	entry  int    // the next of them
	values Values // those that are there, in order
	value  int    // the next of them

	bytes  []parquet.ByteArray
	int32s []int32
	int64s []int64
	bools  []bool
}

func newLeafReader(l leaf, place int) *leafReader {
	r := &leafReader{leaf: l, file: place, leads: l.outer != nil && l.field == 0}
	r.values.Kind = l.column.Kind
	def, rep := l.depth()
	r.mostDef, r.mostRep = int16(def), int16(rep)
	if l.outer != nil {
		def, rep = l.outer.depth()
		r.there, r.again = int16(def), int16(rep)
	}
	return r
}

// begin opens the leaf in a row group.
func (l *leafReader) begin(group *file.RowGroupReader) (err error) {
	l.def, l.rep, l.entry, l.value = l.def[:0], l.rep[:0], 0, 0
	l.values.reset()
	l.pages, err = group.Column(l.file)
	return err
}

var errLevels = errors.New("levels that fit no row")

// read appends n rows to the leaf's values in c.
func (l *leafReader) read(c *Chunk, n int) error {
	v, outer := l.in(c)
	if outer == nil && l.mostRep == 0 {
		return l.readFlat(v, n)
	}
	for rows := 0; ; l.entry++ {
		if l.mostRep == 0 && rows == n {
			return nil
		}
		if l.entry == len(l.def) {
			// A row with a list ends where the next row begins, which is seen
			// in the next batch; or with the row group.
			if more, err := l.more(n - rows); err != nil {
				return err
			} else if !more && rows < n {
				return io.ErrUnexpectedEOF
			} else if !more {
				return nil
			}
		}
		def, rep := l.def[l.entry], l.rep[l.entry]
		if rep == 0 {
			if rows == n {
				return nil
			}
			rows++
		} else if rows == 0 {
			return errLevels
		}
		if l.outer != nil {
			if l.leads && !l.lead(outer, def, rep) {
				return errLevels
			}
			if l.outer.Kind == Structs && def < l.there {
				continue
			}
		}
		if err := l.put(v, def, rep); err != nil {
			return err
		}
	}
}

// lead tells the struct of an entry of its first field; false where an element
// is missing, which none of ours is.
func (l *leafReader) lead(outer *Values, def, rep int16) bool {
	if rep == 0 {
		outer.Null = append(outer.Null, l.outer.Nullable && def == 0)
	}
	if l.outer.Kind == Struct {
		return true
	}
	if rep == 0 {
		outer.list = append(outer.list, lastOf(outer.list))
	}
	if rep <= l.again && def >= l.there {
		outer.list[len(outer.list)-1]++
	}
	return def != l.there-1
}

// put appends what an entry says of the leaf's column.
func (l *leafReader) put(v *Values, def, rep int16) error {
	if l.column.Kind != Strings {
		if def < l.mostDef {
			v.AppendNull()
			return nil
		}
		return l.putValue(v)
	}
	if rep <= l.again { // a list begins
		v.Null = append(v.Null, def < l.mostDef-2)
		v.list = append(v.list, lastOf(v.list))
	} else if def < l.mostDef {
		return errLevels
	}
	switch def {
	case l.mostDef:
		v.list[len(v.list)-1]++
		return l.putValue(v)
	case l.mostDef - 1: // an element that is missing
		return errLevels
	}
	return nil
}

func (l *leafReader) putValue(v *Values) error {
	i := l.value
	l.value++
	switch l.column.Kind {
	case Strings, String:
		if i >= l.values.texts.len() {
			return io.ErrUnexpectedEOF
		}
		text := l.values.texts.at(i)
		if uint64(len(v.texts.arena))+uint64(len(text)) > maxArena {
			return errTextTooLong
		}
		if l.column.Kind == Strings {
			v.texts.append(text)
		} else {
			v.AppendText(text)
		}
	default:
		if i >= len(l.values.Num) {
			return io.ErrUnexpectedEOF
		}
		v.AppendNum(l.values.Num[i])
	}
	return nil
}

// more reads the next entries: no more than n of a leaf without lists, so that
// none is left over.
func (l *leafReader) more(n int) (bool, error) {
	if l.mostRep > 0 {
		n = readRows
	}
	l.entry, l.value = 0, 0
	l.values.reset()
	total, values, err := l.batch(n)
	if err != nil {
		return false, err
	}
	if l.column.texts() {
		for _, text := range l.bytes[:values] {
			l.values.texts.append(text)
		}
	} else {
		l.values.Num = append(l.values.Num, l.int64s[:values]...)
	}
	l.def, l.rep = l.def[:total], l.rep[:total]
	if l.mostRep == 0 {
		clear(l.rep)
	}
	if l.mostDef == 0 {
		clear(l.def)
	}
	return total > 0, nil
}

// batch reads up to n entries, and as many of their values as are there into the
// slice of their type. Texts alias a page: they are copied before the next batch.
func (l *leafReader) batch(n int) (entries, values int, err error) {
	var total int64
	l.def, l.rep = sized(l.def, n), sized(l.rep, n)
	switch r := l.pages.(type) {
	case *file.ByteArrayColumnChunkReader:
		l.bytes = sized(l.bytes, n)
		total, values, err = r.ReadBatch(int64(n), l.bytes, l.def, l.rep)
	case *file.Int32ColumnChunkReader:
		l.int32s = sized(l.int32s, n)
		l.int64s = sized(l.int64s, n)
		total, values, err = r.ReadBatch(int64(n), l.int32s, l.def, l.rep)
		for i, v := range l.int32s[:values] {
			l.int64s[i] = int64(v)
		}
	case *file.Int64ColumnChunkReader:
		l.int64s = sized(l.int64s, n)
		total, values, err = r.ReadBatch(int64(n), l.int64s, l.def, l.rep)
	case *file.BooleanColumnChunkReader:
		l.bools = sized(l.bools, n)
		l.int64s = sized(l.int64s, n)
		total, values, err = r.ReadBatch(int64(n), l.bools, l.def, l.rep)
		for i, v := range l.bools[:values] {
			l.int64s[i] = int64(bit(v))
		}
	default:
		return 0, 0, fmt.Errorf("type %s is not read", r.Type())
	}
	return int(total), values, err
}

// readFlat is read of a leaf that is a column: an entry is a row.
func (l *leafReader) readFlat(v *Values, n int) error {
	for n > 0 {
		total, values, err := l.batch(n)
		if err != nil {
			return err
		}
		if total == 0 {
			return io.ErrUnexpectedEOF
		}
		n -= total
		next := 0
		for _, def := range l.def[:total] {
			switch {
			case l.mostDef > 0 && def < l.mostDef:
				v.AppendNull()
				continue
			case next == values:
				return io.ErrUnexpectedEOF
			case v.Kind == String:
				if len(v.texts.arena)+len(l.bytes[next]) > maxArena {
					return errTextTooLong
				}
				v.AppendText(l.bytes[next])
			default:
				v.AppendNum(l.int64s[next])
			}
			next++
		}
	}
	return nil
}

func sized[T any](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n)
	}
	return s[:n]
}
