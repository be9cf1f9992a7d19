package anonymize

import (
	"sync"

	"flussi/internal/schema"
	"flussi/internal/table"
)

// newPrestazioni are the attributes of PS_PSA_SINA and of the return flow. All that
// a payer or a neighbour may know of a benefit is a quasi-identifier: its
// code, months and amounts too.
func newPrestazioni() *attributes {
	year, region, province := yearDomain(), regionDomain(), provinceDomain()
	benefit := benefitDomain(schema.CodicePrestazione)
	age := ageDomain(schema.AnnoNascita)
	sex := codeDomain(schema.Genere, "genere", "sex")
	citizenship := citizenshipDomain()
	ente := enteDomain()
	test := codeDomain(schema.PresenzaProvaMezzi, "presenza della prova dei mezzi", "means test")
	kind := codeDomain(schema.CaratterePrestazione, "carattere della prestazione", "periodic or occasional")
	start := monthDomain(schema.DataInizioPrestazione, "MeseInizio", "mese di inizio", "month of start")
	end := monthDomain(schema.DataFinePrestazione, "MeseFine", "mese di fine", "month of end")
	paid := monthDomain(schema.DataErogazionePrestazione, "MeseErogazione", "mese di erogazione", "month of payment")
	months := periodDomain()
	amount := func(f schema.Field, what, english string) *domain {
		return bandDomain(f, schema.Info(f).Name+"Fascia", what, english, "EUR", amountBands, cents)
	}
	monthly := amount(schema.ImportoMensile, "fascia dell'importo mensile", "band of the monthly amount")
	once := amount(schema.ImportoPrestazione, "fascia dell'importo della prestazione", "band of the benefit's amount")
	byEnte := amount(schema.ImportoQuotaEnte, "fascia della quota dell'ente", "band of the Ente's share")
	byUser := amount(schema.ImportoQuotaUtente, "fascia della quota dell'utente", "band of the user's share")
	bySSN := amount(schema.ImportoQuotaSSN, "fascia della quota del servizio sanitario", "band of the health service's share")
	hours := bandDomain(schema.OreServizioMensile, "OreServizioMensileFascia", "fascia del tempo di servizio al mese", "band of service time a month", "minuti", hourBands, minutesOf)
	threshold := bandDomain(schema.ImportoSogliaISEE, "ImportoSogliaISEEFascia", "fascia della soglia ISEE di accesso", "band of the ISEE threshold", "EUR", iseeBands, cents)
	care := codeDomain(schema.PresaCarico, "presa in carico", "taken into care")
	area := codeDomain(schema.AreaUtenza, "area di utenza", "area of users")

	return &attributes{
		name:     "prestazioni/1",
		province: province,
		benefit:  benefit,
		domains: []*domain{
			year, region, province, benefit, age, sex, citizenship, ente, test, kind, start, end, paid,
			months, monthly, once, byEnte, byUser, bySSN, hours, threshold, care, area, sinaDomain(),
		},
		rungs: []rung{
			{textStep("senza quote, ore e soglia ISEE", "without shares, hours and ISEE threshold"), []rise{{byEnte, anything}, {byUser, anything}, {bySSN, anything}, {hours, anything}, {threshold, anything}}},
			{textStep("mesi in trimestri", "months in quarters"), []rise{{start, quarter}, {end, quarter}, {paid, quarter}, {months, anything}}},
			{textStep("importi in fasce larghe", "amounts in wide bands"), []rise{{monthly, wideAmount}, {once, wideAmount}}},
			{textStep("senza mesi", "without months"), []rise{{start, anything}, {end, anything}, {paid, anything}}},
			{textStep("senza importi", "without amounts"), []rise{{monthly, anything}, {once, anything}}},
			{textStep("età in fasce larghe, senza prova dei mezzi", "ages in wide bands, without means test"), []rise{{age, wideAge}, {test, anything}}},
			{textStep("cittadinanza italiana o straniera, senza tipo di ente e presa in carico", "Italian or foreign, without type of Ente and care"), []rise{{citizenship, wideCitizenship}, {ente, anything}, {care, anything}, {area, anything}}},
			{textStep("provincia in regione", "province in region"), []rise{{province, anything}}},
			{textStep("prestazione nella sua sezione", "benefit in its section"), []rise{{benefit, section}}},
			{textStep("senza cittadinanza e genere", "without citizenship and sex"), []rise{{citizenship, anything}, {sex, anything}}},
			{textStep("senza età e carattere", "without age and kind"), []rise{{age, anything}, {kind, anything}}},
			{textStep("classe residua: anno e regione", "residual class: year and region"), []rise{{benefit, anything}}},
		},
	}
}

// benefitDomain holds the codes met in the data.
func benefitDomain(f schema.Field) *domain {
	d := &domain{
		category: Tipologia, bits: benefitBits, base: maxBenefits, dictionary: newDictionary(maxBenefits),
		column: table.Column{
			Name: "CodicePrestazione", Kind: table.String, Description: "prestazione (nomenclatore SIUSS), o la sua sezione",
			DescriptionEn: "benefit (SIUSS nomenclature), or its section", Source: schema.Info(f).Path, Treatment: "codice com'è, o sezione nelle classi piccole",
			Labels: benefitNames(),
		},
	}
	return d
}

// benefitNames decodes benefits and their sections.
var benefitNames = sync.OnceValue(func() map[string]string {
	labels := map[string]string{}
	for _, p := range schema.Prestazioni() {
		if p.Denominazione != "" {
			labels[p.Codice] = p.Denominazione
		}
	}
	for _, s := range []string{"A1", "A2", "A3", "A4", "A5"} {
		labels[s] = schema.SectionName(s)
	}
	return labels
})

func citizenshipDomain() *domain {
	areas := []string{"", string(schema.AreaItalia), string(schema.AreaUE), string(schema.AreaExtraUE), string(schema.AreaNonDisponibile)}
	return &domain{
		category: Nucleo, ofPerson: true,
		column: table.Column{
			Name: "CittadinanzaArea", Kind: table.String, Nullable: true, Description: "area di cittadinanza: Italia, UE, extra-UE, non disponibile; straniera nelle classi piccole",
			DescriptionEn: "area of citizenship: Italia, UE, extra-UE, not available; foreign in small classes",
			Source:        schema.Info(schema.CodiceCittadinanza).Path, Treatment: "cittadinanza in area",
		},
		fine: areas,
		read: func(r *reading) uint16 {
			area, ok := schema.CitizenshipArea(r.text(schema.CodiceCittadinanza))
			if !ok {
				if r.text(schema.CodiceCittadinanza) == nil {
					return 0
				}
				return 4
			}
			for i, a := range areas {
				if a == string(area) {
					return uint16(i)
				}
			}
			return 0
		},
	}
}

func wideCitizenship(v string) string {
	switch v {
	case string(schema.AreaUE), string(schema.AreaExtraUE):
		return "straniera"
	}
	return v
}

// Values of a month: 01..12 of the data year, or otherYear.
const otherYear = "altro anno"

var monthNames = []string{"", "01", "02", "03", "04", "05", "06", "07", "08", "09", "10", "11", "12", otherYear}

func monthDomain(f schema.Field, name, description, english string) *domain {
	return &domain{
		category: RoleOf(f).Category,
		column: table.Column{
			Name: name, Kind: table.String, Nullable: true, Description: description + ": AAAA-MM, AAAA-Tn nelle classi piccole",
			DescriptionEn: english + ": YYYY-MM, YYYY-Tn (quarter) in small classes", Source: schema.Info(f).Path, Treatment: "data in mese",
		},
		fine:  monthNames,
		dated: true,
		read:  func(r *reading) uint16 { return r.month(f) },
	}
}

// quarter is the coarser value of a month.
func quarter(v string) string {
	if len(v) != 2 {
		return v
	}
	month := int(v[0]-'0')*10 + int(v[1]-'0')
	return "T" + string(rune('1'+(month-1)/3))
}

func periodDomain() *domain {
	info := schema.Info(schema.PeriodoErogazione)
	d := &domain{
		category: RoleOf(schema.PeriodoErogazione).Category,
		column: table.Column{
			Name: info.Name, Kind: table.String, Nullable: true, Description: "mesi di erogazione nell'anno", DescriptionEn: "months paid in the year",
			Unit: "mesi", Source: info.Path, Treatment: "com'è",
		},
		fine: []string{"", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12"},
	}
	d.read = func(r *reading) uint16 {
		if n, ok := schema.ParseInt(r.text(schema.PeriodoErogazione)); ok && n >= 1 && n <= 12 {
			return uint16(n)
		}
		return 0
	}
	return d
}

// sinaDomain is all that an anonymous view shows of a SINA assessment: whether
// there is one, and how autonomous the person is in daily life.
func sinaDomain() *domain {
	info := schema.Info(schema.SINAAttivitaVitaQuotidiana)
	d := &domain{
		category: RoleOf(schema.SINAAttivitaVitaQuotidiana).Category,
		column: table.Column{
			Name: "SINAAutonomia", Kind: table.String, Description: "valutazione SINA: no, oppure il grado di autonomia nella vita quotidiana; * dove tutta la classe ha lo stesso valore",
			DescriptionEn: "SINA assessment: no, or the degree of autonomy in daily life; * where the whole class has the same value",
			Source:        info.Path, Treatment: "del blocco SINA resta solo questo",
			Labels: map[string]string{"no": "nessuna valutazione", "si": "valutazione senza grado"},
		},
		fine: []string{"no", "si"},
	}
	code := codeTable{}
	for _, l := range schema.Labels(schema.SINAAttivitaVitaQuotidiana) {
		code.set(l.Code, uint16(len(d.fine)))
		d.fine = append(d.fine, l.Code)
		d.column.Labels[l.Code] = l.It
	}
	d.read = func(r *reading) uint16 {
		if c := code.of(r.text(schema.SINAAttivitaVitaQuotidiana)); c > 0 {
			return c
		}
		if r.b.HasAny(schema.SINAMobilita, schema.SINAStrumentoValutazione, r.rec) {
			return 1
		}
		return 0
	}
	return sensitiveDomain(d, schema.SINAAttivitaVitaQuotidiana)
}
