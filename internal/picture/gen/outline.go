package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

type point struct{ x, y float64 }

// outlines turns the topology into lines "letters;path".
func outlines(data []byte) ([]byte, error) {
	var t topology
	if err := json.Unmarshal(data, &t); err != nil {
		return nil, err
	}
	arcs := t.project()
	for i := range arcs {
		arcs[i] = simplified(arcs[i], tolerance)
	}
	var lines []string
	met := map[string]bool{}
	for _, o := range t.Objects {
		for _, g := range o.Geometries {
			letters, ok := strings.CutPrefix(g.ID, "IT.")
			if !ok {
				continue
			}
			if len(letters) != 2 || met[letters] {
				return nil, fmt.Errorf("%s (%s): not two letters, or twice", g.ID, g.Properties.Name)
			}
			met[letters] = true
			rings, err := g.rings()
			if err != nil {
				return nil, fmt.Errorf("%s: %w", g.ID, err)
			}
			path := draw(rings, arcs)
			if path == "" {
				return nil, fmt.Errorf("%s: nothing of it is left", g.ID)
			}
			lines = append(lines, letters+";"+path)
		}
	}
	slices.Sort(lines)
	return []byte("sigla;contorno\n" + strings.Join(lines, "\n") + "\n"), nil
}

// project puts the arcs into a plane in which Italy keeps her form: degrees of
// longitude are as long as they are at the parallel in her middle.
func (t *topology) project() (arcs [][]point) {
	south, north := math.Inf(1), math.Inf(-1)
	west := math.Inf(1)
	for _, arc := range t.Arcs {
		var x, y float64
		var points []point
		for _, step := range arc { // steps, of whole numbers
			x, y = x+step[0], y+step[1]
			p := point{x*t.Transform.Scale[0] + t.Transform.Translate[0], y*t.Transform.Scale[1] + t.Transform.Translate[1]}
			south, north, west = min(south, p.y), max(north, p.y), min(west, p.x)
			points = append(points, p)
		}
		arcs = append(arcs, points)
	}
	scale := height / (north - south)
	narrow := math.Cos((south + north) / 2 * math.Pi / 180)
	for _, arc := range arcs {
		for i, p := range arc {
			arc[i] = point{math.Round((p.x - west) * narrow * scale), math.Round((north - p.y) * scale)}
		}
	}
	return arcs
}

// rings are the arcs that each ring of a geometry is made of; a negative number n
// is arc ^n walked backwards.
func (g *geometry) rings() (rings [][]int, err error) {
	switch g.Type {
	case "Polygon":
		err = json.Unmarshal(g.Arcs, &rings)
	case "MultiPolygon":
		var polygons [][][]int
		err = json.Unmarshal(g.Arcs, &polygons)
		for _, p := range polygons {
			rings = append(rings, p...)
		}
	default:
		err = errors.New("neither polygon nor polygons")
	}
	return rings, err
}

// draw writes the rings as a path, but for islets.
func draw(rings [][]int, arcs [][]point) string {
	var all [][]point
	for _, ring := range rings {
		var points []point
		for _, n := range ring {
			arc := slices.Clone(arcs[max(n, ^n)])
			if n < 0 {
				slices.Reverse(arc)
			}
			for _, p := range arc {
				if len(points) == 0 || points[len(points)-1] != p {
					points = append(points, p)
				}
			}
		}
		if len(points) > 1 && points[0] == points[len(points)-1] {
			points = points[:len(points)-1]
		}
		if len(points) > 2 {
			all = append(all, points)
		}
	}
	slices.SortStableFunc(all, func(a, b []point) int { return int(area(b) - area(a)) })
	var path strings.Builder
	for i, points := range all {
		if i > 0 && area(points) < islet {
			break
		}
		whole := func(f float64) string { return strconv.Itoa(int(f)) }
		path.WriteString("M" + whole(points[0].x) + " " + whole(points[0].y) + "l")
		for k := 1; k < len(points); k++ {
			if k > 1 {
				path.WriteByte(' ')
			}
			path.WriteString(whole(points[k].x-points[k-1].x) + " " + whole(points[k].y-points[k-1].y))
		}
		path.WriteByte('z')
	}
	return path.String()
}

func area(ring []point) (square float64) {
	for i, a := range ring {
		b := ring[(i+1)%len(ring)]
		square += a.x*b.y - b.x*a.y
	}
	return math.Abs(square) / 2
}

// simplified leaves out the points that stray less than this from the line
// between those that stay (Ramer 1972, Douglas and Peucker 1973); a closed arc is
// cut at its farthest point first.
func simplified(arc []point, stray float64) []point {
	if len(arc) < 3 {
		return arc
	}
	if first, last := arc[0], arc[len(arc)-1]; first == last {
		far := 0
		for i, p := range arc {
			if math.Hypot(p.x-first.x, p.y-first.y) > math.Hypot(arc[far].x-first.x, arc[far].y-first.y) {
				far = i
			}
		}
		if far == 0 {
			return arc
		}
		return append(simplified(arc[:far+1], stray), simplified(arc[far:], stray)[1:]...)
	}
	a, b := arc[0], arc[len(arc)-1]
	length := math.Hypot(b.x-a.x, b.y-a.y)
	far, most := 0, stray
	for i, p := range arc[1 : len(arc)-1] {
		if d := math.Abs((b.x-a.x)*(a.y-p.y)-(a.x-p.x)*(b.y-a.y)) / length; length > 0 && d > most {
			far, most = i+1, d
		}
	}
	if far == 0 {
		return []point{a, b}
	}
	return append(simplified(arc[:far+1], stray), simplified(arc[far:], stray)[1:]...)
}
