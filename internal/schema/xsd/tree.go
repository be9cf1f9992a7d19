// Package xsd reads an XML Schema as far as INPS's go, and tells what changed
// between two of them.
//
// It promises never to read wrongly: a construct that it does not know is an
// error with its line, and so is a file that is too large, too deep or recursive.
// Nothing of a schema is fetched, no entity of a document is resolved, nothing is
// written.
package xsd

// Namespace is that of XML Schema itself.
const Namespace = "http://www.w3.org/2001/XMLSchema"

// Unbounded is the Max of an element that may come any number of times.
const Unbounded = -1

// Schema is what a file declares: one root, in one namespace.
type Schema struct {
	Target string // the namespace of its elements
	Root   *Element
}

// Element is the declaration of an element at its place: Flusso/Beneficiario.
type Element struct {
	Name, Path string
	TypeName   string // what xsi:type may say; empty where the type has no name
	Min, Max   int
	Attributes []*Attribute
	Children   []*Element // in sequence
	Text       *Type      // of the content; nil where it has none of its own
}

// Attribute is the declaration of an attribute; its path ends in /@Name.
type Attribute struct {
	Name, Path string
	Required   bool
	Type       *Type
}

// Type is a simple type: a built-in one, and what narrows it.
type Type struct {
	Base         string // the built-in type's name: string, date, decimal, int
	MinLength    int    // characters
	MaxLength    int    // Unbounded: any
	Patterns     []string
	Codes        []Code // the values allowed; nil: any
	MinInclusive string
	MaxInclusive string
}

// Code is a value of an enumeration with its annotation.
type Code struct{ Value, Label string }

// Walk visits e, what is below it, and their attributes, in the order of the
// schema; a is nil for the elements themselves.
func (e *Element) Walk(visit func(e *Element, a *Attribute)) {
	visit(e, nil)
	for _, a := range e.Attributes {
		visit(e, a)
	}
	for _, child := range e.Children {
		child.Walk(visit)
	}
}
