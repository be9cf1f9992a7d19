package exchange

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"runtime/debug"
	"slices"
	"sync"
	"time"

	"flussi/internal/config"
	"flussi/internal/flusso"
	"flussi/internal/ledger"
	"flussi/internal/schedule"
	"flussi/internal/schema"
	"flussi/internal/sftp"
	"flussi/internal/spool"
)

// RunOptions say how to run a schedule.
type RunOptions struct {
	DryRun bool // list what would be taken, change nothing
	// Operator is the person who answers for a run by hand; empty: the
	// responsible person of the configuration.
	Operator string
	// Due is the time of the schedule that the run is for (see ledger.Run); zero by
	// hand: then its period is that of now.
	Due time.Time
	// Stop, once closed, has the run take no further file; what it has taken goes on
	// to the end. The rest is for the next run. nil: nothing stops it so.
	Stop <-chan struct{}
	// Login is who runs it by hand, where that is not the house's: a daemon that is
	// asked by somebody. Empty: the house's.
	Login string
	// Tell is told what happens in this run, as the house's is; nil: nobody more.
	Tell func(Event)
}

// Run runs one schedule once. The Result is what happened up to an error; an
// error leaves everything for the next run to go on with.
func (h *House) Run(ctx context.Context, s *schedule.Schedule, o RunOptions) (*Result, error) {
	at := o.Due
	if at.IsZero() {
		at = h.opt.Now()
	}
	r := &run{House: h, schedule: s, dryRun: o.DryRun, operator: o.Operator, login: cmp.Or(o.Login, h.opt.Login), due: o.Due, stop: o.Stop, told: o.Tell, period: s.Period(at).String()}
	r.result.Result = Result{Schedule: s.Name, DryRun: o.DryRun, Files: []FileResult{}, Recipients: []RecipientResult{}, Deliveries: []DeliveryResult{}}
	err := r.prepare()
	if err == nil {
		err = r.recorded(ctx, r.steps)
	}
	return &r.result.Result, err
}

// run is one run of one schedule.
type run struct {
	*House
	schedule *schedule.Schedule
	layout   *schema.Layout
	dryRun   bool
	operator string // a code of the operators' register
	login    string // user name of who runs it
	period   string // the local date it is due for
	due      time.Time
	stop     <-chan struct{}
	told     func(Event)
	source   string // what the arrivals' ledger rows call the schedule's source
	id       ledger.RunID
	noted    sync.Map                  // connections that the audit log has
	resumed  map[ledger.ArrivalID]bool // that belong to rounds begun before
	result   struct {
		Result
		released int64
		taken    int64 // by hand: they are told one by one
	}
}

// steps is the life of a batch.
func (r *run) steps(ctx context.Context) error {
	takeErr := r.take(ctx)
	if takeErr != nil && ctx.Err() != nil || r.dryRun {
		return takeErr
	}
	// What arrived goes on even when the endpoint failed half-way.
	accepted, err := r.inTurn(ctx)
	if err != nil {
		return errors.Join(takeErr, err)
	}
	err = r.forward(ctx, accepted)
	if besideErr := r.beside(ctx); besideErr != nil {
		return errors.Join(takeErr, err, besideErr) // a delivery has what lies beside its release
	}
	return errors.Join(takeErr, err, r.deliver(ctx))
}

// inTurn works through what arrived. Runs move bytes side by side, but one at a time
// judges and discloses: what is a duplicate hangs on what came before, and one batch
// takes the memory that there is.
func (r *run) inTurn(ctx context.Context) (accepted []arrival, err error) {
	select {
	case r.turn <- struct{}{}:
		defer func() { <-r.turn }()
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
	if accepted, err = r.process(ctx); err != nil {
		return nil, err
	}
	return accepted, r.rest(ctx)
}

// stopping tells whether the run is to take no further file.
func (r *run) stopping() bool {
	select {
	case <-r.stop:
		return true
	default:
		return false
	}
}

// owns tells whether an arrival is this schedule's. Two schedules may take
// different files from one folder and send them to different bodies: what the
// other one left waiting is not ours to read, let alone to pass on.
func (r *run) owns(a ledger.Arrival) bool {
	return a.Endpoint == r.source && a.Schedule == r.schedule.Name
}

// rest ends the arrivals from which nothing is made and which go nowhere:
// judged and reported, they need not be read again.
func (r *run) rest(ctx context.Context) error {
	if r.forwardTo() != nil {
		return nil
	}
	idle, err := r.ledger.Arrivals(ctx, ledger.Accepted)
	if err != nil {
		return err
	}
	for _, a := range idle {
		if !r.owns(a) {
			continue
		}
		if err := r.ledger.MoveArrival(ctx, a.ID, ledger.Processed, "nothing to disclose"); err != nil {
			return err
		}
	}
	return nil
}

// take brings in what is new, from where the schedule says.
func (r *run) take(ctx context.Context) error {
	s := r.schedule
	if r.stopping() {
		r.result.Stopped = true
		return nil
	}
	switch {
	case s.Push != nil:
		return r.takeLocal(ctx, s.Push.From, s.Push.Match)
	case s.Pull.From.Dir != "":
		return r.takeLocal(ctx, s.Pull.From.Dir, s.Pull.Match)
	}
	return r.takeRemote(ctx, s.Pull.From.Endpoint, s.Pull.From.Path, s.Pull.Match)
}

// prepare finds everything the run needs that can be wrong before it begins.
func (r *run) prepare() (err error) {
	s := r.schedule
	r.source = sourceOf(s)
	r.operator = r.answers(r.operator)
	if s.Report != "" {
		if _, err := spool.Sweep(r.fs, s.Report); err != nil {
			return err
		}
	}
	layout, err := readLayout(s)
	r.layout = layout
	return err
}

// sourceOf is the place that a schedule takes from, as arrivals keep it.
func sourceOf(s *schedule.Schedule) string {
	switch {
	case s.Push != nil:
		return localPlace(s.Push.From)
	case s.Pull.From.Dir != "":
		return localPlace(s.Pull.From.Dir)
	}
	return place(s.Pull.From.Endpoint, s.Pull.From.Path)
}

// readLayout reads the layout of a schedule's return flow; nil where it names
// none.
func readLayout(s *schedule.Schedule) (*schema.Layout, error) {
	if s.Layout == "" {
		return nil, nil
	}
	data, err := os.ReadFile(s.Layout)
	if err != nil {
		return nil, &flusso.Error{Op: "read layout", ID: s.Name, Kind: flusso.Config, What: textNoLayout, Hint: hintNoLayout, Err: err}
	}
	layout, err := schema.ParseLayout(data)
	if err != nil {
		return nil, fmt.Errorf("read layout of %s: %w", s.Name, err)
	}
	if layout.Flow != flusso.Ritorno { // a table is no file to relay, and no return flow
		return nil, &flusso.Error{Op: "read layout", ID: s.Name, Kind: flusso.Config, What: textLayoutFlow, Hint: hintLayoutFlow}
	}
	return layout, nil
}

// recorded wraps the steps in a run of the ledger, with an audit entry at both
// ends.
func (r *run) recorded(ctx context.Context, steps func(context.Context) error) error {
	err := r.ledger.Update(ctx, func(tx *ledger.Tx) (err error) {
		r.id, err = tx.BeginRun(ctx, ledger.Run{Schedule: r.schedule.Name, Period: r.period, Due: r.due, Operator: r.operator, Login: r.login, DryRun: r.dryRun})
		if err != nil {
			return err
		}
		return r.audit(ctx, tx, ledger.Entry{Event: ledger.RunBegin, Object: r.schedule.Name})
	})
	if err != nil {
		return err
	}
	err = r.guarded(ctx, steps)
	if ctx.Err() == nil {
		err = errors.Join(err, r.tidy(ctx))
	}
	outcome, reason := ledger.Done, ""
	switch {
	case err != nil:
		outcome, reason = ledger.Failed, reasonOf(err)
	case r.result.Stopped:
		outcome, reason = ledger.Interrupted, "stopped"
	case r.result.Partial():
		outcome = ledger.Partial
	}
	counts := ledger.RunCounts{
		Arrivals: int64(len(r.result.Files)) + r.result.taken, Records: r.result.RecordsIn, Accepted: r.result.Accepted,
		Rejected: r.result.Rejected, Duplicates: r.result.Duplicates,
		Releases: r.result.released, Deliveries: int64(len(r.result.Deliveries)),
	}
	// A run that the user stops ends in the ledger too.
	ended := context.WithoutCancel(ctx)
	endErr := r.ledger.Update(ended, func(tx *ledger.Tx) error {
		if err := tx.EndRun(ended, r.id, outcome, counts, reason); err != nil {
			return err
		}
		return r.audit(ended, tx, ledger.Entry{Event: ledger.RunEnd, Object: r.schedule.Name, Outcome: string(outcome)})
	})
	r.writeMetrics()
	_, copyErr := r.witness(ctx)
	return errors.Join(err, endErr, copyErr)
}

// guarded makes an error of a panic: the defect that one schedule meets takes no other
// along. What was under way is as after a crash, and settled as that is.
func (r *run) guarded(ctx context.Context, steps func(context.Context) error) (err error) {
	defer func() {
		p := recover()
		if p == nil {
			return
		}
		what := flusso.PanicWords(p)
		r.opt.Log.Error("a defect of flussi", "schedule", r.schedule.Name, "panic", what, "stack", string(debug.Stack()))
		err = &flusso.Error{Op: "run", ID: r.schedule.Name, Kind: flusso.Internal, Err: errors.New("panic: " + what)}
	}()
	return steps(ctx)
}

// audit adds an entry that names the person, in the caller's transaction.
func (r *run) audit(ctx context.Context, tx *ledger.Tx, e ledger.Entry) error {
	e.Actor, e.Login, e.Run = r.operator, r.login, r.id
	_, err := tx.Append(ctx, e)
	return err
}

// answers gives who answers for what is done now: the operator named, or the
// responsible person of the configuration.
func (h *House) answers(operator string) string {
	if operator == "" {
		operator, _ = h.cfg.Operators.ResponsibleAt(config.DateOf(h.opt.Now()))
	}
	return operator
}

// reasonOf says in a word why something failed: its kind, or the disk of ours
// that does not get better by waiting.
func reasonOf(err error) string {
	switch {
	case sftp.Stranger(err):
		return ledger.HostKeyRefused
	case spool.ReadOnly(err):
		return "disk read only"
	case spool.FullOrReadOnly(err):
		return "disk full"
	}
	return flusso.KindOf(err).String()
}

func (r *run) tell(e Event) {
	e.Schedule = r.schedule.Name
	r.opt.Tell(e)
	if r.told != nil {
		r.told(e)
	}
}

// alarm is the House's, of this run.
func (r *run) alarm(ctx context.Context, tx *ledger.Tx, about string, e ledger.Entry) error {
	r.result.Alarms++
	e.Actor, e.Login, e.Run = r.operator, r.login, r.id
	if r.told != nil {
		r.told(alarmEvent(about, e))
	}
	return r.House.alarm(ctx, tx, about, e)
}

// localEndpoint stands in the ledger for local folders; config lets no endpoint
// be called so.
const localEndpoint = "dir"

func localPlace(dir string) string { return localEndpoint + ":" + dir }

func datasetsOf(r config.Recipient) []string { return sorted(r.Datasets) }

func sorted[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
