package table

import (
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/apache/arrow/go/v17/parquet"
)

// pageKind is what a page of a column chunk is (parquet.thrift, PageType).
type pageKind int64

const (
	dataPage   pageKind = 0
	indexPage  pageKind = 1
	dictPage   pageKind = 2
	dataPageV2 pageKind = 3
)

// pageHead is the header of a page, as far as a reader needs it.
type pageHead struct {
	kind             pageKind
	size, compressed int64 // of the page behind the header, in bytes
	values           int64 // entries, those without a value too
	encoding         parquet.Encoding
	// Of a version 2 page: how many bytes of it are levels, which are not
	// compressed, and whether the rest is.
	repBytes, defBytes int64
	plain              bool
}

var (
	// errMore says that the bytes at hand end before the header does.
	errMore   = errors.New("page header is cut off")
	errHeader = errors.New("page header that cannot be read")
)

// parseHeader reads a page header off the front of b; n is its length.
func parseHeader(b []byte) (h pageHead, n int, err error) {
	t := &thrift{b: b}
	h.kind, h.size, h.compressed, h.values = -1, -1, -1, -1
	levels := parquet.Encodings.RLE
	t.fields(func(id int64, kind byte) {
		switch {
		case id == 1 && kind == thriftI32:
			h.kind = pageKind(t.number())
		case id == 2 && kind == thriftI32:
			h.size = t.number()
		case id == 3 && kind == thriftI32:
			h.compressed = t.number()
		case (id == 5 || id == 7) && kind == thriftStruct: // of a data page, of a dictionary
			t.fields(func(id int64, kind byte) {
				switch {
				case id == 1 && kind == thriftI32:
					h.values = t.number()
				case id == 2 && kind == thriftI32:
					h.encoding = parquet.Encoding(t.number())
				case (id == 3 || id == 4) && kind == thriftI32:
					if e := parquet.Encoding(t.number()); e != parquet.Encodings.RLE {
						levels = e
					}
				default:
					t.skip(kind, thriftDepth)
				}
			})
		case id == 8 && kind == thriftStruct:
			t.fields(func(id int64, kind byte) {
				switch {
				case id == 1 && kind == thriftI32:
					h.values = t.number()
				case id == 4 && kind == thriftI32:
					h.encoding = parquet.Encoding(t.number())
				case id == 5 && kind == thriftI32:
					h.defBytes = t.number()
				case id == 6 && kind == thriftI32:
					h.repBytes = t.number()
				case id == 7 && kind == thriftFalse:
					h.plain = true
				default:
					t.skip(kind, thriftDepth)
				}
			})
		default:
			t.skip(kind, thriftDepth)
		}
	})
	switch {
	case t.err != nil:
		return h, 0, t.err
	case h.kind != dataPage && h.kind != dataPageV2 && h.kind != dictPage && h.kind != indexPage:
		return h, 0, errHeader
	case h.size < 0 || h.compressed < 0 || h.values < 0 && h.kind != indexPage:
		return h, 0, errHeader
	case h.defBytes < 0 || h.repBytes < 0 || h.defBytes+h.repBytes > min(h.size, h.compressed):
		return h, 0, errHeader
	case levels != parquet.Encodings.RLE && h.kind == dataPage:
		return h, 0, fmt.Errorf("levels encoded as %s are not read", levels)
	}
	return h, t.at, nil
}

// Types of Thrift's compact protocol, as far as they are told apart here.
const (
	thriftTrue   = 1
	thriftFalse  = 2
	thriftByte   = 3
	thriftI32    = 5
	thriftI64    = 6
	thriftDouble = 7
	thriftBinary = 8
	thriftList   = 9
	thriftSet    = 10
	thriftMap    = 11
	thriftStruct = 12
	// thriftDepth is how deep structs that are skipped may lie in each other.
	thriftDepth = 8
)

// thrift reads Thrift's compact protocol. After an error it gives zeros.
type thrift struct {
	b   []byte
	at  int
	err error
}

func (t *thrift) fail(err error) {
	if t.err == nil {
		t.err = err
	}
	t.at = len(t.b)
}

func (t *thrift) byte() byte {
	if t.at >= len(t.b) {
		t.fail(errMore)
		return 0
	}
	t.at++
	return t.b[t.at-1]
}

func (t *thrift) unsigned() uint64 {
	n, size := binary.Uvarint(t.b[t.at:])
	switch {
	case size == 0:
		t.fail(errMore)
		return 0
	case size < 0:
		t.fail(errHeader)
		return 0
	}
	t.at += size
	return n
}

func (t *thrift) number() int64 {
	n := t.unsigned()
	return int64(n>>1) ^ -int64(n&1)
}

// fields hands on the fields of a struct, each of which f reads or skips.
func (t *thrift) fields(f func(id int64, kind byte)) {
	id := int64(0)
	for t.err == nil {
		head := t.byte()
		kind := head & 0x0f
		if kind == 0 { // the end, or an error
			return
		}
		if step := head >> 4; step != 0 {
			id += int64(step)
		} else {
			id = t.number()
		}
		f(id, kind)
	}
}

// skip passes over a value. What a list holds takes a byte each at least, so that
// no count makes it loop for longer than there are bytes.
func (t *thrift) skip(kind byte, depth int) {
	if depth == 0 {
		t.fail(errHeader)
		return
	}
	switch kind {
	case thriftTrue, thriftFalse: // said by the field itself
	case thriftByte:
		t.byte()
	case 4, thriftI32, thriftI64:
		t.unsigned()
	case thriftDouble:
		t.pass(8)
	case thriftBinary:
		t.pass(t.unsigned())
	case thriftList, thriftSet:
		head := t.byte()
		n := uint64(head >> 4)
		if n == 15 {
			n = t.unsigned()
		}
		for ; n > 0 && t.err == nil; n-- {
			t.element(head&0x0f, depth)
		}
	case thriftMap:
		n := t.unsigned()
		if n == 0 {
			return
		}
		kinds := t.byte()
		for ; n > 0 && t.err == nil; n-- {
			t.element(kinds>>4, depth)
			t.element(kinds&0x0f, depth)
		}
	case thriftStruct:
		t.fields(func(_ int64, kind byte) { t.skip(kind, depth-1) })
	default:
		t.fail(errHeader)
	}
}

// element skips one of a list, where a truth value is a byte.
func (t *thrift) element(kind byte, depth int) {
	if kind == thriftTrue || kind == thriftFalse {
		kind = thriftByte
	}
	t.skip(kind, depth-1)
}

func (t *thrift) pass(n uint64) {
	if n > uint64(len(t.b)-t.at) {
		t.fail(errMore)
		return
	}
	t.at += int(n)
}
