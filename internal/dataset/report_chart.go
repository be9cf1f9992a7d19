package dataset

import "flussi/internal/flusso"

// chart is a bar chart as the page draws it: horizontal bars, each with its
// label before and its value behind it, so that nothing hangs on colour.
type chart struct {
	Title, Drawn string
	Bars         []bar
	Height       int
	most         float64
}

type bar struct {
	Label, Value string
	Y, Width     int
	size         float64
}

// The chart's measures: from one bar to the next, and the widest.
const (
	barStep   = 24
	widestBar = 340
)

func (c *chart) add(label, value string, size float64) {
	c.Bars = append(c.Bars, bar{Label: label, Value: value, size: size})
	c.most = max(c.most, size)
}

// finish sets the title, drawn, which says what the bars are, and the places.
func (c *chart) finish(title, drawn string) {
	c.Title, c.Drawn, c.Height = title, drawn, len(c.Bars)*barStep
	for i := range c.Bars {
		b := &c.Bars[i]
		b.Y = i * barStep
		if b.size > 0 {
			b.Width = max(1, int(b.size*widestBar/c.most))
		}
	}
}

// bandChart draws how many rows are in classes of which size.
func bandChart(title, drawn string, lang flusso.Lang, bands []Band) chart {
	var c chart
	for _, b := range bands {
		label := wholeNumber(lang, b.From)
		if b.To > b.From {
			label += "–" + wholeNumber(lang, b.To)
		}
		c.add(label, wholeNumber(lang, b.Rows)+" ("+wholeNumber(lang, b.Classes)+")", float64(b.Rows))
	}
	c.finish(title, drawn)
	return c
}
