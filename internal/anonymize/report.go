package anonymize

import (
	"flussi/internal/anonymize/kanon"
	"flussi/internal/flusso"
)

// Report says what disclosure control did to a view. Its numbers are exact and
// stay inside; what reaches a recipient of them is rounded up to multiples of
// k by who writes it.
type Report struct {
	Recipient  Recipient
	Level      Level
	Categories []CategoryLevel

	K           int
	Undelegated []Undelegated // what deleghe left out, by Ente
	Scheme      string        // which ladder, or how tables are made
	SchemeHash  string        // SHA-256 in hexadecimal of all that the ladder does; empty for tables
	Linkability string
	// KeyIDs name the keys of stable codes, by data year, and tell nothing of
	// them; none where the key was made for the release and is destroyed at its
	// close.
	KeyIDs []string
	// KeyHolder is the body that keeps their master key; empty where there is none.
	KeyHolder string

	// Individual rows.
	Steps         []flusso.Text // the ladder, the finest first
	Rows          []int64       // rows whose class was large enough at each step
	Suppressed    int64         // rows too few even in the residual class
	Classes       int64
	MinPersons    int64 // persons of the smallest class
	Blanked       int64 // rows that lost a sensitive value
	Before, After kanon.Sizes
	Utility       Utility
	Loss          []Loss
	Joint         *JointReport // where codes reach over releases
	// Tables.
	Cubes           []Cube
	Cells           int64 // inner cells with at least one record
	SuppressedCells int64
	Totals          int64
	SuppressedTotal int64
	Noise           int // by how much a count differs from the true one at most; 0: not at all
}

// Shows tells whether a reader learns any figure: a table all of which is
// suppressed shows none.
func (r *Report) Shows() bool {
	return r.Level != Aggregato || r.SuppressedCells < r.Cells || r.SuppressedTotal < r.Totals
}

// RiskBefore is the risk of the rows as they came.
func (r *Report) RiskBefore() Risk { return riskOf(&r.Before) }

// RiskAfter is the risk of the rows as published.
func (r *Report) RiskAfter() Risk { return riskOf(&r.After) }

// CategoryLevel is a category of the matrix as one view shows it.
type CategoryLevel struct {
	Category Category
	Cell
	Shown bool // its fields are in the view
}

// Words are the names of the category, its level and where that comes from.
func (c CategoryLevel) Words() (category, level, provenance flusso.Text) {
	return categoryTexts[c.Category], levelTexts[c.Level], provenanceTexts[c.Provenance]
}

// Report says after Close what disclosure control did.
func (v *View) Report() Report {
	r := v.report
	r.Recipient, r.Level, r.Undelegated = v.req.Recipient, v.req.Level, v.undelegated()
	for _, c := range Categories {
		r.Categories = append(r.Categories, CategoryLevel{c, v.matrix.Cell(v.req.Recipient.Class, c), v.visible.has(c)})
	}
	return r
}

func stepNames(rungs []rung) []flusso.Text {
	names := []flusso.Text{textStep("pieno dettaglio della vista", "full detail of the view")}
	for _, r := range rungs {
		names = append(names, r.name)
	}
	return names
}
