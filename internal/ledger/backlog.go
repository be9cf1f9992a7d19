package ledger

import "context"

// Backlog is how many files of a schedule are in one state.
type Backlog struct {
	Schedule string       `json:"schedule"`
	State    ArrivalState `json:"state"`
	Files    int          `json:"files"`
}

// Backlog counts the files with which something is still to be done, and those
// that are processed, which some schedules pass on and some do not.
func (v view) Backlog(ctx context.Context) ([]Backlog, error) {
	scan := func(row scanner) (b Backlog, err error) {
		err = row.Scan(&b.Schedule, &b.State, &b.Files)
		return b, err
	}
	return all(ctx, v, scan, `SELECT runs.schedule, arrivals.state, count(*) FROM arrivals JOIN runs ON runs.id = arrivals.run
		WHERE arrivals.state IN ('in_part', 'received', 'accepted', 'processed', 'quarantined') GROUP BY 1, 2 ORDER BY 1, 2`)
}

// Doubt is something of which nobody knows what became of it, or that is lost.
type Doubt struct {
	Object string `json:"object"` // "arrival 7", "delivery 7", "fetch 7"
	State  string `json:"state"`  // in_doubt, or lost_in_transit
}

// Doubts lists them: a person decides.
func (v view) Doubts(ctx context.Context) ([]Doubt, error) {
	scan := func(row scanner) (d Doubt, err error) {
		err = row.Scan(&d.Object, &d.State)
		return d, err
	}
	return all(ctx, v, scan, `SELECT 'arrival ' || id, state FROM arrivals WHERE state IN ('in_doubt', 'lost_in_transit')
		UNION ALL SELECT 'delivery ' || id, state FROM deliveries WHERE state = 'in_doubt'
		UNION ALL SELECT 'fetch ' || id, state FROM fetches WHERE state = 'in_doubt'`)
}
