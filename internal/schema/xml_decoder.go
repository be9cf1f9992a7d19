package schema

import (
	"bytes"
	"io"
	"slices"

	"flussi/internal/flusso"
)

// xmlDecoder turns the XML of a flow into records, element by element: the
// scanner finds the tokens, the model says what each element is, the facets
// judge its values, the Batch keeps them.
type xmlDecoder struct {
	edition *edition
	in      *input
	journal *journal
	limits  Limits
	blocks  bool // after the first records, others may read on by blocks
	expect  flusso.Tipo
	tipo    flusso.Tipo // 0 until the second child of Flusso tells

	// The scanner's.
	tag     rawTag
	partial int    // where, from the tag's '<', its unfinished attribute starts
	scratch []byte // a normalised value
	value   []byte // the text of a roleValue element
	started bool   // the prolog's first bytes were looked at
	ended   bool   // the root was closed
	bare    bool   // nothing but blanks came so far

	spaces namespaces
	stack  []frame
	// follows tells, by element and attribute, which attribute came next the
	// last time: producers write them in few orders, and a name foreseen is one
	// comparison. Index 0 is the start, n+1 the attribute n.
	follows  [][maxAttributesOfElement + 1]uint8
	names    []byte // the open elements' names as they were written
	unitName []byte // of the first Beneficiario or SINBA, as it was written
	plain    plain

	b        *Batch // being filled
	full     bool   // b has its records
	head     Batch  // holds the header's values only
	headBad  bool   // the header has a fault
	person   person
	inRecord bool
	carry    Batch // records of one Beneficiario that did not fit
	carried  int   // of carry, already handed out
	given    int64 // records handed out
	begun    int64 // Beneficiari begun in what was handed out
	err      error // final
}

// person is what is known of the open Beneficiario.
type person struct {
	open    bool
	faulty  bool
	first   int // its first record in b
	before  batchMark
	cost    int // bytes, roughly, of what it keeps
	waiting []Fault
}

// maxWaiting faults of a Beneficiario wait for its first record, to name it;
// any further one names none.
const maxWaiting = 256

// frame is an open element.
type frame struct {
	decl   *element // nil: not one the schema has here; only its form matters
	at     place
	name   int   // where its name starts in names
	spaces int   // declarations in scope outside it
	child  int   // which of decl.children came last
	count  int32 // how many of those
	texted bool  // a fault of its text was reported
}

// maxAttributesOfElement fit the 64 bits that tell which were seen.
const maxAttributesOfElement = 64

const batchBytes = 16 << 20 // of values, after which a batch is handed out early

func newXMLDecoder(src io.Reader, ed *edition, expect flusso.Tipo, j *journal, limits Limits) *xmlDecoder {
	d := &xmlDecoder{edition: ed, in: newInput(src, limits.window, tagTokens*limits.TokenBytes), journal: j, limits: limits, expect: expect}
	d.follows = make([][maxAttributesOfElement + 1]uint8, ed.elements)
	d.head.reset(flusso.PSPSASINA, 0)
	return d
}

func (d *xmlDecoder) next(b *Batch) (err error) {
	d.open(b, d.given)
	defer func() {
		if err == nil {
			d.given += int64(b.Len())
			d.begun = b.begun
		}
	}()
	if d.carried < d.carry.Len() {
		to := min(d.carried+d.limits.BatchRecords, d.carry.Len())
		b.appendRecords(&d.carry, d.carried, to)
		b.continued = true
		d.carried = to
		return nil
	}
	for d.full = false; d.err == nil && !d.full; {
		d.step()
	}
	if d.err != nil && (d.err != io.EOF || b.Len() == 0) {
		return d.err
	}
	if most := d.limits.BatchRecords; b.Len() > most {
		d.carry.reset(d.tipo, 0)
		d.carry.appendRecords(b, most, b.Len())
		d.carried = 0
		b.truncate(most)
	}
	return nil
}

// between tells that nothing is open but Flusso and that records came before; of
// a table, that all the XML so far was read, too.
func (d *xmlDecoder) between() bool {
	return d.err == nil && d.given > 0 && len(d.stack) == 1 && d.carried == d.carry.Len() && (d.in.rest == nil || d.in.atRest())
}

// fork makes a decoder that reads blocks of what comes next.
func (d *xmlDecoder) fork() *xmlDecoder {
	f := &xmlDecoder{
		in: &input{done: true, transcoded: d.in.transcoded}, edition: d.edition, limits: d.limits, tipo: d.tipo, started: true, head: d.head,
		stack: slices.Clone(d.stack), names: slices.Clone(d.names), unitName: d.unitName,
		spaces:  namespaces{slices.Clone(d.spaces.bindings), slices.Clone(d.spaces.prefixes)},
		follows: make([][maxAttributesOfElement + 1]uint8, d.edition.elements),
	}
	f.plain.prepare(d)
	return f
}

// readBlock reads the records of a block.
func (d *xmlDecoder) readBlock(b *block, into *Batch) {
	d.b = into
	into.reset(d.tipo, 0)
	into.arena = b.bytes
	*d.in = input{buf: b.bytes, end: len(b.bytes) - plainSlack, done: true, line: b.at.line, column: b.at.column, transcoded: d.in.transcoded}
	d.b.copyHeader(&d.head)
	for in := d.in; d.err == nil && in.pos < in.end; {
		if len(d.stack) == 1 {
			for isBlank(in.buf[in.pos]) {
				in.pos++
			}
			if d.readPlain() || in.pos == in.end {
				continue
			}
		}
		d.step()
	}
	b.bytes = into.arena[:len(b.bytes)] // it may have grown
}

// open makes b the batch to fill. Before the kind of flow is known it has the
// shape of the other kind's records, and gets none.
func (d *xmlDecoder) open(b *Batch, first int64) {
	d.b = b
	t := d.tipo
	if t == 0 {
		t = flusso.PSPSASINA
	}
	b.reset(t, first)
	b.begun = d.begun
	b.copyHeader(&d.head)
}

// step reads one token.
func (d *xmlDecoder) step() {
	switch {
	case !d.started:
		d.started, d.bare = true, true
		d.prolog()
		return
	case len(d.stack) == 0:
		d.outside()
		return
	}
	top := &d.stack[len(d.stack)-1]
	if d.in.buf[d.in.pos] != '<' {
		collect := top.decl != nil && top.decl.role == roleValue
		any, solid, from := d.text(collect)
		if d.err == nil && any && !collect {
			d.strayText(top, solid, from)
		}
		return
	}
	if !d.in.need(2) {
		d.starve("markup")
		return
	}
	switch d.in.buf[d.in.pos+1] {
	case '/':
		d.endTag()
	case '?':
		d.instruction()
	case '!':
		d.declaration(top)
	default:
		d.startTag()
	}
}

// outside reads what stands before and after the root: blanks, comments,
// instructions, and the root itself.
func (d *xmlDecoder) outside() {
	in := d.in
	for classOf[in.buf[in.pos]]&byteBlank != 0 {
		in.pos++
	}
	c := in.buf[in.pos]
	if c == 0 && in.pos >= in.end {
		switch {
		case in.more():
		case d.ended && in.err == nil:
			d.err = io.EOF
		case d.bare && in.err == nil:
			d.stop(fileEmpty, in.pos, "")
		default:
			d.starve("the root is missing")
		}
		return
	}
	d.bare = false
	if c != '<' {
		if d.ended {
			d.stop(fileTwo, in.pos, "text after the root")
		} else {
			d.stop(fileNotXML, in.pos, "text before the root")
		}
		return
	}
	if !in.need(2) {
		d.starve("markup")
		return
	}
	switch in.buf[in.pos+1] {
	case '?':
		d.instruction()
	case '!':
		d.declaration(nil)
	default:
		if d.ended {
			d.stop(fileTwo, in.pos, "an element after the root")
			return
		}
		d.startTag()
	}
}

// declaration reads what begins with "<!". top is nil outside the root.
func (d *xmlDecoder) declaration(top *frame) {
	in := d.in
	in.need(len(cdataStart))
	rest := in.buf[in.pos:in.end]
	switch {
	case bytes.HasPrefix(rest, []byte("<!--")):
		d.comment()
	case bytes.HasPrefix(rest, []byte(cdataStart)) && top != nil:
		from := in.at(in.pos)
		collect := top.decl != nil && top.decl.role == roleValue
		d.cdata(collect)
		if d.err == nil && !collect {
			d.strayText(top, true, from) // even an empty section is content
		}
	case bytes.HasPrefix(rest, []byte("<!DOCTYPE")):
		d.stop(fileDoctype, in.pos, "")
	case len(rest) < len(cdataStart) && in.done:
		d.starve("markup")
	default:
		d.stop(fileMalformed, in.pos, "'<!' begins nothing known here")
	}
}

func (d *xmlDecoder) startTag() {
	if !d.readTag() {
		return
	}
	in, t := d.in, &d.tag
	if len(d.stack) == d.limits.Depth {
		d.stop(fileLimits, in.pos, "elements are nested too deep")
		return
	}
	in.advance(in.pos)
	f := frame{at: place{line: in.line, column: in.column}, name: len(d.names), spaces: len(d.spaces.bindings)}
	if t.odd && !d.declare() {
		return
	}
	name := in.buf[in.pos+1 : in.pos+t.nameEnd]
	local, prefix := name, name[:0]
	if t.colon > 0 {
		local, prefix = name[t.colon:], name[:t.colon-1]
	}
	f.decl = d.admit(d.spaces.of(prefix), local, f.at)
	if d.err != nil {
		return
	}
	d.names = append(d.names, name...)
	d.stack = append(d.stack, f)
	if len(d.unitName) == 0 && d.tipo != 0 {
		d.unitName = bytes.Clone(name)
	}
	if f.decl != nil {
		d.begin(f.decl, f.at)
	}
	d.readAttributes(f.decl, f.at)
	in.pos += t.size
	if d.err == nil && t.closed {
		d.close()
	}
}

func (d *xmlDecoder) endTag() {
	in := d.in
	top := &d.stack[len(d.stack)-1]
	name := d.names[top.name:]
	for {
		p := in.pos + 2 + len(name)
		if p < in.end {
			if !bytes.Equal(in.buf[in.pos+2:p], name) {
				d.stop(fileMalformed, in.pos, "an end tag that closes another element than the open one")
				return
			}
			for classOf[in.buf[p]]&byteBlank != 0 {
				p++
			}
			if in.buf[p] == '>' {
				in.pos = p + 1
				d.close()
				return
			}
			if p < in.end {
				d.stop(fileMalformed, p, "an end tag is malformed")
				return
			}
		}
		if !in.more() {
			if bytes.IndexByte(in.buf[in.pos:in.end], '>') >= 0 {
				d.stop(fileMalformed, in.pos, "an end tag that closes another element than the open one")
			}
			d.starve("end tag")
			return
		}
	}
}

// close ends the innermost open element.
func (d *xmlDecoder) close() {
	top := d.stack[len(d.stack)-1]
	if top.decl != nil {
		d.requireRest(&top)
		d.end(top.decl, top.at)
	}
	d.spaces.leave(top.spaces)
	d.names = d.names[:top.name]
	d.stack = d.stack[:len(d.stack)-1]
	d.ended = len(d.stack) == 0
}

// begin takes note that an element of the schema starts.
func (d *xmlDecoder) begin(e *element, at place) {
	const costOfElement = 64
	d.person.cost += costOfElement
	switch e.role {
	case roleHeader:
		d.head.headerAt[0] = at
	case roleEnte:
		d.head.headerAt[1] = at
	case roleBeneficiario:
		d.person = person{open: true, first: d.b.Len(), before: d.b.mark(), waiting: d.person.waiting[:0]}
		d.b.begin(e.role, at)
	case roleRecord:
		d.beginRecord(at)
	case roleValue:
		d.value = d.value[:0]
	default:
		d.b.begin(e.role, at)
	}
}

func (d *xmlDecoder) beginRecord(at place) {
	switch {
	case !d.person.open:
		d.person.cost = 0
	case d.b.Len()-d.person.first == d.limits.BeneficiarioRecords:
		d.stop(fileTooLarge, d.in.pos, "records")
	}
	d.b.begin(roleRecord, at)
	d.inRecord = true
	ordinal := d.b.First + int64(d.b.Len()-1)
	for _, f := range d.person.waiting {
		f.Record = ordinal
		d.journal.report(f)
	}
	d.person.waiting = d.person.waiting[:0]
}

// end takes note that an element of the schema is complete.
func (d *xmlDecoder) end(e *element, at place) {
	switch e.role {
	case roleValue:
		code := e.textFacet.check(d.value)
		if code != "" {
			d.fault(code, at, e.path)
		}
		d.person.cost += len(d.value)
		if e.text != 0 {
			d.b.add(e.text, d.value, d.b.wideAt(at), code != "" || !e.textFacet.familiar(e.text, d.value))
		}
	case roleRecord:
		d.inRecord = false
		if !d.person.open {
			d.handOut()
		}
	case roleBeneficiario:
		d.endBeneficiario()
	}
	if d.person.cost > d.limits.BeneficiarioBytes {
		d.stop(fileTooLarge, d.in.pos, "bytes")
	}
}

func (d *xmlDecoder) endBeneficiario() {
	for _, f := range d.person.waiting {
		d.journal.report(f)
	}
	if d.person.faulty {
		for rec := d.person.first; rec < d.b.Len(); rec++ {
			d.b.reject(rec)
		}
	}
	if d.b.Len() == d.person.first { // a million without records must not fill the memory
		d.b.rewind(d.person.before)
		d.b.begun++
	}
	d.person = person{waiting: d.person.waiting[:0]}
	d.handOut()
}

// handOut ends the batch if it is full; it stands only between Beneficiari.
func (d *xmlDecoder) handOut() {
	first := d.blocks && d.given == 0 && d.b.Len() > 0 // with it the header is judged, and blocks can begin
	d.full = first || d.b.Len() >= d.limits.BatchRecords || len(d.b.arena) > batchBytes || d.blocks && d.in.atRest()
}
