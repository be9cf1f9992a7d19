package recode

import (
	"context"
	"errors"
	"fmt"
	"math"
	"runtime"
	"slices"

	"golang.org/x/sync/errgroup"
)

// Attribute is a quasi-identifier: what somebody may know of a person.
type Attribute struct {
	Name      string
	Hierarchy *Hierarchy
	// Weight is how much a tree prefers to keep this attribute fine; 0 is 1.
	Weight float64
}

// Sensitive is an attribute that nobody is to learn. Its values have the codes 0
// to Values-1, for Hierarchical those of the hierarchy's leaves.
type Sensitive struct {
	Name      string
	Values    int
	Hierarchy *Hierarchy // for Hierarchical
}

// Tuples are the rows of a table as far as anonymity goes: each distinct
// combination of quasi-identifiers once, with its number of rows and how often
// each sensitive value is among them; and once more for each person who has it
// and others too, where persons are counted. They stand in the order of their
// keys, in memory or in scratch space, and are not changed after they are made.
type Tuples struct {
	attributes []Attribute
	sensitive  []Sensitive
	offsets    []int // of each sensitive attribute in a histogram
	axes       []axis
	rows       int64
	tuples     int
	risk       Risk
	leaves     [][]uint64 // by attribute and place: rows
	whole      []uint64   // rows of each sensitive value
	source
}

// source is a sorted run of records.
type source struct {
	*store
	form
	run []piece
	n   int // records
}

// Len is the number of distinct tuples.
func (t *Tuples) Len() int { return t.tuples }

// Rows is the number of rows.
func (t *Tuples) Rows() int64 { return t.rows }

// Varies tells whether an attribute has more than one value.
func (t *Tuples) Varies(attribute int) bool {
	values := 0
	for _, rows := range t.leaves[attribute] {
		if rows > 0 {
			values++
		}
	}
	return values > 1
}

// Attributes are the quasi-identifiers.
func (t *Tuples) Attributes() []Attribute { return t.attributes }

// Errors of this package, beside ErrScratch.
var (
	// ErrTuples: more distinct tuples than Room has, and no scratch space.
	ErrTuples = errors.New("more distinct combinations than there is room for")
	// ErrNone: no recoding keeps the limit of suppression.
	ErrNone = errors.New("no combination of levels keeps the limit of suppression")
	// ErrNoRoot: a tree begins at one value that stands for all.
	ErrNoRoot = errors.New("a hierarchy does not end in one value")
	// ErrRows: more than 2^32-1 rows.
	ErrRows = errors.New("more rows than can be counted")
)

// Counting is how rows are counted into Tuples.
type Counting struct {
	Attributes []Attribute // they must fit 128 bits
	Sensitive  []Sensitive
	Persons    bool // k counts persons: Builder.AddOf says whose each row is
	Room       Room
}

// Builder counts rows into Tuples. It is for one goroutine.
type Builder struct {
	t *Tuples
	*gatherer
	rows int64
	keys []key // scratch
}

// NewBuilder makes one that counts rows in memory.
func NewBuilder(attributes []Attribute, sensitive []Sensitive) (*Builder, error) {
	all, err := Counting{Attributes: attributes, Sensitive: sensitive}.Builders(1)
	if err != nil {
		return nil, err
	}
	return all[0], nil
}

// Builders makes several, each for a goroutine, for one Gather.
func (c Counting) Builders(n int) (all []*Builder, err error) {
	t := &Tuples{attributes: c.Attributes, sensitive: c.Sensitive}
	t.store, t.persons = &store{room: c.Room}, c.Persons
	if t.axes, t.wide, err = pack(c.Attributes); err != nil {
		return nil, err
	}
	for _, s := range c.Sensitive {
		if s.Values < 1 || s.Values > 1<<12 {
			return nil, fmt.Errorf("%s: %d sensitive values", s.Name, s.Values)
		}
		t.offsets = append(t.offsets, t.stride)
		t.stride += s.Values
	}
	for range n {
		order := byTuple
		if c.Persons {
			order = byPerson
		}
		all = append(all, &Builder{t: t, gatherer: newGatherer(t.store, t.form, order, c.Room.Memory/int64(2*n))})
	}
	return all, nil
}

// Add counts n rows: columns holds, for each attribute, the leaf code of each
// row, sensitive the code of each sensitive value.
func (b *Builder) Add(n int, columns, sensitive [][]uint32) error {
	return b.AddOf(n, columns, sensitive, nil)
}

// AddOf counts n rows, and whose they are: a number that is the person's own, not
// 0. Two persons of one number count as one, so that k is never overstated.
func (b *Builder) AddOf(n int, columns, sensitive [][]uint32, who []uint64) error {
	if b.rows += int64(n); b.rows > math.MaxUint32 {
		return ErrRows
	}
	b.keys = slices.Grow(b.keys[:0], n)[:n]
	packRows(b.t.axes, columns, b.keys)
	for row, k := range b.keys {
		if who != nil {
			k.who = max(who[row], 1)
		}
		at := b.add(k, 1, 1, nil)
		for i, codes := range sensitive {
			b.seen[at*b.t.stride+b.t.offsets[i]+int(codes[row])]++
		}
		if b.len() >= b.most {
			if err := b.spill(); err != nil {
				return err
			}
		}
	}
	return nil
}

// Tuples gives what a Builder of NewBuilder counted. It is of no further use.
func (b *Builder) Tuples() *Tuples {
	t, err := Gather(context.Background(), []*Builder{b})
	if err != nil {
		panic(err) // memory has no errors
	}
	return t
}

// Gather puts together what the builders of one Counting counted. They are of no
// further use.
func Gather(ctx context.Context, builders []*Builder) (*Tuples, error) {
	t := builders[0].t
	var work errgroup.Group
	finished := make([][][]piece, len(builders))
	for i, b := range builders {
		if t.rows += b.rows; t.rows > math.MaxUint32 {
			return nil, ErrRows
		}
		work.Go(func() error {
			finished[i] = b.finish()
			return nil
		})
	}
	_ = work.Wait() // it has no error
	runs := slices.Concat(finished...)
	if t.persons {
		var err error
		if runs, err = t.alone(ctx, runs); err != nil {
			return nil, err
		}
	}
	c := t.collect()
	if len(runs) == 1 && runs[0][0].mem != nil {
		for _, p := range runs[0] {
			c.look(p.mem)
		}
		t.run = runs[0]
	} else if err := t.mergeRuns(ctx, runs, t.form, byTuple, c.put); err != nil {
		return nil, err
	}
	c.close()
	return t, nil
}

// alone takes the persons of one tuple, who need not be told from each other, out
// of runs in the order of persons, and gives runs in the order of tuples.
func (t *Tuples) alone(ctx context.Context, runs [][]piece) ([][]piece, error) {
	g := newGatherer(t.store, t.form, byTuple, t.room.Memory/2)
	held := &records{form: t.form} // one, which the person's next may follow
	shared := false                // the one before was the same person's
	give := func(next uint64) error {
		if held.len() == 0 {
			return nil
		}
		k := held.at(0)
		same := k.who == next
		if !same && !shared {
			k.who = 0
		}
		shared = same
		return g.take(k, held.counts[0], 1, held.histogram(0))
	}
	err := t.mergeRuns(ctx, runs, t.form, byPerson, func(r *records) error {
		for i := range r.len() {
			k := r.at(i)
			if err := give(k.who); err != nil {
				return err
			}
			held.reset()
			held.append(k, r.counts[i], 1, r.histogram(i))
		}
		return nil
	})
	if err == nil {
		err = give(0)
	}
	if err != nil {
		return nil, err
	}
	return g.finish(), nil
}

// collecting looks at the tuples as they come, in order, and keeps them.
type collecting struct {
	t     *Tuples
	held  int64  // bytes in memory
	key   key    // of the last tuple
	heads uint64 // its persons, or rows
	found Risk
	sum   uint64 // of heads
}

func (t *Tuples) collect() *collecting {
	t.whole = make([]uint64, t.stride)
	t.leaves = make([][]uint64, len(t.attributes))
	for a, x := range t.axes {
		t.leaves[a] = make([]uint64, len(x.leaf))
	}
	return &collecting{t: t}
}

// put keeps records, in memory as long as half of it has room.
func (c *collecting) put(r *records) error {
	c.look(r)
	size := int64(r.len() * r.size())
	if m := c.t.room.Memory; m > 0 && c.held+size > m/2 {
		p, err := c.t.put(r)
		if err != nil {
			return err
		}
		c.t.run = append(c.t.run, p)
		return nil
	}
	c.held += size
	kept := &records{form: r.form}
	kept.grow(r.len())
	kept.concat(r)
	c.t.run = append(c.t.run, piece{n: r.len(), mem: kept})
	return nil
}

// look counts what every reading of the tuples would give again.
func (c *collecting) look(r *records) {
	t := c.t
	t.n += r.len()
	for i := range r.len() {
		k, rows := r.at(i), uint64(r.counts[i])
		for a := range t.axes {
			t.leaves[a][t.axes[a].get(k)] += rows
		}
		for v, n := range r.histogram(i) {
			t.whole[v] += uint64(n)
		}
		if k.who = 0; k != c.key {
			c.end()
			c.key = k
		}
		c.heads += uint64(r.head(i))
	}
}

// end counts a tuple that is whole.
func (c *collecting) end() {
	if c.heads == 0 {
		return
	}
	c.t.tuples++
	c.sum += c.heads
	if c.heads == 1 {
		c.found.Uniques++
	}
	c.found.ProsecutorMax = max(c.found.ProsecutorMax, 1/float64(c.heads))
	c.heads = 0
}

func (c *collecting) close() {
	c.end()
	if c.sum > 0 {
		c.found.Marketer = float64(c.t.tuples) / float64(c.sum)
	}
	c.t.risk = c.found
}

// scan goes through the records, each worker through a stretch of them in their
// order; worker makes what takes a stretch.
func (s *source) scan(ctx context.Context, workers int, worker func(w int) func(*records) error) error {
	work, ctx := errgroup.WithContext(ctx)
	for w := range workers {
		from, to := w*len(s.run)/workers, (w+1)*len(s.run)/workers
		take := worker(w)
		work.Go(func() error {
			room, buf := &records{form: s.form}, []byte(nil)
			for _, p := range s.run[from:to] {
				if ctx.Err() != nil {
					return context.Cause(ctx)
				}
				r, err := s.get(p, room, &buf)
				if err != nil {
					return err
				}
				if err := take(r); err != nil {
					return err
				}
			}
			return nil
		})
	}
	return work.Wait()
}

// workers is how many stretches are worth the while.
func (s *source) workers() int {
	if s.n < 1<<14 {
		return 1
	}
	return min(runtime.GOMAXPROCS(0), len(s.run))
}
