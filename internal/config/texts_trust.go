package config

import (
	"strings"

	"flussi/internal/flusso"
)

// Of keys, credentials, algorithms and ways: what each key is for, and what
// its faults say.
var (
	docPassphrase           = flusso.Text{It: "dove sta la frase segreta di key, come per password", En: "where the passphrase of key is, as for password"}
	docCertificate          = flusso.Text{It: "dove sta il certificato utente OpenSSH di key (…-cert.pub), come per password", En: "where key's OpenSSH user certificate (…-cert.pub) is, as for password"}
	docAgent                = flusso.Text{It: "agente SSH che custodisce la chiave: auto (SSH_AUTH_SOCK), il percorso del socket, o {socket, key}", En: "SSH agent that holds the key: auto (SSH_AUTH_SOCK), the path of its socket, or {socket, key}"}
	docAgentSocket          = flusso.Text{It: "auto (SSH_AUTH_SOCK) o il percorso del socket", En: "auto (SSH_AUTH_SOCK) or the path of the socket"}
	docAgentKey             = flusso.Text{It: "impronta SHA256:… della sola chiave da usare; se manca, tutte", En: "fingerprint SHA256:… of the only key to use; default: all of them"}
	docPrompts              = flusso.Text{It: "risposte alle domande del server (keyboard-interactive): a quella che nessun match riconosce non si risponde", En: "answers to the server's questions (keyboard-interactive): one that no match knows is not answered"}
	docPromptMatch          = flusso.Text{It: "espressione regolare (RE2) della domanda, ancorata solo se lo dice: \"^Codice: $\"", En: "regular expression (RE2) of the question, anchored only where it says so: \"^Code: $\""}
	docPromptAnswer         = flusso.Text{It: "dove sta la risposta, come per password; si legge solo alla domanda", En: "where the answer is, as for password; read only when asked"}
	docRequire              = flusso.Text{It: "credenziali che il server deve aver accettato, tutte: key, password, prompts; se manca, quelle che chiede", En: "credentials the server must have accepted, all of them: key, password, prompts; default: those it asks for"}
	docAlgorithms           = flusso.Text{It: "algoritmi da usare al posto di quelli attuali; ogni altro è detto debole in check e annotato nel registro", En: "algorithms to use in the place of the modern ones; any other is called weak in check and noted in the audit log"}
	docKex                  = flusso.Text{It: "scambi di chiavi, per preferenza", En: "key exchanges, by preference"}
	docCiphers              = flusso.Text{It: "cifrari, per preferenza", En: "ciphers, by preference"}
	docMACs                 = flusso.Text{It: "codici di autenticazione, per preferenza", En: "message authentication codes, by preference"}
	docHostKeyAlgorithms    = flusso.Text{It: "firme del server, per preferenza; contano quelle delle chiavi fissate", En: "the server's signatures, by preference; those of pinned keys count"}
	docSignatures           = flusso.Text{It: "firme nostre con una chiave RSA, per preferenza", En: "our signatures with an RSA key, by preference"}
	docVia                  = flusso.Text{It: "la via al server: socks5://[utente@]host:porta, o jump:ENDPOINT, un altro endpoint di questo file; se manca, diretta", En: "the way to the server: socks5://[user@]host:port, or jump:ENDPOINT, another endpoint of this file; default: direct"}
	docViaPassword          = flusso.Text{It: "dove sta la password del proxy, come per password", En: "where the proxy's password is, as for password"}
	docPublicAddressService = flusso.Text{It: "servizio web che risponde con l'indirizzo da cui arriviamo (testo, o JSON {\"ip\": …}), confrontato con public_address in check --connect", En: "web service that answers with the address we come from (text, or JSON {\"ip\": …}), compared with public_address in check --connect"}

	textBadFingerprint  = flusso.Text{It: "non è un'impronta SHA256", En: "not a SHA256 fingerprint"}
	hintBadFingerprint  = flusso.Text{It: "la dà ssh-add -l: SHA256: e 43 caratteri", En: "ssh-add -l gives it: SHA256: and 43 characters"}
	textBadMatch        = flusso.Text{It: "non è un'espressione regolare utilizzabile", En: "not a regular expression of use"}
	hintBadMatch        = flusso.Text{It: "sintassi RE2, e non deve riconoscere il testo vuoto: \"^Codice: $\"", En: "RE2 syntax, and it must not match the empty text: \"^Code: $\""}
	textBadVia          = flusso.Text{It: "non è una via a un server", En: "not a way to a server"}
	hintBadVia          = flusso.Text{It: "socks5://[utente@]host:porta, o jump: e il nome di un altro endpoint", En: "socks5://[user@]host:port, or jump: and the name of another endpoint"}
	hintViaPassword     = flusso.Text{It: "togliere la password da via e indicarla in via_password; se era vera, cambiarla", En: "take the password out of via and name it in via_password; if it was real, change it"}
	textBadService      = flusso.Text{It: "non è l'indirizzo di un servizio web", En: "not the address of a web service"}
	hintBadService      = flusso.Text{It: "come https://ip.example.it/, senza utente né password", En: "such as https://ip.example.it/, without user or password"}
	textOfKey           = flusso.Text{It: "manca key, a cui questo appartiene", En: "key, to which this belongs, is missing"}
	hintOfKey           = flusso.Text{It: "aggiungere key o togliere la riga", En: "add key or remove the line"}
	textRequireAbsent   = flusso.Text{It: "è richiesta una credenziale che l'endpoint non ha", En: "a credential is required that the endpoint has not"}
	hintRequireAbsent   = flusso.Text{It: "aggiungerla (key o agent, password, prompts) o toglierla da require", En: "add it (key or agent, password, prompts) or take it out of require"}
	textNoViaUser       = flusso.Text{It: "la password del proxy è senza utente", En: "the proxy's password has no user"}
	hintNoViaUser       = flusso.Text{It: "scrivere via: socks5://utente@host:porta", En: "write via: socks5://user@host:port"}
	textBindBehind      = flusso.Text{It: "l'indirizzo locale è del primo tratto: qui è un altro endpoint a partire", En: "the local address is of the first hop: here another endpoint leaves"}
	hintBindBehind      = flusso.Text{It: "scrivere bind nell'endpoint di passaggio", En: "write bind in the endpoint on the way"}
	textNoPublicAddress = flusso.Text{It: "manca l'indirizzo con cui confrontare", En: "the address to compare with is missing"}
	hintNoPublicAddress = flusso.Text{It: "aggiungere public_address", En: "add public_address"}
	textNoPinSigns      = flusso.Text{It: "nessuna delle chiavi fissate firma con questi algoritmi", En: "none of the pinned keys signs with these algorithms"}
	hintNoPinSigns      = flusso.Text{It: "aggiungere un algoritmo del tipo di host_keys, o togliere l'elenco", En: "add an algorithm of the kind of host_keys, or remove the list"}
	textCircle          = flusso.Text{It: "la via torna a un endpoint già passato", En: "the way comes back to an endpoint it passed"}
	hintCircle          = flusso.Text{It: "togliere uno dei jump: della catena", En: "remove one jump: of the chain"}

	textCannotPin = flusso.Text{It: "il file di configurazione è scritto in un modo che qui non si sa completare", En: "the configuration file is written in a way that cannot be completed from here"}
)

func hintCannotPin(endpoint string, keys []HostKey) flusso.Text {
	lines := make([]string, len(keys))
	for i, k := range keys {
		lines[i] = k.Line()
	}
	list := strings.Join(lines, ", ")
	return flusso.Text{
		It: "aggiungere a mano a host_keys di " + endpoint + ": " + list,
		En: "add by hand to host_keys of " + endpoint + ": " + list,
	}
}
