package main

import (
	"strings"
	"testing"
)

// Two squares side by side, their boundary once, with a bump too small to be seen;
// an islet; and a place that is none of Italy's.
const squares = `{"type": "Topology", "transform": {"scale": [1, 1], "translate": [0, -5]},
	"arcs": [
		[[5, 0], [0, 5], [0, 5]],
		[[5, 10], [-5, 0], [0, -10], [5, 0]],
		[[5, 10], [5, 0], [0, -10], [-5, 0]],
		[[9, 9], [0.01, 0], [0, 0.01], [-0.01, -0.01]]
	],
	"objects": {"ita": {"type": "GeometryCollection", "geometries": [
		{"type": "Polygon", "id": "IT.AA", "properties": {"name": "A"}, "arcs": [[0, 1]]},
		{"type": "MultiPolygon", "id": "IT.BB", "properties": {"name": "B"}, "arcs": [[[3]], [[0, 2]]]},
		{"type": "Polygon", "id": "-99", "properties": {"name": "C"}, "arcs": [[3]]}
	]}}}`

func TestOutlines(t *testing.T) {
	got, err := outlines([]byte(squares))
	if err != nil {
		t.Fatal(err)
	}
	want := "sigla;contorno\nAA;M5000 10000l0 -10000 -5000 0 0 10000z\nBB;M5000 10000l0 -10000 5000 0 0 10000z\n"
	if string(got) != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
	for what, broken := range map[string]string{
		"twice":     strings.Replace(squares, "IT.BB", "IT.AA", 1),
		"a line":    strings.Replace(squares, `"Polygon", "id": "IT.AA"`, `"LineString", "id": "IT.AA"`, 1),
		"an islet":  strings.Replace(squares, `[[0, 1]]`, `[[1]]`, 1) + "x",
		"no letter": strings.Replace(squares, "IT.AA", "IT.A", 1),
	} {
		if _, err := outlines([]byte(broken)); err == nil {
			t.Errorf("%s is taken", what)
		}
	}
}
