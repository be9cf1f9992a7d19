package schema

import "encoding/binary"

// The numbers that values say, read while their form is checked, so that no
// rule reads the same bytes again.

// number gives what v, which keeps the facet, says plus one: of a code its
// digits, of a date AAAAMMGG, of an amount its cents. It is 0 where the value
// says more than that, or nothing of the kind: a zone, a sign, a third decimal.
func (c *facet) number(v []byte) uint32 {
	switch c.kind {
	case facetSmall, facetDigits:
		n, _ := digits(v)
		return uint32(n) + 1
	case facetDate:
		if len(v) == len("2006-01-02") {
			return plainDate(v)
		}
	case facetDecimal:
		if n, number := plainDecimal(v); n == len(v) {
			return number
		}
	}
	return 0
}

// plainDate gives the number of a date of a year from 1000 on, in ten bytes;
// 0 if v is none.
func plainDate(v []byte) uint32 {
	const form, most = 0x2d30302d30303030, 0x7f76767f76767676 // 0000-00-, and what brings 10 (of '-', 1) to the top bit
	w := binary.LittleEndian.Uint64(v) ^ form
	d, u := v[8]-'0', v[9]-'0'
	if (w|(w+most))&0x8080808080808080 != 0 || d > 9 || u > 9 || w&0xff == 0 {
		return 0
	}
	year := w&0xff*1000 + w>>8&0xff*100 + w>>16&0xff*10 + w>>24&0xff
	month, day := w>>40&0xff*10+w>>48&0xff, uint64(d)*10+uint64(u)
	if month < 1 || month > 12 || day < 1 || day > 28 && int(day) > daysIn(int64(year), int(month)) {
		return 0
	}
	return uint32(year*10000+month*100+day) + 1
}

// plainDecimal gives the length of the decimal that s begins with, of at most
// fifteen digits, at least one before the point: -1 if there is none; and its
// number, 0 with a third decimal and beyond 42 millions.
func plainDecimal(s []byte) (n int, number uint32) {
	cents := uint64(0)
	for n < len(s) && s[n]-'0' <= 9 {
		cents = cents*10 + uint64(s[n]-'0')
		n++
	}
	if n == 0 {
		return -1, 0
	}
	decimals := 0
	if n < len(s) && s[n] == '.' {
		n++
		for point := n; n < len(s) && s[n]-'0' <= 9; n++ {
			cents = cents*10 + uint64(s[n]-'0')
			decimals = n + 1 - point
		}
	}
	if n > 15 {
		return -1, 0
	}
	switch decimals {
	case 0:
		cents *= 100
	case 1:
		cents *= 10
	case 2:
	default:
		return n, 0
	}
	if cents >= 1<<32-1 {
		return n, 0
	}
	return n, uint32(cents) + 1
}

// eightDigits reads eight bytes whose low halves are digits, the first lowest;
// zero bytes before them count nothing.
func eightDigits(w uint64) uint32 {
	w = w & 0x0f0f0f0f0f0f0f0f * (10<<8 + 1) >> 8
	w = w & 0x00ff00ff00ff00ff * (100<<16 + 1) >> 16
	return uint32(w & 0x0000ffff0000ffff * (10000<<32 + 1) >> 32)
}
