package config

import "flussi/internal/flusso"

// Notices.
var (
	docNotices      = flusso.Text{It: "chi viene avvisato di ciò che una persona deve guardare; se manca, nessuno", En: "who is told of what a person should look at; default: nobody"}
	docMail         = flusso.Text{It: "server di posta, mittente e destinatari degli avvisi", En: "mail server, sender and addressees of notices"}
	docNoticeHooks  = flusso.Text{It: "servizi web che ricevono gli avvisi con POST firmati, per nome", En: "web services that take notices by signed POST, by name"}
	docDeadman      = flusso.Text{It: "servizio esterno a cui flussi dà segno di vita: se tace, è quello ad avvisare", En: "service outside that flussi gives a sign of life: when it is silent, that one tells"}
	docDigest       = flusso.Text{It: "quando parte il riepilogo di ciò che può aspettare; se manca, alle 07:30 di Roma", En: "when the digest of what can wait goes out; default: 07:30 in Rome"}
	docDigestAt     = flusso.Text{It: "ora, come \"07:30\"", En: "time of day, such as \"07:30\""}
	docDigestZone   = flusso.Text{It: "fuso orario; se manca, Europe/Rome", En: "time zone; default: Europe/Rome"}
	docHourly       = flusso.Text{It: "quanti messaggi al massimo in un'ora per indirizzo; il resto aspetta e parte in uno solo; se manca: 6", En: "how many mails an address gets in an hour at most; the rest waits and goes in one; default: 6"}
	docNoticeDisk   = flusso.Text{It: "sotto quanti byte liberi avvisare, come 5GB; se manca: 1GB", En: "below how many free bytes to tell, such as 5GB; default: 1GB"}
	docMailHost     = flusso.Text{It: "nome o indirizzo del server di posta", En: "name or address of the mail server"}
	docMailPort     = flusso.Text{It: "porta; se manca: 587, con tls: tls 465, con tls: none 25", En: "port; default: 587, with tls: tls 465, with tls: none 25"}
	docMailTLS      = flusso.Text{It: "starttls (se manca), tls dal primo byte, o none", En: "starttls (default), tls from the first byte, or none"}
	docPlainRelay   = flusso.Text{It: "true: il relay interno non ha TLS, e lo si è deciso", En: "true: the relay inside has no TLS, and that was decided"}
	docServerCA     = flusso.Text{It: "certificati (PEM) da cui si riconosce il server; se manca, quelli del sistema", En: "certificates (PEM) that the server is known by; default: the system's"}
	docMailUser     = flusso.Text{It: "utente; se manca, senza accesso", En: "user; default: no login"}
	docMailPassword = flusso.Text{It: "dove sta la password, come per gli endpoint", En: "where the password is, as for endpoints"}
	docOAuth2       = flusso.Text{It: "al posto della password: un token (XOAUTH2)", En: "instead of the password: a token (XOAUTH2)"}
	docOAuthToken   = flusso.Text{It: "dove sta il token d'accesso, di solito command:…", En: "where the access token is, mostly command:…"}
	docOAuthURL     = flusso.Text{It: "servizio che dà i token (client credentials)", En: "service that gives tokens (client credentials)"}
	docOAuthClient  = flusso.Text{It: "client_id presso quel servizio", En: "client_id at that service"}
	docOAuthSecret  = flusso.Text{It: "dove sta il client_secret", En: "where the client_secret is"}
	docOAuthScope   = flusso.Text{It: "scope da chiedere; se manca, nessuno", En: "scope to ask for; default: none"}
	docMailFrom     = flusso.Text{It: "indirizzo del mittente", En: "the sender's address"}
	docMailTo       = flusso.Text{It: "chi riceve, per nome; almeno uno", En: "who is told, by name; at least one"}
	docMailAddress  = flusso.Text{It: "indirizzo, come ced@regione.example.it", En: "address, such as it@region.example.org"}
	docNoticeKinds  = flusso.Text{It: "di che cosa; se manca, di tutto", En: "of what; default: everything"}
	docNoticeLang   = flusso.Text{It: "lingua: it (se manca) o en", En: "language: it (default) or en"}
	docNoticeURL    = flusso.Text{It: "indirizzo del servizio; se chi lo conosce può usarlo, dove sta, come per i segreti", En: "address of the service; where whoever knows it may use it, where it is, as for secrets"}
	docNoticeSecret = flusso.Text{It: "dove sta il segreto che firma gli avvisi (HMAC-SHA256)", En: "where the secret is that signs notices (HMAC-SHA256)"}
	docDeadmanURL   = flusso.Text{It: "dove sta l'indirizzo da chiamare, come per i segreti: chi lo conosce può parlare per voi", En: "where the address to call is, as for secrets: whoever knows it can speak for you"}
	docDeadmanEvery = flusso.Text{It: "ogni quanto, da 1m a 60m; se manca: 5m", En: "how often, 1m to 60m; default: 5m"}

	textBadHost        = flusso.Text{It: "non è il nome di un server", En: "not the name of a server"}
	hintBadHost        = flusso.Text{It: "come smtp.regione.example.it, senza porta", En: "such as smtp.region.example.org, without the port"}
	textBadMail        = flusso.Text{It: "non è un indirizzo di posta", En: "not a mail address"}
	hintBadMail        = flusso.Text{It: "come ced@regione.example.it, senza il nome", En: "such as it@region.example.org, without the name"}
	textMailInClear    = flusso.Text{It: "gli avvisi viaggerebbero in chiaro", En: "notices would travel in the clear"}
	hintMailInClear    = flusso.Text{It: "scrivere tls: starttls; per un relay interno senza TLS anche plain_relay: true", En: "write tls: starttls; for a relay inside without TLS plain_relay: true, too"}
	textIdlePlainRelay = flusso.Text{It: "plain_relay è di tls: none", En: "plain_relay belongs to tls: none"}
	hintIdlePlainRelay = flusso.Text{It: "togliere la chiave", En: "remove the key"}
	textIdleMailCA     = flusso.Text{It: "senza TLS nessun server si riconosce da un certificato", En: "without TLS no server is known by a certificate"}
	textMailLogin      = flusso.Text{It: "per l'accesso servono user e uno fra password e oauth2", En: "a login needs user and one of password and oauth2"}
	hintMailLogin      = flusso.Text{It: "scrivere entrambi, o nessuno se il relay non chiede accesso", En: "write both, or neither where the relay asks for no login"}
	textLoginInClear   = flusso.Text{It: "la password viaggerebbe in chiaro", En: "the password would travel in the clear"}
	hintLoginInClear   = flusso.Text{It: "scrivere tls: starttls o tls: tls", En: "write tls: starttls or tls: tls"}
	textNobodyTold     = flusso.Text{It: "nessuno riceve gli avvisi", En: "nobody is told"}
	hintNobodyTold     = flusso.Text{It: "scrivere almeno una voce, come ced: {address: ced@regione.example.it}", En: "write at least one entry, such as it: {address: it@region.example.org}"}
	textOAuthForms     = flusso.Text{It: "serve token, oppure url con client_id e client_secret", En: "token is needed, or url with client_id and client_secret"}
	hintOAuthForms     = flusso.Text{It: "come oauth2: {token: \"command:…\"}", En: "such as oauth2: {token: \"command:…\"}"}
	textDeadmanOften   = flusso.Text{It: "è più spesso di una volta al minuto", En: "more often than once a minute"}
	hintDeadmanOften   = flusso.Text{It: "da 1m a 60m", En: "1m to 60m"}
)

// Receipts.
var (
	docReceipts       = flusso.Text{It: "caselle da cui si leggono le ricevute di consegna, per nome", En: "mailboxes from which receipts of deliveries are read, by name"}
	docEML            = flusso.Text{It: "cartella di file .eml", En: "folder of .eml files"}
	docMaildir        = flusso.Text{It: "maildir: si leggono new e cur", En: "maildir: new and cur are read"}
	docIMAP           = flusso.Text{It: "casella IMAP: si legge soltanto, nulla risulta letto", En: "IMAP mailbox: it is only read, nothing is marked as seen"}
	docReceiptCA      = flusso.Text{It: "certificati (PEM) a cui devono condurre le firme delle ricevute, come quelli dei gestori PEC", En: "certificates (PEM) that signatures of receipts must lead to, such as those of PEC providers"}
	docTrust          = flusso.Text{It: "signed (se manca): senza firma una ricevuta è solo un indizio; unsigned: basta, con reason", En: "signed (default): without a signature a receipt is only a hint; unsigned: it will do, with reason"}
	docTrustReason    = flusso.Text{It: "perché basta una ricevuta senza firma", En: "why a receipt without a signature will do"}
	docReceiptRules   = flusso.Text{It: "file che dice come sono fatte le ricevute", En: "file that says what receipts look like"}
	docIMAPAddress    = flusso.Text{It: "host:porta, come imap.regione.example.it:993", En: "host:port, such as imap.region.example.org:993"}
	docIMAPTLS        = flusso.Text{It: "tls (se manca) o starttls", En: "tls (default) or starttls"}
	docIMAPUser       = flusso.Text{It: "utente", En: "user"}
	docIMAPFolder     = flusso.Text{It: "cartella; se manca, INBOX", En: "folder; default: INBOX"}
	docAwaited        = flusso.Text{It: "ricevuta che ogni file inviato a questo endpoint deve avere; se manca, nessuna", En: "receipt that each file sent to this endpoint must get; default: none"}
	docAwaitedBy      = flusso.Text{It: "entro quanti giorni dall'invio, come 2d", En: "within how many days after it was sent, such as 2d"}
	docAwaitedMailbox = flusso.Text{It: "in quale casella di receipts", En: "in which mailbox of receipts"}

	textOneMailbox     = flusso.Text{It: "una casella sta in un posto solo", En: "a mailbox is in one place"}
	hintOneMailbox     = flusso.Text{It: "scrivere uno fra eml, maildir e imap", En: "write one of eml, maildir and imap"}
	textNoReceiptCA    = flusso.Text{It: "senza ca nessuna firma si può verificare, e nessuna ricevuta chiude nulla", En: "without ca no signature can be verified, and no receipt closes anything"}
	hintNoReceiptCA    = flusso.Text{It: "scrivere ca, oppure trust: unsigned con reason", En: "write ca, or trust: unsigned with reason"}
	textNoTrustReason  = flusso.Text{It: "trust: unsigned e reason vanno insieme", En: "trust: unsigned and reason belong together"}
	hintNoTrustReason  = flusso.Text{It: "dire in reason perché basta: chiunque può scrivere un mittente", En: "say in reason why it will do: anybody can write a sender"}
	textIMAPLogin      = flusso.Text{It: "serve password oppure oauth2", En: "password or oauth2 is needed"}
	hintIMAPLogin      = flusso.Text{It: "scriverne uno, come password: cred:imap-password", En: "write one of them, such as password: cred:imap-password"}
	textUnknownMailbox = flusso.Text{It: "questa casella non è in receipts", En: "this mailbox is not in receipts"}
	textAwaitedNow     = flusso.Text{It: "almeno un giorno", En: "at least one day"}
	hintAwaitedNow     = flusso.Text{It: "come by: 2d", En: "such as by: 2d"}
)
