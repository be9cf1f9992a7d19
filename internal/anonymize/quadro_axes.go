package anonymize

import (
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
	dictionary *dictionary // nil: the codes are fixed
	read       func(r *reading) (leaf uint16, value []byte)
	missing    []byte // in a dictionary, the value of a record that may not show its own
	sensitive  bool
}

// axisLevel is one level of an axis. of maps a leaf to the level's code, value
// says what a code of the level is in words.
type axisLevel struct {
	name   string // as the cubes' YAML says it
	column table.Column
	of     func(leaf uint16) uint16
	value  func(code uint16) string
	size   func() int // how many codes there are
	needs  Category
}

// dimension is the axis for the tables.
func (a *axis) dimension() tables.Dimension {
	d := tables.Dimension{Name: a.levels[0].name, Sensitive: a.sensitive}
	for _, l := range a.levels {
		d.Levels = append(d.Levels, tables.Level{Name: l.name, Of: l.of})
	}
	return d
}

// domainAxis has the one level of a fixed domain.
func domainAxis(name string, d *domain) *axis {
	d.reset()
	return &axis{
		levels: []axisLevel{{name: name, column: d.column, value: d.value, size: func() int { return len(d.fine) }, needs: d.category}},
		read:   func(r *reading) (uint16, []byte) { return d.read(r), nil },
	}
}

// benefitAxis has the codes met in the data, and above them their sections.
func benefitAxis() *axis {
	a := &axis{dictionary: newDictionary(maxBenefits), read: func(r *reading) (uint16, []byte) { return 0, benefitOf(r.b, r.rec) }}
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

// maxComuni is more than the country has.
const maxComuni = 16000

// territoryAxis has the comuni met in the data, and above them the provinces.
// A leaf's value is three digits of the province and the comune's Belfiore code.
func territoryAxis() *axis {
	province := provinceDomain()
	province.reset()
	var value []byte
	a := &axis{dictionary: newDictionary(maxComuni), missing: []byte("000"), read: func(r *reading) (uint16, []byte) {
		value = append(append(value[:0], (province.value(uint16(r.at.provincia)) + "000")[:3]...), r.at.comune...)
		return 0, value
	}}
	comune := province.column
	comune.Name, comune.Description, comune.DescriptionEn = "comune", "comune di residenza, o sede dell'ente: codice catastale", "comune of residence, or the Ente's seat: Belfiore code"
	comune.Treatment, comune.Labels = "codice com'è", nil
	a.levels = []axisLevel{
		{name: "comune", column: comune, value: func(c uint16) string { return a.dictionary.values[c][3:] }, size: func() int { return len(a.dictionary.values) }, needs: Nucleo},
		{name: "provincia", column: province.column, value: province.value, size: func() int { return len(province.fine) }, needs: Nucleo, of: func(leaf uint16) uint16 {
			return uint16(provinceNumber()[a.dictionary.values[leaf][:3]])
		}},
	}
	return a
}

// axesFor are the dimensions that cubes of a kind of flow may have.
func axesFor(t flusso.Tipo) []*axis {
	if t == flusso.SINBA {
		return []*axis{benefitAxis(), domainAxis("eta", ageDomain(schema.SINBAAnnoNascita))}
	}
	return []*axis{
		benefitAxis(), territoryAxis(), domainAxis("eta", ageDomain(schema.AnnoNascita)),
		domainAxis("genere", codeDomain(schema.Genere, "genere", "sex")),
		domainAxis("cittadinanza", citizenshipDomain()), domainAxis("ente", enteDomain()),
	}
}

// keep leaves the levels that some cube names; false where none does.
func (a *axis) keep(named func(string) bool) bool {
	var kept []axisLevel
	for _, l := range a.levels {
		if named(l.name) {
			kept = append(kept, l)
		}
	}
	a.levels = kept
	return len(kept) > 0
}
