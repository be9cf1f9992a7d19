package main

import (
	"flussi/internal/flusso"
	"flussi/internal/ledger"
)

// flussi keys.
var (
	textKeysShort = flusso.Text{It: "le chiavi dei codici stabili, presso i loro custodi", En: "the keys of stable codes, with their holders"}
	textKeysLong  = flusso.Text{
		It: "Con linkability: window una persona porta lo stesso codice in tutte le pubblicazioni di un anno\ndi dati. La chiave che li fa appartiene a un custode (key_holders) che non è il destinatario. La chiave sta\nnella cartella di stato; al custode va una copia sigillata. Ogni passo è nel registro, con la\npersona e l'identificativo della chiave, che della chiave non dice nulla (docs/chiavi.md).",
		En: "With linkability: window a person carries one code in all releases of a data year. The key that\nmakes them belongs to a holder (key_holders) who is not the recipient. The key is in the state\nfolder; a sealed copy goes to the holder. Each step is in the audit log, with the person and\nthe key's id, which tells nothing of the key (docs/keys.md).",
	}
	textHolderArgument = flusso.Text{It: "CUSTODE", En: "HOLDER"}
	textKeysLsShort    = flusso.Text{It: "elenca custodi, chiavi e chi le ha fatte o distrutte", En: "lists holders, keys, and who made or destroyed them"}

	textKeysMakeShort = flusso.Text{It: "fa la chiave di un custode, con la copia sigillata", En: "makes a holder's key, with the sealed copy"}
	textKeysMakeLong  = flusso.Text{
		It: "Fa una chiave a caso e ne scrive in --escrow una copia sigillata (age, un testo) per i\ndestinatari di escrow del custode: consegnarla, con l'identificativo, e verbalizzare. La chiave\nsi usa solo dopo che la copia è al sicuro. Se il custode ne ha già una, si rifiuta.",
		En: "Makes a key by chance and writes a sealed copy (age, a text) for the holder's escrow recipients\ninto --escrow: hand it over, with the id, and put that on record. The key is used only after the\ncopy is safe. Where the holder has one already it refuses.",
	}
	textKeysRenewShort = flusso.Text{It: "fa la chiave successiva e distrugge quella di prima", En: "makes the next key and destroys the one before"}
	textKeysRenewLong  = flusso.Text{
		It: "Come make, per la generazione successiva: da allora i codici sono altri, e con quelli di prima\nnon hanno nulla in comune. La chiave di prima è distrutta quando la nuova è al sicuro.",
		En: "As make, for the next generation: from then on codes are others, and share nothing with those\nbefore. The key before is destroyed once the new one is safe.",
	}
	textKeysDestroyShort = flusso.Text{It: "distrugge la chiave di un custode", En: "destroys a holder's key"}
	textKeysDestroyLong  = flusso.Text{
		It: "Toglie la chiave dalla cartella di stato: i suoi destinatari non ricevono righe anonime finché\nnon se ne fa un'altra. Le copie sigillate le distrugge chi le custodisce; da lì non torna.",
		En: "Takes the key out of the state folder: its recipients get no anonymous rows until another is\nmade. The sealed copies are their holder's to destroy; from there it does not come back.",
	}
	textKeysRestoreShort = flusso.Text{It: "rimette una chiave persa dalla copia sigillata", En: "puts a lost key back from the sealed copy"}
	textKeysRestoreLong  = flusso.Text{
		It: "Apre la copia sigillata con l'identità age del custode e rimette la chiave, se è quella\nregistrata e in uso. Una chiave distrutta non torna. In una cartella di stato nuova, che non sa\nquali rilasci portano i suoi codici, se ne fa una nuova.",
		En: "Opens the sealed copy with the holder's age identity and puts the key back, if it is the one\nrecorded and in use. A destroyed key does not come back. In a new state folder, which does not\nknow which releases carry its codes, a new one is made.",
	}

	textFlagEscrow   = flusso.Text{It: "file nuovo per la copia sigillata, fuori dalle cartelle di flussi", En: "new file for the sealed copy, outside flussi's folders"}
	textFlagIdentity = flusso.Text{It: "file di identità age del custode", En: "the holder's age identity file"}

	textFlagCopyDryRun = flusso.Text{It: "dice solo se la copia si apre ed è della chiave in uso", En: "only tell whether the copy opens and is of the key in use"}

	textKeyCopyGood  = flusso.Text{It: "la copia si apre: %s, chiave %d, id %s, in uso", En: "the copy opens: %s, key %d, id %s, in use"}
	textKeyMade      = flusso.Text{It: "fatta: %s, chiave %d, id %s", En: "made: %s, key %d, id %s"}
	textKeyDestroyed = flusso.Text{It: "distrutta: %s, chiave %d, id %s", En: "destroyed: %s, key %d, id %s"}
	textKeyRestored  = flusso.Text{It: "rimessa: %s, chiave %d, id %s", En: "put back: %s, key %d, id %s"}
	textKeySealed    = flusso.Text{It: "consegnare al custode la copia sigillata %s e l'identificativo %s, e verbalizzare", En: "hand the sealed copy %s and the id %s over to the holder, and put that on record"}
	textCopiesToo    = flusso.Text{It: "le copie sigillate le distrugge chi le custodisce", En: "the sealed copies are their holder's to destroy"}

	textDestroyQuestion = flusso.Text{It: "distruggere per sempre la chiave di %s? sì/no", En: "destroy the key of %s for good? yes/no"}
	textKeyStays        = flusso.Text{It: "la chiave resta", En: "the key stays"}

	textNoKeys     = flusso.Text{It: "nessun custode, nessuna chiave", En: "no holder, no key"}
	textKeyMissing = flusso.Text{It: "%s  nessuna chiave: flussi keys make", En: "%s  no key: flussi keys make"}
	textKeyLine    = flusso.Text{It: "%s  %d  %s  %s  fatta %s da %s%s", En: "%s  %d  %s  %s  made %s by %s%s"}
	textKeyEnd     = flusso.Text{It: ", distrutta %s da %s", En: ", destroyed %s by %s"}

	textNoCodesHere = flusso.Text{It: "i codici delle righe fatte qui finiscono con il rilascio: quelli stabili li dà solo flussi run", En: "the codes of rows made here end with the release: only flussi run gives stable ones"}
)

var keyStates = map[ledger.CodeKeyState]flusso.Text{
	ledger.KeyMaking:    {It: "in corso", En: "under way"},
	ledger.KeyLive:      {It: "in uso", En: "in use"},
	ledger.KeyLeaving:   {It: "da distruggere", En: "to be destroyed"},
	ledger.KeyDestroyed: {It: "distrutta", En: "destroyed"},
	ledger.KeyAbandoned: {It: "mai usata", En: "never used"},
}
