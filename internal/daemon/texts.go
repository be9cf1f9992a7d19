package daemon

import "flussi/internal/flusso"

// What this room says to people, Italian first.
var (
	textCut = flusso.Text{It: "fermato prima che ciò che era in corso finisse", En: "stopped before what was under way had ended"}
	hintCut = flusso.Text{It: "nulla è perso: il prossimo avvio riprende da dove era arrivato", En: "nothing is lost: the next start goes on from where it was"}
)
