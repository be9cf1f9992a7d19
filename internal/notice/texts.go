package notice

import "flussi/internal/flusso"

// What this room says to people, Italian first.
var (
	textDigestSubject = flusso.Text{It: "riepilogo (%d)", En: "digest (%d)"}
	textManySubject   = flusso.Text{It: "%d cose da guardare", En: "%d things to look at"}
	textBodyBegin     = flusso.Text{It: "flussi presso %s segnala:", En: "flussi at %s tells:"}
	textBodyMore      = flusso.Text{It: "e altre %d: flussi notices ls", En: "and %d more: flussi notices ls"}
	textBodyEnd       = flusso.Text{
		It: "Inviato da flussi. Nessun dato personale è in questo messaggio. I comandi\nsi danno sulla macchina dove flussi è installato; che cosa è ancora aperto lo dice\nflussi notices ls.",
		En: "Sent by flussi. No personal data is in this message. Commands are for the\nmachine on which flussi is installed; flussi notices ls tells what is still open.",
	}
	textHealed = flusso.Text{It: "risolto: ", En: "over: "}

	textFailure        = flusso.Text{It: "%s: esecuzioni fallite (%d): %s", En: "%s: runs failed (%d): %s"}
	textHostKey        = flusso.Text{It: "%s: il server mostra una chiave che non è quella fissata; non si è inviato né preso nulla", En: "%s: the server shows a key that is not the pinned one; nothing was sent or taken"}
	textHostKeyTodo    = flusso.Text{It: "Può essere un cambio annunciato o un attacco: chiedere al gestore l'impronta per un'altra via (telefono), poi fissarla con flussi hosts pin.", En: "It may be an announced change or an attack: ask whoever runs the server for the fingerprint by another way (telephone), then pin it with flussi hosts pin."}
	textRefused        = flusso.Text{It: "la configurazione riletta è rifiutata (errori: %d): vale quella di prima", En: "the configuration read anew is refused (faults: %d): the one of before holds"}
	textRefusedTodo    = flusso.Text{It: "Il controllo dice dove e che cosa correggere, e così le righe del demone; poi ricaricare.", En: "The check says where and what to mend, and so do the daemon's lines; then reload."}
	textRestart        = flusso.Text{It: "la configurazione riletta cambia ciò che vale solo da un avvio: vale quella di prima", En: "the configuration read anew changes what only a start takes up: the one of before holds"}
	textRestartTodo    = flusso.Text{It: "Riavviare il demone, o rimettere com'era ciò che le sue righe dicono e ricaricare.", En: "Start the daemon anew, or put back what its lines name and reload."}
	textMissing        = flusso.Text{It: "%s: file mancanti per %s: %d di %d, attesi entro il %s", En: "%s: files missing for %s: %d of %d, expected by %s"}
	textMissingTodo    = flusso.Text{It: "Chiedere a chi li invia. Quando arrivano, l'allarme cessa da sé.", En: "Ask whoever sends them. When they come, the alarm ends by itself."}
	textQuarantine     = flusso.Text{It: "arrivo %s di %s in quarantena", En: "arrival %s of %s is in quarantine"}
	textQuarantineTodo = flusso.Text{It: "Guardare perché, poi decidere: release o purge.", En: "See why, then decide: release or purge."}
	textDiskLow        = flusso.Text{It: "il disco di flussi ha meno di %s liberi", En: "the disk of flussi has less than %s left"}
	textDiskUnreadable = flusso.Text{It: "il disco di flussi non si può guardare", En: "the disk of flussi cannot be looked at"}
	textDiskTodo       = flusso.Text{It: "Liberare spazio: quando è pieno nulla si prende più.", En: "Free space: when it is full nothing is taken any more."}
	textCopy           = flusso.Text{It: "la copia %s del registro di audit non si aggiorna (tentativi: %d)", En: "the copy %s of the audit log is not brought up to date (tries: %d)"}
	textCopyTodo       = flusso.Text{It: "Le voci non vanno perse: la copia si aggiorna appena risponde.", En: "No entry is lost: the copy is brought up to date as soon as it answers."}
)

// told is what a notice says, what to do, and the command for it.
type told struct {
	what, todo flusso.Text
	command    string
}

// failureTexts are by the reason of a run.
var failureTexts = map[string]told{
	"":               {flusso.Text{It: "imprevisto", En: "unforeseen"}, flusso.Text{It: "Guardare che cosa dice l'esecuzione.", En: "See what the run says."}, "flussi history"},
	"transient":      {flusso.Text{It: "l'endpoint non risponde", En: "the endpoint does not answer"}, flusso.Text{It: "Si riprova da sé. Se dura, provare il collegamento.", En: "It is tried again by itself. If it lasts, try the connection."}, "flussi check --connect"},
	"untrusted":      {flusso.Text{It: "l'endpoint rifiuta le credenziali", En: "the endpoint refuses the credentials"}, flusso.Text{It: "Verificare che l'utenza non sia scaduta o bloccata, prima di riprovare.", En: "Make sure that the account has not expired and is not locked, before trying again."}, "flussi check --connect"},
	"config":         {flusso.Text{It: "qualcosa nella configurazione, o un segreto che non si legge", En: "something in the configuration, or a secret that cannot be read"}, flusso.Text{It: "Il controllo dice che cosa.", En: "The check says what."}, "flussi check"},
	"denied":         {flusso.Text{It: "non consentito: accordo, orario o indirizzo", En: "not allowed: agreement, hours or address"}, flusso.Text{It: "Il controllo dice che cosa.", En: "The check says what."}, "flussi check"},
	"disk full":      {flusso.Text{It: "spazio su disco esaurito", En: "the disk is full"}, flusso.Text{It: "Liberarne: riprende da sé.", En: "Free some: it goes on by itself."}, "flussi status"},
	"disk read only": {flusso.Text{It: "il disco è in sola lettura", En: "the disk is read-only"}, flusso.Text{It: "Rimontarlo in scrittura: riprende da sé.", En: "Remount it for writing: it goes on by itself."}, "flussi status"},
	"corrupt":        {flusso.Text{It: "i byte conservati non sono quelli scritti", En: "the bytes kept are not those written"}, flusso.Text{It: "Fermare flussi e controllare disco e registro.", En: "Stop flussi and check disk and log."}, "flussi audit verify"},
}

// doubtTexts are by object and state; N in a command is the number.
var doubtTexts = map[string]told{
	"arrival in_doubt":        {flusso.Text{It: "arrivo %s in dubbio", En: "arrival %s is in doubt"}, flusso.Text{It: "La prossima esecuzione chiede all'endpoint che cosa ne è.", En: "The next run asks the endpoint what became of it."}, "flussi status"},
	"arrival lost_in_transit": {flusso.Text{It: "arrivo %s perso in transito", En: "arrival %s was lost in transit"}, flusso.Text{It: "Chiedere all'endpoint di ripubblicare il file: ciò che ne è giunto resta in quarantena.", En: "Ask the endpoint to publish the file again: what came of it stays in quarantine."}, "flussi status"},
	"fetch in_doubt":          {flusso.Text{It: "presa a mano %s in dubbio", En: "fetch by hand %s is in doubt"}, flusso.Text{It: "Ripetere lo stesso flussi get; se non basta, chiedere di ripubblicare il file.", En: "Run the same flussi get again; if that does not help, ask for the file to be published again."}, "flussi status"},
	"delivery in_doubt":       {flusso.Text{It: "consegna %s in dubbio", En: "delivery %s is in doubt"}, flusso.Text{It: "Chiedere al destinatario se l'ha; se no, flussi sent again.", En: "Ask the recipient whether it has it; if not, flussi sent again."}, "flussi sent arrived N"},
}

// termTexts are by what ends, and whether it is over.
var termTexts = map[string]told{
	"agreement ends":         {flusso.Text{It: "la convenzione %s scade il %s", En: "agreement %s ends on %s"}, flusso.Text{It: "Avviare il rinnovo: il giorno dopo flussi rifiuta ogni scambio.", En: "Begin its renewal: the day after flussi refuses every exchange."}, "flussi check"},
	"agreement over":         {flusso.Text{It: "la convenzione %s è scaduta il %s: nulla passa più", En: "agreement %s ended on %s: nothing passes any more"}, flusso.Text{It: "Rinnovare l'atto e scriverne le date in agreements.", En: "Renew the act and write its dates in agreements."}, "flussi check"},
	"endpoint ends":          {flusso.Text{It: "endpoint %s: l'ultima chiave fissata vale fino al %s", En: "endpoint %s: the last pinned key holds until %s"}, flusso.Text{It: "Farsi dare l'impronta della prossima e fissarla.", En: "Ask for the fingerprint of the next and pin it."}, "flussi hosts pin --help"},
	"endpoint over":          {flusso.Text{It: "endpoint %s: l'ultima chiave fissata valeva fino al %s: flussi non si collega più", En: "endpoint %s: the last pinned key held until %s: flussi does not connect any more"}, flusso.Text{It: "Confermare l'impronta per un'altra via e fissare la chiave.", En: "Confirm the fingerprint by another way and pin the key."}, "flussi hosts pin --help"},
	"certificate ends":       {flusso.Text{It: "il certificato in %s scade il %s", En: "the certificate in %s ends on %s"}, flusso.Text{It: "Averne uno nuovo da chi lo emette, metterlo al suo posto, poi ricaricare il demone.", En: "Get a new one from whoever issues it, put it in its place, then have the daemon reload."}, "flussi check"},
	"certificate over":       {flusso.Text{It: "il certificato in %s è scaduto il %s", En: "the certificate in %s ended on %s"}, flusso.Text{It: "Averne uno nuovo da chi lo emette, metterlo al suo posto, poi ricaricare il demone.", En: "Get a new one from whoever issues it, put it in its place, then have the daemon reload."}, "flussi check"},
	"certificate unreadable": {flusso.Text{It: "il certificato in %s non si legge", En: "the certificate in %s cannot be read"}, flusso.Text{It: "Il controllo dice perché.", En: "The check says why."}, "flussi check"},
	"code-key old":           {flusso.Text{It: "la chiave dei codici di %s è in uso dal %s", En: "the key of codes of %s has been in use since %s"}, flusso.Text{It: "Rinnovarla prima della prima pubblicazione di un anno di dati.", En: "Renew it before the first release of a data year."}, "flussi keys renew --help"},
}

// Errors.
var (
	textMailRefused = flusso.Text{It: "il server di posta rifiuta il messaggio", En: "the mail server refuses the message"}
	hintMailRefused = flusso.Text{It: "controllare from e to in notices.mail, e che il server accetti questo mittente", En: "check from and to in notices.mail, and that the server takes this sender"}
	textMailSilent  = flusso.Text{It: "il server di posta non risponde come dovrebbe", En: "the mail server does not answer as it should"}
	hintMailSilent  = flusso.Text{It: "controllare host, port, tls e ca in notices.mail", En: "check host, port, tls and ca in notices.mail"}
	textMailLogin   = flusso.Text{It: "il server di posta rifiuta l'accesso", En: "the mail server refuses the login"}
	hintMailLogin   = flusso.Text{It: "controllare user e password (o oauth2) in notices.mail", En: "check user and password (or oauth2) in notices.mail"}
	textHookSilent  = flusso.Text{It: "il servizio web non prende l'avviso", En: "the web service does not take the notice"}
	hintHookSilent  = flusso.Text{It: "controllare url e ca in notices.webhooks, e che il servizio risponda 2xx", En: "check url and ca in notices.webhooks, and that the service answers 2xx"}
	textHookDenied  = flusso.Text{It: "il servizio web rifiuta la firma", En: "the web service refuses the signature"}
	hintHookDenied  = flusso.Text{It: "il segreto in notices.webhooks dev'essere lo stesso di là", En: "the secret in notices.webhooks must be the same on both sides"}
	textAliveSilent = flusso.Text{It: "il segno di vita non arriva", En: "the sign of life does not arrive"}
	hintAliveSilent = flusso.Text{It: "controllare notices.deadman e che la rete lo lasci uscire", En: "check notices.deadman, and that the network lets it out"}
	textUnknownTold = flusso.Text{It: "nessuno con questo nome riceve avvisi", En: "nobody of this name is told"}
	textNobodyTold  = flusso.Text{It: "la configurazione non avvisa nessuno", En: "the configuration tells nobody"}
	hintNobodyTold  = flusso.Text{It: "scrivere notices.mail o notices.webhooks", En: "write notices.mail or notices.webhooks"}
	textTestSubject = flusso.Text{It: "prova: gli avvisi arrivano", En: "trial: notices arrive"}
	textTestTodo    = flusso.Text{It: "Chiesto con flussi notices test. Non c'è nulla da fare.", En: "Asked for with flussi notices test. There is nothing to do."}
)

// receiptTexts are by object and what is the matter; N in a command is the number.
var receiptTexts = map[string]told{
	"delivery overdue":   {flusso.Text{It: "la consegna %s a %s è senza ricevuta oltre il termine", En: "delivery %s to %s has no receipt though its day has passed"}, flusso.Text{It: "Chiedere al destinatario se l'ha. Se la ricevuta arriva, l'allarme cessa da sé; se lo dice una persona:", En: "Ask the recipient whether it has it. When the receipt comes the alarm ends by itself; if a person says so:"}, "flussi receipts confirm N"},
	"delivery mismatch":  {flusso.Text{It: "la ricevuta della consegna %s a %s dice altro, o rifiuta", En: "the receipt of delivery %s to %s says otherwise, or refuses it"}, flusso.Text{It: "Leggere la ricevuta nella casella e chiarire con il destinatario; poi:", En: "Read the receipt in the mailbox and clear it up with the recipient; then:"}, "flussi receipts confirm N"},
	"receipt ambiguous":  {flusso.Text{It: "la ricevuta %s di %s può essere di più consegne: non ne ha chiusa nessuna", En: "receipt %s of %s may be of several deliveries: it closed none"}, flusso.Text{It: "Leggerla nella casella; confermare la consegna giusta con flussi receipts confirm, poi:", En: "Read it in the mailbox; confirm the right delivery with flussi receipts confirm, then:"}, "flussi receipts dismiss N"},
	"receipt mismatched": {flusso.Text{It: "la ricevuta %s di %s attesta una presa diversa dalla nostra", En: "receipt %s of %s attests a fetch other than ours"}, flusso.Text{It: "Confrontare con flussi history; chiarito, chiuderla:", En: "Compare with flussi history; once cleared up, close it:"}, "flussi receipts dismiss N"},
}

var (
	textMailbox     = flusso.Text{It: "la casella delle ricevute %s non si legge", En: "the mailbox of receipts %s cannot be read"}
	textMailboxTodo = flusso.Text{It: "Le ricevute restano là: si leggono appena risponde.", En: "Receipts stay there: they are read as soon as it answers."}
)
