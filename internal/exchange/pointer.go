package exchange

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"path"

	"flussi/internal/dataset"
	"flussi/internal/ledger"
	"flussi/internal/sftp"
)

// Policy of this file: releases lie side by side at an endpoint, so something has to
// say which of them is live. After each delivery, and where a person went back to a
// release that was delivered before, a small file says so beside them: current.json, with
// the names that files have there, under a name with a number. The highest counts, for at
// many endpoints nothing can be written over.

// pointerNumber is the last that says which release of a dataset is live at an
// endpoint; 0 before the first.
func (r *run) pointerNumber(ctx context.Context, key ledger.ReleaseKey, endpoint string) (last int, of string, sent bool, err error) {
	found, err := r.ledger.DeliveriesBelow(ctx, ledger.ObjectsOfDataset(key), endpoint)
	for _, d := range found {
		n, is := dataset.PointerNumber(path.Base(d.Object))
		if is && n > last {
			last, of, sent = n, path.Base(path.Dir(d.Object)), d.State == ledger.Sent
		}
	}
	return last, of, sent, err
}

// point says at an endpoint, which has the whole of a release, that it is the live
// one, unless that was the last that it was told.
func (r *run) point(ctx context.Context, dial func() (*sftp.Session, error), live *dataset.Manifest) error {
	recipient := r.cfg.Recipients[live.Recipient]
	key := ledger.ReleaseKey{Recipient: live.Recipient, Dataset: live.Dataset, ID: live.Release}
	last, of, sent, err := r.pointerNumber(ctx, key, recipient.Endpoint)
	switch {
	case err != nil:
		return fmt.Errorf("find what is live at the endpoint: %w", err)
	case of == live.Release && sent:
		return nil
	case of != live.Release:
		last++
	}
	data, err := dataset.PointerThere(r.fs, live)
	if err != nil {
		return err
	}
	client, err := dial()
	if err != nil {
		return err
	}
	name := dataset.PointerName(last)
	target := path.Join(recipient.To, live.Dataset+"."+name)
	_, err = r.give(ctx, client, gift{
		object: ledger.ObjectOfRelease(key, name), endpoint: recipient.Endpoint, target: target, masked: path.Base(target),
		source: bytes.NewReader(data), size: int64(len(data)), sum: sha256.Sum256(data),
		recipient: live.Recipient, agreement: live.Agreement, purpose: live.Purpose,
	})
	return err
}
