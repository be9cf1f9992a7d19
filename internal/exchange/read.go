package exchange

import (
	"context"
	"errors"
	"io"

	"flussi/internal/anonymize"
	"flussi/internal/container"
	"flussi/internal/flusso"
	"flussi/internal/report"
	"flussi/internal/schema"
	"flussi/internal/state"
)

// Source is a file of flows that can be read from its start more than once.
type Source interface {
	io.ReaderAt
	io.Closer
}

// flow is one flow of a file, as the reading for the verdict found it.
type flow struct {
	summary schema.Summary
	records []record // of accepted records, in order
}

// record is what the state must know of an accepted record.
type record struct {
	op      state.Op
	key     state.Key
	content state.Content
}

// reading is everything the first reading of a file found.
type reading struct {
	flows   []flow
	refused error // Kind Invalid: the file is refused whole
	// beyond is the line of the first accepted record with an amount that cannot
	// be added up; 0 without any.
	beyond int
	report report.File
}

// judge reads every flow in a file for the verdict: summaries, faults for the
// report, and what the state needs. An error is not the
// file's but the world's; a broken file is in reading.refused.
func judge(ctx context.Context, src Source, size int64, opt schema.Options, hasher *state.Hasher) (reading, error) {
	id := newIdentifier(hasher)
	return readFile(ctx, src, size, opt, func(found *reading, b *schema.Batch) error {
		id.begin()
		one := &found.flows[len(found.flows)-1]
		for rec, status := range b.Status {
			if status != schema.Accepted {
				continue
			}
			if found.beyond == 0 && b.Tipo != flusso.SINBA && !anonymize.Countable(b, rec) {
				found.beyond = int(b.Line(rec))
			}
			one.records = append(one.records, id.identify(b, rec))
		}
		return nil
	})
}

// readFile reads every flow in a file for the verdict, and hands on its batches.
func readFile(ctx context.Context, src io.ReaderAt, size int64, opt schema.Options, visit func(found *reading, b *schema.Batch) error) (found reading, err error) {
	opt.Faults = func(f schema.Fault) { found.report.Add(f, report.MaxDetails) }
	err = container.Walk(src, size, func(_ int, r io.Reader) error {
		reader := schema.NewReader(r, opt)
		found.flows = append(found.flows, flow{})
		err := eachBatch(ctx, reader, func(b *schema.Batch) error { return visit(&found, b) })
		found.flows[len(found.flows)-1].summary = reader.Summary()
		return err
	})
	for _, f := range found.flows {
		found.report.Merge(f.summary)
	}
	if err != nil && flusso.KindOf(err) == flusso.Invalid {
		found.refused, err = err, nil
		found.report.Refuse(found.refused)
	}
	return found, err
}

// eachBatch hands every batch of a flow to visit.
func eachBatch(ctx context.Context, reader *schema.Reader, visit func(*schema.Batch) error) error {
	var b schema.Batch
	for {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		switch err := reader.Next(&b); {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		}
		if err := visit(&b); err != nil {
			return err
		}
	}
}

// identifier hashes the identity and the content of records, batch after batch.
type identifier struct {
	hasher *state.Hasher
	person int    // whose values are in shared; -1: nobody's
	shared []byte // values of the header and of the person at hand
	own    []byte
}

func newIdentifier(h *state.Hasher) *identifier { return &identifier{hasher: h} }

// begin comes before the records of each batch.
func (i *identifier) begin() { i.person = -1 }

// identify hashes a record's identity and content. The fields of identity are
// those that a cancellation repeats (siuss.md 4.1: Ente, person, benefit,
// protocol, start or payment date).
func (i *identifier) identify(b *schema.Batch, rec int) record {
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
	r := record{
		key: i.hasher.Key(b.Tipo, text(schema.EnteCodice), person, benefit, protocol, date),
	}
	if op, _ := b.Text(schema.TipoOperazione, rec); string(op) == "C" {
		r.op = state.Cancel
	}
	fields := contentFields[b.Tipo]
	if n := b.Beneficiario(rec); n != i.person {
		i.shared, i.person = b.AppendShared(i.shared[:0], fields, rec), n
	}
	i.own = b.AppendOwn(i.own[:0], fields, rec)
	r.content = i.hasher.Content(b.Tipo, i.shared, i.own)
	return r
}

// contentFields are the fields that make two records the same: all but the
// header's name, which differs from file to file, and the operation.
var contentFields = valueLists(schema.FlussoNome, schema.EnteCFOperatore, schema.EnteDenominazione, schema.TipoOperazione)

var everyField = valueLists()

func valueLists(but ...schema.Field) map[flusso.Tipo]*schema.ValueList {
	lists := map[flusso.Tipo]*schema.ValueList{}
	for _, tipo := range flusso.Tipi {
		lists[tipo] = schema.NewValueList(tipo, but...)
	}
	return lists
}
