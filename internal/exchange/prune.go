package exchange

import (
	"context"
	"errors"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"

	"flussi/internal/dataset"
	"flussi/internal/flusso"
	"flussi/internal/ledger"
)

// Old releases go at the end of a run, the oldest first, down to the number that
// retention.releases says: never the live one, none that is held, none that is newer
// than the live one. Of each the audit log says first that it goes. With a release
// goes what was kept to go back to it: the state after it and what its tables
// suppressed. Its exact disclosure report stays.

// prune removes the old releases of the datasets of this run's recipients.
func (r *run) prune(ctx context.Context) error {
	for _, name := range r.schedule.Disclose {
		for _, ds := range datasetsOf(r.cfg.Recipients[name]) {
			if err := r.pruneDataset(ctx, name, ds); err != nil {
				return err
			}
		}
	}
	return nil
}

func (r *run) pruneDataset(ctx context.Context, recipient, ds string) error {
	// Where folder and ledger differ a person decides, and may need any of it.
	err := r.agree(ctx, ledger.ReleaseKey{Recipient: recipient, Dataset: ds})
	if flusso.KindOf(err) == flusso.Corrupt {
		return nil
	}
	if err != nil {
		return err
	}
	dir := filepath.Join(r.cfg.Datasets, recipient, ds)
	all, err := dataset.List(r.fs, dir)
	switch {
	case flusso.KindOf(err) == flusso.Invalid:
		return nil // nothing was ever released
	case err != nil:
		return err
	}
	for _, old := range dataset.Old(all, r.cfg.Retention.Releases) {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		key := ledger.ReleaseKey{Recipient: recipient, Dataset: ds, ID: old.Release}
		err := r.ledger.Update(ctx, func(tx *ledger.Tx) error {
			return r.audit(ctx, tx, ledger.Entry{
				Event: ledger.ReleaseRemoval, Object: "release/" + key.String(), Recipient: recipient, Outcome: "retention",
				Counts: map[string]int64{"bytes": old.Bytes, "rows": old.Rows},
			})
		})
		if err != nil {
			return err
		}
		if err := dataset.Prune(r.fs, dir, old.Release); err != nil {
			return err
		}
		all = slices.DeleteFunc(all, func(l dataset.Listed) bool { return l.Release == old.Release })
	}
	return r.forgetGone(ctx, recipient, ds, all)
}

// forgetGone removes what was kept beside releases that are no longer there.
func (r *run) forgetGone(ctx context.Context, recipient, ds string, all []dataset.Listed) error {
	open, err := r.ledger.OpenReleases(ctx)
	if err != nil {
		return err
	}
	for _, folder := range []string{"current", "suppressed"} {
		dir := filepath.Join(r.cfg.State, folder, recipient, ds)
		found, err := r.fs.ReadDir(dir)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return &flusso.Error{Op: "prune", ID: recipient + "/" + ds, Kind: flusso.Transient, What: textBadFolder, Hint: hintBadFolder, Err: err}
		}
		for _, f := range found {
			id := strings.TrimSuffix(f.Name(), filepath.Ext(f.Name()))
			there := slices.ContainsFunc(all, func(l dataset.Listed) bool { return l.Release == id })
			begun := slices.ContainsFunc(open, func(o ledger.Release) bool { return o.ID == id })
			if there || begun {
				continue
			}
			if err := r.forget(filepath.Join(dir, f.Name())); err != nil {
				return err
			}
		}
	}
	return nil
}
