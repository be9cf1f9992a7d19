package main

import "flussi/internal/flusso"

// flussi audit.
var (
	textAuditShort  = flusso.Text{It: "il registro di chi ha fatto che cosa", En: "the log of who did what"}
	textVerifyShort = flusso.Text{It: "ricalcola il registro e dice se è intatto", En: "recomputes the log and tells whether it is intact"}
	textVerifyLong  = flusso.Text{
		It: "Ricalcola ogni voce e l'albero di hash (RFC 6962), verifica la firma dei checkpoint e confronta\nil registro con le copie che si possono leggere (audit.copies). Con --checkpoint prova anche che\ncomincia ancora con ciò che era annotato allora: un checkpoint, o una copia, che chi amministra\nquesta macchina non può cambiare. Se qualcosa è stato alterato dice la prima voce, ed esce con 1.",
		En: "Recomputes every entry and the hash tree (RFC 6962), verifies the signature of checkpoints and\ncompares the log with the copies that can be read (audit.copies). With --checkpoint it also proves\nthat it still begins with what was noted then: a checkpoint, or a copy, that whoever administers\nthis host cannot change. Where something was altered it names the first entry, and exits with 1.",
	}
	textVerifyExample = flusso.Text{
		It: "  flussi audit verify\n  flussi audit verify --checkpoint /altrove/checkpoint.txt\n  flussi audit verify --checkpoint /altrove/flussi-audit.jsonl",
		En: "  flussi audit verify\n  flussi audit verify --checkpoint /elsewhere/checkpoint.txt\n  flussi audit verify --checkpoint /elsewhere/flussi-audit.jsonl",
	}
	textFlagCheckpoint = flusso.Text{It: "file con un checkpoint annotato prima, o una copia", En: "file with a checkpoint noted earlier, or a copy"}
	textVerified       = flusso.Text{It: "il registro è intatto: %d voci, radice %s", En: "the log is intact: %d entries, root %s"}

	textCheckpointShort = flusso.Text{It: "firma un checkpoint e aggiorna le copie", En: "signs a checkpoint and brings the copies up to date"}
	textCheckpointLong  = flusso.Text{
		It: "Firma ciò che il registro è adesso (C2SP tlog-checkpoint) e lo stampa: si conserva altrove. Poi\naggiorna le copie di audit.copies. Lo fa già ogni esecuzione alla fine. Esce con 3 se una copia\nnon si è potuta aggiornare.",
		En: "Signs what the log is now (C2SP tlog-checkpoint) and prints it: keep it elsewhere. Then brings\nthe copies of audit.copies up to date. Each run does so at its end. Exits with 3 where a copy\ncould not be brought up to date.",
	}
	textCheckpointExample = flusso.Text{It: "  flussi audit checkpoint > /altrove/checkpoint.txt", En: "  flussi audit checkpoint > /elsewhere/checkpoint.txt"}
	textCopied            = flusso.Text{It: "copia %s: %d voci", En: "copy %s: %d entries"}
	textNothingLogged     = flusso.Text{It: "il registro è ancora vuoto", En: "the log is still empty"}

	textResumeShort = flusso.Text{It: "dopo un ripristino, riprende dalla copia le voci che mancano", En: "after a restore, takes up from a copy the entries that are missing"}
	textResumeLong  = flusso.Text{
		It: "Se la cartella di stato viene da una copia più vecchia del registro copiato altrove, flussi non\nprende e non invia più nulla. Questo comando rimette le voci che mancano, prova che sono quelle\nfirmate, e le elenca: è ciò che è stato preso, mostrato e inviato dopo la copia ripristinata. Ciò\nche era stato inviato non si invia di nuovo. I rilasci pubblicati tornano nel registro: se manifesto,\nfile e stato sono quelli, l'esecuzione successiva riprende da lì; se no è detto perché.",
		En: "Where the state folder is from a copy older than the log copied elsewhere, flussi fetches and\nsends nothing any more. This command puts back the entries that are missing, proves that they are\nthose signed, and lists them: what was fetched, disclosed and sent after the copy that was\nrestored. What was sent is not sent\nagain. Releases that were published are in the ledger again: where manifest, files and state are\ntheirs, the next run goes on from there; where not, it is said why.",
	}
	textResumeExample   = flusso.Text{It: "  flussi audit resume altrove --operator op-17\n  flussi audit resume --no-copy --operator op-17", En: "  flussi audit resume elsewhere --operator op-17\n  flussi audit resume --no-copy --operator op-17"}
	textFlagNoCopy      = flusso.Text{It: "dopo un ripristino, quando del registro non c'è copia: una persona risponde di ciò che è stato fatto da allora", En: "after a restore, where there is no copy of the log: a person answers for what was done since"}
	textResumeFrom      = flusso.Text{It: "non è detto da quale copia del registro riprendere", En: "it is not said from which copy of the log to resume"}
	hintResumeFrom      = flusso.Text{It: "dare il nome di una delle audit.copies con file, oppure --no-copy", En: "give the name of one of audit.copies with file, or --no-copy"}
	textResumedWithout  = flusso.Text{It: "la cartella di stato torna al lavoro sulla parola di chi ne risponde, e il registro lo dice", En: "the state folder is at work again on the word of who answers for it, and the log says so"}
	textAstray          = flusso.Text{It: "%s/%s mostra il rilascio %s, che questa cartella di stato non conosce: nulla vi si aggiunge", En: "%s/%s shows the release %s, which this state folder does not know: nothing is added to it"}
	textAstrayBack      = flusso.Text{It: "  → flussi dataset rollback %s %s, poi chiedere di nuovo i flussi arrivati dopo", En: "  → flussi dataset rollback %s %s, then ask for the flows again that came since"}
	textAstrayAway      = flusso.Text{It: "  → spostare altrove la cartella %s: la prossima esecuzione comincia da capo", En: "  → move the folder %s away: the next run begins anew"}
	textResumed         = flusso.Text{It: "%d voci riprese dalla copia: controllare che nulla di ciò che dicono si ripeta", En: "%d entries taken up from the copy: see to it that nothing they tell is done again"}
	textReenteredLive   = flusso.Text{It: "%s è di nuovo nel registro, in vigore: la prossima esecuzione riprende da lì", En: "%s is in the ledger again, live: the next run goes on from there"}
	textReenteredNot    = flusso.Text{It: "%s: %s\n  → %s", En: "%s: %s\n  → %s"}
	textResumedUnsigned = flusso.Text{It: "per le ultime %d nessun checkpoint della copia risponde: una copia interrotta, o qualcuno le ha scritte; controllarle una per una", En: "of the last %d no checkpoint of the copy speaks: copying broke off, or somebody wrote them; look at each"}
	textResumedLost     = flusso.Text{It: "%d file erano arrivati e i loro byte non ci sono più: chiederli di nuovo a chi li ha mandati (flussi quarantine ls)", En: "%d files had come and their bytes are no more: ask whoever sent them for them again (flussi quarantine ls)"}
)

// What entries a command is about.
var (
	textFlagFrom        = flusso.Text{It: "dal giorno, compreso (AAAA-MM-GG)", En: "from this day on (YYYY-MM-DD)"}
	textFlagTo          = flusso.Text{It: "fino al giorno, compreso", En: "up to and with this day"}
	textFlagOfRun       = flusso.Text{It: "di questa esecuzione", En: "of this run"}
	textFlagPerson      = flusso.Text{It: "di chi ne risponde, per codice", En: "of who answers for it, by code"}
	textFlagOfEndpoint  = flusso.Text{It: "con questo endpoint", En: "with this endpoint"}
	textFlagOfRecipient = flusso.Text{It: "verso questo destinatario", En: "to this recipient"}
	textFlagOfAgreement = flusso.Text{It: "sotto questa convenzione", En: "under this agreement"}
	textFlagOfSHA256    = flusso.Text{It: "del file con questa impronta", En: "of the file with this hash"}
	textBadDay          = flusso.Text{It: "non è un giorno", En: "not a day"}
	hintBadDay          = flusso.Text{It: "scriverlo come 2026-03-31", En: "write it like 2026-03-31"}

	textExportShort = flusso.Text{It: "estrae voci con la prova che sono del registro", En: "extracts entries with the proof that they are of the log"}
	textExportLong  = flusso.Text{
		It: "Scrive in una cartella nuova le voci scelte (JSON e CSV), l'ultimo checkpoint firmato, la prova\nche sono sue, e come verificarle senza flussi: per il responsabile della protezione dei dati, INPS,\nil Garante. Le voci nominano le persone per codice; con --names il CSV ne porta il nome, dal\nregistro degli operatori (operators.register).",
		En: "Writes to a new folder the entries chosen (JSON and CSV), the last signed checkpoint, the proof\nthat they are its own, and how to verify them without flussi: for the data protection officer, INPS,\nthe Garante. Entries name persons by code; with --names the CSV has their names, from the\noperators' register (operators.register).",
	}
	textExportExample = flusso.Text{
		It: "  flussi audit export --out estratto\n  flussi audit export --from 2026-03-01 --to 2026-03-31 --endpoint inps --names --out per-inps",
		En: "  flussi audit export --out extract\n  flussi audit export --from 2026-03-01 --to 2026-03-31 --endpoint inps --names --out for-inps",
	}
	textFlagExtractOut = flusso.Text{It: "cartella nuova", En: "new folder"}
	textFlagNames      = flusso.Text{It: "con i nomi delle persone", En: "with the names of persons"}
	textExportWhere    = flusso.Text{It: "manca la cartella in cui scrivere", En: "the folder to write to is missing"}
	hintExportWhere    = flusso.Text{It: "aggiungere --out e il nome di una cartella nuova", En: "add --out and the name of a new folder"}
	textExported       = flusso.Text{It: "%d voci su %d; come verificarle: %s", En: "%d entries of %d; how to verify them: %s"}

	textWhoShort = flusso.Text{It: "chi è stato: le persone dietro codici e utenti", En: "who it was: the persons behind codes and user names"}
	textWhoLong  = flusso.Text{
		It: "Risponde a INPS che chiede chi ha usato una credenziale: per ogni codice e utente del periodo dice\nla persona che ne rispondeva quel giorno (registro degli operatori), che cosa ha fatto, in quali\nesecuzioni. Con --at bastano giorno e ora.",
		En: "Answers INPS when it asks who used a credential: for each code and user name of the period it\ntells the person that they were on that day (operators' register), what they did, in which runs.\nWith --at a day and an hour will do.",
	}
	textWhoExample = flusso.Text{
		It: "  flussi audit who --endpoint inps --at \"2026-03-04 10:15\"\n  flussi audit who --run 57",
		En: "  flussi audit who --endpoint inps --at \"2026-03-04 10:15\"\n  flussi audit who --run 57",
	}
	textFlagAt          = flusso.Text{It: "intorno a questo momento, ora italiana", En: "around this moment, Italian time"}
	textFlagWithin      = flusso.Text{It: "quanto prima e dopo --at", En: "how long before and after --at"}
	textBadMoment       = flusso.Text{It: "non è un momento", En: "not a moment"}
	hintBadMoment       = flusso.Text{It: "scriverlo come \"2026-03-04 10:15\"", En: "write it like \"2026-03-04 10:15\""}
	textNobody          = flusso.Text{It: "nessuna voce: nessuno ha fatto nulla", En: "no entry: nobody did anything"}
	textUnnamed         = flusso.Text{It: "(non è nel registro degli operatori)", En: "(not in the operators' register)"}
	textNoRegisterNamed = flusso.Text{It: "nessun registro degli operatori: aggiungere operators.register", En: "no operators' register: add operators.register"}
	textAnswer          = flusso.Text{It: "%s; ne risponde %s, utente %s, dal %s al %s", En: "%s; answered for by %s, user %s, from %s to %s"}
	textAnswerRuns      = flusso.Text{It: "      esecuzioni: %s", En: "      runs: %s"}

	textAuditReportShort = flusso.Text{It: "la relazione periodica del Supervisore", En: "the Supervisore's periodic report"}
	textAuditReportLong  = flusso.Text{
		It: "Verifica il registro e scrive, per un periodo: gli scambi per convenzione, chi ha operato, che cosa\nguardare (allarmi, accessi ai file messi da parte, esecuzioni fallite, chiavi di server fissate,\ninterventi fuori orario), fin dove arrivano le copie. Conta file e byte, mai i record. Markdown, o\nHTML se --out finisce per .html.",
		En: "Verifies the log and writes, of a period: the exchanges by agreement, who acted, what to look at\n(alarms, access to files set aside, failed runs, host keys pinned, interventions out of hours), how\nfar the copies go. It counts files and bytes, never records. Markdown, or HTML where --out ends\nin .html.",
	}
	textAuditReportExample = flusso.Text{It: "  flussi audit report --from 2026-01-01 --to 2026-06-30 --out relazione.html", En: "  flussi audit report --from 2026-01-01 --to 2026-06-30 --out report.html"}
	textFlagReportOut      = flusso.Text{It: "file da scrivere: .md o .html; se manca, sull'uscita", En: "file to write: .md or .html; default: standard output"}
	textReportWhen         = flusso.Text{It: "manca il periodo della relazione", En: "the report's period is missing"}
	hintReportWhen         = flusso.Text{It: "aggiungere --from e --to", En: "add --from and --to"}
)

// The yearly review.
var (
	textReviewShort = flusso.Text{It: "la verifica annuale di convenzioni e persone autorizzate", En: "the yearly review of agreements and authorised persons"}
	textReviewLong  = flusso.Text{
		It: "Elenca le convenzioni con scadenza e referenti, le persone del registro degli operatori con l'ultima\nvolta che il registro di audit le ha viste, chi ha operato senza esservi, e che cosa fare: renew\n(rinnovare), review e confirm (nessuno verifica da un anno: poi scrivere la data in reviewed), unused\n(non usata da 180 giorni: revocare?). Markdown, o HTML se --out finisce per .html.",
		En: "Lists the agreements with their end and referents, the persons of the operators' register with when\nthe audit log last saw them, who acted without being in it, and what to do: renew, review and confirm\n(nobody has gone through it for a year: then write the date in reviewed), unused (not used for 180\ndays: revoke?). Markdown, or HTML where --out ends in .html.",
	}
	textReviewExample = flusso.Text{It: "  flussi audit review --out verifica.html", En: "  flussi audit review --out review.html"}
)
