package state

import (
	"bytes"
	"cmp"
	"slices"

	"flussi/internal/spool"
)

// Published knows the classes of rows that the releases of an anonymous dataset
// show, and whose rows wait to be taken out of them. It keeps names that are keyed
// hashes, and counts: of a class it tells what its readers see, and how many persons
// it has; of a row that waits which record was cancelled, and of which person.
//
//	p, err := state.OpenPublished(fs, path, hasher, terms) // what the last release left
//	p.Wait(row)                                            // cancelled in this run
//	leaving, err := p.Leave(k, distinct)                   // what may be taken out
//	err = p.Commit(newPath, release, classes)              // what the next run opens
//
// Rows of a class leave together: when they are of k distinct persons and of no fewer
// of those whom the recipient does not know, when at least as many remain, or no row,
// and when both those that leave and those that remain are as diverse in each sensitive
// column as the class had to be. So the difference of two releases is of k persons in
// each class that differs. All that wait leave, or else those of as many persons as
// leave k behind.
//
// Memory is some 150 bytes a row that waits; classes are streamed.
type Published struct {
	fs       spool.FS
	path     string
	keyID    keyID
	terms    Terms
	releases []Making
	waiting  []Row                // in order of class and record
	changed  map[[16]byte]ClassOf // classes whose rows leave in this run, as they are then
}

// Making is a release and how its rows were made: a cancellation finds its row only
// by the same means.
type Making struct {
	Release
	How [16]byte
}

// ClassOf is one class of a release: at least k persons who are alike in all that
// somebody may know of them.
type ClassOf struct {
	Name [16]byte
	// Persons are those it has at least, and Strangers those of them of whom the
	// recipient does not know all rows; 0 for none.
	Persons, Strangers int64
	Alike              []Alike  // its rows
	Columns            []Spread // sensitive columns
	release            uint16   // place in the file
}

// Alike is rows of a class with the same sensitive values, as keyed hashes; 0 is a
// hidden one.
type Alike struct {
	Values []uint64
	Rows   int64
}

// Spread is how many persons at least have a value of a sensitive column that the
// recipient does not know, and how many have which; nothing where the class shows
// none.
type Spread struct {
	Valued int64
	Having []Having // in order of value
}

// Having is a value, as a keyed hash, and how many persons at least have it.
type Having struct {
	Value   uint64
	Persons int64
}

// Row is a row whose record was cancelled.
type Row struct {
	Record  [24]byte // as Key.Record names it
	Release string   // with which it came
	Class   [16]byte
	Person  uint64
	Known   bool     // the recipient has it with its person's name
	Values  []uint64 // of the sensitive columns, if the class shows them; 0 is hidden
}

// Leaving is what is taken out in a run.
type Leaving struct {
	Rows     []LeavingRows
	Releases map[string]bool // with which they came
	Records  [][24]byte      // of which they were
}

// LeavingRows are so many rows of a class with the same sensitive values.
type LeavingRows struct {
	Class [16]byte
	Alike
}

// Made tells how the rows of a release were made; false where it is forgotten.
func (p *Published) Made(release string) (Making, bool) {
	for _, m := range p.releases {
		if m.ID == release {
			return m, true
		}
	}
	return Making{}, false
}

// Wait has a row wait to be taken out. It comes before Leave.
func (p *Published) Wait(r Row) { p.waiting = append(p.waiting, r) }

// WaitNot lets go of rows whose records are current again.
func (p *Published) WaitNot(records map[[24]byte]bool) {
	p.waiting = slices.DeleteFunc(p.waiting, func(r Row) bool { return records[r.Record] })
}

// Leave decides which rows are taken out now: they wait no more. distinct is how
// many different values each sensitive column must have, where it shows any.
func (p *Published) Leave(k int, distinct []int) (l Leaving, err error) {
	l.Releases = map[string]bool{}
	p.changed = map[[16]byte]ClassOf{}
	slices.SortFunc(p.waiting, func(a, b Row) int {
		return cmp.Or(bytes.Compare(a.Class[:], b.Class[:]), bytes.Compare(a.Record[:], b.Record[:]))
	})
	var stay []Row
	rest := p.waiting
	if len(rest) == 0 {
		return l, nil
	}
	err = p.scan(func(c *ClassOf) error {
		var here []Row
		for len(rest) > 0 && bytes.Compare(rest[0].Class[:], c.Name[:]) <= 0 {
			if rest[0].Class == c.Name && c.alike(&rest[0]) >= 0 {
				here = append(here, rest[0])
			} else {
				stay = append(stay, rest[0]) // of no class or row that there is
			}
			rest = rest[1:]
		}
		if len(here) == 0 {
			return nil
		}
		here, wait, after := c.most(here, int64(k), distinct)
		stay = append(stay, wait...)
		if len(here) == 0 {
			return nil
		}
		p.changed[c.Name] = after
		for i, a := range c.Alike {
			if n := countOf(c, i, here); n > 0 {
				l.Rows = append(l.Rows, LeavingRows{c.Name, Alike{a.Values, n}})
			}
		}
		for _, r := range here {
			l.Releases[r.Release] = true
			l.Records = append(l.Records, r.Record)
		}
		return nil
	})
	p.waiting = append(stay, rest...)
	return l, err
}

// alike finds the rows of the class that say what a row says, where the class shows
// it; -1 where there are none.
func (c *ClassOf) alike(r *Row) int {
	if len(r.Values) != len(c.Columns) {
		return -1
	}
	return slices.IndexFunc(c.Alike, func(a Alike) bool {
		for i, v := range r.Values {
			if c.Columns[i].Valued == 0 {
				v = 0
			}
			if a.Values[i] != v {
				return false
			}
		}
		return true
	})
}

func countOf(c *ClassOf, alike int, rows []Row) (n int64) {
	for i := range rows {
		if c.alike(&rows[i]) == alike {
			n++
		}
	}
	return n
}

// most divides rows that are cancelled into those that leave and those that wait, and
// gives the class without the former.
func (c *ClassOf) most(rows []Row, k int64, distinct []int) (leave, wait []Row, after ClassOf) {
	if after, may := c.without(rows, k, distinct); may {
		return rows, nil, after
	}
	var persons []uint64 // in the order of their hashes, which says nothing of them
	for _, r := range rows {
		persons = append(persons, r.Person)
	}
	slices.Sort(persons)
	persons = slices.Compact(persons)
	for n, tries := min(int64(len(persons)), c.Persons-k), 0; n >= k && tries < mostTries; n, tries = n-1, tries+1 {
		leave, wait = nil, nil
		for _, r := range rows {
			if r.Person <= persons[n-1] {
				leave = append(leave, r)
			} else {
				wait = append(wait, r)
			}
		}
		if after, may := c.without(leave, k, distinct); may {
			return leave, wait, after
		}
	}
	return nil, rows, after
}

// mostTries bounds how often fewer persons are tried.
const mostTries = 16

// without is the class without some of its rows, and whether they may leave it.
// Counts of persons are the least that can remain: who has several rows may be left
// with one, and is taken to be gone.
func (c *ClassOf) without(rows []Row, k int64, distinct []int) (after ClassOf, may bool) {
	out := tallied(rows, len(c.Columns), false)
	after = ClassOf{Name: c.Name, release: c.release, Persons: c.Persons - out.Persons, Strangers: c.Strangers - out.Strangers}
	left := int64(0)
	for i, a := range c.Alike {
		if a.Rows -= countOf(c, i, rows); a.Rows < 0 {
			return after, false // there are not as many
		}
		if a.Rows > 0 {
			after.Alike = append(after.Alike, a)
		}
		left += a.Rows
	}
	// Where none leaves whose value the recipient does not know, whoever reads the two
	// releases may know less than he does: to him they are not all of one value either.
	seen := tallied(rows, len(c.Columns), true)
	for i := range seen.Columns {
		if out.Columns[i].Valued > 0 {
			seen.Columns[i] = out.Columns[i]
		}
	}
	may = out.enough(k) && seen.diverse(distinct, c.Columns, false)
	if left == 0 {
		return after, may
	}
	for i := range c.Columns {
		after.Columns = append(after.Columns, c.Columns[i].less(&out.Columns[i]))
	}
	return after, may && after.Persons >= k && (c.Strangers == 0 || after.Strangers >= k) && after.diverse(distinct, c.Columns, true)
}

// tallied counts rows as a class is counted; known: the values of those that the
// recipient knows as well.
func tallied(rows []Row, columns int, known bool) *ClassOf {
	rows = slices.Clone(rows)
	slices.SortFunc(rows, func(a, b Row) int { return cmp.Compare(a.Person, b.Person) })
	c := &ClassOf{Columns: make([]Spread, columns)}
	for len(rows) > 0 {
		n := 1
		for n < len(rows) && rows[n].Person == rows[0].Person {
			n++
		}
		one := rows[:n]
		rows = rows[n:]
		c.Persons++
		if slices.ContainsFunc(one, func(r Row) bool { return !r.Known }) {
			c.Strangers++
		}
		for i := range c.Columns {
			var values []uint64
			for _, r := range one {
				if (known || !r.Known) && i < len(r.Values) && r.Values[i] != 0 && !slices.Contains(values, r.Values[i]) {
					values = append(values, r.Values[i])
				}
			}
			c.Columns[i].count(values)
		}
	}
	return c
}

// count adds a person with these values.
func (s *Spread) count(values []uint64) {
	if len(values) > 0 {
		s.Valued++
	}
	for _, v := range values {
		i, found := s.find(v)
		if !found {
			s.Having = slices.Insert(s.Having, i, Having{Value: v})
		}
		s.Having[i].Persons++
	}
}

// Has adds a value, and how many persons have it.
func (s *Spread) Has(value uint64, persons int64) {
	i, _ := s.find(value)
	s.Having = slices.Insert(s.Having, i, Having{value, persons})
}

func (s *Spread) find(value uint64) (int, bool) {
	return slices.BinarySearchFunc(s.Having, value, func(h Having, v uint64) int { return cmp.Compare(h.Value, v) })
}

// less is what is left at least without those that are taken out; what a class does
// not show it never does.
func (s *Spread) less(out *Spread) Spread {
	if s.Valued == 0 {
		return Spread{}
	}
	left := Spread{Valued: s.Valued - out.Valued}
	for _, h := range s.Having {
		if i, found := out.find(h.Value); found {
			h.Persons -= out.Having[i].Persons
		}
		if h.Persons > 0 {
			left.Having = append(left.Having, h)
		}
	}
	return left
}

// enough: k persons, and of strangers none or k.
func (c *ClassOf) enough(k int64) bool {
	return c.Persons >= k && (c.Strangers == 0 || c.Strangers >= k)
}

// diverse tells whether no value of a column that the class shows would be known of
// all who are left or leave, by the rule of kanon. Those who leave may have none;
// among those who are left somebody must.
func (c *ClassOf) diverse(distinct []int, shown []Spread, some bool) bool {
	for i := range shown {
		s := &c.Columns[i]
		switch {
		case shown[i].Valued == 0, s.Valued == 0 && !some:
		case len(s.Having) == 0, len(s.Having) < distinct[i]:
			return false
		case slices.MaxFunc(s.Having, func(a, b Having) int { return cmp.Compare(a.Persons, b.Persons) }).Persons >= s.Valued:
			return false
		}
	}
	return true
}
