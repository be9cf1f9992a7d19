package audit

import (
	"strconv"

	"flussi/internal/flusso"
)

// All that this room says to people.
var (
	textNoCheckpoint      = flusso.Text{It: "non è un checkpoint del registro di audit", En: "not a checkpoint of the audit log"}
	hintNoCheckpoint      = flusso.Text{It: "è ciò che stampa flussi audit checkpoint, conservato altrove", En: "it is what flussi audit checkpoint prints, kept elsewhere"}
	textForeignCheckpoint = flusso.Text{It: "il checkpoint non è firmato da questo flussi", En: "the checkpoint is not signed by this flussi"}
	hintForeignCheckpoint = flusso.Text{It: "controllare di chi è; se è di qui, la cartella di stato ha un'altra chiave: avvisare il responsabile della sicurezza", En: "find out whose it is; if it is from here, the state folder has another key: tell the security officer"}
	textBadEvidence       = flusso.Text{It: "il checkpoint non è leggibile", En: "the checkpoint is not readable"}
	hintBadEvidence       = flusso.Text{It: "è l'uscita di flussi audit checkpoint o di flussi audit verify --json, oppure una copia (audit.copies), conservata altrove", En: "it is the output of flussi audit checkpoint or of flussi audit verify --json, or a copy (audit.copies), kept elsewhere"}
	textOtherLog          = flusso.Text{It: "il registro di audit non è quello di cui c'è la copia: è stato alterato o riscritto", En: "the audit log is not the one there is a copy of: it was altered or rewritten"}
	hintOtherLog          = flusso.Text{It: "non scrivere più nella cartella di stato, copiarla e avvisare il responsabile della sicurezza: vale la copia", En: "write no more to the state folder, copy it and tell the security officer: the copy is right"}
	hintOlder             = flusso.Text{It: "la cartella di stato viene da una copia vecchia, o le ultime voci sono state tolte; se il ripristino è voluto: flussi audit resume --help, prima di prendere o inviare altro", En: "the state folder is from an old copy, or the last entries were removed; if it was restored on purpose: flussi audit resume --help, before anything else is fetched or sent"}
	hintCopyGone          = flusso.Text{It: "montare il disco della copia; se è persa per sempre, farne un'altra con un nome nuovo in audit.copies", En: "mount the copy's disk; if it is lost for good, make another one under a new name in audit.copies"}
	textNoCopy            = flusso.Text{It: "la copia del registro di audit non si è potuta aggiornare", En: "the copy of the audit log could not be brought up to date"}
	hintNoCopy            = flusso.Text{It: "la prossima esecuzione riprova; se dura, controllare rete, disco e server della copia", En: "the next run tries again; if it lasts, check the network, the disk and the copy's server"}
	textCopyDenied        = flusso.Text{It: "la copia del registro di audit rifiuta chi scrive", En: "the copy of the audit log refuses whoever writes"}
	hintCopyDenied        = flusso.Text{It: "controllare i permessi del file, o il token del webhook", En: "check the file's permissions, or the webhook's token"}
)

func textOlder(here, there int64) flusso.Text {
	h, t := strconv.FormatInt(here, 10), strconv.FormatInt(there, 10)
	return flusso.Text{
		It: "il registro di audit è più corto della sua copia: " + h + " voci qui, " + t + " là",
		En: "the audit log is shorter than its copy: " + h + " entries here, " + t + " there",
	}
}

func textCopyGone(had int64) flusso.Text {
	n := strconv.FormatInt(had, 10)
	return flusso.Text{It: "la copia che aveva " + n + " voci non c'è più", En: "the copy that had " + n + " entries is not there any more"}
}

// What is handed over.
var (
	textNoCheckpointYet = flusso.Text{It: "il registro di audit non ha ancora un checkpoint", En: "the audit log has no checkpoint yet"}
	hintNoCheckpointYet = flusso.Text{It: "lo firma ogni esecuzione alla fine, o flussi audit checkpoint", En: "each run signs one at its end, or flussi audit checkpoint does"}
	textExportThere     = flusso.Text{It: "la cartella c'è già", En: "the folder is there already"}
	textCannotExport    = flusso.Text{It: "la cartella non si può creare", En: "the folder cannot be made"}
	hintCannotExport    = flusso.Text{It: "indicare una cartella nuova, dentro una che esiste", En: "name a new folder, in one that is there"}
)

var textReadme = flusso.Text{
	It: `# Estratto del registro di audit

%[1]d voci delle %[2]d che il registro di «%[3]s» aveva quando il suo checkpoint è stato firmato.
Nessuna voce contiene dati di beneficiari. Le persone che operano sono indicate con un codice;
la colonna person di entries.csv ne porta il nome solo se chi ha esportato lo ha chiesto.

| file | contiene |
|---|---|
| entries.jsonl | le voci: ogni riga è esattamente ciò di cui si è calcolata l'impronta |
| entries.csv | le stesse voci da leggere; ora UTC |
| proof.json | quali voci sono, e le impronte delle altre |
| checkpoint.txt | il checkpoint firmato (C2SP signed-note, tlog-checkpoint) |
| public.pem | la chiave pubblica di chi firma |

## Verificare senza flussi

1. Le voci sono quelle del checkpoint, nessuna alterata:

       python3 verify.py

2. Il checkpoint è firmato da questa chiave (OpenSSL 3):

       openssl pkeyutl -verify -pubin -inkey public.pem -rawin -in checkpoint.body -sigfile checkpoint.sig

   checkpoint.body e checkpoint.sig sono testo e firma (Ed25519) di checkpoint.txt.

3. La chiave è quella dell'Ente: confrontarla con quella avuta per altra via. Per esteso:

       %[4]s

4. Che il registro non sia stato riscritto per intero da chi ha la chiave lo dice solo un
   checkpoint conservato altrove: la radice di questo, per %[2]d voci, è

       %[5]s

L'albero è quello di RFC 6962, sezione 2.1: SHA-256(0x00 ‖ riga) per una voce, SHA-256(0x01 ‖ sinistra ‖ destra)
per un nodo. Le voci scadute non hanno più contenuto; la loro impronta resta.
`,
	En: `# Extract of the audit log

%[1]d entries of the %[2]d that the log of "%[3]s" had when its checkpoint was signed.
No entry holds data of beneficiaries. Persons who operate are named by a code; the column
person of entries.csv has their name only where whoever exported asked for it.

| file | holds |
|---|---|
| entries.jsonl | the entries: each line is exactly what was hashed |
| entries.csv | the same to read; times are UTC |
| proof.json | which entries they are, and the hashes of the others |
| checkpoint.txt | the signed checkpoint (C2SP signed-note, tlog-checkpoint) |
| public.pem | the public key of whoever signs |

## Verify without flussi

1. The entries are those of the checkpoint, none altered:

       python3 verify.py

2. The checkpoint is signed by this key (OpenSSL 3):

       openssl pkeyutl -verify -pubin -inkey public.pem -rawin -in checkpoint.body -sigfile checkpoint.sig

   checkpoint.body and checkpoint.sig are text and signature (Ed25519) of checkpoint.txt.

3. The key is the Ente's: compare it with one got by another way. In full:

       %[4]s

4. That the log was not rewritten as a whole by somebody with the key only a checkpoint kept
   elsewhere tells: the root of this one, for %[2]d entries, is

       %[5]s

The tree is that of RFC 6962, section 2.1: SHA-256(0x00 ‖ line) of an entry, SHA-256(0x01 ‖ left ‖ right)
of a node. Entries whose term is over have no contents any more; their hash stays.
`,
}

// The Supervisore's report.
var (
	textReportTitle    = flusso.Text{It: "Relazione periodica sugli accessi e gli scambi", En: "Periodic report on accesses and exchanges"}
	textEnte           = flusso.Text{It: "Ente", En: "Ente"}
	textPeriod         = flusso.Text{It: "Periodo", En: "Period"}
	textMade           = flusso.Text{It: "Redatta", En: "Made"}
	textEntries        = flusso.Text{It: "Voci di registro nel periodo", En: "Log entries in the period"}
	textWhole          = flusso.Text{It: "Integrità del registro", En: "Integrity of the log"}
	textWholeAs        = flusso.Text{It: "verificato: %d voci in tutto, radice %s", En: "verified: %d entries in all, root %s"}
	textLastCheckpoint = flusso.Text{It: "Ultimo checkpoint firmato", En: "Last signed checkpoint"}
	textCheckpointAs   = flusso.Text{It: "a %d voci, %s", En: "at %d entries, %s"}
	textCopies         = flusso.Text{It: "Copia fuori da questa macchina", En: "Copy away from this host"}
	textNoCopiesYet    = flusso.Text{It: "nessuna: il registro può essere riscritto per intero da chi amministra la macchina", En: "none: whoever administers the host can rewrite the log as a whole"}
	textCopyAs         = flusso.Text{It: "%s: %d voci, aggiornata il %s", En: "%s: %d entries, up to date on %s"}
	textCopyFails      = flusso.Text{It: "%s: ferma a %d voci, ultimo tentativo fallito il %s", En: "%s: stuck at %d entries, last try failed on %s"}

	textMoved        = flusso.Text{It: "Scambi, per convenzione", En: "Exchanges, by agreement"}
	textNothingMoved = flusso.Text{It: "Nessuno scambio nel periodo.", En: "No exchange in the period."}
	headMoved        = []flusso.Text{
		{It: "convenzione", En: "agreement"}, {It: "atto", En: "act"}, {It: "finalità", En: "purpose"}, {It: "con", En: "with"},
		{It: "evento", En: "event"}, {It: "esito", En: "outcome"}, {It: "quanti", En: "number"}, {It: "byte", En: "bytes"},
	}
	textPersons   = flusso.Text{It: "Chi ha operato", En: "Who acted"}
	textNobodyDid = flusso.Text{It: "Nessuno ha operato nel periodo.", En: "Nobody acted in the period."}
	headPersons   = []flusso.Text{
		{It: "codice", En: "code"}, {It: "persona", En: "person"}, {It: "utente", En: "login"}, {It: "voci", En: "entries"},
		{It: "di persona", En: "by hand"}, {It: "prima", En: "first"}, {It: "ultima", En: "last"},
	}
	textUnusual        = flusso.Text{It: "Da guardare", En: "To look at"}
	textNothingUnusual = flusso.Text{It: "Nessun allarme, accesso ai dati messi da parte, esecuzione fallita o altro fatto insolito.", En: "No alarm, access to data set aside, failed run or other unusual event."}
	headUnusual        = []flusso.Text{
		{It: "voce", En: "entry"}, {It: "quando", En: "when"}, {It: "che cosa", En: "what"}, {It: "esito", En: "outcome"},
		{It: "oggetto", En: "object"}, {It: "codice", En: "code"}, {It: "utente", En: "login"},
	}
)
