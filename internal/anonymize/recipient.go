package anonymize

import (
	"strings"
	"time"
)

// Class is a kind of recipient of the visibility sheet (DD INPS 8/2015,
// Allegato B), and the Regioni that the guidelines add. The zero value is no
// class, to which everything is denied.
type Class uint8

const (
	INPS      Class = iota + 1
	AdE             // Agenzia delle Entrate
	GdF             // Guardia di Finanza
	Comune          // comuni and other local bodies as planners
	Ministero       // Ministero del Lavoro
	Ente            // a body as payer of its own benefits
	MEF             // MEF-RGS
	Regione         // regions and autonomous provinces
)

// Classes lists every class in the sheet's order.
var Classes = [...]Class{INPS, AdE, GdF, Comune, Ministero, Ente, MEF, Regione}

var classNames = [...]string{"", "inps", "ade", "gdf", "comune", "ministero", "ente", "mef", "regione"}

// String gives the name the configuration uses.
func (c Class) String() string {
	if int(c) < len(classNames) && c != 0 {
		return classNames[c]
	}
	return "unknown"
}

// ParseClass reads a configuration's class.
func ParseClass(s string) (Class, error) {
	for _, c := range Classes {
		if strings.EqualFold(s, c.String()) {
			return c, nil
		}
	}
	return 0, deny("class", s, reasonClass)
}

// Territory is the scope of a recipient; the narrowest part that is filled
// decides. The zero Territory is the whole country.
type Territory struct {
	Regione   string // NUTS 2 (ITI4; ITH1 and ITH2 tell Bolzano from Trento) or ISTAT two digits
	Provincia string // ISTAT three digits
	Ambito    string // a code of the operator's table (Request.Ambiti)
	Comune    string // ISTAT six digits or Belfiore
}

// IsZero tells whether the territory is the whole country.
func (t Territory) IsZero() bool { return t == Territory{} }

// Agreement is the act under which data leaves. All of ID, With, Act, Purpose,
// From and To are needed; both dates are included.
type Agreement struct {
	ID, With, Act, Purpose string
	From, To               time.Time
}

// Recipient is who receives, as the configuration gives it.
type Recipient struct {
	Name        string
	Class       Class
	Territory   Territory
	Ente        string // Ente/@Codice of the payer, for class Ente
	Agreement   *Agreement
	Linkability string // of its anonymous rows: LinkNone, LinkPeriod, LinkWindow; "" is LinkNone
}
