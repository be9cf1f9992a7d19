package exchange

import (
	"context"
	"crypto/sha256"
	"errors"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"

	"flussi/internal/config"
	"flussi/internal/flusso"
	"flussi/internal/ledger"
	"flussi/internal/sftp"
	"flussi/internal/spool"
)

// settle decides, without the network, what an earlier process left under way.
// It loses nothing: what cannot be decided here stays in doubt until its
// endpoint was asked (settleTakes) or a person decides.
func (h *House) settle(ctx context.Context) error {
	open, err := h.ledger.OpenRuns(ctx)
	if err != nil {
		return err
	}
	for _, r := range open {
		err := h.ledger.Update(ctx, func(tx *ledger.Tx) error {
			if err := tx.EndRun(ctx, r.ID, ledger.Interrupted, ledger.RunCounts{}, crashed); err != nil {
				return err
			}
			_, err := tx.Append(ctx, ledger.Entry{Event: ledger.RunEnd, Run: r.ID, Object: r.Schedule, Outcome: string(ledger.Interrupted)})
			return err
		})
		if err != nil {
			return err
		}
	}
	taking, err := h.ledger.Arrivals(ctx, ledger.Taking)
	if err != nil {
		return err
	}
	for _, a := range taking {
		if err := h.settleTaking(ctx, a); err != nil {
			return err
		}
	}
	for _, settle := range []func(context.Context) error{
		h.settleParts, h.settleEntries, h.settlePurges, h.settleKeys, h.settleCodeKeys, h.settleDeliveries, h.settleFetches,
	} {
		if err := settle(ctx); err != nil {
			return err
		}
	}
	moving, err := h.ledger.Moving(ctx)
	if err != nil || len(moving) == 0 {
		return err
	}
	return h.ledger.Update(ctx, func(tx *ledger.Tx) error { return tx.EndMoving(ctx, 0) })
}

// crashed is the reason of what an interrupted process left under way.
const crashed = "crash"

// settleTaking: the last READ may have gone out. A whole entry is ours, only
// its ledger line is missing. Anything less is taken anew from where only we
// remove files, and elsewhere in doubt until the endpoint was asked.
func (h *House) settleTaking(ctx context.Context, a ledger.Arrival) error {
	entry, err := h.spool.Stat(a.SpoolID)
	switch {
	case err == nil && entry.Size == a.Size:
		// One that was altered since is no longer what was taken: held.
		if err = h.adopt(ctx, a); flusso.KindOf(err) != flusso.Corrupt {
			return err
		}
		if err := h.spool.Quarantine(a.SpoolID); err != nil {
			return err
		}
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return err
	}
	if !h.serverRemoves(a) {
		if err := h.spool.Drop(a.SpoolID); err != nil {
			return err
		}
		return h.ledger.MoveArrival(ctx, a.ID, ledger.Left, crashed)
	}
	return h.ledger.Update(ctx, func(tx *ledger.Tx) error {
		if err := tx.MoveArrival(ctx, a.ID, ledger.InDoubt, crashed); err != nil {
			return err
		}
		return h.alarm(ctx, tx, "arrival "+a.ID.String(), h.entryOfArrival(a, string(ledger.InDoubt)))
	})
}

// alarm enters in the caller's transaction that something is lost or that
// nobody knows, and tells it at once. about is "arrival N" or "delivery N".
func (h *House) alarm(ctx context.Context, tx *ledger.Tx, about string, e ledger.Entry) error {
	h.opt.Tell(alarmEvent(about, e))
	e.Event = ledger.Alarm
	return h.enter(ctx, tx, e)
}

func alarmEvent(about string, e ledger.Entry) Event {
	return Event{MessageType: "alarm", Name: about, Reason: e.Outcome}
}

// serverRemoves tells whether an arrival comes from where files go without us.
// An endpoint that is no longer known counts as such.
func (h *House) serverRemoves(a ledger.Arrival) bool {
	name, _, _ := strings.Cut(a.Endpoint, ":")
	if name == localEndpoint {
		return false
	}
	e, known := h.cfg.Endpoints[name]
	return !known || e.Consume.How == config.ConsumeServerRemoves
}

// adopt makes an arrival ours whose bytes are whole in the spool, by re-hash.
func (h *House) adopt(ctx context.Context, a ledger.Arrival) error {
	sum, size, err := h.hashEntry(a.SpoolID)
	if err != nil {
		return err
	}
	// Its rename may be what failed: the name must be durable too.
	if err := h.fs.SyncDir(h.spoolDir()); err != nil {
		return err
	}
	return h.ledger.Update(ctx, func(tx *ledger.Tx) error {
		if err := tx.Receive(ctx, a.ID, size, sum); err != nil {
			return err
		}
		a, _, err := tx.Arrival(ctx, a.ID) // with what Receive entered
		if err != nil {
			return err
		}
		e := h.entryOfArrival(a, ledger.Adopted)
		e.Event = ledger.TransferDone
		return h.enter(ctx, tx, e)
	})
}

func (h *House) hashEntry(id string) (sum spool.Sum, size int64, err error) {
	f, err := h.spool.OpenEntry(id)
	if err != nil {
		return sum, 0, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	hash := sha256.New()
	size, err = io.Copy(hash, f)
	hash.Sum(sum[:0])
	return sum, size, err
}

// settleParts drops the parts of which the ledger knows nothing: their last
// READ was never sent, so the other side still has the file.
func (h *House) settleParts(ctx context.Context) error {
	parts, err := h.spool.Parts()
	if err != nil {
		return err
	}
	for _, p := range parts {
		a, found, err := h.ledger.ArrivalBySpoolID(ctx, p.ID)
		if err != nil {
			return err
		}
		if found && a.State != ledger.Left {
			continue
		}
		if err := h.spool.Drop(p.ID); err != nil {
			return err
		}
	}
	return nil
}

// settleEntries ends what the ledger decided and the spool had not done yet:
// a file set aside goes into quarantine, and one of which the ledger knows
// nothing is set aside too, never deleted. What is done with, sweep removes.
func (h *House) settleEntries(ctx context.Context) error {
	entries, err := h.spool.Entries()
	if err != nil {
		return err
	}
	for _, e := range entries {
		a, found, err := h.ledger.ArrivalBySpoolID(ctx, e.ID)
		if err != nil {
			return err
		}
		if !found || a.State == ledger.Quarantined {
			if err := h.spool.Quarantine(e.ID); err != nil {
				return err
			}
		}
	}
	return h.sweep(ctx, ledger.Entry{Login: h.opt.Login}, finished)
}

// settleKeys destroys the keys of releases that are complete: a crash may have
// come between the last release of a round and the end of its key.
func (h *House) settleKeys(ctx context.Context) error {
	open, err := h.ledger.OpenReleases(ctx)
	if err != nil {
		return err
	}
	found, err := h.fs.ReadDir(h.cfg.State)
	if err != nil {
		return err
	}
	for _, f := range found {
		id, ok := releaseOfKey(f.Name())
		if ok && !slices.ContainsFunc(open, func(r ledger.Release) bool { return r.ID == id }) {
			if err := h.destroyKey(ctx, id, ledger.Entry{Login: h.opt.Login}); err != nil {
				return err
			}
		}
	}
	return nil
}

// settleDeliveries: a delivery that a crash left under way is tried again
// where the endpoint can tell what it has; a drop box that takes a file on
// CLOSE cannot, so that is in doubt.
func (h *House) settleDeliveries(ctx context.Context) error {
	open, err := h.ledger.OpenDeliveries(ctx)
	if err != nil {
		return err
	}
	for _, d := range open {
		if d.State != ledger.Intended {
			continue
		}
		to := ledger.DeliveryFailed
		if strings.HasPrefix(d.Endpoint, bucketEndpoint) {
			// what is there is asked for before anything is sent again
		} else if e, ok := h.cfg.Endpoints[d.Endpoint]; !ok || e.Publish.How == config.PublishInPlace {
			to = ledger.DeliveryInDoubt
		}
		err := h.ledger.Update(ctx, func(tx *ledger.Tx) error {
			if err := tx.EndDelivery(ctx, d.ID, to, crashed); err != nil || to == ledger.DeliveryFailed {
				return err
			}
			return h.alarm(ctx, tx, "delivery "+d.ID.String(), h.entryOfDelivery(d, string(to)))
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// settleTakes asks the endpoint, by its listing, about the arrivals in doubt
// that came from this folder: a file still listed was not given up and is
// taken again, as often as its server allows; one that is gone is ours if the spool holds all its bytes, and
// lost in transit if not. The listing is of the whole folder: another schedule,
// or this one before it was changed, may have taken what ours does not match.
func (r *run) settleTakes(ctx context.Context, client *sftp.Session, endpoint, folder string) error {
	if r.dryRun {
		return nil
	}
	if err := r.settlePlace(ctx, place(endpoint, folder)); err != nil {
		return err
	}
	doubts, err := r.ledger.Arrivals(ctx, ledger.InDoubt, ledger.InPart, ledger.Left)
	if err != nil {
		return err
	}
	doubts = slices.DeleteFunc(doubts, func(a ledger.Arrival) bool {
		return a.Endpoint != place(endpoint, folder) || a.State == ledger.Left && a.Reason != stillListed
	})
	if len(doubts) == 0 {
		return nil
	}
	listed, err := client.List(ctx, folder, nil)
	if err != nil {
		return err
	}
	there := map[string]bool{}
	for _, remote := range listed {
		there[r.keys.fetchKey(endpoint, remote)] = true
	}
	for _, a := range doubts {
		if err := r.settleDoubt(ctx, a, there[a.FetchKey]); err != nil {
			return err
		}
	}
	return nil
}

// settlePlace settles what an earlier run of this process left under way,
// because the ledger could not be written just then.
func (r *run) settlePlace(ctx context.Context, place string) error {
	taking, err := r.ledger.Arrivals(ctx, ledger.Taking)
	if err != nil {
		return err
	}
	for _, a := range taking {
		if a.Endpoint != place {
			continue
		}
		if err := r.settleTaking(ctx, a); err != nil {
			return err
		}
	}
	return nil
}

func (r *run) settleDoubt(ctx context.Context, a ledger.Arrival, there bool) error {
	switch {
	case there && (a.State != ledger.InDoubt || a.Reason == noMoreExtractions):
		return nil // fetched on, or as often as it may be
	case !there && a.State == ledger.InPart && !r.serverRemoves(a):
		// Its producer took it away, or put another in its place.
		if err := r.spool.Drop(a.SpoolID); err != nil {
			return err
		}
		return r.moveArrival(ctx, a.ID, ledger.Left, "gone")
	case there:
		if err := r.spool.Drop(a.SpoolID); err != nil {
			return err
		}
		return r.moveArrival(ctx, a.ID, ledger.Left, stillListed)
	}
	part, err := r.spool.Resume(a.SpoolID)
	switch {
	case err == nil && part.Size() == a.Size && !part.Torn():
		// Every byte is here; only the rename had not happened.
		if err := part.Commit(); err != nil {
			return err
		}
		return r.adopt(ctx, a)
	case err == nil:
		if err := errors.Join(part.Keep(), r.spool.Quarantine(a.SpoolID)); err != nil {
			return err
		}
	case flusso.KindOf(err) == flusso.Corrupt:
		if err := r.spool.Quarantine(a.SpoolID); err != nil {
			return err
		}
	case !errors.Is(err, fs.ErrNotExist):
		return err
	}
	return r.moveArrival(ctx, a.ID, ledger.LostInTransit, "gone")
}

// stillListed is the reason of a file in doubt that its server had after all. It
// is not forgotten until it comes: a server may take a while to count a download
// that broke off, and give the file up only then.
const stillListed = "still listed"

// noMoreExtractions is the reason of a file that its server would not hand out
// once more.
const noMoreExtractions = "extractions"

// place names a folder of an endpoint, as arrivals keep it.
func place(endpoint, folder string) string { return endpoint + ":" + path.Clean(folder) }
