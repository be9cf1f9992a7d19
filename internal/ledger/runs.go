package ledger

import (
	"cmp"
	"context"
	"strconv"
	"time"

	"flussi/internal/flusso"
)

// RunID numbers the runs of a ledger, from 1.
type RunID int64

// Outcome is how a run ended. Before its end a run has none.
type Outcome string

const (
	Done    Outcome = "done"
	Partial Outcome = "partial" // records rejected, or a recipient not served
	Failed  Outcome = "failed"
	// Interrupted: the process ended before the run did; the next start finds
	// it in OpenRuns.
	Interrupted Outcome = "interrupted"
)

// HostKeyRefused is the reason of a run that met a server which is not who it should be.
const HostKeyRefused = "host key"

// Run is one execution of one schedule, or of one command by hand.
type Run struct {
	ID       RunID  `json:"id"`
	Schedule string `json:"schedule"`
	Period   string `json:"period,omitempty"` // the local date it is due for
	// Due is the time of its schedule that it runs for, and with that for every
	// earlier one not settled yet; zero by hand.
	Due time.Time `json:"due,omitzero"`
	// Operator is the person responsible, by the code of the operators'
	// register; Login the user name of the process.
	Operator string    `json:"operator,omitempty"`
	Login    string    `json:"login,omitempty"`
	DryRun   bool      `json:"dry_run,omitempty"`
	BegunAt  time.Time `json:"begun_at"`
	EndedAt  time.Time `json:"ended_at,omitzero"`
	Outcome  Outcome   `json:"outcome,omitempty"` // "" while it runs
	Reason   string    `json:"reason,omitempty"`  // a code
	RunCounts
}

// RunCounts are a run's totals, exact: they stay inside.
type RunCounts struct {
	Arrivals   int64 `json:"arrivals"`
	Records    int64 `json:"records"`
	Accepted   int64 `json:"accepted"`
	Rejected   int64 `json:"rejected"`
	Duplicates int64 `json:"duplicates"`
	Releases   int64 `json:"releases"`
	Deliveries int64 `json:"deliveries"`
}

// BeginRun opens a run; ID, times, outcome and counts are the ledger's.
func (tx *Tx) BeginRun(ctx context.Context, r Run) (RunID, error) {
	id, err := tx.insert(ctx, `INSERT INTO runs (schedule, period, due, operator, login, dry_run, begun_at) VALUES (?, ?, ?, ?, ?, ?, ?)`,
		r.Schedule, r.Period, stampOf(r.Due), r.Operator, r.Login, r.DryRun, tx.stamp())
	return RunID(id), fail("begin run", r.Schedule, err)
}

// EndRun closes an open run; Internal when it is closed already. With a run that
// did what was due, that is settled (see Standing).
func (tx *Tx) EndRun(ctx context.Context, id RunID, o Outcome, n RunCounts, reason string) error {
	result, err := tx.exec(ctx, `UPDATE runs SET outcome = ?, reason = ?, ended_at = ?,
		arrivals = ?, records = ?, accepted = ?, rejected = ?, duplicates = ?, releases = ?, deliveries = ?
		WHERE id = ? AND outcome = ''`,
		o, reason, tx.stamp(),
		n.Arrivals, n.Records, n.Accepted, n.Rejected, n.Duplicates, n.Releases, n.Deliveries, id)
	if err != nil {
		return fail("end run", id.String(), err)
	}
	if ended, err := result.RowsAffected(); err != nil || ended != 1 {
		return fail("end run", id.String(), cmp.Or(err, illegal("end run", id.String(), "open", string(o))))
	}
	if o == Done || o == Partial {
		err = tx.settle(ctx, id)
	}
	return fail("end run", id.String(), err)
}

// String gives the number.
func (id RunID) String() string { return strconv.FormatInt(int64(id), 10) }

const runColumns = `id, schedule, period, due, operator, login, dry_run, begun_at, ended_at, outcome, reason,
	arrivals, records, accepted, rejected, duplicates, releases, deliveries`

func scanRun(row scanner) (r Run, err error) {
	err = row.Scan(&r.ID, &r.Schedule, &r.Period, stampScan{&r.Due}, &r.Operator, &r.Login, &r.DryRun,
		stampScan{&r.BegunAt}, stampScan{&r.EndedAt}, &r.Outcome, &r.Reason,
		&r.Arrivals, &r.Records, &r.Accepted, &r.Rejected, &r.Duplicates, &r.Releases, &r.Deliveries)
	return r, err
}

// Run finds a run by its number.
func (v view) Run(ctx context.Context, id RunID) (Run, bool, error) {
	return one(ctx, v, scanRun, `SELECT `+runColumns+` FROM runs WHERE id = ?`, id)
}

// OpenRuns lists the runs without an end, oldest first: at start, those that a
// crash interrupted.
func (v view) OpenRuns(ctx context.Context) ([]Run, error) {
	return all(ctx, v, scanRun, `SELECT `+runColumns+` FROM runs WHERE outcome = '' ORDER BY id`)
}

// Runs lists the last runs, newest first; all of them when last is 0.
func (v view) Runs(ctx context.Context, last int) ([]Run, error) {
	return all(ctx, v, scanRun, `SELECT `+runColumns+` FROM runs ORDER BY id DESC LIMIT ?`, limit(last))
}

// LastRun finds the newest run of a schedule that was not a dry run, for that
// period or, with period "", for any.
func (v view) LastRun(ctx context.Context, schedule, period string) (Run, bool, error) {
	return one(ctx, v, scanRun, `SELECT `+runColumns+` FROM runs
		WHERE schedule = ?1 AND (?2 = '' OR period = ?2) AND dry_run = 0 ORDER BY id DESC LIMIT 1`, schedule, period)
}

// limit is SQL's LIMIT: a negative one is none.
func limit(last int) int {
	if last <= 0 {
		return -1
	}
	return last
}

// illegal is the error of a change that the tables of transitions do not have.
func illegal(op, id, from, to string) error {
	return &flusso.Error{Op: op, ID: id, Kind: flusso.Internal, What: flusso.Text{
		It: textIllegalMove.It + ": " + from + " -> " + to,
		En: textIllegalMove.En + ": " + from + " -> " + to,
	}}
}

func unknown(op, id string) error {
	return &flusso.Error{Op: op, ID: id, Kind: flusso.Internal, What: textUnknownRow}
}
