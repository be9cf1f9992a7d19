package table

import (
	"fmt"
	"io"

	"github.com/apache/arrow/go/v17/parquet"
	"github.com/apache/arrow/go/v17/parquet/file"
)

// foreignPages reads a column chunk through the library: one that is compressed
// or encoded as no file of ours is. A batch of the library's is what a page is of
// the others.
type foreignPages struct {
	leaf leaf
	in   file.ColumnChunkReader

	def, rep []int16
	entry    int // the next
	words    textList
	nums     []int64
	value    int // the next

	bytes  []parquet.ByteArray
	int32s []int32
	bools  []bool
}

// begin opens a leaf, the n-th of the file, in a row group.
func (p *foreignPages) begin(group *file.RowGroupReader, n int) (err error) {
	defer sayPanic(&err)
	p.in, err = group.Column(n)
	p.def, p.rep = p.def[:0], p.rep[:0]
	return err
}

// next reads a batch. Texts alias a page of the library's: they are copied.
func (p *foreignPages) next() (entries int, err error) {
	defer sayPanic(&err)
	const n = readRows
	var total int64
	values := 0
	p.def, p.rep, p.nums = sized(p.def, n), sized(p.rep, n), sized(p.nums, n)
	p.words.reset()
	switch r := p.in.(type) {
	case *file.ByteArrayColumnChunkReader:
		p.bytes = sized(p.bytes, n)
		total, values, err = r.ReadBatch(n, p.bytes, p.def, p.rep)
		size := 0
		for _, text := range p.bytes[:values] {
			if size += len(text); size > maxArena {
				return 0, errTextTooLong
			}
			p.words.append(text)
		}
	case *file.Int32ColumnChunkReader:
		p.int32s = sized(p.int32s, n)
		total, values, err = r.ReadBatch(n, p.int32s, p.def, p.rep)
		for i, v := range p.int32s[:values] {
			p.nums[i] = int64(v)
		}
	case *file.Int64ColumnChunkReader:
		total, values, err = r.ReadBatch(n, p.nums, p.def, p.rep)
	case *file.BooleanColumnChunkReader:
		p.bools = sized(p.bools, n)
		total, values, err = r.ReadBatch(n, p.bools, p.def, p.rep)
		for i, v := range p.bools[:values] {
			p.nums[i] = int64(bit(v))
		}
	default:
		return 0, fmt.Errorf("type %s is not read", r.Type())
	}
	p.def, p.rep, p.nums = p.def[:total], p.rep[:total], p.nums[:values]
	p.entry, p.value = 0, 0
	return int(total), err
}

func (p *foreignPages) missing(dst []bool) (present int, err error) {
	most, _ := p.leaf.depth()
	for i := range dst {
		dst[i] = most > 0 && p.def[p.entry+i] < int16(most)
		present += 1 - int(bit(dst[i]))
	}
	p.entry += len(dst)
	return present, nil
}

func (p *foreignPages) levels(def, rep []uint8) error {
	mostDef, mostRep := p.leaf.depth()
	clear(def)
	clear(rep)
	for i := range def {
		if mostDef > 0 {
			def[i] = uint8(p.def[p.entry+i])
		}
		if mostRep > 0 {
			rep[i] = uint8(p.rep[p.entry+i])
		}
		if def[i] > mostDef || rep[i] > mostRep {
			return errLevels
		}
	}
	p.entry += len(def)
	return nil
}

// taken are the places of the next n values.
func (p *foreignPages) taken(n, there int) (from, to int, err error) {
	if n > there-p.value {
		return 0, 0, io.ErrUnexpectedEOF
	}
	p.value += n
	return p.value - n, p.value, nil
}

func (p *foreignPages) numbers(dst []int64) error {
	from, to, err := p.taken(len(dst), len(p.nums))
	copy(dst, p.nums[from:to])
	return err
}

func (p *foreignPages) texts(dst *textList, n int) error {
	from, to, err := p.taken(n, p.words.len())
	for i := from; i < to; i++ {
		if len(dst.arena)+len(p.words.at(i)) > maxArena {
			return errTextTooLong
		}
		dst.append(p.words.at(i))
	}
	return err
}

func (p *foreignPages) codes(dst []uint32, v *Vocabulary) error {
	from, to, err := p.taken(len(dst), p.words.len())
	for i := from; i < to; i++ {
		text := p.words.at(i)
		if len(v.texts.arena)+len(text) > maxArena {
			return errTextTooLong
		}
		dst[i-from] = v.Add(text)
	}
	return err
}
