// Package tables makes tables of counts and amounts in which small numbers do
// not show. It knows codes, not benefits.
//
// A Cube is a run of independent two-way tables, its blocks: rows by columns
// with the totals of both and the grand total. Each cell has records, distinct
// persons and an amount. Nothing links one block to another, because no total
// runs across blocks.
//
// Primary suppression: a cell or total of fewer than k persons, and one in
// which a single person has more than Dominance of the amount. Secondary
// suppression and its audit: see Protect. All three measures of a suppressed
// cell are withheld together. Persons do not add up exactly (one may stand in
// several cells); they are protected as if they did, the worst case.
//
// Cells with no record are not listed and the reader knows them to be zero;
// so every listed cell is at least one, and the audit reckons with it.
//
// What it does not do: p% and (n,k) rules beyond the one dominance, what a
// contributor can work out with its own figure, tables linked by several
// dimensions at once, comparison with another period's table.
//
// Memory: 32 bytes a record until Close, and as much again while it grows. The result depends on the multiset of
// records alone.
package tables

import (
	"cmp"
	"context"
	"encoding/binary"
	"errors"
	"slices"
)

// Total is the code of a total in either dimension; the largest code.
const Total = 1<<16 - 1

// MaxCells bounds the inner cells of one block: secondary suppression is
// linear algebra over them.
const MaxCells = 2048

// Errors of a cube.
var (
	ErrFull  = errors.New("more records than the cube may hold")
	ErrCells = errors.New("too many cells in one table")
)

// Rules are the thresholds.
type Rules struct {
	K         int     // least persons behind a figure
	Dominance float64 // largest share of an amount that one person may have
}

// Cell is one figure of the result.
type Cell struct {
	Block      uint32
	Row, Col   uint16 // Total for a total
	Records    int64
	Persons    int64
	Cents      int64 // the amount, in hundredths of euro
	Suppressed bool
}

// Inner tells a cell from a total.
func (c *Cell) Inner() bool { return c.Row != Total && c.Col != Total }

// Cube holds records until they are counted. It is for one goroutine.
type Cube struct {
	max     int
	records []record
}

type record struct {
	block    uint32
	row, col uint16
	cents    int64
	p0, p1   uint64
}

// New makes an empty cube of at most max records.
func New(max int) *Cube { return &Cube{max: max} }

// Add counts one record of a person in a cell, with its amount.
func (c *Cube) Add(block uint32, row, col uint16, person [16]byte, cents int64) error {
	if len(c.records) >= c.max {
		return ErrFull
	}
	c.records = append(c.records, record{
		block: block, row: row, col: col, cents: cents,
		p0: binary.BigEndian.Uint64(person[:8]), p1: binary.BigEndian.Uint64(person[8:]),
	})
	return nil
}

// Recode replaces the row codes: a dictionary filled in order of appearance
// gets its final order.
func (c *Cube) Recode(to []uint16) {
	for i := range c.records {
		c.records[i].row = to[c.records[i].row]
	}
}

// Close counts, suppresses, audits, and gives every cell and total in order of
// block, row and column, totals last. The cube is empty afterwards.
func (c *Cube) Close(ctx context.Context, rules Rules) ([]Cell, error) {
	records := c.records
	c.records = nil
	slices.SortFunc(records, func(a, b record) int { return cmp.Compare(a.block, b.block) })
	var all []Cell
	for from := 0; from < len(records); {
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		to := from + 1
		for to < len(records) && records[to].block == records[from].block {
			to++
		}
		cells, err := closeBlock(records[from:to], rules)
		if err != nil {
			return nil, err
		}
		all = append(all, cells...)
		from = to
	}
	return all, nil
}

// closeBlock makes one two-way table.
func closeBlock(records []record, rules Rules) ([]Cell, error) {
	cells, primary := count(nil, nil, records, rules, grouping{})
	inner := len(cells)
	if inner > MaxCells {
		return nil, ErrCells
	}
	for _, g := range []grouping{{allCols: true}, {allRows: true}, {true, true}} {
		cells, primary = count(cells, primary, records, rules, g)
	}
	items := make([]Item, len(cells))
	for i := range cells {
		items[i] = Item{Values: []int64{cells[i].Records, cells[i].Persons}, Primary: primary[i]}
		for j := range inner {
			if (cells[i].Row == Total || cells[i].Row == cells[j].Row) && (cells[i].Col == Total || cells[i].Col == cells[j].Col) {
				items[i].Cells = append(items[i].Cells, int32(j))
			}
		}
	}
	Protect(inner, items, int64(rules.K))
	for i := range cells {
		if cells[i].Suppressed = items[i].Suppressed; cells[i].Suppressed && !cells[i].Inner() {
			cells[i].Records, cells[i].Persons, cells[i].Cents = 0, 0, 0
		}
	}
	slices.SortFunc(cells, func(a, b Cell) int {
		return cmp.Or(cmp.Compare(a.Row, b.Row), cmp.Compare(a.Col, b.Col))
	})
	return cells, nil
}

// grouping says which dimensions are summed over.
type grouping struct{ allRows, allCols bool }

// at is the cell that a record counts in.
func (g grouping) at(r *record) (row, col uint16) {
	row, col = r.row, r.col
	if g.allRows {
		row = Total
	}
	if g.allCols {
		col = Total
	}
	return row, col
}

// compare orders records by cell, then person.
func (g grouping) compare(a, b *record) int {
	ar, ac := g.at(a)
	br, bc := g.at(b)
	if c := cmp.Compare(uint32(ar)<<16|uint32(ac), uint32(br)<<16|uint32(bc)); c != 0 {
		return c
	}
	if c := cmp.Compare(a.p0, b.p0); c != 0 {
		return c
	}
	return cmp.Compare(a.p1, b.p1)
}

// count appends the figures of one grouping and whether each is primary.
func count(cells []Cell, primary []bool, records []record, rules Rules, g grouping) ([]Cell, []bool) {
	slices.SortFunc(records, func(a, b record) int { return g.compare(&a, &b) })
	for from := 0; from < len(records); {
		row, col := g.at(&records[from])
		cell := Cell{Block: records[from].block, Row: row, Col: col}
		var one, top, size int64 // amount of one person, of the largest, of all without sign
		to := from
		for ; to < len(records); to++ {
			r := &records[to]
			if r2, c2 := g.at(r); r2 != row || c2 != col {
				break
			}
			if to == from || r.p0 != records[to-1].p0 || r.p1 != records[to-1].p1 {
				cell.Persons++
				one = 0
			}
			cell.Records++
			cell.Cents += r.cents
			one += abs(r.cents)
			size += abs(r.cents)
			top = max(top, one)
		}
		cells = append(cells, cell)
		dominated := size > 0 && float64(top) > rules.Dominance*float64(size)
		primary = append(primary, cell.Persons < int64(rules.K) || dominated)
		from = to
	}
	return cells, primary
}

func abs(n int64) int64 {
	if n < 0 {
		return -n
	}
	return n
}
