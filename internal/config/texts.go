package config

import (
	"fmt"

	"flussi/internal/flusso"
)

// What faults of flussi.yaml say; the general ones stand in strict.
var (
	textUnreadable = flusso.Text{It: "il file di configurazione non si legge", En: "the configuration file cannot be read"}
	hintUnreadable = flusso.Text{It: "controllare il percorso e i permessi", En: "check the path and the permissions"}
	textNoFile     = flusso.Text{It: "il file di configurazione non esiste", En: "the configuration file does not exist"}
	hintNoFile     = flusso.Text{It: "indicarlo con --config; flussi init ne fa uno con domande, flussi demo ne lascia uno completo da copiare", En: "name it with --config; flussi init makes one by questions, flussi demo leaves a complete one to copy"}

	textBadEnte   = flusso.Text{It: "non è un codice di Ente", En: "not a code of an Ente"}
	hintBadEnte   = flusso.Text{It: "per un comune è il codice Belfiore (H501); per gli altri quello assegnato dall'INPS, al massimo 32 lettere e cifre", En: "for a comune it is the Belfiore code (H501); for others the one INPS gave, at most 32 letters and digits"}
	textBadPerson = flusso.Text{It: "non è un codice di persona", En: "not a code of a person"}
	hintBadPerson = flusso.Text{It: "usare il codice del registro operatori, come op-17, mai il nome", En: "use the code of the operators' register, such as op-17, never the name"}

	textReversed       = flusso.Text{It: "la fine viene prima dell'inizio", En: "the end comes before the beginning"}
	hintReversed       = flusso.Text{It: "from e to sono il primo e l'ultimo giorno", En: "from and to are the first and the last day"}
	textTwoResponsible = flusso.Text{It: "in alcuni giorni i responsabili sono due", En: "on some days there are two responsible persons"}
	hintTwoResponsible = flusso.Text{It: "chiudere il mandato precedente con to, il giorno prima", En: "end the earlier term with to, on the day before"}

	textStateInDatasets = flusso.Text{It: "la cartella dei dataset contiene quella di stato, che non va condivisa", En: "the folder of the datasets contains the state folder, which must not be shared"}
	hintStateInDatasets = flusso.Text{It: "tenerle una accanto all'altra", En: "keep them side by side"}
	textNoIdentity      = flusso.Text{It: "cifrato, lo spool non si potrebbe rileggere: manca identity", En: "encrypted, the spool could not be read back: identity is missing"}
	hintNoIdentity      = flusso.Text{It: "fare la chiave con age-keygen -o FILE (chmod 600), scrivere identity: file:FILE e il suo destinatario in encrypt", En: "make the key with age-keygen -o FILE (chmod 600), write identity: file:FILE and its recipient into encrypt"}
	textBadAge          = flusso.Text{It: "non è un destinatario age", En: "not an age recipient"}
	hintBadAge          = flusso.Text{It: "comincia con age1: lo dà age-keygen", En: "it begins with age1: age-keygen gives it"}

	textBadAddress      = flusso.Text{It: "non è un indirizzo host:porta", En: "not an address host:port"}
	hintBadAddress      = flusso.Text{It: "come invia.inps.it:22", En: "such as invia.inps.it:22"}
	textBadIP           = flusso.Text{It: "non è un indirizzo IP di una macchina", En: "not an IP address of a machine"}
	hintBadIP           = flusso.Text{It: "come 10.2.0.7, senza porta né rete", En: "such as 10.2.0.7, without port or network"}
	textNoCredential    = flusso.Text{It: "manca la credenziale: né password né key, né agent né prompts", En: "the credential is missing: neither password nor key, neither agent nor prompts"}
	hintNoCredential    = flusso.Text{It: "scrivere password: o key: con file:, cred:, env: o command:", En: "write password: or key: with file:, cred:, env: or command:"}
	textManyConnections = flusso.Text{It: "sono più di max_sessions", En: "more than max_sessions"}
	hintManyConnections = flusso.Text{It: "alzare max_sessions, se l'altra parte ammette tante sessioni insieme, o abbassare connections", En: "raise max_sessions, if the other side allows so many sessions at once, or lower connections"}
	textReservedName    = flusso.Text{It: "il nome dir è riservato alle cartelle locali", En: "the name dir is kept for local folders"}
	hintReservedName    = flusso.Text{It: "chiami l'endpoint in un altro modo", En: "give the endpoint another name"}
	textBadHostKey      = flusso.Text{It: "non è una chiave pubblica di un server", En: "not a public key of a server"}
	hintBadHostKey      = flusso.Text{It: "scrivere tipo e chiave, come \"ssh-ed25519 AAAA…\", senza il nome del server", En: "write type and key, such as \"ssh-ed25519 AAAA…\", without the server's name"}
	textFingerprint     = flusso.Text{It: "un'impronta non basta: serve la chiave pubblica intera", En: "a fingerprint is not enough: the whole public key is needed"}
	hintFingerprint     = flusso.Text{It: "la dà ssh-keyscan; confrontare la sua impronta con quella ricevuta per altra via", En: "ssh-keyscan gives it; compare its fingerprint with the one received by another channel"}
	textBadConsume      = flusso.Text{It: "non è un modo di trattare i file ritirati", En: "not a way to treat fetched files"}
	hintBadConsume      = flusso.Text{It: "server-removes, remove, keep, rename:/cartella, oppure {how: server-removes, on: close|eof|last-byte}", En: "server-removes, remove, keep, rename:/folder, or {how: server-removes, on: close|eof|last-byte}"}
	textBadVerify       = flusso.Text{It: "verifica sconosciuta", En: "unknown way to verify"}
	hintBadVerify       = flusso.Text{It: "scrivere checksum, read-back o sidecar:.sha256", En: "write checksum, read-back or sidecar:.sha256"}
	textBadPublish      = flusso.Text{It: "non è un modo di consegnare", En: "not a way to deliver"}
	hintBadPublish      = flusso.Text{It: "in-place, posix-rename, rename, marker:.ok, staging:/cartella", En: "in-place, posix-rename, rename, marker:.ok, staging:/folder"}
	textBadRemote       = flusso.Text{It: "non è una cartella remota", En: "not a remote folder"}
	hintBadRemote       = flusso.Text{It: "comincia con / e non contiene .., come /in", En: "it begins with / and holds no .., such as /in"}
	textBadWindow       = flusso.Text{It: "non è un orario di apertura", En: "not opening hours"}
	hintBadWindow       = flusso.Text{It: "giorni in inglese e ore: \"Mon-Fri,Sun 05:00-20:00\"; 24:00 è la fine del giorno", En: "days and hours: \"Mon-Fri,Sun 05:00-20:00\"; 24:00 is the end of the day"}

	textBadBandwidth = flusso.Text{It: "non è una larghezza di banda", En: "not a bandwidth"}
	hintBadBandwidth = flusso.Text{It: "come 10MiB/s o 800kB/s, almeno 16KiB/s", En: "such as 10MiB/s or 800kB/s, at least 16KiB/s"}
	textBadRate      = flusso.Text{It: "non è una frequenza", En: "not a rate"}
	hintBadRate      = flusso.Text{It: "come 6/min, 1/s o 100/h", En: "such as 6/min, 1/s or 100/h"}
	textBadWait      = flusso.Text{It: "non è un'attesa", En: "not a wait"}
	hintBadWait      = flusso.Text{It: "fra 1s e 60m, come 45s o 2m", En: "between 1s and 60m, such as 45s or 2m"}

	textUnknownRegione        = flusso.Text{It: "regione sconosciuta", En: "unknown region"}
	hintUnknownRegione        = flusso.Text{It: "codice NUTS 2 (ITI4) o le due cifre ISTAT (\"12\")", En: "a NUTS 2 code (ITI4) or ISTAT's two digits (\"12\")"}
	textTrentoBolzano         = flusso.Text{It: "04 non distingue Trento da Bolzano", En: "04 does not tell Trento from Bolzano"}
	hintTrentoBolzano         = flusso.Text{It: "ITH2 è Trento, ITH1 è Bolzano", En: "ITH2 is Trento, ITH1 is Bolzano"}
	textUnknownProvincia      = flusso.Text{It: "provincia sconosciuta", En: "unknown province"}
	hintUnknownProvincia      = flusso.Text{It: "le tre cifre ISTAT tra virgolette, come \"058\"", En: "ISTAT's three digits between quotes, such as \"058\""}
	textUnknownComune         = flusso.Text{It: "comune sconosciuto", En: "unknown comune"}
	hintUnknownComune         = flusso.Text{It: "codice Belfiore (H501) o le sei cifre ISTAT tra virgolette (\"058091\")", En: "Belfiore code (H501) or ISTAT's six digits between quotes (\"058091\")"}
	textOneTerritory          = flusso.Text{It: "serve un solo territorio", En: "exactly one territory is needed"}
	hintOneTerritory          = flusso.Text{It: "uno tra regione, provincia, ambito, comune", En: "one of regione, provincia, ambito, comune"}
	textRegioneNeedsTerritory = flusso.Text{It: "una regione riceve solo il proprio territorio: va detto quale", En: "a Region receives its own territory only: say which"}
	hintRegioneNeedsTerritory = flusso.Text{It: "come territory: {regione: ITI4}", En: "such as territory: {regione: ITI4}"}
	textComuneNeedsTerritory  = flusso.Text{It: "un ente locale riceve solo il proprio territorio: va detto quale", En: "a local body receives its own territory only: say which"}
	hintComuneNeedsTerritory  = flusso.Text{It: "come territory: {comune: H501}, {ambito: RM3} o {provincia: \"058\"}", En: "such as territory: {comune: H501}, {ambito: RM3} or {provincia: \"058\"}"}
	textEnteNeedsCode         = flusso.Text{It: "un ente erogatore riceve solo le proprie prestazioni: va detto il suo codice", En: "a body that pays receives its own benefits only: say its code"}
	textBadAmbito             = flusso.Text{It: "non è un codice di ambito", En: "not a code of an ambito"}
	hintBadAmbito             = flusso.Text{It: "da 1 a 32 lettere, cifre, punti o trattini, come nella tavola tables.ambiti", En: "1 to 32 letters, digits, dots or hyphens, as in the table tables.ambiti"}
	textNoAmbiti              = flusso.Text{It: "un territorio che è un ambito vuole la tavola degli ambiti", En: "a territory that is an ambito needs the table of ambiti"}
	hintNoAmbiti              = flusso.Text{It: "indicare il file in tables: {ambiti: FILE}", En: "give the file in tables: {ambiti: FILE}"}
	textTwoHats               = flusso.Text{It: "un destinatario non può essere insieme chi programma e chi eroga", En: "a recipient cannot be planner and payer at once"}
	hintTwoHats               = flusso.Text{It: "fare due destinatari: class ente con il solo ente, e un'altra classe con il solo territory", En: "make two recipients: class ente with ente alone, and another class with territory alone"}
	hintEnteNeedsCode         = flusso.Text{It: "come ente: H501", En: "such as ente: H501"}
	textUnknownAgreement      = flusso.Text{It: "questo accordo non è in agreements", En: "this agreement is not in agreements"}
	textUnknownEndpoint       = flusso.Text{It: "questo endpoint non è in endpoints", En: "this endpoint is not in endpoints"}
	textEndpointAndTo         = flusso.Text{It: "per consegnare servono endpoint e to insieme", En: "to deliver, endpoint and to are needed together"}
	hintEndpointAndTo         = flusso.Text{It: "aggiungere quello che manca o togliere l'altro", En: "add the one that is missing or remove the other"}
	textNeedsKeyHolder        = flusso.Text{It: "codici stabili vogliono chi ne custodisce la chiave, e non è il destinatario", En: "stable codes need somebody who keeps their key, and not the recipient"}
	textTwoAlike              = flusso.Text{It: "un altro dataset dello stesso livello è fatto degli stessi flussi: confrontati, i due direbbero più di ciascuno", En: "another dataset of the same level is made of the same flows: compared, the two would tell more than each"}
	hintTwoAlike              = flusso.Text{It: "tenerne uno; le tavole possono stare tutte nel suo file cubes", En: "keep one; the tables can all stand in its file of cubes"}
	textFlatTwice             = flusso.Text{It: "lo stesso formato due volte", En: "the same format twice"}
	hintFlatTwice             = flusso.Text{It: "toglierne uno", En: "take one out"}
	textFlatDataset           = flusso.Text{It: "file piatti per un destinatario senza dataset", En: "flat files for a recipient without datasets"}
	hintFlatDataset           = flusso.Text{It: "indicare datasets, o togliere flat", En: "give datasets, or take flat out"}
	textFlatXLSX              = flusso.Text{It: "i fogli di calcolo si fanno dei soli dataset aggregati, e il destinatario non ne ha", En: "spreadsheets are made of aggregato datasets alone, and the recipient has none"}
	hintFlatXLSX              = flusso.Text{It: "togliere xlsx; per un foglio di altre righe usare flussi dataset export", En: "take xlsx out; for a sheet of other rows use flussi dataset export"}
	textCubesDataset          = flusso.Text{It: "le tavole sono di un dataset che il destinatario non riceve come aggregato", En: "the tables are of a dataset that the recipient does not get as aggregato"}
	hintCubesDataset          = flusso.Text{It: "indicare in datasets lo stesso nome con aggregato, o togliere le tavole", En: "give the same name in datasets with aggregato, or take the tables out"}
	textSchemeDataset         = flusso.Text{It: "lo schema è di un dataset che il destinatario non riceve come individuale_anonimo", En: "the scheme is of a dataset that the recipient does not get as individuale_anonimo"}
	hintSchemeDataset         = flusso.Text{It: "indicare in datasets lo stesso nome con individuale_anonimo, o togliere lo schema", En: "give the same name in datasets with individuale_anonimo, or take the scheme out"}
	hintNeedsKeyHolder        = flusso.Text{It: "scrivere key_holder, o linkability: none", En: "write key_holder, or linkability: none"}
	textIdleKeyHolder         = flusso.Text{It: "key_holder non serve senza codici stabili", En: "key_holder is of no use without stable codes"}
	hintIdleKeyHolder         = flusso.Text{It: "scrivere linkability: window, o togliere key_holder", En: "write linkability: window, or take key_holder out"}
	textUnknownKeyHolder      = flusso.Text{It: "questo custode non è in key_holders", En: "this holder is not in key_holders"}

	textInlineSecret      = flusso.Text{It: "un segreto non si scrive nel file", En: "a secret is not written in the file"}
	hintInlineSecret      = flusso.Text{It: "indicarlo con file:PERCORSO, cred:NOME (systemd), env:VARIABILE o command:PROGRAMMA; se quello scritto qui era vero, cambiarlo", En: "name it with file:PATH, cred:NAME (systemd), env:VARIABLE or command:PROGRAM; if the one written here was real, change it"}
	textBadCommand        = flusso.Text{It: "non è un comando", En: "not a command"}
	hintBadCommand        = flusso.Text{It: "programma e argomenti, con le virgolette chiuse; non c'è una shell", En: "program and arguments, with closed quotes; there is no shell"}
	textNoSecret          = flusso.Text{It: "nessun segreto configurato", En: "no secret is configured"}
	textSecretEmpty       = flusso.Text{It: "il segreto è vuoto", En: "the secret is empty"}
	textSecretTooLong     = flusso.Text{It: "il segreto supera 64 KiB", En: "the secret is longer than 64 KiB"}
	textSecretNotFile     = flusso.Text{It: "non è un file ordinario", En: "not an ordinary file"}
	textSecretAbsent      = flusso.Text{It: "il file del segreto non esiste", En: "the secret's file does not exist"}
	hintSecretAbsent      = flusso.Text{It: "controllare il percorso nella configurazione", En: "check the path in the configuration"}
	textSecretDenied      = flusso.Text{It: "il file del segreto non si può leggere", En: "the secret's file may not be read"}
	hintSecretDenied      = flusso.Text{It: "darlo all'utente che esegue flussi: chown e chmod 600; o al suo gruppo: chgrp e chmod 640", En: "give it to the user who runs flussi: chown and chmod 600; or to its group: chgrp and chmod 640"}
	textSecretOpenToAll   = flusso.Text{It: "tutti possono leggere o cambiare il file del segreto", En: "everybody can read or change the secret's file"}
	textSecretOpenToGroup = flusso.Text{It: "altri del gruppo possono cambiare questo file", En: "others of the group can change this file"}
	hintSecretOpenToGroup = flusso.Text{It: "chmod 640: il gruppo al più lo legge", En: "chmod 640: the group may read it at most"}
	textSecretStrangers   = flusso.Text{It: "questo file è di un altro utente, che può cambiarlo", En: "this file is another user's, who can change it"}
	hintSecretStrangers   = flusso.Text{It: "chown root (con il gruppo di flussi e chmod 640), o dell'utente con cui gira flussi", En: "chown root (with flussi's group and chmod 640), or to the user that flussi runs as"}
	hintSecretOpenToAll   = flusso.Text{It: "chmod 600 sul file", En: "chmod 600 the file"}
	textNoCredentials     = flusso.Text{It: "systemd non ha passato credenziali", En: "systemd passed no credentials"}
	hintNoCredentials     = flusso.Text{It: "aggiungere LoadCredential= all'unità; a mano, indicare la cartella in CREDENTIALS_DIRECTORY", En: "add LoadCredential= to the unit; by hand, name the folder in CREDENTIALS_DIRECTORY"}
	textNoVariable        = flusso.Text{It: "la variabile d'ambiente non c'è", En: "the environment variable is not set"}
	hintNoVariable        = flusso.Text{It: "impostarla dove flussi viene avviato", En: "set it where flussi is started"}
	textCommandTimeout    = flusso.Text{It: "il comando del segreto non risponde", En: "the secret's command does not answer"}
	textCommandMissing    = flusso.Text{It: "il programma del segreto non si trova o non è eseguibile", En: "the secret's program is not found or not executable"}
	textCommandBroken     = flusso.Text{It: "il comando del segreto si è interrotto", En: "the secret's command broke off"}
	hintCommand           = flusso.Text{It: "provarlo a mano con lo stesso utente", En: "try it by hand as the same user"}
)

func textCommandExit(code int) flusso.Text {
	return flusso.Text{
		It: fmt.Sprintf("il comando del segreto è finito con codice %d", code),
		En: fmt.Sprintf("the secret's command ended with code %d", code),
	}
}

func index(key string, i int) string { return fmt.Sprintf("%s[%d]", key, i) }
