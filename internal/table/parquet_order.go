package table

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
)

// order holds rows to the order that a file declares (sorting_columns): a reader
// that trusts it would answer wrongly where it is not kept, and no statistic would
// tell. Rows rise by these leaves, by the first of them first; what is missing
// comes before all values, and texts go by their bytes.
type order struct {
	by   []*leafEncoder
	last []orderValue // of the row before, one for each leaf; empty before the first
}

type orderValue struct {
	null bool
	num  int64
	text []byte
}

// orderBy finds the leaves of the columns of these names, which hold single values.
func orderBy(all []*leafEncoder, names []string) (o order, err error) {
	for _, name := range names {
		place := slices.IndexFunc(all, func(e *leafEncoder) bool {
			return e.outer == nil && e.column.Kind != Strings && e.column.Name == name
		})
		if place < 0 {
			return order{}, fmt.Errorf("rows sorted by column %s: there is none, or not of single values", name)
		}
		all[place].indexed = true
		o.by = append(o.by, all[place])
	}
	return o, nil
}

// check refuses a chunk whose rows are in another order, among themselves or
// behind those of the chunk before.
func (o *order) check(c *Chunk) error {
	if len(o.by) == 0 || c.rows == 0 {
		return nil
	}
	if len(o.last) > 0 && o.compareLast(c) > 0 {
		return o.broken()
	}
	for row := 1; row < c.rows; row++ {
		for _, e := range o.by {
			d := e.compareNext(&c.Columns[e.place], row)
			if d > 0 {
				return o.broken()
			}
			if d < 0 {
				break
			}
		}
	}
	o.keep(c)
	return nil
}

func (o *order) broken() error {
	return fmt.Errorf("%w: rows that are not in the order declared", ErrValues)
}

// compareNext compares the row before with this one. Most texts have the code of
// the one before.
func (e *leafEncoder) compareNext(v *Values, row int) int {
	switch {
	case v.Null[row-1] || v.Null[row]:
		return cmp.Compare(bit(!v.Null[row-1]), bit(!v.Null[row]))
	case v.Kind != String:
		return cmp.Compare(v.Num[row-1], v.Num[row])
	case v.vocabulary != nil && v.codes[row-1] == v.codes[row]:
		return 0
	}
	return bytes.Compare(e.textIn(v, row-1), e.textIn(v, row))
}

// textIn is a text of the chunk at hand: its vocabulary may grow meanwhile.
func (e *leafEncoder) textIn(v *Values, row int) []byte {
	if v.vocabulary != nil {
		return e.words.at(int(v.codes[row]))
	}
	return v.texts.at(row)
}

// compareLast compares the last row of the chunk before with the first of this.
func (o *order) compareLast(c *Chunk) int {
	for i, e := range o.by {
		v, last := &c.Columns[e.place], &o.last[i]
		d := 0
		switch {
		case last.null || v.Null[0]:
			d = cmp.Compare(bit(!last.null), bit(!v.Null[0]))
		case v.Kind == String:
			d = bytes.Compare(last.text, e.textIn(v, 0))
		default:
			d = cmp.Compare(last.num, v.Num[0])
		}
		if d != 0 {
			return d
		}
	}
	return 0
}

// keep copies the last row: the chunk's memory is used again.
func (o *order) keep(c *Chunk) {
	o.last = sized(o.last, len(o.by))
	row := c.rows - 1
	for i, e := range o.by {
		v, last := &c.Columns[e.place], &o.last[i]
		switch last.null = v.Null[row]; {
		case last.null:
		case v.Kind == String:
			last.text = append(last.text[:0], e.textIn(v, row)...)
		default:
			last.num = v.Num[row]
		}
	}
}
