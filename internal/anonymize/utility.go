package anonymize

import (
	"math"

	"flussi/internal/anonymize/kanon"
)

// Utility is what the rows of a view are still good for, over all rows in
// scope: 1 is everything, 0 nothing. The formulas are ARX's, so that numbers
// compare.
type Utility struct {
	// Granularity is one minus the mean share of a column's values that stand
	// behind a published one; a suppressed row has share 1 in every column.
	Granularity float64
	// Published is the granularity of the published rows alone.
	Published float64
	// Entropy is the non-uniform entropy (Gionis and Tassa 2009): one minus
	// Σ log2(f(published)/f(original)) over the same with everything hidden,
	// f being how many original rows have a value, or one of those behind it.
	Entropy float64
	// Discernibility is the sum over published rows of their class's rows, and
	// over suppressed rows of all rows (Bayardo and Agrawal 2005).
	Discernibility int64
	// AverageClass is the rows of a published class, on average.
	AverageClass float64
	Columns      []ColumnUtility
}

// ColumnUtility is the utility of one quasi-identifier.
type ColumnUtility struct {
	Name        string
	Values      int // as the rows came
	Granularity float64
	Published   float64
	Entropy     float64
}

// utility compares the rows as they came with the rows as published, by how often
// each code of a domain is among them.
func (s *attributes) utility(original, published [][]int64, steps kanon.Ladder, res *kanon.Result) Utility {
	rows := float64(res.Published + res.Suppressed)
	u := Utility{Discernibility: res.After.Squares + res.Suppressed*(res.Published+res.Suppressed)}
	if res.After.Classes > 0 {
		u.AverageClass = float64(res.After.Rows) / float64(res.After.Classes)
	}
	if rows == 0 {
		return u
	}
	var share, leastShare, publishedShare, leastPublished, lost, mostLost float64
	for i, d := range s.domains {
		if d.role != kanon.Quasi {
			continue
		}
		leaves := d.leaves(i, steps, original[i])
		values := float64(leaves[0].of)
		c := ColumnUtility{Name: d.column.Name, Values: leaves[0].of}
		columnShare, least := 0.0, float64(res.Published)/values
		columnLost, most := float64(res.Suppressed)*math.Log2(rows), rows*math.Log2(rows)
		for code, n := range published[i] {
			if n > 0 {
				columnShare += float64(n) * float64(leaves[code].values) / values
				columnLost += float64(n) * math.Log2(float64(leaves[code].rows))
			}
		}
		for _, n := range original[i] {
			if n > 0 {
				bits := float64(n) * math.Log2(float64(n))
				columnLost, most = columnLost-bits, most-bits
			}
		}
		c.Published = kept(columnShare-least, float64(res.Published)-least)
		publishedShare, leastPublished = publishedShare+columnShare, leastPublished+least
		columnShare, least = columnShare+float64(res.Suppressed), rows/values
		c.Granularity, c.Entropy = kept(columnShare-least, rows-least), kept(columnLost, most)
		u.Columns = append(u.Columns, c)
		share, leastShare = share+columnShare, leastShare+least
		lost, mostLost = lost+columnLost, mostLost+most
	}
	n := float64(len(u.Columns))
	u.Published = kept(publishedShare-leastPublished, n*float64(res.Published)-leastPublished)
	n *= rows
	u.Granularity, u.Entropy = kept(share-leastShare, n-leastShare), kept(lost, mostLost)
	return u
}

// kept is one minus a share of what could be lost; all, where nothing could.
func kept(lost, most float64) float64 {
	if most <= 0 {
		return 1
	}
	return min(max(1-lost/most, 0), 1)
}

// leaf is what stands behind a code: how many values, and how many of the rows
// as they came have one; of is the number of values of the domain.
type leaf struct {
	values, of int
	rows       int64
}

// leaves follows the ladder up. Of a domain whose values are those met in the
// data they alone count.
func (d *domain) leaves(column int, steps kanon.Ladder, original []int64) []leaf {
	leaves := make([]leaf, len(original))
	for code := range d.fine {
		leaves[code] = leaf{values: 1, rows: original[code]}
	}
	here := make([]bool, len(original)) // codes that rows can have at this step
	for code := range d.fine {
		here[code] = true
	}
	for _, step := range steps {
		for _, m := range step.Moves {
			if m.Column != column {
				continue
			}
			above := make([]bool, len(here))
			for code, to := range m.To {
				if !here[code] {
					continue
				}
				above[to] = true
				if int(to) != code {
					leaves[to].values += leaves[code].values
					leaves[to].rows += leaves[code].rows
				}
			}
			here = above
		}
	}
	for code := range leaves {
		leaves[code].of = max(len(d.fine), 1)
	}
	return leaves
}
