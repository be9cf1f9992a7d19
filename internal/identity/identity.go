// Package identity tells which benefit a record of a flow is about, and what it says of
// it, by keyed hashes: so that what was taken, sent or answered before is known again,
// and no value is kept.
//
// It promises that the same identity has the same key under one secret, and that whoever
// has the hashes without it learns nothing (internal/state). It keeps nothing.
package identity

import (
	"flussi/internal/flusso"
	"flussi/internal/schema"
	"flussi/internal/state"
)

// Record is a record of a flow, without its values.
type Record struct {
	Op      state.Op
	Key     state.Key
	Content state.Content
}

// Identifier hashes the identity and the content of records, batch after batch. It is
// for one goroutine.
type Identifier struct {
	hasher *state.Hasher
	person int    // whose values are in shared; -1: nobody's
	shared []byte // values of the header and of the person at hand
	own    []byte
}

// New makes an Identifier of a hasher's secret.
func New(h *state.Hasher) *Identifier { return &Identifier{hasher: h} }

// Begin comes before the records of each batch.
func (i *Identifier) Begin() { i.person = -1 }

// Identify hashes a record's identity and content. The fields of identity are
// those that a cancellation repeats (siuss.md 4.1: Ente, person, benefit,
// protocol, start or payment date).
func (i *Identifier) Identify(b *schema.Batch, rec int) Record {
	text := func(f schema.Field) []byte {
		v, _ := b.Text(f, rec)
		return v
	}
	person, protocol, benefit := text(schema.CodiceFiscale), text(schema.ProtocolloDomanda), text(schema.CodicePrestazione)
	date, ok := b.Text(schema.DataInizioPrestazione, rec)
	if !ok {
		date = text(schema.DataErogazionePrestazione)
	}
	switch b.Tipo {
	case flusso.SINBA:
		person, benefit, date = text(schema.SINBAIDBeneficiario), text(schema.SINBACodicePrestazione), text(schema.SINBADataPrimaSegnalazione)
	case flusso.Ritorno:
		person = text(schema.CodicePersona)
	}
	r := Record{
		Key: i.hasher.Key(b.Tipo, text(schema.EnteCodice), person, benefit, protocol, date),
	}
	if op, _ := b.Text(schema.TipoOperazione, rec); string(op) == "C" {
		r.Op = state.Cancel
	}
	fields := contentFields[b.Tipo]
	if n := b.Beneficiario(rec); n != i.person {
		i.shared, i.person = b.AppendShared(i.shared[:0], fields, rec), n
	}
	i.own = b.AppendOwn(i.own[:0], fields, rec)
	r.Content = i.hasher.Content(b.Tipo, i.shared, i.own)
	return r
}

// contentFields are the fields that make two records the same: all but the
// header's name, which differs from file to file, and the operation.
var contentFields = ValueLists(schema.FlussoNome, schema.EnteCFOperatore, schema.EnteDenominazione, schema.TipoOperazione)

// ValueLists gives, for each kind of flow, the list of its fields but these.
func ValueLists(but ...schema.Field) map[flusso.Tipo]*schema.ValueList {
	lists := map[flusso.Tipo]*schema.ValueList{}
	for _, tipo := range flusso.Tipi {
		lists[tipo] = schema.NewValueList(tipo, but...)
	}
	return lists
}
