package dataset

import (
	"cmp"
	"slices"
	"strings"

	"flussi/internal/flusso"
	"flussi/internal/picture"
)

// Fault is a rule that records were rejected by, and how often it was broken in the
// files that an increment is made of. Such records are in no release. What leads to
// no rejection is not told: it is said of records that are there, and would be one
// more count of them.
type Fault struct {
	Rule  string // its code
	What  flusso.Text
	Count int64
}

// RuleFaults is what a release tells of a Fault: the count rounded up as those of
// its increment are.
type RuleFaults struct {
	Rule   string `json:"rule"`
	What   text   `json:"what"`
	AtMost int64  `json:"at_most"`
}

// faultsOf rounds them, in the order of their codes.
func faultsOf(faults []Fault, rounding int) (told []RuleFaults) {
	for _, f := range faults {
		if f.Count > 0 {
			told = append(told, RuleFaults{f.Rule, text(f.What), roundUp(f.Count, rounding)})
		}
	}
	slices.SortFunc(told, func(a, b RuleFaults) int { return strings.Compare(a.Rule, b.Rule) })
	return told
}

// faults tells, on the page about a release, by which rules records were rejected,
// over all increments: bounds add up to bounds.
func (o *overview) faults() {
	at, most := map[string]int{}, []RuleFaults{}
	for _, i := range o.m.Increments {
		for _, f := range i.Faults {
			n, met := at[f.Rule]
			if !met {
				n = len(most)
				at[f.Rule], most = n, append(most, RuleFaults{Rule: f.Rule})
			}
			most[n].What, most[n].AtMost = f.What, most[n].AtMost+f.AtMost
		}
	}
	if len(most) == 0 {
		return
	}
	slices.SortFunc(most, func(a, b RuleFaults) int {
		return cmp.Or(cmp.Compare(b.AtMost, a.AtMost), strings.Compare(a.Rule, b.Rule))
	})
	t := numbers{Caption: o.t(textOverviewFaults), From: 2, Head: o.heads(textOverviewRule, textOverviewRuleSays, textOverviewFaultsAtMost)}
	var bars picture.Bars
	for i, f := range most {
		if i < mostBars {
			bars.Add(f.Rule, o.atMost(f.AtMost), float64(f.AtMost))
		}
		t.Rows = append(t.Rows, []string{f.Rule, flusso.Text(f.What).In(o.lang), o.atMost(f.AtMost)})
	}
	bars.Finish(o.t(textOverviewFaults), o.t(textOverviewBarsDrawn))
	o.add(block{Title: o.t(textOverviewFaults), Text: o.t(textOverviewFaultsText), Bars: []picture.Bars{bars}, Numbers: []numbers{t}})
}
