package exchange

import (
	"context"
	"path/filepath"

	"flussi/internal/config"
	"flussi/internal/flusso"
	"flussi/internal/ledger"
)

// vouched is the reason of an arrival that a person let out of quarantine: it
// is no copy of what came before under its name.
const vouched = "released by a person"

// SetAside is a file in quarantine.
type SetAside struct {
	ledger.Arrival
	Report string `json:"report"` // where the report on it stands, unless its schedule names a folder
}

// Quarantined lists the files set aside, oldest first. It reads the ledger
// alone, beside whoever runs.
func Quarantined(ctx context.Context, cfg *config.Config, l *ledger.Ledger) ([]SetAside, error) {
	arrivals, err := l.Arrivals(ctx, ledger.Quarantined)
	files := make([]SetAside, len(arrivals))
	for i, a := range arrivals {
		files[i] = SetAside{a, filepath.Join(cfg.State, "reports", a.SpoolID+".html")}
	}
	return files, err
}

// LetOut takes a file out of quarantine: the next run of its schedule reads it
// again. What is wrong with the file itself sets it aside again; that it has
// the name of an earlier one does not, because a person vouches for it.
func (h *House) LetOut(ctx context.Context, id ledger.ArrivalID, operator string) error {
	a, found, err := h.ledger.Arrival(ctx, id)
	if err != nil {
		return err
	}
	if !found || a.State != ledger.Quarantined {
		return &flusso.Error{Op: "quarantine", ID: id.String(), Kind: flusso.Invalid, What: textNotSetAside, Hint: hintNotSetAside}
	}
	// The bytes first: after a crash between the two, settle puts them back.
	if err := h.spool.Restore(a.SpoolID); err != nil {
		return err
	}
	return h.ledger.Update(ctx, func(tx *ledger.Tx) error {
		if err := tx.MoveArrival(ctx, id, ledger.Received, vouched); err != nil {
			return err
		}
		_, err := tx.Append(ctx, ledger.Entry{
			Event: ledger.Quarantine, Actor: h.answers(operator), Login: h.opt.Login, Object: ledger.ObjectOfArrival(id), Outcome: vouched,
		})
		return err
	})
}
