package dataset

import "flussi/internal/flusso"

// The texts of the files that stand beside the data.

var (
	textRounding = flusso.Text{
		It: "I conteggi di ciò che non è divulgato (soppressi, fuori territorio, respinti) sono arrotondati per eccesso a multipli di k; zero resta zero. Le righe divulgate sono esatte. Delle tavole non si dice quanto sta nelle celle soppresse: con i totali le farebbe ricalcolare.",
		En: "Counts of what is not disclosed (suppressed, out of territory, rejected) are rounded up to multiples of k; zero stays zero. Rows disclosed are exact. Of tables it is not said how much is in suppressed cells: with the totals it would let them be computed.",
	}
	textDictTitle = flusso.Text{
		It: "# Dizionario dei dati: %s\n\n",
		En: "# Data dictionary: %s\n\n",
	}
	textDictFacts = flusso.Text{
		It: "- Destinatario: %s\n- Livello: %s\n- Rilascio: %s\n- Righe: %d\n",
		En: "- Recipient: %s\n- Level: %s\n- Release: %s\n- Rows: %d\n",
	}
	textDictK = flusso.Text{
		It: "- Dietro ogni combinazione pubblicata ci sono almeno %d persone, in ogni incremento\n",
		En: "- Behind every published combination there are at least %d persons, in each increment\n",
	}
	textDictPurpose = flusso.Text{It: "- Finalità: %s\n", En: "- Purpose: %s\n"}

	textDictCubes = flusso.Text{
		It: "\n## Tavole\n\nOgni riga è una cella di una di queste tavole, o un suo totale (`totale` nelle colonne che non incrocia). `anno` e `regione` ci sono in tutte.\n\n| tavola | incrocia |\n|---|---|\n",
		En: "\n## Tables\n\nEvery row is a cell of one of these tables, or a total of it (`totale` in the columns that it does not cross). `anno` and `regione` are in all.\n\n| table | crosses |\n|---|---|\n",
	}
	textCubeTotals     = flusso.Text{It: "nulla: i soli totali", En: "nothing: totals alone"}
	textDictIncrements = flusso.Text{
		It: "\n## Incrementi\n\n| rilascio | periodo | righe | soppressi al più | fuori territorio al più | respinti al più |\n|---|---|---:|---:|---:|---:|\n",
		En: "\n## Increments\n\n| release | period | rows | suppressed at most | out of territory at most | rejected at most |\n|---|---|---:|---:|---:|---:|\n",
	}
	textDictColumns = flusso.Text{
		It: "\n## Colonne\n\n| colonna | tipo | unità | può mancare | descrizione | fonte | trattamento |\n|---|---|---|---|---|---|---|\n",
		En: "\n## Columns\n\n| column | type | unit | may be missing | description | source | treatment (Italian) |\n|---|---|---|---|---|---|---|\n",
	}
	textDictLabels = flusso.Text{
		It: "\n### Codici di `%s`\n\n| codice | significato |\n|---|---|\n",
		En: "\n### Codes of `%s`\n\n| code | meaning (Italian) |\n|---|---|\n",
	}
	textYes = flusso.Text{It: "sì", En: "yes"}
	textNo  = flusso.Text{It: "no", En: "no"}
)

var kindWords = map[string]flusso.Text{
	"string":  {It: "testo", En: "text"},
	"int":     {It: "intero", En: "integer"},
	"decimal": {It: "decimale (18,2)", En: "decimal (18,2)"},
	"date":    {It: "data", En: "date"},
	"bool":    {It: "vero/falso", En: "true/false"},
	"strings": {It: "elenco di testi", En: "list of texts"},
	"struct":  {It: "gruppo di campi", En: "group of fields"},
	"structs": {It: "elenco di gruppi di campi", En: "list of groups of fields"},
}

var textCatalogDescription = flusso.Text{
	It: "Tavole di prestazioni sociali (SIUSS): conteggi e importi per territorio, prestazione e caratteristiche delle persone. Le celle piccole, e quelle da cui si ricaverebbero, sono soppresse.",
	En: "Tables of social benefits (SIUSS): counts and amounts by territory, benefit and what persons are. Small cells, and those that would give them away, are suppressed.",
}

// dictionaryWords are the headings of the dictionary's page, by the name that the
// template has for them.
var dictionaryWords = map[string]flusso.Text{
	"title":             {It: "Dizionario dei dati", En: "Data dictionary"},
	"skip":              {It: "Vai al contenuto", En: "Skip to content"},
	"languages":         {It: "Lingua", En: "Language"},
	"what":              {It: "Che cosa contiene", En: "What it holds"},
	"columns":           {It: "Colonne", En: "Columns"},
	"columnsCaption":    {It: "Ogni colonna, nell'ordine in cui sta nei file", En: "Each column, in the order in which it stands in the files"},
	"column":            {It: "colonna", En: "column"},
	"type":              {It: "tipo e unità", En: "type and unit"},
	"empty":             {It: "può mancare", En: "may be missing"},
	"description":       {It: "descrizione", En: "description"},
	"codes":             {It: "codici", En: "codes"},
	"source":            {It: "fonte", En: "source"},
	"treatment":         {It: "trattamento", En: "treatment (Italian)"},
	"cubes":             {It: "Tavole", En: "Tables"},
	"cubesCaption":      {It: "Le tavole del dataset e le colonne che incrociano; anno e regione ci sono in tutte", En: "The dataset's tables and the columns that they cross; anno and regione are in all"},
	"cube":              {It: "tavola", En: "table"},
	"crosses":           {It: "incrocia", En: "crosses"},
	"increments":        {It: "Incrementi", En: "Increments"},
	"incrementsCaption": {It: "Che cosa ha aggiunto ciascun rilascio, e che cosa è rimasto fuori", En: "What each release added, and what was kept back"},
	"release":           {It: "rilascio", En: "release"},
	"period":            {It: "periodo", En: "period"},
	"rows":              {It: "righe", En: "rows"},
	"suppressed":        {It: "soppressi al più", En: "suppressed at most"},
	"outside":           {It: "fuori territorio al più", En: "out of territory at most"},
	"rejected":          {It: "respinti al più", En: "rejected at most"},
	"codesOf":           {It: "Codici di", En: "Codes of"},
	"codesCaption":      {It: "Codici e significati", En: "Codes and their meanings"},
	"code":              {It: "codice", En: "code"},
	"meaning":           {It: "significato", En: "meaning (Italian)"},
	"madeBy":            {It: "Pagina fatta da flussi: non carica nulla e non contiene programmi.", En: "A page made by flussi: it loads nothing and holds no program."},
}
