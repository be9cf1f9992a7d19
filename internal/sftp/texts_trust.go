package sftp

import (
	"fmt"
	"strings"
	"time"

	"golang.org/x/crypto/ssh"

	"flussi/internal/flusso"
)

// What is said of keys, credentials, algorithms and ways; the rest stands in
// texts.go, with the rule of wording.

var (
	badCertificate = say(flusso.Config,
		"il certificato non è quello della chiave",
		"the certificate is not that of the key",
		"serve il certificato utente OpenSSH (…-cert.pub) fatto per key", "the OpenSSH user certificate (…-cert.pub) made for key is needed")
	noAgent = say(flusso.Config,
		"l'agente SSH non risponde",
		"the SSH agent does not answer",
		"avviarlo, o correggere agent nell'endpoint; con agent: auto serve la variabile SSH_AUTH_SOCK",
		"start it, or correct agent in the endpoint; agent: auto needs the variable SSH_AUTH_SOCK")
	agentHasNot = say(flusso.Config,
		"l'agente SSH non ha la chiave",
		"the SSH agent does not hold the key",
		"aggiungerla con ssh-add, o correggere l'impronta in agent", "add it with ssh-add, or correct the fingerprint in agent")
	proxyFailed = say(flusso.Transient,
		"il proxy SOCKS5 non apre la via al server",
		"the SOCKS5 proxy does not open the way to the server",
		"controllare via e via_password dell'endpoint e se il proxy permette quel server; si riprova da sé",
		"check via and via_password of the endpoint, and whether the proxy permits that server; it is tried again by itself")
	jumpFailed = say(flusso.Transient,
		"l'endpoint di passaggio non apre la via al server",
		"the endpoint on the way does not open the way to the server",
		"controllare via dell'endpoint; al gestore del passaggio chiedere di permettere quell'indirizzo (AllowTcpForwarding, PermitOpen)",
		"check via of the endpoint; ask the operator of the hop to permit that address (AllowTcpForwarding, PermitOpen)")
)

func noAlgorithm(suits string) fault {
	it, en := "chiedere al gestore del server di offrire algoritmi attuali", "ask the server's operator to offer current algorithms"
	if suits != "" {
		it += "; finché non lo fa, si può ammettere il suo scrivendo nell'endpoint " + suits + ": resta annotato nel registro"
		en += "; until then its own can be let in by writing into the endpoint " + suits + ": the audit log will say so"
	}
	return say(flusso.Untrusted,
		"il server non parla nessun algoritmo accettato qui",
		"the server speaks no algorithm that is accepted here", it, en)
}

func letInWithLess(accepted, missing []Credential) fault {
	seen := words(accepted)
	if seen == "" {
		seen = "–"
	}
	return say(flusso.Untrusted,
		fmt.Sprintf("il server lascia entrare senza tutte le credenziali richieste: accettate %s, non volute %s", seen, words(missing)),
		fmt.Sprintf("the server lets in without all the credentials required: accepted %s, not wanted %s", seen, words(missing)),
		"non si trasferisce niente: chiedere al gestore del server se l'utenza è configurata come convenuto; se lo è, correggere require",
		"nothing is transferred: ask the server's operator whether the account is set up as agreed; if it is, correct require")
}

// wantsMore is said where a server is content with what it saw and asks for
// something that the endpoint has not.
func wantsMore(accepted, lacks []Credential) fault {
	it, en := "il server chiede "+words(lacks), "the server asks for "+words(lacks)
	if len(accepted) > 0 {
		it, en = "il server accetta "+words(accepted)+" e chiede anche "+words(lacks), "the server accepts "+words(accepted)+" and asks for "+words(lacks)+" too"
	}
	return say(flusso.Untrusted, it+", che nell'endpoint non c'è", en+", which the endpoint has not",
		"aggiungere all'endpoint ciò che manca; se è più d'uno, di solito ne basta uno",
		"add to the endpoint what is missing; of several, one is usually enough")
}

// refusedAfter is said where one of several credentials is wrong.
func refusedAfter(accepted []Credential, refused Credential) fault {
	return say(flusso.Untrusted,
		fmt.Sprintf("il server accetta %s ma rifiuta le altre credenziali: %s", words(accepted), refused),
		fmt.Sprintf("the server accepts %s but refuses the other credentials: %s", words(accepted), refused),
		fmt.Sprintf("correggere %s dell'endpoint prima di riprovare: troppi tentativi possono bloccare l'utenza", refused),
		fmt.Sprintf("correct %s of the endpoint before trying again: too many tries may lock the account", refused))
}

func words(list []Credential) string {
	out := make([]string, len(list))
	for i, c := range list {
		out[i] = string(c)
	}
	return strings.Join(out, ", ")
}

func certificateOver(cert *ssh.Certificate) fault {
	from, to := day(cert.ValidAfter), day(cert.ValidBefore)
	return say(flusso.Config,
		fmt.Sprintf("il certificato della chiave non vale oggi: vale da %s a %s", from, to),
		fmt.Sprintf("the certificate of the key does not hold today: it holds from %s to %s", from, to),
		"chiederne uno nuovo a chi lo ha emesso", "ask whoever issued it for a new one")
}

func day(at uint64) string {
	if at == ssh.CertTimeInfinity {
		return "∞"
	}
	return time.Unix(int64(min(at, 1<<40)), 0).UTC().Format(time.DateOnly)
}

func unknownHost(endpoint, shown string, pinned []string) fault {
	pin := "flussi hosts pin " + endpoint + " --fingerprint " + shown
	if len(pinned) == 0 {
		return say(flusso.Untrusted,
			fmt.Sprintf("la chiave dell'host è sconosciuta: mostra %s, non ne è fissata nessuna in host_keys", shown),
			fmt.Sprintf("the host key is unknown: it shows %s, none is pinned in host_keys", shown),
			"farsi confermare l'impronta dal gestore del server per un'altra via (telefono, PEC), poi: "+pin,
			"have the fingerprint confirmed by the server's operator by another way (telephone, certified mail), then: "+pin)
	}
	return say(flusso.Untrusted,
		fmt.Sprintf("la chiave dell'host è cambiata: mostra %s, fissata %s", shown, strings.Join(pinned, ", ")),
		fmt.Sprintf("the host key changed: it shows %s, pinned is %s", shown, strings.Join(pinned, ", ")),
		"non proseguire: chiedere al gestore del server per un'altra via (telefono, PEC) se l'ha cambiata e con quale impronta; solo se è questa: "+pin+", poi togliere la vecchia da host_keys",
		"do not go on: ask the server's operator by another way (telephone, certified mail) whether it changed and to which fingerprint; only if it is this one: "+pin+", then take the old one out of host_keys")
}

func pinOver(endpoint, fingerprint, last string) fault {
	pin := "flussi hosts pin " + endpoint + " --fingerprint " + fingerprint
	return say(flusso.Untrusted,
		fmt.Sprintf("la chiave dell'host non è cambiata (%s), ma era fissata solo fino al %s", fingerprint, last),
		fmt.Sprintf("the host key did not change (%s), but it was pinned only until %s", fingerprint, last),
		"farsi confermare l'impronta dal gestore del server per un'altra via (telefono, PEC), poi: "+pin,
		"have the fingerprint confirmed by the server's operator by another way (telephone, certified mail), then: "+pin)
}
