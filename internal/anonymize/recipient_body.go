package anonymize

import (
	"strings"

	"flussi/internal/schema"
)

// A comune wears two hats: as a planner (class comune) it sees anonymous rows
// of its territory, as a payer (class ente) identified rows of its own
// benefits. The two are two recipients, each with its agreement and its
// datasets; what one of them holds lets it read the other's rows, so whoever
// decides about codes must know that they are one body.

// sameBody tells whether two recipients are, as far as can be known, one body:
// equal authorities of the state; the comune of a class comune and of a class
// ente; equal codes of an Ente; the same territory in one class; or agreements
// with one party. What links them is read generously: two recipients wrongly
// taken for one lose linkable codes, two wrongly taken for strangers lose
// somebody's anonymity.
func sameBody(a, b Recipient) bool {
	if x, y := a.body(), b.body(); x != "" && x == y {
		return true
	}
	return a.Agreement != nil && b.Agreement != nil && sameEnte(a.Agreement.With, b.Agreement.With)
}

// body names who a recipient is; empty where the configuration does not tell.
func (r Recipient) body() string {
	switch r.Class {
	case Ente:
		if isComune([]byte(r.Ente)) {
			return "comune " + strings.ToUpper(r.Ente)
		}
		if code := strings.TrimSpace(r.Ente); code != "" {
			return "ente " + strings.ToUpper(code)
		}
	case Comune:
		if c, ok := comuneOf(r.Territory.Comune); ok {
			return "comune " + c.Belfiore
		}
		if p := r.Territory.Provincia; p != "" {
			return "provincia " + p
		}
	case Regione:
		if i := regionOf(r.Territory.Regione); i > 0 {
			return "regione " + schema.Regions()[i-1].NUTS2
		}
	case INPS, AdE, GdF, Ministero, MEF:
		return r.Class.String()
	}
	return ""
}

// checkHats denies a recipient that is planner and payer at once.
func (req *Request) checkHats() error {
	r := req.Recipient
	planner := r.Class == Comune || r.Class == Regione
	if planner && r.Ente != "" || r.Class == Ente && !r.Territory.IsZero() {
		return deny("open view", r.Name, reasonTwoHats)
	}
	return nil
}
