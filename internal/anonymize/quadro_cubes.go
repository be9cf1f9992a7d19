package anonymize

import (
	"slices"

	"flussi/internal/anonymize/tables"
	"flussi/internal/config/strict"
	"flussi/internal/flusso"
)

// Cubes are the tables of a dataset at level aggregato, as a YAML file
// declares them:
//
//	rules:
//	  dominance: ["1,75", "2,85"] # no person has over 75 %, no two over 85 %
//	  percent: 10                 # nobody can estimate another to within 10 %
//	  uniform: true               # an amount that all share is suppressed
//	measures: [prestazioni, persone, importo_annuo, minuti]
//	cubes:
//	  - name: comuni
//	    dimensions: [comune, provincia, prestazione]
//
// The threshold is the request's K. All cubes of a file are linked: they are
// protected as one. With noise: {bound: 5} in the place of rules nothing is
// suppressed, and counts change by up to so much (tables.Noise).
type Cubes struct {
	cubes   []cubeSpec
	rules   tables.Rules
	amount  bool
	minutes bool
	asked   []askedMeasure // by name; the rest is what a file has that names none
	noise   int            // its bound; 0: small numbers are suppressed
}

type cubeSpec struct {
	name   string
	levels []cubeLevel
}

// defaultCubes is the one table that a dataset has without a declaration, with
// the (1,85) rule.
func defaultCubes(t flusso.Tipo, territory bool) *Cubes {
	across := cubeLevel("provincia")
	if t == flusso.SINBA {
		across = "eta"
	}
	levels := []cubeLevel{"prestazione", across}
	if !territory {
		levels = levels[:1]
	}
	return &Cubes{amount: true, cubes: []cubeSpec{{"quadro", levels}}, rules: tables.Rules{Dominance: []tables.Dominance{{N: 1, Share: 0.85}}}}
}

// of are the cubes of a kind of flow. SINBA has neither amounts nor time, and a column
// of zeros would be taken for them: who asks for one is told.
func (c *Cubes) of(t flusso.Tipo) (*Cubes, error) {
	if t != flusso.SINBA {
		return c, nil
	}
	var faults strict.Faults
	for _, a := range c.asked {
		if a.measure == measureAmount || a.measure == measureMinutes {
			faults = append(faults, a.missing)
		}
	}
	without := *c
	without.amount, without.minutes = false, false
	return &without, faults.Err()
}

// Cube is one table of a dataset at level aggregato: its name, and the columns that it
// crosses besides year and region. Where a column is coarser than another of them, its
// rows are that one's totals.
type Cube struct {
	Name       string   `json:"name"`
	Dimensions []string `json:"dimensions"`
}

// described are the cubes in the terms of the dataset's columns.
func (c *Cubes) described(axes []*axis) (all []Cube) {
	for _, spec := range c.cubes {
		cube := Cube{Name: spec.name, Dimensions: []string{}}
		for _, a := range axes {
			for _, l := range a.levels {
				if slices.Contains(spec.levels, l.name) {
					cube.Dimensions = append(cube.Dimensions, l.column.Name)
				}
			}
		}
		all = append(all, cube)
	}
	return all
}

// names are the levels that some cube has.
func (c *Cubes) names() map[cubeLevel]bool {
	used := map[cubeLevel]bool{}
	for _, cube := range c.cubes {
		for _, l := range cube.levels {
			used[l] = true
		}
	}
	return used
}

// tables gives each cube its depth in the dimensions: year, region, then axes.
func (c *Cubes) tables(axes []*axis) (all []tables.Table) {
	for _, cube := range c.cubes {
		t := tables.Table{Name: cube.name, Depth: []int{0, 0}}
		for _, a := range axes {
			t.Depth = append(t.Depth, a.depth(cube.levels))
		}
		all = append(all, t)
	}
	return all
}

// depth is the finest of the axis's levels that a cube names.
func (a *axis) depth(levels []cubeLevel) int {
	for i, l := range a.levels {
		for _, name := range levels {
			if name == l.name {
				return i
			}
		}
	}
	return tables.Summed
}
