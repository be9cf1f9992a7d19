package main

import (
	"flussi/internal/exchange"
	"flussi/internal/flusso"
	"flussi/internal/schema"
)

// Help, in the order of the commands.
var (
	textShort = flusso.Text{
		It: "scambia i flussi SIUSS tra enti pubblici, senza perdere nulla e senza dire troppo",
		En: "exchanges SIUSS flows between public bodies, losing nothing and telling no more than it may",
	}
	textLong = flusso.Text{
		It: `flussi prende i flussi SIUSS dagli endpoint SFTP, li conserva al sicuro, controlla ogni
record con gli schemi e le regole INPS, mostra a ciascun destinatario solo ciò che la
scheda di visibilità consente, scrive dataset Parquet e consegna i file.

Per cominciare: flussi demo`,
		En: `flussi takes SIUSS flows from SFTP endpoints, keeps them safe, checks every record against
INPS's schemas and rules, discloses to each recipient only what the visibility sheet
allows, writes Parquet datasets and delivers files.

To begin: flussi demo`,
	}
	textFlagConfig = flusso.Text{It: "file di configurazione (predefinito flussi.yaml, poi /etc/flussi/flussi.yaml)", En: "configuration file (default flussi.yaml, then /etc/flussi/flussi.yaml)"}
	textFlagJSON   = flusso.Text{It: "un oggetto JSON per riga su stdout", En: "one JSON object a line on stdout"}
	textFlagLang   = flusso.Text{It: "lingua dei testi: it o en", En: "language of the texts: it or en"}

	textDemoShort = flusso.Text{It: "mette in scena l'intero lavoro su questo computer", En: "plays the whole job on this computer"}
	textDemoLong  = flusso.Text{
		It: `Avvia su questo computer un endpoint che si comporta come quello dell'INPS e vi mette
flussi sintetici (o quelli di --flows), poi mette in scena tre lavori veri: il flusso di
ritorno verso una Regione, l'inoltro dei flussi dei comuni, l'invio di un comune.
Non serve rete, né root, né configurazione. Nella cartella restano flussi.yaml e lo
stato: ogni altro comando si può provare lì.`,
		En: `Starts on this computer an endpoint that behaves like INPS's and puts synthetic flows on
it (or those of --flows), then plays three real jobs: the return flow to a Region, the
relay of comuni's flows, a comune's own batch. No network, no root, no configuration.
The folder keeps flussi.yaml and the state: every other command can be tried there.`,
	}
	textDemoExample = flusso.Text{
		It: "  flussi demo\n  flussi demo --dir prova --beneficiari 20000 --seed 7\n  flussi demo --flows ./flussi-veri --json",
		En: "  flussi demo\n  flussi demo --dir trial --beneficiari 20000 --seed 7\n  flussi demo --flows ./real-flows --json",
	}
	textFlagDemoDir     = flusso.Text{It: "cartella della dimostrazione", En: "folder of the demo"}
	textFlagBeneficiari = flusso.Text{It: "quanti beneficiari sintetici", En: "how many synthetic beneficiari"}
	textFlagSeed        = flusso.Text{It: "seme: lo stesso seme dà gli stessi flussi", En: "seed: the same seed gives the same flows"}
	textFlagFlows       = flusso.Text{It: "cartella di flussi veri da usare al posto di quelli sintetici", En: "folder of real flows to play instead of synthetic ones"}

	textRunShort = flusso.Text{It: "esegue subito uno o più schedule", En: "runs schedules now"}
	textRunLong  = flusso.Text{
		It: "Esegue subito gli schedule indicati, uno dopo l'altro. Rieseguire è sempre sicuro: ciò che\nè già stato preso, pubblicato o consegnato non si ripete.",
		En: "Runs the schedules named, one after the other. Running again is always safe: what was\ntaken, published or delivered is not done twice.",
	}
	textRunExample = flusso.Text{
		It: "  flussi run ritorno-inps\n  flussi run --dry-run relay-comuni    # che cosa prenderebbe",
		En: "  flussi run ritorno-inps\n  flussi run --dry-run relay-comuni    # what it would take",
	}
	textFlagDryRun   = flusso.Text{It: "elenca che cosa verrebbe preso, senza cambiare nulla", En: "list what would be taken and change nothing"}
	textFlagOperator = flusso.Text{It: "codice, nel registro degli operatori, di chi esegue", En: "code, in the operators' register, of who runs it"}

	textCheckShort = flusso.Text{It: "controlla tutto ciò che può essere sbagliato", En: "checks everything that can be wrong"}
	textCheckLong  = flusso.Text{
		It: "Controlla configurazione, schedule, segreti, cartelle, registro, deleghe e che cosa la\nscheda di visibilità concede a ciascun destinatario. Con --connect chiama anche gli\nendpoint: raggiungibilità, chiave, accesso, cartelle. Non cambia nulla.",
		En: "Checks configuration, schedules, secrets, folders, ledger, deleghe, and what the visibility\nsheet grants each recipient. With --connect it also calls the endpoints: reachability,\nhost key, login, folders. It changes nothing.",
	}
	textCheckExample = flusso.Text{It: "  flussi check\n  flussi check --connect", En: "  flussi check\n  flussi check --connect"}
	textFlagConnect  = flusso.Text{It: "chiama anche gli endpoint", En: "also call the endpoints"}

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
	textFlagSchema  = flusso.Text{It: "XSD dell'INPS con cui controllare, se è di un'altra edizione di quello incorporato", En: "INPS's XSD to check by, where it is of another edition than the one built in"}
	textFlagReport  = flusso.Text{It: "scrive il rapporto: nome che finisce in .html, .csv o .json", En: "write a report: a name ending in .html, .csv or .json"}

	textDiscloseShort = flusso.Text{It: "scrive la vista di un destinatario da flussi locali", En: "writes one recipient's view of local flows"}
	textDiscloseLong  = flusso.Text{
		It: "Scrive in --out i dataset che il destinatario può vedere, senza rete, operatore o\nconvenzione: tutto resta su questo computer. Il destinatario è uno della configurazione\noppure una classe: inps, ministero, regione:12, comune:H501, ente:H501.\nLa vista è dei soli file dati e prende il posto della precedente. A chi ne riceve più\nd'una non darle fatte così: confrontandole vedrebbe chi si è aggiunto. Serve flussi run.",
		En: "Writes into --out the datasets that the recipient may see, without network, operator or\nagreement: everything stays on this computer. The recipient is one of the configuration\nor a class: inps, ministero, regione:12, comune:H501, ente:H501.\nThe view is of the files given alone and takes the place of the one before. Do not hand\nseveral of them to one reader, who would see by comparing who was added: use flussi run.",
	}
	textDiscloseExample = flusso.Text{
		It: "  flussi disclose --recipient regione:12 --out vista flusso.xml\n  flussi disclose --recipient ente:H501 --out miei *.xml",
		En: "  flussi disclose --recipient regione:12 --out view flow.xml\n  flussi disclose --recipient ente:H501 --out mine *.xml",
	}
	textFlagRecipient = flusso.Text{It: "destinatario", En: "recipient"}
	textFlagOut       = flusso.Text{It: "cartella dei dataset", En: "folder of the datasets"}
	textFlagKey       = flusso.Text{It: "file con la chiave dei codici di riga (predefinito: una chiave fatta per il rilascio)", En: "file with the key of the row codes (default: a key made for the release)"}

	hintActFault = flusso.Text{It: "correggere questa riga secondo l'atto", En: "mend this line after the act"}

	textOutcomesShort = flusso.Text{It: "che cosa INPS ha risposto ai flussi", En: "what INPS answered to the flows"}
	textOutcomesLong  = flusso.Text{
		It: "Elenca gli esiti letti, dal più recente: OK, DATI_NON_TROVATI, RICHIESTA_INVALIDA o\nERRORE_GENERICO, con l'arrivo a cui rispondono. Un esito di un flusso che il registro non\nconosce resta, e trova il suo flusso quando arriva.",
		En: "Lists the esiti read, newest first: OK, DATI_NON_TROVATI, RICHIESTA_INVALIDA or\nERRORE_GENERICO, with the arrival that they answer. An esito of a flow that the ledger does\nnot know stays, and finds its flow when that comes.",
	}
	textOutcomesImportShort = flusso.Text{It: "legge un file di esiti", En: "reads a file of esiti"}
	textOutcomesImportLong  = flusso.Text{
		It: "Legge gli esiti come INPS li manda (il corpo di POST /esiti, un elenco, o uno per riga) e\nli scrive nel registro, accanto ai flussi. Rileggerli non cambia nulla. Il testo libero di\nINPS può nominare una persona: non si conserva, e si vede solo con --text. Esce con 3 se un\nesito nuovo non è OK.",
		En: "Reads the esiti as INPS sends them (the body of POST /esiti, a list, or one a line) and\nenters them in the ledger, beside the flows. Reading them again changes nothing. INPS's free\ntext may name a person: it is not kept, and shown with --text alone. Exits with 3 where a\nnew esito is not OK.",
	}
	textOutcomesImportExample = flusso.Text{
		It: "  flussi outcomes import esiti.json --dry-run\n  flussi outcomes import esiti.json --text",
		En: "  flussi outcomes import esiti.json --dry-run\n  flussi outcomes import esiti.json --text",
	}
	textFlagOutcomesDryRun = flusso.Text{It: "dice che cosa entrerebbe, senza scrivere", En: "says what would be entered, and writes nothing"}
	textFlagOutcomesText   = flusso.Text{It: "mostra anche le parole di INPS", En: "shows INPS's own words too"}
	textOutcomesNone       = flusso.Text{It: "nessun esito", En: "no esito"}
	textOutcomesEntered    = flusso.Text{It: "%d esiti nuovi, %d già letti, %d in contraddizione", En: "%d new esiti, %d read before, %d in contradiction"}
	textOutcomesUnmatched  = flusso.Text{It: "%d di flussi che il registro non conosce", En: "%d of flows that the ledger does not know"}
	textOutcomesDryRun     = flusso.Text{It: "prova: non si è scritto nulla", En: "dry run: nothing was written"}
	textOutcomeArrival     = flusso.Text{It: "arrivo %d", En: "arrival %d"}

	textConvertShort = flusso.Text{It: "da tabella a flusso XML e viceversa", En: "from a table to a flow in XML, and back"}
	textConvertLong  = flusso.Text{
		It: "Converte un flusso fra XML e CSV senza perdere nulla; l'estensione di OUT dice in che cosa\n(.xml, .csv, anche .gz). Legge il CSV di Excel: vedi docs/csv.md. Un flusso che non rispetta\nlo schema non si converte: gli errori si vedono come con validate. Con --split OUT è una\ncartella, con un flusso per prestazione come li vuole la cooperazione applicativa.",
		En: "Converts a flow between XML and CSV and loses nothing; OUT's extension says into what (.xml,\n.csv, .gz too). Reads Excel's CSV: see docs/csv.md. A flow that breaks the schema is not\nconverted: its faults are told as validate tells them. With --split OUT is a folder with a\nflow for each benefit, as cooperazione applicativa wants them.",
	}
	textConvertExample = flusso.Text{
		It: "  flussi convert esportazione.csv flusso.xml\n  flussi convert flusso.xml.gz tabella.csv\n  flussi convert --split --date 2026-02-01 flusso.xml cartella",
		En: "  flussi convert export.csv flow.xml\n  flussi convert flow.xml.gz table.csv\n  flussi convert --split --date 2026-02-01 flow.xml folder",
	}
	textFlagMap        = flusso.Text{It: "file di tracciato di una tabella con altre colonne (docs/csv.md)", En: "layout file of a table with other columns (docs/csv.md)"}
	textFlagForce      = flusso.Text{It: "sostituisce OUT se c'è già", En: "replace OUT where it is there already"}
	textFlagSplit      = flusso.Text{It: "un flusso per prestazione, nella cartella OUT", En: "a flow for each benefit, in the folder OUT"}
	textFlagSplitDate  = flusso.Text{It: "data nei nomi dei flussi, AAAA-MM-GG (predefinita oggi)", En: "date in the names of the flows, YYYY-MM-DD (default today)"}
	textFlagSplitFirst = flusso.Text{It: "progressivo del primo flusso", En: "progressive number of the first flow"}
	textConvertForm    = flusso.Text{It: "OUT non dice in che cosa convertire", En: "OUT does not say into what to convert"}
	hintConvertForm    = flusso.Text{It: "usare un nome che finisce in .xml o .csv, anche .gz; con --split una cartella", En: "use a name that ends in .xml or .csv, .gz too; with --split a folder"}
	textConvertExists  = flusso.Text{It: "c'è già", En: "is there already"}
	hintConvertExists  = flusso.Text{It: "scegliere un altro nome, o --force per sostituire il file", En: "choose another name, or --force to replace the file"}
	hintSplitExists    = flusso.Text{It: "scegliere una cartella che non c'è ancora", En: "choose a folder that is not there yet"}
	textConvertSame    = flusso.Text{It: "è il file da leggere", En: "is the file to read"}
	hintConvertSame    = flusso.Text{It: "scegliere un altro nome: il file di partenza non si tocca", En: "choose another name: the file to start from is not touched"}
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

	textFlagCodes = flusso.Text{It: "cartella con tabelle dei codici proprie (vedi flussi schema codes)", En: "folder with code tables of one's own (see flussi schema codes)"}

	textSchemaShort = flusso.Text{It: "gli schemi e le tabelle dei codici incorporati", En: "the built-in schemas and code tables"}
	textSchemaLong  = flusso.Text{
		It: "Mostra che cosa flussi sa dei flussi SIUSS: elementi e attributi, tabelle dei codici, e che\ncosa cambia in uno schema nuovo.",
		En: "Shows what flussi knows of the SIUSS flows: elements and attributes, code tables, and what\nchanges in a new schema.",
	}
	textSchemaShowShort = flusso.Text{It: "gli elementi, gli attributi e i codici dei flussi", En: "the elements, attributes and codes of the flows"}
	textSchemaShowLong  = flusso.Text{
		It: "Elenca elementi e attributi come li vuole lo schema dell'INPS: * vuol dire obbligatorio, poi\nil tipo con la lunghezza fra parentesi tonde, la forma fra barre, i limiti fra quadre e i\ncodici con il significato.",
		En: "Lists elements and attributes as INPS's schema wants them: * means required, then the type\nwith its length in brackets, its pattern between slashes, bounds in square brackets, and\nthe codes with their meaning.",
	}
	textFlagSchemaTipo  = flusso.Text{It: "PS_PSA_SINA o SINBA (predefinito: tutti e due)", En: "PS_PSA_SINA or SINBA (default: both)"}
	textNoXSDOfRitorno  = flusso.Text{It: "il flusso di ritorno non ha uno schema", En: "the return flow has no schema"}
	hintNoXSDOfRitorno  = flusso.Text{It: "lo dichiara un file di tracciato: schedules/layouts", En: "a layout file declares it: schedules/layouts"}
	textSchemaDiffShort = flusso.Text{It: "che cosa cambia in uno schema XSD nuovo", En: "what changes in a new XSD"}
	textSchemaDiffLong  = flusso.Text{
		It: "Confronta uno schema XSD dell'INPS con quello incorporato e dice che cosa cambia, dove e con\nquale effetto sui flussi. Esce con 3 se c'è qualcosa. Che cosa fare poi: docs/nuova-edizione.md.",
		En: "Compares an XSD of INPS with the one built in and tells what changes, where, and what that\ndoes to flows. Exits with 3 where there is something. What to do then: docs/new-edition.md.",
	}
	textSchemaSame    = flusso.Text{It: "%s: nessuna differenza dallo schema incorporato", En: "%s: no difference from the schema built in"}
	textSchemaBreaks  = flusso.Text{It: "%d differenze da %s incorporato: flussi finora validi possono essere rifiutati", En: "%d differences from the %s built in: flows that were valid may be refused"}
	textSchemaLoosens = flusso.Text{It: "%d differenze da %s incorporato: i flussi finora validi lo restano", En: "%d differences from the %s built in: flows that were valid stay so"}

	textSchemaCodesShort = flusso.Text{It: "le tabelle dei codici, anche da correggere", En: "the code tables, to be corrected too"}
	textSchemaCodesLong  = flusso.Text{
		It: "Elenca le tabelle dei codici: comuni e province con le date, stati, prestazioni. Con --out\nle scrive in una cartella, CSV con punto e virgola. Una cartella con le proprie, anche una\nsola, prende il loro posto: tables: {codici: CARTELLA} nella configurazione, o --codes.",
		En: "Lists the code tables: comuni and provinces with their dates, countries, benefits. With\n--out it writes them into a folder, CSV with semicolons. A folder with one's own, one alone\ntoo, takes their place: tables: {codici: FOLDER} in the configuration, or --codes.",
	}
	textSchemaCodesExample = flusso.Text{
		It: "  flussi schema codes\n  flussi schema codes --out codici",
		En: "  flussi schema codes\n  flussi schema codes --out codes",
	}
	textFlagCodesOut = flusso.Text{It: "cartella dove scrivere le tabelle", En: "folder to write the tables into"}
	textCodesExist   = flusso.Text{It: "il file c'è già", En: "the file is already there"}
	hintCodesExist   = flusso.Text{It: "scegliere un'altra cartella, o togliere il file: non si sovrascrive una tabella corretta a mano", En: "choose another folder, or remove the file: a table corrected by hand is not written over"}
	textCodesWritten = flusso.Text{It: "scritte in %s", En: "written into %s"}

	textExplainShort = flusso.Text{It: "spiega un destinatario, una regola o uno scarto", En: "explains a recipient, a rule or a rejection"}
	textExplainLong  = flusso.Text{
		It: "Spiega a parole che cosa vede un destinatario e perché, che cosa chiede una regola, o\nperché una riga di un file è scartata.",
		En: "Explains in words what a recipient sees and why, what a rule asks, or why a line of a\nfile is rejected.",
	}
	textExplainExample = flusso.Text{
		It: "  flussi explain regione:12\n  flussi explain PS-017\n  flussi explain flusso.xml:42",
		En: "  flussi explain regione:12\n  flussi explain PS-017\n  flussi explain flow.xml:42",
	}

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

	textInviaShort = flusso.Text{It: "un endpoint SFTP che si comporta come quello dell'INPS", En: "an SFTP endpoint that behaves like INPS's"}
	textInviaLong  = flusso.Text{
		It: "Per prove e formazione: accetta un utente da indirizzi noti, toglie un file quando lo\nritiene scaricato, inghiotte ciò che riceve, annota ogni operazione, lascia ricevute.\nI file da prendere si mettono in DIR/users/NOME/out. Si ferma con Ctrl-C.",
		En: "For trials and training: lets one user in from known addresses, removes a file when it\ncounts it as downloaded, swallows what it is given, notes every operation, leaves\nreceipts. Files to take go into DIR/users/NAME/out. Stops with Ctrl-C.",
	}
	textInviaExample = flusso.Text{
		It: "  flussi invia --root inps --listen 127.0.0.1:2222 --user REGLAZ01 --password-file pw --authorized-key id.pub",
		En: "  flussi invia --root inps --listen 127.0.0.1:2222 --user REGLAZ01 --password-file pw --authorized-key id.pub",
	}
	textFlagRoot          = flusso.Text{It: "cartella dell'endpoint", En: "the endpoint's folder"}
	textFlagListen        = flusso.Text{It: "indirizzo e porta", En: "address and port"}
	textFlagUser          = flusso.Text{It: "nome dell'utente", En: "the user's name"}
	textFlagPasswordFile  = flusso.Text{It: "file con la password", En: "file with the password"}
	textFlagAuthorizedKey = flusso.Text{It: "file con la chiave pubblica; con la password servono entrambe", En: "file with the public key; with a password both are needed"}
	textFlagAllow         = flusso.Text{It: "indirizzi ammessi", En: "addresses let in"}
	textFlagRemoveOn      = flusso.Text{It: "quando un file scaricato è tolto: close, eof, last-byte, never", En: "when a downloaded file is removed: close, eof, last-byte, never"}
	textFlagOnDrop        = flusso.Text{It: "se la connessione cade dopo l'ultimo byte: remove o keep", En: "when the connection drops after the last byte: remove or keep"}
	textFlagDropBox       = flusso.Text{It: "inghiotte i file ricevuti alla chiusura", En: "swallow received files on close"}
	textFlagRename        = flusso.Text{It: "offre rename, posix-rename, fsync e limits", En: "offer rename, posix-rename, fsync and limits"}

	textHistoryShort   = flusso.Text{It: "esecuzioni, arrivi, rilasci, consegne", En: "runs, arrivals, releases, deliveries"}
	textHistoryLong    = flusso.Text{It: "Mostra gli ultimi movimenti del registro, i più recenti per primi.", En: "Shows the ledger's latest, newest first."}
	textHistoryExample = flusso.Text{It: "  flussi history --last 5\n  flussi history --json | jq 'select(.message_type==\"release\")'", En: "  flussi history --last 5\n  flussi history --json | jq 'select(.message_type==\"release\")'"}
	textFlagLast       = flusso.Text{It: "quanti per tipo (0: tutti)", En: "how many of each (0: all)"}

	textQuarantineShort = flusso.Text{It: "i file messi da parte e perché", En: "files set aside and why"}
	textQuarantineLong  = flusso.Text{
		It: "Un file rifiutato per intero, o che ripete un flusso con altri byte, è messo da parte finché\nuna persona decide: niente lo cancella.",
		En: "A file refused whole, or one that repeats a flow with other bytes, is set aside until a\nperson decides: nothing deletes it.",
	}
	textQuarantineLsShort      = flusso.Text{It: "elenca i file messi da parte", En: "lists the files set aside"}
	textQuarantineReleaseShort = flusso.Text{It: "rimette un file in lavorazione", En: "puts a file back to work"}
	textQuarantineReleaseLong  = flusso.Text{
		It: "La prossima esecuzione dello schedule rilegge il file. Se è sbagliato il file stesso torna da\nparte; se aveva solo il nome di un altro, va avanti: se ne fa garante chi lo rimette.",
		En: "The schedule's next run reads the file again. If the file itself is wrong it is set aside\nagain; if it only had another one's name it goes on: whoever releases it vouches for it.",
	}
	textQuarantineShowShort = flusso.Text{It: "mostra un file messo da parte", En: "shows a file set aside"}
	textQuarantineShowLong  = flusso.Text{
		It: "Dice che cosa si sa di un file messo da parte; il rapporto ne elenca gli errori. Con --out ne\ncopia i byte in un file nuovo, anche se lo spool è cifrato: chi lo fa resta nel registro.",
		En: "Tells what is known of a file set aside; the report lists its faults. With --out it copies\nthe bytes to a new file, from an encrypted spool too: who does so is in the audit log.",
	}
	textQuarantinePurgeShort = flusso.Text{It: "elimina per sempre un file messo da parte", En: "removes a file set aside, for good"}
	textQuarantinePurgeLong  = flusso.Text{
		It: "Chiede conferma, salvo --yes. Persona e motivo restano nel registro; nient'altro elimina mai\nun file messo da parte. Se gli stessi byte tornano, sono un arrivo nuovo.",
		En: "Asks before, unless --yes. Person and reason stay in the audit log; nothing else ever removes\na file set aside. The same bytes, coming again, are a new arrival.",
	}
	textFlagCopyOut     = flusso.Text{It: "copia i byte del file qui", En: "copies the file's bytes here"}
	textFlagPurgeReason = flusso.Text{It: "motivo: resent (rimandato), mistaken (non doveva arrivare), expired (termine scaduto), unreadable (nessuno può leggerlo)", En: "reason: resent, mistaken (it should never have come), expired (its term is over), unreadable (nobody can read it)"}
	textFlagYes         = flusso.Text{It: "non chiede conferma", En: "asks no confirmation"}
	textShowSpool       = flusso.Text{It: "%s: %s", En: "%s: %s"}
	textShowArrival     = flusso.Text{It: "      arrivo %d del %s da %s: %s, %d byte", En: "      arrival %d of %s from %s: %s, %d bytes"}
	textShowRecords     = flusso.Text{It: "      %d record dell'Ente %s", En: "      %d records of Ente %s"}
	textCopiedOut       = flusso.Text{It: "copiato in %s: contiene dati personali, eliminarlo appena non serve", En: "copied to %s: it holds personal data, remove it as soon as it is not needed"}
	textPurgeQuestion   = flusso.Text{It: "eliminare per sempre il file %s (%s)? sì/no", En: "remove file %s (%s) for good? yes/no"}
	textNotPurged       = flusso.Text{It: "il file resta dov'è", En: "the file stays where it is"}
	hintNotPurged       = flusso.Text{It: "rispondere «sì», oppure --yes negli script", En: "answer \"yes\", or --yes in scripts"}
	textPurged          = flusso.Text{It: "il file %s è eliminato", En: "file %s is removed"}
	textCannotWriteNew  = flusso.Text{It: "il file non si può scrivere", En: "the file cannot be written"}
	textOutExists       = flusso.Text{It: "c'è già un file con questo nome", En: "a file of this name is there already"}
	textYes             = flusso.Text{It: "sì", En: "yes"}
	textNo              = flusso.Text{It: "no", En: "no"}

	textQuarantineEmpty    = flusso.Text{It: "nessun file è messo da parte", En: "no file is set aside"}
	textQuarantineReleased = flusso.Text{It: "il file %d sarà riletto alla prossima esecuzione", En: "file %d will be read again at the next run"}

	textSentShort = flusso.Text{It: "che cosa si è inviato e che cosa ne è stato", En: "what was sent and what came of it"}
	textSentLong  = flusso.Text{
		It: "Elenca le consegne, le più recenti per prime. Di una IN DUBBIO il server non lascia capire se\nsia arrivata: lo si chiede al destinatario e si scrive qui la risposta.",
		En: "Lists the deliveries, newest first. Of one IN DOUBT the server does not let anybody see\nwhether it arrived: ask the recipient and enter the answer here.",
	}
	textSentExample = flusso.Text{
		It: "  flussi sent --last 5\n  flussi sent --json",
		En: "  flussi sent --last 5\n  flussi sent --json",
	}
	textSentArrivedShort = flusso.Text{It: "il destinatario ha la consegna in dubbio", En: "the recipient has the delivery in doubt"}
	textSentAgainShort   = flusso.Text{It: "il destinatario non ha la consegna in dubbio: si ripete", En: "the recipient has not the delivery in doubt: send it again"}
	textSentNone         = flusso.Text{It: "non si è ancora inviato nulla", En: "nothing was sent yet"}
	textSentArrived      = flusso.Text{It: "la consegna %d è arrivata", En: "delivery %d arrived"}
	textSentAgain        = flusso.Text{It: "la consegna %d si ripete alla prossima esecuzione", En: "delivery %d is made again at the next run"}

	textAuditShort  = flusso.Text{It: "il registro di chi ha fatto che cosa", En: "the log of who did what"}
	textVerifyShort = flusso.Text{It: "ricalcola il registro e dice se è intatto", En: "recomputes the log and tells whether it is intact"}
	textVerifyLong  = flusso.Text{
		It: "Ricalcola ogni voce e l'albero di hash (RFC 6962). Con --checkpoint prova anche che il\nregistro comincia ancora con ciò che era annotato allora: conservare altrove l'uscita di\nflussi audit verify --json.",
		En: "Recomputes every entry and the hash tree (RFC 6962). With --checkpoint it also proves that\nthe log still begins with what was noted then: keep the output of\nflussi audit verify --json somewhere else.",
	}
	textVerifyExample  = flusso.Text{It: "  flussi audit verify\n  flussi audit verify --json > /altrove/checkpoint.json\n  flussi audit verify --checkpoint /altrove/checkpoint.json", En: "  flussi audit verify\n  flussi audit verify --json > /elsewhere/checkpoint.json\n  flussi audit verify --checkpoint /elsewhere/checkpoint.json"}
	textFlagCheckpoint = flusso.Text{It: "file con un checkpoint annotato prima", En: "file with a checkpoint noted earlier"}

	textLsShort = flusso.Text{It: "elenca i file di un endpoint", En: "lists the files of an endpoint"}
	textLsLong  = flusso.Text{
		It: "Elenca una cartella dell'endpoint: dimensione, ora, nome. I nomi li vede solo chi chiede: non\nvanno in nessun registro. PATH è una cartella, un file, o ha un modello fra virgolette.",
		En: "Lists a folder of the endpoint: size, time, name. The names are for whoever asks: no log\ngets them. PATH is a folder, a file, or has a pattern between quotes.",
	}
	textLsExample = flusso.Text{It: "  flussi ls inps:/out\n  flussi ls \"inps:/out/*.zip\" --json", En: "  flussi ls inps:/out\n  flussi ls \"inps:/out/*.zip\" --json"}
	textLsEmpty   = flusso.Text{It: "nessun file", En: "no file"}

	textGetShort = flusso.Text{It: "prende un file a mano", En: "takes a file by hand"}
	textGetLong  = flusso.Text{
		It: "Prende un file, o con un modello fra virgolette o la barra in fondo più d'uno, e lo mette in\nLOCAL: una cartella, un nome, o - per stdout. Sul server il file resta; con --consume lo si\ncede come dice consume dell'endpoint, dopo che qui è intero e al sicuro. Ciò che si interrompe\nresta accanto come .NOME.flussi-part, e il prossimo get riparte da lì.",
		En: "Takes a file, or several with a pattern between quotes or a slash at the end, and puts it into\nLOCAL: a folder, a name, or - for stdout. On the server the file stays; with --consume it is\ngiven up as the endpoint's consume says, after it is whole and safe here. What breaks off stays\nbeside it as .NAME.flussi-part, and the next get goes on from there.",
	}
	textGetExample = flusso.Text{
		It: "  flussi get inps:/out/ritorno.zip .\n  flussi get \"hub:/out/*.xml\" arrivi/\n  flussi get hub:/out/a.csv - | head",
		En: "  flussi get inps:/out/ritorno.zip .\n  flussi get \"hub:/out/*.xml\" arrivals/\n  flussi get hub:/out/a.csv - | head",
	}
	textFlagConsume   = flusso.Text{It: "cede il file remoto come dice consume dell'endpoint", En: "give the remote file up as the endpoint's consume says"}
	textFlagOverwrite = flusso.Text{It: "sostituisce il file che c'è già in LOCAL", En: "replace the file that stands at LOCAL"}

	textPutShort = flusso.Text{It: "invia un flusso a mano, sotto un accordo", En: "sends a flow by hand, under an agreement"}
	textPutLong  = flusso.Text{
		It: "Invia un flusso intero e senza errori al destinatario a cui appartiene l'endpoint (agreement\ndell'endpoint, o uno schedule che invia là), se un accordo vale oggi. PATH è il nome remoto, o\nuna cartella. Lo stesso file allo stesso posto va una volta sola; tutto entra nel registro.",
		En: "Sends a flow, whole and without faults, to the recipient that the endpoint belongs to (the\nendpoint's agreement, or a schedule that sends there), if an agreement is valid today. PATH is\nthe remote name, or a folder. The same file to the same place goes once; all is on record.",
	}
	textPutExample = flusso.Text{
		It: "  flussi put flusso.xml inps:/in --dry-run\n  flussi put flusso.xml inps:/in --as inps --operator op-17",
		En: "  flussi put flow.xml inps:/in --dry-run\n  flussi put flow.xml inps:/in --as inps --operator op-17",
	}
	textFlagAgreement = flusso.Text{It: "accordo sotto cui inviare, se ce n'è più d'uno", En: "agreement to send under, where there are several"}
	textFlagAs        = flusso.Text{It: "destinatario, se all'endpoint ne appartiene più d'uno", En: "recipient, where several belong to the endpoint"}
	textFlagPutDryRun = flusso.Text{It: "dice se e a chi andrebbe, senza collegarsi", En: "tell whether and to whom it would go, without connecting"}

	textHostsShort = flusso.Text{It: "le chiavi dei server che si riconoscono", En: "the keys of servers that are known"}
	textHostsLong  = flusso.Text{
		It: "Un server si riconosce dalla sua chiave, fissata in host_keys: se ne mostra un'altra, o se\nnessuna è fissata, non gli si manda niente. ls le elenca, pin ne fissa una.",
		En: "A server is known by its key, pinned in host_keys: where it shows another one, or where\nnone is pinned, nothing is sent to it. ls lists them, pin pins one.",
	}
	textHostsLsShort  = flusso.Text{It: "elenca le chiavi fissate e fino a quando valgono", En: "lists the keys pinned and how long they hold"}
	textHostsPinShort = flusso.Text{It: "fissa la chiave di un server", En: "pins a server's key"}
	textHostsPinLong  = flusso.Text{
		It: "Chiede al server tutte le sue chiavi, senza accedervi, e fissa quella di --fingerprint:\nl'impronta che il suo gestore ha confermato per un'altra via (telefono, PEC); quella\ndell'INPS non è pubblicata da nessuna parte. Senza impronta le mostra soltanto, oppure con\n--until le fissa provvisoriamente, al massimo per 90 giorni e solo se non ce n'è nessuna.\nLa chiave si aggiunge a host_keys della configurazione, dove il resto non cambia; chi l'ha\nfatto resta nel registro.",
		En: "Asks the server for all its keys, without logging in, and pins that of --fingerprint: the\none its operator confirmed by another way (telephone, certified mail); INPS's is published\nnowhere. Without a fingerprint it only shows them, or with --until pins them provisionally,\nfor 90 days at most and only where there is none. The key is added to host_keys of the\nconfiguration, where nothing else changes; who did it stays in the audit log.",
	}
	textHostsPinExample = flusso.Text{
		It: "  flussi hosts pin inps                                 # che cosa mostra\n  flussi hosts pin inps --fingerprint SHA256:… --operator op-17\n  flussi hosts pin inps --until 2026-12-31              # provvisoria",
		En: "  flussi hosts pin inps                                 # what it shows\n  flussi hosts pin inps --fingerprint SHA256:… --operator op-17\n  flussi hosts pin inps --until 2026-12-31              # provisional",
	}
	textFlagFingerprint = flusso.Text{It: "impronta SHA256:… confermata dal gestore del server per un'altra via", En: "fingerprint SHA256:… that the server's operator confirmed by another way"}
	textFlagUntil       = flusso.Text{It: "ultimo giorno in cui la chiave vale, aaaa-mm-gg", En: "last day on which the key holds, yyyy-mm-dd"}

	textHelpShort   = flusso.Text{It: "aiuto su un comando", En: "help on a command"}
	textFlagHelp    = flusso.Text{It: "mostra questo aiuto", En: "show this help"}
	textUsage       = flusso.Text{It: "Uso", En: "Usage"}
	textCommand     = flusso.Text{It: "COMANDO", En: "COMMAND"}
	textOptions     = flusso.Text{It: "opzioni", En: "options"}
	textExamples    = flusso.Text{It: "Esempi", En: "Examples"}
	textCommands    = flusso.Text{It: "Comandi", En: "Commands"}
	textFlags       = flusso.Text{It: "Opzioni", En: "Options"}
	textGlobalFlags = flusso.Text{It: "Opzioni di ogni comando", En: "Options of every command"}
	textDefault     = flusso.Text{It: "predefinito", En: "default"}

	textVersionShort = flusso.Text{It: "versione del programma", En: "the program's version"}
)

// Results.
var (
	textDemoTitle = flusso.Text{It: "flussi demo: tre scene su questo computer, con dati sintetici salvo --flows", En: "flussi demo: three scenes on this computer, with synthetic data unless --flows"}
	textScene     = map[string]flusso.Text{
		"a": {It: "(a) Il flusso di ritorno dell'INPS verso la Regione", En: "(a) INPS's return flow to the Region"},
		"b": {It: "(b) I flussi dei comuni inoltrati all'INPS byte per byte; resta una vista anonima solo con delega", En: "(b) The comuni's flows relayed to INPS byte for byte; an anonymous view remains only with a delega"},
		"c": {It: "(c) Il flusso di un comune: prima con errori, poi corretto e inviato", En: "(c) A comune's own batch: first with faults, then mended and sent"},
	}
	textNothingNew = flusso.Text{It: "  niente di nuovo da prendere", En: "  nothing new to take"}
	textDemoBooks  = flusso.Text{It: "Conti: %d record arrivati = %d accettati + %d scartati + %d ripetuti", En: "Books: %d records in = %d accepted + %d rejected + %d duplicate"}
	textDemoOpen   = flusso.Text{It: "Da aprire (ogni cartella ha QUICKSTART.md e dizionario.md):", En: "To open (each folder has QUICKSTART.md and dictionary.md):"}
	textDemoDuck   = flusso.Text{It: "Con DuckDB:", En: "With DuckDB:"}
	textDemoTry    = flusso.Text{It: "Da provare: flussi --config %[1]s check, history, audit verify, explain regione-lazio", En: "To try: flussi --config %[1]s check, history, audit verify, explain regione-lazio"}

	textRecordsOf         = flusso.Text{It: ", %d record, %d scartati", En: ", %d records, %d rejected"}
	textReportAt          = flusso.Text{It: "      rapporto: %s", En: "      report: %s"}
	textRecipientLine     = flusso.Text{It: "  → %s / %s: %d record = %d scartati + %d fuori ambito + %d mostrati + %d soppressi", En: "  → %s / %s: %d records = %d rejected + %d outside + %d disclosed + %d suppressed"}
	textRecipientWithheld = flusso.Text{It: "  → %s / %s: niente (%s)", En: "  → %s / %s: nothing (%s)"}
	textDeliveryLine      = flusso.Text{It: "  ⇒ %s verso %s: %s, %d byte", En: "  ⇒ %s to %s: %s, %d bytes"}
	textDeliveriesLine    = flusso.Text{It: "  ⇒ %d file verso %s: %s, %d byte", En: "  ⇒ %d files to %s: %s, %d bytes"}
	textAlarm             = flusso.Text{It: "ALLARME %s: %s", En: "ALARM %s: %s"}
	alarmHints            = map[string]flusso.Text{
		"arrival in_doubt":        {It: "  → la prossima esecuzione chiede all'endpoint che cosa ne è del file (arrivo %s)", En: "  → the next run asks the endpoint what became of the file (arrival %s)"},
		"arrival lost_in_transit": {It: "  → chiedere all'endpoint di ripubblicare il file (arrivo %s): ciò che ne è giunto resta in quarantena", En: "  → ask the endpoint to publish the file again (arrival %s): what came of it stays in quarantine"},
		"fetch in_doubt":          {It: "  → ripetere lo stesso flussi get: se qui è tutto lo mette al suo posto; se no chiedere all'endpoint di ripubblicarlo (presa %s)", En: "  → run the same flussi get again: if all of it is here it stands it up; if not, ask the endpoint to publish it again (fetch %s)"},
		"delivery in_doubt":       {It: "  → chiedere al destinatario se l'ha, poi flussi sent arrived %[1]s o flussi sent again %[1]s", En: "  → ask the recipient whether it has it, then flussi sent arrived %[1]s or flussi sent again %[1]s"},
	}

	textFileSummary   = flusso.Text{It: "%s: %s, %d record: %d validi, %d scartati, %d segnalazioni", En: "%s: %s, %d records: %d valid, %d rejected, %d faults"}
	textFileRefused   = flusso.Text{It: "%s: rifiutato per intero: %s", En: "%s: refused whole: %s"}
	textReportWritten = flusso.Text{It: "rapporto scritto: %s", En: "report written: %s"}
	textCondition     = flusso.Text{It: "  condizione: %s", En: "  condition: %s"}
	textSource        = flusso.Text{It: "  fonte: %s", En: "  source: %s"}
	textNoFaultThere  = flusso.Text{It: "%s: nessuna segnalazione alla riga %d", En: "%s: nothing found on line %d"}
	textSynthDone     = flusso.Text{It: "%s: %s sintetico, %d beneficiari, %d record di cui %d con errori", En: "%s: synthetic %s, %d beneficiari, %d records, %d of them faulty"}

	textInviaListens = flusso.Text{
		It: "in ascolto su %s\nimpronta della chiave: %s\nhost_keys: [\"%s\"]\ncartella dell'utente: %s\nregistro degli accessi: %s",
		En: "listening on %s\nhost key fingerprint: %s\nhost_keys: [\"%s\"]\nthe user's folder: %s\naccess log: %s",
	}
	textFindingOK   = flusso.Text{It: "ok    %s", En: "ok    %s"}
	textFindingNote = flusso.Text{It: "      nota: %s", En: "      note: %s"}
	textFindingBad  = flusso.Text{It: "NO    %s: %s", En: "NO    %s: %s"}
	textCheckFailed = flusso.Text{It: "flussi: cose che non vanno: %d\n  → le righe con NO dicono quali e che cosa fare", En: "flussi: things that are wrong: %d\n  → the lines with NO tell which and what to do"}

	textGot      = flusso.Text{It: "%s  %s  sha256 %s  (sul server: %s)", En: "%s  %s  sha256 %s  (on the server: %s)"}
	textNotGot   = flusso.Text{It: "%s: %s", En: "%s: %s"}
	textWouldPut = flusso.Text{It: "%s andrebbe a %s per %s: %s, sha256 %s", En: "%s would go to %s for %s: %s, sha256 %s"}
	textLeft     = flusso.Text{It: "mancano", En: "left"}
	remoteTexts  = map[string]flusso.Text{
		"kept":        {It: "resta", En: "it stays"},
		"gone":        {It: "tolto", En: "gone"},
		"archived":    {It: "archiviato", En: "archived"},
		"still_there": {It: "c'è ancora, e dovrebbe averlo tolto", En: "still there, and it should have removed it"},
		"unknown":     {It: "non si sa", En: "unknown"},
	}

	textHistoryRuns       = flusso.Text{It: "Esecuzioni", En: "Runs"}
	textHistoryArrivals   = flusso.Text{It: "Arrivi", En: "Arrivals"}
	textHistoryReleases   = flusso.Text{It: "Rilasci", En: "Releases"}
	textHistoryFetches    = flusso.Text{It: "Presi a mano", En: "Taken by hand"}
	textHistoryMoving     = flusso.Text{It: "In corso", En: "Under way"}
	textHistoryCircuits   = flusso.Text{It: "Endpoint che non rispondono", En: "Endpoints that do not answer"}
	textHistoryCircuit    = flusso.Text{It: "  %-20s %d volte di seguito", En: "  %-20s %d times in a row"}
	textHistoryRests      = flusso.Text{It: "; si richiama dalle %s", En: "; called again from %s"}
	textHistoryDeliveries = flusso.Text{It: "Consegne", En: "Deliveries"}
	textVerified          = flusso.Text{It: "il registro è intatto: %d voci, radice %s", En: "the log is intact: %d entries, root %s"}
)

// A first configuration by questions; the questions are the flags' help too.
var (
	textInitShort = flusso.Text{It: "una prima configurazione, a domande", En: "a first configuration, by questions"}
	textInitLong  = flusso.Text{
		It: "Chiede ciò che le opzioni non dicono e scrive flussi.yaml, le chiavi in segreti/ e uno schedule\nd'esempio. Non sovrascrive nulla. Negli script le risposte si danno con le opzioni o da stdin,\nuna per riga; una riga vuota è la risposta tra parentesi.",
		En: "Asks what the options leave open and writes flussi.yaml, the keys in segreti/ and an example\nschedule. It overwrites nothing. In scripts answers are given by options or on stdin, one a\nline; an empty line is the answer in brackets.",
	}
	textInitExample  = flusso.Text{It: "  flussi init\n  flussi init --ente H501 --denominazione \"Comune di Roma\" --endpoint no", En: "  flussi init\n  flussi init --ente H501 --denominazione \"Comune di Roma\" --endpoint no"}
	askCodice        = flusso.Text{It: "codice dell'Ente presso l'INPS (per un comune il Belfiore, come H501)", En: "the Ente's code at INPS (of a comune the Belfiore code, such as H501)"}
	askDenominazione = flusso.Text{It: "denominazione dell'Ente", En: "the Ente's name"}
	askState         = flusso.Text{It: "cartella di stato, mai condivisa", En: "state folder, never shared"}
	askEndpoint      = flusso.Text{It: "nome dell'endpoint SFTP, «no» se non c'è", En: "name of the SFTP endpoint, \"no\" if there is none"}
	askAddress       = flusso.Text{It: "il suo indirizzo, host:porta", En: "its address, host:port"}
	askUser          = flusso.Text{It: "utente sul server", En: "user on the server"}
	askKey           = flusso.Text{It: "chiave privata: «nuova» per farne una, un percorso, «no»", En: "private key: \"new\" to make one, a path, \"no\""}
	askPassword      = flusso.Text{It: "dove sta la password (file:PERCORSO, cred:NOME, env:VARIABILE, command:PROGRAMMA), «no» se non c'è", En: "where the password is (file:PATH, cred:NAME, env:VARIABLE, command:PROGRAM), \"no\" if there is none"}
	askEncrypt       = flusso.Text{It: "cifrare su disco ciò che arriva", En: "encrypt on disk what arrives"}
	textNew          = flusso.Text{It: "nuova", En: "new"}

	textExampleSuffix = flusso.Text{It: "esempio", En: "example"}
	textMade          = flusso.Text{It: "scritto: %s", En: "written: %s"}
	textRecipientMade = flusso.Text{It: "destinatario dello spool: %s", En: "recipient of the spool: %s"}
	textNext          = flusso.Text{It: "ora:", En: "next:"}
	nextKeepKey       = flusso.Text{It: "conservare altrove una copia di %s: senza, ciò che è cifrato non si rilegge", En: "keep a copy of %s elsewhere: without it nobody reads what is encrypted"}
	nextSendKey       = flusso.Text{It: "dare all'altra parte la chiave pubblica: %s", En: "give the other party the public key: %s"}
	nextPassword      = flusso.Text{It: "scrivere la password in %s, poi chmod 600", En: "write the password into %s, then chmod 600"}
	nextPin           = flusso.Text{It: "flussi hosts pin %s%s: la chiave del server, confrontata per altra via", En: "flussi hosts pin %s%s: the server's key, compared by another channel"}
	nextCheck         = flusso.Text{It: "flussi check --connect%s", En: "flussi check --connect%s"}
	nextSchedule      = flusso.Text{It: "scrivere gli scambi in %s: l'esempio vale quando il nome finisce in .yaml", En: "write the exchanges in %s: the example holds once its name ends in .yaml"}

	textConfigThere = flusso.Text{It: "c'è già una configurazione", En: "a configuration is there already"}
	hintConfigThere = flusso.Text{It: "correggerla a mano, o indicare un altro file con --config: nulla viene sovrascritto", En: "mend it by hand, or name another file with --config: nothing is overwritten"}
	textNoAnswer    = flusso.Text{It: "manca la risposta: %s", En: "the answer is missing: %s"}
	hintNoAnswer    = flusso.Text{It: "rispondere, o dare --%s", En: "answer, or give --%s"}
	textNotAKey     = flusso.Text{It: "questo file c'è già e non è una chiave", En: "this file is there already and is no key"}
	hintNotAKey     = flusso.Text{It: "spostarlo altrove e ripetere", En: "move it away and try again"}
)

// Refusals.
var (
	textUnknownCommand   = flusso.Text{It: "%s: comando sconosciuto", En: "%s: unknown command"}
	hintCommands         = flusso.Text{It: "%s --help elenca i comandi", En: "%s --help lists the commands"}
	hintMeant            = flusso.Text{It: "forse si intendeva: %s", En: "perhaps you meant: %s"}
	textUnknownFlag      = flusso.Text{It: "l'opzione %s non esiste", En: "there is no option %s"}
	textFlagMissing      = flusso.Text{It: "manca l'opzione --%s", En: "option --%s is missing"}
	textFlagNeedsValue   = flusso.Text{It: "l'opzione --%s vuole un valore", En: "option --%s wants a value"}
	textBadValue         = flusso.Text{It: "--%s: il valore %q non va bene", En: "--%s: the value %q will not do"}
	textBadSyntax        = flusso.Text{It: "un'opzione non si capisce", En: "an option cannot be understood"}
	textArgumentMissing  = flusso.Text{It: "manca un argomento", En: "an argument is missing"}
	textTooManyArguments = flusso.Text{It: "troppi argomenti", En: "too many arguments"}
	hintUsage            = flusso.Text{It: "si usa così: %s; esempi con %s --help", En: "use it so: %s; examples with %s --help"}
	textBadLang          = flusso.Text{It: "lingua sconosciuta", En: "unknown language"}
	hintBadLang          = flusso.Text{It: "--lang it oppure --lang en", En: "--lang it or --lang en"}

	textUnforeseen = flusso.Text{It: "imprevisto: %s", En: "unforeseen: %s"}
	hintUnforeseen = flusso.Text{It: "riprovare; se si ripete è un difetto: segnalare questo messaggio e il comando dato", En: "try again; if it happens again it is a defect: report this message and the command given"}
	hintDisk       = flusso.Text{It: "controllare nome, permessi e spazio libero", En: "check the name, the permissions and the free space"}

	textInterrupted = flusso.Text{It: "interrotto", En: "interrupted"}
	hintInterrupted = flusso.Text{It: "ciò che era già al sicuro lo resta: rilanciare lo stesso comando", En: "what was safe stays safe: run the same command again"}
	hintCannotOpen  = flusso.Text{It: "controllare nome e permessi", En: "check the name and the permissions"}

	textSchemaTipo = flusso.Text{It: "lo schema XSD è di un altro tipo di flusso di quello in --tipo", En: "the XSD is of another kind of flow than --tipo"}
	hintSchemaTipo = flusso.Text{It: "togliere --tipo: lo dice lo schema", En: "leave --tipo out: the schema tells it"}

	textBadChannel = flusso.Text{It: "canale sconosciuto", En: "unknown channel"}
	hintBadChannel = flusso.Text{It: "i canali sono upload e cooperazione", En: "the channels are upload and cooperazione"}

	textNoSchedules = flusso.Text{It: "non c'è nessuno schedule", En: "there is no schedule"}
	hintNoSchedules = flusso.Text{It: "metterli, uno per file YAML, nella cartella «schedules» della configurazione", En: "put them, one to a YAML file, into the configuration's folder schedules"}

	textNoFlowsFolder  = flusso.Text{It: "la cartella dei flussi non si può leggere", En: "the folder of flows cannot be read"}
	textNoFlows        = flusso.Text{It: "la cartella non contiene flussi da mettere in scena", En: "the folder holds no flows to play"}
	hintNoFlowsFolder  = flusso.Text{It: "indicare con --flows una cartella con file XML, CSV o ZIP", En: "name with --flows a folder of XML, CSV or ZIP files"}
	textFewBeneficiari = flusso.Text{It: "i beneficiari sono troppo pochi per le tre scene", En: "too few beneficiari for the three scenes"}
	hintFewBeneficiari = flusso.Text{It: "ne servono almeno 20", En: "at least 20 are needed"}
	textNotAFolder     = flusso.Text{It: "dove andrebbe la cartella c'è un file", En: "a file stands where the folder would go"}
	hintNotAFolder     = flusso.Text{It: "indicare un'altra cartella", En: "name another folder"}

	textNoScope      = flusso.Text{It: "questa classe non ha un ambito", En: "this class has no scope"}
	textScopeMissing = flusso.Text{It: "manca l'ambito del destinatario", En: "the recipient's scope is missing"}
	hintScope        = flusso.Text{It: "per esempio regione:12, comune:H501, ente:H501, ministero, inps", En: "for example regione:12, comune:H501, ente:H501, ministero, inps"}

	textNothingDisclosed = flusso.Text{It: "nessuno dei file riempie un dataset di questo destinatario", En: "none of the files fills a dataset of this recipient"}
	hintNothingDisclosed = flusso.Text{It: "flussi explain DESTINATARIO dice che cosa può vedere; flussi validate dice che cosa non va nei file", En: "flussi explain RECIPIENT tells what it may see; flussi validate tells what is wrong with the files"}
	textShortKey         = flusso.Text{It: "la chiave è troppo corta", En: "the key is too short"}
	hintKeyFile          = flusso.Text{It: "un file con almeno 32 caratteri casuali, per esempio: openssl rand -hex 32", En: "a file of at least 32 random characters, for example: openssl rand -hex 32"}

	textNoRule = flusso.Text{It: "nessuna regola ha questo codice", En: "no rule has this code"}
	hintNoRule = flusso.Text{It: "i codici sono nelle uscite di flussi validate", En: "codes are in what flussi validate prints"}

	textNoOutFolder = flusso.Text{It: "la cartella in cui scrivere non c'è", En: "the folder to write into does not exist"}
	hintNoOutFolder = flusso.Text{It: "crearla, o indicare un file altrove", En: "make it, or name a file elsewhere"}
	textNotPositive = flusso.Text{It: "--beneficiari e --progressivo partono da 1", En: "--beneficiari and --progressivo begin at 1"}
	textOutIsFolder = flusso.Text{It: "l'uscita è una cartella", En: "the output is a folder"}
	hintOutIsFolder = flusso.Text{It: "indicare un file, per esempio flusso.xml", En: "name a file, for example flow.xml"}

	textBadInvia       = flusso.Text{It: "un'opzione dell'endpoint non è valida", En: "an option of the endpoint is not valid"}
	hintBadInvia       = flusso.Text{It: "--remove-on close|eof|last-byte|never, --on-drop remove|keep, --allow 10.0.0.0/8", En: "--remove-on close|eof|last-byte|never, --on-drop remove|keep, --allow 10.0.0.0/8"}
	textNoLogin        = flusso.Text{It: "l'utente non avrebbe modo di entrare", En: "the user would have no way to log in"}
	hintNoLogin        = flusso.Text{It: "dare --password-file, --authorized-key o entrambi", En: "give --password-file, --authorized-key or both"}
	textCannotReadFile = flusso.Text{It: "il file non si può leggere", En: "the file cannot be read"}

	textBadRemote   = flusso.Text{It: "%s: non è ENDPOINT:/PERCORSO", En: "%s: is not ENDPOINT:/PATH"}
	hintBadRemote   = flusso.Text{It: "per esempio inps:/out; i nomi degli endpoint sono in flussi.yaml", En: "for example inps:/out; the names of the endpoints are in flussi.yaml"}
	textStdoutTwice = flusso.Text{It: "il file e le righe JSON non vanno insieme su stdout", En: "the file and the JSON lines do not go together on stdout"}
	hintStdoutTwice = flusso.Text{It: "dare un nome di file, o togliere --json", En: "name a file, or leave --json out"}

	textBadUntil       = flusso.Text{It: "--until non è una data", En: "--until is not a date"}
	hintBadUntil       = flusso.Text{It: "la forma è aaaa-mm-gg, come 2026-12-31", En: "the form is yyyy-mm-dd, such as 2026-12-31"}
	textBadFingerprint = flusso.Text{It: "--fingerprint non è un'impronta SHA256", En: "--fingerprint is not a SHA256 fingerprint"}
	hintBadFingerprint = flusso.Text{It: "SHA256: e 43 caratteri, come la mostra flussi hosts pin ENDPOINT", En: "SHA256: and 43 characters, as flussi hosts pin ENDPOINT shows it"}

	textBadNumber = flusso.Text{It: "serve un numero", En: "a number is needed"}
	hintBadNumber = flusso.Text{It: "i numeri sono in %s", En: "the numbers are in %s"}

	textBadCheckpoint = flusso.Text{It: "il checkpoint non è leggibile", En: "the checkpoint is not readable"}
	hintBadCheckpoint = flusso.Text{It: "è l'uscita di flussi audit verify --json, conservata altrove", En: "it is the output of flussi audit verify --json, kept elsewhere"}
)

// Host keys.
var (
	textHostsNone   = flusso.Text{It: "nessun endpoint", En: "no endpoint"}
	textHostMissing = flusso.Text{It: "%s  nessuna chiave fissata: non ci si collega", En: "%s  no key pinned: no connection is made"}
	textHost        = flusso.Text{It: "%s  %s  %s  %s  %s", En: "%s  %s  %s  %s  %s"}
	textHostUntil   = flusso.Text{It: "fino al %s", En: "until %s"}
	textNoEnd       = flusso.Text{It: "senza fine", En: "no end"}
	textPinState    = map[exchange.PinState]flusso.Text{
		exchange.PinValid:    {It: "valida", En: "valid"},
		exchange.PinExpiring: {It: "IN SCADENZA", En: "ENDS SOON"},
		exchange.PinExpired:  {It: "SCADUTA", En: "EXPIRED"},
		exchange.PinShown:    {It: "mostrata dal server", En: "shown by the server"},
	}
	textPinned            = flusso.Text{It: "fissata %s, confermata", En: "pinned %s, confirmed"}
	textPinnedUntil       = flusso.Text{It: "fissata %s, confermata, fino al %s", En: "pinned %s, confirmed, until %s"}
	textPinnedProvisional = flusso.Text{It: "fissata SOLO PROVVISORIAMENTE %s, fino al %s: nessuno l'ha confermata", En: "pinned ONLY PROVISIONALLY %s, until %s: nobody confirmed it"}
	textPinnedAlready     = flusso.Text{It: "%s: la chiave è già fissata, non è cambiato niente", En: "%s: the key is pinned already, nothing changed"}
	textPinWritten        = flusso.Text{It: "scritto in %s; com'era prima sta in %s", En: "written into %s; as it was before is in %s"}
	textPinKept           = flusso.Text{It: "resta fissata anche %s, che il server non mostra: se il gestore l'ha ritirata, toglierla da host_keys", En: "%s stays pinned too, and the server does not show it: if its operator withdrew it, take it out of host_keys"}
)

func severityText(s schema.Severity) flusso.Text {
	if s == schema.SeverityError {
		return flusso.Text{It: "errore", En: "error"}
	}
	return flusso.Text{It: "avviso", En: "warning"}
}

// outcomeText is an outcome of the ledger for people; one it does not know is
// shown as it is.
func outcomeText(outcome string) flusso.Text {
	if t, ok := outcomeTexts[outcome]; ok {
		return t
	}
	return flusso.Text{It: outcome, En: outcome}
}

// reasonText is why a file or a delivery stopped, for people: a rule's code, a
// reason of ours, or a kind of error.
func reasonText(reason string) flusso.Text {
	if rule, ok := schema.RuleByCode(reason); ok {
		return flusso.Text{It: reason + ": " + rule.Message.It, En: reason + ": " + rule.Message.En}
	}
	if t, ok := reasonTexts[reason]; ok {
		return t
	}
	return flusso.Text{It: reason, En: reason}
}

var reasonTexts = map[string]flusso.Text{
	"rejects":                         {It: "contiene record da scartare, e un flusso si inoltra intero o niente", En: "it holds records to reject, and a flow is relayed whole or not at all"},
	"archive":                         {It: "l'archivio non si legge", En: "the archive cannot be read"},
	"several flows in one file":       {It: "contiene più flussi", En: "it holds several flows"},
	"same id_flusso with other bytes": {It: "stesso nome di flusso di un file già arrivato, con altro contenuto", En: "the flow's name is that of an earlier file, the content another"},
	"same bytes":                      {It: "stesso contenuto di un file già arrivato", En: "the content of an earlier file"},
	"left a part":                     {It: "interrotto a metà: là può esserne rimasta una parte", En: "broken off: a part of it may have stayed there"},
	"lost_in_transit":                 {It: "perso in transito: ne è giunta solo una parte", En: "lost in transit: only a part of it came"},
	"not in the ledger":               {It: "il registro non lo conosce", En: "the ledger does not know it"},
	"nessuna delega":                  {It: "nessuna delega", En: "no delega"},
	"internal":                        {It: "imprevisto: il messaggio qui sotto dice che cosa", En: "unexpected: the message below says what"},
	"invalid":                         {It: "il file o il percorso non va bene così com'è", En: "the file or the path is no good as it is"},
	"corrupt":                         {It: "i byte non sono quelli attesi", En: "the bytes are not those expected"},
	"exists":                          {It: "c'è già qualcosa con questo nome", En: "something of this name is there already"},
	"transient":                       {It: "impedimento passeggero: si riprova da sé", En: "a passing obstacle: it is tried again by itself"},
	"denied":                          {It: "non consentito", En: "not allowed"},
	"untrusted":                       {It: "chiave o accesso rifiutati", En: "key or login refused"},
	"config":                          {It: "configurazione da correggere", En: "configuration to mend"},
	"in doubt":                        {It: "esito incerto: chiedere al destinatario, poi flussi sent", En: "outcome uncertain: ask the recipient, then flussi sent"},
}

var outcomeTexts = map[string]flusso.Text{
	"":                {It: "in corso", En: "running"},
	"listed":          {It: "da prendere", En: "to take"},
	"fetching":        {It: "in arrivo", En: "arriving"},
	"fetched":         {It: "preso", En: "taken"},
	"taking":          {It: "in arrivo", En: "arriving"},
	"left":            {It: "lasciato là", En: "left there"},
	"in_doubt":        {It: "IN DUBBIO", En: "IN DOUBT"},
	"lost_in_transit": {It: "PERSO IN TRANSITO", En: "LOST IN TRANSIT"},
	"received":        {It: "ricevuto", En: "received"},
	"accepted":        {It: "accettato", En: "accepted"},
	"quarantined":     {It: "messo da parte", En: "set aside"},
	"duplicate":       {It: "ripetuto", En: "duplicate"},
	"relayed":         {It: "inoltrato", En: "relayed"},
	"processed":       {It: "elaborato", En: "processed"},
	"failed":          {It: "fallito", En: "failed"},
	"done":            {It: "fatto", En: "done"},
	"partial":         {It: "in parte", En: "partial"},
	"interrupted":     {It: "interrotto", En: "interrupted"},
	"sent":            {It: "consegnato", En: "delivered"},
	"already":         {It: "già consegnato", En: "delivered before"},
	"intended":        {It: "in partenza", En: "leaving"},
	"refused":         {It: "non consentito", En: "not allowed"},
	"begun":           {It: "iniziato", En: "begun"},
	"live":            {It: "in vigore", En: "live"},
	"replaced":        {It: "sostituito", En: "replaced"},
	"purged":          {It: "eliminato", En: "purged"},
	"abandoned":       {It: "abbandonato", En: "abandoned"},
}

// codesText says what each code table holds, and whence it comes.
var codesText = map[string]flusso.Text{
	"comuni.csv": {
		It: "periodi dei comuni dal 1861: codice catastale, ISTAT, nome (ANPR, Agenzia delle Entrate, ISTAT)",
		En: "periods of the comuni since 1861: Belfiore and ISTAT code, name (ANPR, Agenzia delle Entrate, ISTAT)",
	},
	"province.csv": {It: "province di ieri e di oggi, con la regione NUTS 2 (ISTAT)", En: "provinces of past and present, with their NUTS 2 region (ISTAT)"},
	"nazioni.csv": {
		It: "stati: ISO 3166-1 e codice catastale Z (ISO, Agenzia delle Entrate)",
		En: "countries: ISO 3166-1 and Belfiore Z code (ISO, Agenzia delle Entrate)",
	},
	"prestazioni.csv": {It: "prestazioni sociali conosciute (D.I. 206/2014; elenchi dell'INPS)", En: "social benefits known (D.I. 206/2014; lists of INPS)"},
}

func textCannotOpen(path string) flusso.Text {
	return flusso.Text{It: path + ": il file non si può aprire", En: path + ": the file cannot be opened"}
}

func textNotAFile(path string) flusso.Text {
	return flusso.Text{It: path + ": non è un file", En: path + ": is not a file"}
}
