package strict

import (
	"strconv"

	"github.com/goccy/go-yaml/ast"

	"flussi/internal/flusso"
)

// Type reads one value of a file and describes it to editors.
type Type[T any] struct {
	read   func(Value) (T, bool) // false when a fault was reported
	schema *Schema
}

// Schema is the type's part of the JSON Schema.
func (t Type[T]) Schema() *Schema { return t.schema }

// Then looks at what was read, once it is without fault so far, to complete
// it or to report faults between its fields.
func (t Type[T]) Then(look func(Value, *T)) Type[T] {
	read := t.read
	t.read = func(v Value) (T, bool) {
		before := len(v.doc.faults)
		got, ok := read(v)
		if !ok {
			return got, false
		}
		look(v, &got)
		return got, len(v.doc.faults) == before
	}
	return t
}

// Convert makes a type of what another one reads.
func Convert[A, B any](t Type[A], into func(Value, A) B) Type[B] {
	return Type[B]{schema: t.schema, read: func(v Value) (B, bool) {
		a, ok := t.read(v)
		if !ok {
			var zero B
			return zero, false
		}
		before := len(v.doc.faults)
		b := into(v, a)
		return b, len(v.doc.faults) == before
	}}
}

// Value is one node of the file under its path.
type Value struct {
	node ast.Node
	doc  *Doc
	path string
	dir  string
}

// Dir is the folder that relative paths in this file start from.
func (v Value) Dir() string { return v.dir }

// Fault reports what is wrong with this value.
func (v Value) Fault(what, hint flusso.Text) {
	v.doc.faults = append(v.doc.faults, v.Would(what, hint))
}

// Would is a fault that is one only where the value does not fit what comes later.
func (v Value) Would(what, hint flusso.Text) Fault {
	at := v.position()
	return Fault{File: v.doc.file, Line: at.line, Column: at.column, Path: v.path, What: what, Hint: hint}
}

// FaultAt reports a fault of the key inside this value; of the value itself
// where the key is absent.
func (v Value) FaultAt(key string, what, hint flusso.Text) {
	v.doc.Add(join(v.path, key), what, hint)
}

func (v Value) position() position {
	switch n := v.node.(type) {
	case *ast.MappingNode:
		if !n.IsFlowStyle && len(n.Values) > 0 {
			return tokenPosition(n.Values[0].Key.GetToken())
		}
		return tokenPosition(n.Start)
	case *ast.MappingValueNode:
		return tokenPosition(n.Key.GetToken())
	}
	return tokenPosition(v.node.GetToken())
}

// item is the i-th value of a list.
func (v Value) item(node ast.Node, i int) Value {
	return v.child(node, v.path+"["+strconv.Itoa(i)+"]")
}

func (v Value) child(node ast.Node, path string) Value {
	c := Value{node: node, doc: v.doc, path: path, dir: v.dir}
	v.doc.mark(path, c.position())
	return c
}

func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

// kind is what a node is, in the words of people.
type kind uint8

const (
	kindText kind = iota + 1
	kindNumber
	kindBool
	kindNothing
	kindList
	kindMapping
	kindTrick // anchors, aliases, tags, merge keys, infinities
)

func (v Value) kind() kind {
	switch v.node.(type) {
	case *ast.StringNode, *ast.LiteralNode:
		return kindText
	case *ast.IntegerNode, *ast.FloatNode:
		return kindNumber
	case *ast.BoolNode:
		return kindBool
	case *ast.NullNode:
		return kindNothing
	case *ast.SequenceNode:
		return kindList
	case *ast.MappingNode, *ast.MappingValueNode:
		return kindMapping
	}
	return kindTrick
}

// want tells whether the value is of the kind; a fault says what it is instead.
func (v Value) want(k kind) bool {
	got := v.kind()
	if got == k {
		return true
	}
	switch {
	case got == kindNothing:
		v.Fault(textNoValue, hintNoValue)
	case got == kindTrick:
		v.Fault(textTrick, hintTrick)
	case k == kindText && (got == kindNumber || got == kindBool):
		v.Fault(textUnquoted, hintUnquoted)
	default:
		v.Fault(textWrongKind(k, got), flusso.Text{})
	}
	return false
}
