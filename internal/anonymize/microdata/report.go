package microdata

import (
	"flussi/internal/anonymize/recode"
)

// Report is what was done, as flussi anonymize writes it. Its formulas are ARX's
// (see recode.Utility and recode.Risk).
type Report struct {
	RowsIn         int64
	RowsSuppressed int64
	Tuples         int64 // distinct combinations of quasi-identifiers before
	K              int
	Persons        bool // K and the classes count persons, not rows
	Method         Method
	Classes        []int64 // rows, or persons, of each published class, ascending
	Levels         []Level // by column; nil for Local
	Utility        recode.Utility
	NodesChecked   int
	SearchCPU      float64 // seconds
	Before, After  recode.Risk
	Codes          []CodesReport
}

// Level is how far a column was generalised, of how far it may be.
type Level struct {
	Column      string
	Level, Most int
}

func (r *Report) global(t *recode.Tuples, g *recode.Global) {
	r.NodesChecked = g.Checked
	for i, a := range t.Attributes() {
		r.Levels = append(r.Levels, Level{a.Name, g.Levels[i], a.Hierarchy.Height()})
	}
}

func (r *Report) measure(t *recode.Tuples, recoding *recode.Recoding) {
	r.RowsSuppressed, r.Classes = recoding.Suppressed(), recoding.Classes()
	r.Utility, r.Before, r.After = recoding.Utility(), t.Before(), recoding.After()
}
