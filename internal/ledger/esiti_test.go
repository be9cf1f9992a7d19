package ledger

import (
	"testing"
	"time"

	"flussi/internal/flusso"
)

// An esito that came before its flow finds it later; a duplicate is not it.
func TestEsitoFindsItsFlow(t *testing.T) {
	ctx, l := t.Context(), fresh(t)
	taken := time.Date(2026, 2, 2, 3, 0, 0, 0, time.UTC)
	e := Esito{IDFlusso: "H501.PS.20260131.0000001", Tipo: flusso.PSPSASINA, FlussoAt: taken.Add(-time.Hour), AcquisizioneAt: taken, Codice: "ERRORE_GENERICO"}
	enter := func(e Esito) error {
		return l.Update(ctx, func(tx *Tx) error {
			_, err := tx.AddEsito(ctx, e)
			return err
		})
	}
	if err := enter(e); err != nil {
		t.Fatal(err)
	}
	e.AcquisizioneAt = e.AcquisizioneAt.In(time.FixedZone("", 7200)) // the same moment
	if err := enter(e); flusso.KindOf(err) != flusso.Exists {
		t.Errorf("again: %v", err)
	}
	e.Codice = "OK"
	if err := enter(e); flusso.KindOf(err) != flusso.Invalid {
		t.Errorf("another answer: %v", err)
	}
	e.AcquisizioneAt = e.AcquisizioneAt.Add(24 * time.Hour)
	if err := enter(e); err != nil {
		t.Errorf("a later answer: %v", err)
	}
	list, err := l.Esiti(ctx, 0)
	if err != nil || len(list) != 2 || list[0].Arrival != 0 || !list[1].AcquisizioneAt.Equal(taken) || list[1].Tipo != flusso.PSPSASINA {
		t.Fatalf("%+v %v", list, err)
	}

	arrival := take(t, l, beginRun(t, l), 1)
	err = l.Update(ctx, func(tx *Tx) error {
		if err := tx.Receive(ctx, arrival, 1, sumOf("a")); err != nil {
			return err
		}
		return tx.Judge(ctx, arrival, Accepted, Findings{Tipo: flusso.PSPSASINA, Ente: "H501", IDFlusso: e.IDFlusso})
	})
	if err != nil {
		t.Fatal(err)
	}
	if list, err = l.Esiti(ctx, 1); err != nil || list[0].Arrival != arrival {
		t.Errorf("%+v %v", list, err)
	}
	if last, found, err := l.EsitoOf(ctx, arrival); err != nil || !found || last.Codice != "OK" {
		t.Errorf("%+v %v %v", last, found, err)
	}
	if _, found, err := l.EsitoOf(ctx, arrival+1); found || err != nil {
		t.Errorf("the esito of no arrival: %v %v", found, err)
	}
}
