package main

import (
	"bytes"
	"cmp"
	_ "embed"
	"encoding/csv"
	"fmt"
	"io"
	"slices"

	"flussi/internal/schema"
)

// difference is what the table and the packages say otherwise of a comune. It
// stands in differenze.csv with its reason, or a person has to decide on it.
type difference struct{ belfiore, column, ours, theirs string }

// The differences that were looked at: belfiore, column of comuni.csv, value in
// it, value of the packages, reason.
//
//go:embed differenze.csv
var reviewed []byte

// firstYear: what ended before concerns nobody whom a flow can name; there the
// packages and ANPR often differ by a day.
const firstYear = "1900"

// compare tells how the last period of a comune differs from the packages. A
// name or code that ISTAT's list of today has as the table does is right,
// whatever the list of Belfiore codes says.
func compare(row []string, p place, istat map[string]string) (found []difference) {
	const still = "9999"
	if ours, theirs := cmp.Or(row[toColumn], still), cmp.Or(p.to, still); ours != theirs && max(ours, theirs) >= firstYear {
		found = append(found, difference{p.belfiore, "al", row[toColumn], p.to})
	}
	province, _ := schema.Province(row[istatColumn][:3])
	if row[toColumn] != "" || istat[province.Sigla+" "+comparable(row[nameColumn])] == row[istatColumn] {
		return found
	}
	if comparable(row[nameColumn]) != comparable(p.name) {
		found = append(found, difference{p.belfiore, "nome", row[nameColumn], p.name})
	}
	if code := istat[p.owner+" "+comparable(p.name)]; code != "" && code != row[istatColumn] {
		found = append(found, difference{p.belfiore, "istat", row[istatColumn], code})
	}
	return found
}

// unreviewed says which differences have no reason in the file, and which of the
// file are no more; it counts both.
func unreviewed(found []difference, file []byte, say io.Writer) (int, error) {
	reader := csv.NewReader(bytes.NewReader(file))
	reader.Comma = ';'
	rows, err := reader.ReadAll()
	if err != nil {
		return 0, fmt.Errorf("decode differenze.csv: %w", err)
	}
	open := 0
	var known []difference
	for _, row := range rows[1:] {
		d := difference{row[0], row[1], row[2], row[3]}
		known = append(known, d)
		if !slices.Contains(found, d) || row[4] == "" {
			open++
			_, _ = fmt.Fprintf(say, "%s %s: differenze.csv has a difference that is no more, or without a reason\n", d.belfiore, d.column)
		}
	}
	for _, d := range found {
		if !slices.Contains(known, d) {
			open++
			_, _ = fmt.Fprintf(say, "%s;%s;%s;%s;\n", d.belfiore, d.column, d.ours, d.theirs)
		}
	}
	return open, nil
}
