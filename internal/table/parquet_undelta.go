package table

import (
	"encoding/binary"
	"errors"
	"math"
)

var errDelta = errors.New("differences that cannot be read")

// mostDeltaBlock is more than any writer puts in a block of differences.
const mostDeltaBlock = 1 << 16

// deltas reads DELTA_BINARY_PACKED, as much at a time as is asked for.
type deltas struct {
	buf     []byte // with pageSlack behind end
	at, end int
	left    int // numbers to come
	first   bool
	number  uint64 // the last that was read
	block   int    // numbers of a block, and of each of its parts
	part    int
	least   uint64 // of the block at hand
	widths  []byte // of the parts of it that are to come
	width   int    // of the part at hand, which goes on at bit
	inPart  int
	bit     int
}

// begin reads the head of what stands at buf[at:end].
func (d *deltas) begin(buf []byte, at, end int) error {
	*d = deltas{buf: buf, at: at, end: end, first: true}
	block, parts, count := d.unsigned(), d.unsigned(), d.unsigned()
	d.number = d.signed()
	switch {
	case d.at < 0:
		return errShort
	case block == 0 || block%deltaBlock != 0 || block > mostDeltaBlock:
		return errDelta
	case parts == 0 || parts > block || block%parts != 0 || block/parts%deltaPart != 0 || count > math.MaxInt32:
		return errDelta
	}
	d.block, d.part, d.left = int(block), int(block/parts), int(count)
	return nil
}

// unsigned reads a number of the head; at is below 0 after one that is none.
func (d *deltas) unsigned() uint64 {
	if d.at < 0 {
		return 0
	}
	n, size := binary.Uvarint(d.buf[d.at:d.end])
	if size <= 0 {
		d.at = -1
		return 0
	}
	d.at += size
	return n
}

func (d *deltas) signed() uint64 {
	n := d.unsigned()
	return n>>1 ^ -(n & 1)
}

// next goes to the next part.
func (d *deltas) next() error {
	if len(d.widths) == 0 {
		if d.least = d.signed(); d.at < 0 || d.end-d.at < d.block/d.part {
			return errShort
		}
		d.widths = d.buf[d.at : d.at+d.block/d.part]
		d.at += len(d.widths)
	}
	d.width, d.widths = int(d.widths[0]), d.widths[1:]
	size := d.width * d.part / 8
	if d.width > 64 || d.end-d.at < size {
		return errShort
	}
	d.bit, d.inPart = 8*d.at, d.part
	d.at += size
	return nil
}

// fill reads numbers until dst is full; they are of 32 bits if narrow.
func (d *deltas) fill(dst []int64, narrow bool) error {
	if len(dst) > d.left {
		return errShort
	}
	d.left -= len(dst)
	if d.first && len(dst) > 0 {
		d.first = false
		dst[0] = d.taken(narrow)
		dst = dst[1:]
	}
	for len(dst) > 0 {
		if d.inPart == 0 {
			if err := d.next(); err != nil {
				return err
			}
		}
		n := min(d.inPart, len(dst))
		d.some(dst[:n], narrow)
		d.inPart -= n
		dst = dst[n:]
	}
	return nil
}

func (d *deltas) taken(narrow bool) int64 {
	if narrow {
		return int64(int32(uint32(d.number)))
	}
	return int64(d.number)
}

// some reads numbers of the part at hand.
func (d *deltas) some(dst []int64, narrow bool) {
	number, least, bit, width := d.number, d.least, d.bit, d.width
	mask := uint64(math.MaxUint64) >> (64 - width)
	for i := range dst {
		at, shift := bit/8, bit%8
		delta := binary.LittleEndian.Uint64(d.buf[at:]) >> shift
		if width > 56 { // more than are left of eight bytes
			delta |= uint64(d.buf[at+8]) << 1 << (63 - shift)
		}
		number += least + delta&mask
		bit += width
		dst[i] = int64(number)
	}
	if narrow {
		for i, n := range dst {
			dst[i] = int64(int32(uint32(n)))
		}
	}
	d.number, d.bit = number, bit
}

// behind is where what is read ends: it passes over all parts.
func (d deltas) behind() (at int, err error) {
	for left := d.left - 1; left > 0; left -= d.part {
		if err := d.next(); err != nil {
			return 0, err
		}
	}
	return d.at, nil
}
