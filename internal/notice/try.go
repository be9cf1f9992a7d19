package notice

import (
	"context"
	"slices"

	"flussi/internal/flusso"
	"flussi/internal/ledger"
)

// Tried is what came of a trial.
type Tried struct {
	Target string
	Err    error
}

// Try sends everybody a message that asks for nothing, or the one target that is named,
// with or without its mail. or webhook. before it. It needs no ledger and enters nothing.
func (p Premises) Try(ctx context.Context, name string) (all []Tried, err error) {
	targets := targetsOf(p.Config)
	if len(targets) == 0 {
		return nil, &flusso.Error{Op: "try notices", Kind: flusso.Config, What: textNobodyTold, Hint: hintNobodyTold}
	}
	known := flusso.Text{It: "ci sono:", En: "there are:"}
	for _, to := range targets {
		known.It, known.En = known.It+" "+to.name, known.En+" "+to.name
	}
	targets = slices.DeleteFunc(targets, func(to target) bool {
		return name != "" && to.name != name && to.name != "mail."+name && to.name != "webhook."+name
	})
	if len(targets) == 0 {
		return nil, &flusso.Error{Op: "try notices", Kind: flusso.Invalid, What: textUnknownTold, Hint: known}
	}
	now := p.Now()
	for _, to := range targets {
		trial := ledger.Notice{Trouble: ledger.Trouble{Kind: kindTrial, Subject: to.name, Since: now}, Event: ledger.Raised}
		l := p.letter(ledger.Message{ID: -1, Target: to.name, MadeAt: now}, []ledger.Notice{trial}, to.lang)
		all = append(all, Tried{to.name, to.send(ctx, l, now)})
	}
	return all, nil
}

// kindTrial is no kind of the configuration.
const kindTrial = "trial"
