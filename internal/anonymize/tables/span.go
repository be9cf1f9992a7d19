package tables

import (
	"math/bits"
	"slices"
)

// Linear algebra over the integers modulo the prime 2^61-1, exact in that
// field. What is published of a table is a set of sums of inner cells; a sum
// is known to the reader iff its vector lies in their span. The vectors here
// have entries 0 and 1 and, for tables with margins, minors of -1, 0 and 1, so
// that rank modulo the prime is rank over the rationals.

const prime = 1<<61 - 1

func addMod(a, b uint64) uint64 {
	if a += b; a >= prime {
		a -= prime
	}
	return a
}

func negMod(a uint64) uint64 {
	if a == 0 {
		return 0
	}
	return prime - a
}

func mulMod(a, b uint64) uint64 {
	hi, lo := bits.Mul64(a, b)
	return addMod(lo&prime, hi<<3|lo>>61)
}

func invMod(a uint64) uint64 {
	result, exp := uint64(1), uint64(prime-2)
	for ; exp > 0; exp >>= 1 {
		if exp&1 == 1 {
			result = mulMod(result, a)
		}
		a = mulMod(a, a)
	}
	return result
}

// signed gives the small integer that a stands for, false where it is large.
func signed(a uint64) (int64, bool) {
	const small = 1 << 20
	switch {
	case a < small:
		return int64(a), true
	case a > prime-small:
		return -int64(prime - a), true
	}
	return 0, false
}

// vector is sparse: terms in ascending order of col, none zero.
type vector []term

type term struct {
	col int32
	v   uint64
}

// unitSum is the vector of a sum of inner cells.
func unitSum(cells []int32) vector {
	x := make(vector, len(cells))
	for i, c := range cells {
		x[i] = term{c, 1}
	}
	return x
}

func (x vector) at(col int32) uint64 {
	if i, ok := slices.BinarySearchFunc(x, col, func(t term, c int32) int { return int(t.col - c) }); ok {
		return x[i].v
	}
	return 0
}

// plus gives x + f*y in a new vector.
func (x vector) plus(f uint64, y vector) vector {
	sum := make(vector, 0, len(x)+len(y))
	for i, j := 0, 0; i < len(x) || j < len(y); {
		switch {
		case j == len(y) || i < len(x) && x[i].col < y[j].col:
			sum = append(sum, x[i])
			i++
		case i == len(x) || y[j].col < x[i].col:
			sum = append(sum, term{y[j].col, mulMod(f, y[j].v)})
			j++
		default:
			if v := addMod(x[i].v, mulMod(f, y[j].v)); v != 0 {
				sum = append(sum, term{x[i].col, v})
			}
			i++
			j++
		}
	}
	return sum
}

// normal scales the first entry to one.
func (x vector) normal() vector {
	if len(x) == 0 || x[0].v == 1 {
		return x
	}
	f := invMod(x[0].v)
	scaled := make(vector, len(x))
	for i, t := range x {
		scaled[i] = term{t.col, mulMod(f, t.v)}
	}
	return scaled
}

func (x vector) equal(y vector) bool { return slices.Equal(x, y) }

// span is a set of sums in reduced echelon form: each row has a pivot that no
// other row contains.
type span struct {
	rows  []vector
	pivot map[int32]int // column -> its row
}

func newSpan() *span { return &span{pivot: map[int32]int{}} }

// reduce gives what of x the span does not explain; empty iff x is in it.
func (s *span) reduce(x vector) vector {
	rest := x
	for _, t := range x {
		if r, ok := s.pivot[t.col]; ok {
			rest = rest.plus(negMod(t.v), s.rows[r])
		}
	}
	return rest
}

// add enlarges the span by a reduced, normal, non-empty vector.
func (s *span) add(x vector) {
	col := x[0].col
	for i, r := range s.rows {
		if v := r.at(col); v != 0 {
			s.rows[i] = r.plus(negMod(v), x)
		}
	}
	s.pivot[col] = len(s.rows)
	s.rows = append(s.rows, x)
}
