package dataset

import "flussi/internal/flusso"

// The words of the page that describes a release.

var (
	textOverviewRowsBenefits = flusso.Text{
		It: "Una riga è una prestazione, non una persona: una persona con tre prestazioni ha tre righe.",
		En: "A row is a benefit, not a person: a person with three benefits has three rows.",
	}
	textOverviewRowsPersons = flusso.Text{
		It: "Una riga è una persona in un anno, con tutte le sue prestazioni.",
		En: "A row is a person in a year, with all benefits of theirs.",
	}
	textOverviewRowsFigures = flusso.Text{
		It: "Tavole: i numeri sono quelli pubblicati. Nessuno è una somma fatta qui, perché dove una cella è soppressa la somma sarebbe falsa.",
		En: "Tables: the numbers are the published ones. None was added up here, for where a cell is suppressed the sum would be false.",
	}
	textOverviewRowsNoisy = flusso.Text{
		It: "Tavole con rumore: ogni conteggio differisce un poco dal vero, e i totali non sono la somma delle parti.",
		En: "Tables with noise: every count differs a little from the true one, and totals are not the sums of their parts.",
	}
	textOverviewContents = flusso.Text{It: "Contenuto", En: "Contents"}
	textOverviewSkip     = flusso.Text{It: "Vai al contenuto", En: "Skip to content"}
	textOverviewNumbers  = flusso.Text{It: "I numeri", En: "The numbers"}
	textOverviewMade     = flusso.Text{
		It: "Fatta da flussi con i soli file del rilascio %s e, per i tassi, la tavola dei residenti che ha accanto; che siano quelli pubblicati lo dice «flussi dataset check». Non contiene dati personali che il rilascio non contenga.",
		En: "Made by flussi of the files of release %s and, for rates, the table of residents beside it; whether they are the published ones is for “flussi dataset check” to say. It holds no personal data that the release does not hold.",
	}
	textOverviewCut = flusso.Text{It: "Sono le prime %s righe di %s; le altre sono nei dati.", En: "These are the first %s rows of %s; the others are in the data."}

	textFactKeyPrint = flusso.Text{It: "impronta della chiave che ha firmato", En: "fingerprint of the signing key"}

	textOverviewMonths     = flusso.Text{It: "Copertura per mese", En: "Coverage by month"}
	textOverviewMonthsText = flusso.Text{
		It: "Il mese è quello di inizio della prestazione o, se non c'è, di erogazione. Un mese vuoto può voler dire che nessuno ha inviato, non che nessuno ha ricevuto. Nelle classi piccole il mese diventa un trimestre (AAAA-Tn) o è nascosto: quelle righe sono nella tabella, non nel grafico.",
		En: "The month is that of the benefit's start or, without one, of its payment. An empty month may mean that nobody sent, not that nobody received. In small classes the month becomes a quarter (YYYY-Tn) or is hidden: those rows are in the table, not in the chart.",
	}
	textOverviewMonthsChart = flusso.Text{It: "Righe per mese", En: "Rows by month"}
	textOverviewMonthsDrawn = flusso.Text{It: "una colonna per mese, alta quanto le sue righe", En: "one column for each month, as high as its rows"}
	textOverviewMonth       = flusso.Text{It: "mese", En: "month"}
	textOverviewGrid        = flusso.Text{It: "Righe per luogo e mese, gli ultimi mesi con dati", En: "Rows by place and month, the last months with data"}

	textOverviewPlaces     = flusso.Text{It: "Territorio", En: "Places"}
	textOverviewPlacesText = flusso.Text{
		It: "Residenza della persona o, se manca, sede dell'ente. I confini sono semplificati e servono solo a trovare la provincia.",
		En: "Where the person lives or, where that is missing, the Ente's seat. Boundaries are simplified and only serve to find a province.",
	}
	textOverviewCountsText = flusso.Text{
		It: "La mappa mostra conteggi, non tassi: una provincia grande ha più righe. I tassi si vedono dove accanto al rilascio c'è la tavola dei residenti.",
		En: "The map shows counts, not rates: a large province has more rows. Rates are shown where the table of residents lies beside the release.",
	}
	textOverviewRatesText = flusso.Text{
		It: "La mappa mostra tassi: le righe del %[1]s ogni 1.000 residenti (Istat, al 1° gennaio dopo il %[1]s). Ciò che è soppresso, o di una provincia nascosta, non c'è, e il tasso è più basso di tanto.",
		En: "The map shows rates: the rows of %[1]s for each 1,000 residents (Istat, on the 1 January after %[1]s). What is suppressed, or of a province that is hidden, is not there, and the rate is lower by as much.",
	}
	textOverviewTableRates = flusso.Text{
		It: "La mappa mostra le persone pubblicate ogni 1.000 residenti (Istat, al 1° gennaio dopo il %s).",
		En: "The map shows the published persons for each 1,000 residents (Istat, on the 1 January after %s).",
	}
	textOverviewRatesChart  = flusso.Text{It: "Ogni 1.000 residenti: %s per provincia, %s", En: "For each 1,000 residents: %s by province, %s"}
	textOverviewRateOf      = flusso.Text{It: "%s ogni 1.000 residenti (%s)", En: "%s for each 1,000 residents (%s)"}
	textOverviewResidents   = flusso.Text{It: "residenti", En: "residents"}
	textOverviewRate        = flusso.Text{It: "ogni 1.000", En: "per 1,000"}
	textOverviewPlacesChart = flusso.Text{It: "Righe per %s", En: "Rows by %s"}
	textOverviewProvince    = flusso.Text{It: "provincia", En: "province"}
	textOverviewRegion      = flusso.Text{It: "regione", En: "region"}
	textOverviewAmbito      = flusso.Text{It: "ambito", En: "ambito"}
	textOverviewAmbiti      = flusso.Text{It: "Ambiti", En: "Ambiti"}
	textOverviewMapDrawn    = flusso.Text{It: "le province, tanto più scure quanto più grande è il numero; i numeri sono nella tabella", En: "the provinces, the darker the larger the number; the numbers are in the table"}
	textOverviewNone        = flusso.Text{It: "nessuna riga", En: "no row"}
	textOverviewBarsDrawn   = flusso.Text{It: "una barra per valore, lunga quanto il suo numero", En: "one bar for each value, as long as its number"}

	textOverviewTowns      = flusso.Text{It: "Comuni", En: "Comuni"}
	textOverviewTownsText  = flusso.Text{It: "Comuni con almeno una riga: %s.", En: "Comuni with at least one row: %s."}
	textOverviewTownsChart = flusso.Text{It: "Righe per comune, i più grandi", En: "Rows by comune, the largest"}
	textOverviewTown       = flusso.Text{It: "comune", En: "comune"}
	textOverviewTownMonths = flusso.Text{It: "mesi con righe", En: "months with rows"}
	textOverviewOf         = flusso.Text{It: "%s di %s", En: "%s of %s"}

	textOverviewBenefits      = flusso.Text{It: "Prestazioni", En: "Benefits"}
	textOverviewBenefitsText  = flusso.Text{It: "Codici del nomenclatore SIUSS; nelle classi piccole resta la sezione.", En: "Codes of the SIUSS nomenclature; in small classes the section remains."}
	textOverviewPersonsText   = flusso.Text{It: "Una persona conta in ogni sezione in cui ha almeno una prestazione: le sezioni non si sommano.", En: "A person counts in every section in which they have a benefit: sections do not add up."}
	textOverviewPersonsChart  = flusso.Text{It: "Persone con almeno una prestazione, per sezione", En: "Persons with at least one benefit, by section"}
	textOverviewSections      = flusso.Text{It: "Sezioni", En: "Sections"}
	textOverviewSectionsChart = flusso.Text{It: "Righe per sezione del nomenclatore", En: "Rows by section of the nomenclature"}
	textOverviewBenefitsChart = flusso.Text{It: "Righe per prestazione, le più frequenti", En: "Rows by benefit, the most frequent"}
	textOverviewSection       = flusso.Text{It: "sezione", En: "section"}
	textOverviewBenefit       = flusso.Text{It: "prestazione", En: "benefit"}
	textOverviewNoBenefit     = flusso.Text{It: "nessuna prestazione", En: "no benefit"}
	textOverviewSomeBenefit   = flusso.Text{It: "almeno una prestazione, quale è nascosto", En: "at least one benefit, which is hidden"}
	textOverviewManyBenefits  = flusso.Text{It: "più prestazioni", En: "several benefits"}

	textOverviewAmounts   = flusso.Text{It: "Importi", En: "Amounts"}
	textOverviewBandChart = flusso.Text{It: "Righe per %s (euro)", En: "Rows by %s (euro)"}
	textOverviewBandText  = flusso.Text{It: "Una fascia 50-100 è oltre 50 e fino a 100 euro. Nelle classi piccole la fascia è più larga o nascosta.", En: "A band 50-100 is over 50 and up to 100 euro. In small classes the band is wider or hidden."}
	textOverviewBand      = flusso.Text{It: "fascia", En: "band"}
	textOverviewSumChart  = flusso.Text{It: "%s: somma per prestazione", En: "%s: sum by benefit"}
	textOverviewSumText   = flusso.Text{It: "Somme degli importi come stanno nelle righe: un importo mensile non è moltiplicato per i mesi.", En: "Sums of the amounts as they stand in the rows: a monthly amount is not multiplied by months."}
	textOverviewSum       = flusso.Text{It: "somma", En: "sum"}
	textOverviewMean      = flusso.Text{It: "media", En: "mean"}

	textOverviewAges      = flusso.Text{It: "Età e genere", En: "Age and sex"}
	textOverviewAgesText  = flusso.Text{It: "Età al 31 dicembre dell'anno dei dati. Le fasce hanno ampiezze diverse. Chi non ha genere, o lo ha nascosto, è nella tabella.", En: "Age at 31 December of the data year. Bands differ in width. Who has no sex told, or a hidden one, is in the table."}
	textOverviewAgesChart = flusso.Text{It: "Età e genere", En: "Age and sex"}
	textOverviewAgesDrawn = flusso.Text{It: "per ogni fascia di età due barre, femmine a sinistra e maschi a destra", En: "two bars for each age band, women to the left and men to the right"}
	textOverviewAge       = flusso.Text{It: "fascia di età", En: "age band"}
	textOverviewSex       = flusso.Text{It: "genere", En: "sex"}
	textOverviewWomen     = flusso.Text{It: "Femmina", En: "Women"}
	textOverviewMen       = flusso.Text{It: "Maschio", En: "Men"}

	textOverviewCode    = flusso.Text{It: "codice", En: "code"}
	textOverviewRows    = flusso.Text{It: "righe", En: "rows"}
	textOverviewPart    = flusso.Text{It: "quota", En: "share"}
	textOverviewMissing = flusso.Text{It: "non indicato", En: "not stated"}
	textOverviewHidden  = flusso.Text{It: "nascosto (classe piccola)", En: "hidden (small class)"}
	textOverviewOther   = flusso.Text{It: "altri valori", En: "other values"}

	textOverviewTables     = flusso.Text{It: "Tavole e totali pubblicati", En: "Tables and published totals"}
	textOverviewTablesText = flusso.Text{
		It: "Una tavola per anno, regione e rilascio che l'ha aggiunta. I totali di rilasci diversi non vanno sommati dove i periodi si sovrappongono, e le persone non si sommano mai.",
		En: "One table for each year, region and release that added it. Totals of different releases must not be added up where periods overlap, and persons never add up.",
	}
	textOverviewDetailed       = flusso.Text{It: "Qui sotto stanno per intero le %s più recenti di %s.", En: "Below stand in full the newest %s of %s."}
	textOverviewLeft           = flusso.Text{It: "Numeri non mostrati per spazio: %s.", En: "Figures not shown for want of room: %s."}
	textOverviewTavola         = flusso.Text{It: "%s, %s (rilascio %s)", En: "%s, %s (release %s)"}
	textOverviewTavolaText     = flusso.Text{It: "«Soppressa» è una cella che conta poche persone, o che farebbe ricalcolare una che ne conta poche.", En: "“Suppressed” is a cell that counts few persons, or would let one be computed that does."}
	textOverviewMapOf          = flusso.Text{It: "Prestazioni per provincia, %s", En: "Benefits by province, %s"}
	textOverviewFiguresBy      = flusso.Text{It: "Prestazioni per %s", En: "Benefits by %s"}
	textOverviewFiguresDrawn   = flusso.Text{It: "una barra per numero pubblicato; tratteggiata e di lunghezza fissa dove è soppresso", En: "one bar for each published number; dashed and of fixed length where it is suppressed"}
	textOverviewSuppressedCell = flusso.Text{It: "soppressa", En: "suppressed"}
	textOverviewYear           = flusso.Text{It: "anno", En: "year"}
	textOverviewRecords        = flusso.Text{It: "prestazioni", En: "benefits"}
	textOverviewPersons        = flusso.Text{It: "persone", En: "persons"}
	textOverviewYearly         = flusso.Text{It: "importo annuo", En: "yearly amount"}

	textOverviewKept     = flusso.Text{It: "Che cosa non c'è", En: "What is not there"}
	textOverviewKeptBack = flusso.Text{
		It: "Per ogni rilascio, quanti record non si vedono: soppressi per l'anonimato, fuori dal territorio, respinti perché errati. Sono arrotondati per eccesso a multipli di %s, perché anche un numero piccolo di assenti dice qualcosa.",
		En: "For each release, how many records are not seen: suppressed for anonymity, out of the territory, rejected as faulty. They are rounded up to multiples of %s, for even a small number of the absent tells something.",
	}
	textOverviewKeptBackNamed = flusso.Text{It: "Per ogni rilascio, quanti record non si vedono: fuori dal territorio o dall'ente, respinti perché errati.", En: "For each release, how many records are not seen: out of the territory or Ente, rejected as faulty."}
	textOverviewIncrements    = flusso.Text{It: "Rilasci di cui si compone", En: "Releases that it consists of"}
	textOverviewSuppressed    = flusso.Text{It: "soppressi", En: "suppressed"}
	textOverviewShare         = flusso.Text{It: "quota soppressa", En: "share suppressed"}
	textOverviewUpTo          = flusso.Text{It: "fino a %s", En: "up to %s"}
	textOverviewShareChart    = flusso.Text{It: "Quota soppressa, al più, per rilascio", En: "Share suppressed, at most, by release"}
	textOverviewShareDrawn    = flusso.Text{It: "una barra per rilascio, lunga quanto la quota", En: "one bar for each release, as long as its share"}

	textOverviewFaults     = flusso.Text{It: "Errori per regola", En: "Faults by rule"}
	textOverviewFaultsText = flusso.Text{
		It: "Le regole per cui dei record sono stati respinti, nei file di cui il rilascio è fatto: quei record non ci sono. Un record può violarne più d'una. I conteggi sono arrotondati per eccesso, e sommati tra gli incrementi. «flussi explain REGOLA» spiega ciascuna.",
		En: "The rules by which records were rejected, in the files that the release is made of: those records are not there. A record can break several. Counts are rounded up, and added over increments. “flussi explain RULE” explains each.",
	}
	textOverviewRule         = flusso.Text{It: "regola", En: "rule"}
	textOverviewRuleSays     = flusso.Text{It: "che cosa non va", En: "what is wrong"}
	textOverviewFaultsAtMost = flusso.Text{It: "errori, al più", En: "faults, at most"}
)
