package dataset

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"flussi/internal/anonymize"
	"flussi/internal/flusso"
	"flussi/internal/table"
)

// RowColumn names a row: in identified datasets it is the same for the same record
// of one recipient and dataset, whichever release shows it.
const RowColumn = "riga"

// Withdraw takes out of this release the rows of the live one that these names
// stand for, in its column riga: their records were cancelled. That a name is of no
// row is no error: its record was outside the recipient's territory. Rows that are
// appended stay, under whatever name: they came after. It is for datasets whose
// rows have names that last, and is called once, before Finish.
func (r *Release) Withdraw(names map[string]bool) { r.names = names }

// WithdrawAlike takes out of this release so many rows of the live one of each key,
// of those that came with these releases: the first that there are, for those of one
// key say the same. All must be there. It is for datasets whose rows have no names
// that last, and is called once, before Finish.
func (r *Release) WithdrawAlike(rows map[anonymize.RowKey]int64, releases map[string]bool, namer *anonymize.RowNamer) {
	r.alike = &alike{rows, releases, namer}
}

type alike struct {
	rows     map[anonymize.RowKey]int64
	releases map[string]bool
	namer    *anonymize.RowNamer
}

// Anew has the release made though it may have the rows of the live one: what is told
// of them is another.
func (r *Release) Anew() { r.anew = true }

// withdrawn finds the rows to take out: by part, their numbers from 0, ascending.
func (r *Release) withdrawn(ctx context.Context) (map[string][]int64, error) {
	out := map[string][]int64{}
	if len(r.names) > 0 {
		err := r.pick(ctx, out, []string{RowColumn}, func(File) bool { return true }, func(c *table.Chunk, row int) bool {
			return r.names[string(c.Columns[0].Text(row))]
		})
		if err != nil {
			return nil, err
		}
	}
	if r.alike == nil {
		return out, nil
	}
	left := maps.Clone(r.alike.rows)
	has := func(f File) bool {
		return slices.ContainsFunc(f.Increments, func(s Share) bool { return r.alike.releases[s.Release] })
	}
	err := r.pick(ctx, out, append([]string{IncrementColumn}, r.alike.namer.Columns()...), has, func(c *table.Chunk, row int) bool {
		if !r.alike.releases[string(c.Columns[0].Text(row))] {
			return false
		}
		key := r.alike.namer.Name(c, row)
		if left[key] == 0 {
			return false
		}
		left[key]--
		return true
	})
	for _, n := range left {
		if n > 0 && err == nil {
			err = refuse("withdraw rows", r.target.ReleaseID, flusso.Internal, textImbalance, hintDefect, errors.New("rows to be taken out are not there"))
		}
	}
	return out, err
}

// pick adds to out the rows of some parts that are wanted, looked at in order.
func (r *Release) pick(ctx context.Context, out map[string][]int64, columns []string, from func(File) bool, wanted func(c *table.Chunk, row int) bool) error {
	for _, f := range r.previous.parts() {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if !from(f) {
			continue
		}
		at := int64(0)
		err := readColumns(r.fs, r.from(f), f.Bytes, columns, func(chunk *table.Chunk) error {
			for row := range chunk.Rows() {
				if wanted(chunk, row) {
					out[f.Path] = append(out[f.Path], at+int64(row))
				}
			}
			at += int64(chunk.Rows())
			return nil
		})
		if err != nil {
			return fmt.Errorf("%s: %w", f.Path, err)
		}
	}
	return nil
}
