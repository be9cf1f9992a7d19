package dataset

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"

	"flussi/internal/anonymize"
	"flussi/internal/flusso"
	"flussi/internal/spool"
	"flussi/internal/table"
)

// FlatFormat is a kind of flat file.
type FlatFormat string

const (
	FlatParquet FlatFormat = "parquet"
	FlatCSV     FlatFormat = "csv"  // as Excel in Italy opens it: semicolons, decimal comma
	FlatXLSX    FlatFormat = "xlsx" // of tables a sheet for each way of crossing dimensions
)

// FlatFormats lists them all.
var FlatFormats = []FlatFormat{FlatParquet, FlatCSV, FlatXLSX}

// flatName is the folder of flat files, beside releases.
const flatName = "flat"

// FlatOptions say what is written flat.
type FlatOptions struct {
	Formats []FlatFormat
	Year    string // one data year; all when empty
	Holder  Holder
	Signer  Signer // of what lies beside releases; the zero one signs nothing
}

// Flatten makes the flat files of the live release of a dataset: for tools that want
// one path. One file for each data year and format, all regions in it, in
// <root>/<recipient>/<dataset>/flat; what repeats in a row, such as the lists of
// a SINA assessment, is a table of its own (<dataset>-2025-sina), which finds its
// row by riga. Each file replaces the one before it by a rename; then
// their hashes, which the house signs, and last datapackage.json, which names the
// release; then what no release has any more is removed.
// Where they are of this release already nothing is done. Without a format, those of
// an older release are removed, and so where the release has no row left.
func Flatten(ctx context.Context, fsys spool.FS, root, recipient, dataset string, o FlatOptions) error {
	const op = "write flat files"
	m, err := Live(fsys, root, recipient, dataset)
	if err != nil || m == nil {
		return err
	}
	if !m.tables() { // a spreadsheet of rows is made by hand, for whoever wants one
		o.Formats = slices.DeleteFunc(slices.Clone(o.Formats), func(f FlatFormat) bool { return f == FlatXLSX })
	}
	dir := filepath.Join(root, recipient, dataset, flatName)
	if len(o.Formats) == 0 {
		return fail(op, m.Release, clearBeside(fsys, dir, m))
	}
	switch {
	case o.current(fsys, m, dir, flatVersion(m, o)):
		return nil
	case len(m.parts()) == 0: // every row was withdrawn
		return fail(op, m.Release, clearBeside(fsys, dir, m))
	}
	if err := makeFolders(fsys, root, recipient, dataset, flatName); err != nil {
		return fail(op, m.Release, err)
	}
	_, err = (&flattening{fs: fsys, m: m, place: place{dir: m.Dir}, o: o}).into(ctx, dir, true)
	return fail(op, m.Release, err)
}

// Export writes the release in dir, or the live one where dir is a dataset's
// folder, flat into the folder out, or, where out ends as a file does, into this one
// file and those of its lists beside it. It gives the files written.
func Export(ctx context.Context, fsys spool.FS, dir, out string, o FlatOptions) ([]File, error) {
	const op = "export"
	p, _, err := findPlace(fsys, dir)
	if err != nil {
		return nil, err
	}
	m, err := p.manifest(fsys)
	if err != nil {
		return nil, err
	}
	f := &flattening{fs: fsys, m: m, place: p, o: o}
	if format := FlatFormat(strings.TrimPrefix(filepath.Ext(out), ".")); slices.Contains(FlatFormats, format) {
		f.o.Formats = []FlatFormat{format}
		if err := f.one(ctx, out); err != nil {
			return nil, fail(op, m.Release, err)
		}
		return f.files, nil
	}
	if err := spool.MkdirAll(fsys, out); err != nil {
		return nil, fail(op, m.Release, err)
	}
	files, err := f.into(ctx, out, false)
	return files, fail(op, m.Release, err)
}

// flattening is one release being written flat.
type flattening struct {
	fs    spool.FS
	m     *Manifest
	place place
	o     FlatOptions

	files    []File
	resource []resource
}

// into writes a year's files after another's.
func (f *flattening) into(ctx context.Context, dir string, alone bool) ([]File, error) {
	years := f.years()
	if f.o.Year != "" {
		years = slices.DeleteFunc(years, func(y flatYear) bool { return y.name != f.o.Year })
	}
	if len(years) == 0 {
		return nil, refuse("export", f.m.Release, flusso.Invalid, textNoYear, hintNoYear(f.years()), nil)
	}
	for _, y := range years {
		if err := f.year(ctx, y, func(child, ext string) string { return filepath.Join(dir, y.file(f.m.Dataset, child)+ext) }); err != nil {
			return nil, err
		}
	}
	p := packageOf(f.m, f.o.Holder)
	p.Version = flatVersion(f.m, f.o)
	if err := f.describeFlat(dir, p); err != nil {
		return nil, err
	}
	if alone {
		return f.files, f.removeOthers(dir)
	}
	return f.files, nil
}

// one writes all years, or one, into a single file.
func (f *flattening) one(ctx context.Context, out string) error {
	all := flatYear{}
	for _, y := range f.years() {
		if f.o.Year == "" || y.name == f.o.Year {
			all.parts = append(all.parts, y.parts...)
		}
	}
	if len(all.parts) == 0 {
		return refuse("export", f.m.Release, flusso.Invalid, textNoYear, hintNoYear(f.years()), nil)
	}
	stem := strings.TrimSuffix(out, filepath.Ext(out))
	return f.year(ctx, all, func(child, ext string) string {
		if child != "" {
			return stem + "-" + child + ext
		}
		return stem + ext
	})
}

// flatYear are the parts of one data year.
type flatYear struct {
	name  string // "2025"; empty in a dataset without years
	parts []File
}

// file is the name of a file of a year, without its ending.
func (y flatYear) file(dataset, child string) string {
	name := dataset
	if y.name != "" {
		name += "-" + y.name
	}
	if child != "" {
		name += "-" + child
	}
	return name
}

// years are those of the release, in order, each with its parts in theirs.
func (f *flattening) years() (all []flatYear) {
	parts := f.m.parts()
	slices.SortFunc(parts, func(a, b File) int { return strings.Compare(a.Path, b.Path) })
	for _, part := range parts {
		name := ""
		if folder, _, found := strings.Cut(part.Path, "/"); found {
			if year, found := strings.CutPrefix(folder, "anno="); found {
				name = year
			}
		}
		if strings.HasPrefix(name, "__") {
			name = "senza-anno"
		}
		if n := len(all); n == 0 || all[n-1].name != name {
			all = append(all, flatYear{name: name})
		}
		all[len(all)-1].parts = append(all[len(all)-1].parts, part)
	}
	return all
}

// year writes the files of one year in every format.
func (f *flattening) year(ctx context.Context, y flatYear, at func(child, ext string) string) error {
	shape, err := f.shapeOf(ctx, y)
	if err != nil {
		return err
	}
	for _, format := range f.o.Formats {
		ext := "." + string(format)
		if format == FlatXLSX {
			if err := f.workbook(ctx, y, shape, at("", ext), filepath.Base(at("", ".csv"))); err != nil {
				return err
			}
			continue
		}
		main := at("", ext)
		if err := f.write(main, format, shape.columns, func(to rowSink) error {
			return f.each(ctx, y, shape.parts, func(c *table.Chunk) error {
				flat := shape.flat(c)
				return to.Append(flat, 0, flat.Rows())
			})
		}); err != nil {
			return err
		}
		for i := range shape.children {
			c := &shape.children[i]
			if err := f.write(at(c.name, ext), format, c.columns, func(to rowSink) error { return f.child(ctx, y, shape, c, to) }); err != nil {
				return err
			}
			r := &f.resource[len(f.resource)-1]
			r.Schema.PrimaryKey = c.key()
			refer(r, []string{shape.key}, csvName(main)+"-"+string(format))
		}
	}
	return nil
}

// rowSink is what rows are written to.
type rowSink interface {
	Append(c *table.Chunk, from, to int) error
	Close() error
}

var (
	_ rowSink = (*table.ParquetWriter)(nil)
	_ rowSink = (*table.CSVWriter)(nil)
)

// write replaces a file by what fill gives, and enters it among those written.
func (f *flattening) write(path string, format FlatFormat, columns []table.Column, fill func(rowSink) error) error {
	return f.replace(path, format, infosOf(columns), func(w io.Writer) error {
		var to rowSink
		var err error
		if format == FlatCSV {
			to, err = table.NewCSVWriter(w, columns, spreadsheetCSV)
		} else {
			to, err = table.NewParquetWriter(w, columns, table.Options{Metadata: map[string]string{
				"flussi.recipient": f.m.Recipient, "flussi.dataset": f.m.Dataset, "flussi.level": f.m.Level, "flussi.release": f.m.Release,
			}})
		}
		if err != nil {
			return err
		}
		if err := fill(to); err != nil {
			return err
		}
		return to.Close()
	})
}

func (f *flattening) replace(path string, format FlatFormat, columns []table.ColumnInfo, fill func(io.Writer) error) error {
	if err := spool.WriteFile(f.fs, path, filePerm, fill); err != nil {
		return err
	}
	size, hash, err := hashFile(f.fs, path)
	if err != nil {
		return err
	}
	file := File{Path: filepath.Base(path), Bytes: size, SHA256: hash}
	f.files = append(f.files, file)
	f.resource = append(f.resource, flatResource(file, format, columns))
	return nil
}

// each reads these columns of the parts of a year, every one of which must be what
// the manifest says.
func (f *flattening) each(ctx context.Context, y flatYear, columns []table.Column, take func(*table.Chunk) error) error {
	for _, part := range y.parts {
		if err := f.part(ctx, part, columns, take); err != nil {
			return err
		}
	}
	return nil
}

func (f *flattening) part(ctx context.Context, part File, columns []table.Column, take func(*table.Chunk) error) (err error) {
	file, err := f.fs.Open(f.place.of(part.Path))
	if err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return spoiled("export", f.m.Release, fmt.Errorf("%s: absent", part.Path))
		}
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	names := make([]string, len(columns))
	for i := range columns {
		names[i] = columns[i].Name
	}
	rows, err := table.OpenParquetRows(file, part.Bytes, names)
	if err != nil {
		return spoiled("export", f.m.Release, fmt.Errorf("%s: %w", part.Path, err))
	}
	rows.Share(columns)
	c := table.NewChunk(rows.Columns())
	for {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		switch err := rows.Next(c); {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return spoiled("export", f.m.Release, fmt.Errorf("%s: %w", part.Path, err))
		}
		if err := take(c); err != nil {
			return err
		}
	}
}

// removeOthers takes away the flat files of releases before this one.
func (f *flattening) removeOthers(dir string) error {
	entries, err := f.fs.ReadDir(dir)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if e.IsDir() || slices.ContainsFunc(f.files, func(w File) bool { return w.Path == e.Name() }) {
			continue
		}
		if err := f.fs.Remove(filepath.Join(dir, e.Name())); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return f.fs.SyncDir(dir)
}

// tables tells whether the release is of tables, not of rows.
func (m *Manifest) tables() bool { return m.Level == anonymize.Aggregato.String() }

// manifest reads that of the release which lies there.
func (p place) manifest(fsys spool.FS) (*Manifest, error) {
	data, err := readFile(fsys, p.of(manifestName))
	m := &Manifest{Dir: p.dir, SHA256: sum(data)}
	if err == nil {
		if err = json.Unmarshal(data, m); err == nil {
			err = m.check(m.Release)
		}
	}
	if err != nil {
		return nil, refuse("read release", filepath.Base(p.dir), flusso.Corrupt, textSpoiled, hintSpoiled, fmt.Errorf("%s: %w", manifestName, err))
	}
	return m, nil
}
