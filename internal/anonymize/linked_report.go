package anonymize

import (
	"bytes"
	"cmp"
	"context"
	"maps"
	"slices"

	"flussi/internal/anonymize/kanon"
)

// emit writes the rows in the order of what they publish, those alike in the
// order of their codes.
func (l *linked) emit(ctx context.Context, people []personYear) error {
	shown := make([]*personYear, 0, len(people))
	for i := range people {
		if !people[i].withheld {
			shown = append(shown, &people[i])
		}
	}
	slices.SortFunc(shown, func(a, b *personYear) int {
		return cmp.Or(slices.Compare(a.codes, b.codes), bytes.Compare(a.who[:], b.who[:]))
	})
	for i, p := range shown {
		if i%chunkRows == 0 && ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if err := l.emitter.rows(p.codes, 1, p.who.AppendText); err != nil {
			return err
		}
	}
	return nil
}

// linkedReport is what is known of the people before their classes are decided.
type linkedReport struct {
	l        *linked
	steps    kanon.Ladder
	original [][]int64
	before   kanon.Sizes
}

func newLinkedReport(l *linked, people []personYear) *linkedReport {
	r := &linkedReport{l: l, steps: ladder(l.attributes.domains, l.attributes.rungs)}
	all := make([]*personYear, len(people))
	for i := range people {
		all[i] = &people[i]
	}
	r.original, r.before = l.count(all), sizesOf(l.v.req.K, all)
	return r
}

// count gives the frequencies of the codes of each domain.
func (l *linked) count(people []*personYear) [][]int64 {
	counts := make([][]int64, len(l.attributes.domains))
	for i, d := range l.attributes.domains {
		counts[i] = make([]int64, 1<<d.bits)
		for _, p := range people {
			counts[i][p.codes[i]]++
		}
	}
	return counts
}

// finish tells what became of the people. Rows and the risk are of persons, the
// loss is of records.
func (r *linkedReport) finish(people []personYear) Report {
	l, k := r.l, r.l.v.req.K
	res := kanon.Result{Steps: make([]int64, len(frozenSteps)), Before: r.before}
	loss := newLossTable(len(frozenSteps))
	years := map[int]bool{}
	var shown []*personYear
	for i := range people {
		p := &people[i]
		for j := range p.facts {
			if f := &p.facts[j]; f.key>>recordShift&1 == 1 {
				of := LossOf{Provincia: l.pack.shown(f, l.attributes.province), Ambito: l.pack.shown(f, l.attributes.ambito), Prestazione: l.pack.names[f.benefit()]}
				loss.of(of).count(p.step, !p.withheld, 1)
			}
		}
		if p.withheld {
			res.Suppressed++
			continue
		}
		years[l.attributes.domains[0].year(p.codes[0])] = true
		res.Published++
		res.Steps[p.step]++
		shown = append(shown, p)
	}
	res.After = sizesOf(k, shown)
	report := Report{
		K: k, Scheme: l.attributes.name, SchemeHash: l.v.req.Scheme.Hash(), Linkability: l.v.req.Recipient.Linkability,
		KeyIDs: l.codes.keyIDs(slices.Sorted(maps.Keys(years))), KeyHolder: l.codes.holder(), Steps: frozenSteps, Rows: res.Steps,
		Suppressed: l.v.balance.Suppressed, Classes: res.After.Classes, MinPersons: res.After.Smallest, Loss: loss.sorted(),
		Before: res.Before, After: res.After, Utility: l.attributes.utility(r.original, l.count(shown), r.steps, &res),
	}
	if l.v.req.Past != nil {
		report.Joint = &l.joint
	}
	return report
}
