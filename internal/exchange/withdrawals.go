package exchange

import (
	"fmt"

	"flussi/internal/anonymize"
	"flussi/internal/flusso"
	"flussi/internal/state"
)

// A cancellation (TipoOperazione C) of a record that an earlier release shows takes
// its row out of the next one, where a row has a name that lasts: in datasets with
// names. Elsewhere it is pending: the record is current no more and its row waits,
// which the run says exactly and the dataset's readers are told in multiples of k.
// Anonymous rows carry nothing that lasts, and alike ones were merged before they were
// published: the house does not know whose they are. Tables are counts of an increment.

// termsOf are those on which the state remembers a target's records.
func (r *run) termsOf(t *target) state.Terms {
	now := state.MonthOf(r.opt.Now())
	return state.Terms{Month: now, Oldest: now - state.Month(r.cfg.Retention.StateMonths), Lasting: !named(t.level)}
}

// named tells whether rows of a level have names that last.
func named(level anonymize.Level) bool {
	return level == anonymize.Totale || level == anonymize.TotaleProprioEnte
}

// waitingNote tells a dataset's readers of rows whose records were cancelled, at most
// how many there are: some were outside or suppressed, which the state does not know.
func waitingNote(n int64, k int) flusso.Text {
	m := int64(max(k, anonymize.MinK, 5))
	n = (n + m - 1) / m * m
	return flusso.Text{It: fmt.Sprintf(textWaiting.It, n), En: fmt.Sprintf(textWaiting.En, n)}
}

// takeOut has the rows of records that are current no more taken out.
func (t *target) takeOut(revoked [][24]byte) {
	if len(revoked) == 0 {
		return
	}
	names := make(map[string]bool, len(revoked))
	maker := anonymize.NewRigaMaker(t.key.Recipient, t.key.Dataset)
	var text []byte
	for _, id := range revoked {
		text = maker.Riga((*anonymize.RecordID)(&id)).AppendText(text[:0])
		names[string(text)] = true
	}
	t.release.Withdraw(names)
}
