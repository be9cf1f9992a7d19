package picture

// Pyramid shows two counts for each band of ages, to the left and to the right
// of the bands' names.
type Pyramid struct {
	Title, Drawn, Left, Right string
	Bands                     []Level
	Height                    int
	most                      float64
}

// Level is one band. What is Hidden stands for a number that is not shown.
type Level struct {
	Label       string
	Left, Right Side
	Y           int
}

// Side is the count of one half of a band, and the words for it.
type Side struct {
	Value    string
	Hidden   bool
	X, Width int
	End      int // where its words begin, going outwards
	size     float64
}

// The chart's measures: where the halves begin (the names stand between), the
// widest half.
const (
	pyramidLeft  = 270
	pyramidRight = 370
	widestSide   = 190
	pyramidTop   = 28 // below the names of the halves
)

// NewSide is a half of this size, told in words.
func NewSide(size float64, words string, hidden bool) Side {
	return Side{Value: words, size: size, Hidden: hidden}
}

// Add puts a band below those there.
func (p *Pyramid) Add(label string, left, right Side) {
	p.Bands = append(p.Bands, Level{Label: label, Left: left, Right: right})
	p.most = max(p.most, left.size, right.size)
}

// Finish sets the title, drawn, which says what the bars are, the names of the
// two halves, and the places.
func (p *Pyramid) Finish(title, drawn, left, right string) {
	p.Title, p.Drawn, p.Left, p.Right = title, drawn, left, right
	p.Height = pyramidTop + len(p.Bands)*barStep
	for i := range p.Bands {
		b := &p.Bands[i]
		b.Y = pyramidTop + i*barStep
		for _, s := range []*Side{&b.Left, &b.Right} {
			switch {
			case s.Hidden:
				s.Width = hiddenBar
			case s.size > 0:
				s.Width = max(1, int(s.size*widestSide/p.most))
			}
		}
		b.Left.X, b.Right.X = pyramidLeft-b.Left.Width, pyramidRight
		b.Left.End, b.Right.End = b.Left.X, pyramidRight+b.Right.Width
	}
}
