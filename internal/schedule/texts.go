package schedule

import (
	"fmt"

	"flussi/internal/flusso"
)

// What faults of schedules say; the general ones stand in config/strict.
var (
	textUnreadable = flusso.Text{It: "lo scambio non si legge", En: "the schedule cannot be read"}
	hintUnreadable = flusso.Text{It: "controllare i permessi", En: "check the permissions"}
	textNoFolder   = flusso.Text{It: "la cartella degli scambi non esiste", En: "the folder of schedules does not exist"}
	hintNoFolder   = flusso.Text{It: "crearla, o indicarla con schedules: nella configurazione", En: "make it, or name it with schedules: in the configuration"}

	textBadWhen = flusso.Text{It: "non è un orario cron di cinque campi", En: "not a cron time of five fields"}
	hintBadWhen = flusso.Text{It: "minuto, ora, giorno, mese, giorno della settimana: \"CRON_TZ=Europe/Rome 30 5 * * *\"", En: "minute, hour, day, month, day of the week: \"CRON_TZ=Europe/Rome 30 5 * * *\""}
	textBadZone = flusso.Text{It: "fuso orario sconosciuto", En: "unknown time zone"}
	hintBadZone = flusso.Text{It: "usare un nome IANA, come CRON_TZ=Europe/Rome", En: "use an IANA name, such as CRON_TZ=Europe/Rome"}
	textNever   = flusso.Text{It: "questo giorno non viene mai", En: "this day never comes"}
	hintNever   = flusso.Text{It: "controllare giorno e mese", En: "check day and month"}

	textNoDirection    = flusso.Text{It: "non dice né che cosa prendere né che cosa dare", En: "says neither what to take nor what to give"}
	hintNoDirection    = flusso.Text{It: "aggiungere pull: o push:", En: "add pull: or push:"}
	textTwoDirections  = flusso.Text{It: "pull e push non stanno insieme", En: "pull and push do not go together"}
	hintTwoDirections  = flusso.Text{It: "farne due scambi", En: "make two schedules of it"}
	textNoPurpose      = flusso.Text{It: "non dice che cosa fare dei file presi", En: "does not say what to do with the files taken"}
	hintNoPurpose      = flusso.Text{It: "aggiungere disclose:, relay: o report:", En: "add disclose:, relay: or report:"}
	textPushOnly       = flusso.Text{It: "un push dà i file come sono: disclose e relay vanno con pull", En: "a push gives files as they are: disclose and relay go with pull"}
	hintPushOnly       = flusso.Text{It: "spostarli in uno scambio con pull", En: "move them to a schedule with pull"}
	textNoLayout       = flusso.Text{It: "il flusso di ritorno vuole un tracciato", En: "the return flow needs a layout"}
	hintNoLayout       = flusso.Text{It: "aggiungere layout: layouts/ritorno-inps.yaml", En: "add layout: layouts/ritorno-inps.yaml"}
	textOddLayout      = flusso.Text{It: "il tracciato serve solo al flusso di ritorno", En: "a layout is for the return flow only"}
	hintOddLayout      = flusso.Text{It: "scrivere flow: ritorno o togliere layout", En: "write flow: ritorno or remove layout"}
	textRitornoLeaves  = flusso.Text{It: "il flusso di ritorno non si inoltra", En: "the return flow is not passed on"}
	hintRitornoLeaves  = flusso.Text{It: "lo pubblichi con disclose", En: "publish it with disclose"}
	textTwiceDisclosed = flusso.Text{It: "il destinatario è già scritto sopra", En: "the recipient is already written above"}
	hintTwiceDisclosed = flusso.Text{It: "tenerlo una volta sola", En: "keep it once"}
	textBadRemote      = flusso.Text{It: "non è endpoint:/cartella", En: "not endpoint:/folder"}
	hintBadRemote      = flusso.Text{It: "come \"inps:/in\"", En: "such as \"inps:/in\""}
	textBadSource      = flusso.Text{It: "non è endpoint:/cartella né dir:CARTELLA", En: "neither endpoint:/folder nor dir:FOLDER"}
	hintBadSource      = flusso.Text{It: "come \"inps:/out\", o \"dir:in-arrivo\" per una cartella locale", En: "such as \"inps:/out\", or \"dir:incoming\" for a local folder"}
	textBadMatch       = flusso.Text{It: "non è un modello di nomi di file", En: "not a pattern of file names"}
	hintBadMatch       = flusso.Text{It: "come \"*.xml\", senza cartelle", En: "such as \"*.xml\", without folders"}

	textExpectForms   = flusso.Text{It: "serve una sola forma di attesa", En: "exactly one form of expectation is needed"}
	hintExpectForms   = flusso.Text{It: "{request, year, due, remind} per una richiesta, {by, at_least} per ogni giorno", En: "{request, year, due, remind} for a request, {by, at_least} for every day"}
	textExpectRequest = flusso.Text{It: "a una richiesta servono request e due", En: "a request needs request and due"}
	textExpectBy      = flusso.Text{It: "all'attesa giornaliera serve by", En: "a daily expectation needs by"}
	textExpectPush    = flusso.Text{It: "un push non aspetta arrivi", En: "a push waits for no arrival"}
	hintExpectPush    = flusso.Text{It: "togliere expect", En: "remove expect"}
	textExpectNoTime  = flusso.Text{It: "un'attesa giornaliera vuole un orario", En: "a daily expectation needs times"}
	hintExpectNoTime  = flusso.Text{It: "aggiungere when", En: "add when"}

	hintNameTaken         = flusso.Text{It: "ogni scambio ha un nome suo", En: "each schedule has a name of its own"}
	textUnknownEndpoint   = flusso.Text{It: "questo endpoint non è nella configurazione", En: "this endpoint is not in the configuration"}
	textUnknownRecipient  = flusso.Text{It: "questo destinatario non è nella configurazione", En: "this recipient is not in the configuration"}
	textNotINPS           = flusso.Text{It: "un file passa intero solo verso l'INPS", En: "a file passes whole to INPS only"}
	hintNotINPS           = flusso.Text{It: "indicare un destinatario di classe inps; agli altri si dà una vista con disclose", En: "name a recipient of class inps; others get a view, with disclose"}
	textNoDeleghe         = flusso.Text{It: "dei flussi inoltrati si può mostrare solo ciò che una delega consente, e non ce ne sono", En: "of relayed flows only what a delega allows may be shown, and there are none"}
	hintNoDeleghe         = flusso.Text{It: "indicare la cartella degli atti con deleghe: nella configurazione, o togliere disclose", En: "name the folder of the acts with deleghe: in the configuration, or remove disclose"}
	textNothingToDisclose = flusso.Text{It: "questo destinatario non ha dataset da ricevere", En: "this recipient has no dataset to receive"}
	hintNothingToDisclose = flusso.Text{It: "dargli datasets: nella configurazione, o toglierlo da qui", En: "give it datasets: in the configuration, or remove it here"}
	textNoResponsible     = flusso.Text{It: "un'esecuzione programmata vuole una persona che ne risponda", En: "a scheduled run needs a person who answers for it"}
	hintNoResponsible     = flusso.Text{It: "aggiungere operators: {responsible: [{person: …, from: …}]} alla configurazione", En: "add operators: {responsible: [{person: …, from: …}]} to the configuration"}
	hintAlwaysClosed      = flusso.Text{It: "cambiare when qui o windows nella configurazione", En: "change when here or windows in the configuration"}
)

func textNameTaken(file string) flusso.Text {
	return flusso.Text{It: "il nome è già di " + file, En: "the name belongs to " + file}
}

func textAlwaysClosed(endpoint string) flusso.Text {
	return flusso.Text{
		It: fmt.Sprintf("a queste ore l'endpoint %s è sempre chiuso", endpoint),
		En: fmt.Sprintf("at these times the endpoint %s is always closed", endpoint),
	}
}

func index(key string, i int) string { return fmt.Sprintf("%s[%d]", key, i) }

// What each key is for: shown by editors through the JSON Schema, and as the
// remedy when a required key is missing.
var (
	docSchedule   = flusso.Text{It: "Uno scambio di flussi. I percorsi relativi partono dalla cartella di questo file.", En: "An exchange of flows. Relative paths start from this file's folder."}
	docName       = flusso.Text{It: "nome dello scambio: minuscole, cifre, trattini", En: "the schedule's name: lower-case letters, digits, hyphens"}
	docWhen       = flusso.Text{It: "cinque campi cron, con CRON_TZ=ZONA davanti; se manca, solo a mano. Senza zona vale Europe/Rome", En: "five cron fields, with CRON_TZ=ZONE before them; default: only by hand. Without a zone it is Europe/Rome"}
	docPull       = flusso.Text{It: "che cosa prendere", En: "what to take"}
	docPullFrom   = flusso.Text{It: "endpoint:/cartella, o dir:CARTELLA per una locale", En: "endpoint:/folder, or dir:FOLDER for a local one"}
	docMatch      = flusso.Text{It: "modelli dei nomi, come \"*.xml\"; se manca, tutti", En: "patterns of names, such as \"*.xml\"; default: every name"}
	docPush       = flusso.Text{It: "che cosa dare", En: "what to give"}
	docPushFrom   = flusso.Text{It: "cartella locale dei file da dare", En: "local folder of the files to give"}
	docRemoteTo   = flusso.Text{It: "endpoint:/cartella", En: "endpoint:/folder"}
	docAs         = flusso.Text{It: "destinatario della configurazione, di classe inps, sotto il cui accordo il file parte", En: "recipient of the configuration, of class inps, under whose agreement the file leaves"}
	docFlow       = flusso.Text{It: "che cosa sono i file; auto (se manca) distingue PS_PSA_SINA e SINBA dal contenuto", En: "what the files are; auto (default) tells PS_PSA_SINA and SINBA by their content"}
	docLayout     = flusso.Text{It: "tracciato del flusso di ritorno", En: "layout of the return flow"}
	docDisclose   = flusso.Text{It: "a chi pubblicare una vista", En: "to whom a view is published"}
	docDiscloseTo = flusso.Text{It: "destinatario della configurazione", En: "recipient of the configuration"}
	docRelay      = flusso.Text{It: "dove inoltrare i file come sono", En: "where to pass files on unchanged"}
	docReport     = flusso.Text{It: "cartella dei referti sui file con errori", En: "folder for reports on faulty files"}
	docExpect     = flusso.Text{It: "che cosa deve arrivare: {request, year, due, remind} o {by, at_least}", En: "what must arrive: {request, year, due, remind} or {by, at_least}"}
	docRequest    = flusso.Text{It: "protocollo della richiesta", En: "protocol number of the request"}
	docYear       = flusso.Text{It: "anno dei dati chiesti", En: "year of the data asked for"}
	docDue        = flusso.Text{It: "giorno entro cui devono arrivare, aaaa-mm-gg", En: "day by which they must arrive, yyyy-mm-dd"}
	docRemind     = flusso.Text{It: "quanti giorni prima avvisare, come 14d; se manca, nessuno", En: "how many days before to give notice, such as 14d; default: none"}
	docBy         = flusso.Text{It: "ora entro cui devono arrivare, come \"09:00\"", En: "time by which they must arrive, such as \"09:00\""}
	docAtLeast    = flusso.Text{It: "quanti file almeno; se manca, 1", En: "how many files at least; default: 1"}
)
