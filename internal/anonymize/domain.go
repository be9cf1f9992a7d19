package anonymize

import (
	"math/bits"
	"slices"
	"strconv"

	"flussi/internal/anonymize/kanon"
	"flussi/internal/flusso"
	"flussi/internal/schema"
	"flussi/internal/table"
)

// domain is one attribute of an anonymous view: the values a record can have
// (fine), the values that stand for several of them (coarse), and how a record
// is read. Code i below base is fine[i], code base+j is coarse[j]. The empty
// value is published as missing.
type domain struct {
	column   table.Column
	category Category
	role     kanon.Role
	bits     uint
	// shows are the sensitive fields of which the attribute tells something, and
	// distinct how many different values a class must have for it to do so.
	shows    []schema.Field
	distinct int
	// missing is the code of the missing value, where a delega can leave the
	// attribute out.
	missing uint16
	base    int
	fine    []string
	coarse  []string
	reach   []uint16 // codes that rows can have at the step of the ladder being built
	read    func(r *reading) uint16
	// ofPerson: what is read is the same for all records of a Beneficiario in a
	// data year.
	ofPerson bool
	// ambiti is the operator's table, where the values are those of it.
	ambiti *Ambiti
	// alone: what is read is not what others read who call it the same.
	alone bool
	// asked is the place of the code among those that were read for several views; -1
	// where this one reads it alone.
	asked int
	// dictionary is set where the fine values are those met in the data.
	dictionary *dictionary
	// dated: the value is a month of the data year, published with it.
	dated bool
	// always: the attribute is there whatever the category's level, for
	// datasets are divided by it.
	always bool
}

const star = "*" // what the last step of a ladder leaves of a value

func (d *domain) value(code uint16) string {
	if int(code) < d.base {
		return d.fine[code]
	}
	return d.coarse[int(code)-d.base]
}

// reset prepares for building the ladder, from the fine values.
func (d *domain) reset() {
	if d.dictionary == nil {
		d.base = len(d.fine)
	}
	d.coarse, d.reach = nil, d.reach[:0]
	for code := range d.fine {
		d.reach = append(d.reach, uint16(code))
	}
	if d.role == kanon.Sensitive {
		d.coarse = []string{star}
	}
}

// up maps every code that rows can have: those whose value stays keep it, the
// others get a new code for what they become.
func (d *domain) up(column int, coarser func(string) string) kanon.Move {
	to := make([]uint16, 1<<d.bits)
	for i := range to {
		to[i] = uint16(i)
	}
	made := map[string]uint16{}
	var reach []uint16
	for _, code := range d.reach {
		value := d.value(code)
		next := coarser(value)
		if next == value {
			reach = append(reach, code)
			continue
		}
		if _, ok := made[next]; !ok {
			made[next] = uint16(d.base + len(d.coarse))
			d.coarse = append(d.coarse, next)
			reach = append(reach, made[next])
		}
		to[code] = made[next]
	}
	d.reach = reach
	return kanon.Move{Column: column, To: to}
}

func anything(string) string { return star }

// rung is one step of a ladder, in words and moves.
type rung struct {
	name  flusso.Text
	moves []rise
}

type rise struct {
	domain  *domain
	coarser func(string) string
}

// ladder builds the moves for the domains at hand; rises of others are left out.
func ladder(domains []*domain, rungs []rung) kanon.Ladder {
	for _, d := range domains {
		d.reset()
	}
	steps := make(kanon.Ladder, len(rungs))
	for i, r := range rungs {
		steps[i].Name = r.name.En
		for _, m := range r.moves {
			if column := slices.Index(domains, m.domain); column >= 0 {
				steps[i].Moves = append(steps[i].Moves, m.domain.up(column, m.coarser))
			}
		}
	}
	return steps
}

// measure gives each domain the bits that its values and their ladder need.
func measure(domains []*domain, rungs []rung) {
	for _, d := range domains {
		if d.dictionary == nil {
			d.bits = 12 // more than any needs, until it is known
		}
	}
	ladder(domains, rungs)
	for _, d := range domains {
		if d.dictionary == nil {
			d.bits = uint(bits.Len(uint(d.base + len(d.coarse) - 1)))
		}
	}
}

// dictionary numbers values in order of appearance; rank then orders them, so
// that nothing of that order remains.
type dictionary struct {
	codes  map[string]uint16
	values []string
	max    int
}

func newDictionary(max int) *dictionary {
	return &dictionary{codes: map[string]uint16{}, max: max}
}

func (d *dictionary) code(value []byte) (uint16, error) {
	if c, ok := d.codes[string(value)]; ok {
		return c, nil
	}
	if len(d.values) >= d.max {
		return 0, errTooManyCodes
	}
	c := uint16(len(d.values))
	d.values = append(d.values, string(value))
	d.codes[d.values[c]] = c
	return c, nil
}

// rank sorts the values and gives the new code of each old one. Of met, if it is
// not nil, those that are false are dropped.
func (d *dictionary) rank(met []bool) (to []uint16) {
	sorted := slices.Clone(d.values)
	if met != nil {
		sorted = slices.DeleteFunc(sorted, func(v string) bool { return !met[d.codes[v]] })
	}
	slices.Sort(sorted)
	to = make([]uint16, max(len(d.values), 1))
	for i, v := range sorted {
		to[d.codes[v]] = uint16(i)
	}
	d.values = sorted
	return to
}

// year is the data year that a code of the year's domain stands for; 0 where it
// is not known.
func (d *domain) year(code uint16) int {
	y, _ := strconv.Atoi(d.value(code))
	return y
}
