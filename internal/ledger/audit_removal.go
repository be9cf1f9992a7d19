package ledger

import (
	"context"
	"errors"
	"time"

	"flussi/internal/flusso"
)

// Policy of this file: at the end of its term an entry's contents go, and its
// hash stays, so that the tree, every checkpoint ever made of it and every entry
// that somebody was handed still verify. What goes is a stretch from the log's
// beginning, and an entry says which: nothing else may be without contents.

// LogMonths are how long an entry is kept, and the least it may be: the terms of
// the Garante for the log of accesses (provv. 2/7/2015 n. 393; 24 months unless
// the agreement says otherwise, never below six).
const (
	LogMonths      = 24
	LeastLogMonths = 6
)

// leastLogTerm is the shortest that LeastLogMonths can be, and a day: months are counted by the
// calendar, and a day later need not be a day later six months ago.
const leastLogTerm = 180 * 24 * time.Hour

// removalStep bounds what one transaction removes.
const removalStep = 20_000

// RemoveEntries removes the contents of the entries from the first one that has
// any, as long as they are older than before and below limit, and says so in the
// log, on behalf of whom by names. It gives how many it removed. Internal when
// before is less than LeastLogMonths ago. What it removed is not in the file any
// more: SQLite overwrites it.
func (l *Ledger) RemoveEntries(ctx context.Context, before time.Time, limit int64, by Entry) (removed int64, err error) {
	if l.now().Sub(before) < leastLogTerm {
		return 0, &flusso.Error{Op: "remove audit entries", Kind: flusso.Internal, What: textTermTooShort}
	}
	for {
		var n int64
		err := l.Update(ctx, func(tx *Tx) (err error) { n, err = tx.removeEntries(ctx, before, limit, by); return err })
		if err != nil {
			return removed, err
		}
		if removed += n; n < removalStep {
			break
		}
	}
	if removed > 0 {
		err = l.forgetLog(ctx)
	}
	return removed, err
}

func (tx *Tx) removeEntries(ctx context.Context, before time.Time, limit int64, by Entry) (int64, error) {
	from, to, err := tx.over(ctx, before, limit)
	if err != nil || from == to {
		return 0, err
	}
	by.Event, by.Object, by.Outcome = LogRemoval, "audit", "before "+before.UTC().Format(stampLayout)
	by.Counts = map[string]int64{"from": from, "to": to}
	if _, err := tx.Append(ctx, by); err != nil {
		return 0, err
	}
	tx.log.removed = to
	return to - from, nil
}

// over gives the stretch of entries with contents whose time is up.
func (v view) over(ctx context.Context, before time.Time, limit int64) (from, to int64, err error) {
	if err := v.q.QueryRowContext(ctx, `SELECT pruned FROM audit_tree`).Scan(&from); err != nil {
		return 0, 0, fail("audit", "", err)
	}
	rows, err := v.q.QueryContext(ctx, `SELECT seq, entry FROM audit WHERE seq >= ? AND seq < ? ORDER BY seq LIMIT ?`, from, limit, removalStep)
	if err != nil {
		return 0, 0, fail("audit", "", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for to = from; rows.Next(); to++ {
		var seq int64
		var stored []byte
		if err := rows.Scan(&seq, &stored); err != nil {
			return 0, 0, fail("audit", "", err)
		}
		e, err := readEntry(stored)
		if err != nil || seq != to {
			return 0, 0, tampered(errors.New("the entries to remove are not readable"))
		}
		if !e.Time.Before(before) {
			break
		}
	}
	return from, to, fail("audit", "", rows.Err())
}

// forgetLog takes what was removed out of the WAL too. Where a reader holds it,
// the next time does.
func (l *Ledger) forgetLog(ctx context.Context) error {
	select {
	case l.turn <- struct{}{}:
		defer func() { <-l.turn }()
	case <-ctx.Done():
		return fail("write ledger", "", context.Cause(ctx))
	}
	_, err := l.prepared.conn.ExecContext(ctx, `PRAGMA wal_checkpoint(TRUNCATE)`)
	return l.fail("write ledger", err)
}

// removalMark is in an entry that removes others, and in no other: in the text of
// a field its quotes would be escaped.
var removalMark = []byte(`"event":"` + string(LogRemoval) + `"`)

// removalOf gives the index below which an entry removes contents. It errs when
// the entry removes what was not old enough.
func removalOf(stored []byte) (to int64, err error) {
	e, err := readEntry(stored)
	if err != nil {
		return 0, err
	}
	before, err := time.Parse("before "+stampLayout, e.Outcome)
	if err != nil || e.Time.Sub(before) < leastLogTerm {
		return 0, errors.New("not old enough")
	}
	return e.Counts["to"], nil
}
