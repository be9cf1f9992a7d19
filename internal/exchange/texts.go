package exchange

import (
	"fmt"

	"flussi/internal/flusso"
)

// What this room says to people, Italian first.
var (
	textNotWhatWasSent = flusso.Text{It: "i byte scritti non sono quelli ricevuti", En: "the bytes written are not those received"}

	textNeedsRestart = flusso.Text{It: "questo cambia solo riavviando il demone", En: "this changes only when the daemon is started anew"}
	hintNeedsRestart = flusso.Text{It: "fermare e riavviare il demone; fino ad allora vale la configurazione di prima", En: "stop the daemon and start it again; until then the configuration of before holds"}

	textEmptyFile = flusso.Text{It: "il file è vuoto", En: "the file is empty"}
	hintEmptyFile = flusso.Text{It: "rigenerare il file e rimetterlo nella cartella", En: "make the file anew and put it back into the folder"}

	textCannotRead = flusso.Text{It: "un file della cartella non si può leggere", En: "a file of the folder cannot be read"}
	hintCannotRead = flusso.Text{It: "controllare i permessi dei file nella cartella", En: "check the permissions of the files in the folder"}

	textChanged = flusso.Text{It: "il file è cambiato mentre veniva letto", En: "the file changed while it was being read"}
	hintChanged = flusso.Text{It: "attendere che sia completo e riprovare", En: "wait until it is complete and try again"}

	textNoFolder = flusso.Text{It: "la cartella dello schedule non si può leggere", En: "the schedule's folder cannot be read"}
	hintNoFolder = flusso.Text{It: "crearla, o controllare pull.from o push.from nello schedule e i permessi", En: "make it, or check pull.from or push.from in the schedule, and the permissions"}

	textBadKey = flusso.Text{It: "la chiave della cartella di stato è danneggiata", En: "the key of the state folder is damaged"}
	hintBadKey = flusso.Text{It: "ripristinare la cartella di stato da una copia: senza la chiave non si riconosce ciò che è già arrivato", En: "restore the state folder from a copy: without the key what came before is not recognised"}

	textLedgerGone = flusso.Text{It: "dalla cartella di stato manca il registro", En: "the ledger is missing from the state folder"}
	textKeyGone    = flusso.Text{It: "dalla cartella di stato manca la chiave", En: "the key is missing from the state folder"}
	hintGone       = flusso.Text{It: "ripristinare la cartella di stato da una copia: senza, ciò che è già arrivato e partito si ripeterebbe; per ricominciare da capo spostare via l'intera cartella",
		En: "restore the state folder from a copy: without it all that came and went would come and go again; to begin anew move the whole folder away"}

	textSpoolGone    = flusso.Text{It: "un file già preso non è più nello spool", En: "a file taken earlier is no longer in the spool"}
	textSpoolAltered = flusso.Text{It: "un file già preso è stato alterato nello spool", En: "a file taken earlier was altered in the spool"}
	hintSpool        = flusso.Text{It: "controllare il disco e chi scrive nella cartella di stato, poi ripristinarla da una copia; «flussi history» dice di quale arrivo si tratta",
		En: "check the disk and who writes into the state folder, then restore it from a copy; \"flussi history\" tells which arrival it is"}

	textNoEndpoint = flusso.Text{It: "endpoint sconosciuto", En: "unknown endpoint"}
	hintNoEndpoint = flusso.Text{It: "aggiungerlo sotto endpoints in flussi.yaml", En: "add it under endpoints in flussi.yaml"}

	textNoRecipient = flusso.Text{It: "destinatario sconosciuto", En: "unknown recipient"}
	hintNoRecipient = flusso.Text{It: "aggiungerlo sotto recipients in flussi.yaml", En: "add it under recipients in flussi.yaml"}

	textNoCubesFile  = flusso.Text{It: "il file delle tavole non si può leggere", En: "the file of tables cannot be read"}
	hintNoCubesFile  = flusso.Text{It: "controllare cubes del destinatario in flussi.yaml", En: "check the recipient's cubes in flussi.yaml"}
	textBadPattern   = flusso.Text{It: "il file di ciò che le tavole hanno soppresso non si può leggere", En: "the file of what the tables suppressed cannot be read"}
	hintBadPattern   = flusso.Text{It: "riprendere la cartella suppressed dello stato da una copia", En: "take the folder suppressed of the state from a backup"}
	textNoAmbiti     = flusso.Text{It: "la tavola degli ambiti non si può leggere", En: "the table of ambiti cannot be read"}
	hintNoAmbiti     = flusso.Text{It: "controllare tables.ambiti in flussi.yaml", En: "check tables.ambiti in flussi.yaml"}
	textNoPopulation = flusso.Text{It: "la tavola dei residenti non si può leggere", En: "the table of residents cannot be read"}
	hintNoPopulation = flusso.Text{It: "controllare tables.popolazione in flussi.yaml: un file CSV, o una cartella di file CSV", En: "check tables.popolazione in flussi.yaml: a CSV file, or a folder of them"}
	textNoExpected   = flusso.Text{It: "la tavola degli invii attesi non si può leggere", En: "the table of expected senders cannot be read"}
	hintNoExpected   = flusso.Text{It: "controllare tables.attesi in flussi.yaml", En: "check tables.attesi in flussi.yaml"}
	textBadTally     = flusso.Text{It: "il conto di ciò che gli enti hanno inviato non si può leggere", En: "the count of what the Enti sent cannot be read"}
	hintBadTally     = flusso.Text{It: "riprendere coverage.json dello stato da una copia", En: "take coverage.json of the state from a backup"}
	textNoDeleghe    = flusso.Text{It: "la cartella delle deleghe non si può leggere", En: "the folder of deleghe cannot be read"}
	hintNoDeleghe    = flusso.Text{It: "controllare deleghe in flussi.yaml; senza deleghe togliere la chiave", En: "check deleghe in flussi.yaml; where there are no deleghe remove the key"}
	textNoMatrix     = flusso.Text{It: "il file della matrice non si può leggere", En: "the matrix file cannot be read"}
	hintNoMatrix     = flusso.Text{It: "controllare matrix in flussi.yaml", En: "check matrix in flussi.yaml"}

	textLayoutFlow = flusso.Text{It: "il tracciato non è di un flusso di ritorno", En: "the layout is not of a return flow"}
	hintLayoutFlow = flusso.Text{It: "in uno schedule layout: dichiara il flusso di ritorno; una tabella si converte prima (flussi convert --map)", En: "in a schedule layout: declares the return flow; a table is converted first (flussi convert --map)"}
	textNoLayout   = flusso.Text{It: "il file di tracciato non si può leggere", En: "the layout file cannot be read"}
	hintNoLayout   = flusso.Text{It: "controllare layout nello schedule", En: "check layout in the schedule"}

	hintAbandoned = flusso.Text{It: "ridare allo schedule il suo nome di prima, almeno finché una sua esecuzione non li ha lavorati", En: "give the schedule its former name back, at least until a run of it has worked on them"}

	textBooks = flusso.Text{It: "i conti non tornano: non si pubblica nulla", En: "the books do not balance: nothing is published"}
	hintBooks = flusso.Text{It: "è un difetto di flussi: conservare la cartella di stato e segnalarlo", En: "this is a defect of flussi: keep the state folder and report it"}

	textNobodyThere = flusso.Text{It: "nessun record è del territorio o dell'ente del destinatario: nulla è rilasciato", En: "no record is of the recipient's territory or Ente: nothing is released"}
	hintNobodyThere = flusso.Text{It: "controllare territory o ente del destinatario, e di chi sono i file", En: "check the recipient's territory or ente, and whose the files are"}
	textNoClass     = flusso.Text{It: "ogni classe ha meno persone della soglia k: nulla è rilasciato", En: "every class has fewer persons than the threshold k: nothing is released"}
	hintNoClass     = flusso.Text{It: "riunire più file o un periodo più lungo: di così poche persone non c'è un dato anonimo", En: "put more files or a longer period together: of so few persons there is no anonymous datum"}
	textNoCell      = flusso.Text{It: "ogni cella e ogni totale è sotto soglia, o farebbe ricalcolare chi lo è: nulla è rilasciato", En: "every cell and total is below the threshold, or would let one that is be computed: nothing is released"}
	hintNoCell      = flusso.Text{It: "riunire più file o un periodo più lungo, o dichiarare tavole con meno dimensioni", En: "put more files or a longer period together, or declare tables of fewer dimensions"}
	textLine        = flusso.Text{It: "riga %d: %s", En: "line %d: %s"}
	textBeyond      = flusso.Text{It: "un importo è oltre 100 milioni di euro: i totali sarebbero falsi, nulla è rilasciato", En: "an amount is beyond 100 million euro: totals would be false, nothing is released"}
	hintBeyond      = flusso.Text{It: "correggere ImportoMensile o ImportoPrestazione alla riga indicata, o togliere il file", En: "mend ImportoMensile or ImportoPrestazione on the line shown, or leave the file out"}

	textNoFlowFits = flusso.Text{It: "nessun flusso riempie questo dataset al livello indicato", En: "no flow fills this dataset at the level given"}
	hintNoFlowFits = flusso.Text{It: "prestazioni e sinba sono individuali, quadro e quadro-sinba sono aggregati", En: "prestazioni and sinba are individual, quadro and quadro-sinba aggregated"}

	textBadFolder = flusso.Text{It: "nella cartella non si può scrivere", En: "the folder cannot be written in"}
	hintBadFolder = flusso.Text{It: "controllare percorso, permessi e spazio", En: "check path, permissions and space"}

	textNotSetAside = flusso.Text{It: "nessun file in quarantena ha questo numero", En: "no file in quarantine has this number"}
	hintNotSetAside = flusso.Text{It: "i numeri sono in flussi quarantine ls", En: "the numbers are in flussi quarantine ls"}

	textSpoolPlain = flusso.Text{It: "ciò che arriva riposa in chiaro sul disco", En: "what arrives rests in plain on the disk"}
	hintSpoolPlain = flusso.Text{It: "age-keygen -o FILE, poi spool: {encrypt: [il suo age1…], identity: file:FILE} in flussi.yaml; conservare altrove una copia della chiave",
		En: "age-keygen -o FILE, then spool: {encrypt: [its age1…], identity: file:FILE} in flussi.yaml; keep a copy of the key elsewhere"}
	hintWideModes = flusso.Text{It: "chmod -R go-rwx sulla cartella di stato", En: "chmod -R go-rwx on the state folder"}

	textNoPurgeReason = flusso.Text{It: "per eliminare un file serve il motivo", En: "to purge a file a reason is needed"}
	hintNoPurgeReason = flusso.Text{It: "--reason resent (rimandato), mistaken (non doveva arrivare), expired (termine scaduto), unreadable (nessuno può leggerlo)",
		En: "--reason resent, mistaken (it should never have come), expired (its term is over), unreadable (nobody can read it)"}
	textNobody   = flusso.Text{It: "nessuno risponde di questa operazione", En: "nobody answers for this act"}
	hintNobody   = flusso.Text{It: "indicare chi esegue con --operator, o il responsabile sotto operators in flussi.yaml", En: "name who acts with --operator, or the responsible person under operators in flussi.yaml"}
	textOnlyPart = flusso.Text{It: "di questo file è giunta solo una parte", En: "only a part of this file came"}
	hintOnlyPart = flusso.Text{It: "chiedere a chi lo ha mandato di ripubblicarlo", En: "ask whoever sent it to publish it again"}

	textNotInDoubt = flusso.Text{It: "nessuna consegna in dubbio ha questo numero", En: "no delivery in doubt has this number"}
	hintNotInDoubt = flusso.Text{It: "i numeri sono in flussi sent", En: "the numbers are in flussi sent"}
)

// atLine says on which line of a file it is.
func atLine(line int, what flusso.Text) flusso.Text {
	return flusso.Text{It: fmt.Sprintf(textLine.It, line, what.It), En: fmt.Sprintf(textLine.En, line, what.En)}
}

// By hand.
var (
	textServerRemoves = flusso.Text{It: "questo server toglie da sé ciò che si scarica: il file non può restare là", En: "this server removes what is downloaded by itself: the file cannot stay there"}
	hintServerRemoves = flusso.Text{It: "se va bene ripetere con --consume; uno schedule che prende da là non lo troverà più", En: "if that is all right, again with --consume; a schedule that takes from there will not find it any more"}
	textStdoutKeeps   = flusso.Text{It: "verso stdout niente è al sicuro: il file remoto non si può cedere", En: "on stdout nothing is safe: the remote file cannot be given up"}
	hintStdoutKeeps   = flusso.Text{It: "prenderlo in un file, o senza --consume", En: "take it into a file, or without --consume"}
	textStdoutBroken  = flusso.Text{It: "interrotto quando una parte era già su stdout", En: "broken off when a part was on stdout already"}
	hintStdoutBroken  = flusso.Text{It: "ripetere il comando; in un file riprende da sé", En: "run the command again; into a file it goes on by itself"}

	textNothingThere = flusso.Text{It: "sul server non c'è nessun file con questo percorso", En: "no file with this path is on the server"}
	hintNothingThere = flusso.Text{It: "flussi ls ENDPOINT:CARTELLA dice che cosa c'è; una cartella intera si prende con la barra in fondo", En: "flussi ls ENDPOINT:FOLDER tells what is there; a whole folder is taken with a slash at the end"}

	textUnsafeName     = flusso.Text{It: "il nome che il server dà al file qui non è ammesso", En: "the server's name for the file is not allowed here"}
	hintUnsafeName     = flusso.Text{It: "prenderlo da solo, dando il nome con LOCAL", En: "take it alone, and give the name with LOCAL"}
	textOurFolder      = flusso.Text{It: "la cartella è di flussi: non vi si mettono file a mano", En: "the folder is flussi's own: files are not put there by hand"}
	hintOurFolder      = flusso.Text{It: "scegliere una cartella fuori da state e datasets", En: "choose a folder outside state and datasets"}
	textNoLocalFolder  = flusso.Text{It: "la cartella in cui mettere il file non c'è o non si può usare", En: "the folder to put the file into is not there or cannot be used"}
	hintNoLocalFolder  = flusso.Text{It: "crearla, o controllarne i permessi", En: "make it, or check its permissions"}
	textLocalExists    = flusso.Text{It: "dove andrebbe il file ce n'è già uno", En: "a file stands already where this one would go"}
	hintLocalExists    = flusso.Text{It: "scegliere un altro nome, o --overwrite per sostituirlo", En: "choose another name, or --overwrite to replace it"}
	textNotWrittenHere = flusso.Text{It: "non si riesce a scrivere qui il file", En: "the file cannot be written here"}
	hintNotWrittenHere = flusso.Text{It: "controllare spazio e permessi della cartella; il file è ancora sul server", En: "check space and permissions of the folder; the file is still on the server"}

	textNoCounterpart    = flusso.Text{It: "la configurazione non dice a quale destinatario appartiene questo endpoint", En: "the configuration does not say to which recipient this endpoint belongs"}
	hintNoCounterpart    = flusso.Text{It: "mettere agreement nell'endpoint, lo stesso del destinatario in recipients; --as e --agreement possono solo restringere", En: "put agreement into the endpoint, the same as the recipient's in recipients; --as and --agreement can only narrow down"}
	textManyCounterparts = flusso.Text{It: "l'endpoint appartiene a più destinatari", En: "the endpoint belongs to several recipients"}
	textPutFaulty        = flusso.Text{It: "il file contiene errori, e un flusso si invia intero o niente", En: "the file holds faults, and a flow is sent whole or not at all"}
	hintPutFaulty        = flusso.Text{It: "flussi validate li dice uno per uno", En: "flussi validate tells them one by one"}
	textPutNoFlow        = flusso.Text{It: "il file non è un solo flusso di un Ente", En: "the file is not one flow of one Ente"}
	hintPutNoFlow        = flusso.Text{It: "si inviano a mano flussi PS_PSA_SINA e SINBA, uno per file", En: "flows PS_PSA_SINA and SINBA are sent by hand, one to a file"}
	textUnreadableHere   = flusso.Text{It: "il file da inviare non si può leggere", En: "the file to send cannot be read"}
	hintUnreadableHere   = flusso.Text{It: "controllare nome e permessi", En: "check the name and the permissions"}
	hintEmptyHere        = flusso.Text{It: "rigenerare il file", En: "make the file anew"}
)

var (
	textNoChain = flusso.Text{It: "manca o è danneggiato ciò che dice quali rilasci con gli stessi codici ci sono stati prima", En: "what tells which releases with the same codes came before is missing or damaged"}
	hintNoChain = flusso.Text{It: "ripristinare la cartella di stato da una copia, o rinnovare la chiave con flussi keys renew", En: "restore the state folder from a copy, or renew the key with flussi keys renew"}
)
