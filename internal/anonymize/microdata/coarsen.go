package microdata

import (
	"fmt"
	"math"
	"strconv"

	"flussi/internal/table"
)

// values gives what each value of a measure is published as; values are in the
// order of their numbers, counts how often each stands in the table.
func (c Coarsen) values(values []string, numbers map[string]float64, counts map[string]int64) map[string]string {
	published := make(map[string]float64, len(values))
	for _, v := range values {
		n := numbers[v]
		if c.Bottom != nil {
			n = max(n, *c.Bottom)
		}
		if c.Top != nil {
			n = min(n, *c.Top)
		}
		published[v] = n
	}
	if len(values) > 0 && values[0] == "" { // the least: a missing value stays one
		values = values[1:]
	}
	if c.Groups > 0 {
		aggregate(values, published, counts, int64(c.Groups))
	}
	out := make(map[string]string, len(values)+1)
	for _, v := range values {
		n := published[v]
		if c.Round > 0 {
			n = math.Round(n/c.Round) * c.Round
		}
		// Hundredths are exact enough for a mean, and hide the last digits of a sum.
		out[v] = strconv.FormatFloat(math.Round(n*100)/100+0, 'f', -1, 64)
	}
	out[""] = ""
	return out
}

// aggregate gives the values of each group their mean: as many in ascending order
// as make the least number of rows, the last group taking what is left over.
// Equal values are never divided.
func aggregate(values []string, published map[string]float64, counts map[string]int64, least int64) {
	var groups [][2]int // from, to
	rows, from := int64(0), 0
	for i, v := range values {
		if rows += counts[v]; rows >= least {
			groups, rows, from = append(groups, [2]int{from, i + 1}), 0, i+1
		}
	}
	switch {
	case from == len(values):
	case len(groups) > 0:
		groups[len(groups)-1][1] = len(values)
	default:
		groups = append(groups, [2]int{0, len(values)})
	}
	for _, g := range groups {
		sum, n := 0.0, 0.0
		for _, v := range values[g[0]:g[1]] {
			sum += published[v] * float64(counts[v])
			n += float64(counts[v])
		}
		for _, v := range values[g[0]:g[1]] {
			published[v] = sum / n
		}
	}
}

// coarse publishes some rows of a measure.
func (c *column) coarse(to, from *table.Values, rows int) error {
	var buf []byte
	for row := range rows {
		buf = text(buf[:0], from, row)
		v, ok := c.coarsened[string(buf)]
		switch {
		case !ok:
			return fmt.Errorf("column %s: a value that was not there before", c.Name)
		case v == "":
			to.AppendNull()
		default:
			to.AppendString(v)
		}
	}
	return nil
}
