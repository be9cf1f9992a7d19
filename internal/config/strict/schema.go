package strict

import (
	"bytes"
	"encoding/json"

	"flussi/internal/flusso"
)

// Schema is the part of JSON Schema (draft-07) that tables need. Properties
// keep the order of the table, which is the order people read them in.
type Schema struct {
	Type        string
	Description string
	Enum        []string
	Pattern     string
	MinLength   int
	Minimum     *int
	Maximum     *int
	Items       *Schema
	MinItems    int
	Properties  []Property
	Required    []string
	Closed      bool    // no other property
	Names       string  // pattern of the names of a Map
	Values      *Schema // of a Map
	AnyOf       []*Schema
}

// Property is one key of an object.
type Property struct {
	Key    string
	Schema *Schema
}

// Document gives the whole schema as a file for editors.
func (s *Schema) Document(title string) ([]byte, error) {
	body, err := json.Marshal(s)
	if err != nil {
		return nil, err
	}
	head, err := json.Marshal(title)
	if err != nil {
		return nil, err
	}
	var all, out bytes.Buffer
	all.WriteString(`{"$schema":"http://json-schema.org/draft-07/schema#","title":`)
	all.Write(head)
	all.WriteByte(',')
	all.Write(body[1:])
	if err := json.Indent(&out, all.Bytes(), "", "  "); err != nil {
		return nil, err
	}
	out.WriteByte('\n')
	return out.Bytes(), nil
}

// MarshalJSON writes the keywords in a fixed order.
func (s *Schema) MarshalJSON() ([]byte, error) {
	w := &jsonWriter{}
	w.put("description", s.Description, s.Description != "")
	w.put("type", s.Type, s.Type != "")
	w.put("enum", s.Enum, len(s.Enum) > 0)
	w.put("pattern", s.Pattern, s.Pattern != "")
	w.put("minLength", s.MinLength, s.MinLength > 0)
	w.put("minimum", s.Minimum, s.Minimum != nil)
	w.put("maximum", s.Maximum, s.Maximum != nil)
	w.put("items", s.Items, s.Items != nil)
	w.put("minItems", s.MinItems, s.MinItems > 0)
	w.put("properties", propertyList(s.Properties), len(s.Properties) > 0)
	w.put("required", s.Required, len(s.Required) > 0)
	w.put("additionalProperties", false, s.Closed)
	w.put("propertyNames", map[string]any{"pattern": s.Names, "maxLength": maxName}, s.Names != "")
	w.put("additionalProperties", s.Values, s.Values != nil)
	w.put("anyOf", s.AnyOf, len(s.AnyOf) > 0)
	return w.close()
}

type propertyList []Property

func (ps propertyList) MarshalJSON() ([]byte, error) {
	w := &jsonWriter{}
	for _, p := range ps {
		w.put(p.Key, p.Schema, true)
	}
	return w.close()
}

// jsonWriter writes an object whose keys keep their order.
type jsonWriter struct {
	b   bytes.Buffer
	err error
}

func (w *jsonWriter) put(key string, value any, when bool) {
	if !when || w.err != nil {
		return
	}
	if w.b.Len() > 0 {
		w.b.WriteByte(',')
	}
	for i, part := range []any{key, value} {
		var one bytes.Buffer
		enc := json.NewEncoder(&one)
		enc.SetEscapeHTML(false)
		if w.err = enc.Encode(part); w.err != nil {
			return
		}
		if i == 1 {
			w.b.WriteByte(':')
		}
		w.b.Write(bytes.TrimSpace(one.Bytes()))
	}
}

func (w *jsonWriter) close() ([]byte, error) {
	return []byte("{" + w.b.String() + "}"), w.err
}

// described gives a copy with its own description, since one type serves many
// fields.
func (s *Schema) described(doc flusso.Text) *Schema {
	if doc.IsZero() {
		return s
	}
	own := *s
	own.doc(doc)
	return &own
}

func (s *Schema) doc(t flusso.Text) {
	s.Description = t.It
	if t.En != "" {
		s.Description += "\n\n" + t.En
	}
}
