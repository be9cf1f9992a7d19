package table

import (
	"encoding/binary"

	"github.com/apache/arrow/go/v17/parquet/metadata"
)

// maxStatistic is the longest text, in bytes, that a bound may be: readers
// take a shortened bound for a value.
const maxStatistic = 256

// statistics of a column chunk, counted from its values.
type statistics struct {
	nulls    int64 // entries without a value: of a list, missing and empty ones
	distinct int64 // 0: not counted
	seen     bool
	// Numbers and texts between these.
	leastNum, mostNum   int64
	leastText, mostText []byte
	leastHead, mostHead uint64 // their first eight bytes
}

func (s *statistics) seeNum(n int64) {
	if !s.seen {
		s.seen, s.leastNum, s.mostNum = true, n, n
		return
	}
	s.leastNum, s.mostNum = min(s.leastNum, n), max(s.mostNum, n)
}

// seeText keeps a copy of a text that is a bound, and never nil. Texts are ordered by bytes.
func (s *statistics) seeText(text []byte) {
	head := headOf(text)
	if !s.seen || head < s.leastHead || head == s.leastHead && string(text) < string(s.leastText) {
		s.leastHead, s.leastText = head, append([]byte{}, text...)
	}
	if !s.seen || head > s.mostHead || head == s.mostHead && string(text) > string(s.mostText) {
		s.mostHead, s.mostText = head, append([]byte{}, text...)
	}
	s.seen = true
}

// headOf is the first eight bytes of a text as a number that orders as they do.
func headOf(text []byte) (head uint64) {
	if len(text) >= 8 {
		return binary.BigEndian.Uint64(text)
	}
	for i := range 8 {
		head <<= 8
		if i < len(text) {
			head |= uint64(text[i])
		}
	}
	return head
}

// add counts what others counted of further values.
func (s *statistics) add(of *statistics) {
	s.nulls += of.nulls
	switch {
	case !of.seen:
	case of.leastText != nil:
		s.seeText(of.leastText)
		s.seeText(of.mostText)
	default:
		s.seeNum(of.leastNum)
		s.seeNum(of.mostNum)
	}
}

// encoded is what the file says of a chunk of this kind.
func (s *statistics) encoded(kind Kind) (e metadata.EncodedStatistics) {
	e.SetNullCount(s.nulls)
	if s.distinct > 0 {
		e.SetDistinctCount(s.distinct)
	}
	if least, most, told := s.bounds(kind); told {
		e.SetMin(least).SetMax(most)
	}
	return e
}

// bounds are as the file spells them, unless there are none, or one is too long.
func (s *statistics) bounds(kind Kind) (least, most []byte, told bool) {
	if !s.seen {
		return nil, nil, false
	}
	if kind != String && kind != Strings {
		return plainBound(kind, s.leastNum), plainBound(kind, s.mostNum), true
	}
	if len(s.leastText) > maxStatistic || len(s.mostText) > maxStatistic {
		return nil, nil, false
	}
	// Not nil: the bound may be the empty text.
	return append([]byte{}, s.leastText...), append([]byte{}, s.mostText...), true
}

func plainBound(kind Kind, n int64) []byte {
	if kind == Bool {
		return []byte{byte(n)}
	}
	return appendPlainNum(nil, kind, n)
}
