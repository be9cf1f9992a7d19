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
// and what lies beside them, the manifest last, so that whoever sees it has the rest, and
// behind it which release is live. What
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
			if err := r.abandon(ctx, recipient, live); err != nil {
				return fmt.Errorf("sweep the endpoint of %s: %w", name, err)
			}
		}
	}
	return nil
}

// deliverRelease sends what the endpoint has not got of a release, and says that it is
// the live one. Once it has the manifest it has all: what is asked for beside releases
// after that, goes with the next.
func (r *run) deliverRelease(ctx context.Context, name string, live *dataset.Manifest) (err error) {
	recipient := r.cfg.Recipients[name]
	key := ledger.ReleaseKey{Recipient: name, Dataset: live.Dataset, ID: live.Release}
	sent := func(rel, name string) (target string, sent bool, err error) {
		target = path.Join(recipient.To, name)
		d, found, err := r.ledger.DeliveryOf(ctx, ledger.ObjectOfRelease(key, rel), recipient.Endpoint, r.keys.mac(r.keys.names, target))
		return target, found && d.State == ledger.Sent, err
	}
	var client *sftp.Session // where anything is to be sent
	dial := func() (_ *sftp.Session, err error) {
		if client == nil {
			client, err = r.dial(ctx, recipient.Endpoint, calling{})
		}
		return client, err
	}
	defer func() {
		if client != nil {
			err = errors.Join(err, client.Close())
		}
	}()
	if _, all, err := sent(manifestFile, dataset.FlatName(live, manifestFile)); err != nil {
		return err
	} else if all {
		return r.point(ctx, dial, live)
	}
	files, err := dataset.Delivery(r.fs, live, r.keys.signer())
	if err != nil {
		return err
	}
	for _, f := range files {
		target, there, err := sent(f.Path, f.Name)
		if err != nil {
			return err
		}
		if there {
			continue
		}
		client, err := dial()
		if err != nil {
			return err
		}
		delivered, err := r.giveFile(ctx, client, key, live, f, target, recipient.Endpoint)
		if err != nil || !delivered {
			return err // in doubt: the manifest must not say that all is there
		}
	}
	return r.point(ctx, dial, live)
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
