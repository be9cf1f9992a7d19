package dataset

import (
	"math"
	"slices"
)

// outer is the form that goes with the release.
func (p Proof) outer() Proof {
	k := p.K
	if k == 0 {
		k = defaultRounding
	}
	up := func(n int64) int64 { return roundUp(n, k) }
	o := p
	o.Form, o.Rounding, o.Loss, o.Linkage = OuterForm, k, nil, nil
	o.Categories = slices.Clone(p.Categories)
	for i := range o.Categories {
		o.Categories[i].Enti = nil // which Enti's flows are in a release stays inside
	}
	o.Books = ProofBooks{Rejected: up(p.Books.Rejected), Outside: up(p.Books.Outside)}
	o.Blanked = up(p.Blanked)
	if j := p.Joint; j != nil {
		o.Joint = &ProofJoint{j.Window, up(j.Persons), up(j.Coarsened), up(j.Suppressed), up(j.Hidden)}
	}
	o.Steps, o.Suppressed = nil, nil
	if p.Risk == nil {
		return o // of tables, what is suppressed stands in the rows; more would be one more total
	}
	o.Books.Suppressed = up(p.Books.Suppressed)
	for _, s := range p.Steps {
		o.Steps = append(o.Steps, ProofStep{s.text, up(s.Rows)})
	}
	for _, s := range p.Suppressed {
		o.Suppressed = append(o.Suppressed, ProofSuppression{s.text, up(s.Count)})
	}
	bound := 1 / float64(k)
	before := p.Risk.Before
	o.Risk = &ProofRisk{
		Before: Exposure{Uniques: up(before.Uniques), Marketer: share(before.Bands, up)},
		After:  Exposure{ProsecutorMax: bound, JournalistMax: bound, Marketer: share(p.Published.Bands, func(n int64) int64 { return n })},
	}
	u := ProofUtility{Published: hundredths(p.Utility.Published)}
	for _, c := range p.Utility.Columns {
		u.Columns = append(u.Columns, ColumnUtility{Name: c.Name, Published: hundredths(c.Published)})
	}
	o.Utility = &u
	return o
}

// share is classes per row: the marketer's risk as far as rows tell it.
func share(bands []Band, rounded func(int64) int64) float64 {
	var classes, rows int64
	for _, b := range bands {
		classes, rows = classes+b.Classes, rows+b.Rows
	}
	if rows == 0 {
		return 0
	}
	return hundredths(min(float64(rounded(classes))/float64(rounded(rows)), 1))
}

// millionths are what the inner form tells of a ratio: more would depend on how
// a processor rounds.
func millionths(x float64) float64 { return math.Round(1e6*x) / 1e6 }

func hundredths(x float64) float64 { return math.Round(100*x) / 100 }
