package exchange

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"

	"flussi/internal/anonymize"
	"flussi/internal/config"
	"flussi/internal/dataset"
	"flussi/internal/flusso"
	"flussi/internal/ledger"
	"flussi/internal/state"
)

// A person makes an older release live again, holds one so that it is not pruned,
// lets it go. Each is in the audit log before it is done.
//
// Going back takes the state with it: the next run grows from that release, and the
// records that later ones brought are no longer current. Their flows were taken and
// are not taken again: who wants them in must have them sent anew. What its readers
// saw they saw. Where a code follows a person over the releases nothing can be taken
// back, for what was shown counts for ever: refused.

// ReleaseRequest is what a person wants done with a release of ours.
type ReleaseRequest struct {
	// Dir is the dataset's folder, below Datasets.
	Dir string
	// Release is its id; of Rollback empty for the one that the live one grew from.
	Release string
	// Reason is why it is held.
	Reason string
	// Operator is a code of the operators' register; empty: who answers today.
	Operator string
}

// DatasetAt tells which dataset of a configuration's a folder is.
func DatasetAt(cfg *config.Config, dir string) (recipient, ds string, ours bool) {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return "", "", false
	}
	rel, err := filepath.Rel(cfg.Datasets, abs)
	if err != nil {
		return "", "", false
	}
	recipient, ds = filepath.Split(rel)
	recipient = filepath.Clean(recipient)
	return recipient, ds, recipient != "." && recipient != ".." && recipient == filepath.Base(recipient) && ds != ".."
}

// asked finds what a request is about, and who asks.
func (h *House) asked(op string, ask ReleaseRequest) (key ledger.ReleaseKey, by ledger.Entry, err error) {
	recipient, ds, ours := DatasetAt(h.cfg, ask.Dir)
	if !ours {
		return key, by, &flusso.Error{Op: op, Kind: flusso.Invalid, What: textNotOurs, Hint: hintNotOurs}
	}
	actor, err := h.someone(op, ask.Operator)
	if err != nil {
		return key, by, err
	}
	key = ledger.ReleaseKey{Recipient: recipient, Dataset: ds, ID: ask.Release}
	return key, ledger.Entry{Actor: actor, Login: h.opt.Login, Recipient: recipient, Object: "release/" + key.String()}, nil
}

// noteAct enters that something is about to be done, or was.
func (h *House) noteAct(ctx context.Context, e ledger.Entry) error {
	return h.ledger.Update(ctx, func(tx *ledger.Tx) error {
		_, err := tx.Append(ctx, e)
		return err
	})
}

// Hold keeps a release from being pruned until Unhold.
func (h *House) Hold(ctx context.Context, ask ReleaseRequest) error {
	key, by, err := h.asked("hold release", ask)
	if err != nil {
		return err
	}
	by.Event, by.Outcome = ledger.ReleaseHold, "held"
	if err := h.noteAct(ctx, by); err != nil {
		return err
	}
	return dataset.KeepRelease(h.fs, ask.Dir, key.ID, dataset.Hold{Reason: ask.Reason, Since: config.DateOf(h.opt.Now()).String()})
}

// Unhold takes the hold off.
func (h *House) Unhold(ctx context.Context, ask ReleaseRequest) error {
	key, by, err := h.asked("unhold release", ask)
	if err != nil {
		return err
	}
	by.Event, by.Outcome = ledger.ReleaseHold, "let go"
	if err := h.noteAct(ctx, by); err != nil {
		return err
	}
	return dataset.LetRelease(h.fs, ask.Dir, key.ID)
}

// Rollback makes an older release live again, and the state with it. Done again
// after a crash it goes on where that came. It gives the release's folder.
func (h *House) Rollback(ctx context.Context, ask ReleaseRequest) (*dataset.Manifest, error) {
	const op = "roll back"
	key, by, err := h.asked(op, ask)
	if err != nil {
		return nil, err
	}
	no := func(kind flusso.Kind, what, hint flusso.Text, err error) (*dataset.Manifest, error) {
		return nil, &flusso.Error{Op: op, ID: key.String(), Kind: kind, What: what, Hint: hint, Err: err}
	}
	live, found, err := h.ledger.LiveRelease(ctx, key.Recipient, key.Dataset)
	if err != nil {
		return nil, err
	}
	if !found {
		return no(flusso.Invalid, textNothingLive, hintNothingLive, nil)
	}
	open, err := h.ledger.OpenReleases(ctx)
	if err != nil {
		return nil, err
	}
	// The folder alone may be brought back to what the ledger says: what is begun grows from that.
	if key.ID != live.ID && slices.ContainsFunc(open, func(r ledger.Release) bool { return r.Recipient == key.Recipient && r.Dataset == key.Dataset }) {
		return no(flusso.Denied, textReleaseBegun, hintReleaseBegun, nil)
	}
	if key.ID == "" {
		m, err := dataset.Find(h.fs, h.cfg.Datasets, key.Recipient, key.Dataset, live.ID)
		if err != nil {
			return nil, err
		}
		if m == nil || m.Previous == "" {
			return no(flusso.Invalid, textNothingBefore, hintNothingBefore, nil)
		}
		key.ID = m.Previous
	}
	by.Object = "release/" + key.String()
	to, err := dataset.Find(h.fs, h.cfg.Datasets, key.Recipient, key.Dataset, key.ID)
	if err != nil {
		return nil, err
	}
	if to == nil {
		return no(flusso.Invalid, textNotThere, hintNothingBefore, nil)
	}
	if recipient := h.cfg.Recipients[key.Recipient]; to.Level == anonymize.IndividualeAnonimo.String() && recipient.Linkability == config.LinkWindow {
		return no(flusso.Denied, textCodesStay, hintCodesStay, nil)
	}
	if err := h.backable(key, to); err != nil {
		return no(flusso.Denied, textNoStateThere, hintNoStateThere, err)
	}
	by.Event, by.Outcome = ledger.ReleaseBack, "intent"
	if err := h.noteAct(ctx, by); err != nil {
		return nil, err
	}
	// What is begun is brought to its end, also when the user stops us.
	ctx = context.WithoutCancel(ctx)
	m, err := dataset.Restore(h.fs, filepath.Join(h.cfg.Datasets, key.Recipient, key.Dataset), key.ID)
	if err != nil {
		return nil, err
	}
	by.Outcome = "live"
	err = h.ledger.Update(ctx, func(tx *ledger.Tx) error {
		if err := tx.RollBackRelease(ctx, key); err != nil {
			return err
		}
		_, err := tx.Append(ctx, by)
		return err
	})
	if err != nil {
		return nil, err
	}
	return m, Beside(ctx, h.fs, h.cfg, h.ambiti, h.cfg.Datasets, key.Recipient, h.keys.signer())
}

// backable tells why the next run could not grow from a release: what was kept
// beside it is gone, or damaged.
func (h *House) backable(key ledger.ReleaseKey, m *dataset.Manifest) error {
	_, err := state.Open(h.fs, h.statePath(key), state.NewHasher(h.keys.records))
	if err == nil && m.Level == anonymize.Aggregato.String() {
		if _, err = h.fs.Stat(h.patternPath(key)); err != nil {
			err = fmt.Errorf("what its tables suppressed: %w", err)
		}
	}
	if err == nil && traced(m.Level == anonymize.IndividualeAnonimo.String(), string(h.cfg.Recipients[key.Recipient].Linkability)) {
		_, err = state.OpenPublished(h.fs, h.publishedPath(key), state.NewHasher(h.keys.records), state.Terms{})
	}
	return err
}

// agree refuses to grow a dataset of which folder and ledger name different
// releases: somebody put one in the place of another, or a crash came into a
// rollback.
func (h *House) agree(ctx context.Context, key ledger.ReleaseKey) error {
	live, found, err := h.ledger.LiveRelease(ctx, key.Recipient, key.Dataset)
	if err != nil {
		return err
	}
	shown, err := dataset.Live(h.fs, h.cfg.Datasets, key.Recipient, key.Dataset)
	switch {
	case err != nil:
		return err
	case shown != nil && shown.Release == key.ID: // a crash came between the two
		return nil
	case found == (shown != nil) && (!found || live.ID == shown.Release):
		return nil
	}
	named := "none"
	if shown != nil {
		named = shown.Release
	}
	return &flusso.Error{
		Op: "disclose", ID: key.Recipient + "/" + key.Dataset, Kind: flusso.Corrupt, What: textDisagree, Hint: hintDisagree,
		Err: errors.Join(fmt.Errorf("the ledger names %q, current.json %q", live.ID, named), fs.ErrInvalid),
	}
}
