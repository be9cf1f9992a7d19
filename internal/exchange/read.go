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

// record is what the state must know of an accepted record.
type record struct {
	op      state.Op
	key     state.Key
	content state.Content
}

// reading is everything that reading a file found.
type reading struct {
	flows   []schema.Summary
	refused error // Kind Invalid: the file is refused whole
	// beyond is the line of the first accepted record with an amount that cannot
	// be added up; 0 without any, or where nobody asked.
	beyond int
	report report.File
}

// readFile reads every flow in a file, the only time that it is read: for the
// verdict, while visit takes the batches, whose memory it may exchange. An error is
// not the file's but the world's, or visit's; a broken file is in reading.refused.
func readFile(ctx context.Context, src io.ReaderAt, size int64, opt schema.Options, visit func(found *reading, b *schema.Batch) error) (found reading, err error) {
	opt.Faults = func(f schema.Fault) { found.report.Add(f, report.MaxDetails) }
	var stopped error
	err = container.Walk(src, size, opt.Workbooks(), func(_ int, r io.Reader) error {
		reader := schema.NewReader(r, opt)
		err := eachBatch(ctx, reader, func(b *schema.Batch) error {
			stopped = visit(&found, b)
			return stopped
		})
		found.flows = append(found.flows, reader.Summary())
		return err
	})
	if stopped != nil { // of whatever Kind
		return found, stopped
	}
	for _, f := range found.flows {
		found.report.Merge(f)
	}
	if err != nil && flusso.KindOf(err) == flusso.Invalid {
		found.refused, err = err, nil
		found.report.Refuse(found.refused)
	}
	return found, err
}

// countAmounts looks for an amount of the batch that cannot be added up.
func (r *reading) countAmounts(b *schema.Batch) {
	if r.beyond > 0 || b.Tipo == flusso.SINBA {
		return
	}
	for rec, status := range b.Status {
		if status == schema.Accepted && !anonymize.Countable(b, rec) {
			r.beyond = int(b.Line(rec))
			return
		}
	}
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
