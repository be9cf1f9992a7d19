package anonymize

import (
	"slices"
	"strings"

	"flussi/internal/anonymize/kanon"
	"flussi/internal/flusso"
	"flussi/internal/schema"
)

// A person's sensitive values leave, in rows, to one recipient only. Two that
// hold rows of the same persons, in classes of different size, could take the one's
// rows from the other's: of the few persons left they would know the values
// together. So of recipients whose territories may overlap the widest is told; the
// others' rows have the column, and "*" in it.

// Told is a recipient with the rows that it gets of one kind of flow.
type Told struct {
	Recipient Recipient
	Datasets  map[string]Level
}

// ToldInstead gives the name of the recipient that is told the sensitive values of
// this kind of flow instead of r; empty where r is told them itself. others are all
// the other recipients of the house, ambiti the operator's table or nil.
func ToldInstead(r Recipient, t flusso.Tipo, others []Told, ambiti *Ambiti) (first string) {
	best := r
	for _, o := range others {
		if o.Recipient.Name != r.Name && o.hasRows(t) && overlap(o.Recipient.Territory, r.Territory, ambiti) && before(o.Recipient, best) {
			best = o.Recipient
		}
	}
	if best.Name == r.Name {
		return ""
	}
	return best.Name
}

// hasRows tells whether sensitive values could be in its rows: those of persons
// with codes have none.
func (o Told) hasRows(t flusso.Tipo) bool {
	if l := o.Recipient.Linkability; l != "" && l != LinkNone {
		return false
	}
	for name, level := range o.Datasets {
		if level == IndividualeAnonimo && Carries(name, level, t) {
			return true
		}
	}
	return false
}

// before orders recipients: the widest territory, then the first name.
func before(a, b Recipient) bool {
	if n, m := a.Territory.narrow(), b.Territory.narrow(); n != m {
		return n < m
	}
	return strings.Compare(a.Name, b.Name) < 0
}

// narrow is how narrow a territory is: 0 the country, 4 a comune.
func (t Territory) narrow() int {
	for i, part := range []string{t.Comune, t.Ambito, t.Provincia, t.Regione} {
		if part != "" {
			return 4 - i
		}
	}
	return 0
}

// overlap tells whether somebody may live in both territories. Where that is not
// known, it is so.
func overlap(a, b Territory, ambiti *Ambiti) bool {
	if a.narrow() > b.narrow() {
		a, b = b, a
	}
	c, isComune := comuneOf(b.Comune)
	switch {
	case a.narrow() == 0:
		return true
	case b.Comune != "" && !isComune: // the gate refuses it
		return true
	case a.Comune != "":
		other, ok := comuneOf(a.Comune)
		return !ok || other.Belfiore == c.Belfiore
	case a.Ambito != "" && b.Ambito != "":
		return a.Ambito == b.Ambito
	case a.Ambito != "":
		return ambiti.ever(c.Belfiore, a.Ambito)
	case b.Ambito != "":
		return true // an ambito's comuni may be of several provinces
	case a.Provincia != "" && b.Provincia != "":
		return a.Provincia == b.Provincia
	case a.Provincia != "":
		return strings.HasPrefix(c.ISTAT, a.Provincia)
	}
	return !disjoint(regionsOf(a), regionsOf(b))
}

// regionsOf are the regions that a territory has part in, one bit each; 0 where
// that is not known.
func regionsOf(t Territory) (regions uint32) {
	if c, ok := comuneOf(t.Comune); ok {
		return 1 << placeOfISTAT([]byte(c.ISTAT)).regione
	}
	if t.Provincia != "" {
		return 1 << placeOfISTAT([]byte(t.Provincia+"000")).regione
	}
	for i, x := range schema.Regions() {
		if x.NUTS2 == t.Regione || x.ISTAT == t.Regione {
			regions |= 1 << (i + 1)
		}
	}
	return regions
}

// disjoint tells whether two sets of regions are known to have none in common.
func disjoint(a, b uint32) bool { return a&b == 0 && a > 1 && b > 1 }

// ever tells whether a comune is or was of an ambito, or may have been.
func (a *Ambiti) ever(belfiore, ambito string) bool {
	n, ok := a.find(ambito)
	return !ok || slices.ContainsFunc(a.of[belfiore], func(s stay) bool { return s.ambito == n })
}

// silence leaves every sensitive attribute without its values. It comes after
// open.
func (s *attributes) silence() {
	for _, d := range s.domains {
		if d.role == kanon.Sensitive {
			d.alone = true
			d.read = func(*reading) uint16 { return uint16(d.base) } // star
		}
	}
}
