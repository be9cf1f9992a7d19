package table

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"sync"

	"github.com/apache/arrow/go/v17/parquet"
	"github.com/apache/arrow/go/v17/parquet/compress"
	"github.com/klauspost/compress/snappy"
	"github.com/klauspost/compress/zstd"
)

// pages gives the entries of one leaf in one row group, page after page: levels
// and, behind them, the values that are there. What is asked for must not be more
// than is left of the page.
type pages interface {
	// next goes to the next page that has entries; 0 at the end.
	next() (entries int, err error)
	// missing reads the next levels of a leaf that is missing or there.
	missing(dst []bool) (present int, err error)
	// levels reads the next levels of any leaf.
	levels(def, rep []uint8) error
	numbers(dst []int64) error
	texts(dst *textList, n int) error
	// codes reads texts as codes of a vocabulary, which gains them.
	codes(dst []uint32, v *Vocabulary) error
}

var (
	_ pages = (*chunkPages)(nil)
	_ pages = (*foreignPages)(nil)
)

const (
	// aheadBytes are read where a page header is looked for.
	aheadBytes = 8 << 10
	// mostHeader bounds a page header: it may hold bounds of any length.
	mostHeader = 16 << 20
	// mostRatio is more than zstd makes of anything: 128 KiB of four bytes.
	mostRatio = 1 << 15
)

var errChunk = errors.New("column chunk that cannot be read")

// zstdDecoder is made at the first page and used by all readers: DecodeAll is
// safe for concurrent use. It fills what it is given and allocates nothing.
var zstdDecoder = sync.OnceValues(func() (*zstd.Decoder, error) {
	return zstd.NewReader(nil, zstd.WithDecoderConcurrency(0), zstd.WithDecodeAllCapLimit(true))
})

// chunkPages reads the pages of a column chunk as our own writer makes them, and
// others like: uncompressed, zstd or snappy; dictionaries, plain values, differences and
// lengths. It trusts nothing that the file says: every length is held against what
// is there, and memory is taken for one page, compressed and not, and for the
// dictionary.
type chunkPages struct {
	leaf             leaf
	mostDef, mostRep uint8

	in       io.ReaderAt
	at, end  int64                // what was not read yet of the chunk
	left     int64                // entries of the pages to come
	codec    compress.Compression // one that uncompress knows
	window   []byte               // read and not used yet
	used     int                  // of the window
	raw      []byte               // the page at hand, with pageSlack behind it
	def, rep hybrid
	dict     pageDictionary
	values   pageValues
}

// begin opens the chunk that lies at in[at:at+size].
func (p *chunkPages) begin(in io.ReaderAt, at, size, entries int64, codec compress.Compression) {
	p.in, p.at, p.end, p.left, p.codec = in, at, at+size, entries, codec
	p.window, p.used = p.window[:0], 0
	p.dict.reset()
}

func (p *chunkPages) next() (entries int, err error) {
	for {
		if p.at == p.end && p.used == len(p.window) {
			if p.left > 0 {
				return 0, io.ErrUnexpectedEOF
			}
			return 0, nil
		}
		h, err := p.header()
		if err != nil {
			return 0, err
		}
		if h.kind == indexPage {
			if err := p.need(h.compressed); err != nil {
				return 0, err
			}
			p.used += int(h.compressed)
			continue
		}
		if err := p.load(&h); err != nil {
			return 0, err
		}
		if h.kind == dictPage {
			if err := p.dict.read(p.leaf.column.Kind, p.raw, &h); err != nil {
				return 0, err
			}
			continue
		}
		if h.values > p.left {
			return 0, errChunk
		}
		p.left -= h.values
		if h.values > 0 {
			return int(h.values), p.begins(&h)
		}
	}
}

// header reads the next page's header.
func (p *chunkPages) header() (h pageHead, err error) {
	for size := int64(64); ; size *= 4 {
		err := p.need(min(size, p.end-p.at+int64(len(p.window)-p.used)))
		if err != nil {
			return h, err
		}
		h, n, err := parseHeader(p.window[p.used:])
		if err == nil {
			p.used += n
			return h, nil
		}
		if !errors.Is(err, errMore) || p.at == p.end || size > mostHeader {
			return h, err
		}
	}
}

// need has at least n bytes in the window.
func (p *chunkPages) need(n int64) error {
	held := int64(len(p.window) - p.used)
	if n <= held {
		return nil
	}
	if n-held > p.end-p.at {
		return io.ErrUnexpectedEOF
	}
	more := min(max(n-held, aheadBytes), p.end-p.at)
	all := held + more
	if int64(cap(p.window)) < all {
		window := make([]byte, held, all)
		copy(window, p.window[p.used:])
		p.window = window
	} else {
		copy(p.window, p.window[p.used:])
	}
	p.used = 0
	p.window = p.window[:all]
	read, err := p.in.ReadAt(p.window[held:], p.at)
	if int64(read) < more {
		if err == nil || errors.Is(err, io.EOF) {
			err = io.ErrUnexpectedEOF
		}
		p.window = p.window[:held]
		return err
	}
	p.at += more
	return nil
}

// load reads the page behind the header and has it, uncompressed, in raw.
func (p *chunkPages) load(h *pageHead) error {
	if err := p.need(h.compressed); err != nil {
		return err
	}
	packed := p.window[p.used : p.used+int(h.compressed)]
	p.used += int(h.compressed)
	levels := 0 // of a version 2 page, as they are
	if h.kind == dataPageV2 {
		levels = int(h.repBytes + h.defBytes)
	}
	compressed := p.codec != compress.Codecs.Uncompressed && !(h.kind == dataPageV2 && h.plain)
	if !compressed && h.size != h.compressed || h.size > mostRatio*(h.compressed+1) {
		return errChunk
	}
	p.raw = sized(p.raw, int(h.size)+pageSlack)[:levels]
	copy(p.raw, packed)
	if packed = packed[levels:]; compressed && (len(packed) > 0 || int(h.size) > levels) {
		if err := p.uncompress(packed, int(h.size)-levels); err != nil {
			p.raw = nil // whatever it is
			return fmt.Errorf("uncompress page: %w", err)
		}
	} else {
		p.raw = append(p.raw, packed...)
	}
	if int64(len(p.raw)) != h.size {
		return errChunk
	}
	p.raw = p.raw[:h.size+pageSlack]
	clear(p.raw[h.size:])
	return nil
}

// uncompress appends to raw, which has room for size bytes, what packed holds.
func (p *chunkPages) uncompress(packed []byte, size int) error {
	if p.codec == compress.Codecs.Snappy {
		if n, err := snappy.DecodedLen(packed); err != nil || n != size {
			return errChunk
		}
		from := len(p.raw)
		out, err := snappy.Decode(p.raw[from:from+size], packed)
		p.raw = p.raw[:from+len(out)]
		return err
	}
	decoder, err := zstdDecoder()
	if err == nil {
		p.raw, err = decoder.DecodeAll(packed, p.raw)
	}
	return err
}

// begins opens the data page in raw.
func (p *chunkPages) begins(h *pageHead) (err error) {
	at, end := 0, int(h.size)
	part := func(most uint8, size int64) (levels hybrid, err error) {
		if most == 0 {
			return newHybrid(p.raw, at, at, 0), nil
		}
		if h.kind == dataPage {
			if end-at < 4 {
				return levels, errShort
			}
			size = int64(binary.LittleEndian.Uint32(p.raw[at:]))
			at += 4
		}
		if size > int64(end-at) {
			return levels, errShort
		}
		levels = newHybrid(p.raw, at, at+int(size), widthOf(int(most)))
		at += int(size)
		return levels, nil
	}
	if p.rep, err = part(p.mostRep, h.repBytes); err == nil {
		p.def, err = part(p.mostDef, h.defBytes)
	}
	if err != nil {
		return err
	}
	if h.kind == dataPageV2 {
		at = int(h.repBytes + h.defBytes)
	}
	return p.values.begin(p.leaf.column.Kind, h.encoding, p.raw, at, end)
}

func (p *chunkPages) missing(dst []bool) (present int, err error) {
	if p.mostDef == 0 {
		clear(dst)
		return len(dst), nil
	}
	return p.def.missing(dst)
}

func (p *chunkPages) levels(def, rep []uint8) error {
	if err := readHybrid(&p.rep, rep); err != nil {
		return err
	}
	if err := readHybrid(&p.def, def); err != nil {
		return err
	}
	for i, d := range def {
		if d > p.mostDef || rep[i] > p.mostRep {
			return errLevels
		}
	}
	return nil
}

func (p *chunkPages) numbers(dst []int64) error {
	if !isDictionary(p.values.encoding) {
		return p.values.numbers(dst)
	}
	places, err := p.values.places(len(dst), len(p.dict.nums))
	if err != nil {
		return err
	}
	for i, place := range places {
		dst[i] = p.dict.nums[place]
	}
	return nil
}

func (p *chunkPages) texts(dst *textList, n int) error {
	if !isDictionary(p.values.encoding) {
		return p.values.texts(dst, n)
	}
	places, err := p.values.places(n, p.dict.words.len())
	if err != nil {
		return err
	}
	for _, place := range places {
		text := p.dict.words.at(int(place))
		if len(dst.arena)+len(text) > maxArena {
			return errTextTooLong
		}
		dst.append(text)
	}
	return nil
}

func (p *chunkPages) codes(dst []uint32, v *Vocabulary) error {
	if !isDictionary(p.values.encoding) {
		p.values.some.reset()
		if err := p.values.texts(&p.values.some, len(dst)); err != nil {
			return err
		}
		return v.addAll(dst, &p.values.some)
	}
	if err := p.dict.code(v); err != nil {
		return err
	}
	places, err := p.values.places(len(dst), len(p.dict.codes))
	if err != nil {
		return err
	}
	for i, place := range places {
		dst[i] = p.dict.codes[place]
	}
	return nil
}

func isDictionary(e parquet.Encoding) bool {
	return e == parquet.Encodings.RLEDict || e == parquet.Encodings.PlainDict
}

// addAll gives the codes of texts, which the vocabulary gains.
func (v *Vocabulary) addAll(dst []uint32, texts *textList) error {
	for i := range texts.len() {
		text := texts.at(i)
		if len(v.texts.arena)+len(text) > maxArena {
			return errTextTooLong
		}
		dst[i] = v.Add(text)
	}
	return nil
}
