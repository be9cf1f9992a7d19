package anonymize

import (
	"context"
	"errors"
	"slices"

	"flussi/internal/anonymize/joint"
	"flussi/internal/anonymize/kanon"
	"flussi/internal/anonymize/recode"
	"flussi/internal/flusso"
	"flussi/internal/schema"
	"flussi/internal/table"
)

// Past gives the class indexes of what was published before of one data year,
// the oldest release first.
type Past func(year int) ([]joint.Source, error)

// ClassIndex is who was published of one data year, and in which class: what the
// releases to come are checked against. It tells no more than the release does.
type ClassIndex struct {
	Year    int
	Entries []joint.Entry // in order of person
}

// ClassIndexes gives after Close the class indexes of a view whose rows are
// persons, by year. Where codes reach over releases they must be durable before
// the release is published.
func (v *View) ClassIndexes() []ClassIndex {
	if l, ok := v.engine.(*linked); ok {
		return l.indexes
	}
	return nil
}

// linked gives each person one row in a data year, with a code. All that the
// row publishes is its class, benefits included, so that k persons are alike in
// everything; a frozen scheme says which classes there are. Where the code reaches
// over releases, the classes that a person had in the year's releases before,
// absence among them, are part of the class: joint coarsens, or keeps back, whom
// the sequence would single out. Of whom the recipient paid itself there is no row:
// it has some of theirs with their names, and could read the rest.
type linked struct {
	v          *View
	attributes *attributes
	emitter    *emitter
	levels     *levels
	trees      map[string]*recode.Tree
	fit        *fitter
	codes      *coder
	payers     *payers
	r          reading
	pack       *factPacking
	facts      []benefitFact
	ordinals   []uint32 // of the facts
	nobodys    []uint32 // records that no person could be found for
	scratch    []uint16
	indexes    []ClassIndex
	joint      JointReport
}

func newLinked(v *View) (l *linked, err error) {
	l = &linked{v: v, attributes: newPersone(v.req.Tipo), codes: newCoder(&v.req), payers: newPayers(&v.req)}
	l.attributes.withAmbiti(v.req.Ambiti)
	l.attributes.mayMiss()
	l.attributes.open(v.visible)
	l.emitter = newEmitter(v, l.attributes, table.Column{
		Name: "persona", Kind: table.String, Role: table.RolePerson, Description: l.codes.text.It, DescriptionEn: l.codes.text.En,
		Treatment: "codice fatto con una chiave che chi riceve non ha",
	})
	l.pack = newFactPacking(l.attributes)
	if v.req.Fit != nil {
		l.fit, err = newFitter(&v.req, l.attributes)
		return l, err
	}
	if v.req.Scheme == nil {
		return nil, deny("open view", v.req.Recipient.Name, reasonSchemeMissing)
	}
	l.levels, l.trees, err = v.req.Scheme.open(&v.req, l.attributes)
	return l, err
}

func (l *linked) columns() []table.Column { return l.emitter.tableColumns() }

func (l *linked) add(b *schema.Batch, rec int, p place, r recordRef) error {
	l.r.next(b, rec, p, r)
	who, named, err := l.codes.person(&l.r)
	if err != nil {
		return err
	}
	l.scratch = l.pack.benefits(b, rec, l.scratch[:0])
	// Who has no identifier is nobody that could be counted, and a benefit that
	// is none has no section.
	if !named || len(l.scratch) == 0 {
		l.nobodys = append(l.nobodys, r.ordinal)
		return nil
	}
	if len(l.facts)+len(l.scratch) > l.v.req.MaxRows {
		return kanon.ErrFull
	}
	f := benefitFact{who: who, key: l.pack.attributes(&l.r, l.v.covered)}
	if b.Tipo != flusso.SINBA {
		if f.cents = l.r.yearlyCents(); !l.v.covered.has(Caratteristiche) || !Countable(b, rec) {
			f.cents, f.key = 0, f.key|1<<unpricedShift
		}
	}
	if l.payers.paid(&l.r) {
		f.key |= 1 << knownShift
	}
	for i, benefit := range l.scratch {
		next := f
		next.key |= uint64(benefit) << benefitShift
		if i == 0 {
			next.key |= 1 << recordShift
		}
		l.facts, l.ordinals = append(l.facts, next), append(l.ordinals, r.ordinal)
	}
	return nil
}

func (l *linked) close(ctx context.Context, live living) (err error) {
	if !live.all() {
		l.keep(live)
	}
	l.v.balance.Suppressed += int64(len(l.nobodys))
	l.ordinals, l.nobodys = nil, nil
	people := l.pack.people(l.facts)
	if l.fit != nil {
		for i := range people {
			if l.v.balance.Suppressed += people[i].records; people[i].known {
				continue
			}
			if err := l.fit.count(people[i].codes); err != nil {
				return err
			}
		}
		l.v.fitted, err = l.fit.freeze(ctx)
		return err
	}
	told := newLinkedReport(l, people)
	for from := 0; from < len(people); {
		to := from
		for to < len(people) && people[to].codes[0] == people[from].codes[0] {
			to++
		}
		if err := l.decide(ctx, people[from:to]); err != nil {
			return err
		}
		from = to
	}
	for i := range people {
		if p := &people[i]; p.withheld {
			l.v.balance.Suppressed += p.records
		} else {
			l.v.balance.Disclosed += p.records
		}
	}
	l.v.report = told.finish(people)
	return l.emit(ctx, people)
}

// keep drops what dead records told.
func (l *linked) keep(live living) {
	kept := l.facts[:0]
	for i, ordinal := range l.ordinals {
		if live.has(ordinal) {
			kept = append(kept, l.facts[i])
		}
	}
	l.facts = kept
	l.nobodys = slices.DeleteFunc(l.nobodys, func(ordinal uint32) bool { return !live.has(ordinal) })
}

// decide finds the class of each person of one data year.
func (l *linked) decide(ctx context.Context, people []personYear) error {
	f := newFrozen(l.levels, l.attributes.domains[1], l.trees)
	forest := f.forest(people[0].codes[0])
	entries := make([]joint.Entry, 0, len(people))
	for i := range people {
		if people[i].known {
			continue
		}
		entries = append(entries, joint.Entry{Person: joint.Person(people[i].who), Class: joint.Class(f.Locate(people[i].codes) + 1)})
	}
	var past []joint.Source
	year := l.attributes.domains[0].year(people[0].codes[0])
	if l.v.req.Past != nil {
		var err error
		if past, err = l.v.req.Past(year); err != nil {
			return err
		}
	}
	res, err := joint.Check(ctx, past, joint.Entries(entries), forest, l.v.req.K)
	if err != nil {
		if errors.Is(err, joint.ErrPast) {
			return &flusso.Error{Op: "view", ID: l.v.req.Recipient.Name, Kind: flusso.Withheld, What: textJointPast, Hint: hintJointPast, Err: err}
		}
		return err
	}
	l.joint.add(len(past), &res)
	l.indexes = append(l.indexes, ClassIndex{year, res.Entries})
	rest := res.Entries
	for i := range people {
		p := &people[i]
		if len(rest) == 0 || rest[0].Person != joint.Person(p.who) {
			p.withheld = true
			continue
		}
		p.step = f.Publish(uint32(rest[0].Class)-1, p.codes)
		rest = rest[1:]
	}
	return nil
}

var (
	textJointPast = flusso.Text{It: "i rilasci già pubblicati di quest'anno, messi insieme, distinguono meno di k persone", En: "the releases of this year that are published already tell, together, fewer than k persons apart"}
	hintJointPast = flusso.Text{It: "rinnovare la chiave dei codici, così che i rilasci nuovi non si leghino ai vecchi", En: "renew the key of the codes, so that new releases do not link to the old ones"}
)
