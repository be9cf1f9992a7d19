package eyes

import "flussi/internal/flusso"

// What this room says to people, Italian first. What metrics mean is said in English
// only, as everywhere that Prometheus is read; docs/metriche.md says it in Italian.
var (
	textCannotListen = flusso.Text{It: "qui non si può ascoltare", En: "one cannot listen here"}
	hintCannotListen = flusso.Text{It: "guardare se un altro programma usa già questo indirizzo, e se la cartella del socket c'è ed è di flussi; correggere daemon.listen", En: "see whether another program has this address already, and whether the socket's folder is there and flussi's; mend daemon.listen"}
	textOtherListen  = flusso.Text{It: "questo cambia solo riavviando il demone", En: "this changes only when the daemon is started anew"}
	hintOtherListen  = flusso.Text{It: "fermare e riavviare il demone; fino ad allora vale la configurazione di prima", En: "stop the daemon and start it again; until then the configuration of before holds"}

	textLoop          = flusso.Text{It: "il demone non risponde: sta cominciando, o è bloccato", En: "the daemon does not answer: it is starting, or stuck"}
	textStopping      = flusso.Text{It: "il demone si sta fermando", En: "the daemon is stopping"}
	textConfiguration = flusso.Text{It: "la configurazione sul disco ha errori: vale quella di prima (flussi check)", En: "the configuration on the disk has faults: the one of before holds (flussi check)"}
	textLedger        = flusso.Text{It: "nel registro non si scrive (flussi check)", En: "the ledger takes no writes (flussi check)"}
	textDisk          = flusso.Text{It: "il disco dello stato è pieno o in sola lettura", En: "the state folder's disk is full or read-only"}
)
