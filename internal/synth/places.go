package synth

import (
	"time"

	"flussi/internal/flusso"
	"flussi/internal/schema"
)

// town is a comune where people of synthetic flows live and are born.
type town struct {
	belfiore string
	name     string
	weight   int // inhabitants, in thousands, roughly
}

// towns are the provincial capitals and a few more, largest first: enough for
// every region to have some. Their other codes come from internal/schema.
var towns = []town{
	{"H501", "Roma", 2750},
	{"F205", "Milano", 1370},
	{"F839", "Napoli", 913},
	{"L219", "Torino", 850},
	{"G273", "Palermo", 630},
	{"D969", "Genova", 561},
	{"A944", "Bologna", 390},
	{"D612", "Firenze", 361},
	{"A662", "Bari", 316},
	{"C351", "Catania", 299},
	{"L781", "Verona", 256},
	{"L736", "Venezia", 250},
	{"F158", "Messina", 218},
	{"G224", "Padova", 207},
	{"L424", "Trieste", 199},
	{"G337", "Parma", 198},
	{"B157", "Brescia", 198},
	{"G999", "Prato", 196},
	{"L049", "Taranto", 187},
	{"F257", "Modena", 184},
	{"H223", "Reggio nell'Emilia", 172},
	{"H224", "Reggio di Calabria", 170},
	{"G478", "Perugia", 162},
	{"H199", "Ravenna", 156},
	{"E625", "Livorno", 153},
	{"H294", "Rimini", 150},
	{"B354", "Cagliari", 148},
	{"D643", "Foggia", 145},
	{"D548", "Ferrara", 130},
	{"H703", "Salerno", 127},
	{"E472", "Latina", 127},
	{"E054", "Giugliano in Campania", 124},
	{"F704", "Monza", 123},
	{"I452", "Sassari", 121},
	{"A794", "Bergamo", 120},
	{"G482", "Pescara", 119},
	{"L378", "Trento", 118},
	{"D704", "Forlì", 117},
	{"I754", "Siracusa", 116},
	{"L840", "Vicenza", 110},
	{"A952", "Bolzano", 107},
	{"L117", "Terni", 107},
	{"G535", "Piacenza", 103},
	{"F952", "Novara", 102},
	{"L483", "Udine", 98},
	{"A271", "Ancona", 98},
	{"A285", "Andria", 97},
	{"A390", "Arezzo", 96},
	{"G479", "Pesaro", 95},
	{"E506", "Lecce", 94},
	{"E463", "La Spezia", 93},
	{"A669", "Barletta", 92},
	{"A182", "Alessandria", 91},
	{"E715", "Lucca", 89},
	{"G713", "Pistoia", 89},
	{"G702", "Pisa", 89},
	{"E263", "Guidonia Montecelio", 88},
	{"L407", "Treviso", 85},
	{"C352", "Catanzaro", 84},
	{"C933", "Como", 84},
	{"M297", "Fiumicino", 82},
	{"B180", "Brindisi", 82},
	{"E202", "Grosseto", 81},
	{"L682", "Varese", 79},
	{"A341", "Aprilia", 74},
	{"H163", "Ragusa", 74},
	{"A479", "Asti", 73},
	{"B963", "Caserta", 72},
	{"G388", "Pavia", 71},
	{"D150", "Cremona", 71},
	{"A345", "L'Aquila", 70},
	{"M082", "Viterbo", 66},
	{"F023", "Massa", 66},
	{"G942", "Potenza", 64},
	{"D086", "Cosenza", 63},
	{"F052", "Matera", 60},
	{"D122", "Crotone", 59},
	{"I480", "Savona", 58},
	{"B429", "Caltanissetta", 58},
	{"D205", "Cuneo", 56},
	{"A783", "Benevento", 55},
	{"L331", "Trapani", 55},
	{"A089", "Agrigento", 55},
	{"D653", "Foligno", 55},
	{"L182", "Tivoli", 54},
	{"I726", "Siena", 53},
	{"A509", "Avellino", 52},
	{"G888", "Pordenone", 52},
	{"C773", "Civitavecchia", 52},
	{"L103", "Teramo", 51},
	{"H620", "Rovigo", 50},
	{"C632", "Chieti", 49},
	{"E897", "Mantova", 49},
	{"E507", "Lecco", 47},
	{"B519", "Campobasso", 47},
	{"H282", "Rieti", 46},
	{"E648", "Lodi", 45},
	{"A462", "Ascoli Piceno", 45},
	{"L750", "Vercelli", 45},
	{"D810", "Frosinone", 43},
	{"A859", "Biella", 43},
	{"E290", "Imperia", 42},
	{"F132", "Merano", 41},
	{"E783", "Macerata", 40},
	{"H612", "Rovereto", 40},
	{"D542", "Fermo", 36},
	{"C034", "Cassino", 35},
	{"A757", "Belluno", 35},
	{"E098", "Gorizia", 33},
	{"F979", "Nuoro", 33},
	{"A326", "Aosta", 33},
	{"F537", "Vibo Valentia", 31},
	{"L746", "Verbania", 30},
	{"G113", "Oristano", 30},
	{"C342", "Enna", 25},
	{"I829", "Sondrio", 21},
	{"E335", "Isernia", 20},
	{"I442", "Sarre", 5},
}

// comune is a place with the codes it has in the year of the flow.
type comune struct {
	belfiore, istat string
	regione         schema.Region
	name            string
	weight          int
}

// paese is a country that people come from: ISO 3166 numeric for citizenship,
// Belfiore for the place of birth.
type paese struct {
	iso, belfiore string
	weight        int
}

// paesi are the citizenships most frequent in Italy, weighted by rank.
var paesi = []paese{
	{"642", "Z129", 21}, // Romania
	{"008", "Z100", 8},  // Albania
	{"504", "Z330", 8},  // Marocco
	{"156", "Z210", 6},  // Cina
	{"804", "Z138", 5},  // Ucraina
	{"050", "Z249", 4},  // Bangladesh
	{"356", "Z222", 3},  // India
	{"608", "Z216", 3},  // Filippine
	{"818", "Z336", 3},  // Egitto
	{"586", "Z236", 3},  // Pakistan
	{"566", "Z335", 2},  // Nigeria
	{"686", "Z343", 2},  // Senegal
	{"144", "Z209", 2},  // Sri Lanka
	{"788", "Z352", 2},  // Tunisia
	{"498", "Z140", 2},  // Moldova
	{"604", "Z611", 2},  // Perù
	{"616", "Z127", 1},  // Polonia
	{"218", "Z605", 1},  // Ecuador
}

// estero are the nations of a second Indirizzo abroad.
var estero = []string{"756", "276", "250", "826"}

var paeseLottery = func() *lottery {
	weights := make([]int, len(paesi))
	for i := range paesi {
		weights[i] = paesi[i].weight
	}
	return newLottery(weights)
}()

// places draws where people live, were born and were paid.
type places struct {
	comuni        []comune
	home          *comune // the Ente's own; nil for a return flow or an unknown seat
	homes, births *lottery
}

// findPlaces settles Ente and Regione, and who lives where: with an Ente of
// one comune nine in ten live in it, the others in its region.
func findPlaces(o *Options) (places, error) {
	within, err := regioneFilter(o.Regione)
	if err != nil {
		return places{}, err
	}
	p := places{comuni: comuniOf(o.Year, o.Ente.Indirizzo)}
	if o.Ente == (Ente{}) {
		for i := range p.comuni {
			if c := &p.comuni[i]; within(c.regione) { // the largest
				o.Ente = Ente{Codice: c.belfiore, Denominazione: "Comune di " + c.name, Indirizzo: c.belfiore}
				break
			}
		}
	}
	if o.Tipo != flusso.Ritorno {
		for i := range p.comuni {
			if c := &p.comuni[i]; c.belfiore == o.Ente.Indirizzo && within(c.regione) {
				p.home = c
			}
		}
	}
	lived, born := make([]int, len(p.comuni)), make([]int, len(p.comuni))
	for i, c := range p.comuni {
		born[i] = c.weight
		if within(c.regione) && (p.home == nil || o.Regione != "" || c.regione == p.home.regione) {
			lived[i] = c.weight
		}
	}
	p.homes, p.births = newLottery(lived), newLottery(born)
	return p, nil
}

// residence draws where somebody lives.
func (p *places) residence(s *source) *comune {
	if p.home != nil && s.chance(90) {
		return p.home
	}
	return &p.comuni[p.homes.draw(s)]
}

// birthplace draws where somebody was born in Italy, or has a second address.
func (p *places) birthplace(s *source) *comune { return &p.comuni[p.births.draw(s)] }

// comuniOf gives the towns, and the Ente's seat where it is none of them, with
// the codes that held in the middle of the year.
func comuniOf(year int, seat string) []comune {
	at := int32(time.Date(year, time.July, 1, 0, 0, 0, 0, time.UTC).Unix() / 86400)
	wanted := make(map[string]string, len(towns)+1)
	for _, t := range towns {
		wanted[t.belfiore] = ""
	}
	if c, known := schema.ComuneByBelfiore(seat); known {
		wanted[c.Belfiore] = ""
	}
	for c := range schema.Comuni() {
		if _, ok := wanted[c.Belfiore]; ok && c.Holds(at) {
			wanted[c.Belfiore] = c.ISTAT
		}
	}
	var all []comune
	add := func(t town) {
		if istat := wanted[t.belfiore]; istat != "" {
			if regione, known := schema.RegionOfComune(istat); known {
				all = append(all, comune{t.belfiore, istat, regione, t.name, t.weight})
			}
		}
		delete(wanted, t.belfiore)
	}
	for _, t := range towns {
		add(t)
	}
	for belfiore := range wanted { // the seat alone is left, if it is no town
		add(town{belfiore, "", 1})
	}
	return all
}

// regioneFilter reads Options.Regione.
func regioneFilter(name string) (within func(schema.Region) bool, err error) {
	if name == "" {
		return func(schema.Region) bool { return true }, nil
	}
	if r, known := schema.RegionByNUTS2(name); known {
		return func(of schema.Region) bool { return of == r }, nil
	}
	if r, known := schema.RegionByISTAT(name); known {
		return func(of schema.Region) bool { return of.ISTAT == r.ISTAT }, nil
	}
	return nil, invalid(badRegione)
}
