package schema

import (
	"bytes"
	"unicode/utf8"
)

// Namespaces. Only two matter; of any other it is enough to know that it is
// another. Declarations that Namespaces in XML forbids are passed over, as
// libxml2 does: the names they would explain are then unknown ones.

const (
	flussoNamespace = "http://inps.it/Casellario"
	xsiNamespace    = "http://www.w3.org/2001/XMLSchema-instance"
	xmlNamespace    = "http://www.w3.org/XML/1998/namespace"
	xmlnsNamespace  = "http://www.w3.org/2000/xmlns/"
	xmlns           = "xmlns"
)

type namespace uint8

const (
	nsNone namespace = iota // no namespace: unprefixed attributes, elements without a default
	nsFlusso
	nsXSI
	nsOther
)

// binding is one declaration in scope; its prefix is
// namespaces.prefixes[from:to].
type binding struct {
	from, to int
	space    namespace
}

// namespaces are the declarations in scope, outermost first.
type namespaces struct {
	bindings []binding
	prefixes []byte
}

// leave forgets all declarations but the first n.
func (s *namespaces) leave(n int) {
	if n < len(s.bindings) {
		s.prefixes = s.prefixes[:s.bindings[n].from]
		s.bindings = s.bindings[:n]
	}
}

// of resolves a prefix; the empty one is the default.
func (s *namespaces) of(prefix []byte) namespace {
	for i := len(s.bindings) - 1; i >= 0; i-- {
		b := s.bindings[i]
		if bytes.Equal(s.prefixes[b.from:b.to], prefix) {
			return b.space
		}
	}
	if len(prefix) > 0 {
		return nsOther // not bound, or xml
	}
	return nsNone
}

// bind enters a declaration of prefix, which is empty for the default.
func (s *namespaces) bind(prefix, uri []byte) {
	space := nsOther
	switch string(uri) {
	case flussoNamespace:
		space = nsFlusso
	case xsiNamespace:
		space = nsXSI
	case xmlNamespace, xmlnsNamespace:
		return
	case "":
		if len(prefix) > 0 {
			return
		}
		space = nsNone
	}
	if string(prefix) == "xml" || string(prefix) == xmlns {
		return
	}
	from := len(s.prefixes)
	s.prefixes = append(s.prefixes, prefix...)
	s.bindings = append(s.bindings, binding{from: from, to: len(s.prefixes), space: space})
}

// declare enters the declarations that the tag makes.
func (d *xmlDecoder) declare() bool {
	t, base := &d.tag, d.in.pos
	for i := range t.attributes {
		a := &t.attributes[i]
		prefix, ok := declared(d.in.buf[base+a.name:base+a.nameEnd], a.colon-a.name)
		if !ok {
			continue
		}
		uri, ok := d.normalise(a)
		if !ok {
			return false
		}
		if len(d.spaces.bindings) == maxBindings || len(d.spaces.prefixes)+len(prefix) > d.limits.TokenBytes {
			d.stop(fileLimits, base+a.name, "too many namespaces")
			return false
		}
		d.spaces.bind(prefix, uri)
	}
	return true
}

// declared tells whether an attribute is a namespace declaration, and of which
// prefix. colon is where the name's first colon stands, less than 1 if nowhere.
// A prefix with a colon of its own explains no name but is, to libxml2, one.
func declared(name []byte, colon int) (prefix []byte, ok bool) {
	if colon < 1 {
		return nil, string(name) == xmlns
	}
	prefix = name[colon+1:]
	if string(name[:colon]) != xmlns || !beginsName(prefix) {
		return nil, false
	}
	second := bytes.IndexByte(prefix, ':') + 1
	if second > 0 && second < len(prefix) && prefix[second] != ':' && !beginsName(prefix[second:]) {
		return nil, false
	}
	return prefix, true
}

// beginsName tells whether s starts with what may start a name without colon.
func beginsName(s []byte) bool {
	if len(s) == 0 || s[0] < utf8.RuneSelf {
		return len(s) > 0 && classOf[s[0]]&byteStart != 0
	}
	r, _ := utf8.DecodeRune(s)
	return isNameStart(r)
}
