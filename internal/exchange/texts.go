package exchange

import "flussi/internal/flusso"

// What this room says to people, Italian first.
var (
	textNotWhatWasSent = flusso.Text{It: "i byte scritti non sono quelli ricevuti", En: "the bytes written are not those received"}

	textEmptyFile = flusso.Text{It: "il file è vuoto", En: "the file is empty"}
	hintEmptyFile = flusso.Text{It: "rigenerare il file e rimetterlo nella cartella", En: "make the file anew and put it back into the folder"}

	textCannotRead = flusso.Text{It: "un file della cartella non si può leggere", En: "a file of the folder cannot be read"}
	hintCannotRead = flusso.Text{It: "controllare i permessi dei file nella cartella", En: "check the permissions of the files in the folder"}

	textChanged = flusso.Text{It: "il file è cambiato mentre veniva letto", En: "the file changed while it was being read"}
	hintChanged = flusso.Text{It: "attendere che sia completo e riprovare", En: "wait until it is complete and try again"}

	textNoFolder = flusso.Text{It: "la cartella da inviare non si può leggere", En: "the folder to send from cannot be read"}
	hintNoFolder = flusso.Text{It: "controllare push.from nello schedule e i permessi", En: "check push.from in the schedule and the permissions"}

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

	textNoMatrix = flusso.Text{It: "il file della matrice non si può leggere", En: "the matrix file cannot be read"}
	hintNoMatrix = flusso.Text{It: "controllare matrix in flussi.yaml", En: "check matrix in flussi.yaml"}

	textLayoutFlow = flusso.Text{It: "il tracciato non è di un flusso di ritorno", En: "the layout is not of a return flow"}
	hintLayoutFlow = flusso.Text{It: "in uno schedule layout: dichiara il flusso di ritorno; una tabella si converte prima (flussi convert --map)", En: "in a schedule layout: declares the return flow; a table is converted first (flussi convert --map)"}
	textNoLayout   = flusso.Text{It: "il file di tracciato non si può leggere", En: "the layout file cannot be read"}
	hintNoLayout   = flusso.Text{It: "controllare layout nello schedule", En: "check layout in the schedule"}

	hintAbandoned = flusso.Text{It: "ridare allo schedule il suo nome di prima, almeno finché una sua esecuzione non li ha lavorati", En: "give the schedule its former name back, at least until a run of it has worked on them"}

	textBooks = flusso.Text{It: "i conti non tornano: non si pubblica nulla", En: "the books do not balance: nothing is published"}
	hintBooks = flusso.Text{It: "è un difetto di flussi: conservare la cartella di stato e segnalarlo", En: "this is a defect of flussi: keep the state folder and report it"}

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
