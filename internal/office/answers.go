package office

import (
	"context"
	"errors"
	"io"
	"slices"
	"time"

	"flussi/internal/convert"
	"flussi/internal/esiti"
	"flussi/internal/flusso"
	"flussi/internal/ledger"
	"flussi/internal/schema"
	"flussi/internal/spool"
)

// Uploaded notes that a person sent a flow: when, and what the portal gave back.
func (f *Office) Uploaded(ctx context.Context, name string, at time.Time, protocol, operator string) (ledger.Prepared, error) {
	return f.note(ctx, name, "uploaded", operator, func(tx *ledger.Tx, p ledger.Prepared) error {
		if at.After(f.opt.Now()) || at.Before(p.MadeAt.Truncate(24*time.Hour)) {
			return &flusso.Error{Op: "note upload", ID: named(p), Kind: flusso.Invalid, What: textWrongTime, Hint: hintWrongTime}
		}
		return tx.NoteUploaded(ctx, p.ID, at, protocol)
	})
}

// Withdraw notes that a flow will not be sent; its number stays used up.
func (f *Office) Withdraw(ctx context.Context, name, operator string) (ledger.Prepared, error) {
	return f.note(ctx, name, reasonWithdrawn, operator, func(tx *ledger.Tx, p ledger.Prepared) error {
		return tx.Drop(ctx, p.ID, reasonWithdrawn)
	})
}

func (f *Office) note(ctx context.Context, name, outcome, operator string, do func(*ledger.Tx, ledger.Prepared) error) (p ledger.Prepared, err error) {
	if p, err = f.Flow(ctx, name); err != nil {
		return p, err
	}
	err = f.ledger.Update(ctx, func(tx *ledger.Tx) error {
		if err := do(tx, p); err != nil {
			return err
		}
		_, err := tx.Append(ctx, f.entry(ledger.FlowPrepared, operator, p, outcome))
		return err
	})
	if err != nil && flusso.KindOf(err) == flusso.Internal {
		err = &flusso.Error{Op: "note", ID: named(p), Kind: flusso.Invalid, What: textNotThatWay(p.State), Hint: hintNotThatWay, Err: err}
	}
	if err != nil {
		return p, err
	}
	return f.Flow(ctx, name)
}

// Entered is what came of entering INPS's answers.
type Entered struct {
	New   []ledger.Esito // that were entered
	Known int            // that were there already
	Other []ledger.Esito // that contradict one that is there, and were not entered
	// Strange are those, from 1, of flows that nobody prepared here.
	Strange []int
}

// EnterEsiti enters INPS's answers to flows, all or, when it fails, none; with dryRun
// none. A flow's last answer is that of its records: INPS answers for a flow.
func (f *Office) EnterEsiti(ctx context.Context, all []esiti.Esito, operator string, dryRun bool) (done Entered, err error) {
	err = f.ledger.Update(ctx, func(tx *ledger.Tx) error {
		counts := map[string]int64{}
		for i, e := range all {
			p, found, err := tx.PreparedFlow(ctx, e.IDFlusso)
			if err != nil {
				return err
			}
			if !found || p.Tipo != e.Tipo {
				done.Strange = append(done.Strange, i+1)
				continue
			}
			o := ledger.Esito{
				IDFlusso: p.IDFlusso, Tipo: e.Tipo, FlussoAt: e.FlussoAt, AcquisizioneAt: e.AcquisizioneAt,
				Codice: string(e.Codice), Acquisizione: acquisition(e.IDAcquisizione), Noted: e.Noted(),
			}
			_, err = tx.AddEsito(ctx, o)
			switch flusso.KindOf(err) {
			case flusso.Exists:
				done.Known++
				continue
			case flusso.Invalid:
				done.Other = append(done.Other, o)
				continue
			}
			if err != nil {
				return err
			}
			done.New = append(done.New, o)
			counts[o.Codice]++
			if err := f.answer(ctx, tx, p); err != nil {
				return err
			}
		}
		if dryRun {
			return errDryRun
		}
		if len(done.New) == 0 {
			return nil
		}
		_, err := tx.Append(ctx, ledger.Entry{Event: ledger.EsitiRead, Actor: f.operator(operator), Login: f.opt.Login, Counts: counts, Outcome: "entered"})
		return err
	})
	if errors.Is(err, errDryRun) {
		err = nil
	}
	return done, err
}

// answer makes INPS's last word on a flow that of its records.
func (f *Office) answer(ctx context.Context, tx *ledger.Tx, p ledger.Prepared) error {
	last, _, err := tx.LastEsito(ctx, p.IDFlusso)
	if err != nil {
		return err
	}
	if p.Reason == reasonListed {
		return f.answerRest(ctx, tx, p, answerOf(last))
	}
	if err := tx.AnswerAll(ctx, p.ID, answerOf(last)); err != nil {
		return err
	}
	if err := tx.NoteAnswered(ctx, p.ID, last.Codice); err != nil && p.State != ledger.Dropped {
		return err
	}
	return nil // it was dropped, and sent all the same: its records have their answer
}

// answerRest answers the records of which no list of the portal said anything.
func (f *Office) answerRest(ctx context.Context, tx *ledger.Tx, p ledger.Prepared, said ledger.RecordAnswer) error {
	records, err := tx.RecordsOf(ctx, p.ID)
	if err != nil {
		return err
	}
	for _, r := range records {
		if r.Answer != "" {
			continue
		}
		if err := tx.AnswerRecord(ctx, p.ID, r.Ordinal, said); err != nil {
			return err
		}
	}
	return nil
}

// answerOf is what an esito of a flow means for its records.
func answerOf(e ledger.Esito) ledger.RecordAnswer {
	if e.Codice == string(esiti.OK) {
		return ledger.RecordAccepted
	}
	return ledger.RecordRejected
}

// acquisitionForm is what a number given by SIUSS may look like to be kept as it is.
var acquisitionForm = flusso.NewPattern(`^[A-Za-z0-9._/-]*[0-9][A-Za-z0-9._/-]*$`)

func acquisition(number string) string {
	if acquisitionForm.MatchString(number) {
		return number
	}
	return ""
}

// Rejected writes the records of a sent flow that INPS did not take, in the form that
// is asked for. flow is the file that was sent: Kind Invalid when it is another one, or
// nothing of it was rejected.
func (f *Office) Rejected(ctx context.Context, name string, flow io.Reader, form convert.Form, w io.Writer) (n int, err error) {
	p, err := f.Flow(ctx, name)
	if err != nil {
		return 0, err
	}
	records, err := f.ledger.RecordsOf(ctx, p.ID)
	if err != nil {
		return 0, err
	}
	records = slices.DeleteFunc(records, func(r ledger.PreparedRecord) bool { return r.Answer != ledger.RecordRejected })
	if len(records) == 0 {
		return 0, &flusso.Error{Op: "rejected", ID: named(p), Kind: flusso.Invalid, What: textNoneRejected, Hint: hintNoneRejected}
	}
	at := 0
	err = rewrite(form, w, func(out io.Writer) error {
		var xml *schema.XMLWriter
		err := f.sentFile(ctx, flow, func(b *schema.Batch) error {
			if nome, _ := b.Text(schema.FlussoNome, 0); string(nome) != p.IDFlusso {
				return &flusso.Error{Op: "rejected", ID: named(p), Kind: flusso.Invalid, What: textOtherFlow, Hint: hintOtherFlow}
			}
			if xml == nil {
				xml = schema.NewXMLWriter(out, b.Tipo)
			}
			for rec := range b.Len() {
				if at < len(records) && records[at].Ordinal == b.First+int64(rec) {
					at++
					if err := xml.AppendRecord(b, rec); err != nil {
						return err
					}
				}
			}
			return nil
		}, func(sum spool.Sum) bool { return sum == p.SHA256 }) // ordinals mean nothing in another file
		if err != nil {
			return err
		}
		return xml.Close()
	})
	return at, err
}

// rewrite writes a flow that fill writes as XML in another form.
func rewrite(form convert.Form, w io.Writer, fill func(io.Writer) error) error {
	in, out := io.Pipe()
	filled := make(chan error, 1)
	go func() {
		err := fill(out)
		_ = out.CloseWithError(err) // it never fails
		filled <- err
	}()
	_, err := convert.Flow(w, form, in, schema.Options{})
	_ = in.CloseWithError(err) // who still writes ends; it never fails
	if ended := <-filled; ended != nil && !errors.Is(ended, io.ErrClosedPipe) {
		return ended
	}
	return err
}

// Reminder is a flow that somebody should do something about.
type Reminder struct {
	ledger.Prepared
	Days int // since it was made, or sent
}

// Reminders lists what was made and not sent for longer than the Ente's term, and what
// was sent and not answered.
func (f *Office) Reminders(ctx context.Context) (list []Reminder, err error) {
	for _, each := range []struct {
		state ledger.PreparedState
		days  int
		since func(ledger.Prepared) time.Time
	}{
		{ledger.Ready, f.Ente.Unsent, func(p ledger.Prepared) time.Time { return p.MadeAt }},
		{ledger.Uploaded, f.Ente.Unanswered, func(p ledger.Prepared) time.Time { return p.UploadedAt }},
	} {
		all, err := f.ledger.PreparedIn(ctx, each.state)
		if err != nil {
			return nil, err
		}
		for _, p := range all {
			if days := int(f.opt.Now().Sub(each.since(p)).Hours() / 24); days >= each.days {
				list = append(list, Reminder{p, days})
			}
		}
	}
	return list, nil
}

// Followed is a flow, and for how many days somebody should have done something about
// it; 0: nobody has to.
type Followed struct {
	ledger.Prepared
	Due int
}

// Flows gives the last flows that were prepared, newest first; all when last is 0.
func (f *Office) Flows(ctx context.Context, last int) (list []Followed, err error) {
	flows, err := f.ledger.Prepared(ctx, last)
	if err != nil {
		return nil, err
	}
	reminders, err := f.Reminders(ctx)
	if err != nil {
		return nil, err
	}
	due := map[ledger.PreparedID]int{}
	for _, r := range reminders {
		due[r.ID] = r.Days
	}
	for _, p := range flows {
		list = append(list, Followed{p, due[p.ID]})
	}
	return list, nil
}

// Reserve keeps for this computer a range of the numbers of each day; others of the
// Ente keep to other ranges.
func (f *Office) Reserve(ctx context.Context, tipo flusso.Tipo, from, to int) error {
	if from < 1 || to < from || to > mostNumbers {
		return &flusso.Error{Op: "reserve numbers", Kind: flusso.Invalid, What: textBadRange, Hint: hintBadRange}
	}
	return f.ledger.Update(ctx, func(tx *ledger.Tx) error { return tx.SetReserve(ctx, ledger.Reserve{Tipo: tipo, From: from, To: to}) })
}

// Range tells which numbers this computer may take.
func (f *Office) Range(ctx context.Context, tipo flusso.Tipo) (from, to int, err error) {
	r, err := f.ledger.ReserveOf(ctx, tipo, mostNumbers)
	return r.From, r.To, err
}
