package picture

import "strings"

// Bars is a chart of horizontal bars, each with its label before and its value
// behind it, so that nothing hangs on colour.
type Bars struct {
	Title, Drawn string
	Bars         []Bar
	Legend       []Key // of classes that need a word
	Height       int
	most         float64
}

// Bar is one of them. Its class is "" or a word of the style sheet's: hidden where it
// stands for a number that is not shown, error, warning.
type Bar struct {
	Label, Value string
	Class        string
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

const classHidden = "hidden"

// Add puts one more bar at the end, as long as size; value is size in words.
func (c *Bars) Add(label, value string, size float64) { c.AddAs("", label, value, size) }

// AddAs is Add of a bar of a class.
func (c *Bars) AddAs(class, label, value string, size float64) {
	c.Bars = append(c.Bars, Bar{Label: fit(label), Value: value, Class: class, size: size})
	c.most = max(c.most, size)
}

// AddHidden puts one more at the end whose number is not shown; value says so.
func (c *Bars) AddHidden(label, value string) {
	c.Bars = append(c.Bars, Bar{Label: fit(label), Value: value, Class: classHidden})
}

// Finish sets the title, drawn, which says what the bars are, and the places.
func (c *Bars) Finish(title, drawn string) {
	c.Title, c.Drawn, c.Height = title, drawn, len(c.Bars)*barStep
	for i := range c.Bars {
		b := &c.Bars[i]
		b.Y = i * barStep
		switch {
		case b.Class == classHidden:
			b.Width = hiddenBar
		case b.size > 0:
			b.Width = max(1, int(b.size*widestBar/c.most))
		}
	}
}

// fit cuts a label that has no room before its bar.
func fit(label string) string {
	const most = 38
	r := []rune(label)
	if len(r) <= most {
		return label
	}
	return strings.TrimRight(string(r[:most-1]), " ,.;") + "…"
}
