package recode

import "slices"

// Recoder recodes rows by a Recoding. It is for one goroutine at a time.
type Recoder struct {
	r      *Recoding
	gives  [][]key    // of a Global: by attribute and leaf, its part of a key
	labels [][]uint32 // of a Global: by attribute and leaf
	nodes  []uint32   // of a Tree: by node that publishes, and attribute
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
		if r.tree != nil {
			break
		}
		x, h := &r.t.axes[a], attribute.Hierarchy
		gives, labels := make([]key, h.Leaves()), make([]uint32, h.Leaves())
		for leaf := range gives {
			x.set(&gives[leaf], x.first[r.levels[a]][x.place[leaf]])
			labels[leaf] = label(h, r.levels[a], uint32(leaf))
		}
		d.gives, d.labels = append(d.gives, gives), append(d.labels, labels)
	}
	if r.tree != nil {
		for n := range r.tree.nodes {
			for a, attribute := range r.t.attributes {
				node, place := &r.tree.nodes[n], uint32(0)
				for _, below := range attribute.Hierarchy.levels[:node.levels[a]] {
					place += uint32(len(below.values))
				}
				d.nodes = append(d.nodes, place+node.codes[a])
			}
		}
	}
	return d
}

// Clone gives a Recoder for another goroutine, which shares the memory.
func (d *Recoder) Clone() *Recoder {
	return &Recoder{r: d.r, gives: d.gives, labels: d.labels, nodes: d.nodes}
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
		for a := range out {
			if lost[row] {
				out[a][row] = d.r.suppressed(a)
			} else {
				out[a][row] = d.nodes[int(end)*len(out)+a]
			}
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
