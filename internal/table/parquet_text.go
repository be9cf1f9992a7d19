package table

import (
	"encoding/binary"
	"math/bits"
	"unicode/utf8"

	"github.com/apache/arrow/go/v17/parquet"
)

// textWay is how the pages of texts that hardly repeat are written, found out
// at the first of a row group.
type textWay struct {
	known    bool
	prefixes bool // what a text begins with as the one before it is left out
	sampled  bool
	literals bool // no matches are looked for
}

// worthPrefix is how long, on average, a beginning is that is worth leaving out.
const worthPrefix = 3

// appendTexts appends the texts in the scratch: all their lengths, then all
// their bytes (DELTA_LENGTH_BYTE_ARRAY); where neighbours begin alike, the
// lengths of the beginnings and of what follows, then the bytes of that
// (DELTA_BYTE_ARRAY).
func (e *leafEncoder) appendTexts(s *scratch) (parquet.Encoding, error) {
	s.lengths, s.prefixes = s.lengths[:0], s.prefixes[:0]
	var previous []byte
	for i := range s.there() {
		var text []byte
		if s.texts != nil { // known to be UTF-8
			text = s.text(i)
			e.stats.seeText(text)
		} else {
			text = e.words.at(int(s.codes[i]))
			if err := e.seeText(text); err != nil {
				return 0, err
			}
		}
		if !e.texts.known || e.texts.prefixes {
			s.prefixes = append(s.prefixes, int64(commonPrefix(text, previous)))
			previous = text
		}
		s.lengths = append(s.lengths, int64(len(text)))
	}
	if !e.texts.known {
		all := int64(0)
		for _, n := range s.prefixes {
			all += n
		}
		e.texts.known, e.texts.prefixes = true, all >= worthPrefix*int64(len(s.prefixes))
	}
	if !e.texts.prefixes {
		clear(s.prefixes)
	}
	return e.appendSuffixes(s), nil
}

// commonPrefix is how many bytes a and b begin with alike.
func commonPrefix(a, b []byte) int {
	n := min(len(a), len(b))
	i := 0
	for ; i+8 <= n; i += 8 {
		if differ := binary.LittleEndian.Uint64(a[i:]) ^ binary.LittleEndian.Uint64(b[i:]); differ != 0 {
			return i + bits.TrailingZeros64(differ)/8
		}
	}
	for i < n && a[i] == b[i] {
		i++
	}
	return i
}

func (e *leafEncoder) appendSuffixes(s *scratch) parquet.Encoding {
	text := func(i int) []byte {
		if s.texts != nil {
			return s.text(i)
		}
		return e.words.at(int(s.codes[i]))
	}
	if !e.texts.prefixes {
		s.raw = appendDelta(s.raw, s.lengths, true)
		if s.texts != nil { // a text that is missing takes no room between the others
			s.raw = append(s.raw, s.texts.arena...)
			return parquet.Encodings.DeltaLengthByteArray
		}
		for i := range s.lengths {
			s.raw = append(s.raw, text(i)...)
		}
		return parquet.Encodings.DeltaLengthByteArray
	}
	for i, prefix := range s.prefixes {
		s.lengths[i] -= prefix
	}
	s.raw = appendDelta(s.raw, s.prefixes, true)
	s.raw = appendDelta(s.raw, s.lengths, true)
	for i, prefix := range s.prefixes {
		s.raw = append(s.raw, text(i)[prefix:]...)
	}
	return parquet.Encodings.DeltaByteArray
}

// literals tells whether the texts' page in the scratch is to be compressed
// without looking for matches.
func (e *leafEncoder) literals(s *scratch) (bool, error) {
	if !e.texts.sampled {
		do, err := s.literalsDo()
		if err != nil {
			return false, err
		}
		e.texts.sampled, e.texts.literals = true, do
	}
	return e.texts.literals, nil
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
