package main

import "flussi/internal/flusso"

var (
	textBackupShort = flusso.Text{It: "copia di sicurezza della cartella di stato, anche mentre il demone lavora", En: "back the state folder up, while the daemon is at work too"}
	textBackupLong  = flusso.Text{
		It: "Scrive in un solo file sigillato registro, chiavi, spool, stati, rapporti, configurazione e scambi,\ntutti di uno stesso momento: in FILE, in DIR con un nome che dice Ente e ora, o su stdout (-).\nSi sigilla con age per i destinatari di --to o di backup.encrypt: la loro chiave segreta va\nconservata altrove, perché con essa e la copia si apre tutto. Nulla viene sovrascritto. Che la copia\nè stata fatta, da chi e per quali chiavi resta nel registro di audit.\n\nLe chiavi che durano quanto un rilascio non vi sono; i segreti che systemd dà (cred:) nemmeno.",
		En: "Writes ledger, keys, spool, states, reports, configuration and schedules into one sealed file, all\nof one moment: to FILE, into DIR under a name that tells Ente and time, or to stdout (-). It is\nsealed with age for the recipients of --to or backup.encrypt: their secret key is to be kept\nelsewhere, for with it and the backup everything opens. Nothing is written over. That a backup was\nmade, by whom and for which keys, is in the audit log.\n\nKeys that last as long as a release are not in it; secrets that systemd gives (cred:) are not either.",
	}
	textBackupExample = flusso.Text{
		It: "  flussi backup /mnt/copie --to age1…\n  flussi backup /mnt/copie --datasets\n  flussi backup - --to age1… | ssh altrove 'cat >flussi.tar.zst.age'\n  flussi backup /mnt/copie --dry-run",
		En: "  flussi backup /mnt/backups --to age1…\n  flussi backup /mnt/backups --datasets\n  flussi backup - --to age1… | ssh elsewhere 'cat >flussi.tar.zst.age'\n  flussi backup /mnt/backups --dry-run",
	}
	textFlagBackupTo       = flusso.Text{It: "destinatario age (age1…) per cui sigillare; più volte; se manca: backup.encrypt", En: "age recipient (age1…) to seal for; several times; default: backup.encrypt"}
	textFlagBackupDatasets = flusso.Text{It: "con i rilasci dei dataset", En: "with the releases of the datasets"}
	textFlagWithoutKeys    = flusso.Text{It: "senza sigillo, e perciò senza chiavi né segreti", En: "without seal, and therefore without keys and secrets"}
	textFlagBackupDryRun   = flusso.Text{It: "dice che cosa vi andrebbe, e non scrive nulla", En: "tells what would go into it, and writes nothing"}
	textFlagBackupIdentity = flusso.Text{It: "file con la chiave segreta age che apre la copia", En: "file with the age secret key that opens the backup"}

	textBackupVerifyShort = flusso.Text{It: "rilegge una copia per intero e ne dice il contenuto", En: "read a backup to its end and tell what it holds"}
	textBackupVerifyLong  = flusso.Text{
		It: "Legge la copia fino alla fine e ne confronta ogni file con l'elenco che essa porta: troncata o\nalterata, lo dice. Non scrive nulla. Che si possa anche ripristinare lo prova flussi restore --drill.",
		En: "Reads the backup to its end and holds every file against the list that it carries: cut or altered,\nit says so. Nothing is written. That it can be restored too, flussi restore --drill proves.",
	}
	textBackupVerifyExample = flusso.Text{It: "  flussi backup verify copia.tar.zst.age --identity copie.key", En: "  flussi backup verify backup.tar.zst.age --identity backups.key"}

	textNoIdentityIn = flusso.Text{It: "nessuna chiave segreta age in questo file", En: "no age secret key in this file"}
	hintNoIdentityIn = flusso.Text{It: "è il file che ha scritto age-keygen: una riga comincia con AGE-SECRET-KEY-1", En: "it is the file that age-keygen wrote: one line begins with AGE-SECRET-KEY-1"}

	textKeysBoth        = flusso.Text{It: "--without-keys e --to non stanno insieme", En: "--without-keys and --to do not go together"}
	hintKeysBoth        = flusso.Text{It: "una copia sigillata ha le chiavi; una senza chiavi non è sigillata", En: "a sealed backup has the keys; one without keys is not sealed"}
	textNoBackupKey     = flusso.Text{It: "non è detto per chi sigillare la copia", En: "nobody is named to seal the backup for"}
	hintNoBackupKey     = flusso.Text{It: "age-keygen -o copie.key su un'altra macchina, poi --to age1… o backup.encrypt nella configurazione; senza chiavi né segreti: --without-keys", En: "age-keygen -o backups.key on another machine, then --to age1… or backup.encrypt in the configuration; without keys and secrets: --without-keys"}
	hintBackupThere     = flusso.Text{It: "nulla viene sovrascritto: scegliere un altro nome, o una cartella", En: "nothing is written over: choose another name, or a folder"}
	textNothingToBackUp = flusso.Text{It: "in questa cartella di stato non c'è ancora nulla da copiare", En: "there is nothing in this state folder to back up yet"}
	hintNothingToBackUp = flusso.Text{It: "il registro nasce con la prima esecuzione; controllare anche che «state» indichi la cartella giusta", En: "the first run makes the ledger; also check that \"state\" names the right folder"}

	textBackedUp      = flusso.Text{It: "copia %s del %s", En: "backup %s of %s"}
	textBackupPlan    = flusso.Text{It: "vi andrebbero:", En: "it would hold:"}
	textBackupPart    = flusso.Text{It: "  %-26s %6d file %12d byte", En: "  %-26s %6d files %12d bytes"}
	textBackupLog     = flusso.Text{It: "  registro di audit: %d voci, radice %s", En: "  audit log: %d entries, root %s"}
	textBackupNoKeys  = flusso.Text{It: "  senza chiavi: per ripristinarla serve master.key, da dove è conservata", En: "  without keys: to restore it master.key is needed, from where it is kept"}
	textBackupMissing = flusso.Text{It: "%d file che il registro attende non sono nello spool: flussi check", En: "%d files that the ledger counts on are not in the spool: flussi check"}

	backupParts = map[string]flusso.Text{
		"state":    {It: "stato", En: "state"},
		"config":   {It: "configurazione e segreti", En: "configuration, secrets"},
		"datasets": {It: "dataset", En: "datasets"},
	}

	textRestoreShort = flusso.Text{It: "ripristina una copia in una cartella vuota, o prova che si può", En: "restore a backup into an empty folder, or try that it can be done"}
	textRestoreLong  = flusso.Text{
		It: "Ripristina la copia FILE nella cartella di stato --state, che non deve esserci o essere vuota, e su\nrichiesta configurazione e dataset in cartelle loro. Prima di scrivere la legge tutta; poi apre il\nregistro ripristinato e lo verifica; solo allora ogni cartella prende il suo posto.\n\nCiò che è stato fatto dopo la copia non è qui. Finché nessuno ha confrontato la cartella con la copia\ndel registro di audit (flussi audit resume), flussi non prende e non invia nulla.\n\nCon --drill ripristina in una cartella provvisoria, la verifica, la toglie e dice quanto ci è\nvoluto; che la prova è stata fatta resta nel registro di audit e si vede in flussi status.",
		En: "Restores the backup FILE into the state folder --state, which must be absent or empty, and, where\nasked to, configuration and datasets into folders of their own. It reads all of it before it writes;\nthen it opens the restored ledger and verifies it; only then does each folder take its place.\n\nWhat was done since the backup is not here. Until somebody has held the folder against the copy of\nthe audit log (flussi audit resume), flussi fetches and sends nothing.\n\nWith --drill it restores into a folder of the moment, verifies it, removes it and tells how long it\ntook; that it was tried is in the audit log, and flussi status shows it.",
	}
	textRestoreExample = flusso.Text{
		It: "  flussi restore copia.tar.zst.age --state /var/lib/flussi/stato --identity copie.key\n  flussi restore copia.tar.zst.age --drill --identity copie.key",
		En: "  flussi restore backup.tar.zst.age --state /var/lib/flussi/stato --identity backups.key\n  flussi restore backup.tar.zst.age --drill --identity backups.key",
	}
	textFlagRestoreState    = flusso.Text{It: "cartella di stato in cui ripristinare, vuota", En: "state folder to restore into, empty"}
	textFlagRestoreConfig   = flusso.Text{It: "anche configurazione e segreti, in questa cartella vuota", En: "configuration and secrets too, into this empty folder"}
	textFlagRestoreDatasets = flusso.Text{It: "anche i dataset, in questa cartella vuota", En: "datasets too, into this empty folder"}
	textFlagDrill           = flusso.Text{It: "prova di ripristino: non lascia nulla", En: "try it: nothing stays"}
	textRestoreWhere        = flusso.Text{It: "non è chiaro dove ripristinare", En: "it is not clear where to restore"}
	hintRestoreWhere        = flusso.Text{It: "--state DIR (e --config-to, --datasets-to), oppure --drill da solo", En: "--state DIR (and --config-to, --datasets-to), or --drill alone"}

	textRestoredFrom  = flusso.Text{It: "ripristinata: %s da %s, copia del %s", En: "restored: %s from %s, backup of %s"}
	nextStateThere    = flusso.Text{It: "nella configurazione, state: %s", En: "in the configuration, state: %s"}
	nextMasterKey     = flusso.Text{It: "rimettere la chiave in %s", En: "put the key back as %s"}
	nextConfigThere   = flusso.Text{It: "la configurazione è nella copia (%s): --config-to la ripristina", En: "the configuration is in the backup (%s): --config-to restores it"}
	nextResume        = flusso.Text{It: "ciò che è stato fatto dopo il %s (voce %d del registro) non è qui: flussi audit resume COPIA lo riprende, e nulla è preso o inviato due volte", En: "what was done after %s (entry %d of the log) is not here: flussi audit resume COPY takes it up, and nothing is fetched or sent twice"}
	nextResumeNone    = flusso.Text{It: "senza una copia del registro: accertare che cosa è stato preso e inviato da allora, poi flussi audit resume --no-copy", En: "without a copy of the log: find out what was fetched and sent since, then flussi audit resume --no-copy"}
	textDrilled       = flusso.Text{It: "ripristino provato: %s, copia del %s: %d file, %d byte, in %s s; registro e catena verificati", En: "restore tried: %s, backup of %s: %d files, %d bytes, in %s s; ledger and log verified"}
	textDrillNotNoted = flusso.Text{It: "qui non c'è una configurazione: la prova non resta scritta in nessun registro", En: "there is no configuration here: no log remembers that it was tried"}
)

var (
	textLastBackup      = flusso.Text{It: "ultima copia di sicurezza: %s", En: "last backup: %s"}
	textLastDrill       = flusso.Text{It: "ultima prova di ripristino: %s, riuscita, dalla copia del %s", En: "last restore drill: %s, done, of the backup of %s"}
	textLastDrillFailed = flusso.Text{It: "ultima prova di ripristino: %s, non riuscita: provare un'altra copia (flussi restore --drill)", En: "last restore drill: %s, failed: try another backup (flussi restore --drill)"}
	textNoDrill         = flusso.Text{It: "nessuna prova di ripristino: flussi restore FILE --drill", En: "no restore drill yet: flussi restore FILE --drill"}
)

var (
	textFlagAlive = flusso.Text{It: "dice soltanto, con il codice di uscita, se un demone è al lavoro: 0 sì, 1 no", En: "only tell, by the exit code, whether a daemon is at work: 0 yes, 1 no"}
	textNoDaemon  = flusso.Text{It: "nessun demone è al lavoro su questa cartella di stato", En: "no daemon is at work on this state folder"}
	hintNoDaemon  = flusso.Text{It: "flussi daemon, o systemctl start flussi; perché si è fermato: journalctl -u flussi", En: "flussi daemon, or systemctl start flussi; why it stopped: journalctl -u flussi"}
)
