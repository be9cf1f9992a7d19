package daemon

import (
	"context"
	"errors"

	"flussi/internal/config"
	"flussi/internal/flusso"
	"flussi/internal/ledger"
)

// Refusal is why a configuration that was read anew is not taken up. What is wrong with
// it, and where, is told once, and flussi check tells it again: a fault is kept nowhere.
type Refusal struct {
	Reason string // RefusedForFaults, RefusedUntilStart, or the kind of another error
	Faults int
}

// Why a configuration is refused.
const (
	RefusedForFaults  = "faults"  // of its files
	RefusedUntilStart = "restart" // it changes what only a start takes up
)

func refusalOf(err error) *Refusal {
	var faults config.Faults
	var known *flusso.Error
	switch {
	case errors.As(err, &faults):
		return &Refusal{RefusedForFaults, len(faults)}
	case errors.As(err, &known) && known.Op == "reload":
		return &Refusal{RefusedUntilStart, 1}
	}
	return &Refusal{flusso.KindOf(err).String(), 1}
}

// refuse stays with the configuration at work. The first refusal is an alarm, which a
// configuration that is taken up ends.
func (d *Daemon) refuse(ctx context.Context, err error) {
	first := d.Refused == nil
	d.Refused = refusalOf(err)
	d.Tell(Event{MessageType: "reload_refused", Reason: d.Refused.Reason, Faults: d.Refused.Faults, Err: err})
	if !first {
		return
	}
	person, _ := d.Config.Operators.ResponsibleAt(config.DateOf(d.Now()))
	d.note(ctx, func(tx *ledger.Tx) error {
		_, err := tx.Append(ctx, ledger.Entry{
			Event: ledger.Alarm, Actor: person, Object: "configuration", Outcome: "refused", Counts: map[string]int64{"faults": int64(d.Refused.Faults)},
		})
		return err
	})
}
