package ledger

import (
	"context"
	"time"
)

// Moved is how much went over an endpoint.
type Moved struct{ Files, Bytes int64 }

// MovedSince tells how much was taken from an endpoint, by schedules and by hand, and
// sent to it since a moment; what is under way counts too.
func (v view) MovedSince(ctx context.Context, endpoint string, since time.Time) (m Moved, err error) {
	// A place is endpoint:/folder, and ";" follows ":".
	err = v.q.QueryRowContext(ctx, `SELECT count(*), coalesce(sum(size), 0) FROM (
		SELECT size FROM arrivals WHERE endpoint >= ?1 || ':' AND endpoint < ?1 || ';' AND taken_at >= ?2 AND state NOT IN (?3, ?4)
		UNION ALL SELECT size FROM fetches WHERE endpoint >= ?1 || ':' AND endpoint < ?1 || ';' AND changed_at >= ?2 AND state = ?5
		UNION ALL SELECT size FROM deliveries WHERE endpoint = ?1 AND changed_at >= ?2 AND state <> ?6)`,
		endpoint, since.UTC().Format(stampLayout), Left, InPart, Fetched, DeliveryFailed).Scan(&m.Files, &m.Bytes)
	return m, fail("read ledger", "", err)
}
