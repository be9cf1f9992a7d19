package office

import (
	"context"
	"crypto/sha256"
	"errors"
	"io"

	"flussi/internal/convert"
	"flussi/internal/flusso"
	"flussi/internal/ledger"
	"flussi/internal/schema"
	"flussi/internal/spool"
	"flussi/internal/state"
)

// mostRows is how many numbers of rows are told of each kind.
const mostRows = 20

// Rows are rows of a list that somebody should look at.
type Rows struct {
	Count int64 `json:"count"`
	First []int `json:"first,omitempty"` // numbers of the first of them
}

func (r *Rows) add(row int) {
	if r.Count++; len(r.First) < mostRows {
		r.First = append(r.First, row)
	}
}

// Listed is what came of a list of the portal.
type Listed struct {
	Flow                      ledger.Prepared // as it is now
	Accepted, Rejected, Known int64           // records: entered now, or so before
	Elsewhere                 int64           // rows of other flows, by their id_flusso
	// Unmatched rows are about no record of the flow, Unclear ones have an outcome that
	// the map does not know, Contradicting ones say other than an answer that is
	// there or than a row before. None of them was entered.
	Unmatched, Unclear, Contradicting Rows
}

// EnterList enters what a list of the portal says of the records of a flow. sent is the
// file that was sent: a row is about all of its records with the values of its columns.
// What INPS said of the whole flow a list says more exactly, and so it gives way.
// All is entered or, when it fails or with dryRun, nothing; again it changes nothing.
func (f *Office) EnterList(ctx context.Context, list io.ReaderAt, size int64, m ListMap, sent io.Reader, operator string, dryRun bool) (done Listed, err error) {
	p, records, err := f.recordsBy(ctx, sent, m.Columns.parts())
	if err != nil {
		return done, err
	}
	held, err := f.ledger.RecordsOf(ctx, p.ID)
	if err != nil {
		return done, err
	}
	if len(held) != int(p.Records) {
		return done, &flusso.Error{Op: "enter list", ID: named(p), Kind: flusso.Corrupt, What: textOtherFlow, Hint: hintOtherFlow}
	}
	last, found, err := f.ledger.LastEsito(ctx, p.IDFlusso)
	if err != nil {
		return done, err
	}
	whole := ledger.RecordAnswer("")
	if found {
		whole = answerOf(last)
	}
	said := map[string]ledger.RecordAnswer{}
	for _, word := range m.Accepted {
		said[folded([]byte(word))] = ledger.RecordAccepted
	}
	for _, word := range m.Rejected {
		said[folded([]byte(word))] = ledger.RecordRejected
	}
	now := make([]ledger.RecordAnswer, len(held)) // what this list says
	parts := m.Columns.parts()
	err = eachRow(list, size, append([]string{m.Columns.Esito, m.Columns.IDFlusso}, parts[:]...), func(row int, cells [][]byte) error {
		if m.Columns.IDFlusso != "" && folded(cells[1]) != folded([]byte(p.IDFlusso)) {
			done.Elsewhere++
			return ctx.Err()
		}
		about := records[f.listKey([4][]byte(cells[2:]))]
		if len(about) == 0 {
			done.Unmatched.add(row)
			return ctx.Err()
		}
		answer, known := said[folded(cells[0])]
		if !known {
			done.Unclear.add(row)
			return nil
		}
		for _, at := range about {
			if before := held[at].Answer; before != "" && before != answer && before != whole || now[at] != "" && now[at] != answer {
				done.Contradicting.add(row)
				return nil
			}
		}
		for _, at := range about {
			now[at] = answer
		}
		return nil
	})
	if err != nil {
		return done, err
	}
	err = f.ledger.Update(ctx, func(tx *ledger.Tx) error {
		if err := f.enterListed(ctx, tx, p, held, now, &done, operator); err != nil {
			return err
		}
		if done.Flow, _, err = tx.PreparedFlow(ctx, p.IDFlusso); err != nil || !dryRun {
			return err
		}
		return errDryRun
	})
	if errors.Is(err, errDryRun) {
		err = nil
	}
	return done, err
}

// enterListed notes the answers that are new.
func (f *Office) enterListed(ctx context.Context, tx *ledger.Tx, p ledger.Prepared, held []ledger.PreparedRecord, now []ledger.RecordAnswer, done *Listed, operator string) error {
	for at, answer := range now {
		switch {
		case answer == "":
			continue
		case held[at].Answer == answer:
			done.Known++
			continue
		case answer == ledger.RecordAccepted:
			done.Accepted++
		default:
			done.Rejected++
		}
		if err := tx.AnswerRecord(ctx, p.ID, held[at].Ordinal, answer); err != nil {
			return err
		}
	}
	if done.Accepted+done.Rejected == 0 {
		return nil
	}
	if p.State != ledger.Dropped { // it was dropped, and sent all the same: its records have their answer
		if err := tx.NoteAnswered(ctx, p.ID, reasonListed); err != nil {
			return err
		}
	}
	e := f.entry(ledger.EsitiRead, operator, p, "entered")
	e.Counts = map[string]int64{
		"accepted": done.Accepted, "rejected": done.Rejected, "unmatched": done.Unmatched.Count,
		"unclear": done.Unclear.Count, "contradicting": done.Contradicting.Count,
	}
	_, err := tx.Append(ctx, e)
	return err
}

// recordsBy reads the file of a flow that was sent: which of its records, by ordinal,
// have the same values in the columns of a list. Only keyed hashes are held.
func (f *Office) recordsBy(ctx context.Context, sent io.Reader, columns [4]string) (p ledger.Prepared, by map[state.Key][]int, err error) {
	by = map[state.Key][]int{}
	err = f.sentFile(ctx, sent, func(b *schema.Batch) error {
		if nome, _ := b.Text(schema.FlussoNome, 0); p.ID == 0 {
			if p, err = f.Flow(ctx, string(nome)); err != nil {
				return err
			}
		}
		fields := []schema.Field{schema.CodiceFiscale, schema.CodicePrestazione, schema.ProtocolloDomanda, schema.DataInizioPrestazione}
		if b.Tipo == flusso.SINBA {
			fields = []schema.Field{schema.SINBAIDBeneficiario, schema.SINBACodicePrestazione, schema.ProtocolloDomanda, schema.SINBADataPrimaSegnalazione}
		}
		for rec := range b.Len() {
			var parts [4][]byte
			for i, name := range columns {
				if name == "" {
					continue
				}
				v, there := b.Text(fields[i], rec)
				if !there && fields[i] == schema.DataInizioPrestazione {
					v, _ = b.Text(schema.DataErogazionePrestazione, rec)
				}
				parts[i] = v
			}
			key := f.listKey(parts)
			by[key] = append(by[key], int(b.First)+rec)
		}
		return nil
	}, func(sum spool.Sum) bool { return sum == p.SHA256 })
	return p, by, err
}

// listKey is of the values that a list tells records by.
func (f *Office) listKey(parts [4][]byte) state.Key {
	return f.hasher.Key(flusso.PSPSASINA, nil, []byte(folded(parts[0])), []byte(folded(parts[1])), []byte(folded(parts[2])), isoDay(parts[3]))
}

// sentFile reads the file of a flow that was sent, and refuses any other.
func (f *Office) sentFile(ctx context.Context, sent io.Reader, visit func(*schema.Batch) error, right func(spool.Sum) bool) error {
	sum := sha256.New()
	whole := schema.Interruptibly(ctx, io.TeeReader(sent, sum))
	if _, err := convert.EachBatch(whole, schema.Options{}, visit); err != nil {
		return err
	}
	if _, err := io.Copy(io.Discard, whole); err != nil {
		return spool.Explain("read flow", "", err)
	}
	if !right(spool.Sum(sum.Sum(nil))) {
		return &flusso.Error{Op: "read flow", Kind: flusso.Invalid, What: textOtherFlow, Hint: hintOtherFlow}
	}
	return nil
}

// reasonListed is the code of a flow whose records a list answered.
const reasonListed = "list"
