package exchange

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"flussi/internal/flusso"
	"flussi/internal/ledger"
	"flussi/internal/spool"
)

// Keys of stable codes. Policy of this file:
//   - a person has a key made, renewed, destroyed or brought back, and is in the
//     audit log with the key's id, before it happens and once it has;
//   - a key is made in this order: the intent in the ledger, the holder's sealed
//     copy durable, the key's file durable, the ledger says live. Of a renewed
//     one the old key then leaves: the intent in the same commit, its file
//     removed, the ledger says destroyed. What a crash breaks off is settled at
//     the next start: without the new file all is as it was before, with it all
//     is as it was to be;
//   - a destroyed key never comes back, not even from a sealed copy.
//
// Removing a file does not clean a disk, and a backup may hold it: who wants
// more encrypts the disk. Sealed copies are their holder's to destroy.

// CodeKeyRequest is for whose key, where the sealed copy goes, and who wants it.
type CodeKeyRequest struct {
	Holder   string // a name of key_holders
	Escrow   string // a file that is not there yet
	Operator string // a code of the operators' register
}

// MakeCodeKey makes a holder's first key, or the next one after a destroyed one.
// Kind Exists where the holder has one.
func (h *House) MakeCodeKey(ctx context.Context, ask CodeKeyRequest) (ledger.CodeKey, error) {
	return h.newCodeKey(ctx, ask, false)
}

// RenewCodeKey makes the next key and destroys the one before it: from then on
// codes are others.
func (h *House) RenewCodeKey(ctx context.Context, ask CodeKeyRequest) (ledger.CodeKey, error) {
	return h.newCodeKey(ctx, ask, true)
}

func (h *House) newCodeKey(ctx context.Context, ask CodeKeyRequest, renew bool) (made ledger.CodeKey, err error) {
	no := func(kind flusso.Kind, what, hint flusso.Text) (ledger.CodeKey, error) {
		return ledger.CodeKey{}, &flusso.Error{Op: "make key", ID: ask.Holder, Kind: kind, What: what, Hint: hint}
	}
	holder, known := h.cfg.KeyHolders[ask.Holder]
	if !known {
		return no(flusso.Config, textNoHolder, hintNoHolder)
	}
	_, found, err := h.ledger.CodeKey(ctx, ask.Holder)
	switch {
	case err != nil:
		return made, err
	case found && !renew:
		return no(flusso.Exists, textCodeKeyThere, hintCodeKeyThere)
	case !found && renew:
		return no(flusso.Invalid, textNoCodeKey, hintNoCodeKey)
	}
	outcome := "make"
	if renew {
		outcome = "renew"
	}
	actor, err := h.someone("make key", ask.Operator)
	if err != nil {
		return made, err
	}
	if err := h.vacantEscrow(ask.Escrow); err != nil {
		return made, err
	}
	generation, err := h.nextGeneration(ctx, ask.Holder)
	if err != nil {
		return made, err
	}
	key, err := makeCodeKey(h.opt.Rand, ask.Holder, generation)
	if err != nil {
		return made, err
	}
	sealed, err := sealCodeKey(key, holder.Escrow)
	if err != nil {
		return made, err
	}
	made = ledger.CodeKey{Holder: ask.Holder, Generation: generation, KeyID: key.id, MadeBy: actor}
	err = h.ledger.Update(ctx, func(tx *ledger.Tx) (err error) {
		if made.ID, err = tx.BeginCodeKey(ctx, made); err != nil {
			return err
		}
		return h.noteCodeKey(ctx, tx, ledger.CodeKeyIntent, made, actor, outcome)
	})
	if err != nil {
		return made, err
	}
	// What was begun is brought to one of its ends, also when the user stops us.
	ctx = context.WithoutCancel(ctx)
	escrowErr := spool.CreateIdempotent(h.fs, ask.Escrow, spool.FilePerm, sealed)
	err = escrowErr
	if err == nil {
		err = writeCodeKey(h.fs, h.cfg.State, key)
	}
	live, settleErr := h.settleCodeKey(ctx, made)
	if !live && escrowErr == nil && settleErr == nil {
		_ = h.forget(ask.Escrow) // of a key that never was
	}
	if live {
		err = nil // all is durable, whatever failed after
	}
	return made, errors.Join(err, settleErr)
}

// someone is who answers, who must be known.
func (h *House) someone(op, operator string) (string, error) {
	actor := h.answers(operator)
	if actor == "" {
		return "", &flusso.Error{Op: op, Kind: flusso.Invalid, What: textNobody, Hint: hintNobody}
	}
	return actor, nil
}

// vacantEscrow refuses a place for the sealed copy where something stands, or
// which is flussi's own: what goes with the state folder is no copy of it.
func (h *House) vacantEscrow(path string) error {
	abs, err := filepath.Abs(path)
	if err != nil {
		return fmt.Errorf("make key: %w", err)
	}
	no := func(what, hint flusso.Text) error {
		return &flusso.Error{Op: "make key", Kind: flusso.Invalid, What: what, Hint: hint}
	}
	if ourFolder(h.cfg, abs) {
		return no(textEscrowInside, hintEscrowInside)
	}
	if _, err := h.fs.Stat(path); err == nil {
		return no(textEscrowExists, hintEscrowExists)
	}
	if info, err := h.fs.Stat(filepath.Dir(path)); err != nil || !info.IsDir() {
		return no(textNoLocalFolder, hintNoLocalFolder)
	}
	return nil
}

// nextGeneration counts on from all there ever were.
func (h *House) nextGeneration(ctx context.Context, holder string) (int, error) {
	all, err := h.ledger.CodeKeys(ctx)
	last := 0
	for _, k := range all {
		if k.Holder == holder {
			last = max(last, k.Generation)
		}
	}
	return last + 1, err
}

// enliven says that a key whose file is durable is the one in use, and destroys
// the one before it.
func (h *House) enliven(ctx context.Context, made ledger.CodeKey) error {
	var old ledger.CodeKey
	var found bool
	err := h.ledger.Update(ctx, func(tx *ledger.Tx) (err error) {
		if old, found, err = tx.CodeKey(ctx, made.Holder); err != nil {
			return err
		}
		if found {
			if err := h.beginEnd(ctx, tx, &old, made.MadeBy); err != nil {
				return err
			}
		}
		if err := tx.MoveCodeKey(ctx, made.ID, ledger.KeyLive, ""); err != nil {
			return err
		}
		return h.noteCodeKey(ctx, tx, ledger.CodeKeyDone, made, made.MadeBy, "made")
	})
	if err != nil || !found {
		return err
	}
	return h.endCodeKey(ctx, old)
}

// beginEnd enters the intent to destroy a key.
func (h *House) beginEnd(ctx context.Context, tx *ledger.Tx, k *ledger.CodeKey, actor string) error {
	k.DestroyedBy = actor
	if err := tx.MoveCodeKey(ctx, k.ID, ledger.KeyLeaving, actor); err != nil {
		return err
	}
	return h.noteCodeKey(ctx, tx, ledger.CodeKeyIntent, *k, actor, "destroy")
}

// endCodeKey removes the file of a key that is to leave, then says so.
func (h *House) endCodeKey(ctx context.Context, k ledger.CodeKey) error {
	if err := removeCodeKey(h.fs, h.cfg.State, k.Holder, k.Generation); err != nil {
		return err
	}
	return h.ledger.Update(ctx, func(tx *ledger.Tx) error {
		if err := tx.MoveCodeKey(ctx, k.ID, ledger.KeyDestroyed, ""); err != nil {
			return err
		}
		return h.noteCodeKey(ctx, tx, ledger.CodeKeyDone, k, k.DestroyedBy, "destroyed")
	})
}

// DestroyCodeKey destroys a holder's key: until another is made its recipients
// get nothing. The holder may be one that the configuration has no more.
func (h *House) DestroyCodeKey(ctx context.Context, holder, operator string) (k ledger.CodeKey, err error) {
	actor, err := h.someone("destroy key", operator)
	if err != nil {
		return k, err
	}
	k, found, err := h.ledger.CodeKey(ctx, holder)
	if err != nil {
		return k, err
	}
	if !found {
		return k, &flusso.Error{Op: "destroy key", ID: holder, Kind: flusso.Invalid, What: textNoCodeKey, Hint: hintCodeKeysListed}
	}
	err = h.ledger.Update(ctx, func(tx *ledger.Tx) error { return h.beginEnd(ctx, tx, &k, actor) })
	if err != nil {
		return k, err
	}
	return k, h.endCodeKey(context.WithoutCancel(ctx), k)
}

// settleCodeKeys ends what a crash broke off.
func (h *House) settleCodeKeys(ctx context.Context) error {
	open, err := h.ledger.OpenCodeKeys(ctx)
	if err != nil {
		return err
	}
	for _, k := range open {
		if k.State == ledger.KeyLeaving {
			err = h.endCodeKey(ctx, k)
		} else {
			_, err = h.settleCodeKey(ctx, k)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// settleCodeKey brings a key that was to be made to the end that its file tells:
// it is in use where the file is whole, for then the sealed copy is durable too;
// else it is given up.
func (h *House) settleCodeKey(ctx context.Context, k ledger.CodeKey) (live bool, err error) {
	_, err = readCodeKey(h.fs, h.cfg.State, k.Holder, k.Generation, k.KeyID)
	switch {
	case err == nil:
		// Its rename may be what failed: the name must be durable too.
		if err := h.fs.SyncDir(filepath.Join(h.cfg.State, codesFolder)); err != nil {
			return false, fmt.Errorf("settle key: %w", err)
		}
		return true, h.enliven(ctx, k)
	case flusso.KindOf(err) != flusso.Corrupt: // it is there, and cannot be read now
		return false, err
	}
	if err := removeCodeKey(h.fs, h.cfg.State, k.Holder, k.Generation); err != nil {
		return false, err
	}
	return false, h.ledger.Update(ctx, func(tx *ledger.Tx) error {
		if err := tx.MoveCodeKey(ctx, k.ID, ledger.KeyAbandoned, ""); err != nil {
			return err
		}
		return h.noteCodeKey(ctx, tx, ledger.CodeKeyDone, k, k.MadeBy, "given up")
	})
}

// noteCodeKey enters one step of a key's life in the audit log.
func (h *House) noteCodeKey(ctx context.Context, tx *ledger.Tx, event ledger.Event, k ledger.CodeKey, actor, outcome string) error {
	_, err := tx.Append(ctx, ledger.Entry{
		Event: event, Actor: actor, Login: h.opt.Login, KeyID: k.KeyID, Outcome: outcome,
		Object: fmt.Sprintf("code_key/%s/%d", k.Holder, k.Generation), Purpose: h.cfg.KeyHolders[k.Holder].Act,
	})
	return err
}
