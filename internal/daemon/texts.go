package daemon

import "flussi/internal/flusso"

// What this room says to people, Italian first.
var (
	textCut         = flusso.Text{It: "fermato prima che ciò che era in corso finisse", En: "stopped before what was under way had ended"}
	hintCut         = flusso.Text{It: "nulla è perso: il prossimo avvio riprende da dove era arrivato", En: "nothing is lost: the next start goes on from where it was"}
	textUnknownHere = flusso.Text{It: "il demone non conosce questo schedule", En: "the daemon does not know this schedule"}
	hintUnknownHere = flusso.Text{It: "se è nuovo, far rileggere la configurazione: systemctl reload flussi", En: "where it is new, have the configuration read anew: systemctl reload flussi"}
	textUnderWay    = flusso.Text{It: "è già in corso", En: "is under way already"}
	hintUnderWay    = flusso.Text{It: "aspettare che finisca: flussi status dice a che punto è", En: "wait for its end: flussi status tells how far it is"}
	textStopping    = flusso.Text{It: "il demone si sta fermando", En: "the daemon is stopping"}
	hintStopping    = flusso.Text{It: "riprovare quando è fermo, o riavviato", En: "try again when it has stopped, or is back"}
)
