package recode

// people counts the distinct persons of parts of a table, as far as enough: what
// a criterion asks is whether there are so many, and then a part remembers no
// more of them.
type people struct {
	enough uint32
	met    []uint32 // by part
	last   []uint32 // by part: the place in seen, plus one, of the last one remembered
	seen   []person
}

// person is one who may be met again in the same part.
type person struct {
	who    uint64
	before uint32 // as last
}

// add counts, in a part, a person; or, where who is 0, some whom no other record
// has.
func (p *people) add(part int, who uint64, heads uint32) {
	for part >= len(p.met) {
		p.met, p.last = append(p.met, 0), append(p.last, 0)
	}
	switch {
	case p.met[part] >= p.enough:
	case who == 0:
		p.met[part] += heads
	default:
		for at := p.last[part]; at != 0; at = p.seen[at-1].before {
			if p.seen[at-1].who == who {
				return
			}
		}
		p.seen = append(p.seen, person{who, p.last[part]})
		p.last[part] = uint32(len(p.seen))
		p.met[part]++
	}
}

// merge counts those of a part of another's.
func (p *people) merge(part int, o *people, other int) {
	alone := o.met[other]
	for at := o.last[other]; at != 0; at = o.seen[at-1].before {
		p.add(part, o.seen[at-1].who, 1)
		alone--
	}
	p.add(part, 0, alone)
}

func (p *people) reset() { p.met, p.last, p.seen = p.met[:0], p.last[:0], p.seen[:0] }
