package ledger

import (
	"context"
	"time"
)

// MovingID numbers the transfers under way.
type MovingID int64

// Moving is a transfer under way, as far as it had come a moment ago. It is
// for whoever looks; nothing is decided by it.
type Moving struct {
	ID         MovingID  `json:"id"`
	Run        RunID     `json:"run"`
	Endpoint   string    `json:"endpoint"`
	Direction  string    `json:"direction"` // in, out
	MaskedName string    `json:"name"`
	Held       int64     `json:"held"`  // bytes of an earlier transfer that it goes on from
	Done       int64     `json:"bytes"` // with those
	Total      int64     `json:"total"`
	BegunAt    time.Time `json:"begun_at"`
	ChangedAt  time.Time `json:"changed_at"`
}

// SetMoving notes how far a transfer has come; a zero ID begins one, which
// began at BegunAt.
func (tx *Tx) SetMoving(ctx context.Context, m Moving) (MovingID, error) {
	now := tx.stamp()
	if m.ID == 0 {
		id, err := tx.insert(ctx, `INSERT INTO moving (run, endpoint, direction, masked_name, held, done, total, begun_at, changed_at)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`, m.Run, m.Endpoint, m.Direction, m.MaskedName, m.Held, m.Done, m.Total, m.BegunAt.UTC().Format(stampLayout), now)
		return MovingID(id), fail("note progress", m.Endpoint, err)
	}
	_, err := tx.exec(ctx, `UPDATE moving SET done = ?, changed_at = ? WHERE id = ?`, m.Done, now, m.ID)
	return m.ID, fail("note progress", m.Endpoint, err)
}

// EndMoving forgets a transfer that is over; 0: all of them, at start.
func (tx *Tx) EndMoving(ctx context.Context, id MovingID) error {
	_, err := tx.exec(ctx, `DELETE FROM moving WHERE ?1 = 0 OR id = ?1`, id)
	return fail("note progress", "", err)
}

// Moving lists the transfers under way, oldest first.
func (v view) Moving(ctx context.Context) ([]Moving, error) {
	scan := func(row scanner) (m Moving, err error) {
		err = row.Scan(&m.ID, &m.Run, &m.Endpoint, &m.Direction, &m.MaskedName, &m.Held, &m.Done, &m.Total, stampScan{&m.BegunAt}, stampScan{&m.ChangedAt})
		return m, err
	}
	return all(ctx, v, scan, `SELECT id, run, endpoint, direction, masked_name, held, done, total, begun_at, changed_at FROM moving ORDER BY id`)
}
