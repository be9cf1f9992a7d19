package main

import "flussi/internal/flusso"

// flussi daemon.
var (
	textDaemonShort = flusso.Text{It: "esegue gli schedule ai loro orari", En: "runs the schedules at their times"}
	textDaemonLong  = flusso.Text{
		It: "Esegue gli schedule ai loro orari, finché non lo si ferma. Ciò che era dovuto mentre era\nfermo lo recupera all'avvio, con un'esecuzione per schedule; ciò che non riesce lo riprova;\nciò che si aspetta e non arriva è un allarme. SIGTERM lo ferma in ordine: finisce ciò che ha\npreso. Un secondo SIGTERM interrompe, senza perdere nulla. SIGHUP rilegge la configurazione:\nse ha un errore resta quella di prima.",
		En: "Runs the schedules at their times, until it is stopped. What was due while it was down it\nmakes up for when it starts, with one run of each schedule; what fails it tries again; what is\nexpected and does not come is an alarm. SIGTERM stops it in order: it ends what it has taken.\nA second SIGTERM breaks off, losing nothing. SIGHUP reads the configuration anew: with a fault\nthe one of before stays.",
	}
	textDaemonExample = flusso.Text{It: "  flussi daemon --config /etc/flussi/flussi.yaml\n  flussi daemon --json >> flussi.jsonl", En: "  flussi daemon --config /etc/flussi/flussi.yaml\n  flussi daemon --json >> flussi.jsonl"}
	textFlagPatience  = flusso.Text{It: "quanto attende ciò che è in corso, quando lo si ferma (negativo: per sempre)", En: "how long a stop waits for what is under way (negative: for ever)"}

	textDaemonReady         = flusso.Text{It: "flussi: pronto, schedule: %d", En: "flussi: ready, schedules: %d"}
	textDaemonBegun         = flusso.Text{It: "%s: comincia, per il %s", En: "%s: begins, for %s"}
	textDaemonByHand        = flusso.Text{It: "%s: in corso, chiesto a mano", En: "%s: under way, asked for by hand"}
	textHanded              = flusso.Text{It: "%s: lo esegue il demone", En: "%s: the daemon runs it"}
	textHandedWaits         = flusso.Text{It: "%s: aspetta il suo turno", En: "%s: waits for its turn"}
	textHandedLeft          = flusso.Text{It: "il demone finisce ciò che ha preso, e non prende altro: flussi history dice che ne è stato", En: "the daemon ends what it has taken, and takes no more: flussi history tells what became of it"}
	textDaemonMadeUp        = flusso.Text{It: "%s: comincia, per il %s e per ciò che era dovuto dalle %s", En: "%s: begins, for %s and what was due since %s"}
	textDaemonRun           = flusso.Text{It: "%s: %s: %s; file %d, record %d, scartati %d", En: "%s: %s: %s; files %d, records %d, rejected %d"}
	textRunStopped          = flusso.Text{It: "fermato: il resto alla prossima esecuzione", En: "stopped: the rest with the next run"}
	textDaemonFailed        = flusso.Text{It: "%s: %s: non riuscito: %s", En: "%s: %s: failed: %s"}
	textDaemonBlocked       = flusso.Text{It: "%s: fermo: %s; riprova dalle %s", En: "%s: held up: %s; tried again from %s"}
	textDaemonFreed         = flusso.Text{It: "%s: va di nuovo (era fermo: %s)", En: "%s: goes again (it was held up: %s)"}
	textDaemonReminder      = flusso.Text{It: "%s: si attende ancora %s, entro il %s", En: "%s: still waiting for %s, due on %s"}
	textDaemonMissing       = flusso.Text{It: "ALLARME %s: %s: arrivati %d file di %d attesi entro %s\n  → chiedere a chi li manda; flussi status dice quando arrivano", En: "ALARM %s: %s: %d files came of %d expected by %s\n  → ask whoever sends them; flussi status tells when they come"}
	textDaemonArrived       = flusso.Text{It: "%s: %s: ciò che si attendeva è arrivato, file %d", En: "%s: %s: what was waited for has come, files %d"}
	textDaemonClock         = flusso.Text{It: "%s: l'orologio era troppo avanti (%s): gli orari ripartono da adesso\n  → controllare l'ora di questo computer", En: "%s: the clock was far ahead (%s): times begin anew from now\n  → check this computer's clock"}
	textDaemonReloaded      = flusso.Text{It: "flussi: configurazione riletta, schedule: %d", En: "flussi: configuration read anew, schedules: %d"}
	textDaemonReloadRefused = flusso.Text{It: "flussi: resta la configurazione di prima", En: "flussi: the configuration of before stays"}
	textDaemonStopping      = flusso.Text{It: "flussi: si ferma; esecuzioni da finire: %d", En: "flussi: stopping; runs to end: %d"}
	textDaemonStopped       = flusso.Text{It: "flussi: fermo", En: "flussi: stopped"}
	textDaemonStatus        = flusso.Text{It: "schedule %d, in corso %d, fermi %d", En: "schedules %d, running %d, held up %d"}
	textDaemonNext          = flusso.Text{It: "; prossimo %s, %s", En: "; next %s, %s"}
)

// blockedTexts are what holds a schedule up, by the daemon's codes.
var blockedTexts = map[string]flusso.Text{
	"disk":          {It: "il disco è pieno o in sola lettura", En: "the disk is full or read-only"},
	"key":           {It: "un segreto non si legge", En: "a secret cannot be read"},
	"window":        {It: "fuori dall'orario dell'endpoint", En: "outside the endpoint's hours"},
	"endpoint":      {It: "l'endpoint non risponde", En: "the endpoint does not answer"},
	"login":         {It: "l'endpoint rifiuta le credenziali", En: "the endpoint refuses the credentials"},
	"host key":      {It: "l'endpoint non è quello atteso, o rifiuta l'accesso", En: "the endpoint is not the one expected, or refuses the login"},
	"configuration": {It: "qualcosa nella configurazione da correggere", En: "something in the configuration to mend"},
	"denied":        {It: "non consentito: accordo, delega o indirizzo", En: "not allowed: agreement, delega or address"},
	"fault":         {It: "un errore: le righe del demone dicono quale", En: "a fault: the daemon's lines tell which"},
}

// blockedHints are what to do about it; of what passes by itself there is nothing.
var blockedHints = map[string]flusso.Text{
	"disk":          {It: "liberare spazio, o rendere scrivibile il disco: il demone riprende da sé", En: "make room, or make the disk writable: the daemon goes on by itself"},
	"key":           {It: "flussi check dice quale, e perché", En: "flussi check tells which, and why"},
	"endpoint":      {It: "si riprova da sé; flussi check --connect dice a che punto si ferma", En: "it is tried again by itself; flussi check --connect tells where it stops"},
	"login":         {It: "correggere le credenziali prima che l'utente sia bloccato, poi flussi check --connect", En: "mend the credentials before the account is locked, then flussi check --connect"},
	"host key":      {It: "chiedere all'altra parte, per altra via, se la chiave è cambiata; poi flussi hosts pin", En: "ask the other party, out of band, whether the key has changed; then flussi hosts pin"},
	"configuration": {It: "flussi check dice che cosa; poi systemctl reload flussi", En: "flussi check tells what; then systemctl reload flussi"},
	"denied":        {It: "flussi check dice quale atto, e che cosa gli manca", En: "flussi check tells which act, and what it lacks"},
	"fault":         {It: "flussi history --last 5, e le righe del demone (journalctl -u flussi)", En: "flussi history --last 5, and the daemon's lines (journalctl -u flussi)"},
}

func blockedText(code string) flusso.Text {
	if t, ok := blockedTexts[code]; ok {
		return t
	}
	return flusso.Text{It: code, En: code}
}

// flussi plan.
var (
	textPlanShort = flusso.Text{It: "che cosa si eseguirà, quando, e che cosa prenderà", En: "what will run, when, and what it would fetch"}
	textPlanLong  = flusso.Text{
		It: "Elenca gli schedule per prossimo orario, nel loro fuso: che cosa prendono, da dove, verso chi.\nDi quelli dovuti e non ancora eseguiti dice da quando. Non chiama nessuno: che cosa c'è da\nprendere lo dice flussi run --dry-run.",
		En: "Lists the schedules by their next time, in their zone: what they take, from where, for whom.\nOf those that are due and did not run yet it tells since when. It calls nobody: what there is\nto take, flussi run --dry-run tells.",
	}
	textPlanExample = flusso.Text{It: "  flussi plan\n  flussi plan --next 5", En: "  flussi plan\n  flussi plan --next 5"}
	textFlagNext    = flusso.Text{It: "quanti orari di ciascuno", En: "how many times of each"}
	textBadNext     = flusso.Text{It: "--next vuole un numero da 1 a 1000", En: "--next wants a number from 1 to 1000"}
	hintBadNext     = flusso.Text{It: "come --next 5", En: "such as --next 5"}
	textPlanNone    = flusso.Text{It: "non c'è nessuno schedule", En: "there is no schedule"}
	textPlanDue     = flusso.Text{It: "dovuto dalle %s", En: "due since %s"}
	textPlanByHand  = flusso.Text{It: "solo a mano", En: "by hand only"}
	textPlanTakes   = flusso.Text{It: "  prende %s %s (%s)", En: "  takes %s %s (%s)"}
	textPlanOpens   = flusso.Text{It: "  l'endpoint è chiuso a quell'ora: si esegue dalle %s", En: "  the endpoint is closed then: runs from %s"}
	textPlanBlocked = flusso.Text{It: "  fermo: %s", En: "  held up: %s"}
)

// doubtTexts are what may be in doubt, by the ledger's words.
var doubtTexts = map[string]flusso.Text{
	"arrival":  {It: "arrivo", En: "arrival"},
	"delivery": {It: "consegna", En: "delivery"},
	"fetch":    {It: "presa", En: "fetch"},
}

// flussi status.
var (
	textStatusShort = flusso.Text{It: "che cosa aspetta, che cosa è in ritardo, che cosa è in dubbio", En: "what waits, what is late, what is in doubt"}
	textStatusLong  = flusso.Text{
		It: "Dice se il demone è attivo, a che punto è ogni schedule, i file in lavorazione, ciò che è in\ndubbio e ciò che si attende. Legge soltanto: si può chiedere in ogni momento. Con --json la\nprima riga conta in «attention» le cose da guardare.",
		En: "Tells whether the daemon is alive, where each schedule stands, which files are being worked\non, what is in doubt and what is waited for. It only reads: ask at any time. With --json the\nfirst line counts in \"attention\" the things to look at.",
	}
	textStatusExample    = flusso.Text{It: "  flussi status\n  flussi status --json | jq 'select(.message_type==\"schedule\")'", En: "  flussi status\n  flussi status --json | jq 'select(.message_type==\"schedule\")'"}
	textStatusRefused    = flusso.Text{It: "La configurazione sul disco è rifiutata (errori: %d): il demone va avanti con quella di prima\n  → flussi check, correggere, poi ricaricare", En: "The configuration on the disk is refused (faults: %d): the daemon goes on with the one of before\n  → flussi check, mend it, then reload"}
	textStatusRestart    = flusso.Text{It: "La configurazione sul disco cambia ciò che vale solo da un avvio: il demone va avanti con quella di prima\n  → riavviarlo, o rimettere com'era e ricaricare", En: "The configuration on the disk changes what only a start takes up: the daemon goes on with the one of before\n  → start it anew, or put it back and reload"}
	textStatusAlive      = flusso.Text{It: "Demone: attivo (processo %d)", En: "Daemon: alive (process %d)"}
	textStatusDead       = flusso.Text{It: "Demone: non attivo", En: "Daemon: not running"}
	textStatusBegin      = flusso.Text{It: "  → systemctl start flussi, o flussi daemon: senza, nessuno schedule parte", En: "  → systemctl start flussi, or flussi daemon: without it no schedule begins"}
	textStatusNext       = flusso.Text{It: "prossimo %s", En: "next %s"}
	textStatusLate       = flusso.Text{It: "DOVUTO dalle %s", En: "DUE since %s"}
	textStatusUnfinished = flusso.Text{It: "cominciato alle %s, non finito", En: "begun at %s, not ended"}
	textStatusByHand     = flusso.Text{It: "solo a mano", En: "by hand only"}
	textStatusLast       = flusso.Text{It: "ultimo %s: %s", En: "last %s: %s"}
	textStatusBlocked    = flusso.Text{It: "      fermo: %s; tentativi %d; riprova %s", En: "      held up: %s; attempts %d; tried again %s"}
	textFrom             = flusso.Text{It: "dalle %s", En: "from %s"}
	textAtNextStart      = flusso.Text{It: "all'avvio del demone, che non è attivo", En: "when the daemon starts, which is not alive"}
	textStatusFiles      = flusso.Text{It: "File che aspettano", En: "Files that wait"}
	textStatusDoubts     = flusso.Text{It: "In dubbio", En: "In doubt"}
	textStatusAside      = flusso.Text{It: "  → flussi quarantine ls dice quali file sono messi da parte, e perché", En: "  → flussi quarantine ls tells which files are set aside, and why"}
	textStatusCopies     = flusso.Text{It: "Copie del registro di audit", En: "Copies of the audit log"}
	textStatusCopyWhole  = flusso.Text{It: "  %s: completa, %s", En: "  %s: whole, %s"}
	textStatusCopyBehind = flusso.Text{It: "  %s: indietro di %d voci, che avrà alla fine della prossima esecuzione", En: "  %s: %d entries behind, which it gets when the next run ends"}
	textStatusCopyFails  = flusso.Text{It: "  %s: INDIETRO di %d voci; tentativi a vuoto %d, l'ultimo %s\n      → flussi check dice perché; nulla è perso, le voci si offrono di nuovo", En: "  %s: BEHIND by %d entries; tries in vain %d, the last %s\n      → flussi check tells why; nothing is lost, the entries are offered again"}
	textStatusExpected   = flusso.Text{It: "Attesi", En: "Expected"}
	textStatusWaits      = flusso.Text{It: "  %s: %s: arrivati %d di %d, entro il %s", En: "  %s: %s: %d of %d came, due on %s"}
	textStatusMissing    = flusso.Text{It: "  MANCA  %s: %s: arrivati %d di %d, entro il %s", En: "  MISSING  %s: %s: %d of %d came, due on %s"}
	textStatusAttention  = flusso.Text{It: "Da guardare: %d", En: "To look at: %d"}
	textStatusWell       = flusso.Text{It: "Tutto a posto", En: "All is well"}
)
