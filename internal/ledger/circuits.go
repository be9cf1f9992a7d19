package ledger

import (
	"context"
	"time"
)

// Circuit is an endpoint that did not answer lately, or refused us (see sftp.Breaker): kept
// here so that runs of a timer, each a process of its own, share what they
// learnt. An endpoint without a row let us in when it was last called.
type Circuit struct {
	Endpoint  string    `json:"endpoint"`
	Failures  int       `json:"failures"`         // in a row
	Refused   int       `json:"refused,omitzero"` // logins in a row
	OpenUntil time.Time `json:"open_until,omitzero"`
	ChangedAt time.Time `json:"changed_at"`
}

// longestRest is more than any endpoint is ever left alone for: what lies further ahead was
// entered while the clock was wrong.
const longestRest = 26 * time.Hour

// Rests tells whether the endpoint is left alone at an instant.
func (c Circuit) Rests(at time.Time) bool {
	return at.Before(c.OpenUntil) && !c.OpenUntil.After(at.Add(longestRest))
}

// SetCircuit keeps what is known of an endpoint now; without failures and
// refusals there is nothing to keep.
func (tx *Tx) SetCircuit(ctx context.Context, c Circuit) error {
	if c.Failures == 0 && c.Refused == 0 {
		_, err := tx.exec(ctx, `DELETE FROM circuits WHERE endpoint = ?`, c.Endpoint)
		return fail("note endpoint", c.Endpoint, err)
	}
	_, err := tx.exec(ctx, `INSERT INTO circuits (endpoint, failures, refused, open_until, changed_at) VALUES (?, ?, ?, ?, ?)
		ON CONFLICT (endpoint) DO UPDATE SET failures = excluded.failures, refused = excluded.refused, open_until = excluded.open_until, changed_at = excluded.changed_at`,
		c.Endpoint, c.Failures, c.Refused, stampOf(c.OpenUntil), tx.stamp())
	return fail("note endpoint", c.Endpoint, err)
}

const selectCircuit = `SELECT endpoint, failures, refused, open_until, changed_at FROM circuits `

func scanCircuit(row scanner) (c Circuit, err error) {
	err = row.Scan(&c.Endpoint, &c.Failures, &c.Refused, stampScan{&c.OpenUntil}, stampScan{&c.ChangedAt})
	return c, err
}

// Circuit finds what is known of an endpoint; not found: it answered.
func (v view) Circuit(ctx context.Context, endpoint string) (Circuit, bool, error) {
	return one(ctx, v, scanCircuit, selectCircuit+`WHERE endpoint = ?`, endpoint)
}

// Circuits lists the endpoints that did not answer or refused us, by name.
func (v view) Circuits(ctx context.Context) ([]Circuit, error) {
	return all(ctx, v, scanCircuit, selectCircuit+`ORDER BY endpoint`)
}
