package main

import "flussi/internal/flusso"

// flussi validate.
var (
	textValidateShort = flusso.Text{It: "controlla flussi: schema XSD e regole INPS", En: "checks flows: XSD and INPS's rules"}
	textValidateLong  = flusso.Text{
		It: "Dice dove sta ogni errore, quale regola infrange e come correggerlo. I file possono essere\nXML, CSV (con --tipo ritorno), anche .gz e .zip.\nEsito: 0 tutto valido, 3 qualche record scartato, 1 un file illeggibile o rifiutato.",
		En: "Tells where each fault stands, which rule it breaks and how to mend it. Files may be XML,\nCSV (with --tipo ritorno), also .gz and .zip.\nExit: 0 all valid, 3 some records rejected, 1 a file unreadable or refused.",
	}
	textValidateExample = flusso.Text{
		It: "  flussi validate flusso.xml\n  flussi validate --report esito.html *.xml\n  flussi validate --json flusso.xml | jq .rule",
		En: "  flussi validate flow.xml\n  flussi validate --report result.html *.xml\n  flussi validate --json flow.xml | jq .rule",
	}
	textFlagTipo    = flusso.Text{It: "tipo di flusso: PS_PSA_SINA (o PS), SINBA, ritorno", En: "kind of flow: PS_PSA_SINA (or PS), SINBA, ritorno"}
	textFlagChannel = flusso.Text{It: "canale: upload o cooperazione (un beneficiario, una prestazione)", En: "channel: upload or cooperazione (one beneficiary, one benefit)"}
	textFlagProfile = flusso.Text{It: "profilo di severità: inps, praticato o un file .yaml", En: "profile of severities: inps, praticato or a .yaml file"}
	textFlagLayout  = flusso.Text{It: "file di tracciato: di un flusso di ritorno (predefinito quello di esempio), o di una tabella con altre colonne", En: "layout file: of a return flow (default: the example), or of a table with other columns"}
	textFlagSheet   = flusso.Text{It: "di un foglio di calcolo: il foglio con le righe del flusso (predefinito il solo che ne ha)", En: "of a workbook: the sheet with the rows of the flow (default: the only one that has some)"}
	textFlagSchema  = flusso.Text{It: "XSD dell'INPS con cui controllare, se è di un'altra edizione di quello incorporato", En: "INPS's XSD to check by, where it is of another edition than the one built in"}
	textFlagReport  = flusso.Text{It: "scrive il rapporto: nome che finisce in .html, .csv, .json o .xlsx", En: "write a report: a name ending in .html, .csv, .json or .xlsx"}

	textReportSame  = flusso.Text{It: "è già il nome di un altro file di questo comando", En: "is already the name of another file of this command"}
	hintReportSame  = flusso.Text{It: "scegliere un altro nome per il rapporto", En: "choose another name for the report"}
	textConvertSame = flusso.Text{It: "è il file da leggere", En: "is the file to read"}
	hintConvertSame = flusso.Text{It: "scegliere un altro nome: il file di partenza non si tocca", En: "choose another name: the file to start from is not touched"}

	textFlagCodes = flusso.Text{It: "cartella con tabelle dei codici proprie (vedi flussi schema codes)", En: "folder with code tables of one's own (see flussi schema codes)"}

	textFileSummary   = flusso.Text{It: "%s: %s, %d record: %d validi, %d scartati, %d segnalazioni", En: "%s: %s, %d records: %d valid, %d rejected, %d faults"}
	textFileRefused   = flusso.Text{It: "%s: rifiutato per intero: %s", En: "%s: refused whole: %s"}
	textReportWritten = flusso.Text{It: "rapporto scritto: %s", En: "report written: %s"}

	textSchemaTipo = flusso.Text{It: "lo schema XSD è di un altro tipo di flusso di quello in --tipo", En: "the XSD is of another kind of flow than --tipo"}
	hintSchemaTipo = flusso.Text{It: "togliere --tipo: lo dice lo schema", En: "leave --tipo out: the schema tells it"}

	textBadChannel = flusso.Text{It: "canale sconosciuto", En: "unknown channel"}
	hintBadChannel = flusso.Text{It: "i canali sono upload e cooperazione", En: "the channels are upload and cooperazione"}
)

// flussi convert.
var (
	textConvertShort = flusso.Text{It: "da tabella a flusso XML e viceversa", En: "from a table to a flow in XML, and back"}
	textConvertLong  = flusso.Text{
		It: "Converte un flusso fra XML, CSV e .xlsx senza perdere nulla; l'estensione di OUT dice in che\ncosa (.xml, .csv, .xlsx, anche .gz). Legge il CSV di Excel e il foglio com'è: vedi docs/csv.md\ne docs/excel.md. Un flusso che non rispetta lo schema non si converte: gli errori si vedono\ncome con validate. Con --propose-map si propone un tracciato per una tabella con altre colonne e\ncon etichette al posto dei codici (docs/tracciato.md). Con --split OUT è una cartella, con un flusso per prestazione come li vuole la cooperazione applicativa.",
		En: "Converts a flow between XML, CSV and .xlsx and loses nothing; OUT's extension says into what\n(.xml, .csv, .xlsx, .gz too). Reads Excel's CSV and the workbook as it is: see docs/csv.md and\ndocs/excel.md. A flow that breaks the schema is not converted: its faults are told as validate\ntells them. With --propose-map a layout is proposed for a table with other columns, and with\nlabels in the place of codes (docs/tracciato.md). With --split OUT is a folder with a flow for each benefit, as cooperazione applicativa wants them.",
	}
	textConvertExample = flusso.Text{
		It: "  flussi convert esportazione.csv flusso.xml\n  flussi convert flusso.xml.gz tabella.csv\n  flussi convert --split --date 2026-02-01 flusso.xml cartella\n  flussi convert --propose-map tracciato.yaml esportazione.xlsx\n  flussi convert --map tracciato.yaml esportazione.xlsx flusso.xml\n  flussi convert --fix all --dry-run flusso.xml\n  flussi convert --fix quote,regione flusso.xml riparato.xml",
		En: "  flussi convert export.csv flow.xml\n  flussi convert flow.xml.gz table.csv\n  flussi convert --split --date 2026-02-01 flow.xml folder\n  flussi convert --propose-map layout.yaml export.xlsx\n  flussi convert --map layout.yaml export.xlsx flow.xml\n  flussi convert --fix all --dry-run flow.xml\n  flussi convert --fix quote,regione flow.xml mended.xml",
	}
	textFlagSinbaKey   = flusso.Text{It: "file della chiave dei codici SINBA: IDBeneficiario diventa il codice anonimo (docs/sinba.md)", En: "file of the key of SINBA codes: IDBeneficiario becomes the anonymous code (docs/sinba.md)"}
	textFlagMap        = flusso.Text{It: "file di tracciato di una tabella con altre colonne (docs/tracciato.md)", En: "layout file of a table with other columns (docs/tracciato.md)"}
	textFlagProposeMap = flusso.Text{It: "propone un tracciato per IN e lo scrive in questo file; OUT non serve", En: "propose a layout for IN and write it into this file; OUT is not needed"}
	textFlagUpdateMap  = flusso.Text{It: "con --propose-map: tiene ciò che il file già decide e aggiunge solo colonne e valori nuovi", En: "with --propose-map: keep what the file decides already and add only columns and values that are new"}
	textFlagForce      = flusso.Text{It: "sostituisce OUT se c'è già", En: "replace OUT where it is there already"}
	textFlagSplit      = flusso.Text{It: "un flusso per prestazione, nella cartella OUT", En: "a flow for each benefit, in the folder OUT"}
	textFlagSplitDate  = flusso.Text{It: "data nei nomi dei flussi, AAAA-MM-GG (predefinita oggi)", En: "date in the names of the flows, YYYY-MM-DD (default today)"}
	textFlagSplitFirst = flusso.Text{It: "progressivo del primo flusso", En: "progressive number of the first flow"}
	textFlagFix        = flusso.Text{It: "applica riparazioni, dicendo dove (nomi separati da virgole, o all): vedi docs/riparazioni.md", En: "apply repairs, telling where (names between commas, or all): see docs/repairs.md"}
	textFlagFixDryRun  = flusso.Text{It: "dice che cosa si farebbe e non scrive nulla", En: "tell what would be done and write nothing"}
	textRepair         = flusso.Text{It: "riparato", En: "repaired"}
	textRepairInto     = flusso.Text{It: "%d record, uno per anno", En: "%d records, one for each year"}
	textRepairs        = flusso.Text{It: "riparazioni: %s", En: "repairs: %s"}
	textNoRepairs      = flusso.Text{It: "riparazioni: nessuna", En: "repairs: none"}
	textWouldConvert   = flusso.Text{It: "%s: si convertirebbe: %d record di %s, %d segnalazioni", En: "%s: would be converted: %d records of %s, %d faults"}
	textConvertExists  = flusso.Text{It: "c'è già", En: "is there already"}
	hintConvertExists  = flusso.Text{It: "scegliere un altro nome, o --force per sostituire il file", En: "choose another name, or --force to replace the file"}
	hintSplitExists    = flusso.Text{It: "scegliere una cartella che non c'è ancora", En: "choose a folder that is not there yet"}

	hintProposeExists    = flusso.Text{It: "scegliere un altro nome, --update-map per aggiungere ciò che è nuovo, o --force per sostituire il file", En: "choose another name, --update-map to add what is new, or --force to replace the file"}
	textProposed         = flusso.Text{It: "%s: tracciato proposto per %s: %d colonne, %d punti da decidere", En: "%s: layout proposed for %s: %d columns, %d places to decide"}
	textProposedOpen     = flusso.Text{It: "da decidere", En: "to decide"}
	textProposedLeft     = flusso.Text{It: "lasciata fuori", En: "left out"}
	textProposedKey      = flusso.Text{It: "unisce i fogli", En: "joins the sheets"}
	textProposedValues   = flusso.Text{It: "; valori diversi senza codice: %d, tradotti %d, da decidere %d", En: "; different values without a code: %d, translated %d, to decide %d"}
	textProposedUnlisted = flusso.Text{It: "; celle con valori non elencati: %d", En: "; cells with values not listed: %d"}
	textProposedNext     = flusso.Text{It: "  → aprire %s, decidere dove c'è \"?\", poi usarlo con --map", En: "  → open %s, decide where there is \"?\", then use it with --map"}

	textConvertSeveral = flusso.Text{It: "l'archivio contiene più di un flusso", En: "the archive holds more than one flow"}
	hintConvertSeveral = flusso.Text{It: "estrarre i flussi e convertirli uno per uno", En: "take the flows out and convert them one by one"}
	textConvertInvalid = flusso.Text{It: "%s: non convertito, %d errori di schema", En: "%s: not converted, %d faults against the schema"}
	textConverted      = flusso.Text{It: "%s: %d record di %s, %d segnalazioni", En: "%s: %d records of %s, %d faults"}
	textConvertRitorno = flusso.Text{It: "un flusso di ritorno non si converte", En: "a return flow is not converted"}
	hintConvertRitorno = flusso.Text{It: "si leggono flussi PS_PSA_SINA e SINBA, in XML o CSV", En: "flows PS_PSA_SINA and SINBA are read, in XML or CSV"}
	textSplitDate      = flusso.Text{It: "la data non è AAAA-MM-GG", En: "the date is not YYYY-MM-DD"}
	textSplitEnte      = flusso.Text{It: "il codice dell'ente non può stare nel nome di un flusso", En: "the Ente's code cannot stand in the name of a flow"}
	hintSplitEnte      = flusso.Text{It: "usare lettere maiuscole e cifre, come H501", En: "use capital letters and digits, as H501"}
	textSplitMany      = flusso.Text{It: "i progressivi di un giorno finiscono a 9999999", En: "the progressive numbers of a day end at 9999999"}
	hintSplitMany      = flusso.Text{It: "dividere il flusso, o usare un'altra data con --date", En: "divide the flow, or use another date with --date"}
)

// flussi synth.
var (
	textSynthShort = flusso.Text{It: "scrive flussi sintetici", En: "writes synthetic flows"}
	textSynthLong  = flusso.Text{
		It: "Scrive un flusso di persone che non esistono, valido o con errori noti. Lo stesso seme dà\ngli stessi byte. OUT è un file, o - per stdout.",
		En: "Writes a flow of people who do not exist, valid or with known faults. The same seed gives\nthe same bytes. OUT is a file, or - for stdout.",
	}
	textSynthExample = flusso.Text{
		It: "  flussi synth --tipo PS --beneficiari 1000 --seed 1 flusso.xml\n  flussi synth --tipo ritorno --regione 12 ritorno.csv\n  flussi synth --tipo SINBA --faults 0.1 - | less",
		En: "  flussi synth --tipo PS --beneficiari 1000 --seed 1 flow.xml\n  flussi synth --tipo ritorno --regione 12 ritorno.csv\n  flussi synth --tipo SINBA --faults 0.1 - | less",
	}
	textFlagFaults      = flusso.Text{It: "quota di record con errori, da 0 a 1", En: "share of faulty records, 0 to 1"}
	textFlagEnte        = flusso.Text{It: "codice Belfiore del comune che invia", En: "Belfiore code of the comune that sends"}
	textFlagRegione     = flusso.Text{It: "regione di residenza: due cifre ISTAT o NUTS 2", En: "region of residence: ISTAT's two digits or NUTS 2"}
	textFlagProgressivo = flusso.Text{It: "progressivo giornaliero nel nome del flusso", En: "daily number in the flow's name"}

	textSynthDone = flusso.Text{It: "%s: %s sintetico, %d beneficiari, %d record di cui %d con errori", En: "%s: synthetic %s, %d beneficiari, %d records, %d of them faulty"}

	textNoOutFolder = flusso.Text{It: "la cartella in cui scrivere non c'è", En: "the folder to write into does not exist"}
	hintNoOutFolder = flusso.Text{It: "crearla, o indicare un file altrove", En: "make it, or name a file elsewhere"}
	textNotPositive = flusso.Text{It: "--beneficiari e --progressivo partono da 1", En: "--beneficiari and --progressivo begin at 1"}
	textOutIsFolder = flusso.Text{It: "l'uscita è una cartella", En: "the output is a folder"}
	hintOutIsFolder = flusso.Text{It: "indicare un file, per esempio flusso.xml", En: "name a file, for example flow.xml"}
)

// flussi disclose.
var (
	textDiscloseShort = flusso.Text{It: "scrive la vista di un destinatario da flussi locali", En: "writes one recipient's view of local flows"}
	textDiscloseLong  = flusso.Text{
		It: "Scrive in --out i dataset che il destinatario può vedere, senza rete, operatore o\nconvenzione: tutto resta su questo computer. Il destinatario è uno della configurazione\noppure una classe: inps, ministero, regione:12, comune:H501, ente:H501.\nLa vista è dei soli file dati e prende il posto della precedente. A chi ne riceve più\nd'una non darle fatte così: confrontandole vedrebbe chi si è aggiunto. Serve flussi run.\nEsce con 3 se qualche record è scartato o un dataset non ha nulla da mostrare.",
		En: "Writes into --out the datasets that the recipient may see, without network, operator or\nagreement: everything stays on this computer. The recipient is one of the configuration\nor a class: inps, ministero, regione:12, comune:H501, ente:H501.\nThe view is of the files given alone and takes the place of the one before. Do not hand\nseveral of them to one reader, who would see by comparing who was added: use flussi run.\nExits with 3 where some record is rejected or a dataset has nothing to show.",
	}
	textDiscloseExample = flusso.Text{
		It: "  flussi disclose --recipient regione:12 --out vista flusso.xml\n  flussi disclose --recipient regione:12 --out vista --report rapporti flusso.xml\n  flussi disclose --recipient inps --recipient regione:12 --out viste flusso.xml\n  flussi disclose --recipient ente:H501 --out miei *.xml",
		En: "  flussi disclose --recipient regione:12 --out view flow.xml\n  flussi disclose --recipient regione:12 --out view --report reports flow.xml\n  flussi disclose --recipient inps --recipient regione:12 --out views flow.xml\n  flussi disclose --recipient ente:H501 --out mine *.xml",
	}
	textFlagRecipient   = flusso.Text{It: "destinatario", En: "recipient"}
	textFlagRecipients  = flusso.Text{It: "destinatario; più volte per più destinatari, con una sola lettura dei file", En: "recipient; several times for several, while the files are read once"}
	textRecipientTwice  = flusso.Text{It: "un destinatario è indicato due volte", En: "a recipient is named twice"}
	hintRecipientTwice  = flusso.Text{It: "indicare ogni destinatario una volta sola", En: "name each recipient once"}
	textFlagOut         = flusso.Text{It: "cartella dei dataset", En: "folder of the datasets"}
	textFlagInnerReport = flusso.Text{It: "cartella del rapporto interno, con i conti esatti: resta qui, non va consegnato", En: "folder of the inner report, with the exact books: it stays here, do not hand it over"}
	textInnerReport     = flusso.Text{It: "    rapporto interno, con i conti esatti, da non consegnare: %s", En: "    inner report, with the exact books, not to be handed over: %s"}
	textReportLeaves    = flusso.Text{It: "la cartella di --report sta in quella di --out, da dove il rapporto andrebbe al destinatario", En: "the folder of --report is in that of --out, from where the report would go to the recipient"}
	hintReportLeaves    = flusso.Text{It: "indicare con --report una cartella fuori da quella dei dataset", En: "name with --report a folder outside that of the datasets"}
	textOutIsOurs       = flusso.Text{It: "la cartella di --out è quella dei dataset di questa configurazione: le loro esecuzioni si fermerebbero su un rilascio che il registro non conosce", En: "the folder of --out is that of this configuration's datasets: its runs would stop at a release that the ledger does not know"}
	hintOutIsOurs       = flusso.Text{It: "indicare con --out un'altra cartella, o pubblicare con flussi run", En: "name another folder with --out, or publish with flussi run"}
	textFlagKey         = flusso.Text{It: "file con la chiave dei codici di riga (predefinito: una chiave fatta per il rilascio)", En: "file with the key of the row codes (default: a key made for the release)"}

	textNothingDisclosed = flusso.Text{It: "nessuno dei file riempie un dataset di questo destinatario", En: "none of the files fills a dataset of this recipient"}
	hintNothingDisclosed = flusso.Text{It: "flussi explain DESTINATARIO dice che cosa può vedere; flussi validate dice che cosa non va nei file", En: "flussi explain RECIPIENT tells what it may see; flussi validate tells what is wrong with the files"}
	textShortKey         = flusso.Text{It: "la chiave è troppo corta", En: "the key is too short"}
	hintKeyFile          = flusso.Text{It: "un file con almeno 32 caratteri casuali, per esempio: openssl rand -hex 32", En: "a file of at least 32 random characters, for example: openssl rand -hex 32"}
)

// A recipient by its class.
var (
	textNoScope      = flusso.Text{It: "questa classe non ha un ambito", En: "this class has no scope"}
	textScopeMissing = flusso.Text{It: "manca l'ambito del destinatario", En: "the recipient's scope is missing"}
	hintScope        = flusso.Text{It: "per esempio regione:12, comune:H501, ente:H501, ministero, inps", En: "for example regione:12, comune:H501, ente:H501, ministero, inps"}
)

func textCannotOpen(path string) flusso.Text {
	return flusso.Text{It: path + ": il file non si può aprire", En: path + ": the file cannot be opened"}
}

func textNotAFile(path string) flusso.Text {
	return flusso.Text{It: path + ": non è un file", En: path + ": is not a file"}
}
