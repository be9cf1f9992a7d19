package exchange

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"

	"flussi/internal/dataset"
	"flussi/internal/flusso"
	"flussi/internal/ledger"
	"flussi/internal/schedule"
	"flussi/internal/spool"
)

// Policy of this file: after an older ledger was taken up from a copy of its log, the
// releases that the log tells of are in the ledger again, so that no id is given twice. The
// one that was live last is live again if its folder is what its audit entry says and what
// the next release grows from is there: a run goes on by itself. Else the ledger's own
// stays live, nothing is added to the dataset, and a person is told why.

// Reentered is a release that is in the ledger again.
type Reentered struct {
	ledger.ReleaseKey
	Live bool `json:"live"`
	// Why its folder cannot be gone on from, or back to; nil where it can. Reason is the same
	// for scripts.
	Why    *flusso.Error `json:"-"`
	Reason string        `json:"reason,omitempty"`
}

// reenter enters what the ledger lacks of the releases on record. Done again after a crash
// it goes on where that came.
func (h *House) reenter(ctx context.Context, by ledger.Entry) (all []Reentered, err error) {
	records, err := h.ledger.Recorded(ctx)
	if err != nil {
		return nil, err
	}
	var found []Reentered
	var shown []ledger.ArrivalID
	missed := map[ledger.ArrivalID]bool{} // of datasets that do not go on from all that they showed
	for _, rec := range records {
		again, sound, err := h.reenterDataset(ctx, rec)
		if err != nil {
			return nil, err
		}
		found = append(found, again...)
		for _, r := range rec.Releases {
			if sound {
				shown = append(shown, r.Arrivals...)
				continue
			}
			for _, id := range r.Arrivals {
				missed[id] = true
			}
		}
	}
	if len(found) == 0 {
		return nil, nil
	}
	passes, err := h.passesOn()
	if err != nil {
		return nil, err
	}
	return found, h.ledger.Update(ctx, func(tx *ledger.Tx) error {
		for _, rec := range records {
			for _, r := range rec.Releases {
				if err := tx.ReenterRelease(ctx, r); err != nil {
					return err
				}
			}
		}
		for _, id := range shown {
			a, known, err := tx.Arrival(ctx, id)
			if err != nil {
				return err
			}
			if !known || missed[id] {
				continue
			}
			if err := tx.ReenterProcessed(ctx, id, !passes(a.Schedule)); err != nil {
				return err
			}
		}
		for i := range found {
			a := &found[i]
			by.Event, by.Object, by.Recipient, by.Outcome = ledger.LogResumed, "release/"+a.String(), a.Recipient, string(ledger.Replaced)
			if a.Live {
				if err := tx.RollBackRelease(ctx, a.ReleaseKey); err != nil {
					return err
				}
				by.Outcome = string(ledger.Live)
			} else if a.Why != nil {
				by.Outcome, a.Reason = "not verified", a.Why.What.In(flusso.En)
			}
			if _, err := tx.Append(ctx, by); err != nil {
				return err
			}
		}
		return nil
	})
}

// reenterDataset finds what the ledger lacks of one dataset; sound tells whether the next
// release can grow from what was live last.
func (h *House) reenterDataset(ctx context.Context, rec *ledger.Record) (again []Reentered, sound bool, err error) {
	var of *Reentered // the one that was live last
	for _, r := range rec.Releases {
		known, found, err := h.ledger.Release(ctx, r.ReleaseKey)
		if err != nil {
			return nil, false, err
		}
		if found && known.State == ledger.Live && r.ID == rec.Live {
			return nil, true, nil // nothing was shown since
		}
		if found && known.State != ledger.Begun && known.State != ledger.Abandoned && r.ID != rec.Live {
			continue
		}
		a := Reentered{ReleaseKey: r.ReleaseKey}
		if !rec.Pruned[r.ID] {
			if a.Why, err = h.untrue(r); err != nil {
				return nil, false, err
			}
		}
		again = append(again, a)
		if r.ID == rec.Live {
			of = &again[len(again)-1]
		}
	}
	if of == nil { // its entry was removed from the log at the end of its term
		return again, false, nil
	}
	if of.Why == nil {
		if of.Why, err = h.stuck(ctx, rec); err != nil {
			return nil, false, err
		}
	}
	of.Live = of.Why == nil
	return again, of.Live, nil
}

// untrue tells why a release's folder is not what its audit entry says.
func (h *House) untrue(r ledger.Release) (*flusso.Error, error) {
	no := func(what flusso.Text, err error) *flusso.Error {
		return &flusso.Error{Op: "enter release again", ID: r.String(), Kind: flusso.Corrupt, What: what, Hint: hintNotAgain, Err: err}
	}
	if r.Manifest == (spool.Sum{}) {
		return no(textNoManifestHash, nil), nil
	}
	m, err := dataset.Find(h.fs, h.cfg.Datasets, r.Recipient, r.Dataset, r.ID)
	switch {
	case flusso.KindOf(err) == flusso.Corrupt:
		return no(textOtherManifest, err), nil
	case err != nil:
		return nil, err
	case m == nil:
		return no(textFolderGone, nil), nil
	case m.SHA256 != r.Manifest.String():
		return no(textOtherManifest, nil), nil
	}
	if _, err := dataset.Verify(h.fs, m.Dir); flusso.KindOf(err) == flusso.Corrupt {
		return no(textFolderSpoiled, err), nil
	} else if err != nil {
		return nil, err
	}
	return nil, nil
}

// stuck tells why no release can grow from the one that was live last, though its folder
// is true.
func (h *House) stuck(ctx context.Context, rec *ledger.Record) (*flusso.Error, error) {
	key := ledger.ReleaseKey{Recipient: rec.Recipient, Dataset: rec.Dataset, ID: rec.Live}
	no := func(what flusso.Text, err error) *flusso.Error {
		return &flusso.Error{Op: "enter release again", ID: key.String(), Kind: flusso.Corrupt, What: what, Hint: hintNotAgain, Err: err}
	}
	shown, err := dataset.Live(h.fs, h.cfg.Datasets, rec.Recipient, rec.Dataset)
	switch {
	case flusso.KindOf(err) == flusso.Corrupt:
		return no(textShowsOther, err), nil
	case err != nil:
		return nil, err
	case shown == nil || shown.Release != rec.Live:
		return no(textShowsOther, nil), nil
	}
	if err := h.backable(key, shown); err != nil {
		return no(textNoStateThere, err), nil
	}
	if rec.KeyIDs[rec.Live] == "" { // no codes that reach over releases
		return nil, nil
	}
	codes, err := codesOf(ctx, h.fs, h.cfg, h.ledger, rec.Recipient)
	if err != nil || codes == nil {
		return no(textOtherCodes, err), nil
	}
	id, err := codes.Master.ID()
	if err == nil && id != rec.KeyIDs[rec.Live] {
		return no(textOtherCodes, nil), nil
	}
	if err == nil {
		err = wholeChain(h.fs, h.classHome(key), key.ID, id)
	}
	if err != nil {
		return no(textNoStateThere, err), nil
	}
	return nil, nil
}

// wholeChain tells what is missing of the class indexes that a release after this one
// must be checked against.
func wholeChain(fsys spool.FS, home, release, key string) error {
	chain, err := openChain(fsys, home, "", release, key)
	if err != nil {
		return err
	}
	if len(chain.links.After) == 0 {
		return errors.New("the indexes are of another key")
	}
	for of, years := range chain.years {
		for _, year := range years {
			if _, err := fsys.Stat(chain.file(of, year)); err != nil {
				return fmt.Errorf("index %s: %w", filepath.Base(chain.file(of, year)), err)
			}
		}
	}
	return nil
}

// passesOn tells of a schedule whether its files go on as they came; of one that is no
// longer there nobody knows, and it is taken to.
func (h *House) passesOn() (func(name string) bool, error) {
	all, err := schedule.LoadDir(h.cfg.Schedules)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	keeps := map[string]bool{}
	for _, s := range all {
		keeps[s.Name] = s.Relay == nil && s.Push == nil
	}
	return func(name string) bool { return !keeps[name] }, nil
}
