package schema

import (
	"bytes"
	"io"
	"slices"
	"strings"
	"unicode/utf8"
)

// input is a window that slides over the source: buf[pos:end] is unread and
// buf[end] is always NUL, so that no loop needs to look at end. It knows where
// in the document any byte of the window stands.
type input struct {
	src  io.Reader
	buf  []byte
	pos  int
	end  int
	done bool        // the source has ended
	rest func() bool // the source stands where something else may read on; nil: it never does
	err  error       // the source's own failure
	most int         // bytes the window may grow to

	// The position of buf[mark].
	mark   int
	line   int32
	column int64
	// transcoded says that each character was one byte in the source, so that
	// UTF-8 continuation bytes do not count in columns.
	transcoded bool
}

func newInput(src io.Reader, first, most int) *input {
	return &input{src: src, buf: make([]byte, first), most: max(first, most), line: 1, column: 1}
}

// more slides the window to pos and reads on until it is full; it grows when
// half of it is one token. It tells whether anything new came; if not, the
// source is done or the token is as large as the window may be.
func (in *input) more() bool {
	if in.done {
		return false
	}
	in.advance(in.pos)
	n := copy(in.buf, in.buf[in.pos:in.end])
	in.pos, in.end, in.mark = 0, n, 0
	if n > len(in.buf)/2 && len(in.buf) < in.most {
		grown := make([]byte, 2*len(in.buf))
		copy(grown, in.buf[:n])
		in.buf = grown
	}
	in.end += in.fill(in.buf[in.end : len(in.buf)-1])
	in.buf[in.end] = 0
	return in.end > n
}

// fill reads on until p is full but for less than a character, or the source
// is done.
func (in *input) fill(p []byte) (n int) {
	for idle := 0; !in.done && len(p)-n >= utf8.UTFMax && !(n > 0 && in.resting()); {
		read, err := in.src.Read(p[n:])
		n += read
		switch {
		case err == io.EOF:
			in.done = true
		case err != nil:
			in.done, in.err = true, err
		case read > 0:
			idle = 0
		default:
			if idle++; idle > 100 {
				in.done, in.err = true, io.ErrNoProgress
			}
		}
	}
	return n
}

// atRest tells that the source is resting and all that it gave was read.
func (in *input) atRest() bool { return in.pos == in.end && in.resting() }

func (in *input) resting() bool { return in.rest != nil && in.rest() }

// Read gives what comes next as it is, from the window and then from the source;
// nothing else may read on by the window until unread or take.
func (in *input) Read(p []byte) (n int, err error) {
	if in.pos < in.end {
		n = copy(p, in.buf[in.pos:in.end])
		in.pos += n
		return n, nil
	}
	if !in.done {
		n, in.err = in.src.Read(p)
		if in.done = in.err != nil; in.err == io.EOF {
			in.err = nil
		}
	}
	switch {
	case n > 0 || !in.done:
		return n, nil
	case in.err != nil:
		return 0, in.err
	}
	return 0, io.EOF
}

// take moves what comes next into b, as far as cut says of the next blockBytes;
// last, nothing comes after them. It tells whether there was anything.
func (in *input) take(b *block, cut func(window []byte, last bool) int) bool {
	in.advance(in.pos)
	window := slices.Grow(b.bytes[:0], blockBytes+plainSlack)[:blockBytes]
	held := copy(window, in.buf[in.pos:in.end])
	n := held + in.fill(window[held:])
	size := cut(window[:n], in.done && in.pos+held == in.end)
	b.at = place{line: in.line, column: in.column}
	in.pass(window[:size])
	in.pos += min(size, held)
	in.push(window[max(size, held):n])
	b.bytes = window[:size+plainSlack]
	clear(b.bytes[size:])
	return size > 0
}

// push puts p behind the unread bytes of the window, which begins at pos now.
func (in *input) push(p []byte) {
	n := in.end - in.pos
	if need := n + len(p) + 1; need > len(in.buf) {
		grown := make([]byte, need)
		copy(grown, in.buf[in.pos:in.end])
		in.buf = grown
	} else {
		copy(in.buf, in.buf[in.pos:in.end])
	}
	in.pos, in.mark, in.end = 0, 0, n+copy(in.buf[n:], p)
	in.buf[in.end] = 0
}

// putBack makes the blocks unread again.
func (in *input) putBack(blocks []*block) {
	var unread []byte
	for _, b := range blocks {
		unread = append(unread, b.bytes[:len(b.bytes)-plainSlack]...)
	}
	unread = append(unread, in.buf[in.pos:in.end]...)
	in.line, in.column = blocks[0].at.line, blocks[0].at.column
	in.unread(unread)
}

// unread makes the source begin with p; the window is empty then.
func (in *input) unread(p []byte) {
	src := io.Reader(bytes.NewReader(p))
	if !in.done {
		src = io.MultiReader(src, in.src)
	} else if in.err != nil {
		src = io.MultiReader(src, failing{in.err})
	}
	in.src, in.done, in.err = src, false, nil
	in.end, in.mark = in.pos, in.pos
	in.buf[in.end] = 0
}

// need makes at least n unread bytes available if the source has them.
func (in *input) need(n int) bool {
	for in.end-in.pos < n {
		if !in.more() {
			return false
		}
	}
	return true
}

// advance moves the mark to buf[to], to >= mark.
func (in *input) advance(to int) {
	if to <= in.mark {
		return
	}
	in.pass(in.buf[in.mark:to])
	in.mark = to
}

// pass moves the position behind part.
func (in *input) pass(part []byte) {
	if last := bytes.LastIndexByte(part, '\n'); last >= 0 {
		in.line += int32(bytes.Count(part, newline))
		in.column = 1
		part = part[last+1:]
	}
	in.column += int64(in.width(part))
}

var newline = []byte{'\n'}

// width counts the source's bytes behind part, which holds no line end.
func (in *input) width(part []byte) int {
	n := len(part)
	if in.transcoded {
		for _, c := range part {
			if !utf8.RuneStart(c) {
				n--
			}
		}
	}
	return n
}

// at is the position of buf[to], to >= mark.
func (in *input) at(to int) place {
	ahead := input{buf: in.buf, mark: in.mark, line: in.line, column: in.column, transcoded: in.transcoded}
	ahead.advance(to)
	return place{line: ahead.line, column: ahead.column}
}

// singleByte turns a one-byte encoding into UTF-8. A byte that the encoding
// leaves undefined becomes 0xff, which no UTF-8 has.
type singleByte struct {
	src   io.Reader
	table *[128]rune // of the bytes from 0x80; 0: undefined
	raw   []byte
	rest  []byte
}

func (s *singleByte) Read(p []byte) (n int, err error) {
	for n+utf8.UTFMax <= len(p) {
		if len(s.rest) == 0 {
			if n > 0 {
				return n, nil
			}
			read, err := s.src.Read(s.raw[:cap(s.raw)])
			if s.rest = s.raw[:read]; read == 0 {
				return 0, err
			}
		}
		c := s.rest[0]
		s.rest = s.rest[1:]
		switch {
		case c < 0x80:
			p[n] = c
			n++
		case s.table[c-0x80] == 0:
			p[n] = 0xff
			n++
		default:
			n += utf8.EncodeRune(p[n:], s.table[c-0x80])
		}
	}
	return n, nil
}

// transcode reads the rest of the source, from the window's unread bytes on,
// through the table of a one-byte encoding.
func (in *input) transcode(table *[128]rune) {
	in.advance(in.pos)
	in.unread(bytes.Clone(in.buf[in.pos:in.end]))
	in.src = &singleByte{src: in.src, table: table, raw: make([]byte, 0, 32<<10)}
	in.transcoded = true
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

// encodingTable gives the table of a declared encoding; nil for UTF-8. ok is
// false for what flussi does not read.
func encodingTable(name string) (table *[128]rune, ok bool) {
	switch strings.ToLower(name) {
	case "utf-8", "utf8":
		return nil, true
	case "us-ascii", "ascii":
		return new([128]rune), true
	case "iso-8859-1", "iso_8859-1", "iso8859-1", "iso-latin-1", "latin1", "l1":
		return latin1(), true
	case "windows-1252", "cp1252", "cp-1252":
		table = latin1()
		copy(table[:], windows1252[:])
		return table, true
	}
	return nil, false
}

func latin1() *[128]rune {
	table := new([128]rune)
	for i := range table {
		table[i] = rune(0x80 + i)
	}
	return table
}

// windows1252 is what that encoding has for the bytes 0x80 to 0x9f.
var windows1252 = [32]rune{
	0x20ac, 0, 0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160, 0x2039, 0x0152, 0, 0x017d, 0,
	0, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0, 0x017e, 0x0178,
}
