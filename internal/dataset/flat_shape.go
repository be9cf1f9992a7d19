package dataset

import (
	"cmp"
	"context"
	"io"
	"slices"
	"strings"

	"flussi/internal/table"
)

// flatShape says how the columns of a part become flat: fields of a group stand
// beside the others, and lists go into tables of their own, where a key finds
// their row.
type flatShape struct {
	parts    []table.Column // of the parts
	columns  []table.Column // of the flat file
	from     []source       // of each
	children []child
	key      string
	keyAt    int
	yearAt   int
}

// source is a column of a part, or a field of it.
type source struct{ column, field int }

// flatList is a list of a part; name is what its elements are called.
type flatList struct {
	source
	name string
}

// child is a table that lists go into: a line for each element. Elements that are
// groups of fields have a table of their own, with the fields as columns.
type child struct {
	name    string
	lists   []flatList
	columns []table.Column
	groups  bool
}

// key tells the lines apart.
func (c *child) key() []string {
	if c.groups {
		return []string{"riga", "posizione"}
	}
	return []string{"riga", "campo", "posizione"}
}

// childColumns are those of every child, before what says the element.
var childColumns = []table.Column{
	{Name: "riga", Kind: table.String, Description: "riga a cui il valore appartiene", DescriptionEn: "row that the value belongs to"},
	{Name: "anno", Kind: table.Int, Nullable: true, Unit: "anno", Description: "anno dei dati", DescriptionEn: "data year"},
	{Name: "posizione", Kind: table.Int, Description: "posto del valore nell'elenco, da 1", DescriptionEn: "place of the value in its list, from 1"},
}

var valueColumns = []table.Column{
	{Name: "campo", Kind: table.String, Description: "elenco a cui il valore appartiene", DescriptionEn: "list that the value belongs to"},
	{Name: "valore", Kind: table.String, Nullable: true, Description: "valore", DescriptionEn: "value"},
}

// shapeOf looks at the columns of a year's largest part, which tells best whose
// texts repeat: the others are read by its vocabularies.
func (f *flattening) shapeOf(ctx context.Context, y flatYear) (*flatShape, error) {
	largest := slices.MaxFunc(y.parts, func(a, b File) int { return cmp.Compare(a.Rows, b.Rows) })
	columns, err := f.columnsOf(ctx, largest)
	if err != nil {
		return nil, err
	}
	s := &flatShape{parts: columns, keyAt: -1, yearAt: -1}
	for i, c := range columns {
		switch {
		case c.Role == table.RoleKey, c.Name == "riga":
			s.key, s.keyAt = c.Name, i
		case c.Name == "anno" && c.Kind == table.Int:
			s.yearAt = i
		}
	}
	for i, c := range columns {
		if c.Kind != table.Struct {
			s.add(source{i, -1}, c, c.Name, lists)
			continue
		}
		for j, field := range c.Fields {
			name := field.Name
			field.Name, field.Nullable = c.Name+"_"+field.Name, field.Nullable || c.Nullable
			s.add(source{i, j}, field, name, strings.ToLower(c.Name))
		}
	}
	return s, nil
}

// lists is the child of lists that are no part of a group.
const lists = "elenchi"

func (s *flatShape) add(from source, c table.Column, name, in string) {
	if s.keyAt < 0 || c.Kind != table.Strings && c.Kind != table.Structs {
		s.columns, s.from = append(s.columns, c), append(s.from, from)
		return
	}
	groups, columns := c.Kind == table.Structs, valueColumns
	if groups {
		in, columns = strings.ToLower(c.Name), c.Fields
	}
	i := slices.IndexFunc(s.children, func(o child) bool { return o.name == in })
	if i < 0 {
		i = len(s.children)
		s.children = append(s.children, child{name: in, columns: slices.Concat(childColumns, columns), groups: groups})
	}
	s.children[i].lists = append(s.children[i].lists, flatList{from, name})
}

// flat gives rows of a part as rows of the flat file; the values are shared.
func (s *flatShape) flat(c *table.Chunk) *table.Chunk {
	out := &table.Chunk{Columns: make([]table.Values, len(s.from))}
	for i, at := range s.from {
		out.Columns[i] = *at.of(c)
	}
	out.AddRows(c.Rows())
	return out
}

func (at source) of(c *table.Chunk) *table.Values {
	if v := &c.Columns[at.column]; at.field < 0 {
		return v
	}
	return &c.Columns[at.column].Fields[at.field]
}

// child writes the table of some lists; it reads nothing but them, the key and the
// year.
func (f *flattening) child(ctx context.Context, y flatYear, s *flatShape, of *child, to rowSink) error {
	var columns []table.Column
	placed := map[int]int{} // column of the part -> of what is read
	place := func(column int) int {
		at, ok := placed[column]
		if !ok {
			at = len(columns)
			placed[column] = at
			columns = append(columns, s.parts[column])
		}
		return at
	}
	key, year, from := place(s.keyAt), -1, slices.Clone(of.lists)
	if s.yearAt >= 0 {
		year = place(s.yearAt)
	}
	for i := range from {
		from[i].column = place(from[i].column)
	}
	lines := table.NewChunk(of.columns)
	return f.each(ctx, y, columns, func(c *table.Chunk) error {
		lines.Reset()
		for row := range c.Rows() {
			for _, l := range from {
				v := l.of(c)
				if v.Null[row] {
					continue
				}
				for i := range v.ListLen(row) {
					columns := lines.Columns
					columns[0].AppendText(c.Columns[key].Text(row))
					if year < 0 || c.Columns[year].Null[row] {
						columns[1].AppendNull()
					} else {
						columns[1].AppendNum(c.Columns[year].Num[row])
					}
					columns[2].AppendNum(int64(i + 1))
					columns = columns[len(childColumns):]
					if of.groups {
						at := v.FieldRow(row, i)
						for n := range v.Fields {
							if err := columns[n].AppendRows(&v.Fields[n], at, at+1); err != nil {
								return err
							}
						}
					} else {
						columns[0].AppendString(l.name)
						columns[1].AppendText(v.ListAt(row, i))
					}
					lines.EndRow()
				}
			}
		}
		return to.Append(lines, 0, lines.Rows())
	})
}

// columnsOf are the columns of a part, with what the manifest says of them.
func (f *flattening) columnsOf(ctx context.Context, part File) (columns []table.Column, err error) {
	file, err := f.fs.Open(f.place.of(part.Path))
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }() // read only: its error changes nothing
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	rows, err := table.OpenParquetRows(io.ReaderAt(file), part.Bytes, nil)
	if err != nil {
		return nil, spoiled("export", f.m.Release, err)
	}
	columns = slices.Clone(rows.Columns())
	tellColumns(columns, f.m.Columns)
	return columns, nil
}

// tellColumns gives columns what the manifest says of them, and of their fields.
func tellColumns(columns []table.Column, infos []table.ColumnInfo) {
	for i := range columns {
		c := &columns[i]
		for _, info := range infos {
			if info.Name == c.Name {
				c.Description, c.DescriptionEn, c.Unit, c.Source, c.Treatment = info.Description, info.DescriptionEn, info.Unit, info.Source, info.Treatment
				c.Labels, c.Role, c.Any = info.Labels, info.Role, info.Any
				c.Fields = slices.Clone(c.Fields)
				tellColumns(c.Fields, info.Fields)
			}
		}
	}
}
