package table

import (
	"fmt"
	"math"
	"unicode/utf8"

	"github.com/apache/arrow/go/v17/parquet"
)

// leafEncoder makes the pages of one leaf in the row group at hand: a page for
// each chunk, kept until the dictionary, which stands before them, is complete.
type leafEncoder struct {
	leaf
	mostDef, mostRep uint8

	dict  dictionary
	plain bool // the dictionary does not pay, or was never wanted
	texts textWay
	gap   int // rows of the pages to come that hold nothing at all
	row   int // of the row group: how many its pages hold
	words textList

	pages, dictPage []byte
	bloom           []byte
	values, present int // entries, and those with a value
	pagesOf         [encodings]int32
	size            int64 // uncompressed, headers included
	stats           statistics

	indexed bool // bounds of each page are told
	index   []pageEntry
}

// encodings is more than the number of any encoding.
const encodings = 16

// begin begins a file's leaf.
func (e *leafEncoder) begin(l leaf) {
	e.leaf, e.indexed = l, false
	e.mostDef, e.mostRep = l.depth()
	e.reset()
}

// reset begins a row group.
func (e *leafEncoder) reset() {
	e.dict.reset()
	e.plain, e.texts, e.gap = e.column.Kind == Bool, textWay{}, 0
	e.pages, e.dictPage, e.bloom = e.pages[:0], e.dictPage[:0], e.bloom[:0]
	e.values, e.present, e.size = 0, 0, 0
	e.pagesOf = [encodings]int32{}
	e.stats = statistics{}
	e.row, e.index = 0, e.index[:0]
}

// encode makes the page of a chunk's rows.
func (e *leafEncoder) encode(c *Chunk, s *scratch) error {
	if c.rows == 0 {
		return nil
	}
	in, err := e.entries(c, s)
	if err != nil {
		return err
	}
	before := e.stats
	if e.indexed {
		e.stats = statistics{}
	}
	values, nothing := e.levels(c, &in, s)
	e.values += values
	if nothing {
		e.gap += c.rows
		e.endStats(before)
		return nil
	}
	e.gather(&in, s)
	distinct := e.dict.len()
	if !e.plain {
		var pays bool
		if s.places, pays = e.dict.places(s.places[:0], s, &e.words, e.present); !pays {
			e.dict.cut(distinct)
			e.plain = true
		}
	}
	e.present += s.there()
	if err := e.endGap(s); err != nil {
		return err
	}
	s.raw = append(s.raw[:0], s.levels...)
	encoding := parquet.Encodings.RLEDict
	switch {
	case s.there() == 0 && e.dict.len() == 0: // levels alone
		encoding = parquet.Encodings.Plain
	case e.plain:
		if encoding, err = e.appendValues(s); err != nil {
			return err
		}
	default:
		width := max(1, widthOf(e.dict.len()-1))
		s.raw = appendHybrid(append(s.raw, byte(width)), s.places, width)
	}
	if e.indexed && !e.plain {
		e.seePlaces(s.places)
	}
	err = e.endPage(s, values, c.rows, e.stats, encoding)
	e.endStats(before)
	return err
}

// endStats adds those of a page to those of the row group so far.
func (e *leafEncoder) endStats(before statistics) {
	if e.indexed {
		page := e.stats
		e.stats = before
		e.stats.add(&page)
	}
}

// seePlaces finds the bounds of a page by what its entries are in the dictionary:
// where rows are sorted, most are the one before.
func (e *leafEncoder) seePlaces(places []uint32) {
	for i, place := range places {
		switch {
		case i > 0 && place == places[i-1]:
		case e.column.texts():
			e.stats.seeText(e.dict.text(int(place), &e.words))
		default:
			e.stats.seeNum(e.dict.nums[place])
		}
	}
}

// endGap makes one page of the rows before that hold nothing.
func (e *leafEncoder) endGap(s *scratch) error {
	if e.gap == 0 {
		return nil
	}
	s.raw = s.raw[:0]
	for _, most := range []uint8{e.mostRep, e.mostDef} {
		if most > 0 {
			s.raw = appendUniform(s.raw, e.gap, 0)
		}
	}
	encoding := parquet.Encodings.Plain
	if !e.plain {
		encoding = parquet.Encodings.RLEDict
		s.raw = append(s.raw, 1) // the width of no places
	}
	gap := e.gap
	e.gap = 0
	return e.endPage(s, gap, gap, statistics{nulls: int64(gap)}, encoding)
}

// endPage finishes the data page in the scratch, which holds so many rows.
func (e *leafEncoder) endPage(s *scratch, values, rows int, stats statistics, encoding parquet.Encoding) (err error) {
	e.pagesOf[encoding]++
	literals := false
	if encoding == parquet.Encodings.DeltaLengthByteArray || encoding == parquet.Encodings.DeltaByteArray {
		if literals, err = e.literals(s); err != nil {
			return err
		}
	}
	at, size := len(e.pages), int64(0)
	e.pages, size, err = s.appendPage(e.pages, pageHeader{values: values, encoding: encoding}, literals)
	e.size += size
	e.index = append(e.index, pageEntry{at: at, size: len(e.pages) - at, row: e.row, stats: stats})
	e.row += rows
	return err
}

// finish ends the row group's chunk of this leaf.
func (e *leafEncoder) finish(s *scratch) (err error) {
	n := e.dict.len()
	e.plain = e.plain || n == 0
	if err := e.endGap(s); err != nil || n == 0 {
		return err
	}
	if e.column.texts() {
		for place := range n {
			if err := e.seeText(e.dict.text(place, &e.words)); err != nil {
				return err
			}
		}
	} else if err := e.seeNums(e.dict.nums); err != nil {
		return err
	}
	if !e.plain {
		e.stats.distinct = int64(n)
		if e.column.texts() {
			e.bloom = appendBloom(e.bloom, n, func(place int) []byte { return e.dict.text(place, &e.words) })
		}
	}
	s.raw = e.dict.plain(s.raw[:0], e.column, &e.words)
	var size int64
	e.dictPage, size, err = s.appendPage(e.dictPage, pageHeader{dictionary: true, values: n}, false)
	e.size += size
	return err
}

var errNotUTF8 = fmt.Errorf("%w: text is not UTF-8", ErrValues)

func (e *leafEncoder) seeText(text []byte) error {
	if !utf8.Valid(text) {
		return errNotUTF8
	}
	e.stats.seeText(text)
	return nil
}

// seeNums refuses numbers outside the column's range and counts the bounds.
func (e *leafEncoder) seeNums(nums []int64) error {
	if len(nums) == 0 {
		return nil
	}
	least, most := nums[0], nums[0]
	for _, n := range nums {
		least, most = min(least, n), max(most, n)
	}
	from, to := int64(math.MinInt32), int64(math.MaxInt32)
	switch e.column.Kind {
	case Decimal:
		from, to = -(1e18 - 1), 1e18-1
	case Bool:
		from, to = 0, 1
	}
	if least < from || most > to {
		return fmt.Errorf("%w: number outside the range of %s", ErrValues, e.column.Kind)
	}
	e.stats.seeNum(least)
	e.stats.seeNum(most)
	return nil
}

// appendValues appends the values in the scratch as they are: numbers by their
// differences, texts as parquet_text.go says.
func (e *leafEncoder) appendValues(s *scratch) (parquet.Encoding, error) {
	if !e.column.texts() {
		if err := e.seeNums(s.nums); err != nil {
			return 0, err
		}
		if e.column.Kind == Bool {
			s.raw = appendBits(s.raw, s.nums)
			return parquet.Encodings.Plain, nil
		}
		s.raw = appendDelta(s.raw, s.nums, e.column.Kind != Decimal)
		return parquet.Encodings.DeltaBinaryPacked, nil
	}
	if s.texts != nil && !s.texts.valid() {
		return 0, errNotUTF8
	}
	return e.appendTexts(s)
}

// appendBits appends Bools, eight to a byte.
func appendBits(dst []byte, bools []int64) []byte {
	for i, b := range bools {
		if i%8 == 0 {
			dst = append(dst, 0)
		}
		dst[len(dst)-1] |= byte(b) << (i % 8)
	}
	return dst
}
