package dataset

import (
	"context"
	"io"
	"slices"
	"strconv"
	"strings"

	"flussi/internal/table"
)

// flatShape says how the columns of a part become flat: fields of a group stand
// beside the others, and lists go into tables of their own, where a key finds
// their row.
type flatShape struct {
	columns []table.Column // of the flat file
	from    []source       // of each
	lists   []flatList
	key     string
	keyAt   int
	yearAt  int
}

// source is a column of a part, or a field of it.
type source struct{ column, field int }

// flatList is a list of a part.
type flatList struct {
	source
	child, name string
}

// childColumns are those of a table of lists: a line for each element.
var childColumns = []table.Column{
	{Name: "riga", Kind: table.String, Description: "riga a cui il valore appartiene", DescriptionEn: "row that the value belongs to"},
	{Name: "anno", Kind: table.Int, Nullable: true, Unit: "anno", Description: "anno dei dati", DescriptionEn: "data year"},
	{Name: "campo", Kind: table.String, Description: "colonna di cui il valore è uno", DescriptionEn: "column that the value is one of"},
	{Name: "posizione", Kind: table.Int, Description: "posto del valore nell'elenco, da 1", DescriptionEn: "place of the value in its list, from 1"},
	{Name: "valore", Kind: table.String, Nullable: true, Description: "valore", DescriptionEn: "value"},
}

// shapeOf looks at the columns of a year's first part.
func (f *flattening) shapeOf(ctx context.Context, y flatYear) (*flatShape, error) {
	if f.columns == nil {
		columns, err := f.columnsOf(ctx, y.parts[0])
		if err != nil {
			return nil, err
		}
		f.columns = columns
	}
	s := &flatShape{keyAt: -1, yearAt: -1}
	for i, c := range f.columns {
		switch {
		case c.Role == table.RoleKey, c.Name == "riga":
			s.key, s.keyAt = c.Name, i
		case c.Name == "anno" && c.Kind == table.Int:
			s.yearAt = i
		}
	}
	for i, c := range f.columns {
		if c.Kind == table.Struct {
			for j, field := range c.Fields {
				if !strings.HasPrefix(field.Name, c.Name) {
					field.Name = c.Name + "_" + field.Name
				}
				field.Nullable = field.Nullable || c.Nullable
				s.add(source{i, j}, field, strings.ToLower(c.Name))
			}
			continue
		}
		s.add(source{i, -1}, c, childOf(c.Name))
	}
	return s, nil
}

func (s *flatShape) add(from source, c table.Column, child string) {
	if s.keyAt >= 0 && (c.Kind == table.Strings || c.Kind == table.Structs) {
		s.lists = append(s.lists, flatList{from, child, c.Name})
		return
	}
	s.columns, s.from = append(s.columns, c), append(s.from, from)
}

// childOf names the table that a list goes into: what repeats with a SINA assessment
// stays together, and so do addresses.
func childOf(column string) string {
	for prefix, child := range map[string]string{"SINA": "sina", "Indirizzo": "indirizzi"} {
		if strings.HasPrefix(column, prefix) && !strings.HasPrefix(column, "SINBA") {
			return child
		}
	}
	return "elenchi"
}

func (s *flatShape) children() (names []string) {
	for _, l := range s.lists {
		if !slices.Contains(names, l.child) {
			names = append(names, l.child)
		}
	}
	return names
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

// child writes the table of some lists.
func (f *flattening) child(ctx context.Context, y flatYear, s *flatShape, child string, to rowSink) error {
	lines := table.NewChunk(childColumns)
	line := func(c *table.Chunk, row int, name string, place int, value string, there bool) {
		lines.Columns[0].AppendText(c.Columns[s.keyAt].Text(row))
		if s.yearAt < 0 || c.Columns[s.yearAt].Null[row] {
			lines.Columns[1].AppendNull()
		} else {
			lines.Columns[1].AppendNum(c.Columns[s.yearAt].Num[row])
		}
		lines.Columns[2].AppendString(name)
		lines.Columns[3].AppendNum(int64(place))
		if there {
			lines.Columns[4].AppendString(value)
		} else {
			lines.Columns[4].AppendNull()
		}
		lines.EndRow()
	}
	return f.each(ctx, y, nil, func(c *table.Chunk) error {
		lines.Reset()
		for row := range c.Rows() {
			for _, l := range s.lists {
				v := l.of(c)
				if l.child != child || v.Null[row] {
					continue
				}
				for i := range v.ListLen(row) {
					if v.Kind == table.Strings {
						line(c, row, l.name, i+1, string(v.ListAt(row, i)), true)
						continue
					}
					for n := range v.Fields {
						value, there := textOf(&v.Fields[n], v.FieldRow(row, i))
						line(c, row, f.columns[l.column].Fields[n].Name, i+1, value, there)
					}
				}
			}
		}
		return to.Append(lines, 0, lines.Rows())
	})
}

// textOf is a value as text; false where it is missing.
func textOf(v *table.Values, row int) (string, bool) {
	switch {
	case v.Null[row]:
		return "", false
	case v.Kind == table.String:
		return string(v.Text(row)), true
	case v.Kind == table.Decimal:
		return string(table.AppendDecimal(nil, v.Num[row])), true
	}
	return strconv.FormatInt(v.Num[row], 10), true
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
	for i := range columns {
		for _, info := range f.m.Columns {
			if info.Name == columns[i].Name {
				c := &columns[i]
				c.Description, c.DescriptionEn, c.Unit, c.Source, c.Treatment = info.Description, info.DescriptionEn, info.Unit, info.Source, info.Treatment
				c.Labels, c.Role, c.Any = info.Labels, info.Role, info.Any
			}
		}
	}
	return columns, nil
}
