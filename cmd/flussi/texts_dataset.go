package main

import "flussi/internal/flusso"

// flussi dataset.
var (
	textDatasetShort      = flusso.Text{It: "i rilasci consegnati ai destinatari", En: "releases handed to recipients"}
	textDatasetCheckShort = flusso.Text{It: "verifica un rilascio dai soli file", En: "checks a release from its files alone"}
	textDatasetCheckLong  = flusso.Text{
		It: "Verifica il rilascio in DIR (la cartella di un dataset, di un rilascio, o quella in cui un\nendpoint ha ricevuto i file; di regola quella corrente): impronte, firme, conti, e ricalcola\ndalle righe quante sono uguali nei quasi-identificatori, i valori sensibili unanimi, le celle\nche si ricalcolano dalle altre e, dove le righe portano codici di persone, quante hanno la\nstessa sequenza di righe in tutti gli incrementi. Non serve alcuna configurazione. Esce con 0 se tutto torna, con\n1 se qualcosa è stato cambiato o non è anonimo come deve.\n\nLa firma di questo rapporto si verifica anche con openssl:\n\n  openssl pkeyutl -verify -pubin -inkey chiave-pubblica.pem -rawin \\\n    -in divulgazione.json -sigfile divulgazione.sig",
		En: "Checks the release in DIR (the folder of a dataset, of a release, or the one in which an\nendpoint received the files; the present one unless given): hashes, signatures, books, and\nrecomputes from the rows how many are alike in their quasi-identifiers, unanimous sensitive\nvalues, cells that can be computed from others and, where rows carry codes of persons, how\nmany have the same sequence of rows over all increments. No configuration is needed. Exits with\n0 where all is well, with 1 where something was changed or is not as anonymous as it must be.\n\nThe report's signature can be verified with openssl too:\n\n  openssl pkeyutl -verify -pubin -inkey chiave-pubblica.pem -rawin \\\n    -in divulgazione.json -sigfile divulgazione.sig",
	}
	textDatasetCheckExample = flusso.Text{
		It: "  flussi dataset check dataset/regione-lazio/prestazioni\n  flussi dataset check . --key chiave-di-chi-lo-ha-prodotto.pem",
		En: "  flussi dataset check dataset/regione-lazio/prestazioni\n  flussi dataset check . --key key-of-its-maker.pem",
	}
	textFlagDatasetKey    = flusso.Text{It: "chiave pubblica di chi ha prodotto il rilascio, avuta per altra via: ed25519:… o un file PEM", En: "public key of the release's maker, got by another way: ed25519:… or a PEM file"}
	textDatasetSound      = flusso.Text{It: "%s/%s, rilascio %s: %d file e %d righe, tutto torna", En: "%s/%s, release %s: %d files and %d rows, all is well"}
	textDatasetClasses    = flusso.Text{It: "  %s: %d classi, la più piccola di %d (k = %d)", En: "  %s: %d classes, the smallest of %d (k = %d)"}
	textDatasetCells      = flusso.Text{It: "  %s: %d celle e totali, %d soppressi, nessuno con meno di %d persone (soglia %d)", En: "  %s: %d cells and totals, %d suppressed, none with fewer than %d persons (threshold %d)"}
	textDatasetPersons    = flusso.Text{It: "  persone con un codice: %d; sequenze di righe: %d, la più rara di %d persone (k = %d)", En: "  persons with a code: %d; sequences of rows: %d, the rarest of %d persons (k = %d)"}
	textDatasetKey        = flusso.Text{It: "  firmato con la chiave %s", En: "  signed with the key %s"}
	textDatasetKeyUnknown = flusso.Text{
		It: "  la chiave è quella scritta nel rilascio: confrontarne l'impronta con chi lo ha prodotto, o indicarla con --key",
		En: "  the key is the one in the release: compare its fingerprint with whoever made it, or give it with --key",
	}
	textDatasetExportShort = flusso.Text{It: "scrive un rilascio in file piatti: uno per anno, o uno solo", En: "writes a release as flat files: one for each year, or one"}
	textDatasetExportLong  = flusso.Text{
		It: "Scrive il rilascio in DIR (la cartella di un dataset, di un rilascio, o quella in cui un\nendpoint ha ricevuto i file) in file piatti, per i programmi che vogliono un solo percorso.\nOUT è una cartella, in cui c'è un file per anno e formato, o un file che finisce in .parquet,\n.csv o .xlsx. Gli elenchi, come quelli di una valutazione SINA, vanno in un file accanto, che\nritrova la sua riga per la colonna riga. Il CSV si apre con Excel: punto e virgola, virgola\ndecimale, BOM.",
		En: "Writes the release in DIR (the folder of a dataset, of a release, or the one in which an\nendpoint received the files) as flat files, for programs that want one path. OUT is a folder,\nwith a file for each year and format, or a file that ends in .parquet, .csv or .xlsx. Lists,\nsuch as those of a SINA assessment, go into a file beside it, which finds its row by the column\nriga. The CSV opens with Excel in Italy: semicolons, decimal comma, BOM.",
	}
	textDatasetExportExample = flusso.Text{
		It: "  flussi dataset export dataset/regione-lazio/quadro --out tavole --format xlsx,csv\n  flussi dataset export dataset/regione-lazio/prestazioni --out prestazioni-2025.csv --year 2025",
		En: "  flussi dataset export datasets/regione-lazio/quadro --out tables --format xlsx,csv\n  flussi dataset export datasets/regione-lazio/prestazioni --out prestazioni-2025.csv --year 2025",
	}
	textFlagExportOut    = flusso.Text{It: "cartella, o file che finisce in .parquet, .csv o .xlsx", En: "folder, or a file that ends in .parquet, .csv or .xlsx"}
	textFlagExportYear   = flusso.Text{It: "un solo anno dei dati; se manca: tutti", En: "one data year; default: all"}
	textFlagExportFormat = flusso.Text{It: "formati dei file di una cartella: parquet, csv, xlsx", En: "formats of the files of a folder: parquet, csv, xlsx"}
	textBadPublicKey     = flusso.Text{It: "la chiave pubblica non si legge", En: "the public key cannot be read"}
	hintBadPublicKey     = flusso.Text{It: "indicarla come ed25519:… o come file PEM (chiave-pubblica.pem di un rilascio)", En: "give it as ed25519:… or as a PEM file (chiave-pubblica.pem of a release)"}
	textReleaseArgument  = flusso.Text{It: "RILASCIO", En: "RELEASE"}
	textReleasesShort    = flusso.Text{It: "i rilasci di un dataset: quale è in vigore, quali sono trattenuti, quanto occupano", En: "the releases of a dataset: which is live, which are held, how large they are"}
	textReleaseLine      = flusso.Text{It: "%s %s  %d righe, %.1f MB, di cui %.1f solo suoi%s", En: "%s %s  %d rows, %.1f MB, %.1f of them its alone%s"}
	textReleaseCubes     = flusso.Text{It: "; tavole: %s", En: "; tables: %s"}
	textReleaseHeld      = flusso.Text{It: "%s %s  %d righe, %.1f MB, di cui %.1f solo suoi%s; trattenuto: %s (dal %s)", En: "%s %s  %d rows, %.1f MB, %.1f of them its alone%s; held: %s (since %s)"}
	textReleaseBroken    = flusso.Text{It: "%s %s  il manifesto non si legge: flussi dataset check dice che cosa è cambiato", En: "%s %s  the manifest cannot be read: flussi dataset check tells what was changed"}
	textHoldShort        = flusso.Text{It: "trattiene un rilascio: non viene eliminato finché il vincolo resta", En: "holds a release: it is not pruned as long as the hold stands"}
	textHoldLong         = flusso.Text{
		It: "Trattiene il rilascio del dataset in DIR, per esempio perché una pubblicazione lo cita: la\nconservazione (retention.releases) non lo elimina finché «flussi dataset unhold» non toglie il\nvincolo. Se la cartella è di questa configurazione, resta scritto nel registro di audit.",
		En: "Holds the release of the dataset in DIR, such as one that a publication cites: retention\n(retention.releases) does not prune it until \"flussi dataset unhold\" takes the hold off. Where\nthe folder is one of this configuration's, it is in the audit log.",
	}
	textHoldExample = flusso.Text{
		It: "  flussi dataset hold dataset/regione-lazio/prestazioni 2026-03-0a1b2c3d4e5f --reason \"citato nel Piano sociale 2026\"",
		En: "  flussi dataset hold dataset/regione-lazio/prestazioni 2026-03-0a1b2c3d4e5f --reason \"cited in the social plan 2026\"",
	}
	textFlagReason    = flusso.Text{It: "perché il rilascio resta; si legge in «flussi dataset ls»", En: "why the release stays; \"flussi dataset ls\" shows it"}
	textHeld          = flusso.Text{It: "%s è trattenuto", En: "%s is held"}
	textUnholdShort   = flusso.Text{It: "toglie il vincolo a un rilascio trattenuto", En: "takes the hold off a release"}
	textUnheld        = flusso.Text{It: "%s non è più trattenuto", En: "%s is held no more"}
	textRollbackShort = flusso.Text{It: "rimette in vigore un rilascio precedente", En: "makes an earlier release live again"}
	textRollbackLong  = flusso.Text{
		It: "Rimette in vigore un rilascio precedente del dataset in DIR: quello indicato, o quello da cui è\ncresciuto il rilascio in vigore. Prima ne legge ogni file. La prossima esecuzione cresce da lì, e\nlo stato torna con esso: i record portati dai rilasci successivi non sono più correnti, e i loro\nflussi, già presi, non si riprendono da soli. I rilasci successivi restano finché la conservazione\nnon li elimina. Si rifiuta dove i codici seguono le persone da un rilascio all'altro.",
		En: "Makes an earlier release of the dataset in DIR live again: the one named, or the one that the\nlive release grew from. All its files are read first. The next run grows from it, and the state\ngoes back with it: records that later releases brought are no longer current, and their flows,\ntaken already, are not taken again by themselves. Later releases stay until retention prunes them.\nIt is refused where codes follow persons from release to release.",
	}
	textCompactShort = flusso.Text{It: "riunisce i file di un dataset di questa configurazione", En: "merges the files of a dataset of this configuration"}
	textCompactLong  = flusso.Text{
		It: "Mette in vigore un rilascio con le stesse righe di quello di adesso e un solo file dove una\npartizione ne ha molti piccoli. I rilasci lo fanno da soli quando i file sono sette o più: serve a\nchi non vuole aspettare. Si rifiuta dove i codici seguono le persone da un rilascio all'altro.",
		En: "Puts in force a release with the rows of the present one and a single file where a partition has\nmany small ones. Releases do so by themselves where there are seven or more: this is for whoever\ndoes not want to wait. It is refused where codes follow persons from release to release.",
	}
	textRolledBack = flusso.Text{It: "in vigore: %s", En: "live: %s"}
	textStaleThere = flusso.Text{
		It: "%s vede ancora l'altro rilascio: lo saprà con la prossima esecuzione di uno schedule che gli consegna",
		En: "%s still sees the other release: the next run of a schedule that delivers to it will tell",
	}
)

// flussi dataset describe.
var (
	textDescribeShort = flusso.Text{It: "fa una pagina che descrive un rilascio", En: "makes a page that describes a release"}
	textDescribeLong  = flusso.Text{
		It: "Fa una pagina HTML, da sola completa, che descrive il rilascio in DIR (cercato come fa check):\nche cos'è, quali mesi e luoghi copre, prestazioni, importi, età e genere, quanto è soppresso.\nLa pagina usa i soli file del rilascio, non carica nulla e si può stampare. Delle tavole mostra\ni numeri pubblicati, senza sommarli. Non verifica il rilascio: per quello c'è check.",
		En: "Makes one self-contained HTML page that describes the release in DIR (found as check does):\nwhat it is, which months and places it covers, benefits, amounts, age and sex, how much is\nsuppressed. The page is made of the release's files alone, loads nothing and can be printed.\nOf tables it shows the published numbers and adds none up. It does not verify the release: check does.",
	}
	textDescribeExample = flusso.Text{
		It: "  flussi dataset describe dataset/regione-lazio/prestazioni\n  flussi dataset describe dataset/regione-lazio/quadro --out quadro.html --lang en",
		En: "  flussi dataset describe dataset/regione-lazio/prestazioni\n  flussi dataset describe dataset/regione-lazio/quadro --out quadro.html --lang it",
	}
	textFlagDescribeOut = flusso.Text{It: "file della pagina (di regola DATASET-RILASCIO.html nella cartella corrente)", En: "file of the page (default DATASET-RELEASE.html in the current folder)"}
	textDescribeWritten = flusso.Text{It: "%s: pagina scritta, righe lette: %d", En: "%s: page written, rows read: %d"}
	textDescribeWithin  = flusso.Text{It: "la pagina starebbe dentro il rilascio, che contiene solo ciò che il suo manifesto elenca", En: "the page would lie within the release, which holds only what its manifest lists"}
	hintDescribeWithin  = flusso.Text{It: "indicare con --out un file in un'altra cartella", En: "give with --out a file in another folder"}
)
