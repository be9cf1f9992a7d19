package table

import (
	"encoding/binary"
	"errors"

	"github.com/klauspost/compress/huff0"
)

const (
	// frameBlock is the most that a block of a zstd frame holds.
	frameBlock = 128 << 10
	// tinyBytes are not worth compressing: a page of levels, or of one value.
	tinyBytes = 64
	// sampleBytes of a page tell whether matches are worth looking for: where
	// they make it smaller by more than an eighth.
	sampleBytes = 32 << 10
)

// literalsDo tells whether the page in the scratch is as small without matches.
func (s *scratch) literalsDo() (bool, error) {
	sample := s.raw[len(s.raw)/2:]
	sample = sample[:min(len(sample), sampleBytes)]
	s.small = s.encoder.EncodeAll(sample, s.small[:0])
	matched := len(s.small)
	var err error
	s.small, err = appendLiterals(s.small[:0], sample, &s.huffman)
	return len(s.small) <= matched+matched/8, err
}

// appendLiterals appends a zstd frame (RFC 8878) that holds src as literals
// alone: each byte as its Huffman code, no match looked for. Identifiers and
// protocols, of which no two are alike, come out as small as if matches had been
// looked for, in a fifth of the time.
func appendLiterals(dst, src []byte, s *huff0.Scratch) ([]byte, error) {
	const (
		magic         = 0xfd2fb528
		singleSegment = 0xa0 // and a size of four bytes
		raw, rle      = 0, 1
		compressed    = 2
		literals      = 2 | 3<<2 // Huffman-coded in four streams, sizes of 18 bits
	)
	dst = binary.LittleEndian.AppendUint32(dst, magic)
	dst = binary.LittleEndian.AppendUint32(append(dst, singleSegment), uint32(len(src)))
	header := func(last bool, kind, size int) {
		n := uint32(kind)<<1 | uint32(size)<<3 | uint32(bit(last))
		dst = append(dst, byte(n), byte(n>>8), byte(n>>16))
	}
	s.Reuse = huff0.ReusePolicyNone
	for first := true; first || len(src) > 0; first = false {
		block := src[:min(len(src), frameBlock)]
		src = src[len(block):]
		last := len(src) == 0
		out, _, err := []byte(nil), false, huff0.ErrIncompressible
		if len(block) >= tinyBytes {
			out, _, err = huff0.Compress4X(block, s)
		}
		switch {
		case errors.Is(err, huff0.ErrUseRLE):
			header(last, rle, len(block))
			dst = append(dst, block[0])
		case errors.Is(err, huff0.ErrIncompressible):
			header(last, raw, len(block))
			dst = append(dst, block...)
		case err != nil:
			return dst, err
		default:
			const sizes = 5
			header(last, compressed, sizes+len(out)+1)
			n := uint64(literals) | uint64(len(block))<<4 | uint64(len(out))<<22
			dst = append(dst, byte(n), byte(n>>8), byte(n>>16), byte(n>>24), byte(n>>32))
			dst = append(append(dst, out...), 0) // no sequences
		}
	}
	return dst, nil
}
