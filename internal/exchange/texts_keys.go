package exchange

import (
	"time"

	"flussi/internal/config"
	"flussi/internal/flusso"
)

// What is said of keys of stable codes, Italian first.
var (
	textNoHolder       = flusso.Text{It: "custode di chiavi sconosciuto", En: "unknown holder of keys"}
	hintNoHolder       = flusso.Text{It: "scriverlo sotto key_holders in flussi.yaml", En: "write it under key_holders in flussi.yaml"}
	textCodeKeyThere   = flusso.Text{It: "la chiave di questo custode c'è già", En: "this holder's key is there already"}
	hintCodeKeyThere   = flusso.Text{It: "per cambiarla usare flussi keys renew: i codici diventano altri", En: "to change it use flussi keys renew: codes become others"}
	textNoCodeKey      = flusso.Text{It: "questo custode non ha una chiave in uso", En: "this holder has no key in use"}
	hintNoCodeKey      = flusso.Text{It: "farla con flussi keys make", En: "make it with flussi keys make"}
	hintCodeKeysListed = flusso.Text{It: "vedere flussi keys ls", En: "see flussi keys ls"}

	textEscrowInside = flusso.Text{It: "la copia sigillata non può stare in una cartella di flussi: si perderebbe con la chiave", En: "the sealed copy cannot be in a folder of flussi: it would be lost with the key"}
	hintEscrowInside = flusso.Text{It: "indicare con --escrow un supporto da consegnare al custode", En: "name with --escrow a medium to hand over to the holder"}
	textEscrowExists = flusso.Text{It: "dove andrebbe la copia sigillata c'è già un file", En: "a file stands already where the sealed copy would go"}
	hintEscrowExists = flusso.Text{It: "indicare con --escrow un file che non c'è", En: "name with --escrow a file that is not there"}

	textBadCodeKey     = flusso.Text{It: "non è una chiave di codici, o è stata alterata", En: "not a key of codes, or it was altered"}
	hintBadCodeKey     = flusso.Text{It: "rimettere quella del custode con flussi keys restore", En: "put the holder's back with flussi keys restore"}
	textCodeKeySize    = flusso.Text{It: "la chiave dei codici non è di 32 byte", En: "the key of codes is not of 32 bytes"}
	hintCodeKeySize    = flusso.Text{It: "usare solo chiavi fatte con flussi keys make; rimettere quella del custode con flussi keys restore", En: "use only keys made with flussi keys make; put the holder's back with flussi keys restore"}
	textCodeKeyGone    = flusso.Text{It: "la chiave dei codici non è più nella cartella di stato", En: "the key of codes is no longer in the state folder"}
	textOtherCodeKey   = flusso.Text{It: "nella cartella di stato c'è un'altra chiave al posto di quella registrata", En: "another key stands in the state folder in the place of the one recorded"}
	hintCodeKeyRestore = flusso.Text{It: "rimetterla dalla copia del custode con flussi keys restore", En: "put it back from the holder's copy with flussi keys restore"}
	textCodeKeyUnread  = flusso.Text{It: "la chiave dei codici non si può leggere", En: "the key of codes cannot be read"}
	hintCodeKeyUnread  = flusso.Text{It: "dare la cartella di stato all'utente che esegue flussi", En: "give the state folder to the user who runs flussi"}
	textIdleCodeKey    = flusso.Text{It: "nessun destinatario usa questa chiave", En: "no recipient uses this key"}

	textUnsealable        = flusso.Text{It: "la copia sigillata non si apre con questa identità", En: "the sealed copy does not open with this identity"}
	hintUnsealable        = flusso.Text{It: "usare l'identità age di uno dei destinatari di escrow, e il file che flussi keys ha scritto", En: "use the age identity of one of the escrow recipients, and the file that flussi keys wrote"}
	textBadEscrowIdentity = flusso.Text{It: "non è un file di identità age", En: "not an age identity file"}
	hintBadEscrowIdentity = flusso.Text{It: "usare il file che ha scritto age-keygen -o", En: "use the file that age-keygen -o wrote"}
	textOtherHolder       = flusso.Text{It: "la copia sigillata è della chiave di un altro custode", En: "the sealed copy is of another holder's key"}
	hintOtherHolder       = flusso.Text{It: "usare il nome che il custode aveva in key_holders quando la chiave fu fatta", En: "use the name that the holder had in key_holders when the key was made"}
	textCodeKeyOver       = flusso.Text{It: "questa chiave è stata distrutta o mai usata: non torna", En: "this key was destroyed or never in use: it does not come back"}
	hintCodeKeyOver       = flusso.Text{It: "distruggere anche la copia sigillata; una chiave nuova si fa con flussi keys make", En: "destroy the sealed copy too; a new key is made with flussi keys make"}
	textUnrecordedKey     = flusso.Text{It: "questa chiave non è registrata qui: non si sa quali rilasci portano i suoi codici", En: "this key is not recorded here: it is not known which releases carry its codes"}
	hintUnrecordedKey     = flusso.Text{It: "confrontare l'identificativo con flussi keys ls; in una cartella di stato nuova fare una chiave nuova con flussi keys make", En: "compare its id with flussi keys ls; in a new state folder make a new key with flussi keys make"}
)

func textOldCodeKey(made time.Time) flusso.Text {
	day := config.DateOf(made).String()
	return flusso.Text{It: "questa chiave è in uso dal " + day, En: "this key has been in use since " + day}
}

func hintOldCodeKey(holder string) flusso.Text {
	return flusso.Text{
		It: "rinnovarla prima della prima pubblicazione di un anno di dati: flussi keys renew " + holder,
		En: "renew it before the first release of a data year: flussi keys renew " + holder,
	}
}

func hintIdleCodeKey(holder string) flusso.Text {
	return flusso.Text{It: "distruggerla con flussi keys destroy " + holder, En: "destroy it with flussi keys destroy " + holder}
}
