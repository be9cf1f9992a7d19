package dataset

import (
	"math/bits"
	"slices"
)

// What a table gives away is what follows from its published figures by adding
// and subtracting, however many of them: a suppressed cell is known exactly where
// it alone is left of some sum of the lines' equations, each of which says that a
// total is the sum of its cells. That is asked of every suppressed cell at once,
// by elimination over the numbers modulo a prime of 61 bits.

// equation is what is left of a line: its suppressed cells by number, ascending,
// with 1 for a cell and -1 for the total, modulo prime.
type equation []term

type term struct {
	cell  int
	times uint64
}

const prime = 1<<61 - 1

// spanWork bounds the elimination, in terms: a few seconds. What is beyond is
// judged by single subtractions, one after the other, alone.
const spanWork = 1 << 26

// equations are those of the lines that have a total and cells.
func (c *cells) equations() (all []equation) {
	number := map[int]int{} // of a suppressed row
	for i, one := range c.rows {
		if one.suppressed {
			number[i] = len(number)
		}
	}
	for j, total := range c.totals {
		if total == "" {
			continue
		}
		lines := map[string][]int{}
		for i, one := range c.rows {
			key := cellKey(slices.Concat(one.at[:j], one.at[j+1:]))
			lines[key] = append(lines[key], i)
		}
		for _, line := range lines {
			at := slices.IndexFunc(line, func(i int) bool { return c.rows[i].at[j] == total })
			if at < 0 || len(line) == 1 {
				continue
			}
			var e equation
			for n, i := range line {
				if !c.rows[i].suppressed {
					continue
				}
				times := uint64(1)
				if n == at {
					times = prime - 1
				}
				e = append(e, term{number[i], times})
			}
			if len(e) > 0 {
				all = append(all, e)
			}
		}
	}
	slices.SortFunc(all, func(a, b equation) int { // the short ones first, whatever the order of the lines
		return slices.CompareFunc(append(equation{{len(a), 0}}, a...), append(equation{{len(b), 0}}, b...), func(a, b term) int {
			return a.cell - b.cell
		})
	})
	return all
}

// recomputable is how many suppressed cells follow from the published ones.
func (c *cells) recomputable() int64 {
	equations := c.equations()
	s := span{pivot: map[int]int{}, having: map[int]map[int]bool{}, work: spanWork}
	for _, e := range equations {
		if !s.add(e) {
			return subtracted(equations)
		}
	}
	known := int64(0)
	for _, row := range s.rows {
		if len(row) == 1 {
			known++
		}
	}
	return known
}

// span holds equations in reduced form: each has a cell, its pivot, that no other
// one has.
type span struct {
	rows   []equation
	pivot  map[int]int          // cell -> its row
	having map[int]map[int]bool // cell -> rows that have it
	work   int
}

// add takes an equation in; false where the work is too much.
func (s *span) add(e equation) bool {
	for _, t := range e {
		if row, ok := s.pivot[t.cell]; ok {
			if e = s.less(e, s.rows[row], t.times); s.work < 0 {
				return false
			}
		}
	}
	if len(e) == 0 {
		return true
	}
	inverse := power(e[0].times, prime-2)
	one := make(equation, len(e))
	for i, t := range e {
		one[i] = term{t.cell, times(t.times, inverse)}
	}
	n := len(s.rows)
	s.rows = append(s.rows, nil)
	s.pivot[one[0].cell] = n
	for row := range s.having[one[0].cell] {
		old := s.rows[row]
		at, _ := slices.BinarySearchFunc(old, one[0].cell, func(t term, cell int) int { return t.cell - cell })
		reduced := s.less(old, one, old[at].times)
		if s.work < 0 {
			return false
		}
		s.put(row, reduced)
	}
	s.put(n, one)
	return true
}

// put replaces a row.
func (s *span) put(row int, e equation) {
	for _, t := range s.rows[row] {
		delete(s.having[t.cell], row)
	}
	s.rows[row] = e
	for _, t := range e {
		if s.having[t.cell] == nil {
			s.having[t.cell] = map[int]bool{}
		}
		s.having[t.cell][row] = true
	}
}

// less is a without b taken n times.
func (s *span) less(a, b equation, n uint64) equation {
	s.work -= len(a) + len(b)
	out := make(equation, 0, len(a)+len(b))
	for len(a) > 0 || len(b) > 0 {
		switch {
		case len(b) == 0 || len(a) > 0 && a[0].cell < b[0].cell:
			out, a = append(out, a[0]), a[1:]
		case len(a) == 0 || b[0].cell < a[0].cell:
			out, b = append(out, term{b[0].cell, minus(0, times(b[0].times, n))}), b[1:]
		default:
			if left := minus(a[0].times, times(b[0].times, n)); left != 0 {
				out = append(out, term{a[0].cell, left})
			}
			a, b = a[1:], b[1:]
		}
	}
	return out
}

// subtracted is how many cells single subtractions give, each with what those
// before it gave.
func subtracted(equations []equation) int64 {
	known := map[int]bool{}
	for changed := true; changed; {
		changed = false
		for _, e := range equations {
			left := slices.DeleteFunc(slices.Clone(e), func(t term) bool { return known[t.cell] })
			if len(left) == 1 {
				known[left[0].cell], changed = true, true
			}
		}
	}
	return int64(len(known))
}

func times(a, b uint64) uint64 {
	hi, lo := bits.Mul64(a, b)
	n := lo&prime + (lo>>61 | hi<<3)
	if n >= prime {
		n -= prime
	}
	return n
}

func minus(a, b uint64) uint64 {
	if a < b {
		a += prime
	}
	return a - b
}

func power(a, n uint64) uint64 {
	out := uint64(1)
	for ; n > 0; n >>= 1 {
		if n&1 == 1 {
			out = times(out, a)
		}
		a = times(a, a)
	}
	return out
}
