package table

import (
	"encoding/binary"
	"errors"
	"math"
	"math/bits"
)

// pageSlack is how many bytes behind a page may be looked at, so that numbers are
// unpacked eight bytes at a time: whoever makes a page's bytes leaves that many
// behind them.
const pageSlack = 16

// errShort says that a page ends before its values do.
var errShort = errors.New("page ends before its values")

// hybrid reads Parquet's RLE/bit-packing hybrid, as much at a time as is asked
// for: a run takes no memory, however long it says it is.
type hybrid struct {
	buf     []byte // with pageSlack behind end
	at, end int
	width   int // of a number, in bits
	mask    uint32
	run     int    // numbers left of a run
	value   uint32 // of the run
	packed  int    // numbers left that are packed, from bit on
	bit     int
}

// newHybrid reads buf[at:end], numbers of so many bits.
func newHybrid(buf []byte, at, end, width int) hybrid {
	h := hybrid{buf: buf, at: at, end: end, width: width, mask: uint32(1<<width - 1)}
	if width == 0 { // nothing is written of numbers that are all 0
		h.run = math.MaxInt
	}
	return h
}

// next begins the next run, or the next numbers that are packed.
func (h *hybrid) next() error {
	head, n := binary.Uvarint(h.buf[h.at:h.end])
	if n <= 0 {
		return errShort
	}
	h.at += n
	if head&1 == 0 {
		size := (h.width + 7) / 8
		if h.end-h.at < size {
			return errShort
		}
		h.value = 0
		for i, b := range h.buf[h.at : h.at+size] {
			h.value |= uint32(b) << (8 * i)
		}
		h.value &= h.mask
		h.at += size
		h.run = int(min(head>>1, math.MaxInt32))
		return nil
	}
	// Some writers leave the last numbers of the last eight away.
	size := int(min(head>>1*uint64(h.width), uint64(h.end-h.at), math.MaxInt32))
	if head>>1 > math.MaxInt32 {
		size = h.end - h.at
	}
	h.bit = 8 * h.at
	h.packed = 8 * size / h.width
	h.at += size
	return nil
}

// readHybrid reads numbers until dst is full.
func readHybrid[T uint8 | uint32](h *hybrid, dst []T) error {
	for len(dst) > 0 {
		n := 0
		switch {
		case h.run > 0:
			n = min(h.run, len(dst))
			h.run -= n
			value := T(h.value)
			for i := range dst[:n] {
				dst[i] = value
			}
		case h.packed > 0:
			n = min(h.packed, len(dst))
			unpack(h.buf, h.bit, h.width, dst[:n])
			h.packed -= n
			h.bit += n * h.width
		default:
			if err := h.next(); err != nil {
				return err
			}
		}
		dst = dst[n:]
	}
	return nil
}

// unpack reads numbers of at most 32 bits, packed from a bit on.
func unpack[T uint8 | uint32](buf []byte, bit, width int, dst []T) {
	mask := uint64(1)<<width - 1
	if width <= 8 && bit%8 == 0 { // eight of them lie in eight bytes
		at := bit / 8
		for ; len(dst) >= 8; dst = dst[8:] {
			x := binary.LittleEndian.Uint64(buf[at:])
			at += width
			d := (*[8]T)(dst)
			d[0] = T(x & mask)
			x >>= width
			d[1] = T(x & mask)
			x >>= width
			d[2] = T(x & mask)
			x >>= width
			d[3] = T(x & mask)
			x >>= width
			d[4] = T(x & mask)
			x >>= width
			d[5] = T(x & mask)
			x >>= width
			d[6] = T(x & mask)
			x >>= width
			d[7] = T(x & mask)
		}
		bit = 8 * at
	}
	for i := range dst {
		dst[i] = T(binary.LittleEndian.Uint64(buf[bit/8:]) >> (bit % 8) & mask)
		bit += width
	}
}

// missingOf tells of eight levels of one bit which are 0.
var missingOf = func() (all [256][8]bool) {
	for b := range all {
		for i := range all[b] {
			all[b][i] = b>>i&1 == 0
		}
	}
	return all
}()

// missing reads levels of one bit as what is missing, and counts what is there.
func (h *hybrid) missing(dst []bool) (present int, err error) {
	for len(dst) > 0 {
		n := 0
		switch {
		case h.run > 0:
			n = min(h.run, len(dst))
			h.run -= n
			for i := range dst[:n] {
				dst[i] = h.value == 0
			}
			present += n * int(h.value)
		case h.packed > 0:
			n = min(h.packed, len(dst))
			present += unpackMissing(h.buf, h.bit, dst[:n])
			h.packed -= n
			h.bit += n
		default:
			if err := h.next(); err != nil {
				return present, err
			}
		}
		dst = dst[n:]
	}
	return present, nil
}

func unpackMissing(buf []byte, bit int, dst []bool) (present int) {
	if bit%8 != 0 { // up to the next byte
		n := min(8-bit%8, len(dst))
		present = singleMissing(buf, bit, dst[:n])
		dst = dst[n:]
		bit += n
	}
	for ; len(dst) >= 8; dst = dst[8:] {
		b := buf[bit/8]
		*(*[8]bool)(dst) = missingOf[b]
		present += bits.OnesCount8(b)
		bit += 8
	}
	return present + singleMissing(buf, bit, dst)
}

func singleMissing(buf []byte, bit int, dst []bool) (present int) {
	for i := range dst {
		there := buf[bit/8] >> (bit % 8) & 1
		dst[i] = there == 0
		present += int(there)
		bit++
	}
	return present
}
