package desk

import (
	"cmp"
	"math"
	"slices"

	"flussi/internal/schema"
)

// maxPlaces is how many faults of a flow are kept one by one: a sheet of half a
// million rows with two faults each.
const maxPlaces = 1_000_000

// places are the faults of one flow, small: rules and paths are numbers.
type places struct {
	list  []place
	rules []string
	paths []string
	sheet string // of a workbook
	// Unlisted is how many more there are.
	Unlisted int64

	ruleOf, pathOf map[string]uint16
}

type place struct {
	line, column     int32
	record           int64
	beneficiario     int64
	beneficiarioLine int32
	rule, path       uint16
	severity         schema.Severity
}

func (p *places) add(f schema.Fault) {
	if len(p.list) == maxPlaces {
		p.Unlisted++
		return
	}
	if p.ruleOf == nil {
		p.ruleOf, p.pathOf = map[string]uint16{}, map[string]uint16{}
	}
	p.sheet = f.Sheet
	p.list = append(p.list, place{
		line: small(f.Line), column: small(f.Column), record: f.Record, beneficiario: f.Beneficiario, beneficiarioLine: small(f.BeneficiarioLine),
		rule: number(&p.rules, p.ruleOf, f.Rule), path: number(&p.paths, p.pathOf, f.Path), severity: f.Severity,
	})
}

// number gives a name's, the next one to a new name. Rules and official paths are
// few; a table's columns are too.
func number(names *[]string, of map[string]uint16, name string) uint16 {
	n, known := of[name]
	if !known {
		n = uint16(len(*names))
		*names = append(*names, name)
		of[name] = n
	}
	return n
}

// sort puts them in the order of the file: blocks of it are judged side by side.
func (p *places) sort() {
	slices.SortStableFunc(p.list, func(a, b place) int { return cmp.Or(cmp.Compare(a.line, b.line), cmp.Compare(a.column, b.column)) })
}

func (p *places) fault(x place) schema.Fault {
	return schema.Fault{
		Rule: p.rules[x.rule], Severity: x.severity, Line: int(x.line), Column: int(x.column), Path: p.paths[x.path],
		Record: x.record, Beneficiario: x.beneficiario, BeneficiarioLine: int(x.beneficiarioLine), Sheet: p.sheet,
	}
}

// order is how a list of faults is sorted.
type order string

const (
	byLine order = "" // as the file has them
	byRule order = "regola"
	byPath order = "campo"
)

// choice is which faults somebody wants to see.
type choice struct {
	Rule     string          // "" all
	Severity schema.Severity // 0: all
	From     int             // the first line
	Order    order
	Page     int // from 1
}

// pageSize is how many faults one page lists.
const pageSize = 100

// chosen gives a page of the faults chosen, and how many there are in all.
func (p *places) chosen(c choice) (page []schema.Fault, all int) {
	rule, known := p.ruleOf[c.Rule]
	if c.Rule != "" && !known {
		return nil, 0
	}
	var fit []int32
	for i, x := range p.list {
		if (c.Rule == "" || x.rule == rule) && (c.Severity == 0 || x.severity == c.Severity) && int(x.line) >= c.From {
			fit = append(fit, int32(i))
		}
	}
	if by := p.by(c.Order); by != nil {
		slices.SortStableFunc(fit, func(a, b int32) int { return cmp.Compare(by(p.list[a]), by(p.list[b])) })
	}
	from := min(max(c.Page-1, 0)*pageSize, len(fit))
	for _, i := range fit[from:min(from+pageSize, len(fit))] {
		page = append(page, p.fault(p.list[i]))
	}
	return page, len(fit)
}

// by is what an order compares; nil: as they stand.
func (p *places) by(o order) func(place) string {
	switch o {
	case byRule:
		return func(x place) string { return p.rules[x.rule] }
	case byPath:
		return func(x place) string { return p.paths[x.path] }
	}
	return nil
}

// small cuts what no text editor counts up to.
func small(n int) int32 { return int32(min(n, math.MaxInt32)) }
