package ledger

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Policy of this file: every change of state of an arrival, a delivery or a
// fetch by hand is decided here, in the statement that makes it: a row moves
// only out of a state that the table of transitions lets it leave. Many rows
// move as one does; one that may not stops them all.

// machine is a table whose rows have a state, and the transitions there are.
type machine[S ~string] struct {
	table string
	moves map[S][]S
}

// row is a row that moves on: its number, and what else of it changes.
type row []any

// advance moves rows to a state and notes why; the values of each after its
// number go into columns. An error names the first row that is not there or may
// not leave its state; the transaction must be given up then. (One statement for
// all rows, UPDATE ... FROM (VALUES ...), reads the whole table instead.)
func advance[S ~string](ctx context.Context, tx *Tx, op string, m machine[S], to S, reason string, columns []string, rows ...row) error {
	head, from := row{to, reason, tx.stamp()}, row{}
	for state, allowed := range m.moves {
		if slices.Contains(allowed, to) {
			from = append(from, state)
		}
	}
	query := `UPDATE ` + m.table + ` SET state = ?, reason = ?, changed_at = ?`
	for _, c := range columns {
		query += `, ` + c + ` = ?`
	}
	query += ` WHERE id = ? AND (0` + strings.Repeat(" OR state = ?", len(from)) + `)` // for IN a table would be built each time
	for _, r := range rows {
		id := fmt.Sprint(r[0])
		done, err := tx.exec(ctx, query, slices.Concat(head, r[1:], r[:1], from)...)
		if err != nil {
			return fail(op, id, err)
		}
		if n, err := done.RowsAffected(); err != nil {
			return fail(op, id, err)
		} else if n == 1 {
			continue
		}
		var state S
		err = tx.QueryRowContext(ctx, `SELECT state FROM `+m.table+` WHERE id = ?`, r[0]).Scan(&state)
		if errors.Is(err, sql.ErrNoRows) {
			return unknown(op, id)
		}
		return fail(op, id, cmp.Or(err, illegal(op, id, string(state), string(to))))
	}
	return nil
}
