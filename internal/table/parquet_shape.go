package table

import (
	"github.com/apache/arrow/go/v17/parquet"
	"github.com/apache/arrow/go/v17/parquet/schema"
)

// Columns are those of the file, and groups the rows of its row groups; the Kind is
// 0 of a column that does not hold single values.
func (f *ParquetFile) Columns() (columns []Column, groups []int64, err error) {
	defer sayPanic(&err)
	root := f.in.MetaData().Schema.Root()
	for i := range root.NumFields() {
		c, ok := columnOf(root.Field(i))
		if !ok || c.Kind == Strings || c.Kind == Struct || c.Kind == Structs {
			c = Column{Nullable: c.Nullable}
		}
		c.Name = root.Field(i).Name()
		columns = append(columns, c)
	}
	for g := range f.in.NumRowGroups() {
		groups = append(groups, f.in.RowGroup(g).NumRows())
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
