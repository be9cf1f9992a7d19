package dataset

import (
	"context"
	"errors"
	"fmt"

	"flussi/internal/flusso"
	"flussi/internal/spool"
	"flussi/internal/table"
)

var (
	textName = flusso.Text{
		It: "nome non ammesso come cartella: solo lettere minuscole, cifre e trattini",
		En: "a name that cannot be a folder: only lower-case letters, digits and hyphens",
	}
	hintName = flusso.Text{
		It: "cambiare il nome del destinatario o del dataset nella configurazione",
		En: "change the recipient's or the dataset's name in the configuration",
	}
	textImbalance = flusso.Text{
		It: "i conti non tornano: nulla viene pubblicato",
		En: "the books do not balance: nothing is published",
	}
	hintDefect = flusso.Text{
		It: "è un difetto di flussi: conservare il registro e segnalarlo",
		En: "this is a defect of flussi: keep the log and report it",
	}
	textRows = flusso.Text{
		It: "righe che non stanno nelle colonne dichiarate",
		En: "rows that do not fit the columns declared",
	}
	textUsed = flusso.Text{
		It: "il rilascio è già chiuso",
		En: "the release is closed already",
	}
	textOther = flusso.Text{
		It: "righe di un altro destinatario, dataset o livello",
		En: "rows of another recipient, dataset or level",
	}
	textColumnsChanged = flusso.Text{
		It: "le colonne non sono più quelle del rilascio in vigore",
		En: "the columns are no longer those of the live release",
	}
	hintColumnsChanged = flusso.Text{
		It: "dare al dataset un nome nuovo: quello vecchio resta leggibile com'è",
		En: "give the dataset a new name: the old one stays readable as it is",
	}
	textLevelChanged = flusso.Text{
		It: "il livello non è più quello del rilascio in vigore",
		En: "the level is no longer that of the live release",
	}
	textTaken = flusso.Text{
		It: "esiste già un rilascio con questo identificativo e un contenuto diverso",
		En: "a release with this id and other content exists already",
	}
	textNoDataset = flusso.Text{
		It: "nella cartella non c'è un dataset",
		En: "there is no dataset in the folder",
	}
	hintNoDataset = flusso.Text{
		It: "indicare la cartella di un dataset, quella con current.json e releases",
		En: "name the folder of a dataset, the one with current.json and releases",
	}
	textNoSuchRelease = flusso.Text{
		It: "il dataset non ha un rilascio con questo nome",
		En: "the dataset has no release of this name",
	}
	hintNoSuchRelease = flusso.Text{
		It: "vedere quali rilasci ci sono: flussi dataset ls CARTELLA",
		En: "see which releases there are: flussi dataset ls DIR",
	}
	textIsLive = flusso.Text{
		It: "è il rilascio in vigore",
		En: "it is the live release",
	}
	hintIsLive = flusso.Text{
		It: "rimettere prima in vigore un altro rilascio: flussi dataset rollback",
		En: "make another release live first: flussi dataset rollback",
	}
	textIsHeld = flusso.Text{
		It: "il rilascio è trattenuto",
		En: "the release is held",
	}
	hintIsHeld = flusso.Text{
		It: "togliere prima il vincolo: flussi dataset unhold",
		En: "take the hold off first: flussi dataset unhold",
	}
	textFirst = flusso.Text{
		It: "prima del rilascio in vigore non ce n'è un altro",
		En: "there is none before the live release",
	}
	hintTaken = flusso.Text{
		It: "i rilasci non si riscrivono: usare un identificativo nuovo",
		En: "releases are never rewritten: use a new id",
	}
	textSpoiled = flusso.Text{
		It: "il rilascio non è intero: il contenuto non è quello del suo manifesto",
		En: "the release is not whole: its content is not what its manifest says",
	}
	hintSpoiled = flusso.Text{
		It: "non usarlo; tornare a un rilascio precedente o ripristinarlo da una copia",
		En: "do not use it; go back to an earlier release or restore it from a copy",
	}
	textDisk = flusso.Text{
		It: "la cartella dei dataset non risponde come deve",
		En: "the datasets' folder does not answer as it must",
	}
	textDiskFull = flusso.Text{
		It: "il disco della cartella dei dataset è pieno",
		En: "the disk of the datasets' folder is full",
	}
	textDiskReadOnly = flusso.Text{
		It: "il disco della cartella dei dataset è in sola lettura",
		En: "the disk of the datasets' folder is read-only",
	}
	hintDisk = flusso.Text{
		It: "controllare spazio e permessi della cartella, poi ripetere: il rilascio in vigore è intatto",
		En: "check space and permissions of the folder, then try again: the live release is untouched",
	}
)

// fail makes the error people read; one that already tells them what to do
// stays, and so does a cancellation, which is nobody's fault.
func fail(op, id string, err error) error {
	if err == nil {
		return nil
	}
	var ours *flusso.Error
	switch {
	case errors.As(err, &ours) && !ours.Hint.IsZero():
		return err
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return fmt.Errorf("%s %s: %w", op, id, err)
	case errors.Is(err, table.ErrValues):
		return refuse(op, id, flusso.Internal, textRows, hintDefect, err)
	}
	what := textDisk
	if spool.ReadOnly(err) {
		what = textDiskReadOnly
	} else if spool.FullOrReadOnly(err) {
		what = textDiskFull
	}
	return refuse(op, id, flusso.Transient, what, hintDisk, err)
}

func refuse(op, id string, kind flusso.Kind, what, hint flusso.Text, err error) error {
	return &flusso.Error{Op: op, ID: id, Kind: kind, What: what, Hint: hint, Err: err}
}
