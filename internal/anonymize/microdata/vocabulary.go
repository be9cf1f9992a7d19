package microdata

import (
	"encoding/binary"
	"math/bits"
)

// vocabulary finds the code of a value: what is done for every cell of the
// table. Values are short, so eight bytes from either end tell most apart. It is
// not changed after it is made.
type vocabulary struct {
	values []string
	slots  []uint32 // code plus one; 0 is free
}

func newVocabulary(values []string) vocabulary {
	v := vocabulary{values, make([]uint32, max(1<<bits.Len(uint(4*len(values))), 16))}
	for code, value := range values {
		at := hash([]byte(value)) & uint64(len(v.slots)-1)
		for v.slots[at] != 0 {
			at = (at + 1) & uint64(len(v.slots)-1)
		}
		v.slots[at] = uint32(code + 1)
	}
	return v
}

func (v *vocabulary) code(value []byte) (code uint32, ok bool) {
	mask := uint64(len(v.slots) - 1)
	for at := hash(value) & mask; v.slots[at] != 0; at = (at + 1) & mask {
		if code := v.slots[at] - 1; v.values[code] == string(value) {
			return code, true
		}
	}
	return 0, false
}

func hash(b []byte) uint64 {
	var head, tail uint64
	switch n := len(b); {
	case n >= 8:
		head, tail = binary.LittleEndian.Uint64(b), binary.LittleEndian.Uint64(b[n-8:])
	case n >= 4:
		head, tail = uint64(binary.LittleEndian.Uint32(b)), uint64(binary.LittleEndian.Uint32(b[n-4:]))
	case n > 0:
		head, tail = uint64(b[0]), uint64(b[n/2])<<8|uint64(b[n-1])
	}
	hi, lo := bits.Mul64(head^0x9e3779b97f4a7c15, tail+uint64(len(b))^0xd6e8feb86659fd93)
	return hi ^ lo ^ lo>>32
}
