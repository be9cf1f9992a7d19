package synth

import (
	"flussi/internal/flusso"
	"flussi/internal/schema"
)

var (
	sinbaCodes = []string{"A2.02", "A2.11", "A1.04", "A1.15", "A3.02", "A3.01", "A2.12"}
	household  = []string{"1", "2", "3", "4", "5", "6"}
)

// fillSINBA makes one child in care, with no link to any Beneficiario of a
// PS_PSA_SINA flow. The age is counted at the end of the year, so that
// FasciaEtaBeneficiario agrees with AnnoNascita.
func fillSINBA(d *draft, s *source, seed uint64, ordinal int64, year int, home *comune) {
	age := s.below(18)
	from := len(d.arena)
	d.arena = opaque(d.arena, seed, ordinal)
	d.keep(schema.SINBAIDBeneficiario, from)
	d.number(schema.SINBAAnnoNascita, year-age, 4)
	d.number(schema.SINBAFasciaEtaBeneficiario, age/3+1, 1)
	if s.chance(70) {
		d.number(schema.SINBAFasciaISEEBeneficiario, s.between(1, 8), 1)
		d.number(schema.SINBANumeroComponentiISEE, s.between(1, 7), 1)
	}
	alone := s.chance(6)
	if alone {
		d.set(schema.SINBAMinoreStranieroNoAcc, "1")
	} else {
		d.set(schema.SINBAMinoreStranieroNoAcc, "2")
	}
	d.number(schema.SINBACondizioneMinore, s.between(1, 5), 1)
	d.number(schema.SINBALuogoVita, s.between(1, 8), 1)
	d.number(schema.SINBAScuolaFrequentata, s.between(1, 8), 1)
	d.number(schema.SINBACondizioneLavoro, s.between(1, 4), 1)
	if s.chance(12) {
		d.set(schema.SINBADisabilita, "1")
		d.number(schema.SINBATipoDisabilita, s.between(1, 4), 1)
		d.number(schema.SINBAInvCivCertificazioni, s.between(1, 5), 1)
	} else {
		d.set(schema.SINBADisabilita, "2")
	}
	if !alone {
		fillParent(d, s, home, &fatherFields)
		fillParent(d, s, home, &motherFields)
	}
	fillCase(d, s, year, age)

	d.set(schema.SINBACodiceNazioneResidenza, "380")
	d.set(schema.SINBACodiceRegioneResidenza, home.regione.DM1986)
	d.lists[0] = sample(d.lists[0], s, sinbaCodes, s.between(1, 2))
	d.lists[1] = sample(d.lists[1], s, household, s.between(1, 4))
}

type parentFields struct{ citizenship, region, school, work schema.Field }

var (
	fatherFields = parentFields{schema.SINBACodiceCittadinanzaPadre, schema.SINBACodiceRegioneResidenzaPadre, schema.SINBATitoloStudioPadre, schema.SINBAOccupazionePadre}
	motherFields = parentFields{schema.SINBACodiceCittadinanzaMadre, schema.SINBACodiceRegioneResidenzaMadre, schema.SINBATitoloStudioMadre, schema.SINBAOccupazioneMadre}
)

func fillParent(d *draft, s *source, home *comune, f *parentFields) {
	if s.chance(20) {
		return
	}
	switch {
	case s.chance(25):
		d.set(f.citizenship, paesi[paeseLottery.draw(s)].iso)
	case s.chance(4):
		d.set(f.citizenship, "990")
	default:
		d.set(f.citizenship, "380")
	}
	d.set(f.region, home.regione.DM1986)
	if s.chance(70) {
		d.number(f.school, s.between(1, 6), 1)
		d.number(f.work, s.between(1, 8), 1)
	}
}

// fillCase draws the history: reported, before a court, placed, closed.
func fillCase(d *draft, s *source, year, age int) {
	first := year - s.between(0, min(age, 4))
	month := s.between(1, 12)
	d.month(schema.SINBADataPrimaSegnalazione, first, month)
	d.number(schema.SINBAFonteSegnalazione, s.between(1, 14), 1)
	d.number(schema.SINBAValutazioneMinore, s.between(1, 13), 1)
	d.number(schema.SINBAValutazioneFamigliaMinore, s.between(1, 13), 1)
	if s.chance(35) {
		d.set(schema.SINBASegnalazioneAutoritaGiudiziaria, "1")
		d.month(schema.SINBADataSegnalazione, first, s.between(month, 12))
	} else {
		d.set(schema.SINBASegnalazioneAutoritaGiudiziaria, "2")
	}
	if !s.chance(25) {
		d.set(schema.SINBAProvvedimentoGiudiziario, "2")
	} else {
		d.set(schema.SINBAProvvedimentoGiudiziario, "1")
		d.month(schema.SINBADataProvvedimentoGiudiziario, year, 12)
		d.number(schema.SINBAAutoritaProvvedimento, s.between(1, 4), 1)
		d.number(schema.SINBAPotestaTutela, s.between(1, 5), 1)
		d.number(schema.SINBATipoProvvedimentoGiudiziario, s.between(1, 8), 1)
		if s.chance(40) {
			d.number(schema.SINBAFormaInterventoAffido, s.between(1, 2), 1)
			d.number(schema.SINBATipoInterventoAffido, s.between(1, 2), 1)
			d.number(schema.SINBADurataAffido, s.between(1, 2), 1)
			d.number(schema.SINBACarattereAffido, s.between(1, 2), 1)
			d.number(schema.SINBAEsitoAffido, s.between(1, 9), 1)
		} else if s.chance(60) {
			d.number(schema.SINBACarattereInserimentoResidenziale, s.between(1, 10), 1)
			d.number(schema.SINBAFormaInserimentoResidenziale, s.between(1, 2), 1)
			d.number(schema.SINBATipoInserimentoResidenziale, s.between(1, 2), 1)
			d.number(schema.SINBAEsitoInserimentoStruttura, s.between(1, 9), 1)
		}
	}
	if s.chance(15) {
		d.number(schema.SINBAMotivazioneChiusuraCarico, s.between(1, 9), 1)
		d.number(schema.SINBASituazioneChiusuraCarico, s.between(1, 8), 1)
	}
	if s.chance(50) {
		d.number(schema.SINBACollaborazioniInterventi, s.between(1, 9), 1)
	}
}

var sinbaShapes = shapes{tipo: flusso.SINBA, path: "Flusso/SINBA"}

func (m *maker) writeSINBA() {
	m.header()
	for i := range int64(m.Beneficiari) {
		s := m.beneficiari.source(i)
		d := &m.record
		d.reset()
		fillSINBA(d, &s, m.seed, i, max(m.Year, m.Date.Year()-1), m.places.residence(&s))
		shape := s.below(8)
		m.faults.spoilRecord(d, i)
		m.buf = append(m.buf, "<SINBA"...)
		m.attributes(d, &sinbaShapes, shape)
		m.buf = append(m.buf, d.extra...)
		m.buf = append(m.buf, ">\n"...)
		m.list("Prestazioni", "CodicePrestazione", d.lists[0])
		m.list("Famiglia", "ComposizioneFamiglia", d.lists[1])
		m.buf = append(m.buf, d.child...)
		m.buf = append(m.buf, "</SINBA>\n"...)
		m.stats.Beneficiari++
		m.stats.Records++
		m.flushIfFull()
		if m.err != nil {
			return
		}
	}
	m.buf = append(m.buf, "</Flusso>\n"...)
}
