package exchange

import (
	"context"
	"errors"

	"flussi/internal/esiti"
	"flussi/internal/flusso"
	"flussi/internal/ledger"
)

// EsitiEntered is what came of entering INPS's answers.
type EsitiEntered struct {
	New []ledger.Esito
	// Known were there already, Other say otherwise than what is there and
	// were not entered.
	Known, Other []ledger.Esito
}

// EnterEsiti enters INPS's answers in the ledger, all or, when it fails, none;
// of their free text only what esiti.Noted tells. With dryRun it enters nothing
// and tells the same.
func (h *House) EnterEsiti(ctx context.Context, all []esiti.Esito, operator string, dryRun bool) (EsitiEntered, error) {
	var done EsitiEntered
	err := h.ledger.Update(ctx, func(tx *ledger.Tx) error {
		last, err := tx.Esiti(ctx, 1)
		if err != nil {
			return err
		}
		counts := map[string]int64{}
		for _, e := range all {
			o := h.esito(e)
			_, err := tx.AddEsito(ctx, o)
			switch {
			case err == nil:
				counts[o.Codice]++
			case flusso.KindOf(err) == flusso.Exists:
				done.Known = append(done.Known, o)
			case flusso.KindOf(err) == flusso.Invalid:
				done.Other = append(done.Other, o)
			default:
				return err
			}
		}
		before := ledger.EsitoID(0)
		if len(last) > 0 {
			before = last[0].ID
		}
		if done.New, err = tx.EsitiAfter(ctx, before); err != nil {
			return err
		}
		if dryRun {
			return errDryRun
		}
		if len(done.New) == 0 {
			return nil
		}
		_, err = tx.Append(ctx, ledger.Entry{
			Event: ledger.EsitiRead, Actor: h.answers(operator), Login: h.opt.Login, Counts: counts, Outcome: "entered",
		})
		return err
	})
	if errors.Is(err, errDryRun) {
		err = nil
	}
	return done, err
}

var errDryRun = errors.New("a dry run enters nothing")

// acquisitionNumber is what a number given by SIUSS may look like to be stored
// as it is.
var acquisitionNumber = flusso.NewPattern(`^[A-Za-z0-9._/-]*[0-9][A-Za-z0-9._/-]*$`)

// esito gives the form that may be stored.
func (h *House) esito(e esiti.Esito) ledger.Esito {
	o := ledger.Esito{
		IDFlusso: h.keys.mask(e.IDFlusso), Tipo: e.Tipo, FlussoAt: e.FlussoAt, AcquisizioneAt: e.AcquisizioneAt,
		Codice: string(e.Codice), Acquisizione: e.IDAcquisizione, Noted: e.Noted(),
	}
	if o.Acquisizione != "" && !acquisitionNumber.MatchString(o.Acquisizione) {
		o.Acquisizione = h.keys.mask(o.Acquisizione)
	}
	return o
}
