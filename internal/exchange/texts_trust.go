package exchange

import (
	"fmt"
	"strings"

	"flussi/internal/config"
	"flussi/internal/flusso"
)

// What is said of host keys and of addresses, Italian first.
var (
	textNoPin    = flusso.Text{It: "nessuna chiave del server è fissata: non ci si collega", En: "no key of the server is pinned: no connection is made"}
	textPinsOver = flusso.Text{It: "le chiavi fissate del server sono scadute: non ci si collega", En: "the pinned keys of the server have run out: no connection is made"}

	textBadUntil = flusso.Text{It: "la data di --until non va", En: "the date of --until will not do"}

	textUnconfirmed = flusso.Text{It: "nessuno ha confermato la chiave: non è stata fissata", En: "nobody confirmed the key: it was not pinned"}
	hintOtherKey    = flusso.Text{It: "non è il server che si crede, o l'impronta confermata è di un'altra chiave: richiamare il gestore; non è stato fissato niente", En: "this is not the server it is taken for, or the fingerprint confirmed is another key's: call the operator again; nothing was pinned"}

	textConfigUnwritten = flusso.Text{It: "il file di configurazione non si può scrivere", En: "the configuration file cannot be written"}
	textOwnerLost       = flusso.Text{It: "il file di configurazione è scritto, ma ha cambiato proprietario", En: "the configuration file is written, but its owner changed"}
	hintOwnerLost       = flusso.Text{It: "ridarlo all'utente di prima: chown", En: "give it back to the user of before: chown"}
)

func hintPin(endpoint string) flusso.Text {
	return flusso.Text{
		It: "farsi confermare l'impronta dal gestore del server per un'altra via (telefono, PEC), poi: flussi hosts pin " + endpoint + " --fingerprint SHA256:…",
		En: "have the fingerprint confirmed by the server's operator by another way (telephone, certified mail), then: flussi hosts pin " + endpoint + " --fingerprint SHA256:…",
	}
}

func textPinsEnd(last config.Date) flusso.Text {
	return flusso.Text{
		It: fmt.Sprintf("le chiavi fissate del server scadono: l'ultima vale fino al %s compreso", last),
		En: fmt.Sprintf("the pinned keys of the server are about to run out: the last holds to %s included", last),
	}
}

func hintBadUntil(latest config.Date) flusso.Text {
	return flusso.Text{
		It: "aaaa-mm-gg, da oggi in poi; senza un'impronta confermata al più tardi " + latest.String(),
		En: "yyyy-mm-dd, from today on; without a fingerprint that was confirmed " + latest.String() + " at the latest",
	}
}

func hintUnconfirmed(endpoint string, day config.Date) flusso.Text {
	return flusso.Text{
		It: fmt.Sprintf("farsi confermare un'impronta per un'altra via (telefono, PEC), poi: flussi hosts pin %[1]s --fingerprint SHA256:…; nel frattempo, a proprio rischio: flussi hosts pin %[1]s --until %[2]s", endpoint, day),
		En: fmt.Sprintf("have a fingerprint confirmed by another way (telephone, certified mail), then: flussi hosts pin %[1]s --fingerprint SHA256:…; meanwhile, at one's own risk: flussi hosts pin %[1]s --until %[2]s", endpoint, day),
	}
}

func textOtherKey(shown, confirmed string) flusso.Text {
	return flusso.Text{
		It: "il server non ha la chiave confermata: mostra " + shown + ", confermata " + confirmed,
		En: "the server has not the key that was confirmed: it shows " + shown + ", confirmed is " + confirmed,
	}
}

func textChangedKey(shown string) flusso.Text {
	return flusso.Text{
		It: "il server mostra chiavi che non sono quelle fissate: " + shown,
		En: "the server shows keys that are not those pinned: " + shown,
	}
}

func hintChangedKey(endpoint string) flusso.Text {
	return flusso.Text{
		It: "una chiave cambiata si fissa solo se confermata per un'altra via: flussi hosts pin " + endpoint + " --fingerprint SHA256:…, poi togliere la vecchia da host_keys",
		En: "a changed key is pinned only once confirmed by another way: flussi hosts pin " + endpoint + " --fingerprint SHA256:…, then take the old one out of host_keys",
	}
}

func hintConfigUnwritten(keys []config.HostKey) flusso.Text {
	lines := make([]string, len(keys))
	for i, k := range keys {
		lines[i] = k.Line()
	}
	list := strings.Join(lines, ", ")
	return flusso.Text{
		It: "eseguire con un utente che può scriverlo, o aggiungere a mano a host_keys: " + list,
		En: "run as a user who may write it, or add by hand to host_keys: " + list,
	}
}

// Notes of check.
var (
	hintPinEnds         = flusso.Text{It: "se il gestore del server ne ha annunciato una nuova, fissarla con flussi hosts pin; se questa non serve più, toglierla da host_keys", En: "if the server's operator announced a new one, pin it with flussi hosts pin; if this one is of no use any more, take it out of host_keys"}
	hintWeak            = flusso.Text{It: "chiedere al gestore del server algoritmi attuali, poi togliere algorithms dall'endpoint; fino ad allora resta annotato nel registro", En: "ask the server's operator for current algorithms, then take algorithms out of the endpoint; until then the audit log says so"}
	hintCertificateEnds = flusso.Text{It: "averne uno nuovo da chi lo emette, metterlo al suo posto, poi ricaricare il demone", En: "get a new one from whoever issues it, put it in its place, then have the daemon reload"}
	textNoStrictKex     = flusso.Text{It: "il server non annuncia lo scambio di chiavi stretto (Terrapin, CVE-2023-48795)", En: "the server does not announce strict key exchange (Terrapin, CVE-2023-48795)"}
	hintNoStrictKex     = flusso.Text{It: "chiedere al gestore del server di aggiornarlo; con aes-gcm, che si preferisce qui, l'attacco non riesce", En: "ask the server's operator to update it; with aes-gcm, which is preferred here, the attack does not work"}
	textNoAddressTold   = flusso.Text{It: "il servizio di public_address_service non dice da quale indirizzo si arriva: non confrontato", En: "the service of public_address_service does not tell the address we come from: not compared"}
	hintNoAddressTold   = flusso.Text{It: "controllare l'indirizzo del servizio e il firewall; lo scambio non ne dipende", En: "check the service's address and the firewall; the exchange does not depend on it"}
	hintClock           = flusso.Text{It: "controllare la sincronizzazione dell'orologio (NTP)", En: "check the synchronisation of the clock (NTP)"}
	hintOtherAddress    = flusso.Text{It: "il server può rifiutare: far uscire il traffico dall'indirizzo comunicato (bind, firewall, via), o comunicare quello nuovo e correggere public_address", En: "the server may refuse: let the traffic leave from the registered address (bind, firewall, via), or register the new one and correct public_address"}
)

func textPinEnds(p Pin) flusso.Text {
	if p.State == PinExpired {
		return flusso.Text{It: "la chiave " + p.Fingerprint + " è scaduta il " + p.Until.String(), En: "the key " + p.Fingerprint + " ran out on " + p.Until.String()}
	}
	return flusso.Text{It: "la chiave " + p.Fingerprint + " vale fino al " + p.Until.String(), En: "the key " + p.Fingerprint + " holds to " + p.Until.String()}
}

func textWeak(names []string) flusso.Text {
	list := strings.Join(names, ", ")
	return flusso.Text{It: "ammette algoritmi deboli: " + list, En: "weak algorithms are let in: " + list}
}

func textWeakAgreed(names []string) flusso.Text {
	list := strings.Join(names, ", ")
	return flusso.Text{It: "collegato con algoritmi deboli: " + list, En: "connected with weak algorithms: " + list}
}

func textCertificateEnds(day config.Date) flusso.Text {
	return flusso.Text{It: "scade il " + day.String(), En: "it ends on " + day.String()}
}

func textCertificateOver(day config.Date) flusso.Text {
	return flusso.Text{It: "è scaduto il " + day.String(), En: "it ended on " + day.String()}
}

func textClock(ahead int64) flusso.Text {
	return flusso.Text{
		It: fmt.Sprintf("l'orologio di questo computer differisce di %d s da quello del servizio", ahead),
		En: fmt.Sprintf("this computer's clock differs by %d s from the service's", ahead),
	}
}

func textOtherAddress(declared, seen string) flusso.Text {
	return flusso.Text{
		It: "si arriva da " + seen + ", l'indirizzo comunicato è " + declared,
		En: "we come from " + seen + ", the registered address is " + declared,
	}
}
