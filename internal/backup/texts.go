package backup

import "flussi/internal/flusso"

var (
	textNothing = flusso.Text{It: "in questa cartella di stato non c'è ancora nulla da copiare", En: "there is nothing in this state folder to back up yet"}
	hintNothing = flusso.Text{It: "il registro nasce con la prima esecuzione; controllare anche che «state» indichi la cartella giusta", En: "the first run makes the ledger; also check that \"state\" names the right folder"}

	textInClear = flusso.Text{It: "ciò che è arrivato riposa in chiaro: in una copia senza sigillo si leggerebbero dati di persone", En: "what arrived rests in plain: a backup without seal would hold data of persons"}
	hintInClear = flusso.Text{It: "dare un destinatario con --to age1…, o in backup.encrypt; oppure cifrare lo spool (spool.encrypt)", En: "give a recipient with --to age1…, or in backup.encrypt; or seal the spool (spool.encrypt)"}

	textBadName = flusso.Text{It: "un file ha un nome che non tutti i sistemi prendono", En: "a file has a name that not every system takes"}
	hintBadName = flusso.Text{It: "nella cartella di stato e nella configurazione, nomi senza : * ? \" < > | \\ e diversi non solo per le maiuscole", En: "in the state folder and the configuration, names without : * ? \" < > | \\ that differ by more than case"}
	textNoFile  = flusso.Text{It: "tra i file da copiare c'è un collegamento o altro che non è un file", En: "among the files to back up there is a link, or something else that is no file"}
	hintNoFile  = flusso.Text{It: "toglierlo dalla cartella: flussi non ne fa", En: "take it out of the folder: flussi makes none"}
	textTooMany = flusso.Text{It: "i file sono troppi per una copia", En: "the files are too many for one backup"}
	hintTooMany = flusso.Text{It: "senza --datasets; oppure meno rilasci (retention.releases)", En: "without --datasets; or fewer releases (retention.releases)"}

	textChanged = flusso.Text{It: "ciò che si legge è cambiato nel frattempo", En: "what is being read changed meanwhile"}
	hintChanged = flusso.Text{It: "ripetere: il demone è ripartito, o qualcuno ha toccato i file", En: "try again: the daemon was started anew, or somebody touched the files"}

	textCorrupt     = flusso.Text{It: "la copia è troncata o alterata", En: "the backup is cut or altered"}
	hintCorrupt     = flusso.Text{It: "non usarla: prenderne un'altra, e provare ogni copia con flussi backup verify", En: "do not use it: take another one, and try each backup with flussi backup verify"}
	textNotABackup  = flusso.Text{It: "il file non è una copia di flussi", En: "the file is not a backup of flussi"}
	hintNotABackup  = flusso.Text{It: "dare il file che ha scritto flussi backup", En: "give the file that flussi backup wrote"}
	textOtherFormat = flusso.Text{It: "la copia è di una versione più recente di flussi", En: "the backup is of a newer version of flussi"}
	hintOtherFormat = flusso.Text{It: "usare il flussi che l'ha fatta, o uno più recente", En: "use the flussi that made it, or a newer one"}
	textCannotRead  = flusso.Text{It: "la copia non si legge", En: "the backup cannot be read"}
	hintCannotRead  = flusso.Text{It: "controllare percorso, permessi e disco, poi ripetere", En: "check path, permissions and disk, then try again"}
	textSealed      = flusso.Text{It: "la copia è sigillata", En: "the backup is sealed"}
	hintSealed      = flusso.Text{It: "dare la chiave segreta con --identity FILE, da dove è conservata", En: "give the secret key with --identity FILE, from where it is kept"}
	textOtherKey    = flusso.Text{It: "la copia è sigillata per un'altra chiave", En: "the backup is sealed for another key"}
	hintOtherKey    = flusso.Text{It: "usare la chiave segreta di uno dei destinatari con cui è stata fatta", En: "use the secret key of one of the recipients it was made for"}
	textNotEmpty    = flusso.Text{It: "la cartella in cui ripristinare non è vuota", En: "the folder to restore into is not empty"}
	hintNotEmpty    = flusso.Text{It: "nulla viene mai sovrascritto: indicarne una che non c'è o è vuota, e spostare la vecchia", En: "nothing is ever written over: name one that is absent or empty, and move the old one away"}
	textNoDatasets  = flusso.Text{It: "in questa copia non ci sono i dataset", En: "there are no datasets in this backup"}
	hintNoDatasets  = flusso.Text{It: "ripristinare senza --datasets-to; si copiano con flussi backup --datasets", En: "restore without --datasets-to; they are backed up with flussi backup --datasets"}
)
