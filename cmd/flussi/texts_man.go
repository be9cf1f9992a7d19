package main

import "flussi/internal/flusso"

// flussi man.
var (
	textManShort = flusso.Text{It: "la pagina di manuale", En: "the manual page"}
	textManLong  = flusso.Text{
		It: "Scrive flussi(1), con tutti i comandi, nella lingua di --lang: nella forma che legge man.",
		En: "Writes flussi(1), with every command, in the language of --lang: in the form that man reads.",
	}
	textManExample     = flusso.Text{It: "  flussi man | man -l -\n  flussi man --lang it > flussi.1", En: "  flussi man | man -l -\n  flussi man --lang en > flussi.1"}
	textManTitle       = flusso.Text{It: "Comandi", En: "User Commands"}
	textManName        = flusso.Text{It: "NOME", En: "NAME"}
	textManSynopsis    = flusso.Text{It: "SINTASSI", En: "SYNOPSIS"}
	textManDescription = flusso.Text{It: "DESCRIZIONE", En: "DESCRIPTION"}
	textManExit        = flusso.Text{It: "CODICI DI USCITA", En: "EXIT STATUS"}
	textManFiles       = flusso.Text{It: "FILE", En: "FILES"}

	textExitDone          = flusso.Text{It: "fatto; anche un demone fermato in ordine", En: "done; a daemon stopped in order too"}
	textExitFailed        = flusso.Text{It: "non riuscito", En: "failed"}
	textExitPartial       = flusso.Text{It: "in parte: qualche record scartato o un destinatario non servito", En: "partial: some records rejected or a recipient not served"}
	textExitConfiguration = flusso.Text{It: "configurazione", En: "configuration"}
	textExitLocked        = flusso.Text{It: "un'altra istanza è al lavoro", En: "locked by another instance"}
	textExitRefused       = flusso.Text{It: "chiave del server o credenziali rifiutate", En: "host key or authentication refused"}
	textExitInterrupted   = flusso.Text{It: "interrotto da chi l'ha avviato", En: "interrupted by the user"}

	textFileConfig  = flusso.Text{It: "la configurazione; gli scambi stanno accanto, in schedules/", En: "the configuration; the exchanges stand beside it, in schedules/"}
	textFileState   = flusso.Text{It: "nei pacchetti, la cartella di stato: registro, audit, spool e chiavi", En: "in the packages, the state folder: ledger, audit log, spool and keys"}
	textFileDataset = flusso.Text{It: "nei pacchetti, la cartella dei dataset, che legge il gruppo flussi-dataset", En: "in the packages, the datasets' folder, which the group flussi-dataset reads"}
)
