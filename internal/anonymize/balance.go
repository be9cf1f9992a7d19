package anonymize

import (
	"fmt"

	"flussi/internal/flusso"
)

// Balance is the books of one view, in records (PrestazioniSociali, SINBA
// elements, rows of a return flow). They are exact and stay inside: what a
// recipient is told of them is rounded up to multiples of k by who writes it.
type Balance struct {
	In         int64 // records added
	Rejected   int64 // not accepted by schema or rules
	Duplicate  int64 // came before
	Withdrawn  int64 // cancellations and what they cancel
	Outside    int64 // not of the recipient's territory or Ente
	Disclosed  int64 // in emitted rows, or counted in a published inner cell
	Suppressed int64 // kept back by disclosure control
	Rows       int64 // rows emitted; for tables inner cells and margins
}

// check is invariant 3 for a release: records in are all accounted for.
func (b Balance) check() error {
	if out := b.Rejected + b.Duplicate + b.Withdrawn + b.Outside + b.Disclosed + b.Suppressed; out != b.In {
		return &flusso.Error{
			Op: "close view", Kind: flusso.Internal, What: textImbalance, Hint: textImbalanceHint,
			Err: fmt.Errorf("%d records in, %d accounted for", b.In, out),
		}
	}
	return nil
}
