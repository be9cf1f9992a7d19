package audit

import (
	"context"
	"strconv"
	"time"

	"flussi/internal/config"
	"flussi/internal/flusso"
	"flussi/internal/ledger"
)

// MakeReview is the yearly review of authorisations: which agreements there are and until
// when, and who may act, with when each was last seen in the log and what to do about it.
// due tells whether a year has gone since an authorisation was last gone through.
func MakeReview(ctx context.Context, l *ledger.Ledger, cfg *config.Config, register config.Register, root ledger.Root, made time.Time, personOf func(ledger.Entry) (config.Person, bool), due func(reviewed, from, today config.Date) bool) (*Report, error) {
	year := made.AddDate(-1, 0, 0)
	r := &Report{Title: textReviewTitle, Ente: cfg.Ente, From: year, To: made, Made: made, Root: root}
	var err error
	if r.Last, _, err = l.LastCheckpoint(ctx); err != nil {
		return nil, err
	}
	if r.Copies, err = l.Copies(ctx); err != nil {
		return nil, err
	}
	seen, unknown := map[string]time.Time{}, map[[2]string]*sums{}
	err = Selection{From: year, To: made.Add(time.Second)}.Each(ctx, l, func(at ledger.Logged) error {
		e := at.Entry
		r.Entries++
		if p, found := personOf(e); found {
			seen[p.Code] = e.Time
		} else if e.Actor != "" || e.Login != "" {
			add(unknown, [2]string{e.Actor, e.Login}, e)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	today := config.DateOf(made)
	r.Sections = []Section{reviewAgreements(cfg, today, due), reviewPersons(register, seen, today, due), reviewUnknown(unknown)}
	return r, nil
}

func reviewAgreements(cfg *config.Config, today config.Date, due func(reviewed, from, today config.Date) bool) Section {
	s := Section{Title: textReviewAgreements, Empty: textNoAgreements, Head: headReviewAgreements}
	for _, name := range sortedKeys(cfg.Agreements, func(n string) string { return n }) {
		a := cfg.Agreements[name]
		todo := ""
		switch {
		case !a.Covers(today):
			todo = "not.in.force"
		case a.To.Before(today.AddDays(a.Remind)):
			todo = "renew"
		case due(a.Reviewed, a.From, today):
			todo = "review"
		}
		s.Rows = append(s.Rows, []string{name, a.With, a.Act, a.Purpose, a.From.String(), a.To.String(), a.Responsabile, a.ReferenteTecnico, a.Supervisore, day(a.Reviewed), todo})
	}
	return s
}

// unusedFor is after how many days without a trace an authorisation is asked about.
const unusedFor = 180

func reviewPersons(register config.Register, seen map[string]time.Time, today config.Date, due func(reviewed, from, today config.Date) bool) Section {
	s := Section{Title: textReviewPersons, Empty: textNoPersons, Head: headReviewPersons}
	for _, p := range register.Persons {
		last, acted := seen[p.Code]
		todo, lastSeen := "", ""
		if acted {
			lastSeen = local(last)[:10]
		}
		switch {
		case !p.On(today):
			todo = "ended"
		case due(p.Reviewed, p.From, today):
			todo = "confirm"
		case !acted && p.From.AddDays(unusedFor).Before(today), acted && config.DateOf(last).AddDays(unusedFor).Before(today):
			todo = "unused"
		}
		s.Rows = append(s.Rows, []string{p.Code, p.Name, p.Office, string(p.Role), p.From.String(), day(p.To), day(p.Reviewed), lastSeen, todo})
	}
	return s
}

func reviewUnknown(unknown map[[2]string]*sums) Section {
	s := Section{Title: textReviewUnknown, Empty: textNobodyUnknown, Head: headReviewUnknown}
	for _, key := range sortedKeys(unknown, func(k [2]string) string { return k[0] + "\x00" + k[1] }) {
		n := unknown[key]
		s.Rows = append(s.Rows, []string{key[0], key[1], strconv.FormatInt(n.entries, 10), local(n.first), local(n.last)})
	}
	return s
}

func day(d config.Date) string {
	if d.IsZero() {
		return ""
	}
	return d.String()
}

// ToDo counts the rows of a review that somebody must see to: with a word in their last
// column, or in the section of those whom nobody knows.
func (r *Report) ToDo() (n int) {
	for i, s := range r.Sections {
		for _, row := range s.Rows {
			if i == len(r.Sections)-1 || row[len(row)-1] != "" && row[len(row)-1] != "ended" {
				n++
			}
		}
	}
	return n
}

var (
	textReviewTitle      = flusso.Text{It: "Verifica annuale delle autorizzazioni", En: "Yearly review of authorisations"}
	textReviewAgreements = flusso.Text{It: "Convenzioni", En: "Agreements"}
	textNoAgreements     = flusso.Text{It: "Nessuna convenzione è scritta nella configurazione.", En: "No agreement is written in the configuration."}
	headReviewAgreements = []flusso.Text{
		{It: "convenzione", En: "agreement"}, {It: "con", En: "with"}, {It: "atto", En: "act"}, {It: "finalità", En: "purpose"}, {It: "dal", En: "from"},
		{It: "al", En: "to"}, {It: "responsabile", En: "responsabile"}, {It: "referente tecnico", En: "referente tecnico"}, {It: "supervisore", En: "supervisore"},
		{It: "verificata", En: "reviewed"}, {It: "da fare", En: "to do"},
	}
	textReviewPersons = flusso.Text{It: "Persone autorizzate", En: "Authorised persons"}
	textNoPersons     = flusso.Text{It: "Il registro degli operatori è vuoto, o manca: i codici non si possono verificare.", En: "The operators' register is empty, or missing: codes cannot be reviewed."}
	headReviewPersons = []flusso.Text{
		{It: "codice", En: "code"}, {It: "persona", En: "person"}, {It: "ufficio", En: "office"}, {It: "ruolo", En: "role"}, {It: "dal", En: "from"},
		{It: "al", En: "to"}, {It: "confermata", En: "confirmed"}, {It: "vista", En: "seen"}, {It: "da fare", En: "to do"},
	}
	textReviewUnknown = flusso.Text{It: "Chi ha operato e non è nel registro degli operatori", En: "Who acted and is not in the operators' register"}
	textNobodyUnknown = flusso.Text{It: "Nessuno.", En: "Nobody."}
	headReviewUnknown = []flusso.Text{{It: "codice", En: "code"}, {It: "utente", En: "login"}, {It: "voci", En: "entries"}, {It: "prima", En: "first"}, {It: "ultima", En: "last"}}
)
