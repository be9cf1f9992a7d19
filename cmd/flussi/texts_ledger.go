package main

import "flussi/internal/flusso"

// flussi history.
var (
	textHistoryShort   = flusso.Text{It: "esecuzioni, arrivi, rilasci, consegne", En: "runs, arrivals, releases, deliveries"}
	textHistoryLong    = flusso.Text{It: "Mostra gli ultimi movimenti del registro, i più recenti per primi.", En: "Shows the ledger's latest, newest first."}
	textHistoryExample = flusso.Text{It: "  flussi history --last 5\n  flussi history --json | jq 'select(.message_type==\"release\")'", En: "  flussi history --last 5\n  flussi history --json | jq 'select(.message_type==\"release\")'"}
	textFlagLast       = flusso.Text{It: "quanti per tipo (0: tutti)", En: "how many of each (0: all)"}

	textHistoryRuns       = flusso.Text{It: "Esecuzioni", En: "Runs"}
	textHistoryArrivals   = flusso.Text{It: "Arrivi", En: "Arrivals"}
	textHistoryReleases   = flusso.Text{It: "Rilasci", En: "Releases"}
	textHistoryFetches    = flusso.Text{It: "Presi a mano", En: "Taken by hand"}
	textHistoryMoving     = flusso.Text{It: "In corso", En: "Under way"}
	textHistoryCircuits   = flusso.Text{It: "Endpoint che non rispondono o rifiutano", En: "Endpoints that do not answer, or refuse"}
	textHistoryCircuit    = flusso.Text{It: "  %-20s %d volte di seguito", En: "  %-20s %d times in a row"}
	textHistoryRefused    = flusso.Text{It: "  %-20s credenziali rifiutate: %d", En: "  %-20s credentials refused: %d"}
	textHistoryRests      = flusso.Text{It: "; si richiama dalle %s", En: "; called again from %s"}
	textHistoryDeliveries = flusso.Text{It: "Consegne", En: "Deliveries"}
)

// flussi outcomes.
var (
	textOutcomesShort = flusso.Text{It: "che cosa INPS ha risposto ai flussi", En: "what INPS answered to the flows"}
	textOutcomesLong  = flusso.Text{
		It: "Elenca gli esiti letti, dal più recente: OK, DATI_NON_TROVATI, RICHIESTA_INVALIDA o\nERRORE_GENERICO, con l'arrivo a cui rispondono. Un esito di un flusso che il registro non\nconosce resta, e trova il suo flusso quando arriva.",
		En: "Lists the esiti read, newest first: OK, DATI_NON_TROVATI, RICHIESTA_INVALIDA or\nERRORE_GENERICO, with the arrival that they answer. An esito of a flow that the ledger does\nnot know stays, and finds its flow when that comes.",
	}
	textOutcomesImportShort = flusso.Text{It: "legge un file di esiti", En: "reads a file of esiti"}
	textOutcomesImportLong  = flusso.Text{
		It: "Legge gli esiti come INPS li manda (il corpo di POST /esiti, un elenco, o uno per riga) e\nli scrive nel registro, accanto ai flussi. Rileggerli non cambia nulla. Il testo libero di\nINPS può nominare una persona: non si conserva, e si vede solo con --text. Esce con 3 se un\nesito nuovo non è OK.\nUn elenco scaricato dal portale, con un esito per riga, si legge con --map e --sent.",
		En: "Reads the esiti as INPS sends them (the body of POST /esiti, a list, or one a line) and\nenters them in the ledger, beside the flows. Reading them again changes nothing. INPS's free\ntext may name a person: it is not kept, and shown with --text alone. Exits with 3 where a\nnew esito is not OK.\nA list from the portal, with an outcome on each row, is read by --map and --sent.",
	}
	textOutcomesImportExample = flusso.Text{
		It: "  flussi outcomes import esiti.json --dry-run\n  flussi outcomes import esiti.json --text\n  flussi outcomes import elenco.xlsx --map elenco.yaml --sent H501.PS.20260201.0000001.xml",
		En: "  flussi outcomes import esiti.json --dry-run\n  flussi outcomes import esiti.json --text\n  flussi outcomes import elenco.xlsx --map elenco.yaml --sent H501.PS.20260201.0000001.xml",
	}
	textFlagOutcomesDryRun = flusso.Text{It: "dice che cosa entrerebbe, senza scrivere", En: "says what would be entered, and writes nothing"}
	textFlagOutcomesText   = flusso.Text{It: "mostra anche le parole di INPS", En: "shows INPS's own words too"}
	textOutcomesNone       = flusso.Text{It: "nessun esito", En: "no esito"}
	textOutcomesEntered    = flusso.Text{It: "%d esiti nuovi, %d già letti, %d in contraddizione", En: "%d new esiti, %d read before, %d in contradiction"}
	textOutcomesUnmatched  = flusso.Text{It: "%d di flussi che il registro non conosce", En: "%d of flows that the ledger does not know"}
	textOutcomesDryRun     = flusso.Text{It: "prova: non si è scritto nulla", En: "dry run: nothing was written"}
	textOutcomeArrival     = flusso.Text{It: "arrivo %d", En: "arrival %d"}
)

// flussi quarantine.
var (
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

	textQuarantineEmpty    = flusso.Text{It: "nessun file è messo da parte", En: "no file is set aside"}
	textQuarantineReleased = flusso.Text{It: "il file %d sarà riletto alla prossima esecuzione", En: "file %d will be read again at the next run"}
)

// flussi sent.
var (
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
)
