package anonymize

import (
	"slices"

	"flussi/internal/schema"
)

// payers knows which Enti the recipient is. Who plans may pay too, and has the
// rows of its own benefits with their persons' names: it takes them out of a class
// and looks at what is left.
type payers struct {
	recipient Recipient
	further   []string        // Request.Payers
	met       map[string]bool // by Ente/@Codice: whether it is the recipient
	last      string          // asked for before, with its answer
	own       bool
}

func newPayers(req *Request) *payers {
	return &payers{recipient: req.Recipient, further: req.Payers, met: map[string]bool{}}
}

// paid tells whether the recipient paid the benefit at hand: by the Ente's code
// or name, or because it is another of the bodies that the recipient is.
func (p *payers) paid(r *reading) bool {
	code := r.text(schema.EnteCodice)
	if string(code) == p.last && p.last != "" {
		return p.own
	}
	own, met := p.met[string(code)]
	if !met {
		ente := Body{Codice: string(code), Denominazione: string(r.text(schema.EnteDenominazione))}
		own = ente.is(p.recipient) || slices.ContainsFunc(p.further, func(x string) bool { return sameEnte(x, ente.Codice) })
		p.met[ente.Codice] = own
	}
	p.last, p.own = string(code), own
	return own
}
