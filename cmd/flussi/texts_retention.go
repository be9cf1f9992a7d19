package main

import "flussi/internal/flusso"

var (
	textRetentionShort = flusso.Text{It: "dice ogni termine di conservazione, ed elimina ciò che è scaduto", En: "tell every term of retention, and remove what is over"}
	textRetentionLong  = flusso.Text{
		It: "Dice per quanto si conserva ogni cosa, quanto ce n'è e quanto è scaduto, ed elimina lo scaduto; di\nogni eliminazione c'è prima una voce di audit. Le esecuzioni lo fanno da sé, una volta al giorno. Un\nfile che nessuno ha potuto leggere non scade: oltre il termine è segnalato, e decide una persona\n(flussi quarantine). Con --dry-run non cambia nulla, e si può dare mentre il demone lavora.",
		En: "Tells how long each thing is kept, what there is of it and what is over, and removes that; an audit\nentry comes before each removal. Runs do so by themselves, once a day. A file that nobody could\nread has no end: beyond its term it is told of, and a person decides (flussi quarantine). With\n--dry-run nothing changes, and a daemon may be at work.",
	}
	textRetentionExample = flusso.Text{It: "  flussi retention --dry-run\n  flussi retention --operator op-17", En: "  flussi retention --dry-run\n  flussi retention --operator op-17"}
	textFlagRetentionDry = flusso.Text{It: "dice soltanto che cosa andrebbe", En: "only tell what would go"}

	textTerm       = flusso.Text{It: "%s: %d %s (%s)", En: "%s: %d %s (%s)"}
	textTermDue    = flusso.Text{It: "  ce ne sono %d; scaduti %d (%d byte)", En: "  there are %d; over are %d (%d bytes)"}
	textTermGone   = flusso.Text{It: "  ce n'erano %d; eliminati %d (%d byte)", En: "  there were %d; %d are gone (%d bytes)"}
	textTermPerson = flusso.Text{It: "  ce ne sono %d; oltre il termine %d: decide una persona (flussi quarantine ls)", En: "  there are %d; beyond their term %d: a person decides (flussi quarantine ls)"}
	textTermHeld   = flusso.Text{It: "  ce ne sono %d; decide una persona", En: "  there are %d; a person decides"}
	textTermAlways = flusso.Text{It: "  applicato a ogni rilascio", En: "  applied with each release"}
)
