package audit

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"flussi/internal/flusso"
	"flussi/internal/ledger"
)

// Place is where a copy is kept.
type Place interface {
	// Send hands over what follows on what it was handed before; nil means that it
	// was taken. Kind Corrupt: the place has another log.
	Send(ctx context.Context, b Batch) error
}

// Reading is a Place whose copy can be read.
type Reading interface {
	// Held tells how far the copy goes; the zero Held when there is none.
	Held(ctx context.Context) (Held, error)
}

// Held is the end of a copy.
type Held struct {
	Next       int64             // the index after its last entry's
	Checkpoint ledger.Checkpoint // of the most entries
}

// Batch is a stretch of the log, or of what is left of it: entries whose contents
// were removed are missing.
type Batch struct {
	Entries []ledger.Logged
	// Checkpoint covers Entries and all before; without a Note, more entries
	// follow before there is one.
	Checkpoint ledger.Checkpoint
}

const (
	batchEntries = 500
	// sendWithin is all the time that a place gets for a batch.
	sendWithin = 30 * time.Second
)

// Sent is what became of one place's copy.
type Sent struct {
	Place string
	Size  int64 // entries that it has
	Err   error // nil: it has everything
}

// Copy brings every place up to the last checkpoint, one after the other, and enters
// in the ledger how far each came. What one did not take is offered again by the
// next call. The error is the ledger's; what a place said is in Sent.
func Copy(ctx context.Context, l *ledger.Ledger, key Key, places map[string]Place) (sent []Sent, err error) {
	last, found, err := l.LastCheckpoint(ctx)
	if err != nil || !found {
		return nil, err
	}
	for _, name := range sortedNames(places) {
		had, _, err := l.CopyAt(ctx, name)
		if err != nil {
			return sent, err
		}
		had.Place = name
		if had.Size == last.Size && had.Failures == 0 {
			sent = append(sent, Sent{name, had.Size, nil})
			continue
		}
		failed := bring(ctx, l, key, places[name], &had, last)
		if failed == nil {
			had.Failures, had.Reason = 0, ""
		} else {
			had.Failures, had.Reason = had.Failures+1, flusso.KindOf(failed).String()
		}
		if err := l.Update(context.WithoutCancel(ctx), func(tx *ledger.Tx) error { return tx.SetCopy(ctx, had) }); err != nil {
			return sent, err
		}
		sent = append(sent, Sent{name, had.Size, failed})
	}
	return sent, nil
}

// bring offers a place what it has not.
func bring(ctx context.Context, l *ledger.Ledger, key Key, p Place, had *ledger.Copy, last ledger.Checkpoint) error {
	from := had.Size
	if r, ok := p.(Reading); ok {
		held, err := r.Held(ctx)
		if err != nil {
			return err
		}
		if err := CompareHeld(ctx, l, key, held); err != nil {
			return err
		}
		if held.Next == 0 && had.Size > 0 {
			return &flusso.Error{Op: "copy audit", ID: had.Place, Kind: flusso.Config, What: textCopyGone(had.Size), Hint: hintCopyGone}
		}
		from = held.Next // what a crash kept from the ledger counts
	}
	var b Batch
	send := func() error {
		ctx, cancel := context.WithTimeoutCause(ctx, sendWithin, errors.New("no answer in time"))
		defer cancel()
		if err := p.Send(ctx, b); err != nil {
			return err
		}
		if n := len(b.Entries); n > 0 {
			had.Size = b.Entries[n-1].Index + 1
		}
		b.Entries = b.Entries[:0]
		return nil
	}
	err := l.EachEntry(ctx, from, func(e ledger.Logged) error {
		if e.Index >= last.Size {
			return errWhole
		}
		if b.Entries = append(b.Entries, e); len(b.Entries) == batchEntries {
			return send()
		}
		return nil
	})
	if err != nil && !errors.Is(err, errWhole) {
		return err
	}
	b.Checkpoint = last
	if err := send(); err != nil {
		return err
	}
	had.Size, had.Note = last.Size, last.Note
	return nil
}

var errWhole = errors.New("whole")

// CompareHeld is Compare, with a look at who signed what the copy has.
func CompareHeld(ctx context.Context, l Log, key Key, held Held) error {
	if held.Checkpoint.Note != nil {
		if _, err := key.Open(held.Checkpoint.Note); err != nil {
			return fmt.Errorf("the last checkpoint of the copy: %w", err)
		}
	}
	return Compare(ctx, l, held)
}

func sortedNames[V any](m map[string]V) (names []string) {
	for name := range m {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}
