package exchange

import (
	"context"
	"slices"

	"flussi/internal/flusso"
	"flussi/internal/ledger"
)

// RestoreRequest brings a key back from its holder's sealed copy.
type RestoreRequest struct {
	Holder   string
	Sealed   []byte // the age file
	Identity []byte // the lines of an age identity file
	Operator string
	DryRun   bool // only tell whether the copy opens and is of the key in use
}

// RestoreCodeKey puts a key back whose file was lost: the very one that the
// ledger has in use, never one that was destroyed. A key that the ledger does not
// know is refused: with its codes, releases would link to some of which nothing is
// known here, and no joint check could tell whom that singles out. Kind Exists
// where it is there.
func (h *House) RestoreCodeKey(ctx context.Context, ask RestoreRequest) (k ledger.CodeKey, err error) {
	no := func(kind flusso.Kind, what, hint flusso.Text) (ledger.CodeKey, error) {
		return k, &flusso.Error{Op: "restore key", ID: ask.Holder, Kind: kind, What: what, Hint: hint}
	}
	key, err := unsealCodeKey(ask.Sealed, ask.Identity)
	if err != nil {
		return k, err
	}
	if key.holder != ask.Holder {
		return no(flusso.Invalid, textOtherHolder, hintOtherHolder)
	}
	all, err := h.ledger.CodeKeys(ctx)
	if err != nil {
		return k, err
	}
	i := slices.IndexFunc(all, func(k ledger.CodeKey) bool {
		return k.Holder == key.holder && k.Generation == key.generation && k.KeyID == key.id
	})
	if i < 0 {
		return no(flusso.Denied, textUnrecordedKey, hintUnrecordedKey)
	}
	if k = all[i]; k.State != ledger.KeyLive {
		return no(flusso.Denied, textCodeKeyOver, hintCodeKeyOver)
	}
	if ask.DryRun {
		return k, nil
	}
	actor, err := h.someone("restore key", ask.Operator)
	if err != nil {
		return k, err
	}
	switch _, err := readCodeKey(h.fs, h.cfg.State, k.Holder, k.Generation, k.KeyID); {
	case err == nil:
		return no(flusso.Exists, textCodeKeyThere, hintCodeKeysListed)
	case flusso.KindOf(err) != flusso.Corrupt: // it is there, and cannot be read now
		return k, err
	}
	note := func(event ledger.Event, outcome string) error {
		return h.ledger.Update(ctx, func(tx *ledger.Tx) error { return h.noteCodeKey(ctx, tx, event, k, actor, outcome) })
	}
	if err := note(ledger.CodeKeyIntent, "restore"); err != nil {
		return k, err
	}
	ctx = context.WithoutCancel(ctx)
	if err := writeCodeKey(h.fs, h.cfg.State, key); err != nil {
		return k, err
	}
	return k, note(ledger.CodeKeyDone, "restored")
}
