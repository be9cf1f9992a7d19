package strict

import (
	"github.com/goccy/go-yaml/ast"

	"flussi/internal/flusso"
)

// Field is one key of an Object.
type Field[T any] struct {
	key      string
	required bool
	doc      flusso.Text
	schema   *Schema
	set      func(Value, *T) bool
}

// Required is a key that must be there. doc says what it is for: unit, special
// values, default.
func Required[T, F any](key string, t Type[F], get func(*T) *F, doc flusso.Text) Field[T] {
	f := Optional(key, t, get, doc)
	f.required = true
	return f
}

// Optional is a key that may be absent: its field then keeps its zero value,
// for Then to complete.
func Optional[T, F any](key string, t Type[F], get func(*T) *F, doc flusso.Text) Field[T] {
	return Field[T]{key: key, doc: doc, schema: t.schema.described(doc), set: func(v Value, into *T) bool {
		got, ok := t.read(v)
		*get(into) = got
		return ok
	}}
}

// Object is a mapping with these keys and no other.
func Object[T any](doc flusso.Text, fields ...Field[T]) Type[T] {
	schema := (&Schema{Type: "object", Closed: true}).described(doc)
	byKey := make(map[string]Field[T], len(fields))
	keys := make([]string, 0, len(fields))
	for _, f := range fields {
		schema.Properties = append(schema.Properties, Property{f.key, f.schema})
		if f.required {
			schema.Required = append(schema.Required, f.key)
		}
		byKey[f.key] = f
		keys = append(keys, f.key)
	}
	return Type[T]{schema: schema, read: func(v Value) (T, bool) {
		var into T
		pairs, ok := v.pairs()
		if pairs == nil {
			return into, false
		}
		seen, taken := make(map[string]bool, len(pairs)), make(map[string]bool, len(pairs))
		for _, p := range pairs {
			f, known := byKey[p.key]
			switch {
			case !known:
				seen[p.unknownKey(keys)] = true // its absence needs no second fault
				ok = false
			case taken[p.key]:
				p.doc.faults = append(p.doc.faults, p.keyFault(join(v.path, p.key), textDuplicateKey, hintDuplicateKey))
				ok = false
			default:
				ok = f.set(v.child(p.value, join(v.path, p.key)), &into) && ok
			}
			seen[p.key], taken[p.key] = true, true
		}
		for _, key := range keys {
			if byKey[key].required && !seen[key] {
				v.FaultAt(key, textMissing, byKey[key].doc)
				ok = false
			}
		}
		return into, ok
	}}
}

var plainKey = flusso.NewPattern(`^[A-Za-z0-9_-]+$`)

// namePattern is what entries may be called: names become parts of folder
// names, so the alphabet is narrow.
var namePattern = flusso.NewPattern(`^[a-z0-9]+(-[a-z0-9]+)*$`)

const maxName = 40

// ValidName tells whether s may name an entry.
func ValidName(s string) bool { return len(s) <= maxName && namePattern.MatchString(s) }

// Map is a mapping of chosen names to values of one type. name, when not nil,
// puts the entry's name into its value.
func Map[V any](t Type[V], name func(*V, string)) Type[map[string]V] {
	schema := &Schema{Type: "object", Names: namePattern.String(), Values: t.schema}
	return Type[map[string]V]{schema: schema, read: func(v Value) (map[string]V, bool) {
		pairs, ok := v.pairs()
		if pairs == nil {
			return nil, false
		}
		into := make(map[string]V, len(pairs))
		for _, p := range pairs {
			if !ValidName(p.key) {
				p.doc.faults = append(p.doc.faults, p.keyFault(v.path, textBadName, hintBadName))
				ok = false
				continue
			}
			path := join(v.path, p.key)
			if _, twice := into[p.key]; twice {
				p.doc.faults = append(p.doc.faults, p.keyFault(path, textDuplicateKey, hintDuplicateKey))
				ok = false
				continue
			}
			child := v.child(p.value, path)
			v.doc.mark(path, tokenPosition(p.token.GetToken()))
			got, good := t.read(child)
			if name != nil {
				name(&got, p.key)
			}
			into[p.key] = got
			ok = good && ok
		}
		return into, ok
	}}
}

// List is a list of at least one value.
func List[E any](t Type[E]) Type[[]E] {
	list := ListOrNone(t)
	read := list.read
	list.schema.MinItems = 1
	list.read = func(v Value) ([]E, bool) {
		got, ok := read(v)
		if ok && len(got) == 0 {
			v.Fault(textEmptyList, hintEmptyList)
			return nil, false
		}
		return got, ok
	}
	return list
}

// ListOrNone is a list that may be empty.
func ListOrNone[E any](t Type[E]) Type[[]E] {
	return Type[[]E]{schema: &Schema{Type: "array", Items: t.schema}, read: func(v Value) ([]E, bool) {
		if !v.want(kindList) {
			return nil, false
		}
		seq := v.node.(*ast.SequenceNode)
		into, ok := make([]E, 0, len(seq.Values)), true
		for i, n := range seq.Values {
			got, good := t.read(v.item(n, i))
			into = append(into, got)
			ok = good && ok
		}
		return into, ok
	}}
}

// Either is short when the value is a text, long when it is a mapping.
func Either[T any](short, long Type[T]) Type[T] {
	return Type[T]{schema: &Schema{AnyOf: []*Schema{short.schema, long.schema}}, read: func(v Value) (T, bool) {
		if v.kind() == kindMapping {
			return long.read(v)
		}
		return short.read(v)
	}}
}

type pair struct {
	key   string
	token ast.Node
	value ast.Node
	doc   *Doc
	path  string // of the mapping
}

// pairs gives a mapping's entries in the order of the file: nil when it is no
// mapping, and false beside the good ones when some key was refused.
func (v Value) pairs() ([]pair, bool) {
	if !v.want(kindMapping) {
		return nil, false
	}
	values := []*ast.MappingValueNode{}
	switch n := v.node.(type) {
	case *ast.MappingNode:
		values = n.Values
	case *ast.MappingValueNode:
		values = append(values, n)
	}
	out, ok := make([]pair, 0, len(values)), true
	for _, n := range values {
		key, good := n.Key.(*ast.StringNode)
		if !good {
			at := tokenPosition(n.Key.GetToken())
			v.doc.faults = append(v.doc.faults, Fault{File: v.doc.file, Line: at.line, Column: at.column, Path: v.path, What: textOddKey, Hint: hintOddKey})
			ok = false
			continue
		}
		out = append(out, pair{key: key.Value, token: key, value: n.Value, doc: v.doc, path: v.path})
	}
	return out, ok
}

func (p pair) keyFault(path string, what, hint flusso.Text) Fault {
	at := tokenPosition(p.token.GetToken())
	return Fault{File: p.doc.file, Line: at.line, Column: at.column, Path: path, What: what, Hint: hint}
}

// unknownKey names the key only when it is nearly one we know, and gives that
// one: any other word standing where a key should may be a misplaced secret.
func (p pair) unknownKey(known []string) (meant string) {
	if near := Nearest(p.key, known); near != "" && plainKey.MatchString(p.key) {
		p.doc.faults = append(p.doc.faults, p.keyFault(join(p.path, near), textUnknownKeyAs(p.key), hintNear(near)))
		return near
	}
	p.doc.faults = append(p.doc.faults, p.keyFault(p.path, textUnknownKey, hintKnownKeys(known)))
	return ""
}
