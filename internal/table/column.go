// Package table reads and writes tabular files; it is the only room that
// knows Arrow. A Chunk is a run of typed rows, column by column, reused.
package table

import (
	"fmt"
	"math"
	"slices"
)

// Kind is a column's type as an analyst sees it.
type Kind uint8

const (
	String  Kind = iota + 1
	Int          // 32-bit integer
	Decimal      // two decimals, kept in hundredths: euro and cents
	Date         // days since 1970-01-01
	Bool
	Strings // a list of strings
)

var kindNames = [...]string{String: "string", Int: "int", Decimal: "decimal", Date: "date", Bool: "bool", Strings: "strings"}

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
	// Role is what the column is to whoever checks the file; empty where
	// nothing depends on it.
	Role Role
	// Any is the value that stands for all others: "*" where disclosure
	// control hid one, "totale" in a dimension of a table. Empty where none does.
	Any string
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

// Chunk holds the rows of some columns. Columns[i] is valid through the slice
// of its Kind: Text for String, Num for Int, Decimal, Date, Bool (0 or 1),
// List for Strings. Null marks missing values where the column is nullable.
type Chunk struct {
	Columns []Values
	rows    int
}

// Values is one column's values. Text values share one arena, so that a chunk
// of a million strings is two allocations.
type Values struct {
	Kind  Kind
	Null  []bool
	Num   []int64
	arena []byte
	ends  []uint32 // Text: row -> end; Strings: element -> end
	list  []uint32 // Strings: row -> end in elements
}

// NewChunk makes an empty chunk for these columns.
func NewChunk(columns []Column) *Chunk {
	c := &Chunk{Columns: make([]Values, len(columns))}
	for i := range columns {
		c.Columns[i].Kind = columns[i].Kind
	}
	return c
}

// Rows is the number of complete rows; EndRow completes one.
func (c *Chunk) Rows() int { return c.rows }

// EndRow says that every column got its value of this row.
func (c *Chunk) EndRow() { c.rows++ }

// WithConstant gives the rows of c with one more column, of kind String, that
// holds text in every row. It shares the values of c.
func (c *Chunk) WithConstant(text string) *Chunk {
	v := Values{Kind: String}
	for range c.rows {
		v.AppendString(text)
	}
	return &Chunk{Columns: append(slices.Clone(c.Columns), v), rows: c.rows}
}

// AddRows says that every column got its values of n rows.
func (c *Chunk) AddRows(n int) { c.rows += n }

// Reset empties the chunk and keeps its memory.
func (c *Chunk) Reset() {
	c.rows = 0
	for i := range c.Columns {
		v := &c.Columns[i]
		v.Null, v.Num, v.arena, v.ends, v.list = v.Null[:0], v.Num[:0], v.arena[:0], v.ends[:0], v.list[:0]
	}
}

// AppendText adds a String value.
func (v *Values) AppendText(s []byte) {
	v.Null = append(v.Null, false)
	v.arena = append(v.arena, s...)
	v.ends = append(v.ends, uint32(len(v.arena)))
}

// AppendString adds a String value.
func (v *Values) AppendString(s string) {
	v.Null = append(v.Null, false)
	v.arena = append(v.arena, s...)
	v.ends = append(v.ends, uint32(len(v.arena)))
}

// AppendNum adds an Int, Decimal (hundredths), Date (days) or Bool value.
func (v *Values) AppendNum(n int64) {
	v.Null = append(v.Null, false)
	v.Num = append(v.Num, n)
}

// AppendList adds a Strings value.
func (v *Values) AppendList(n int, at func(i int) []byte) {
	v.Null = append(v.Null, false)
	for i := range n {
		v.arena = append(v.arena, at(i)...)
		v.ends = append(v.ends, uint32(len(v.arena)))
	}
	v.list = append(v.list, uint32(len(v.ends)))
}

// AppendNull adds a missing value of whatever kind.
func (v *Values) AppendNull() {
	v.Null = append(v.Null, true)
	switch v.Kind {
	case String:
		v.ends = append(v.ends, uint32(len(v.arena)))
	case Strings:
		v.list = append(v.list, uint32(len(v.ends)))
	default:
		v.Num = append(v.Num, 0)
	}
}

// AppendRows copies the rows [from, to) of src, which has the same kind.
func (v *Values) AppendRows(src *Values, from, to int) error {
	if to > len(src.Null) || from < 0 || from > to {
		return fmt.Errorf("%w: rows %d to %d of %d values", ErrValues, from, to, len(src.Null))
	}
	if from == to {
		return nil
	}
	switch v.Kind {
	case String:
		if err := v.appendTexts(src, from, to); err != nil {
			return err
		}
	case Strings:
		first, _ := bounds(src.list, from)
		_, last := bounds(src.list, to-1)
		base := uint32(len(v.ends)) - first
		if err := v.appendTexts(src, int(first), int(last)); err != nil {
			return err
		}
		for _, end := range src.list[from:to] {
			v.list = append(v.list, base+end)
		}
	default:
		v.Num = append(v.Num, src.Num[from:to]...)
	}
	v.Null = append(v.Null, src.Null[from:to]...)
	return nil
}

// appendTexts copies the texts [from, to) of src.
func (v *Values) appendTexts(src *Values, from, to int) error {
	if from == to {
		return nil
	}
	first, _ := bounds(src.ends, from)
	_, last := bounds(src.ends, to-1)
	if uint64(len(v.arena))+uint64(last-first) > math.MaxUint32 {
		return fmt.Errorf("%w: more than 4 GiB of text in one chunk", ErrValues)
	}
	base := uint32(len(v.arena)) - first
	v.arena = append(v.arena, src.arena[first:last]...)
	for _, end := range src.ends[from:to] {
		v.ends = append(v.ends, base+end)
	}
	return nil
}

// Text is the String value of a row; empty where it is missing.
func (v *Values) Text(row int) []byte { return slice(v.arena, v.ends, row) }

// ListLen is the number of elements of a Strings value.
func (v *Values) ListLen(row int) int {
	from, to := bounds(v.list, row)
	return int(to - from)
}

// ListAt is the i-th element of a Strings value.
func (v *Values) ListAt(row, i int) []byte {
	from, _ := bounds(v.list, row)
	return slice(v.arena, v.ends, int(from)+i)
}

func bounds(ends []uint32, i int) (from, to uint32) {
	if i > 0 {
		from = ends[i-1]
	}
	return from, ends[i]
}

func slice(arena []byte, ends []uint32, i int) []byte {
	from, to := bounds(ends, i)
	return arena[from:to:to]
}
