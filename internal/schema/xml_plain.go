package schema

import (
	"encoding/binary"
	"strings"
)

// The short way through a Beneficiario (a SINBA element) that is written as
// nearly all are: elements in their order, attributes in double quotes with one
// name each, values that need no normalising and keep the XSD's word. It knows
// the model as the long way does and fills the same Batch; at whatever else it
// meets it gives up, the Batch is put back, and the long way reads the same
// bytes anew. So it never judges: it only ever says "nothing to say here".

// plainSlack is how many bytes may be read behind the last one of a block.
const plainSlack = 64

// plain is the state of one attempt.
type plain struct {
	buf  []byte // the block, with plainSlack behind it
	b    *Batch
	tags []string // by element: its name as this document writes it

	// Where the current line starts, for the places of elements.
	line      int32
	lineStart int
	// wide counts the bytes of this line that are none of the source's, which
	// wrote one byte for a character.
	wide       int
	transcoded bool
}

// prepare takes the names that d's document gives the elements. A prefix that
// is bound by the units themselves leaves the names empty: nothing is plain then.
func (x *plain) prepare(d *xmlDecoder) {
	if d.edition.other {
		return
	}
	unit := d.stack[0].decl.children[1]
	prefix := string(d.unitName[:len(d.unitName)-len(unit.name)])
	if d.spaces.of([]byte(strings.TrimSuffix(prefix, ":"))) == nsFlusso {
		x.tags = make([]string, d.edition.elements)
		x.name(unit, prefix)
	}
}

func (x *plain) name(e *element, prefix string) {
	x.tags[e.id] = prefix + e.name
	for _, child := range e.children {
		x.name(child, prefix)
	}
}

// readPlain reads the Beneficiario at pos if it is plain, and leaves everything
// as it was if it is not.
func (d *xmlDecoder) readPlain() bool {
	in, b, x := d.in, d.b, &d.plain
	if x.tags == nil {
		return false
	}
	in.advance(in.pos)
	x.buf, x.b, x.transcoded = in.buf, b, in.transcoded
	x.line, x.lineStart, x.wide = in.line, in.pos-int(in.column)+1, 0
	unit := d.stack[0].decl.children[1]
	mark := b.mark()
	p := x.named(unit, in.pos)
	if p > 0 {
		p = x.element(unit, in.pos, p)
	}
	if p <= 0 {
		b.rewind(mark)
		return false
	}
	in.pos, in.mark = p, p
	in.line, in.column = x.line, int64(p-x.lineStart-x.wide+1)
	d.stack[0].child = 1
	d.stack[0].count++
	return true
}

// named gives where the name of e ends if a tag of it starts at buf[p], else 0.
func (x *plain) named(e *element, p int) int {
	tag := x.tags[e.id]
	end := p + 1 + len(tag)
	if end >= len(x.buf) || x.buf[p] != '<' || string(x.buf[p+1:end]) != tag {
		return 0
	}
	if c := x.buf[end]; c != ' ' && c != '>' && c != '/' && c != '\n' && c != '\r' && c != '\t' {
		return 0
	}
	return end
}

// place is the position of buf[p], on the current line.
func (x *plain) place(p int) place {
	return place{line: x.line, column: int64(p - x.lineStart - x.wide + 1)}
}

// blanks gives the first byte from p on that is no blank.
func (x *plain) blanks(p int) int {
	for {
		switch x.buf[p] {
		case '\n':
			x.line, x.lineStart, x.wide = x.line+1, p+1, 0
		case ' ', '\t', '\r':
		default:
			return p
		}
		p++
	}
}

// element reads e, whose tag starts at buf[start] and whose name ends at p; it
// gives where e ends, 0 if it gave up.
func (x *plain) element(e *element, start, p int) int {
	if e.role == roleValue {
		return x.value(e, start, p)
	}
	x.b.begin(e.role, x.place(start))
	if p = x.attributes(e, start, p); p == 0 {
		return 0
	}
	child, count := 0, int32(0)
	if x.buf[p] == '/' {
		if x.buf[p+1] != '>' {
			return 0
		}
		p += 2
	} else if p, child, count = x.children(e, p+1); p == 0 {
		return 0
	}
	for _, c := range e.children[min(child, len(e.children)):] {
		if c.least > count {
			return 0
		}
		count = 0
	}
	return p
}

// children reads the content of e from p to behind its end tag; it tells which
// child came last, and how many of it.
func (x *plain) children(e *element, p int) (end, child int, count int32) {
	for {
		if !e.empty() {
			p = x.blanks(p)
		}
		if x.buf[p+1] == '/' {
			return x.endTag(e, p), child, count
		}
		name := 0
		for {
			if child == len(e.children) {
				return 0, 0, 0
			}
			if name = x.named(e.children[child], p); name > 0 {
				break
			}
			if e.children[child].least > count {
				return 0, 0, 0
			}
			child, count = child+1, 0
		}
		if count++; count > e.children[child].most {
			return 0, 0, 0
		}
		if p = x.element(e.children[child], p, name); p == 0 {
			return 0, 0, 0
		}
	}
}

// endTag gives what follows the end tag of e at buf[p].
func (x *plain) endTag(e *element, p int) int {
	tag := x.tags[e.id]
	end := p + 2 + len(tag)
	if end >= len(x.buf) || x.buf[p] != '<' || x.buf[p+1] != '/' || string(x.buf[p+2:end]) != tag || x.buf[end] != '>' {
		return 0
	}
	return end + 1
}

// value reads an element whose content is text.
func (x *plain) value(e *element, start, p int) int {
	at := x.place(start)
	if x.buf[p] != '>' {
		return 0
	}
	p++
	n := 0
	for classOf[x.buf[p+n]]&byteText != 0 && x.buf[p+n] >= ' ' {
		n++
	}
	if e.textFacet.check(x.buf[p:p+n]) != "" {
		return 0
	}
	x.b.append(e.text, span{at: uint32(p) + 1, n: uint32(n), pos: x.b.wideAt(at)})
	return x.endTag(e, p+n)
}

// attributes reads the attributes of e from p, behind the tag's name, and
// gives where '>' or '/' ends them.
func (x *plain) attributes(e *element, start, p int) int {
	var row []span
	if len(e.attributes) > 0 {
		row, _ = x.b.lastRow(e.attributes[0].field)
	}
	buf, line, wide := x.buf, x.line, x.wide
	seen := uint64(0)
	for {
		if buf[p] == ' ' {
			p++
		}
		if c := buf[p]; c <= ' ' || c == '>' || c == '/' {
			if p = x.blanks(p); buf[p] == '>' || buf[p] == '/' {
				break
			}
		} else if buf[p-1] != ' ' {
			return 0 // no blank before the name
		}
		k := e.findPlain(buf[p:])
		if k < 0 {
			return 0
		}
		a := &e.attributes[k]
		v, at := p+len(a.opening), uint32(p-start-x.wide+wide)
		if x.line != line {
			at = x.b.wideAt(x.place(p))
		}
		n, number := 0, uint32(0)
		if a.facet.kind == facetText {
			n = x.text(&a.facet, v)
		} else {
			n, number = a.facet.plain(x.buf, v, &classOf)
		}
		if n < 0 || x.buf[v+n] != '"' || seen&(1<<k) != 0 {
			return 0
		}
		seen |= 1 << k
		row[a.slot] = span{at: uint32(v) + 1, n: uint32(n), pos: at, number: number}
		p = v + n + 1
	}
	if e.required&^seen != 0 {
		return 0
	}
	return p
}

// text gives the length of the text at buf[v] if it keeps the facet, else -1.
func (x *plain) text(c *facet, v int) int {
	n, wide := plainText(x.buf, v, &attributeEnds)
	if n-wide < int(c.min) || n-wide > int(c.max) {
		return -1
	}
	if x.transcoded {
		x.wide += wide
	}
	return n
}

// attributeEnds are what no attribute value in double quotes holds as it stands.
var attributeEnds = ends{'"' * ones, '&' * ones, '<' * ones}

// findPlain gives the index of the attribute whose name, '=' and '"' begin s,
// -1 if there is none.
func (e *element) findPlain(s []byte) int {
	x := &e.spellings
	_ = s[plainSlack-1]
	first, second, third := binary.LittleEndian.Uint64(s), binary.LittleEndian.Uint64(s[8:]), binary.LittleEndian.Uint64(s[16:])
	for i := x.first[(first&x.mask)*x.factor>>58]; i != 0; {
		o := &x.of[i-1]
		differs := (first^o.words[0])&o.masks[0] | (second^o.words[1])&o.masks[1] | (third^o.words[2])&o.masks[2]
		if differs == 0 && (o.rest == "" || string(s[24:24+len(o.rest)]) == o.rest) {
			return int(o.attribute)
		}
		i = o.next
	}
	return -1
}

// spellings finds attributes by how producers write them: name="
type spellings struct {
	mask   uint64 // of the first word: the bytes that every opening has
	factor uint64
	first  [64]uint8 // by hash: index in of plus one
	of     []spelling
}

// spelling is an attribute's name, '=' and '"' in words of eight bytes, and
// masks of those bytes: three words are compared at once, without a branch.
type spelling struct {
	words, masks [3]uint64
	rest         string // behind them
	next         uint8  // with the same hash: index plus one
	attribute    uint8
}

func newSpellings(attributes []attribute) (x spellings) {
	x.mask, x.factor = ^uint64(0), 0x9e3779b97f4a7c15
	for i := range attributes {
		if n := len(attributes[i].opening); n < 8 {
			x.mask = min(x.mask, 1<<(8*n)-1)
		}
	}
	for i := range attributes {
		opening := attributes[i].opening
		if len(opening) > plainSlack {
			continue // never found here, and so left to the long way
		}
		var padded [24]byte
		n := copy(padded[:], opening)
		o := spelling{attribute: uint8(i), rest: opening[n:]}
		for w := range o.words {
			o.words[w] = binary.LittleEndian.Uint64(padded[8*w:])
			o.masks[w] = ^(^uint64(0) << (8 * min(max(n-8*w, 0), 8)))
		}
		slot := &x.first[(o.words[0]&x.mask)*x.factor>>58]
		o.next = *slot
		x.of = append(x.of, o)
		*slot = uint8(len(x.of))
	}
	return x
}
