package schema

import "flussi/internal/flusso"

// Status is what became of a record.
type Status uint8

const (
	Accepted  Status = iota // no fault of severity error
	Rejected                // at least one fault of severity error
	Duplicate               // the same record came before (set by the intake)
	Withdrawn               // a cancellation, or a record that a later cancellation withdraws (set by the intake)
)

// Batch is a run of records of one flow, reused from one Reader.Next to the
// next: whoever wants to keep a value copies it.
//
// A record is one PrestazioniSociali, one SINBA element, one row of a return
// flow. Fields of the header and of the Beneficiario are stored once and
// reached through the record, so Text answers for every single-valued field;
// Indirizzo fields answer with the first Indirizzo (see Repeats for all).
//
// Values are what the document says after attribute-value normalisation and
// the whitespace collapse that the field's XSD type asks for; they are not
// converted. A value may break the XSD: its record is Rejected then, and
// faulty tells which. The zero Batch is ready.
type Batch struct {
	Tipo flusso.Tipo
	// First is the ordinal, in the file, of the batch's first record (0-based).
	First int64
	// Status holds for each record what became of it.
	Status []Status

	shape  *shape
	arena  []byte
	header []span // one row
	// Rows of shape.width[level] values each.
	people, addresses, records []span
	lists                      [maxLists]list
	parent                     []uint32    // record -> row of Beneficiario; empty where the flow has none
	address                    [][2]uint32 // row of Beneficiario -> its rows of Indirizzo [from,to)
	ordinal                    []int64     // row of Beneficiario -> which of the file it is, from 1
	begun                      int64       // Beneficiari of the file that began up to here, those without records too
	// Where the elements start: of each level's rows, elements a row.
	headerAt, peopleAt, addressAt, recordAt []place
	wide                                    []place // of values that do not stand on their element's line
	// continued says that the first Beneficiario's earlier records were in
	// the batch before.
	continued bool
}

// list holds the values of a field that occurs 0..n times in a record.
type list struct {
	values []span
	ends   []uint32 // record -> end of its values; they start at the previous end
}

// span is a value's place in the arena and in the document.
type span struct {
	at  uint32 // offset in the arena plus one; 0: there is no value
	n   uint32 // bytes; the top bit says that the value breaks the XSD
	pos uint32 // bytes from the start of its element on the same line; with the top bit, an index in wide
	// number is what the value says plus one, where a number says all of it
	// (facet.number); 0 where only its bytes tell, or it breaks the XSD.
	number uint32
}

const topBit = 1 << 31

// place is a position in the document; the zero place is nowhere.
type place struct {
	column int64 // 1-based, in bytes
	line   int32 // 1-based
}

// Len is the number of records.
func (b *Batch) Len() int { return len(b.Status) }

// Line is the line that a record's element starts on, from 1.
func (b *Batch) Line(rec int) int32 { return b.recordAt[rec*recordElements].line }

// Text gives a record's value of f and whether the document has one. For a
// repeated field it is the first value.
func (b *Batch) Text(f Field, rec int) ([]byte, bool) { return b.value(b.spanOf(f, rec, 0)) }

// Number gives what a record's value of f says where a number says all of it: of
// a code of digits those digits, of a date AAAAMMGG, of an amount its cents. Where
// it is not ok, only the value's bytes tell, or there is none.
func (b *Batch) Number(f Field, rec int) (n uint32, ok bool) {
	s := b.spanOf(f, rec, 0)
	if s == nil || s.number == 0 {
		return 0, false
	}
	return s.number - 1, true
}

// HasAny tells whether a record has a value of any of the single-valued fields of
// its own level from one up to another, both included, as FieldInfo orders them.
func (b *Batch) HasAny(from, to Field, rec int) bool {
	row := b.records[rec*b.shape.width[LevelRecord]:]
	for f := from; f <= to; f++ {
		if b.shape.level[f] == LevelRecord && row[b.shape.slot[f]].at != 0 {
			return true
		}
	}
	return false
}

// At gives the i-th value of a repeated field, 0 <= i < Repeats(f, rec).
func (b *Batch) At(f Field, rec, i int) ([]byte, bool) { return b.value(b.spanOf(f, rec, i)) }

// Repeats is the number of values that a record has of a repeated field: of
// an Indirizzo field, the number of its Indirizzo; of a list, its length.
func (b *Batch) Repeats(f Field, rec int) int {
	if b.shape == nil {
		return 0
	}
	switch b.shape.level[f] {
	case LevelIndirizzo:
		rows := b.address[b.parent[rec]]
		return int(rows[1] - rows[0])
	case LevelList:
		from, to := b.lists[b.shape.slot[f]].rows(rec)
		return to - from
	}
	return 1
}

// Beneficiario numbers the record's Beneficiario within the batch: records
// with the same number share one. Where the flow has no Beneficiario above its
// records, each record is its own.
func (b *Batch) Beneficiario(rec int) int {
	if len(b.parent) == 0 {
		return rec
	}
	return int(b.parent[rec])
}

// faulty tells whether the i-th value of f breaks the XSD, so that business
// rules leave it alone; false where there is no value.
func (b *Batch) faulty(f Field, rec, i int) bool {
	s := b.spanOf(f, rec, i)
	return s != nil && s.at != 0 && s.n&topBit != 0
}

// spanOf finds the i-th value of f; nil where the flow or the record has no
// such field.
func (b *Batch) spanOf(f Field, rec, i int) *span {
	if b.shape == nil {
		return nil
	}
	slot := int(b.shape.slot[f])
	switch b.shape.level[f] {
	case LevelRecord:
		return &b.records[rec*b.shape.width[LevelRecord]+slot]
	case LevelBeneficiario:
		return &b.people[int(b.parent[rec])*b.shape.width[LevelBeneficiario]+slot]
	case LevelIndirizzo:
		rows := b.address[b.parent[rec]]
		if int(rows[0])+i >= int(rows[1]) {
			return nil
		}
		return &b.addresses[(int(rows[0])+i)*b.shape.width[LevelIndirizzo]+slot]
	case LevelList:
		from, to := b.lists[slot].rows(rec)
		if from+i >= to {
			return nil
		}
		return &b.lists[slot].values[from+i]
	case LevelFlusso:
		if len(b.header) > 0 {
			return &b.header[slot]
		}
	}
	return nil
}

func (l *list) rows(rec int) (from, to int) {
	if rec > 0 {
		from = int(l.ends[rec-1])
	}
	return from, int(l.ends[rec])
}

func (b *Batch) value(s *span) ([]byte, bool) {
	if s == nil || s.at == 0 {
		return nil, false
	}
	from, to := s.at-1, s.at-1+s.n&^topBit
	return b.arena[from:to:to], true
}
