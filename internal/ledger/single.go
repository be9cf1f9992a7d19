package ledger

import (
	"context"

	"flussi/internal/spool"
)

// The changes of a Tx, each in a transaction of its own.

// BeginRun is Tx.BeginRun.
func (l *Ledger) BeginRun(ctx context.Context, r Run) (id RunID, err error) {
	err = l.Update(ctx, func(tx *Tx) error { id, err = tx.BeginRun(ctx, r); return err })
	return id, err
}

// EndRun is Tx.EndRun.
func (l *Ledger) EndRun(ctx context.Context, id RunID, o Outcome, n RunCounts, reason string) error {
	return l.Update(ctx, func(tx *Tx) error { return tx.EndRun(ctx, id, o, n, reason) })
}

// Take is Tx.Take.
func (l *Ledger) Take(ctx context.Context, a Arrival) (id ArrivalID, err error) {
	err = l.Update(ctx, func(tx *Tx) error { id, err = tx.Take(ctx, a); return err })
	return id, err
}

// Receive is Tx.Receive.
func (l *Ledger) Receive(ctx context.Context, id ArrivalID, size int64, sum spool.Sum) error {
	return l.Update(ctx, func(tx *Tx) error { return tx.Receive(ctx, id, size, sum) })
}

// Judge is Tx.Judge.
func (l *Ledger) Judge(ctx context.Context, id ArrivalID, to ArrivalState, f Findings) error {
	return l.Update(ctx, func(tx *Tx) error { return tx.Judge(ctx, id, to, f) })
}

// MoveArrival is Tx.MoveArrival.
func (l *Ledger) MoveArrival(ctx context.Context, id ArrivalID, to ArrivalState, reason string) error {
	return l.Update(ctx, func(tx *Tx) error { return tx.MoveArrival(ctx, id, to, reason) })
}

// BeginRelease is Tx.BeginRelease.
func (l *Ledger) BeginRelease(ctx context.Context, key ReleaseKey, run RunID, arrivals []ArrivalID) error {
	return l.Update(ctx, func(tx *Tx) error { return tx.BeginRelease(ctx, key, run, arrivals) })
}

// PublishRelease is Tx.PublishRelease.
func (l *Ledger) PublishRelease(ctx context.Context, key ReleaseKey, b Books, manifest spool.Sum) error {
	return l.Update(ctx, func(tx *Tx) error { return tx.PublishRelease(ctx, key, b, manifest) })
}

// AbandonRelease is Tx.AbandonRelease.
func (l *Ledger) AbandonRelease(ctx context.Context, key ReleaseKey, reason string) error {
	return l.Update(ctx, func(tx *Tx) error { return tx.AbandonRelease(ctx, key, reason) })
}

// BeginDelivery is Tx.BeginDelivery.
func (l *Ledger) BeginDelivery(ctx context.Context, d Delivery) (id DeliveryID, err error) {
	err = l.Update(ctx, func(tx *Tx) error { id, err = tx.BeginDelivery(ctx, d); return err })
	return id, err
}

// EndDelivery is Tx.EndDelivery.
func (l *Ledger) EndDelivery(ctx context.Context, id DeliveryID, to DeliveryState, reason string) error {
	return l.Update(ctx, func(tx *Tx) error { return tx.EndDelivery(ctx, id, to, reason) })
}

// Append is Tx.Append.
func (l *Ledger) Append(ctx context.Context, e Entry) (index int64, err error) {
	err = l.Update(ctx, func(tx *Tx) error { index, err = tx.Append(ctx, e); return err })
	return index, err
}
