package exchange

import (
	"context"
	"errors"

	"flussi/internal/flusso"
	"flussi/internal/ledger"
)

// RestoreRequest brings a key back from its holder's sealed copy.
type RestoreRequest struct {
	Holder   string
	Sealed   []byte // the age file
	Identity []byte // the lines of an age identity file
	// KeyID is that of the key, from the holder's papers: needed where the
	// ledger has none, as in a new state folder. Else the ledger's is the one.
	KeyID    string
	Operator string
}

// RestoreCodeKey puts a key back whose file was lost: the very one that the
// ledger has, never one that was destroyed. Kind Exists where it is there.
func (h *House) RestoreCodeKey(ctx context.Context, ask RestoreRequest) (k ledger.CodeKey, err error) {
	no := func(kind flusso.Kind, what, hint flusso.Text) (ledger.CodeKey, error) {
		return k, &flusso.Error{Op: "restore key", ID: ask.Holder, Kind: kind, What: what, Hint: hint}
	}
	if _, known := h.cfg.KeyHolders[ask.Holder]; !known {
		return no(flusso.Config, textNoHolder, hintNoHolder)
	}
	actor, err := h.someone("restore key", ask.Operator)
	if err != nil {
		return k, err
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
	k = ledger.CodeKey{Holder: key.holder, Generation: key.generation, KeyID: key.id, MadeBy: actor}
	known, newer := false, false
	for _, old := range all {
		switch {
		case old.Holder != ask.Holder:
		case old.KeyID == key.id && old.Generation == key.generation:
			k, known = old, true
		default:
			newer = true
		}
	}
	switch {
	case known && k.State != ledger.KeyLive:
		return no(flusso.Denied, textCodeKeyOver, hintCodeKeyOver)
	case known && ask.KeyID != "" && ask.KeyID != k.KeyID, !known && newer:
		return no(flusso.Denied, textNotThisKey, hintNotThisKey)
	case !known && ask.KeyID == "":
		return no(flusso.Denied, textUnrecordedKey, hintUnrecordedKey)
	case !known && ask.KeyID != key.id:
		return no(flusso.Denied, textNotThisKey, hintNotThisKey)
	}
	if _, err := readCodeKey(h.fs, h.cfg.State, k.Holder, k.Generation, k.KeyID); err == nil {
		return no(flusso.Exists, textCodeKeyThere, hintCodeKeysListed)
	} else if known && flusso.KindOf(err) != flusso.Corrupt {
		return k, err
	}
	err = h.ledger.Update(ctx, func(tx *ledger.Tx) (err error) {
		if !known {
			if k.ID, err = tx.BeginCodeKey(ctx, k); err != nil {
				return err
			}
		}
		return h.noteCodeKey(ctx, tx, ledger.CodeKeyIntent, k, actor, "restore")
	})
	if err != nil {
		return k, err
	}
	ctx = context.WithoutCancel(ctx)
	err = writeCodeKey(h.fs, h.cfg.State, key)
	if !known {
		live, settleErr := h.settleCodeKey(ctx, k)
		if live {
			err = nil
		}
		return k, errors.Join(err, settleErr)
	}
	if err != nil {
		return k, err
	}
	return k, h.ledger.Update(ctx, func(tx *ledger.Tx) error {
		return h.noteCodeKey(ctx, tx, ledger.CodeKeyDone, k, actor, "restored")
	})
}
