package exchange

import (
	"flussi/internal/anonymize"
	"flussi/internal/state"
)

// A cancellation (TipoOperazione C) of a record that an earlier release shows takes
// its row out of the next one, where a row has a name that lasts: in datasets with
// names. Elsewhere it is pending: reported, with the row still there.

// termsOf are those on which the state remembers a target's records.
func (r *run) termsOf(t *target) state.Terms {
	now := state.MonthOf(r.opt.Now())
	return state.Terms{Month: now, Oldest: now - state.Month(r.cfg.Retention.StateMonths), Lasting: !named(t.level)}
}

// named tells whether rows of a level have names that last.
func named(level anonymize.Level) bool {
	return level == anonymize.Totale || level == anonymize.TotaleProprioEnte
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
