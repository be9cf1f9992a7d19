package exchange

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"path/filepath"
	"time"

	"flussi/internal/flusso"
	"flussi/internal/ledger"
	"flussi/internal/report"
	"flussi/internal/schema"
	"flussi/internal/spool"
)

// arrival is a file of this run that was read and may go on.
type arrival struct {
	ledger.Arrival
	reading
}

// process finishes the rounds that a crash left begun, then judges what else waits
// and discloses what it allows. What may go on is given back, in order of arrival.
func (r *run) process(ctx context.Context) (accepted []arrival, err error) {
	resumed, err := r.resume(ctx)
	if ctx.Err() != nil {
		return nil, err
	}
	waiting, waitingErr := r.waiting(ctx)
	if waitingErr != nil {
		return nil, errors.Join(err, waitingErr)
	}
	d := &disclosure{}
	var wrong error
	if err == nil { // what is new comes after what was begun; judged it is in any case
		d, wrong = r.fresh(ctx, waiting)
	}
	defer func() { err = errors.Join(err, d.close()) }()
	accepted, intakeErr := r.intake(ctx, d, waiting)
	if err = errors.Join(err, intakeErr); err != nil || len(accepted) == 0 {
		return resumed, err
	}
	if wrong != nil {
		return nil, wrong
	}
	if err := r.settleFresh(ctx, d, accepted); err != nil {
		return nil, err
	}
	return append(resumed, accepted...), r.discloseRound(ctx, d)
}

// waiting are the arrivals to be judged: those of this run and those that an
// interrupted one left, but for those of rounds that are begun.
func (r *run) waiting(ctx context.Context) (all []arrival, err error) {
	known, err := r.ledger.Arrivals(ctx, ledger.Received, ledger.Accepted)
	if err != nil {
		return nil, err
	}
	for _, a := range known {
		if r.owns(a) && !r.resumed[a.ID] {
			all = append(all, arrival{Arrival: a})
		}
	}
	return all, nil
}

// intake judges every arrival that waits, while the round takes what it is to
// disclose. What may go on is given back, in order of arrival.
func (r *run) intake(ctx context.Context, d *disclosure, waiting []arrival) (accepted []arrival, err error) {
	for _, a := range waiting {
		one, goesOn, err := r.judgeArrival(ctx, a.Arrival, d)
		if err != nil {
			return nil, err
		}
		if d.end(goesOn); goesOn {
			accepted = append(accepted, one)
		}
	}
	return accepted, nil
}

// judgeArrival reads one arrival and decides: on, duplicate, or set aside.
func (r *run) judgeArrival(ctx context.Context, a ledger.Arrival, d *disclosure) (one arrival, goesOn bool, err error) {
	if err := r.opt.Step("intake"); err != nil {
		return one, false, err
	}
	twin, found, err := r.ledger.ArrivalBySum(ctx, a.SHA256, a.ID)
	if err != nil {
		return one, false, err
	}
	if found && twin.ID < a.ID && a.State == ledger.Received {
		return one, false, r.duplicate(ctx, a, twin)
	}
	if a.Run != r.id {
		if err := r.stillWhole(a); err != nil {
			return one, false, err
		}
	}
	one = arrival{Arrival: a}
	if one.reading, err = r.read(ctx, a, d); err != nil {
		return one, false, err
	}
	one.report.Name = a.MaskedName
	findings := r.findings(&one)
	reason, err := r.reasonToSetAside(ctx, &one, findings)
	if err != nil {
		return one, false, err
	}
	if reason != "" {
		findings.Reason = reason
		if reason == beyondReason {
			one.report.Refuse(&flusso.Error{What: atLine(one.beyond, textBeyond), Hint: hintBeyond})
		}
		// The books of a file set aside: nothing of it is accepted.
		findings.Rejected, findings.Accepted = findings.Records, 0
		return one, false, r.setAside(ctx, one, findings)
	}
	if a.State == ledger.Received {
		if err := r.ledger.Judge(ctx, a.ID, ledger.Accepted, findings); err != nil {
			return one, false, err
		}
	}
	one.Findings = findings
	r.count(one, string(ledger.Accepted), findings)
	if one.report.Faults > 0 {
		if _, err := r.writeReport(one); err != nil {
			return one, false, err
		}
	}
	return one, true, nil
}

// stillWhole checks that a file which an earlier run took is still the one it
// took: nothing is made from bytes that nobody sent.
func (r *run) stillWhole(a ledger.Arrival) error {
	sum, _, err := r.hashEntry(a.SpoolID)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return &flusso.Error{Op: "intake", ID: a.ID.String(), Kind: flusso.Corrupt, What: textSpoolGone, Hint: hintSpool, Err: err}
	case err != nil:
		return err
	case sum != a.SHA256:
		return &flusso.Error{Op: "intake", ID: a.ID.String(), Kind: flusso.Corrupt, What: textSpoolAltered, Hint: hintSpool}
	}
	return nil
}

// read judges a file of the spool, and gives the round what it reads.
func (r *run) read(ctx context.Context, a ledger.Arrival, d *disclosure) (found reading, err error) {
	f, err := r.spool.OpenEntry(a.SpoolID)
	if err != nil {
		return found, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	d.begin(a.ID)
	return readFile(ctx, f, a.Size, r.readOptions(a), func(found *reading, b *schema.Batch) error {
		found.countAmounts(b)
		d.show(b)
		return nil
	})
}

// readOptions are how this schedule's flows are read. A file is judged by the
// day on which it came, so that reading it again says the same.
func (r *run) readOptions(a ledger.Arrival) schema.Options {
	return schema.Options{Expect: r.schedule.Flow, Layout: r.layout, Today: func() time.Time { return a.ReceivedAt }}
}

// findings are what reading the file told, for the ledger.
func (r *run) findings(a *arrival) ledger.Findings {
	f := ledger.Findings{Records: a.report.Records, Accepted: a.report.Valid, Rejected: a.report.Rejected}
	if len(a.flows) > 0 {
		first := a.flows[0]
		f.Tipo = first.Tipo
		if enteCode.MatchString(first.EnteCodice) {
			f.Ente = first.EnteCodice
		}
		if first.FlussoNome != "" {
			f.IDFlusso = r.keys.mask(first.FlussoNome)
		}
	}
	return f
}

// enteCode is what an Ente's code may look like to be stored as it is: the
// XSD allows any text.
var enteCode = flusso.NewPattern(`^[A-Z0-9]{1,8}$`)

// reasonToSetAside tells why a file may not go on; "" when it may.
func (r *run) reasonToSetAside(ctx context.Context, a *arrival, f ledger.Findings) (string, error) {
	var why *schema.FileError
	switch {
	case errors.As(a.refused, &why):
		return why.Rule, nil
	case a.refused != nil:
		return "archive", nil
	case r.forwardTo() != nil && len(a.flows) > 1:
		return "several flows in one file", nil
	case r.forwardTo() != nil && f.Ente == "":
		return "no code of an Ente", nil // whose flow is it? the gate would say no
	case r.forwardTo() != nil && a.report.Errors > 0:
		return "rejects", nil // a relayed file goes whole or not at all
	case a.Reason == vouched:
		return "", nil
	case a.beyond > 0:
		return beyondReason, nil // one total with it would be false
	}
	// The same flow with other bytes would be counted twice: a correction, or
	// a mistake. A person decides.
	if f.IDFlusso != "" {
		twin, found, err := r.ledger.ArrivalByFlusso(ctx, f.Ente, f.IDFlusso, a.ID)
		if found && twin.ID < a.ID && twin.State != ledger.Quarantined {
			return "same id_flusso with other bytes", nil
		}
		return "", err
	}
	// A return flow has no id of its own; its file's name stands for one.
	twin, found, err := r.ledger.ArrivalByName(ctx, a.Endpoint, a.NameHash, a.ID)
	received := twin.SHA256 != spool.Sum{} // not one that was never whole here
	if found && twin.ID < a.ID && received && twin.State != ledger.Quarantined && twin.State != ledger.LostInTransit {
		return "same name with other bytes", nil
	}
	return "", err
}

// beyondReason is why a file with an amount beyond anonymize.MaxAmount is set aside.
const beyondReason = "amount out of range"

// duplicate enters a file whose very bytes came before: nothing more is done
// with it.
func (r *run) duplicate(ctx context.Context, a, twin ledger.Arrival) error {
	f := ledger.Findings{Tipo: twin.Tipo, Ente: twin.Ente, Records: twin.Records, Duplicates: twin.Records, DuplicateOf: twin.ID, Reason: "same bytes"}
	err := r.end(ctx, a, ledger.Duplicate, func(tx *ledger.Tx) error { return tx.Judge(ctx, a.ID, ledger.Duplicate, f) })
	if err != nil {
		return err
	}
	r.count(arrival{Arrival: a}, string(ledger.Duplicate), f)
	return nil
}

// setAside puts a whole file into quarantine, with a report that tells places
// and rules and no value.
func (r *run) setAside(ctx context.Context, a arrival, f ledger.Findings) error {
	path, err := r.writeReport(a)
	if err != nil {
		return err
	}
	// The ledger first: after a crash between the two, settle moves the file.
	err = r.ledger.Update(ctx, func(tx *ledger.Tx) error {
		if err := tx.Judge(ctx, a.ID, ledger.Quarantined, f); err != nil {
			return err
		}
		return r.audit(ctx, tx, ledger.Entry{Event: ledger.Quarantine, Object: ledger.ObjectOfArrival(a.ID), Outcome: f.Reason,
			Counts: map[string]int64{"records": f.Records}})
	})
	if err != nil {
		return err
	}
	if err := r.spool.Quarantine(a.SpoolID); err != nil {
		return err
	}
	a.Findings = f
	r.count(a, string(ledger.Quarantined), f)
	r.result.Files[len(r.result.Files)-1].Report = path
	r.tell(Event{MessageType: "quarantined", Name: a.MaskedName, Records: f.Records, Reason: f.Reason, Report: path})
	return nil
}

// writeReport leaves the report on a file in the schedule's report folder or,
// without one, in the state folder.
func (r *run) writeReport(a arrival) (path string, err error) {
	dir := r.schedule.Report
	if dir == "" {
		dir = filepath.Join(r.cfg.State, "reports")
	}
	if err := spool.MkdirAll(r.fs, dir); err != nil {
		return "", err
	}
	path = filepath.Join(dir, a.SpoolID+".html")
	return path, spool.WriteFile(r.fs, path, spool.FilePerm, func(w io.Writer) error {
		return report.Write(w, report.HTML, flusso.It, []report.File{a.report})
	})
}

// count enters a file in the run's result.
func (r *run) count(a arrival, outcome string, f ledger.Findings) {
	r.result.RecordsIn += f.Records
	r.result.Accepted += f.Accepted
	r.result.Rejected += f.Rejected
	r.result.Duplicates += f.Duplicates
	file := FileResult{
		Name: a.MaskedName, Ente: f.Ente, Bytes: a.Size, SHA256: a.SHA256.String(), Records: f.Records, Valid: a.report.Valid, Rejects: a.report.Rejected,
		Outcome: outcome, Reason: f.Reason, ByRule: a.report.ByRule,
	}
	if f.Tipo != 0 {
		file.Tipo = f.Tipo.String()
	}
	r.result.Files = append(r.result.Files, file)
	if outcome != string(ledger.Quarantined) {
		r.tell(Event{MessageType: outcome, Name: a.MaskedName, Records: f.Records, Rejected: f.Rejected})
	}
}
