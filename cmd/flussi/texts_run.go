package main

import "flussi/internal/flusso"

// flussi run.
var (
	textRunShort = flusso.Text{It: "esegue subito uno o più schedule", En: "runs schedules now"}
	textRunLong  = flusso.Text{
		It: "Esegue subito gli schedule indicati, uno dopo l'altro. Rieseguire è sempre sicuro: ciò che\nè già stato preso, pubblicato o consegnato non si ripete.\nDove un demone è attivo, lo esegue lui, a nome di chi lo chiede (Linux): Ctrl-C allora gli\ndice di non prendere altro, e non aspetta.",
		En: "Runs the schedules named, one after the other. Running again is always safe: what was\ntaken, published or delivered is not done twice.\nWhere a daemon is alive it runs them, in the name of who asks (Linux): Ctrl-C then tells it\nto take no more, and does not wait.",
	}
	textRunExample = flusso.Text{
		It: "  flussi run ritorno-inps\n  flussi run --dry-run relay-comuni    # che cosa prenderebbe",
		En: "  flussi run ritorno-inps\n  flussi run --dry-run relay-comuni    # what it would take",
	}
	textFlagDryRun = flusso.Text{It: "elenca che cosa verrebbe preso, senza cambiare nulla", En: "list what would be taken and change nothing"}

	textRecordsOf = flusso.Text{It: ", %d record, %d scartati", En: ", %d records, %d rejected"}

	textRecipientWithheld = flusso.Text{It: "  → %s / %s: niente (%s)", En: "  → %s / %s: nothing (%s)"}
	textRowsWithdrawn     = flusso.Text{It: "    %d righe di rilasci precedenti tolte: i loro record sono stati annullati", En: "    %d rows of earlier releases taken out: their records were cancelled"}
	textCancelPending     = flusso.Text{It: "    %d annullamenti di record già rilasciati: le loro righe attendono di poter essere tolte", En: "    %d cancellations of records released already: their rows wait until they may be taken out"}
	textCancelUnmatched   = flusso.Text{It: "    attenzione: %d annullamenti di record mai arrivati", En: "    warning: %d cancellations of records that never came"}
	textDeliveryLine      = flusso.Text{It: "  ⇒ %s verso %s: %s, %d byte", En: "  ⇒ %s to %s: %s, %d bytes"}
	textDeliveriesLine    = flusso.Text{It: "  ⇒ %d file verso %s: %s, %d byte", En: "  ⇒ %d files to %s: %s, %d bytes"}
	textAlarm             = flusso.Text{It: "ALLARME %s: %s", En: "ALARM %s: %s"}
	alarmHints            = map[string]flusso.Text{
		"arrival in_doubt":        {It: "  → la prossima esecuzione chiede all'endpoint che cosa ne è del file (arrivo %s)", En: "  → the next run asks the endpoint what became of the file (arrival %s)"},
		"arrival lost_in_transit": {It: "  → chiedere all'endpoint di ripubblicare il file (arrivo %s): ciò che ne è giunto resta in quarantena", En: "  → ask the endpoint to publish the file again (arrival %s): what came of it stays in quarantine"},
		"fetch in_doubt":          {It: "  → ripetere lo stesso flussi get: se qui è tutto lo mette al suo posto; se no chiedere all'endpoint di ripubblicarlo (presa %s)", En: "  → run the same flussi get again: if all of it is here it stands it up; if not, ask the endpoint to publish it again (fetch %s)"},
		"delivery overdue":        {It: "  → chiedere al destinatario se l'ha, poi flussi receipts confirm %s", En: "  → ask the recipient whether it has it, then flussi receipts confirm %s"},
		"delivery mismatch":       {It: "  → leggere la ricevuta e chiarire con il destinatario, poi flussi receipts confirm %s", En: "  → read the receipt and clear it up with the recipient, then flussi receipts confirm %s"},
		"arrival mismatch":        {It: "  → la ricevuta attesta una presa diversa dall'arrivo %s: flussi receipts ls", En: "  → the receipt attests a fetch other than arrival %s: flussi receipts ls"},
		"receipt ambiguous":       {It: "  → leggerla, confermare la consegna giusta, poi flussi receipts dismiss %s", En: "  → read it, confirm the right delivery, then flussi receipts dismiss %s"},
		"delivery in_doubt":       {It: "  → chiedere al destinatario se l'ha, poi flussi sent arrived %[1]s o flussi sent again %[1]s", En: "  → ask the recipient whether it has it, then flussi sent arrived %[1]s or flussi sent again %[1]s"},
	}

	textNoSchedules = flusso.Text{It: "non c'è nessuno schedule", En: "there is no schedule"}
	hintNoSchedules = flusso.Text{It: "metterli, uno per file YAML, nella cartella «schedules» della configurazione", En: "put them, one to a YAML file, into the configuration's folder schedules"}
)

// flussi check.
var (
	textCheckShort = flusso.Text{It: "controlla tutto ciò che può essere sbagliato", En: "checks everything that can be wrong"}
	textCheckLong  = flusso.Text{
		It: "Controlla configurazione, schedule, segreti, cartelle, registro, deleghe e che cosa la\nscheda di visibilità concede a ciascun destinatario. Con --connect chiama anche gli\nendpoint: raggiungibilità, chiave, accesso, cartelle. Non cambia nulla.",
		En: "Checks configuration, schedules, secrets, folders, ledger, deleghe, and what the visibility\nsheet grants each recipient. With --connect it also calls the endpoints: reachability,\nhost key, login, folders. It changes nothing.",
	}
	textCheckExample = flusso.Text{It: "  flussi check\n  flussi check --connect", En: "  flussi check\n  flussi check --connect"}
	textFlagConnect  = flusso.Text{It: "chiama anche gli endpoint", En: "also call the endpoints"}

	textFindingOK   = flusso.Text{It: "ok    %s", En: "ok    %s"}
	textFindingNote = flusso.Text{It: "      nota: %s", En: "      note: %s"}
	textFindingBad  = flusso.Text{It: "NO    %s: %s", En: "NO    %s: %s"}
	textCheckFailed = flusso.Text{It: "flussi: cose che non vanno: %d\n  → le righe con NO dicono quali e che cosa fare", En: "flussi: things that are wrong: %d\n  → the lines with NO tell which and what to do"}
)
