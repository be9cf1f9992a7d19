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

// describeFlat writes what stands beside files that are replaced in place: hashes, the
// package's among them, what signs them, then the package, which says of which release they are.
func (f *flattening) describeFlat(dir string, p dataPackage) error {
	p.Resources = f.resource
	data, err := indented(p)
	if err != nil {
		return err
	}
	sums := sumsOf(append(slices.Clone(f.files), File{Path: packageName, SHA256: sum(data)}))
	files := []proofFile{{sumsName, sums}}
	if f.o.Signer.signed(f.m) {
		files = append(files, proofFile{signedSums, f.o.Signer.sign(sums)})
	}
	for _, file := range append(files, proofFile{packageName, data}) {
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

// current tells whether the files in a folder beside releases are of this version,
// and signed where they are to be.
func (o *FlatOptions) current(fsys spool.FS, m *Manifest, dir, version string) bool {
	if o.Signer.signed(m) {
		if _, err := fsys.Stat(filepath.Join(dir, signedSums)); err != nil {
			return false
		}
	}
	return flatOf(fsys, dir) == version
}

// flatOf is the version of the files in a folder beside releases; empty where there
// are none.
func flatOf(fsys spool.FS, dir string) string {
	var p struct{ Version string }
	data, err := readFile(fsys, filepath.Join(dir, packageName))
	if err != nil || json.Unmarshal(data, &p) != nil {
		return ""
	}
	return p.Version
}

// besideOf tells whether the files in a folder beside releases are of this one.
func (m *Manifest) besideOf(fsys spool.FS, dir string) bool {
	release, _, _ := strings.Cut(flatOf(fsys, dir), "+")
	return release == m.Release
}

// clearBeside removes a folder of ours beside releases that nobody asks for any more
// and that is not of the live one: it would be taken for what it is not.
func clearBeside(fsys spool.FS, dir string, live *Manifest) error {
	if flatOf(fsys, dir) == "" || live.besideOf(fsys, dir) {
		return nil
	}
	if err := fsys.RemoveAll(dir); err != nil {
		return err
	}
	return fsys.SyncDir(filepath.Dir(dir))
}

// ParseFlatFormat reads the name of a format.
func ParseFlatFormat(name string) (FlatFormat, error) {
	if format := FlatFormat(strings.ToLower(name)); slices.Contains(FlatFormats, format) {
		return format, nil
	}
	return "", refuse("export", name, flusso.Invalid, textFlatFormat, hintFlatFormat, nil)
}
