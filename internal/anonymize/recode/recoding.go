package recode

import "slices"

// Recoding says what becomes of every tuple: the class it is published in, or
// that it is suppressed. Made by Global.Recoding and Tree.Recode.
type Recoding struct {
	t       *Tuples
	of      []uint32 // tuple -> class; suppressed
	classes []int64  // rows of each class
	// levels and codes are how a class is published: as many of each as there are
	// attributes.
	levels []uint8
	codes  []uint32
}

const suppressed = ^uint32(0)

// add makes a class and gives its number.
func (r *Recoding) add(rows int64, levels []uint8, codes []uint32) uint32 {
	r.classes = append(r.classes, rows)
	r.levels, r.codes = append(r.levels, levels...), append(r.codes, codes...)
	return uint32(len(r.classes) - 1)
}

// value is how a class publishes an attribute: the code at a level.
func (r *Recoding) value(class, attribute int) (level int, code uint32) {
	at := class*len(r.t.attributes) + attribute
	return int(r.levels[at]), r.codes[at]
}

// Recoding applies the levels found to the tuples they were found for.
func (g *Global) Recoding(t *Tuples, c Criteria) *Recoding {
	levels, codes := make([]uint8, len(g.Levels)), make([]uint32, len(g.Levels))
	classes := newCounter(t.stride)
	of := make([]uint32, t.Len())
	for i, k := range t.keys {
		for a, level := range g.Levels {
			levels[a] = uint8(level)
			t.fields[a].set(&k, t.attributes[a].Hierarchy.levels[level].of[t.fields[a].get(k)])
		}
		classes.add(k, t.counts[i], t.histogram(i))
		of[i] = uint32(classes.find(k))
	}
	r, j := &Recoding{t: t, of: of}, newJudge(&c, t)
	published := make([]uint32, len(classes.keys))
	for i, k := range classes.keys {
		published[i] = suppressed
		if ok, _ := j.passes(uint64(classes.counts[i]), classes.histogram(i)); ok {
			for a, f := range t.fields {
				codes[a] = f.get(k)
			}
			published[i] = r.add(int64(classes.counts[i]), levels, codes)
		}
	}
	for i, c := range of {
		of[i] = published[c]
	}
	return r
}

// Labels are the values that an attribute may be published with: those of all
// its levels, the finest first, and last Any, for a row that is suppressed.
func (r *Recoding) Labels(attribute int) (labels []string) {
	for _, level := range r.t.attributes[attribute].Hierarchy.levels {
		labels = append(labels, level.values...)
	}
	return append(labels, Any)
}

// Recoder recodes rows by a Recoding. It is for one goroutine at a time.
type Recoder struct {
	r      *Recoding
	index  *counter // the tuples', with slots
	values []uint32 // by class and attribute, the last class what is suppressed: places in Labels
	keys   []key    // scratch
}

// Recoder prepares for recoding rows of the table that the tuples were counted
// from; it takes six to twelve bytes a tuple.
func (r *Recoding) Recoder() *Recoder {
	d := &Recoder{r: r, index: &counter{keys: r.t.keys}}
	slots := 1 << 10
	for slots*3 < 4*len(r.t.keys) {
		slots *= 2
	}
	d.index.index(slots)
	for c := range r.classes {
		for a := range r.t.attributes {
			level, place := r.value(c, a)
			for _, below := range r.t.attributes[a].Hierarchy.levels[:level] {
				place += uint32(len(below.values))
			}
			d.values = append(d.values, place)
		}
	}
	for a := range r.t.attributes {
		d.values = append(d.values, uint32(len(r.Labels(a))-1))
	}
	return d
}

// Clone gives a Recoder for another goroutine, which shares the memory.
func (d *Recoder) Clone() *Recoder { return &Recoder{r: d.r, index: d.index, values: d.values} }

// Rows recodes n rows: columns holds, for each attribute, the leaf code of each
// row, and out gets the places of what is published in Labels. lost tells which
// rows are suppressed. A row that the tuples do not have is.
func (d *Recoder) Rows(n int, columns, out [][]uint32, lost []bool) {
	d.keys = slices.Grow(d.keys[:0], n)[:n]
	packRows(d.r.t.fields, columns, d.keys)
	for row, k := range d.keys {
		class := uint32(len(d.r.classes))
		if tuple, _ := d.index.look(k); tuple >= 0 {
			class = min(class, d.r.of[tuple])
		}
		lost[row] = int(class) == len(d.r.classes)
		values := d.values[int(class)*len(out):][:len(out)]
		for a, v := range values {
			out[a][row] = v
		}
	}
}
