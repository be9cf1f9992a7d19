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

// appendRepetition is appendLevels of n repetition levels, none where all are 0.
func appendRepetition(dst []byte, rep []uint8, n int, most uint8) []byte {
	if most > 0 && len(rep) == 0 {
		return appendUniform(dst, n, 0)
	}
	return appendLevels(dst, rep, most)
}

// appendUniform appends the levels, below 256, of n entries that are alike.
func appendUniform(dst []byte, n int, level uint8) []byte {
	run := append(binary.AppendUvarint(nil, uint64(n)<<1), level)
	return append(binary.LittleEndian.AppendUint32(dst, uint32(len(run))), run...)
}

// appendPresence appends n definition levels of one bit, packed by eights. Runs
// are found among the bytes.
func appendPresence(dst, packed []byte, n int) []byte {
	start := len(dst)
	dst = append(dst, 0, 0, 0, 0)
	whole := n / 8
	literal := 0 // from here on, bytes are not written yet
	for i := 0; i < whole; {
		run := i + 1
		if b := packed[i]; b == 0 || b == 0xff {
			for run < whole && packed[run] == b {
				run++
			}
			if run-i >= presenceRun {
				dst = appendBytes(dst, packed[literal:i])
				dst = append(binary.AppendUvarint(dst, uint64(run-i)*8<<1), b&1)
				literal = run
			}
		}
		i = run
	}
	dst = appendBytes(dst, packed[literal:])
	binary.LittleEndian.PutUint32(dst[start:], uint32(len(dst)-start-4))
	return dst
}

// presenceRun is how many bytes alike are smaller as a run.
const presenceRun = 8

// appendBytes appends levels of one bit, packed already.
func appendBytes(dst, packed []byte) []byte {
	if len(packed) == 0 {
		return dst
	}
	return append(binary.AppendUvarint(dst, uint64(len(packed))<<1|1), packed...)
}

// packPresence appends a bit for each row: whether something is there.
func packPresence(dst []byte, null []bool) []byte {
	for ; len(null) >= 8; null = null[8:] {
		e := null[:8]
		dst = append(dst, ^(bit(e[0]) | bit(e[1])<<1 | bit(e[2])<<2 | bit(e[3])<<3 | bit(e[4])<<4 | bit(e[5])<<5 | bit(e[6])<<6 | bit(e[7])<<7))
	}
	if len(null) > 0 {
		last := byte(0)
		for i, missing := range null {
			last |= (1 - bit(missing)) << i
		}
		dst = append(dst, last)
	}
	return dst
}

func bit(b bool) byte {
	if b {
		return 1
	}
	return 0
}
