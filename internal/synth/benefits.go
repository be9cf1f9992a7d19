package synth

import (
	"slices"

	"flussi/internal/schema"
)

// benefit is one kind of benefit as synthetic people receive it. Codes and
// denominations are those of the ISEE-conditioned list and of INPS's samples;
// frequencies, amounts and shares are plausible, not measured.
type benefit struct {
	code     string
	name     string
	stage    [4]int // weight at 0-2, 3-17, 18-64, 65 and over
	periodic int    // percent; the others are paid once
	euro     int    // a typical amount, a month or once
	area     int    // AreaUtenza
	inCharge int    // PresaCarico, percent
	means    [4]int // weights of PresenzaProvaMezzi 1..4
	user     int    // largest share that the beneficiary pays, percent
	sina     bool   // an assessment is linked to it
	hours    bool   // a service counted in hours
	ssn      bool   // the health service may pay a part
	mother   bool   // for women only
}

var benefits = []benefit{
	{code: "A3.03", name: "Asilo nido", stage: [4]int{52, 0, 0, 0}, periodic: 100, euro: 420, area: 1, inCharge: 15, means: [4]int{90, 3, 3, 4}, user: 70},
	{code: "A1.07", name: "Contributi e integrazioni a rette per asili nido", stage: [4]int{24, 0, 0, 0}, periodic: 80, euro: 210, area: 1, inCharge: 10, means: [4]int{95, 0, 5, 0}},
	{code: "A1.08", name: "Contributi e integrazioni a rette per servizi integrativi o innovativi per la prima infanzia", stage: [4]int{8, 2, 0, 0}, periodic: 70, euro: 140, area: 1, inCharge: 10, means: [4]int{90, 0, 10, 0}},
	{code: "A2.10", name: "Servizi integrativi per la prima infanzia", stage: [4]int{12, 1, 0, 0}, periodic: 90, euro: 120, area: 1, inCharge: 20, means: [4]int{80, 0, 10, 10}, user: 50},
	{code: "A2.12", name: "Mensa scolastica", stage: [4]int{0, 46, 0, 0}, periodic: 95, euro: 75, area: 1, inCharge: 5, means: [4]int{94, 0, 4, 2}, user: 80},
	{code: "A2.11", name: "Sostegno socio-educativo scolastico", stage: [4]int{0, 12, 0, 0}, periodic: 95, euro: 380, area: 1, inCharge: 80, means: [4]int{20, 0, 10, 70}, hours: true},
	{code: "A2.02", name: "Sostegno socio-educativo territoriale o domiciliare", stage: [4]int{2, 9, 3, 0}, periodic: 95, euro: 350, area: 1, inCharge: 90, means: [4]int{25, 0, 15, 60}, hours: true},
	{code: "A1.09", name: "Contributi economici per i servizi scolastici", stage: [4]int{0, 16, 0, 0}, periodic: 15, euro: 180, area: 1, inCharge: 5, means: [4]int{97, 0, 3, 0}},
	{code: "A1.19", name: "Borse di studio", stage: [4]int{0, 8, 4, 0}, periodic: 5, euro: 260, area: 1, inCharge: 2, means: [4]int{100, 0, 0, 0}},
	{code: "A1.02", name: "Assegno maternità erogato dai comuni", stage: [4]int{0, 0, 7, 0}, periodic: 20, euro: 1900, area: 1, inCharge: 5, means: [4]int{100, 0, 0, 0}, mother: true},
	{code: "A1.01", name: "Assegno per il nucleo familiare erogato dai comuni", stage: [4]int{0, 0, 8, 0}, periodic: 70, euro: 155, area: 1, inCharge: 5, means: [4]int{100, 0, 0, 0}},
	{code: "A1.04", name: "Contributi economici a integrazione del reddito familiare", stage: [4]int{0, 0, 24, 7}, periodic: 45, euro: 310, area: 3, inCharge: 60, means: [4]int{88, 0, 12, 0}},
	{code: "A1.05", name: "Contributi economici per alloggio", stage: [4]int{0, 0, 16, 6}, periodic: 40, euro: 290, area: 3, inCharge: 40, means: [4]int{95, 0, 5, 0}},
	{code: "A1.06", name: "Buoni spesa o buoni pasto", stage: [4]int{0, 0, 15, 6}, periodic: 25, euro: 170, area: 3, inCharge: 30, means: [4]int{85, 0, 15, 0}},
	{code: "A1.15", name: "Contributi per servizi alla persona", stage: [4]int{0, 1, 3, 6}, periodic: 85, euro: 270, area: 2, inCharge: 50, means: [4]int{90, 0, 10, 0}, sina: true},
	{code: "A1.16", name: "Contributi economici per servizio trasporto e mobilità", stage: [4]int{0, 3, 3, 5}, periodic: 80, euro: 110, area: 2, inCharge: 40, means: [4]int{80, 0, 15, 5}, sina: true},
	{code: "A1.17", name: "Contributi economici erogati a titolo di prestito / prestiti d'onore", stage: [4]int{0, 0, 2, 1}, periodic: 0, euro: 1500, area: 3, inCharge: 30, means: [4]int{100, 0, 0, 0}},
	{code: "A1.18", name: "Contributi economici per l'inserimento lavorativo", stage: [4]int{0, 0, 6, 0}, periodic: 70, euro: 400, area: 3, inCharge: 80, means: [4]int{60, 0, 20, 20}},
	{code: "A2.05", name: "Agevolazioni per i servizi di pubblica utilità (telefono, luce, gas)", stage: [4]int{0, 0, 9, 5}, periodic: 10, euro: 140, area: 3, inCharge: 5, means: [4]int{100, 0, 0, 0}},
	{code: "A2.06", name: "Agevolazioni tributarie comunali (nettezza urbana, ecc.)", stage: [4]int{0, 0, 11, 9}, periodic: 0, euro: 120, area: 3, inCharge: 3, means: [4]int{90, 10, 0, 0}},
	{code: "A2.09", name: "Supporto all'inserimento lavorativo", stage: [4]int{0, 0, 8, 0}, periodic: 90, euro: 260, area: 3, inCharge: 90, means: [4]int{30, 0, 20, 50}},
	{code: "A2.16", name: "Interventi di supporto per reperimento alloggi", stage: [4]int{0, 0, 4, 1}, periodic: 60, euro: 330, area: 3, inCharge: 100, means: [4]int{70, 0, 20, 10}},
	{code: "A2.01", name: "Mensa sociale", stage: [4]int{0, 0, 4, 5}, periodic: 90, euro: 130, area: 3, inCharge: 35, means: [4]int{70, 0, 20, 10}, user: 20},
	{code: "A1.10", name: "Contributi economici per cure o prestazioni sociali a rilevanza sanitaria", stage: [4]int{0, 2, 3, 7}, periodic: 50, euro: 280, area: 2, inCharge: 60, means: [4]int{85, 0, 15, 0}, sina: true, ssn: true},
	{code: "A1.11", name: "Assegnazioni economiche per il sostegno della domiciliarità e dell'autonomia personale", stage: [4]int{0, 2, 4, 11}, periodic: 95, euro: 520, area: 2, inCharge: 90, means: [4]int{75, 0, 15, 10}, sina: true, ssn: true},
	{code: "A2.07", name: "Assistenza domiciliare socio-assistenziale", stage: [4]int{0, 2, 5, 20}, periodic: 98, euro: 340, area: 2, inCharge: 95, means: [4]int{80, 0, 10, 10}, user: 45, sina: true, hours: true},
	{code: "A2.08", name: "ADI – assistenza domiciliare integrata con servizi sanitari", stage: [4]int{0, 1, 3, 13}, periodic: 98, euro: 460, area: 2, inCharge: 95, means: [4]int{60, 0, 20, 20}, user: 30, sina: true, hours: true, ssn: true},
	{code: "A1.14", name: "Contributi e integrazioni a rette per accesso a servizi residenziali", stage: [4]int{0, 0, 2, 8}, periodic: 98, euro: 780, area: 2, inCharge: 90, means: [4]int{95, 0, 5, 0}, user: 40, sina: true, ssn: true},
	{code: "A3.02", name: "Strutture residenziali", stage: [4]int{0, 1, 2, 7}, periodic: 99, euro: 1450, area: 2, inCharge: 95, means: [4]int{85, 0, 10, 5}, user: 60, sina: true, ssn: true},
	{code: "A3.01", name: "Strutture semiresidenziali", stage: [4]int{0, 2, 5, 4}, periodic: 98, euro: 620, area: 2, inCharge: 0, means: [4]int{80, 0, 10, 10}, user: 35},
}

var (
	benefitsAt  [4]*lottery // by stage of life
	meansOf     []*lottery
	needCodes   = []string{"A2.07", "A2.08", "A1.11", "A3.01", "A1.16", "A3.02"}
	thresholds  = []int{6000, 7500, 8500, 9360, 12000, 15000, 17000, 20000, 25000, 34308, 40000}
	invCivCodes = []string{"1", "2", "3", "4", "5", "6", "7", "8"}
)

func init() {
	for stage := range benefitsAt {
		weights := make([]int, len(benefits))
		for i := range benefits {
			weights[i] = benefits[i].stage[stage]
		}
		benefitsAt[stage] = newLottery(weights)
	}
	for i := range benefits {
		meansOf = append(meansOf, newLottery(benefits[i].means[:]))
	}
}

// chooseBenefit draws what a person of this age receives beside what is taken
// already.
func chooseBenefit(s *source, age, genere int, taken []int) int {
	stage := 3
	switch {
	case age <= 2:
		stage = 0
	case age <= 17:
		stage = 1
	case age <= 64:
		stage = 2
	}
	for {
		b := benefitsAt[stage].draw(s)
		if (!benefits[b].mother || genere == 2) && !slices.Contains(taken, b) {
			return b
		}
	}
}

// fillPrestazione makes one PrestazioniSociali of the year, coherent by every
// rule of the PDF's tables and of practice.
func fillPrestazione(d *draft, s *source, kind, year int, protocol int64) {
	b := &benefits[kind]
	d.set(schema.CodicePrestazione, b.code)
	d.set(schema.DenominazionePrestazione, b.name)
	d.number(schema.ProtocolloDomanda, year, 4)
	d.arena = append(d.arena, '/')
	d.arena = appendDigits(d.arena, int(protocol), 7)
	d.values[schema.ProtocolloDomanda].to = uint32(len(d.arena))
	if s.chance(85) {
		d.set(schema.TipoOperazione, "I")
	}

	start := fillPeriod(d, s, b, year)
	if s.chance(35) {
		event := day{year - s.between(0, 1), s.between(1, 12), s.between(1, 28)}
		if event.year == year {
			event.month = min(event.month, start.month)
			event.day = min(event.day, start.day)
		}
		d.date(schema.DataEvento, event)
	}

	means := meansOf[kind].draw(s) + 1
	d.number(schema.PresenzaProvaMezzi, means, 1)
	if means == 1 && s.chance(85) || means == 3 && s.chance(40) {
		fillDSU(d, s, start)
	}
	if means == 1 && s.chance(60) {
		d.cents(schema.ImportoSogliaISEE, thresholds[s.below(len(thresholds))]*100)
	}
	if b.hours && s.chance(70) {
		from := len(d.arena)
		d.arena = appendDigits(d.arena, s.between(2, 60), 1)
		d.arena = append(d.arena, d.mark())
		d.arena = appendDigits(d.arena, s.below(4)*15, 2)
		d.keep(schema.OreServizioMensile, from)
	}

	inCharge := s.chance(b.inCharge)
	if inCharge {
		d.set(schema.PresaCarico, "1")
	} else {
		d.set(schema.PresaCarico, "2")
	}
	if inCharge || s.chance(40) {
		d.number(schema.AreaUtenza, b.area, 1)
	}
	if b.sina && inCharge {
		fillSINA(d, s)
	}
}

// fillPeriod draws when and how much; it gives the day the benefit began.
func fillPeriod(d *draft, s *source, b *benefit, year int) day {
	amount := b.euro * (60 + s.below(80)) // percent of euro = cents
	if s.chance(12) {
		amount = amount * (120 + s.below(200)) / 100
	}
	if s.chance(55) {
		amount -= amount % 100
	}
	if !s.chance(b.periodic) {
		on := day{year, s.between(1, 12), s.between(1, 28)}
		d.set(schema.CaratterePrestazione, "2")
		d.date(schema.DataErogazionePrestazione, on)
		d.cents(schema.ImportoPrestazione, amount)
		fillQuote(d, s, b, amount)
		return on
	}
	first, last := 1, 12
	if s.chance(50) {
		first = s.between(1, 12)
	}
	if s.chance(35) {
		last = s.between(first, 12)
	}
	start := day{year, first, 1}
	if s.chance(25) {
		start.day = s.between(2, 28)
	}
	d.set(schema.CaratterePrestazione, "1")
	d.date(schema.DataInizioPrestazione, start)
	if s.chance(92) {
		d.date(schema.DataFinePrestazione, day{year, last, monthDays[last]})
		d.number(schema.PeriodoErogazione, last-first+1, 1)
	}
	d.cents(schema.ImportoMensile, amount)
	fillQuote(d, s, b, amount)
	return start
}

// fillQuote splits the amount so that the quote sum to it to the cent.
func fillQuote(d *draft, s *source, b *benefit, amount int) {
	if s.chance(30) {
		return
	}
	user, ssn := 0, 0
	if b.user > 0 && s.chance(80) {
		user = amount * s.below(b.user+1) / 100
	}
	if b.ssn && s.chance(75) {
		ssn = (amount - user) * s.between(25, 50) / 100
	}
	d.cents(schema.ImportoQuotaEnte, amount-user-ssn)
	if user > 0 || s.chance(30) {
		d.cents(schema.ImportoQuotaUtente, user)
	}
	if ssn > 0 {
		d.cents(schema.ImportoQuotaSSN, ssn)
	}
	if b.user > 0 && s.chance(40) {
		d.cents(schema.ImportoQuotaRichiesta, amount*b.user/100)
	}
}

// fillDSU refers to a DSU of the year, signed before the benefit began.
func fillDSU(d *draft, s *source, start day) {
	from := len(d.arena)
	d.arena = append(d.arena, "INPS-ISEE-"...)
	d.arena = appendDigits(d.arena, start.year, 4)
	d.arena = append(d.arena, '-')
	d.arena = appendDigits(d.arena, s.below(100_000_000), 8)
	d.arena = append(d.arena, byte('A'+s.below(26)))
	d.arena = append(d.arena, "-00"...)
	d.keep(schema.NumeroProtocolloDSU, from)
	d.number(schema.AnnoProtocolloDSU, start.year, 4)
	d.date(schema.DataDSU, day{start.year, s.between(1, start.month), s.between(1, start.day)})
}

// fillSINA makes the multidimensional assessment.
func fillSINA(d *draft, s *source) {
	d.number(schema.SINAMobilita, s.between(1, 3), 1)
	d.number(schema.SINAAttivitaVitaQuotidiana, s.between(1, 3), 1)
	if s.chance(60) {
		d.number(schema.SINADisturbiAreaCognitiva, s.between(1, 3), 1)
	}
	d.number(schema.SINADisturbiComportamentali, s.between(1, 2), 1)
	if s.chance(70) {
		d.number(schema.SINANecessitaCureSanitarie, s.between(1, 3), 1)
	}
	d.number(schema.SINAAreaReddituale, s.between(1, 3), 1)
	d.number(schema.SINAAreaSupporto, s.between(1, 3), 1)
	d.number(schema.SINAFonteDerivazioneValutazione, s.between(1, 4), 1)
	d.number(schema.SINAStrumentoValutazione, s.between(1, 7), 1)
	if s.chance(80) {
		d.lists[0] = sample(d.lists[0], s, needCodes, s.between(1, 3))
	}
	if s.chance(75) {
		d.lists[1] = sample(d.lists[1], s, invCivCodes, s.between(1, 3))
		d.number(schema.SINAFonteDerivazioneInvalidita, s.between(1, 2), 1)
	}
}

// sample appends n different elements of from: a run of it, which wraps.
func sample(to []string, s *source, from []string, n int) []string {
	at := s.below(len(from))
	for i := range n {
		to = append(to, from[(at+i*5)%len(from)])
	}
	return to
}
