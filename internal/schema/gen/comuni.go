package main

import (
	"bytes"
	"cmp"
	"encoding/csv"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"

	"flussi/internal/schema"
)

// The columns of comuni.csv.
const (
	belfioreColumn = iota
	istatColumn
	nameColumn
	fromColumn
	toColumn
)

// updateComuni adds to the history the comuni that the sources have and it has
// not, and ends those that ended since. It never takes an end back: the history
// may know of one before the sources. What else differs is given back.
func updateComuni(history []byte, sources sources, say io.Writer) (updated []byte, found []difference, err error) {
	reader := csv.NewReader(bytes.NewReader(history))
	reader.Comma = ';'
	rows, err := reader.ReadAll()
	if err != nil {
		return nil, nil, fmt.Errorf("decode the history: %w", err)
	}
	columns, rows := rows[0], rows[1:]
	places, err := belfiorePlaces(sources[belfiorePackage])
	if err != nil {
		return nil, nil, err
	}
	istat := istatCodes(sources[comuniPackage])
	last := map[string][]string{} // Belfiore -> the row of its last period
	for _, row := range rows {
		if l := last[row[belfioreColumn]]; l == nil || l[fromColumn] < row[fromColumn] {
			last[row[belfioreColumn]] = row
		}
	}
	for _, p := range places {
		row := last[p.belfiore]
		switch {
		case p.belfiore[0] == 'Z':
		case row == nil:
			code := istat[p.owner+" "+comparable(p.name)]
			if code == "" || p.to != "" {
				_, _ = fmt.Fprintf(say, "%s %s is new, its ISTAT code is not known: add it by hand\n", p.belfiore, p.name)
				continue
			}
			rows = append(rows, []string{p.belfiore, code, strings.ToUpper(p.name), p.from, ""})
			_, _ = fmt.Fprintf(say, "%s %s is new, from %s\n", p.belfiore, p.name, p.from)
		case row[toColumn] == "" && p.to != "":
			row[toColumn] = p.to
			_, _ = fmt.Fprintf(say, "%s %s ended on %s\n", p.belfiore, p.name, p.to)
		default:
			found = append(found, compare(row, p, istat)...)
		}
	}
	slices.SortStableFunc(rows, func(a, b []string) int {
		return cmp.Or(cmp.Compare(a[belfioreColumn], b[belfioreColumn]), cmp.Compare(a[fromColumn], b[fromColumn]),
			cmp.Compare(cmp.Or(a[toColumn], "9999"), cmp.Or(b[toColumn], "9999")), cmp.Compare(a[istatColumn], b[istatColumn]))
	})
	updated, err = table(columns, rows)
	return updated, found, err
}

var cityLine = regexp.MustCompile(`(?s)\[City\.\w+_([0-9]{6})\]: \{.*?name: (?:'([^']*)'|"([^"]*)")`)

// istatCodes gives the codes of the comuni of today by the province's letters
// and the name.
func istatCodes(source []byte) map[string]string {
	codes := map[string]string{}
	for _, m := range cityLine.FindAllSubmatch(source, -1) {
		istat, name := string(m[1]), string(m[2])+string(m[3])
		if p, ok := schema.Province(istat[:3]); ok {
			codes[p.Sigla+" "+comparable(name)] = istat
		}
	}
	return codes
}

// comparable makes of a name what every spelling of it has in common: its
// letters, bare. Of two names (Bolzano/Bozen) it takes the first.
func comparable(name string) string {
	name, _, _ = strings.Cut(name, "/")
	var b strings.Builder
	for _, r := range strings.ToUpper(name) {
		if plain := strings.IndexRune("ÀÁÂÄÈÉÊËÌÍÎÒÓÔÖÙÚÛÜÇŠŽČ", r); plain >= 0 {
			r = rune("AAAAEEEEIIIOOOOUUUUCSZC"[len([]rune("ÀÁÂÄÈÉÊËÌÍÎÒÓÔÖÙÚÛÜÇŠŽČ"[:plain]))])
		}
		if r >= 'A' && r <= 'Z' {
			b.WriteRune(r)
		}
	}
	return b.String()
}
