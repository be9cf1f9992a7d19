package dataset

import (
	"fmt"
	"slices"

	"flussi/internal/anonymize"
	"flussi/internal/flusso"
	"flussi/internal/table"
)

// judge looks at published rows of one increment and tells, from them alone,
// what they say of themselves and what is wrong with them. Before a release is
// sealed it judges the rows that are written; after, whoever holds the files
// judges with it the rows that are read. Columns say by their roles what they
// are; no name of a column is known here.
type judge interface {
	add(c *table.Chunk, from, to int)
	counted() Published
	findings() []Finding
}

var (
	_ judge = (*classes)(nil)
	_ judge = (*cells)(nil)
)

// newJudge is the judge of a level; none, and no finding, where people are
// named anyway.
func newJudge(level string, columns []table.ColumnInfo, k int) (j judge, undescribed []Finding) {
	has := func(role table.Role) bool {
		return slices.ContainsFunc(columns, func(c table.ColumnInfo) bool { return c.Role == role })
	}
	switch level {
	case anonymize.IndividualeAnonimo.String():
		if k >= anonymize.MinK && has(table.RoleQuasi) {
			return newClasses(columns, k), nil
		}
	case anonymize.Aggregato.String():
		if has(table.RoleDimension) && has(table.RoleNoisy) {
			return nil, nil // any count may stand there, and none is exact
		}
		if k >= anonymize.MinK && has(table.RoleDimension) && has(table.RolePersons) {
			return newCells(columns, k), nil
		}
	default:
		return nil, nil
	}
	return nil, []Finding{finding(textUndescribed, hintUndescribed)}
}

// Finding is something wrong with a release: what, where, what to do.
type Finding struct {
	What, Hint flusso.Text
	Where      string // a file of the release, or an increment; may be empty
}

// finding puts numbers and names in a text.
func finding(what, hint flusso.Text, args ...any) Finding {
	return Finding{What: flusso.Text{It: fmt.Sprintf(what.It, args...), En: fmt.Sprintf(what.En, args...)}, Hint: hint}
}

func (f Finding) at(where string) Finding {
	f.Where = where
	return f
}
