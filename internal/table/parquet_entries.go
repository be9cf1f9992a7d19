package table

import "fmt"

// entries are what a leaf holds in one chunk: for each row, or element of a
// list, a value or none.
type entries struct {
	v       *Values
	n       int
	null    []bool // looked at where missing > 0
	missing int
}

// entries finds the leaf's entries in a chunk, and refuses what cannot stand
// in its column.
func (e *leafEncoder) entries(c *Chunk, s *scratch) (in entries, err error) {
	v, outer := e.in(c)
	in = entries{v: v, n: c.rows}
	if outer != nil && outer.Kind == Structs {
		_, in.n = outer.elements(0, c.rows)
	}
	in.null = v.Null[:in.n]
	in.missing = countTrue(in.null)
	if !e.column.Nullable || outer != nil {
		if err := e.complete(&in, outer, c.rows); err != nil {
			return in, err
		}
	}
	if v.Kind == Strings { // what follows looks at the elements, none of which is missing
		_, in.n = v.elements(0, in.n)
		in.null, in.missing = nil, 0
	}
	return in, nil
}

// countTrue counts without a branch to guess.
func countTrue(bools []bool) (n int) {
	for _, b := range bools {
		n += int(bit(b))
	}
	return n
}

// complete refuses what is missing though it never is, and a value in a struct
// that is missing.
func (e *leafEncoder) complete(in *entries, outer *Values, rows int) error {
	if outer != nil && !e.outer.Nullable && countTrue(outer.Null[:rows]) > 0 {
		return fmt.Errorf("%w: no struct in a column that is never empty", ErrValues)
	}
	if outer == nil || outer.Kind == Structs {
		if in.missing > 0 && !e.column.Nullable {
			return errNoValue
		}
		return nil
	}
	var gone, alone byte // values that are missing, and structs, alone
	for i, missing := range in.null {
		m, without := bit(missing), bit(outer.Null[i])
		gone |= m &^ without
		alone |= without &^ m
	}
	if gone > 0 && !e.column.Nullable {
		return errNoValue
	}
	if alone > 0 {
		return fmt.Errorf("%w: a value in a struct that is missing", ErrValues)
	}
	return nil
}

var errNoValue = fmt.Errorf("%w: no value in a column that is never empty", ErrValues)

// levels puts the levels of a chunk into the scratch's levels, gives how many
// there are, and tells whether they say that there is nothing: no row holds
// anything.
func (e *leafEncoder) levels(c *Chunk, in *entries, s *scratch) (values int, nothing bool) {
	s.levels = s.levels[:0]
	v, outer := e.in(c)
	switch {
	case e.mostDef == 0:
		return c.rows, false
	case outer == nil && v.Kind != Strings:
		e.stats.nulls += int64(in.missing)
		switch in.missing {
		case in.n:
			return c.rows, true
		case 0:
			s.levels = appendUniform(s.levels, in.n, 1)
		default:
			s.packed = packPresence(s.packed[:0], in.null)
			s.levels = appendPresence(s.levels, s.packed, in.n)
		}
		return c.rows, false
	}
	s.def, s.rep = e.leaf.levels(v, outer, c.rows, s.def[:0], s.rep[:0])
	nothing = in.n == in.missing
	for _, d := range s.def {
		e.stats.nulls += int64(bit(d < e.mostDef))
		nothing = nothing && d == 0
	}
	s.levels = appendRepetition(s.levels, s.rep, len(s.def), e.mostRep)
	s.levels = appendLevels(s.levels, s.def, e.mostDef)
	return len(s.def), nothing
}

// gather puts the values that are there, of one kind, close together in the
// scratch. It copies only where some are missing.
func (e *leafEncoder) gather(in *entries, s *scratch) {
	s.codes, s.nums, s.texts, s.at = nil, nil, nil, nil
	switch v := in.v; {
	case v.vocabulary != nil:
		if s.codes = v.codes[:in.n]; in.missing > 0 {
			s.codesMade = present(s.codesMade, v.codes[:in.n], in.null)
			s.codes = s.codesMade
		}
	case e.column.texts():
		s.texts = &v.texts
		if s.n = in.n; in.missing > 0 {
			s.atMade = sized(s.atMade, in.n)
			k := 0
			for i, missing := range in.null {
				s.atMade[k] = uint32(i)
				k += 1 - int(bit(missing))
			}
			s.at = s.atMade[:k]
			s.n = k
		}
	default:
		if s.nums = v.Num[:in.n]; in.missing > 0 {
			s.numsMade = present(s.numsMade, v.Num[:in.n], in.null)
			s.nums = s.numsMade
		}
	}
}

// present copies what is not missing into dst, without a branch to guess.
func present[T any](dst, src []T, null []bool) []T {
	dst = sized(dst, len(src))
	k := 0
	for i, missing := range null[:len(src)] {
		dst[k] = src[i]
		k += 1 - int(bit(missing))
	}
	return dst[:k]
}

// there is how many values were gathered.
func (s *scratch) there() int {
	if s.texts != nil {
		return s.n
	}
	return len(s.codes) + len(s.nums)
}

// text is the i-th text that was gathered.
func (s *scratch) text(i int) []byte {
	if s.at != nil {
		i = int(s.at[i])
	}
	return s.texts.at(i)
}
