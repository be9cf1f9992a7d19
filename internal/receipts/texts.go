package receipts

import "flussi/internal/flusso"

// What this room says to people, Italian first.
var (
	docRules        = flusso.Text{It: "come sono fatte le ricevute, e che cosa attestano", En: "what receipts look like, and what they attest"}
	docRuleList     = flusso.Text{It: "in ordine: vale la prima che corrisponde", En: "in order: the first that fits counts"}
	docRuleName     = flusso.Text{It: "nome della regola", En: "name of the rule"}
	docAttests      = flusso.Text{It: "delivery: hanno ciò che si è inviato; fetch: si è preso tutto", En: "delivery: they have what was sent; fetch: all of it was taken"}
	docRuleEndpoint = flusso.Text{It: "di quale endpoint", En: "of which endpoint"}
	docSender       = flusso.Text{It: "chi le scrive: indirizzi, o @dominio", En: "who writes them: addresses, or @domain"}
	docSubject      = flusso.Text{It: "espressione regolare (RE2) per l'oggetto, con gruppi name, size, sha256, outcome", En: "regular expression (RE2) for the subject, with groups name, size, sha256, outcome"}
	docBody         = flusso.Text{It: "espressione regolare (RE2) per il testo, con gli stessi gruppi", En: "regular expression (RE2) for the text, with the same groups"}
	docPositive     = flusso.Text{It: "valori di outcome che attestano; ogni altro è un rifiuto", En: "values of outcome that attest; any other is a refusal"}

	textTwice        = flusso.Text{It: "due regole hanno questo nome", En: "two rules have this name"}
	hintTwice        = flusso.Text{It: "darne un altro", En: "give another"}
	textUnknownGroup = flusso.Text{It: "un gruppo ha un nome che qui non dice nulla", En: "a group has a name that says nothing here"}
	hintUnknownGroup = flusso.Text{It: "i gruppi sono name, size, sha256, outcome, come (?P<name>\\S+)", En: "the groups are name, size, sha256, outcome, such as (?P<name>\\S+)"}
	textTwoGroups    = flusso.Text{It: "un gruppo c'è due volte", En: "a group is there twice"}
	hintTwoGroups    = flusso.Text{It: "tenerlo in subject o in body", En: "keep it in subject or in body"}
	textNoNameGroup  = flusso.Text{It: "manca il gruppo name: senza il nome non si sa di quale file parli", En: "the group name is missing: without the name nobody knows of which file it speaks"}
	hintNoNameGroup  = flusso.Text{It: "come subject: 'File (?P<name>\\S+)'", En: "such as subject: 'File (?P<name>\\S+)'"}
	textOutcome      = flusso.Text{It: "outcome e positive vanno insieme", En: "outcome and positive belong together"}
	hintOutcome      = flusso.Text{It: "scrivere il gruppo outcome e in positive i valori che attestano, o nessuno dei due", En: "write the group outcome and into positive the values that attest, or neither"}
	textBadPattern   = flusso.Text{It: "non è un'espressione regolare (RE2), o supera 1024 byte", En: "not a regular expression (RE2), or longer than 1024 bytes"}
	hintBadPattern   = flusso.Text{It: "tra apici singoli, perché \\S resti \\S", En: "between single quotes, so that \\S stays \\S"}
	textBadSender    = flusso.Text{It: "non è un indirizzo né un @dominio", En: "neither an address nor an @domain"}
	hintBadSender    = flusso.Text{It: "come ricevute@inps.example.it o @inps.example.it", En: "such as receipts@inps.example.org or @inps.example.org"}

	textNoFolder  = flusso.Text{It: "la cartella delle ricevute non si legge", En: "the folder of receipts cannot be read"}
	hintNoFolder  = flusso.Text{It: "controllare eml o maildir in receipts, e i permessi", En: "check eml or maildir in receipts, and the permissions"}
	textIMAP      = flusso.Text{It: "la casella delle ricevute non risponde come dovrebbe", En: "the mailbox of receipts does not answer as it should"}
	hintIMAP      = flusso.Text{It: "controllare imap in receipts: address, tls, ca, folder", En: "check imap in receipts: address, tls, ca, folder"}
	textIMAPLogin = flusso.Text{It: "la casella delle ricevute rifiuta l'accesso", En: "the mailbox of receipts refuses the login"}
	hintIMAPLogin = flusso.Text{It: "controllare user e password in receipts", En: "check user and password in receipts"}
)
