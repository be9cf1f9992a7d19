package rowsort

import (
	"bytes"
	"context"

	"flussi/internal/scratch"
)

// Each gives every row in order, once; a row is valid until f returns. Rows are
// gone afterwards.
func (r *Rows) Each(ctx context.Context, f func(row []byte) error) error {
	if err := r.settle(); err != nil {
		return err
	}
	r.filling.sort(r.key)
	r.runs = append(r.runs, r.filling)
	r.filling, r.spare = &run{}, nil
	m := merge{key: r.key}
	for n, run := range r.runs {
		c := &cursor{run: run, box: &r.box, number: n}
		more, err := c.next()
		if err != nil {
			return err
		}
		if more {
			m.cursors = append(m.cursors, c)
		}
	}
	r.runs = nil
	for i := len(m.cursors)/2 - 1; i >= 0; i-- {
		m.down(i)
	}
	for n := 0; len(m.cursors) > 0; n++ {
		if n%8192 == 0 && ctx.Err() != nil {
			return context.Cause(ctx)
		}
		c := m.cursors[0]
		if err := f(c.row); err != nil {
			return err
		}
		more, err := c.next()
		if err != nil {
			return err
		}
		if !more {
			last := len(m.cursors) - 1
			m.cursors[0], m.cursors = m.cursors[last], m.cursors[:last]
		}
		m.down(0)
	}
	return nil
}

// cursor is where the merge stands in a run.
type cursor struct {
	run    *run
	box    *scratch.Box
	number int // of the run
	at     int // of the next row in run.index, of the next block in run.places
	block  []byte
	rest   []byte // of block
	entry  entry  // of row; its place means nothing
	row    []byte
}

// next moves to the next row; false at the end.
func (c *cursor) next() (more bool, err error) {
	if c.run.places == nil {
		if c.at == len(c.run.index) {
			return false, nil
		}
		c.entry = c.run.index[c.at]
		c.row = c.run.row(c.entry)
		c.at++
		return true, nil
	}
	if len(c.rest) == 0 {
		if c.at == len(c.run.places) {
			return false, nil
		}
		if c.block, err = c.box.Get(c.run.places[c.at], c.block); err != nil {
			return false, err
		}
		c.rest = c.block
		c.at++
	}
	var size int
	c.row, size = firstRow(c.rest)
	c.rest = c.rest[size:]
	c.entry = newEntry(c.row, 0)
	return true, nil
}

// merge is a heap of cursors, the one with the first row in front.
type merge struct {
	key     int
	cursors []*cursor
}

func (m *merge) before(a, b *cursor) bool {
	if earlier, decides := a.entry.before(&b.entry); decides {
		return earlier
	}
	if c := bytes.Compare(a.row[prefixBytes:m.key], b.row[prefixBytes:m.key]); c != 0 {
		return c < 0
	}
	return a.number < b.number
}

func (m *merge) down(i int) {
	for {
		first := i
		for child := 2*i + 1; child <= 2*i+2 && child < len(m.cursors); child++ {
			if m.before(m.cursors[child], m.cursors[first]) {
				first = child
			}
		}
		if first == i {
			return
		}
		m.cursors[i], m.cursors[first] = m.cursors[first], m.cursors[i]
		i = first
	}
}
