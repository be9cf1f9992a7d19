package ledger

import (
	"context"
	"errors"
	"time"
)

var errEnough = errors.New("enough")

// Policy of this file: at the end of their term the details of what came and went go, and
// what keeps a file from being taken or sent twice stays: keyed hashes, sizes, states. What
// is not over (set aside, in doubt, lost, on its way) loses nothing, whatever its age; and of
// each schedule the last run stays.

// Details counts what is forgotten of what came and went.
type Details struct {
	Names        int64 // masked ones, of arrivals and deliveries
	Persons      int64 // runs that no longer say who answered for them; the audit log has its own term
	Runs         int64 // that moved nothing, and are gone
	Fetches      int64 // by hand
	Esiti        int64
	Expectations int64
}

// Total is their sum.
func (d Details) Total() int64 {
	return d.Names + d.Persons + d.Runs + d.Fetches + d.Esiti + d.Expectations
}

// Counts are for the audit log; what is zero is left out.
func (d Details) Counts() map[string]int64 {
	counts := map[string]int64{}
	for name, n := range map[string]int64{"names": d.Names, "persons": d.Persons, "runs": d.Runs, "fetches": d.Fetches, "esiti": d.Esiti, "expectations": d.Expectations} {
		if n > 0 {
			counts[name] = n
		}
	}
	return counts
}

// runsStep bounds how many runs go at once: each is looked for in tables without an index.
const runsStep = 200

// details are the changes, each with what it is counted as; ?1 is the end of the term.
var details = []struct {
	of     func(*Details) *int64
	table  string
	where  string
	change string
}{
	{func(d *Details) *int64 { return &d.Names }, "arrivals",
		`masked_name <> '' AND changed_at < ?1 AND state IN ('relayed', 'processed', 'duplicate', 'purged', 'left')`, `UPDATE arrivals SET masked_name = ''`},
	{func(d *Details) *int64 { return &d.Names }, "deliveries",
		`masked_target <> '' AND changed_at < ?1 AND state = 'sent'`, `UPDATE deliveries SET masked_target = ''`},
	{func(d *Details) *int64 { return &d.Fetches }, "fetches",
		`changed_at < ?1 AND state IN ('fetched', 'failed')`, `DELETE FROM fetches`},
	{func(d *Details) *int64 { return &d.Esiti }, "esiti", `read_at < ?1`, `DELETE FROM esiti`},
	{func(d *Details) *int64 { return &d.Expectations }, "expectations", `closed_at <> '' AND closed_at < ?1`, `DELETE FROM expectations`},
	{func(d *Details) *int64 { return &d.Runs }, "runs", `id IN (` + idle + `)`, `DELETE FROM runs`},
	{func(d *Details) *int64 { return &d.Persons }, "runs",
		`outcome <> '' AND ended_at < ?1 AND operator || login <> '' AND id NOT IN (` + idle + `)`, `UPDATE runs SET operator = '', login = ''`},
}

// idle are runs that moved nothing.
const idle = `SELECT id FROM runs WHERE outcome <> '' AND ended_at < ?1
	AND id NOT IN (SELECT run FROM arrivals UNION SELECT run FROM releases UNION SELECT run FROM deliveries UNION SELECT run FROM fetches UNION SELECT run FROM moving)
	AND id NOT IN (SELECT max(id) FROM runs GROUP BY schedule) ORDER BY id LIMIT ?2`

// DetailsBefore counts what ForgetDetails would forget.
func (v view) DetailsBefore(ctx context.Context, before time.Time) (d Details, err error) {
	for _, one := range details {
		var n int64
		args := []any{before.UTC().Format(stampLayout)}
		if one.table == "runs" {
			args = append(args, -1)
		}
		if err := v.q.QueryRowContext(ctx, `SELECT count(*) FROM `+one.table+` WHERE `+one.where, args...).Scan(&n); err != nil {
			return d, fail("read ledger", "", err)
		}
		*one.of(&d) += n
	}
	return d, nil
}

// ForgetDetails forgets the details of what was over before; of runs that moved nothing, a
// number at a time. Who calls it enters in the audit log what it gives.
func (tx *Tx) ForgetDetails(ctx context.Context, before time.Time) (d Details, err error) {
	for _, one := range details {
		args := []any{before.UTC().Format(stampLayout)}
		if one.table == "runs" {
			args = append(args, runsStep)
		}
		result, err := tx.exec(ctx, one.change+` WHERE `+one.where, args...)
		if err != nil {
			return d, fail("forget details", "", err)
		}
		n, err := result.RowsAffected()
		if err != nil {
			return d, fail("forget details", "", err)
		}
		*one.of(&d) += n
	}
	return d, nil
}

// EntriesBefore counts the entries whose contents RemoveEntries would remove.
func (v view) EntriesBefore(ctx context.Context, before time.Time, limit int64) (n int64, err error) {
	var from int64
	if err := v.q.QueryRowContext(ctx, `SELECT pruned FROM audit_tree`).Scan(&from); err != nil {
		return 0, fail("audit", "", err)
	}
	err = v.EachEntry(ctx, from, func(l Logged) error {
		if l.Index >= limit || !l.Entry.Time.Before(before) {
			return errEnough
		}
		n++
		return nil
	})
	if errors.Is(err, errEnough) {
		err = nil
	}
	return n, err
}
