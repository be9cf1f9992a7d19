package picture

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
)

// Area is what a map says of one province.
type Area struct {
	Province string // three ISTAT digits
	Name     string
	Value    string // Size in words
	Size     float64
	Hidden   bool // the number is not shown
}

// Map shows areas by shades: five classes of about as many areas each.
type Map struct {
	Title, Drawn  string
	ViewBox       string
	Width, Height int // as drawn, in pixels
	Shapes        []Shape
	Names         []Name
	Font          int // size of names, in units of ViewBox
	Legend        []Key
}

// Shape is one province. Its class is s0 where nothing is said of it, s1 to s5,
// or hidden.
type Shape struct{ Class, Path, Label string }

// Name is the letters of a province, at their place.
type Name struct {
	Text string
	X, Y int
}

// Key is a line of the legend.
type Key struct{ Class, Label string }

// Words are the words of a map in the page's language.
type Words struct {
	Title, Drawn string
	None, Hidden string // of a province that nothing is said of, and of a number not shown
	Number       func(float64) string
}

// The widest and the highest a map is drawn, the size of letters in it, and how
// many provinces may be named before names hide them.
const (
	mapWidth  = 560
	mapHeight = 560
	mapFont   = 13
	mapNames  = 16
	shades    = 5
)

// NewMap draws areas and, for the eye, the other provinces of their regions. An
// area whose province has no outline is not in it; with no other the map is empty.
// Where two areas share an outline (a province of before and of after a reform),
// its label tells both and its shade is that of the larger.
func NewMap(areas []Area, w Words) Map {
	of, regions := map[string][]Area{}, map[string]bool{}
	for _, a := range areas {
		for _, o := range outlinesOf(a.Province) {
			of[o.letters] = append(of[o.letters], a)
			regions[o.region] = true
		}
	}
	if len(of) == 0 {
		return Map{}
	}
	m := Map{Title: w.Title, Drawn: w.Drawn}
	areas = slices.DeleteFunc(slices.Clone(areas), func(a Area) bool { return len(outlinesOf(a.Province)) == 0 })
	class := classes(areas)
	var shown []*outline
	for _, o := range outlines() {
		if !regions[o.region] {
			continue
		}
		shown = append(shown, o)
		s := Shape{Class: "s0", Path: o.path, Label: o.letters + ": " + w.None}
		var labels []string
		for _, a := range of[o.letters] {
			if a.Hidden {
				labels = append(labels, a.Name+": "+w.Hidden)
				if s.Class == "s0" {
					s.Class = "hidden"
				}
				continue
			}
			labels = append(labels, a.Name+": "+a.Value)
			if c := "s" + strconv.Itoa(class(a.Size)); s.Class == "hidden" || c > s.Class {
				s.Class = c
			}
		}
		if len(labels) > 0 {
			s.Label = strings.Join(labels, "; ")
		}
		m.Shapes = append(m.Shapes, s)
	}
	m.place(shown)
	m.key(areas, class, w)
	return m
}

// classes tells the class, up to 5, of a size among all that are shown: the largest
// is 5.
func classes(areas []Area) func(float64) int {
	var sizes []float64
	for _, a := range areas {
		if !a.Hidden {
			sizes = append(sizes, a.Size)
		}
	}
	slices.Sort(sizes)
	return func(size float64) int {
		larger := len(sizes)
		for larger > 0 && sizes[larger-1] >= size {
			larger--
		}
		above := len(sizes) - larger - 1 // those as large or larger, but for itself
		return shades - max(above, 0)*shades/max(len(sizes), 1)
	}
}

// place finds the frame around what is shown, and where names stand.
func (m *Map) place(shown []*outline) {
	frame := shown[0].box
	for _, o := range shown {
		frame = frame.with(o.box)
	}
	wide, high := frame.right-frame.left, frame.bottom-frame.top
	scale := min(float64(mapWidth)/float64(wide), float64(mapHeight)/float64(high))
	m.Width, m.Height = int(float64(wide)*scale), int(float64(high)*scale)
	m.ViewBox = strconv.Itoa(frame.left) + " " + strconv.Itoa(frame.top) + " " + strconv.Itoa(wide) + " " + strconv.Itoa(high)
	m.Font = int(mapFont / scale)
	if len(shown) > mapNames {
		return
	}
	for _, o := range shown {
		m.Names = append(m.Names, Name{o.letters, o.at.x, o.at.y + m.Font/3})
	}
}

// key says what the shades mean: the numbers that each stands for.
func (m *Map) key(areas []Area, class func(float64) int, w Words) {
	type span struct{ from, to float64 }
	of := map[int]span{}
	for _, a := range areas {
		if a.Hidden {
			continue
		}
		c := class(a.Size)
		s, ok := of[c]
		if !ok {
			s = span{a.Size, a.Size}
		}
		of[c] = span{min(s.from, a.Size), max(s.to, a.Size)}
	}
	for c := 1; c <= shades; c++ {
		s, ok := of[c]
		switch {
		case !ok:
		case s.from == s.to:
			m.Legend = append(m.Legend, Key{"s" + strconv.Itoa(c), w.Number(s.from)})
		default:
			m.Legend = append(m.Legend, Key{"s" + strconv.Itoa(c), w.Number(s.from) + "–" + w.Number(s.to)})
		}
	}
	for _, k := range []Key{{"hidden", w.Hidden}, {"s0", w.None}} {
		if slices.ContainsFunc(m.Shapes, func(s Shape) bool { return s.Class == k.Class }) {
			m.Legend = append(m.Legend, k)
		}
	}
}

// extent is a box, its sides included.
type extent struct{ left, top, right, bottom int }

func (e extent) with(o extent) extent {
	return extent{min(e.left, o.left), min(e.top, o.top), max(e.right, o.right), max(e.bottom, o.bottom)}
}

type point struct{ x, y int }

// middle is where the letters of a ring stand: its centroid.
func middle(ring []point) point {
	var area, x, y float64
	for i, a := range ring {
		b := ring[(i+1)%len(ring)]
		cross := float64(a.x*b.y - b.x*a.y)
		area += cross
		x += float64(a.x+b.x) * cross
		y += float64(a.y+b.y) * cross
	}
	if area == 0 {
		return ring[0]
	}
	return point{int(x / (3 * area)), int(y / (3 * area))}
}

// surface is twice a ring's area.
func surface(ring []point) (twice int) {
	for i, a := range ring {
		b := ring[(i+1)%len(ring)]
		twice += a.x*b.y - b.x*a.y
	}
	return max(twice, -twice)
}

// largest is the ring of the greatest area.
func largest(rings [][]point) []point {
	return slices.MaxFunc(rings, func(a, b []point) int { return cmp.Compare(surface(a), surface(b)) })
}
