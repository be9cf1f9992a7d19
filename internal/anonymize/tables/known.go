package tables

// Known is what a reader has beside the tables.
type Known struct {
	// Before are the figures that the release before suppressed: those to suppress
	// again first.
	Before map[Key]bool
	// Beside counts the rows of the recipient's microdata that stand in a
	// figure (see Cube.Beside). A reader knows the figure to have at least as
	// many; and where it has less than k more, those are the rows that the
	// microdata withhold.
	Beside map[Key]int64
	// Persons: those rows are one for each person, not one for each record.
	Persons bool
}

// Beside enters n rows of microdata into known, in every figure that they are
// seen to stand in: at is the finest place that they tell of each dimension.
// An Apart dimension must be told. Where rows that are in a total stand in
// several of its parts, they are entered in the parts with within, the
// dimension, which leaves its total out; -1 for none. To be called after Recode.
func (c *Cube) Beside(known *Known, at []Place, n int64, within int) {
	if known.Beside == nil {
		known.Beside = map[Key]int64{}
	}
	if c.parents == nil {
		c.parents = c.lattice.parents(c.leaf)
	}
	for _, to := range c.lattice.nodes {
		if within >= 0 && int(to[within]) == len(c.lattice.dimensions[within].Levels) {
			continue
		}
		var k Key
		ok := true
		for i, p := range at {
			for ok && p.Level < to[i] {
				p, ok = c.lattice.up(c.parents, i, p)
			}
			k[i], ok = p, ok && p.Level == to[i]
		}
		if ok {
			known.Beside[k] += n
		}
	}
}

// parents maps, by dimension, a place to the code above it.
func (l *lattice) parents(leaves [][MaxDimensions]uint16) []map[Place]uint16 {
	all := make([]map[Place]uint16, len(l.dimensions))
	for i, d := range l.dimensions {
		all[i] = map[Place]uint16{}
		for _, leaf := range leaves {
			for level := 1; level < len(d.Levels); level++ {
				all[i][Place{uint8(level - 1), d.Levels[level-1].code(leaf[i])}] = d.Levels[level].code(leaf[i])
			}
		}
	}
	return all
}

// up is the place above; false where no record stands there.
func (l *lattice) up(parents []map[Place]uint16, dim int, p Place) (Place, bool) {
	if int(p.Level)+1 >= len(l.dimensions[dim].Levels) {
		return Place{Level: p.Level + 1}, true
	}
	code, ok := parents[dim][p]
	return Place{p.Level + 1, code}, ok
}
