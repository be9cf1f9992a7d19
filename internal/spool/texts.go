package spool

import (
	"errors"
	"io/fs"
	"path/filepath"
	"strconv"
	"syscall"

	"flussi/internal/flusso"
)

var (
	textOtherContent = flusso.Text{
		It: "c'è già un file con questo nome e un contenuto diverso",
		En: "a file with this name and other content is there already",
	}
	textDiskFull = flusso.Text{
		It: "spazio su disco esaurito",
		En: "the disk is full",
	}
	hintDiskFull = flusso.Text{
		It: "liberare spazio sul disco della cartella di stato o ampliarlo, poi ripetere: nulla è andato perso",
		En: "free or add space on the disk of the state folder, then try again: nothing was lost",
	}
	textReadOnly = flusso.Text{
		It: "il disco della cartella di stato è in sola lettura",
		En: "the disk of the state folder is read-only",
	}
	hintReadOnly = flusso.Text{
		It: "rimontare il disco in scrittura, o indicare un'altra cartella di stato, poi ripetere: nulla è andato perso",
		En: "remount the disk for writing, or name another state folder, then try again: nothing was lost",
	}
	textDiskError = flusso.Text{
		It: "errore di lettura o scrittura sul disco della cartella di stato",
		En: "the disk of the state folder cannot be read or written",
	}
	hintDiskError = flusso.Text{
		It: "controllare il disco e i messaggi del sistema, poi ripetere: nulla è andato perso",
		En: "check the disk and the system's messages, then try again: nothing was lost",
	}
	textNoPermission = flusso.Text{
		It: "permesso negato sulla cartella di stato",
		En: "no permission on the state folder",
	}
	hintNoPermission = flusso.Text{
		It: "la cartella di stato e tutto il suo contenuto devono appartenere all'utente che esegue flussi",
		En: "the state folder and all it holds must belong to the user who runs flussi",
	}
	textNoFolder = flusso.Text{
		It: "la cartella in cui scrivere non c'è",
		En: "the folder to write in is not there",
	}
	hintNoFolder = flusso.Text{
		It: "crearla, o indicarne un'altra",
		En: "make it, or name another",
	}
	textGone = flusso.Text{
		It: "nella cartella di stato manca qualcosa che c'era",
		En: "something that was in the state folder is missing",
	}
	hintGone = flusso.Text{
		It: "vedere se il disco è montato e se qualcosa fa pulizia lì dentro, poi: flussi check",
		En: "see whether the disk is mounted and whether something tidies up in there, then: flussi check",
	}
	textBadID = flusso.Text{
		It: "l'identificativo di spool non è esadecimale",
		En: "the spool id is not hexadecimal",
	}
	textArrivalThere = flusso.Text{
		It: "un arrivo con questo identificativo c'è già",
		En: "an arrival with this id is there already",
	}
	textPartSpoiled = flusso.Text{
		It: "una scrittura precedente di questo arrivo è fallita",
		En: "an earlier write of this arrival failed",
	}
	textPartClosed = flusso.Text{
		It: "questo arrivo è già chiuso",
		En: "this arrival is closed already",
	}
	textAltered = flusso.Text{
		It: "un file cifrato dello spool non è quello che fu scritto, o la chiave non è la sua",
		En: "a sealed file of the spool is not what was written, or the key is not its own",
	}
	hintAltered = flusso.Text{
		It: "controllare che spool.identity sia ancora la chiave di allora, poi il disco e chi scrive nella cartella di stato",
		En: "check that spool.identity still is the key of that time, then the disk and who writes into the state folder",
	}
	textNoIdentity = flusso.Text{
		It: "un file dello spool è cifrato e la chiave per leggerlo non è configurata",
		En: "a file of the spool is sealed and the key to read it is not configured",
	}
	hintNoIdentity = flusso.Text{
		It: "rimettere spool.identity in flussi.yaml: serve finché nello spool restano file cifrati",
		En: "put spool.identity back into flussi.yaml: it is needed as long as sealed files are in the spool",
	}
	textBadIdentity = flusso.Text{
		It: "spool.identity non è una chiave segreta age",
		En: "spool.identity is not an age secret key",
	}
	hintBadIdentity = flusso.Text{
		It: "è il file che dà age-keygen: righe AGE-SECRET-KEY-1…",
		En: "it is the file that age-keygen gives: lines AGE-SECRET-KEY-1…",
	}
	textBadRecipient = flusso.Text{
		It: "un destinatario di spool.encrypt non è di age",
		En: "a recipient of spool.encrypt is not one of age's",
	}
	hintBadRecipient = flusso.Text{
		It: "comincia con age1: lo dà age-keygen",
		En: "it begins with age1: age-keygen gives it",
	}
	textForeignRecipients = flusso.Text{
		It: "nessun destinatario di spool.encrypt è di spool.identity: flussi non rileggerebbe ciò che scrive",
		En: "no recipient of spool.encrypt is spool.identity's: flussi could not read back what it writes",
	}
	hintForeignRecipients = flusso.Text{
		It: "aggiungere a spool.encrypt il destinatario che dà: age-keygen -y FILE",
		En: "add to spool.encrypt the recipient that this gives: age-keygen -y FILE",
	}
	hintLocked = flusso.Text{
		It: "fermare l'altra istanza o attendere che finisca; «flussi history» si può usare intanto",
		En: "stop the other instance or wait until it ends; \"flussi history\" works meanwhile",
	}
)

func textLocked(pid int) flusso.Text {
	if pid == 0 {
		return flusso.Text{
			It: "un'altra istanza di flussi usa questa cartella di stato",
			En: "another instance of flussi holds this state folder",
		}
	}
	return flusso.Text{
		It: "un'altra istanza di flussi (processo " + strconv.Itoa(pid) + ") usa questa cartella di stato",
		En: "another instance of flussi (process " + strconv.Itoa(pid) + ") holds this state folder",
	}
}

// Explain makes the error that people read of an operation in the state folder,
// with this room's words for a disk that is full, read-only or failing.
func Explain(op, id string, err error) error { return fail(op, id, err) }

// failFile is fail for a file that people may want anywhere.
func failFile(op, path string, err error) error {
	failed := fail(op, filepath.Base(path), err)
	var e *flusso.Error
	if errors.As(failed, &e) && e.What == textGone {
		e.Kind, e.What, e.Hint = flusso.Invalid, textNoFolder, hintNoFolder
	}
	return failed
}

// fail makes the error that people read of an operation on a file; nil stays
// nil, and an error that is already one for people stays as it is.
func fail(op, id string, err error) error {
	if err == nil {
		return nil
	}
	var ours *flusso.Error
	if errors.As(err, &ours) {
		return err
	}
	e := &flusso.Error{Op: op, ID: id, Kind: flusso.Internal, Err: err}
	switch {
	case diskFull(err):
		e.Kind, e.What, e.Hint = flusso.Transient, textDiskFull, hintDiskFull
	case readOnly(err):
		e.Kind, e.What, e.Hint = flusso.Config, textReadOnly, hintReadOnly
	case diskError(err):
		e.Kind, e.What, e.Hint = flusso.Transient, textDiskError, hintDiskError
	case errors.Is(err, fs.ErrPermission):
		e.Kind, e.What, e.Hint = flusso.Config, textNoPermission, hintNoPermission
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, syscall.ENOTDIR):
		e.Kind, e.What, e.Hint = flusso.Config, textGone, hintGone
	}
	return e
}
