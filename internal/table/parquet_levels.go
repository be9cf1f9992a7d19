package table

import "encoding/binary"

// appendLevels appends levels of at most most, as a data page begins with them.
func appendLevels(dst []byte, levels []uint8, most uint8) []byte {
	if most == 0 {
		return dst
	}
	start := len(dst)
	dst = appendHybrid(append(dst, 0, 0, 0, 0), levels, widthOf(int(most)))
	binary.LittleEndian.PutUint32(dst[start:], uint32(len(dst)-start-4))
	return dst
}

// appendUniform appends the levels, below 256, of n entries that are alike.
func appendUniform(dst []byte, n int, level uint8) []byte {
	run := append(binary.AppendUvarint(nil, uint64(n)<<1), level)
	return append(binary.LittleEndian.AppendUint32(dst, uint32(len(run))), run...)
}

// appendPresence appends definition levels of 1 where something is there and 0
// where it is missing.
func appendPresence(dst []byte, null []bool, missing int) []byte {
	if missing == 0 {
		return appendUniform(dst, len(null), 1)
	}
	start := len(dst)
	dst = append(dst, 0, 0, 0, 0)
	for len(null) > 0 {
		// A run, or what comes before one.
		run := runLength(null)
		if run >= presenceRun || run == len(null) {
			dst = append(binary.AppendUvarint(dst, uint64(run)<<1), 1-bit(null[0]))
			null = null[run:]
			continue
		}
		n := min(8, len(null))
		for n < len(null) && runLength(null[n:]) < presenceRun {
			n = min(n+8, len(null))
		}
		dst = binary.AppendUvarint(dst, uint64(n+7)/8<<1|1)
		for ; len(null) >= 8 && n >= 8; null, n = null[8:], n-8 {
			e := null[:8]
			dst = append(dst, ^(bit(e[0]) | bit(e[1])<<1 | bit(e[2])<<2 | bit(e[3])<<3 | bit(e[4])<<4 | bit(e[5])<<5 | bit(e[6])<<6 | bit(e[7])<<7))
		}
		if n > 0 {
			last := byte(0)
			for i, missing := range null[:n] {
				last |= (1 - bit(missing)) << i
			}
			dst, null = append(dst, last), null[n:]
		}
	}
	binary.LittleEndian.PutUint32(dst[start:], uint32(len(dst)-start-4))
	return dst
}

// presenceRun is how many entries alike are smaller as a run.
const presenceRun = 64

func bit(b bool) byte {
	if b {
		return 1
	}
	return 0
}
