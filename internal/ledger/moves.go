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

// row is the values of one row.
type row []any

// rowsTogether go in one statement, which is parsed once a transaction.
const rowsTogether = 64

// advance moves rows to a state and notes why. The first value of each is its
// number, the others go into columns. After an error, which names the first row
// that is not there or may not leave its state, the transaction must be given up.
func advance[S ~string](ctx context.Context, tx *Tx, op string, m machine[S], to S, reason string, columns []string, rows ...row) error {
	head, from := row{to, reason, tx.stamp()}, row{}
	for state, allowed := range m.moves {
		if slices.Contains(allowed, to) {
			from = append(from, state)
		}
	}
	if len(from) == 0 {
		return misplaced(ctx, tx, op, m, to, rows)
	}
	set := ""
	for i, c := range columns {
		set += fmt.Sprintf(", %s = new.column%d", c, i+2)
	}
	for part := range slices.Chunk(rows, rowsTogether) {
		args := slices.Concat(head, slices.Concat(part...), from)
		done, err := tx.exec(ctx, `UPDATE `+m.table+` SET state = ?, reason = ?, changed_at = ?`+set+
			` FROM (VALUES `+places(len(part), 1+len(columns))+`) AS new
			WHERE id = new.column1 AND state IN `+places(1, len(from)), args...)
		if err != nil {
			return fail(op, "", err)
		}
		if n, err := done.RowsAffected(); err != nil {
			return fail(op, "", err)
		} else if n != int64(len(part)) {
			return misplaced(ctx, tx, op, m, to, part)
		}
	}
	return nil
}

// misplaced is the error of rows that could not all be moved.
func misplaced[S ~string](ctx context.Context, tx *Tx, op string, m machine[S], to S, rows []row) error {
	var there error // in that state before, unless it was moved just now
	for _, r := range rows {
		id, state := fmt.Sprint(r[0]), S("")
		err := tx.QueryRowContext(ctx, `SELECT state FROM `+m.table+` WHERE id = ?`, r[0]).Scan(&state)
		switch {
		case errors.Is(err, sql.ErrNoRows):
			return unknown(op, id)
		case err != nil:
			return fail(op, id, err)
		case state == to:
			there = cmp.Or(there, illegal(op, id, string(state), string(to)))
		case !slices.Contains(m.moves[state], to):
			return illegal(op, id, string(state), string(to))
		}
	}
	return cmp.Or(there, illegal(op, "", "?", string(to)))
}

// insertAll adds rows and gives the number of the first: those of a table that
// counts its rows follow each other. into is INSERT INTO ... (columns) VALUES.
func (tx *Tx) insertAll(ctx context.Context, into string, rows []row) (first int64, err error) {
	for part := range slices.Chunk(rows, rowsTogether) {
		done, err := tx.exec(ctx, into+places(len(part), len(part[0])), slices.Concat(part...)...)
		if err != nil {
			return 0, err
		}
		last, err := done.LastInsertId()
		if err != nil {
			return 0, err
		}
		if first == 0 {
			first = last - int64(len(part)) + 1
		}
	}
	return first, nil
}

// places are the placeholders of rows of so many values.
func places(rows, values int) string {
	one := "(" + strings.Repeat(", ?", values)[2:] + ")"
	return one + strings.Repeat(", "+one, rows-1)
}
