package table

import (
	"encoding/binary"
	"math/bits"
)

// A Bloom filter tells a reader that a text does not occur in a row group where
// minimum and maximum cannot: a comune's code lies between the least and the
// most of many row groups that do not hold it. It is made of the dictionary, so
// that it costs a hash for each distinct text of a row group. Format: split
// blocks of 256 bits, XXH64 (parquet-format, BloomFilter.md).

const (
	bloomBlock = 32 // bytes
	// bloomBits are so many for each distinct text that one in a hundred that
	// do not occur is taken to.
	bloomBits = 10
	// bloomMost bounds a filter, in bytes; a column of more distinct texts has none.
	bloomMost = 16 << 10
)

// bloomSalt picks the bit of each word of a block (BloomFilter.md).
var bloomSalt = [8]uint32{0x47b6137b, 0x44974d91, 0x8824ad5b, 0xa2b7289d, 0x705495c7, 0x2df1424b, 0x9efc4947, 0x5c6bfb31}

// appendBloom appends the filter of n texts, its header before it. One distinct
// text needs none: it is minimum and maximum.
func appendBloom(dst []byte, n int, text func(i int) []byte) []byte {
	blocks := 1 << widthOf((n*bloomBits-1)/(8*bloomBlock))
	if n < 2 || blocks*bloomBlock > bloomMost {
		return dst
	}
	// Thrift's compact protocol: the size, then three unions whose first, empty
	// struct says: split blocks, XXH64, not compressed.
	const i32, union, first, stop = 0x15, 0x1c, 0x1c, 0
	dst = binary.AppendVarint(append(dst, i32), int64(blocks*bloomBlock))
	for range 3 {
		dst = append(dst, union, first, stop, stop)
	}
	dst = append(dst, stop)
	start := len(dst)
	dst = append(dst, make([]byte, blocks*bloomBlock)...)
	filter := dst[start:]
	for i := range n {
		hash := xxh64(text(i))
		block := filter[(hash>>32)*uint64(blocks)>>32*bloomBlock:][:bloomBlock]
		for word, salt := range bloomSalt {
			bit := uint32(hash) * salt >> 27
			block[word*4+int(bit/8)] |= 1 << (bit % 8)
		}
	}
	return dst
}

// xxh64 is XXH64 with seed 0 (github.com/Cyan4973/xxHash, xxhash_spec.md).
func xxh64(b []byte) uint64 {
	const (
		p1 uint64 = 0x9e3779b185ebca87
		p2 uint64 = 0xc2b2ae3d27d4eb4f
		p3 uint64 = 0x165667b19e3779f9
		p4 uint64 = 0x85ebca77c2b2ae63
		p5 uint64 = 0x27d4eb2f165667c5
	)
	round := func(acc, lane uint64) uint64 { return bits.RotateLeft64(acc+lane*p2, 31) * p1 }
	size := uint64(len(b))
	hash := p5
	if len(b) >= 32 {
		one := p1 // by steps: a constant sum would overflow
		acc := [4]uint64{one + p2, p2, 0, -one}
		for ; len(b) >= 32; b = b[32:] {
			for i := range acc {
				acc[i] = round(acc[i], binary.LittleEndian.Uint64(b[8*i:]))
			}
		}
		hash = bits.RotateLeft64(acc[0], 1) + bits.RotateLeft64(acc[1], 7) + bits.RotateLeft64(acc[2], 12) + bits.RotateLeft64(acc[3], 18)
		for _, a := range acc {
			hash = (hash^round(0, a))*p1 + p4
		}
	}
	hash += size
	for ; len(b) >= 8; b = b[8:] {
		hash = bits.RotateLeft64(hash^round(0, binary.LittleEndian.Uint64(b)), 27)*p1 + p4
	}
	if len(b) >= 4 {
		hash = bits.RotateLeft64(hash^uint64(binary.LittleEndian.Uint32(b))*p1, 23)*p2 + p3
		b = b[4:]
	}
	for _, c := range b {
		hash = bits.RotateLeft64(hash^uint64(c)*p5, 11) * p1
	}
	hash = (hash ^ hash>>33) * p2
	hash = (hash ^ hash>>29) * p3
	return hash ^ hash>>32
}
