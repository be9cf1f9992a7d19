package main

import "flussi/internal/flusso"

// flussi init; the questions are the flags' help too.
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
	nextPasswordRoot  = flusso.Text{It: "scrivere la password in %[1]s, poi chown root:flussi %[1]s e chmod 640 %[1]s", En: "write the password into %[1]s, then chown root:flussi %[1]s and chmod 640 %[1]s"}
	nextPin           = flusso.Text{It: "flussi hosts pin %s%s: la chiave del server, confrontata per altra via", En: "flussi hosts pin %s%s: the server's key, compared by another channel"}
	nextCheck         = flusso.Text{It: "flussi check --connect%s", En: "flussi check --connect%s"}
	nextSchedule      = flusso.Text{It: "scrivere gli scambi in %s: l'esempio vale quando il nome finisce in .yaml", En: "write the exchanges in %s: the example holds once its name ends in .yaml"}

	// What root does not become.
	textNotItsUser = flusso.Text{It: "root non può diventare l'utente a cui appartiene la cartella di stato", En: "root cannot become the user whose the state folder is"}
	hintNotItsUser = flusso.Text{It: "dare il comando come quell'utente: sudo -u flussi flussi …", En: "give the command as that user: sudo -u flussi flussi …"}

	textConfigThere = flusso.Text{It: "c'è già una configurazione", En: "a configuration is there already"}
	hintConfigThere = flusso.Text{It: "correggerla a mano, o indicare un altro file con --config: nulla viene sovrascritto", En: "mend it by hand, or name another file with --config: nothing is overwritten"}
	textNoAnswer    = flusso.Text{It: "manca la risposta: %s", En: "the answer is missing: %s"}
	hintNoAnswer    = flusso.Text{It: "rispondere, o dare --%s", En: "answer, or give --%s"}
	textCannotGive  = flusso.Text{It: "ciò che è stato scritto non si può dare al gruppo della cartella", En: "what was written cannot be given to the group of its folder"}
	hintCannotGive  = flusso.Text{It: "chgrp flussi e chmod 640 sui file scritti: il servizio deve leggerli", En: "chgrp flussi and chmod 640 on the files written: the service must read them"}
	textNotAKey     = flusso.Text{It: "questo file c'è già e non è una chiave", En: "this file is there already and is no key"}
	hintNotAKey     = flusso.Text{It: "spostarlo altrove e ripetere", En: "move it away and try again"}
)

// flussi demo.
var (
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
	textFlagDemoDir = flusso.Text{It: "cartella della dimostrazione", En: "folder of the demo"}

	textFlagFlows = flusso.Text{It: "cartella di flussi veri da usare al posto di quelli sintetici", En: "folder of real flows to play instead of synthetic ones"}

	textDemoTitle = flusso.Text{It: "flussi demo: tre scene su questo computer, con dati sintetici salvo --flows", En: "flussi demo: three scenes on this computer, with synthetic data unless --flows"}
	textScene     = map[string]flusso.Text{
		"a": {It: "(a) Il flusso di ritorno dell'INPS verso la Regione", En: "(a) INPS's return flow to the Region"},
		"b": {It: "(b) I flussi dei comuni inoltrati all'INPS byte per byte; resta una vista anonima solo con delega", En: "(b) The comuni's flows relayed to INPS byte for byte; an anonymous view remains only with a delega"},
		"c": {It: "(c) Il flusso di un comune: prima con errori, poi corretto e inviato", En: "(c) A comune's own batch: first with faults, then mended and sent"},
	}

	textDemoBooks = flusso.Text{It: "Conti: %d record arrivati = %d accettati + %d scartati + %d ripetuti", En: "Books: %d records in = %d accepted + %d rejected + %d duplicate"}
	textDemoOpen  = flusso.Text{It: "Da aprire (ogni cartella ha QUICKSTART.md e dizionario.md):", En: "To open (each folder has QUICKSTART.md and dictionary.md):"}
	textDemoDuck  = flusso.Text{It: "Con DuckDB:", En: "With DuckDB:"}
	textDemoTry   = flusso.Text{It: "Da provare: flussi --config %[1]s check, history, audit verify, explain regione-lazio", En: "To try: flussi --config %[1]s check, history, audit verify, explain regione-lazio"}

	textNoFlowsFolder  = flusso.Text{It: "la cartella dei flussi non si può leggere", En: "the folder of flows cannot be read"}
	textNoFlows        = flusso.Text{It: "la cartella non contiene flussi da mettere in scena", En: "the folder holds no flows to play"}
	hintNoFlowsFolder  = flusso.Text{It: "indicare con --flows una cartella con file XML, CSV o ZIP", En: "name with --flows a folder of XML, CSV or ZIP files"}
	textFewBeneficiari = flusso.Text{It: "i beneficiari sono troppo pochi per le tre scene", En: "too few beneficiari for the three scenes"}
	hintFewBeneficiari = flusso.Text{It: "ne servono almeno 20", En: "at least 20 are needed"}
)
