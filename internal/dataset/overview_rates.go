package dataset

import (
	"errors"
	"io/fs"
	"path/filepath"
	"strconv"

	"flussi/internal/picture"
	"flussi/internal/table"
)

// A map of counts shows where many people live. Where the residents are known, from the
// reference table beside the releases, the page shows counts for each thousand of them
// instead, and where they are not it says that it shows counts.

// residents is how many lived in a province at the end of a data year.
type residents map[provinceYear]int64

type provinceYear struct{ year, province string }

// thousandth is how many of n there are for each thousand residents.
func (r residents) thousandth(n int64, year, province string) (rate float64, known bool) {
	lived := r[provinceYear{year, province}]
	if lived == 0 {
		return 0, false
	}
	return 1000 * float64(n) / float64(lived), true
}

// residentsTable is the reference table of residents, by its path beside releases.
const residentsTable = tablesName + "/popolazione.parquet"

// residents reads the table beside the release; none where there is none of this
// release.
func (c *checker) residents() (residents, error) {
	home := filepath.Dir(filepath.Dir(c.place.dir))
	at := filepath.Join(home, filepath.FromSlash(residentsTable))
	if c.place.prefix != "" {
		at = c.place.of(residentsTable)
	} else if !c.m.besideOf(c.fs, filepath.Join(home, tablesName)) {
		return nil, nil
	}
	file, err := c.fs.Open(at)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fail("describe", c.m.Release, err)
	}
	defer func() { _ = file.Close() }() // read only: its error changes nothing
	info, err := file.Stat()
	if err != nil {
		return nil, fail("describe", c.m.Release, err)
	}
	all := residents{}
	err = table.ReadParquetRows(file, info.Size(), []string{"anno", "provincia", "residenti"}, func(rows *table.Chunk) error {
		for row := range rows.Rows() {
			if p := &rows.Columns[1]; !p.Null[row] {
				all[provinceYear{strconv.FormatInt(rows.Columns[0].Num[row], 10), string(p.Text(row))}] += rows.Columns[2].Num[row]
			}
		}
		return nil
	})
	if err != nil {
		return nil, spoiled("describe", c.m.Release, errors.Join(errors.New(residentsTable), err))
	}
	return all, nil
}

// rated is a count of a province with its rate.
type rated struct {
	count
	lived int64
	rate  float64
}

// rates are the counts of a year for each thousand residents; nil unless those of every
// province are known.
func (o *overview) rates(counts []count, year string) (all []rated) {
	for _, c := range counts {
		rate, known := o.residents.thousandth(c.rows, year, c.code)
		if !known {
			return nil
		}
		all = append(all, rated{c, o.residents[provinceYear{year, c.code}], rate})
	}
	return all
}

func (o *overview) rate(r float64) string { return decimal(o.lang, r, 1) }

// ratesMap shows rates on a map.
func (o *overview) ratesMap(all []rated, hidden []picture.Area, title string) picture.Map {
	areas := hidden
	for _, r := range all {
		areas = append(areas, picture.Area{Province: r.code, Name: r.name, Value: o.t(textOverviewRateOf, o.rate(r.rate), o.n(r.rows)), Size: r.rate})
	}
	words := o.mapWords(title)
	words.Number = o.rate
	return picture.NewMap(areas, words)
}

// ratesTable lists them, of being what a count counts.
func (o *overview) ratesTable(all []rated, title, counted string) numbers {
	t := numbers{Caption: title, From: 2, Head: append([]string{o.t(textOverviewProvince), o.t(textOverviewCode), counted}, o.heads(textOverviewResidents, textOverviewRate)...)}
	for _, r := range all {
		t.Rows = append(t.Rows, []string{r.name, r.code, o.n(r.rows), o.n(r.lived), o.rate(r.rate)})
	}
	return t
}
