package exchange

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"

	"flussi/internal/anonymize"
	"flussi/internal/config"
	"flussi/internal/dataset"
	"flussi/internal/flusso"
	"flussi/internal/ledger"
	"flussi/internal/spool"
	"flussi/internal/state"
)

// handCompact is the name of the run that compacts a dataset.
const handCompact = "hand:compact"

// compactSuffix ends the id of a release that has the rows of the one before it.
const compactSuffix = "-c"

// Compact makes of a dataset's live release one with the same rows in as few parts as
// there can be, and puts it in force: a release like any other, in the ledger, with
// the state of the one before. It gives the live release, which is the old one where
// there was nothing to merge. Done again after a crash it goes on where that came.
func (h *House) Compact(ctx context.Context, ask ReleaseRequest) (m *dataset.Manifest, err error) {
	const op = "compact"
	key, by, err := h.asked(op, ask)
	if err != nil {
		return nil, err
	}
	live, found, err := h.ledger.LiveRelease(ctx, key.Recipient, key.Dataset)
	if err != nil {
		return nil, err
	}
	if !found {
		return nil, &flusso.Error{Op: op, ID: key.Recipient + "/" + key.Dataset, Kind: flusso.Invalid, What: textNothingLive, Hint: hintNothingLive}
	}
	key.ID = live.ID + compactSuffix
	if err := h.agree(ctx, key); err != nil {
		return nil, err
	}
	if m, err = dataset.Find(h.fs, h.cfg.Datasets, key.Recipient, key.Dataset, live.ID); err != nil {
		return nil, err
	}
	if m == nil {
		return nil, &flusso.Error{Op: op, ID: live.String(), Kind: flusso.Corrupt, What: textNotThere, Hint: hintDisagree}
	}
	if m.Level == anonymize.IndividualeAnonimo.String() && h.cfg.Recipients[key.Recipient].Linkability == config.LinkWindow {
		return nil, &flusso.Error{Op: op, ID: key.Recipient + "/" + key.Dataset, Kind: flusso.Denied, What: textChained, Hint: hintChained}
	}
	by.Object, by.Event = "release/"+key.String(), ledger.ReleaseCompact
	r := h.byHand(handCompact, by.Actor)
	err = r.recorded(ctx, func(ctx context.Context) error {
		sealed, err := dataset.Compact(ctx, h.fs, h.cfg.Datasets, m, key.ID, dataset.Options{Signer: h.keys.signer(), Holder: HolderOf(h.cfg), Listing: ListingOf(h.cfg, key.Recipient, key.Dataset)})
		if err != nil || sealed.Dir == "" {
			return err
		}
		return r.putInForce(ctx, live, key, by, sealed)
	})
	if err != nil {
		return nil, err
	}
	if m, err = dataset.Live(h.fs, h.cfg.Datasets, key.Recipient, key.Dataset); err != nil {
		return nil, err
	}
	return m, Beside(ctx, h.fs, h.cfg, h.ambiti, h.cfg.Datasets, key.Recipient, h.keys.signer())
}

// putInForce publishes a release that has the rows of the live one: what is kept
// beside that one first, and the ledger last.
func (r *run) putInForce(ctx context.Context, live ledger.Release, key ledger.ReleaseKey, by ledger.Entry, sealed dataset.Sealed) error {
	current, err := state.Open(r.fs, r.statePath(live.ReleaseKey), state.NewHasher(r.keys.records))
	if err != nil {
		return err
	}
	result, err := current.Resolve() // of no record: all stays as it is
	if err == nil {
		err = current.Commit(r.statePath(key))
	}
	if err == nil {
		err = r.copyPattern(live.ReleaseKey, key)
	}
	if err == nil {
		err = r.copyPublished(live.ReleaseKey, key)
	}
	if err != nil {
		return err
	}
	report, err := sealed.Proof.Keep(r.fs, r.reportPath(key), r.keys.signer())
	if err != nil {
		return err
	}
	by.Report, by.Signer, by.Outcome = report.String(), string(r.keys.signer().Public()), "published"
	if err := r.opt.Step("compact.publish"); err != nil {
		return err
	}
	if err := dataset.Publish(r.fs, sealed.Dir); err != nil {
		return err
	}
	if err := r.opt.Step("compact.ledger"); err != nil {
		return err
	}
	manifest, err := spool.ParseSum(sealed.ManifestSHA256)
	if err != nil {
		return fmt.Errorf("read manifest hash: %w", err)
	}
	n := result.Counters
	books := ledger.Books{Rows: sealed.Rows, StateBefore: n.Before, StateAfter: n.After}
	ledger.Release{Books: books, Manifest: manifest}.Tell(&by)
	return r.ledger.Update(ctx, func(tx *ledger.Tx) error {
		if err := tx.BeginRelease(ctx, key, r.id, nil); err != nil {
			return err
		}
		if err := tx.PublishRelease(ctx, key, books, manifest); err != nil {
			return err
		}
		r.result.released++
		return r.audit(ctx, tx, by)
	})
}

// copyPattern keeps, of tables, what the live release suppressed for the one that
// takes its place; other releases have none.
func (r *run) copyPattern(from, to ledger.ReleaseKey) error {
	if _, err := r.fs.Stat(filepath.Dir(r.patternPath(from))); err != nil {
		return nil
	}
	return r.copyKept(r.patternPath(from), r.patternPath(to))
}

// copyPublished does the same with the index of the published classes.
func (r *run) copyPublished(from, to ledger.ReleaseKey) error {
	if _, err := r.fs.Stat(r.publishedPath(from)); err != nil {
		return nil
	}
	return r.copyKept(r.publishedPath(from), r.publishedPath(to))
}

func (r *run) copyKept(from, to string) (err error) {
	in, err := r.fs.Open(from)
	if err != nil {
		return fmt.Errorf("open what is kept beside a release: %w", err)
	}
	defer func() { err = errors.Join(err, in.Close()) }()
	return spool.WriteFile(r.fs, to, spool.FilePerm, func(w io.Writer) error {
		_, err := io.Copy(w, in)
		return err
	})
}
