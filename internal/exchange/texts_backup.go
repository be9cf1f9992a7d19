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
