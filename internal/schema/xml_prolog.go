package schema

import (
	"bytes"

	"flussi/internal/flusso"
)

// xmlDeclaration is the XML declaration as libxml2 reads it: any version 1.x,
// whose characters are those of 1.0.
var xmlDeclaration = flusso.NewPattern(`^<\?xml[ \t\r\n]+version[ \t\r\n]*=[ \t\r\n]*(?:"1\.[0-9]*"|'1\.[0-9]*')` +
	`(?:[ \t\r\n]+encoding[ \t\r\n]*=[ \t\r\n]*(?:"([A-Za-z][A-Za-z0-9._-]*)"|'([A-Za-z][A-Za-z0-9._-]*)'))?` +
	`(?:[ \t\r\n]+standalone[ \t\r\n]*=[ \t\r\n]*(?:"yes"|"no"|'yes'|'no'))?[ \t\r\n]*\?>`)

// foreignStarts are first bytes of encodings that flussi does not read: UTF-16
// and UTF-32 with or without a mark, EBCDIC.
var foreignStarts = []string{"\xff\xfe", "\xfe\xff", "<\x00", "\x00<", "\x00\x00", "\x4c\x6f\xa7\x94"}

const (
	byteOrderMark  = "\xef\xbb\xbf"
	opening        = "<?xml"
	maxDeclaration = 4096 // bytes in which an XML declaration must end
)

// prolog looks at the first bytes: byte order mark, encoding, declaration.
func (d *xmlDecoder) prolog() {
	in := d.in
	in.need(len(opening) + len(byteOrderMark) + 1)
	for _, start := range foreignStarts {
		if bytes.HasPrefix(in.buf[in.pos:in.end], []byte(start)) {
			d.stop(fileEncoding, in.pos, "UTF-16, UTF-32 or EBCDIC")
			return
		}
	}
	if bytes.HasPrefix(in.buf[in.pos:in.end], []byte(byteOrderMark)) {
		in.pos += len(byteOrderMark)
		in.mark = in.pos // the mark takes no column
	}
	start := in.buf[in.pos:in.end]
	if !bytes.HasPrefix(start, []byte(opening)) || len(start) == len(opening) || classOf[start[len(opening)]]&byteBlank == 0 {
		return
	}
	for len(start) < maxDeclaration && !bytes.Contains(start, []byte("?>")) && in.more() {
		start = in.buf[in.pos:in.end]
	}
	start = start[:min(len(start), maxDeclaration)]
	m := xmlDeclaration.FindSubmatch(start)
	if m == nil {
		if len(start) < maxDeclaration && !bytes.Contains(start, []byte("?>")) {
			d.starve("XML declaration")
			return
		}
		d.stop(fileMalformed, in.pos, "the XML declaration is malformed")
		return
	}
	in.pos += len(m[0])
	d.bare = false
	table, ok := encodingTable(string(m[1]) + string(m[2]))
	switch {
	case len(m[1])+len(m[2]) == 0:
	case !ok:
		d.stop(fileEncoding, in.pos-len(m[0]), "declared encoding")
	case table != nil:
		in.transcode(table)
	}
}
