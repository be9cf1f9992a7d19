package tables

import (
	"maps"
	"slices"
)

// polytope is every table of hidden inner cells, each at least one, that
// agrees with what is published, in dictionary form: basic = constant +
// sum of coefficients times nonbasic, all in terms of what a cell has above
// one, and nonbasic ones at zero. It is walked by the simplex method in whole
// numbers: the sums of a table with margins are totally unimodular, every
// pivot is 1 or -1 and every vertex a table of whole numbers, so that the
// interval found is exact.
type polytope struct {
	basic    []int32
	nonbasic []int32
	constant []int64
	coef     [][]int64
	row      map[int32]int // basic cell -> its row
	col      map[int32]int // nonbasic cell -> its column
}

// newPolytope starts from the true table: value holds the inner cells. false
// where the published sums are not those of a table with margins.
func newPolytope(cells int, published *span, value []int64) (*polytope, bool) {
	p := &polytope{row: map[int32]int{}, col: map[int32]int{}}
	for c := range int32(cells) {
		if _, ok := published.pivot[c]; !ok {
			p.col[c] = len(p.nonbasic)
			p.nonbasic = append(p.nonbasic, c)
		}
	}
	spare := func(c int32) int64 { return max(value[c]-1, 0) }
	at := make([]int64, len(p.nonbasic)) // where the nonbasic ones stand
	for j, c := range p.nonbasic {
		at[j] = spare(c)
	}
	for _, r := range published.rows {
		if len(r) == 1 {
			continue // a cell the reader knows
		}
		coef := make([]int64, len(p.nonbasic))
		for _, t := range r[1:] {
			v, ok := signed(negMod(t.v))
			if !ok {
				return nil, false
			}
			coef[p.col[t.col]] = v
		}
		p.row[r[0].col] = len(p.basic)
		p.basic = append(p.basic, r[0].col)
		p.constant = append(p.constant, spare(r[0].col)) // at the true table, for now
		p.coef = append(p.coef, coef)
	}
	// Push the nonbasic ones to zero one by one; what meets zero before takes
	// their place.
	for j := range p.nonbasic {
		step, leave := at[j], -1
		for i := range p.basic {
			if a := p.coef[i][j]; a > 0 && p.constant[i]/a < step {
				step, leave = p.constant[i]/a, i
			}
		}
		for i := range p.basic {
			p.constant[i] -= p.coef[i][j] * step
		}
		if leave >= 0 {
			// The entering cell becomes basic where it stands.
			p.constant[leave] = at[j] - step
			if !p.exchange(leave, j) {
				return nil, false
			}
		}
	}
	return p, true
}

// exchange swaps a basic and a nonbasic cell; constants stay the caller's.
func (p *polytope) exchange(i, j int) bool {
	a := p.coef[i][j]
	if a != 1 && a != -1 {
		return false
	}
	in, out := p.nonbasic[j], p.basic[i]
	p.nonbasic[j], p.basic[i] = out, in
	delete(p.row, out)
	delete(p.col, in)
	p.row[in], p.col[out] = i, j
	// out = ... + a*in  =>  in = a*out - a*(...)
	r := p.coef[i]
	for k := range r {
		r[k] *= -a
	}
	r[j] = a
	for m, other := range p.coef {
		f := other[j]
		if m == i || f == 0 {
			continue
		}
		other[j] = 0
		for k, v := range r {
			if v != 0 {
				other[k] += f * v
			}
		}
	}
	return true
}

// extreme moves the sum of cells to its largest value (sign 1) or its smallest
// (-1) and gives it; it stops early when it is as far from the start as enough.
// unbounded where nothing published holds it.
func (p *polytope) extreme(cells []int32, sign int64, enough func(int64) bool) (int64, bool) {
	for {
		sum := int64(0)
		cost := make([]int64, len(p.nonbasic))
		for _, c := range cells {
			if i, ok := p.row[c]; ok {
				sum += p.constant[i]
				for j, a := range p.coef[i] {
					cost[j] += a * sign
				}
			} else if j, ok := p.col[c]; ok {
				cost[j] += sign
			}
		}
		if enough(sum) {
			return sum, true
		}
		enter := -1
		for j := range cost { // Bland's rule: the lowest cell, so that it ends
			if cost[j] > 0 && (enter < 0 || p.nonbasic[j] < p.nonbasic[enter]) {
				enter = j
			}
		}
		if enter < 0 {
			return sum, true
		}
		leave, step := -1, int64(0)
		for i := range p.basic {
			a := p.coef[i][enter]
			if a >= 0 {
				continue
			}
			if s := p.constant[i] / -a; leave < 0 || s < step || s == step && p.basic[i] < p.basic[leave] {
				leave, step = i, s
			}
		}
		if leave < 0 {
			return sign * unbounded, true
		}
		for i := range p.basic {
			p.constant[i] += p.coef[i][enter] * step
		}
		p.constant[leave] = step
		if !p.exchange(leave, enter) {
			return 0, false
		}
	}
}

const unbounded = 1 << 40

// wide tells whether a reader must leave the item an interval of at least
// width; where not, it gives the sums that bound it.
func (p *polytope) wide(item *Item, width int64) (wide bool, bounds []vector) {
	first, seen := int64(0), false
	most, ok := p.extreme(item.Cells, 1, func(v int64) bool {
		if !seen {
			first, seen = v, true
		}
		return v-first >= width
	})
	if !ok {
		return false, nil
	}
	above := p.bound(item.Cells, 1)
	least, ok := p.extreme(item.Cells, -1, func(v int64) bool { return most-v >= width })
	if !ok {
		return false, nil
	}
	if most-least >= width {
		return true, nil
	}
	return false, []vector{above, p.bound(item.Cells, -1)}
}

// bound gives, where the walk to an extreme ended, what ends it: a sum that
// the reader knows, made of the cells with this sign and of others that can
// only take from them.
func (p *polytope) bound(cells []int32, sign int64) vector {
	at := map[int32]int64{}
	for _, c := range cells {
		at[c] += sign
		if i, ok := p.row[c]; ok {
			for j, a := range p.coef[i] {
				at[p.nonbasic[j]] -= a * sign
			}
		} else {
			at[c] -= sign
		}
	}
	var x vector
	for _, c := range slices.Sorted(maps.Keys(at)) {
		if v := at[c]; v != 0 {
			x = append(x, term{c, modulo(v)})
		}
	}
	return x
}

// modulo is the inverse of signed.
func modulo(n int64) uint64 {
	if n < 0 {
		return negMod(uint64(-n))
	}
	return uint64(n)
}
