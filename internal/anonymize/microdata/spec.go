package microdata

import (
	"flussi/internal/anonymize/recode"
)

// Spec says what the columns of a table are and how anonymous it must become.
type Spec struct {
	Columns []Column
	// K is the least number of rows of a class; of distinct persons, where a
	// column says whose each row is.
	K int
	// Suppression is the largest share of rows, 0 to 1, that may be suppressed.
	Suppression float64
	Method      Method
}

// Method is how values are generalised.
type Method uint8

// The methods: one level for each column, exactly the best; or a tree, which
// goes into more detail where there are more rows and suppresses none.
const (
	Global Method = iota
	Local
)

// Role is what a column is. The zero value is no role, which Run refuses.
type Role uint8

// The roles.
const (
	Quasi     Role = iota + 1 // what somebody may know of a person: generalised
	Sensitive                 // what nobody is to learn: kept, and its classes judged
	Measure                   // a number: kept, coarsened where the spec says how
	Code                      // an identifier: a code in its place
	Keep                      // kept as it is
	Person                    // whose the row is: k counts these, and it is left out
	Drop                      // left out
)

// Column is one column of the table.
type Column struct {
	Name string
	Role Role
	// Hierarchy generalises a Quasi column, or orders and groups a Sensitive one;
	// nil: its values, and for Quasi * above them.
	Hierarchy *recode.Hierarchy
	// Bands are the levels by which a numeric Quasi column without a hierarchy is
	// cut, the finest first; each has bounds, ascending, that the level below has
	// too: below the first, from each to the next, from the last on.
	Bands [][]float64
	// Criterion is what a Sensitive column asks of each class; nothing where zero.
	Criterion recode.Criterion
	Coarsen   Coarsen // of a Measure
	Coding    *Coding // of a Code
}

// Coarsen says how a Measure loses detail. The zero value: not at all.
type Coarsen struct {
	Bottom, Top *float64 // what is beyond is published as the bound itself
	Round       float64  // to the nearest multiple
	Groups      int      // microaggregation: the mean of groups of at least as many rows, in the order of the values
}
