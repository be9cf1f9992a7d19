package exchange

import "flussi/internal/state"

// termsOf are those on which the state remembers a target's records. No row is taken
// out of what was released.
func (r *run) termsOf() state.Terms {
	now := state.MonthOf(r.opt.Now())
	return state.Terms{Month: now, Oldest: now - state.Month(r.cfg.Retention.StateMonths), Lasting: true}
}
