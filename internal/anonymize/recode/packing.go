package recode

import "math/bits"

// key is one tuple of quasi-identifiers in 128 bits: each attribute's place in a
// field of its own. who is whose the rows are, where persons are counted and the
// person has other tuples too.
type key struct{ hi, lo, who uint64 }

func (k key) compare(o key) int {
	switch {
	case k.hi != o.hi:
		return order(k.hi, o.hi)
	case k.lo != o.lo:
		return order(k.lo, o.lo)
	}
	return order(k.who, o.who)
}

func order(a, b uint64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// field is where an attribute's place stands in a key.
type field struct {
	low   bool
	shift uint
	mask  uint64
}

func (f field) get(k key) uint32 {
	if f.low {
		return uint32(k.lo >> f.shift & f.mask)
	}
	return uint32(k.hi >> f.shift & f.mask)
}

func (f field) set(k *key, place uint32) {
	word := &k.hi
	if f.low {
		word = &k.lo
	}
	*word = *word&^(f.mask<<f.shift) | uint64(place)<<f.shift
}

// packRows gives the keys of rows, whose leaf codes are in columns, in keys.
func packRows(axes []axis, columns [][]uint32, keys []key) {
	clear(keys)
	for i, x := range axes {
		codes := columns[i][:len(keys)]
		if x.low {
			for row, code := range codes {
				keys[row].lo |= uint64(x.place[code]) << x.shift
			}
			continue
		}
		for row, code := range codes {
			keys[row].hi |= uint64(x.place[code]) << x.shift
		}
	}
}

func (k key) hash() uint64 {
	hi, lo := bits.Mul64(k.lo^0x9e3779b97f4a7c15, 0xd6e8feb86659fd93)
	h := (hi ^ lo) * 0x9fb21c651e98df25
	if k.hi|k.who != 0 {
		hi, lo = bits.Mul64(k.hi^h, k.who^0xa0761d6478bd642f)
		h = (hi ^ lo) * 0x9fb21c651e98df25
	}
	return h
}
