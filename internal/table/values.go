package table

import "slices"

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
// holds the first text of a vocabulary in every row. It shares the values of c.
func (c *Chunk) WithConstant(text *Vocabulary) *Chunk {
	v := Values{Kind: String, vocabulary: text, Null: make([]bool, c.rows), codes: make([]uint32, c.rows)}
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
func (v *Values) AppendNull() { v.AppendNulls(1) }

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
