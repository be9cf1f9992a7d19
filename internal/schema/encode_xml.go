package schema

import (
	"bufio"
	"fmt"
	"io"

	"flussi/internal/flusso"
)

// XMLWriter writes records as a flow in XML: UTF-8, elements in their order, one
// a line, attributes in the XSD's order, every value as its Batch has it. What
// the reader found valid is valid by the XSD when it is written.
//
// Comments, prefixes, blanks between elements and the order of attributes are no
// part of a Batch, and so not of what is written.
type XMLWriter struct {
	// Nome takes the place of IdentificazioneFlusso/@Nome; empty: it stays.
	Nome string

	out    *bufio.Writer
	root   *element
	begun  bool
	person int64 // the Beneficiario that is open, by its ordinal; 0: none
}

// NewXMLWriter begins a flow, of PS_PSA_SINA or SINBA. It does not close w.
func NewXMLWriter(w io.Writer, tipo flusso.Tipo) *XMLWriter {
	return &XMLWriter{out: bufio.NewWriterSize(w, 64<<10), root: builtIn.roots[tipo]}
}

// Append writes the records of a Batch of the flow's kind, as one Reader gives
// them one after the other. The header is that of the first.
func (w *XMLWriter) Append(b *Batch) error { return w.append(b, 0, b.Len()) }

// AppendRecord writes one record of b.
func (w *XMLWriter) AppendRecord(b *Batch, rec int) error { return w.append(b, rec, rec+1) }

func (w *XMLWriter) append(b *Batch, from, to int) error {
	unit := w.root.children[1]
	for rec := from; rec < to; rec++ {
		if !w.begun {
			w.begun = true
			_, _ = w.out.WriteString(`<?xml version="1.0" encoding="UTF-8"?>` + "\n" + `<Flusso xmlns="` + flussoNamespace + `">` + "\n")
			w.element(w.root.children[0], b, rec) // an error stays in out until Close
		}
		if unit.role == roleRecord {
			w.element(unit, b, rec)
			continue
		}
		if person := b.ordinal[b.parent[rec]]; person != w.person {
			w.endPerson()
			w.person = person
			w.open(unit, b, rec, 0)
			_, _ = w.out.WriteString(">\n")
			for _, child := range unit.children[:len(unit.children)-1] {
				w.element(child, b, rec)
			}
		}
		w.element(unit.children[len(unit.children)-1], b, rec)
	}
	if _, err := w.out.Write(nil); err != nil {
		return fmt.Errorf("write flow: %w", err)
	}
	return nil
}

// NextFlow says that what is appended next is of another flow: its first Beneficiario is
// no more than by chance the one before.
func (w *XMLWriter) NextFlow() { w.endPerson() }

// Close ends the flow, and passes on what is held. A flow without records is no
// flow: nothing is written of it.
func (w *XMLWriter) Close() error {
	if w.begun {
		w.endPerson()
		_, _ = w.out.WriteString("</Flusso>\n")
	}
	if err := w.out.Flush(); err != nil {
		return fmt.Errorf("write flow: %w", err)
	}
	return nil
}

func (w *XMLWriter) endPerson() {
	if w.person != 0 {
		_, _ = w.out.WriteString("</Beneficiario>\n")
		w.person = 0
	}
}

// open writes the tag of e without its end.
func (w *XMLWriter) open(e *element, b *Batch, rec, i int) {
	_ = w.out.WriteByte('<')
	_, _ = w.out.WriteString(e.name)
	for k := range e.attributes {
		a := &e.attributes[k]
		v, ok := b.value(b.spanOf(a.field, rec, i))
		if a.field == FlussoNome && w.Nome != "" {
			v, ok = []byte(w.Nome), true
		}
		if ok {
			_ = w.out.WriteByte(' ')
			_, _ = w.out.WriteString(a.opening)
			w.escape(v)
			_ = w.out.WriteByte('"')
		}
	}
}

// element writes e and what is below it, as many times as the record has it.
func (w *XMLWriter) element(e *element, b *Batch, rec int) {
	for i := range b.times(e, rec) {
		if e.role == roleValue {
			v, _ := b.At(e.text, rec, i)
			_, _ = w.out.WriteString("<" + e.name + ">")
			w.escape(v)
			_, _ = w.out.WriteString("</" + e.name + ">")
			continue
		}
		w.open(e, b, rec, i)
		if !b.anyBelow(e, rec) {
			_, _ = w.out.WriteString("/>\n")
			continue
		}
		_ = w.out.WriteByte('>')
		for _, child := range e.children {
			w.element(child, b, rec)
		}
		_, _ = w.out.WriteString("</" + e.name + ">\n")
	}
}

// times tells how often the record has an element.
func (b *Batch) times(e *element, rec int) int {
	switch e.role {
	case roleIndirizzo:
		return b.Repeats(IndirizzoCodiceNazione, rec)
	case roleValue:
		return b.Repeats(e.text, rec)
	case roleSINA:
		if b.recordAt[rec*recordElements+1].line == 0 {
			return 0
		}
	case roleGroup:
		if !b.anyBelow(e, rec) {
			return 0
		}
	}
	return 1
}

// anyBelow tells whether the record has a child of e.
func (b *Batch) anyBelow(e *element, rec int) bool {
	for _, child := range e.children {
		if b.times(child, rec) > 0 {
			return true
		}
	}
	return false
}

// escape writes a value of an attribute or of an element's text.
func (w *XMLWriter) escape(v []byte) {
	from := 0
	for i, c := range v {
		var as string
		switch c {
		case '&':
			as = "&amp;"
		case '<':
			as = "&lt;"
		case '>':
			as = "&gt;"
		case '"':
			as = "&quot;"
		case '\t':
			as = "&#9;"
		case '\n':
			as = "&#10;"
		case '\r':
			as = "&#13;"
		default:
			continue
		}
		_, _ = w.out.Write(v[from:i])
		_, _ = w.out.WriteString(as)
		from = i + 1
	}
	_, _ = w.out.Write(v[from:])
}
