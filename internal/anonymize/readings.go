package anonymize

import (
	"slices"

	"flussi/internal/anonymize/pseudonym"
	"flussi/internal/flusso"
	"flussi/internal/schema"
)

// Views that look at the same records ask much the same of them: where a record
// belongs, its data year, who it is of, the codes of its attributes. Questions are
// what some views ask, and Readings what a batch answers, found once for all of
// them. A view makes of it what it may show: what is out of its scope, or beyond
// its categories, it leaves aside.

// Questions are what some views, all of one kind of flow, ask of each record.
type Questions struct {
	domains  []*domain // one of those that ask the same
	benefits bool
	amounts  bool
	// persons tells how to tell persons apart; nil where nobody asks. Nothing that
	// views give depends on its key.
	persons func() (*pseudonym.Teller, error)
}

// asking is an engine that asks for more than place and year.
type asking interface {
	asks(q *Questions)
	// hears learns where among the answers its own are; false where they are not there.
	hears(q *Questions) bool
}

var (
	_ asking = (*anonymous)(nil)
	_ asking = (*quadro)(nil)
)

// Ask gathers what views ask.
func Ask(views ...*View) *Questions {
	q := &Questions{}
	for _, v := range views {
		if e, ok := v.engine.(asking); ok {
			e.asks(q)
		}
	}
	return q
}

// add asks for the code of an attribute.
func (q *Questions) add(d *domain) {
	if q.find(d) < 0 {
		q.domains = append(q.domains, d)
	}
}

// find gives the place of an attribute's code; -1 where it was not asked for. All
// that is called alike is read alike, but for the table of ambiti.
func (q *Questions) find(d *domain) int {
	return slices.IndexFunc(q.domains, func(o *domain) bool {
		return o.column.Name == d.column.Name && o.column.Source == d.column.Source && o.ambiti == d.ambiti
	})
}

// tellApart asks for persons.
func (q *Questions) tellApart(req *Request) {
	if q.persons == nil {
		q.persons = func() (*pseudonym.Teller, error) { return pseudonym.NewTeller(req.ReleaseKey, req.codes()) }
	}
}

// Readings are the answers of the records of one batch. The zero Readings have room
// for none.
type Readings struct {
	asked   *Questions
	records []answers // of those that are accepted
	codes   []uint16  // of each record as many as attributes were asked for
}

// answers are those of one record.
type answers struct {
	at        place
	person    pseudonym.Code
	cents     int64 // what the benefit is worth in the year
	countable bool  // whether that can be added up
	benefit   benefitNumber
	year      int16
}

// codesOf gives the codes of a record's attributes.
func (r *Readings) codesOf(rec int) []uint16 {
	n := len(r.asked.domains)
	return r.codes[rec*n : rec*n+n]
}

// Reader reads batches. It is for one goroutine.
type Reader struct {
	asked  *Questions
	places places
	r      reading
	batch  int64
}

// Reader makes one.
func (q *Questions) Reader() (*Reader, error) {
	r := &Reader{asked: q}
	if q.persons != nil {
		persons, err := q.persons()
		if err != nil {
			return nil, err
		}
		r.r.persons = persons
	}
	return r, nil
}

// Read reads the accepted records of a batch.
func (r *Reader) Read(b *schema.Batch, to *Readings) {
	width := len(r.asked.domains)
	to.asked = r.asked
	to.records = slices.Grow(to.records[:0], b.Len())[:b.Len()]
	to.codes = slices.Grow(to.codes[:0], b.Len()*width)[:b.Len()*width]
	r.batch++
	var at place
	var before []uint16 // codes of the record that was read last
	person := -1
	for rec, status := range b.Status {
		if status != schema.Accepted {
			continue
		}
		if n := b.Beneficiario(rec); n != person {
			at, person = r.places.find(b, rec), n
		}
		r.r.next(b, rec, at, recordRef{batch: r.batch})
		a := &to.records[rec]
		*a = answers{at: at, year: int16(r.r.year)}
		if r.r.persons != nil {
			a.person = r.r.who()
		}
		codes := to.codesOf(rec)
		for i, d := range r.asked.domains {
			if d.ofPerson && r.r.same {
				codes[i] = before[i]
			} else {
				codes[i] = d.read(&r.r)
			}
		}
		if before = codes; r.asked.benefits {
			a.benefit = numberOfBenefit(benefitOf(b, rec))
		}
		if r.asked.amounts && b.Tipo != flusso.SINBA {
			a.cents, a.countable = r.r.yearlyCents(), Countable(b, rec)
		}
	}
}

// benefitNumber stands for what an anonymous view calls a benefit: otherBenefit,
// manyBenefits, or one of all the codes that are well formed.
type benefitNumber uint16

const benefitNumbers = 2 + 5*100*101

func numberOfBenefit(name []byte) benefitNumber {
	digits := func(at int) int { return int(name[at]-'0')*10 + int(name[at+1]-'0') }
	switch {
	case string(name) == otherBenefit:
		return 0
	case string(name) == manyBenefits:
		return 1
	}
	n := (int(name[1]-'1')*100 + digits(len("A1."))) * 101
	if len(name) == len("A1.05.01") {
		n += 1 + digits(len("A1.05."))
	}
	return benefitNumber(2 + n)
}

// benefits gives the code of a record's benefit in a dictionary.
type benefits struct {
	dictionary *dictionary
	codes      []uint16 // by number, plus one; 0 is not looked up yet
}

func (s *benefits) code(r *reading) (uint16, error) {
	if s.codes == nil {
		s.codes = make([]uint16, benefitNumbers)
	}
	known := &s.codes[r.answers.benefit]
	if *known == 0 {
		code, err := s.dictionary.code(benefitOf(r.b, r.rec))
		if err != nil {
			return 0, err
		}
		*known = code + 1
	}
	return *known - 1, nil
}
