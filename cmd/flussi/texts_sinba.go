package main

import "flussi/internal/flusso"

var (
	textSinbaShort = flusso.Text{It: "la chiave dei codici anonimi dei minori (SINBA)", En: "the key of the minors' anonymous codes (SINBA)"}
	textSinbaLong  = flusso.Text{
		It: "In un flusso SINBA un minore ha un codice anonimo, mai il codice fiscale. flussi lo fa con una\nchiave dell'Ente (flussi convert --sinba-key FILE): lo stesso minore ha sempre lo stesso codice,\ne senza la chiave nessuno risale al minore. Chi perde la chiave non fa più gli stessi codici:\nuna copia su carta, in busta chiusa, basta per riaverla. Vedi docs/sinba.md.",
		En: "In a SINBA flow a minor has an anonymous code, never the fiscal code. flussi makes it with a key\nof the Ente (flussi convert --sinba-key FILE): the same minor always has the same code, and\nwithout the key nobody gets back to the minor. Who loses the key no longer makes the same codes:\na copy on paper, in a sealed envelope, is enough to have it again. See docs/sinba.md.",
	}
	textSinbaMakeShort    = flusso.Text{It: "fa la chiave di un Ente e la mostra, per la busta", En: "make an Ente's key and show it, for the envelope"}
	textSinbaShowShort    = flusso.Text{It: "mostra la chiave, per la busta", En: "show the key, for the envelope"}
	textSinbaRestoreShort = flusso.Text{It: "rifà il file della chiave da ciò che è scritto nella busta", En: "make the key's file again of what the envelope says"}
	textSinbaRestoreLong  = flusso.Text{
		It: "Legge la chiave da tastiera (o dallo standard input) com'è scritta nella busta; maiuscole e spazi\nnon contano, un carattere sbagliato si trova.",
		En: "Reads the key from the keyboard (or standard input) as the envelope has it; capitals and blanks do\nnot matter, a wrong character is found.",
	}
	textFlagSinbaEnte = flusso.Text{It: "codice dell'Ente (dei comuni quello catastale)", En: "code of the Ente (of comuni the cadastral one)"}
	textSinbaNoEnte   = flusso.Text{It: "manca il codice dell'Ente", En: "the code of the Ente is missing"}
	hintSinbaNoEnte   = flusso.Text{It: "per esempio --ente H501", En: "for example --ente H501"}
	textSinbaThere    = flusso.Text{It: "c'è già: con un'altra chiave i codici sarebbero altri", En: "is there already: with another key the codes would be others"}
	hintSinbaThere    = flusso.Text{It: "usare quella che c'è, o scegliere un altro nome", En: "use the one that is there, or choose another name"}
	textSinbaAsk      = flusso.Text{It: "Scrivere la chiave com'è nella busta, poi Invio:", En: "Type the key as the envelope has it, then Enter:"}
	textSinbaRestored = flusso.Text{It: "chiave di %s: %s", En: "key of %s: %s"}
	textSinbaEnvelope = flusso.Text{
		It: "È la chiave dei codici SINBA, tenuta in %s. Copiarla su carta e chiuderla in busta, nella\ncassaforte dell'Ente: un altro computer la riha con flussi sinba restore. Chi la legge può\nritrovare i minori di cui conosce il nome.",
		En: "It is the key of the SINBA codes, kept in %s. Copy it on paper and seal it in an envelope, in the\nsafe of the Ente: another computer has it again by flussi sinba restore. Who reads it can find the\nminors whose names he knows.",
	}
)
