package table

import (
	"errors"
	"fmt"
	"io"

	"github.com/apache/arrow/go/v17/parquet"
	"github.com/apache/arrow/go/v17/parquet/file"
	"github.com/apache/arrow/go/v17/parquet/schema"
)

// ErrNoColumn is in the chain of the error about a column that a file lacks or
// that is of no Kind of ours.
var ErrNoColumn = errors.New("no such column that can be read")

// readRows is how many rows are handed on at a time.
const readRows = 8192

// ParquetRows reads some columns of a Parquet file, row group after row group:
// whatever a ParquetWriter writes, lists and structs too, and what others write
// with the same types. It holds one page of each column. It is done with when
// Next gives an error: there is nothing to close.
type ParquetRows struct {
	in      *file.Reader
	columns []Column
	leaves  []*leafReader
	group   int   // the next one
	groups  int   // how many come in all, up to here
	left    int64 // rows of the one that is being read
}

// OpenParquetRows reads the footer of a file of size bytes. Columns are given
// in the order of names; all of the file, in its order, where names is nil.
func OpenParquetRows(r io.ReaderAt, size int64, names []string) (p *ParquetRows, err error) {
	defer sayPanic(&err)
	in, err := file.NewParquetReader(io.NewSectionReader(r, 0, size))
	if err != nil {
		return nil, fmt.Errorf("read parquet footer: %w", err)
	}
	p = &ParquetRows{in: in, groups: in.NumRowGroups()}
	root := in.MetaData().Schema.Root()
	if names == nil {
		for i := range root.NumFields() {
			names = append(names, root.Field(i).Name())
		}
	}
	first := make(map[string]int) // name -> place of its first leaf
	var places []int
	for i, place := 0, 0; i < root.NumFields(); i++ {
		first[root.Field(i).Name()] = place
		place += leavesBelow(root.Field(i))
	}
	for _, name := range names {
		i := root.FieldIndexByName(name)
		if i < 0 {
			return nil, fmt.Errorf("read parquet: %w: %s", ErrNoColumn, name)
		}
		c, ok := columnOf(root.Field(i))
		if !ok {
			return nil, fmt.Errorf("read parquet: %w: %s", ErrNoColumn, name)
		}
		p.columns = append(p.columns, c)
		for j := range leavesBelow(root.Field(i)) {
			places = append(places, first[name]+j)
		}
	}
	for i, l := range leaves(p.columns) {
		p.leaves = append(p.leaves, newLeafReader(l, places[i]))
	}
	return p, nil
}

// Columns are the columns that Next fills: name, kind, nullability, fields.
func (p *ParquetRows) Columns() []Column { return p.columns }

// Next puts the next rows, some thousand, into c, which was made for Columns;
// io.EOF when there are none.
func (p *ParquetRows) Next(c *Chunk) (err error) {
	defer sayPanic(&err)
	c.Reset()
	for p.left == 0 {
		if p.group == p.groups {
			return io.EOF
		}
		group := p.in.RowGroup(p.group)
		for _, l := range p.leaves {
			if err := l.begin(group); err != nil {
				return fmt.Errorf("read parquet column %s: %w", l.name(), err)
			}
		}
		p.left = group.NumRows()
		p.group++
	}
	n := int(min(p.left, readRows))
	for _, l := range p.leaves {
		if err := l.read(c, n); err != nil {
			return fmt.Errorf("read parquet column %s: %w", l.name(), err)
		}
	}
	c.rows = n
	p.left -= int64(n)
	return nil
}

// ReadParquetRows reads the columns called names of a Parquet file of size
// bytes and hands them on, in that order, some thousand rows at a time; the
// chunk is reused.
func ReadParquetRows(r io.ReaderAt, size int64, names []string, f func(*Chunk) error) error {
	p, err := OpenParquetRows(r, size, names)
	if err != nil {
		return err
	}
	return p.each(f)
}

// ReadParquetGroup is ReadParquetRows of one row group.
func ReadParquetGroup(r io.ReaderAt, size int64, group int, names []string, f func(*Chunk) error) error {
	p, err := OpenParquetRows(r, size, names)
	if err != nil {
		return err
	}
	p.group, p.groups = group, group+1
	return p.each(f)
}

func (p *ParquetRows) each(f func(*Chunk) error) error {
	c := NewChunk(p.columns)
	for {
		if err := p.Next(c); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
		if err := f(c); err != nil {
			return err
		}
	}
}

// sayPanic makes an error of what the library panics about: damaged pages and
// footers.
func sayPanic(err *error) {
	if p := recover(); p != nil {
		*err = fmt.Errorf("read parquet: %v", p)
	}
}

// ParquetColumns are the columns of a Parquet file of size bytes, and groups the
// rows of its row groups; the Kind is 0 of a column that does not hold single
// values.
func ParquetColumns(r io.ReaderAt, size int64) (columns []Column, groups []int64, err error) {
	defer sayPanic(&err)
	in, err := file.NewParquetReader(io.NewSectionReader(r, 0, size))
	if err != nil {
		return nil, nil, fmt.Errorf("read parquet footer: %w", err)
	}
	root := in.MetaData().Schema.Root()
	for i := range root.NumFields() {
		c, ok := columnOf(root.Field(i))
		if !ok || c.Kind == Strings || c.Kind == Struct || c.Kind == Structs {
			c = Column{Nullable: c.Nullable}
		}
		c.Name = root.Field(i).Name()
		columns = append(columns, c)
	}
	for g := range in.NumRowGroups() {
		groups = append(groups, in.RowGroup(g).NumRows())
	}
	return columns, groups, nil
}

// columnOf is what a node of a file's schema is to us; ok is false where none
// of our kinds holds it.
func columnOf(node schema.Node) (c Column, ok bool) {
	c = Column{Name: node.Name(), Nullable: node.RepetitionType() == parquet.Repetitions.Optional}
	if node.RepetitionType() == parquet.Repetitions.Repeated {
		return c, false
	}
	group, isGroup := node.(*schema.GroupNode)
	if !isGroup {
		c.Kind = kindOf(node.(*schema.PrimitiveNode))
		return c, c.Kind != 0
	}
	if !group.LogicalType().Equals(schema.ListLogicalType{}) {
		c.Kind = Struct
		c.Fields, ok = fieldsOf(group)
		return c, ok
	}
	list, isGroup := group.Field(0).(*schema.GroupNode)
	if !isGroup || list.NumFields() != 1 || list.Field(0).RepetitionType() != parquet.Repetitions.Optional {
		return c, false
	}
	switch element := list.Field(0).(type) {
	case *schema.PrimitiveNode:
		c.Kind = Strings
		return c, kindOf(element) == String
	case *schema.GroupNode:
		c.Kind = Structs
		c.Fields, ok = fieldsOf(element)
	}
	return c, ok
}

func fieldsOf(group *schema.GroupNode) (fields []Column, ok bool) {
	for i := range group.NumFields() {
		c, ok := columnOf(group.Field(i))
		if !ok || c.Kind == Struct || c.Kind == Structs {
			return nil, false
		}
		fields = append(fields, c)
	}
	return fields, len(fields) > 0
}

// kindOf is the Kind of a single value; 0 where none of ours holds it.
func kindOf(node *schema.PrimitiveNode) Kind {
	switch logical := node.LogicalType(); node.PhysicalType() {
	case parquet.Types.ByteArray:
		return String
	case parquet.Types.Boolean:
		return Bool
	case parquet.Types.Int32:
		if (schema.DateLogicalType{}).Equals(logical) {
			return Date
		}
		return Int
	case parquet.Types.Int64:
		if d, ok := logical.(*schema.DecimalLogicalType); ok && d.Scale() == DecimalScale && d.Precision() <= DecimalPrecision {
			return Decimal
		}
	}
	return 0
}

func leavesBelow(node schema.Node) int {
	group, ok := node.(*schema.GroupNode)
	if !ok {
		return 1
	}
	n := 0
	for i := range group.NumFields() {
		n += leavesBelow(group.Field(i))
	}
	return n
}
