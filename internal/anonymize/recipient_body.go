package anonymize

import (
	"slices"
	"strings"
	"unicode"

	"flussi/internal/schema"
)

// A comune wears two hats: as a planner (class comune) it sees anonymous rows
// of its territory, as a payer (class ente) identified rows of its own
// benefits. The two are two recipients, each with its agreement and its
// datasets; what one of them holds lets it read the other's rows, so whoever
// decides about codes must know that they are one body.

// sameBody tells whether two recipients are, as far as can be known, one body:
// equal authorities of the state; the comune of a class comune and of a class
// ente; a Region and the Ente that it is; equal codes of an Ente; the same
// territory in one class; equal names; or agreements with one party. What links
// them is read generously: two recipients wrongly taken for one lose linkable
// codes, two wrongly taken for strangers lose somebody's anonymity.
func sameBody(a, b Recipient) bool { return meet(a.signs(), b.signs()) }

// is tells whether a recipient is, as far as can be known, this body.
func (b Body) is(r Recipient) bool { return meet(b.signs(), r.signs()) }

func (b Body) known() bool { return len(b.signs()) > 0 }

// meet tells whether two have a sign in common.
func meet(a, b []string) bool {
	return slices.ContainsFunc(a, func(s string) bool { return slices.Contains(b, s) })
}

// signs are all by which a body can be known.
func (b Body) signs() []string {
	c := upperCode(b.Codice)
	return some("ente "+c, "comune "+belfiore(c), "ambito "+c, "provincia "+c, "name "+proper(b.Denominazione))
}

// signs are all by which a recipient can be known: its territory or code, the
// names of both, the party to its agreement, and what the configuration calls it.
func (r Recipient) signs() []string {
	signs := []string{"name " + proper(r.Name)}
	if r.Agreement != nil {
		signs = append(signs, "name "+proper(r.Agreement.With))
	}
	switch r.Class {
	case Ente:
		signs = append(signs, "ente "+upperCode(r.Ente), "comune "+belfiore(r.Ente))
		if c, ok := schema.ComuneByBelfiore(upperCode(r.Ente)); ok {
			signs = append(signs, "name "+proper(c.Nome))
		}
	case Comune:
		if c, ok := comuneOf(upperCode(r.Territory.Comune)); ok {
			signs = append(signs, "comune "+c.Belfiore, "name "+proper(c.Nome))
		}
		signs = append(signs, "ambito "+upperCode(r.Territory.Ambito), "provincia "+upperCode(r.Territory.Provincia))
	case Regione:
		if i := regionOf(r.Territory.Regione); i > 0 {
			region := schema.Regions()[i-1]
			// INPS's code of a Region is ISTAT's with a zero behind.
			signs = append(signs, "regione "+region.NUTS2, "name "+proper(region.Nome), "ente "+region.ISTAT, "ente "+region.ISTAT+"0", "ente "+region.NUTS2)
		}
	case INPS, AdE, GdF, Ministero, MEF:
		signs = append(signs, "class "+r.Class.String())
		for _, name := range authorities[r.Class] {
			signs = append(signs, "name "+proper(name))
		}
	}
	return some(signs...)
}

// authorities are the names of the classes that are one body.
var authorities = map[Class][]string{
	INPS:      {"INPS", "Istituto nazionale della previdenza sociale"},
	AdE:       {"Agenzia delle entrate"},
	GdF:       {"Guardia di finanza"},
	Ministero: {"Ministero del lavoro", "Ministero del lavoro e delle politiche sociali"},
	MEF:       {"MEF", "RGS", "MEF-RGS", "Ministero dell'economia e delle finanze", "Ragioneria generale dello Stato"},
}

// some leaves out the signs that say nothing.
func some(signs ...string) []string {
	return slices.DeleteFunc(signs, func(s string) bool { return strings.HasSuffix(s, " ") })
}

func upperCode(s string) string { return strings.ToUpper(strings.TrimSpace(s)) }

// belfiore is the code by which a comune is known, of either of its codes; empty
// for what is not one.
func belfiore(s string) string {
	c, ok := comuneOf(upperCode(s))
	if !ok {
		return ""
	}
	return c.Belfiore
}

// proper is a name without what one body may write and another leave out: case,
// accents, signs, articles, and what kind of body it is.
func proper(name string) string {
	parts := strings.FieldsFunc(strings.ToLower(unaccented.Replace(name)), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	own := slices.DeleteFunc(slices.Clone(parts), func(w string) bool { return slices.Contains(common, w) })
	if len(own) == 0 {
		own = parts
	}
	return strings.Join(own, " ")
}

var common = strings.Fields("a autonoma capitale citta comune d da de degli dei del dell della delle di e ente i il in l la le lo metropolitana per provincia regionale regione unione")

var unaccented = strings.NewReplacer("à", "a", "è", "e", "é", "e", "ì", "i", "ò", "o", "ù", "u", "ü", "u",
	"À", "a", "È", "e", "É", "e", "Ì", "i", "Ò", "o", "Ù", "u", "Ü", "u")

// pays tells whether a recipient that plans pays benefits of its territory too. Of
// a comune that is certain, and an ambito is its comuni; what a provincia or a
// Region pays is seen in the records (payers).
func (r Recipient) pays() bool {
	return r.Class == Comune && (r.Territory.Comune != "" || r.Territory.Ambito != "")
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

// PayersOf gives the codes of the Enti that a recipient is beside what its own
// code and name tell: the house, where it is the recipient, and other recipients
// of the house that are the same body.
func PayersOf(r Recipient, house Body, others []Recipient) (codes []string) {
	if house.is(r) && house.Codice != "" {
		codes = append(codes, house.Codice)
	}
	for _, o := range others {
		if o.Ente != "" && o.Name != r.Name && sameBody(r, o) {
			codes = append(codes, o.Ente)
		}
	}
	return codes
}
