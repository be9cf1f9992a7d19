package schema

import "flussi/internal/flusso"

// How a decoder fills a Batch: reset, the header, then for each Beneficiario
// addBeneficiario, addIndirizzo, and for each record addRecord and its values;
// set and add speak of the row added last.

// reset empties b for a flow of kind t and keeps its memory; first is the
// ordinal of the record that comes next.
func (b *Batch) reset(t flusso.Tipo, first int64) {
	b.Tipo, b.First, b.shape = t, first, shapes[t]
	b.Status = b.Status[:0]
	b.arena, b.wide = b.arena[:0], b.wide[:0]
	b.people, b.addresses, b.records = b.people[:0], b.addresses[:0], b.records[:0]
	b.parent, b.address, b.ordinal, b.begun = b.parent[:0], b.address[:0], b.ordinal[:0], 0
	b.headerAt, b.peopleAt, b.addressAt, b.recordAt = b.headerAt[:0], b.peopleAt[:0], b.addressAt[:0], b.recordAt[:0]
	for i := range b.lists {
		b.lists[i].values, b.lists[i].ends = b.lists[i].values[:0], b.lists[i].ends[:0]
	}
	b.header = grow(b.header[:0], b.shape.width[LevelFlusso])
	b.headerAt = growPlaces(b.headerAt, headerElements)
	b.continued = false
}

// Elements of which a row keeps the position.
const (
	headerElements = 2 // IdentificazioneFlusso, Ente
	peopleElements = 2 // Beneficiario, Anagrafica
	recordElements = 2 // PrestazioniSociali (SINBA, row), SINA
)

// begin takes note that an element that means r starts.
func (b *Batch) begin(r role, at place) {
	switch r {
	case roleBeneficiario:
		b.begun++
		b.addBeneficiario(at, b.begun)
	case roleAnagrafica:
		b.peopleAt[len(b.peopleAt)-1] = at
	case roleIndirizzo:
		b.addIndirizzo(at)
	case roleRecord:
		b.addRecord(at)
	case roleSINA:
		b.recordAt[len(b.recordAt)-1] = at
	}
}

func (b *Batch) addBeneficiario(at place, ordinal int64) {
	b.people = grow(b.people, b.shape.width[LevelBeneficiario])
	b.peopleAt = growPlaces(b.peopleAt, peopleElements)
	b.peopleAt[len(b.peopleAt)-peopleElements] = at
	n := uint32(len(b.addressAt))
	b.address = append(b.address, [2]uint32{n, n})
	b.ordinal = append(b.ordinal, ordinal)
}

func (b *Batch) addIndirizzo(at place) {
	b.addresses = grow(b.addresses, b.shape.width[LevelIndirizzo])
	b.addressAt = append(b.addressAt, at)
	b.address[len(b.address)-1][1]++
}

// addRecord begins a record at this position.
func (b *Batch) addRecord(at place) {
	b.records = grow(b.records, b.shape.width[LevelRecord])
	b.recordAt = growPlaces(b.recordAt, recordElements)
	b.recordAt[len(b.recordAt)-recordElements] = at
	b.Status = append(b.Status, Accepted)
	if b.shape.width[LevelBeneficiario] > 0 {
		b.parent = append(b.parent, uint32(len(b.address)-1))
	}
	for i := range b.shape.lists {
		l := &b.lists[i]
		l.ends = append(l.ends, uint32(len(l.values)))
	}
}

// set stores the value of a single-valued field in the last row of its level;
// pos is its distance in bytes from its element's start, or from wideAt.
func (b *Batch) set(f Field, v []byte, pos uint32, faulty bool) {
	row, slot := b.lastRow(f)
	row[slot] = b.keep(v, pos, faulty)
	if !faulty {
		row[slot].number = facetOf[f].number(v)
	}
}

// add appends a value to the last record's list f.
func (b *Batch) add(f Field, v []byte, pos uint32, faulty bool) { b.append(f, b.keep(v, pos, faulty)) }

// append appends a value that the arena holds already.
func (b *Batch) append(f Field, s span) {
	l := &b.lists[b.shape.slot[f]]
	l.values = append(l.values, s)
	l.ends[len(l.ends)-1]++
}

func (b *Batch) lastRow(f Field) ([]span, int) {
	slot := int(b.shape.slot[f])
	switch level := b.shape.level[f]; level {
	case LevelFlusso:
		return b.header, slot
	case LevelBeneficiario:
		return b.people[len(b.people)-b.shape.width[level]:], slot
	case LevelIndirizzo:
		return b.addresses[len(b.addresses)-b.shape.width[level]:], slot
	default:
		return b.records[len(b.records)-b.shape.width[level]:], slot
	}
}

func (b *Batch) keep(v []byte, pos uint32, faulty bool) span {
	s := span{at: uint32(len(b.arena)) + 1, n: uint32(len(v)), pos: pos}
	if faulty {
		s.n |= topBit
	}
	b.arena = append(b.arena, v...)
	return s
}

// wideAt gives the pos of a value that stands at p, whatever its element's line.
func (b *Batch) wideAt(p place) uint32 {
	b.wide = append(b.wide, p)
	return uint32(len(b.wide)-1) | topBit
}

// reject marks a record; it reports nothing.
func (b *Batch) reject(rec int) { b.Status[rec] = Rejected }

// appendRecords copies the records [from, to) of src behind b's own, with
// their Beneficiari; both are of the same flow.
func (b *Batch) appendRecords(src *Batch, from, to int) {
	person := -1
	for rec := from; rec < to; rec++ {
		if len(src.parent) > 0 && int(src.parent[rec]) != person {
			person = int(src.parent[rec])
			b.copyBeneficiario(src, person)
		}
		b.addRecord(src.recordAt[rec*recordElements])
		n := len(b.Status) - 1
		b.Status[n] = src.Status[rec]
		copy(b.recordAt[n*recordElements:], src.recordAt[rec*recordElements:(rec+1)*recordElements])
		width := b.shape.width[LevelRecord]
		b.copySpans(b.records[n*width:(n+1)*width], src, src.records[rec*width:(rec+1)*width])
		for i := range b.shape.lists {
			l := &b.lists[i]
			start, end := src.lists[i].rows(rec)
			l.values = grow(l.values, end-start)
			b.copySpans(l.values[len(l.values)-(end-start):], src, src.lists[i].values[start:end])
			l.ends[n] = uint32(len(l.values))
		}
	}
}

func (b *Batch) copyBeneficiario(src *Batch, person int) {
	b.addBeneficiario(place{}, src.ordinal[person])
	width := b.shape.width[LevelBeneficiario]
	copy(b.peopleAt[len(b.peopleAt)-peopleElements:], src.peopleAt[person*peopleElements:(person+1)*peopleElements])
	b.copySpans(b.people[len(b.people)-width:], src, src.people[person*width:(person+1)*width])
	width = b.shape.width[LevelIndirizzo]
	for row := int(src.address[person][0]); row < int(src.address[person][1]); row++ {
		b.addIndirizzo(src.addressAt[row])
		b.copySpans(b.addresses[len(b.addresses)-width:], src, src.addresses[row*width:(row+1)*width])
	}
}

// shift moves b, read as if nothing came before, behind so many records and
// Beneficiari.
func (b *Batch) shift(records, beneficiari int64) {
	b.First += records
	b.begun += beneficiari
	for i := range b.ordinal {
		b.ordinal[i] += beneficiari
	}
}

// copyHeader takes the header's values from src.
func (b *Batch) copyHeader(src *Batch) {
	copy(b.headerAt, src.headerAt)
	b.copySpans(b.header, src, src.header)
}

func (b *Batch) copySpans(to []span, src *Batch, from []span) {
	for i, s := range from {
		if s.at != 0 {
			v, _ := src.value(&s)
			faulty, number := s.n&topBit != 0, s.number
			if s.pos&topBit != 0 {
				s.pos = b.wideAt(src.wide[s.pos&^topBit])
			}
			s = b.keep(v, s.pos, faulty)
			s.number = number
		}
		to[i] = s
	}
}

// truncate keeps the first n records and the Beneficiari; the arena keeps
// what the others held until the next reset.
func (b *Batch) truncate(n int) {
	b.Status = b.Status[:n]
	b.records = b.records[:n*b.shape.width[LevelRecord]]
	b.recordAt = b.recordAt[:n*recordElements]
	if len(b.parent) > 0 {
		b.parent = b.parent[:n]
	}
	for i := range b.shape.lists {
		b.lists[i].ends = b.lists[i].ends[:n]
	}
}

// batchMark is how far a Batch is filled.
type batchMark struct {
	records, people, addresses, wide int
	arena                            int
	begun                            int64
	lists                            [maxLists]int
}

func (b *Batch) mark() batchMark {
	m := batchMark{records: b.Len(), people: len(b.address), addresses: len(b.addressAt), wide: len(b.wide), arena: len(b.arena), begun: b.begun}
	for i := range b.lists {
		m.lists[i] = len(b.lists[i].values)
	}
	return m
}

// rewind forgets what came after m.
func (b *Batch) rewind(m batchMark) {
	b.truncate(m.records)
	b.people, b.peopleAt = b.people[:m.people*b.shape.width[LevelBeneficiario]], b.peopleAt[:m.people*peopleElements]
	b.address, b.ordinal, b.begun = b.address[:m.people], b.ordinal[:m.people], m.begun
	b.addresses, b.addressAt = b.addresses[:m.addresses*b.shape.width[LevelIndirizzo]], b.addressAt[:m.addresses]
	b.wide, b.arena = b.wide[:m.wide], b.arena[:m.arena]
	for i := range b.shape.lists {
		b.lists[i].values = b.lists[i].values[:m.lists[i]]
	}
}

// grow adds n spans without a value.
func grow(s []span, n int) []span {
	if len(s)+n <= cap(s) {
		s = s[:len(s)+n]
		clear(s[len(s)-n:])
		return s
	}
	return append(s, make([]span, n)...)
}

func growPlaces(s []place, n int) []place {
	for range n {
		s = append(s, place{})
	}
	return s
}
