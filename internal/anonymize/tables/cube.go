package tables

import (
	"context"
	"errors"
	"slices"

	"flussi/internal/scratch"
)

// Errors of a cube.
var (
	ErrFull   = errors.New("more records than the cube may hold")
	ErrCells  = errors.New("more figures than the cube may hold")
	ErrLevels = errors.New("a level is no function of the one below it")
)

// MaxFigures bounds the figures of one cube: cells, totals and the hidden
// joint cells of tables that form no tree. Each costs about a kilobyte while
// it is protected.
const MaxFigures = 2_000_000

// Measure is one thing that is summed.
type Measure uint8

const (
	Records Measure = iota
	// Places are the persons as if they added up: distinct persons of each
	// joint cell, summed. What is published of persons are distinct ones, which
	// do not add up; a reader who takes them for sums knows no more than this.
	Places
	Cents   // the amount, in hundredths of euro
	Minutes // of service
	measures
)

// Cell is one figure of the result.
type Cell struct {
	Key        Key
	Inner      bool // not a total of others within some table
	Booked     bool // a cell of the first table at its finest: each record is in one
	Suppressed bool
	Records    int64
	Persons    int64 // distinct
	Cents      int64
	Minutes    int64
}

// Cube holds records of linked tables until they are counted. It is for one
// goroutine.
type Cube struct {
	lattice *lattice
	max     int
	leaves  map[[MaxDimensions]uint16]int32
	leaf    [][MaxDimensions]uint16
	records *records
	parents []map[Place]uint16 // made by Beside
}

// New makes an empty cube of at most max records.
func New(dimensions []Dimension, tables []Table, max int, room scratch.Room) (*Cube, error) {
	l, err := newLattice(dimensions, tables)
	if err != nil {
		return nil, err
	}
	return &Cube{lattice: l, max: max, leaves: map[[MaxDimensions]uint16]int32{}, records: newRecords(room)}, nil
}

// Add counts one record of a person: leaf has its finest code in each dimension;
// Keep knows it by its ordinal. An error other than this package's is of the
// scratch space.
func (c *Cube) Add(leaf []uint16, person [16]byte, cents, minutes int64, ordinal uint32) error {
	if c.records.n >= c.max {
		return ErrFull
	}
	var key [MaxDimensions]uint16
	copy(key[:], leaf)
	n, ok := c.leaves[key]
	if !ok {
		if len(c.leaf) >= MaxFigures {
			return ErrCells
		}
		n = int32(len(c.leaf))
		c.leaves[key] = n
		c.leaf = append(c.leaf, key)
	}
	return c.records.add(record{person: person, cents: cents, minutes: minutes, leaf: n, ordinal: ordinal})
}

// Len is the number of records.
func (c *Cube) Len() int { return c.records.n }

// Keep drops the records that do not live, by their ordinals, and with them the
// leaves that no other record has. It comes before Recode.
func (c *Cube) Keep(live func(ordinal uint32) bool) error {
	to := make([]int32, len(c.leaf)) // the new number plus one
	var leaf [][MaxDimensions]uint16
	n := 0
	err := c.records.each(func(r *record) {
		if !live(r.ordinal) {
			return
		}
		if n++; to[r.leaf] == 0 {
			leaf = append(leaf, c.leaf[r.leaf])
			to[r.leaf] = int32(len(leaf))
		}
	})
	c.records.n, c.records.live, c.records.to = n, live, to
	c.leaf = leaf
	return err
}

// Recode replaces the leaf codes of a dimension: a dictionary filled in order
// of appearance gets its final order. It comes before Close.
func (c *Cube) Recode(dimension int, to []uint16) {
	for i := range c.leaf {
		c.leaf[i][dimension] = to[c.leaf[i][dimension]]
	}
}

// Close counts, suppresses, audits, and gives every figure in the order of
// keys. The cube is empty afterwards.
func (c *Cube) Close(ctx context.Context, rules Rules, known Known) ([]Cell, error) {
	if err := rules.check(); err != nil {
		return nil, err
	}
	g, err := c.count(nil)
	if err != nil {
		return nil, err
	}
	p, err := g.problem(rules, known)
	if err != nil {
		return nil, err
	}
	if err := p.protect(ctx, rules); err != nil {
		return nil, err
	}
	cells := g.cells
	for i := range cells {
		cells[i].Suppressed = p.figures[i].hidden
	}
	return cells[:g.shown], nil
}

// counted is every figure of a cube with what the rules ask of it.
type counted struct {
	lattice *lattice
	cells   []Cell // in the order of keys; the joint cells that no table shows behind them
	shown   int
	index   map[Key]int32
	places  []int64
	leaf    [][MaxDimensions]uint16
	stakes  []stake
	keys    []uint64               // cell keys, see Noise
	up      []map[[2]uint16]uint16 // by dimension: level and code one below -> code
	leaves  [][]int32              // the figures of each leaf, its joint cell last where there is one
}

// count aggregates in one pass over the records, a person at a time. key gives
// a person's record key; nil where nobody asks for cell keys.
func (c *Cube) count(key func(person [16]byte) uint64) (*counted, error) {
	g, err := c.lay()
	if err != nil {
		return nil, err
	}
	mine := newContribution(len(g.cells))
	err = c.records.persons(func(all []record) {
		mine.reset()
		for i := range all {
			r := &all[i]
			first := mine.meet(r.leaf)
			for _, f := range g.leaves[r.leaf] {
				x := &g.cells[f]
				x.Records++
				x.Cents += r.cents
				x.Minutes += r.minutes
				if first {
					g.places[f]++
				}
				mine.add(f, r.cents, r.minutes)
			}
		}
		record := uint64(0)
		if key != nil {
			record = key(all[0].person)
		}
		for i, f := range mine.figures {
			g.keys[f] += record
			g.cells[f].Persons++
			g.stakes[f].take(mine.of[i])
		}
	})
	if err != nil {
		return nil, err
	}
	c.leaf, c.leaves = nil, nil
	return g, nil
}

// lay finds the figures and orders them.
func (c *Cube) lay() (*counted, error) {
	l := c.lattice
	g := &counted{lattice: l, leaf: c.leaf, index: map[Key]int32{}, leaves: make([][]int32, len(c.leaf))}
	enter := func(k Key) error {
		if _, ok := g.index[k]; ok {
			return nil
		}
		if len(g.cells) >= MaxFigures {
			return ErrCells
		}
		g.index[k] = 0
		g.cells = append(g.cells, Cell{Key: k})
		return nil
	}
	above := make([]map[[2]uint16]uint16, MaxDimensions)
	g.up = above
	for i := range c.leaf {
		if !l.chain(above, &c.leaf[i]) {
			return nil, ErrLevels
		}
		for _, n := range l.nodes {
			if err := enter(l.at(n, &c.leaf[i])); err != nil {
				return nil, err
			}
		}
	}
	if err := g.listZeros(enter); err != nil {
		return nil, err
	}
	byKey := func(a, b Cell) int { return a.Key.Compare(b.Key) }
	slices.SortFunc(g.cells, byKey)
	g.shown = len(g.cells)
	if !l.tree && !l.member[l.joint] {
		for i := range c.leaf {
			if err := enter(l.at(l.joint, &c.leaf[i])); err != nil {
				return nil, err
			}
		}
		slices.SortFunc(g.cells[g.shown:], byKey)
	}
	for i := range g.cells {
		g.index[g.cells[i].Key] = int32(i)
		n := g.cells[i].Key.node()
		g.cells[i].Inner = i < g.shown && l.inner(n)
		g.cells[i].Booked = i < g.shown && n == l.first
	}
	for i := range c.leaf {
		for _, n := range l.nodes {
			g.leaves[i] = append(g.leaves[i], g.index[l.at(n, &c.leaf[i])])
		}
		if len(g.cells) > g.shown {
			g.leaves[i] = append(g.leaves[i], g.index[l.at(l.joint, &c.leaf[i])])
		}
	}
	g.places = make([]int64, len(g.cells))
	g.stakes = make([]stake, len(g.cells))
	g.keys = make([]uint64, len(g.cells))
	return g, nil
}

// chain checks that each level is a function of the one below.
func (l *lattice) chain(above []map[[2]uint16]uint16, leaf *[MaxDimensions]uint16) bool {
	for i, d := range l.dimensions {
		if above[i] == nil {
			above[i] = map[[2]uint16]uint16{}
		}
		for level := 1; level < len(d.Levels); level++ {
			fine, coarse := d.Levels[level-1].code(leaf[i]), d.Levels[level].code(leaf[i])
			key := [2]uint16{uint16(level), fine}
			if had, ok := above[i][key]; ok && had != coarse {
				return false
			}
			above[i][key] = coarse
		}
	}
	return true
}

// listZeros enters the empty cells of sensitive dimensions: beside each code
// of a figure every other one that the dimension has at that level.
func (g *counted) listZeros(enter func(Key) error) error {
	for i, d := range g.lattice.dimensions {
		if !d.Sensitive {
			continue
		}
		codes := map[uint8]map[uint16]bool{}
		for _, x := range g.cells {
			p := x.Key[i]
			if codes[p.Level] == nil {
				codes[p.Level] = map[uint16]bool{}
			}
			codes[p.Level][p.Code] = true
		}
		for _, x := range slices.Clone(g.cells) {
			for code := range codes[x.Key[i].Level] {
				k := x.Key
				k[i].Code = code
				if err := enter(k); err != nil {
					return err
				}
			}
		}
	}
	return nil
}
