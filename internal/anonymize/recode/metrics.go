package recode

import (
	"math"
)

// Utility says how much of a table's worth a recoding keeps. All but the class
// sizes are from 0 (nothing) to 1 (everything).
type Utility struct {
	Loss        float64 // 0 for nothing lost; see loss.go
	Granularity float64 // one minus the mean share of the leaves under a value (Iyengar, KDD 2002)
	// Entropy is non-uniform entropy (Gionis and Tassa, TKDE 2009): one minus the
	// bits lost, of those that suppressing everything would lose. The frequency of
	// a published value is that of the rows whose own value lies under it.
	Entropy        float64
	Columns        []Column // by attribute
	Discernibility float64  // sum over rows of the size of their class; of the table, where suppressed
	AverageClass   float64  // rows in a published class
}

// Column is the part of one attribute.
type Column struct {
	Name                 string
	Granularity, Entropy float64
}

// Risk says how well somebody who knows a person's quasi-identifiers, and that
// the person is in the table, finds the row (El Emam, "Guide to the
// De-Identification of Personal Health Information", 2013). Without a larger
// population the journalist's risk is the prosecutor's.
type Risk struct {
	ProsecutorMax float64 // of the row most at risk: one over the smallest class
	Marketer      float64 // mean over all rows: the share of them found
	Uniques       int64   // rows that stand alone
}

// Classes are the sizes of the published classes, ascending: rows, or persons
// where they are counted.
func (r *Recoding) Classes() []int64 { return r.classes }

// Suppressed is the number of rows that are not published.
func (r *Recoding) Suppressed() int64 { return r.lost }

// Before is the risk of the table as it came, After that of what is published.
// Where persons are counted, a row is a person's once for each combination.
func (t *Tuples) Before() Risk { return t.risk }

// After is the risk of what is published.
func (r *Recoding) After() Risk { return risk(r.classes) }

func risk(ascending []int64) (risk Risk) {
	rows := int64(0)
	for _, n := range ascending {
		rows += n
		if n == 1 {
			risk.Uniques++
		}
	}
	if rows > 0 {
		risk.ProsecutorMax = 1 / float64(ascending[0])
		risk.Marketer = float64(len(ascending)) / float64(rows)
	}
	return risk
}

// Utility measures a recoding.
func (r *Recoding) Utility() Utility {
	t := r.t
	u := Utility{}
	x := make(extent, len(t.attributes))
	for a, attribute := range t.attributes {
		h, axis := attribute.Hierarchy, &t.axes[a]
		for level, rows := range r.spread[a] {
			for place, n := range rows {
				under := uint64(h.Leaves())
				if level < len(h.levels) {
					under = h.levels[level].under[axis.code(h, level, uint32(place))]
				}
				x[a] += n * under
			}
		}
		one := Tuples{attributes: t.attributes[a : a+1], rows: t.rows}
		u.Columns = append(u.Columns, Column{attribute.Name, one.granularity(x[a : a+1]), 0})
	}
	u.Loss, u.Granularity = t.loss(x), t.granularity(x)
	bits, all := 0.0, 0.0
	for a := range t.attributes {
		b, whole := r.bits(a)
		u.Columns[a].Entropy = kept(b, whole)
		bits, all = bits+b, all+whole
	}
	u.Entropy = kept(bits, all)
	u.Discernibility = float64(r.squares) + float64(r.lost)*float64(t.rows)
	if len(r.classes) > 0 {
		u.AverageClass = float64(t.rows-r.lost) / float64(len(r.classes))
	}
	return u
}

func kept(lost, all float64) float64 {
	if all == 0 {
		return 1
	}
	return 1 - lost/all
}

// bits is how many bits of an attribute are lost, and how many there are.
func (r *Recoding) bits(attribute int) (lost, all float64) {
	t, h := r.t, r.t.attributes[attribute].Hierarchy
	x, rows := &t.axes[attribute], r.spread[attribute]
	leaf := t.leaves[attribute]
	for l, at := range rows {
		under := []uint64{uint64(t.rows)}
		if l < len(h.levels) {
			under = make([]uint64, len(h.levels[l].values))
			for place, n := range leaf {
				under[x.code(h, l, uint32(place))] += n
			}
		}
		for place, n := range at {
			if n == 0 {
				continue
			}
			published := under[0]
			if l < len(h.levels) {
				published = under[x.code(h, l, uint32(place))]
			}
			lost -= float64(n) * math.Log2(float64(leaf[place])/float64(published))
			all -= float64(n) * math.Log2(float64(leaf[place])/float64(t.rows))
		}
	}
	return lost, all
}
