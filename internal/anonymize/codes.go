package anonymize

import (
	"cmp"
	"fmt"
	"strings"

	"flussi/internal/anonymize/pseudonym"
	"flussi/internal/flusso"
)

// Policy of this file: stable codes tell of a person only as long as whoever
// reads them can neither compute them nor look them up. So they are refused
// where the recipient can have the key (codes that end with a release have none
// that is kept), and where it has, or may have, rows of the same people with
// their names: it would match the two by amount, date and benefit, learn the
// code, and read the rest. Where it is not certain that two bodies are different
// they are one (recipient_body.go).

// What Recipient.Linkability may say; empty is LinkNone.
const (
	LinkNone   = "none"   // no code: a row is a benefit, and each is by itself
	LinkPeriod = "period" // a row is a person; the code ends with the release, and so does its key
	LinkWindow = "window" // a row is a person; the code is the same in all releases of a data year
)

// Codes is the key of stable codes, as a body keeps it that is not the
// recipient: by it all rows of one person carry one code, for one data year and
// in one recipient's dataset.
type Codes struct {
	Holder     string // who keeps the key, by its name in the configuration
	Generation int    // counts up when the key is renewed: codes of two generations share nothing
	Master     pseudonym.Master

	Keeper Body        // the body that Holder is
	House  Body        // the body that runs flussi: what is on its disk it can read
	Others []Recipient // every other recipient of the house
}

// Body is a public body as an act names it.
type Body struct {
	Codice        string // as Ente/@Codice writes it
	Denominazione string
}

// CodeFaults tells everything for which the gate refuses stable codes to a
// recipient, each a *flusso.Error of Kind Denied; none where it has no policy of
// linking.
func (m *Matrix) CodeFaults(r Recipient, c *Codes) (all []error) {
	for _, why := range m.refusedCodes(r, c) {
		all = append(all, deny("open view", r.Name, why))
	}
	return all
}

func (m *Matrix) refusedCodes(r Recipient, c *Codes) (all []reason) {
	switch r.Linkability {
	case "", LinkNone:
		return nil
	case LinkPeriod, LinkWindow:
	default:
		return []reason{reasonLinkability}
	}
	stable := r.Linkability == LinkWindow
	if c == nil {
		if stable {
			return []reason{reasonCodesKey}
		}
		c = &Codes{} // of a view that nobody else's is beside
	}
	refuse := func(when bool, why reason) {
		if when {
			all = append(all, why)
		}
	}
	refuse(stable && (!c.Keeper.known() || !c.House.known()), reasonCodesBodies)
	refuse(stable && c.Keeper.is(r), reasonCodesKeeper)
	refuse(stable && c.House.is(r), reasonCodesHouse)
	refuse(m.mayIdentify(r.Class), reasonCodesIdentified)
	refuse(r.pays(), reasonCodesPayer)
	other := false
	for _, o := range c.Others {
		other = other || m.mayIdentify(o.Class) && sameBody(r, o)
	}
	refuse(other, reasonCodesOther)
	refuse(stable && (c.Master.IsZero() || c.Generation < 1), reasonCodesKey)
	return all
}

// checkCodes denies stable codes where they would name somebody. Of levels that
// have no rows without names, or no rows, the policy says nothing.
func (req *Request) checkCodes(m *Matrix) error {
	if req.Level != IndividualeAnonimo {
		return nil
	}
	r := req.Recipient
	if req.Fit != nil && r.Linkability == LinkWindow {
		r.Linkability = LinkPeriod // a scheme is made before the key is
	}
	for _, err := range m.CodeFaults(r, req.Codes) {
		return err
	}
	return nil
}

// explainCodes says which codes a recipient's rows carry, and why its kind can
// have none that reach from one row to another.
func (m *Matrix) explainCodes(b *strings.Builder, r Recipient, lang flusso.Lang) {
	text, known := linkTexts[cmp.Or(r.Linkability, LinkNone)]
	if !known {
		text = reasons[reasonLinkability].what
	}
	fmt.Fprintf(b, "\n%s\n", text.In(lang))
	r.Linkability = LinkPeriod // of which no keeper and no house is asked
	for _, why := range m.refusedCodes(r, nil) {
		fmt.Fprintf(b, "  %s\n", reasons[why].what.In(lang))
	}
}

var linkTexts = map[string]flusso.Text{
	LinkNone:   {It: "Codici: una riga è una prestazione, e nessun codice la lega a un'altra (linkability: none).", En: "Codes: a row is a benefit, and no code links it to another (linkability: none)."},
	LinkPeriod: {It: "Codici: una riga è una persona, con un codice che finisce con la pubblicazione (linkability: period).", En: "Codes: a row is a person, with a code that ends with the release (linkability: period)."},
	LinkWindow: {It: "Codici: una riga è una persona, con un codice che vale un anno di dati; la chiave è di un custode (linkability: window).", En: "Codes: a row is a person, with a code that lasts a data year; the key is a holder's (linkability: window)."},
}

// mayIdentify tells whether the matrix gives a class rows with names, of all or
// of its own benefits, by whatever dataset.
func (m *Matrix) mayIdentify(c Class) bool {
	return m.visible(c, Totale).has(Tipologia) || m.visible(c, TotaleProprioEnte).has(Tipologia)
}
