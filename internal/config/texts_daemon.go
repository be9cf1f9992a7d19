package config

import "flussi/internal/flusso"

// How others look at a daemon.
var (
	docDaemon            = flusso.Text{It: "come si guarda un demone al lavoro (docs/metriche.md)", En: "how a daemon at work is looked at (docs/metrics.md)"}
	docListen            = flusso.Text{It: "dove risponde per HTTP: /healthz, /readyz, /metrics; come 127.0.0.1:9847 o unix:///run/flussi/http.sock; se manca, da nessuna parte", En: "where it answers by HTTP: /healthz, /readyz, /metrics; such as 127.0.0.1:9847 or unix:///run/flussi/http.sock; default: nowhere"}
	docListenCertificate = flusso.Text{It: "certificato (PEM) con quelli sopra di lui, come per password; serve dove altri possono collegarsi", En: "certificate (PEM) with those above it, as for password; required where others can connect"}
	docListenKey         = flusso.Text{It: "chiave del certificato, come per password", En: "the certificate's key, as for password"}
	docListenToken       = flusso.Text{It: "token (bearer) che ogni richiesta deve portare, come per password; serve dove altri possono collegarsi", En: "bearer token that every request has to bring, as for password; required where others can connect"}

	textBadListen       = flusso.Text{It: "non è un indirizzo su cui ascoltare", En: "not an address to listen at"}
	hintBadListen       = flusso.Text{It: "un indirizzo IP con la porta, come 127.0.0.1:9847, localhost:9847 o unix:///run/flussi/http.sock", En: "an IP address with its port, such as 127.0.0.1:9847, localhost:9847 or unix:///run/flussi/http.sock"}
	textIdleListen      = flusso.Text{It: "senza listen il demone non ascolta", En: "without listen the daemon does not listen"}
	hintIdleListen      = flusso.Text{It: "scrivere listen, o togliere questa riga", En: "write listen, or remove this line"}
	textHalfTLS         = flusso.Text{It: "per TLS servono certificato e chiave insieme", En: "TLS takes certificate and key together"}
	hintHalfTLS         = flusso.Text{It: "scrivere certificate e key, o nessuno dei due", En: "write certificate and key, or neither"}
	textSocketTLS       = flusso.Text{It: "un socket di questa macchina non usa TLS", En: "a socket of this machine has no TLS"}
	hintSocketTLS       = flusso.Text{It: "togliere certificate e key: chi entra lo decidono i permessi della cartella", En: "remove certificate and key: the folder's permissions decide who gets in"}
	textOpenListen      = flusso.Text{It: "a questo indirizzo possono collegarsi altre macchine, e senza TLS chiunque legge", En: "other machines can connect to this address, and without TLS everybody reads along"}
	hintOpenListen      = flusso.Text{It: "scrivere certificate, key e token, o ascoltare su 127.0.0.1", En: "write certificate, key and token, or listen at 127.0.0.1"}
	textTokenlessListen = flusso.Text{It: "a questo indirizzo possono collegarsi altre macchine, e senza token chiunque chiede", En: "other machines can connect to this address, and without a token everybody may ask"}
	hintTokenlessListen = flusso.Text{It: "scrivere token, come token: cred:flussi-token, o ascoltare su 127.0.0.1", En: "write token, such as token: cred:flussi-token, or listen at 127.0.0.1"}
	textBadPair         = flusso.Text{It: "certificato e chiave non vanno insieme, o non sono PEM", En: "certificate and key do not belong together, or are not PEM"}
	hintBadPair         = flusso.Text{It: "in certificate il certificato con quelli sopra di lui, in key la sua chiave senza passphrase", En: "in certificate the certificate with those above it, in key its key without a passphrase"}
	textBadCertificate  = flusso.Text{It: "non si legge come certificato", En: "cannot be read as a certificate"}
	hintBadCertificate  = flusso.Text{It: "un file PEM con uno o più certificati; per un endpoint SFTP, quello di OpenSSH di un utente", En: "a PEM file with one or more certificates; for an SFTP endpoint, OpenSSH's of a user"}
)

// How it tells what it does.
var (
	docLog          = flusso.Text{It: "come il demone dice ciò che fa (docs/eventi.md)", En: "how the daemon tells what it does (docs/events.md)"}
	docLogFormat    = flusso.Text{It: "righe per persone (text, il valore se manca) o un oggetto JSON per riga (json)", En: "lines for people (text, the default) or a JSON object a line (json)"}
	docLogLevel     = flusso.Text{It: "da quale gravità parlano le stanze interne: debug, info, warn (il valore se manca) o error", En: "from what severity on the rooms inside speak: debug, info, warn (the default) or error"}
	docLogSyslog    = flusso.Text{It: "server syslog (un SIEM) a cui vanno gli stessi eventi", En: "syslog server (a SIEM) that the same events go to"}
	docSyslogFormat = flusso.Text{It: "cef (Common Event Format, il valore se manca) o rfc5424 (dati strutturati)", En: "cef (Common Event Format, the default) or rfc5424 (structured data)"}
	hintIdleLogCA   = flusso.Text{It: "togliere ca, o scrivere address: tls://…", En: "remove ca, or write address: tls://…"}
)
