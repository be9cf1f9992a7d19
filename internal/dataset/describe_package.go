package dataset

import (
	"path"
	"slices"
	"strings"

	"flussi/internal/table"
)

const packageName = "datapackage.json"

// dataPackage is a Frictionless Data Package (specs.frictionlessdata.io, v1). It
// has no date of making: the same release has the same bytes.
type dataPackage struct {
	Profile      string        `json:"profile"`
	Name         string        `json:"name"`
	ID           string        `json:"id"`
	Title        string        `json:"title"`
	Description  string        `json:"description,omitempty"`
	Version      string        `json:"version"`
	Contributors []contributor `json:"contributors,omitempty"`
	Resources    []resource    `json:"resources"`
}

type contributor struct {
	Title string `json:"title"`
	Role  string `json:"role"`
}

// resource is a table. The standard has one hash for a resource, so one of
// several files has them in files, which readers that do not know it pass over.
type resource struct {
	Profile   string        `json:"profile"`
	Name      string        `json:"name"`
	Title     string        `json:"title,omitempty"`
	Path      any           `json:"path,omitempty"` // a text, or several
	Data      *[]any        `json:"data,omitempty"` // of a table without rows, which has no file
	Format    string        `json:"format"`
	Mediatype string        `json:"mediatype"`
	Encoding  string        `json:"encoding,omitempty"`
	Dialect   *dialect      `json:"dialect,omitempty"`
	Bytes     int64         `json:"bytes"`
	Hash      string        `json:"hash,omitempty"`
	Files     []packageFile `json:"files,omitempty"`
	Schema    tableSchema   `json:"schema"`
}

type packageFile struct {
	Path  string `json:"path"`
	Bytes int64  `json:"bytes"`
	Hash  string `json:"hash"`
}

type dialect struct {
	Delimiter   string `json:"delimiter"`
	DoubleQuote bool   `json:"doubleQuote"`
	Header      bool   `json:"header"`
}

type tableSchema struct {
	Fields        []field      `json:"fields"`
	MissingValues []string     `json:"missingValues,omitempty"`
	PrimaryKey    []string     `json:"primaryKey,omitempty"`
	ForeignKeys   []foreignKey `json:"foreignKeys,omitempty"`
}

type foreignKey struct {
	Fields    []string `json:"fields"`
	Reference struct {
		Resource string   `json:"resource"`
		Fields   []string `json:"fields"`
	} `json:"reference"`
}

type field struct {
	Name        string            `json:"name"`
	Type        string            `json:"type"`
	Title       string            `json:"title,omitempty"`
	Description string            `json:"description,omitempty"`
	Constraints map[string]any    `json:"constraints,omitempty"`
	DecimalChar string            `json:"decimalChar,omitempty"`
	Unit        string            `json:"unit,omitempty"`
	Source      string            `json:"source,omitempty"`
	Treatment   string            `json:"treatment,omitempty"`
	Labels      map[string]string `json:"labels,omitempty"`
	Fields      []field           `json:"fields,omitempty"` // of a group; no word of the standard's
}

// frictionless gives the type names of Table Schema.
var frictionless = map[string]string{
	table.String.String(): "string", table.Int.String(): "integer", table.Decimal.String(): "number",
	table.Date.String(): "date", table.Bool.String(): "boolean", table.Strings.String(): "array",
	table.Struct.String(): "object", table.Structs.String(): "array",
}

func packageOf(m *Manifest, holder Holder) dataPackage {
	p := dataPackage{
		Profile: "data-package", Name: m.Recipient + "-" + m.Dataset, ID: packageID(m),
		Title: m.Dataset + " (" + m.Recipient + ")", Version: m.Release,
	}
	if m.Purpose != "" {
		p.Description = m.Purpose
	}
	if holder.Denominazione != "" {
		p.Contributors = []contributor{{holder.Denominazione, "publisher"}}
	}
	p.Resources = []resource{rowsResource(m)}
	for _, f := range m.Files {
		switch f.Path {
		case columnsCSV:
			p.Resources = append(p.Resources, csvResource(f, textFields(columnsTable(m)), "colonna"))
		case codesCSV:
			codes := csvResource(f, textFields(codesTable(m)), "colonna", "codice")
			refer(&codes, []string{"colonna"}, csvName(columnsCSV))
			p.Resources = append(p.Resources, codes)
		}
	}
	return p
}

// packageID says of which release a package is.
func packageID(m *Manifest) string { return m.Recipient + "/" + m.Dataset + "/" + m.Release }

// rowsResource is the dataset itself: all its parts as one table.
func rowsResource(m *Manifest) resource {
	res := resource{
		Profile: "data-resource", Name: m.Dataset, Title: m.Dataset, Format: "parquet", Mediatype: "application/vnd.apache.parquet",
		Schema: tableSchema{Fields: fieldsOf(m.Columns), PrimaryKey: keyOf(m.Columns)},
	}
	parts := m.parts()
	slices.SortFunc(parts, func(a, b File) int { return strings.Compare(a.Path, b.Path) })
	var paths []string
	for _, f := range parts {
		paths = append(paths, f.Path)
		res.Bytes += f.Bytes
		res.Files = append(res.Files, packageFile{f.Path, f.Bytes, "sha256:" + f.SHA256})
	}
	res.Path = paths
	if len(parts) == 0 {
		return resource{Profile: res.Profile, Name: res.Name, Title: res.Title, Data: &[]any{}, Format: "json", Mediatype: "application/json", Schema: res.Schema}
	}
	if len(parts) == 1 {
		res.Hash = "sha256:" + parts[0].SHA256
	}
	return res
}

// csvResource is a CSV file as spreadsheetCSV writes it.
func csvResource(f File, fields []field, key ...string) resource {
	return resource{
		Profile: "tabular-data-resource", Name: csvName(f.Path), Path: f.Path, Format: "csv", Mediatype: "text/csv", Encoding: "utf-8",
		Dialect: &dialect{Delimiter: ";", DoubleQuote: true, Header: true}, Bytes: f.Bytes, Hash: "sha256:" + f.SHA256,
		Schema: tableSchema{Fields: fields, MissingValues: []string{""}, PrimaryKey: key},
	}
}

// csvName is a file's name as a resource: lower-case letters, digits, hyphens.
func csvName(file string) string {
	return strings.ToLower(strings.TrimSuffix(path.Base(file), path.Ext(file)))
}

// refer says that these columns are found in another resource, under the same names.
func refer(r *resource, columns []string, resource string) {
	k := foreignKey{Fields: columns}
	k.Reference.Resource, k.Reference.Fields = resource, columns
	r.Schema.ForeignKeys = append(r.Schema.ForeignKeys, k)
}

func textFields(head []table.Column, _ *table.Chunk) (fields []field) {
	for _, c := range head {
		fields = append(fields, field{Name: c.Name, Type: "string"})
	}
	return fields
}

func fieldsOf(columns []table.ColumnInfo) (fields []field) {
	for i := range columns {
		c := &columns[i]
		f := field{
			Name: c.Name, Type: frictionless[c.Type], Title: c.DescriptionEn, Description: c.Description,
			Unit: c.Unit, Source: c.Source, Treatment: c.Treatment, Labels: c.Labels,
			Fields: fieldsOf(c.Fields),
		}
		if !c.Nullable {
			f.Constraints = map[string]any{"required": true}
		}
		fields = append(fields, f)
	}
	return fields
}

// keyOf is what tells rows apart, where columns do: the key of the row, or year and
// code of a person, with the increment where there is one. A figure's dimensions
// may be missing, which no key may be.
func keyOf(columns []table.ColumnInfo) (key []string) {
	with := func(names ...string) []string {
		for _, c := range columns {
			if c.Name == IncrementColumn {
				return append([]string{c.Name}, names...)
			}
		}
		return names
	}
	for _, c := range columns {
		switch {
		case c.Role == table.RoleKey, c.Name == "riga":
			return []string{c.Name}
		case c.Role == table.RolePerson:
			return with("anno", c.Name)
		}
	}
	return nil
}
