package invia

import "flussi/internal/flusso"

// This file owns every sentence this room says to people.

type fault struct {
	kind flusso.Kind
	what flusso.Text
	hint flusso.Text
}

func (f fault) on(op, id string, err error) *flusso.Error {
	return &flusso.Error{Op: op, ID: id, Kind: f.kind, What: f.what, Hint: f.hint, Err: err}
}

var (
	badRoot = fault{flusso.Config,
		flusso.Text{It: "la cartella del server non si può usare", En: "the server's folder cannot be used"},
		flusso.Text{It: "indicare una cartella scrivibile", En: "give a folder that can be written to"}}
	badUser = fault{flusso.Config,
		flusso.Text{It: "un utente del server non è valido", En: "a user of the server is not valid"},
		flusso.Text{
			It: "servono un nome semplice (lettere, cifre, - e _), diverso dagli altri, e una password o una chiave (entrambe, se sono richieste insieme)",
			En: "a plain name (letters, digits, - and _) unlike the others is needed, and a password or a key (both, where both are required)"}}
	unknownUser = fault{flusso.Invalid,
		flusso.Text{It: "l'utente non esiste su questo server", En: "the user does not exist on this server"},
		flusso.Text{It: "usare uno degli utenti configurati", En: "use one of the configured users"}}
	badName = fault{flusso.Invalid,
		flusso.Text{It: "il nome del file non è ammesso", En: "the file name is not allowed"},
		flusso.Text{It: "usare un nome senza barre né caratteri di controllo", En: "use a name without slashes or control characters"}}
	cannotPublish = fault{flusso.Transient,
		flusso.Text{It: "il file non si può mettere a disposizione", En: "the file cannot be put in place"},
		flusso.Text{It: "controllare spazio e permessi della cartella del server", En: "check space and permissions of the server's folder"}}
	cannotListen = fault{flusso.Config,
		flusso.Text{It: "la porta non si può aprire", En: "the port cannot be opened"},
		flusso.Text{It: "scegliere un indirizzo di questo computer e una porta libera", En: "choose an address of this host and a free port"}}
)
