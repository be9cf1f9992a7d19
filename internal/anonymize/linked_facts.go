package anonymize

import (
	"bytes"
	"cmp"
	"slices"

	"flussi/internal/anonymize/kanon"
	"flussi/internal/anonymize/pseudonym"
	"flussi/internal/flusso"
	"flussi/internal/schema"
)

// benefitFact is what one record adds to its person: 32 bytes. The key holds, from its
// highest bit: the data year, whether the fact counts as a record (a SINBA record
// has a fact for each of its benefits), whether its amount may not be told,
// whether the recipient paid it, the benefit, and the person's attributes.
type benefitFact struct {
	who   pseudonym.Code
	key   uint64
	cents int64
}

const (
	yearShift, recordShift, unpricedShift, knownShift, benefitShift = 56, 55, 54, 53, 44
	benefitMask                                                     = 1<<9 - 1
)

// factPacking knows where the attributes of a person lie in a key, and which
// number a benefit has.
type factPacking struct {
	domains  []*domain
	fields   []factField
	sections int // place of the first section among the domains
	amount   int // of the yearly amount; -1 where there is none
	number   map[string]uint16
	names    []string // of benefits; a section for those of it that are not known
	section  []uint8  // by benefit: which section
	value    []uint16 // by benefit: its code in the section's domain
}

type factField struct {
	column int
	shift  uint
	mask   uint64
}

func newFactPacking(s *attributes) *factPacking {
	p := &factPacking{domains: s.domains, amount: -1, number: map[string]uint16{}}
	p.sections = len(s.domains) - len(sectionNames)
	shift := uint(0)
	for column, d := range s.domains[1:p.sections] {
		if d.read == nil { // the yearly amount, which is summed
			p.amount = column + 1
			continue
		}
		p.fields = append(p.fields, factField{column + 1, shift, 1<<d.bits - 1})
		shift += d.bits
	}
	if shift > benefitShift {
		panic("the attributes of a person do not fit a fact") // a test opens every scheme
	}
	for i := range sectionNames {
		for code, value := range s.domains[p.sections+i].fine {
			if value == noBenefit || value == manyBenefits {
				continue
			}
			if value == oneUnknown {
				value = sectionNames[i]
			}
			p.number[value] = uint16(len(p.value))
			p.names = append(p.names, value)
			p.section, p.value = append(p.section, uint8(i)), append(p.value, uint16(code))
		}
	}
	return p
}

// attributes packs what a record says of its person.
func (p *factPacking) attributes(r *reading, covered categorySet) (key uint64) {
	key = uint64(p.domains[0].read(r)) << yearShift
	for _, f := range p.fields {
		d := p.domains[f.column]
		code := d.missing
		if d.always || covered.has(d.category) {
			code = d.read(r)
		}
		key |= uint64(code) << f.shift
	}
	return key
}

// of numbers a benefit: a code of three levels is the one of two levels above it,
// and one that is not known is the unknown of its section. False for what is no
// code at all.
func (p *factPacking) of(code []byte) (uint16, bool) {
	if !isBenefit(code) {
		return 0, false
	}
	n, known := p.number[string(code[:len("A1.05")])]
	if !known {
		n = p.number[string(code[:2])]
	}
	return n, true
}

// benefits gives those of a record, each once.
func (p *factPacking) benefits(b *schema.Batch, rec int, to []uint16) []uint16 {
	if b.Tipo != flusso.SINBA {
		code, _ := b.Text(schema.CodicePrestazione, rec)
		if n, ok := p.of(code); ok {
			to = append(to, n)
		}
		return to
	}
	for i := range b.Repeats(schema.SINBACodicePrestazione, rec) {
		code, _ := b.At(schema.SINBACodicePrestazione, rec, i)
		if n, ok := p.of(code); ok && !slices.Contains(to, n) {
			to = append(to, n)
		}
	}
	return to
}

// personYear is one person in one data year.
type personYear struct {
	who      pseudonym.Code
	codes    []uint16 // by domain: as they came, then as published
	facts    []benefitFact
	records  int64
	step     int
	known    bool // the recipient paid some of it, and has that with the person's name
	withheld bool
}

// people gathers the facts, which it sorts: by data year, then by code of the
// person. The result does not depend on the order of the records.
func (p *factPacking) people(facts []benefitFact) (all []personYear) {
	slices.SortFunc(facts, func(a, b benefitFact) int {
		return cmp.Or(cmp.Compare(a.key>>yearShift, b.key>>yearShift), bytes.Compare(a.who[:], b.who[:]),
			cmp.Compare(a.key, b.key), cmp.Compare(a.cents, b.cents))
	})
	for from := 0; from < len(facts); {
		to := from
		for to < len(facts) && facts[to].who == facts[from].who && facts[to].key>>yearShift == facts[from].key>>yearShift {
			to++
		}
		all = append(all, p.person(facts[from:to:to]))
		from = to
	}
	return all
}

// person puts the facts of one person and year together: of an attribute that
// differs between them, such as the province of who moved, the commonest value.
func (p *factPacking) person(facts []benefitFact) personYear {
	y := personYear{who: facts[0].who, codes: make([]uint16, len(p.domains)), facts: facts}
	y.codes[0] = uint16(facts[0].key >> yearShift)
	for _, f := range p.fields {
		y.codes[f.column] = f.commonest(facts)
	}
	var met [len(sectionNames)]int
	last, cents, priced := -1, int64(0), true
	slices.SortFunc(facts, func(a, b benefitFact) int {
		return cmp.Or(cmp.Compare(a.benefit(), b.benefit()), cmp.Compare(a.key, b.key), cmp.Compare(a.cents, b.cents))
	})
	for i := range facts {
		y.records += int64(facts[i].key >> recordShift & 1)
		cents += facts[i].cents // MaxAmount leaves room for as many as there can be
		priced = priced && facts[i].key>>unpricedShift&1 == 0
		y.known = y.known || facts[i].key>>knownShift&1 == 1
		n := int(facts[i].benefit())
		if n == last {
			continue
		}
		last = n
		s := p.section[n]
		met[s]++
		y.codes[p.sections+int(s)] = p.value[n]
	}
	for i, d := range p.domains[p.sections:] {
		switch {
		case met[i] == 0:
			y.codes[p.sections+i] = uint16(slices.Index(d.fine, noBenefit))
		case met[i] > 1:
			y.codes[p.sections+i] = uint16(slices.Index(d.fine, manyBenefits))
		}
	}
	if p.amount >= 0 && priced {
		y.codes[p.amount] = uint16(amountBands.find(cents)) + 1
	}
	return y
}

// commonest is the value that most facts have; of several the lowest.
func (f *factField) commonest(facts []benefitFact) uint16 {
	best, most := uint16(0), 0
	for i := range facts {
		code, n := uint16(facts[i].key>>f.shift&f.mask), 0
		for j := range facts {
			if uint16(facts[j].key>>f.shift&f.mask) == code {
				n++
			}
		}
		if n == len(facts) {
			return code
		}
		if n > most || n == most && code < best {
			best, most = code, n
		}
	}
	return best
}

func (f *benefitFact) benefit() uint16 { return uint16(f.key >> benefitShift & benefitMask) }

// sizes sums up people by what is published of them: alike are those whose codes
// are the same.
func sizesOf(k int, people []*personYear) kanon.Sizes {
	sizes := kanon.NewSizes(k)
	slices.SortFunc(people, func(a, b *personYear) int { return slices.Compare(a.codes, b.codes) })
	for from := 0; from < len(people); {
		to := from
		for to < len(people) && slices.Equal(people[to].codes, people[from].codes) {
			to++
		}
		sizes.Add(k, int64(to-from), int64(to-from))
		from = to
	}
	return sizes
}

// shown is what a fact says of an attribute; empty where that is not known or
// not shown.
func (p *factPacking) shown(f *benefitFact, d *domain) string {
	for _, field := range p.fields {
		if p.domains[field.column] == d {
			return d.value(uint16(f.key >> field.shift & field.mask))
		}
	}
	return ""
}
