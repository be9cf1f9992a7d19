package schema

import (
	"encoding/binary"
	"math/bits"
	"unicode/utf8"
)

// Values as nearly all are written, told by few comparisons: what the short ways
// through XML and through rows have in common. Whoever calls looks at what stands
// behind the value, and has plainSlack bytes there.

// plain gives the length of the value at buf[v] if it keeps the facet as it
// stands, else -1, and its number; classes tell by byteValue what a value may
// hold. It does not know text.
func (c *facet) plain(buf []byte, v int, classes *[256]uint8) (n int, number uint32) {
	switch c.kind {
	case facetSmall:
		d := buf[v] - '1'
		if int32(d) >= c.max {
			return -1, 0
		}
		return 1, uint32(d) + 2
	case facetDigits:
		n = int(c.max)
		w := binary.LittleEndian.Uint64(buf[v:])
		const low, high = 0x3030303030303030, 0xf0f0f0f0f0f0f0f0
		if mask := ^uint64(0) >> (64 - 8*n) & high; w&mask != low&mask || (w+0x0606060606060606)&mask != low&mask {
			return -1, 0
		}
		return n, eightDigits(w<<(64-8*n)) + 1
	case facetDate:
		n = len("2006-01-02")
		if number = plainDate(buf[v : v+n]); number == 0 {
			return -1, 0
		}
		return n, number
	case facetDecimal:
		return plainDecimal(buf[v:])
	}
	for classes[buf[v+n]]&byteValue != 0 {
		n++
	}
	if c.check(buf[v:v+n]) != "" {
		return -1, 0
	}
	return n, 0
}

// ends are up to three characters that end a text, each in every byte.
type ends [3]uint64

// plainText gives the bytes of the text at buf[v] up to one of the ends or a
// control character, and how many of them are more than one a character; -1 if
// a character is none of XML's.
func plainText(buf []byte, v int, e *ends) (n, wide int) {
	for {
		m := special(binary.LittleEndian.Uint64(buf[v+n:]), e)
		if m == 0 {
			n += 8
			continue
		}
		n += bits.TrailingZeros64(m) / 8
		if buf[v+n] < utf8.RuneSelf {
			return n, wide
		}
		r, size := utf8.DecodeRune(buf[v+n:])
		if size == 1 || !isChar(r) {
			return -1, 0
		}
		n += size
		wide += size - 1
	}
}

// special marks with their top bit the bytes of w that text cannot just pass
// over: controls, the ends, what is beyond ASCII. The lowest mark is right; those
// above it may be wrong.
func special(w uint64, e *ends) uint64 {
	const tops = 0x8080808080808080
	a, b, c := w^e[0], w^e[1], w^e[2]
	return ((w-' '*ones)&^w | (a-ones)&^a | (b-ones)&^b | (c-ones)&^c | w) & tops
}

const ones = 0x0101010101010101
