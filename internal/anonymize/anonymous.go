package anonymize

import (
	"context"
	"slices"

	"flussi/internal/anonymize/kanon"
	"flussi/internal/anonymize/pseudonym"
	"flussi/internal/flusso"
	"flussi/internal/schema"
	"flussi/internal/table"
)

// anonymous holds individual rows as packed codes until Close, finds classes
// of at least k persons, and emits the rows in the order of their own values,
// with keys made from the release key and that order.
type anonymous struct {
	v          *View
	attributes *attributes
	emitter    *emitter
	release    *pseudonym.Release // makes the keys of rows
	set        *kanon.Set
	layout     *kanon.Layout
	frozen     *frozen // nil where classes walk the ladder
	fit        *fitter // where the view makes a scheme and no rows
	r          reading
	codes      []uint16
	benefits   benefits
	// Columns of the packed row beyond the attributes: the place (see
	// origins) and benefit of a row as it came, for the loss report.
	fromPlace, fromBenefit int
	origins                origins
	// known is the column that marks rows of benefits that the recipient paid.
	known  int
	payers *payers
	trace  *tracing // nil where nobody asked
}

func newAnonymous(v *View) (a *anonymous, err error) {
	a = &anonymous{v: v, attributes: newPrestazioni(), payers: newPayers(&v.req)}
	if v.req.Tipo == flusso.SINBA {
		a.attributes = newSINBA()
	}
	a.attributes.withAmbiti(v.req.Ambiti)
	a.attributes.protect(v.matrix, v.req.Tipo)
	a.attributes.mayMiss()
	if v.req.Scheme != nil || v.req.Fit != nil {
		a.attributes.fixBenefit()
	}
	a.attributes.open(v.visible)
	a.emitter = newEmitter(v, a.attributes, table.Column{
		Name: "riga", Kind: table.String, Role: table.RoleKey, Description: "chiave della riga in questo rilascio: non collega nulla",
		DescriptionEn: "key of the row in this release: it links nothing", Treatment: "dalla chiave del rilascio e dalla posizione",
	})
	if v.req.Silent {
		a.attributes.silence()
	}
	if a.release, err = pseudonym.New(v.req.ReleaseKey, v.req.codes()); err != nil {
		return nil, err
	}
	var columns []kanon.Column
	for _, d := range a.attributes.domains {
		blank := uint16(0)
		if d.role == kanon.Sensitive {
			blank = uint16(d.base) // star, the first coarse value
		}
		columns = append(columns, kanon.Column{Name: d.column.Name, Role: d.role, Bits: d.bits, Codes: d.base, Blank: blank, Distinct: d.distinct})
	}
	a.fromPlace, a.fromBenefit = len(columns), len(columns)+1
	columns = append(columns, kanon.Column{Name: "from place", Role: kanon.Carried, Bits: originBits, Codes: 1 << originBits},
		kanon.Column{Name: "from benefit", Role: kanon.Carried, Bits: a.attributes.benefit.bits, Codes: a.attributes.benefit.base})
	a.known = len(columns)
	columns = append(columns, kanon.Column{Name: "known", Role: kanon.Known, Bits: 1, Codes: 2})
	if a.layout, err = kanon.NewLayout(columns...); err != nil {
		return nil, err
	}
	if v.req.Scheme != nil {
		levels, trees, err := v.req.Scheme.open(&v.req, a.attributes)
		if err != nil {
			return nil, err
		}
		a.frozen = newFrozen(levels, a.attributes.domains[1], trees)
	}
	if v.req.Fit != nil {
		if a.fit, err = newFitter(&v.req, a.attributes); err != nil {
			return nil, err
		}
	}
	a.set = kanon.New(a.layout, v.req.MaxRows, v.req.Room)
	a.codes = make([]uint16, len(columns))
	a.benefits.dictionary = a.attributes.benefit.dictionary
	if v.req.Trace != nil && a.fit == nil {
		a.trace, err = newTracing(a)
	}
	return a, err
}

// codes keeps the codes of two kinds of flow apart, which may fill one dataset in
// one release.
func (req *Request) codes() pseudonym.Context {
	return pseudonym.Context{Recipient: req.Recipient.Name, Dataset: req.Dataset, Epoch: req.Tipo.String()}
}

func (a *anonymous) columns() []table.Column { return a.emitter.tableColumns() }

func (a *anonymous) asks(q *Questions) {
	q.tellApart(&a.v.req)
	q.benefits = true
	for _, d := range a.attributes.domains {
		if d.dictionary == nil && !d.alone {
			q.add(d)
		}
	}
}

func (a *anonymous) hears(q *Questions) bool {
	for _, d := range a.attributes.domains {
		d.asked = -1
		if d.dictionary != nil || d.alone {
			continue
		}
		if d.asked = q.find(d); d.asked < 0 {
			return false
		}
	}
	return q.benefits && q.persons != nil
}

func (a *anonymous) add(b *schema.Batch, rec int, p place, r recordRef) (err error) {
	a.r.next(b, rec, p, r)
	var from [2]uint16
	for i, d := range a.attributes.domains {
		if !d.always && !a.v.covered.has(d.category) {
			a.codes[i] = d.undelegated()
			continue
		}
		switch {
		case d.asked >= 0:
			a.codes[i] = a.r.codes[d.asked]
		case d.dictionary == nil:
			a.codes[i] = d.read(&a.r)
		default:
			if a.codes[i], err = a.benefits.code(&a.r); err != nil {
				return err
			}
		}
		switch d {
		case a.attributes.benefit:
			a.codes[a.fromBenefit] = a.codes[i]
		case a.attributes.province:
			from[0] = a.codes[i]
		case a.attributes.ambito:
			from[1] = a.codes[i]
		}
	}
	a.codes[a.fromPlace] = a.origins.code(from)
	if a.codes[a.known] = 0; a.payers.paid(&a.r) {
		a.codes[a.known] = 1
	}
	return a.set.Add(a.codes, a.r.who(), r.ordinal)
}

// benefitOf is what an anonymous view calls a record's benefit.
func benefitOf(b *schema.Batch, rec int) []byte {
	f := schema.CodicePrestazione
	if b.Tipo == flusso.SINBA {
		if f = schema.SINBACodicePrestazione; b.Repeats(f, rec) > 1 {
			return []byte(manyBenefits)
		}
	}
	if code, _ := b.Text(f, rec); isBenefit(code) {
		return code
	}
	return []byte(otherBenefit)
}

func (a *anonymous) close(ctx context.Context, live living) (err error) {
	if !live.all() {
		a.set.Keep(live.has)
	}
	if a.fit != nil {
		rows, err := a.fit.countAll(a.set)
		if err == nil {
			a.v.balance.Suppressed += rows
			a.v.fitted, err = a.fit.freeze(ctx)
		}
		return err
	}
	if err := a.rankBenefits(live.all()); err != nil {
		return err
	}
	steps := ladder(a.attributes.domains, a.attributes.rungs)
	if a.trace != nil {
		if a.trace.asked.Release == "" {
			return errTraceRelease
		}
		a.set.Trace(int(a.v.records.taken))
	}
	res, err := a.decide(ctx, steps)
	if err != nil {
		return err
	}
	note := a.noting()
	a.v.balance.Disclosed += res.Published
	a.v.balance.Suppressed += res.Suppressed
	loss := newLossTable(len(res.Steps))
	met := map[[2]uint16]*Loss{} // by the codes of place and benefit
	ordinal := uint64(0)
	key := func(to []byte) []byte {
		ordinal++
		return a.release.AppendRow(to, ordinal-1)
	}
	err = a.set.Each(func(codes []uint16, step int, published bool, rows int64) error {
		from := [2]uint16{codes[a.fromPlace], codes[a.fromBenefit]}
		l := met[from]
		if l == nil {
			of := a.origins.place(a.attributes, from[0])
			of.Prestazione = a.attributes.benefit.value(from[1])
			l = loss.of(of)
			met[from] = l
		}
		l.count(step, published, rows)
		if !published {
			return nil
		}
		note(codes, rows)
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		return a.emitter.rows(codes, int(rows), key)
	})
	a.v.report = Report{
		K: a.v.req.K, Scheme: a.attributes.name, SchemeHash: a.attributes.hash(steps), Linkability: "none", Steps: stepNames(a.attributes.rungs), Rows: res.Steps,
		Suppressed: res.Suppressed, Classes: res.Classes, MinPersons: res.MinPersons, Blanked: res.Blanked, Loss: loss.sorted(),
		Before: res.Before, After: res.After, Utility: a.attributes.utility(res.Original, res.Shown, steps, &res),
	}
	if a.frozen != nil {
		a.v.report.SchemeHash, a.v.report.Steps = a.v.req.Scheme.Hash(), frozenSteps
	}
	return err
}

// rankBenefits gives the benefits met in the data their final order; unless all
// records count, those met in others alone are forgotten.
func (a *anonymous) rankBenefits(all bool) (err error) {
	d := a.attributes.benefit
	if d.dictionary == nil {
		return nil
	}
	var met []bool
	if !all {
		if met, err = a.set.Met(a.fromBenefit); err != nil {
			return err
		}
	}
	to := d.dictionary.rank(met)
	d.fine = d.dictionary.values
	if i := slices.Index(a.attributes.domains, d); i >= 0 && a.set.Len() > 0 {
		a.set.Recode(i, to)
		a.set.Recode(a.fromBenefit, to)
	}
	return nil
}

// decide finds the class of every row: by the frozen scheme where there is one,
// else by the ladder.
func (a *anonymous) decide(ctx context.Context, steps kanon.Ladder) (kanon.Result, error) {
	if err := a.layout.Check(steps); err != nil {
		return kanon.Result{}, err
	}
	if a.frozen != nil {
		return a.set.AnonymizeBy(ctx, a.frozen, len(frozenSteps), a.v.req.K)
	}
	return a.set.Anonymize(ctx, steps, a.v.req.K)
}
