package table

import (
	"encoding/binary"
	"math/bits"
)

// A block of DELTA_BINARY_PACKED and its parts, each packed by the width of its
// largest difference.
const (
	deltaBlock = 128
	deltaParts = 4
	deltaPart  = deltaBlock / deltaParts
)

// appendDelta writes numbers as DELTA_BINARY_PACKED: a number's difference from
// the one before, less the least of its block. Numbers of a 32-bit column
// differ modulo 2^32, so that no difference is wider than its readers take.
func appendDelta(dst []byte, numbers []int64, narrow bool) []byte {
	dst = binary.AppendUvarint(dst, deltaBlock)
	dst = binary.AppendUvarint(dst, deltaParts)
	dst = binary.AppendUvarint(dst, uint64(len(numbers)))
	if len(numbers) == 0 {
		return binary.AppendVarint(dst, 0)
	}
	dst = binary.AppendVarint(dst, numbers[0])
	var deltas [deltaBlock]int64
	for at := 1; at < len(numbers); at += deltaBlock {
		n := min(deltaBlock, len(numbers)-at)
		previous := numbers[at-1 : at+n]
		least := previous[1] - previous[0]
		if narrow {
			least = int64(int32(least))
		}
		for i, number := range previous[1:] {
			delta := number - previous[i]
			if narrow {
				delta = int64(int32(delta))
			}
			deltas[i] = delta
			least = min(least, delta)
		}
		dst = binary.AppendVarint(dst, least)
		widths := len(dst)
		dst = append(dst, make([]byte, deltaParts)...)
		for part := 0; part*deltaPart < n; part++ {
			some := deltas[part*deltaPart : (part+1)*deltaPart]
			clear(some[min(deltaPart, n-part*deltaPart):])
			all := uint64(0)
			for i := range min(deltaPart, n-part*deltaPart) {
				some[i] -= least
				if narrow {
					some[i] &= 1<<32 - 1
				}
				all |= uint64(some[i])
			}
			width := bits.Len64(all)
			dst[widths+part] = byte(width)
			dst = appendWide(dst, some, width)
		}
	}
	return dst
}

// appendWide packs deltaPart numbers, which are whole bytes together.
func appendWide(dst []byte, numbers []int64, width int) []byte {
	var acc uint64
	held := 0
	put := func(n uint64, width int) {
		acc |= n << held
		if held += width; held >= 32 {
			dst = binary.LittleEndian.AppendUint32(dst, uint32(acc))
			acc >>= 32
			held -= 32
		}
	}
	for _, n := range numbers {
		if width > 32 {
			put(uint64(n)&(1<<32-1), 32)
			put(uint64(n)>>32, width-32)
		} else {
			put(uint64(n), width)
		}
	}
	for ; held > 0; held -= 8 {
		dst = append(dst, byte(acc))
		acc >>= 8
	}
	return dst
}
