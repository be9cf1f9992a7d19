package dataset

import (
	"encoding/json"
	"path/filepath"
	"slices"
	"strings"

	"flussi/internal/flusso"
	"flussi/internal/spool"
	"flussi/internal/table"
)

// flatResource describes a flat file.
func flatResource(f File, format FlatFormat, columns []table.ColumnInfo) resource {
	r := resource{
		Profile: "data-resource", Name: csvName(f.Path) + "-" + string(format), Path: f.Path, Format: string(format), Mediatype: mediatypes[format],
		Bytes: f.Bytes, Hash: "sha256:" + f.SHA256, Schema: tableSchema{Fields: fieldsOf(columns), PrimaryKey: keyOf(columns)},
	}
	if format == FlatCSV {
		c := csvResource(f, r.Schema.Fields, r.Schema.PrimaryKey...)
		c.Name = r.Name
		for i := range c.Schema.Fields {
			if c.Schema.Fields[i].Type == "number" {
				c.Schema.Fields[i].DecimalChar = ","
			}
			if c.Schema.Fields[i].Type == "array" {
				c.Schema.Fields[i].Type = "string" // its elements between '|'
			}
		}
		return c
	}
	return r
}

var mediatypes = map[FlatFormat]string{
	FlatParquet: "application/vnd.apache.parquet", FlatCSV: "text/csv",
	FlatXLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}

// describeFlat writes what stands beside flat files: hashes, then the package,
// which says of which release they are.
func (f *flattening) describeFlat(dir string) error {
	var sums strings.Builder
	for _, file := range f.files {
		sums.WriteString(file.SHA256 + "  " + file.Path + "\n")
	}
	p := packageOf(f.m, f.o.Holder)
	p.Version, p.Resources = flatVersion(f.m, f.o), f.resource
	data, err := indented(p)
	if err != nil {
		return err
	}
	for _, file := range []proofFile{{sumsName, []byte(sums.String())}, {packageName, data}} {
		if err := writeWhole(f.fs, filepath.Join(dir, file.name), file.data); err != nil {
			return err
		}
		f.files = append(f.files, File{Path: file.name, Bytes: int64(len(file.data)), SHA256: sum(file.data)})
	}
	return nil
}

// flatVersion says of which release, and in which formats, flat files are.
func flatVersion(m *Manifest, o FlatOptions) string {
	version := m.Release
	formats := slices.Sorted(slices.Values(o.Formats))
	for _, format := range formats {
		version += "+" + string(format)
	}
	return version
}

// flatOf is the version of the flat files in a folder; empty where there are none.
func flatOf(fsys spool.FS, dir string) string {
	var p struct{ Version string }
	data, err := readFile(fsys, filepath.Join(dir, packageName))
	if err != nil || json.Unmarshal(data, &p) != nil {
		return ""
	}
	return p.Version
}

// ParseFlatFormat reads the name of a format.
func ParseFlatFormat(name string) (FlatFormat, error) {
	if format := FlatFormat(strings.ToLower(name)); slices.Contains(FlatFormats, format) {
		return format, nil
	}
	return "", refuse("export", name, flusso.Invalid, textFlatFormat, hintFlatFormat, nil)
}
