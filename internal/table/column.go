// Package table reads and writes tabular files; it is the only room that
// knows Arrow. A Chunk is a run of typed rows, column by column, reused.
package table

import "fmt"

// Kind is a column's type as an analyst sees it.
type Kind uint8

const (
	String  Kind = iota + 1
	Int          // 32-bit integer
	Decimal      // two decimals, kept in hundredths: euro and cents
	Date         // days since 1970-01-01
	Bool
	Strings // a list of strings
	Struct  // some fields, each a scalar or Strings
	Structs // a list of such
)

var kindNames = [...]string{String: "string", Int: "int", Decimal: "decimal", Date: "date", Bool: "bool", Strings: "strings", Struct: "struct", Structs: "structs"}

// String gives the name that manifests and dictionaries use.
func (k Kind) String() string {
	if k == 0 || int(k) >= len(kindNames) {
		return "unknown"
	}
	return kindNames[k]
}

// Column describes one column of a dataset: what an analyst must know of it.
type Column struct {
	Name          string
	Kind          Kind
	Nullable      bool
	Description   string // Italian
	DescriptionEn string
	Unit          string // "EUR", "mesi", "minuti"; empty where there is none
	Source        string // official path, such as Flusso/Beneficiario/Anagrafica/@Genere
	Treatment     string // what disclosure did to it, Italian: "anno di nascita in classe di eta"
	// Labels decodes the codes of a coded column; nil where it has none.
	Labels map[string]string
	// Vocabulary makes a String column CODED: its Values hold the numbers of
	// texts, so that whoever has a number copies no text and whoever writes
	// hashes none. Nil where the column holds texts. It does not show in files.
	Vocabulary *Vocabulary
	// Fields of a Struct or of each element of Structs: no Struct among them.
	Fields []Column
	// Role is what the column is to whoever checks the file; empty where
	// nothing depends on it.
	Role Role
	// Any is the value that stands for all others: "*" where disclosure
	// control hid one, "totale" in a dimension of a table. Empty where none does.
	Any string
}

// cells refuses columns whose values have no cell: structs, which are tables of
// their own wherever there are only cells.
func cells(columns []Column) error {
	for i := range columns {
		if k := columns[i].Kind; k == Struct || k == Structs {
			return fmt.Errorf("%w: column %s: a struct in a cell", ErrValues, columns[i].Name)
		}
	}
	return nil
}

// Role says what a column is to disclosure control, so that a release can be
// checked from its files alone.
type Role string

const (
	RoleQuasi     Role = "quasi"     // rows alike in all of these are one class
	RoleSensitive Role = "sensitive" // not part of the class; no class may be unanimous on it
	RolePerson    Role = "person"    // the code of a person: all rows with it are one unit, classes are of persons
	RoleKey       Role = "key"       // of the row; found in no other release
	RoleLabel     Role = "label"     // decodes the column before it
	RoleDimension Role = "dimension" // of a table: all of these together name a cell
	RoleMeasure   Role = "measure"   // of a table's cell; adds up along every dimension; missing where suppressed
	RolePersons   Role = "persons"   // distinct persons of a table's cell; they do not add up
	RoleNoisy     Role = "noisy"     // a count with noise of a table's cell; it does not add up
)
