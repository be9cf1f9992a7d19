package table

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"slices"

	"github.com/apache/arrow/go/v17/parquet/metadata"
)

// The page index (parquet-format, PageIndex.md) lets a reader pass over pages. Of
// every leaf it says where its pages lie and at which rows they begin; of those that
// rows are sorted by, also what lies between: elsewhere a page holds about what its
// row group does. It stands before the footer.

// pageIndex is what is told of the pages of a file.
type pageIndex struct {
	columns, offsets []byte   // the indexes, one behind the other
	lengths          [][2]int // of both, leaf by leaf; a column index of 0 is none
}

// pageEntry is one data page of a leaf in the row group at hand.
type pageEntry struct {
	at, size, row int // in the leaf's pages, header included; its first row
	stats         statistics
}

// add tells of a leaf whose data pages begin at start in the file.
func (x *pageIndex) add(e *leafEncoder, start int64) {
	columns, offsets := len(x.columns), len(x.offsets)
	if e.indexed {
		x.columns = appendColumnIndex(x.columns, e.column.Kind, e.index)
	}
	x.offsets = appendOffsetIndex(x.offsets, e.index, start)
	x.lengths = append(x.lengths, [2]int{len(x.columns) - columns, len(x.offsets) - offsets})
}

// Structs of Thrift's compact protocol, field by field.
const (
	thriftNextI32  = 1<<4 | thriftI32
	thriftNextI64  = 1<<4 | thriftI64
	thriftNextList = 1<<4 | thriftList
)

func appendListHead(dst []byte, kind byte, n int) []byte {
	if n < 15 {
		return append(dst, byte(n)<<4|kind)
	}
	return binary.AppendUvarint(append(dst, 0xf0|kind), uint64(n))
}

// appendOffsetIndex appends an OffsetIndex.
func appendOffsetIndex(dst []byte, pages []pageEntry, start int64) []byte {
	dst = appendListHead(append(dst, thriftNextList), thriftStruct, len(pages))
	for i := range pages {
		p := &pages[i]
		dst = binary.AppendVarint(append(dst, thriftNextI64), start+int64(p.at))
		dst = binary.AppendVarint(append(dst, thriftNextI32), int64(p.size))
		dst = binary.AppendVarint(append(dst, thriftNextI64), int64(p.row))
		dst = append(dst, 0)
	}
	return append(dst, 0)
}

// appendColumnIndex appends a ColumnIndex, unless a bound is too long to be told:
// there is none of a page alone.
func appendColumnIndex(dst []byte, kind Kind, pages []pageEntry) []byte {
	bounds := make([][2][]byte, len(pages))
	for i := range pages {
		s := &pages[i].stats
		least, most, told := s.bounds(kind)
		if s.seen && !told {
			return dst
		}
		bounds[i] = [2][]byte{least, most}
	}
	dst = appendListHead(append(dst, thriftNextList), thriftTrue, len(pages))
	for i := range pages {
		said := byte(thriftFalse)
		if !pages[i].stats.seen {
			said = thriftTrue
		}
		dst = append(dst, said)
	}
	for end := range 2 {
		dst = appendListHead(append(dst, thriftNextList), thriftBinary, len(pages))
		for _, b := range bounds {
			dst = append(binary.AppendUvarint(dst, uint64(len(b[end]))), b[end]...)
		}
	}
	dst = binary.AppendVarint(append(dst, thriftNextI32), boundaryOrder(pages))
	dst = appendListHead(append(dst, thriftNextList), thriftI64, len(pages))
	for i := range pages {
		dst = binary.AppendVarint(dst, pages[i].stats.nulls)
	}
	return append(dst, 0)
}

// boundaryOrder tells whether bounds rise from page to page (1, ASCENDING) or not
// (0): pages without a value are passed over.
func boundaryOrder(pages []pageEntry) int64 {
	var before *statistics
	for i := range pages {
		s := &pages[i].stats
		if !s.seen {
			continue
		}
		if before != nil && (cmp.Or(cmp.Compare(before.leastNum, s.leastNum), bytes.Compare(before.leastText, s.leastText)) > 0 ||
			cmp.Or(cmp.Compare(before.mostNum, s.mostNum), bytes.Compare(before.mostText, s.mostText)) > 0) {
			return 0
		}
		before = s
	}
	return 1
}

// writeIndex writes the page index, and tells the footer of it and of the order that
// rows were held to.
func (p *ParquetWriter) writeIndex(footer *metadata.FileMetaData) error {
	column := p.out.Tell()
	offset := column + int64(len(p.index.columns))
	if _, err := p.out.Write(p.index.columns); err != nil {
		return err
	}
	if _, err := p.out.Write(p.index.offsets); err != nil {
		return err
	}
	lengths := p.index.lengths
	for _, group := range footer.RowGroups {
		for _, e := range p.order.by {
			group.SortingColumns = append(group.SortingColumns, newOf(group.SortingColumns))
			s := group.SortingColumns[len(group.SortingColumns)-1]
			s.ColumnIdx, s.NullsFirst = int32(slices.Index(p.leaves, e)), true
		}
		for _, chunk := range group.Columns {
			if n := lengths[0][0]; n > 0 {
				chunk.ColumnIndexOffset, chunk.ColumnIndexLength = new(column), new(int32(n))
				column += int64(n)
			}
			n := lengths[0][1]
			chunk.OffsetIndexOffset, chunk.OffsetIndexLength = new(offset), new(int32(n))
			offset += int64(n)
			lengths = lengths[1:]
		}
	}
	return nil
}

// newOf makes an element of a slice whose type the library keeps to itself.
func newOf[T any](_ []*T) *T { return new(T) }
