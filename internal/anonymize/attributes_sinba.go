package anonymize

import (
	"flussi/internal/flusso"
	"flussi/internal/schema"
	"flussi/internal/table"
)

// newSINBA are the attributes of SINBA: children in care. Nearly all of the flow is
// sensitive and stays behind; what leaves is age, benefit, ISEE band and, not
// part of the class, disability and placement.
func newSINBA() *attributes {
	year, region := yearDomain(), regionDomain()
	benefit := benefitDomain(schema.SINBACodicePrestazione)
	benefit.column.Description = "prestazione (nomenclatore SIUSS) se è una sola, altrimenti «piu»; la sua sezione nelle classi piccole"
	benefit.column.DescriptionEn = "benefit (SIUSS nomenclature) where there is one, else “piu”; its section in small classes"
	age := ageDomain(schema.SINBAAnnoNascita)
	alone := codeDomain(schema.SINBAMinoreStranieroNoAcc, "minore straniero non accompagnato", "unaccompanied foreign minor")
	ente := enteDomain()
	isee := codeDomain(schema.SINBAFasciaISEEBeneficiario, "fascia ISEE", "ISEE band")
	isee.column.Name = "FasciaISEE"
	return &attributes{
		name:    "sinba/1",
		benefit: benefit,
		domains: []*domain{year, region, benefit, age, alone, ente, isee, disabilityDomain(), placementDomain()},
		rungs: []rung{
			{textStep("fascia ISEE larga", "wide ISEE band"), []rise{{isee, wideISEE}}},
			{textStep("senza fascia ISEE e tipo di ente", "without ISEE band and type of Ente"), []rise{{isee, anything}, {ente, anything}}},
			{textStep("senza minore non accompagnato", "without unaccompanied minor"), []rise{{alone, anything}}},
			{textStep("prestazione nella sua sezione", "benefit in its section"), []rise{{benefit, section}}},
			{textStep("età in fasce larghe", "ages in wide bands"), []rise{{age, wideAge}}},
			{textStep("senza prestazione", "without benefit"), []rise{{benefit, anything}}},
			{textStep("classe residua: anno e regione", "residual class: year and region"), []rise{{age, anything}}},
		},
	}
}

// wideISEE joins official bands (codes 1..8): up to 9,000, to 15,000, above.
func wideISEE(v string) string {
	switch v {
	case "1", "2", "3", "4":
		return "0-9000"
	case "5", "6":
		return "9000-15000"
	case "7", "8":
		return "15000+"
	}
	return v
}

func disabilityDomain() *domain {
	d := codeDomain(schema.SINBADisabilita, "disabilità; * dove tutta la classe ha lo stesso valore", "disability; * where the whole class has the same value")
	d.column.Treatment = "codice com'è, nascosto dove unanime"
	return sensitiveDomain(d, schema.SINBADisabilita)
}

// placementDomain is where the child lives, as far as the affido and
// residential blocks tell.
func placementDomain() *domain {
	return sensitiveDomain(&domain{
		category: RoleOf(schema.SINBAFormaInterventoAffido).Category,
		column: table.Column{
			Name: "Collocazione", Kind: table.String, Description: "collocazione: famiglia, affido, struttura, affido e struttura; * dove tutta la classe ha lo stesso valore",
			DescriptionEn: "placement: family, foster care, facility, both; * where the whole class has the same value",
			Source:        schema.Info(schema.SINBAFormaInterventoAffido).Path, Treatment: "dei blocchi affido e inserimento resta solo la presenza",
		},
		fine: []string{"famiglia", "affido", "struttura", "affido e struttura"},
		read: func(r *reading) uint16 {
			var code uint16
			for _, f := range schema.Fields(flusso.SINBA) {
				if r.text(f.Field) == nil {
					continue
				}
				switch {
				case f.Field >= schema.SINBAFormaInterventoAffido && f.Field <= schema.SINBAEsitoAffido:
					code |= 1
				case f.Field >= schema.SINBACarattereInserimentoResidenziale && f.Field <= schema.SINBAEsitoInserimentoStruttura:
					code |= 2
				}
			}
			return code
		},
	}, schema.SINBAFormaInterventoAffido, schema.SINBACarattereInserimentoResidenziale)
}
