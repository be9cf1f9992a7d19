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
	plain bool // the dictionary does not pay, or was never wanted: values stand in pages as they are
	gap   int  // rows of the pages to come that hold nothing at all
	words textList

	pages, dictPage       []byte
	values, present       int // entries, and those with a value
	plainPages, dictPages int32
	size                  int64 // uncompressed, headers included
	stats                 statistics
}

func newLeafEncoder(l leaf) *leafEncoder {
	e := &leafEncoder{leaf: l}
	e.mostDef, e.mostRep = l.depth()
	e.reset()
	return e
}

// reset begins a row group.
func (e *leafEncoder) reset() {
	e.dict.reset()
	e.plain, e.gap = e.column.Kind == Bool, 0
	e.pages, e.dictPage = e.pages[:0], e.dictPage[:0]
	e.values, e.present, e.plainPages, e.dictPages, e.size = 0, 0, 0, 0, 0
	e.stats = statistics{}
}

// entries are what a leaf holds in one chunk: for each row, or element of a
// list, a value or none.
type entries struct {
	v       *Values
	n       int
	null    []bool // looked at where missing > 0
	missing int
	words   *textList // of a coded column: its vocabulary
}

// encode makes the page of a chunk's rows.
func (e *leafEncoder) encode(c *Chunk, s *scratch) error {
	in, err := e.entries(c)
	if err != nil || c.rows == 0 {
		return err
	}
	values, nothing := e.levels(c, &in, s)
	e.values += values
	if nothing {
		e.gap += c.rows
		return nil
	}
	distinct, places := e.dict.len(), s.places[:0]
	if !e.plain {
		var pays bool
		if places, pays = e.dict.places(places, &in, e.present); !pays {
			e.dict.cut(distinct)
			e.plain = true
		}
		s.places = places[:0]
	}
	e.present += in.n - in.missing
	e.endGap(s)
	s.raw = append(s.raw[:0], s.levels...)
	plain := e.plain || e.dict.len() == 0 // where there are levels and no value yet
	if plain {
		if s.raw, err = e.appendPlain(s.raw, &in); err != nil {
			return err
		}
	} else {
		width := max(1, widthOf(e.dict.len()-1))
		s.raw = appendHybrid(append(s.raw, byte(width)), places, width)
	}
	e.endPage(s, values, plain)
	return nil
}

// entries finds the leaf's entries in a chunk, and refuses what cannot stand
// in its column.
func (e *leafEncoder) entries(c *Chunk) (in entries, err error) {
	v, outer := e.in(c)
	in = entries{v: v, n: c.rows, words: &e.words}
	if outer != nil && outer.Kind == Structs {
		_, in.n = outer.elements(0, c.rows)
	}
	in.null = v.Null[:in.n]
	for _, missing := range in.null {
		if missing {
			in.missing++
		}
	}
	if in.missing > 0 && !e.column.Nullable || outer != nil {
		if err := e.complete(&in, outer, c.rows); err != nil {
			return in, err
		}
	}
	if v.Kind == Strings { // what follows looks at the elements, none of which is missing
		_, in.n = v.elements(0, in.n)
		in.null, in.missing = nil, 0
	}
	return in, nil
}

// complete refuses what is missing though it never is, and a value in a struct
// that is missing.
func (e *leafEncoder) complete(in *entries, outer *Values, rows int) error {
	var without []bool // of a Struct: rows that have none
	if outer != nil {
		for _, missing := range outer.Null[:rows] {
			if missing && !e.outer.Nullable {
				return fmt.Errorf("%w: no struct in a column that is never empty", ErrValues)
			}
		}
		if outer.Kind == Struct {
			without = outer.Null
		}
	}
	for i, missing := range in.null {
		gone := without != nil && without[i]
		if missing && !gone && !e.column.Nullable {
			return fmt.Errorf("%w: no value in a column that is never empty", ErrValues)
		}
		if !missing && gone {
			return fmt.Errorf("%w: a value in a struct that is missing", ErrValues)
		}
	}
	return nil
}

// levels puts the levels of a chunk into the scratch's levels, gives how many
// there are, and tells whether they say that there is nothing: no row holds
// anything.
func (e *leafEncoder) levels(c *Chunk, in *entries, s *scratch) (values int, nothing bool) {
	s.levels = s.levels[:0]
	switch {
	case e.mostDef == 0:
		return c.rows, false
	case e.outer == nil && e.column.Kind != Strings:
		e.stats.nulls += int64(in.missing)
		if nothing = in.missing == in.n; !nothing {
			s.levels = appendPresence(s.levels, in.null, in.missing)
		}
		return c.rows, nothing
	}
	v, outer := e.in(c)
	s.def, s.rep = e.leaf.levels(v, outer, c.rows, s.def[:0], s.rep[:0])
	nothing = in.n == in.missing
	for _, d := range s.def {
		if d < e.mostDef {
			e.stats.nulls++
		}
		nothing = nothing && d == 0
	}
	s.levels = appendLevels(s.levels, s.rep, e.mostRep)
	s.levels = appendLevels(s.levels, s.def, e.mostDef)
	return len(s.def), nothing
}

// endGap makes one page of the rows before that hold nothing.
func (e *leafEncoder) endGap(s *scratch) {
	if e.gap == 0 {
		return
	}
	s.raw = s.raw[:0]
	for _, most := range []uint8{e.mostRep, e.mostDef} {
		if most > 0 {
			s.raw = appendUniform(s.raw, e.gap, 0)
		}
	}
	if !e.plain {
		s.raw = append(s.raw, 1) // the width of no places
	}
	e.endPage(s, e.gap, e.plain)
	e.gap = 0
}

// endPage finishes the data page in the scratch.
func (e *leafEncoder) endPage(s *scratch, values int, plain bool) {
	header := pageHeader{values: values, encoding: parquet.Encodings.Plain}
	if plain {
		e.plainPages++
	} else {
		header.encoding = parquet.Encodings.RLEDict
		e.dictPages++
	}
	var size int64
	e.pages, size = s.appendPage(e.pages, header)
	e.size += size
}

// finish ends the row group's chunk of this leaf.
func (e *leafEncoder) finish(s *scratch) error {
	n := e.dict.len()
	e.plain = e.plain || n == 0
	e.endGap(s)
	if n == 0 {
		return nil
	}
	if e.column.Kind == String || e.column.Kind == Strings {
		for place := range n {
			if err := e.seeText(e.dict.text(place, &e.words)); err != nil {
				return err
			}
		}
	} else if err := e.seeNums(&entries{n: n}, e.dict.nums); err != nil {
		return err
	}
	if !e.plain {
		e.stats.distinct = int64(n)
	}
	s.raw = e.dict.plain(s.raw[:0], e.column.Kind, &e.words)
	var size int64
	e.dictPage, size = s.appendPage(e.dictPage, pageHeader{dictionary: true, values: n})
	e.size += size
	return nil
}

var errNotUTF8 = fmt.Errorf("%w: text is not UTF-8", ErrValues)

func (e *leafEncoder) seeText(text []byte) error {
	if !utf8.Valid(text) {
		return errNotUTF8
	}
	e.stats.seeText(text)
	return nil
}

// seeNums refuses numbers outside the column's range and counts the bounds of
// those that are there.
func (e *leafEncoder) seeNums(in *entries, nums []int64) error {
	least, most := int64(math.MaxInt64), int64(math.MinInt64)
	for i, n := range nums {
		if in.missing == 0 || !in.null[i] {
			least, most = min(least, n), max(most, n)
		}
	}
	if least > most {
		return nil
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

// appendPlain appends the values that are there, as they are.
func (e *leafEncoder) appendPlain(dst []byte, in *entries) ([]byte, error) {
	if e.column.Kind != String && e.column.Kind != Strings {
		if err := e.seeNums(in, in.v.Num[:in.n]); err != nil {
			return nil, err
		}
		if e.column.Kind == Bool {
			return in.appendBits(dst), nil
		}
		for i, n := range in.v.Num[:in.n] {
			if in.missing == 0 || !in.null[i] {
				dst = appendPlainNum(dst, e.column.Kind, n)
			}
		}
		return dst, nil
	}
	coded := in.v.vocabulary != nil
	if !coded && !in.v.texts.valid() {
		return nil, errNotUTF8
	}
	for i := range in.n {
		if in.missing > 0 && in.null[i] {
			continue
		}
		var text []byte
		if coded {
			text = in.words.at(int(in.v.codes[i]))
			if err := e.seeText(text); err != nil {
				return nil, err
			}
		} else {
			text = in.v.texts.at(i)
			e.stats.seeText(text)
		}
		dst = appendPlainText(dst, text)
	}
	return dst, nil
}

// valid tells whether each text is UTF-8: all together, and each begins where a
// character does.
func (l *textList) valid() bool {
	if !utf8.Valid(l.arena) {
		return false
	}
	for _, end := range l.ends {
		if int(end) < len(l.arena) && !utf8.RuneStart(l.arena[end]) {
			return false
		}
	}
	return true
}

// appendBits appends Bools, eight to a byte.
func (in *entries) appendBits(dst []byte) []byte {
	n := 0
	for i, b := range in.v.Num[:in.n] {
		if in.missing > 0 && in.null[i] {
			continue
		}
		if n%8 == 0 {
			dst = append(dst, 0)
		}
		dst[len(dst)-1] |= byte(b) << (n % 8)
		n++
	}
	return dst
}
