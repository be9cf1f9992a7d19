package sftp

import (
	"fmt"
	"time"

	"flussi/internal/flusso"
)

// This file owns every sentence this room says to people. A sentence is one
// lower-case line; its hint says what to do. Neither may hold a foreign file
// name or a message of the server.

// fault is a sentence with its Kind and its hint.
type fault struct {
	kind flusso.Kind
	what flusso.Text
	hint flusso.Text
}

func say(kind flusso.Kind, it, en, hintIt, hintEn string) fault {
	return fault{kind, flusso.Text{It: it, En: en}, flusso.Text{It: hintIt, En: hintEn}}
}

// on makes the error: op on the endpoint named id, because of err (may be nil).
func (f fault) on(op, id string, err error) *flusso.Error {
	return &flusso.Error{Op: op, ID: id, Kind: f.kind, What: f.what, Hint: f.hint, Err: err}
}

var (
	noAddress = say(flusso.Config,
		"l'indirizzo del server non è nella forma host:porta",
		"the server's address is not host:port",
		"correggere address nell'endpoint", "correct address in the endpoint")
	noPlace = say(flusso.Transient,
		"l'endpoint non ammette altre connessioni insieme",
		"the endpoint allows no more connections at once",
		"se l'altra parte ne ammette di più, alzare max_sessions", "if the other side allows more, raise max_sessions")
	noSecret = say(flusso.Config,
		"la password o la chiave non si può leggere",
		"the password or the key cannot be read",
		"controllare password e key dell'endpoint e i permessi del file o della credenziale",
		"check password and key of the endpoint and the permissions of the file or credential")
	noMethod = say(flusso.Config,
		"l'endpoint non ha né password né chiave",
		"the endpoint has neither password nor key",
		"aggiungere password, key o entrambe; oppure agent o prompts", "add password, key or both; or agent or prompts")
	badKey = say(flusso.Config,
		"la chiave privata non si può leggere",
		"the private key cannot be read",
		"serve una chiave in formato OpenSSH o PEM; se ha una frase segreta, indicarla in passphrase",
		"an OpenSSH or PEM key is needed; if it has a passphrase, give it in passphrase")
	badHostKey = say(flusso.Config,
		"la chiave dell'host da riconoscere non si può leggere",
		"the pinned host key cannot be read",
		`serve una riga come "ssh-ed25519 AAAA…"`, `a line like "ssh-ed25519 AAAA…" is needed`)
	authRefused = say(flusso.Untrusted,
		"il server rifiuta le credenziali",
		"the server refuses the credentials",
		"controllare utente, password e chiave prima di riprovare: troppi tentativi possono bloccare l'utenza; alcuni server chiedono password e chiave insieme e accettano solo dall'indirizzo IP registrato",
		"check user, password and key before trying again: too many tries may lock the account; some servers ask for password and key together and accept only the registered IP address")
	otherQuestion = say(flusso.Untrusted,
		"il server chiede qualcosa a cui qui niente risponde",
		"the server asks something that nothing here answers",
		"indicare in prompts dell'endpoint la domanda e dove sta la risposta; per un codice usa e getta o un cambio di password chiedere al gestore del server un accesso per programmi",
		"name the question and where its answer is in the endpoint's prompts; for a one-time code or a change of password ask the server's operator for an access meant for programs")
	unreachable = say(flusso.Transient,
		"il server non risponde",
		"the server does not answer",
		"controllare rete, firewall e indirizzo; si riprova da sé", "check network, firewall and address; it is tried again by itself")
	noSuchName = say(flusso.Transient,
		"il server non risponde: il suo nome non si trova",
		"the server does not answer: its name is not found",
		"controllare address nell'endpoint e il DNS di questo computer; si riprova da sé", "check address in the endpoint and this computer's DNS; it is tried again by itself")
	nobodyListens = say(flusso.Transient,
		"il server non risponde: la connessione è rifiutata",
		"the server does not answer: the connection is refused",
		"controllare la porta in address, e con il gestore se il servizio è avviato; si riprova da sé", "check the port in address, and with the operator whether the service is up; it is tried again by itself")
	notSSH = say(flusso.Transient,
		"ciò che risponde a quell'indirizzo non parla SSH",
		"what answers at that address does not speak SSH",
		"controllare host e porta in address: forse risponde un altro servizio, o un apparato di rete; si riprova da sé", "check host and port in address: another service may answer, or a device of the network; it is tried again by itself")
	hungUp = say(flusso.Transient,
		"il server chiude subito la connessione",
		"the server closes the connection at once",
		"forse accetta solo dall'indirizzo IP registrato, o ha troppe connessioni aperte; si riprova da sé",
		"it may accept only the registered IP address, or have too many connections open; it is tried again by itself")
	lost = say(flusso.Transient,
		"la connessione è caduta",
		"the connection was lost",
		"si riprova da sé", "it is tried again by itself")
	silent = say(flusso.Transient,
		"il server non risponde più",
		"the server stopped answering",
		"si riprova da sé; se accade spesso, alzare i tempi di attesa dell'endpoint",
		"it is tried again by itself; if it happens often, raise the endpoint's timeouts")
	noSFTP = say(flusso.Transient,
		"il server non apre una sessione SFTP",
		"the server opens no SFTP session",
		"forse ci sono troppe sessioni aperte: ridurre max_sessions", "there may be too many sessions open: lower max_sessions")
	protocol = say(flusso.Invalid,
		"il server risponde fuori dal protocollo SFTP",
		"the server answers outside the SFTP protocol",
		"segnalarlo al gestore del server; niente è stato accettato", "report it to the server's operator; nothing was accepted")
	notFound = say(flusso.Invalid,
		"il file o la cartella non c'è sul server",
		"the file or folder is not on the server",
		"controllare il percorso dell'endpoint", "check the endpoint's path")
	forbidden = say(flusso.Denied,
		"il server non permette l'operazione",
		"the server does not permit the operation",
		"chiedere il permesso al gestore del server o cambiare consume e publish dell'endpoint",
		"ask the server's operator for permission, or change consume and publish of the endpoint")
	unsupported = say(flusso.Config,
		"il server non conosce l'operazione",
		"the server does not know the operation",
		"cambiare consume o publish dell'endpoint", "change consume or publish of the endpoint")
	refused = say(flusso.Transient,
		"il server rifiuta l'operazione senza dire perché",
		"the server refuses the operation without saying why",
		"si riprova da sé; se resta, chiedere al gestore del server", "it is tried again by itself; if it stays, ask the server's operator")
	noArchive = say(flusso.Config,
		"la cartella in cui archiviare i file presi non è sul server",
		"the folder to archive taken files into is not on the server",
		"crearla sul server o correggere consume dell'endpoint", "make it on the server, or correct consume of the endpoint")
	badPattern = say(flusso.Config,
		"un modello di match non è valido",
		"a match pattern is not valid",
		"usare * ? e [..] come nei nomi di file", "use * ? and [..] as for file names")
	tooMany = say(flusso.Invalid,
		"la cartella contiene troppi file",
		"the folder holds too many files",
		"restringere match (o dare il nome del file) e far svuotare la cartella: se ne guardano al più 100.000",
		"narrow match (or give the file's name) and have the folder emptied: 100,000 are looked at, no more")
	emptyFile = say(flusso.Invalid,
		"il file sul server è vuoto",
		"the file on the server is empty",
		"chiedere a chi lo ha prodotto di rimandarlo; il file resta dov'è", "ask whoever produced it to send it again; the file stays where it is")
	tooShort = say(flusso.Invalid,
		"il file è più corto di quanto elencato",
		"the file is shorter than listed",
		"forse qualcuno lo sta ancora scrivendo: si riprova al prossimo giro", "somebody may still be writing it: it is tried again at the next run")
	tooLong = say(flusso.Invalid,
		"il file è più lungo di quanto elencato",
		"the file is longer than listed",
		"forse qualcuno lo sta ancora scrivendo: si riprova al prossimo giro", "somebody may still be writing it: it is tried again at the next run")
	landingFailed = say(flusso.Transient,
		"non si riesce a scrivere qui il file in arrivo",
		"the arriving file cannot be written here",
		"controllare spazio e permessi della cartella di stato; il file resta sul server", "check space and permissions of the state folder; the file stays on the server")
	takeInDoubt = say(flusso.InDoubt,
		"non si sa se il server considera scaricato il file",
		"it is not known whether the server counts the file as downloaded",
		"confrontare la parte ricevuta con il server (flussi history) prima di richiederlo all'ente",
		"compare the received part with the server (flussi history) before asking the body for it again")
	grewInDoubt = say(flusso.InDoubt,
		"il file è cresciuto mentre veniva preso",
		"the file grew while it was being taken",
		"ciò che è arrivato è salvo ma può essere incompleto: chiedere conferma all'ente", "what arrived is safe but may be incomplete: ask the body to confirm")
	exists = say(flusso.Exists,
		"sul server c'è già un file con questo nome",
		"a file with this name is already on the server",
		"non viene sovrascritto: controllare se è già stato consegnato", "it is not overwritten: check whether it was delivered already")
	badTarget = say(flusso.Invalid,
		"il nome di destinazione non è ammesso",
		"the target name is not allowed",
		"usare un nome di file senza caratteri di controllo né barre", "use a file name without control characters or slashes")
	sourceChanged = say(flusso.Corrupt,
		"il file da consegnare non ha l'impronta attesa",
		"the file to deliver does not have the expected hash",
		"non è stato consegnato niente: verificare il disco e la cartella di stato", "nothing was delivered: check the disk and the state folder")
	wrongSize = say(flusso.Corrupt,
		"il server ha ricevuto un numero di byte diverso",
		"the server holds a different number of bytes",
		"il nome definitivo non è stato assegnato; si può ripetere la consegna", "the final name was not given; the delivery can be repeated")
	wrongBytes = say(flusso.Corrupt,
		"il server ha ricevuto byte diversi da quelli mandati",
		"the server holds other bytes than were sent",
		"il nome definitivo non è stato assegnato; si può ripetere la consegna", "the final name was not given; the delivery can be repeated")
	giveInDoubt = say(flusso.InDoubt,
		"non si sa se il server ha preso il file consegnato",
		"it is not known whether the server took the delivered file",
		"cercare la ricevuta o chiedere al gestore del server prima di ripetere la consegna",
		"look for the receipt or ask the server's operator before delivering again")
)

func bindAbsent(ip string) fault {
	return say(flusso.Denied,
		"l'indirizzo locale "+ip+" non è su questo computer",
		"the local address "+ip+" is not on this host",
		"correggere bind nell'endpoint o attivare l'interfaccia; da un altro indirizzo non si parte",
		"correct bind in the endpoint or bring the interface up; nothing leaves from another address")
}

func closedNow(next time.Time) fault {
	it, en := "nessuna apertura è prevista", "no opening is foreseen"
	if !next.IsZero() {
		it, en = "riapre "+next.Format("2006-01-02 15:04 MST"), "it opens again "+next.Format("2006-01-02 15:04 MST")
	}
	return say(flusso.Denied,
		"l'endpoint è fuori dall'orario permesso; "+it,
		"the endpoint is outside its hours; "+en,
		"aspettare o correggere windows nell'endpoint", "wait, or correct windows in the endpoint")
}

func resting(failures int, until time.Time) fault {
	at := until.Local().Format("2006-01-02 15:04:05")
	return say(flusso.Transient,
		fmt.Sprintf("il server non ha risposto %d volte di seguito: per ora non si chiama", failures),
		fmt.Sprintf("the server did not answer %d times in a row: it is not called for now", failures),
		"si riprova da sé dalle "+at+"; per provare subito: flussi check --connect",
		"it is tried again by itself from "+at+"; to try at once: flussi check --connect")
}

func locked(until time.Time) fault {
	at := until.Local().Format("2006-01-02 15:04:05")
	return say(flusso.Untrusted,
		"il server ha rifiutato le credenziali: gli schedule non lo chiamano fino alle "+at+", perché non blocchi l'utenza",
		"the server refused the credentials: the schedules do not call it until "+at+", lest it lock the account",
		"correggere utente, password o chiave dell'endpoint, poi: flussi check --connect",
		"correct user, password or key of the endpoint, then: flussi check --connect")
}
