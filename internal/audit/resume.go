package audit

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"flussi/internal/ledger"
)

// Resume puts back, from a copy that can be read, what the log lacks after an older
// snapshot was restored, and enters on behalf of whom by names that it did. Nothing is
// kept unless the log then has the root that the copy's last checkpoint was signed for.
// It gives the entries that were lacking, in order, none when the log lacks nothing; and how
// many of them come after that checkpoint: a crash while they were copied left them so, or
// somebody wrote them who may write to the copy, and a person looks which.
// Kind Corrupt when the two are different logs.
func Resume(ctx context.Context, l *ledger.Ledger, key Key, path string, by ledger.Entry) (lacking []ledger.Entry, unsigned int64, err error) {
	held, err := File{Path: path}.Held(ctx)
	if err != nil {
		return nil, 0, err
	}
	if held.Checkpoint.Note == nil {
		return nil, 0, noEvidence(errors.New("no checkpoint in it"))
	}
	if _, err := key.Open(held.Checkpoint.Note); err != nil {
		return nil, 0, err
	}
	e := &Evidence{path: path, key: key}
	err = l.Update(ctx, func(tx *ledger.Tx) error {
		here, err := tx.Root(ctx)
		if err != nil {
			return err
		}
		var stored [][]byte
		next := here.Size
		err = e.eachLine(next, func(at line) error {
			if at.Index == nil || *at.Index < next { // again, after a line that broke off
				return nil
			}
			if *at.Index > next {
				return otherLog(fmt.Errorf("entry %d is not in the copy", next))
			}
			next++
			stored = append(stored, bytes.Clone(bytes.TrimSpace(at.Entry)))
			return nil
		})
		if err != nil {
			return err
		}
		if len(stored) == 0 {
			return Compare(ctx, tx, held)
		}
		var lost int64
		if lacking, lost, err = tx.AppendStored(ctx, stored); err != nil {
			return err
		}
		unsigned = max(0, next-max(here.Size, held.Checkpoint.Size))
		then, err := tx.RootAt(ctx, held.Checkpoint.Size)
		if err != nil {
			return err
		}
		if then != held.Checkpoint.Root {
			return otherLog(errors.New("what the copy has does not follow on this log"))
		}
		by.Event, by.Object, by.Outcome = ledger.LogResumed, "audit", "from a copy"
		by.Counts = map[string]int64{"from": here.Size, "lost": lost, "to": next, "unsigned": unsigned}
		_, err = tx.Append(ctx, by)
		return err
	})
	if err != nil {
		return nil, 0, err
	}
	return lacking, unsigned, nil
}
