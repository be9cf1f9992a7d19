package xsd

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"flussi/internal/flusso"
)

// Effect is what a change does to flows.
type Effect string

const (
	Breaks  Effect = "breaks"  // a flow that was valid may be refused now
	Loosens Effect = "loosens" // a flow that was refused may be valid now
	Both    Effect = "both"
	Neither Effect = "neither" // a label
)

// Change is one difference between two schemas at a place.
type Change struct {
	Path   string
	What   flusso.Text
	Was    string // as the schema says it; empty where there was nothing
	Is     string
	Effect Effect
}

// Diff tells what of is differs from was, in the order of is; what is gone comes
// at the end of the element that held it.
func Diff(was, is *Schema) []Change {
	var d differ
	d.text(is.Root.Path, textNamespace, was.Target, is.Target, Both)
	d.element(was.Root, is.Root)
	return d.changes
}

type differ struct{ changes []Change }

func (d *differ) add(path string, what flusso.Text, was, is string, effect Effect) {
	d.changes = append(d.changes, Change{path, what, was, is, effect})
}

func (d *differ) text(path string, what flusso.Text, was, is string, effect Effect) {
	if was != is {
		d.add(path, what, was, is, effect)
	}
}

func (d *differ) element(was, is *Element) {
	if was.Min != is.Min || was.Max != is.Max {
		d.add(is.Path, textOccurs, occurs(was), occurs(is), effectOf(is.Min > was.Min || less(is.Max, was.Max), is.Min < was.Min || less(was.Max, is.Max)))
	}
	d.text(is.Path, textTypeName, was.TypeName, is.TypeName, Neither)
	d.attributes(was, is)
	switch {
	case was.Text != nil && is.Text != nil:
		d.simple(is.Path, was.Text, is.Text)
	case was.Text != nil || is.Text != nil:
		d.add(is.Path, textContent, "", "", Both)
	}
	d.children(was, is)
}

func (d *differ) attributes(was, is *Element) {
	byName := func(list []*Attribute, name string) *Attribute {
		if i := slices.IndexFunc(list, func(a *Attribute) bool { return a.Name == name }); i >= 0 {
			return list[i]
		}
		return nil
	}
	for _, a := range is.Attributes {
		old := byName(was.Attributes, a.Name)
		switch {
		case old == nil && a.Required:
			d.add(a.Path, textNewRequired, "", a.Type.String(), Both)
		case old == nil:
			d.add(a.Path, textNewOptional, "", a.Type.String(), Loosens)
		case a.Required && !old.Required:
			d.add(a.Path, textNowRequired, "optional", "required", Breaks)
		case !a.Required && old.Required:
			d.add(a.Path, textNowOptional, "required", "optional", Loosens)
		}
		if old != nil {
			d.simple(a.Path, old.Type, a.Type)
		}
	}
	for _, a := range was.Attributes {
		if byName(is.Attributes, a.Name) == nil {
			effect := Breaks
			if a.Required {
				effect = Both
			}
			d.add(a.Path, textAttributeGone, a.Type.String(), "", effect)
		}
	}
}

func (d *differ) children(was, is *Element) {
	byName := func(list []*Element, name string) int {
		return slices.IndexFunc(list, func(e *Element) bool { return e.Name == name })
	}
	last := -1
	moved := false
	for _, child := range is.Children {
		i := byName(was.Children, child.Name)
		if i < 0 {
			effect := Loosens
			if child.Min > 0 {
				effect = Both
			}
			d.add(child.Path, textNewElement, "", occurs(child), effect)
			continue
		}
		moved = moved || i < last
		last = max(last, i)
		d.element(was.Children[i], child)
	}
	for _, child := range was.Children {
		if byName(is.Children, child.Name) < 0 {
			effect := Breaks
			if child.Min > 0 {
				effect = Both
			}
			d.add(child.Path, textElementGone, occurs(child), "", effect)
		}
	}
	if moved {
		d.add(is.Path, textOrder, names(was.Children), names(is.Children), Both)
	}
}

func (d *differ) simple(path string, was, is *Type) {
	d.text(path, textBase, was.Base, is.Base, Both)
	if was.MinLength != is.MinLength || was.MaxLength != is.MaxLength {
		d.add(path, textLength, was.length(), is.length(), effectOf(is.MinLength > was.MinLength || less(is.MaxLength, was.MaxLength),
			is.MinLength < was.MinLength || less(was.MaxLength, is.MaxLength)))
	}
	d.text(path, textPattern, strings.Join(was.Patterns, " & "), strings.Join(is.Patterns, " & "), Both)
	d.text(path, textLeast, was.MinInclusive, is.MinInclusive, Both)
	d.text(path, textMost, was.MaxInclusive, is.MaxInclusive, Both)
	d.codes(path, was, is)
}

func (d *differ) codes(path string, was, is *Type) {
	switch {
	case was.Codes == nil && is.Codes == nil:
		return
	case was.Codes == nil:
		d.add(path, textNowCodes, "", values(is.Codes), Breaks)
		return
	case is.Codes == nil:
		d.add(path, textNoCodes, values(was.Codes), "", Loosens)
		return
	}
	find := func(list []Code, value string) int {
		return slices.IndexFunc(list, func(c Code) bool { return c.Value == value })
	}
	for _, c := range is.Codes {
		if i := find(was.Codes, c.Value); i < 0 {
			d.add(path, textNewCode, "", c.String(), Loosens)
		} else {
			d.text(path, textLabel(c.Value), was.Codes[i].Label, c.Label, Neither)
		}
	}
	for _, c := range was.Codes {
		if find(is.Codes, c.Value) < 0 {
			d.add(path, textCodeGone, c.String(), "", Breaks)
		}
	}
}

func effectOf(breaks, loosens bool) Effect {
	switch {
	case breaks && loosens:
		return Both
	case breaks:
		return Breaks
	case loosens:
		return Loosens
	}
	return Neither
}

// less compares maxima, of which Unbounded is the largest.
func less(a, b int) bool { return a != Unbounded && (b == Unbounded || a < b) }

func occurs(e *Element) string {
	most := "n"
	if e.Max != Unbounded {
		most = strconv.Itoa(e.Max)
	}
	if strconv.Itoa(e.Min) == most {
		return most
	}
	return fmt.Sprintf("%d..%s", e.Min, most)
}

func names(list []*Element) string {
	var all []string
	for _, e := range list {
		all = append(all, e.Name)
	}
	return strings.Join(all, ", ")
}

func values(codes []Code) string {
	var all []string
	for _, c := range codes {
		all = append(all, c.Value)
	}
	return strings.Join(all, ", ")
}

func (c Code) String() string {
	if c.Label == "" {
		return c.Value
	}
	return c.Value + " " + c.Label
}

func (t *Type) length() string {
	switch {
	case t.MinLength == t.MaxLength:
		return strconv.Itoa(t.MinLength)
	case t.MaxLength == Unbounded && t.MinLength == 0:
		return ""
	case t.MaxLength == Unbounded:
		return fmt.Sprintf("%d..", t.MinLength)
	}
	return fmt.Sprintf("%d..%d", t.MinLength, t.MaxLength)
}

// String says a type in one line.
func (t *Type) String() string {
	parts := []string{t.Base}
	if l := t.length(); l != "" {
		parts = append(parts, "("+l+")")
	}
	for _, p := range t.Patterns {
		parts = append(parts, "/"+p+"/")
	}
	if t.MinInclusive != "" || t.MaxInclusive != "" {
		parts = append(parts, "["+t.MinInclusive+".."+t.MaxInclusive+"]")
	}
	if t.Codes != nil {
		parts = append(parts, "{"+values(t.Codes)+"}")
	}
	return strings.Join(parts, " ")
}
