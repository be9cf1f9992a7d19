package dataset

import (
	"flussi/internal/flusso"
	"flussi/internal/table"
)

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

var kindWords = map[table.Kind]flusso.Text{
	table.String:  {It: "testo", En: "text"},
	table.Int:     {It: "intero", En: "integer"},
	table.Decimal: {It: "decimale (18,2)", En: "decimal (18,2)"},
	table.Date:    {It: "data", En: "date"},
	table.Bool:    {It: "vero/falso", En: "true/false"},
	table.Strings: {It: "elenco di testi", En: "list of texts"},
}

// quickstartText: "{release}", "{dataset}" and "{notes}" are replaced. The DuckDB blocks
// are run as they stand by a test.
const quickstartText = `# {dataset}: per cominciare / quick start

{notes}Le righe qui sotto funzionano dalla cartella che contiene ` + "`current.json`" + `.
The lines below work from the folder that holds ` + "`current.json`" + `.

` + "`anno`" + ` e ` + "`regione`" + `, dove ci sono, sono colonne dei file: le cartelle con gli stessi nomi si possono ignorare.
` + "`anno`" + ` and ` + "`regione`" + `, where present, are columns of the files: the folders of the same names can be ignored.

Colonne e codici: ` + "`dizionario.md`" + ` — Columns and codes: ` + "`dictionary.md`" + `.

## DuckDB

Questo rilascio / this release:

` + "```sql" + `
SELECT * FROM read_parquet('releases/{release}/**/*.parquet', hive_partitioning = false) LIMIT 10;
` + "```" + `

Sempre il rilascio in vigore / always the live release:

` + "```sql" + `
SET VARIABLE rilascio = (SELECT path FROM read_json('current.json'));
SELECT count(*) FROM read_parquet(getvariable('rilascio') || '/**/*.parquet', hive_partitioning = false);
` + "```" + `

## R

` + "```r" + `
library(arrow)
parti <- list.files("releases/{release}", pattern = "\\.parquet$", recursive = TRUE, full.names = TRUE)
dati <- open_dataset(parti, partitioning = NULL)
head(dplyr::collect(dati))
` + "```" + `

## Python

` + "```python" + `
import glob, pyarrow.dataset as ds
dati = ds.dataset(glob.glob("releases/{release}/**/*.parquet", recursive=True), format="parquet")
dati.to_table().to_pandas()
` + "```" + `

` + "```python" + `
import polars as pl
pl.scan_parquet("releases/{release}/**/*.parquet", hive_partitioning=False).collect()
` + "```" + `

## Power BI

Recupera dati > Query vuota > Editor avanzato; sostituire il percorso. / Get data > Blank query > Advanced editor; put your path.

` + "```" + `
let
  file = Folder.Files("C:\percorso\{dataset}\releases\{release}"),
  parti = Table.SelectRows(file, each [Extension] = ".parquet"),
  dati = Table.Combine(List.Transform(parti[Content], each Parquet.Document(_)))
in
  dati
` + "```" + `

## Excel

Con DuckDB si estrae un CSV che Excel apre con un doppio clic. / With DuckDB, a CSV that Excel opens with a double click:

` + "```sql" + `
COPY (SELECT * FROM read_parquet('releases/{release}/**/*.parquet', hive_partitioning = false) LIMIT 1000000)
TO '{dataset}.csv' (HEADER, DELIMITER ';');
` + "```" + `
`
