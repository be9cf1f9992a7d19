package dataset

import "strings"

// quickstartText: "{release}", "{dataset}", "{notes}", "{views}" and "{view}" are
// replaced. A test runs every block that can run there as it stands, in this order; ´
// stands for the mark of code.
var quickstartText = strings.ReplaceAll(`# {dataset}: per cominciare / quick start

{notes}Le righe qui sotto funzionano dalla cartella che contiene ´current.json´.
The lines below work from the folder that holds ´current.json´.

´anno´ e ´regione´, dove ci sono, sono colonne dei file: le cartelle con gli stessi nomi si possono ignorare.
´anno´ and ´regione´, where present, are columns of the files: the folders of the same names can be ignored.

Colonne e codici / columns and codes: ´dizionario.html´, ´dizionario.md´, ´dictionary.md´, ´dizionario.csv´, ´codici.csv´.

## DuckDB

Questo rilascio / this release:

´´´sql
SELECT * FROM read_parquet('releases/{release}/**/*.parquet', hive_partitioning = false) LIMIT 10;
´´´

Sempre il rilascio in vigore / always the live release:

´´´sql
SET VARIABLE rilascio = (SELECT path FROM read_json('current.json'));
SELECT count(*) AS righe FROM read_parquet(getvariable('rilascio') || '/**/*.parquet', hive_partitioning = false);
´´´

Domande frequenti, già scritte / frequent questions, written already:

{views}
´´´text
.read releases/{release}/viste.sql
´´´

´´´sql
SELECT * FROM {view};
´´´

Se i file sono arrivati in una sola cartella, con nomi come ´{dataset}.{release}.manifest.json´, al loro posto / where the files came into one folder, under names such as this, instead of these:

´´´sql
SET VARIABLE parti = '{dataset}.{release}.*-part-*.parquet';
SELECT * FROM read_parquet(getvariable('parti'), hive_partitioning = false) LIMIT 10;
´´´

´´´text
.read {dataset}.{release}.viste.sql
´´´

## R

´´´r
library(arrow)
parti <- list.files("releases/{release}", pattern = "\\.parquet$", recursive = TRUE, full.names = TRUE)
dati <- open_dataset(parti, partitioning = NULL)
head(dplyr::collect(dati))
´´´

´´´r
library(duckdb)
con <- dbConnect(duckdb())
dati <- dbGetQuery(con, "SELECT * FROM read_parquet('releases/{release}/**/*.parquet', hive_partitioning = false)")
´´´

Codici e significati, e ogni CSV che è qui accanto, senza alcun pacchetto / codes and meanings, and every CSV that stands here, without any package:

´´´r
codici <- read.csv2("releases/{release}/codici.csv", colClasses = "character", fileEncoding = "UTF-8-BOM")
head(codici)
´´´

## Python

´´´python
import glob
import pandas as pd
parti = sorted(glob.glob("releases/{release}/**/*.parquet", recursive=True))
dati = pd.concat(pd.read_parquet(p, partitioning=None) for p in parti)
´´´

´´´python
import polars as pl
dati = pl.scan_parquet("releases/{release}/**/*.parquet", hive_partitioning=False).collect()
´´´

´´´python
import pandas as pd
codici = pd.read_csv("releases/{release}/codici.csv", sep=";", dtype=str, encoding="utf-8-sig")
´´´

## JavaScript

´´´js
const pl = require("nodejs-polars");
const dati = pl.scanParquet("releases/{release}/**/*.parquet", { hivePartitioning: false }).collectSync();
´´´

## Power BI

Recupera dati > Query vuota > Editor avanzato; sostituire il percorso. / Get data > Blank query > Advanced editor; put your path.

´´´text
let
  file = Folder.Files("C:\percorso\{dataset}\releases\{release}"),
  parti = Table.SelectRows(file, each [Extension] = ".parquet"),
  dati = Table.Combine(List.Transform(parti[Content], each Parquet.Document(_)))
in
  dati
´´´

Con il driver ODBC di DuckDB / with DuckDB's ODBC driver:

´´´text
let
  dati = Odbc.Query("Driver={DuckDB Driver};Database=:memory:", "SELECT * FROM read_parquet('C:/percorso/{dataset}/releases/{release}/**/*.parquet', hive_partitioning = false)")
in
  dati
´´´

## Excel

Se accanto c'è la cartella ´flat´, i suoi file ´.xlsx´ e ´.csv´ si aprono con un doppio clic. Altrimenti, con DuckDB: / Where there is a folder ´flat´, its ´.xlsx´ and ´.csv´ files open with a double click. Else, with DuckDB:

´´´sql
COPY (SELECT * FROM read_parquet('releases/{release}/**/*.parquet', hive_partitioning = false) LIMIT 1000000)
TO '{dataset}.csv' (HEADER, DELIMITER ';');
´´´

## Tornare a un rilascio / going back in time

Ogni rilascio resta sotto ´releases´ con il suo nome: chi cita dati annoti questo, ´{release}´, e chi li conserva lo trattenga; le righe di qui sopra valgono per ogni altro nome che vi si trova. La colonna ´incremento´ dice con quale rilascio è arrivata una riga. / Each release stays under ´releases´ by its name: who cites data notes this one, ´{release}´, and who keeps them holds it; the lines above work with any other name found there. The column ´incremento´ tells with which release a row came.

´´´sh
flussi dataset ls .
flussi dataset hold . {release} --reason "citato in / cited in …"
´´´

## Verificare / checking

´´´sh
(cd releases/{release} && sha256sum -c SHA256SUMS)
flussi dataset check releases/{release}
´´´

Con nomi piatti / under flat names:

´´´sh
sha256sum -c {dataset}.{release}.SHA256SUMS
flussi dataset check {dataset}.{release}.manifest.json
´´´
`, "´", "`")

// quickstartEmpty is of a release that has no row left: there is no file to read.
var quickstartEmpty = strings.ReplaceAll(`# {dataset}: nessuna riga / no rows

{notes}Il rilascio ´{release}´ non ha righe: i record che ne avevano sono stati annullati. Non c'è alcun file da leggere. / Release ´{release}´ has no rows: the records that had some were cancelled. There is no file to read.

Colonne e codici / columns and codes: ´dizionario.html´, ´dizionario.md´, ´dictionary.md´, ´dizionario.csv´, ´codici.csv´.

´´´sh
(cd releases/{release} && sha256sum -c SHA256SUMS)
flussi dataset check releases/{release}
´´´
`, "´", "`")
