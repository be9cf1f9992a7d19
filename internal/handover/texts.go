package handover

import "flussi/internal/flusso"

// What this room says to people, Italian first.
var (
	textStranger     = flusso.Text{It: "il demone ascolta solo il proprio utente e root", En: "the daemon hears its own user and root alone"}
	hintStranger     = flusso.Text{It: "per esempio: sudo -u flussi flussi run NOME", En: "for example: sudo -u flussi flussi run NAME"}
	textOtherVersion = flusso.Text{It: "il demone è di un'altra versione di flussi", En: "the daemon is of another version of flussi"}
	hintOtherVersion = flusso.Text{It: "riavviarlo con quella installata: systemctl restart flussi", En: "restart it with the one installed: systemctl restart flussi"}
	textCrowd        = flusso.Text{It: "troppi chiedono già al demone", En: "too many ask the daemon already"}
	hintCrowd        = flusso.Text{It: "riprovare quando uno dei run a mano è finito", En: "try again when one of the runs by hand has ended"}
	textNoSocket     = flusso.Text{It: "il demone non può ascoltare chi chiede un run a mano", En: "the daemon cannot hear who asks for a run by hand"}
	hintNoSocket     = flusso.Text{It: "guardare spazio e permessi della cartella di stato; ciò che è dovuto si esegue comunque", En: "look at room and permissions of the state folder; what is due runs all the same"}
	textLongName     = flusso.Text{It: "il nome della cartella di stato è troppo lungo per un socket: un run a mano aspetta che il demone si fermi", En: "the state folder's name is too long for a socket: a run by hand waits for the daemon's end"}
	hintLongName     = flusso.Text{It: "metterla dove il suo nome ha al massimo 95 caratteri", En: "put it where its name has 95 characters at most"}
	textGone         = flusso.Text{It: "il demone non risponde più", En: "the daemon no longer answers"}
	hintGone         = flusso.Text{It: "flussi status dice se vive, flussi history che ne è del run: ciò che manca lo riprende il prossimo avvio", En: "flussi status tells whether it lives, flussi history what became of the run: the next start goes on with what is missing"}
)
