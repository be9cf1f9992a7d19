package table

import (
	"errors"
	"io"
	"slices"
)

// leafReader turns the entries of one leaf of a file back into rows.
type leafReader struct {
	leaf
	file             int  // its place among the file's leaves
	leads            bool // the first of its struct tells of the struct itself
	mostDef, mostRep uint8
	there, again     uint8 // levels of what it stands in: 0 at the top

	pages   pages // of the row group at hand
	own     chunkPages
	foreign foreignPages
	left    int // entries of the page that were not taken yet

	// Of a leaf with lists or in a struct: entries that were taken.
	def, rep []uint8
	entry    int // the next of them
}

func newLeafReader(l leaf, place int) *leafReader {
	r := &leafReader{leaf: l, file: place, leads: l.outer != nil && l.field == 0}
	r.mostDef, r.mostRep = l.depth()
	if l.outer != nil {
		r.there, r.again = l.outer.depth()
	}
	r.own.leaf, r.own.mostDef, r.own.mostRep = l, r.mostDef, r.mostRep
	r.foreign.leaf = l
	return r
}

// begin forgets what is left of the row group before.
func (l *leafReader) begin() {
	l.left, l.entry = 0, 0
	l.def, l.rep = l.def[:0], l.rep[:0]
}

var errLevels = errors.New("levels that fit no row")

// read appends n rows to the leaf's values in c.
func (l *leafReader) read(c *Chunk, n int) error {
	v, outer := l.in(c)
	if outer == nil && l.mostRep == 0 {
		return l.readFlat(v, n)
	}
	for rows := 0; ; {
		if l.mostRep == 0 && rows == n {
			return nil
		}
		if l.entry == len(l.def) {
			// A row with a list ends where the next row begins, which is seen
			// in the next entries; or with the row group.
			if more, err := l.more(); err != nil {
				return err
			} else if !more && rows < n {
				return io.ErrUnexpectedEOF
			} else if !more {
				return nil
			}
		}
		from := l.entry
		for l.entry < len(l.rep) && (l.rep[l.entry] != 0 || rows < n) {
			rows += int(1 - min(l.rep[l.entry], 1))
			l.entry++
		}
		if rows == 0 {
			return errLevels
		}
		if err := l.put(v, outer, from, l.entry); err != nil {
			return err
		}
		if l.entry < len(l.rep) {
			return nil
		}
	}
}

// more takes the next entries.
func (l *leafReader) more() (bool, error) {
	if l.left == 0 {
		var err error
		if l.left, err = l.pages.next(); err != nil || l.left == 0 {
			return false, err
		}
	}
	n := min(l.left, readRows)
	l.left -= n
	l.entry, l.def, l.rep = 0, sized(l.def, n), sized(l.rep, n)
	return true, l.pages.levels(l.def, l.rep)
}

// readFlat is read of a leaf that is a column: an entry is a row.
func (l *leafReader) readFlat(v *Values, n int) error {
	for n > 0 {
		if l.left == 0 {
			var err error
			if l.left, err = l.pages.next(); err != nil {
				return err
			}
			if l.left == 0 {
				return io.ErrUnexpectedEOF
			}
		}
		k := min(n, l.left)
		from := len(v.Null)
		v.Null = slices.Grow(v.Null, k)[:from+k]
		present, err := l.pages.missing(v.Null[from:])
		if err != nil {
			return err
		}
		if err := l.values(v, v.Null[from:], present); err != nil {
			return err
		}
		n -= k
		l.left -= k
	}
	return nil
}

// put appends what the entries [from, to) say of the leaf's column, and, the
// first of a struct, of the struct.
func (l *leafReader) put(v, outer *Values, from, to int) error {
	def, rep := l.def[from:to], l.rep[from:to]
	if l.leads && !l.lead(outer, def, rep) {
		return errLevels
	}
	if l.column.Kind == Strings {
		return l.putLists(v, def, rep)
	}
	first, present := len(v.Null), 0
	v.Null = slices.Grow(v.Null, len(def))[:first+len(def)]
	null := v.Null[first:]
	k := 0
	for _, d := range def {
		null[k] = d < l.mostDef
		present += 1 - int(bit(null[k]))
		k += int(bit(l.outer.Kind == Struct || d >= l.there)) // of an element that is there
	}
	v.Null = v.Null[:first+k]
	return l.values(v, v.Null[first:], present)
}

// lead tells the struct of the entries of its first field; false where an element
// is missing, which none of ours is.
func (l *leafReader) lead(outer *Values, def, rep []uint8) bool {
	for i, d := range def {
		if rep[i] == 0 {
			outer.Null = append(outer.Null, l.outer.Nullable && d == 0)
		}
		if l.outer.Kind == Struct {
			continue
		}
		if rep[i] == 0 {
			outer.list = append(outer.list, lastOf(outer.list))
		}
		if rep[i] <= l.again && d >= l.there {
			outer.list[len(outer.list)-1]++
		}
		if d == l.there-1 {
			return false
		}
	}
	return true
}

// putLists appends the lists, or parts of them, that the entries say.
func (l *leafReader) putLists(v *Values, def, rep []uint8) error {
	end, elements := lastOf(v.list), 0
	for i, d := range def {
		if l.outer != nil && l.outer.Kind == Structs && d < l.there {
			continue
		}
		if rep[i] <= l.again { // a list begins
			v.Null = append(v.Null, d < l.mostDef-2)
			v.list = append(v.list, end)
		} else if d < l.mostDef {
			return errLevels
		}
		switch d {
		case l.mostDef:
			end++
			elements++
			v.list[len(v.list)-1] = end
		case l.mostDef - 1: // an element that is missing
			return errLevels
		}
	}
	return l.pages.texts(&v.texts, elements)
}

// values appends values of single ones: present of them are there, the others
// null tells.
func (l *leafReader) values(v *Values, null []bool, present int) error {
	switch {
	case v.vocabulary != nil:
		from := len(v.codes)
		v.codes = slices.Grow(v.codes, len(null))[:from+len(null)]
		if err := l.pages.codes(v.codes[from:from+present], v.vocabulary); err != nil {
			return err
		}
		spread(v.codes[from:], null, present)
	case v.Kind == String:
		from := len(v.texts.ends)
		if err := l.pages.texts(&v.texts, present); err != nil {
			return err
		}
		v.texts.ends = slices.Grow(v.texts.ends, len(null)-present)[:from+len(null)]
		v.texts.spread(from, null, present)
	default:
		from := len(v.Num)
		v.Num = slices.Grow(v.Num, len(null))[:from+len(null)]
		if err := l.pages.numbers(v.Num[from : from+present]); err != nil {
			return err
		}
		spread(v.Num[from:], null, present)
	}
	return nil
}

// spread moves values that lie close together, present of them, to where null
// says that they are, and puts 0 where none is; without a branch to guess.
func spread[T uint32 | int64](values []T, null []bool, present int) {
	if present == 0 {
		clear(values)
		return
	}
	k := present
	for i := len(null) - 1; k <= i; i-- {
		there := bit(!null[i])
		k -= int(there)
		values[i] = values[k] & -T(there)
	}
}

// spread does so with where texts end, from on: one that is missing ends where the
// one before it does.
func (l *textList) spread(from int, null []bool, present int) {
	before := uint32(0)
	if from > 0 {
		before = l.ends[from-1]
	}
	k, ends := present, l.ends[from:]
	for i := len(null) - 1; k <= i; i-- {
		end := before
		if k > 0 {
			end = ends[k-1]
		}
		ends[i] = end
		k -= int(bit(!null[i]))
	}
}

func sized[T any](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n)
	}
	return s[:n]
}
