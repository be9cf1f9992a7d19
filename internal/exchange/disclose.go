package exchange

import (
	"context"
	"errors"
	"slices"
	"time"

	"flussi/internal/anonymize"
	"flussi/internal/dataset"
	"flussi/internal/flusso"
	"flussi/internal/ledger"
	"flussi/internal/schema"
	"flussi/internal/scratch"
	"flussi/internal/state"
)

// disclosure is one round: these arrivals, for these targets, under one
// release id. Its views are filled while the arrivals are judged, before it is known
// which of them go on; what an arrival that does not brought is taken back. Views
// hold what they are given, and nothing of it stands anywhere before the intent is
// on record and they are closed.
type disclosure struct {
	id       string // of a fresh round: once all is read
	period   string // of the run that began it: a resumed round is the same release
	at       time.Time
	arrivals []arrival
	targets  []*target
	dropped  []*target // that turned out to get nothing

	read   []arrival // what is read for it, by its number
	lanes  *lanes    // nil where nobody is to get anything, and when all is taken
	sent   *coverage
	key    []byte                   // of the release
	lacks  map[string]*flusso.Error // by Ente, of relayed flows: see lack
	admits func(ente string) bool
	failed error // why what the views hold is of no use
}

// target is one dataset of one recipient.
type target struct {
	key       ledger.ReleaseKey
	period    string
	recipient anonymize.Recipient
	level     anonymize.Level
	tipo      flusso.Tipo
	allowed   []arrival // those of the round whose flows it may be made from
	withheld  int64     // records of the others: no delega
	// Why it gets nothing of this round; empty where it does.
	withheldCode string
	why          *flusso.Error

	view    *anonymize.View
	codes   *anonymize.Codes
	scratch scratch.File // of the view's rows
	memory  scratch.File // of the state's records
	gathering
	release  *dataset.Release
	notes    []flusso.Text // for its readers
	resumed  bool          // a crash left it sealed: notes are those it was sealed with
	classes  *classChain   // where codes reach over releases; nil elsewhere
	current  *state.Current
	before   *ledger.ReleaseKey // the release whose state current began with; nil for none
	counters state.Counters
	balance  anonymize.Balance
	sealed   dataset.Sealed
	shown    bool // or it is settled that there is nothing to show
}

// name is whose dataset it is, for people.
func (t *target) name() string { return t.key.Recipient + "/" + t.key.Dataset }

// arrivals are the numbers of those that it is made from.
func (t *target) arrivals() []ledger.ArrivalID {
	ids := make([]ledger.ArrivalID, len(t.allowed))
	for i, a := range t.allowed {
		ids[i] = a.ID
	}
	return ids
}

// start makes a round ready to take the batches of these arrivals.
func (r *run) start(ctx context.Context, d *disclosure, read []arrival) (err error) {
	if len(d.targets) == 0 {
		return nil
	}
	if d.sent, err = r.openCoverage(); err != nil {
		return err
	}
	d.read = read
	d.admits = func(ente string) bool { return r.lack(d, ente) == nil }
	d.lanes = newLanes(ctx, r.keys.records, func(tipo flusso.Tipo) ([]taker, []*anonymize.View, error) {
		return r.openViews(ctx, d, tipo)
	})
	return nil
}

// openViews opens the views that a kind of flow goes to, and the states that say what
// of it is new.
func (r *run) openViews(ctx context.Context, d *disclosure, tipo flusso.Tipo) (takers []taker, views []*anonymize.View, err error) {
	for _, t := range d.targets {
		if !anonymize.Carries(t.key.Dataset, t.level, tipo) {
			continue
		}
		if err := r.openView(ctx, d, t, tipo); err != nil {
			return nil, nil, err
		}
		takers, views = append(takers, remember(t.current), t.look()), append(views, t.view)
	}
	if len(takers) > 0 && d.sent != nil {
		takers = append(takers, d.sent.taker(tipo))
	}
	return takers, views, nil
}

// begin says which of the arrivals is read now.
func (d *disclosure) begin(id ledger.ArrivalID) {
	if d.lanes != nil {
		d.lanes.file = slices.IndexFunc(d.read, func(a arrival) bool { return a.ID == id })
	}
}

// show gives a batch to the views, where they may see it. What goes wrong there is
// the round's, and told when it is its turn: no verdict depends on it.
func (d *disclosure) show(b *schema.Batch) {
	if d.lanes == nil || d.failed != nil || b.Len() == 0 {
		return
	}
	if ente, _ := b.Text(schema.EnteCodice, 0); d.admits(string(ente)) {
		d.failed = d.lanes.send(b)
	}
}

// end ends the arrival that was read; unless it counts, nothing that it brought does.
func (d *disclosure) end(counts bool) {
	if d.lanes != nil && d.failed == nil {
		d.failed = d.lanes.end(!counts)
	}
}

// taken waits until the views have taken all that was read.
func (d *disclosure) taken() error {
	if d.lanes != nil {
		if err := d.lanes.close(); err != nil {
			d.failed = err // what stopped the reading, too
		}
		d.lanes = nil
	}
	return d.failed
}

// close lets go of everything.
func (d *disclosure) close() (err error) {
	_ = d.taken() // told already, or of no account
	for _, t := range append(d.targets, d.dropped...) {
		if t.release != nil {
			err = errors.Join(err, t.release.Discard()) // does nothing once sealed
		}
		if t.classes != nil {
			err = errors.Join(err, t.classes.close())
		}
		err = errors.Join(err, t.scratch.Close(), t.memory.Close())
	}
	return err
}

// discloseRound makes and publishes what a round allows.
func (r *run) discloseRound(ctx context.Context, d *disclosure) (err error) {
	failed := d.taken()
	// Before anything is begun: what is begun could not be gone back from.
	for _, t := range d.targets {
		if err := r.agree(ctx, t.key); err != nil {
			return err
		}
	}
	if len(d.targets) > 0 {
		if err := r.keepKey(d); err != nil {
			return err
		}
	}
	if err := r.intend(ctx, d); err != nil {
		return err
	}
	if err := r.opt.Step("disclose.open"); err != nil {
		return err
	}
	if failed != nil && len(d.targets) > 0 {
		return failed
	}
	for _, t := range d.targets {
		if err := r.openRelease(ctx, d, t); err != nil {
			return err
		}
	}
	if err := d.sent.keep(d); err != nil {
		return err
	}
	// Every release is whole and durable before the first is published.
	for _, t := range d.sealing() {
		if err := r.seal(ctx, t); err != nil {
			return err
		}
	}
	if err := r.link(ctx, d); err != nil {
		return err
	}
	for _, t := range d.publishing() {
		if err = r.publish(ctx, t); err != nil {
			break
		}
		t.shown = true
	}
	for _, t := range d.targets {
		if t.shown {
			r.noteTarget(t)
		}
	}
	if err != nil {
		return err
	}
	// The key made for the round is destroyed with its last target.
	return r.destroyKey(ctx, d.id, r.by())
}

// intend says in the ledger and in the audit log what is about to be
// disclosed, before anything is.
func (r *run) intend(ctx context.Context, d *disclosure) error {
	return r.ledger.Update(ctx, func(tx *ledger.Tx) error {
		for _, t := range d.targets {
			if err := tx.BeginRelease(ctx, t.key, r.id, t.arrivals()); err != nil {
				return err
			}
			if err := r.audit(ctx, tx, r.entryOf(t, ledger.DisclosureIntent, t.level.String())); err != nil {
				return err
			}
		}
		return nil
	})
}
