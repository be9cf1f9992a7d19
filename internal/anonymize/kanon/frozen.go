package kanon

import (
	"cmp"
	"container/heap"
	"context"
	"slices"
)

// Frozen is a recoding that was made before the rows came: every row has a
// class in it, and a class that is too small joins the one above.
type Frozen interface {
	// Locate gives the class of a row as it came.
	Locate(codes []uint16) uint32
	// Parent is the class above, which has a smaller number; false where there
	// is none, and what is too small there is suppressed.
	Parent(class uint32) (uint32, bool)
	// Publish puts into codes what the class publishes of a row as it came, and
	// gives the step that stands for how coarse that is.
	Publish(class uint32, codes []uint16) (step int)
}

// AnonymizeBy decides every row by a frozen recoding of so many steps.
func (s *Set) AnonymizeBy(ctx context.Context, f Frozen, steps, k int) (Result, error) {
	res := Result{Steps: make([]int64, steps), Before: NewSizes(k), After: NewSizes(k)}
	s.done = 0
	slices.SortFunc(s.rows, s.byClassAndPerson)
	for from := 0; from < len(s.rows); {
		to, persons, _ := s.class(from)
		res.Before.Add(k, int64(to-from), persons)
		from = to
	}
	if err := ctx.Err(); err != nil {
		return Result{}, context.Cause(ctx)
	}
	codes := make([]uint16, len(s.layout.columns))
	places := make([]located, len(s.rows))
	for i := range s.rows {
		s.unpack(&s.rows[i], codes)
		places[i] = located{f.Locate(codes), uint32(i)}
	}
	s.walkUp(places, f, k)
	if err := ctx.Err(); err != nil {
		return Result{}, context.Cause(ctx)
	}
	for _, p := range places {
		if p.class == nowhere {
			continue
		}
		r := &s.rows[p.row]
		s.unpack(r, codes)
		step := f.Publish(p.class, codes)
		for c, place := range s.layout.places {
			place.set(r, codes[c])
		}
		s.layout.step.set(r, uint16(step)+1) // 0 stands for suppressed until the rows are parted
		res.Steps[step]++
	}
	s.part()
	// Two classes may publish the same: together they are one, and no smaller.
	slices.SortFunc(s.rows[:s.done], s.byClassAndPerson)
	for from := 0; from < s.done; {
		to, persons, _ := s.class(from)
		to = min(to, s.done)
		res.publish(k, int64(to-from), persons)
		res.Blanked += s.blankUniform(s.rows[from:to])
		from = to
	}
	return s.finish(res), nil
}

// located is a row's class, 8 bytes.
type located struct{ class, row uint32 }

// nowhere is the class of a row that is suppressed. No class of a Frozen has
// that number.
const nowhere = ^uint32(0)

// walkUp gives every row the first class on its way up that is large enough.
func (s *Set) walkUp(places []located, f Frozen, k int) {
	slices.SortFunc(places, func(a, b located) int {
		return cmp.Or(cmp.Compare(b.class, a.class), cmp.Compare(a.row, b.row))
	})
	joining := map[uint32][]uint32{} // class -> places that came from below
	var above descending
	var members []uint32
	for next := 0; next < len(places) || len(above) > 0; {
		var class uint32
		switch {
		case len(above) == 0 || next < len(places) && places[next].class >= above[0]:
			class = places[next].class
		default:
			class = above[0]
		}
		if len(above) > 0 && above[0] == class {
			heap.Pop(&above)
		}
		members = append(members[:0], joining[class]...)
		delete(joining, class)
		for ; next < len(places) && places[next].class == class; next++ {
			members = append(members, uint32(next))
		}
		if s.enough(places, members, k) {
			for _, m := range members {
				places[m].class = class
			}
			continue
		}
		parent, ok := f.Parent(class)
		if !ok {
			for _, m := range members {
				places[m].class = nowhere
			}
			continue
		}
		if _, there := joining[parent]; !there {
			heap.Push(&above, parent)
		}
		joining[parent] = append(joining[parent], members...)
	}
}

// enough tells whether the places, which it sorts, hold at least k persons, and
// of those whom the recipient does not know none or at least k.
func (s *Set) enough(places []located, members []uint32, k int) bool {
	if len(members) < k {
		return false
	}
	at := func(m uint32) *row { return &s.rows[places[m].row] }
	slices.SortFunc(members, func(a, b uint32) int {
		x, y := at(a), at(b)
		return cmp.Or(cmp.Compare(x.p0, y.p0), cmp.Compare(x.p1, y.p1))
	})
	var persons, strangers int
	counted := false
	for i, m := range members {
		if i == 0 || !samePerson(at(m), at(members[i-1])) {
			persons++
			counted = false
		}
		if !counted && s.layout.known.get(at(m)) == 0 {
			strangers++
			counted = true
		}
		if persons >= k && strangers >= k {
			return true
		}
	}
	return persons >= k && strangers == 0
}

// part moves the published rows to the front and gives them their step.
func (s *Set) part() {
	for i := range s.rows {
		step := s.layout.step.get(&s.rows[i])
		if step == 0 {
			continue
		}
		s.layout.step.set(&s.rows[i], step-1)
		s.rows[s.done], s.rows[i] = s.rows[i], s.rows[s.done]
		s.done++
	}
}

func (s *Set) unpack(r *row, codes []uint16) {
	for c, p := range s.layout.places {
		codes[c] = p.get(r)
	}
}

// descending is a heap with the greatest class in front.
type descending []uint32

func (d descending) Len() int           { return len(d) }
func (d descending) Less(i, j int) bool { return d[i] > d[j] }
func (d descending) Swap(i, j int)      { d[i], d[j] = d[j], d[i] }
func (d *descending) Push(x any)        { *d = append(*d, x.(uint32)) }
func (d *descending) Pop() any {
	last := len(*d) - 1
	x := (*d)[last]
	*d = (*d)[:last]
	return x
}
