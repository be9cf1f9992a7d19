package anonymize

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"maps"

	"github.com/goccy/go-yaml/ast"
)

// LoadMatrix reads a file that changes single cells of the embedded matrix, or
// the treatment of single sensitive fields; what it does not name stays. name
// is the file's, for faults and for the version, which then is
// BASE+NAME@HASH. Its form:
//
//	base: "2026.1"       # the embedded matrix it was written for; another is refused
//	cells:
//	  regione:
//	    valore_isee: {level: nessuno, provenance: assumed, source: "…"}
//	sensitive:
//	  Disabilita: {treatment: withheld, provenance: assumed, source: "…"}
//	  SINAMobilita: {treatment: distinct, l: 3, provenance: stated, source: "…"}
//
// Each change says where it comes from. One that withholds more may be
// inferred or assumed; one that opens must be stated: its source is the act
// that allows it. The error is of Kind Config with every fault and its line.
func LoadMatrix(name string, r io.Reader) (*Matrix, error) {
	data, err := io.ReadAll(io.LimitReader(r, 1<<20))
	if err != nil {
		return nil, fmt.Errorf("read matrix: %w", err)
	}
	var faults Faults
	doc := document{name, &faults}
	m := DefaultMatrix().clone()
	based := false
	for _, kv := range doc.root(data) {
		switch doc.text(kv.Key) {
		case "base":
			if based = true; doc.text(kv.Value) != m.Version {
				doc.fault(kv.Value, textOtherBase)
			}
		case "cells":
			for class, row := range parseCells(doc, kv.Value) {
				for category, cell := range row {
					m.change(doc, class, category, cell)
				}
			}
		case "sensitive":
			for _, field := range doc.mapping(kv.Value) {
				m.protect(doc, field)
			}
		case "version":
			doc.fault(kv.Key, textVersionInOverride)
		default:
			doc.fault(kv.Key, textUnknownKey)
		}
	}
	if !based && len(faults) == 0 {
		doc.fault(nil, textNoBase)
	}
	sum := sha256.Sum256(data)
	m.Version += "+" + name + "@" + hex.EncodeToString(sum[:4])
	faults.sort()
	return m, faults.Err("read matrix")
}

// clone copies what an override changes.
func (m *Matrix) clone() *Matrix {
	c := &Matrix{Version: m.Version, cells: map[Class]map[Category]Cell{}, protections: maps.Clone(m.protections)}
	for class, row := range m.cells {
		c.cells[class] = maps.Clone(row)
	}
	return c
}

// change puts a cell in the place of the embedded one.
func (m *Matrix) change(doc document, class Class, category Category, cell located) {
	cell.ChangedBy = doc.file
	switch {
	case cell.Level.opensMore(m.Cell(class, category).Level) && cell.Provenance != "stated":
		doc.fault(cell.node, textOpensUnstated)
	case !category.canBe(cell.Level):
		doc.fault(cell.node, textNoAnonymousForm)
	}
	m.cells[class][category] = cell.Cell
}

// opensMore tells whether a level lets leave what another does not.
func (l Level) opensMore(than Level) bool {
	for asked := Aggregato; asked <= Totale; asked++ {
		if l.allows(asked) && !than.allows(asked) {
			return true
		}
	}
	return false
}

// canBe tells whether a category has a form at a level: what identifies a
// person has none in anonymous rows and tables.
func (c Category) canBe(l Level) bool {
	switch c {
	case DatiBeneficiario, DSU:
		return l != IndividualeAnonimo && l != Aggregato
	case ListeSelettive:
		return l == Totale || l == Nessuno
	}
	return true
}

// protect puts a sensitive field's treatment in the place of the built-in one.
func (m *Matrix) protect(doc document, kv *ast.MappingValueNode) {
	field, ok := sensitiveField(doc.text(kv.Key))
	if !ok {
		doc.fault(kv.Key, textNotSensitive)
		return
	}
	p := Protection{ChangedBy: doc.file}
	treatment := ""
	faultsBefore := len(*doc.faults)
	for _, part := range doc.mapping(kv.Value) {
		switch value := doc.text(part.Value); doc.text(part.Key) {
		case "treatment":
			if treatment = value; value != "withheld" && value != "distinct" {
				doc.fault(part.Value, textUnknownTreatment)
			}
		case "l":
			if len(value) != 1 || value[0] < '2' || value[0] > '9' {
				doc.fault(part.Value, textBadL)
				break
			}
			p.Distinct = int(value[0] - '0')
		case "provenance":
			if _, ok := provenanceTexts[value]; !ok {
				doc.fault(part.Value, textUnknownSource)
			}
			p.Provenance = value
		case "source":
			p.Source = value
		default:
			doc.fault(part.Key, textUnknownKey)
		}
	}
	before := m.ProtectionOf(field)
	switch {
	case len(*doc.faults) > faultsBefore:
	case treatment == "", p.Provenance == "", p.Source == "":
		doc.fault(kv.Key, textNoTreatment)
	case (treatment == "distinct") != (p.Distinct > 0):
		doc.fault(kv.Key, textBadL)
	case p.opensMore(before) && p.Provenance != "stated":
		doc.fault(kv.Key, textOpensUnstated)
	case p.Distinct > 0 && !canLeave(field):
		doc.fault(kv.Key, textCannotLeave)
	case p.Distinct > values(field):
		doc.fault(kv.Key, textTooManyDistinct)
	}
	m.protections[field] = p
}
