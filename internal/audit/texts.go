package audit

import (
	"strconv"

	"flussi/internal/flusso"
)

// All that this room says to people.
var (
	textNoCheckpoint      = flusso.Text{It: "non è un checkpoint del registro di audit", En: "not a checkpoint of the audit log"}
	hintNoCheckpoint      = flusso.Text{It: "è ciò che stampa flussi audit checkpoint, conservato altrove", En: "it is what flussi audit checkpoint prints, kept elsewhere"}
	textForeignCheckpoint = flusso.Text{It: "il checkpoint non è firmato da questo flussi", En: "the checkpoint is not signed by this flussi"}
	hintForeignCheckpoint = flusso.Text{It: "controllare di chi è; se è di qui, la cartella di stato ha un'altra chiave: avvisare il responsabile della sicurezza", En: "find out whose it is; if it is from here, the state folder has another key: tell the security officer"}
	textBadEvidence       = flusso.Text{It: "il checkpoint non è leggibile", En: "the checkpoint is not readable"}
	hintBadEvidence       = flusso.Text{It: "è l'uscita di flussi audit checkpoint o di flussi audit verify --json, oppure una copia (audit.copies), conservata altrove", En: "it is the output of flussi audit checkpoint or of flussi audit verify --json, or a copy (audit.copies), kept elsewhere"}
	textOtherLog          = flusso.Text{It: "il registro di audit non è quello di cui c'è la copia: è stato alterato o riscritto", En: "the audit log is not the one there is a copy of: it was altered or rewritten"}
	hintOtherLog          = flusso.Text{It: "non scrivere più nella cartella di stato, copiarla e avvisare il responsabile della sicurezza: vale la copia", En: "write no more to the state folder, copy it and tell the security officer: the copy is right"}
	hintOlder             = flusso.Text{It: "la cartella di stato viene da una copia vecchia, o le ultime voci sono state tolte; se il ripristino è voluto: flussi audit resume --help, prima di prendere o inviare altro", En: "the state folder is from an old copy, or the last entries were removed; if it was restored on purpose: flussi audit resume --help, before anything else is fetched or sent"}
	hintCopyGone          = flusso.Text{It: "montare il disco della copia; se è persa per sempre, farne un'altra con un nome nuovo in audit.copies", En: "mount the copy's disk; if it is lost for good, make another one under a new name in audit.copies"}
	textNoCopy            = flusso.Text{It: "la copia del registro di audit non si è potuta aggiornare", En: "the copy of the audit log could not be brought up to date"}
	hintNoCopy            = flusso.Text{It: "la prossima esecuzione riprova; se dura, controllare rete, disco e server della copia", En: "the next run tries again; if it lasts, check the network, the disk and the copy's server"}
	textCopyDenied        = flusso.Text{It: "la copia del registro di audit rifiuta chi scrive", En: "the copy of the audit log refuses whoever writes"}
	hintCopyDenied        = flusso.Text{It: "controllare i permessi del file, o il token del webhook", En: "check the file's permissions, or the webhook's token"}
	textNoCA              = flusso.Text{It: "i certificati del server della copia non si leggono", En: "the certificates of the copy's server cannot be read"}
	hintNoCA              = flusso.Text{It: "in audit.copies ca indica un file PEM", En: "in audit.copies ca names a PEM file"}
)

func textOlder(here, there int64) flusso.Text {
	h, t := strconv.FormatInt(here, 10), strconv.FormatInt(there, 10)
	return flusso.Text{
		It: "il registro di audit è più corto della sua copia: " + h + " voci qui, " + t + " là",
		En: "the audit log is shorter than its copy: " + h + " entries here, " + t + " there",
	}
}

func textCopyGone(had int64) flusso.Text {
	n := strconv.FormatInt(had, 10)
	return flusso.Text{It: "la copia che aveva " + n + " voci non c'è più", En: "the copy that had " + n + " entries is not there any more"}
}
