package schema

// The enumerations of PS_PSA_SINA201812.xsd and SINBA.xsd: each code with the
// Italian label that the XSD documents, its characters and spacing repaired.

// Label decodes one code of an enumerated field.
type Label struct {
	Code string
	It   string
}

// Labels lists the codes that the XSD allows for f, in its order; nil where
// the field is not enumerated.
func Labels(f Field) []Label { return labelsOf[f] }

var labelsOf = [NumFields][]Label{
	Genere:                                enumGenere,
	TipoOperazione:                        enumTipoOperazione,
	PresenzaProvaMezzi:                    enumPresenzaProvaMezzi,
	CaratterePrestazione:                  enumCaratterePrestazione,
	PresaCarico:                           enumSiNo,
	AreaUtenza:                            enumAreaUtenza,
	SINAMobilita:                          enumMobilita,
	SINAAttivitaVitaQuotidiana:            enumAttivitaVitaQuotidiana,
	SINADisturbiAreaCognitiva:             enumDisturbiAreaCognitiva,
	SINADisturbiComportamentali:           enumDisturbiComportamentali,
	SINANecessitaCureSanitarie:            enumNecessitaCureSanitarie,
	SINAAreaReddituale:                    enumAreaReddituale,
	SINAAreaSupporto:                      enumAreaSupporto,
	SINAFonteDerivazioneValutazione:       enumFonteDerivazioneValutazione,
	SINAStrumentoValutazione:              enumStrumentoValutazione,
	SINAFonteDerivazioneInvalidita:        enumFonteDerivazioneInvalidita,
	SINAInvCiv:                            enumInvCiv,
	SINBAMinoreStranieroNoAcc:             enumSiNo,
	SINBACondizioneMinore:                 enumCondizioneMinore,
	SINBALuogoVita:                        enumLuogoVita,
	SINBAScuolaFrequentata:                enumScuolaFrequentata,
	SINBACondizioneLavoro:                 enumCondizioneLavoro,
	SINBADisabilita:                       enumSiNo,
	SINBATipoDisabilita:                   enumTipoDisabilita,
	SINBAInvCivCertificazioni:             enumInvCivCertificazioni,
	SINBATitoloStudioPadre:                enumTitoloStudio,
	SINBATitoloStudioMadre:                enumTitoloStudio,
	SINBAOccupazionePadre:                 enumOccupazione,
	SINBAOccupazioneMadre:                 enumOccupazione,
	SINBAFonteSegnalazione:                enumFonteSegnalazione,
	SINBAValutazioneMinore:                enumValutazioneMinore,
	SINBAValutazioneFamigliaMinore:        enumValutazioneFamigliaMinore,
	SINBASegnalazioneAutoritaGiudiziaria:  enumSiNo,
	SINBAProvvedimentoGiudiziario:         enumSiNo,
	SINBAAutoritaProvvedimento:            enumAutoritaProvvedimento,
	SINBAPotestaTutela:                    enumPotestaTutela,
	SINBATipoProvvedimentoGiudiziario:     enumTipoProvvedimentoGiudiziario,
	SINBAFormaInterventoAffido:            enumFormaInterventoAffido,
	SINBATipoInterventoAffido:             enumTipoInterventoAffido,
	SINBADurataAffido:                     enumDurataAffido,
	SINBACarattereAffido:                  enumCarattereAffido,
	SINBAEsitoAffido:                      enumEsitoAffido,
	SINBACarattereInserimentoResidenziale: enumCarattereInserimentoResidenziale,
	SINBAFormaInserimentoResidenziale:     enumFormaInterventoAffido,
	SINBATipoInserimentoResidenziale:      enumTipoInserimentoResidenziale,
	SINBAEsitoInserimentoStruttura:        enumEsitoInserimentoStruttura,
	SINBAMotivazioneChiusuraCarico:        enumMotivazioneChiusuraCarico,
	SINBASituazioneChiusuraCarico:         enumSituazioneChiusuraCarico,
	SINBACollaborazioniInterventi:         enumCollaborazioniInterventi,
	SINBAFasciaEtaBeneficiario:            enumFasciaEtaBeneficiario,
	SINBAFasciaISEEBeneficiario:           enumFasciaISEEBeneficiario,
	SINBAComposizioneFamiglia:             enumComposizioneFamiglia,
}

var (
	enumGenere = []Label{
		{"1", "Maschio"},
		{"2", "Femmina"},
	}
	enumTipoOperazione = []Label{
		{"I", "Inserimento"},
		{"C", "Cancellazione"},
	}
	enumPresenzaProvaMezzi = []Label{
		{"1", "Prestazione soggetta a ISEE"},
		{"2", "Prestazione soggetta a prova dei mezzi, ma non attraverso ISEE (es. prestaz. inps, agevolaz. tribut.)"},
		{"3", "Prestazione in generale soggetta a ISEE, ma sottratta alla prova dei mezzi per lo specifico beneficiario in virtu' di altri criteri di bisogno (es. asilo nido per bambino con disabilità o in famiglie numerose, ecc.)"},
		{"4", "Prestazione non soggetta a prova dei mezzi (assenza di criteri economici nella disciplina dell'erogazione)"},
	}
	enumCaratterePrestazione = []Label{
		{"1", "Periodico"},
		{"2", "Occasionale (unica soluzione)"},
	}
	enumSiNo = []Label{
		{"1", "SI"},
		{"2", "NO"},
	}
	enumAreaUtenza = []Label{
		{"1", "Famiglia e minori"},
		{"2", "Disabilità e Non autosufficienza"},
		{"3", "Povertà ed esclusione sociale"},
	}
	enumMobilita = []Label{
		{"1", "Si sposta da solo"},
		{"2", "Si Sposta Assistito"},
		{"3", "Non Si Sposta"},
	}
	enumAttivitaVitaQuotidiana = []Label{
		{"1", "Autonomo"},
		{"2", "Parzialmente dipendente"},
		{"3", "Totalmente dipendente"},
	}
	enumDisturbiAreaCognitiva = []Label{
		{"1", "Lievi"},
		{"2", "Moderati"},
		{"3", "Gravi"},
	}
	enumDisturbiComportamentali = []Label{
		{"1", "Assenti"},
		{"2", "Presenti"},
	}
	enumNecessitaCureSanitarie = []Label{
		{"1", "Bassa"},
		{"2", "Media"},
		{"3", "Alta"},
	}
	enumAreaReddituale = []Label{
		{"1", "Autonomo e in equilibrio finanziario"},
		{"2", "Riceve aiuto da parenti e/o da altre persone"},
		{"3", "In condizione di bisogno economico e senza aiuti da parenti o altre persone"},
	}
	enumAreaSupporto = []Label{
		{"1", "Presenza della rete familiare o informale"},
		{"2", "Presenza parziale e/o temporanea della rete familiare o informale"},
		{"3", "Assenza della rete familiare o informale"},
	}
	enumFonteDerivazioneValutazione = []Label{
		{"1", "UVM"},
		{"2", "Cartella sociale"},
		{"3", "Altra documentazione"},
		{"4", "Raccolta diretta"},
	}
	enumStrumentoValutazione = []Label{
		{"1", "SVAMA"},
		{"2", "AGED"},
		{"3", "RUG"},
		{"4", "SOSIA"},
		{"5", "SCHEMA POLARE"},
		{"6", "VALGRAF"},
		{"7", "Altro Sistema Di Codifica"},
	}
	enumInvCiv = []Label{
		{"1", "Certificazione Invalidita' Civile parziale non inferiore al 75%"},
		{"2", "Certificazione Invalidita' Civile Totale (100%) Con Indennita' di accompagnamento"},
		{"3", "Certificazione Invalidita' Civile totale (100%) senza indennita' di accompagnamento"},
		{"4", "Certificazione Npi"},
		{"5", "Certificazione L.104 (art.3, comma 1)"},
		{"6", "Certificazione L.104 (art.3, comma 3)"},
		{"7", "Certificazione L.104 (art.12)"},
		{"8", "Certificazione L.104 (art.13)"},
	}
	enumFonteDerivazioneInvalidita = []Label{
		{"1", "Certificazione invalidita' verificata on line o cartacea"},
		{"2", "Dichiarazione della persona"},
	}
	enumComposizioneFamiglia = []Label{
		{"1", "Madre"},
		{"2", "Padre"},
		{"3", "Fratelli/Sorelle"},
		{"4", "Nonno/a"},
		{"5", "Compagno/a della madre o del padre"},
		{"6", "Altri conviventi"},
	}
	enumCondizioneMinore = []Label{
		{"1", "Non orfano"},
		{"2", "Orfano di entrambi"},
		{"3", "Orfano di padre"},
		{"4", "Orfano di madre"},
		{"5", "Genitori ignoti"},
	}
	enumLuogoVita = []Label{
		{"1", "nella sua famiglia"},
		{"2", "presso parenti"},
		{"3", "in famiglia affidataria"},
		{"4", "in struttura residenziale sociale"},
		{"5", "in struttura residenziale sanitaria"},
		{"6", "in istituto penale minorile"},
		{"7", "con amici e conoscenti"},
		{"8", "senza dimora"},
	}
	enumScuolaFrequentata = []Label{
		{"1", "nessuna scuola"},
		{"2", "struttura"},
		{"3", "asilo nido"},
		{"4", "scuola dell'infanzia"},
		{"5", "scuola primaria"},
		{"6", "scuola secondaria I grado"},
		{"7", "scuola secondaria II grado"},
		{"8", "corso formazione professionale"},
	}
	enumCondizioneLavoro = []Label{
		{"1", "inattivo (non in età da lavoro, non ha e non cerca lavoro)"},
		{"2", "occupato"},
		{"3", "disoccupato alla ricerca di nuova occupazione"},
		{"4", "in cerca di prima occupazione"},
	}
	enumTipoDisabilita = []Label{
		{"1", "Fisica"},
		{"2", "Psichica"},
		{"3", "Sensoriale"},
		{"4", "Plurima"},
	}
	enumInvCivCertificazioni = []Label{
		{"1", "certificazione invalidità civile parziale non inferiore al 75%"},
		{"2", "certificazione invalidità civile totale (100%) con indennità di accompagnamento"},
		{"3", "certificazione invalidità civile totale (100%) senza indennità di accompagnamento"},
		{"4", "certificazione NPI"},
		{"5", "certificazione l.104"},
	}
	enumTitoloStudio = []Label{
		{"1", "nessun titolo"},
		{"2", "licenza elementare"},
		{"3", "licenza media"},
		{"4", "qualifica professionale"},
		{"5", "diploma scuola superiore"},
		{"6", "laurea o diploma di laurea"},
	}
	enumOccupazione = []Label{
		{"1", "occupato"},
		{"2", "disoccupato alla ricerca di nuova occupazione"},
		{"3", "in cerca di prima occupazione"},
		{"4", "casalinga/o"},
		{"5", "studente"},
		{"6", "ritirato/a dal lavoro"},
		{"7", "inabile al lavoro"},
		{"8", "in altra condizione"},
	}
	enumFonteSegnalazione = []Label{
		{"1", "servizio sociale minori della giustizia minorile"},
		{"2", "altro servizio sociale (consultori, centri famiglia, di altro ambito/distretto, ..)"},
		{"3", "servizi sanitari/medico di base/pediatra"},
		{"4", "privato sociale/volontariato"},
		{"5", "forze dell'ordine"},
		{"6", "beneficiario stesso"},
		{"7", "genitori affidatari/tutore"},
		{"8", "genitori/fratelli/altri familiari conviventi"},
		{"9", "parenti non conviventi"},
		{"10", "tribunale ordinario"},
		{"11", "autorità giudiziarie minorili"},
		{"12", "professionista privato"},
		{"13", "scuola"},
		{"14", "vicinato o conoscenti"},
	}
	enumValutazioneMinore = []Label{
		{"1", "nessuna specifica problematica"},
		{"2", "problemi relazionali e comportamentali"},
		{"3", "dipendenze"},
		{"4", "presunto stato di abbandono"},
		{"5", "problemi sanitari"},
		{"6", "violenza sessuale subita, prostituzione, tratta, pedopornografia"},
		{"7", "altre forme di violenza e maltrattamento subite"},
		{"8", "comportamenti di grave devianza"},
		{"9", "problemi di autonomia, disabilità"},
		{"10", "coinvolto in procedure penali"},
		{"11", "gestante/madre minorenne"},
		{"12", "minore straniero non accompagnato"},
		{"13", "abbandono scolastico"},
	}
	enumValutazioneFamigliaMinore = []Label{
		// The XSD breaks the first two labels one word late.
		{"1", "nessuna specifica problematica"},
		{"2", "fragilità/inadeguatezza genitoriale, problematiche socio-educative e relazionali"},
		{"3", "dipendenza"},
		{"4", "problematiche psichiatriche"},
		{"5", "altre problematiche sanitarie"},
		{"6", "grave conflittualità familiare"},
		{"7", "famiglia maltrattante"},
		{"8", "famiglia abusante"},
		{"9", "problemi giudiziari"},
		{"10", "fallimento affido preadottivo nel I anno"},
		{"11", "inadempienza obblighi sanitari"},
		{"12", "difficoltà economiche"},
		{"13", "difficoltà abitative"},
	}
	enumAutoritaProvvedimento = []Label{
		{"1", "Giudice tutelare"},
		{"2", "Tribunale per i minori"},
		{"3", "Procura per i minori"},
		{"4", "Tribunale ordinario"},
	}
	enumPotestaTutela = []Label{
		{"1", "sospensione potestà genitoriale"},
		{"2", "decadenza potestà genitoriale"},
		{"3", "prescrizioni ai genitori"},
		{"4", "tutela a parenti o altri soggetti"},
		{"5", "curatela"},
	}
	enumTipoProvvedimentoGiudiziario = []Label{
		{"1", "adottabilità"},
		{"2", "adozione nazionale"},
		{"3", "adozione internazionale"},
		{"4", "affidamento familiare"},
		{"5", "affido al servizio sociale"},
		{"6", "affidamento a uno dei genitori in caso di separazione"},
		{"7", "vigilanza"},
		// Two values of an older list, glued in the XSD.
		{"8", "post-adozione, allontanamento del minore in via d'emergenza (art.403 c.c.)"},
	}
	enumFormaInterventoAffido = []Label{
		{"1", "Consensuale"},
		{"2", "Giudiziario"},
	}
	enumTipoInterventoAffido = []Label{
		{"1", "Intrafamiliare"},
		{"2", "Eterofamiliare"},
	}
	enumDurataAffido = []Label{
		{"1", "Tempo pieno"},
		{"2", "Tempo parziale"},
	}
	enumCarattereAffido = []Label{
		{"1", "Residenziale"},
		{"2", "Diurno"},
	}
	enumEsitoAffido = []Label{
		{"1", "rientrato nella famiglia di origine"},
		{"2", "affidata ad altro nucleo familiare"},
		{"3", "adottato"},
		{"4", "inserito in struttura socio-educativa"},
		{"5", "inserito in struttura sanitaria"},
		{"6", "vita in autonomia"},
		{"7", "rimpatriato"},
		{"8", "destinazione ignota"},
		{"9", "altro"},
	}
	enumCarattereInserimentoResidenziale = []Label{
		{"1", "familiare-prevalente accoglienza abitativa"},
		{"2", "familiare-prevalente funzione tutelare"},
		{"3", "familiare-funzione socio-educativa"},
		{"4", "comunitario-accoglienza di emergenza"},
		{"5", "comunitario-prevalente accoglienza abitativa"},
		{"6", "comunitario-prevalente funzione tutelare"},
		{"7", "comunitario-funzione socio-educativa"},
		{"8", "comunitario-funzione educativa-psicologica"},
		{"9", "comunitario-funzione integrazione socio-sanitaria bassa"},
		{"10", "comunitario-funzione integrazione socio-sanitaria medio-alta"},
	}
	enumTipoInserimentoResidenziale = []Label{
		{"1", "Con genitore"},
		{"2", "Senza genitore"},
	}
	enumEsitoInserimentoStruttura = []Label{
		{"1", "rientrato nella famiglia di origine"},
		{"2", "in famiglia affidataria o affidatario"},
		{"3", "adottato"},
		{"4", "inserito in altra struttura socio-educativa"},
		{"5", "inserito in struttura sanitaria"},
		{"6", "reso autonomo"},
		{"7", "rimpatriato"},
		{"8", "destinazione ignota"},
		{"9", "altro"},
	}
	enumMotivazioneChiusuraCarico = []Label{
		{"1", "passaggio a servizio territoriale altro ambito/distretto della stessa regione"},
		{"2", "passaggio a servizio territoriale altro ambito/distretto di altra regione"},
		{"3", "raggiunta età maggiorenne"},
		{"4", "conclusione degli interventi e della presa in carico per risoluzione dello stato di bisogno"},
		{"5", "uscita richiesta dal minore utente o dalla famiglia"},
		{"6", "rimpatrio"},
		{"7", "irreperibilità"},
		{"8", "decesso"},
		{"9", "altro"},
	}
	enumSituazioneChiusuraCarico = []Label{
		{"1", "Nella famiglia di origine"},
		{"2", "vita in autonomia (in appartamento anche con altri non familiari o parenti)"},
		{"3", "rimane nella famiglia affidataria anche se maggiorenne"},
		{"4", "rimane nella struttura residenziale socio-assistenziale anche se maggiorenne"},
		{"5", "collocato in struttura residenziale sanitaria"},
		{"6", "adottato in una nuova famiglia"},
		{"7", "in istituto penale"},
		{"8", "destinazione ignota"},
	}
	enumCollaborazioniInterventi = []Label{
		{"1", "SERT"},
		{"2", "NPI"},
		{"3", "psicologia"},
		{"4", "clinica/dsm"},
		{"5", "altri servizi sociali (consultorio, centri famiglia, adulti, di altro abito/distretto)"},
		{"6", "ussm ministero giustizia"},
		{"7", "scuola"},
		{"8", "servizi privato sociale associazionismo, volontariato"},
		{"9", "altro"},
	}
	enumFasciaEtaBeneficiario = []Label{
		{"1", "0-3 anni"},
		{"2", "3-6 anni"},
		{"3", "6-9 anni"},
		{"4", "9-12 anni"},
		{"5", "12-15 anni"},
		{"6", "15-18 anni"},
	}
	enumFasciaISEEBeneficiario = []Label{
		{"1", "Valore ISEE=0"},
		{"2", "Tra 0.01 a 3000 Euro"},
		{"3", "Tra 3000.01 e 6000"},
		{"4", "Tra 6000.01 e 9000"},
		{"5", "Tra 9000.01 e 12000"},
		{"6", "Tra 12000.01 e 15000"},
		{"7", "Tra 15000.01 e 20000"},
		{"8", "Oltre i 20000 euro"},
	}
)
