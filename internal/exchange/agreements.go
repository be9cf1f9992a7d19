package exchange

import (
	"context"
	"time"

	"flussi/internal/config"
	"flussi/internal/flusso"
	"flussi/internal/sftp"
)

// Policy of this file: an endpoint is used while the agreement that it names is valid,
// and no more in a day than its limits allow. What is refused today stays where it is.
// What a recipient may be given under its own agreement the gate decides
// (anonymize.Recipient).

// inForce refuses an endpoint whose agreement is not valid on that day.
func inForce(cfg *config.Config, e config.Endpoint, at time.Time) error {
	a, named := cfg.Agreements[e.Agreement]
	if !named || a.Covers(config.DateOf(at)) {
		return nil
	}
	what := textAgreementOver(a)
	if config.DateOf(at).Before(a.From) {
		what = textAgreementEarly(a)
	}
	return &flusso.Error{Op: "connect", ID: e.Name, Kind: flusso.Denied, What: what, Hint: hintAgreementOver}
}

// allowance is what is left of a day's limits.
type allowance struct {
	files, bytes int64
	bounded      bool
	endpoint     string
}

// left tells how much may still go over an endpoint today, by the clock in Italy.
func (h *House) left(ctx context.Context, endpoint string) (a allowance, err error) {
	l := h.cfg.Endpoints[endpoint].Limits
	a = allowance{files: 1 << 62, bytes: 1 << 62, endpoint: endpoint, bounded: l.DailyFiles > 0 || l.DailyBytes > 0}
	if !a.bounded {
		return a, nil
	}
	moved, err := h.ledger.MovedSince(ctx, endpoint, config.DateOf(h.opt.Now()).In(config.Rome()))
	if l.DailyFiles > 0 {
		a.files = int64(l.DailyFiles) - moved.Files
	}
	if l.DailyBytes > 0 {
		a.bytes = l.DailyBytes - moved.Bytes
	}
	return a, err
}

// take takes a file off the allowance; Denied where it does not fit.
func (a *allowance) take(size int64) error {
	if a.files < 1 || a.bytes < size {
		return &flusso.Error{Op: "transfer", ID: a.endpoint, Kind: flusso.Denied, What: textDailyLimit, Hint: hintDailyLimit}
	}
	a.files, a.bytes = a.files-1, a.bytes-size
	return nil
}

// within keeps, of what is to be taken, what fits today; the error tells of the rest.
func (h *House) within(ctx context.Context, endpoint string, todo []sftp.Remote) (fit []sftp.Remote, over, err error) {
	a, err := h.left(ctx, endpoint)
	if err != nil || !a.bounded {
		return todo, nil, err
	}
	for _, f := range todo {
		if refused := a.take(f.Size); refused != nil {
			over = refused
			continue
		}
		fit = append(fit, f)
	}
	return fit, over, nil
}

// checkAgreements tells which agreements end soon, or are over, and of which nobody has
// gone through who may use it for a year.
func checkAgreements(cfg *config.Config, at time.Time, tell func(Finding)) {
	today := config.DateOf(at)
	for _, name := range sorted(cfg.Agreements) {
		a := cfg.Agreements[name]
		f := Finding{Subject: "agreement " + name}
		switch {
		case !a.Covers(today):
			f.Notes = append(f.Notes, Note{textNotInForce, hintAgreementOver})
		case a.To.Before(today.AddDays(a.Remind)):
			f.Notes = append(f.Notes, Note{textAgreementEnds(a.To), hintAgreementEnds})
		}
		if a.Covers(today) && ReviewDue(a.Reviewed, a.From, today) {
			f.Notes = append(f.Notes, Note{textReviewDue, hintReviewDue})
		}
		tell(f)
	}
}

// ReviewDue tells whether a year has gone since an authorisation was last gone through,
// or given.
func ReviewDue(reviewed, from, today config.Date) bool {
	last := reviewed
	if last.Before(from) {
		last = from
	}
	return last.AddDays(365).Before(today)
}

var (
	hintAgreementOver = flusso.Text{It: "rinnovare l'atto e scriverne le date in agreements", En: "renew the act and write its dates in agreements"}
	textNotInForce    = flusso.Text{It: "non è in vigore oggi: nulla passa sotto questa convenzione", En: "not in force today: nothing passes under this agreement"}
	hintAgreementEnds = flusso.Text{It: "avviare il rinnovo con l'altra parte; il giorno dopo flussi rifiuta ogni scambio", En: "begin its renewal with the other party; the day after flussi refuses every exchange"}
	textReviewDue     = flusso.Text{It: "da più di un anno nessuno verifica chi è autorizzato", En: "nobody has gone through who is authorised for more than a year"}
	hintReviewDue     = flusso.Text{It: "flussi audit review, poi scrivere la data in reviewed", En: "flussi audit review, then write the date in reviewed"}
	textDailyLimit    = flusso.Text{It: "per oggi è raggiunto il limite di file o byte dell'endpoint", En: "for today the endpoint's limit of files or bytes is reached"}
	hintDailyLimit    = flusso.Text{It: "il resto passa domani; se serve oggi, alzare daily_files o daily_bytes in limits, se la convenzione lo consente", En: "the rest passes tomorrow; if it is needed today, raise daily_files or daily_bytes in limits, if the agreement allows"}
)

func textAgreementOver(a config.Agreement) flusso.Text {
	return flusso.Text{It: "la convenzione " + a.ID + " è scaduta il " + a.To.String(), En: "agreement " + a.ID + " ended on " + a.To.String()}
}

func textAgreementEarly(a config.Agreement) flusso.Text {
	return flusso.Text{It: "la convenzione " + a.ID + " vale dal " + a.From.String(), En: "agreement " + a.ID + " is valid from " + a.From.String()}
}

func textAgreementEnds(to config.Date) flusso.Text {
	return flusso.Text{It: "scade il " + to.String(), En: "it ends on " + to.String()}
}
