package schema

import (
	"fmt"
	"unicode/utf8"
)

// Start tags, out of the window: a tag is read whole within it, again from its
// start when the window was too short.

// Limits that the Options do not set: no flow comes near them.
const (
	maxName       = 50_000 // bytes of a name; libxml2's own limit
	maxAttributes = 256    // of one element
	maxBindings   = 256    // namespace declarations in scope: a prefix is looked for among them all
	tagTokens     = 4      // a start tag is at most so many times Limits.TokenBytes
)

// scan is the outcome of looking for a token in the window.
type scan uint8

const (
	scanned scan = iota
	scanMore
	scanBad // d.err says why
)

// rawTag is a start tag as it stands; offsets count from its '<'.
type rawTag struct {
	guess      *element // what it seems to be, by its name and its parent
	nameEnd    int
	colon      int // of the name's first colon; 0: none
	size       int
	closed     bool // an empty-element tag
	odd        bool // some attribute has a prefix or is xmlns
	attributes []rawAttribute
}

type rawAttribute struct {
	name, nameEnd, colon, value, valueEnd int
	guess                                 int  // index of the attribute in the guessed element plus one; 0: unknown
	dirty                                 bool // the value needs normalising
}

// guess tells what element the innermost open one probably has under this name.
func (d *xmlDecoder) guess(name []byte) *element {
	if len(d.stack) == 0 {
		return nil
	}
	top := &d.stack[len(d.stack)-1]
	if top.decl == nil {
		return nil
	}
	for _, child := range top.decl.children {
		if child.name == string(name) && len(child.attributes) > 0 {
			return child
		}
	}
	return nil
}

// stop ends the reading: the file is refused for what stands at buf[at].
func (d *xmlDecoder) stop(code string, at int, detail string) {
	if d.err != nil {
		return
	}
	where := d.in.at(at)
	d.err = d.journal.refuse(Fault{Rule: code, Line: int(where.line), Column: int(where.column), Path: d.pathHere()}, detail)
}

// starve ends the reading because more was needed and nothing more came.
func (d *xmlDecoder) starve(what string) {
	switch {
	case d.in.err != nil:
		d.err = fmt.Errorf("read flow: %w", d.in.err)
	case d.in.done:
		d.stop(fileTruncated, d.in.end, what)
	default:
		d.stop(fileLimits, d.in.pos, what)
	}
}

// readTag tokenizes the start tag at pos into d.tag.
func (d *xmlDecoder) readTag() bool {
	for {
		switch d.tokenize() {
		case scanned:
			return true
		case scanBad:
			return false
		}
		if d.in.end-d.in.pos-d.partial > d.limits.TokenBytes {
			d.stop(fileLimits, d.in.pos, "an attribute is too long")
			return false
		}
		if !d.in.more() {
			d.starve("start tag")
			return false
		}
	}
}

func (d *xmlDecoder) tokenize() scan {
	t, in := &d.tag, d.in
	*t = rawTag{attributes: t.attributes[:0]}
	buf, base := in.buf, in.pos
	d.partial = 0
	p, colon, outcome := d.scanName(base + 1)
	if outcome != scanned {
		return outcome
	}
	t.nameEnd, t.colon = p-base, max(colon-base, 0)
	t.guess = d.guess(buf[base+1 : p])
	previous := 0 // the attribute before, as its guess
	for {
		d.partial = p - base
		gap := p
		for classOf[buf[p]]&byteBlank != 0 {
			p++
		}
		switch c := buf[p]; {
		case c == '>':
			t.size = p + 1 - base
			return scanned
		case c == '/':
			if p+1 >= in.end {
				return scanMore
			}
			if buf[p+1] != '>' {
				d.stop(fileMalformed, p, "'/' inside a tag")
				return scanBad
			}
			t.closed, t.size = true, p+2-base
			return scanned
		case c == 0 && p >= in.end:
			return scanMore
		case p == gap:
			d.stop(fileMalformed, p, "no blank before an attribute")
			return scanBad
		}
		a := rawAttribute{name: p - base}
		if t.guess != nil {
			k := int(d.follows[t.guess.id][previous])
			if opening := t.guess.attributes[k].opening; p+len(opening) < in.end && string(buf[p:p+len(opening)]) == opening {
				a.guess = k + 1
				p += len(opening) - 1
				a.nameEnd = p - 1 - base
			}
		}
		if a.guess == 0 {
			if p, outcome = d.scanAttributeName(p, &a); outcome != scanned {
				return outcome
			}
			if t.guess != nil && a.colon == 0 {
				if k := t.guess.find(buf[base+a.name : base+a.nameEnd]); k >= 0 {
					a.guess = k + 1
					d.follows[t.guess.id][previous] = uint8(k)
				}
			}
		}
		previous = a.guess
		a.value = p + 1 - base
		if p, outcome = d.scanValue(p, &a.dirty); outcome != scanned {
			return outcome
		}
		a.valueEnd = p - base
		if a.valueEnd-a.value > d.limits.TokenBytes {
			d.stop(fileLimits, base+a.name, "an attribute's value is too long")
			return scanBad
		}
		p++
		if len(t.attributes) == maxAttributes {
			d.stop(fileLimits, base+a.name, "too many attributes")
			return scanBad
		}
		if a.colon > 0 || a.nameEnd-a.name == len(xmlns) && string(buf[base+a.name:base+a.nameEnd]) == xmlns {
			t.odd = true
		}
		t.attributes = append(t.attributes, a)
	}
}

// scanAttributeName reads an attribute's name, the '=' and the blanks around
// it, up to the quote.
func (d *xmlDecoder) scanAttributeName(p int, a *rawAttribute) (int, scan) {
	buf, base := d.in.buf, d.in.pos
	p, colon, outcome := d.scanName(p)
	if outcome != scanned {
		return p, outcome
	}
	a.nameEnd, a.colon = p-base, max(colon-base, 0)
	for classOf[buf[p]]&byteBlank != 0 {
		p++
	}
	if buf[p] != '=' {
		return p, d.missing(p, "'=' after an attribute's name")
	}
	p++
	for classOf[buf[p]]&byteBlank != 0 {
		p++
	}
	if buf[p] != '"' && buf[p] != '\'' {
		return p, d.missing(p, "quotes around an attribute's value")
	}
	return p, scanned
}

// missing says that something else than what was due stands at p, unless p is
// where the window ends.
func (d *xmlDecoder) missing(p int, what string) scan {
	if d.in.buf[p] == 0 && p >= d.in.end {
		return scanMore
	}
	d.stop(fileMalformed, p, "missing: "+what)
	return scanBad
}

// scanName reads the Name at p; colon is where its first colon stands, -1 if
// it has none.
func (d *xmlDecoder) scanName(p int) (end, colon int, outcome scan) {
	in, start := d.in, p
	colon = -1
	for {
		for classOf[in.buf[p]]&byteName != 0 {
			p++
		}
		switch c := in.buf[p]; {
		case c == ':':
			if colon < 0 {
				colon = p
			}
			p++
			continue
		case c >= utf8.RuneSelf:
			r, size := utf8.DecodeRune(in.buf[p:in.end])
			if r == utf8.RuneError && size < 2 {
				return p, colon, d.badByte(p)
			}
			if isNameStart(r) || p > start && isNameRune(r) {
				p += size
				continue
			}
		case c == 0 && p >= in.end:
			return p, colon, scanMore
		}
		break
	}
	if c := in.buf[start]; p == start || c < utf8.RuneSelf && c != ':' && classOf[c]&byteStart == 0 {
		d.stop(fileMalformed, start, "missing: a name")
		return p, colon, scanBad
	}
	if p-start > maxName {
		d.stop(fileLimits, start, "a name is too long")
		return p, colon, scanBad
	}
	return p, colon, scanned
}

// scanValue finds the end of the attribute value whose quote stands at p.
func (d *xmlDecoder) scanValue(p int, dirty *bool) (end int, outcome scan) {
	in, buf := d.in, d.in.buf
	quote := buf[p]
	p++
	for {
		for classOf[buf[p]]&byteValue != 0 {
			p++
		}
		switch c := buf[p]; {
		case c == quote:
			return p, scanned
		case c == '"' || c == '\'':
			p++
		case c == '&' || c == '\t' || c == '\n' || c == '\r':
			*dirty = true
			p++
		case c == '<':
			d.stop(fileMalformed, p, "'<' in an attribute's value")
			return p, scanBad
		case c >= utf8.RuneSelf:
			r, size := utf8.DecodeRune(buf[p:in.end])
			if r == utf8.RuneError && size < 2 || !isChar(r) {
				return p, d.badByte(p)
			}
			p += size
		case c == 0 && p >= in.end:
			return p, scanMore
		default:
			return p, d.badByte(p)
		}
	}
}

// badByte tells whether what stands at p is a character cut by the window's
// end or none that XML allows.
func (d *xmlDecoder) badByte(p int) scan {
	if !d.in.done && !utf8.FullRune(d.in.buf[p:d.in.end]) {
		return scanMore
	}
	d.stop(fileCharacter, p, "not a character")
	return scanBad
}

// normalise gives the value of a: blanks become spaces, references what they
// stand for. The result lasts until the next call.
func (d *xmlDecoder) normalise(a *rawAttribute) ([]byte, bool) {
	raw := d.in.buf[d.in.pos+a.value : d.in.pos+a.valueEnd]
	if !a.dirty {
		return raw, true
	}
	d.scratch = d.scratch[:0]
	for i := 0; i < len(raw); i++ {
		switch c := raw[i]; c {
		case '\r':
			if i+1 < len(raw) && raw[i+1] == '\n' {
				i++
			}
			d.scratch = append(d.scratch, ' ')
		case '\t', '\n':
			d.scratch = append(d.scratch, ' ')
		case '&':
			r, size, outcome := d.reference(d.in.pos+a.value+i, raw[i:])
			if outcome != scanned {
				if outcome == scanMore {
					d.stop(fileMalformed, d.in.pos+a.value+i, "a reference is not closed")
				}
				return nil, false
			}
			d.scratch = utf8.AppendRune(d.scratch, r)
			i += size - 1
		default:
			d.scratch = append(d.scratch, c)
		}
	}
	return d.scratch, true
}
