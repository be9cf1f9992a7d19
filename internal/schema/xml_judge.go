package schema

import (
	"bytes"
	"math/bits"

	"flussi/internal/flusso"
)

// What the decoder checks against the model: which elements stand where, which
// attributes they have, and whom a fault concerns.

// admit decides what the element that starts is: its declaration, or nil when
// the schema has none here.
func (d *xmlDecoder) admit(space namespace, name []byte, at place) *element {
	if len(d.stack) == 0 {
		if space != nsFlusso || string(name) != "Flusso" {
			d.stop(fileUnknown, d.in.pos, "the root is another element or of another namespace")
		}
		return d.edition.any() // until the second child tells
	}
	top := &d.stack[len(d.stack)-1]
	switch e := top.decl; {
	case e == nil:
		return nil
	case e.role == roleValue:
		d.once(top, xsdText, at)
		return nil
	case e.empty():
		d.once(top, xsdEmpty, at)
		return nil
	case e.role == roleFlusso:
		if !d.tellTipo(top, space, name) {
			return nil
		}
	}
	return d.place(top, space, name, at)
}

// tellTipo learns the kind of flow from a child of Flusso.
func (d *xmlDecoder) tellTipo(root *frame, space namespace, name []byte) bool {
	var t flusso.Tipo
	if space == nsFlusso {
		switch string(name) {
		case "Beneficiario":
			t = flusso.PSPSASINA
		case "SINBA":
			t = flusso.SINBA
		}
	}
	header := root.decl.children[0].name
	switch {
	case d.tipo != 0:
		if t != 0 && t != d.tipo {
			d.stop(fileTwo, d.in.pos, "records of the other kind of flow")
		}
	case t == 0 && !(space == nsFlusso && string(name) == header):
		d.stop(fileUnknown, d.in.pos, "neither Beneficiario nor SINBA follows IdentificazioneFlusso")
	case t == 0:
	case d.expect != 0 && t != d.expect || d.edition.roots[t] == nil:
		d.tipo = t
		d.stop(fileUnexpected, d.in.pos, "")
	default:
		root.decl = d.edition.roots[t]
		if root.count == 0 {
			d.missingElement(root.decl.children[0].path, root.at)
			root.count = 1
		}
		d.tipo = t
		if d.headBad {
			d.stop(fileHeader, d.in.pos, "")
		}
		d.open(d.b, 0)
	}
	return d.err == nil
}

// place finds name among the children that parent may have, and reports what
// is wrong with its place.
func (d *xmlDecoder) place(parent *frame, space namespace, name []byte, at place) *element {
	children := parent.decl.children
	found := -1
	if space == nsFlusso {
		for i, child := range children {
			if child.name == string(name) {
				found = i
			}
		}
	}
	switch {
	case found < 0:
		d.fault(xsdElementUnknown, at, parent.decl.other)
		return nil
	case found < parent.child:
		d.fault(xsdElementUnknown, at, children[found].path)
		return children[found]
	case found > parent.child:
		d.requireBefore(parent, found, at)
		parent.child, parent.count = found, 0
	}
	parent.count++
	if parent.count > children[found].most {
		d.fault(xsdElementTooMany, at, children[found].path)
		return nil
	}
	return children[found]
}

// requireBefore reports the children that should have come before children[to].
func (d *xmlDecoder) requireBefore(parent *frame, to int, at place) {
	for i := parent.child; i < to; i++ {
		child := parent.decl.children[i]
		if i == parent.child && parent.count > 0 {
			continue
		}
		if child.least > 0 {
			d.missingElement(child.path, at)
		}
	}
}

// requireRest reports the children that a complete element lacks.
func (d *xmlDecoder) requireRest(f *frame) {
	if f.decl.role == roleFlusso && d.tipo == 0 {
		d.stop(fileUnknown, d.in.pos, "neither Beneficiario nor SINBA")
		return
	}
	d.requireBefore(f, len(f.decl.children), f.at)
}

func (d *xmlDecoder) missingElement(path string, at place) { d.fault(xsdElementMissing, at, path) }

// strayText judges text in an element that is not for text.
func (d *xmlDecoder) strayText(f *frame, solid bool, from place) {
	switch {
	case f.decl == nil:
	case f.decl.empty():
		if from.line == 0 {
			from = f.at
		}
		d.once(f, xsdEmpty, from)
	case solid:
		d.once(f, xsdText, from)
	}
}

// once reports a fault of f's content, the first of its kind only.
func (d *xmlDecoder) once(f *frame, code string, at place) {
	if !f.texted {
		f.texted = true
		d.fault(code, at, f.decl.path)
	}
}

// readAttributes judges the tag's attributes against e and stores them; e nil,
// only their form.
func (d *xmlDecoder) readAttributes(e *element, at place) {
	in, t := d.in, &d.tag
	base := in.pos
	keeper, row := d.rowOf(e)
	oneLine := !in.transcoded && bytes.IndexByte(in.buf[base:base+t.size], '\n') < 0
	copied := 0 // where in the arena the tag is, whole: one copy is cheaper than one a value
	if row != nil {
		copied = len(keeper.arena) + 1
		keeper.arena = append(keeper.arena, in.buf[base:base+t.size]...)
		d.person.cost += t.size
	}
	var seen uint64
	strangers := 0 // attributes moved to the front because e does not know them
	typed := false
	for i := range t.attributes {
		a := &t.attributes[i]
		name := in.buf[base+a.name : base+a.nameEnd]
		v, ok := d.normalise(a)
		if !ok {
			return
		}
		known := -1
		switch {
		case e == nil:
		case a.guess > 0 && e == t.guess:
			known = a.guess - 1
		case a.colon == 0 && e != t.guess:
			known = e.find(name)
		}
		if known < 0 {
			if d.repeated(t.attributes[:strangers], name) {
				d.stop(fileMalformed, base+a.name, "an attribute is repeated")
				return
			}
			if e != nil {
				d.stranger(e, a, name, v, &typed)
			}
			t.attributes[strangers] = *a
			strangers++
			continue
		}
		if seen&(1<<known) != 0 {
			d.stop(fileMalformed, base+a.name, "an attribute is repeated")
			return
		}
		seen |= 1 << known
		decl := &e.attributes[known]
		pos := uint32(a.name)
		if !oneLine {
			pos = keeper.wideAt(in.at(base + a.name))
		}
		value := span{at: uint32(copied + a.value), n: uint32(len(v)), pos: pos}
		if a.dirty || decl.facet.kind == facetDecimal && len(v) > 0 && (v[0] <= ' ' || v[len(v)-1] <= ' ') {
			if decl.facet.kind == facetDecimal {
				v = collapse(v)
			}
			value = keeper.keep(v, pos, false)
		}
		if code := decl.facet.check(v); code != "" {
			value.n |= topBit
			d.fault(code, in.at(base+a.name), decl.path)
		} else {
			value.number = decl.facet.number(v)
			if !decl.facet.familiar(decl.field, v) {
				value.n |= topBit
			}
		}
		if decl.field != 0 {
			row[decl.slot] = value
		}
	}
	if e == nil {
		return
	}
	for lacking := e.required &^ seen; lacking != 0; lacking &= lacking - 1 {
		d.fault(xsdAttributeMissing, at, e.attributes[bits.TrailingZeros64(lacking)].path)
	}
}

// rowOf gives where e's values go.
func (d *xmlDecoder) rowOf(e *element) (*Batch, []span) {
	if e == nil || e.keeps == 0 {
		return d.b, nil
	}
	keeper := d.b
	if e.role == roleHeader || e.role == roleEnte {
		keeper = &d.head
	}
	row, _ := keeper.lastRow(e.keeps)
	return keeper, row
}

func (d *xmlDecoder) repeated(before []rawAttribute, name []byte) bool {
	for i := range before {
		a := &before[i]
		if bytes.Equal(d.in.buf[d.in.pos+a.name:d.in.pos+a.nameEnd], name) {
			return true
		}
	}
	return false
}

// stranger judges an attribute that e does not declare: a namespace
// declaration, one of xsi's, or a fault. Its path names the element alone: the
// name of what should not be there is not ours to repeat.
func (d *xmlDecoder) stranger(e *element, a *rawAttribute, name, v []byte, typed *bool) {
	at := func() place { return d.in.at(d.in.pos + a.name) }
	colon := a.colon - a.name
	if _, ok := declared(name, colon); ok {
		return
	}
	if a.colon == 0 || colon < 1 || d.spaces.of(name[:colon]) != nsXSI {
		d.fault(xsdAttributeUnknown, at(), e.stranger)
		return
	}
	switch string(name[colon+1:]) {
	case "schemaLocation", "noNamespaceSchemaLocation":
	case "type":
		if !*typed && !d.isType(e, v) {
			d.fault(xsdXsi, at(), e.path+"/@xsi:type")
		}
		*typed = true
	default:
		d.fault(xsdXsi, at(), e.path+"/@xsi:*")
	}
}

// isType tells whether an xsi:type names the type that e has anyway. libxml2
// does not collapse blanks around it.
func (d *xmlDecoder) isType(e *element, v []byte) bool {
	var prefix []byte
	if colon := bytes.IndexByte(v, ':'); colon >= 0 {
		if colon == 0 {
			return false
		}
		prefix, v = v[:colon], v[colon+1:]
	}
	return e.typeName != "" && string(v) == e.typeName && d.spaces.of(prefix) == nsFlusso
}

// fault reports a breach of the XSD and charges it to the record it stands in,
// or to the Beneficiario, or to the header, or to the whole file.
func (d *xmlDecoder) fault(code string, at place, path string) {
	d.journal.xsd = true
	f := Fault{Rule: code, Severity: SeverityError, Line: int(at.line), Column: int(at.column), Path: path, Record: -1}
	if d.person.open {
		f.Beneficiario, f.BeneficiarioLine = d.b.begun, int(d.b.peopleAt[len(d.b.peopleAt)-peopleElements].line)
	}
	switch {
	case d.inRecord:
		d.b.reject(d.b.Len() - 1)
		f.Record = d.b.First + int64(d.b.Len()-1)
	case d.person.open:
		d.person.faulty = true
		if d.b.Len() > d.person.first {
			f.Record = d.b.First + int64(d.person.first)
		} else if len(d.person.waiting) < maxWaiting {
			d.person.waiting = append(d.person.waiting, f)
			return
		}
	case d.tipo == 0:
		d.headBad = true
	default:
		d.envelope(f)
		return
	}
	d.journal.report(f)
}

// envelope reports a fault between the records: no record can answer for it,
// so the file is refused when all the rest has been read.
func (d *xmlDecoder) envelope(f Fault) {
	d.journal.report(f)
	if d.journal.late == nil {
		whole := f
		whole.Rule = fileEnvelope
		d.journal.report(whole)
		d.journal.late = &FileError{Fault: whole}
	}
}

// pathHere is the path of the innermost open element that the schema has.
func (d *xmlDecoder) pathHere() string {
	for i := len(d.stack) - 1; i >= 0; i-- {
		if e := d.stack[i].decl; e != nil {
			return e.path
		}
	}
	return ""
}
