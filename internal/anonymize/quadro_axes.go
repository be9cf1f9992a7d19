package anonymize

import (
	"slices"
	"strconv"

	"flussi/internal/anonymize/tables"
	"flussi/internal/flusso"
	"flussi/internal/schema"
	"flussi/internal/table"
)

// total is what stands in a column for all its values together.
const total = "totale"

// axis is one dimension of tables: its levels, the finest first, each a column
// of what is emitted. Leaf codes are those of a fixed domain or of a
// dictionary, which gets its order when all records are read.
type axis struct {
	levels     []axisLevel
	domain     *domain                          // that the leaves are of, where their codes are fixed
	dictionary *dictionary                      // of leaves, where they are not
	read       func(r *reading) (uint16, error) // finds a leaf in the dictionary
	missing    []byte                           // in a dictionary, the value of a record that may not show its own
	sensitive  bool
	ofPerson   bool                // as a domain's
	ordered    func()              // what is to be done once the dictionary has its order; may be nil
	below      []map[uint16]uint16 // by level: a leaf of each code; made by settle
}

// axisLevel is one level of an axis. of maps a leaf to the level's code, value
// says what a code of the level is in words.
type axisLevel struct {
	name   cubeLevel
	column table.Column
	of     func(leaf uint16) uint16
	value  func(code uint16) string
	size   func() int // how many codes there are
	needs  Category
}

// dimension is the axis for the tables.
func (a *axis) dimension() tables.Dimension {
	d := tables.Dimension{Name: string(a.levels[0].name), Sensitive: a.sensitive}
	for _, l := range a.levels {
		d.Levels = append(d.Levels, tables.Level{Name: string(l.name), Of: l.of})
	}
	return d
}

// settle comes when all records are read: dictionaries get their order, and
// what stands below a code is known.
func (a *axis) settle() (to []uint16) {
	if a.dictionary == nil {
		return nil
	}
	to = a.dictionary.rank(nil)
	if a.ordered != nil {
		a.ordered()
	}
	for _, l := range a.levels {
		some := map[uint16]uint16{}
		for leaf := range uint16(len(a.dictionary.values)) {
			if l.of != nil {
				some[l.of(leaf)] = leaf
			} else {
				some[leaf] = leaf
			}
		}
		a.below = append(a.below, some)
	}
	return to
}

// domainAxis has the one level of a fixed domain.
func domainAxis(name cubeLevel, d *domain) *axis {
	d.reset()
	return &axis{
		levels:   []axisLevel{{name: name, column: d.column, value: d.value, size: func() int { return len(d.fine) }, needs: d.category}},
		domain:   d,
		ofPerson: d.ofPerson,
	}
}

// benefitAxis has the codes met in the data, and above them their sections.
func benefitAxis() *axis {
	known := benefits{dictionary: newDictionary(maxBenefits)}
	a := &axis{dictionary: known.dictionary, read: known.code}
	code := benefitDomain(schema.CodicePrestazione).column
	code.Description, code.DescriptionEn = "prestazione (nomenclatore SIUSS), o totale", "benefit (SIUSS nomenclature), or totale for all"
	code.Treatment = "codice com'è"
	area := code
	area.Name, area.Description, area.DescriptionEn = "sezione", "sezione del nomenclatore SIUSS, o totale", "section of the SIUSS nomenclature, or totale for all"
	area.Treatment = "codice nella sua sezione"
	sections := []string{star, "A1", "A2", "A3", "A4", "A5"}
	a.levels = []axisLevel{
		{name: "prestazione", column: code, value: func(c uint16) string { return a.dictionary.values[c] }, size: func() int { return len(a.dictionary.values) }, needs: Tipologia},
		{name: "sezione", column: area, value: func(c uint16) string { return sections[c] }, size: func() int { return len(sections) }, needs: Tipologia, of: func(leaf uint16) uint16 {
			if s := section(a.dictionary.values[leaf]); s != star {
				return uint16(s[1] - '0')
			}
			return 0
		}},
	}
	return a
}

// maxComuni is more than the country has, and twice for those that change
// their ambito.
const maxComuni = 32000

// territoryAxis has the comuni met in the data, and above them their ambiti,
// where there is a table of them, and provinces. A leaf's value is three digits
// of the province, four of the ambito and the comune's Belfiore code: a comune
// that changes its ambito from one data year to the next is two leaves, for
// years stand apart.
func territoryAxis(ambiti *Ambiti) *axis {
	province := provinceDomain()
	province.reset()
	var value []byte
	a := &axis{dictionary: newDictionary(maxComuni), missing: []byte("0000000"), ofPerson: true}
	a.read = func(r *reading) (uint16, error) {
		value = append(append(value[:0], province.value(uint16(r.at.provincia))...), "000"...)[:3]
		ambito := uint16(0)
		if n, ok := ambiti.in(r.at.comune, r.year); ok {
			ambito = n + 1
		}
		value = append(value, byte('0'+ambito/1000%10), byte('0'+ambito/100%10), byte('0'+ambito/10%10), byte('0'+ambito%10))
		return a.dictionary.code(append(value, r.at.comune...))
	}
	provinceOf := func(leaf uint16) uint16 { return uint16(provinceNumber()[a.dictionary.values[leaf][:3]]) }
	comune := province.column
	comune.Name, comune.Description, comune.DescriptionEn = "comune", "comune di residenza, o sede dell'ente: codice catastale", "comune of residence, or the Ente's seat: Belfiore code"
	comune.Treatment, comune.Labels = "codice com'è", nil
	a.levels = []axisLevel{
		{name: "comune", column: comune, value: func(c uint16) string { return a.dictionary.values[c][7:] }, size: func() int { return len(a.dictionary.values) }, needs: Nucleo},
		{name: "provincia", column: province.column, value: province.value, size: func() int { return len(province.fine) }, needs: Nucleo, of: provinceOf},
	}
	if ambiti != nil {
		a.levels = slices.Insert(a.levels, 1, a.ambitoLevel(ambiti.residenceDomain()))
	}
	return a
}

// ambitoLevel groups comuni by ambito. Where the tables have provinces too, an
// ambito that lies in two is two, one in each: so levels are a chain, and what
// could be subtracted is one of the figures.
func (a *axis) ambitoLevel(d *domain) axisLevel {
	var pieces []string // province and ambito, as leaves have them
	of := func(leaf uint16) string {
		value := a.dictionary.values[leaf]
		if a.levels[len(a.levels)-1].name == "provincia" {
			return value[:7]
		}
		return "000" + value[3:7]
	}
	a.ordered = func() {
		for leaf := range a.dictionary.values {
			pieces = append(pieces, of(uint16(leaf)))
		}
		slices.Sort(pieces)
		pieces = slices.Compact(pieces)
	}
	return axisLevel{
		name: "ambito_residenza", column: d.column, needs: Nucleo,
		size: func() int { return len(pieces) },
		value: func(c uint16) string {
			n, _ := strconv.Atoi(pieces[c][3:])
			return d.fine[n]
		},
		of: func(leaf uint16) uint16 {
			n, _ := slices.BinarySearch(pieces, of(leaf))
			return uint16(n)
		},
	}
}

// axesFor are the dimensions that cubes of a kind of flow may have.
func axesFor(t flusso.Tipo, ambiti *Ambiti) (all []*axis) {
	if t == flusso.SINBA {
		all = []*axis{benefitAxis(), domainAxis("eta", ageDomain(schema.SINBAAnnoNascita))}
	} else {
		all = []*axis{
			benefitAxis(), territoryAxis(ambiti), domainAxis("eta", ageDomain(schema.AnnoNascita)),
			domainAxis("genere", codeDomain(schema.Genere, "genere", "sex")),
			domainAxis("cittadinanza", citizenshipDomain()), domainAxis("ente", enteDomain()),
		}
	}
	if ambiti != nil {
		all = append(all, domainAxis("ambito_ente", ambiti.enteDomain()))
	}
	return all
}

// keep leaves the levels that some cube names; false where none does.
func (a *axis) keep(named func(cubeLevel) bool) bool {
	var kept []axisLevel
	for _, l := range a.levels {
		if named(l.name) {
			kept = append(kept, l)
		}
	}
	a.levels = kept
	return len(kept) > 0
}
