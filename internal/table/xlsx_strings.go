package table

import (
	"errors"
	"io"
)

// sharedStrings are the texts that cells name by number, in blocks that are never
// moved.
type sharedStrings struct {
	blocks [][]byte
	at     []stringAt
}

type stringAt struct {
	block uint32
	from  uint32
	n     uint32
}

const (
	stringsBlock = 1 << 20
	// maxStrings bounds what the texts of a workbook take: they must be at hand
	// as long as its rows are read.
	maxStrings     = 192 << 20
	maxStringCount = 12 << 20
)

var errManyStrings = errors.New("too many different texts")

// readStrings reads sharedStrings.xml: the text of each si, runs of rich text put
// together, phonetic readings left out.
func readStrings(p *partReader) (*sharedStrings, error) {
	s := &sharedStrings{}
	phonetic := false
	var plain []byte
	for {
		if err := p.next(); err != nil {
			return s, eofIsEnd(err)
		}
		switch string(p.name) {
		case "rPh":
			phonetic = p.kind == tagOpen
		case "t":
			p.keep = p.kind == tagOpen && !phonetic
		case "si":
			p.keep = false
			if p.kind == tagOpen {
				p.text = p.text[:0]
				continue
			}
			if p.kind == tagEmpty {
				p.text = p.text[:0]
			}
			plain = appendUnescaped(plain[:0], p.text)
			if err := s.add(plain); err != nil {
				return nil, err
			}
			p.text = p.text[:0]
		}
	}
}

func (s *sharedStrings) add(text []byte) error {
	last := len(s.blocks) - 1
	if last < 0 || len(s.blocks[last])+len(text) > stringsBlock {
		if last >= 0 && len(s.blocks)*stringsBlock+len(s.at)*12 > maxStrings || len(text) > maxPartToken {
			return errManyStrings
		}
		s.blocks = append(s.blocks, make([]byte, 0, max(stringsBlock, len(text))))
		last++
	}
	if len(s.at) == maxStringCount {
		return errManyStrings
	}
	from := len(s.blocks[last])
	s.blocks[last] = append(s.blocks[last], text...)
	s.at = append(s.at, stringAt{uint32(last), uint32(from), uint32(len(text))})
	return nil
}

// text gives the i-th text; false where there is none.
func (s *sharedStrings) text(i int) ([]byte, bool) {
	if s == nil || i < 0 || i >= len(s.at) {
		return nil, false
	}
	at := s.at[i]
	return s.blocks[at.block][at.from : at.from+at.n : at.from+at.n], true
}

// eofIsEnd: a part that ends is a part that was read.
func eofIsEnd(err error) error {
	if errors.Is(err, io.EOF) {
		return nil
	}
	return err
}
