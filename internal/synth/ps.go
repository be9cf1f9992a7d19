package synth

import (
	"flussi/internal/flusso"
	"flussi/internal/schema"
)

var (
	beneficiarioShapes = shapes{tipo: flusso.PSPSASINA, path: "Flusso/Beneficiario"}
	anagraficaShapes   = shapes{tipo: flusso.PSPSASINA, path: "Flusso/Beneficiario/Anagrafica"}
	indirizzoShapes    = shapes{tipo: flusso.PSPSASINA, path: "Flusso/Beneficiario/Indirizzo"}
	prestazioneShapes  = shapes{tipo: flusso.PSPSASINA, path: "Flusso/Beneficiario/PrestazioniSociali"}
	sinaShapes         = shapes{tipo: flusso.PSPSASINA, path: "Flusso/Beneficiario/PrestazioniSociali/SINA"}
)

var (
	ageBands   = [...][2]int{{0, 2}, {3, 5}, {6, 17}, {18, 64}, {65, 74}, {75, 84}, {85, 101}}
	ageLottery = newLottery([]int{6, 8, 19, 35, 8, 12, 12})
	perPerson  = newLottery([]int{58, 29, 13}) // one, two, three benefits
)

func (m *maker) writePS() {
	m.header()
	for i := range int64(m.Beneficiari) {
		s := m.beneficiari.source(i)
		_, age := m.fillBeneficiario(&s, i)
		shape := s.below(8)
		m.secondAddress(&s)
		records := perPerson.draw(&s) + 1
		whole := m.faults.spoilBeneficiario(&m.who, i, records)

		m.buf = append(m.buf, "<Beneficiario"...)
		m.attributes(&m.who, &beneficiarioShapes, shape)
		m.buf = append(m.buf, ">\n<Anagrafica"...)
		m.attributes(&m.who, &anagraficaShapes, shape)
		m.buf = append(m.buf, "/>\n<Indirizzo"...)
		m.attributes(&m.who, &indirizzoShapes, shape)
		m.buf = append(m.buf, "/>\n"...)
		m.buf = append(m.buf, m.also...)
		taken := make([]int, 0, 3)
		for j := range records {
			d := &m.record
			d.reset()
			kind := chooseBenefit(&s, age, m.person.genere, taken)
			taken = append(taken, kind)
			fillPrestazione(d, &s, kind, m.Year, i*3+int64(j)+1)
			shape := s.below(8)
			if !whole {
				m.faults.spoilRecord(d, i*3+int64(j))
			}
			m.prestazione(d, shape)
		}
		m.buf = append(m.buf, "</Beneficiario>\n"...)
		m.stats.Beneficiari++
		m.stats.Records += int64(records)
		m.flushIfFull()
		if m.err != nil {
			return
		}
	}
	m.buf = append(m.buf, "</Flusso>\n"...)
}

func (m *maker) prestazione(d *draft, shape int) {
	m.buf = append(m.buf, "<PrestazioniSociali"...)
	m.attributes(d, &prestazioneShapes, shape)
	m.buf = append(m.buf, d.extra...)
	if !d.has(schema.SINAMobilita) && d.child == "" {
		m.buf = append(m.buf, "/>\n"...)
		return
	}
	m.buf = append(m.buf, ">\n"...)
	m.buf = append(m.buf, d.child...)
	if d.has(schema.SINAMobilita) {
		m.buf = append(m.buf, "<SINA"...)
		m.attributes(d, &sinaShapes, shape)
		m.buf = append(m.buf, ">\n"...)
		m.list("NecessitaInterventiSociali", "CodicePrestazione", d.lists[0])
		m.list("InvaliditaCivile", "InvCiv", d.lists[1])
		m.buf = append(m.buf, "</SINA>\n"...)
	}
	m.buf = append(m.buf, "</PrestazioniSociali>\n"...)
}

// fillBeneficiario makes a person with residence; it gives the home and
// the age at the end of the year.
func (m *maker) fillBeneficiario(s *source, ordinal int64) (home *comune, age int) {
	d := &m.who
	d.reset()
	band := ageBands[ageLottery.draw(s)]
	age = s.between(band[0], band[1])
	genere := 1
	if s.chance(52 + age/10) {
		genere = 2
	}
	home = m.places.residence(s)
	birthplace, citizenship := home.belfiore, "380"
	switch {
	case s.chance(13):
		from := &paesi[paeseLottery.draw(s)]
		citizenship = from.iso
		if age > 5 || s.chance(30) {
			birthplace = from.belfiore
		}
	case s.chance(35):
		birthplace = m.places.birthplace(s).belfiore
	}
	if citizenship != "380" && s.chance(2) {
		citizenship = "990" // not available
	}
	p := &m.person
	identity(p, m.seed, ordinal, genere, m.Year-age, birthplace)
	d.set(schema.CodiceFiscale, string(p.code[:]))
	d.set(schema.Cognome, string(p.surname[:p.letters]))
	d.set(schema.Nome, givenNames[genere-1][p.given])
	d.number(schema.AnnoNascita, p.year, 4)
	d.set(schema.LuogoNascita, birthplace)
	d.number(schema.Genere, genere, 1)
	d.set(schema.CodiceCittadinanza, citizenship)
	if citizenship != "380" && citizenship != "990" && s.chance(10) {
		d.set(schema.CodiceSecondaCittadinanza, "380")
	}
	d.set(schema.IndirizzoCodiceNazione, "380")
	d.set(schema.IndirizzoCodiceRegione, home.regione.DM1986)
	d.set(schema.IndirizzoCodiceComune, home.istat)
	return home, age
}

// secondAddress makes the element of a second Indirizzo, seldom: a domicile
// elsewhere, now and then abroad, where region and comune have no place.
func (m *maker) secondAddress(s *source) {
	b := m.also[:0]
	switch {
	case s.chance(93):
	case s.chance(15):
		b = append(b, `<Indirizzo CodiceNazione="`...)
		b = append(b, estero[s.below(len(estero))]...)
		b = append(b, "\"/>\n"...)
	default:
		c := m.places.birthplace(s)
		b = append(b, `<Indirizzo CodiceNazione="380" CodiceComune="`...)
		b = append(b, c.istat...)
		b = append(b, `" CodiceRegione="`...)
		b = append(b, c.regione.DM1986...)
		b = append(b, "\"/>\n"...)
	}
	m.also = b
}
