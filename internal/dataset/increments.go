package dataset

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"path"
	"path/filepath"
	"slices"

	"flussi/internal/spool"
	"flussi/internal/table"
)

// Rows of several increments may stand in one part, sorted together (see
// compact.go): which one a row came with, its column incremento says.

// addedRows are the rows that some releases added, as another release has them.
type addedRows struct {
	fs        spool.FS
	m         *Manifest
	releases  []string
	partition string   // the folder of one; empty for all
	names     []string // of the columns to read
}

// each hands the rows on in runs of one increment, part by part. The chunk has the
// columns asked for and, behind them, the increment.
func (a *addedRows) each(ctx context.Context, f func(chunk *table.Chunk, from, to int)) error {
	names := append(slices.Clone(a.names), IncrementColumn)
	for _, part := range a.m.parts() {
		if a.partition != "" && path.Dir(part.Path) != a.partition || !slices.ContainsFunc(a.releases, func(r string) bool { return part.of(r) > 0 }) {
			continue
		}
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		err := readColumns(a.fs, filepath.Join(a.m.Dir, filepath.FromSlash(part.Path)), part.Bytes, names, func(chunk *table.Chunk) error {
			eachRun(chunk, len(a.names), 0, chunk.Rows(), func(release []byte, from, to int) {
				if slices.Contains(a.releases, string(release)) {
					f(chunk, from, to)
				}
			})
			return nil
		})
		if err != nil {
			return fmt.Errorf("%s: %w", part.Path, err)
		}
	}
	return nil
}

// eachRun cuts rows of a chunk into runs of those that a column, of texts, calls
// the same.
func eachRun(chunk *table.Chunk, column, first, last int, f func(text []byte, from, to int)) {
	v := &chunk.Columns[column]
	for from := first; from < last; {
		text, to := v.Text(from), from+1
		if v.Vocabulary() != nil {
			for to < last && v.Code(to) == v.Code(from) && v.Null[to] == v.Null[from] {
				to++
			}
		} else {
			for to < last && bytes.Equal(v.Text(to), text) {
				to++
			}
		}
		f(text, from, to)
		from = to
	}
}

// shares puts rows by increment in the order of the increments.
func (r *Release) shares(came map[string]int64) (shares []Share) {
	put := func(release string) {
		if n := came[release]; n > 0 {
			shares = append(shares, Share{release, n})
		}
	}
	if r.previous != nil {
		for _, i := range r.previous.Increments {
			put(i.Release)
		}
	}
	put(r.target.ReleaseID)
	return shares
}

// readColumns reads single columns of a part.
func readColumns(fsys spool.FS, name string, size int64, columns []string, f func(*table.Chunk) error) (err error) {
	file, err := fsys.Open(name)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	return table.ReadParquetRows(file, size, columns, f)
}
