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
