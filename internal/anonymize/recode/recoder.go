package recode

import "slices"

// Recoder recodes rows by a Recoding. It is for one goroutine at a time.
type Recoder struct {
	r      *Recoding
	gives  [][]key    // of a Global: by attribute and leaf, its part of a key
	labels [][]uint32 // of a Global: by attribute and leaf
	below  [][]uint32 // of a Tree: by attribute and level, the labels of finer levels
	keys   []key      // scratch
}

// columnsRow is one row of columns of leaf codes.
type columnsRow struct {
	columns [][]uint32
	row     int
}

func (c columnsRow) leaf(a int16) uint32 { return c.columns[a][c.row] }

// Recoder prepares for recoding rows of the table that the tuples were counted
// from.
func (r *Recoding) Recoder() *Recoder {
	d := &Recoder{r: r}
	for a, attribute := range r.t.attributes {
		x, h := &r.t.axes[a], attribute.Hierarchy
		if r.tree != nil {
			below, n := []uint32(nil), uint32(0)
			for _, level := range h.levels {
				below, n = append(below, n), n+uint32(len(level.values))
			}
			d.below = append(d.below, below)
			continue
		}
		gives, labels := make([]key, h.Leaves()), make([]uint32, h.Leaves())
		for leaf := range gives {
			x.set(&gives[leaf], x.first[r.levels[a]][x.place[leaf]])
			labels[leaf] = label(h, r.levels[a], uint32(leaf))
		}
		d.gives, d.labels = append(d.gives, gives), append(d.labels, labels)
	}
	return d
}

// Clone gives a Recoder for another goroutine, which shares the memory.
func (d *Recoder) Clone() *Recoder {
	return &Recoder{r: d.r, gives: d.gives, labels: d.labels, below: d.below}
}

// Rows recodes n rows: columns holds, for each attribute, the leaf code of each
// row, and out gets the places of what is published in Labels. lost tells which
// rows are suppressed. A row of a class that the tuples do not have is.
func (d *Recoder) Rows(n int, columns, out [][]uint32, lost []bool) {
	if d.r.tree != nil {
		d.byTree(n, columns, out, lost)
		return
	}
	d.keys = slices.Grow(d.keys[:0], n)[:n]
	clear(d.keys)
	for a, gives := range d.gives {
		for row, code := range columns[a][:n] {
			d.keys[row].hi |= gives[code].hi
			d.keys[row].lo |= gives[code].lo
		}
	}
	for row, k := range d.keys {
		place, _ := d.r.published.look(k)
		lost[row] = place < 0
	}
	for a, labels := range d.labels {
		any := d.r.suppressed(a)
		for row, code := range columns[a][:n] {
			if out[a][row] = labels[code]; lost[row] {
				out[a][row] = any
			}
		}
	}
}

func (d *Recoder) byTree(n int, columns, out [][]uint32, lost []bool) {
	for row := range n {
		end := d.r.ends[locate(d.r.tree, columnsRow{columns, row})]
		lost[row] = end == nowhere
		if lost[row] {
			for a := range out {
				out[a][row] = d.r.suppressed(a)
			}
			continue
		}
		levels, codes := d.r.tree.region(end)
		for a, below := range d.below {
			out[a][row] = below[levels[a]] + codes[a]
		}
	}
}

// suppressed is the place in Labels of what a suppressed row has.
func (r *Recoding) suppressed(attribute int) (place uint32) {
	for _, level := range r.t.attributes[attribute].Hierarchy.levels {
		place += uint32(len(level.values))
	}
	return place
}
