package schema

import "unicode/utf8"

// Classes of bytes, for loops that stop at whatever is special. A NUL is in
// none, so that the one behind the window's end stops every loop.
const (
	byteName  = 1 << iota // ASCII name characters but the colon
	byteStart             // of those, the ones that may begin a name
	byteValue             // stands for itself in an attribute value
	byteText              // stands for itself in text
	byteBlank
)

var classOf = func() (of [256]uint8) {
	for c := ' '; c < 0x80; c++ {
		of[c] |= byteValue | byteText
	}
	for _, c := range "\"'<&" {
		of[c] &^= byteValue
	}
	for _, c := range "<&]" {
		of[c] &^= byteText
	}
	for _, c := range " \t\r\n" {
		of[c] |= byteBlank
	}
	for _, c := range "\t\n" {
		of[c] |= byteText
	}
	for c := 'a'; c <= 'z'; c++ {
		of[c] |= byteName | byteStart
		of[c-'a'+'A'] |= byteName | byteStart
	}
	for c := '0'; c <= '9'; c++ {
		of[c] |= byteName
	}
	of['_'] |= byteName | byteStart
	of['-'] |= byteName
	of['.'] |= byteName
	return of
}()

// isChar is the production Char of XML 1.0; version 1.1 is read by it too, as
// libxml2 does.
func isChar(r rune) bool {
	return r >= 0x20 && r < 0xd800 || r == '\t' || r == '\n' || r == '\r' ||
		r > 0xdfff && r < 0xfffe || r > 0xffff && r <= utf8.MaxRune
}

// isNameStart is NameStartChar of XML 1.0, fifth edition, beyond ASCII.
func isNameStart(r rune) bool {
	return r >= 0xc0 && r <= 0x2ff && r != 0xd7 && r != 0xf7 ||
		r >= 0x370 && r <= 0x1fff && r != 0x37e ||
		r == 0x200c || r == 0x200d || r >= 0x2070 && r <= 0x218f || r >= 0x2c00 && r <= 0x2fef ||
		r >= 0x3001 && r <= 0xd7ff || r >= 0xf900 && r <= 0xfdcf || r >= 0xfdf0 && r <= 0xfffd ||
		r >= 0x10000 && r <= 0xeffff
}

// isNameRune is NameChar beyond ASCII.
func isNameRune(r rune) bool {
	return isNameStart(r) || r == 0xb7 || r >= 0x300 && r <= 0x36f || r == 0x203f || r == 0x2040
}
