package dataset

import (
	"context"
	"fmt"

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

// withdrawn finds the rows to take out: by part, their numbers from 0, ascending.
func (r *Release) withdrawn(ctx context.Context) (map[string][]int64, error) {
	out := map[string][]int64{}
	if len(r.names) == 0 {
		return out, nil
	}
	for _, f := range r.previous.parts() {
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		at := int64(0)
		err := readColumns(r.fs, r.from(f), f.Bytes, []string{RowColumn}, func(chunk *table.Chunk) error {
			v := &chunk.Columns[0]
			for row := range chunk.Rows() {
				if r.names[string(v.Text(row))] {
					out[f.Path] = append(out[f.Path], at+int64(row))
				}
			}
			at += int64(chunk.Rows())
			return nil
		})
		if err != nil {
			return nil, fmt.Errorf("%s: %w", f.Path, err)
		}
	}
	return out, nil
}
