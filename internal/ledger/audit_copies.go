package ledger

import (
	"context"
	"time"
)

// Copy is how far one place away from this host has the log.
type Copy struct {
	Place string // its name in the configuration
	// Size is how many entries it has, Note the last checkpoint it took.
	Size int64
	Note []byte
	// Failures counts the tries since it last took something; Reason is a code.
	Failures  int64
	Reason    string
	ChangedAt time.Time // of the last try
}

// Copies lists the places that were ever written to, or tried.
func (v view) Copies(ctx context.Context) ([]Copy, error) {
	return all(ctx, v, scanCopy, `SELECT place, size, note, failures, reason, changed_at FROM audit_copies ORDER BY place`)
}

// CopyAt finds one of them.
func (v view) CopyAt(ctx context.Context, place string) (Copy, bool, error) {
	return one(ctx, v, scanCopy, `SELECT place, size, note, failures, reason, changed_at FROM audit_copies WHERE place = ?`, place)
}

func scanCopy(row scanner) (c Copy, err error) {
	return c, row.Scan(&c.Place, &c.Size, &c.Note, &c.Failures, &c.Reason, stampScan{&c.ChangedAt})
}

// SetCopy enters what a place has now; the time is the ledger's.
func (tx *Tx) SetCopy(ctx context.Context, c Copy) error {
	_, err := tx.exec(ctx, `INSERT INTO audit_copies (place, size, note, failures, reason, changed_at) VALUES (?, ?, ?, ?, ?, ?)
		ON CONFLICT (place) DO UPDATE SET size = excluded.size, note = excluded.note, failures = excluded.failures, reason = excluded.reason, changed_at = excluded.changed_at`,
		c.Place, c.Size, append([]byte{}, c.Note...), c.Failures, c.Reason, tx.stamp())
	return fail("enter copy", c.Place, err)
}
