package dataset

import "strings"

// quickstartText: "{release}", "{dataset}", "{notes}", "{views}" and "{view}" are
// replaced. Every block of SQL is run as it stands by a test, in this order; ´
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
cd releases/{release} && sha256sum -c SHA256SUMS
flussi dataset check releases/{release}
´´´
`, "´", "`")
