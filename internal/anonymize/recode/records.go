package recode

import (
	"cmp"
	"slices"
)

// form is which columns records have.
type form struct {
	wide    bool // keys of two words
	persons bool // whose rows they are, and how many persons
	stride  int  // values of a histogram
}

// size is what one record takes, in bytes.
func (f form) size() int {
	n := 8 + 4 + 4*f.stride
	if f.wide {
		n += 8
	}
	if f.persons {
		n += 8 + 4
	}
	return n
}

// records are distinct tuples with their numbers of rows, column by column.
type records struct {
	form
	hi, lo, who []uint64
	counts      []uint32 // rows
	heads       []uint32 // persons
	seen        []uint32 // histograms, stride values a record
}

func (r *records) len() int { return len(r.lo) }

func (r *records) at(i int) (k key) {
	k.lo = r.lo[i]
	if r.wide {
		k.hi = r.hi[i]
	}
	if r.persons {
		k.who = r.who[i]
	}
	return k
}

func (r *records) is(i uint32, k key) bool {
	return r.lo[i] == k.lo && (!r.wide || r.hi[i] == k.hi) && (!r.persons || r.who[i] == k.who)
}

// head is the number of persons; of rows where persons are not counted.
func (r *records) head(i int) uint32 {
	if r.persons {
		return r.heads[i]
	}
	return r.counts[i]
}

// histogram is that of a record's sensitive values.
func (r *records) histogram(i int) []uint32 { return r.seen[i*r.stride : (i+1)*r.stride] }

// append adds a record; a histogram may be missing.
func (r *records) append(k key, rows, heads uint32, histogram []uint32) {
	r.lo, r.counts = append(r.lo, k.lo), append(r.counts, rows)
	if r.wide {
		r.hi = append(r.hi, k.hi)
	}
	if r.persons {
		r.who, r.heads = append(r.who, k.who), append(r.heads, heads)
	}
	r.seen = append(r.seen, histogram...)
	for range r.stride - len(histogram) {
		r.seen = append(r.seen, 0)
	}
}

// merge adds rows to a record. Of a person there is one, however many rows.
func (r *records) merge(i int, k key, rows, heads uint32, histogram []uint32) {
	r.counts[i] += rows
	if r.persons && k.who == 0 {
		r.heads[i] += heads
	}
	seen := r.histogram(i)
	for v, n := range histogram {
		seen[v] += n
	}
}

func (r *records) reset() {
	r.hi, r.lo, r.who = r.hi[:0], r.lo[:0], r.who[:0]
	r.counts, r.heads, r.seen = r.counts[:0], r.heads[:0], r.seen[:0]
}

// slice gives the records from one to another; they share the memory.
func (r *records) slice(from, to int) *records {
	s := &records{form: r.form, lo: r.lo[from:to:to], counts: r.counts[from:to:to], seen: r.seen[from*r.stride : to*r.stride : to*r.stride]}
	if r.wide {
		s.hi = r.hi[from:to:to]
	}
	if r.persons {
		s.who, s.heads = r.who[from:to:to], r.heads[from:to:to]
	}
	return s
}

// grow makes room for n records.
func (r *records) grow(n int) {
	r.lo, r.counts, r.seen = slices.Grow(r.lo, n), slices.Grow(r.counts, n), slices.Grow(r.seen, n*r.stride)
	if r.wide {
		r.hi = slices.Grow(r.hi, n)
	}
	if r.persons {
		r.who, r.heads = slices.Grow(r.who, n), slices.Grow(r.heads, n)
	}
}

// concat adds another's records.
func (r *records) concat(o *records) {
	r.lo, r.hi, r.who = append(r.lo, o.lo...), append(r.hi, o.hi...), append(r.who, o.who...)
	r.counts, r.heads, r.seen = append(r.counts, o.counts...), append(r.heads, o.heads...), append(r.seen, o.seen...)
}

// arrange is an order of keys: that of their attributes, or by person first.
type arrange bool

const (
	byTuple  arrange = false
	byPerson arrange = true
)

func (o arrange) compare(a, b key) int {
	if o == byPerson && a.who != b.who {
		return order(a.who, b.who)
	}
	return a.compare(b)
}

// sorted gives the records in an order; its keys are distinct.
func (r *records) sorted(o arrange) *records {
	type entry struct {
		k  key
		at uint32
	}
	s := &records{form: r.form}
	s.grow(r.len())
	var some []entry
	for _, bucket := range r.buckets(o) {
		some = some[:0]
		for _, i := range bucket {
			some = append(some, entry{r.at(int(i)), i})
		}
		slices.SortFunc(some, func(a, b entry) int {
			if o == byTuple && a.k.lo != b.k.lo && a.k.hi == b.k.hi { // nearly always
				return cmp.Compare(a.k.lo, b.k.lo)
			}
			return o.compare(a.k, b.k)
		})
		for _, e := range some {
			heads := uint32(0)
			if r.persons {
				heads = r.heads[e.at]
			}
			s.append(e.k, r.counts[e.at], heads, r.histogram(int(e.at)))
		}
	}
	return s
}

// buckets divides the places of the records by the first bits of their order, so
// that each is sorted within the processor's cache.
func (r *records) buckets(o arrange) [][]uint32 {
	word := r.lo
	switch {
	case o == byPerson:
		word = r.who
	case r.wide:
		word = r.hi
	}
	most := uint64(0)
	for _, w := range word {
		most = max(most, w)
	}
	const most2 = 12 // 4,096 buckets
	shift := 0
	for most>>shift >= 1<<most2 {
		shift++
	}
	starts := make([]uint32, most>>shift+2)
	for _, w := range word {
		starts[w>>shift+1]++
	}
	for b := range starts[1:] {
		starts[b+1] += starts[b]
	}
	places, next := make([]uint32, len(word)), slices.Clone(starts)
	for i, w := range word {
		b := w >> shift
		places[next[b]] = uint32(i)
		next[b]++
	}
	buckets := make([][]uint32, len(starts)-1)
	for b := range buckets {
		buckets[b] = places[starts[b]:starts[b+1]]
	}
	return buckets
}

// make gives room for n records, which put fills.
func (r *records) make(n int) {
	r.lo, r.counts, r.seen = make([]uint64, n), make([]uint32, n), make([]uint32, n*r.stride)
	if r.wide {
		r.hi = make([]uint64, n)
	}
	if r.persons {
		r.who, r.heads = make([]uint64, n), make([]uint32, n)
	}
}

// put makes a place hold another's record.
func (r *records) put(at int, o *records, i int) {
	r.lo[at], r.counts[at] = o.lo[i], o.counts[i]
	if r.wide {
		r.hi[at] = o.hi[i]
	}
	if r.persons {
		r.who[at], r.heads[at] = o.who[i], o.heads[i]
	}
	if r.stride > 0 {
		copy(r.histogram(at), o.histogram(i))
	}
}

// copy makes the places from at on hold others' records.
func (r *records) copy(at int, o *records) {
	copy(r.lo[at:], o.lo)
	copy(r.counts[at:], o.counts)
	copy(r.seen[at*r.stride:], o.seen)
	if r.wide {
		copy(r.hi[at:], o.hi)
	}
	if r.persons {
		copy(r.who[at:], o.who)
		copy(r.heads[at:], o.heads)
	}
}
