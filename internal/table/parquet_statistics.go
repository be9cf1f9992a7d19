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

// seeText keeps a copy of a text that is a bound. Texts are ordered by bytes.
func (s *statistics) seeText(text []byte) {
	head := headOf(text)
	if !s.seen || head < s.leastHead || head == s.leastHead && string(text) < string(s.leastText) {
		s.leastHead, s.leastText = head, append(s.leastText[:0:0], text...)
	}
	if !s.seen || head > s.mostHead || head == s.mostHead && string(text) > string(s.mostText) {
		s.mostHead, s.mostText = head, append(s.mostText[:0:0], text...)
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

// encoded is what the file says of a chunk of this kind.
func (s *statistics) encoded(kind Kind) (e metadata.EncodedStatistics) {
	e.SetNullCount(s.nulls)
	if s.distinct > 0 {
		e.SetDistinctCount(s.distinct)
	}
	if !s.seen {
		return e
	}
	plain := func(n int64) []byte {
		if kind == Bool {
			return []byte{byte(n)}
		}
		return appendPlainNum(nil, kind, n)
	}
	least, most := s.leastText, s.mostText
	if kind != String && kind != Strings {
		least, most = plain(s.leastNum), plain(s.mostNum)
	}
	if len(least) <= maxStatistic && len(most) <= maxStatistic {
		// Not nil: the bound may be the empty text.
		e.SetMin(append([]byte{}, least...)).SetMax(append([]byte{}, most...))
	}
	return e
}
