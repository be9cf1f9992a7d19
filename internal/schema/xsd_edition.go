package schema

import (
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"flussi/internal/flusso"
	"flussi/internal/schema/xsd"
)

// Edition is an XSD of the same family that a flow is checked by in the place
// of the built-in tables. What it has and they have not is checked and kept
// nowhere; business rules go on as they are, and leave alone what the built-in
// tables would refuse. It is read the long way, a few times slower.
type Edition struct {
	edition
	Tipo flusso.Tipo
}

// ReadEdition reads an XSD; nil where it asks for exactly what the built-in
// tables do. It is an error of Kind Invalid when the file is no schema of this
// family, or asks for something that is not known here: to judge a flow in its
// name would be to judge wrongly.
func ReadEdition(src io.Reader) (*Edition, flusso.Tipo, error) {
	s, err := xsd.Read(src, "Flusso")
	if err != nil {
		return nil, 0, err
	}
	tipo, err := TipoOf(s)
	if err != nil {
		return nil, 0, err
	}
	known := BuiltIn(tipo)
	if !slices.ContainsFunc(xsd.Diff(known, s), func(c xsd.Change) bool {
		return c.Effect != xsd.Neither || strings.Contains(c.What.En, "name of the type")
	}) {
		return nil, tipo, nil
	}
	if s.Target != known.Target || !sameUnits(known.Root, s.Root) {
		return nil, 0, &flusso.Error{Op: "read schema", Kind: flusso.Invalid, What: textOtherXSD, Hint: hintNotXSD}
	}
	ed := &Edition{edition{roots: map[flusso.Tipo]*element{}, other: true}, tipo}
	ed.roots[tipo], err = ed.take(s.Root, builtIn.roots[tipo], tipo)
	if err != nil {
		return nil, 0, err
	}
	return ed, tipo, nil
}

// sameUnits tells that both schemas begin with the same header and hold the
// same kind of record at the same place: the decoder finds its way by them.
func sameUnits(known, e *xsd.Element) bool {
	if len(e.Children) != len(known.Children) {
		return false
	}
	for i, child := range known.Children {
		if e.Children[i].Name != child.Name || e.Children[i].Text != nil {
			return false
		}
	}
	header, unit := e.Children[0], e.Children[1]
	has := func(e *xsd.Element, name string) bool {
		return slices.ContainsFunc(e.Children, func(c *xsd.Element) bool { return c.Name == name && c.Text == nil })
	}
	return header.Min == 1 && header.Max == 1 && has(header, "Ente") && (unit.Name == "SINBA" || has(unit, "PrestazioniSociali"))
}

// take makes the declaration of e; like is the built-in one at the same place,
// nil where there is none.
func (ed *Edition) take(e *xsd.Element, like *element, tipo flusso.Tipo) (*element, error) {
	out := &element{
		id: ed.elements, name: e.Name, typeName: e.TypeName, path: e.Path, stranger: e.Path + "/@*", other: e.Path + "/*",
		least: int32(e.Min), most: unbounded,
	}
	ed.elements++
	if e.Max != xsd.Unbounded {
		out.most = int32(e.Max)
	}
	if like != nil {
		out.role = like.role
	}
	if e.Text != nil {
		if like != nil && like.role == roleValue {
			out.text = like.text
		}
		out.role = roleValue
		var err error
		if out.textFacet, err = facetFor(e.Text, out.text, e.Path); err != nil {
			return nil, err
		}
	} else if out.role == roleValue {
		out.role = roleGroup
	}
	if len(e.Attributes) > maxAttributesOfElement {
		return nil, beyond(e.Path, fmt.Sprintf("%d attributes", len(e.Attributes)))
	}
	for _, a := range e.Attributes {
		one := attribute{name: a.Name, opening: a.Name + `="`, path: a.Path}
		if like != nil {
			if i := slices.IndexFunc(like.attributes, func(b attribute) bool { return b.name == a.Name }); i >= 0 {
				one.field, one.slot = like.attributes[i].field, like.attributes[i].slot
				out.keeps = one.field
			}
		}
		var err error
		if one.facet, err = facetFor(a.Type, one.field, a.Path); err != nil {
			return nil, err
		}
		if a.Required {
			out.required |= 1 << len(out.attributes)
		}
		out.attributes = append(out.attributes, one)
	}
	out.index.build(out.attributes)
	for _, child := range e.Children {
		var below *element
		if like != nil {
			if i := slices.IndexFunc(like.children, func(c *element) bool { return c.name == child.Name }); i >= 0 {
				below = like.children[i]
			}
		}
		c, err := ed.take(child, below, tipo)
		if err != nil {
			return nil, err
		}
		out.children = append(out.children, c)
	}
	return out, nil
}

// facetFor is the built-in facet of f if it says the same as t, else one of t's
// own.
func facetFor(t *xsd.Type, f Field, path string) (facet, error) {
	if f != 0 {
		if own := facetOf[f]; own.asType(f).String() == t.String() {
			return own, nil
		}
	}
	other := &otherType{t: t}
	switch t.Base {
	case "string":
	case "decimal", "int", "date":
		if t.MinLength > 0 || t.MaxLength != xsd.Unbounded || t.Base != "int" && (t.MinInclusive != "" || t.MaxInclusive != "") {
			return facet{}, beyond(path, t.String())
		}
	default:
		return facet{}, beyond(path, t.Base)
	}
	for _, bound := range []struct {
		text string
		n    *int64
	}{{t.MinInclusive, &other.least}, {t.MaxInclusive, &other.most}} {
		n, ok := parseXSDInt([]byte(bound.text))
		if bound.text != "" && (!ok || t.Base != "int") {
			return facet{}, beyond(path, t.String())
		}
		*bound.n = n
	}
	for _, p := range t.Patterns {
		form, err := xsdPattern2Go(p)
		if err != nil {
			return facet{}, beyond(path, "pattern "+p)
		}
		other.patterns = append(other.patterns, form)
	}
	return facet{kind: facetOther, other: other}, nil
}

// familiar tells whether the business rules may look at a value that the XSD
// allows: one that the built-in tables allow too.
func (c *facet) familiar(f Field, v []byte) bool {
	return c.kind != facetOther || f == 0 || facetOf[f].check(v) == ""
}

// otherType is a simple type of another edition.
type otherType struct {
	t           *xsd.Type
	patterns    []*regexp.Regexp
	least, most int64
}

func (o *otherType) check(v []byte) string {
	switch o.t.Base {
	case "decimal":
		if !isDecimal(v) {
			return xsdDecimal
		}
		v = collapse(v)
	case "date":
		if !isDate(v) {
			return xsdDate
		}
	case "int":
		n, ok := parseXSDInt(v)
		if !ok {
			return xsdInt
		}
		if o.t.MinInclusive != "" && n < o.least || o.t.MaxInclusive != "" && n > o.most {
			return xsdRange
		}
	}
	if o.t.MinLength > 0 || o.t.MaxLength != xsd.Unbounded {
		if n := utf8.RuneCount(v); n < o.t.MinLength || o.t.MaxLength != xsd.Unbounded && n > o.t.MaxLength {
			return xsdLength
		}
	}
	for _, p := range o.patterns {
		if !p.Match(v) {
			return xsdPattern
		}
	}
	if o.t.Codes != nil && !slices.ContainsFunc(o.t.Codes, func(c xsd.Code) bool { return c.Value == string(v) }) {
		return xsdEnumeration
	}
	return ""
}

func beyond(path, construct string) error {
	return &flusso.Error{Op: "read schema", Kind: flusso.Invalid, ID: path, Hint: hintBeyondXSD, What: flusso.Text{
		It: construct + " non si sa controllare", En: construct + " cannot be checked",
	}}
}

var (
	textOtherXSD  = flusso.Text{It: "lo schema non è della famiglia dei flussi SIUSS", En: "the schema is not of the family of the SIUSS flows"}
	hintNotXSD    = flusso.Text{It: "indicare uno schema dell'INPS, come PS_PSA_SINA201812.xsd, o togliere --schema", En: "name one of INPS's schemas, as PS_PSA_SINA201812.xsd, or leave --schema out"}
	hintBeyondXSD = flusso.Text{It: "flussi controlla i tipi che l'INPS usa; per questo occorre una versione nuova", En: "flussi checks the types that INPS uses; this one wants a new version"}
)
