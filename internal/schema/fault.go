package schema

import (
	"flussi/internal/flusso"
	"flussi/internal/table"
)

// Severity tells whether a fault rejects its record.
type Severity uint8

const (
	SeverityWarning Severity = iota + 1
	SeverityError
)

func (s Severity) String() string {
	if s == SeverityError {
		return "error"
	}
	return "warning"
}

// MarshalText writes "error" or "warning".
func (s Severity) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// Fault is one breach of the schema or of a business rule, where it stands.
// It never carries the value that broke the rule.
type Fault struct {
	Rule     string // a Rule's code, such as PS-017
	Severity Severity
	Line     int    // 1-based; of the element, or of the row of a table
	Column   int    // 1-based, in bytes; of the attribute where one is at fault; of a table, which column
	Sheet    string // of a workbook; Line and Column are the cell's there
	Path     string // official path, such as Flusso/Beneficiario/Anagrafica/@Genere
	Record   int64  // ordinal of the record in the file, 0-based; -1 where the fault is outside any record
	// Beneficiario is the ordinal in the file of the Beneficiario that the fault
	// stands in, 1-based as people count, and BeneficiarioLine where that one
	// starts; 0 where there is none.
	Beneficiario     int64
	BeneficiarioLine int
}

// Cell is where the fault stands in a workbook, as Foglio1!C12; "" elsewhere.
func (f *Fault) Cell() string {
	if f.Sheet == "" {
		return ""
	}
	return table.CellName(f.Sheet, f.Column-1, f.Line)
}

// Rule is one thing checked, as explain shows it.
type Rule struct {
	Code      string // XSD-..., FILE-..., PS-..., SINBA-..., RIT-...
	Tipi      []flusso.Tipo
	Field     string      // the field or fields concerned, as paths or names
	Condition flusso.Text // when a business rule applies, and what must hold then; empty for rules of form
	Severity  Severity
	XSD       bool // part of the XSD's verdict
	Message   flusso.Text
	Remedy    flusso.Text
	Source    string // document, table, XSD line
}
