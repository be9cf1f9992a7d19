package dataset

import "flussi/internal/flusso"

// The words of the report's page.

var (
	textInner = flusso.Text{
		It: "Forma interna: i numeri sono esatti. Resta presso chi ha prodotto il rilascio e non va consegnata al destinatario.",
		En: "Inner form: the numbers are exact. It stays with whoever made the release and is not handed to the recipient.",
	}
	textOuter = flusso.Text{
		It: "Forma per il destinatario: ciò che si dice delle righe pubblicate lo conta chiunque le abbia; ogni altro conteggio è arrotondato per eccesso a multipli di %d, e ciò che farebbe risalire a numeri piccoli non è detto.",
		En: "Form for the recipient: what is said of the published rows anybody who has them can count; every other count is rounded up to a multiple of %d, and what would lead back to small numbers is not said.",
	}
	textVerdictRows = flusso.Text{
		It: "k = %d: ogni combinazione pubblicata di quasi-identificatori è condivisa da almeno altrettante persone. Righe pubblicate: %s; la classe più piccola ne ha %d.",
		En: "k = %d: every published combination of quasi-identifiers is shared by at least as many persons. Rows published: %s; the smallest class has %d.",
	}
	textVerdictCells = flusso.Text{
		It: "Soglia %d: nessuna cella pubblicata conta meno persone, nessuna cella soppressa si ricalcola. Celle pubblicate: %s; soppresse: %s.",
		En: "Threshold %d: no published cell counts fewer persons, no suppressed cell can be computed. Cells published: %s; suppressed: %s.",
	}
	textVerdictNoise = flusso.Text{
		It: "Ogni conteggio pubblicato differisce dal vero al più di %d, sempre allo stesso modo per le stesse persone; nessuno è soppresso, e i totali non sono la somma delle parti.",
		En: "Every count published differs from the true one by at most %d, always alike for the same persons; none is suppressed, and totals are not the sums of their parts.",
	}
	textVerdictNamed = flusso.Text{
		It: "Livello %s: dati non anonimi, comunicati in forza del titolo indicato. Non si applicano soglie.",
		En: "Level %s: data that are not anonymous, disclosed under the act named. No threshold applies.",
	}

	textFactRecipient   = flusso.Text{It: "destinatario", En: "recipient"}
	textFactClass       = flusso.Text{It: "classe", En: "class"}
	textFactTerritory   = flusso.Text{It: "territorio o ente", En: "territory or Ente"}
	textFactDataset     = flusso.Text{It: "dataset", En: "dataset"}
	textFactLevel       = flusso.Text{It: "livello", En: "level"}
	textFactRelease     = flusso.Text{It: "rilascio", En: "release"}
	textFactPeriod      = flusso.Text{It: "periodo", En: "period"}
	textFactAgreement   = flusso.Text{It: "titolo", En: "agreement"}
	textFactPurpose     = flusso.Text{It: "finalità", En: "purpose"}
	textFactMatrix      = flusso.Text{It: "versione della scheda di visibilità", En: "version of the visibility sheet"}
	textFactScheme      = flusso.Text{It: "schema di anonimizzazione", En: "scheme"}
	textFactSchemeHash  = flusso.Text{It: "impronta dello schema (SHA-256)", En: "the scheme's SHA-256"}
	textFactK           = flusso.Text{It: "k (persone)", En: "k (persons)"}
	textFactLinkability = flusso.Text{It: "codici stabili", En: "linkability"}
	textFactKeyHolder   = flusso.Text{It: "chi custodisce la chiave", En: "who keeps the key"}
	textFactKeyID       = flusso.Text{It: "chiave dei codici", En: "key of the codes"}
	textFactRows        = flusso.Text{It: "righe pubblicate", En: "rows published"}
	textFactIn          = flusso.Text{It: "record entrati", En: "records in"}
	textFactDuplicate   = flusso.Text{It: "ripetuti", En: "repeated"}
	textFactWithdrawn   = flusso.Text{It: "annullati", En: "withdrawn"}
	textFactDisclosed   = flusso.Text{It: "divulgati", En: "disclosed"}
	textFactOutside     = flusso.Text{It: "fuori territorio", En: "out of territory"}
	textFactRejected    = flusso.Text{It: "respinti", En: "rejected"}

	textClassesChart = flusso.Text{It: "Righe pubblicate per dimensione della classe (tra parentesi le classi)", En: "Published rows by size of class (classes in brackets)"}
	textBeforeChart  = flusso.Text{It: "Prima: righe per persone della classe (tra parentesi le classi)", En: "Before: rows by persons of the class (classes in brackets)"}
	textAfterChart   = flusso.Text{It: "Dopo: righe per persone della classe (tra parentesi le classi)", En: "After: rows by persons of the class (classes in brackets)"}
	textDrawnBands   = flusso.Text{It: "una barra per fascia di dimensione, lunga quanto le sue righe", En: "one bar for each band of sizes, as long as its rows"}
	textStepsChart   = flusso.Text{It: "Righe per gradino", En: "Rows by step"}
	textDrawnSteps   = flusso.Text{It: "una barra per gradino, lunga quanto le sue righe", En: "one bar for each step, as long as its rows"}
	textUtilityChart = flusso.Text{It: "Granularità delle righe pubblicate, per colonna (1 = pieno dettaglio)", En: "Granularity of the published rows, by column (1 = full detail)"}
	textDrawnUtility = flusso.Text{It: "una barra per colonna, da 0 a 1", En: "one bar for each column, from 0 to 1"}

	textClassesOfPersons = flusso.Text{
		It: "Ogni riga è una persona con un codice, e porta le sue prestazioni. Una classe sono le persone uguali in tutte le loro righe: si contano i codici, come li conta chi ha il rilascio, e non sono mai meno di k.",
		En: "Each row is a person with a code, benefits included. A class is the persons alike in all their rows: codes are counted, as whoever has the release counts them, and there are never fewer than k.",
	}

	textBlanked    = flusso.Text{It: "righe pubblicate senza un valore sensibile che tutta la classe condivideva", En: "rows published without a sensitive value that their whole class shared"}
	textProsecutor = flusso.Text{It: "procuratore, massimo (chi sa che la persona è nei dati)", En: "prosecutor, largest (knows that the person is in the data)"}
	textJournalist = flusso.Text{It: "giornalista, massimo (chi non lo sa)", En: "journalist, largest (does not know)"}
	textMarketer   = flusso.Text{It: "venditore (quota attesa di abbinamenti giusti)", En: "marketer (expected share of right matches)"}
	textUniques    = flusso.Text{It: "persone uniche", En: "unique persons"}

	textJointPersons    = flusso.Text{It: "persone pubblicate", En: "persons published"}
	textJointCoarsened  = flusso.Text{It: "più generalizzate di quanto chieda questo rilascio da solo", En: "coarser than this release alone would ask"}
	textJointSuppressed = flusso.Text{It: "trattenute: la loro sequenza di classi è troppo rara", En: "kept back: their sequence of classes is too rare"}
	textJointHidden     = flusso.Text{It: "trattenute perché chi manca sia almeno k", En: "kept back so that those absent are at least k"}
	textJointCodes      = flusso.Text{It: "persone con un codice in tutti gli incrementi", En: "persons with a code in all increments"}
	textJointHistories  = flusso.Text{It: "sequenze diverse", En: "different sequences"}
	textJointRarest     = flusso.Text{It: "persone con la sequenza più rara", En: "persons with the rarest sequence"}
	textJointWindow     = flusso.Text{It: "rilasci precedenti confrontati, al più", En: "earlier releases compared, at most"}

	textPublishedGranularity = flusso.Text{It: "granularità delle righe pubblicate", En: "granularity of the published rows"}
	textGranularity          = flusso.Text{It: "granularità, soppresse comprese", En: "granularity, suppressed rows included"}
	textEntropy              = flusso.Text{It: "entropia non uniforme", En: "non-uniform entropy"}
	textDiscernibility       = flusso.Text{It: "discernibilità", En: "discernibility"}
	textAverageClass         = flusso.Text{It: "classe media (righe)", En: "average class (rows)"}
)

// pageWords are the page's headings and explanations, by the name that the
// template has for them.
var pageWords = map[string]flusso.Text{
	"title":             {It: "Rapporto di divulgazione", En: "Disclosure report"},
	"skip":              {It: "Vai al contenuto", En: "Skip to content"},
	"languages":         {It: "Lingua", En: "Language"},
	"what":              {It: "Che cosa è stato divulgato", En: "What was disclosed"},
	"categories":        {It: "Categorie di dati", En: "Categories of data"},
	"categoriesCaption": {It: "Livello di ogni categoria per questa classe di destinatari", En: "Level of each category for this class of recipients"},
	"category":          {It: "categoria", En: "category"},
	"level":             {It: "livello", En: "level"},
	"provenance":        {It: "da dove viene", En: "where it comes from"},
	"shown":             {It: "nel rilascio", En: "in the release"},
	"classes":           {It: "Classi", En: "Classes"},
	"classesText": {
		It: "Una classe sono le righe uguali in tutti i quasi-identificatori: ciò che un pagatore o un vicino può sapere di una prestazione. Si contano qui le righe pubblicate, come le conta chi le ha; le persone sono al più altrettante e mai meno di k.",
		En: "A class is the rows alike in all quasi-identifiers: what a payer or a neighbour may know of a benefit. Counted here are published rows, as whoever has them counts; persons are at most as many and never fewer than k.",
	},
	"diversity": {It: "Valori sensibili", En: "Sensitive values"},
	"diversityText": {
		It: "Dove tutta una classe ha lo stesso valore, saperci dentro una persona sarebbe conoscerlo: lì il valore è nascosto. Altrove ogni classe ne ha almeno quanti si dice (l-diversità distinta, e per entropia, Machanavajjhala e altri 2006). La distanza t è tra i valori di una classe e quelli di tutte (t-closeness a distanze uguali, Li e altri 2007): 0 dove la classe non insegna nulla, 1 dove è tutta diversa; la media è sulle classi.",
		En: "Where a whole class has the same value, to know that somebody is in it would be to know the value: there it is hidden. Elsewhere every class has at least as many as is said (l-diversity, distinct and by entropy, Machanavajjhala et al. 2006). The distance t is between a class's values and those of all (t-closeness with equal distances, Li et al. 2007): 0 where the class teaches nothing, 1 where it is wholly different; the mean is over classes.",
	},
	"column":        {It: "colonna", En: "column"},
	"classesShown":  {It: "classi che lo mostrano", En: "classes that show it"},
	"classesHidden": {It: "classi in cui è nascosto", En: "classes in which it is hidden"},
	"distinct":      {It: "valori diversi, almeno", En: "different values, at least"},
	"entropy":       {It: "l per entropia, almeno", En: "l by entropy, at least"},
	"closeness":     {It: "t, al massimo", En: "t, at most"},
	"meanCloseness": {It: "t, in media", En: "t, mean"},
	"joint":         {It: "Verifica congiunta con i rilasci precedenti", En: "Joint check with the releases before"},
	"jointText": {
		It: "I codici di questo rilascio valgono in tutti quelli di un anno dei dati: chi li ha tutti segue una persona dall'uno all'altro. Perciò ogni sequenza di classi pubblicate, e l'esserne assenti conta come una classe, è di almeno k persone.",
		En: "The codes of this release hold in all those of a data year: who has all of them follows a person from one to the next. So every sequence of published classes, absence counting as one, is of at least k persons.",
	},
	"ambito": {It: "ambito", En: "ambito"},
	"steps":  {It: "Gradini di generalizzazione", En: "Steps of generalisation"},
	"stepsText": {
		It: "Ogni classe troppo piccola sale insieme di gradino in gradino finché è grande abbastanza; ciò che resta troppo piccolo in fondo è soppresso.",
		En: "Every class that is too small goes up step by step until it is large enough; what is still too small at the end is suppressed.",
	},
	"step":              {It: "gradino", En: "step"},
	"rows":              {It: "righe", En: "rows"},
	"suppressed":        {It: "soppressi", En: "suppressed"},
	"suppressedCaption": {It: "Che cosa non è stato pubblicato, e perché", En: "What was not published, and why"},
	"reason":            {It: "motivo", En: "reason"},
	"count":             {It: "quanti", En: "how many"},
	"risk":              {It: "Rischio di identificazione", En: "Risk of identification"},
	"riskText": {
		It: "Per chi conosce tutti i quasi-identificatori di una persona (El Emam 2013, formule di ARX). Con classi di n persone: procuratore 1/n, al massimo 1/min n; giornalista 1/N, con N le persone uguali nella popolazione, che qui si assume essere quella dei dati, dunque lo stesso valore: con una popolazione più ampia è minore; venditore: classi / persone. Il confronto è tra le righe com'erano e come sono pubblicate.",
		En: "For somebody who knows all quasi-identifiers of a person (El Emam 2013, ARX's formulas). With classes of n persons: prosecutor 1/n, at most 1/min n; journalist 1/N, N being the persons alike in the population, which is taken here to be that of the data, hence the same value: with a larger population it is lower; marketer: classes / persons. Compared are the rows as they came and as published.",
	},
	"measure": {It: "misura", En: "measure"},
	"before":  {It: "prima", En: "before"},
	"after":   {It: "dopo", En: "after"},
	"utility": {It: "Utilità", En: "Utility"},
	"utilityText": {
		It: "Granularità: uno meno la quota media dei valori di una colonna che stanno dietro a quello pubblicato; una riga soppressa vale 0. Entropia non uniforme (Gionis e Tassa 2009): uno meno la somma di log2(f(pubblicato)/f(originale)) divisa per la stessa con tutto nascosto. Discernibilità (Bayardo e Agrawal 2005): somma dei quadrati delle classi, più tutte le righe per ogni riga soppressa. Classe media: righe pubblicate / classi. Le formule sono quelle di ARX.",
		En: "Granularity: one minus the mean share of a column's values behind the published one; a suppressed row counts 0. Non-uniform entropy (Gionis and Tassa 2009): one minus the sum of log2(f(published)/f(original)) over the same with everything hidden. Discernibility (Bayardo and Agrawal 2005): sum of the classes' squares, and all rows for each suppressed one. Average class: published rows / classes. The formulas are ARX's.",
	},
	"linkage": {It: "Confronto con gli altri destinatari", En: "Against other recipients"},
	"linkageText": {
		It: "Con i rilasci dello stesso giro fatti degli stessi record: nessun codice in comune, e ogni combinazione dei quasi-identificatori comuni presente in entrambi ha in ciascuno almeno k righe. Dimostra che unire due rilasci per codice o per valori uguali non isola nessuno; non considera chi unisce valori generalizzati in modo diverso conoscendone già altri.",
		En: "With releases of the same round made of the same records: no code in common, and every combination of the common quasi-identifiers found in both has at least k rows in each. It shows that joining two releases by code or by equal values singles nobody out; it does not consider somebody who joins values generalised differently and knows others already.",
	},
	"other":        {It: "altro rilascio", En: "other release"},
	"sharedCodes":  {It: "codici comuni", En: "shared codes"},
	"common":       {It: "colonne comuni", En: "columns in common"},
	"smallestJoin": {It: "combinazione più piccola (righe)", En: "smallest combination (rows)"},
	"loss":         {It: "Perdita per luogo e prestazione", En: "Loss by place and benefit"},
	"lossCaption":  {It: "Le combinazioni che hanno perso di più, come i dati sono arrivati", En: "The combinations that lost most, as the data came"},
	"provincia":    {It: "provincia", En: "province"},
	"prestazione":  {It: "prestazione", En: "benefit"},
	"coarsened":    {It: "generalizzate", En: "coarsened"},
	"verify":       {It: "Come verificare", En: "How to verify"},
	"verifyText": {
		It: "Dalla cartella del rilascio, senza configurazione: il primo comando ricalcola impronte, firma, classi e celle dai soli file; il secondo verifica la firma di questo rapporto con openssl. La chiave va confrontata con quella ottenuta da chi ha prodotto il rilascio per un'altra via.",
		En: "From the release's folder, without configuration: the first command recomputes hashes, signature, classes and cells from the files alone; the second verifies this report's signature with openssl. Compare the key with one obtained from whoever made the release by another way.",
	},
	"key":         {It: "chiave pubblica", En: "public key"},
	"fingerprint": {It: "impronta della chiave", En: "fingerprint of the key"},
	"made":        {It: "Prodotto da flussi. Non contiene dati personali.", En: "Made by flussi. It holds no personal data."},
}

func proofWords(lang flusso.Lang) map[string]string {
	words := make(map[string]string, len(pageWords))
	for name, t := range pageWords {
		words[name] = t.In(lang)
	}
	return words
}
