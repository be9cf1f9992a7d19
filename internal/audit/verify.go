package audit

import (
	"context"
	"errors"
	"fmt"

	"flussi/internal/flusso"
	"flussi/internal/ledger"
)

// Log is the audit log, to read.
type Log interface {
	Verify(ctx context.Context, noted ...ledger.Root) (ledger.Root, error)
	Checkpoints(ctx context.Context) ([]ledger.Checkpoint, error)
	CheckpointAt(ctx context.Context, size int64) (ledger.Checkpoint, bool, error)
	Root(ctx context.Context) (ledger.Root, error)
	RootAt(ctx context.Context, size int64) (ledger.Root, error)
}

var (
	_ Log = (*ledger.Ledger)(nil)
	_ Log = (*ledger.Tx)(nil)
)

// Verify recomputes the log, holds it against what the evidence says, and looks
// at the signature of every checkpoint that is kept with it. Kind Corrupt, naming
// the first entry at fault as nearly as the evidence can tell, when something was
// altered.
func Verify(ctx context.Context, l *ledger.Ledger, key Key, evidence ...*Evidence) (ledger.Root, error) {
	var noted []ledger.Root
	for _, e := range evidence {
		noted = append(noted, e.Roots...)
	}
	root, err := l.Verify(ctx, noted...)
	if flusso.KindOf(err) == flusso.Corrupt && err != nil {
		for _, e := range evidence {
			if index, found := e.firstOther(ctx, l, 0); found {
				return root, otherLog(fmt.Errorf("entry %d is not the one that was copied: %w", index, err))
			}
		}
	}
	if err != nil {
		return root, err
	}
	kept, err := l.Checkpoints(ctx)
	if err != nil {
		return root, err
	}
	for _, c := range kept {
		if _, err := key.Open(c.Note); err != nil {
			return root, fmt.Errorf("the checkpoint at %d: %w", c.Size, err)
		}
	}
	for _, e := range evidence { // entries beyond their last checkpoint
		if index, found := e.firstOther(ctx, l, e.vouched()); found {
			return root, otherLog(fmt.Errorf("entry %d is not the one that was copied", index))
		}
	}
	return root, nil
}

// Compare tells, without reading the whole log, whether it is the one that a copy
// has the beginning of: nil when it is. Kind Corrupt when it is shorter, as a state
// folder is that was restored from an older snapshot, or another one. What a
// checkpoint that is kept here says is believed; Verify believes nothing.
func Compare(ctx context.Context, l Log, held Held) error {
	root, err := l.Root(ctx)
	if err != nil {
		return err
	}
	if last := max(held.Next, held.Checkpoint.Size); last > root.Size {
		return &flusso.Error{Op: "compare audit", Kind: flusso.Corrupt, What: textOlder(root.Size, last), Hint: hintOlder}
	}
	if held.Checkpoint.Size == 0 || held.Checkpoint.Root == root {
		return nil
	}
	then, found, err := l.CheckpointAt(ctx, held.Checkpoint.Size)
	if err != nil {
		return err
	}
	if !found {
		if then.Root, err = l.RootAt(ctx, held.Checkpoint.Size); err != nil {
			return err
		}
	}
	if then.Root != held.Checkpoint.Root {
		return otherLog(errors.New("the root of then is another one"))
	}
	return nil
}

func otherLog(err error) error {
	return &flusso.Error{Op: "compare audit", Kind: flusso.Corrupt, What: textOtherLog, Hint: hintOtherLog, Err: err}
}
