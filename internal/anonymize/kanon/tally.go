package kanon

import "slices"

// tally is what a class is judged by. Those of parts of a class that have no
// person in common add up.
type tally struct {
	rows      int64
	persons   int64
	strangers int64 // persons who have a row that is not known to the recipient
	spread    []spread
}

// spread is how the persons of a class are divided over the values of a sensitive
// column, as far as the recipient does not know their rows.
type spread struct {
	having [16]int64 // value -> persons who have it
	valued int64     // persons who have any
}

func (t *tally) reset(l *Layout) {
	t.rows, t.persons, t.strangers = 0, 0, 0
	if t.spread == nil {
		t.spread = make([]spread, len(l.sensitive))
	}
	clear(t.spread)
}

// count adds the rows of a class, which are in the order of their persons.
func (t *tally) count(l *Layout, class []row) {
	t.rows += int64(len(class))
	counted := false
	for i := range class {
		if i == 0 || class[i].person != class[i-1].person {
			t.persons++
			counted = false
		}
		if !counted && l.known.get(&class[i]) == 0 {
			t.strangers++
			counted = true
		}
	}
}

// enough: at least k persons, and of those whom the recipient does not know none
// or at least k. Who knows some of the rows takes them out, and looks at what is
// left.
func (t *tally) enough(k int) bool {
	return t.persons >= int64(k) && (t.strangers >= int64(k) || t.strangers == 0)
}

// divide adds the sensitive values of the rows of a class, in the order of their
// persons. Rows that the recipient knows make nothing diverse, nor do those that
// came blank.
func (t *tally) divide(l *Layout, class []row) {
	for n, column := range l.sensitive {
		c, place, s := &l.columns[column], l.places[column], &t.spread[n]
		var seen uint16 // values that the present person has
		for i := range class {
			if i > 0 && class[i].person != class[i-1].person {
				seen = 0
			}
			if l.known.get(&class[i]) != 0 {
				continue
			}
			code := place.get(&class[i])
			if code == c.Blank || seen&(1<<code) != 0 {
				continue
			}
			if seen == 0 {
				s.valued++
			}
			seen |= 1 << code
			s.having[code]++
		}
	}
}

// uniform tells whether a sensitive value would be known, or nearly, of whoever
// is known to be in the class: all have it, or there are too few different ones.
func (s *spread) uniform(c *Column) bool {
	distinct := 0
	for _, n := range s.having {
		if n > 0 {
			distinct++
		}
	}
	return slices.Max(s.having[:]) == s.valued || distinct < c.Distinct
}

// add adds the tally of another part of the class.
func (t *tally) add(o *tally) {
	t.rows, t.persons, t.strangers = t.rows+o.rows, t.persons+o.persons, t.strangers+o.strangers
	for i := range o.spread {
		addUp(t.spread[i].having[:], o.spread[i].having[:])
		t.spread[i].valued += o.spread[i].valued
	}
}
