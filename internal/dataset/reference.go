package dataset

import (
	"bytes"
	"io"
	"path/filepath"

	"flussi/internal/spool"
	"flussi/internal/table"
	"flussi/internal/territory"
)

// tablesName is the folder of reference tables, beside releases.
const tablesName = "tavole"

// WriteTables puts reference tables beside the releases of a dataset, in
// <root>/<recipient>/<dataset>/tavole: a Parquet file each, replaced by a rename,
// viste.sql with the views that need them, signed hashes, and last datapackage.json, which
// names the release. A table that is not given any more is removed; without any, the
// tables of an older release are. A dataset that has no live release gets none.
func WriteTables(fsys spool.FS, root, recipient, dataset string, tables []territory.Table, o FlatOptions) error {
	const op = "write reference tables"
	m, err := Live(fsys, root, recipient, dataset)
	if err != nil || m == nil {
		return err
	}
	dir := filepath.Join(root, recipient, dataset, tablesName)
	if len(tables) == 0 {
		return fail(op, m.Release, clearBeside(fsys, dir, m))
	}
	if err := makeFolders(fsys, root, recipient, dataset, tablesName); err != nil {
		return fail(op, m.Release, err)
	}
	return fail(op, m.Release, writeTables(fsys, dir, m, tables, o))
}

func writeTables(fsys spool.FS, dir string, m *Manifest, tables []territory.Table, o FlatOptions) error {
	f := &flattening{fs: fsys, m: m, o: o}
	write := func(name string, data []byte) (File, error) {
		file := File{Path: name, Bytes: int64(len(data)), SHA256: sum(data)}
		f.files = append(f.files, file)
		if before, err := readFile(fsys, filepath.Join(dir, name)); err == nil && bytes.Equal(before, data) {
			return file, nil
		}
		return file, writeWhole(fsys, filepath.Join(dir, name), data)
	}
	for _, t := range tables {
		data, err := parquetOf(t)
		if err != nil {
			return err
		}
		file, err := write(t.Name+".parquet", data)
		if err != nil {
			return err
		}
		f.resource = append(f.resource, flatResource(file, FlatParquet, infosOf(t.Columns)))
	}
	if _, err := write(viewsName, referenceViews(m, tables)); err != nil {
		return err
	}
	p := packageOf(m, o.Holder)
	p.Name, p.Version = p.Name+"-"+tablesName, m.Release
	if err := f.describeFlat(dir, p); err != nil {
		return err
	}
	return f.removeOthers(dir)
}

// TablesCurrent tells whether the tables beside a dataset are those of its live
// release; so it is where there is none.
func TablesCurrent(fsys spool.FS, root, recipient, dataset string, o FlatOptions) (bool, error) {
	m, err := Live(fsys, root, recipient, dataset)
	if err != nil || m == nil {
		return true, err
	}
	return o.current(fsys, m, filepath.Join(root, recipient, dataset, tablesName), m.Release), nil
}

// parquetOf is a table as a Parquet file; tables are small.
func parquetOf(t territory.Table) ([]byte, error) {
	var out bytes.Buffer
	w, err := table.NewParquetWriter(&out, t.Columns, table.Options{})
	if err != nil {
		return nil, err
	}
	if err := w.Append(t.Rows, 0, t.Rows.Rows()); err != nil {
		return nil, err
	}
	err = w.Close()
	return out.Bytes(), err
}

// writeWhole replaces a file.
func writeWhole(fsys spool.FS, path string, data []byte) error {
	return spool.WriteFile(fsys, path, filePerm, func(w io.Writer) error {
		_, err := w.Write(data)
		return err
	})
}
