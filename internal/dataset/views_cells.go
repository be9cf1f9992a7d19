package dataset

import (
	"fmt"
	"slices"
	"strings"

	"flussi/internal/table"
)

// axes are the dimensions of tables whose levels lie within each other, the
// finest first. A figure at a coarse level has totale in the finer ones; one at
// a fine level has the coarse value that holds it.
var axes = [][]string{{"CodicePrestazione", "sezione"}, {"comune", "ambito_residenza", "provincia"}}

// cells selects the figures of tables at exactly these dimensions, totals over
// everything else: nothing is added up, for persons do not add up and what is
// suppressed would be missing. A name that is empty is left out; without any
// there is nothing to select.
func (s *viewer) cells(at ...string) string { return s.cellsWith("", at...) }

func (s *viewer) cellsWith(more string, at ...string) string {
	at = slices.DeleteFunc(at, func(name string) bool { return !s.has(name) })
	if len(at) == 0 {
		return ""
	}
	return s.cellsAt(more, at...)
}

// cellsAt is cellsWith of dimensions that are there; without any, the totals of each
// year and region.
func (s *viewer) cellsAt(more string, at ...string) string {
	columns := append([]string{"incremento", "anno", "regione"}, s.present(at...)...)
	columns = append(columns, "stato")
	for _, c := range s.columns {
		switch c.Role {
		case table.RoleMeasure, table.RolePersons, table.RoleNoisy:
			columns = append(columns, c.Name)
		}
	}
	columns = slices.DeleteFunc(columns, func(name string) bool { return !s.has(name) })
	var where []string
	for _, c := range s.columns {
		if c.Role != table.RoleDimension || c.Any == "" {
			continue
		}
		switch levelOf(c.Name, at) {
		case wanted:
			where = append(where, fmt.Sprintf("%s IS DISTINCT FROM %s", sqlName(c.Name), sqlText(c.Any)))
		case summed:
			where = append(where, fmt.Sprintf("%s = %s", sqlName(c.Name), sqlText(c.Any)))
		}
	}
	return fmt.Sprintf("SELECT %s%s\nFROM dati\nWHERE %s\nORDER BY ALL", sqlNames(columns), more, strings.Join(where, " AND "))
}

// What a dimension's column has in the figures at some levels.
type standing uint8

const (
	summed  standing = iota // totale
	wanted                  // its values
	implied                 // the value that holds the wanted one
)

func levelOf(name string, at []string) standing {
	if slices.Contains(at, name) {
		return wanted
	}
	for _, axis := range axes {
		i := slices.Index(axis, name)
		if i > 0 && slices.ContainsFunc(axis[:i], func(finer string) bool { return slices.Contains(at, finer) }) {
			return implied
		}
	}
	return summed
}

// persons is a query of rows that are persons.
func (s *viewer) persons(by []string, measures string) string {
	return fmt.Sprintf("SELECT %s,\n  %s\nFROM dati\nGROUP BY %s ORDER BY %[1]s", sqlNames(by), measures, sqlNames(by))
}

// bySection counts persons with a benefit of each section. Where the sections
// of a class are hidden (*) nobody knows.
func (s *viewer) bySection(territory []string) string {
	var each []string
	by := sqlNames(s.by(territory))
	for _, section := range []string{"A1", "A2", "A3", "A4", "A5"} {
		if column := "Prestazione" + section; s.has(column) {
			each = append(each, fmt.Sprintf("SELECT %s, '%s' AS area, count(*) FILTER (%[3]s NOT IN ('no', '*')) AS persone, count(*) FILTER (%[3]s = '*') AS non_note FROM dati GROUP BY ALL", by, section, sqlName(column)))
		}
	}
	return strings.Join(each, "\nUNION ALL ") + "\nORDER BY ALL"
}
