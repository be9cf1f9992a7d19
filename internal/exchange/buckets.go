package exchange

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"

	"flussi/internal/bucket"
	"flussi/internal/config"
	"flussi/internal/dataset"
	"flussi/internal/flusso"
	"flussi/internal/ledger"
	"flussi/internal/spool"
)

// Policy of this file: what is published on the disk is published in a recipient's
// bucket at the end of the same run. The bucket's own current.json tells whether it
// has to be: a release that could not go goes with the next run, an older one that a
// person went back to goes again, and one that is there costs a few questions. What a
// bucket does wrong leaves the run partial and the other recipients served.

// bucketEndpoint is what the ledger calls a bucket; no endpoint has a colon in its
// name.
const bucketEndpoint = "bucket:"

// stock publishes the live releases of the schedule's recipients to their buckets,
// and removes there what was removed here.
func (r *run) stock(ctx context.Context) error {
	for _, name := range r.schedule.Disclose {
		recipient := r.cfg.Recipients[name]
		if recipient.Bucket == "" {
			continue
		}
		if err := r.stockRecipient(ctx, name, r.cfg.Buckets[recipient.Bucket]); err != nil {
			return err
		}
	}
	return nil
}

func (r *run) stockRecipient(ctx context.Context, name string, to config.Bucket) error {
	b, err := OpenBucket(ctx, to)
	if err != nil {
		return r.unstocked(ctx, name, to, nil, err)
	}
	defer b.Close()
	for _, ds := range datasetsOf(r.cfg.Recipients[name]) {
		live, err := dataset.Live(r.fs, r.cfg.Datasets, name, ds)
		if err != nil {
			return err
		}
		if live == nil {
			continue
		}
		if err := r.stockRelease(ctx, b, to, live); err != nil {
			if err := r.unstocked(ctx, name, to, live, err); err != nil {
				return err
			}
		}
	}
	return nil
}

// unstocked notes what a bucket does not have, and why; a run that the user stops
// stops.
func (r *run) unstocked(ctx context.Context, name string, to config.Bucket, live *dataset.Manifest, err error) error {
	if ctx.Err() != nil {
		return err
	}
	result := DeliveryResult{Endpoint: bucketEndpoint + to.Name, Recipient: name, Outcome: string(ledger.DeliveryFailed), Reason: reasonOf(err)}
	if live != nil {
		result.Name = live.Dataset + "/" + live.Release
	}
	errors.As(err, &result.Why)
	r.result.Deliveries = append(r.result.Deliveries, result)
	r.tell(Event{MessageType: "delivered", Endpoint: result.Endpoint, Recipient: name, Name: result.Name, Reason: result.Outcome})
	return nil
}

// stockRelease makes one release the live one of its dataset in the bucket.
func (r *run) stockRelease(ctx context.Context, b *bucket.Bucket, to config.Bucket, live *dataset.Manifest) error {
	home := path.Join(live.Recipient, live.Dataset)
	pointer, err := dataset.Pointer(r.fs, live)
	if err != nil {
		return err
	}
	there, etag, err := b.Current(ctx, home)
	if err != nil {
		return err
	}
	if string(there) != string(pointer) {
		files, err := filesOf(live)
		if err != nil {
			return err
		}
		release := bucket.Release{Home: home, ID: live.Release, Files: filesAt(live.Dir, files), Current: pointer}
		if err := r.stockFiles(ctx, b, to, live, release, there, etag); err != nil {
			return err
		}
	}
	if err := r.stockBeside(ctx, b, to, live, home); err != nil {
		return err
	}
	return r.unstock(ctx, b, to, live, home)
}

// besideFolders are the folders beside releases that are replaced in place.
var besideFolders = []string{"flat", "tavole"}

// stockBeside brings flat files and reference tables in the bucket up to what they
// are on the disk: what reads them there reads the release of before until then.
func (r *run) stockBeside(ctx context.Context, b *bucket.Bucket, to config.Bucket, live *dataset.Manifest, home string) error {
	found, err := dataset.Neighbours(r.fs, live)
	if err != nil {
		return err
	}
	changes, err := b.Compare(ctx, home, besideFolders, filesAt(filepath.Dir(filepath.Dir(live.Dir)), found))
	if err != nil || changes.Empty() {
		return err
	}
	entry := r.entryOfStock(to, live)
	entry.Object, entry.SHA256 = entry.Object[:len(entry.Object)-len(manifestFile)]+"beside", ""
	note := func(ctx context.Context, event ledger.Event, outcome string) error {
		entry.Event, entry.Outcome = event, outcome
		return r.ledger.Update(ctx, func(tx *ledger.Tx) error { return r.audit(ctx, tx, entry) })
	}
	if err := note(ctx, ledger.TransferIntent, "sending"); err != nil {
		return err
	}
	sent, sendErr := b.Apply(ctx, changes)
	outcome := ledger.Sent
	if sendErr != nil {
		outcome = ledger.DeliveryFailed
	}
	entry.Counts = map[string]int64{"bytes": sent.Bytes, "files": sent.Files}
	return errors.Join(sendErr, note(context.WithoutCancel(ctx), ledger.TransferDone, string(outcome)))
}

// stockFiles publishes, with the intent in ledger and audit log before and what
// came of it after.
func (r *run) stockFiles(ctx context.Context, b *bucket.Bucket, to config.Bucket, live *dataset.Manifest, release bucket.Release, there []byte, etag string) error {
	entry := r.entryOfStock(to, live)
	result := DeliveryResult{
		Endpoint: bucketEndpoint + to.Name, Recipient: live.Recipient, Name: live.Dataset + "/" + live.Release, SHA256: live.SHA256,
	}
	var size int64
	for _, f := range release.Files {
		size += f.Size
	}
	sum, err := spool.ParseSum(live.SHA256)
	if err != nil {
		return err
	}
	var id ledger.DeliveryID
	err = r.ledger.Update(ctx, func(tx *ledger.Tx) (err error) {
		id, err = tx.BeginDelivery(ctx, ledger.Delivery{
			Object: entry.Object, Endpoint: entry.Endpoint, TargetHash: entry.NameHash, MaskedTarget: result.Name,
			Size: size, SHA256: sum, Recipient: live.Recipient, Agreement: live.Agreement, Run: r.id,
		})
		if flusso.KindOf(err) == flusso.Exists { // it was there before: somebody went back to it
			id, err = 0, nil
		}
		if err != nil {
			return err
		}
		entry.Event, entry.Outcome = ledger.TransferIntent, "sending"
		return r.audit(ctx, tx, entry)
	})
	if err != nil {
		return err
	}
	if err := r.opt.Step("stock"); err != nil {
		return err
	}
	sent, sendErr := b.Publish(ctx, release, there, etag)
	state, reason := ledger.Sent, ""
	if sendErr != nil {
		state, reason = ledger.DeliveryFailed, reasonOf(sendErr)
	}
	entry.Event, entry.Outcome = ledger.TransferDone, string(state)
	entry.Counts = map[string]int64{"bytes": sent.Bytes, "files": sent.Files, "copied": sent.Copied}
	// The books are written even when the user stops the run right now.
	after := context.WithoutCancel(ctx)
	err = r.ledger.Update(after, func(tx *ledger.Tx) error {
		if id > 0 {
			if err := tx.EndDelivery(after, id, state, reason); err != nil {
				return err
			}
		}
		return r.audit(after, tx, entry)
	})
	if err := errors.Join(sendErr, err); err != nil {
		return err
	}
	result.Outcome, result.Bytes = string(state), sent.Bytes
	r.result.Deliveries = append(r.result.Deliveries, result)
	r.tell(Event{MessageType: "delivered", Endpoint: result.Endpoint, Name: result.Name, Recipient: live.Recipient, Dataset: live.Dataset, Bytes: sent.Bytes, Reason: result.Outcome})
	return nil
}

// entryOfStock is what every audit entry about a release in a bucket tells.
func (r *run) entryOfStock(to config.Bucket, live *dataset.Manifest) ledger.Entry {
	key := ledger.ReleaseKey{Recipient: live.Recipient, Dataset: live.Dataset, ID: live.Release}
	name := path.Join(live.Dataset, live.Release)
	return ledger.Entry{
		Object: ledger.ObjectOfRelease(key, manifestFile), Recipient: live.Recipient, Agreement: live.Agreement, Purpose: live.Purpose,
		Endpoint: bucketEndpoint + to.Name, Name: name, NameHash: r.keys.mac(r.keys.names, path.Join(to.Bucket, to.Prefix, live.Recipient, name)), SHA256: live.SHA256,
	}
}

// unstock removes from the bucket the releases of ours that are no longer here. One
// that the ledger does not know is somebody else's, and stays.
func (r *run) unstock(ctx context.Context, b *bucket.Bucket, to config.Bucket, live *dataset.Manifest, home string) error {
	var lookErr error
	removed, err := b.Prune(ctx, home, func(id string) bool {
		_, err := r.fs.Stat(filepath.Join(filepath.Dir(live.Dir), id))
		if !errors.Is(err, fs.ErrNotExist) {
			lookErr = errors.Join(lookErr, err)
			return false
		}
		_, ours, err := r.ledger.Release(ctx, ledger.ReleaseKey{Recipient: live.Recipient, Dataset: live.Dataset, ID: id})
		lookErr = errors.Join(lookErr, err)
		return ours && err == nil
	})
	if len(removed) > 0 {
		entry := r.entryOfStock(to, live)
		entry.Event, entry.Outcome, entry.SHA256 = ledger.ReleaseRemoval, "no longer here", ""
		after := context.WithoutCancel(ctx)
		err = errors.Join(err, r.ledger.Update(after, func(tx *ledger.Tx) error {
			for _, id := range removed {
				entry.Object = "release/" + ledger.ReleaseKey{Recipient: live.Recipient, Dataset: live.Dataset, ID: id}.String()
				if err := r.audit(after, tx, entry); err != nil {
					return err
				}
			}
			return nil
		}))
	}
	return errors.Join(err, lookErr)
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

// filesAt are files below a folder as a bucket takes them, in their order.
func filesAt(dir string, files []dataset.File) (all []bucket.File) {
	for _, f := range files {
		all = append(all, bucket.File{Path: f.Path, Size: f.Bytes, SHA256: f.SHA256, Open: func() (bucket.Source, error) {
			return os.Open(filepath.Join(dir, filepath.FromSlash(f.Path)))
		}})
	}
	return all
}

// OpenBucket prepares calls to a bucket, with its secrets.
func OpenBucket(ctx context.Context, c config.Bucket) (*bucket.Bucket, error) {
	access, err := c.AccessKey.Resolve(ctx)
	if err != nil {
		return nil, err
	}
	secret, err := c.SecretKey.Resolve(ctx)
	if err != nil {
		return nil, err
	}
	return bucket.Open(bucket.Options{
		Name: c.Name, Endpoint: c.Endpoint, Region: c.Region, Bucket: c.Bucket, Prefix: c.Prefix,
		AccessKey: string(access), SecretKey: string(secret),
	})
}

// checkBucket calls a bucket as a publication would, and leaves nothing there.
func checkBucket(ctx context.Context, c config.Bucket) Finding {
	f := Finding{Subject: "connect " + bucketEndpoint + c.Name}
	b, err := OpenBucket(ctx, c)
	if err != nil {
		f.Err = err
		return f
	}
	defer b.Close()
	f.Err = b.Probe(ctx)
	return f
}
