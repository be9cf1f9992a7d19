package ledger

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"syscall"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"flussi/internal/flusso"
	"flussi/internal/spool"
)

var (
	textNoLedger = flusso.Text{
		It: "in questa cartella di stato non c'è ancora un registro",
		En: "there is no ledger in this state folder yet",
	}
	hintNoLedger = flusso.Text{
		It: "nasce con la prima esecuzione; controllare anche che «state» indichi la cartella giusta",
		En: "the first run makes it; also check that \"state\" names the right folder",
	}
	textUnsafe = flusso.Text{
		It: "su questo disco il registro non sarebbe al sicuro da una caduta di corrente",
		En: "on this disk the ledger would not survive a power cut",
	}
	hintUnsafe = flusso.Text{
		It: "mettere la cartella di stato su un disco locale, non su una condivisione di rete",
		En: "put the state folder on a local disk, not on a network share",
	}
	textEsitoKnown = flusso.Text{It: "l'esito c'è già", En: "the esito is there already"}
	textEsitoOther = flusso.Text{
		It: "per lo stesso flusso e lo stesso momento c'è un altro esito",
		En: "another esito is there for the same flow and moment",
	}
	textTermTooShort  = flusso.Text{It: "le voci di audit restano almeno sei mesi", En: "audit entries stay for six months at least"}
	textIncompleteKey = flusso.Text{It: "la voce della chiave è incompleta", En: "the entry of the key is incomplete"}
	textReadOnly      = flusso.Text{
		It: "il registro è aperto in sola lettura",
		En: "the ledger is open for reading only",
	}
	textNotALedger = flusso.Text{
		It: "il file non è un registro di flussi",
		En: "the file is not a ledger of flussi",
	}
	hintNotALedger = flusso.Text{
		It: "controllare che «state» indichi la cartella giusta, o ripristinare la cartella di stato da una copia",
		En: "check that \"state\" names the right folder, or restore the state folder from a copy",
	}
	hintOlderLedger = flusso.Text{
		It: "la prossima esecuzione lo aggiorna: «flussi run» o il demone",
		En: "the next run brings it up to date: \"flussi run\" or the daemon",
	}
	textBusy = flusso.Text{
		It: "un altro processo sta scrivendo nel registro",
		En: "another process is writing to the ledger",
	}
	hintBusy = flusso.Text{
		It: "attendere che finisca e ripetere; se nessun flussi è in esecuzione, chiudere gli altri programmi che hanno aperto il file",
		En: "wait until it ends and try again; if no flussi is running, close other programs that have the file open",
	}
	textDisk = flusso.Text{
		It: "il disco non legge o non scrive il registro",
		En: "the disk does not read or write the ledger",
	}
	hintDisk = flusso.Text{
		It: "controllare il disco della cartella di stato, lo spazio e i limiti dell'utente, poi ripetere",
		En: "check the disk of the state folder, its space and the user's limits, then try again",
	}
	textDamaged = flusso.Text{
		It: "il registro è danneggiato",
		En: "the ledger is damaged",
	}
	hintDamaged = flusso.Text{
		It: "non cancellarlo: copiare la cartella di stato, controllare il disco e ripristinare l'ultima copia di sicurezza",
		En: "do not delete it: copy the state folder, check the disk and restore the last backup",
	}
	textNoAccess = flusso.Text{
		It: "il registro non si può aprire o scrivere",
		En: "the ledger cannot be opened or written",
	}
	hintNoAccess = flusso.Text{
		It: "la cartella di stato e tutto il suo contenuto devono appartenere all'utente che esegue flussi",
		En: "the state folder and all it holds must belong to the user who runs flussi",
	}
	textIllegalMove = flusso.Text{
		It: "passaggio di stato non ammesso",
		En: "this change of state is not allowed",
	}
	textUnknownRow = flusso.Text{
		It: "non è nel registro",
		En: "it is not in the ledger",
	}
	textAlreadyTaken = flusso.Text{
		It: "questo file è già stato preso",
		En: "this file was taken already",
	}
	textAlreadyPublished = flusso.Text{
		It: "questo rilascio è già stato pubblicato",
		En: "this release was published already",
	}
	textUnbalanced = flusso.Text{
		It: "i conti non quadrano: nulla viene pubblicato",
		En: "the books do not balance: nothing is published",
	}
	textAlreadySent = flusso.Text{
		It: "questo file è già stato consegnato",
		En: "this file was delivered already",
	}
	textDeliveryInDoubt = flusso.Text{
		It: "non si sa se una consegna precedente di questo file sia arrivata",
		En: "nobody knows whether an earlier delivery of this file arrived",
	}
	hintDeliveryInDoubt = flusso.Text{
		It: "chiedere al destinatario se l'ha, poi flussi sent arrived N o flussi sent again N; N è in flussi sent",
		En: "ask the recipient whether it has it, then flussi sent arrived N or flussi sent again N; N is in flussi sent",
	}
	textTampered = flusso.Text{
		It: "il registro di audit è stato alterato",
		En: "the audit log was altered",
	}
	hintTampered = flusso.Text{
		It: "non scrivere più nella cartella di stato, copiarla e avvisare il responsabile della sicurezza",
		En: "write no more to the state folder, copy it and tell the security officer",
	}
)

// textNewerLedger: of a program that was taken back to an earlier version.
func textNewerLedger(is, known int) flusso.Text {
	return flusso.Text{
		It: fmt.Sprintf("il registro è della versione %d, di un flussi più recente; questo conosce fino alla %d", is, known),
		En: fmt.Sprintf("the ledger is of version %d, of a newer flussi; this one knows up to %d", is, known),
	}
}

func hintNewerLedger(known int) flusso.Text {
	return flusso.Text{
		It: fmt.Sprintf("rimettere il flussi che lo ha aggiornato; per tornare indietro davvero: ledger.before-v%d.db accanto al registro, e docs/copie.md", known),
		En: fmt.Sprintf("install the flussi that brought it up to date again; to really go back: ledger.before-v%d.db beside the ledger, and docs/backup.md", known),
	}
}

func textOlderLedger(is, known int) flusso.Text {
	return flusso.Text{
		It: fmt.Sprintf("il registro è della versione %d, di un flussi precedente; questo vuole la %d", is, known),
		En: fmt.Sprintf("the ledger is of version %d, of an older flussi; this one wants %d", is, known),
	}
}

// fail makes the error that people read; nil stays nil, and an error that is
// already one for people stays as it is.
func fail(op, id string, err error) error {
	if err == nil {
		return nil
	}
	var ours *flusso.Error
	if errors.As(err, &ours) {
		return err
	}
	e := &flusso.Error{Op: op, ID: id, Kind: flusso.Internal, Err: err}
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		e.Kind = flusso.Transient
	}
	if errors.Is(err, fs.ErrPermission) {
		e.Kind, e.What, e.Hint = flusso.Config, textNoAccess, hintNoAccess
	}
	var db *sqlite.Error
	if !errors.As(err, &db) {
		return e
	}
	switch db.Code() & 0xff {
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
		e.Kind, e.What, e.Hint = flusso.Locked, textBusy, hintBusy
	case sqlite3.SQLITE_FULL:
		return spool.Explain(op, id, fmt.Errorf("%w: %w", err, syscall.ENOSPC))
	case sqlite3.SQLITE_CORRUPT:
		e.Kind, e.What, e.Hint = flusso.Corrupt, textDamaged, hintDamaged
	case sqlite3.SQLITE_NOTADB:
		e.Kind, e.What, e.Hint = flusso.Config, textNotALedger, hintNotALedger
	case sqlite3.SQLITE_IOERR:
		e.Kind, e.What, e.Hint = flusso.Transient, textDisk, hintDisk
	case sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM:
		e.Kind, e.What, e.Hint = flusso.Config, textNoAccess, hintNoAccess
	}
	return e
}

// diskRoom is what a disk should have for the next commits and what SQLite
// keeps beside them.
const diskRoom = 1 << 20

// fail is fail where a disk may be to blame: SQLite does not say that it is full
// or read only, but where it writes to the ledger itself. So the disk is asked.
func (l *Ledger) fail(op string, err error) error {
	var db *sqlite.Error
	if !errors.As(err, &db) {
		return fail(op, "", err)
	}
	switch db.Code() & 0xff {
	case sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY:
		if asked := spool.Room(l.dir, diskRoom); spool.FullOrReadOnly(asked) {
			return spool.Explain(op, "", fmt.Errorf("%w: %w", err, asked))
		}
	}
	return fail(op, "", err)
}

var (
	textNumbersOut = flusso.Text{It: "i progressivi di oggi riservati a questa installazione sono finiti", En: "the numbers of today that are reserved for this installation are used up"}
	hintNumbersOut = flusso.Text{It: "riservarne altri con flussi sent reserve, che nessun altro computer dell'Ente usi", En: "reserve others by flussi sent reserve, which no other computer of the Ente uses"}
)
