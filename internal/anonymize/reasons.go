package anonymize

import "flussi/internal/flusso"

// reason is why the gate says no. Reasons about deleghe are in order of
// nearness: of several acts that do not allow, the one that nearly does speaks.
type reason uint8

const (
	reasonClass reason = iota + 1
	reasonLevel
	reasonTipo
	reasonDate
	reasonDataset
	reasonNessuno
	reasonMatrix
	reasonListe
	reasonNoAgreement
	reasonAgreementIncomplete
	reasonAgreementEarly
	reasonAgreementExpired
	reasonTerritoryMissing
	reasonTerritoryUnknown
	reasonAmbitoUnknown
	reasonEnteMissing
	reasonTwoHats
	reasonLinkability
	reasonSchemeMissing
	reasonSchemeOther
	reasonSchemeSchema
	reasonSchemeEarly
	reasonSchemeExpired
	reasonSchemeK
	reasonCodesBodies
	reasonCodesKeeper
	reasonCodesHouse
	reasonCodesIdentified
	reasonCodesPayer
	reasonCodesOther
	reasonCodesKey
	reasonThreshold
	reasonCubes
	reasonCubesAmbiti
	reasonNoiseBeside
	reasonNoiseKey
	reasonKey
	reasonIdentifiedRitorno
	reasonRelayIdentified
	reasonNoDelega
	reasonDelegaIncomplete
	reasonDelegaOperation
	reasonDelegaEarly
	reasonDelegaExpired
	reasonDelegaCategories
	reasonForwardClass
	reasonForwardTipo
	reasonForwardFile
	numReasons
)

// deny is the gate's no: Kind Denied with the reason in words.
func deny(op, id string, r reason) *flusso.Error {
	return &flusso.Error{Op: op, ID: id, Kind: flusso.Denied, What: reasons[r].what, Hint: reasons[r].hint}
}

type words struct{ what, hint flusso.Text }

var reasons = [numReasons]words{
	reasonClass: {
		flusso.Text{It: "classe di destinatario sconosciuta", En: "unknown class of recipient"},
		flusso.Text{It: "le classi sono inps, ade, gdf, comune, ministero, ente, mef, regione", En: "the classes are inps, ade, gdf, comune, ministero, ente, mef, regione"},
	},
	reasonLevel: {
		flusso.Text{It: "livello di visibilità sconosciuto", En: "unknown level of visibility"},
		flusso.Text{It: "i livelli sono totale, totale_proprio_ente, individuale_anonimo, aggregato, nessuno", En: "the levels are totale, totale_proprio_ente, individuale_anonimo, aggregato, nessuno"},
	},
	reasonTipo: {
		flusso.Text{It: "tipo di flusso non indicato o diverso da quello della vista", En: "the kind of flow is missing or is not the view's"},
		flusso.Text{It: "aprire una vista per ogni tipo: PS_PSA_SINA, SINBA, ritorno", En: "open one view for each kind: PS_PSA_SINA, SINBA, ritorno"},
	},
	reasonDate: {
		flusso.Text{It: "manca la data a cui gli atti devono essere validi", En: "the date at which acts must be valid is missing"},
		flusso.Text{It: "è un difetto di flussi: segnalarlo", En: "this is a defect of flussi: report it"},
	},
	reasonDataset: {
		flusso.Text{It: "il dataset non è di questo tipo di flusso e di questo livello", En: "the dataset is not one of this kind of flow and level"},
		flusso.Text{It: "prestazioni e sinba hanno una riga per prestazione; quadro e quadro-sinba sono tavole (aggregato); liste-selettive è di PS_PSA_SINA a livello totale; un altro nome è di prestazioni, mai di SINBA", En: "prestazioni and sinba have a row for each benefit; quadro and quadro-sinba are tables (aggregato); liste-selettive is of PS_PSA_SINA at level totale; any other name is of prestazioni, never of SINBA"},
	},
	reasonNessuno: {
		flusso.Text{It: "il livello chiesto è nessuno", En: "the level asked for is nessuno"},
		flusso.Text{It: "togliere il dataset dal destinatario, o chiedere un livello che la matrice gli dà", En: "take the dataset off the recipient, or ask for a level that the matrix gives it"},
	},
	reasonMatrix: {
		flusso.Text{It: "la matrice di visibilità non dà questo livello a questa classe", En: "the visibility matrix does not give this class this level"},
		flusso.Text{It: "flussi explain dice che cosa vede il destinatario, e perché", En: "flussi explain says what the recipient sees, and why"},
	},
	reasonListe: {
		flusso.Text{It: "la matrice non dà a questa classe le liste selettive", En: "the matrix does not give this class selective lists"},
		flusso.Text{It: "flussi explain dice a chi sono date; un altro dataset non ne ha bisogno", En: "flussi explain tells to whom they are given; no other dataset needs them"},
	},
	reasonNoAgreement: {
		flusso.Text{It: "il destinatario non ha una convenzione", En: "the recipient has no agreement"},
		flusso.Text{It: "indicare agreement nel destinatario, con atto, finalità e date", En: "give the recipient an agreement, with act, purpose and dates"},
	},
	reasonAgreementIncomplete: {
		flusso.Text{It: "la convenzione è incompleta", En: "the agreement is incomplete"},
		flusso.Text{It: "servono with, act, purpose, from e to", En: "with, act, purpose, from and to are needed"},
	},
	reasonAgreementEarly: {
		flusso.Text{It: "la convenzione non è ancora in vigore", En: "the agreement is not in force yet"},
		flusso.Text{It: "attendere la data from, o correggerla secondo l'atto", En: "wait for its from date, or correct it after the act"},
	},
	reasonAgreementExpired: {
		flusso.Text{It: "la convenzione è scaduta", En: "the agreement has expired"},
		flusso.Text{It: "rinnovarla e indicare la nuova data to", En: "renew it and give the new to date"},
	},
	reasonTerritoryMissing: {
		flusso.Text{It: "manca l'ambito territoriale del destinatario", En: "the recipient's territory is missing"},
		flusso.Text{It: "una regione vuole territory.regione, un comune territory.comune (o ambito, o provincia)", En: "a regione needs territory.regione, a comune territory.comune (or ambito, or provincia)"},
	},
	reasonTerritoryUnknown: {
		flusso.Text{It: "l'ambito territoriale del destinatario è sconosciuto", En: "the recipient's territory is unknown"},
		flusso.Text{It: "regione: NUTS 2 (ITI4) o due cifre ISTAT; provincia: tre cifre ISTAT; comune: sei cifre ISTAT o codice Belfiore", En: "regione: NUTS 2 (ITI4) or two ISTAT digits; provincia: three ISTAT digits; comune: six ISTAT digits or Belfiore code"},
	},
	reasonAmbitoUnknown: {
		flusso.Text{It: "l'ambito del destinatario non è nella tavola degli ambiti", En: "the recipient's ambito is not in the table of ambiti"},
		flusso.Text{It: "indicare in tables.ambiti una tavola che abbia il codice di territory.ambito", En: "give tables.ambiti a table that has the code of territory.ambito"},
	},
	reasonEnteMissing: {
		flusso.Text{It: "manca l'ente di cui il destinatario vede le proprie prestazioni", En: "the Ente whose own benefits the recipient sees is missing"},
		flusso.Text{It: "indicare ente nel destinatario, come lo scrive Ente/@Codice", En: "give the recipient an ente, as Ente/@Codice writes it"},
	},
	reasonTwoHats: {
		flusso.Text{It: "il destinatario è insieme chi programma e chi eroga", En: "the recipient is planner and payer at once"},
		flusso.Text{It: "fare due destinatari: class ente con il solo ente, e un'altra classe con il solo territory", En: "make two recipients: class ente with ente alone, and another class with territory alone"},
	},
	reasonSchemeMissing: {
		flusso.Text{It: "i codici che collegano vogliono uno schema congelato", En: "linkable codes need a frozen scheme"},
		flusso.Text{It: "farlo con flussi scheme fit e indicarlo in schemes del destinatario", En: "make one with flussi scheme fit and name it in the recipient's schemes"},
	},
	reasonSchemeOther: {
		flusso.Text{It: "lo schema è di un altro flusso o di un altro tipo di righe", En: "the scheme is of another flow or another kind of rows"},
		flusso.Text{It: "indicare uno schema fatto per questo dataset e per questa linkability: flussi scheme show lo dice", En: "give a scheme made for this dataset and this linkability: flussi scheme show tells"},
	},
	reasonSchemeSchema: {
		flusso.Text{It: "lo schema è fatto con altri attributi o altre gerarchie", En: "the scheme was made with other attributes or hierarchies"},
		flusso.Text{It: "rifarlo con flussi scheme fit: matrice, tabelle di codici o ambiti sono cambiati", En: "make it anew with flussi scheme fit: matrix, code tables or ambiti have changed"},
	},
	reasonSchemeEarly: {
		flusso.Text{It: "lo schema non vale ancora", En: "the scheme is not valid yet"},
		flusso.Text{It: "attendere la sua data, o indicare quello precedente", En: "wait for its date, or give the one before it"},
	},
	reasonSchemeExpired: {
		flusso.Text{It: "lo schema è scaduto", En: "the scheme has expired"},
		flusso.Text{It: "farne uno nuovo con flussi scheme fit, su dati più recenti", En: "make a new one with flussi scheme fit, on more recent data"},
	},
	reasonSchemeK: {
		flusso.Text{It: "lo schema ha un k minore di quello chiesto", En: "the scheme has a smaller k than is asked for"},
		flusso.Text{It: "rifarlo con flussi scheme fit", En: "make it anew with flussi scheme fit"},
	},
	reasonLinkability: {
		flusso.Text{It: "criterio di collegamento sconosciuto", En: "unknown policy of linking"},
		flusso.Text{It: "scrivere linkability: none, period o window", En: "write linkability: none, period or window"},
	},
	reasonCodesBodies: {
		flusso.Text{It: "codici stabili: non si sa chi custodisce la chiave, o chi esegue flussi", En: "stable codes: it is not known who keeps the key, or who runs flussi"},
		flusso.Text{It: "scrivere codice e denominazione in ente e in key_holders", En: "write codice and denominazione in ente and in key_holders"},
	},
	reasonCodesKeeper: {
		flusso.Text{It: "codici stabili: chi custodisce la chiave è, per codice, nome o accordo, il destinatario, che ricalcolerebbe ogni codice", En: "stable codes: who keeps the key is, by code, name or agreement, the recipient, which could compute every code"},
		flusso.Text{It: "scrivere in key_holder un altro ente, o linkability: period", En: "write another body into key_holder, or linkability: period"},
	},
	reasonCodesHouse: {
		flusso.Text{It: "codici stabili: il destinatario è, per codice, nome o accordo, l'ente che esegue flussi, che può leggere la chiave", En: "stable codes: the recipient is, by code, name or agreement, the body that runs flussi, which can read the key"},
		flusso.Text{It: "scrivere linkability: period o none; codici oltre una pubblicazione può darli solo un flussi che esegue un altro ente", En: "write linkability: period or none; only a flussi that another body runs can give codes beyond a release"},
	},
	reasonCodesIdentified: {
		flusso.Text{It: "codici stabili: la matrice dà a questa classe anche righe con i nomi, e da quelle leggerebbe i codici", En: "stable codes: the matrix gives this class rows with names too, and by those it would read the codes"},
		flusso.Text{It: "scrivere linkability: none", En: "write linkability: none"},
	},
	reasonCodesPayer: {
		flusso.Text{It: "codici stabili: un comune, come un ambito, eroga anch'esso, e dalle proprie righe leggerebbe i codici e le altre prestazioni delle stesse persone", En: "stable codes: a comune, and so an ambito, pays benefits too, and by its own rows it would read the codes and the same persons' other benefits"},
		flusso.Text{It: "scrivere linkability: none", En: "write linkability: none"},
	},
	reasonCodesOther: {
		flusso.Text{It: "codici stabili: lo stesso ente, per codice, nome o accordo, è anche un altro destinatario, che riceve o può ricevere righe con i nomi", En: "stable codes: the same body is, by code, name or agreement, another recipient too, which gets or may get rows with names"},
		flusso.Text{It: "scrivere linkability: none, o togliere l'altro destinatario; se gli enti sono davvero due, dare a ciascuno il suo accordo (agreements: with)", En: "write linkability: none, or take the other recipient out; where they are two bodies indeed, give each its own agreement (agreements: with)"},
	},
	reasonCodesKey: {
		flusso.Text{It: "codici stabili: manca la chiave", En: "stable codes: the key is missing"},
		flusso.Text{It: "farla con flussi keys make CUSTODE --escrow FILE.age", En: "make it with flussi keys make HOLDER --escrow FILE.age"},
	},
	reasonNoiseBeside: {
		flusso.Text{It: "tavole con rumore non vanno con righe individuali delle stesse persone: queste le conterebbero esatte", En: "tables with noise do not go with individual rows of the same persons: those would count them exactly"},
		flusso.Text{It: "togliere noise dal file delle tavole, o dal destinatario il dataset individuale", En: "take noise out of the file of tables, or the individual dataset out of the recipient"},
	},
	reasonNoiseKey: {
		flusso.Text{It: "il rumore vuole una chiave che resti: rifatto ogni volta, la media lo toglierebbe", En: "noise needs a key that stays: drawn anew each time, it would average out"},
		flusso.Text{It: "indicare --key FILE, sempre lo stesso", En: "give --key FILE, always the same"},
	},
	reasonCubesAmbiti: {
		flusso.Text{It: "le tavole per ambito vogliono la tavola degli ambiti", En: "tables by ambito need the table of ambiti"},
		flusso.Text{It: "indicarla in tables: {ambiti: FILE}, o togliere l'ambito dalle dimensioni", En: "give it in tables: {ambiti: FILE}, or take the ambito out of the dimensions"},
	},
	reasonCubes: {
		flusso.Text{It: "le tavole dichiarate hanno una dimensione che questo tipo di flusso non ha", En: "the tables declared have a dimension that this kind of flow has not"},
		flusso.Text{It: "togliere la dimensione dal file delle tavole: SINBA ha prestazione, sezione, eta", En: "take the dimension out of the file of tables: SINBA has prestazione, sezione, eta"},
	},
	reasonThreshold: {
		flusso.Text{It: "la soglia k è inferiore a 3", En: "the threshold k is below 3"},
		flusso.Text{It: "le regole deontologiche Sistan (art. 5) vogliono almeno 3; il valore predefinito è 5", En: "the Sistan rules (art. 5) ask for at least 3; the default is 5"},
	},
	reasonKey: {
		flusso.Text{It: "manca la chiave del rilascio, o è più corta di 32 byte", En: "the release key is missing or shorter than 32 bytes"},
		flusso.Text{It: "fare una chiave casuale per ogni rilascio e distruggerla alla chiusura", En: "make a random key for each release and destroy it at its close"},
	},
	reasonIdentifiedRitorno: {
		flusso.Text{It: "il flusso di ritorno è già anonimo: non ne esistono viste identificate", En: "the return flow is anonymous already: it has no identified views"},
		flusso.Text{It: "chiedere individuale_anonimo o aggregato", En: "ask for individuale_anonimo or aggregato"},
	},
	reasonRelayIdentified: {
		flusso.Text{It: "di un flusso inoltrato non resta alcuna vista identificata", En: "no identified view of a relayed flow remains"},
		flusso.Text{It: "totale, per un inoltro, è il file stesso (Forward); con delega può restare una vista anonima", En: "totale, for a relay, is the file itself (Forward); with a delega an anonymous view may remain"},
	},
	reasonNoDelega: {
		flusso.Text{It: "nessuna delega di questo ente: del flusso inoltrato non resta nulla", En: "no delega of this Ente: nothing of the relayed flow remains"},
		flusso.Text{It: "depositare l'atto dell'ente nella cartella delle deleghe", En: "put the Ente's act in the folder of deleghe"},
	},
	reasonDelegaIncomplete: {
		flusso.Text{It: "la delega è incompleta", En: "the delega is incomplete"},
		flusso.Text{It: "servono atto, finalita, categorie, operazioni, from e to", En: "atto, finalita, categorie, operazioni, from and to are needed"},
	},
	reasonDelegaOperation: {
		flusso.Text{It: "la delega non nomina questa operazione", En: "the delega does not name this operation"},
		flusso.Text{It: "l'atto deve elencarla in operazioni: vista_anonima per una vista di programmazione", En: "the act must list it under operazioni: vista_anonima for a planning view"},
	},
	reasonDelegaEarly: {
		flusso.Text{It: "la delega non è ancora in vigore", En: "the delega is not in force yet"},
		flusso.Text{It: "attendere la data from, o correggerla secondo l'atto", En: "wait for its from date, or correct it after the act"},
	},
	reasonDelegaExpired: {
		flusso.Text{It: "la delega è scaduta", En: "the delega has expired"},
		flusso.Text{It: "chiedere all'ente il rinnovo e indicare la nuova data to", En: "ask the Ente to renew it and give the new to date"},
	},
	reasonDelegaCategories: {
		flusso.Text{It: "la delega non comprende le categorie di dati della vista", En: "the delega does not cover the view's categories of data"},
		flusso.Text{It: "senza la categoria tipologia non c'è vista; le altre che mancano si tolgono aprendo la vista con i suoi titolari", En: "without the category tipologia there is no view; others that are missing are left out when the view is opened with its titolari"},
	},
	reasonForwardClass: {
		flusso.Text{It: "un file intero può passare solo verso l'INPS", En: "a whole file may pass to INPS only"},
		flusso.Text{It: "per gli altri destinatari aprire una vista", En: "open a view for other recipients"},
	},
	reasonForwardTipo: {
		flusso.Text{It: "all'INPS passano soltanto flussi PS_PSA_SINA e SINBA", En: "only PS_PSA_SINA and SINBA flows pass to INPS"},
		flusso.Text{It: "il flusso di ritorno resta alla Regione", En: "the return flow stays with the Region"},
	},
	reasonForwardFile: {
		flusso.Text{It: "manca l'ente o l'impronta SHA-256 del file da inoltrare", En: "the Ente or the SHA-256 of the file to forward is missing"},
		flusso.Text{It: "il permesso vale per un file solo: indicarne ente e impronta", En: "the permission is for one file: give its Ente and its hash"},
	},
}
