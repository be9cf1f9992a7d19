package ledger

import (
	"context"
	"time"
)

// Policy of this file: what whoever watches the house counts, asked every few seconds:
// totals by a few words each, never a row of anybody's.

// RunTally is all runs of a schedule, or by hand, that came to one end. Runs that only
// looked (dry runs) do not count.
type RunTally struct {
	Schedule string
	Outcome  Outcome // "" under way
	Runs     int64
	RunCounts
	// EndedAt is the end of the last, Took how long it took.
	EndedAt time.Time
	Took    time.Duration
}

// RunTallies lists them, by schedule and outcome.
func (v view) RunTallies(ctx context.Context) ([]RunTally, error) {
	scan := func(row scanner) (t RunTally, err error) {
		var begun time.Time
		err = row.Scan(&t.Schedule, &t.Outcome, &t.Runs, &t.Arrivals, &t.Records, &t.Accepted, &t.Rejected, &t.Duplicates, &t.Releases, &t.Deliveries,
			stampScan{&t.EndedAt}, stampScan{&begun})
		if !t.EndedAt.IsZero() {
			t.Took = t.EndedAt.Sub(begun)
		}
		return t, err
	}
	// With max() the bare column is that of the row which has the greatest.
	return all(ctx, v, scan, `SELECT schedule, outcome, count(*), sum(arrivals), sum(records), sum(accepted), sum(rejected), sum(duplicates), sum(releases), sum(deliveries),
		max(ended_at), begun_at FROM runs WHERE dry_run = 0 GROUP BY schedule, outcome ORDER BY schedule, outcome`)
}

// StateTally is how many rows are in a state.
type StateTally struct {
	State string
	Rows  int64
}

func scanStateTally(row scanner) (t StateTally, err error) {
	return t, row.Scan(&t.State, &t.Rows)
}

// ArrivalTallies counts the files that ever came, by state.
func (v view) ArrivalTallies(ctx context.Context) ([]StateTally, error) {
	return all(ctx, v, scanStateTally, `SELECT state, count(*) FROM arrivals GROUP BY state ORDER BY state`)
}

// DeliveryTallies counts the deliveries there ever were, by state.
func (v view) DeliveryTallies(ctx context.Context) ([]StateTally, error) {
	return all(ctx, v, scanStateTally, `SELECT state, count(*) FROM deliveries GROUP BY state ORDER BY state`)
}

// LiveRelease says since when a dataset is as it is.
type LiveRelease struct {
	Recipient, Dataset string
	PublishedAt        time.Time
}

// LiveReleases lists the datasets that have a live release.
func (v view) LiveReleases(ctx context.Context) ([]LiveRelease, error) {
	scan := func(row scanner) (r LiveRelease, err error) {
		return r, row.Scan(&r.Recipient, &r.Dataset, stampScan{&r.PublishedAt})
	}
	return all(ctx, v, scan, `SELECT recipient, dataset, published_at FROM releases WHERE state = 'live' ORDER BY recipient, dataset`)
}
