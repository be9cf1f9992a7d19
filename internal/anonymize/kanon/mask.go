package kanon

import "cmp"

// mask is the bits of a row that make its class.
type mask struct {
	hi, lo     uint64
	class, end uint32
}

// numbered makes classes of the rows with one class of a Frozen.
var numbered = mask{class: ^uint32(0)}

// of leaves nothing of a row but its class.
func (m *mask) of(r *row) row {
	return row{hi: r.hi & m.hi, lo: r.lo & m.lo, class: r.class & m.class, end: r.end & m.end}
}

// hash is the same for rows of one class.
func (m *mask) hash(r *row) uint64 {
	h := (r.hi & m.hi) * 0x9e3779b97f4a7c15
	h = (h ^ h>>32 ^ r.lo&m.lo) * 0xbf58476d1ce4e5b9
	h = (h ^ h>>29 ^ uint64(r.end&m.end) ^ uint64(r.class&m.class)<<32) * 0x94d049bb133111eb
	return h ^ h>>31
}

func (m *mask) same(a, b *row) bool {
	return (a.hi^b.hi)&m.hi == 0 && (a.lo^b.lo)&m.lo == 0 && (a.class^b.class)&m.class == 0 && (a.end^b.end)&m.end == 0
}

// compare orders rows by class, then by person.
func (m *mask) compare(a, b row) int {
	if x, y := a.hi&m.hi, b.hi&m.hi; x != y {
		return cmp.Compare(x, y)
	}
	if x, y := a.lo&m.lo, b.lo&m.lo; x != y {
		return cmp.Compare(x, y)
	}
	if x, y := uint64(a.class&m.class)<<32|uint64(a.end&m.end), uint64(b.class&m.class)<<32|uint64(b.end&m.end); x != y {
		return cmp.Compare(x, y)
	}
	return cmp.Compare(a.person, b.person)
}

// copy gives a row what makes the class of another.
func (m *mask) copy(to, from *row) {
	to.hi = to.hi&^m.hi | from.hi&m.hi
	to.lo = to.lo&^m.lo | from.lo&m.lo
	to.class = to.class&^m.class | from.class&m.class
	to.end = to.end&^m.end | from.end&m.end
}

// byPacked orders rows by all their columns.
func byPacked(a, b row) int {
	if a.hi != b.hi {
		return cmp.Compare(a.hi, b.hi)
	}
	if a.lo != b.lo {
		return cmp.Compare(a.lo, b.lo)
	}
	return cmp.Compare(a.end, b.end)
}
