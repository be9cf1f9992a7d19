package main

import (
	"flussi/internal/exchange"
	"flussi/internal/flusso"
)

// flussi ls, get, put.
var (
	textLsShort = flusso.Text{It: "elenca i file di un endpoint", En: "lists the files of an endpoint"}
	textLsLong  = flusso.Text{
		It: "Elenca una cartella dell'endpoint: dimensione, ora, nome. I nomi li vede solo chi chiede: non\nvanno in nessun registro. PATH è una cartella, un file, o ha un modello fra virgolette.",
		En: "Lists a folder of the endpoint: size, time, name. The names are for whoever asks: no log\ngets them. PATH is a folder, a file, or has a pattern between quotes.",
	}
	textLsExample = flusso.Text{It: "  flussi ls inps:/out\n  flussi ls \"inps:/out/*.zip\" --json", En: "  flussi ls inps:/out\n  flussi ls \"inps:/out/*.zip\" --json"}
	textLsEmpty   = flusso.Text{It: "nessun file", En: "no file"}

	textGetShort = flusso.Text{It: "prende un file a mano", En: "takes a file by hand"}
	textGetLong  = flusso.Text{
		It: "Prende un file, o con un modello fra virgolette o la barra in fondo più d'uno, e lo mette in\nLOCAL: una cartella, un nome, o - per stdout. Sul server il file resta; con --consume lo si\ncede come dice consume dell'endpoint, dopo che qui è intero e al sicuro. Ciò che si interrompe\nresta accanto come .NOME.flussi-part, e il prossimo get riparte da lì.",
		En: "Takes a file, or several with a pattern between quotes or a slash at the end, and puts it into\nLOCAL: a folder, a name, or - for stdout. On the server the file stays; with --consume it is\ngiven up as the endpoint's consume says, after it is whole and safe here. What breaks off stays\nbeside it as .NAME.flussi-part, and the next get goes on from there.",
	}
	textGetExample = flusso.Text{
		It: "  flussi get inps:/out/ritorno.zip .\n  flussi get \"hub:/out/*.xml\" arrivi/\n  flussi get hub:/out/a.csv - | head",
		En: "  flussi get inps:/out/ritorno.zip .\n  flussi get \"hub:/out/*.xml\" arrivals/\n  flussi get hub:/out/a.csv - | head",
	}
	textFlagConsume   = flusso.Text{It: "cede il file remoto come dice consume dell'endpoint", En: "give the remote file up as the endpoint's consume says"}
	textFlagOverwrite = flusso.Text{It: "sostituisce il file che c'è già in LOCAL", En: "replace the file that stands at LOCAL"}

	textPutShort = flusso.Text{It: "invia un flusso a mano, sotto un accordo", En: "sends a flow by hand, under an agreement"}
	textPutLong  = flusso.Text{
		It: "Invia un flusso intero e senza errori al destinatario a cui appartiene l'endpoint (agreement\ndell'endpoint, o uno schedule che invia là), se un accordo vale oggi. PATH è il nome remoto, o\nuna cartella. Lo stesso file allo stesso posto va una volta sola; tutto entra nel registro.",
		En: "Sends a flow, whole and without faults, to the recipient that the endpoint belongs to (the\nendpoint's agreement, or a schedule that sends there), if an agreement is valid today. PATH is\nthe remote name, or a folder. The same file to the same place goes once; all is on record.",
	}
	textPutExample = flusso.Text{
		It: "  flussi put flusso.xml inps:/in --dry-run\n  flussi put flusso.xml inps:/in --as inps --operator op-17",
		En: "  flussi put flow.xml inps:/in --dry-run\n  flussi put flow.xml inps:/in --as inps --operator op-17",
	}
	textFlagAgreement = flusso.Text{It: "accordo sotto cui inviare, se ce n'è più d'uno", En: "agreement to send under, where there are several"}
	textFlagAs        = flusso.Text{It: "destinatario, se all'endpoint ne appartiene più d'uno", En: "recipient, where several belong to the endpoint"}
	textFlagPutDryRun = flusso.Text{It: "dice se e a chi andrebbe, senza collegarsi", En: "tell whether and to whom it would go, without connecting"}

	textGot          = flusso.Text{It: "%s  %s  sha256 %s  (sul server: %s)", En: "%s  %s  sha256 %s  (on the server: %s)"}
	textNotGot       = flusso.Text{It: "%s: %s", En: "%s: %s"}
	textWouldPut     = flusso.Text{It: "%s andrebbe a %s per %s: %s, sha256 %s", En: "%s would go to %s for %s: %s, sha256 %s"}
	textLeft         = flusso.Text{It: "mancano", En: "left"}
	textMovingSilent = flusso.Text{It: "(nessuna notizia da %s)", En: "(nothing heard for %s)"}
	remoteTexts      = map[string]flusso.Text{
		"kept":        {It: "resta", En: "it stays"},
		"gone":        {It: "tolto", En: "gone"},
		"archived":    {It: "archiviato", En: "archived"},
		"still_there": {It: "c'è ancora, e dovrebbe averlo tolto", En: "still there, and it should have removed it"},
		"unknown":     {It: "non si sa", En: "unknown"},
	}

	textBadRemote   = flusso.Text{It: "%s: non è ENDPOINT:/PERCORSO", En: "%s: is not ENDPOINT:/PATH"}
	hintBadRemote   = flusso.Text{It: "per esempio inps:/out; i nomi degli endpoint sono in flussi.yaml", En: "for example inps:/out; the names of the endpoints are in flussi.yaml"}
	textStdoutTwice = flusso.Text{It: "il file e le righe JSON non vanno insieme su stdout", En: "the file and the JSON lines do not go together on stdout"}
	hintStdoutTwice = flusso.Text{It: "dare un nome di file, o togliere --json", En: "name a file, or leave --json out"}
)

// flussi hosts.
var (
	textHostsShort = flusso.Text{It: "le chiavi dei server che si riconoscono", En: "the keys of servers that are known"}
	textHostsLong  = flusso.Text{
		It: "Un server si riconosce dalla sua chiave, fissata in host_keys: se ne mostra un'altra, o se\nnessuna è fissata, non gli si manda niente. ls le elenca, pin ne fissa una.",
		En: "A server is known by its key, pinned in host_keys: where it shows another one, or where\nnone is pinned, nothing is sent to it. ls lists them, pin pins one.",
	}
	textHostsLsShort  = flusso.Text{It: "elenca le chiavi fissate e fino a quando valgono", En: "lists the keys pinned and how long they hold"}
	textHostsPinShort = flusso.Text{It: "fissa la chiave di un server", En: "pins a server's key"}
	textHostsPinLong  = flusso.Text{
		It: "Chiede al server tutte le sue chiavi, senza accedervi, e fissa quella di --fingerprint:\nl'impronta che il suo gestore ha confermato per un'altra via (telefono, PEC); quella\ndell'INPS non è pubblicata da nessuna parte. Senza impronta le mostra soltanto, oppure con\n--until le fissa provvisoriamente, al massimo per 90 giorni e solo se non ce n'è nessuna.\nLa chiave si aggiunge a host_keys della configurazione, dove il resto non cambia; chi l'ha\nfatto resta nel registro.",
		En: "Asks the server for all its keys, without logging in, and pins that of --fingerprint: the\none its operator confirmed by another way (telephone, certified mail); INPS's is published\nnowhere. Without a fingerprint it only shows them, or with --until pins them provisionally,\nfor 90 days at most and only where there is none. The key is added to host_keys of the\nconfiguration, where nothing else changes; who did it stays in the audit log.",
	}
	textHostsPinExample = flusso.Text{
		It: "  flussi hosts pin inps                                 # che cosa mostra\n  flussi hosts pin inps --fingerprint SHA256:… --operator op-17\n  flussi hosts pin inps --until 2026-12-31              # provvisoria",
		En: "  flussi hosts pin inps                                 # what it shows\n  flussi hosts pin inps --fingerprint SHA256:… --operator op-17\n  flussi hosts pin inps --until 2026-12-31              # provisional",
	}
	textFlagFingerprint = flusso.Text{It: "impronta SHA256:… confermata dal gestore del server per un'altra via", En: "fingerprint SHA256:… that the server's operator confirmed by another way"}
	textFlagUntil       = flusso.Text{It: "ultimo giorno in cui la chiave vale, aaaa-mm-gg", En: "last day on which the key holds, yyyy-mm-dd"}

	textBadUntil       = flusso.Text{It: "--until non è una data", En: "--until is not a date"}
	hintBadUntil       = flusso.Text{It: "la forma è aaaa-mm-gg, come 2026-12-31", En: "the form is yyyy-mm-dd, such as 2026-12-31"}
	textBadFingerprint = flusso.Text{It: "--fingerprint non è un'impronta SHA256", En: "--fingerprint is not a SHA256 fingerprint"}
	hintBadFingerprint = flusso.Text{It: "SHA256: e 43 caratteri, come la mostra flussi hosts pin ENDPOINT", En: "SHA256: and 43 characters, as flussi hosts pin ENDPOINT shows it"}

	textHostsNone   = flusso.Text{It: "nessun endpoint", En: "no endpoint"}
	textHostMissing = flusso.Text{It: "%s  nessuna chiave fissata: non ci si collega", En: "%s  no key pinned: no connection is made"}
	textHost        = flusso.Text{It: "%s  %s  %s  %s  %s", En: "%s  %s  %s  %s  %s"}
	textHostUntil   = flusso.Text{It: "fino al %s", En: "until %s"}
	textNoEnd       = flusso.Text{It: "senza fine", En: "no end"}
	textPinState    = map[exchange.PinState]flusso.Text{
		exchange.PinValid:    {It: "valida", En: "valid"},
		exchange.PinExpiring: {It: "IN SCADENZA", En: "ENDS SOON"},
		exchange.PinExpired:  {It: "SCADUTA", En: "EXPIRED"},
		exchange.PinShown:    {It: "mostrata dal server", En: "shown by the server"},
	}
	textPinned            = flusso.Text{It: "fissata %s, confermata", En: "pinned %s, confirmed"}
	textPinnedUntil       = flusso.Text{It: "fissata %s, confermata, fino al %s", En: "pinned %s, confirmed, until %s"}
	textPinnedProvisional = flusso.Text{It: "fissata SOLO PROVVISORIAMENTE %s, fino al %s: nessuno l'ha confermata", En: "pinned ONLY PROVISIONALLY %s, until %s: nobody confirmed it"}
	textPinnedAlready     = flusso.Text{It: "%s: la chiave è già fissata, non è cambiato niente", En: "%s: the key is pinned already, nothing changed"}
	textPinWritten        = flusso.Text{It: "scritto in %s; com'era prima sta in %s", En: "written into %s; as it was before is in %s"}
	textPinKept           = flusso.Text{It: "resta fissata anche %s, che il server non mostra: se il gestore l'ha ritirata, toglierla da host_keys", En: "%s stays pinned too, and the server does not show it: if its operator withdrew it, take it out of host_keys"}
)

// flussi invia.
var (
	textInviaShort = flusso.Text{It: "un endpoint SFTP che si comporta come quello dell'INPS", En: "an SFTP endpoint that behaves like INPS's"}
	textInviaLong  = flusso.Text{
		It: "Per prove e formazione: accetta un utente da indirizzi noti, toglie un file quando lo\nritiene scaricato, inghiotte ciò che riceve, annota ogni operazione, lascia ricevute.\nI file da prendere si mettono in DIR/users/NOME/out. Si ferma con Ctrl-C.",
		En: "For trials and training: lets one user in from known addresses, removes a file when it\ncounts it as downloaded, swallows what it is given, notes every operation, leaves\nreceipts. Files to take go into DIR/users/NAME/out. Stops with Ctrl-C.",
	}
	textInviaExample = flusso.Text{
		It: "  flussi invia --root inps --listen 127.0.0.1:2222 --user REGLAZ01 --password-file pw --authorized-key id.pub",
		En: "  flussi invia --root inps --listen 127.0.0.1:2222 --user REGLAZ01 --password-file pw --authorized-key id.pub",
	}
	textFlagRoot          = flusso.Text{It: "cartella dell'endpoint", En: "the endpoint's folder"}
	textFlagListen        = flusso.Text{It: "indirizzo e porta", En: "address and port"}
	textFlagUser          = flusso.Text{It: "nome dell'utente", En: "the user's name"}
	textFlagPasswordFile  = flusso.Text{It: "file con la password", En: "file with the password"}
	textFlagAuthorizedKey = flusso.Text{It: "file con la chiave pubblica; con la password servono entrambe", En: "file with the public key; with a password both are needed"}
	textFlagAllow         = flusso.Text{It: "indirizzi ammessi", En: "addresses let in"}
	textFlagRemoveOn      = flusso.Text{It: "quando un file scaricato è tolto: close, eof, last-byte, never", En: "when a downloaded file is removed: close, eof, last-byte, never"}
	textFlagOnDrop        = flusso.Text{It: "se la connessione cade dopo l'ultimo byte: remove o keep", En: "when the connection drops after the last byte: remove or keep"}
	textFlagDropBox       = flusso.Text{It: "inghiotte i file ricevuti alla chiusura", En: "swallow received files on close"}
	textFlagRename        = flusso.Text{It: "offre rename, posix-rename, fsync e limits", En: "offer rename, posix-rename, fsync and limits"}

	textInviaListens = flusso.Text{
		It: "in ascolto su %s\nimpronta della chiave: %s\nhost_keys: [\"%s\"]\ncartella dell'utente: %s\nregistro degli accessi: %s",
		En: "listening on %s\nhost key fingerprint: %s\nhost_keys: [\"%s\"]\nthe user's folder: %s\naccess log: %s",
	}

	textBadInvia = flusso.Text{It: "un'opzione dell'endpoint non è valida", En: "an option of the endpoint is not valid"}
	hintBadInvia = flusso.Text{It: "--remove-on close|eof|last-byte|never, --on-drop remove|keep, --allow 10.0.0.0/8", En: "--remove-on close|eof|last-byte|never, --on-drop remove|keep, --allow 10.0.0.0/8"}
	textNoLogin  = flusso.Text{It: "l'utente non avrebbe modo di entrare", En: "the user would have no way to log in"}
	hintNoLogin  = flusso.Text{It: "dare --password-file, --authorized-key o entrambi", En: "give --password-file, --authorized-key or both"}
)
