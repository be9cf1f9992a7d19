package anonymize

import (
	"fmt"
	"time"

	"flussi/internal/flusso"
)

// The texts of this room; the gate's reasons are in reasons.go, what is said
// of each field in roles.go.

var (
	textImbalance     = flusso.Text{It: "i conti della vista non quadrano: non si pubblica nulla", En: "the books of the view do not balance: nothing is published"}
	textImbalanceHint = flusso.Text{It: "è un difetto di flussi: conservare i file d'ingresso e segnalarlo", En: "this is a defect of flussi: keep the input files and report it"}

	textTooManyRows     = flusso.Text{It: "più righe di quante la vista può tenere in memoria", En: "more rows than the view may hold in memory"}
	textTooManyRowsHint = flusso.Text{It: "dividere il periodo in più rilasci", En: "divide the period into several releases"}
	textTooManyCodes    = flusso.Text{It: "troppi codici prestazione distinti: i dati non sembrano un flusso vero", En: "too many distinct benefit codes: the data do not look like a real flow"}
	textScratch         = flusso.Text{It: "lo spazio di lavoro su disco non regge: nulla è stato pubblicato", En: "the scratch space on disk does not hold: nothing was published"}
	textScratchHint     = flusso.Text{It: "liberare spazio sul disco dei dataset (in un turno: della cartella di stato) e ripetere", En: "free space on the disk of the datasets (in a run: of the state folder) and do it again"}
	textTooManyCells    = flusso.Text{It: "una tavola ha troppe celle per proteggerla", En: "a table has too many cells to protect"}
	textTooManyHint     = flusso.Text{It: "controllare i CodicePrestazione dei file d'ingresso con flussi validate", En: "check the CodicePrestazione of the input files with flussi validate"}

	textFileFaults        = flusso.Text{It: "il file ha degli errori", En: "the file has faults"}
	textFileFaultsHint    = flusso.Text{It: "correggere le righe indicate", En: "mend the lines shown"}
	textUnreadable        = flusso.Text{It: "il file non si può leggere", En: "the file cannot be read"}
	textNotYAML           = flusso.Text{It: "non è YAML valido", En: "not valid YAML"}
	textNotOneMapping     = flusso.Text{It: "serve un solo documento, di coppie chiave: valore", En: "one document of key: value pairs is needed"}
	textWantMapping       = flusso.Text{It: "qui servono coppie chiave: valore", En: "key: value pairs are needed here"}
	textWantText          = flusso.Text{It: "qui serve un testo", En: "a text is needed here"}
	textWantList          = flusso.Text{It: "qui serve una lista", En: "a list is needed here"}
	textWantDate          = flusso.Text{It: "qui serve una data AAAA-MM-GG", En: "a date YYYY-MM-DD is needed here"}
	textUnknownKey        = flusso.Text{It: "chiave sconosciuta", En: "unknown key"}
	textUnknownCategory   = flusso.Text{It: "categoria di dati sconosciuta", En: "unknown category of data"}
	textUnknownOperation  = flusso.Text{It: "operazione sconosciuta: sono trasmissione e vista_anonima", En: "unknown operation: they are trasmissione and vista_anonima"}
	textUnknownClass      = flusso.Text{It: "classe di destinatario sconosciuta", En: "unknown class of recipient"}
	textUnknownLevel      = flusso.Text{It: "livello di visibilità sconosciuto", En: "unknown level of visibility"}
	textUnknownSource     = flusso.Text{It: "la provenienza è stated, inferred o assumed", En: "provenance is stated, inferred or assumed"}
	textNoVersion         = flusso.Text{It: "manca version", En: "version is missing"}
	textNoSource          = flusso.Text{It: "la cella non dice da dove viene (source)", En: "the cell does not say where it comes from (source)"}
	textOtherBase         = flusso.Text{It: "scritto per un'altra edizione della matrice: rivedete le celle con flussi explain, poi aggiornate base", En: "written for another edition of the matrix: look at the cells again with flussi explain, then bring base up to date"}
	textNoBase            = flusso.Text{It: "manca base, l'edizione della matrice che il file modifica (flussi explain la dice)", En: "base is missing, the edition of the matrix that the file changes (flussi explain tells it)"}
	textVersionInOverride = flusso.Text{It: "la versione viene da base e dal nome del file: togliere version, indicare base", En: "the version comes from base and the file's name: take version out, give base"}
	textOpensUnstated     = flusso.Text{It: "apre più della matrice di base: serve provenance: stated, con l'atto che lo consente in source", En: "it opens more than the base does: provenance: stated is needed, with the act that allows it as source"}
	textNoAnonymousForm   = flusso.Text{It: "questa categoria indica le persone: non ha una forma anonima né aggregata", En: "this category points to persons: it has no anonymous or aggregate form"}
	textNotSensitive      = flusso.Text{It: "non è un campo sensibile (docs/visibilita.md li elenca)", En: "not a sensitive field (docs/visibility.md lists them)"}
	textUnknownTreatment  = flusso.Text{It: "il trattamento è withheld o distinct", En: "the treatment is withheld or distinct"}
	textNoTreatment       = flusso.Text{It: "servono treatment, provenance e source", En: "treatment, provenance and source are needed"}
	textBadL              = flusso.Text{It: "l va con treatment: distinct, da 2 a 9", En: "l goes with treatment: distinct, from 2 to 9"}
	textCannotLeave       = flusso.Text{It: "questo campo si ripete nel record: in una riga anonima non ha forma", En: "this field repeats in a record: it has no form in an anonymous row"}
	textTooManyDistinct   = flusso.Text{It: "il campo ha meno valori di l", En: "the field has fewer values than l"}
	textClassTwice        = flusso.Text{It: "la classe compare due volte", En: "the class is there twice"}
	textCellTwice         = flusso.Text{It: "la cella compare due volte", En: "the cell is there twice"}
)

// What is said of a table of ambiti.
var (
	textAmbitiHeader     = flusso.Text{It: "la prima riga dev'essere codice;denominazione;comune;dal;al", En: "the first line must be codice;denominazione;comune;dal;al"}
	textAmbitiRow        = flusso.Text{It: "servono cinque valori separati da punto e virgola", En: "five values with semicolons between them are needed"}
	textAmbitiEmpty      = flusso.Text{It: "la tavola non ha righe", En: "the table has no lines"}
	textAmbitiDays       = flusso.Text{It: "dal e al sono il primo e l'ultimo giorno, AAAA-MM-GG; al vuoto se il comune vi appartiene ancora", En: "dal and al are the first and the last day, YYYY-MM-DD; al is empty where the comune still belongs"}
	textAmbitiComune     = flusso.Text{It: "nel giorno dal non esiste un comune con questo codice, Belfiore o ISTAT di sei cifre", En: "on the day dal no comune has this code, Belfiore or six ISTAT digits"}
	textAmbitiCode       = flusso.Text{It: "il codice ha da 1 a 32 lettere, cifre, punti o trattini", En: "a codice has 1 to 32 letters, digits, dots or hyphens"}
	textAmbitiName       = flusso.Text{It: "la denominazione ha da 1 a 200 caratteri", En: "a denominazione has 1 to 200 characters"}
	textAmbitiMany       = flusso.Text{It: "più di 1000 ambiti", En: "more than 1000 ambiti"}
	textAmbitiTwoNames   = flusso.Text{It: "lo stesso codice ha un'altra denominazione in una riga precedente", En: "the same codice has another denominazione in an earlier line"}
	textAmbitiTwoRegions = flusso.Text{It: "un ambito non può essere in due regioni", En: "an ambito cannot be in two regions"}
)

func textAmbitiOverlap(line int) flusso.Text {
	return flusso.Text{
		It: fmt.Sprintf("il comune è già in un ambito in questi giorni (riga %d)", line),
		En: fmt.Sprintf("the comune is in an ambito already on these days (line %d)", line),
	}
}

func textAmbitiGap(nome, belfiore string, day int32) flusso.Text {
	date := time.Unix(int64(day)*86400, 0).UTC().Format(time.DateOnly)
	return flusso.Text{
		It: fmt.Sprintf("%s (%s) dal %s non è in alcun ambito, e la tavola comprende la sua regione", nome, belfiore, date),
		En: fmt.Sprintf("%s (%s) is in no ambito from %s, and the table covers its region", nome, belfiore, date),
	}
}

// What explain says.
var (
	textExplainHead       = flusso.Text{It: "Che cosa vede il destinatario %s (classe %s), matrice %s:\n", En: "What recipient %s (class %s) sees, matrix %s:\n"}
	textExplainFields     = flusso.Text{It: "\nOgni campo, nelle viste anonime, e perché:\n", En: "\nEvery field, in anonymous views, and why:\n"}
	textExplainOwn        = flusso.Text{It: "\nNella vista delle proprie prestazioni restano fuori, perché escono solo con il livello totale: %s.\n", En: "\nThe view of its own benefits leaves out, because they leave at level totale only: %s.\n"}
	textExplainTables     = flusso.Text{It: "\nNelle tavole (aggregato): conteggi e importi per prestazione e provincia; si sopprimono le celle sotto %d persone, quelle in cui una persona ha più dell'85%% dell'importo, e le altre che le farebbero ricalcolare.\n", En: "\nIn tables (aggregato): counts and amounts by benefit and province; suppressed are cells under %d persons, those in which one person has more than 85%% of the amount, and others that would let them be computed.\n"}
	textExplainLadder     = flusso.Text{It: "\nUna classe di meno di %d persone sale per questi gradini, finché basta:\n", En: "\nA class of fewer than %d persons climbs these steps until it is large enough:\n"}
	textExplainDrop       = flusso.Text{It: "infine, se anche così è troppo piccola, la riga non esce.", En: "at last, where even so it is too small, the row does not leave."}
	textWithheld          = flusso.Text{It: "tolto: la matrice non dà la categoria ", En: "gone: the matrix does not give the category "}
	textChangedBy         = flusso.Text{It: "modificato da %s", En: "changed by %s"}
	textNoLevel           = flusso.Text{It: "la matrice non dà questo livello a questa classe", En: "the matrix does not give this class this level"}
	textTotalOnly         = flusso.Text{It: "tolto: esce solo con il livello totale, perché riguarda una persona diversa dal beneficiario o è testo libero", En: "gone: it leaves at level totale only, for it is about a person other than the beneficiary, or free text"}
	textAsItIs            = flusso.Text{It: "com'è", En: "as it is"}
	goneTables            = flusso.Text{It: "tolto: le tavole non contano per questo campo", En: "gone: tables do not count by this field"}
	asCell                = flusso.Text{It: "nelle tavole: vi si contano o sommano le celle, quelle piccole soppresse", En: "in tables: cells are counted by it or summed from it, small ones suppressed"}
	textDistinct          = flusso.Text{It: "%s; sensibile: esce dove la classe ha almeno %d valori diversi, nessuno di tutti", En: "%s; sensitive: it leaves where the class has at least %d different values, none of them everybody's"}
	textSensitiveGone     = flusso.Text{It: "tolto: dato sensibile", En: "gone: sensitive"}
	textSensitivePresence = flusso.Text{It: "solo %s; il valore è tolto, dato sensibile", En: "only %s; the value is gone, sensitive"}
	textExplainNone       = flusso.Text{It: "la matrice non dice nulla di questa classe: non esce nulla", En: "the matrix says nothing of this class: nothing leaves"}
)

var levelTexts = [...]flusso.Text{
	Nessuno:            {It: "nulla", En: "nothing"},
	Aggregato:          {It: "solo tavole, senza singole righe", En: "tables only, no single rows"},
	IndividualeAnonimo: {It: "singole righe anonime, del proprio territorio", En: "single anonymous rows, of its own territory"},
	TotaleProprioEnte:  {It: "tutto, delle sole prestazioni erogate dal proprio ente", En: "everything, of the benefits its own Ente paid"},
	Totale:             {It: "tutto", En: "everything"},
}

var categoryTexts = [...]flusso.Text{
	DatiEnte:         {It: "dati identificativi dell'ente erogatore", En: "identity of the paying Ente"},
	DatiBeneficiario: {It: "dati identificativi del beneficiario", En: "identity of the beneficiary"},
	Tipologia:        {It: "tipologia di prestazione", En: "kind of benefit"},
	Caratteristiche:  {It: "caratteristiche e valore economico", En: "characteristics and value"},
	ValoreISEE:       {It: "valore sintetico ISEE, ISR, ISP", En: "summary ISEE, ISR, ISP values"},
	Nucleo:           {It: "consistenza del nucleo e classe di età", En: "household size and age class"},
	DSU:              {It: "informazioni analitiche della DSU", En: "details of the DSU"},
	ListeSelettive:   {It: "liste selettive di beneficiari", En: "selective lists of beneficiaries"},
}

var provenanceTexts = map[string]flusso.Text{
	"stated":   {It: "lo dice il testo", En: "the text says so"},
	"inferred": {It: "ricavato dai testi", En: "inferred from the texts"},
	"assumed":  {It: "assunto, in mancanza di testo", En: "assumed, for want of a text"},
}

// sourceTexts are the texts from which the embedded matrix is derived: the
// colours of the sheet (DD INPS 8/2015, Allegato B) are not legible in any copy
// at hand.
var sourceTexts = map[string]flusso.Text{
	"E1": {
		It: "D.I. 206/2014, come riportato: INPS, Agenzia delle Entrate e Guardia di Finanza accedono alla banca dati PSA per i controlli (D.M. 8/3/2013, art. 4)",
		En: "D.I. 206/2014 as reported: INPS, Agenzia delle Entrate and Guardia di Finanza access the PSA database for checks (D.M. 8/3/2013, art. 4)",
	},
	"E2": {
		It: "gli enti erogatori vedono le prestazioni che erogano; INPS forma le liste selettive e le consegna alla Guardia di Finanza",
		En: "paying bodies see the benefits they pay; INPS builds the selective lists and hands them to the Guardia di Finanza",
	},
	"E3": {
		It: "D.I. 206/2014 e parere del Garante 23/1/2014 n. 26: ministeri, Regioni, Province autonome e Comuni hanno dati individuali privi di ogni riferimento alle persone, non identificabili, del proprio territorio",
		En: "D.I. 206/2014 and the Garante's opinion of 23/1/2014 n. 26: ministries, Regioni, Province autonome and Comuni get individual data without any reference to the persons, not identifiable, of their own territory",
	},
	"E4": {
		It: "linee guida 2017, par. 2.1 e 3.1: le Regioni hanno solo dati aggregati o individuali anonimi, anche quando inoltrano i flussi dei Comuni",
		En: "guidelines of 2017, par. 2.1 and 3.1: Regioni get aggregate or individual anonymous data only, also when they relay the Comuni's flows",
	},
	"E5": {
		It: "prassi: un Comune vede le prestazioni erogate da INPS o da sé",
		En: "practice: a Comune sees benefits paid by INPS or by itself",
	},
}

// noteTexts say of a cell what its source does not.
var noteTexts = map[string]flusso.Text{
	"inps_builds":       {It: "le forma INPS", En: "INPS builds them"},
	"inps_hands_over":   {It: "INPS gliele consegna", En: "INPS hands them over"},
	"checks_only":       {It: "solo per controlli, secondo le regole dell'ISEE", En: "for checks only, under the rules on ISEE"},
	"ente_type":         {It: "dell'ente che paga si mostra il tipo: uno piccolo tradirebbe le persone", En: "the paying Ente is shown as its type, for a small one would give people away"},
	"dsu_person":        {It: "i dettagli di una dichiarazione indicano una persona", En: "details of a declaration point to a person"},
	"anonymous_forbids": {It: "i dati individuali anonimi lo escludono", En: "individual anonymous data forbid it"},
	"narrower":          {It: "legenda della scheda; E3 forse consente di più, si tiene la lettura più stretta", En: "legend of the sheet; E3 may allow more, the narrower reading is kept"},
	"gdf_alone":         {It: "nessun testo le concede; E2 nomina la sola Guardia di Finanza", En: "no text gives them; E2 names the Guardia di Finanza alone"},
}

var roleTexts = [...]flusso.Text{
	DirectIdentifier: {It: "identificativo diretto", En: "direct identifier"},
	QuasiIdentifier:  {It: "quasi-identificativo", En: "quasi-identifier"},
	SensitiveValue:   {It: "dato sensibile", En: "sensitive"},
	Measure:          {It: "misura", En: "measure"},
	FreeText:         {It: "testo libero", En: "free text"},
	Technical:        {It: "dato tecnico", En: "technical"},
}

// textSilent is in the notes of rows without sensitive values.
var textSilent = flusso.Text{
	It: "i valori sensibili sono nascosti (*): delle stesse persone li riceve, in righe, un altro destinatario, e dal confronto tra due rilasci si apprenderebbero quelli di poche persone",
	En: "sensitive values are hidden (*): another recipient is told those of the same persons, in rows, and from two releases side by side those of few persons could be learnt",
}
