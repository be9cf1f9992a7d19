package ledger

import (
	"context"
	"time"
)

// Standing is how far a schedule has come, for the daemon: kept here so that it
// knows after a restart, or a long time off, what was due meanwhile.
type Standing struct {
	Schedule string `json:"schedule"`
	// Settled is the last of its times that is over: each up to it was run, or
	// made up for by a run of a later one.
	Settled time.Time `json:"settled"`
	// Times are the schedule's own words for them, as they were last; "" when it had
	// none.
	Times string `json:"times,omitempty"`
	// Attempts counts the runs that failed since, in a row; NotBefore is when
	// the next may begin.
	Attempts  int       `json:"attempts,omitzero"`
	NotBefore time.Time `json:"not_before,omitzero"`
	// Blocked is a code for what holds it up; "" when nothing does. Since is
	// from when.
	Blocked string    `json:"blocked,omitempty"`
	Since   time.Time `json:"since,omitzero"`
	// Watched is up to when it was judged whether what it expects had come.
	Watched   time.Time `json:"watched"`
	ChangedAt time.Time `json:"changed_at"`
}

// SetStanding keeps where a schedule stands. Settled is not moved where it is
// known already: that is for the end of a run, or for Resettle.
func (tx *Tx) SetStanding(ctx context.Context, s Standing) error {
	_, err := tx.exec(ctx, `INSERT INTO standings (schedule, settled, attempts, not_before, blocked, since, watched, times, changed_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (schedule) DO UPDATE SET attempts = excluded.attempts,
		not_before = excluded.not_before, blocked = excluded.blocked, since = excluded.since, watched = excluded.watched, times = excluded.times, changed_at = excluded.changed_at`,
		s.Schedule, stampOf(s.Settled), s.Attempts, stampOf(s.NotBefore), s.Blocked, stampOf(s.Since), stampOf(s.Watched), s.Times, tx.stamp())
	return fail("note standing", s.Schedule, err)
}

// Resettle moves what is settled to an instant: the clock was far ahead, or the
// schedule has other times.
func (tx *Tx) Resettle(ctx context.Context, schedule string, to time.Time) error {
	_, err := tx.exec(ctx, `UPDATE standings SET settled = ?, changed_at = ? WHERE schedule = ?`, stampOf(to), tx.stamp(), schedule)
	return fail("note standing", schedule, err)
}

// settle says that a run has done what was due, in the transaction that ends it.
func (tx *Tx) settle(ctx context.Context, id RunID) error {
	_, err := tx.exec(ctx, `UPDATE standings SET settled = runs.due, attempts = 0, not_before = '', blocked = '', since = '', changed_at = ?
		FROM runs WHERE runs.id = ? AND standings.schedule = runs.schedule AND standings.settled < runs.due`, tx.stamp(), id)
	return err
}

// Standings lists where the schedules stand that a daemon has seen, by name.
func (v view) Standings(ctx context.Context) ([]Standing, error) {
	scan := func(row scanner) (s Standing, err error) {
		err = row.Scan(&s.Schedule, stampScan{&s.Settled}, &s.Attempts, stampScan{&s.NotBefore}, &s.Blocked, stampScan{&s.Since}, stampScan{&s.Watched}, &s.Times, stampScan{&s.ChangedAt})
		return s, err
	}
	return all(ctx, v, scan, `SELECT schedule, settled, attempts, not_before, blocked, since, watched, times, changed_at FROM standings ORDER BY schedule`)
}

// stampOf is a time as it is kept; the zero time is "".
func stampOf(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(stampLayout)
}
