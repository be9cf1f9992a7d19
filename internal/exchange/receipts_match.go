package exchange

import (
	"context"
	"time"

	"flussi/internal/ledger"
	"flussi/internal/receipts"
)

// Why a receipt is what it is.
const (
	saysOtherwise = "differs" // another size or hash
	saysNo        = "refused"
	manyOfThat    = "several" // files of that name
	contradicts   = "contradicts"
)

// match finds what a receipt is of, and enters it.
func (h *House) match(ctx context.Context, tx *ledger.Tx, r ledger.Receipt) (ledger.Receipt, error) {
	sent, err := h.sentOrTaken(ctx, tx, r)
	if err != nil {
		return r, err
	}
	state, reason, of := meant(r, sent)
	if state == ledger.Unmatched {
		return r, nil
	}
	if of.about != "" {
		r.Object = of.about
	}
	if r.State, r.Reason = state, reason; state == ledger.Matched && r.Attests == string(receipts.Delivery) {
		to := ledger.ReceiptIn
		if of.receipt == ledger.ReceiptOverdue {
			to = ledger.ReceiptLate
		}
		if err := tx.SetReceipt(ctx, of.delivery, to); err != nil {
			return r, err
		}
	}
	if err := tx.MoveReceipt(ctx, r.ID, state, reason, r.Object); err != nil {
		return r, err
	}
	e := h.entryOfReceipt(r)
	switch state {
	case ledger.Mismatched:
		if of.delivery != 0 {
			if err := tx.SetReceipt(ctx, of.delivery, ledger.ReceiptMismatch); err != nil {
				return r, err
			}
		}
		e.Outcome = ledger.ReceiptMismatch
		return r, h.alarm(ctx, tx, of.about, e)
	case ledger.Ambiguous:
		return r, h.alarm(ctx, tx, e.Object, e)
	}
	return r, h.enter(ctx, tx, e)
}

// attested is something that a receipt may be of.
type attested struct {
	about    string // "delivery 7"
	delivery ledger.DeliveryID
	size     int64
	sha256   string
	at       time.Time // when it was over
	receipt  string    // so far
}

// sentOrTaken lists what a receipt may be of, by endpoint and name.
func (h *House) sentOrTaken(ctx context.Context, tx *ledger.Tx, r ledger.Receipt) (all []attested, err error) {
	if r.Attests == string(receipts.Fetch) {
		taken, err := tx.ArrivalsNamed(ctx, r.Endpoint, r.NameHash)
		for _, a := range taken {
			all = append(all, attested{"arrival " + a.ID.String(), 0, a.Size, a.SHA256.String(), a.ReceivedAt, ledger.ReceiptWaiting})
		}
		return all, err
	}
	sent, err := tx.DeliveriesNamed(ctx, r.Endpoint, r.NameHash)
	for _, d := range sent {
		all = append(all, attested{"delivery " + d.ID.String(), d.ID, d.Size, d.SHA256.String(), d.ChangedAt, d.Receipt})
	}
	return all, err
}

// meant tells which one a receipt can only mean, and what it says of it.
func meant(r ledger.Receipt, named []attested) (state ledger.ReceiptState, reason string, of attested) {
	said := r.SaidAt
	if said.IsZero() || said.After(r.ReadAt) { // it attests nothing that was still to come when it was read
		said = r.ReadAt
	}
	var before, same []attested // what was over when it was written; of that, what it describes
	for _, a := range named {
		if a.at.After(said.Add(skew)) {
			continue
		}
		before = append(before, a)
		if (r.Size < 0 || r.Size == a.size) && (r.SHA256 == "" || r.SHA256 == a.sha256) {
			same = append(same, a)
		}
	}
	switch {
	case len(before) == 0:
		return ledger.Unmatched, "", of
	case len(same) > 1, len(same) == 0 && len(before) > 1:
		return ledger.Ambiguous, manyOfThat, of
	case len(same) == 0:
		return ledger.Mismatched, saysOtherwise, before[0]
	}
	of = same[0]
	switch {
	case !r.Positive:
		return ledger.Mismatched, saysNo, of
	case of.receipt == ledger.ReceiptWaiting, of.receipt == ledger.ReceiptOverdue:
		return ledger.Matched, "", of
	case of.receipt == ledger.ReceiptMismatch:
		return ledger.Ambiguous, contradicts, of
	}
	return ledger.Superfluous, "", of
}
