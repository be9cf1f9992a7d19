package exchange

import (
	"context"
	"errors"
	"fmt"
	"path"

	"flussi/internal/dataset"
	"flussi/internal/ledger"
	"flussi/internal/sftp"
	"flussi/internal/spool"
)

// manifestFile is the file of a release that goes last.
const manifestFile = "manifest.json"

// deliver sends the live releases to the recipients that have an endpoint: every file
// and what lies beside them, the manifest last, so that whoever sees it has the rest. What
// was sent before is not sent again; what a crash or an endpoint held back is.
func (r *run) deliver(ctx context.Context) error {
	for _, name := range r.schedule.Disclose {
		recipient := r.cfg.Recipients[name]
		if recipient.Endpoint == "" {
			continue
		}
		for _, ds := range datasetsOf(recipient) {
			live, err := dataset.Live(r.fs, r.cfg.Datasets, name, ds)
			if err != nil {
				return err
			}
			if live == nil {
				continue
			}
			if err := r.deliverRelease(ctx, name, live); err != nil {
				return fmt.Errorf("deliver release of %s to %s: %w", ds, name, err)
			}
		}
	}
	return nil
}

// deliverRelease sends what the endpoint has not got of a release. Once it has the
// manifest it has all: what is asked for beside releases after that, goes with the next.
func (r *run) deliverRelease(ctx context.Context, name string, live *dataset.Manifest) (err error) {
	recipient := r.cfg.Recipients[name]
	key := ledger.ReleaseKey{Recipient: name, Dataset: live.Dataset, ID: live.Release}
	sent := func(rel, name string) (target string, sent bool, err error) {
		target = path.Join(recipient.To, name)
		d, found, err := r.ledger.DeliveryOf(ctx, ledger.ObjectOfRelease(key, rel), recipient.Endpoint, r.keys.mac(r.keys.names, target))
		return target, found && d.State == ledger.Sent, err
	}
	if _, all, err := sent(manifestFile, dataset.FlatName(live, manifestFile)); all || err != nil {
		return err
	}
	files, err := dataset.Delivery(r.fs, live, r.keys.signer())
	if err != nil {
		return err
	}
	client, err := r.dial(ctx, recipient.Endpoint, calling{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, client.Close()) }()
	for _, f := range files {
		target, there, err := sent(f.Path, f.Name)
		if err != nil {
			return err
		}
		if there {
			continue
		}
		delivered, err := r.giveFile(ctx, client, key, live, f, target, recipient.Endpoint)
		if err != nil || !delivered {
			return err // in doubt: the manifest must not say that all is there
		}
	}
	return nil
}

func (r *run) giveFile(ctx context.Context, client *sftp.Session, key ledger.ReleaseKey, live *dataset.Manifest, file dataset.Delivered, target, endpoint string) (delivered bool, err error) {
	f, err := file.Open(r.fs)
	if err != nil {
		return false, fmt.Errorf("open file of release: %w", err)
	}
	defer func() { _ = f.Close() }() // read only: its error changes nothing
	sum, err := spool.ParseSum(file.SHA256)
	if err != nil {
		return false, fmt.Errorf("read hash of %s: %w", file.Path, err)
	}
	return r.give(ctx, client, gift{
		object: ledger.ObjectOfRelease(key, file.Path), endpoint: endpoint, target: target, masked: path.Base(target),
		source: f, size: file.Bytes, sum: sum,
		recipient: key.Recipient, agreement: live.Agreement, purpose: live.Purpose,
	})
}
