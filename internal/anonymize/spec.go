package anonymize

import (
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml/ast"

	"flussi/internal/anonymize/microdata"
	"flussi/internal/anonymize/recode"
	"flussi/internal/flusso"
)

// ReadSpec reads what flussi anonymize is to do, and the hierarchies that are
// named, relative to the spec. delimiter divides the fields of both the table and
// the hierarchies. Every fault is told with its line.
func ReadSpec(name string) (spec microdata.Spec, delimiter byte, err error) {
	data, err := readSome(name)
	if err != nil {
		return spec, 0, &flusso.Error{Op: "read spec", ID: name, Kind: flusso.Invalid, What: textUnreadable, Hint: textSpecFileHint}
	}
	var faults Faults
	r := &specReader{document: document{name, &faults}, folder: filepath.Dir(name), delimiter: ';'}
	root := r.root(data)
	for _, kv := range root { // hierarchies are read with it
		if r.text(kv.Key) == "delimiter" {
			d := r.text(kv.Value)
			if len(d) != 1 || d[0] == '"' || d[0] >= utf8.RuneSelf {
				r.fault(kv.Value, textSpecDelimiter)
				continue
			}
			r.delimiter = d[0]
		}
	}
	for _, kv := range root {
		switch r.text(kv.Key) {
		case "delimiter":
		case "columns":
			r.columns(kv.Value)
		case "k":
			r.spec.K = r.whole(kv.Value, 1)
		case "suppression":
			if r.spec.Suppression = r.number(kv.Value); !(r.spec.Suppression >= 0 && r.spec.Suppression <= 1) {
				r.fault(kv.Value, textSpecShare)
			}
		case "method":
			switch r.text(kv.Value) {
			case "global":
			case "local":
				r.spec.Method = microdata.Local
			default:
				r.fault(kv.Value, textSpecMethod)
			}
		default:
			r.fault(kv.Key, textUnknownKey)
		}
	}
	if r.spec.K == 0 && len(faults) == 0 {
		r.fault(nil, textSpecK)
	}
	return r.spec, r.delimiter, faults.Err("read spec")
}

// readSome reads a small file.
func readSome(name string) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }() // read only: its error changes nothing
	return io.ReadAll(io.LimitReader(f, 1<<20))
}

type specReader struct {
	document
	folder    string
	delimiter byte
	spec      microdata.Spec
}

func (r *specReader) columns(n ast.Node) {
	list, ok := n.(*ast.SequenceNode)
	if !ok {
		r.fault(n, textWantList)
		return
	}
	named := map[string]bool{}
	for _, item := range list.Values {
		c := r.column(item)
		if c.Name == "" || named[c.Name] {
			r.fault(item, textSpecName)
		}
		named[c.Name] = true
		r.spec.Columns = append(r.spec.Columns, c)
	}
}

var specRoles = map[string]microdata.Role{
	"quasi": microdata.Quasi, "sensitive": microdata.Sensitive, "measure": microdata.Measure, "code": microdata.Code, "keep": microdata.Keep,
	"person": microdata.Person, "drop": microdata.Drop,
}

// specKeys are the keys of a column that only some roles have.
var specKeys = map[string][]microdata.Role{
	"hierarchy": {microdata.Quasi, microdata.Sensitive}, "bands": {microdata.Quasi}, "l": {microdata.Sensitive}, "t": {microdata.Sensitive},
	"bottom": {microdata.Measure}, "top": {microdata.Measure}, "round": {microdata.Measure}, "microaggregate": {microdata.Measure},
}

func (r *specReader) column(n ast.Node) (c microdata.Column) {
	parts := r.mapping(n)
	for _, kv := range parts {
		switch r.text(kv.Key) {
		case "name":
			c.Name = r.text(kv.Value)
		case "role":
			var ok bool
			if c.Role, ok = specRoles[r.text(kv.Value)]; !ok {
				r.fault(kv.Value, textSpecRole)
				c.Role = microdata.Drop
			}
		}
	}
	if c.Role == 0 {
		r.fault(n, textSpecRole)
		return c
	}
	if c.Role == microdata.Code {
		c.Coding = r.coding(n, parts)
		return c
	}
	for _, kv := range parts {
		key := r.text(kv.Key)
		if roles, some := specKeys[key]; some && !slices.Contains(roles, c.Role) {
			r.fault(kv.Key, textSpecNotHere)
			continue
		}
		switch key {
		case "name", "role":
		case "hierarchy":
			c.Hierarchy = r.hierarchy(kv.Value)
		case "bands":
			c.Bands = r.bands(kv.Value)
		case "l":
			c.Criterion = r.diversity(kv.Value)
		case "t":
			if c.Criterion.Kind != recode.None {
				r.fault(kv.Key, textSpecOneModel)
			}
			c.Criterion = r.closeness(kv.Value)
		case "bottom":
			v := r.number(kv.Value)
			c.Coarsen.Bottom = &v
		case "top":
			v := r.number(kv.Value)
			c.Coarsen.Top = &v
		case "round":
			if c.Coarsen.Round = r.number(kv.Value); c.Coarsen.Round <= 0 {
				r.fault(kv.Value, textSpecPositive)
			}
		case "microaggregate":
			c.Coarsen.Groups = r.whole(kv.Value, 2)
		default:
			r.fault(kv.Key, textUnknownKey)
		}
	}
	switch {
	case c.Hierarchy != nil && len(c.Bands) > 0:
		r.fault(n, textSpecBandsOrHierarchy)
	case c.Criterion.Kind == recode.Hierarchical && c.Hierarchy == nil:
		r.fault(n, textSpecNeedsHierarchy)
	}
	return c
}

func (r *specReader) hierarchy(n ast.Node) *recode.Hierarchy {
	name := r.text(n)
	if strings.HasPrefix(name, HierarchyPrefix) {
		h, _, ok := HierarchyNamed(name)
		if !ok {
			r.fault(n, textSpecNoNamed)
		}
		return h
	}
	if !filepath.IsAbs(name) {
		name = filepath.Join(r.folder, name)
	}
	f, err := os.Open(name)
	if err != nil {
		r.fault(n, textSpecNoFile)
		return nil
	}
	defer func() { _ = f.Close() }() // read only: its error changes nothing
	h, err := recode.ReadHierarchy(f, rune(r.delimiter))
	if fault, ok := err.(*recode.HierarchyError); ok { //nolint:errorlint // NewHierarchy's own
		*r.faults = append(*r.faults, Fault{File: name, Line: fault.Line, Column: 1, What: fault.What})
	} else if err != nil {
		r.fault(n, textSpecNoFile)
	}
	return h
}

// diversity reads l: {distinct: 3}, {entropy: 3} or {recursive: [4, 3]}, c and l.
func (r *specReader) diversity(n ast.Node) (c recode.Criterion) {
	parts := r.mapping(n)
	if len(parts) != 1 {
		r.fault(n, textSpecOneModel)
		return c
	}
	value := parts[0].Value
	switch r.text(parts[0].Key) {
	case "distinct":
		c.Kind, c.L = recode.Distinct, float64(r.whole(value, 1))
	case "entropy":
		c.Kind, c.L = recode.Entropy, r.number(value)
	case "recursive":
		if list, ok := value.(*ast.SequenceNode); ok && len(list.Values) == 2 {
			c.Kind, c.C, c.L = recode.Recursive, r.number(list.Values[0]), float64(r.whole(list.Values[1], 1))
		} else {
			r.fault(value, textSpecRecursive)
		}
	default:
		r.fault(parts[0].Key, textUnknownKey)
	}
	if c.Kind != recode.None && c.L < 1 {
		r.fault(value, textSpecPositive)
	}
	return c
}

// closeness reads t: {equal: 0.2}, {ordered: 0.2} or {hierarchical: 0.2}.
func (r *specReader) closeness(n ast.Node) (c recode.Criterion) {
	parts := r.mapping(n)
	if len(parts) != 1 {
		r.fault(n, textSpecOneModel)
		return c
	}
	switch r.text(parts[0].Key) {
	case "equal":
		c.Kind = recode.Equal
	case "ordered":
		c.Kind = recode.Ordered
	case "hierarchical":
		c.Kind = recode.Hierarchical
	default:
		r.fault(parts[0].Key, textUnknownKey)
	}
	if c.T = r.number(parts[0].Value); !(c.T >= 0 && c.T <= 1) {
		r.fault(parts[0].Value, textSpecShare)
	}
	return c
}

// bands reads [18, 65], or several levels, the finest first: [[18, 35, 65], [18, 65]].
func (r *specReader) bands(n ast.Node) (levels [][]float64) {
	list, ok := n.(*ast.SequenceNode)
	if !ok || len(list.Values) == 0 {
		r.fault(n, textWantList)
		return nil
	}
	if _, nested := list.Values[0].(*ast.SequenceNode); !nested {
		return [][]float64{r.ascending(n)}
	}
	for i, level := range list.Values {
		bounds := r.ascending(level)
		coarser := i == 0 || len(bounds) < len(levels[i-1])
		for _, bound := range bounds {
			coarser = coarser && (i == 0 || slices.Contains(levels[i-1], bound))
		}
		if !coarser {
			r.fault(level, textSpecCoarser)
		}
		levels = append(levels, bounds)
	}
	return levels
}

func (r *specReader) ascending(n ast.Node) (bounds []float64) {
	list, ok := n.(*ast.SequenceNode)
	if !ok || len(list.Values) == 0 {
		r.fault(n, textWantList)
		return nil
	}
	for i, v := range list.Values {
		bounds = append(bounds, r.number(v))
		if i > 0 && bounds[i] <= bounds[i-1] {
			r.fault(v, textSpecAscending)
		}
	}
	return bounds
}

func (r *specReader) number(n ast.Node) float64 {
	v, err := strconv.ParseFloat(r.text(n), 64)
	if err != nil {
		r.fault(n, textSpecNumber)
	}
	return v
}

func (r *specReader) whole(n ast.Node, least int) int {
	v, err := strconv.Atoi(r.text(n))
	if err != nil || v < least {
		r.fault(n, textSpecPositive)
		return least
	}
	return v
}
