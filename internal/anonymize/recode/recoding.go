package recode

// Recoding says what becomes of every tuple: the class it is published in, or
// that it is suppressed. Made by Global.Recoding and Tree.Recode.
type Recoding struct {
	t       *Tuples
	classes []class
	of      []uint32 // tuple -> class; suppressed
}

// class is the rows that are published with the same values.
type class struct {
	levels []uint8  // by attribute
	codes  []uint32 // at those levels
	rows   int64
}

const suppressed = ^uint32(0)

// Recoding applies the levels found to the tuples they were found for.
func (g *Global) Recoding(t *Tuples, c Criteria) *Recoding {
	levels := make([]uint8, len(g.Levels))
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
		if ok, _ := j.passes(uint64(classes.counts[i]), classes.histogram(i)); !ok {
			published[i] = suppressed
			continue
		}
		published[i] = uint32(len(r.classes))
		codes := make([]uint32, len(levels))
		for a, f := range t.fields {
			codes[a] = f.get(k)
		}
		r.classes = append(r.classes, class{levels, codes, int64(classes.counts[i])})
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

// Rows recodes rows of the table that the tuples were counted from: columns holds,
// for each attribute, the leaf code of each row, and out gets the places of what
// is published in Labels. lost tells which rows are suppressed.
func (r *Recoder) Rows(n int, columns, out [][]uint32, lost []bool) {
	for row := range n {
		var k key
		for a, f := range r.t.fields {
			if code := uint64(columns[a][row]) << f.shift; f.low {
				k.lo |= code
			} else {
				k.hi |= code
			}
		}
		values := r.values[r.of[r.index.find(k)]]
		for a := range out {
			out[a][row] = values[a]
		}
		lost[row] = &values[0] == &r.values[len(r.values)-1][0]
	}
}

// Recoder recodes rows by a Recoding. It is for one goroutine at a time.
type Recoder struct {
	*Recoding
	index  *counter   // tuples by key
	of     []uint32   // tuple -> values
	values [][]uint32 // by class, the last of what is suppressed: places in Labels
}

// Recoder prepares for recoding rows; it takes as much memory as the tuples.
func (r *Recoding) Recoder() *Recoder {
	d := &Recoder{Recoding: r, index: newCounter(0)}
	d.index.reset(r.t.Len())
	for _, k := range r.t.keys {
		d.index.find(k)
	}
	for _, c := range r.of {
		d.of = append(d.of, min(c, uint32(len(r.classes))))
	}
	nothing := make([]uint32, len(r.t.attributes))
	for a := range nothing {
		nothing[a] = uint32(len(r.Labels(a)) - 1)
	}
	for _, c := range r.classes {
		values := make([]uint32, len(c.codes))
		for a, code := range c.codes {
			for _, below := range r.t.attributes[a].Hierarchy.levels[:c.levels[a]] {
				values[a] += uint32(len(below.values))
			}
			values[a] += code
		}
		d.values = append(d.values, values)
	}
	d.values = append(d.values, nothing)
	return d
}
