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
	l.def, l.rep = sized(l.def, n), sized(l.rep, n)
	l.entry, l.value = 0, 0
	l.values.reset()
	total, err := l.batch(n)
	if err != nil {
		return false, err
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

// batch reads up to n entries, and copies their values: the library's alias a
// page.
func (l *leafReader) batch(n int) (int, error) {
	var total int64
	var read int
	var err error
	switch r := l.pages.(type) {
	case *file.ByteArrayColumnChunkReader:
		l.bytes = sized(l.bytes, n)
		total, read, err = r.ReadBatch(int64(n), l.bytes, l.def, l.rep)
		for _, text := range l.bytes[:read] {
			l.values.texts.append(text)
		}
	case *file.Int32ColumnChunkReader:
		l.int32s = sized(l.int32s, n)
		total, read, err = r.ReadBatch(int64(n), l.int32s, l.def, l.rep)
		for _, i := range l.int32s[:read] {
			l.values.Num = append(l.values.Num, int64(i))
		}
	case *file.Int64ColumnChunkReader:
		l.int64s = sized(l.int64s, n)
		total, read, err = r.ReadBatch(int64(n), l.int64s, l.def, l.rep)
		l.values.Num = append(l.values.Num, l.int64s[:read]...)
	case *file.BooleanColumnChunkReader:
		l.bools = sized(l.bools, n)
		total, read, err = r.ReadBatch(int64(n), l.bools, l.def, l.rep)
		for _, b := range l.bools[:read] {
			bit := int64(0)
			if b {
				bit = 1
			}
			l.values.Num = append(l.values.Num, bit)
		}
	default:
		return 0, fmt.Errorf("type %s is not read", r.Type())
	}
	return int(total), err
}

func sized[T any](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n)
	}
	return s[:n]
}
