package table

import (
	"encoding/binary"
	"math/bits"
)

// appendHybrid writes numbers below 1<<width as Parquet's RLE/bit-packing
// hybrid: runs of one number, and numbers packed by eights.
func appendHybrid[T uint8 | uint32](dst []byte, numbers []T, width int) []byte {
	worth := max(8, 64/width) // a shorter run is smaller packed
	packed := 0               // from here on, numbers are not written yet; those before i are to be packed
	for i := 0; i+8 <= len(numbers); {
		run := runLength(numbers[i:])
		if run < worth {
			i += 8
			continue
		}
		dst = appendPacked(dst, numbers[packed:i], width)
		// What follows a run begins at a new eight, so the run may end anywhere.
		dst = binary.AppendUvarint(dst, uint64(run)<<1)
		for shift := 0; shift < width; shift += 8 {
			dst = append(dst, byte(uint64(numbers[i])>>shift))
		}
		i += run
		packed = i
	}
	return appendPacked(dst, numbers[packed:], width)
}

// runLength is how often the first number comes in a row.
func runLength[T comparable](numbers []T) int {
	first := numbers[0]
	for i, n := range numbers {
		if n != first {
			return i
		}
	}
	return len(numbers)
}

// appendPacked packs numbers, the last eight filled up with zeros.
func appendPacked[T uint8 | uint32](dst []byte, numbers []T, width int) []byte {
	if len(numbers) == 0 {
		return dst
	}
	eights := (len(numbers) + 7) / 8
	dst = binary.AppendUvarint(dst, uint64(eights)<<1|1)
	end := len(dst) + eights*width
	var acc uint64
	held := 0
	for _, n := range numbers {
		acc |= uint64(n) << held
		if held += width; held >= 32 {
			dst = binary.LittleEndian.AppendUint32(dst, uint32(acc))
			acc >>= 32
			held -= 32
		}
	}
	for ; len(dst) < end; acc >>= 8 {
		dst = append(dst, byte(acc))
	}
	return dst[:end]
}

// widthOf is how many bits a number up to most takes.
func widthOf(most int) int { return bits.Len(uint(most)) }
