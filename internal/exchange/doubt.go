package exchange

import (
	"context"

	"flussi/internal/flusso"
	"flussi/internal/ledger"
)

// Decide enters what a person found out about a delivery in doubt: the
// recipient has it, or it has not and the next run sends it again. Kind Invalid
// when no delivery in doubt has this number.
func (h *House) Decide(ctx context.Context, id ledger.DeliveryID, arrived bool, operator string) error {
	d, found, err := h.ledger.Delivery(ctx, id)
	if err != nil {
		return err
	}
	if !found || d.State != ledger.DeliveryInDoubt {
		return &flusso.Error{Op: "decide", ID: id.String(), Kind: flusso.Invalid, What: textNotInDoubt, Hint: hintNotInDoubt}
	}
	// Sent again, it may meet a part that the first try left: its reason stays.
	state, outcome := ledger.DeliveryFailed, "a person says it did not arrive"
	if arrived {
		state, outcome = ledger.Sent, "a person says it arrived"
	}
	return h.ledger.Update(ctx, func(tx *ledger.Tx) error {
		if err := tx.EndDelivery(ctx, id, state, d.Reason); err != nil {
			return err
		}
		if arrived {
			if err := h.awaitReceipt(ctx, tx, id, d.Endpoint, d.Object); err != nil {
				return err
			}
		}
		e := h.entryOfDelivery(d, outcome)
		e.Event, e.Actor, e.Login = ledger.TransferDone, h.answers(operator), h.opt.Login
		return h.enter(ctx, tx, e)
	})
}
