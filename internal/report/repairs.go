package report

import (
	"flussi/internal/flusso"
	"flussi/internal/repair"
	"flussi/internal/schema"
)

// RepairGroup is the repairs of one name that were made before a flow was judged.
type RepairGroup struct {
	Name   string
	What   string
	Count  int64
	Places []occurrence // the first
	More   int64
}

// AddRepair notes a repair that was made before the flow was judged.
func (f *File) AddRepair(c repair.Change) {
	if f.Repaired == nil {
		f.Repaired = map[string]int64{}
	}
	f.Repaired[c.Repair]++
	if len(f.Changes) < MaxDetails {
		f.Changes = append(f.Changes, c)
	}
}

// PlaceOf gives where a repair was made as the place of a fault.
func PlaceOf(c repair.Change) schema.Fault {
	return schema.Fault{Line: c.Line, Column: c.Column, Path: c.Path, Record: c.Record, Beneficiario: c.Beneficiario, BeneficiarioLine: c.BeneficiarioLine}
}

// known are all the repairs that a report can hold.
func known() []repair.Repair { return append(repair.All(), repair.Codes(nil)) }

// whatOf says what a repair does.
func whatOf(name string) (what flusso.Text) {
	for _, r := range known() {
		if r.Name == name {
			what = r.What
		}
	}
	return what
}

// Repairs groups what was repaired, in the order in which repairs are made.
func Repairs(f File, lang flusso.Lang) (groups []RepairGroup) {
	for _, r := range known() {
		n := f.Repaired[r.Name]
		if n == 0 {
			continue
		}
		g := RepairGroup{Name: r.Name, What: r.What.In(lang), Count: n}
		for _, c := range f.Changes {
			if c.Repair == r.Name && len(g.Places) < placesShown {
				place := PlaceOf(c)
				g.Places = append(g.Places, occurrence{place, Whose(place, lang)})
			}
		}
		g.More = n - int64(len(g.Places))
		groups = append(groups, g)
	}
	return groups
}
