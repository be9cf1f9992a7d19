package table

import (
	"bytes"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/memory"
	"github.com/apache/arrow/go/v17/parquet"
)

// dictionary holds the distinct values of one column chunk in order of first
// appearance, and for each value its place there. It is made in one pass here
// rather than by the library, which asks its hash table once a value, through
// an interface; neighbours in sorted data are mostly equal and cost nothing.
type dictionary struct {
	index []int32 // row (of lists: element) -> place; 0 where it is missing

	nums  []int64
	arena []byte
	ends  []uint32

	byText map[string]int32
	byNum  map[int64]int32
}

const (
	// A dictionary pays while values repeat: it is given up when more than
	// freeEntries values are distinct and they are more than half of those
	// seen, or when its text outgrows dictionaryText bytes.
	freeEntries    = 1024
	dictionaryText = 4 << 20
)

// build fills the dictionary from the first rows of v and tells whether one
// pays. Booleans need none; where nothing is present there is none to make.
func (d *dictionary) build(v *Values, rows int) bool {
	d.index, d.nums, d.arena, d.ends = d.index[:0], d.nums[:0], d.arena[:0], d.ends[:0]
	if v.Kind == Bool || rows == 0 {
		return false
	}
	first, last := elements(v, 0, rows)
	present := 0
	if v.Kind == String || v.Kind == Strings {
		d.byText = emptied(d.byText)
		var previous []byte
		var place int32
		for i := first; i < last; i++ {
			if v.Kind == String && v.Null[i] {
				d.index = append(d.index, 0)
				continue
			}
			text := slice(v.arena, v.ends, i)
			if present == 0 || !bytes.Equal(text, previous) {
				place = d.text(text)
				previous = text
			}
			present++
			d.index = append(d.index, place)
			if d.tooLarge(present) {
				return false
			}
		}
		return present > 0
	}
	d.byNum = emptied(d.byNum)
	var previous int64
	var place int32
	for i := first; i < last; i++ {
		if v.Null[i] {
			d.index = append(d.index, 0)
			continue
		}
		if n := v.Num[i]; present == 0 || n != previous {
			place = d.num(n)
			previous = n
		}
		present++
		d.index = append(d.index, place)
		if d.tooLarge(present) {
			return false
		}
	}
	return present > 0
}

func (d *dictionary) len() int { return len(d.nums) + len(d.ends) }

func (d *dictionary) tooLarge(present int) bool {
	n := d.len()
	return n > freeEntries && n > present/2 || len(d.arena) > dictionaryText
}

func (d *dictionary) text(text []byte) int32 {
	place, ok := d.byText[string(text)]
	if !ok {
		place = int32(len(d.ends))
		d.byText[string(text)] = place
		d.arena = append(d.arena, text...)
		d.ends = append(d.ends, uint32(len(d.arena)))
	}
	return place
}

func (d *dictionary) num(n int64) int32 {
	place, ok := d.byNum[n]
	if !ok {
		place = int32(len(d.nums))
		d.byNum[n] = place
		d.nums = append(d.nums, n)
	}
	return place
}

// values gives the dictionary as the library takes it.
func (d *dictionary) values(physical parquet.Type) arrow.Array {
	var raw []byte
	var offsets *memory.Buffer
	var kind arrow.DataType
	n := len(d.nums)
	switch physical {
	case parquet.Types.ByteArray:
		kind, raw, n = arrow.BinaryTypes.String, d.arena, len(d.ends)
		starts := make([]int32, 1, n+1)
		for _, end := range d.ends {
			starts = append(starts, int32(end))
		}
		offsets = memory.NewBufferBytes(arrow.Int32Traits.CastToBytes(starts))
	case parquet.Types.Int32:
		kind = arrow.PrimitiveTypes.Int32
		narrow := make([]int32, n)
		for i, v := range d.nums {
			narrow[i] = int32(v)
		}
		raw = arrow.Int32Traits.CastToBytes(narrow)
	default:
		kind, raw = arrow.PrimitiveTypes.Int64, arrow.Int64Traits.CastToBytes(d.nums)
	}
	buffers := []*memory.Buffer{nil}
	if offsets != nil {
		buffers = append(buffers, offsets)
	}
	data := array.NewData(kind, n, append(buffers, memory.NewBufferBytes(raw)), nil, 0, 0)
	defer data.Release()
	return array.MakeFromData(data)
}

// emptied clears a map that stays within bounds and replaces one that grew.
func emptied[K comparable](m map[K]int32) map[K]int32 {
	if m == nil || len(m) > 4*freeEntries {
		return make(map[K]int32)
	}
	clear(m)
	return m
}
