package config

import "flussi/internal/flusso"

var (
	docAudit       = flusso.Text{It: "il registro di audit (docs/registro.md)", En: "the audit log (docs/audit.md)"}
	docAuditCopies = flusso.Text{It: "copie fuori da questa macchina, per nome: senza, chi la amministra può riscrivere il registro per intero", En: "copies away from this host, by name: without any, whoever administers it can rewrite the log as a whole"}
	docCopyFile    = flusso.Text{It: "file a cui si aggiunge soltanto, su un disco altrui: si legge anche, per accorgersi di uno stato ripristinato da una copia vecchia", En: "file that is only appended to, on somebody else's disk: it is read too, to notice a state restored from an old copy"}
	docCopySyslog  = flusso.Text{It: "server syslog (RFC 5424): udp://, tcp:// o tls://host:porta, unix:///dev/log", En: "syslog server (RFC 5424): udp://, tcp:// or tls://host:port, unix:///dev/log"}
	docCopyWebhook = flusso.Text{It: "servizio che prende le voci con POST; risponde 409 se ne ha altre; se chi ne conosce l'indirizzo può usarlo, dove sta, come per i segreti", En: "service that takes the entries by POST; it answers 409 where it has others; where whoever knows its address may use it, where that is, as for secrets"}
	docCopyCA      = flusso.Text{It: "certificati (PEM) da cui si riconosce il server; se manca, quelli del sistema", En: "certificates (PEM) that the server is known by; default: the system's"}
	docCopyToken   = flusso.Text{It: "dove sta il token (bearer) per il webhook, come per password", En: "where the webhook's bearer token is, as for password"}
	docAuditMonths = flusso.Text{It: "per quanti mesi restano le voci del registro di audit, almeno 6; le loro impronte restano per sempre; se manca: 24", En: "for how many months entries of the audit log stay, at least 6; their hashes stay for ever; default: 24"}

	textOneCopy    = flusso.Text{It: "una copia va in un posto solo", En: "a copy goes to one place"}
	hintOneCopy    = flusso.Text{It: "scrivere uno fra file, syslog e webhook; altre copie con un altro nome", En: "write one of file, syslog and webhook; other copies under another name"}
	textIdleCA     = flusso.Text{It: "qui nessun server si riconosce da un certificato", En: "no server is known by a certificate here"}
	hintIdleCA     = flusso.Text{It: "togliere ca, o scrivere syslog: tls://… o webhook", En: "remove ca, or write syslog: tls://… or webhook"}
	textIdleToken  = flusso.Text{It: "il token è di un webhook", En: "the token is a webhook's"}
	hintIdleToken  = flusso.Text{It: "togliere token, o scrivere webhook", En: "remove token, or write webhook"}
	textBadSyslog  = flusso.Text{It: "non è l'indirizzo di un server syslog", En: "not the address of a syslog server"}
	hintBadSyslog  = flusso.Text{It: "come tls://siem.example.it:6514, tcp://…, udp://… o unix:///dev/log", En: "such as tls://siem.example.org:6514, tcp://…, udp://… or unix:///dev/log"}
	textBadWebhook = flusso.Text{It: "non è l'indirizzo di un servizio web", En: "not the address of a web service"}
	hintBadWebhook = flusso.Text{It: "come https://audit.example.it/flussi, senza utente né password: il token va in token", En: "such as https://audit.example.org/flussi, without user or password: the token goes into token"}

	textSecretInAddress = flusso.Text{It: "chi conosce questo indirizzo può usarlo: è un segreto, e un segreto non si scrive nel file", En: "whoever knows this address may use it: it is a secret, and a secret is not written in the file"}
	hintSecretInAddress = flusso.Text{It: "scrivere dove sta l'indirizzo intero, con cred:NOME (systemd), file:PERCORSO, env:VARIABILE o command:PROGRAMMA; se quello scritto qui era vero, cambiarlo", En: "write where the whole address is, with cred:NAME (systemd), file:PATH, env:VARIABLE or command:PROGRAM; if the one written here was real, change it"}
	textTokenInAddress  = flusso.Text{It: "nell'indirizzo c'è un token: un segreto non si scrive nel file", En: "there is a token in the address: a secret is not written in the file"}
	hintTokenInAddress  = flusso.Text{It: "toglierlo dall'indirizzo; se era vero, cambiarlo", En: "take it out of the address; if it was real, change it"}
	textNoAddress       = flusso.Text{It: "il segreto non è l'indirizzo di un servizio web", En: "the secret is not the address of a web service"}
	hintNoAddress       = flusso.Text{It: "https://…, su una riga, senza utente né password", En: "https://…, on one line, without user or password"}
)

// The operators' register.
var (
	docRegisterFile   = flusso.Text{It: "registro degli operatori: chi sono le persone dietro i codici", En: "operators' register: who the persons behind codes are"}
	docPersons        = flusso.Text{It: "una voce per persona e periodo", En: "an entry for each person and term"}
	docPersonName     = flusso.Text{It: "nome e cognome", En: "name and surname"}
	docPersonOffice   = flusso.Text{It: "ufficio", En: "office"}
	docPersonRole     = flusso.Text{It: "ruolo nelle convenzioni: responsabile, referente_tecnico, supervisore o incaricato; se manca, incaricato", En: "part in the agreements: responsabile, referente_tecnico, supervisore or incaricato; default: incaricato"}
	docPersonLogins   = flusso.Text{It: "nomi utente che usa questa persona sola", En: "user names that this person alone uses"}
	docPersonReviewed = flusso.Text{It: "giorno dell'ultima conferma dell'autorizzazione; se manca, from", En: "day on which the authorisation was last confirmed; default: from"}

	textTwoPersons     = flusso.Text{It: "nello stesso periodo un codice o un nome utente è di due persone", En: "in one period a code or a user name is two persons'"}
	hintTwoPersons     = flusso.Text{It: "chiudere con to il periodo di prima: gli utenti sono personali", En: "end the earlier term with to: accounts are personal"}
	textNoRegister     = flusso.Text{It: "il registro degli operatori non c'è", En: "the operators' register is not there"}
	textRegisterDenied = flusso.Text{It: "il registro degli operatori non si può leggere", En: "the operators' register cannot be read"}
	hintNoRegister     = flusso.Text{It: "indicarlo in operators.register; lo legge solo chi deve rispondere di chi ha fatto che cosa", En: "name it in operators.register; only those who answer for who did what read it"}
	textRegisterWide   = flusso.Text{It: "chiunque può leggere il registro degli operatori", En: "everybody may read the operators' register"}
	hintRegisterWide   = flusso.Text{It: "chmod 600: nomina le persone, lo leggono in pochi", En: "chmod 600: it names persons, few read it"}
)

// What agreements and limits bound.
var (
	docAgreementAddresses = flusso.Text{It: "indirizzi pubblici registrati: quello degli endpoint di questa convenzione (public_address) è uno di essi", En: "registered public addresses: that of endpoints under this agreement (public_address) is one of them"}
	docAgreementRemind    = flusso.Text{It: "quanto prima della scadenza check avvisa, come 60d (il valore se manca)", En: "how long before its end check tells, such as 60d (the default)"}
	docAgreementReviewed  = flusso.Text{It: "giorno dell'ultima verifica annuale di chi è autorizzato; se manca, from", En: "day of the last yearly review of who is authorised; default: from"}
	docDailyFiles         = flusso.Text{It: "quanti file al giorno, presi e inviati insieme; se manca, quanti se ne vuole", En: "how many files a day, taken and sent together; default: no bound"}
	docDailyBytes         = flusso.Text{It: "quanti byte al giorno, presi e inviati insieme, come 20GB; se manca, quanti se ne vuole", En: "how many bytes a day, taken and sent together, such as 20GB; default: no bound"}

	textForeignAddress = flusso.Text{It: "la convenzione di questo endpoint registra altri indirizzi", En: "the agreement of this endpoint registers other addresses"}
	hintForeignAddress = flusso.Text{It: "scrivere in public_address uno di addresses della convenzione, o far registrare questo", En: "write one of the agreement's addresses in public_address, or have this one registered"}
	textBadBytes       = flusso.Text{It: "non è una quantità di byte", En: "not a number of bytes"}
	hintBadBytes       = flusso.Text{It: "come 500MB o 20GB, almeno 16KiB", En: "such as 500MB or 20GB, at least 16KiB"}
)
