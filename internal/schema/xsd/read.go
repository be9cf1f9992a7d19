package xsd

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"flussi/internal/flusso"
)

// Limits of a schema file; INPS's have 60,000 bytes, 5 levels and 110 names.
const (
	MaxBytes = 4 << 20
	maxDepth = 32
	maxNames = 10_000
)

// Read reads a schema whose root is the element of this name. The error is of
// Kind Invalid: no schema, or one that asks for something that is not known here,
// with its line.
func Read(src io.Reader, root string) (*Schema, error) {
	doc, err := parse(src)
	if err != nil {
		return nil, err
	}
	r := reader{target: doc.attr("targetNamespace"), simple: map[string]*node{}, complex: map[string]*node{}, reading: map[string]bool{}}
	s := &Schema{Target: r.target}
	if form := doc.attr("elementFormDefault"); form != "qualified" {
		return nil, unknown(doc, "elementFormDefault="+strconv.Quote(form))
	}
	if form := doc.attr("attributeFormDefault"); form != "" && form != "unqualified" {
		return nil, unknown(doc, "attributeFormDefault="+strconv.Quote(form))
	}
	var top *node
	for _, n := range doc.children {
		switch name := n.attr("name"); n.name {
		case "element":
			if name == root {
				top = n
			}
		case "simpleType":
			r.simple[name] = n
		case "complexType":
			r.complex[name] = n
		default:
			return nil, unknown(n, n.name)
		}
	}
	if top == nil {
		return nil, invalid(0, flusso.Text{It: "lo schema non dichiara l'elemento " + root, En: "the schema declares no element " + root}, nil)
	}
	if s.Root, err = r.element(top, "", 0); err != nil {
		return nil, err
	}
	return s, nil
}

// reader resolves the named types of one file.
type reader struct {
	target          string
	simple, complex map[string]*node
	reading         map[string]bool // complex types that are open: recursion has no tables
	names           int
}

func (r *reader) element(n *node, above string, depth int) (*Element, error) {
	if err := n.only("name", "type", "minOccurs", "maxOccurs"); err != nil {
		return nil, err
	}
	if r.names++; depth > maxDepth || r.names > maxNames {
		return nil, unknown(n, "too many or too deep elements")
	}
	e := &Element{Name: n.attr("name"), Path: above + n.attr("name"), Min: 1, Max: 1}
	for _, bound := range []struct {
		name string
		n    *int
	}{{"minOccurs", &e.Min}, {"maxOccurs", &e.Max}} {
		if v := n.attr(bound.name); v == "unbounded" && bound.name == "maxOccurs" {
			e.Max = Unbounded
		} else if v != "" {
			count, err := strconv.ParseUint(v, 10, 31)
			if err != nil {
				return nil, unknown(n, bound.name+"="+strconv.Quote(v))
			}
			*bound.n = int(count)
		}
	}
	body := n.children
	typed := n
	if name := n.attr("type"); name != "" {
		local, builtIn := r.resolve(n, name)
		switch {
		case builtIn:
			e.Text = newType(local)
			return e, nil
		case r.simple[local] != nil:
			t, err := r.simpleType(r.simple[local], 0)
			e.Text, e.TypeName = t, local
			return e, err
		case r.complex[local] == nil:
			return nil, unknown(n, "type="+strconv.Quote(name))
		case r.reading[local]:
			return nil, unknown(n, "an element within itself")
		}
		r.reading[local] = true
		defer delete(r.reading, local)
		e.TypeName = local
		typed, body = r.complex[local], []*node{r.complex[local]}
	}
	if len(body) != 1 {
		return nil, unknown(typed, "an element without a type")
	}
	if body[0].name == "simpleType" {
		t, err := r.simpleType(body[0], 0)
		e.Text = t
		return e, err
	}
	return e, r.complexType(body[0], e, depth)
}

func (r *reader) complexType(n *node, e *Element, depth int) error {
	if n.name != "complexType" {
		return unknown(n, n.name)
	}
	if err := n.only("name"); err != nil {
		return err
	}
	for i, part := range n.children {
		switch {
		case part.name == "sequence" && i == 0:
			if err := part.only(); err != nil {
				return err
			}
			for _, child := range part.children {
				if child.name != "element" {
					return unknown(child, child.name)
				}
				c, err := r.element(child, e.Path+"/", depth+1)
				if err != nil {
					return err
				}
				e.Children = append(e.Children, c)
			}
		case part.name == "attribute":
			a, err := r.attribute(part, e.Path)
			if err != nil {
				return err
			}
			if a != nil {
				e.Attributes = append(e.Attributes, a)
			}
		default:
			return unknown(part, part.name)
		}
	}
	return nil
}

// attribute gives nil for one that may not come.
func (r *reader) attribute(n *node, above string) (*Attribute, error) {
	if err := n.only("name", "type", "use"); err != nil {
		return nil, err
	}
	a := &Attribute{Name: n.attr("name"), Path: above + "/@" + n.attr("name")}
	switch use := n.attr("use"); use {
	case "required":
		a.Required = true
	case "", "optional":
	case "prohibited":
		return nil, nil
	default:
		return nil, unknown(n, "use="+strconv.Quote(use))
	}
	var err error
	switch name := n.attr("type"); {
	case name != "":
		local, builtIn := r.resolve(n, name)
		switch {
		case builtIn:
			a.Type = newType(local)
		case r.simple[local] != nil:
			a.Type, err = r.simpleType(r.simple[local], 0)
		default:
			return nil, unknown(n, "type="+strconv.Quote(name))
		}
	case len(n.children) == 1:
		a.Type, err = r.simpleType(n.children[0], 0)
	default:
		return nil, unknown(n, "an attribute without a type")
	}
	return a, err
}

func newType(base string) *Type { return &Type{Base: base, MaxLength: Unbounded} }

// simpleType reads a restriction, and what it restricts.
func (r *reader) simpleType(n *node, depth int) (*Type, error) {
	if n.name != "simpleType" || len(n.children) != 1 || n.children[0].name != "restriction" || depth > maxDepth {
		return nil, unknown(n, n.name)
	}
	restriction := n.children[0]
	if err := restriction.only("base"); err != nil {
		return nil, err
	}
	local, builtIn := r.resolve(restriction, restriction.attr("base"))
	t := newType(local)
	if !builtIn {
		base := r.simple[local]
		if base == nil {
			return nil, unknown(restriction, "base="+strconv.Quote(restriction.attr("base")))
		}
		var err error
		if t, err = r.simpleType(base, depth+1); err != nil {
			return nil, err
		}
	}
	return t, t.narrow(restriction)
}

// narrow takes over the facets of a restriction. Several patterns of one are
// alternatives; those of restrictions on each other must all match.
func (t *Type) narrow(restriction *node) error {
	var patterns []string
	var codes []Code
	for _, f := range restriction.children {
		if err := f.only("value"); err != nil {
			return err
		}
		v := f.attr("value")
		switch f.name {
		case "pattern":
			patterns = append(patterns, v)
		case "enumeration":
			codes = append(codes, Code{v, f.documentation})
		case "minInclusive":
			t.MinInclusive = v
		case "maxInclusive":
			t.MaxInclusive = v
		case "length", "minLength", "maxLength":
			n, err := strconv.ParseUint(v, 10, 31)
			if err != nil {
				return unknown(f, f.name+"="+strconv.Quote(v))
			}
			if f.name != "maxLength" {
				t.MinLength = int(n)
			}
			if f.name != "minLength" {
				t.MaxLength = int(n)
			}
		default:
			return unknown(f, f.name)
		}
	}
	if len(patterns) > 0 {
		t.Patterns = append(t.Patterns, strings.Join(patterns, "|"))
	}
	if codes != nil {
		t.Codes = codes
	}
	return nil
}

// node is an element of the schema file.
type node struct {
	name          string // of XML Schema's
	attributes    []xml.Attr
	spaces        map[string]string // prefix -> namespace
	children      []*node           // without annotations
	documentation string
	line          int
}

func (n *node) attr(name string) string {
	for _, a := range n.attributes {
		if a.Name.Space == "" && a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// only refuses attributes that would mean something not known here.
func (n *node) only(known ...string) error {
	for _, a := range n.attributes {
		if a.Name.Space == "" && a.Name.Local != "xmlns" && a.Name.Local != "id" && !slices.Contains(known, a.Name.Local) {
			return unknown(n, n.name+"/@"+a.Name.Local)
		}
	}
	return nil
}

// resolve splits the name of a type; builtIn: it is one of XML Schema's. A name of
// another namespace than the schema's own comes back whole, and is that of no type.
func (r *reader) resolve(n *node, name string) (local string, builtIn bool) {
	prefix, local, found := strings.Cut(name, ":")
	if !found {
		prefix, local = "", name
	}
	switch n.spaces[prefix] {
	case Namespace:
		return local, true
	case r.target:
		return local, false
	}
	return "{" + name + "}", false
}

// parse reads the file as a tree of XML Schema's elements.
func parse(src io.Reader) (*node, error) {
	limited := &io.LimitedReader{R: src, N: MaxBytes + 1}
	in := xml.NewDecoder(limited)
	var root *node
	var open []*node
	for {
		token, err := in.Token()
		line, _ := in.InputPos()
		switch {
		case errors.Is(err, io.EOF) && root != nil:
			return root, nil
		case limited.N == 0:
			return nil, invalid(0, flusso.Text{It: "il file è troppo grande per uno schema", En: "the file is too large for a schema"}, nil)
		case err != nil:
			return nil, invalid(line, textNotXSD, err)
		}
		switch t := token.(type) {
		case xml.StartElement:
			n := &node{name: t.Name.Local, attributes: t.Attr, line: line, spaces: map[string]string{}}
			if t.Name.Space != Namespace || len(open) > maxDepth || len(open) == 0 && (root != nil || t.Name.Local != "schema") {
				return nil, invalid(line, textNotXSD, nil)
			}
			if t.Name.Local == "annotation" {
				text, err := documentation(in)
				if err != nil {
					return nil, invalid(line, textNotXSD, err)
				}
				if len(open) > 0 {
					open[len(open)-1].documentation = text
				}
				continue
			}
			if len(open) > 0 {
				above := open[len(open)-1]
				above.children = append(above.children, n)
				n.spaces = above.spaces
			} else {
				root = n
			}
			n.declare()
			open = append(open, n)
		case xml.EndElement:
			open = open[:len(open)-1]
		case xml.CharData:
			if strings.TrimSpace(string(t)) != "" {
				return nil, invalid(line, textNotXSD, nil)
			}
		case xml.Directive:
			return nil, invalid(line, textNotXSD, errors.New("a DOCTYPE"))
		}
	}
}

// declare takes over the namespaces that n binds.
func (n *node) declare() {
	own := map[string]string{}
	for _, a := range n.attributes {
		switch {
		case a.Name.Space == "xmlns":
			own[a.Name.Local] = a.Value
		case a.Name.Space == "" && a.Name.Local == "xmlns":
			own[""] = a.Value
		}
	}
	if len(own) > 0 {
		for prefix, space := range n.spaces {
			if _, bound := own[prefix]; !bound {
				own[prefix] = space
			}
		}
		n.spaces = own
	}
}

// documentation gives the text of an annotation that was just opened.
func documentation(in *xml.Decoder) (string, error) {
	var text strings.Builder
	for depth := 1; depth > 0; {
		token, err := in.Token()
		if err != nil {
			return "", err
		}
		switch t := token.(type) {
		case xml.StartElement:
			depth++
		case xml.EndElement:
			depth--
		case xml.CharData:
			text.Write(t)
		}
	}
	return strings.Join(strings.Fields(text.String()), " "), nil
}

var (
	textNotXSD = flusso.Text{It: "il file non è uno schema XSD", En: "the file is no XSD"}
	hintNotXSD = flusso.Text{It: "indicare uno schema dell'INPS, come PS_PSA_SINA201812.xsd", En: "name one of INPS's schemas, as PS_PSA_SINA201812.xsd"}
	hintBeyond = flusso.Text{
		It: "flussi legge gli schemi come li scrive l'INPS; per questo occorre una versione nuova",
		En: "flussi reads schemas as INPS writes them; this one wants a new version",
	}
)

func invalid(line int, what flusso.Text, cause error) error {
	if line > 0 {
		what = flusso.Text{It: fmt.Sprintf("riga %d: %s", line, what.It), En: fmt.Sprintf("line %d: %s", line, what.En)}
	}
	return &flusso.Error{Op: "read schema", Kind: flusso.Invalid, What: what, Hint: hintNotXSD, Err: cause}
}

// unknown refuses what would be read wrongly.
func unknown(n *node, construct string) error {
	return &flusso.Error{Op: "read schema", Kind: flusso.Invalid, Hint: hintBeyond, What: flusso.Text{
		It: fmt.Sprintf("riga %d dello schema: %s non si conosce", n.line, construct),
		En: fmt.Sprintf("line %d of the schema: %s is not known", n.line, construct),
	}}
}
