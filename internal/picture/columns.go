package picture

// Columns is a chart of upright columns in groups, such as the months of years.
type Columns struct {
	Title, Drawn string
	Groups       []Group
	Width        int
	// Top is the value at the upper line, in words.
	Top  string
	most float64
	next int
}

// Group is a run of columns under one label.
type Group struct {
	Label   string
	X       int
	Columns []Column
}

// Column is one of them. A Hidden one stands for a number that is not shown.
type Column struct {
	Label, Value string
	Hidden       bool
	X, Y, Height int
	size         float64
}

// The chart's measures: from one column to the next, between groups, and the
// highest column.
const (
	columnStep    = 18
	columnGap     = 14
	highestColumn = 140
	columnBase    = 160 // y of the line they stand on
)

// Group begins a new run of columns.
func (c *Columns) Group(label string) {
	if len(c.Groups) > 0 {
		c.next += columnGap
	}
	c.Groups = append(c.Groups, Group{Label: label, X: c.next})
}

// Add puts one more column into the last group.
func (c *Columns) Add(label, value string, size float64, hidden bool) {
	g := &c.Groups[len(c.Groups)-1]
	g.Columns = append(g.Columns, Column{Label: label, Value: value, Hidden: hidden, X: c.next, size: size})
	c.next += columnStep
	c.most = max(c.most, size)
}

// Finish sets the title, drawn, which says what the columns are, the value of the
// highest one in words, and the places.
func (c *Columns) Finish(title, drawn string, words func(float64) string) {
	c.Title, c.Drawn, c.Width, c.Top = title, drawn, max(c.next, 320), words(c.most)
	for g := range c.Groups {
		for i := range c.Groups[g].Columns {
			column := &c.Groups[g].Columns[i]
			switch {
			case column.Hidden:
				column.Height = columnStep
			case column.size > 0:
				column.Height = max(1, int(column.size*highestColumn/c.most))
			}
			column.Y = columnBase - column.Height
		}
	}
}
