package schema

// The tables of fields, in the order of PS_PSA_SINA201812.xsd and SINBA.xsd
// (INPS, WaaS.Comuni). Types and occurrence are the XSD's; what the documents
// ask beyond it are business rules.

var headerFields = []FieldInfo{
	{FlussoNome, "FlussoNome", "Flusso/IdentificazioneFlusso/@Nome", LevelFlusso, Text, true},
	{EnteCodice, "EnteCodice", "Flusso/IdentificazioneFlusso/Ente/@Codice", LevelFlusso, Text, true},
	{EnteDenominazione, "EnteDenominazione", "Flusso/IdentificazioneFlusso/Ente/@Denominazione", LevelFlusso, Text, false},
	{EnteIndirizzo, "EnteIndirizzo", "Flusso/IdentificazioneFlusso/Ente/@Indirizzo", LevelFlusso, Text, true},
	{EnteCFOperatore, "EnteCFOperatore", "Flusso/IdentificazioneFlusso/Ente/@CFOperatore", LevelFlusso, FiscalCode, true},
}

var beneficiarioFields = []FieldInfo{
	{CodiceFiscale, "CodiceFiscale", "Flusso/Beneficiario/@CodiceFiscale", LevelBeneficiario, FiscalCode, true},
	{Cognome, "Cognome", "Flusso/Beneficiario/Anagrafica/@Cognome", LevelBeneficiario, Text, true},
	{Nome, "Nome", "Flusso/Beneficiario/Anagrafica/@Nome", LevelBeneficiario, Text, true},
	{AnnoNascita, "AnnoNascita", "Flusso/Beneficiario/Anagrafica/@AnnoNascita", LevelBeneficiario, Year, true},
	{LuogoNascita, "LuogoNascita", "Flusso/Beneficiario/Anagrafica/@LuogoNascita", LevelBeneficiario, Text, true},
	{Genere, "Genere", "Flusso/Beneficiario/Anagrafica/@Genere", LevelBeneficiario, Code, true},
	{CodiceCittadinanza, "CodiceCittadinanza", "Flusso/Beneficiario/Anagrafica/@CodiceCittadinanza", LevelBeneficiario, Code, true},
	{CodiceSecondaCittadinanza, "CodiceSecondaCittadinanza", "Flusso/Beneficiario/Anagrafica/@CodiceSecondaCittadinanza", LevelBeneficiario, Code, false},
	{IndirizzoCodiceRegione, "IndirizzoCodiceRegione", "Flusso/Beneficiario/Indirizzo/@CodiceRegione", LevelIndirizzo, Code, false},
	{IndirizzoCodiceComune, "IndirizzoCodiceComune", "Flusso/Beneficiario/Indirizzo/@CodiceComune", LevelIndirizzo, Code, false},
	{IndirizzoCodiceNazione, "IndirizzoCodiceNazione", "Flusso/Beneficiario/Indirizzo/@CodiceNazione", LevelIndirizzo, Code, true},
}

var prestazioneFields = []FieldInfo{
	{TipoOperazione, "TipoOperazione", "Flusso/Beneficiario/PrestazioniSociali/@TipoOperazione", LevelRecord, Code, false},
	{PresenzaProvaMezzi, "PresenzaProvaMezzi", "Flusso/Beneficiario/PrestazioniSociali/@PresenzaProvaMezzi", LevelRecord, Code, true},
	{CaratterePrestazione, "CaratterePrestazione", "Flusso/Beneficiario/PrestazioniSociali/@CaratterePrestazione", LevelRecord, Code, false},
	{NumeroProtocolloDSU, "NumeroProtocolloDSU", "Flusso/Beneficiario/PrestazioniSociali/@NumeroProtocolloDSU", LevelRecord, Text, false},
	{AnnoProtocolloDSU, "AnnoProtocolloDSU", "Flusso/Beneficiario/PrestazioniSociali/@AnnoProtocolloDSU", LevelRecord, Year, false},
	{DataDSU, "DataDSU", "Flusso/Beneficiario/PrestazioniSociali/@DataDSU", LevelRecord, Date, false},
	{CodicePrestazione, "CodicePrestazione", "Flusso/Beneficiario/PrestazioniSociali/@CodicePrestazione", LevelRecord, Text, true},
	{DenominazionePrestazione, "DenominazionePrestazione", "Flusso/Beneficiario/PrestazioniSociali/@DenominazionePrestazione", LevelRecord, Text, true},
	{ProtocolloDomanda, "ProtocolloDomanda", "Flusso/Beneficiario/PrestazioniSociali/@ProtocolloDomanda", LevelRecord, Text, true},
	{DataEvento, "DataEvento", "Flusso/Beneficiario/PrestazioniSociali/@DataEvento", LevelRecord, Date, false},
	{DataInizioPrestazione, "DataInizioPrestazione", "Flusso/Beneficiario/PrestazioniSociali/@DataInizioPrestazione", LevelRecord, Date, false},
	{DataFinePrestazione, "DataFinePrestazione", "Flusso/Beneficiario/PrestazioniSociali/@DataFinePrestazione", LevelRecord, Date, false},
	{DataErogazionePrestazione, "DataErogazionePrestazione", "Flusso/Beneficiario/PrestazioniSociali/@DataErogazionePrestazione", LevelRecord, Date, false},
	{ImportoPrestazione, "ImportoPrestazione", "Flusso/Beneficiario/PrestazioniSociali/@ImportoPrestazione", LevelRecord, Decimal, false},
	{PeriodoErogazione, "PeriodoErogazione", "Flusso/Beneficiario/PrestazioniSociali/@PeriodoErogazione", LevelRecord, Int, false},
	{ImportoMensile, "ImportoMensile", "Flusso/Beneficiario/PrestazioniSociali/@ImportoMensile", LevelRecord, Decimal, false},
	{ImportoQuotaEnte, "ImportoQuotaEnte", "Flusso/Beneficiario/PrestazioniSociali/@ImportoQuotaEnte", LevelRecord, Decimal, false},
	{ImportoQuotaUtente, "ImportoQuotaUtente", "Flusso/Beneficiario/PrestazioniSociali/@ImportoQuotaUtente", LevelRecord, Decimal, false},
	{ImportoQuotaSSN, "ImportoQuotaSSN", "Flusso/Beneficiario/PrestazioniSociali/@ImportoQuotaSSN", LevelRecord, Decimal, false},
	{ImportoQuotaRichiesta, "ImportoQuotaRichiesta", "Flusso/Beneficiario/PrestazioniSociali/@ImportoQuotaRichiesta", LevelRecord, Decimal, false},
	{ImportoSogliaISEE, "ImportoSogliaISEE", "Flusso/Beneficiario/PrestazioniSociali/@ImportoSogliaISEE", LevelRecord, Decimal, false},
	{OreServizioMensile, "OreServizioMensile", "Flusso/Beneficiario/PrestazioniSociali/@OreServizioMensile", LevelRecord, HoursMins, false},
	{PresaCarico, "PresaCarico", "Flusso/Beneficiario/PrestazioniSociali/@PresaCarico", LevelRecord, Code, true},
	{AreaUtenza, "AreaUtenza", "Flusso/Beneficiario/PrestazioniSociali/@AreaUtenza", LevelRecord, Code, false},
}

var sinaFields = []FieldInfo{
	{SINAMobilita, "SINAMobilita", "Flusso/Beneficiario/PrestazioniSociali/SINA/@Mobilita", LevelRecord, Code, true},
	{SINAAttivitaVitaQuotidiana, "SINAAttivitaVitaQuotidiana", "Flusso/Beneficiario/PrestazioniSociali/SINA/@AttivitaVitaQuotidiana", LevelRecord, Code, true},
	{SINADisturbiAreaCognitiva, "SINADisturbiAreaCognitiva", "Flusso/Beneficiario/PrestazioniSociali/SINA/@DisturbiAreaCognitiva", LevelRecord, Code, false},
	{SINADisturbiComportamentali, "SINADisturbiComportamentali", "Flusso/Beneficiario/PrestazioniSociali/SINA/@DisturbiComportamentali", LevelRecord, Code, true},
	{SINANecessitaCureSanitarie, "SINANecessitaCureSanitarie", "Flusso/Beneficiario/PrestazioniSociali/SINA/@NecessitaCureSanitarie", LevelRecord, Code, false},
	{SINAAreaReddituale, "SINAAreaReddituale", "Flusso/Beneficiario/PrestazioniSociali/SINA/@AreaReddituale", LevelRecord, Code, true},
	{SINAAreaSupporto, "SINAAreaSupporto", "Flusso/Beneficiario/PrestazioniSociali/SINA/@AreaSupporto", LevelRecord, Code, true},
	{SINAFonteDerivazioneValutazione, "SINAFonteDerivazioneValutazione", "Flusso/Beneficiario/PrestazioniSociali/SINA/@FonteDerivazioneValutazione", LevelRecord, Code, true},
	{SINAStrumentoValutazione, "SINAStrumentoValutazione", "Flusso/Beneficiario/PrestazioniSociali/SINA/@StrumentoValutazione", LevelRecord, Code, true},
	{SINAFonteDerivazioneInvalidita, "SINAFonteDerivazioneInvalidita", "Flusso/Beneficiario/PrestazioniSociali/SINA/@FonteDerivazioneInvalidita", LevelRecord, Code, false},
	{SINACodicePrestazione, "SINACodicePrestazione", "Flusso/Beneficiario/PrestazioniSociali/SINA/NecessitaInterventiSociali/CodicePrestazione", LevelList, Text, false},
	{SINAInvCiv, "SINAInvCiv", "Flusso/Beneficiario/PrestazioniSociali/SINA/InvaliditaCivile/InvCiv", LevelList, Code, false},
}

var sinbaFields = []FieldInfo{
	{SINBAIDBeneficiario, "IDBeneficiario", "Flusso/SINBA/@IDBeneficiario", LevelRecord, Text, true},
	{SINBAMinoreStranieroNoAcc, "MinoreStranieroNoAcc", "Flusso/SINBA/@MinoreStranieroNoAcc", LevelRecord, Code, true},
	{SINBACondizioneMinore, "CondizioneMinore", "Flusso/SINBA/@CondizioneMinore", LevelRecord, Code, true},
	{SINBALuogoVita, "LuogoVita", "Flusso/SINBA/@LuogoVita", LevelRecord, Code, true},
	{SINBAScuolaFrequentata, "ScuolaFrequentata", "Flusso/SINBA/@ScuolaFrequentata", LevelRecord, Code, true},
	{SINBACondizioneLavoro, "CondizioneLavoro", "Flusso/SINBA/@CondizioneLavoro", LevelRecord, Code, true},
	{SINBADisabilita, "Disabilita", "Flusso/SINBA/@Disabilita", LevelRecord, Code, true},
	{SINBATipoDisabilita, "TipoDisabilita", "Flusso/SINBA/@TipoDisabilita", LevelRecord, Code, false},
	{SINBAInvCivCertificazioni, "InvCivCertificazioni", "Flusso/SINBA/@InvCivCertificazioni", LevelRecord, Code, false},
	{SINBACodiceCittadinanzaPadre, "CodiceCittadinanzaPadre", "Flusso/SINBA/@CodiceCittadinanzaPadre", LevelRecord, Code, false},
	{SINBACodiceCittadinanzaMadre, "CodiceCittadinanzaMadre", "Flusso/SINBA/@CodiceCittadinanzaMadre", LevelRecord, Code, false},
	{SINBACodiceRegioneResidenzaPadre, "CodiceRegioneResidenzaPadre", "Flusso/SINBA/@CodiceRegioneResidenzaPadre", LevelRecord, Code, false},
	{SINBACodiceRegioneResidenzaMadre, "CodiceRegioneResidenzaMadre", "Flusso/SINBA/@CodiceRegioneResidenzaMadre", LevelRecord, Code, false},
	{SINBATitoloStudioPadre, "TitoloStudioPadre", "Flusso/SINBA/@TitoloStudioPadre", LevelRecord, Code, false},
	{SINBATitoloStudioMadre, "TitoloStudioMadre", "Flusso/SINBA/@TitoloStudioMadre", LevelRecord, Code, false},
	{SINBAOccupazionePadre, "OccupazionePadre", "Flusso/SINBA/@OccupazionePadre", LevelRecord, Code, false},
	{SINBAOccupazioneMadre, "OccupazioneMadre", "Flusso/SINBA/@OccupazioneMadre", LevelRecord, Code, false},
	{SINBADataPrimaSegnalazione, "DataPrimaSegnalazione", "Flusso/SINBA/@DataPrimaSegnalazione", LevelRecord, MonthYear, true},
	{SINBAFonteSegnalazione, "FonteSegnalazione", "Flusso/SINBA/@FonteSegnalazione", LevelRecord, Code, true},
	{SINBAValutazioneMinore, "ValutazioneMinore", "Flusso/SINBA/@ValutazioneMinore", LevelRecord, Code, true},
	{SINBAValutazioneFamigliaMinore, "ValutazioneFamigliaMinore", "Flusso/SINBA/@ValutazioneFamigliaMinore", LevelRecord, Code, true},
	{SINBASegnalazioneAutoritaGiudiziaria, "SegnalazioneAutoritaGiudiziaria", "Flusso/SINBA/@SegnalazioneAutoritaGiudiziaria", LevelRecord, Code, true},
	{SINBADataSegnalazione, "DataSegnalazione", "Flusso/SINBA/@DataSegnalazione", LevelRecord, MonthYear, false},
	{SINBAProvvedimentoGiudiziario, "ProvvedimentoGiudiziario", "Flusso/SINBA/@ProvvedimentoGiudiziario", LevelRecord, Code, true},
	{SINBADataProvvedimentoGiudiziario, "DataProvvedimentoGiudiziario", "Flusso/SINBA/@DataProvvedimentoGiudiziario", LevelRecord, MonthYear, false},
	{SINBAAutoritaProvvedimento, "AutoritaProvvedimento", "Flusso/SINBA/@AutoritaProvvedimento", LevelRecord, Code, false},
	{SINBAPotestaTutela, "PotestaTutela", "Flusso/SINBA/@PotestaTutela", LevelRecord, Code, false},
	{SINBATipoProvvedimentoGiudiziario, "TipoProvvedimentoGiudiziario", "Flusso/SINBA/@TipoProvvedimentoGiudiziario", LevelRecord, Code, false},
	{SINBAFormaInterventoAffido, "FormaInterventoAffido", "Flusso/SINBA/@FormaInterventoAffido", LevelRecord, Code, false},
	{SINBATipoInterventoAffido, "TipoInterventoAffido", "Flusso/SINBA/@TipoInterventoAffido", LevelRecord, Code, false},
	{SINBADurataAffido, "DurataAffido", "Flusso/SINBA/@DurataAffido", LevelRecord, Code, false},
	{SINBACarattereAffido, "CarattereAffido", "Flusso/SINBA/@CarattereAffido", LevelRecord, Code, false},
	{SINBAEsitoAffido, "EsitoAffido", "Flusso/SINBA/@EsitoAffido", LevelRecord, Code, false},
	{SINBACarattereInserimentoResidenziale, "CarattereInserimentoResidenziale", "Flusso/SINBA/@CarattereInserimentoResidenziale", LevelRecord, Code, false},
	{SINBAFormaInserimentoResidenziale, "FormaInserimentoResidenziale", "Flusso/SINBA/@FormaInserimentoResidenziale", LevelRecord, Code, false},
	{SINBATipoInserimentoResidenziale, "TipoInserimentoResidenziale", "Flusso/SINBA/@TipoInserimentoResidenziale", LevelRecord, Code, false},
	{SINBAEsitoInserimentoStruttura, "EsitoInserimentoStruttura", "Flusso/SINBA/@EsitoInserimentoStruttura", LevelRecord, Code, false},
	{SINBAMotivazioneChiusuraCarico, "MotivazioneChiusuraCarico", "Flusso/SINBA/@MotivazioneChiusuraCarico", LevelRecord, Code, false},
	{SINBASituazioneChiusuraCarico, "SituazioneChiusuraCarico", "Flusso/SINBA/@SituazioneChiusuraCarico", LevelRecord, Code, false},
	{SINBACollaborazioniInterventi, "CollaborazioniInterventi", "Flusso/SINBA/@CollaborazioniInterventi", LevelRecord, Code, false},
	{SINBANumeroComponentiISEE, "NumeroComponentiISEE", "Flusso/SINBA/@NumeroComponentiISEE", LevelRecord, Int, false},
	{SINBAFasciaEtaBeneficiario, "FasciaEtaBeneficiario", "Flusso/SINBA/@FasciaEtaBeneficiario", LevelRecord, Code, true},
	{SINBAFasciaISEEBeneficiario, "FasciaISEEBeneficiario", "Flusso/SINBA/@FasciaISEEBeneficiario", LevelRecord, Code, false},
	{SINBAAnnoNascita, "AnnoNascita", "Flusso/SINBA/@AnnoNascita", LevelRecord, Year, true},
	{SINBACodiceRegioneResidenza, "CodiceRegioneResidenza", "Flusso/SINBA/@CodiceRegioneResidenza", LevelRecord, Code, false},
	{SINBACodiceNazioneResidenza, "CodiceNazioneResidenza", "Flusso/SINBA/@CodiceNazioneResidenza", LevelRecord, Code, true},
	{SINBACodicePrestazione, "CodicePrestazione", "Flusso/SINBA/Prestazioni/CodicePrestazione", LevelList, Text, true},
	{SINBAComposizioneFamiglia, "ComposizioneFamiglia", "Flusso/SINBA/Famiglia/ComposizioneFamiglia", LevelList, Code, true},
}

// ritornoFields are the targets of a return-flow layout: the record's fields
// without what INPS withholds, and INPS's person code. The path is the target
// name: no public source documents the layout's own.
func ritornoFields() []FieldInfo {
	withheld := map[Field]bool{
		FlussoNome: true, EnteCFOperatore: true, CodiceFiscale: true, Cognome: true, Nome: true,
	}
	fields := []FieldInfo{{CodicePersona, "CodicePersona", "ritorno/CodicePersona", LevelRecord, Text, true}}
	for _, f := range concat(headerFields, beneficiarioFields, prestazioneFields, sinaFields) {
		if withheld[f.Field] {
			continue
		}
		f.Path = "ritorno/" + f.Name
		f.Required = f.Field == CodicePrestazione
		if f.Level != LevelList {
			f.Level = LevelRecord
		}
		fields = append(fields, f)
	}
	return fields
}
