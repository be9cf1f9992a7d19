package ledger

import (
	"context"
	"strconv"
	"time"

	"flussi/internal/flusso"
)

// EsitoID numbers the esiti of a ledger, from 1.
type EsitoID int64

// String gives the number.
func (id EsitoID) String() string { return strconv.FormatInt(int64(id), 10) }

// Esito is what INPS answered to one flow (an esito), without its free text,
// which may name a person.
type Esito struct {
	ID EsitoID `json:"id"`
	// IDFlusso is in the form in which arrivals have it: as it is where it
	// follows the official structure, else masked.
	IDFlusso       string      `json:"id_flusso"`
	Tipo           flusso.Tipo `json:"-"`
	FlussoAt       time.Time   `json:"ts_flusso"`       // when it was published
	AcquisizioneAt time.Time   `json:"ts_acquisizione"` // when INPS took it
	Codice         string      `json:"codice_esito"`
	Acquisizione   string      `json:"id_acquisizione_siuss,omitempty"`
	Noted          string      `json:"noted,omitempty"` // a known message by its name
	// Arrival is the flow's, as long as the ledger knows it; 0 if it does not,
	// or not yet.
	Arrival ArrivalID `json:"arrival,omitempty"`
	ReadAt  time.Time `json:"read_at"`
}

// AddEsito enters an esito, once: INPS sends one again until it is thanked,
// and people read files twice. Kind Exists when it is there already, Invalid
// when another answer is there for the same flow and moment.
func (tx *Tx) AddEsito(ctx context.Context, o Esito) (EsitoID, error) {
	at := o.AcquisizioneAt.UTC().Format(stampLayout)
	old, found, err := one(ctx, tx.view, scanEsito, selectEsito+`WHERE o.id_flusso = ? AND o.acquisizione_at = ?`, o.IDFlusso, at)
	switch {
	case err != nil:
		return 0, err
	case found && old.Codice == o.Codice && old.Acquisizione == o.Acquisizione:
		return old.ID, &flusso.Error{Op: "enter esito", ID: old.ID.String(), Kind: flusso.Exists, What: textEsitoKnown}
	case found:
		return old.ID, &flusso.Error{Op: "enter esito", ID: old.ID.String(), Kind: flusso.Invalid, What: textEsitoOther}
	}
	id, err := tx.insert(ctx, `INSERT INTO esiti (id_flusso, tipo, flusso_at, acquisizione_at, codice, acquisizione, noted, read_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
		o.IDFlusso, o.Tipo.String(), o.FlussoAt.UTC().Format(stampLayout), at, o.Codice, o.Acquisizione, o.Noted, tx.stamp())
	return EsitoID(id), fail("enter esito", "", err)
}

// The flow of an esito is the first arrival of its name that repeats none.
const selectEsito = `SELECT o.id, o.id_flusso, o.tipo, o.flusso_at, o.acquisizione_at, o.codice, o.acquisizione, o.noted, o.read_at,
	coalesce((SELECT min(a.id) FROM arrivals a WHERE a.id_flusso = o.id_flusso AND a.id_flusso <> '' AND a.state <> 'duplicate'), 0)
	FROM esiti o `

func scanEsito(row scanner) (o Esito, err error) {
	var tipo string
	err = row.Scan(&o.ID, &o.IDFlusso, &tipo, stampScan{&o.FlussoAt}, stampScan{&o.AcquisizioneAt}, &o.Codice, &o.Acquisizione, &o.Noted,
		stampScan{&o.ReadAt}, &o.Arrival)
	if err == nil {
		o.Tipo, err = flusso.ParseTipo(tipo)
	}
	return o, err
}

// LastEsito finds the latest answer to a flow, by when INPS took it.
func (v view) LastEsito(ctx context.Context, idFlusso string) (Esito, bool, error) {
	return one(ctx, v, scanEsito, selectEsito+`WHERE o.id_flusso = ? ORDER BY o.acquisizione_at DESC LIMIT 1`, idFlusso)
}

// Esiti lists the last esiti, newest first; all when last is 0.
func (v view) Esiti(ctx context.Context, last int) ([]Esito, error) {
	return all(ctx, v, scanEsito, selectEsito+`ORDER BY o.id DESC LIMIT ?`, limit(last))
}

// EsitiAfter lists the esiti entered after one, oldest first; all after 0.
func (v view) EsitiAfter(ctx context.Context, id EsitoID) ([]Esito, error) {
	return all(ctx, v, scanEsito, selectEsito+`WHERE o.id > ? ORDER BY o.id`, id)
}

// EsitoOf finds the latest answer to the flow of an arrival, by when INPS took
// it.
func (v view) EsitoOf(ctx context.Context, id ArrivalID) (Esito, bool, error) {
	return one(ctx, v, scanEsito, selectEsito+`JOIN arrivals a ON a.id_flusso = o.id_flusso AND a.id_flusso <> ''
		WHERE a.id = ? ORDER BY o.acquisizione_at DESC LIMIT 1`, id)
}
