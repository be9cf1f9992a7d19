package anonymize

import (
	"slices"
	"strconv"
	"strings"

	"flussi/internal/anonymize/tables"
	"flussi/internal/flusso"
	"flussi/internal/schema"
	"flussi/internal/table"
)

// besides are the rows of the recipient's microdata, by what they tell of the
// tables' dimensions, until the tables are closed.
type besides struct {
	rows    map[string]int64
	parts   map[string]int64 // by a benefit that a person's row shows among others
	persons bool             // a row is a person, not a benefit
}

// Beside tells a view of tables which rows of microdata the same recipient
// gets of the same records: it is called with each Disclosed of them before
// Close. The tables then hold for one who has both: no published figure exceeds
// its rows in the microdata by one to k-1, and no suppressed one is bounded by
// them more tightly than k. Whoever needs totals cites the tables (CiteTables).
func (v *View) Beside(d *Disclosed) error {
	q, ok := v.engine.(*quadro)
	if !ok || d.Recipient() != v.req.Recipient.Name || d.Tipo() != v.req.Tipo || d.Level() != IndividualeAnonimo {
		return &flusso.Error{Op: "beside", ID: v.req.Recipient.Name, Kind: flusso.Internal, What: textNotBeside}
	}
	names, benefit, section := []string{"anno", "regione"}, -1, -1
	for _, a := range q.axes {
		for _, l := range a.levels {
			switch l.name {
			case "prestazione":
				benefit = len(names)
			case "sezione":
				section = len(names)
			}
			names = append(names, l.column.Name)
		}
	}
	columns, sections := make([]*table.Values, len(names)), make([]*table.Values, len(sectionNames))
	for i, c := range d.Columns() {
		values := &d.Chunk().Columns[i]
		if at := slices.Index(names, c.Name); at >= 0 {
			columns[at] = values
		}
		if at := slices.IndexFunc(sectionNames[:], func(s string) bool { return c.Name == "Prestazione"+s }); at >= 0 {
			sections[at] = values
			q.besides.persons = true
		}
		if section >= 0 && c.Name == schema.Info(schema.CodicePrestazione).Name {
			columns[section] = values // microdata show it as the benefit of a small class
		}
	}
	if q.besides.rows == nil {
		q.besides.rows, q.besides.parts = map[string]int64{}, map[string]int64{}
	}
	cells := make([]string, len(names))
	changed := make([]bool, d.Chunk().Rows())
	for _, c := range slices.Concat(columns, sections) {
		if c != nil {
			c.MarkChanges(0, len(changed), changed)
		}
	}
	for row := 0; row < len(changed); {
		first := row
		for row++; row < len(changed) && !changed[row]; {
			row++
		}
		alike := int64(row - first)
		for i, c := range columns {
			cells[i] = shownAs(c, first)
			if i == section {
				cells[i] = sectionOf(cells[i])
			}
		}
		q.besides.rows[strings.Join(cells, "\x00")] += alike
		for i, c := range sections {
			value := shownAs(c, first)
			if value == noBenefit || value == star || value == "" {
				continue
			}
			if benefit >= 0 {
				cells[benefit] = value
			}
			if section >= 0 {
				cells[section] = sectionNames[i]
			}
			q.besides.parts[strings.Join(cells, "\x00")] += alike
		}
	}
	return nil
}

// shownAs is a value as text; star where there is no such column.
func shownAs(c *table.Values, row int) string {
	switch {
	case c == nil:
		return star
	case c.Null[row]:
		return ""
	case c.Kind == table.Int:
		return strconv.FormatInt(c.Num[row], 10)
	}
	return string(c.Text(row))
}

func sectionOf(value string) string {
	if len(value) > 2 {
		return section(value)
	}
	return value
}

// known is what the recipient has beside the tables, in their codes.
func (q *quadro) known() (known tables.Known) {
	at := q.places()
	known.Persons = q.besides.persons
	enter := func(rows map[string]int64, within int) {
		for row, n := range rows {
			if places, ok := at(strings.Split(row, "\x00")); ok {
				q.cube.Beside(&known, places, n, within)
			}
		}
	}
	enter(q.besides.rows, -1)
	if i := slices.IndexFunc(q.axes, func(a *axis) bool { return a.levels[0].needs == Tipologia }); i >= 0 {
		enter(q.besides.parts, 2+i) // behind year and region
	}
	known.Before = map[tables.Key]bool{}
	for _, row := range q.v.req.Suppressed {
		if places, ok := at(strings.Split(row, "\x00")); ok {
			var k tables.Key
			copy(k[:], places)
			known.Before[k] = true
		}
	}
	return known
}

// places finds where values stand, of each dimension the finest that is a code
// of the tables; false where no figure can have them.
func (q *quadro) places() func(cells []string) ([]tables.Place, bool) {
	fixed := []map[string]uint16{q.year.numbers(), q.place.numbers()}
	width := len(fixed)
	var find []func(cells []string) tables.Place
	for _, a := range q.axes {
		find = append(find, a.finder())
		width += len(a.levels)
	}
	return func(cells []string) (at []tables.Place, ok bool) {
		if len(cells) != width {
			return nil, false
		}
		for i, numbers := range fixed {
			code, ok := numbers[cells[i]]
			if !ok {
				return nil, false
			}
			at = append(at, tables.Place{Code: code})
		}
		cells = cells[len(fixed):]
		for i, a := range q.axes {
			at = append(at, find[i](cells[:len(a.levels)]))
			cells = cells[len(a.levels):]
		}
		return at, true
	}
}

// finder gives the place of values, one for each level, at the finest of them
// that is known; of two codes that are called alike, that whose coarser levels
// are called as they should.
func (a *axis) finder() func(cells []string) tables.Place {
	codes := make([]map[string][]uint16, len(a.levels))
	for i, l := range a.levels {
		codes[i] = map[string][]uint16{}
		for code := range uint16(l.size()) {
			codes[i][l.value(code)] = append(codes[i][l.value(code)], code)
		}
	}
	return func(cells []string) tables.Place {
		for level := range a.levels {
			for _, code := range codes[level][cells[level]] {
				p, fits := tables.Place{Level: uint8(level), Code: code}, true
				for coarser := level + 1; coarser < len(a.levels) && fits; coarser++ {
					fits = cells[coarser] == star || cells[coarser] == total || a.at(p, coarser) == cells[coarser]
				}
				if fits {
					return p
				}
			}
		}
		return tables.Place{Level: uint8(len(a.levels))}
	}
}

// SameRecords tells whether a view is of tables to which the rows of another, for
// the same recipient, have to be told (Beside).
func SameRecords(tables Level, tipo flusso.Tipo, rows Level, of flusso.Tipo) bool {
	return tables == Aggregato && rows == IndividualeAnonimo && tipo == of
}

// Suppressed gives after Close the figures of a view of tables that were
// suppressed, by their values: for the Request of the next release, so that a
// figure does not come and go, and for nobody else.
func (v *View) Suppressed() []string {
	if q, ok := v.engine.(*quadro); ok {
		return q.suppressed
	}
	return nil
}

// row is a figure by its values.
func (q *quadro) row(k tables.Key) string {
	cells := []string{q.year.value(k[0].Code), q.place.value(k[1].Code)}
	for i, a := range q.axes {
		for level := range a.levels {
			cells = append(cells, a.at(k[2+i], level))
		}
	}
	return strings.Join(cells, "\x00")
}

func (d *domain) numbers() map[string]uint16 {
	all := map[string]uint16{}
	for code, v := range d.fine {
		all[v] = uint16(code)
	}
	return all
}

// CiteTables and CiteMicrodata are the lines that a recipient's two datasets
// carry, saying which to cite.
var (
	CiteTables    = flusso.Text{It: "per totali e confronti citare queste tavole, contate su tutti i dati: nei microdati mancano le righe soppresse", En: "cite these tables, counted on all the data, for totals and comparisons: the microdata lack the rows suppressed"}
	CiteMicrodata = flusso.Text{It: "per totali citare il quadro, contato su tutti i dati: qui mancano le righe soppresse", En: "cite the quadro, counted on all the data, for totals: the rows suppressed are missing here"}
)

var textNotBeside = flusso.Text{It: "microdati e tavole non sono dello stesso destinatario e flusso", En: "microdata and tables are not of the same recipient and flow"}
