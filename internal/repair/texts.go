package repair

import (
	"fmt"

	"flussi/internal/flusso"
)

func textUnknown(name string) flusso.Text {
	return flusso.Text{It: fmt.Sprintf("non c'è una riparazione %q", name), En: fmt.Sprintf("there is no repair %q", name)}
}

func textFewMinors(n int) flusso.Text {
	return flusso.Text{
		It: fmt.Sprintf("minori nel flusso: %d; in un comune piccolo chi li conosce può riconoscerli anche senza nome", n),
		En: fmt.Sprintf("minors in the flow: %d; in a small comune who knows them can tell them without a name", n),
	}
}

var (
	hintUnknown   = flusso.Text{It: "le riparazioni: " + Names() + "; all per tutte", En: "the repairs: " + Names() + "; all for all of them"}
	textLost      = flusso.Text{It: "il flusso contiene parti che il tracciato non prevede: riparandolo andrebbero perse", En: "the flow holds parts that the layout does not have: repairing would lose them"}
	hintLost      = flusso.Text{It: "correggere prima gli errori elencati: sono di forma, non di valore", En: "mend the faults listed first: they are of form, not of value"}
	textOtherTipo = flusso.Text{It: "si riparano flussi PS_PSA_SINA e SINBA", En: "flows PS_PSA_SINA and SINBA are repaired"}
	hintOtherTipo = flusso.Text{It: "un flusso di ritorno si corregge da chi lo ha mandato", En: "a return flow is mended by whoever sent it"}
)

var (
	whatCodiceFiscale = flusso.Text{It: "toglie gli spazi dal codice fiscale e lo scrive in maiuscolo", En: "takes blanks out of the fiscal code and writes it in capitals"}
	whenCodiceFiscale = flusso.Text{It: "dove ne viene un codice di 16 caratteri, o di 11 cifre", En: "where a code of 16 characters, or 11 digits, comes of it"}
	whatDenominazione = flusso.Text{It: "aggiunge a una denominazione troppo corta quella del nomenclatore", En: "puts the catalogue's name behind a denomination that is too short"}
	whenDenominazione = flusso.Text{It: "dove CodicePrestazione è nel nomenclatore con la sua denominazione", En: "where CodicePrestazione is in the catalogue with its name"}
	whatRegione       = flusso.Text{It: "scrive CodiceRegione nella codifica DM1986", En: "writes CodiceRegione in the DM1986 coding"}
	whenRegione       = flusso.Text{It: "dove manca, o è il codice ISTAT della regione del comune", En: "where it is missing, or is ISTAT's code of the comune's region"}
	whatDSU           = flusso.Text{It: "completa AnnoProtocolloDSU", En: "fills in AnnoProtocolloDSU"}
	whenDSU           = flusso.Text{It: "dove il numero di protocollo e DataDSU dicono lo stesso anno", En: "where protocol number and DataDSU say the same year"}
	whatQuote         = flusso.Text{It: "porta sulla quota più alta ciò che l'arrotondamento ha lasciato", En: "moves what rounding left over to the largest quota"}
	whenQuote         = flusso.Text{It: "dove la somma delle quote differisce dall'importo di uno o due centesimi", En: "where the quotas' sum differs from the amount by one or two cents"}
	whatAnnoSolare    = flusso.Text{It: "divide una prestazione periodica in una per anno solare", En: "divides a periodic benefit into one for each calendar year"}
	whenAnnoSolare    = flusso.Text{It: "dove inizio e fine sono in anni diversi, al massimo dieci; non nelle cancellazioni", En: "where start and end are in different years, ten at most; not in cancellations"}
	whatCodes         = flusso.Text{It: "scrive in IDBeneficiario il codice anonimo che la chiave dell'Ente fa di ciò che vi sta", En: "writes into IDBeneficiario the anonymous code that the Ente's key makes of what stands there"}
	whenCodes         = flusso.Text{It: "in ogni record SINBA; un codice già fatto resta", En: "in each SINBA record; what is a code already stays"}
	whatPeriodo       = flusso.Text{It: "scrive in PeriodoErogazione i mesi toccati dalle date", En: "writes the months that the dates touch into PeriodoErogazione"}
	whenPeriodo       = flusso.Text{It: "dove le date sono dello stesso anno e il numero non è possibile", En: "where the dates are of one year and the number is not possible"}
)
