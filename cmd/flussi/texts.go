package main

import (
	"flussi/internal/flusso"
	"flussi/internal/schema"
)

// The texts of commands that belong together are in one file: first steps in
// texts_begin.go, runs in texts_run.go, what the ledger tells in texts_ledger.go,
// flows on this computer in texts_flows.go, schemas and rules in texts_schema.go,
// transfers by hand and endpoints in texts_transfer.go. What is said by commands
// of several of them is here.

// flussi itself.
var (
	textShort = flusso.Text{
		It: "scambia i flussi SIUSS tra enti pubblici, senza perdere nulla e senza dire troppo",
		En: "exchanges SIUSS flows between public bodies, losing nothing and telling no more than it may",
	}
	textLong = flusso.Text{
		It: `flussi prende i flussi SIUSS dagli endpoint SFTP, li conserva al sicuro, controlla ogni
record con gli schemi e le regole INPS, mostra a ciascun destinatario solo ciò che la
scheda di visibilità consente, scrive dataset Parquet e consegna i file.

Per cominciare: flussi demo`,
		En: `flussi takes SIUSS flows from SFTP endpoints, keeps them safe, checks every record against
INPS's schemas and rules, discloses to each recipient only what the visibility sheet
allows, writes Parquet datasets and delivers files.

To begin: flussi demo`,
	}
	textFlagConfig = flusso.Text{It: "file di configurazione (predefinito flussi.yaml, poi /etc/flussi/flussi.yaml)", En: "configuration file (default flussi.yaml, then /etc/flussi/flussi.yaml)"}
	textFlagJSON   = flusso.Text{It: "un oggetto JSON per riga su stdout", En: "one JSON object a line on stdout"}
	textFlagLang   = flusso.Text{It: "lingua dei testi: it o en", En: "language of the texts: it or en"}
)

// Help.
var (
	textHelpShort   = flusso.Text{It: "aiuto su un comando", En: "help on a command"}
	textFlagHelp    = flusso.Text{It: "mostra questo aiuto", En: "show this help"}
	textUsage       = flusso.Text{It: "Uso", En: "Usage"}
	textCommand     = flusso.Text{It: "COMANDO", En: "COMMAND"}
	textOptions     = flusso.Text{It: "opzioni", En: "options"}
	textExamples    = flusso.Text{It: "Esempi", En: "Examples"}
	textCommands    = flusso.Text{It: "Comandi", En: "Commands"}
	textFlags       = flusso.Text{It: "Opzioni", En: "Options"}
	textGlobalFlags = flusso.Text{It: "Opzioni di ogni comando", En: "Options of every command"}
	textDefault     = flusso.Text{It: "predefinito", En: "default"}

	textVersionShort = flusso.Text{It: "versione del programma", En: "the program's version"}
)

// What was typed.
var (
	textUnknownCommand   = flusso.Text{It: "%s: comando sconosciuto", En: "%s: unknown command"}
	hintCommands         = flusso.Text{It: "%s --help elenca i comandi", En: "%s --help lists the commands"}
	hintMeant            = flusso.Text{It: "forse si intendeva: %s", En: "perhaps you meant: %s"}
	textUnknownFlag      = flusso.Text{It: "l'opzione %s non esiste", En: "there is no option %s"}
	textFlagMissing      = flusso.Text{It: "manca l'opzione --%s", En: "option --%s is missing"}
	textFlagNeedsValue   = flusso.Text{It: "l'opzione --%s vuole un valore", En: "option --%s wants a value"}
	textBadValue         = flusso.Text{It: "--%s: il valore %q non va bene", En: "--%s: the value %q will not do"}
	textBadSyntax        = flusso.Text{It: "un'opzione non si capisce", En: "an option cannot be understood"}
	textArgumentMissing  = flusso.Text{It: "manca un argomento", En: "an argument is missing"}
	textTooManyArguments = flusso.Text{It: "troppi argomenti", En: "too many arguments"}
	hintUsage            = flusso.Text{It: "si usa così: %s; esempi con %s --help", En: "use it so: %s; examples with %s --help"}
	textBadLang          = flusso.Text{It: "lingua sconosciuta", En: "unknown language"}
	hintBadLang          = flusso.Text{It: "--lang it oppure --lang en", En: "--lang it or --lang en"}

	textBadNumber = flusso.Text{It: "serve un numero", En: "a number is needed"}
	hintBadNumber = flusso.Text{It: "i numeri sono in %s", En: "the numbers are in %s"}
)

// Errors of no command, and answers.
var (
	hintActFault = flusso.Text{It: "correggere questa riga", En: "mend this line"}

	textYes = flusso.Text{It: "sì", En: "yes"}
	textNo  = flusso.Text{It: "no", En: "no"}

	textUnforeseen = flusso.Text{It: "imprevisto: %s", En: "unforeseen: %s"}
	hintUnforeseen = flusso.Text{It: "riprovare; se si ripete è un difetto: segnalare questo messaggio e il comando dato", En: "try again; if it happens again it is a defect: report this message and the command given"}

	textInterrupted = flusso.Text{It: "interrotto", En: "interrupted"}
	hintInterrupted = flusso.Text{It: "ciò che era già al sicuro lo resta: rilanciare lo stesso comando", En: "what was safe stays safe: run the same command again"}
)

// What several commands say.
var (
	textFlagBeneficiari = flusso.Text{It: "quanti beneficiari sintetici", En: "how many synthetic beneficiari"}
	textFlagSeed        = flusso.Text{It: "seme: lo stesso seme dà gli stessi flussi", En: "seed: the same seed gives the same flows"}
	textFlagOperator    = flusso.Text{It: "codice, nel registro degli operatori, di chi esegue", En: "code, in the operators' register, of who runs it"}
	textOutExists       = flusso.Text{It: "c'è già un file con questo nome", En: "a file of this name is there already"}
	textNothingNew      = flusso.Text{It: "  niente di nuovo da prendere", En: "  nothing new to take"}
	textStillThere      = flusso.Text{It: "  %s: preso, ma è ancora sul server, che non l'ha tolto: chiedere al suo gestore", En: "  %s: taken, but still on the server, which has not removed it: ask its operator"}
	textReportAt        = flusso.Text{It: "      rapporto: %s", En: "      report: %s"}
	textRecipientLine   = flusso.Text{It: "  → %s / %s: %d record = %d scartati + %d fuori ambito + %d mostrati + %d soppressi", En: "  → %s / %s: %d records = %d rejected + %d outside + %d disclosed + %d suppressed"}
	hintDisk            = flusso.Text{It: "controllare nome, permessi e spazio libero", En: "check the name, the permissions and the free space"}
	hintCannotOpen      = flusso.Text{It: "controllare nome e permessi", En: "check the name and the permissions"}
	textNotAFolder      = flusso.Text{It: "dove andrebbe la cartella c'è un file", En: "a file stands where the folder would go"}
	hintNotAFolder      = flusso.Text{It: "indicare un'altra cartella", En: "name another folder"}
	textCannotReadFile  = flusso.Text{It: "il file non si può leggere", En: "the file cannot be read"}
)

func severityText(s schema.Severity) flusso.Text {
	if s == schema.SeverityError {
		return flusso.Text{It: "errore", En: "error"}
	}
	return flusso.Text{It: "avviso", En: "warning"}
}

// outcomeText is an outcome of the ledger for people; one it does not know is
// shown as it is.
func outcomeText(outcome string) flusso.Text {
	if t, ok := outcomeTexts[outcome]; ok {
		return t
	}
	return flusso.Text{It: outcome, En: outcome}
}

// reasonText is why a file or a delivery stopped, for people: a rule's code, a
// reason of ours, or a kind of error.
func reasonText(reason string) flusso.Text {
	if rule, ok := schema.RuleByCode(reason); ok {
		return flusso.Text{It: reason + ": " + rule.Message.It, En: reason + ": " + rule.Message.En}
	}
	if t, ok := reasonTexts[reason]; ok {
		return t
	}
	return flusso.Text{It: reason, En: reason}
}

var reasonTexts = map[string]flusso.Text{
	"rejects":                         {It: "contiene record da scartare, e un flusso si inoltra intero o niente", En: "it holds records to reject, and a flow is relayed whole or not at all"},
	"amount out of range":             {It: "contiene un importo oltre 100 milioni di euro, e i totali sarebbero falsi: chiedere all'ente di correggerlo", En: "it holds an amount beyond 100 million euro, and totals would be false: ask the Ente to mend it"},
	"fuori territorio":                {It: "nessun record è del suo territorio o ente", En: "no record is of its territory or Ente"},
	"sotto soglia":                    {It: "troppo poche persone per la soglia k", En: "too few persons for the threshold k"},
	"archive":                         {It: "l'archivio non si legge", En: "the archive cannot be read"},
	"several flows in one file":       {It: "contiene più flussi", En: "it holds several flows"},
	"same id_flusso with other bytes": {It: "stesso nome di flusso di un file già arrivato, con altro contenuto", En: "the flow's name is that of an earlier file, the content another"},
	"same bytes":                      {It: "stesso contenuto di un file già arrivato", En: "the content of an earlier file"},
	"part removed":                    {It: "sostituito da un altro: la parte rimasta là è stata tolta", En: "another took its place: the part that stayed there was removed"},
	"part left there":                 {It: "sostituito da un altro: la parte rimasta là non si lascia togliere, lo fa chi gestisce l'endpoint", En: "another took its place: the part that stayed there cannot be removed from here, who runs the endpoint does"},
	"left a part":                     {It: "interrotto a metà: là può esserne rimasta una parte", En: "broken off: a part of it may have stayed there"},
	"lost_in_transit":                 {It: "perso in transito: ne è giunta solo una parte", En: "lost in transit: only a part of it came"},
	"not in the ledger":               {It: "il registro non lo conosce", En: "the ledger does not know it"},
	"nessuna delega":                  {It: "nessuna delega", En: "no delega"},
	"internal":                        {It: "imprevisto: il messaggio qui sotto dice che cosa", En: "unexpected: the message below says what"},
	"invalid":                         {It: "il file o il percorso non va bene così com'è", En: "the file or the path is no good as it is"},
	"corrupt":                         {It: "i byte non sono quelli attesi", En: "the bytes are not those expected"},
	"exists":                          {It: "c'è già qualcosa con questo nome", En: "something of this name is there already"},
	"transient":                       {It: "impedimento passeggero: si riprova da sé", En: "a passing obstacle: it is tried again by itself"},
	"disk full":                       {It: "spazio su disco esaurito: liberarne, poi ripetere", En: "the disk is full: free space, then try again"},
	"disk read only":                  {It: "il disco è in sola lettura: rimontarlo in scrittura, poi ripetere", En: "the disk is read-only: remount it for writing, then try again"},
	"denied":                          {It: "non consentito", En: "not allowed"},
	"untrusted":                       {It: "chiave o accesso rifiutati", En: "key or login refused"},
	"host key":                        {It: "il server mostra una chiave che non è fra quelle fissate", En: "the server shows a key that is not among those pinned"},
	"config":                          {It: "configurazione da correggere", En: "configuration to mend"},
	"in doubt":                        {It: "esito incerto: chiedere al destinatario, poi flussi sent", En: "outcome uncertain: ask the recipient, then flussi sent"},
}

var outcomeTexts = map[string]flusso.Text{
	"":                {It: "in corso", En: "running"},
	"listed":          {It: "da prendere", En: "to take"},
	"fetching":        {It: "in arrivo", En: "arriving"},
	"fetched":         {It: "preso", En: "taken"},
	"taking":          {It: "in arrivo", En: "arriving"},
	"left":            {It: "lasciato là", En: "left there"},
	"in_doubt":        {It: "IN DUBBIO", En: "IN DOUBT"},
	"lost_in_transit": {It: "PERSO IN TRANSITO", En: "LOST IN TRANSIT"},
	"overdue":         {It: "SENZA RICEVUTA oltre il termine", En: "WITHOUT A RECEIPT though its day has passed"},
	"mismatch":        {It: "LA RICEVUTA DICE ALTRO", En: "THE RECEIPT SAYS OTHERWISE"},
	"ambiguous":       {It: "LA RICEVUTA PUÒ ESSERE DI PIÙ CONSEGNE", En: "THE RECEIPT MAY BE OF SEVERAL DELIVERIES"},
	"received":        {It: "ricevuto", En: "received"},
	"accepted":        {It: "accettato", En: "accepted"},
	"quarantined":     {It: "messo da parte", En: "set aside"},
	"duplicate":       {It: "ripetuto", En: "duplicate"},
	"relayed":         {It: "inoltrato", En: "relayed"},
	"processed":       {It: "elaborato", En: "processed"},
	"failed":          {It: "fallito", En: "failed"},
	"done":            {It: "fatto", En: "done"},
	"partial":         {It: "in parte", En: "partial"},
	"interrupted":     {It: "interrotto", En: "interrupted"},
	"sent":            {It: "consegnato", En: "delivered"},
	"already":         {It: "già consegnato", En: "delivered before"},
	"intended":        {It: "in partenza", En: "leaving"},
	"refused":         {It: "non consentito", En: "not allowed"},
	"begun":           {It: "iniziato", En: "begun"},
	"live":            {It: "in vigore", En: "live"},
	"replaced":        {It: "sostituito", En: "replaced"},
	"purged":          {It: "eliminato", En: "purged"},
	"abandoned":       {It: "abbandonato", En: "abandoned"},
}
