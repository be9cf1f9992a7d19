package main

import "flussi/internal/flusso"

// flussi anonymize.
var (
	textAnonymizeShort = flusso.Text{It: "rende anonima una tabella qualunque: k, l, t", En: "makes any table anonymous: k, l, t"}
	textAnonymizeLong  = flusso.Text{
		It: `Generalizza i quasi-identificatori di una tabella (CSV o Parquet) finché ogni combinazione
pubblicata soddisfa ciò che chiede la specifica, e scrive la tabella in OUT (.csv o .parquet)
con le righe nel loro ordine. Una riga che non si può pubblicare resta al suo posto con * in
ogni quasi-identificatore.

  delimiter: ";"
  columns:
    - {name: eta, role: quasi, hierarchy: eta.csv}
    - {name: importo_isee, role: quasi, bands: [0, 6000, 9360, 15000]}
    - {name: diagnosi, role: sensitive, l: {distinct: 3}}
    - {name: spesa, role: measure, round: 10, top: 5000}
    - {name: servizio, role: keep}
    - {name: codice_fiscale, role: person}
  k: 5
  suppression: 0.02
  method: global

Ruoli: quasi, sensitive (con l: distinct, entropy, recursive: [c, l]; o t: equal, ordered,
hierarchical), measure (bottom, top, round, microaggregate), code (con of, purpose, key), keep, drop; e person, di chi è la
riga: k conta allora persone distinte, e la colonna non esce. Una colonna senza ruolo è un
errore. Una gerarchia è un file con un valore per riga e poi i suoi livelli. Con
method: global ogni colonna sale a un solo livello, il migliore dimostrato; con local ogni
gruppo di righe sale quanto gli serve e nessuna si perde.`,
		En: `Generalises the quasi-identifiers of a table (CSV or Parquet) until every combination that is
published meets what the spec asks, and writes the table to OUT (.csv or .parquet), its rows in
their order. A row that cannot be published stays in its place with * in every
quasi-identifier.

  delimiter: ";"
  columns:
    - {name: age, role: quasi, hierarchy: age.csv}
    - {name: isee, role: quasi, bands: [0, 6000, 9360, 15000]}
    - {name: diagnosis, role: sensitive, l: {distinct: 3}}
    - {name: spending, role: measure, round: 10, top: 5000}
    - {name: service, role: keep}
    - {name: tax_code, role: person}
  k: 5
  suppression: 0.02
  method: global

Roles: quasi, sensitive (with l: distinct, entropy, recursive: [c, l]; or t: equal, ordered,
hierarchical), measure (bottom, top, round, microaggregate), code (with of, purpose, key), keep, drop; and person, whose the
row is: k counts distinct persons then, and the column does not leave. A column without a role
is an error. A hierarchy is a file with a value a line, then its levels. With method:
global every column goes up to one level, proven the best; with local every group of rows goes
up as far as it needs, and none is lost.`,
	}
	textAnonymizeExample = flusso.Text{
		It: "  flussi anonymize --spec specifica.yaml tabella.csv anonima.csv\n  flussi anonymize --spec specifica.yaml --report esito.json tabella.parquet anonima.parquet\n  flussi anonymize --spec specifica.yaml --dry-run tabella.csv anonima.csv",
		En: "  flussi anonymize --spec spec.yaml table.csv anonymous.csv\n  flussi anonymize --spec spec.yaml --report result.json table.parquet anonymous.parquet\n  flussi anonymize --spec spec.yaml --dry-run table.csv anonymous.csv",
	}
	textFlagSpec            = flusso.Text{It: "la specifica, un file YAML", En: "the spec, a YAML file"}
	textFlagAnonymizeReport = flusso.Text{It: "scrive il rapporto, in JSON", En: "write the report, as JSON"}
	textFlagMemory          = flusso.Text{It: "MiB di memoria per le combinazioni distinte; oltre, su disco, cifrate", En: "MiB of memory for the distinct combinations; beyond it, on disk, encrypted"}
	textFlagScratch         = flusso.Text{It: "cartella di ciò che va su disco; quella di OUT se manca", En: "folder of what goes to disk; that of OUT if missing"}
	textFlagAnonymizeDryRun = flusso.Text{It: "dice che cosa verrebbe, senza scrivere OUT", En: "tell what would come, and write no OUT"}

	textAnonymizeMemory = flusso.Text{It: "la memoria è troppo poca", En: "too little memory"}
	hintAnonymizeMemory = flusso.Text{It: "scrivere con --memory quanti MiB usare, almeno 1", En: "say with --memory how many MiB to use, at least 1"}
	textAnonymizeForm   = flusso.Text{It: "OUT non dice in che forma scrivere", En: "OUT does not say in what form to write"}
	hintAnonymizeForm   = flusso.Text{It: "usare un nome che finisce in .csv o .parquet", En: "use a name that ends in .csv or .parquet"}
	textNoHeader        = flusso.Text{It: "la tabella non ha una prima riga con i nomi delle colonne", En: "the table has no first row with the columns' names"}
	hintNoHeader        = flusso.Text{It: "la tabella è un CSV con intestazione, o un file Parquet", En: "the table is a CSV with a header, or a Parquet file"}
	textBrokenRow       = flusso.Text{It: "la riga non si legge", En: "the row cannot be read"}
	hintBrokenRow       = flusso.Text{It: "controllare delimiter nella specifica, le virgolette e il numero di campi", En: "look at delimiter in the spec, the quotes and the number of fields"}
	textBrokenParquet   = flusso.Text{It: "il file Parquet è danneggiato", En: "the Parquet file is damaged"}
	hintBrokenParquet   = flusso.Text{It: "chiederne un'altra copia a chi lo ha scritto", En: "ask its writer for another copy"}

	textAnonymized        = flusso.Text{It: "%d righe: %d pubblicate, %d soppresse; %d classi, la più piccola di %d righe", En: "%d rows: %d published, %d suppressed; %d classes, the smallest of %d rows"}
	textAnonymizedPersons = flusso.Text{It: "%d righe: %d pubblicate, %d soppresse; %d classi, la più piccola di %d persone", En: "%d rows: %d published, %d suppressed; %d classes, the smallest of %d persons"}
	textAnonymizedUtility = flusso.Text{It: "dettaglio conservato: granularità %.1f %%, entropia %.1f %%; righe ritrovabili: prima %.1f %%, dopo %.1f %%", En: "detail kept: granularity %.1f %%, entropy %.1f %%; rows that can be found: before %.1f %%, after %.1f %%"}
	textAnonymizedLevel   = flusso.Text{It: "  %s: livello %d, granularità %.1f %%", En: "  %s: level %d, granularity %.1f %%"}
	textAnonymizedColumn  = flusso.Text{It: "  %s: granularità %.1f %%", En: "  %s: granularity %.1f %%"}
	textAnonymizedDry     = flusso.Text{It: "prova: nulla è stato scritto", En: "a dry run: nothing was written"}
)
