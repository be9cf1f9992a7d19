package dataset

import (
	"crypto/sha256"
	"encoding/binary"
	"slices"

	"flussi/internal/table"
)

// classes counts, from published rows alone, how many are alike in every
// column of role quasi; where a column tells persons apart, how many persons are
// alike in all their rows. What it takes for a class is what anybody who holds the
// files takes for one: it knows nothing of how the rows were made. It needs
// some 60 bytes a class, 24 for each row with a code, and 4 for each value of a
// sensitive column in each class.
type classes struct {
	k         int64
	quasi     []int // places of columns
	sensitive []*sensitive
	person    int      // the column that tells persons apart; -1 where rows do not
	people    *persons // nil where rows do not
	number    map[[16]byte]int
	rows      []int64 // by class of rows alike
	key       []byte
	begins    []bool // rows of a chunk
	total     int64
}

func newClasses(columns []table.ColumnInfo, k int) *classes {
	c := &classes{k: int64(k), person: -1, number: map[[16]byte]int{}}
	for i, column := range columns {
		switch column.Role {
		case table.RoleQuasi:
			c.quasi = append(c.quasi, i)
		case table.RoleSensitive:
			c.sensitive = append(c.sensitive, newSensitive(i, column))
		case table.RolePerson:
			c.person, c.people = i, &persons{}
		}
	}
	return c
}

func (c *classes) add(chunk *table.Chunk, from, to int) {
	n := 0
	var published [16]byte
	c.begin(chunk, from, to)
	for row := from; row < to; row++ {
		if c.begins[row-from] { // rows come sorted, mostly
			c.key = c.key[:0]
			for _, i := range c.quasi {
				c.key = appendValue(c.key, &chunk.Columns[i], row)
			}
			published = shortHash(c.key)
			n = c.find(published)
		}
		c.rows[n]++
		c.total++
		for _, one := range c.sensitive {
			one.add(n, chunk, row)
		}
		if c.people != nil {
			c.key = appendValue(c.key[:0], &chunk.Columns[c.person], row)
			c.people.add(hashOfCode(c.key), published)
		}
	}
}

// begin finds, of the rows [from, to), those that are not of the class of the one
// before them, column by column.
func (c *classes) begin(chunk *table.Chunk, from, to int) {
	c.begins = slices.Grow(c.begins[:0], to-from)[:to-from]
	clear(c.begins)
	for _, i := range c.quasi {
		chunk.Columns[i].MarkChanges(from, to, c.begins)
	}
	if len(c.begins) > 0 {
		c.begins[0] = true
	}
}

func (c *classes) find(key [16]byte) int {
	n, ok := c.number[key]
	if !ok {
		n = len(c.rows)
		c.number[key] = n
		c.rows = append(c.rows, 0)
	}
	return n
}

// sizes gives of each class how many stand behind it, persons where they can be
// told, else rows; and its rows.
func (c *classes) sizes(yield func(size, rows int64)) {
	if c.people == nil {
		for _, rows := range c.rows {
			yield(rows, rows)
		}
		return
	}
	for _, one := range c.people.classes() {
		yield(one.persons, one.rows)
	}
}

// counted is what was found.
func (c *classes) counted() Published {
	p := Published{Rows: c.total, Bands: []Band{}}
	c.sizes(func(size, rows int64) {
		p.Classes++
		if p.Smallest == 0 || size < p.Smallest {
			p.Smallest = size
		}
		p.band(c.k, size, rows)
	})
	for _, one := range c.sensitive {
		p.Diversity = append(p.Diversity, one.diversity())
	}
	slices.SortFunc(p.Bands, func(a, b Band) int { return int(a.From - b.From) })
	return p
}

func (c *classes) findings() (found []Finding) {
	if n := c.small(); n > 0 {
		what := textSmallClasses
		if c.people != nil {
			what = textSmallUnits
		}
		found = append(found, finding(what, hintUnsafe, n, c.k))
	}
	for _, one := range c.sensitive {
		if n := one.unanimous(); n > 0 {
			found = append(found, finding(textUnanimous, hintUnsafe, n, one.name))
		}
	}
	return found
}

// small is how many classes are smaller than k.
func (c *classes) small() (n int64) {
	c.sizes(func(size, _ int64) {
		if size < c.k {
			n++
		}
	})
	return n
}

// appendValue appends a value so that no two rows of values look alike.
func appendValue(b []byte, v *table.Values, row int) []byte {
	switch {
	case v.Null[row]:
		return append(b, 'n')
	case v.Kind == table.String:
		return appendText(b, v.Text(row))
	}
	return binary.BigEndian.AppendUint64(append(b, 'i'), uint64(v.Num[row]))
}

func appendText(b, text []byte) []byte {
	return append(binary.AppendUvarint(append(b, 't'), uint64(len(text))), text...)
}

func shortHash(b []byte) [16]byte {
	sum := sha256.Sum256(b)
	return [16]byte(sum[:16])
}
