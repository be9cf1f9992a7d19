package table

import (
	"bytes"
	"errors"
	"io"
	"strconv"
	"unicode/utf8"
)

// partReader gives the tags of one XML part of a package, one after the other,
// and the text between them where that is kept. It knows what spreadsheets write
// and no more: names without their prefixes, the five entities and numbered
// characters; a DTD is refused, so that nothing expands. It holds one tag, and
// the text that is kept, each at most maxPartToken.
type partReader struct {
	src      io.Reader
	buf      []byte
	pos, end int
	final    error

	kind       tagKind
	name       []byte // of the tag, without a prefix
	attributes []byte // as they are written
	keep       bool   // append the text before the next tags to text
	text       []byte
}

type tagKind uint8

const (
	tagOpen tagKind = iota + 1
	tagClose
	tagEmpty
)

const (
	partBlock    = 64 << 10
	maxPartToken = 1 << 20
)

var (
	errPartXML  = errors.New("not well-formed XML")
	errPartDTD  = errors.New("XML with a document type")
	errPartLong = errors.New("a tag or text beyond 1 MiB")
	errPartUTF  = errors.New("XML that is not UTF-8")
)

func newPartReader(src io.Reader) *partReader {
	return &partReader{src: src, buf: make([]byte, partBlock)}
}

// next reads up to the end of the next tag; io.EOF behind the last.
func (p *partReader) next() error {
	for {
		if err := p.between(); err != nil {
			return err
		}
		switch err := p.tag(); {
		case err != nil:
			return err
		case p.kind != 0:
			return nil
		}
	}
}

// between reads the text before a tag, so that buf[pos] is a <.
func (p *partReader) between() error {
	for {
		n := bytes.IndexByte(p.buf[p.pos:p.end], '<')
		piece := p.buf[p.pos:p.end]
		if n >= 0 {
			piece = piece[:n]
		} else if p.keep && p.final == nil { // what it ends with may go on
			if i := bytes.LastIndexAny(piece[max(0, len(piece)-16):], "&\r"); i >= 0 {
				piece = piece[:max(0, len(piece)-16)+i]
			}
		}
		if p.keep && len(piece) > 0 {
			if err := p.append(piece); err != nil {
				return err
			}
		}
		p.pos += len(piece)
		if n >= 0 {
			return nil
		}
		if err := p.fill(); err != nil {
			return err
		}
	}
}

// tag reads what begins with the < at buf[pos]; kind is 0 for what is no tag.
func (p *partReader) tag() error {
	var quote byte
	for i := p.pos + 1; ; i++ {
		if i == p.end {
			at := i - p.pos
			if err := p.fill(); err != nil {
				return unexpected(err)
			}
			i = p.pos + at
		}
		c := p.buf[i]
		switch {
		case i == p.pos+1 && (c == '!' || c == '?'):
			p.kind = 0
			return p.special()
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case c == '>':
			err := p.named(p.buf[p.pos+1 : i])
			p.pos = i + 1
			return err
		}
	}
}

// named takes a tag apart.
func (p *partReader) named(tag []byte) error {
	p.kind = tagOpen
	switch {
	case len(tag) > 0 && tag[0] == '/':
		p.kind, tag = tagClose, tag[1:]
	case len(tag) > 0 && tag[len(tag)-1] == '/':
		p.kind, tag = tagEmpty, tag[:len(tag)-1]
	}
	p.attributes = nil
	for i, c := range tag {
		if c == ' ' || c == '\n' || c == '\t' || c == '\r' {
			p.attributes, tag = tag[i+1:], tag[:i]
			break
		}
	}
	if p.name = tag[bytes.IndexByte(tag, ':')+1:]; len(p.name) == 0 {
		return errPartXML
	}
	return nil
}

// special passes over what is no tag, and takes the text of CDATA.
func (p *partReader) special() error {
	for p.end-p.pos < len("<![CDATA[") && p.final == nil {
		if err := p.fill(); err != nil && !errors.Is(err, io.EOF) {
			return err
		}
	}
	rest := p.buf[p.pos:p.end]
	for _, kind := range []struct{ begin, end string }{{"<!--", "-->"}, {"<?", "?>"}, {"<![CDATA[", "]]>"}} {
		if !bytes.HasPrefix(rest, []byte(kind.begin)) {
			continue
		}
		p.pos += len(kind.begin)
		keep := p.keep && kind.begin == "<![CDATA["
		for {
			n := bytes.Index(p.buf[p.pos:p.end], []byte(kind.end))
			taken := p.buf[p.pos:p.end]
			switch {
			case n >= 0:
				taken = taken[:n]
			case len(taken) > 2:
				taken = taken[:len(taken)-2]
			default:
				taken = nil
			}
			if keep {
				p.text = append(p.text, taken...)
			}
			if kind.begin == "<?" && bytes.Contains(bytes.ToLower(taken), []byte("utf-16")) {
				return errPartUTF
			}
			p.pos += len(taken)
			if n >= 0 {
				p.pos += len(kind.end)
				return p.long()
			}
			if err := p.fill(); err != nil {
				return unexpected(err)
			}
		}
	}
	if bytes.HasPrefix(rest, []byte("<!DOCTYPE")) {
		return errPartDTD
	}
	return errPartXML
}

func unexpected(err error) error {
	if errors.Is(err, io.EOF) {
		return errPartXML
	}
	return err
}

// fill reads on behind what is unread.
func (p *partReader) fill() error {
	if p.final != nil {
		return p.final
	}
	if p.end-p.pos > maxPartToken {
		return errPartLong
	}
	p.end = copy(p.buf, p.buf[p.pos:p.end])
	p.pos = 0
	if p.end > len(p.buf)/2 {
		p.buf = append(p.buf, make([]byte, len(p.buf))...)
	}
	n, err := io.ReadAtLeast(p.src, p.buf[p.end:], 1)
	p.end += n
	if p.final = err; n == 0 {
		return err
	}
	return nil
}

func (p *partReader) long() error {
	if len(p.text) > maxPartToken {
		return errPartLong
	}
	return nil
}

// append takes text as it is written.
func (p *partReader) append(piece []byte) error {
	var ok bool
	if p.text, ok = appendXMLText(p.text, piece); !ok {
		return errPartXML
	}
	return p.long()
}

// attribute gives the next attribute of rest, its name without a prefix, its
// value as it is written.
func attribute(rest []byte) (name, value, left []byte) {
	i := 0
	for i < len(rest) && rest[i] <= ' ' {
		i++
	}
	from := i
	for i < len(rest) && rest[i] != '=' && rest[i] > ' ' {
		if i++; rest[i-1] == ':' {
			from = i
		}
	}
	name = rest[from:i]
	for i < len(rest) && rest[i] != '"' && rest[i] != '\'' {
		i++
	}
	if i >= len(rest) {
		return nil, nil, nil
	}
	n := bytes.IndexByte(rest[i+1:], rest[i])
	if n < 0 {
		return nil, nil, nil
	}
	return name, rest[i+1 : i+1+n], rest[i+2+n:]
}

// attr gives the value of an attribute of the tag; "" where it has none.
func (p *partReader) attr(want string) string {
	for rest := p.attributes; ; {
		name, value, left := attribute(rest)
		if name == nil {
			return ""
		}
		if string(name) == want {
			text, _ := appendXMLText(nil, value)
			return string(text)
		}
		rest = left
	}
}

// appendXMLText appends text with its entities resolved and its line ends LF.
func appendXMLText(to, piece []byte) ([]byte, bool) {
	for len(piece) > 0 {
		i := bytes.IndexAny(piece, "&\r")
		if i < 0 {
			return append(to, piece...), true
		}
		to = append(to, piece[:i]...)
		if piece[i] == '\r' {
			to, piece = append(to, '\n'), bytes.TrimPrefix(piece[i+1:], []byte{'\n'})
			continue
		}
		n := bytes.IndexByte(piece[i:], ';')
		if n < 0 {
			return to, false
		}
		r := entity(piece[i+1 : i+n])
		if r < 0 {
			return to, false
		}
		to, piece = utf8.AppendRune(to, r), piece[i+n+1:]
	}
	return to, true
}

// entity gives the character that one stands for, -1 where it is not known.
func entity(name []byte) rune {
	switch string(name) {
	case "amp":
		return '&'
	case "lt":
		return '<'
	case "gt":
		return '>'
	case "quot":
		return '"'
	case "apos":
		return '\''
	}
	if len(name) < 2 || name[0] != '#' {
		return -1
	}
	digits, base := string(name[1:]), 10
	if digits[0] == 'x' {
		digits, base = digits[1:], 16
	}
	n, err := strconv.ParseUint(digits, base, 21)
	if err != nil || !utf8.ValidRune(rune(n)) {
		return -1
	}
	return rune(n)
}

// appendUnescaped appends a text of a spreadsheet with _xHHHH_ resolved.
func appendUnescaped(to, s []byte) []byte {
	for {
		i := bytes.Index(s, []byte("_x"))
		if i < 0 {
			return append(to, s...)
		}
		to = append(to, s[:i]...)
		if !looksEscaped(s[i:]) {
			to, s = append(to, "_x"...), s[i+2:]
			continue
		}
		n, _ := strconv.ParseUint(string(s[i+2:i+6]), 16, 16)
		to, s = utf8.AppendRune(to, rune(n)), s[i+7:]
	}
}
