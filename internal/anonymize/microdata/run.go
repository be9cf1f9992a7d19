package microdata

import (
	"context"
	"errors"
	"runtime"
	"slices"
	"sync/atomic"

	"golang.org/x/sync/errgroup"

	"flussi/internal/anonymize/recode"
	"flussi/internal/flusso"
	"flussi/internal/scratch"
	"flussi/internal/table"
)

// Source is a table to read, as often as asked, by several goroutines.
type Source interface {
	// Columns are those of the table, in order.
	Columns() []table.Column
	// Parts are the numbers of rows of the parts that can be read by themselves;
	// one part where there are none.
	Parts() []int64
	// Read hands on the columns called names of a part, some thousand rows at a time.
	Read(part int, names []string, f func(*table.Chunk) error) error
}

// Sink takes rows in order.
type Sink interface {
	Append(c *table.Chunk, from, to int) error
}

// Plan is a table whose recoding is decided and not yet written.
type Plan struct {
	source   Source
	spec     Spec
	names    []string // of columns
	columns  []column // those of the spec that are read, in the table's order
	written  []int    // places of those that are written
	recoding *recode.Recoding
	Report   Report
}

// Decide reads the table and finds how to publish it, within room. cpu gives the
// seconds of processor this process has used.
func Decide(ctx context.Context, in Source, spec Spec, room recode.Room, cpu func() float64) (*Plan, error) {
	p := &Plan{source: in, spec: spec}
	if err := p.match(); err != nil {
		return nil, err
	}
	if err := p.learn(ctx); err != nil {
		return nil, err
	}
	tuples, err := p.count(ctx, room)
	if err != nil {
		return nil, err
	}
	began := cpu()
	criteria := recode.Criteria{K: spec.K, Limit: spec.Suppression, Sensitive: p.criteria()}
	p.Report = Report{RowsIn: tuples.Rows(), Tuples: int64(tuples.Len()), K: spec.K, Method: spec.Method, Persons: len(p.places(Person)) > 0, Codes: p.codesReport()}
	if tuples.Rows() < int64(spec.K) {
		return nil, invalid(textTooFewRows, hintTooFewRows, nil)
	}
	for i, place := range p.places(Quasi) {
		if tuples.Rows() > 1 && !tuples.Varies(i) {
			return nil, invalid(ofColumn(p.columns[place].Name, textOneValue), hintOneValue, nil)
		}
	}
	switch spec.Method {
	case Global:
		var g *recode.Global
		if g, err = recode.SearchGlobal(ctx, tuples, criteria); err == nil {
			p.Report.global(tuples, g)
			p.recoding, err = g.Recoding(ctx, tuples, criteria)
		}
	case Local:
		var tree *recode.Tree
		if tree, err = recode.FitTree(ctx, tuples, criteria); err == nil {
			p.recoding, err = tree.Recode(ctx, tuples, criteria)
		}
	}
	if err != nil {
		return nil, explain(err)
	}
	p.Report.SearchCPU = cpu() - began
	p.Report.measure(tuples, p.recoding)
	return p, nil
}

// match gives each column of the table its part of the spec.
func (p *Plan) match() error {
	have := p.source.Columns()
	for _, c := range p.spec.Columns {
		if !slices.ContainsFunc(have, func(h table.Column) bool { return h.Name == c.Name }) {
			return invalid(ofColumn(c.Name, textNoColumn), hintNoColumn, nil)
		}
	}
	for _, h := range have {
		at := slices.IndexFunc(p.spec.Columns, func(c Column) bool { return c.Name == h.Name })
		switch {
		case at < 0 || p.spec.Columns[at].Role == 0:
			return invalid(ofColumn(h.Name, textNoRole), hintNoRole, nil)
		case p.spec.Columns[at].Role == Drop:
			continue
		case h.Kind == 0:
			return invalid(ofColumn(h.Name, textNotRead), hintNotRead, nil)
		}
		if p.spec.Columns[at].Role != Person {
			p.written = append(p.written, len(p.columns))
		} else if len(p.places(Person)) > 0 {
			return invalid(ofColumn(h.Name, textTwoPersons), hintTwoPersons, nil)
		}
		p.names = append(p.names, h.Name)
		p.columns = append(p.columns, column{Column: p.spec.Columns[at], in: h})
	}
	if !slices.ContainsFunc(p.columns, func(c column) bool { return c.Role == Quasi }) {
		return invalid(textNoQuasi, hintNoQuasi, nil)
	}
	return nil
}

// places are those of the columns of a role, among the columns that are read.
func (p *Plan) places(role Role) (places []int) {
	for i, c := range p.columns {
		if c.Role == role {
			places = append(places, i)
		}
	}
	return places
}

func (p *Plan) criteria() (all []recode.Criterion) {
	for _, i := range p.places(Sensitive) {
		all = append(all, p.columns[i].Criterion)
	}
	return all
}

// read reads the columns at places of a part; first is the number of rows of the
// table before the chunk.
func (p *Plan) read(ctx context.Context, part int, places []int, f func(chunk *table.Chunk, first int64) error) error {
	names, first := make([]string, len(places)), int64(0)
	for i, place := range places {
		names[i] = p.names[place]
	}
	for _, rows := range p.source.Parts()[:part] {
		first += rows
	}
	return p.source.Read(part, names, func(c *table.Chunk) error {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		err := f(c, first)
		first += int64(c.Rows())
		return err
	})
}

// learn collects the values of the columns that have no hierarchy.
func (p *Plan) learn(ctx context.Context) error {
	var places []int
	for i := range p.columns {
		if p.columns[i].learns() {
			places = append(places, i)
		}
	}
	for part := range p.source.Parts() {
		if len(places) == 0 {
			break
		}
		err := p.read(ctx, part, places, func(chunk *table.Chunk, _ int64) error {
			for i, place := range places {
				if err := p.columns[place].see(&chunk.Columns[i], chunk.Rows()); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	for i := range p.columns {
		if err := p.columns[i].settle(); err != nil {
			return err
		}
	}
	return nil
}

// count makes the tuples.
func (p *Plan) count(ctx context.Context, room recode.Room) (*recode.Tuples, error) {
	quasi, sensitive, person := p.places(Quasi), p.places(Sensitive), p.places(Person)
	var attributes []recode.Attribute
	for _, i := range quasi {
		attributes = append(attributes, recode.Attribute{Name: p.columns[i].Name, Hierarchy: p.columns[i].Hierarchy})
	}
	var secrets []recode.Sensitive
	for _, i := range sensitive {
		h := p.columns[i].Hierarchy
		secrets = append(secrets, recode.Sensitive{Name: p.columns[i].Name, Values: h.Leaves(), Hierarchy: h})
	}
	builders, err := recode.Counting{Attributes: attributes, Sensitive: secrets, Persons: len(person) > 0, Room: room}.Builders(p.workers())
	if err != nil {
		return nil, invalid(textTooWide, hintTooWide, err)
	}
	var next atomic.Int64
	work, reading := errgroup.WithContext(ctx)
	for _, b := range builders {
		work.Go(func() error {
			for {
				part := int(next.Add(1)) - 1
				if part >= len(p.source.Parts()) {
					return nil
				}
				if err := p.countPart(reading, part, b, quasi, sensitive, person); err != nil {
					return err
				}
			}
		})
	}
	if err := work.Wait(); err != nil {
		return nil, explain(err)
	}
	tuples, err := recode.Gather(ctx, builders)
	if err != nil {
		return nil, explain(err)
	}
	return tuples, nil
}

// workers is how many parts are worked on at once.
func (p *Plan) workers() int { return min(len(p.source.Parts()), runtime.GOMAXPROCS(0)) }

func (p *Plan) countPart(ctx context.Context, part int, b *recode.Builder, quasi, sensitive, person []int) error {
	coded := slices.Concat(quasi, sensitive)
	codes, known := make([][]uint32, len(coded)), make([]known, len(coded))
	var who []uint64
	return p.read(ctx, part, slices.Concat(coded, person), func(chunk *table.Chunk, first int64) (err error) {
		for i, place := range coded {
			if codes[i], err = p.columns[place].codes(codes[i][:0], &chunk.Columns[i], chunk.Rows(), first, &known[i]); err != nil {
				return err
			}
		}
		for i, place := range person {
			if who, err = p.columns[place].persons(who[:0], &chunk.Columns[len(coded)+i], chunk.Rows(), first); err != nil {
				return err
			}
		}
		return b.AddOf(chunk.Rows(), codes[:len(quasi)], codes[len(quasi):], who)
	})
}

// Columns are those that Write hands on.
func (p *Plan) Columns() (columns []table.Column) {
	for _, place := range p.written {
		c := p.columns[place]
		out := c.in
		if c.Role == Quasi || c.Role == Code || c.Role == Measure && !c.Coarsen.isZero() {
			out.Kind = table.String
		}
		out.Nullable = out.Nullable || out.Kind == table.String
		columns = append(columns, out)
	}
	return columns
}

// explain puts the errors of the engine in words.
func explain(err error) error {
	switch {
	case errors.Is(err, recode.ErrNone):
		return &flusso.Error{Op: "anonymize", Kind: flusso.Withheld, What: textNone, Hint: hintNone}
	case errors.Is(err, recode.ErrNoRoot):
		return invalid(textNoRoot, hintNoRoot, nil)
	case errors.Is(err, scratch.ErrBroken):
		return &flusso.Error{Op: "anonymize", Kind: flusso.Transient, What: textScratch, Hint: hintScratch, Err: err}
	case errors.Is(err, recode.ErrTuples), errors.Is(err, recode.ErrRows):
		return invalid(textTooMany, hintTooMany, nil)
	}
	return err
}

func invalid(what, hint flusso.Text, err error) error {
	return &flusso.Error{Op: "anonymize", Kind: flusso.Invalid, What: what, Hint: hint, Err: err}
}
