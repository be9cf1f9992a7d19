package table

import (
	"encoding/binary"
	"fmt"

	"github.com/apache/arrow/go/v17/parquet"
)

// pageDictionary is the dictionary of a column chunk.
type pageDictionary struct {
	nums  []int64
	words textList
	codes []uint32    // of the words
	of    *Vocabulary // whose codes they are; nil before they are asked for
	known bool
}

func (d *pageDictionary) reset() {
	d.nums, d.codes, d.known, d.of = d.nums[:0], d.codes[:0], false, nil
	d.words.reset()
}

// read reads a dictionary page, which holds plain values.
func (d *pageDictionary) read(kind Kind, raw []byte, h *pageHead) error {
	if d.known || h.encoding != parquet.Encodings.Plain && h.encoding != parquet.Encodings.PlainDict || kind == Bool {
		return errChunk
	}
	d.known = true
	var v pageValues
	if err := v.begin(kind, parquet.Encodings.Plain, raw, 0, int(h.size)); err != nil {
		return err
	}
	if h.values*4 > h.size { // no value is smaller
		return errShort
	}
	if kind == String || kind == Strings {
		return v.texts(&d.words, int(h.values))
	}
	d.nums = sized(d.nums, int(h.values))
	return v.numbers(d.nums)
}

// code enters the words in a vocabulary, once.
func (d *pageDictionary) code(v *Vocabulary) error {
	if d.of == v {
		return nil
	}
	d.of = v
	d.codes = sized(d.codes, d.words.len())
	return v.addAll(d.codes, &d.words)
}

// pageValues are the values of a data page, those that are there.
type pageValues struct {
	kind     Kind
	encoding parquet.Encoding
	raw      []byte // with pageSlack behind end
	at, end  int

	hybrid   hybrid // places in the dictionary, or truth values
	deltas   deltas // numbers, or lengths of texts
	prefixes deltas // of texts: how much of the one before they begin with
	bit      int    // of plain truth values

	placed   []uint32
	lengths  []int64
	begins   []int64
	previous []byte
	some     textList
}

// begin opens what stands at raw[at:end].
func (v *pageValues) begin(kind Kind, encoding parquet.Encoding, raw []byte, at, end int) (err error) {
	v.kind, v.encoding, v.raw, v.at, v.end, v.bit = kind, encoding, raw, at, end, 0
	texts := kind == String || kind == Strings
	switch {
	case isDictionary(encoding):
		// No byte where nothing is there, in the pages of some.
		width := 0
		if at < end {
			width = int(raw[at])
			at++
		}
		if width > 32 {
			return errChunk
		}
		v.hybrid = newHybrid(raw, at, end, width)
		return nil
	case encoding == parquet.Encodings.Plain:
		return nil
	case encoding == parquet.Encodings.RLE && kind == Bool:
		if end-at < 4 {
			return errShort
		}
		v.hybrid = newHybrid(raw, at+4, end, 1)
		return nil
	case encoding == parquet.Encodings.DeltaBinaryPacked && !texts && kind != Bool:
		return v.deltas.begin(raw, at, end)
	case encoding == parquet.Encodings.DeltaLengthByteArray && texts:
		if err = v.deltas.begin(raw, at, end); err == nil {
			v.at, err = v.deltas.behind()
		}
		return err
	case encoding == parquet.Encodings.DeltaByteArray && texts:
		v.previous = v.previous[:0]
		if err = v.prefixes.begin(raw, at, end); err != nil {
			return err
		}
		if at, err = v.prefixes.behind(); err != nil {
			return err
		}
		if err = v.deltas.begin(raw, at, end); err == nil {
			v.at, err = v.deltas.behind()
		}
		return err
	}
	return fmt.Errorf("values of kind %s encoded as %s are not read", kind, encoding)
}

// places reads places in a dictionary of so many entries.
func (v *pageValues) places(n, entries int) ([]uint32, error) {
	v.placed = sized(v.placed, n)
	if err := readHybrid(&v.hybrid, v.placed); err != nil {
		return nil, err
	}
	most := uint32(0)
	for _, place := range v.placed {
		most = max(most, place)
	}
	if n > 0 && int64(most) >= int64(entries) {
		return nil, errChunk
	}
	return v.placed, nil
}

// numbers reads numbers that no dictionary holds.
func (v *pageValues) numbers(dst []int64) error {
	switch {
	case v.encoding == parquet.Encodings.DeltaBinaryPacked:
		return v.deltas.fill(dst, v.kind != Decimal)
	case v.encoding == parquet.Encodings.RLE:
		v.placed = sized(v.placed, len(dst))
		if err := readHybrid(&v.hybrid, v.placed); err != nil {
			return err
		}
		for i, b := range v.placed {
			dst[i] = int64(b)
		}
		return nil
	case v.kind == Bool:
		if len(dst) > 8*(v.end-v.at)-v.bit {
			return errShort
		}
		for i := range dst {
			dst[i] = int64(v.raw[v.at+v.bit/8] >> (v.bit % 8) & 1)
			v.bit++
		}
		return nil
	case v.kind == Decimal:
		if len(dst) > (v.end-v.at)/8 {
			return errShort
		}
		for i := range dst {
			dst[i] = int64(binary.LittleEndian.Uint64(v.raw[v.at:]))
			v.at += 8
		}
		return nil
	}
	if len(dst) > (v.end-v.at)/4 {
		return errShort
	}
	for i := range dst {
		dst[i] = int64(int32(binary.LittleEndian.Uint32(v.raw[v.at:])))
		v.at += 4
	}
	return nil
}

// texts appends texts that no dictionary holds.
func (v *pageValues) texts(dst *textList, n int) error {
	switch v.encoding {
	case parquet.Encodings.DeltaLengthByteArray:
		return v.lengthTexts(dst, n)
	case parquet.Encodings.DeltaByteArray:
		return v.prefixTexts(dst, n)
	}
	for range n {
		if v.end-v.at < 4 {
			return errShort
		}
		size := int64(binary.LittleEndian.Uint32(v.raw[v.at:]))
		v.at += 4
		if size > int64(v.end-v.at) {
			return errShort
		}
		if int64(len(dst.arena))+size > maxArena {
			return errTextTooLong
		}
		dst.append(v.raw[v.at : v.at+int(size)])
		v.at += int(size)
	}
	return nil
}

// lengthTexts copies texts that stand one behind the other.
func (v *pageValues) lengthTexts(dst *textList, n int) error {
	v.lengths = sized(v.lengths, n)
	if err := v.deltas.fill(v.lengths, true); err != nil {
		return err
	}
	left, all := int64(v.end-v.at), int64(0)
	for _, size := range v.lengths {
		if all += size; size < 0 || all > left {
			return errShort
		}
	}
	if int64(len(dst.arena))+all > maxArena {
		return errTextTooLong
	}
	end := uint32(len(dst.arena))
	dst.arena = append(dst.arena, v.raw[v.at:v.at+int(all)]...)
	v.at += int(all)
	for _, size := range v.lengths {
		end += uint32(size)
		dst.ends = append(dst.ends, end)
	}
	return nil
}

// prefixTexts puts together texts that begin as the one before them does.
func (v *pageValues) prefixTexts(dst *textList, n int) error {
	if n == 0 {
		return nil
	}
	v.lengths, v.begins = sized(v.lengths, n), sized(v.begins, n)
	if err := v.deltas.fill(v.lengths, true); err != nil {
		return err
	}
	if err := v.prefixes.fill(v.begins, true); err != nil {
		return err
	}
	previous := v.previous
	for i, size := range v.lengths {
		same := v.begins[i]
		if same < 0 || same > int64(len(previous)) || size < 0 || size > int64(v.end-v.at) {
			return errShort
		}
		if int64(len(dst.arena))+same+size > maxArena {
			return errTextTooLong
		}
		from := len(dst.arena)
		dst.arena = append(dst.arena, previous[:same]...)
		dst.arena = append(dst.arena, v.raw[v.at:v.at+int(size)]...)
		v.at += int(size)
		dst.ends = append(dst.ends, uint32(len(dst.arena)))
		previous = dst.arena[from:]
	}
	v.previous = append(v.previous[:0], previous...)
	return nil
}
