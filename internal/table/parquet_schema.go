package table

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"github.com/apache/arrow/go/v17/parquet"
	"github.com/apache/arrow/go/v17/parquet/metadata"
	"github.com/apache/arrow/go/v17/parquet/schema"
)

// ColumnsKey is the key, in a Parquet file's key-value metadata, of a JSON
// array that describes its columns in order (see ColumnInfo).
const ColumnsKey = "flussi.columns"

// DecimalPrecision is the number of digits of a Decimal column, two of them
// after the mark.
const DecimalPrecision, DecimalScale = 18, 2

// ColumnInfo is a Column as files and manifests spell it.
type ColumnInfo struct {
	Name          string            `json:"name"`
	Type          string            `json:"type"`
	Nullable      bool              `json:"nullable"`
	Description   string            `json:"description,omitempty"`
	DescriptionEn string            `json:"description_en,omitempty"`
	Unit          string            `json:"unit,omitempty"`
	Source        string            `json:"source,omitempty"`
	Treatment     string            `json:"treatment,omitempty"`
	Labels        map[string]string `json:"labels,omitempty"`
	Role          Role              `json:"role,omitempty"`
	Any           string            `json:"any,omitempty"`
	Fields        []ColumnInfo      `json:"fields,omitempty"`
}

// Info gives the column as files spell it.
func (c *Column) Info() ColumnInfo {
	return ColumnInfo{
		Name: c.Name, Type: c.Kind.String(), Nullable: c.Nullable,
		Description: c.Description, DescriptionEn: c.DescriptionEn,
		Unit: c.Unit, Source: c.Source, Treatment: c.Treatment, Labels: c.Labels,
		Role: c.Role, Any: c.Any, Fields: infos(c.Fields),
	}
}

func infos(columns []Column) (all []ColumnInfo) {
	for i := range columns {
		all = append(all, columns[i].Info())
	}
	return all
}

// keyValues makes the file's metadata, in an order that does not vary.
func keyValues(columns []Column, more map[string]string) (metadata.KeyValueMetadata, error) {
	described, err := json.Marshal(infos(columns))
	if err != nil {
		return nil, fmt.Errorf("describe columns: %w", err)
	}
	pairs := metadata.NewKeyValueMetadata()
	if err := pairs.Append(ColumnsKey, string(described)); err != nil {
		return nil, fmt.Errorf("describe columns: %w", err)
	}
	for _, key := range slices.Sorted(maps.Keys(more)) {
		if key == ColumnsKey {
			return nil, fmt.Errorf("metadata key %s is the writer's own", key)
		}
		if err := pairs.Append(key, more[key]); err != nil {
			return nil, fmt.Errorf("metadata: %w", err)
		}
	}
	return pairs, nil
}

// parquetSchema maps columns on Parquet's types: String on UTF8 bytes, Int on
// INT32, Decimal on INT64 DECIMAL(18,2), Date on INT32 DATE, Bool on BOOLEAN,
// Struct on a group, Strings and Structs on a LIST of optional elements (some
// readers get the levels of required ones wrong; none of ours is missing).
func parquetSchema(columns []Column) (*schema.GroupNode, error) {
	fields, err := fieldNodes(columns, false)
	if err != nil {
		return nil, err
	}
	return schema.NewGroupNode("schema", parquet.Repetitions.Required, fields, -1)
}

func fieldNodes(columns []Column, inStruct bool) (schema.FieldList, error) {
	if len(columns) == 0 {
		return nil, fmt.Errorf("a parquet file, or a struct, of no columns")
	}
	seen := make(map[string]bool, len(columns))
	fields := make(schema.FieldList, len(columns))
	for i := range columns {
		c := &columns[i]
		if c.Name == "" || seen[c.Name] {
			return nil, fmt.Errorf("column %d: name %q is empty or taken", i, c.Name)
		}
		if inStruct && (c.Kind == Struct || c.Kind == Structs) {
			return nil, fmt.Errorf("column %s: a struct in a struct", c.Name)
		}
		seen[c.Name] = true
		node, err := columnNode(c)
		if err != nil {
			return nil, fmt.Errorf("column %s: %w", c.Name, err)
		}
		fields[i] = node
	}
	return fields, nil
}

func columnNode(c *Column) (schema.Node, error) {
	rep := parquet.Repetitions.Required
	if c.Nullable {
		rep = parquet.Repetitions.Optional
	}
	primitive := func(logical schema.LogicalType, physical parquet.Type) (schema.Node, error) {
		return schema.NewPrimitiveNodeLogical(c.Name, rep, logical, physical, 0, -1)
	}
	switch c.Kind {
	case String:
		return primitive(schema.StringLogicalType{}, parquet.Types.ByteArray)
	case Int:
		return primitive(schema.NewIntLogicalType(32, true), parquet.Types.Int32)
	case Decimal:
		return primitive(schema.NewDecimalLogicalType(DecimalPrecision, DecimalScale), parquet.Types.Int64)
	case Date:
		return primitive(schema.DateLogicalType{}, parquet.Types.Int32)
	case Bool:
		return primitive(schema.NoLogicalType{}, parquet.Types.Boolean)
	case Strings:
		element, err := schema.NewPrimitiveNodeLogical("element", parquet.Repetitions.Optional, schema.StringLogicalType{}, parquet.Types.ByteArray, 0, -1)
		if err != nil {
			return nil, err
		}
		return schema.ListOfWithName(c.Name, element, rep, -1)
	case Struct:
		fields, err := fieldNodes(c.Fields, true)
		if err != nil {
			return nil, err
		}
		return schema.NewGroupNode(c.Name, rep, fields, -1)
	case Structs:
		fields, err := fieldNodes(c.Fields, true)
		if err != nil {
			return nil, err
		}
		element, err := schema.NewGroupNode("element", parquet.Repetitions.Optional, fields, -1)
		if err != nil {
			return nil, err
		}
		return schema.ListOfWithName(c.Name, element, rep, -1)
	}
	return nil, fmt.Errorf("unknown kind %d", c.Kind)
}
