package anonymize

// Level is how much of a category a recipient sees. The zero value is no
// level, which the gate denies.
type Level uint8

const (
	Nessuno            Level = iota + 1 // nothing
	Aggregato                           // tables only
	IndividualeAnonimo                  // single records, nobody identifiable, own territory
	TotaleProprioEnte                   // everything, only of benefits this Ente paid
	Totale                              // everything
)

var levelNames = [...]string{"", "nessuno", "aggregato", "individuale_anonimo", "totale_proprio_ente", "totale"}

// String gives the name the configuration uses.
func (l Level) String() string {
	if int(l) < len(levelNames) && l != 0 {
		return levelNames[l]
	}
	return "unknown"
}

// ParseLevel reads a configuration's level.
func ParseLevel(s string) (Level, error) {
	for l := Nessuno; l <= Totale; l++ {
		if s == l.String() {
			return l, nil
		}
	}
	return 0, deny("level", s, reasonLevel)
}

// allows tells whether a cell of the matrix at level l lets data leave at
// level asked. Whoever may see everything may receive less; own-Ente sight
// gives nothing else, for its scope is another.
func (l Level) allows(asked Level) bool {
	switch asked {
	case Totale:
		return l == Totale
	case TotaleProprioEnte:
		return l == Totale || l == TotaleProprioEnte
	case IndividualeAnonimo:
		return l == Totale || l == IndividualeAnonimo
	case Aggregato:
		return l == Totale || l == IndividualeAnonimo || l == Aggregato
	}
	return false
}

// Category is one of the eight data categories of the visibility sheet.
type Category uint8

const (
	DatiEnte         Category = iota + 1 // dati identificativi dell'ente erogatore
	DatiBeneficiario                     // dati identificativi del beneficiario
	Tipologia                            // tipologia di prestazione
	Caratteristiche                      // caratteristiche e valore economico
	ValoreISEE                           // valore sintetico ISEE, ISR, ISP
	Nucleo                               // consistenza del nucleo e classe di eta
	DSU                                  // informazioni analitiche della DSU
	ListeSelettive                       // liste selettive di beneficiari
)

// Categories lists the categories in the sheet's order.
var Categories = [...]Category{DatiEnte, DatiBeneficiario, Tipologia, Caratteristiche, ValoreISEE, Nucleo, DSU, ListeSelettive}

var categoryNames = [...]string{"", "ente_erogatore", "beneficiario", "tipologia", "caratteristiche", "valore_isee", "nucleo", "dsu", "liste_selettive"}

// String gives the name that matrix and delega files use.
func (c Category) String() string {
	if int(c) < len(categoryNames) && c != 0 {
		return categoryNames[c]
	}
	return "unknown"
}

func parseCategory(s string) (Category, bool) {
	for _, c := range Categories {
		if c.String() == s {
			return c, true
		}
	}
	return 0, false
}

// categorySet is a set of categories, one bit each.
type categorySet uint16

func (s categorySet) has(c Category) bool { return s&(1<<c) != 0 }

func (s *categorySet) add(c Category) { *s |= 1 << c }
