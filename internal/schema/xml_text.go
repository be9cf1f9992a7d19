package schema

import (
	"bytes"
	"unicode/utf8"
)

// What is consumed as it goes, however long: text, references, comments,
// instructions, CDATA sections.

// reference reads the reference that s starts with, s standing at buf[p];
// scanMore when s ends first.
func (d *xmlDecoder) reference(p int, s []byte) (r rune, size int, outcome scan) {
	if len(s) > 1 && s[1] == '#' {
		return d.charReference(p, s)
	}
	for _, e := range [...]struct {
		name string
		r    rune
	}{{"&amp;", '&'}, {"&lt;", '<'}, {"&gt;", '>'}, {"&quot;", '"'}, {"&apos;", '\''}} {
		if n := min(len(s), len(e.name)); string(s[:n]) == e.name[:n] {
			if n < len(e.name) {
				return 0, 0, scanMore
			}
			return e.r, n, scanned
		}
	}
	d.stop(fileMalformed, p, "'&' begins no known reference")
	return 0, 0, scanBad
}

func (d *xmlDecoder) charReference(p int, s []byte) (r rune, size int, outcome scan) {
	i, radix := 2, rune(10)
	if len(s) > 2 && s[2] == 'x' {
		i, radix = 3, 16
	}
	first := i
	for ; i < len(s); i++ {
		c := rune(s[i])
		switch {
		case c == ';' && i > first:
			if !isChar(r) {
				d.stop(fileCharacter, p, "a reference to what is not a character")
				return 0, 0, scanBad
			}
			return r, i + 1, scanned
		case c >= '0' && c <= '9':
			c -= '0'
		case radix == 16 && c|0x20 >= 'a' && c|0x20 <= 'f':
			c = c | 0x20 - 'a' + 10
		default:
			d.stop(fileMalformed, p, "a character reference is malformed")
			return 0, 0, scanBad
		}
		r = min(r*radix+c, utf8.MaxRune+1)
	}
	return 0, 0, scanMore
}

// run consumes characters up to the byte stop, which it leaves; collected they
// go to d.value.
func (d *xmlDecoder) run(stop byte, collect bool, what string) bool {
	in := d.in
	for {
		p := in.pos
		for in.buf[p] >= ' ' && in.buf[p] < utf8.RuneSelf && in.buf[p] != stop || in.buf[p] == '\n' || in.buf[p] == '\t' {
			p++
		}
		if !d.take(p, collect) {
			return false
		}
		switch c := in.buf[p]; {
		case c == stop:
			return true
		case c == '\r':
			if !d.lineEnd(collect) {
				return false
			}
		case c >= utf8.RuneSelf:
			r, size := utf8.DecodeRune(in.buf[p:in.end])
			if r == utf8.RuneError && size < 2 || !isChar(r) {
				if d.badByte(p) == scanBad {
					return false
				}
				if !in.more() {
					d.starve(what)
					return false
				}
				continue
			}
			if !d.take(p+size, collect) {
				return false
			}
		case c == 0 && p >= in.end:
			if !in.more() {
				d.starve(what)
				return false
			}
		default:
			d.badByte(p)
			return false
		}
	}
}

// take consumes up to buf[to].
func (d *xmlDecoder) take(to int, collect bool) bool {
	if collect {
		d.value = append(d.value, d.in.buf[d.in.pos:to]...)
		if len(d.value) > d.limits.TokenBytes {
			d.stop(fileLimits, to, "an element's text is too long")
			return false
		}
	}
	d.in.pos = to
	return true
}

// lineEnd consumes CR or CR LF, which is one LF.
func (d *xmlDecoder) lineEnd(collect bool) bool {
	if d.in.need(2) && d.in.buf[d.in.pos+1] == '\n' {
		d.in.pos++
		return true
	}
	if collect {
		d.value = append(d.value, '\n')
	}
	d.in.pos++
	return true
}

// comment consumes the comment at pos, which begins with "<!--".
func (d *xmlDecoder) comment() {
	d.in.pos += len("<!--")
	for d.run('-', false, "comment") {
		if !d.in.need(3) {
			d.starve("comment")
			return
		}
		if next := d.in.buf[d.in.pos+1 : d.in.pos+3]; next[0] == '-' {
			if next[1] != '>' {
				d.stop(fileMalformed, d.in.pos, "'--' inside a comment")
				return
			}
			d.in.pos += len("-->")
			return
		}
		d.in.pos++
	}
}

// instruction consumes the processing instruction at pos.
func (d *xmlDecoder) instruction() {
	for {
		end, _, outcome := d.scanName(d.in.pos + 2)
		if outcome == scanBad {
			return
		}
		if outcome == scanned && end+1 < d.in.end {
			if target := d.in.buf[d.in.pos+2 : end]; len(target) == 3 && bytes.EqualFold(target, []byte("xml")) {
				if d.ended {
					d.stop(fileTwo, d.in.pos, "an XML declaration after the root")
				} else {
					d.stop(fileMalformed, d.in.pos, "an XML declaration that is not at the start")
				}
				return
			}
			if next := d.in.buf[end : end+2]; classOf[next[0]]&byteBlank == 0 && string(next) != "?>" {
				d.stop(fileMalformed, end, "no blank after a processing instruction's target")
				return
			}
			d.in.pos = end
			break
		}
		if !d.in.more() {
			d.starve("processing instruction")
			return
		}
	}
	for d.run('?', false, "processing instruction") {
		if !d.in.need(2) {
			d.starve("processing instruction")
			return
		}
		if d.in.buf[d.in.pos+1] == '>' {
			d.in.pos += len("?>")
			return
		}
		d.in.pos++
	}
}

// cdata consumes the CDATA section at pos, which begins with "<![CDATA[".
func (d *xmlDecoder) cdata(collect bool) {
	d.in.pos += len(cdataStart)
	for d.run(']', collect, "CDATA section") {
		if !d.in.need(3) {
			d.starve("CDATA section")
			return
		}
		if string(d.in.buf[d.in.pos:d.in.pos+3]) == "]]>" {
			d.in.pos += len("]]>")
			return
		}
		if !d.take(d.in.pos+1, collect) {
			return
		}
	}
}

const cdataStart = "<![CDATA["

// text consumes character data up to the next markup. solid tells that it was
// not all blanks, and from where; any, that there was some.
func (d *xmlDecoder) text(collect bool) (any, solid bool, from place) {
	in := d.in
	for {
		p := in.pos
		for classOf[in.buf[p]]&byteBlank != 0 && in.buf[p] != '\r' {
			p++
		}
		any = any || p > in.pos
		if classOf[in.buf[p]]&byteText != 0 {
			if !solid {
				solid, any, from = true, true, in.at(p)
			}
			for classOf[in.buf[p]]&byteText != 0 {
				p++
			}
		}
		if !d.take(p, collect) {
			return any, solid, from
		}
		c := in.buf[p]
		if c == '<' {
			return any, solid, from
		}
		if c == 0 && p >= in.end {
			if !in.more() {
				d.starve("content")
				return any, solid, from
			}
			continue
		}
		any = true
		if c == '\r' {
			d.lineEnd(collect)
			continue
		}
		if !solid {
			from = in.at(p)
		}
		blank, ok := d.special(c, collect)
		if !ok {
			return any, solid, from
		}
		solid = solid || !blank
	}
}

// special consumes what is not plain in text: a reference, ']', a character
// beyond ASCII. blank tells that it was one of XML's blanks.
func (d *xmlDecoder) special(c byte, collect bool) (blank, ok bool) {
	in := d.in
	for {
		p := in.pos
		var r rune
		var size int
		outcome := scanned
		switch {
		case c == '&':
			r, size, outcome = d.reference(p, in.buf[p:in.end])
		case c == ']':
			if !in.done && in.end-p < 3 {
				outcome = scanMore
			} else if in.end-p >= 3 && string(in.buf[p:p+3]) == "]]>" {
				d.stop(fileMalformed, p, "']]>' in text")
				outcome = scanBad
			}
			r, size = ']', 1
		case c >= utf8.RuneSelf:
			if r, size = utf8.DecodeRune(in.buf[p:in.end]); r == utf8.RuneError && size < 2 || !isChar(r) {
				outcome = d.badByte(p)
			}
		default:
			outcome = d.badByte(p)
		}
		switch outcome {
		case scanned:
			if collect {
				d.value = utf8.AppendRune(d.value, r)
			}
			in.pos += size
			return r < utf8.RuneSelf && isBlank(byte(r)), true
		case scanBad:
			return false, false
		}
		if !in.more() {
			d.starve("content")
			return false, false
		}
	}
}
