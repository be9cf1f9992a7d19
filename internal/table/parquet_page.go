package table

import (
	"encoding/binary"
	"fmt"
	"io"
	"sync"

	"github.com/apache/arrow/go/v17/parquet"
	"github.com/klauspost/compress/huff0"
	"github.com/klauspost/compress/zstd"
)

// zstdLevel 1 as others number them: level 3 makes the files a tenth smaller
// and the writer a fifth slower.
const zstdLevel = 1

// zstdEncoder is made at the first page and used by all writers: EncodeAll is
// safe for concurrent use, and its output does not depend on what it compressed
// before.
var zstdEncoder = sync.OnceValues(func() (*zstd.Encoder, error) {
	return zstd.NewWriter(io.Discard, zstd.WithEncoderLevel(zstd.EncoderLevelFromZstd(zstdLevel)), zstd.WithZeroFrames(true))
})

// scratch is the memory in which one goroutine makes one page after another.
type scratch struct {
	encoder *zstd.Encoder
	// Of the chunk: its levels, one by one, by eights, and as the page has them.
	def, rep []uint8
	packed   []byte
	levels   []byte
	// The values that are there: codes, numbers, or n texts, those at at where
	// some are missing. What was made is kept for the next page.
	codes, codesMade []uint32
	nums, numsMade   []int64
	texts            *textList
	at, atMade       []uint32
	n                int
	places           []uint32 // in the dictionary
	// Of texts: their lengths, and how much of the one before they begin with.
	lengths, prefixes []int64
	raw               []byte // the page before it is compressed
	small             []byte // compressed
	huffman           huff0.Scratch
}

// appendPage appends the page that raw holds, its header before it. size is
// what the page and its header would take uncompressed.
func (s *scratch) appendPage(dst []byte, header pageHeader, literals bool) (_ []byte, size int64, err error) {
	if literals || len(s.raw) < tinyBytes {
		if s.small, err = appendLiterals(s.small[:0], s.raw, &s.huffman); err != nil {
			return dst, 0, fmt.Errorf("compress page: %w", err)
		}
	} else {
		s.small = s.encoder.EncodeAll(s.raw, s.small[:0])
	}
	before := len(dst)
	dst = header.append(dst, len(s.raw), len(s.small))
	size = int64(len(dst) - before + len(s.raw))
	return append(dst, s.small...), size, nil
}

// pageHeader is a dictionary page's or a data page's (version 1: in version 2
// the levels are not compressed, and not every reader knows it).
type pageHeader struct {
	dictionary bool
	values     int
	encoding   parquet.Encoding
}

// append writes the header as Thrift's compact protocol spells it; the
// library's own serializer allocates a dozen objects a page. Each field is the
// step from the number of the field before, and a type.
func (h pageHeader) append(dst []byte, size, compressed int) []byte {
	const (
		i32      = 0x15 // the next field, a number
		no       = 0x12 // the next field, false
		stop     = 0
		dataPage = 0x2c // two fields on, a struct
		dictPage = 0x4c // four fields on, a struct
		typeData = 0
		typeDict = 2
	)
	number := func(n int64) { dst = binary.AppendVarint(append(dst, i32), n) }
	kind := int64(typeData)
	if h.dictionary {
		kind = typeDict
	}
	number(kind)
	number(int64(size))
	number(int64(compressed))
	if h.dictionary {
		dst = append(dst, dictPage)
		number(int64(h.values))
		number(int64(parquet.Encodings.Plain))
		dst = append(dst, no, stop) // not sorted
	} else {
		dst = append(dst, dataPage)
		number(int64(h.values))
		number(int64(h.encoding))
		number(int64(parquet.Encodings.RLE)) // definition levels
		number(int64(parquet.Encodings.RLE)) // repetition levels
		dst = append(dst, stop)
	}
	return append(dst, stop)
}
