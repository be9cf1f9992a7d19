package dataset

import (
	"strconv"

	"flussi/internal/flusso"
	"flussi/internal/table"
)

// cells judges a table from its published rows alone: no published cell has
// fewer than k persons, a suppressed one says nothing, and none follows from the
// published ones (check_span.go). That an interval is wide enough, too, is judged
// before publication (package anonymize/tables).
type cells struct {
	dimensions, measures []int // places of columns
	persons              int
	totals               []string // by dimension: the value that stands for all; empty where none does
	rows                 []cell
	tell                 int64 // suppressed cells that say something
	small                int64 // published cells of fewer than k persons
	k                    int64
	found                Published
}

type cell struct {
	at         []string // by dimension
	suppressed bool
}

func newCells(columns []table.ColumnInfo, k int) *cells {
	c := &cells{k: int64(k), persons: -1}
	for i, column := range columns {
		switch column.Role {
		case table.RoleDimension:
			c.dimensions, c.totals = append(c.dimensions, i), append(c.totals, column.Any)
		case table.RoleMeasure:
			c.measures = append(c.measures, i)
		case table.RolePersons:
			c.persons = i
		}
	}
	return c
}

func (c *cells) add(chunk *table.Chunk, from, to int) {
	for row := from; row < to; row++ {
		var one cell
		inner := true
		for j, i := range c.dimensions {
			value := cellValue(&chunk.Columns[i], row)
			one.at = append(one.at, value)
			inner = inner && (c.totals[j] == "" || value != c.totals[j])
		}
		persons := &chunk.Columns[c.persons]
		one.suppressed = persons.Null[row]
		for _, i := range c.measures {
			if one.suppressed && !chunk.Columns[i].Null[row] {
				c.tell++
			}
		}
		c.found.Rows++
		if !one.suppressed {
			if n := persons.Num[row]; n < c.k {
				c.small++
			} else if c.found.Smallest == 0 || n < c.found.Smallest {
				c.found.Smallest = n
			}
		}
		cells, suppressed := &c.found.Totals, &c.found.SuppressedTotals
		if inner {
			cells, suppressed = &c.found.Cells, &c.found.SuppressedCells
		}
		*cells++
		if one.suppressed {
			*suppressed++
		}
		c.rows = append(c.rows, one)
	}
}

func (c *cells) counted() Published { return c.found }

func (c *cells) findings() (found []Finding) {
	for _, f := range []struct {
		n    int64
		what flusso.Text
	}{{c.small, textSmallCells}, {c.tell, textCellsTell}, {c.recomputable(), textRecomputable}} {
		if f.n > 0 {
			found = append(found, finding(f.what, hintUnsafe, f.n, c.k))
		}
	}
	return found
}

func cellValue(v *table.Values, row int) string {
	switch {
	case v.Null[row]:
		return "\x00" // no text of ours
	case v.Kind == table.String:
		return string(v.Text(row))
	}
	return strconv.FormatInt(v.Num[row], 10)
}

func cellKey(at []string) string {
	var b []byte
	for _, s := range at {
		b = appendText(b, []byte(s))
	}
	return string(b)
}
