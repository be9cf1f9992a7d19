package picture

// Bars is a chart of horizontal bars, each with its label before and its value
// behind it, so that nothing hangs on colour.
type Bars struct {
	Title, Drawn string
	Bars         []Bar
	Height       int
	most         float64
}

// Bar is one of them. A Hidden one stands for a number that is not shown.
type Bar struct {
	Label, Value string
	Hidden       bool
	Y, Width     int
	size         float64
}

// The chart's measures, in units of its drawing: from one bar to the next, the
// widest, and the stub that stands for a number not shown.
const (
	barStep   = 24
	widestBar = 300
	hiddenBar = 24
)

// Add puts one more bar at the end, as long as size; value is size in words.
func (c *Bars) Add(label, value string, size float64) {
	c.Bars = append(c.Bars, Bar{Label: label, Value: value, size: size})
	c.most = max(c.most, size)
}

// AddHidden puts one more at the end whose number is not shown; value says so.
func (c *Bars) AddHidden(label, value string) {
	c.Bars = append(c.Bars, Bar{Label: label, Value: value, Hidden: true})
}

// Finish sets the title, drawn, which says what the bars are, and the places.
func (c *Bars) Finish(title, drawn string) {
	c.Title, c.Drawn, c.Height = title, drawn, len(c.Bars)*barStep
	for i := range c.Bars {
		b := &c.Bars[i]
		b.Y = i * barStep
		switch {
		case b.Hidden:
			b.Width = hiddenBar
		case b.size > 0:
			b.Width = max(1, int(b.size*widestBar/c.most))
		}
	}
}
