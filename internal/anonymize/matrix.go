package anonymize

import (
	_ "embed"
	"maps"
	"sync"

	"github.com/goccy/go-yaml/ast"

	"flussi/internal/schema"
)

// Matrix says what each class of recipient may see of each data category.
// What it does not say is denied. It is not changed after it is made.
type Matrix struct {
	Version string
	cells   map[Class]map[Category]Cell
	// protections are the treatments of sensitive fields; one that is not
	// there is withheld.
	protections map[schema.Field]Protection
}

// Cell is one crossing of the visibility sheet.
type Cell struct {
	Level      Level
	Provenance string // stated, inferred, assumed
	Source     string // keys of sourceTexts, separated by commas, or any text
	Note       string // a key of noteTexts, or any text; may be empty
	ChangedBy  string // the file that changed it; empty for the embedded one
}

//go:embed matrix.yaml
var embeddedMatrix []byte

// DefaultMatrix is the embedded matrix.
func DefaultMatrix() *Matrix { return defaultMatrix() }

var defaultMatrix = sync.OnceValue(func() *Matrix {
	m, err := parseMatrix("matrix.yaml", embeddedMatrix)
	if err != nil {
		panic(err) // the embedded file is tested
	}
	return m
})

func parseMatrix(name string, data []byte) (*Matrix, error) {
	var faults Faults
	doc := document{name, &faults}
	m := &Matrix{cells: map[Class]map[Category]Cell{}, protections: maps.Clone(protections)}
	for _, kv := range doc.root(data) {
		switch doc.text(kv.Key) {
		case "version":
			m.Version = doc.text(kv.Value)
		case "cells":
			for class, row := range parseCells(doc, kv.Value) {
				m.cells[class] = map[Category]Cell{}
				for category, cell := range row {
					m.cells[class][category] = cell.Cell
				}
			}
		default:
			doc.fault(kv.Key, textUnknownKey)
		}
	}
	if m.Version == "" && len(faults) == 0 {
		doc.fault(nil, textNoVersion)
	}
	return m, faults.Err("read matrix")
}

// located is a cell and where a file says it.
type located struct {
	Cell
	node ast.Node
}

// parseCells reads classes by categories.
func parseCells(doc document, n ast.Node) map[Class]map[Category]located {
	cells := map[Class]map[Category]located{}
	for _, row := range doc.mapping(n) {
		class, err := ParseClass(doc.text(row.Key))
		if err != nil {
			doc.fault(row.Key, textUnknownClass)
			continue
		}
		if cells[class] != nil {
			doc.fault(row.Key, textClassTwice)
		}
		cells[class] = parseMatrixRow(doc, row.Value)
	}
	return cells
}

func parseMatrixRow(doc document, n ast.Node) map[Category]located {
	row := map[Category]located{}
	for _, kv := range doc.mapping(n) {
		category, ok := parseCategory(doc.text(kv.Key))
		if !ok {
			doc.fault(kv.Key, textUnknownCategory)
			continue
		}
		if _, twice := row[category]; twice {
			doc.fault(kv.Key, textCellTwice)
		}
		var cell Cell
		faultsBefore := len(*doc.faults)
		for _, part := range doc.mapping(kv.Value) {
			value := doc.text(part.Value)
			switch doc.text(part.Key) {
			case "level":
				level, err := ParseLevel(value)
				if err != nil {
					doc.fault(part.Value, textUnknownLevel)
				}
				cell.Level = level
			case "provenance":
				if _, ok := provenanceTexts[value]; !ok {
					doc.fault(part.Value, textUnknownSource)
				}
				cell.Provenance = value
			case "source":
				cell.Source = value
			case "note":
				cell.Note = value
			default:
				doc.fault(part.Key, textUnknownKey)
			}
		}
		if (cell.Level == 0 || cell.Provenance == "" || cell.Source == "") && len(*doc.faults) == faultsBefore {
			doc.fault(kv.Key, textNoSource)
		}
		row[category] = located{cell, kv.Key}
	}
	return row
}

// Cell gives a crossing; Nessuno where the matrix says nothing.
func (m *Matrix) Cell(class Class, category Category) Cell {
	if c, ok := m.cells[class][category]; ok {
		return c
	}
	return Cell{Level: Nessuno, Provenance: "assumed", Source: "default deny"}
}

// Grants tells whether a class may have a view at a level at all.
func (m *Matrix) Grants(class Class, level Level) bool { return m.visible(class, level).has(Tipologia) }

// visible gives the categories that a class may see at a level.
func (m *Matrix) visible(class Class, level Level) (set categorySet) {
	for _, c := range Categories {
		if m.Cell(class, c).Level.allows(level) {
			set.add(c)
		}
	}
	return set
}
