package anonymize

import (
	"flussi/internal/flusso"
	"flussi/internal/schema"
	"flussi/internal/table"
)

// newPersone are the attributes of rows that carry a person's code. One row is a
// person in one data year: what they are, and for each section of the
// nomenclature which benefits they had. So a row tells nothing but its class, and
// all who are in a class are alike in everything that is published.
func newPersone(t flusso.Tipo) *attributes {
	year, region, sections := yearDomain(), regionDomain(), sectionDomains(t)
	s := &attributes{name: "persone/1", persons: true}
	benefits := func(it, en string, coarser func(string) string) rung {
		r := rung{name: textStep(it, en)}
		for _, d := range sections {
			r.moves = append(r.moves, rise{d, coarser})
		}
		return r
	}
	if t == flusso.SINBA {
		age := ageDomain(schema.SINBAAnnoNascita)
		alone := codeDomain(schema.SINBAMinoreStranieroNoAcc, "minore straniero non accompagnato", "unaccompanied foreign minor")
		isee := codeDomain(schema.SINBAFasciaISEEBeneficiario, "fascia ISEE", "ISEE band")
		isee.column.Name = "FasciaISEE"
		s.name = "persone-sinba/1"
		s.domains = []*domain{year, region, age, alone, isee}
		s.rungs = []rung{
			{textStep("fascia ISEE larga", "wide ISEE band"), []rise{{isee, wideISEE}}},
			{textStep("senza fascia ISEE", "without ISEE band"), []rise{{isee, anything}}},
			{textStep("senza minore non accompagnato", "without unaccompanied minor"), []rise{{alone, anything}}},
			benefits("prestazioni sì o no, per sezione", "benefits yes or no, by section", anyBenefit),
			{textStep("età in fasce larghe", "ages in wide bands"), []rise{{age, wideAge}}},
			{textStep("senza età", "without age"), []rise{{age, anything}}},
		}
	} else {
		province, age := provinceDomain(), ageDomain(schema.AnnoNascita)
		sex := codeDomain(schema.Genere, "genere", "sex")
		citizenship, amount := citizenshipDomain(), yearlyDomain()
		s.province = province
		s.domains = []*domain{year, region, province, age, sex, citizenship, amount}
		s.rungs = []rung{
			{textStep("importo annuo in fasce larghe", "yearly amount in wide bands"), []rise{{amount, wideAmount}}},
			{textStep("senza importo annuo", "without yearly amount"), []rise{{amount, anything}}},
			{textStep("cittadinanza italiana o straniera", "Italian or foreign"), []rise{{citizenship, wideCitizenship}}},
			{textStep("provincia in regione", "province in region"), []rise{{province, anything}}},
			benefits("prestazioni sì o no, per sezione", "benefits yes or no, by section", anyBenefit),
			{textStep("età in fasce larghe", "ages in wide bands"), []rise{{age, wideAge}}},
			{textStep("senza cittadinanza e genere", "without citizenship and sex"), []rise{{citizenship, anything}, {sex, anything}}},
			{textStep("senza età", "without age"), []rise{{age, anything}}},
		}
	}
	s.domains = append(s.domains, sections...)
	s.rungs = append(s.rungs, benefits("classe residua: anno e regione", "residual class: year and region", anything))
	return s
}

// The sections of the nomenclature.
var sectionNames = [...]string{"A1", "A2", "A3", "A4", "A5"}

// What a section of a person is, beside the code of the only benefit in it.
const (
	noBenefit  = "no"
	anyOfThem  = "si"
	oneUnknown = "altro" // one benefit, whose code the nomenclature does not have
)

// anyBenefit tells whether there is a benefit, and no more.
func anyBenefit(v string) string {
	if v == noBenefit || v == star {
		return v
	}
	return anyOfThem
}

// sectionDomains are the benefits of a person: in each section none, the one
// benefit by its code, or several.
func sectionDomains(t flusso.Tipo) (all []*domain) {
	f := schema.CodicePrestazione
	if t == flusso.SINBA {
		f = schema.SINBACodicePrestazione
	}
	for _, section := range sectionNames {
		d := &domain{
			category: Tipologia,
			column: table.Column{
				Name: "Prestazione" + section, Kind: table.String,
				Description:   schema.SectionName(section) + ": no, il codice se la prestazione è una sola, piu se sono più d'una; nelle classi piccole si o no",
				DescriptionEn: schema.SectionName(section) + ": no, the code where there is one benefit, piu where there are several; si or no in small classes",
				Source:        schema.Info(f).Path, Treatment: "insieme delle prestazioni della persona nell'anno", Labels: map[string]string{},
			},
			fine: []string{noBenefit, manyBenefits, oneUnknown},
		}
		for _, p := range schema.Prestazioni() {
			if p.Sezione == section {
				d.fine = append(d.fine, p.Codice)
				d.column.Labels[p.Codice] = p.Denominazione
			}
		}
		all = append(all, d)
	}
	return all
}

// yearlyDomain is what a person had in the year, all benefits together.
func yearlyDomain() *domain {
	return &domain{
		category: Caratteristiche,
		column: table.Column{
			Name: "ImportoAnnuoFascia", Kind: table.String, Nullable: true, Unit: "EUR",
			Description: "fascia del valore annuo di tutte le prestazioni della persona in questo rilascio", DescriptionEn: "band of the yearly value of all the person's benefits in this release",
			Source: schema.Info(schema.ImportoMensile).Path, Treatment: "somma in fascia (oltre il primo estremo, fino al secondo)",
		},
		fine: append([]string{""}, amountBands.names...),
	}
}
