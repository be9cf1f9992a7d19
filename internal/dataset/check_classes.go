package dataset

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"slices"

	"flussi/internal/table"
)

// classes counts, from published rows alone, how many are alike in every
// column of role quasi. What it takes for a class is what anybody who holds the
// files takes for one: it knows nothing of how the rows were made. It needs
// some 60 bytes a class and, where rows name persons, as much for each.
type classes struct {
	k             int64
	quasi         []int // places of columns
	sensitive     []*sensitive
	person        int // -1 where rows do not name persons
	number        map[[16]byte]int
	rows, persons []int64           // by class
	seen          map[[16]byte]bool // a person in a class
	key           []byte
	total         int64
}

func newClasses(columns []table.ColumnInfo, k int) *classes {
	c := &classes{k: int64(k), person: -1, number: map[[16]byte]int{}, seen: map[[16]byte]bool{}}
	for i, column := range columns {
		switch column.Role {
		case table.RoleQuasi:
			c.quasi = append(c.quasi, i)
		case table.RoleSensitive:
			c.sensitive = append(c.sensitive, newSensitive(i, column))
		case table.RolePerson:
			c.person = i
		}
	}
	return c
}

func (c *classes) add(chunk *table.Chunk) {
	n := 0
	for row := range chunk.Rows() {
		if row == 0 || !c.alike(chunk, row) { // rows come sorted, mostly
			c.key = c.key[:0]
			for _, i := range c.quasi {
				c.key = appendValue(c.key, &chunk.Columns[i], row)
			}
			n = c.find(shortHash(c.key))
		}
		c.rows[n]++
		c.total++
		for _, one := range c.sensitive {
			one.add(n, chunk, row)
		}
		if c.person >= 0 {
			c.key = binary.BigEndian.AppendUint64(c.key[:0], uint64(n))
			if who := shortHash(appendValue(c.key, &chunk.Columns[c.person], row)); !c.seen[who] {
				c.seen[who] = true
				c.persons[n]++
			}
		}
	}
}

// alike tells whether a row is of the class of the one before it.
func (c *classes) alike(chunk *table.Chunk, row int) bool {
	for _, i := range c.quasi {
		v := &chunk.Columns[i]
		switch {
		case v.Null[row] != v.Null[row-1]:
			return false
		case v.Kind == table.String && !bytes.Equal(v.Text(row), v.Text(row-1)), v.Kind != table.String && v.Num[row] != v.Num[row-1]:
			return false
		}
	}
	return true
}

func (c *classes) find(key [16]byte) int {
	n, ok := c.number[key]
	if !ok {
		n = len(c.rows)
		c.number[key] = n
		c.rows, c.persons = append(c.rows, 0), append(c.persons, 0)
	}
	return n
}

// size is how many stand behind a class: persons where they can be told, else
// rows.
func (c *classes) size(n int) int64 {
	if c.person >= 0 {
		return c.persons[n]
	}
	return c.rows[n]
}

// counted is what was found.
func (c *classes) counted() Published {
	p := Published{Rows: c.total, Classes: int64(len(c.rows)), Bands: []Band{}}
	for n, rows := range c.rows {
		size := c.size(n)
		if p.Smallest == 0 || size < p.Smallest {
			p.Smallest = size
		}
		p.band(c.k, size, rows)
	}
	for _, one := range c.sensitive {
		p.Diversity = append(p.Diversity, one.diversity())
	}
	slices.SortFunc(p.Bands, func(a, b Band) int { return int(a.From - b.From) })
	return p
}

func (c *classes) findings() (found []Finding) {
	if n := c.small(); n > 0 {
		found = append(found, finding(textSmallClasses, hintUnsafe, n, c.k))
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
	for i := range c.rows {
		if c.size(i) < c.k {
			n++
		}
	}
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
