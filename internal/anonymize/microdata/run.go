package microdata

import (
	"context"
	"errors"
	"slices"

	"flussi/internal/anonymize/recode"
	"flussi/internal/flusso"
	"flussi/internal/table"
)

// Source is a table to read, as often as asked.
type Source interface {
	// Columns are those of the table, in order.
	Columns() []table.Column
	// Each hands on the columns called names, some thousand rows at a time.
	Each(ctx context.Context, names []string, f func(*table.Chunk) error) error
}

// Sink takes rows in order.
type Sink interface {
	Append(c *table.Chunk, from, to int) error
}

// MaxTuples bounds the distinct combinations of quasi-identifiers.
const MaxTuples = 24_000_000

// Plan is a table whose recoding is decided and not yet written.
type Plan struct {
	source   Source
	spec     Spec
	names    []string // of the columns to write
	columns  []column // those of the spec that are read, in the table's order
	recoding *recode.Recoding
	Report   Report
}

// Decide reads the table and finds how to publish it. cpu gives the seconds of
// processor this process has used.
func Decide(ctx context.Context, in Source, spec Spec, cpu func() float64) (*Plan, error) {
	p := &Plan{source: in, spec: spec}
	if err := p.match(); err != nil {
		return nil, err
	}
	if err := p.learn(ctx); err != nil {
		return nil, err
	}
	tuples, err := p.count(ctx)
	if err != nil {
		return nil, err
	}
	began := cpu()
	criteria := recode.Criteria{K: spec.K, Limit: spec.Suppression, Sensitive: p.criteria()}
	p.Report = Report{RowsIn: tuples.Rows(), Tuples: int64(tuples.Len()), K: spec.K, Method: spec.Method}
	if tuples.Rows() < int64(spec.K) {
		return nil, invalid(textTooFewRows, hintTooFewRows, nil)
	}
	switch spec.Method {
	case Global:
		var g *recode.Global
		if g, err = recode.SearchGlobal(ctx, tuples, criteria); err == nil {
			p.recoding = g.Recoding(tuples, criteria)
			p.Report.global(tuples, g)
		}
	case Local:
		var tree *recode.Tree
		if tree, err = recode.FitTree(ctx, tuples, criteria); err == nil {
			p.recoding = tree.Recode(tuples, criteria)
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

// each reads the columns at places.
func (p *Plan) each(ctx context.Context, places []int, f func(*table.Chunk) error) error {
	names := make([]string, len(places))
	for i, place := range places {
		names[i] = p.names[place]
	}
	return p.source.Each(ctx, names, func(c *table.Chunk) error {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		return f(c)
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
	if len(places) > 0 {
		err := p.each(ctx, places, func(chunk *table.Chunk) error {
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
func (p *Plan) count(ctx context.Context) (*recode.Tuples, error) {
	quasi, sensitive := p.places(Quasi), p.places(Sensitive)
	var attributes []recode.Attribute
	for _, i := range quasi {
		attributes = append(attributes, recode.Attribute{Name: p.columns[i].Name, Hierarchy: p.columns[i].Hierarchy})
	}
	var secrets []recode.Sensitive
	for _, i := range sensitive {
		h := p.columns[i].Hierarchy
		secrets = append(secrets, recode.Sensitive{Name: p.columns[i].Name, Values: h.Leaves(), Hierarchy: h})
	}
	b, err := recode.NewBuilder(attributes, secrets)
	if err != nil {
		return nil, invalid(textTooWide, hintTooWide, err)
	}
	b.MaxTuples = MaxTuples
	places := slices.Concat(quasi, sensitive)
	codes := make([][]uint32, len(places))
	row := int64(0)
	err = p.each(ctx, places, func(chunk *table.Chunk) error {
		for i, place := range places {
			var err error
			if codes[i], err = p.columns[place].codes(codes[i][:0], &chunk.Columns[i], chunk.Rows(), row); err != nil {
				return err
			}
		}
		row += int64(chunk.Rows())
		return b.Add(chunk.Rows(), codes[:len(quasi)], codes[len(quasi):])
	})
	if err != nil {
		return nil, explain(err)
	}
	return b.Tuples(), nil
}

// Columns are those that Write hands on.
func (p *Plan) Columns() (columns []table.Column) {
	for _, c := range p.columns {
		out := c.in
		if c.Role == Quasi || c.Role == Measure && !c.Coarsen.isZero() {
			out.Kind = table.String
		}
		out.Nullable = out.Nullable || out.Kind == table.String
		columns = append(columns, out)
	}
	return columns
}

// Write publishes the rows, in their order.
func (p *Plan) Write(ctx context.Context, out Sink) error {
	all := make([]int, len(p.columns))
	for i := range all {
		all[i] = i
	}
	quasi := p.places(Quasi)
	labels := make([][][]byte, len(quasi))
	for a := range quasi {
		for _, l := range p.recoding.Labels(a) {
			labels[a] = append(labels[a], []byte(l))
		}
	}
	recoder := p.recoding.Recoder()
	published := table.NewChunk(p.Columns())
	codes, values := make([][]uint32, len(quasi)), make([][]uint32, len(quasi))
	var lost []bool
	row := int64(0)
	return p.each(ctx, all, func(chunk *table.Chunk) error {
		n := chunk.Rows()
		for a, place := range quasi {
			var err error
			if codes[a], err = p.columns[place].codes(codes[a][:0], &chunk.Columns[place], n, row); err != nil {
				return err
			}
			values[a] = slices.Grow(values[a][:0], n)[:n]
		}
		row += int64(n)
		lost = slices.Grow(lost[:0], n)[:n]
		recoder.Rows(n, codes, values, lost)
		published.Reset()
		a := 0
		for i := range p.columns {
			to, from := &published.Columns[i], &chunk.Columns[i]
			switch c := &p.columns[i]; {
			case c.Role == Quasi:
				for _, v := range values[a] {
					to.AppendText(labels[a][v])
				}
				a++
			case c.Role == Measure && !c.Coarsen.isZero():
				if err := c.coarse(to, from, n); err != nil {
					return err
				}
			default:
				if err := to.AppendRows(from, 0, n); err != nil {
					return err
				}
			}
		}
		published.AddRows(n)
		return out.Append(published, 0, n)
	})
}

// explain puts the errors of the engine in words.
func explain(err error) error {
	switch {
	case errors.Is(err, recode.ErrNone):
		return &flusso.Error{Op: "anonymize", Kind: flusso.Withheld, What: textNone, Hint: hintNone}
	case errors.Is(err, recode.ErrNoRoot):
		return invalid(textNoRoot, hintNoRoot, nil)
	case errors.Is(err, recode.ErrTuples), errors.Is(err, recode.ErrRows):
		return invalid(textTooMany, hintTooMany, nil)
	}
	return err
}

func invalid(what, hint flusso.Text, err error) error {
	return &flusso.Error{Op: "anonymize", Kind: flusso.Invalid, What: what, Hint: hint, Err: err}
}
