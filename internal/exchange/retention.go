package exchange

import (
	"context"
	"errors"
	"time"

	"flussi/internal/ledger"
)

// What came is kept no longer than is needed: a file that was delivered, that
// repeats, or from which all is published goes at once, or spool.keep days
// after. What is set aside, in doubt or lost in transit is never touched here:
// only a person purges it (quarantine.go). Every removal is in the audit log:
// which arrival, how many bytes, why, who answers for it.
//
// The entry comes before the removal. One that a crash came between is removed
// by the next sweep, with an entry of its own.

// finished are the states in which no run needs a file's bytes any more.
func finished(a ledger.Arrival) bool {
	return a.State == ledger.Relayed || a.State == ledger.Duplicate
}

// over are those of a run: what its schedule published it has no more use for,
// unless it passes it on.
func (r *run) over(a ledger.Arrival) bool {
	return finished(a) || a.State == ledger.Processed && r.owns(a) && r.forwardTo() == nil
}

// sweep removes, of the whole files in the spool, those that are over and
// whose time is up. by says on whose behalf.
func (h *House) sweep(ctx context.Context, by ledger.Entry, over func(ledger.Arrival) bool) error {
	h.tidying.Lock()
	defer h.tidying.Unlock()
	entries, err := h.spool.Entries()
	if err != nil || len(entries) == 0 {
		return err
	}
	open, err := h.ledger.OpenReleases(ctx)
	if err != nil {
		return err
	}
	needed := map[ledger.ArrivalID]bool{} // for a release that was begun
	for _, r := range open {
		for _, id := range r.Arrivals {
			needed[id] = true
		}
	}
	for _, e := range entries {
		a, found, err := h.ledger.ArrivalBySpoolID(ctx, e.ID)
		if err != nil {
			return err
		}
		if !found || needed[a.ID] || !over(a) || h.opt.Now().Before(a.ChangedAt.Add(h.keep())) {
			continue
		}
		err = h.ledger.Update(ctx, func(tx *ledger.Tx) error { return h.removal(ctx, tx, a, by) })
		if err != nil {
			return err
		}
		if err := h.spool.Remove(a.SpoolID); err != nil {
			return err
		}
	}
	return nil
}

func (h *House) keep() time.Duration { return time.Duration(h.cfg.Spool.Keep) * 24 * time.Hour }

// removal enters, in the caller's transaction, that the bytes of an arrival
// are removed because of the state it is in.
func (h *House) removal(ctx context.Context, tx *ledger.Tx, a ledger.Arrival, by ledger.Entry) error {
	by.Event, by.Object, by.Outcome = ledger.Removal, ledger.ObjectOfArrival(a.ID), string(a.State)
	by.Counts = map[string]int64{"bytes": a.Size}
	if by.Actor == "" {
		by.Actor = h.answers("")
	}
	_, err := tx.Append(ctx, by)
	return err
}

// end moves an arrival on to a state in which it is finished, by move, and
// removes its bytes, unless they are to be kept for a while.
func (r *run) end(ctx context.Context, a ledger.Arrival, to ledger.ArrivalState, move func(*ledger.Tx) error) error {
	a.State = to
	atOnce := r.keep() == 0
	r.tidying.Lock()
	defer r.tidying.Unlock()
	err := r.ledger.Update(ctx, func(tx *ledger.Tx) error {
		if err := move(tx); err != nil || !atOnce {
			return err
		}
		return r.removal(ctx, tx, a, r.by())
	})
	if err != nil || !atOnce {
		return err
	}
	return r.spool.Remove(a.SpoolID)
}

// by is on whose behalf this run acts.
func (r *run) by() ledger.Entry {
	return ledger.Entry{Actor: r.operator, Login: r.login, Run: r.id}
}

// tidy is what goes at the end of a run.
func (r *run) tidy(ctx context.Context) error {
	if r.dryRun {
		return nil
	}
	// Buckets follow what the disk has then.
	return errors.Join(r.sweep(ctx, r.by(), r.over), r.prune(ctx), r.stock(ctx), r.forgetLog(ctx), r.expireDaily(ctx))
}
