package table

import (
	"fmt"
	"math"
	"slices"
)

// Chunk holds the rows of some columns, column by column, to be used again and
// again. Columns[i] is filled and read by the methods for its Kind.
type Chunk struct {
	Columns []Values
	rows    int
}

// Values is one column's values. Null marks missing values where the column is
// nullable; Num holds Int, Decimal, Date, Bool (0 or 1). Texts share one arena,
// so that a chunk of a million strings is two allocations; those of a coded
// column are codes of its vocabulary. Fields holds the columns of a Struct, with
// a row for each row, or of Structs, with a row for each element.
type Values struct {
	Kind   Kind
	Null   []bool
	Num    []int64
	Fields []Values

	vocabulary *Vocabulary
	codes      []uint32 // of a coded String: row -> code
	texts      textList // row -> text; Strings: element -> text
	list       []uint32 // Strings, Structs: row -> end in elements
}

// NewChunk makes an empty chunk for these columns.
func NewChunk(columns []Column) *Chunk { return &Chunk{Columns: newValues(columns)} }

func newValues(columns []Column) []Values {
	all := make([]Values, len(columns))
	for i := range columns {
		all[i].Kind = columns[i].Kind
		switch columns[i].Kind {
		case String:
			all[i].vocabulary = columns[i].Vocabulary
		case Struct, Structs:
			all[i].Fields = newValues(columns[i].Fields)
		}
	}
	return all
}

// Rows is the number of complete rows; EndRow completes one.
func (c *Chunk) Rows() int { return c.rows }

// EndRow says that every column got its value of this row.
func (c *Chunk) EndRow() { c.rows++ }

// AddRows says that every column got its values of n rows.
func (c *Chunk) AddRows(n int) { c.rows += n }

// Reset empties the chunk and keeps its memory.
func (c *Chunk) Reset() {
	c.rows = 0
	for i := range c.Columns {
		c.Columns[i].reset()
	}
}

// WithConstant gives the rows of c with one more column, of kind String, that
// holds text in every row. It shares the values of c.
func (c *Chunk) WithConstant(text string) *Chunk {
	v := Values{Kind: String, vocabulary: NewVocabulary(text), Null: make([]bool, c.rows), codes: make([]uint32, c.rows)}
	return &Chunk{Columns: append(slices.Clone(c.Columns), v), rows: c.rows}
}

func (v *Values) reset() {
	v.Null, v.Num, v.codes, v.list = v.Null[:0], v.Num[:0], v.codes[:0], v.list[:0]
	v.texts.reset()
	for i := range v.Fields {
		v.Fields[i].reset()
	}
}

// AppendText adds a String value, to a coded column too.
func (v *Values) AppendText(s []byte) {
	v.Null = append(v.Null, false)
	if v.vocabulary != nil {
		v.codes = append(v.codes, v.vocabulary.Add(s))
		return
	}
	v.texts.append(s)
}

// AppendString adds a String value, to a coded column too.
func (v *Values) AppendString(s string) {
	if v.vocabulary != nil {
		v.AppendText([]byte(s))
		return
	}
	v.Null = append(v.Null, false)
	v.texts.arena = append(v.texts.arena, s...)
	v.texts.ends = append(v.texts.ends, uint32(len(v.texts.arena)))
}

// AppendCode adds a String value of a coded column by its code.
func (v *Values) AppendCode(code uint32) {
	v.Null = append(v.Null, false)
	v.codes = append(v.codes, code)
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
		v.texts.append(at(i))
	}
	v.list = append(v.list, uint32(len(v.texts.ends)))
}

// AppendStruct adds a Struct value; the caller appends one value to each of
// Fields.
func (v *Values) AppendStruct() { v.Null = append(v.Null, false) }

// AppendStructs adds a Structs value of n elements; the caller appends n values
// to each of Fields.
func (v *Values) AppendStructs(n int) {
	v.Null = append(v.Null, false)
	v.list = append(v.list, lastOf(v.list)+uint32(n))
}

// AppendNull adds a missing value of whatever kind, of a Struct with all its
// fields.
func (v *Values) AppendNull() {
	v.Null = append(v.Null, true)
	switch {
	case v.vocabulary != nil:
		v.codes = append(v.codes, 0)
	case v.Kind == String:
		v.texts.ends = append(v.texts.ends, uint32(len(v.texts.arena)))
	case v.Kind == Strings, v.Kind == Structs:
		v.list = append(v.list, lastOf(v.list))
	case v.Kind == Struct:
		for i := range v.Fields {
			v.Fields[i].AppendNull()
		}
	default:
		v.Num = append(v.Num, 0)
	}
}

// AppendRows copies the rows [from, to) of src, which has the same kind and
// fields; codes, where both have the same vocabulary.
func (v *Values) AppendRows(src *Values, from, to int) error {
	if to > len(src.Null) || from < 0 || from > to || v.Kind != src.Kind || len(v.Fields) != len(src.Fields) {
		return fmt.Errorf("%w: rows %d to %d of %d values of kind %s", ErrValues, from, to, len(src.Null), src.Kind)
	}
	for i := range src.Fields {
		if n := len(src.Fields[i].Null); src.Kind == Struct && n != len(src.Null) || src.Kind == Structs && n != int(lastOf(src.list)) {
			return fmt.Errorf("%w: field %d of a struct has %d values", ErrValues, i, n)
		}
	}
	if from == to {
		return nil
	}
	switch v.Kind {
	case String:
		if err := v.appendStrings(src, from, to); err != nil {
			return err
		}
	case Strings:
		first, last := src.elements(from, to)
		base := lastOf(v.list) - uint32(first)
		if err := v.appendTexts(src, first, last); err != nil {
			return err
		}
		v.appendEnds(src, from, to, base)
	case Struct:
		for i := range v.Fields {
			if err := v.Fields[i].AppendRows(&src.Fields[i], from, to); err != nil {
				return err
			}
		}
	case Structs:
		first, last := src.elements(from, to)
		base := lastOf(v.list) - uint32(first)
		for i := range v.Fields {
			if err := v.Fields[i].AppendRows(&src.Fields[i], first, last); err != nil {
				return err
			}
		}
		v.appendEnds(src, from, to, base)
	default:
		v.Num = append(v.Num, src.Num[from:to]...)
	}
	v.Null = append(v.Null, src.Null[from:to]...)
	return nil
}

// appendEnds copies where the lists of the rows [from, to) of src end.
func (v *Values) appendEnds(src *Values, from, to int, base uint32) {
	for _, end := range src.list[from:to] {
		v.list = append(v.list, base+end)
	}
}

// appendStrings copies the String values [from, to) of src.
func (v *Values) appendStrings(src *Values, from, to int) error {
	switch {
	case v.vocabulary == nil && src.vocabulary == nil:
		return v.appendTexts(src, from, to)
	case v.vocabulary == src.vocabulary:
		v.codes = append(v.codes, src.codes[from:to]...)
		return nil
	}
	for row := from; row < to; row++ {
		switch {
		case v.vocabulary == nil:
			if uint64(len(v.texts.arena))+uint64(len(src.Text(row))) > maxArena {
				return errTextTooLong
			}
			v.texts.append(src.Text(row))
		case src.Null[row]:
			v.codes = append(v.codes, 0)
		default:
			v.codes = append(v.codes, v.vocabulary.Add(src.Text(row)))
		}
	}
	return nil
}

// maxArena is the most text that one Values holds, in bytes.
const maxArena = math.MaxUint32

var errTextTooLong = fmt.Errorf("%w: more than 4 GiB of text in one chunk", ErrValues)

// appendTexts copies the texts [from, to) of src.
func (v *Values) appendTexts(src *Values, from, to int) error {
	if from == to {
		return nil
	}
	first, _ := bounds(src.texts.ends, from)
	_, last := bounds(src.texts.ends, to-1)
	if uint64(len(v.texts.arena))+uint64(last-first) > maxArena {
		return errTextTooLong
	}
	base := uint32(len(v.texts.arena)) - first
	v.texts.arena = append(v.texts.arena, src.texts.arena[first:last]...)
	for _, end := range src.texts.ends[from:to] {
		v.texts.ends = append(v.texts.ends, base+end)
	}
	return nil
}

// Text is the String value of a row; empty where it is missing.
func (v *Values) Text(row int) []byte {
	if v.vocabulary == nil {
		return v.texts.at(row)
	}
	if v.Null[row] {
		return nil
	}
	return v.vocabulary.Text(v.codes[row])
}

// Code is the code of a row of a coded column; 0 where it is missing.
func (v *Values) Code(row int) uint32 { return v.codes[row] }

// Vocabulary is that of a coded column; nil of others.
func (v *Values) Vocabulary() *Vocabulary { return v.vocabulary }

// ListLen is the number of elements of a Strings or Structs value.
func (v *Values) ListLen(row int) int {
	from, to := bounds(v.list, row)
	return int(to - from)
}

// ListAt is the i-th element of a Strings value.
func (v *Values) ListAt(row, i int) []byte { return v.texts.at(v.FieldRow(row, i)) }

// FieldRow is the row, in each of Fields, of the i-th element of a Structs
// value; of a Struct it is the row itself.
func (v *Values) FieldRow(row, i int) int {
	if v.Kind == Struct {
		return row
	}
	from, _ := bounds(v.list, row)
	return int(from) + i
}

// bytes is the memory that the values take, near enough.
func (v *Values) bytes() int {
	n := len(v.Null) + 8*len(v.Num) + 4*(len(v.codes)+len(v.list)+len(v.texts.ends)) + len(v.texts.arena)
	for i := range v.Fields {
		n += v.Fields[i].bytes()
	}
	return n
}

// elements are the places of the elements of the rows [from, to) of a list.
func (v *Values) elements(from, to int) (first, last int) {
	if from == to {
		return 0, 0
	}
	f, _ := bounds(v.list, from)
	_, l := bounds(v.list, to-1)
	return int(f), int(l)
}

func lastOf(ends []uint32) uint32 {
	if len(ends) == 0 {
		return 0
	}
	return ends[len(ends)-1]
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
