package exchange

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"

	"flussi/internal/dataset"
	"flussi/internal/ledger"
	"flussi/internal/sftp"
	"flussi/internal/spool"
)

// deliver sends the live releases to the recipients that have an endpoint:
// every file, the manifest last, so that whoever sees it has the rest. What
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

func (r *run) deliverRelease(ctx context.Context, name string, live *dataset.Manifest) (err error) {
	recipient := r.cfg.Recipients[name]
	key := ledger.ReleaseKey{Recipient: name, Dataset: live.Dataset, ID: live.Release}
	files, err := filesOf(live)
	if err != nil {
		return err
	}
	var client *sftp.Session
	for _, f := range files {
		target := path.Join(recipient.To, dataset.FlatName(live, f.Path))
		sent, found, err := r.ledger.DeliveryOf(ctx, ledger.ObjectOfRelease(key, f.Path), recipient.Endpoint, r.keys.mac(r.keys.names, target))
		if err != nil {
			return err
		}
		if found && sent.State == ledger.Sent {
			continue
		}
		if client == nil {
			if client, err = r.dial(ctx, recipient.Endpoint, calling{}); err != nil {
				return err
			}
			defer func() { err = errors.Join(err, client.Close()) }()
		}
		delivered, err := r.giveFile(ctx, client, key, live, f, target, recipient.Endpoint)
		if err != nil || !delivered {
			return err // in doubt: the manifest must not say that all is there
		}
	}
	return nil
}

func (r *run) giveFile(ctx context.Context, client *sftp.Session, key ledger.ReleaseKey, live *dataset.Manifest, file dataset.File, target, endpoint string) (delivered bool, err error) {
	f, err := os.Open(filepath.Join(live.Dir, filepath.FromSlash(file.Path)))
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

// filesOf are a release's files in the order of sending: the manifest's
// signature and the manifest last.
func filesOf(live *dataset.Manifest) ([]dataset.File, error) {
	last, err := live.Own(spool.OS)
	if err != nil {
		return nil, fmt.Errorf("look at manifest: %w", err)
	}
	return append(slices.Clone(live.Files), last...), nil
}
