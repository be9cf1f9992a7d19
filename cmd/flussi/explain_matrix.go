package main

import (
	"slices"
	"strings"

	"flussi/internal/anonymize"
	"flussi/internal/flusso"
	"flussi/internal/schema"
)

// explainMessage is a recipient's row of the matrix and its fields, for
// programs; Text is what people read.
type explainMessage struct {
	MessageType string            `json:"message_type"`
	Recipient   string            `json:"recipient"`
	Text        string            `json:"text,omitempty"`
	Class       string            `json:"class"`
	Matrix      string            `json:"matrix"`
	Categories  []explainCategory `json:"categories,omitempty"`
	Fields      []explainField    `json:"fields"`
}

type explainCategory struct {
	Category   string `json:"category"`
	Level      string `json:"level"`
	Provenance string `json:"provenance"`
	Source     string `json:"source"`
	Because    string `json:"because"`
	ChangedBy  string `json:"changed_by,omitempty"`
}

type explainField struct {
	Field    string        `json:"field"`
	Path     string        `json:"path"`
	Category string        `json:"category"`
	Role     string        `json:"role"`
	Levels   []explainFate `json:"levels"`
}

type explainFate struct {
	Level  string `json:"level"`
	Leaves bool   `json:"leaves"`
	Text   string `json:"text"`
}

func (a *app) explainMessageOf(m *anonymize.Matrix, name string, who anonymize.Recipient, text string) explainMessage {
	msg := explainMessage{MessageType: "explain", Recipient: name, Text: text, Class: who.Class.String(), Matrix: m.Version}
	for _, c := range anonymize.Categories {
		cell := m.Cell(who.Class, c)
		msg.Categories = append(msg.Categories, explainCategory{c.String(), cell.Level.String(), cell.Provenance, cell.Source, a.text(cell.Because()), cell.ChangedBy})
	}
	told := map[schema.Field]bool{}
	for _, t := range flusso.Tipi {
		for _, f := range schema.Fields(t) {
			if !told[f.Field] {
				told[f.Field] = true
				msg.Fields = append(msg.Fields, a.explainFieldOf(m, who, f))
			}
		}
	}
	return msg
}

func (a *app) explainFieldOf(m *anonymize.Matrix, who anonymize.Recipient, f schema.FieldInfo) explainField {
	out := explainField{Field: f.Name, Path: f.Path, Levels: []explainFate{}}
	role := anonymize.RoleOf(f.Field)
	out.Category, out.Role = role.Category.String(), role.Role.String()
	for _, level := range m.Levels(who.Class) {
		fate := m.FateFor(who, level, f)
		out.Levels = append(out.Levels, explainFate{level.String(), fate.Leaves, a.text(fate.What)})
	}
	return out
}

// explainField tells what becomes of one field, and why.
func (a *app) explainField(m *anonymize.Matrix, name string, who anonymize.Recipient, field string) error {
	found := anonymize.FieldNamed(field)
	if len(found) == 0 {
		return &flusso.Error{Op: "explain", Kind: flusso.Invalid, What: textNoField, Hint: hintNoField}
	}
	if a.json {
		msg := explainMessage{MessageType: "explain", Recipient: name, Class: who.Class.String(), Matrix: m.Version}
		for _, f := range found {
			msg.Fields = append(msg.Fields, a.explainFieldOf(m, who, f))
		}
		a.emit(msg)
		return nil
	}
	for _, f := range found {
		a.print(strings.TrimRight(m.ExplainField(who, f, a.lang), "\n"))
	}
	return nil
}

// explainTold says of a sensitive field that another recipient is told it.
func (a *app) explainTold(field string, told map[flusso.Tipo]string) {
	if a.json {
		return // in the whole row of the recipient
	}
	for _, f := range anonymize.FieldNamed(field) {
		if anonymize.RoleOf(f.Field).Role != anonymize.SensitiveValue {
			continue
		}
		for _, tipo := range flusso.Tipi {
			if told[tipo] != "" && slices.ContainsFunc(schema.Fields(tipo), func(o schema.FieldInfo) bool { return o.Field == f.Field }) {
				a.printf(textToldInstead, tipo, told[tipo])
			}
		}
	}
}
