package joint

import (
	"cmp"
	"slices"
)

// cure decides the members of one history, sorted by class and person. No other
// history matters to them: a class of the new month is a union of joint classes
// that are each large enough.
func cure(members []member, tree Tree, k int, res *Result) error {
	newcomers := members[0].history == 0
	if !newcomers && len(members) < k {
		return ErrPast
	}
	before := make([]Class, len(members))
	for i, m := range members {
		before[i] = m.class
	}
	walkUp(members, tree, k)
	for i, m := range members {
		switch {
		case before[i] == Absent || m.class == before[i]:
		case m.class == Absent:
			res.Suppressed++
		default:
			res.Coarsened++
		}
	}
	// Who never was published and is not now is one of a crowd nobody counts.
	if !newcomers {
		res.Hidden += hide(members, k)
	}
	return nil
}

// walkUp moves the members of each class that is too small to its parent, the
// deepest classes first, and those left at the root to Absent. Children have
// greater numbers than their parents, so that descending order is enough.
func walkUp(members []member, tree Tree, k int) {
	count := map[Class]int{}
	for _, m := range members {
		if m.class != Absent {
			count[m.class]++
		}
	}
	var queue []Class
	for c := range count {
		queue = append(queue, c)
	}
	slices.Sort(queue)
	moved := map[Class]bool{}
	for len(queue) > 0 {
		c := queue[len(queue)-1]
		queue = queue[:len(queue)-1]
		if count[c] >= k {
			continue
		}
		moved[c] = true
		parent := tree[c]
		if parent == Absent {
			continue
		}
		if _, there := count[parent]; !there {
			at, _ := slices.BinarySearch(queue, parent)
			queue = slices.Insert(queue, at, parent)
		}
		count[parent] += count[c]
	}
	for i := range members {
		for moved[members[i].class] {
			members[i].class = tree[members[i].class]
		}
	}
}

// hide makes the absent of a history none or at least k with the fewest
// further persons: as many as lack, where classes can spare them, else the
// whole of the smallest class, which is then enough. It gives how many.
func hide(members []member, k int) (hidden int64) {
	slices.SortFunc(members, func(a, b member) int {
		return cmp.Or(cmp.Compare(a.class, b.class), a.compare(b))
	})
	type cell struct{ from, to int }
	var absent, spare int
	var cells []cell
	for from := 0; from < len(members); {
		to := from
		for to < len(members) && members[to].class == members[from].class {
			to++
		}
		if members[from].class == Absent {
			absent = to - from
		} else {
			cells = append(cells, cell{from, to})
			spare += to - from - k
		}
		from = to
	}
	lack := k - absent
	if absent == 0 || lack <= 0 || len(cells) == 0 {
		return 0
	}
	drop := func(from, n int) {
		for i := from; i < from+n; i++ {
			members[i].class = Absent
		}
		hidden += int64(n)
	}
	// The largest class first: it loses the least of itself.
	slices.SortStableFunc(cells, func(a, b cell) int { return cmp.Compare(b.to-b.from, a.to-a.from) })
	if spare < lack {
		last := cells[len(cells)-1]
		drop(last.from, last.to-last.from)
		return hidden
	}
	for _, c := range cells {
		n := min(lack-int(hidden), c.to-c.from-k)
		drop(c.from, n)
	}
	return hidden
}
