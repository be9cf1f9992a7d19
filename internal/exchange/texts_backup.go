package exchange

import (
	"time"

	"flussi/internal/flusso"
)

var (
	textBadBackupKey = flusso.Text{It: "non è un destinatario age", En: "not an age recipient"}
	hintBadBackupKey = flusso.Text{It: "age-keygen -o copie.key ne fa uno, che comincia con age1; la chiave segreta resta altrove", En: "age-keygen -o copies.key makes one, which begins with age1; the secret key stays elsewhere"}
	textBadRestore   = flusso.Text{It: "ciò che la copia contiene non è una cartella di stato intera", En: "what the backup holds is not a whole state folder"}
	hintBadRestore   = flusso.Text{It: "non usarla: prenderne un'altra, e provarla con flussi restore --drill", En: "do not use it: take another one, and try it with flussi restore --drill"}
	textNotRestored  = flusso.Text{It: "questa cartella di stato non viene da una copia", En: "this state folder is not from a backup"}
	hintNotRestored  = flusso.Text{It: "non c'è nulla da riprendere; se il registro è più corto di una sua copia: flussi audit resume COPIA", En: "there is nothing to resume; where the log is shorter than a copy of it: flussi audit resume COPY"}
	hintRestored     = flusso.Text{It: "confrontarla con la copia del registro: flussi audit resume COPIA; se non ce n'è una: flussi audit resume --no-copy (docs/copie.md)", En: "hold it against the copy of the log: flussi audit resume COPY; if there is none: flussi audit resume --no-copy (docs/backup.md)"}

	// A release on record that is not gone on from.
	textNoManifestHash = flusso.Text{It: "la sua voce di audit è di un flussi che non vi scriveva l'impronta del manifesto", En: "its audit entry is of a flussi that did not write the manifest's hash there"}
	textFolderGone     = flusso.Text{It: "la cartella del rilascio non c'è più", En: "the release's folder is gone"}
	textOtherManifest  = flusso.Text{It: "il manifesto non è quello della voce di audit", En: "the manifest is not the one of the audit entry"}
	textFolderSpoiled  = flusso.Text{It: "i file del rilascio non sono quelli del manifesto", En: "the release's files are not those of the manifest"}
	textShowsOther     = flusso.Text{It: "la cartella del dataset non mostra il rilascio che secondo il registro è in vigore", En: "the dataset's folder does not show the release that is live by the log"}
	textOtherCodes     = flusso.Text{It: "la chiave dei codici non è quella del rilascio", En: "the key of the codes is not the release's"}
	hintNotAgain       = flusso.Text{It: "riprendere la sua cartella da una copia e rifare flussi audit resume; o tornare a un rilascio che il registro conosce: flussi dataset rollback", En: "take its folder from a backup and do flussi audit resume again; or go back to a release that the ledger knows: flussi dataset rollback"}
)

func textRestored(at time.Time) flusso.Text {
	if at.IsZero() {
		return flusso.Text{
			It: "la cartella di stato è stata ripristinata: ciò che è stato fatto dopo non è qui",
			En: "the state folder was restored: what was done since is not here",
		}
	}
	moment := at.Local().Format("2006-01-02 15:04")
	return flusso.Text{
		It: "la cartella di stato è stata ripristinata da una copia del " + moment + ": ciò che è stato fatto dopo non è qui",
		En: "the state folder was restored from a backup of " + moment + ": what was done since is not here",
	}
}
