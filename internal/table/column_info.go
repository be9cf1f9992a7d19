package table

import (
	"fmt"
	"slices"
)

// Column is what a file or a manifest describes: Column.Info, the other way.
func (i ColumnInfo) Column() (Column, error) {
	kind := slices.Index(kindNames[:], i.Type)
	if kind <= 0 {
		return Column{}, fmt.Errorf("column %s: type %q is none of ours", i.Name, i.Type)
	}
	var fields []Column
	for _, f := range i.Fields {
		field, err := f.Column()
		if err != nil {
			return Column{}, err
		}
		fields = append(fields, field)
	}
	return Column{
		Name: i.Name, Kind: Kind(kind), Nullable: i.Nullable, Description: i.Description, DescriptionEn: i.DescriptionEn,
		Unit: i.Unit, Source: i.Source, Treatment: i.Treatment, Labels: i.Labels, Role: i.Role, Any: i.Any, Fields: fields,
	}, nil
}
