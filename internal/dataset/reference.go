package dataset

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"path/filepath"
	"slices"

	"flussi/internal/spool"
	"flussi/internal/table"
	"flussi/internal/territory"
)

// tablesName is the folder of reference tables, beside releases.
const tablesName = "tavole"

// WriteTables puts reference tables beside the releases of a dataset, in
// <root>/<recipient>/<dataset>/tavole: a Parquet file each, replaced by a rename,
// and viste.sql with the views that need them. A table that is not given any more
// is removed. A dataset that has no live release gets none.
func WriteTables(fsys spool.FS, root, recipient, dataset string, tables []territory.Table) error {
	const op = "write reference tables"
	m, err := Live(fsys, root, recipient, dataset)
	if err != nil || m == nil || len(tables) == 0 {
		return err
	}
	if err := makeFolders(fsys, root, recipient, dataset, tablesName); err != nil {
		return fail(op, m.Release, err)
	}
	dir := filepath.Join(root, recipient, dataset, tablesName)
	var names []string
	write := func(name string, data []byte) error {
		names = append(names, name)
		if before, err := readFile(fsys, filepath.Join(dir, name)); err == nil && bytes.Equal(before, data) {
			return nil
		}
		return writeWhole(fsys, filepath.Join(dir, name), data)
	}
	for _, t := range tables {
		data, err := parquetOf(t)
		if err != nil {
			return fail(op, m.Release, err)
		}
		if err := write(t.Name+".parquet", data); err != nil {
			return fail(op, m.Release, err)
		}
	}
	if err := write(viewsName, referenceViews(m, tables)); err != nil {
		return fail(op, m.Release, err)
	}
	entries, err := fsys.ReadDir(dir)
	if err != nil {
		return fail(op, m.Release, err)
	}
	for _, e := range entries {
		if slices.Contains(names, e.Name()) {
			continue
		}
		if err := fsys.Remove(filepath.Join(dir, e.Name())); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fail(op, m.Release, err)
		}
	}
	return fail(op, m.Release, fsys.SyncDir(dir))
}

// TablesCurrent tells whether the tables beside a dataset are those of its live
// release; so it is where there is none.
func TablesCurrent(fsys spool.FS, root, recipient, dataset string) (bool, error) {
	m, err := Live(fsys, root, recipient, dataset)
	if err != nil || m == nil {
		return true, err
	}
	views, err := readFile(fsys, filepath.Join(root, recipient, dataset, tablesName, viewsName))
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return bytes.Contains(views, []byte(releasesName+"/"+m.Release+"/"+viewsName)), fail("read reference tables", m.Release, err)
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
