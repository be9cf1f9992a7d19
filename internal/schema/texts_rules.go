package schema

import "flussi/internal/flusso"

// ruleID indexes businessRules.
type ruleID uint16

const (
	psNomeForm ruleID = iota
	psNomeStrict
	psNomeTipo
	psNomeDate
	psNomeEnte
	psEnteSeat
	psOperatore
	psOperatoreDigits
	psNomeVuoto
	psCFDigits
	psCFControl
	psCFBirthday
	psAnnoNascita
	psCFAnno
	psCFGenere
	psLuogo
	psCFLuogo
	psPaese
	psCittadinanzaDoppia
	psRegioneManca
	psComuneManca
	psIndirizzoEstero
	psRegioneIgnota
	psRegioneISTAT
	psRegioneComune
	psComuneIgnoto
	psComuneData
	psCarattere
	psPeriodicaInizio
	psPeriodicaImporto
	psOccasionaleData
	psOccasionaleImporto
	psAreaUtenza
	psStessoAnno
	psFinePrima
	psPeriodo
	psFuturo
	psMensilePositivo
	psImportoPositivo
	psQuotaEnte
	psQuotaUtente
	psQuotaSSN
	psSommaMensile
	psSommaPrestazione
	psNegativo
	psDecimali
	psOre
	psOreCorte
	psOreTroppe
	psGuasto
	psDSU
	psDSUAnno
	psCodiceForma
	psCodiceIgnoto
	psPresaCarico
	psSINA
	psEvento
	psOneBeneficiario
	psOnePrestazione
	sinbaNomeForm
	sinbaNomeStrict
	sinbaNomeTipo
	sinbaNomeDate
	sinbaNomeEnte
	sinbaEnteSeat
	sinbaOperatore
	sinbaOperatoreDigits
	sinbaNomeVuoto
	sinbaIDFiscale
	sinbaIDNumerico
	sinbaGuasto
	sinbaRegioneManca
	sinbaRegioneEstero
	sinbaRegioneIgnota
	sinbaPaese
	sinbaComponenti
	sinbaAnnoNascita
	sinbaFasciaEta
	sinbaTipoDisabilita
	sinbaInvCiv
	sinbaDataSegnalazione
	sinbaDataProvvedimento
	sinbaFuturo
	sinbaPrimaNascita
	sinbaCodiceForma
	sinbaCodiceIgnoto
	sinbaOneOnly
	sinbaUnaPrestazione
	numRules
)

var (
	tipoPS        = []flusso.Tipo{flusso.PSPSASINA}
	tipoPSRitorno = []flusso.Tipo{flusso.PSPSASINA, flusso.Ritorno}
	tipoSINBA     = []flusso.Tipo{flusso.SINBA}
)

// businessRules say what is checked beyond form. Severity error: INPS's
// documents state it, so it decides acceptance. Warning: practice, coherence,
// a code table that may be behind.
var businessRules = [numRules]Rule{
	psNomeForm: advised("PS-001", tipoPS, "FlussoNome", "INPS, specifica tecnica WaaS-SIUSS v2.0.1, par. 5.1, tab. 2",
		"il nome del flusso non ha la struttura prevista", "the flow's name does not have the structure asked for",
		"scrivere il nome come {Ente}.PS.AAAAMMGG.NNNNNNN", "write the name as {Ente}.PS.YYYYMMDD.NNNNNNN"),
	psNomeStrict: advised("PS-002", tipoPS, "FlussoNome", "INPS, specifica tecnica WaaS-SIUSS v2.0.1, par. 5.1, tab. 2; esempi pubblicati dall'INPS",
		"il nome del flusso si scosta dalla struttura prevista: parte INPS in più o progressivo che non ha sette cifre", "the flow's name departs from the structure asked for: an extra INPS part, or a progressive without seven digits",
		"togliere la parte INPS e scrivere il progressivo giornaliero con sette cifre", "drop the INPS part and write the day's progressive with seven digits"),
	psNomeTipo: advised("PS-003", tipoPS, "FlussoNome", "INPS, specifica tecnica WaaS-SIUSS v2.0.1, par. 5.1, tab. 2",
		"il tipo scritto nel nome del flusso non è quello del contenuto", "the kind written in the flow's name is not that of its content",
		"usare PS nel nome di questo flusso", "use PS in the name of this flow"),
	psNomeDate: advised("PS-004", tipoPS, "FlussoNome", "INPS, specifica tecnica WaaS-SIUSS v2.0.1, par. 5.1, tab. 2",
		"la data nel nome del flusso non esiste nel calendario", "the date in the flow's name is not in the calendar",
		"scrivere la data di invio come AAAAMMGG", "write the sending date as YYYYMMDD"),
	psNomeEnte: advised("PS-005", tipoPS, "FlussoNome, EnteCodice", "INPS, specifica tecnica WaaS-SIUSS v2.0.1, par. 5.1, tab. 2",
		"il nome del flusso non comincia con il codice dell'ente", "the flow's name does not begin with the code of the Ente",
		"far cominciare il nome con lo stesso codice di Ente/@Codice", "begin the name with the same code as Ente/@Codice"),
	psEnteSeat: advised("PS-006", tipoPS, "EnteIndirizzo", "INPS, specifica tecnica WaaS-SIUSS v2.0.1, par. 5.1",
		"Ente/@Indirizzo non è il codice catastale di un comune conosciuto", "Ente/@Indirizzo is not the Belfiore code of a known comune",
		"scrivere il codice catastale del comune della sede legale, non un indirizzo", "write the Belfiore code of the comune of the legal seat, not a street address"),
	psOperatore: advised("PS-007", tipoPS, "EnteCFOperatore", "D.M. 23/12/1976",
		"il carattere di controllo di CFOperatore è sbagliato", "the control character of CFOperatore is wrong",
		"ricopiare il codice fiscale dell'operatore", "copy the operator's fiscal code again"),
	psOperatoreDigits: stated("PS-008", tipoPS, "EnteCFOperatore", "D.M. 23/12/1976; lo schema XSD le ammette",
		"CFOperatore ha cifre che non sono quelle latine", "CFOperatore has digits that are not the Latin ones",
		"scrivere il codice fiscale con le cifre 0-9", "write the fiscal code with the digits 0-9"),
	psNomeVuoto: stated("PS-009", tipoPS, "FlussoNome", "INPS, specifica tecnica WaaS-SIUSS v2.0.1, par. 5.1, tab. 2; lo schema XSD lo ammette",
		"il nome del flusso è vuoto", "the flow's name is empty",
		"scrivere il nome come {Ente}.PS.AAAAMMGG.NNNNNNN", "write the name as {Ente}.PS.YYYYMMDD.NNNNNNN"),
	psCFDigits: stated("PS-010", tipoPS, "CodiceFiscale", "D.M. 23/12/1976; lo schema XSD le ammette",
		"il codice fiscale ha cifre che non sono quelle latine", "the fiscal code has digits that are not the Latin ones",
		"scrivere il codice fiscale con le cifre 0-9", "write the fiscal code with the digits 0-9"),
	psCFControl: advised("PS-011", tipoPS, "CodiceFiscale", "D.M. 23/12/1976",
		"il carattere di controllo del codice fiscale è sbagliato", "the control character of the fiscal code is wrong",
		"ricopiare il codice fiscale dalla tessera o verificarlo con l'Agenzia delle Entrate", "copy the fiscal code from the card, or verify it with the Agenzia delle Entrate"),
	psCFBirthday: advised("PS-012", tipoPS, "CodiceFiscale", "D.M. 23/12/1976",
		"mese e giorno di nascita nel codice fiscale non esistono", "the month and day of birth in the fiscal code do not exist",
		"verificare il codice fiscale", "verify the fiscal code"),
	psAnnoNascita: advised("PS-013", tipoPSRitorno, "AnnoNascita", "controllo di flussi",
		"l'anno di nascita è prima del 1900 o nel futuro", "the year of birth is before 1900 or in the future",
		"correggere AnnoNascita", "correct AnnoNascita"),
	psCFAnno: advised("PS-014", tipoPS, "AnnoNascita, CodiceFiscale", "D.M. 23/12/1976",
		"AnnoNascita non concorda con il codice fiscale", "AnnoNascita does not agree with the fiscal code",
		"correggere AnnoNascita o il codice fiscale", "correct AnnoNascita or the fiscal code"),
	psCFGenere: advised("PS-015", tipoPS, "Genere, CodiceFiscale", "D.M. 23/12/1976",
		"Genere non concorda con il codice fiscale", "Genere does not agree with the fiscal code",
		"correggere Genere (1 maschio, 2 femmina) o il codice fiscale", "correct Genere (1 male, 2 female) or the fiscal code"),
	psLuogo: advised("PS-016", tipoPS, "LuogoNascita", "ANPR, archivio dei comuni; Agenzia delle Entrate",
		"LuogoNascita non è il codice catastale di un comune né un codice Z di stato estero", "LuogoNascita is neither the Belfiore code of a comune nor a Z code of a foreign country",
		"scrivere il codice catastale del comune di nascita, o il codice Znnn dello stato estero", "write the Belfiore code of the comune of birth, or the Znnn code of the foreign country"),
	psCFLuogo: advised("PS-017", tipoPS, "LuogoNascita, CodiceFiscale", "D.M. 23/12/1976",
		"LuogoNascita non concorda con il codice fiscale", "LuogoNascita does not agree with the fiscal code",
		"correggere LuogoNascita o il codice fiscale", "correct LuogoNascita or the fiscal code"),
	psPaese: advised("PS-018", tipoPSRitorno, "CodiceCittadinanza, CodiceSecondaCittadinanza, IndirizzoCodiceNazione", "INPS, specifica tecnica WaaS-SIUSS v2.0.1, par. 5.1; ISO 3166-1",
		"il codice dello stato non è nella norma ISO 3166-1 numerica", "the country code is not in ISO 3166-1 numeric",
		"usare il codice ISO a tre cifre: 380 Italia, 008 Albania; 990 per la cittadinanza non disponibile", "use the three-digit ISO code: 380 Italy, 008 Albania; 990 for a citizenship not available"),
	psCittadinanzaDoppia: advised("PS-019", tipoPSRitorno, "CodiceSecondaCittadinanza", "controllo di flussi",
		"la seconda cittadinanza è uguale alla prima", "the second citizenship is the same as the first",
		"omettere CodiceSecondaCittadinanza o correggerla", "leave CodiceSecondaCittadinanza out, or correct it"),
	psRegioneManca: stated("PS-020", tipoPSRitorno, "IndirizzoCodiceRegione", "INPS, specifica tecnica WaaS-SIUSS v2.0.1, par. 5.1, tab. 4",
		"manca CodiceRegione, obbligatorio con CodiceNazione 380", "CodiceRegione is missing; CodiceNazione 380 requires it",
		"aggiungere il codice DM1986 della regione (Lazio 08, Lombardia 10)", "add the DM1986 code of the region (Lazio 08, Lombardia 10)"),
	psComuneManca: stated("PS-021", tipoPSRitorno, "IndirizzoCodiceComune", "INPS, specifica tecnica WaaS-SIUSS v2.0.1, par. 5.1, tab. 4",
		"manca CodiceComune, obbligatorio con CodiceNazione 380", "CodiceComune is missing; CodiceNazione 380 requires it",
		"aggiungere il codice ISTAT del comune, sei cifre", "add the comune's ISTAT code, six digits"),
	psIndirizzoEstero: advised("PS-022", tipoPSRitorno, "IndirizzoCodiceNazione", "INPS, specifica tecnica WaaS-SIUSS v2.0.1, par. 5.1, tab. 4",
		"regione o comune indicati per un indirizzo all'estero", "a region or comune is given for an address abroad",
		"omettere CodiceRegione e CodiceComune, o scrivere CodiceNazione 380", "leave CodiceRegione and CodiceComune out, or write CodiceNazione 380"),
	psRegioneIgnota: advised("PS-023", tipoPSRitorno, "IndirizzoCodiceRegione", "Agenzia delle Entrate, tabella ENTI-T0",
		"CodiceRegione non è un codice DM1986 (01-21)", "CodiceRegione is not a DM1986 code (01-21)",
		"usare la codifica DM1986, non quella ISTAT", "use the DM1986 coding, not ISTAT's"),
	psRegioneISTAT: advised("PS-024", tipoPSRitorno, "IndirizzoCodiceRegione, IndirizzoCodiceComune", "Agenzia delle Entrate, tabella ENTI-T0; ISTAT",
		"CodiceRegione sembra in codifica ISTAT: il comune è di quella regione ISTAT", "CodiceRegione looks like ISTAT's coding: the comune is of that ISTAT region",
		"usare la codifica DM1986: flussi explain PS-024 ne mostra la tabella", "use the DM1986 coding: flussi explain PS-024 shows the table"),
	psRegioneComune: advised("PS-025", tipoPSRitorno, "IndirizzoCodiceRegione, IndirizzoCodiceComune", "Agenzia delle Entrate, tabella ENTI-T0; ANPR, archivio dei comuni",
		"il comune non è di questa regione", "the comune is not of this region",
		"correggere CodiceRegione (DM1986) o CodiceComune (ISTAT)", "correct CodiceRegione (DM1986) or CodiceComune (ISTAT)"),
	psComuneIgnoto: advised("PS-026", tipoPSRitorno, "IndirizzoCodiceComune", "ANPR, archivio dei comuni; ISTAT",
		"CodiceComune non è il codice ISTAT di alcun comune conosciuto", "CodiceComune is not the ISTAT code of any known comune",
		"scrivere il codice ISTAT a sei cifre (Roma 058091), non quello catastale", "write the six-digit ISTAT code (Roma 058091), not the Belfiore code"),
	psComuneData: advised("PS-027", tipoPSRitorno, "IndirizzoCodiceComune", "ANPR, archivio dei comuni; ISTAT",
		"alla data della prestazione il comune non aveva questo codice", "on the benefit's date the comune did not have this code",
		"usare il codice ISTAT in vigore a quella data", "use the ISTAT code in force on that date"),
	psCarattere: stated("PS-030", tipoPSRitorno, "CaratterePrestazione", "INPS, specifica tecnica WaaS-SIUSS v2.0.1, par. 5.1",
		"manca CaratterePrestazione", "CaratterePrestazione is missing",
		"aggiungere 1 (periodica) o 2 (occasionale): senza, le altre regole non si possono decidere", "add 1 (periodic) or 2 (occasional): without it no other rule can be decided"),
	psPeriodicaInizio: stated("PS-031", tipoPSRitorno, "DataInizioPrestazione", "INPS, specifica tecnica WaaS-SIUSS v2.0.1, par. 5.1",
		"manca DataInizioPrestazione in una prestazione periodica", "DataInizioPrestazione is missing from a periodic benefit",
		"aggiungere DataInizioPrestazione, o CaratterePrestazione 2", "add DataInizioPrestazione, or CaratterePrestazione 2"),
	psPeriodicaImporto: stated("PS-032", tipoPSRitorno, "ImportoMensile", "INPS, specifica tecnica WaaS-SIUSS v2.0.1, par. 5.1",
		"manca ImportoMensile in una prestazione periodica", "ImportoMensile is missing from a periodic benefit",
		"aggiungere ImportoMensile", "add ImportoMensile"),
	psOccasionaleData: stated("PS-033", tipoPSRitorno, "DataErogazionePrestazione", "INPS, specifica tecnica WaaS-SIUSS v2.0.1, par. 5.1",
		"manca DataErogazionePrestazione in una prestazione occasionale", "DataErogazionePrestazione is missing from an occasional benefit",
		"aggiungere DataErogazionePrestazione, o CaratterePrestazione 1", "add DataErogazionePrestazione, or CaratterePrestazione 1"),
	psOccasionaleImporto: stated("PS-034", tipoPSRitorno, "ImportoPrestazione", "INPS, specifica tecnica WaaS-SIUSS v2.0.1, par. 5.1",
		"manca ImportoPrestazione in una prestazione occasionale", "ImportoPrestazione is missing from an occasional benefit",
		"aggiungere ImportoPrestazione", "add ImportoPrestazione"),
	psAreaUtenza: stated("PS-035", tipoPSRitorno, "AreaUtenza", "INPS, specifica tecnica WaaS-SIUSS v2.0.1, par. 5.1",
		"manca AreaUtenza con la presa in carico", "AreaUtenza is missing though the person is in carico",
		"aggiungere AreaUtenza (1 famiglia e minori, 2 disabilità e non autosufficienza, 3 povertà), o PresaCarico 2", "add AreaUtenza (1 family and minors, 2 disability, 3 poverty), or PresaCarico 2"),
	psStessoAnno: stated("PS-036", tipoPSRitorno, "DataFinePrestazione, DataInizioPrestazione", "INPS, specifica tecnica WaaS-SIUSS v2.0.1, par. 5.1",
		"inizio e fine della prestazione sono in anni diversi", "the benefit begins and ends in different years",
		"dividere la prestazione in una per anno solare", "split the benefit into one for each calendar year"),
	psFinePrima: advised("PS-037", tipoPSRitorno, "DataFinePrestazione, DataInizioPrestazione", "controllo di flussi",
		"la prestazione finisce prima di cominciare", "the benefit ends before it begins",
		"correggere le date", "correct the dates"),
	psPeriodo: advised("PS-038", tipoPSRitorno, "PeriodoErogazione, DataInizioPrestazione, DataFinePrestazione", "pratica: SISO conta ogni mese toccato",
		"PeriodoErogazione non concorda con le date", "PeriodoErogazione does not agree with the dates",
		"scrivere i mesi interi, o i mesi toccati, tra inizio e fine", "write the whole months, or the months touched, between begin and end"),
	psFuturo: advised("PS-039", tipoPSRitorno, "DataInizioPrestazione, DataErogazionePrestazione, DataEvento, DataDSU", "controllo di flussi",
		"la data è nel futuro", "the date is in the future",
		"correggere la data, o inviare la prestazione quando è cominciata", "correct the date, or send the benefit once it has begun"),
	psMensilePositivo: stated("PS-040", tipoPSRitorno, "ImportoMensile", "INPS, specifica tecnica WaaS-SIUSS v2.0.1, par. 5.1",
		"ImportoMensile non è maggiore di zero", "ImportoMensile is not greater than zero",
		"scrivere l'importo mensile, maggiore di zero", "write the monthly amount, greater than zero"),
	psImportoPositivo: stated("PS-041", tipoPSRitorno, "ImportoPrestazione", "INPS, specifica tecnica WaaS-SIUSS v2.0.1, par. 5.1",
		"ImportoPrestazione non è maggiore di zero", "ImportoPrestazione is not greater than zero",
		"scrivere l'importo della prestazione, maggiore di zero", "write the benefit's amount, greater than zero"),
	psQuotaEnte: stated("PS-042", tipoPSRitorno, "ImportoQuotaEnte", "INPS, specifica tecnica WaaS-SIUSS v2.0.1, par. 5.1; gli esempi dell'INPS hanno 0.0",
		"ImportoQuotaEnte non è maggiore di zero", "ImportoQuotaEnte is not greater than zero",
		"omettere la quota che non c'è; con il profilo praticato è un avviso", "leave out a share that is not there; under the profile praticato this is a warning"),
	psQuotaUtente: stated("PS-043", tipoPSRitorno, "ImportoQuotaUtente", "INPS, specifica tecnica WaaS-SIUSS v2.0.1, par. 5.1",
		"ImportoQuotaUtente è negativo", "ImportoQuotaUtente is negative",
		"scrivere la quota dell'utente, zero o più", "write the user's share, zero or more"),
	psQuotaSSN: stated("PS-044", tipoPSRitorno, "ImportoQuotaSSN", "INPS, specifica tecnica WaaS-SIUSS v2.0.1, par. 5.1; gli esempi dell'INPS hanno 0.0",
		"ImportoQuotaSSN non è maggiore di zero", "ImportoQuotaSSN is not greater than zero",
		"omettere la quota che non c'è; con il profilo praticato è un avviso", "leave out a share that is not there; under the profile praticato this is a warning"),
	psSommaMensile: stated("PS-045", tipoPSRitorno, "ImportoMensile, ImportoQuotaEnte, ImportoQuotaUtente, ImportoQuotaSSN", "INPS, specifica tecnica WaaS-SIUSS v2.0.1, par. 5.1",
		"la somma delle quote non è ImportoMensile", "the shares do not add up to ImportoMensile",
		"correggere le quote o ImportoMensile; ImportoQuotaRichiesta non entra nella somma", "correct the shares or ImportoMensile; ImportoQuotaRichiesta is not part of the sum"),
	psSommaPrestazione: stated("PS-046", tipoPSRitorno, "ImportoPrestazione, ImportoQuotaEnte, ImportoQuotaUtente, ImportoQuotaSSN", "INPS, specifica tecnica WaaS-SIUSS v2.0.1, par. 5.1",
		"la somma delle quote non è ImportoPrestazione", "the shares do not add up to ImportoPrestazione",
		"correggere le quote o ImportoPrestazione; ImportoQuotaRichiesta non entra nella somma", "correct the shares or ImportoPrestazione; ImportoQuotaRichiesta is not part of the sum"),
	psNegativo: advised("PS-047", tipoPSRitorno, "ImportoQuotaRichiesta, ImportoSogliaISEE", "controllo di flussi",
		"l'importo è negativo", "the amount is negative",
		"scrivere un importo di zero o più, o ometterlo", "write an amount of zero or more, or leave it out"),
	psDecimali: advised("PS-048", tipoPSRitorno, "ImportoMensile, ImportoPrestazione, ImportoQuotaEnte, ImportoQuotaUtente, ImportoQuotaSSN, ImportoQuotaRichiesta, ImportoSogliaISEE", "pratica: SISO scrive due decimali",
		"l'importo ha più di due decimali", "the amount has more than two decimals",
		"arrotondare ai centesimi", "round to the cent"),
	psOre: stated("PS-050", tipoPSRitorno, "OreServizioMensile", "INPS, specifica tecnica WaaS-SIUSS v2.0.1, par. 5.1",
		"OreServizioMensile non è ore e minuti: i minuti vanno da 00 a 59", "OreServizioMensile is not hours and minutes: minutes go from 00 to 59",
		"scrivere OO.MM: 2.30 è due ore e mezza, 2.59 due ore e 59 minuti", "write HH.MM: 2.30 is two hours and a half, 2.59 two hours and 59 minutes"),
	psOreCorte: advised("PS-051", tipoPSRitorno, "OreServizioMensile", "INPS, specifica tecnica WaaS-SIUSS v2.0.1, par. 5.1",
		"OreServizioMensile ha una cifra di minuti sola: 2.3 si legge 2 ore e 30", "OreServizioMensile has one digit of minutes: 2.3 is read as 2 hours 30",
		"scrivere i minuti con due cifre; un foglio di calcolo toglie lo zero finale", "write minutes with two digits; a spreadsheet drops the final zero"),
	psOreTroppe: advised("PS-052", tipoPSRitorno, "OreServizioMensile", "controllo di flussi",
		"le ore di servizio sono più di quante ne ha un mese", "the hours of service are more than a month has",
		"controllare che siano ore al mese, non all'anno", "check that they are hours a month, not a year"),
	psGuasto: advised("PS-053", tipoPSRitorno, "Cognome, Nome, DenominazionePrestazione, ProtocolloDomanda, NumeroProtocolloDSU", "pratica: Excel tiene 15 cifre di un numero e scrive i suoi errori nelle celle",
		"il valore è ciò che un foglio di calcolo ha lasciato di un altro: un errore come #N/D, o un numero come 1,2E+15 che ha perso le cifre", "the value is what a spreadsheet has left of another: an error such as #N/A, or a number such as 1.2E+15 that has lost its digits",
		"riscrivere il valore dall'originale, in una colonna formattata come testo; senza formule", "write the value again from the original, in a column formatted as text; without formulas"),
	psDSU: stated("PS-055", tipoPSRitorno, "NumeroProtocolloDSU, AnnoProtocolloDSU, DataDSU", "INPS, specifica tecnica WaaS-SIUSS v2.0.1, par. 5.1",
		"i dati della DSU sono incompleti", "the particulars of the DSU are incomplete",
		"compilare numero, anno e data della DSU, o nessuno dei tre", "fill in number, year and date of the DSU, or none of them"),
	psDSUAnno: advised("PS-056", tipoPSRitorno, "AnnoProtocolloDSU, DataDSU", "controllo di flussi",
		"AnnoProtocolloDSU non è l'anno di DataDSU", "AnnoProtocolloDSU is not the year of DataDSU",
		"correggere l'anno o la data della DSU", "correct the year or the date of the DSU"),
	psCodiceForma: advised("PS-060", tipoPSRitorno, "CodicePrestazione, SINACodicePrestazione", "D.I. 206/2014, Tabella 1",
		"il codice della prestazione non ha la forma A1.05 o A1.05.01", "the benefit's code does not have the form A1.05 or A1.05.01",
		"usare un codice della tabella delle prestazioni", "use a code of the table of benefits"),
	psCodiceIgnoto: advised("PS-061", tipoPSRitorno, "CodicePrestazione, SINACodicePrestazione", "D.I. 206/2014, art. 4 c. 1",
		"il codice della prestazione è ben formato ma non conosciuto", "the benefit's code is well formed but not known",
		"controllare il codice nella tabella dell'INPS: un decreto può averlo aggiunto", "check the code in INPS's table: a decree may have added it"),
	psPresaCarico: advised("PS-062", tipoPSRitorno, "CodicePrestazione, PresaCarico", "pratica: SISO-2333",
		"le prestazioni A2.16-A2.29 vanno nel Casellario solo con la presa in carico", "benefits A2.16-A2.29 go to the Casellario only when the person is in carico",
		"scrivere PresaCarico 1 con la sua AreaUtenza, o non inviare la prestazione", "write PresaCarico 1 with its AreaUtenza, or do not send the benefit"),
	psSINA: advised("PS-063", tipoPSRitorno, "CodicePrestazione, SINA", "pratica: SISO, AccessTableSinaSessionBean",
		"la valutazione SINA non si lega di solito a questa prestazione", "a SINA assessment does not usually go with this benefit",
		"controllare il codice della prestazione", "check the benefit's code"),
	psEvento: advised("PS-064", tipoPSRitorno, "DataEvento", "pratica: SISO",
		"manca DataEvento in una prestazione A1.05.01 periodica", "DataEvento is missing from a periodic A1.05.01 benefit",
		"aggiungere DataEvento", "add DataEvento"),
	psOneBeneficiario: stated("PS-070", tipoPS, "CodiceFiscale", "INPS, specifica tecnica WaaS-SIUSS v2.0.1, par. 2.1",
		"in cooperazione applicativa un flusso porta un solo beneficiario", "in application cooperation a flow carries one beneficiary only",
		"dividere il file in flussi da un beneficiario e una prestazione", "split the file into flows of one beneficiary and one benefit"),
	psOnePrestazione: stated("PS-071", tipoPS, "CodicePrestazione", "INPS, specifica tecnica WaaS-SIUSS v2.0.1, par. 2.1",
		"in cooperazione applicativa un flusso porta una sola prestazione", "in application cooperation a flow carries one benefit only",
		"dividere il file in flussi da un beneficiario e una prestazione", "split the file into flows of one beneficiary and one benefit"),
	sinbaNomeForm: advised("SINBA-001", tipoSINBA, "FlussoNome", "INPS, specifica tecnica WaaS-SIUSS v2.0.1, par. 6, tab. 13",
		"il nome del flusso non ha la struttura prevista", "the flow's name does not have the structure asked for",
		"scrivere il nome come {Ente}.SINBA.AAAAMMGG.NNNNNNN", "write the name as {Ente}.SINBA.YYYYMMDD.NNNNNNN"),
	sinbaNomeStrict: advised("SINBA-002", tipoSINBA, "FlussoNome", "INPS, specifica tecnica WaaS-SIUSS v2.0.1, par. 6, tab. 13; esempi pubblicati dall'INPS",
		"il nome del flusso si scosta dalla struttura prevista: parte INPS in più o progressivo che non ha sette cifre", "the flow's name departs from the structure asked for: an extra INPS part, or a progressive without seven digits",
		"togliere la parte INPS e scrivere il progressivo giornaliero con sette cifre", "drop the INPS part and write the day's progressive with seven digits"),
	sinbaNomeTipo: advised("SINBA-003", tipoSINBA, "FlussoNome", "INPS, specifica tecnica WaaS-SIUSS v2.0.1, par. 6, tab. 13",
		"il tipo scritto nel nome del flusso non è quello del contenuto", "the kind written in the flow's name is not that of its content",
		"usare SINBA nel nome di questo flusso", "use SINBA in the name of this flow"),
	sinbaNomeDate: advised("SINBA-004", tipoSINBA, "FlussoNome", "INPS, specifica tecnica WaaS-SIUSS v2.0.1, par. 6, tab. 13",
		"la data nel nome del flusso non esiste nel calendario", "the date in the flow's name is not in the calendar",
		"scrivere la data di invio come AAAAMMGG", "write the sending date as YYYYMMDD"),
	sinbaNomeEnte: advised("SINBA-005", tipoSINBA, "FlussoNome, EnteCodice", "INPS, specifica tecnica WaaS-SIUSS v2.0.1, par. 6, tab. 13",
		"il nome del flusso non comincia con il codice dell'ente", "the flow's name does not begin with the code of the Ente",
		"far cominciare il nome con lo stesso codice di Ente/@Codice", "begin the name with the same code as Ente/@Codice"),
	sinbaEnteSeat: advised("SINBA-006", tipoSINBA, "EnteIndirizzo", "INPS, specifica tecnica WaaS-SIUSS v2.0.1, par. 6",
		"Ente/@Indirizzo non è il codice catastale di un comune conosciuto", "Ente/@Indirizzo is not the Belfiore code of a known comune",
		"scrivere il codice catastale del comune della sede legale, non un indirizzo", "write the Belfiore code of the comune of the legal seat, not a street address"),
	sinbaOperatore: advised("SINBA-007", tipoSINBA, "EnteCFOperatore", "D.M. 23/12/1976",
		"il carattere di controllo di CFOperatore è sbagliato", "the control character of CFOperatore is wrong",
		"ricopiare il codice fiscale dell'operatore", "copy the operator's fiscal code again"),
	sinbaOperatoreDigits: stated("SINBA-008", tipoSINBA, "EnteCFOperatore", "D.M. 23/12/1976; lo schema XSD le ammette",
		"CFOperatore ha cifre che non sono quelle latine", "CFOperatore has digits that are not the Latin ones",
		"scrivere il codice fiscale con le cifre 0-9", "write the fiscal code with the digits 0-9"),
	sinbaNomeVuoto: stated("SINBA-009", tipoSINBA, "FlussoNome", "INPS, specifica tecnica WaaS-SIUSS v2.0.1, par. 6, tab. 13; lo schema XSD lo ammette",
		"il nome del flusso è vuoto", "the flow's name is empty",
		"scrivere il nome come {Ente}.SINBA.AAAAMMGG.NNNNNNN", "write the name as {Ente}.SINBA.YYYYMMDD.NNNNNNN"),
	sinbaIDFiscale: stated("SINBA-010", tipoSINBA, "IDBeneficiario", "D.I. 206/2014 art. 5; XSD SINBA, codice anonimo beneficiario",
		"IDBeneficiario contiene un codice fiscale", "IDBeneficiario holds a fiscal code",
		"usare un codice anonimo dell'ente, che non derivi dal codice fiscale", "use an anonymous code of the Ente's, not derived from the fiscal code"),
	sinbaIDNumerico: advised("SINBA-011", tipoSINBA, "IDBeneficiario", "D.M. 23/12/1976",
		"IDBeneficiario ha undici cifre con il controllo di un codice fiscale numerico", "IDBeneficiario has eleven digits with the check digit of a numeric fiscal code",
		"assicurarsi che sia un codice anonimo", "make sure that it is an anonymous code"),
	sinbaGuasto: advised("SINBA-012", tipoSINBA, "IDBeneficiario", "pratica: Excel tiene 15 cifre di un numero e scrive i suoi errori nelle celle",
		"il valore è ciò che un foglio di calcolo ha lasciato di un altro: un errore come #N/D, o un numero come 1,2E+15 che ha perso le cifre", "the value is what a spreadsheet has left of another: an error such as #N/A, or a number such as 1.2E+15 that has lost its digits",
		"riscrivere il codice dall'originale, in una colonna formattata come testo; senza formule", "write the code again from the original, in a column formatted as text; without formulas"),
	sinbaRegioneManca: stated("SINBA-020", tipoSINBA, "CodiceRegioneResidenza", "INPS, specifica tecnica WaaS-SIUSS v2.0.1, par. 6",
		"manca CodiceRegioneResidenza, obbligatorio con CodiceNazioneResidenza 380", "CodiceRegioneResidenza is missing; CodiceNazioneResidenza 380 requires it",
		"aggiungere il codice DM1986 della regione", "add the DM1986 code of the region"),
	sinbaRegioneEstero: advised("SINBA-021", tipoSINBA, "CodiceRegioneResidenza", "INPS, specifica tecnica WaaS-SIUSS v2.0.1, par. 6",
		"regione indicata per una residenza all'estero", "a region is given for a residence abroad",
		"omettere CodiceRegioneResidenza, o scrivere CodiceNazioneResidenza 380", "leave CodiceRegioneResidenza out, or write CodiceNazioneResidenza 380"),
	sinbaRegioneIgnota: advised("SINBA-022", tipoSINBA, "CodiceRegioneResidenza, CodiceRegioneResidenzaPadre, CodiceRegioneResidenzaMadre", "Agenzia delle Entrate, tabella ENTI-T0",
		"il codice della regione non è un codice DM1986 (01-21)", "the region's code is not a DM1986 code (01-21)",
		"usare la codifica DM1986, non quella ISTAT", "use the DM1986 coding, not ISTAT's"),
	sinbaPaese: advised("SINBA-023", tipoSINBA, "CodiceNazioneResidenza, CodiceCittadinanzaPadre, CodiceCittadinanzaMadre", "INPS, specifica tecnica WaaS-SIUSS v2.0.1, par. 6; ISO 3166-1",
		"il codice dello stato non è nella norma ISO 3166-1 numerica", "the country code is not in ISO 3166-1 numeric",
		"usare il codice ISO a tre cifre; 990 per non disponibile", "use the three-digit ISO code; 990 for not available"),
	sinbaComponenti: stated("SINBA-030", tipoSINBA, "NumeroComponentiISEE", "INPS, specifica tecnica WaaS-SIUSS v2.0.1, par. 6",
		"NumeroComponentiISEE non è tra 1 e 9", "NumeroComponentiISEE is not between 1 and 9",
		"scrivere il numero dei componenti, 9 per nove o più", "write the number of members, 9 for nine or more"),
	sinbaAnnoNascita: advised("SINBA-031", tipoSINBA, "AnnoNascita", "controllo di flussi",
		"l'anno di nascita è prima del 1900 o dopo il flusso", "the year of birth is before 1900 or after the flow",
		"correggere AnnoNascita", "correct AnnoNascita"),
	sinbaFasciaEta: advised("SINBA-032", tipoSINBA, "FasciaEtaBeneficiario, AnnoNascita", "controllo di flussi; XSD SINBA",
		"FasciaEtaBeneficiario non concorda con AnnoNascita", "FasciaEtaBeneficiario does not agree with AnnoNascita",
		"correggere la fascia (1: 0-3, 2: 3-6, ... 6: 15-18) o l'anno di nascita", "correct the band (1: 0-3, 2: 3-6, ... 6: 15-18) or the year of birth"),
	sinbaTipoDisabilita: advised("SINBA-033", tipoSINBA, "TipoDisabilita", "pratica: SISO",
		"manca TipoDisabilita con Disabilita 1", "TipoDisabilita is missing though Disabilita is 1",
		"aggiungere TipoDisabilita", "add TipoDisabilita"),
	sinbaInvCiv: advised("SINBA-034", tipoSINBA, "InvCivCertificazioni", "pratica: SISO",
		"manca InvCivCertificazioni con Disabilita 1", "InvCivCertificazioni is missing though Disabilita is 1",
		"aggiungere InvCivCertificazioni", "add InvCivCertificazioni"),
	sinbaDataSegnalazione: advised("SINBA-040", tipoSINBA, "DataSegnalazione", "pratica: SISO",
		"manca DataSegnalazione con la segnalazione all'autorità giudiziaria", "DataSegnalazione is missing though the court was told",
		"aggiungere DataSegnalazione (MM/AAAA)", "add DataSegnalazione (MM/YYYY)"),
	sinbaDataProvvedimento: advised("SINBA-041", tipoSINBA, "DataProvvedimentoGiudiziario", "pratica: SISO",
		"manca DataProvvedimentoGiudiziario con un provvedimento giudiziario", "DataProvvedimentoGiudiziario is missing though there is a court order",
		"aggiungere DataProvvedimentoGiudiziario (MM/AAAA)", "add DataProvvedimentoGiudiziario (MM/YYYY)"),
	sinbaFuturo: advised("SINBA-042", tipoSINBA, "DataPrimaSegnalazione, DataSegnalazione, DataProvvedimentoGiudiziario", "controllo di flussi",
		"la data è nel futuro", "the date is in the future",
		"correggere la data", "correct the date"),
	sinbaPrimaNascita: advised("SINBA-043", tipoSINBA, "DataPrimaSegnalazione, DataSegnalazione, DataProvvedimentoGiudiziario", "controllo di flussi",
		"la data è più di un anno prima della nascita", "the date is more than a year before the birth",
		"correggere la data o AnnoNascita", "correct the date or AnnoNascita"),
	sinbaCodiceForma: advised("SINBA-060", tipoSINBA, "CodicePrestazione", "D.I. 206/2014, Tabella 1",
		"il codice della prestazione non ha la forma A1.05 o A1.05.01", "the benefit's code does not have the form A1.05 or A1.05.01",
		"usare un codice della tabella delle prestazioni", "use a code of the table of benefits"),
	sinbaCodiceIgnoto: advised("SINBA-061", tipoSINBA, "CodicePrestazione", "D.I. 206/2014, art. 4 c. 1",
		"il codice della prestazione è ben formato ma non conosciuto", "the benefit's code is well formed but not known",
		"controllare il codice nella tabella dell'INPS: un decreto può averlo aggiunto", "check the code in INPS's table: a decree may have added it"),
	sinbaOneOnly: stated("SINBA-070", tipoSINBA, "IDBeneficiario", "INPS, specifica tecnica WaaS-SIUSS v2.0.1, par. 2.1",
		"in cooperazione applicativa un flusso porta un solo elemento SINBA", "in application cooperation a flow carries one SINBA element only",
		"dividere il file in flussi da un beneficiario", "split the file into flows of one beneficiary"),
	sinbaUnaPrestazione: advised("SINBA-071", tipoSINBA, "CodicePrestazione", "INPS, api-comuni.yaml, nota su flusso; l'esempio ufficiale ne ha due",
		"in cooperazione applicativa l'INPS parla di una sola prestazione per flusso", "in application cooperation INPS speaks of one benefit a flow",
		"inviare una prestazione per flusso, se l'INPS respinge", "send one benefit a flow, if INPS rejects"),
}

func stated(code string, tipi []flusso.Tipo, fields, source, it, en, remedyIt, remedyEn string) Rule {
	return Rule{
		Code: code, Tipi: tipi, Field: fields, Severity: SeverityError, Source: source,
		Message: flusso.Text{It: it, En: en}, Remedy: flusso.Text{It: remedyIt, En: remedyEn},
	}
}

func advised(code string, tipi []flusso.Tipo, fields, source, it, en, remedyIt, remedyEn string) Rule {
	r := stated(code, tipi, fields, source, it, en, remedyIt, remedyEn)
	r.Severity = SeverityWarning
	return r
}
