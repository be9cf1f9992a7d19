package ledger

import (
	"context"
	"time"
)

// ExpectationState is what came of an expectation.
type ExpectationState string

const (
	Waiting   ExpectationState = "waiting"   // a request's day is still to come
	Met       ExpectationState = "met"       // in time
	Missing   ExpectationState = "missing"   // an alarm was raised
	Late      ExpectationState = "late"      // it came after the alarm
	Withdrawn ExpectationState = "withdrawn" // nobody expects it any more
)

// Expectation is an arrival that somebody waits for: of a request from when the
// daemon first reads of it, of a day's files once they are missing.
type Expectation struct {
	Schedule string `json:"schedule"`
	// What is the request's protocol number, or the day.
	What string `json:"what"`
	// Due is when it is late: arrivals from Since on count.
	Due     time.Time        `json:"due"`
	Since   time.Time        `json:"since"`
	AtLeast int              `json:"at_least"`
	Arrived int              `json:"arrived"`
	State   ExpectationState `json:"state"`
	// RemindedAt, RaisedAt and ClosedAt are when the waiting was told, when the
	// alarm was raised, when it was over.
	RemindedAt time.Time `json:"reminded_at,omitzero"`
	RaisedAt   time.Time `json:"raised_at,omitzero"`
	ClosedAt   time.Time `json:"closed_at,omitzero"`
}

// SetExpectation keeps what is known of an expectation.
func (tx *Tx) SetExpectation(ctx context.Context, e Expectation) error {
	_, err := tx.exec(ctx, `INSERT INTO expectations (schedule, what, due, since, at_least, arrived, state, reminded_at, raised_at, closed_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (schedule, what) DO UPDATE SET due = excluded.due, at_least = excluded.at_least,
		arrived = excluded.arrived, state = excluded.state, reminded_at = excluded.reminded_at, raised_at = excluded.raised_at, closed_at = excluded.closed_at`,
		e.Schedule, e.What, stampOf(e.Due), stampOf(e.Since), e.AtLeast, e.Arrived, e.State, stampOf(e.RemindedAt), stampOf(e.RaisedAt), stampOf(e.ClosedAt))
	return fail("note expectation", e.Schedule, err)
}

const selectExpectation = `SELECT schedule, what, due, since, at_least, arrived, state, reminded_at, raised_at, closed_at FROM expectations `

func scanExpectation(row scanner) (e Expectation, err error) {
	err = row.Scan(&e.Schedule, &e.What, stampScan{&e.Due}, stampScan{&e.Since}, &e.AtLeast, &e.Arrived, &e.State,
		stampScan{&e.RemindedAt}, stampScan{&e.RaisedAt}, stampScan{&e.ClosedAt})
	return e, err
}

// Expectation finds what is known of one.
func (v view) Expectation(ctx context.Context, schedule, what string) (Expectation, bool, error) {
	return one(ctx, v, scanExpectation, selectExpectation+`WHERE schedule = ? AND what = ?`, schedule, what)
}

// OpenExpectations lists what is waited for or missing, by due date.
func (v view) OpenExpectations(ctx context.Context) ([]Expectation, error) {
	return all(ctx, v, scanExpectation, selectExpectation+`WHERE state IN ('waiting', 'missing') ORDER BY due, schedule`)
}

// Arrived counts the files of a schedule that came since an instant: whole, and
// not the same as one that came before.
func (v view) Arrived(ctx context.Context, schedule string, since time.Time) (int, error) {
	count := func(row scanner) (n int, err error) { err = row.Scan(&n); return n, err }
	n, _, err := one(ctx, v, count,
		`SELECT count(*) FROM runs JOIN arrivals ON arrivals.run = runs.id
		WHERE runs.schedule = ? AND arrivals.received_at >= ? AND arrivals.received_at <> '' AND arrivals.state <> 'duplicate'`, schedule, stampOf(since))
	return n, err
}
