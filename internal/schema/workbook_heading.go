package schema

import (
	"slices"
	"strconv"
	"strings"

	"flussi/internal/flusso"
	"flussi/internal/table"
)

// Where the records of a sheet begin, and what its columns are. The row of names
// is the one among the first that has most of a flow's fields, by their names or
// by synonyms; what stands above it are titles. A second row of names, above or
// below, may say the rest.

// heading is a sheet whose row of names was found.
type heading struct {
	tipo    flusso.Tipo
	row     int // of the sheet, the last one of names
	columns []headColumn
	unknown []headColumn // whose name is no field's: info is nil
}

// headColumn is one column of a sheet.
type headColumn struct {
	column  int
	name    string // as it is written, blanks apart
	info    *FieldInfo
	number  bool // which Beneficiario it is
	synonym bool
	codes   map[string]string
	year    bool    // of dates, whose years the field has
	key     bool    // sheets are joined by it
	may     []Field // of an unknown one: what its name may mean
	near    string  // or the field whose name is like it
}

// headRow is one of a sheet's first rows.
type headRow struct {
	number int
	cells  map[int]string
}

const (
	headRows    = 60 // rows that are searched for names
	leastKnown  = 2  // fields that make a row one of names
	maxHeadName = 300
)

// firstRows reads the beginning of a sheet; beyond tells whether there is more.
func firstRows(rows *table.SheetRows) (first []headRow, err error) {
	for len(first) < headRows {
		if err := rows.Next(); err != nil {
			return first, endOfFile(err)
		}
		h := headRow{rows.Number, map[int]string{}}
		for _, c := range rows.Cells {
			if c.Kind == table.CellText && len(c.Text) <= maxHeadName {
				h.cells[c.Column] = strings.Join(strings.Fields(string(c.Text)), " ")
			} else {
				h.cells[c.Column] = "" // something, but no name
			}
		}
		first = append(first, h)
	}
	return first, nil
}

// findHeading finds the row of names; nil where there is none.
func findHeading(first []headRow, expect flusso.Tipo) *heading {
	tipi := []flusso.Tipo{flusso.PSPSASINA, flusso.SINBA}
	if expect == flusso.PSPSASINA || expect == flusso.SINBA {
		tipi = []flusso.Tipo{expect}
	}
	var best *heading
	at := -1
	for i := range first {
		for _, tipo := range tipi {
			h := readHeading(first, i, tipo)
			if len(h.columns) >= leastKnown && (best == nil || len(h.columns) > len(best.columns)) {
				best, at = h, i
			}
		}
	}
	if best != nil && at+1 < len(first) {
		best.second(first[at], first[at+1])
	}
	return best
}

// readHeading takes the i-th row for one of names.
func readHeading(first []headRow, i int, tipo flusso.Tipo) *heading {
	names, row := namesOf[tipo], first[i]
	h := &heading{tipo: tipo, row: row.number}
	for _, column := range columnsOf(row) {
		c := headColumn{column: column, name: row.cells[column]}
		folded := foldName(c.name)
		if i > 0 && first[i-1].number == row.number-1 {
			folded = names.grouped(first[i-1], row, column)
		}
		if c.is(folded, names, tipo); c.info != nil || c.number {
			h.columns = append(h.columns, c)
		} else {
			h.unknown = append(h.unknown, c)
		}
	}
	return h
}

// is finds what the column is by its folded name.
func (c *headColumn) is(folded string, names *columnNames, tipo flusso.Tipo) {
	switch {
	case folded == foldName(rowOrdinal) && tipo == flusso.PSPSASINA:
		c.number = true
	case names.fields[folded] != nil:
		c.info, c.synonym = names.fields[folded], !names.own[folded]
	case names.ambiguous[folded] != nil:
		c.may = names.ambiguous[folded]
	default:
		c.near = names.nearest(folded)
	}
}

// grouped is the folded name of a row's column, that of the group above it before
// it where it needs that.
func (n *columnNames) grouped(above, row headRow, column int) string {
	name := row.cells[column]
	folded := foldName(name)
	if folded == "" || n.fields[folded] != nil {
		return folded
	}
	if with := foldName(groupOver(above, column) + name); n.fields[with] != nil {
		return with
	}
	return folded
}

// groupOver is the name of the group that a column stands in: cells that are
// merged have it in the first of them.
func groupOver(row headRow, column int) string {
	for ; column >= 0; column-- {
		if name, ok := row.cells[column]; ok {
			return name
		}
	}
	return ""
}

// second looks whether the next row has names too: then it tells what the first
// does not. Both must mean the same where both mean something.
func (h *heading) second(above, row headRow) {
	names := namesOf[h.tipo]
	name := func(column int) string { return names.grouped(above, row, column) }
	known := 0
	for column := range row.cells {
		if names.fields[name(column)] != nil {
			known++
		}
	}
	if known < leastKnown || 2*known <= len(row.cells) { // a person may be called Nome
		return
	}
	h.row = row.number
	for i := range h.columns {
		c := &h.columns[i]
		if other := names.fields[name(c.column)]; other != nil && c.info != nil && other.Field != c.info.Field {
			h.unknown = append(h.unknown, headColumn{column: c.column, name: c.name, may: []Field{c.info.Field, other.Field}})
		}
	}
	for i := len(h.unknown) - 1; i >= 0; i-- {
		c := h.unknown[i]
		if c.is(name(c.column), names, h.tipo); c.info != nil || c.number {
			h.unknown, h.columns = slices.Delete(h.unknown, i, i+1), append(h.columns, c)
		}
	}
	for _, column := range columnsOf(row) {
		has := func(c headColumn) bool { return c.column == column }
		if slices.ContainsFunc(h.columns, has) || slices.ContainsFunc(h.unknown, has) {
			continue
		}
		c := headColumn{column: column, name: row.cells[column]}
		if c.is(name(column), names, h.tipo); c.info != nil || c.number {
			h.columns = append(h.columns, c)
		} else {
			h.unknown = append(h.unknown, c)
		}
	}
}

// leaveBesides leaves out the columns that no flow has, by their names. Who proposes
// a layout asks for them as for others.
func (h *heading) leaveBesides() {
	h.unknown = slices.DeleteFunc(h.unknown, func(c headColumn) bool {
		if len(c.may) > 0 || !besides[foldName(c.name)] {
			return false
		}
		h.columns = append(h.columns, headColumn{column: c.column, synonym: true})
		return true
	})
}

func columnsOf(row headRow) []int {
	columns := make([]int, 0, len(row.cells))
	for column := range row.cells {
		columns = append(columns, column)
	}
	slices.Sort(columns)
	return columns
}

// layoutHeading finds the row that has all columns of a layout; nil where there is
// none.
func layoutHeading(first []headRow, l *Layout) *heading {
	if !l.Header {
		return numberedHeading(l)
	}
	var keys []string
	for _, j := range l.Join {
		for _, k := range j.On {
			keys = append(keys, k.Source)
		}
	}
	return mappedHeading(first, l.Flow, l.Columns, l.Ignore, keys)
}

// mappedHeading finds the row that has all of some columns; nil where there is none.
func mappedHeading(first []headRow, tipo flusso.Tipo, mapped []LayoutColumn, ignored, keys []string) *heading {
	for _, row := range first {
		h := &heading{tipo: tipo, row: row.number}
		for _, column := range columnsOf(row) {
			c := headColumn{column: column, name: row.cells[column]}
			same := func(name string) bool { return c.name != "" && sameName(name, c.name) }
			c.key = slices.ContainsFunc(keys, same)
			switch j := slices.IndexFunc(mapped, func(lc LayoutColumn) bool { return same(lc.Source) }); {
			case j >= 0:
				c.info, c.codes, c.year = fieldOf(tipo, mapped[j].Field), mapped[j].Codes, mapped[j].Year
				h.columns = append(h.columns, c)
			case c.key:
				h.columns = append(h.columns, c)
			case !slices.ContainsFunc(ignored, func(name string) bool { return sameName(name, c.name) }):
				h.unknown = append(h.unknown, c)
			default:
				c.name = ""
				h.columns = append(h.columns, c)
			}
		}
		lacksField := slices.ContainsFunc(mapped, func(lc LayoutColumn) bool {
			return !slices.ContainsFunc(h.columns, func(c headColumn) bool { return c.info != nil && c.info.Field == lc.Field })
		})
		lacksKey := slices.ContainsFunc(keys, func(name string) bool {
			return !slices.ContainsFunc(h.columns, func(c headColumn) bool { return sameName(name, c.name) })
		})
		if !lacksField && !lacksKey {
			return h
		}
	}
	return nil
}

func sameName(a, b string) bool { return strings.Join(strings.Fields(a), " ") == b }

// numberedHeading is that of a sheet without a row of names: columns are numbers.
func numberedHeading(l *Layout) *heading {
	h := &heading{tipo: l.Flow}
	for _, c := range l.Columns {
		n, _ := strconv.Atoi(c.Source) // the layout was checked
		h.columns = append(h.columns, headColumn{column: n - 1, info: fieldOf(l.Flow, c.Field), codes: c.Codes, year: c.Year})
	}
	for _, name := range l.Ignore {
		n, _ := strconv.Atoi(name)
		h.columns = append(h.columns, headColumn{column: n - 1})
	}
	return h
}

func fieldOf(tipo flusso.Tipo, f Field) *FieldInfo {
	i := slices.IndexFunc(Fields(tipo), func(info FieldInfo) bool { return info.Field == f })
	return &Fields(tipo)[i]
}
