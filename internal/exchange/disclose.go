package exchange

import (
	"context"
	"errors"
	"io"

	"flussi/internal/anonymize"
	"flussi/internal/container"
	"flussi/internal/dataset"
	"flussi/internal/flusso"
	"flussi/internal/ledger"
	"flussi/internal/schema"
	"flussi/internal/scratch"
	"flussi/internal/state"
)

// disclosure is one round: these arrivals, for these targets, under one
// release id.
type disclosure struct {
	id       string
	period   string // of the run that began it: a resumed round is the same release
	arrivals []arrival
	targets  []*target
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

	taker
	scratch  scratch.File // of the view's rows
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

// fates are the outcomes of a target's records, found again by their place:
// flow after flow, the accepted records in order.
type fates struct {
	outcomes []state.Outcome
	next     int
}

// disclose makes and publishes what the accepted arrivals allow, after what an
// interrupted run left begun.
func (r *run) disclose(ctx context.Context, accepted []arrival) error {
	if len(r.schedule.Disclose) == 0 {
		return nil
	}
	rounds, err := r.rounds(ctx, accepted)
	if err != nil {
		return err
	}
	for _, d := range rounds {
		if err := r.discloseRound(ctx, d); err != nil {
			return err
		}
	}
	return nil
}

func (r *run) discloseRound(ctx context.Context, d *disclosure) (err error) {
	defer func() {
		for _, t := range d.targets {
			if t.release != nil {
				err = errors.Join(err, t.release.Discard()) // does nothing once sealed
			}
			if t.classes != nil {
				err = errors.Join(err, t.classes.close())
			}
			err = errors.Join(err, t.scratch.Close())
		}
	}()
	if err := r.intend(ctx, d); err != nil {
		return err
	}
	if err := r.opt.Step("disclose.open"); err != nil {
		return err
	}
	for _, t := range d.targets {
		if err := r.openTarget(ctx, d, t); err != nil {
			return err
		}
	}
	takers := map[ledger.ArrivalID][]*taker{}
	for _, t := range d.targets {
		for _, a := range t.allowed {
			takers[a.ID] = append(takers[a.ID], &t.taker)
		}
	}
	sent, err := r.openCoverage()
	if err != nil {
		return err
	}
	for _, a := range d.arrivals {
		if err := r.fill(ctx, takers[a.ID], a, sent.of(a)); err != nil {
			return err
		}
	}
	if err := sent.keep(); err != nil {
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
			ids := make([]ledger.ArrivalID, len(t.allowed))
			for i, a := range t.allowed {
				ids[i] = a.ID
			}
			if err := tx.BeginRelease(ctx, t.key, r.id, ids); err != nil {
				return err
			}
			if err := r.audit(ctx, tx, r.entryOf(t, ledger.DisclosureIntent, t.level.String())); err != nil {
				return err
			}
		}
		return nil
	})
}

// fill reads one arrival a second time, for the views that may see it.
func (r *run) fill(ctx context.Context, takers []*taker, a arrival, count func(*schema.Batch)) (err error) {
	if len(takers) == 0 {
		return nil
	}
	f, err := r.spool.OpenEntry(a.SpoolID)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	return fill(ctx, f, a.Size, r.readOptions(a.Arrival), a.flows, takers, count)
}

// taker is a view that takes its part of each batch of a file, and what the
// state decided of the records.
type taker struct {
	view *anonymize.View
	fate fates
	gathering
}

// fill reads a file a second time, for all the views that take of it; flows are
// what the first reading found, and count, if there is one, sees each batch as it was judged.
func fill(ctx context.Context, file io.ReaderAt, size int64, opt schema.Options, flows []flow, takers []*taker, count func(*schema.Batch)) error {
	var judged []schema.Status
	var ids []anonymize.RecordID
	return container.Walk(file, size, func(_ int, in io.Reader) error {
		var records []record
		if len(flows) > 0 {
			records, flows = flows[0].records, flows[1:]
		}
		return eachBatch(ctx, schema.NewReader(in, opt), func(b *schema.Batch) error {
			if count != nil {
				count(b)
			}
			judged, ids = append(judged[:0], b.Status...), ids[:0]
			for _, status := range b.Status {
				var id anonymize.RecordID
				if status == schema.Accepted {
					if len(records) == 0 {
						return errChanged
					}
					id, records = records[0].key.Record(records[0].content), records[1:]
				}
				ids = append(ids, id)
			}
			for _, t := range takers {
				copy(b.Status, judged)
				if err := t.gather(b, t.fate.next); err != nil {
					return err
				}
				t.fate.mark(b.Status)
				if err := t.view.Add(b, ids); err != nil {
					return err
				}
			}
			return nil
		})
	})
}

// errChanged tells that a second reading of a file found more than the first.
var errChanged = errors.New("the file changed while it was read")

// mark gives accepted records the status that the state decided.
func (f *fates) mark(status []schema.Status) {
	for i, s := range status {
		if s == schema.Accepted {
			status[i] = statusOf(f.outcomes[f.next])
			f.next++
		}
	}
}

// statusOf is what an outcome makes of an accepted record.
func statusOf(o state.Outcome) schema.Status {
	switch {
	case o == state.Duplicate, o == state.Reinstated: // its row is there
		return schema.Duplicate
	case !o.Current():
		return schema.Withdrawn
	}
	return schema.Accepted
}
