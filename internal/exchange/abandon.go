package exchange

import (
	"context"
	"errors"
	"path"
	"slices"
	"strings"

	"flussi/internal/config"
	"flussi/internal/dataset"
	"flussi/internal/flusso"
	"flussi/internal/ledger"
	"flussi/internal/sftp"
)

// Policy of this file: a delivery of a release that broke off leaves a part under its
// temporary name, from where the next one goes on. Once another release is live there is no
// next one: the part goes. Only what the ledger says we began is removed, by its whole name;
// no listing is asked for. An endpoint that does not let us is asked once, and it is said.

const (
	partGone = "part removed"
	// partStays is told by flussi sent: whoever runs the endpoint removes it.
	partStays = "part left there"
)

// abandon removes at a recipient's endpoint the parts of releases that are no longer live.
// What goes wrong with the line is for the next run: everything was delivered.
func (r *run) abandon(ctx context.Context, to config.Recipient, live *dataset.Manifest) (err error) {
	key := ledger.ReleaseKey{Recipient: live.Recipient, Dataset: live.Dataset, ID: live.Release}
	found, err := r.ledger.DeliveriesBelow(ctx, ledger.ObjectsOfDataset(key), to.Endpoint)
	if err != nil {
		return err
	}
	found = slices.DeleteFunc(found, func(d ledger.Delivery) bool {
		return d.State != ledger.DeliveryFailed || d.Reason != leftAPart && d.Reason != crashed ||
			strings.HasPrefix(d.Object, ledger.ObjectOfRelease(key, "")) || r.keys.mac(r.keys.names, path.Join(to.To, d.MaskedTarget)) != d.TargetHash
	})
	switch r.cfg.Endpoints[to.Endpoint].Publish.How {
	case config.PublishInPlace, config.PublishMarker:
		return nil // what stands under a final name is its reader's
	}
	if len(found) == 0 {
		return nil
	}
	client, err := r.dial(ctx, to.Endpoint, calling{})
	if err != nil {
		r.opt.Log.WarnContext(ctx, "parts left at an endpoint", "endpoint", to.Endpoint, "parts", len(found), "error", err)
		return nil
	}
	defer func() { err = errors.Join(err, client.Close()) }()
	for _, d := range found {
		if err := r.abandonOne(ctx, client, to, d); err != nil {
			return err
		}
	}
	return nil
}

func (r *run) abandonOne(ctx context.Context, client *sftp.Session, to config.Recipient, d ledger.Delivery) error {
	entry := r.entryOfDelivery(d, partGone)
	entry.Event = ledger.Removal
	if err := r.opt.Step("abandon"); err != nil {
		return err
	}
	// The entry comes before the removal; a part that a crash saved from it is asked for again.
	if err := r.ledger.Update(ctx, func(tx *ledger.Tx) error { return r.audit(ctx, tx, entry) }); err != nil {
		return err
	}
	err := client.Abandon(ctx, path.Join(to.To, d.MaskedTarget))
	reason := partGone
	switch {
	case err == nil:
	case flusso.KindOf(err) == flusso.Denied:
		reason = partStays
		r.opt.Log.WarnContext(ctx, "a part of a delivery that broke off stays at the endpoint, which does not let it be removed", "endpoint", to.Endpoint, "delivery", d.ID.String())
	default:
		r.opt.Log.WarnContext(ctx, "parts left at an endpoint", "endpoint", to.Endpoint, "error", err)
		return nil
	}
	after := context.WithoutCancel(ctx)
	return r.ledger.Update(after, func(tx *ledger.Tx) error {
		if reason == partStays {
			entry.Outcome = partStays
			if err := r.audit(after, tx, entry); err != nil {
				return err
			}
		}
		return tx.EndPart(after, d.ID, reason)
	})
}
