package anonymize

import (
	"bytes"
	"sync"

	"flussi/internal/flusso"
	"flussi/internal/schema"
)

// place is where a record belongs: region, province and comune as far as they
// are known. The zero place is nowhere.
type place struct {
	regione   uint8  // DM1986 number, 1..21: tells Trento from Bolzano
	provincia uint8  // index in schema.Provinces, plus one
	comune    string // Belfiore
}

// provinceNumber finds a province by the first digits of an ISTAT code; asked
// late, for the operator may have put another table in the place of the built-in
// one (schema.UseCodes).
var provinceNumber = sync.OnceValue(func() map[string]uint8 {
	number := map[string]uint8{}
	for i, p := range schema.Provinces() {
		number[p.ISTAT] = uint8(i + 1)
	}
	return number
})

// regionNumber gives a region's DM1986 number; 0 for what is not one of the 21.
func regionNumber(r schema.Region) uint8 { return regionNumbers()[r.NUTS2] }

var regionNumbers = sync.OnceValue(func() map[string]uint8 {
	number := map[string]uint8{}
	for i, x := range schema.Regions() {
		number[x.NUTS2] = uint8(i + 1)
	}
	return number
})

// places finds the territory of records, and remembers that of codes of comuni.
type places struct{ of map[[6]byte]place }

// mostPlaces is more codes than were ever in use, and a bound where anything may
// stand in their place.
const mostPlaces = 20_000

func (s *places) ofISTAT(code []byte) place {
	if len(code) != 6 {
		return place{}
	}
	p, known := s.of[[6]byte(code)]
	if !known {
		if p = placeOfISTAT(code); len(s.of) < mostPlaces {
			if s.of == nil {
				s.of = map[[6]byte]place{}
			}
			s.of[[6]byte(code)] = p
		}
	}
	return p
}

// find finds a record's territory: the first Indirizzo in Italy (residence),
// else the Ente's seat. A return flow has one residence and may leave out its
// country. A SINBA record has a region only: province and comune are then the
// Ente's, where its seat is in that region.
func (s *places) find(b *schema.Batch, rec int) place {
	if b.Tipo == flusso.SINBA {
		seat := seatOf(b, rec)
		region, ok := b.Text(schema.SINBACodiceRegioneResidenza, rec)
		if !ok {
			return seat
		}
		r, known := schema.RegionByDM1986(region)
		if !known {
			return seat
		}
		if n := regionNumber(r); n != seat.regione {
			return place{regione: n}
		}
		return seat
	}
	for i := range b.Repeats(schema.IndirizzoCodiceNazione, rec) {
		nation, given := b.At(schema.IndirizzoCodiceNazione, rec, i)
		if given && !bytes.Equal(nation, []byte("380")) {
			continue
		}
		comune, _ := b.At(schema.IndirizzoCodiceComune, rec, i)
		if p := s.ofISTAT(comune); p.regione != 0 {
			return p
		}
		region, _ := b.At(schema.IndirizzoCodiceRegione, rec, i)
		if r, ok := schema.RegionByDM1986(region); ok {
			return place{regione: regionNumber(r)}
		}
		if given {
			break
		}
	}
	return seatOf(b, rec)
}

// placeOfISTAT reads six digits of a comune, known or not: its province tells
// the region.
func placeOfISTAT(code []byte) (p place) {
	if len(code) != 6 {
		return p
	}
	if r, ok := schema.RegionOfComune(code); ok {
		p.regione = regionNumber(r)
	}
	p.provincia = provinceNumber()[string(code[:3])]
	if c, ok := schema.ComuneByISTAT(code); ok {
		p.comune = c.Belfiore
	}
	return p
}

// seatOf is where the Ente has its legal seat: EnteIndirizzo, a Belfiore code;
// of a comune without it, the comune itself.
func seatOf(b *schema.Batch, rec int) place {
	for _, f := range [...]schema.Field{schema.EnteIndirizzo, schema.EnteCodice} {
		if v, ok := b.Text(f, rec); ok && len(v) == 4 {
			if c, ok := schema.ComuneByBelfiore(v); ok {
				return placeOfISTAT([]byte(c.ISTAT))
			}
		}
	}
	return place{}
}

// isComune tells an Ente that is a comune by its code: a Belfiore code.
func isComune(code []byte) bool {
	if len(code) != 4 {
		return false
	}
	_, ok := schema.ComuneByBelfiore(code)
	return ok
}

// comuneOf finds a comune by either of its codes.
func comuneOf(code string) (schema.Comune, bool) {
	if c, ok := schema.ComuneByBelfiore(code); ok {
		return c, true
	}
	return schema.ComuneByISTAT(code)
}

// regionOf finds a region's DM1986 number by either code of the configuration;
// the two provinces that share ISTAT's 04 have the first's. 0 for none.
func regionOf(code string) uint8 {
	for i, x := range schema.Regions() {
		if code != "" && (x.NUTS2 == code || x.ISTAT == code) {
			return uint8(i + 1)
		}
	}
	return 0
}

// scope is which records a recipient may see.
type scope struct {
	ente      string // own benefits only, of this Ente
	regioni   uint32 // one bit each; 0: the whole country
	provincia uint8
	comune    string
	ambito    uint16 // of ambiti, where that is not nil
	ambiti    *Ambiti
}

// newScope reads a recipient's territory and Ente, and denies what it must have
// and has not.
func newScope(req Request) (s scope, err error) {
	r := req.Recipient
	no := func(why reason) (scope, error) { return scope{}, deny("open view", r.Name, why) }
	if req.Level == TotaleProprioEnte {
		if r.Ente == "" {
			return no(reasonEnteMissing)
		}
		s.ente = r.Ente
		return s, nil
	}
	switch t := r.Territory; {
	case r.Class == Regione && t.Regione == "", r.Class == Comune && t.Comune == "" && t.Ambito == "" && t.Provincia == "":
		return no(reasonTerritoryMissing)
	case t.Comune != "":
		c, ok := comuneOf(t.Comune)
		if !ok {
			return no(reasonTerritoryUnknown)
		}
		s.comune = c.Belfiore
	case t.Ambito != "":
		n, ok := req.Ambiti.find(t.Ambito)
		if !ok {
			return no(reasonAmbitoUnknown)
		}
		s.ambito, s.ambiti = n, req.Ambiti
	case t.Provincia != "":
		if s.provincia = provinceNumber()[t.Provincia]; s.provincia == 0 {
			return no(reasonTerritoryUnknown)
		}
	case t.Regione != "":
		for i, x := range schema.Regions() {
			if x.NUTS2 == t.Regione || x.ISTAT == t.Regione {
				s.regioni |= 1 << (i + 1)
			}
		}
		if s.regioni == 0 {
			return no(reasonTerritoryUnknown)
		}
	}
	return s, nil
}

// holds tells whether a record is in scope.
func (s *scope) holds(b *schema.Batch, rec int, p place) bool {
	switch {
	case s.ente != "":
		code, _ := b.Text(schema.EnteCodice, rec)
		return sameEnte(string(code), s.ente)
	case s.comune != "":
		return p.comune == s.comune
	case s.ambiti != nil:
		n, ok := s.ambiti.in(p.comune, dataYear(b, rec))
		return ok && n == s.ambito
	case s.provincia != 0:
		return p.provincia == s.provincia
	case s.regioni != 0:
		return s.regioni&(1<<p.regione) != 0 && p.regione != 0
	}
	return true
}
