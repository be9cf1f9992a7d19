package config

import "flussi/internal/flusso"

// What each key is for: shown by editors through the JSON Schema, and as the
// remedy when a required key is missing.
var (
	docConfig = flusso.Text{It: "Configurazione di flussi. I percorsi relativi partono dalla cartella di questo file.", En: "Configuration of flussi. Relative paths start from this file's folder."}

	docEnte              = flusso.Text{It: "l'Ente che usa questo flussi: codice e denominazione", En: "the body that runs this flussi: codice and denominazione"}
	docEnteCodice        = flusso.Text{It: "codice dell'Ente presso l'INPS, tra virgolette: Belfiore per un comune (H501)", En: "the Ente's code at INPS, between quotes: Belfiore for a comune (H501)"}
	docEnteDenominazione = flusso.Text{It: "denominazione dell'Ente", En: "the Ente's name"}
	docState             = flusso.Text{It: "cartella di registro, spool e chiavi; mai condivisa", En: "folder of ledger, spool and keys; never shared"}
	docDatasets          = flusso.Text{It: "cartella delle pubblicazioni, per gli analisti; se manca: datasets accanto a state", En: "folder of the releases, for analysts; default: datasets beside state"}
	docSchedules         = flusso.Text{It: "cartella degli scambi, un YAML ciascuno; se manca: schedules accanto a questo file", En: "folder of the exchanges, one YAML each; default: schedules beside this file"}
	docMatrix            = flusso.Text{It: "file che modifica singole celle della matrice di visibilità incorporata (docs/visibilita.md); se manca vale quella (flussi explain)", En: "file that changes single cells of the embedded visibility matrix (docs/visibility.md); default: the embedded one (flussi explain)"}
	docDeleghe           = flusso.Text{It: "cartella degli atti di delega, un YAML ciascuno; se manca, dei flussi inoltrati non resta nulla", En: "folder of the acts of delegation, one YAML each; without it nothing remains of relayed flows"}

	docOperators   = flusso.Text{It: "le persone dietro ciò che flussi fa", En: "the persons behind what flussi does"}
	docRegister    = flusso.Text{It: "file che dice chi è la persona dietro un codice", En: "file that tells the person behind a code"}
	docResponsible = flusso.Text{It: "chi risponde delle esecuzioni programmate, uno per ogni giorno", En: "who answers for scheduled runs, one for each day"}
	docPerson      = flusso.Text{It: "codice della persona nel registro, come op-17", En: "the person's code in the register, such as op-17"}
	docFrom        = flusso.Text{It: "primo giorno, aaaa-mm-gg", En: "first day, yyyy-mm-dd"}
	docTo          = flusso.Text{It: "ultimo giorno compreso, aaaa-mm-gg", En: "last day included, yyyy-mm-dd"}

	docKeyHolders             = flusso.Text{It: "gli enti che custodiscono le chiavi dei codici stabili, per nome (docs/chiavi.md)", En: "the bodies that keep the keys of stable codes, by name (docs/keys.md)"}
	docKeyHolderCodice        = flusso.Text{It: "codice dell'ente che custodisce, tra virgolette", En: "code of the body that keeps the key, between quotes"}
	docKeyHolderDenominazione = flusso.Text{It: "denominazione dell'ente che custodisce", En: "name of the body that keeps the key"}
	docKeyHolderAct           = flusso.Text{It: "l'atto che lo nomina, come \"DGR 9/2026\"", En: "the act that appoints it, such as \"DGR 9/2026\""}
	docEscrow                 = flusso.Text{It: "destinatari age per cui si sigilla la copia di ogni chiave; le identità stanno altrove, presso chi custodisce", En: "age recipients that the copy of each key is sealed for; the identities are elsewhere, with the holder"}

	docAgreements   = flusso.Text{It: "gli accordi sotto cui i dati si muovono, per nome", En: "the agreements under which data move, by name"}
	docWith         = flusso.Text{It: "l'altra parte, come INPS", En: "the other party, such as INPS"}
	docAct          = flusso.Text{It: "l'atto che lo approva, come \"DGR 123/2026\"", En: "the act that approves it, such as \"DGR 123/2026\""}
	docPurpose      = flusso.Text{It: "la finalità, come nell'atto", En: "the purpose, as in the act"}
	docResponsabile = flusso.Text{It: "responsabile dell'accordo", En: "the person responsible for the agreement"}
	docReferente    = flusso.Text{It: "referente tecnico", En: "technical contact"}
	docSupervisore  = flusso.Text{It: "supervisore degli accessi", En: "supervisor of accesses"}

	docEndpoints     = flusso.Text{It: "i server SFTP, per nome", En: "the SFTP servers, by name"}
	docAddress       = flusso.Text{It: "indirizzo host:porta, come invia.inps.it:22", En: "address host:port, such as invia.inps.it:22"}
	docUser          = flusso.Text{It: "utente sul server", En: "user on the server"}
	docPassword      = flusso.Text{It: "dove sta la password: file:PERCORSO, cred:NOME, env:VARIABILE, command:PROGRAMMA; mai la password", En: "where the password is: file:PATH, cred:NAME, env:VARIABLE, command:PROGRAM; never the password"}
	docKey           = flusso.Text{It: "dove sta la chiave privata, come per password; con entrambe si usano entrambe", En: "where the private key is, as for password; with both, both are used"}
	docHostKeys      = flusso.Text{It: "le sole chiavi che il server può mostrare, confermate per altra via; [] finché flussi hosts pin non scrive la prima", En: "the only keys the server may show, confirmed by another channel; [] until flussi hosts pin writes the first"}
	docHostKey       = flusso.Text{It: "chiave pubblica, come \"ssh-ed25519 AAAA…\"", En: "public key, such as \"ssh-ed25519 AAAA…\""}
	docHostKeyUntil  = flusso.Text{It: "ultimo giorno in cui vale, aaaa-mm-gg; se manca, senza fine", En: "last day on which it holds, yyyy-mm-dd; default: no end"}
	docBind          = flusso.Text{It: "indirizzo IP locale da cui collegarsi; se manca, lo sceglie il sistema", En: "local IP address to connect from; default: the system chooses"}
	docPublicAddress = flusso.Text{It: "indirizzo IP pubblico comunicato all'altra parte", En: "public IP address registered with the other party"}
	docConsume       = flusso.Text{It: "che cosa succede al file remoto dopo il ritiro: keep (se manca), remove, rename:/cartella, server-removes", En: "what becomes of the remote file once fetched: keep (default), remove, rename:/folder, server-removes"}
	docConsumeHow    = flusso.Text{It: "server-removes: lo toglie il server", En: "server-removes: the server removes it"}
	docConsumeOn     = flusso.Text{It: "quando il server lo toglie: close, eof, last-byte; se non si sa, scrivere solo consume: server-removes", En: "when the server removes it: close, eof, last-byte; if unknown, write just consume: server-removes"}
	docPublish       = flusso.Text{It: "come appare un file consegnato: rename (se manca), posix-rename, in-place, marker:.ok, staging:/cartella", En: "how a delivered file appears: rename (default), posix-rename, in-place, marker:.ok, staging:/folder"}
	docWindows       = flusso.Text{It: "orari in cui ci si può collegare; se manca, sempre", En: "hours in which connecting is allowed; default: always"}
	docZone          = flusso.Text{It: "fuso orario IANA; se manca, Europe/Rome", En: "IANA time zone; default: Europe/Rome"}
	docOpen          = flusso.Text{It: "giorni e ore, come \"Mon-Fri,Sun 05:00-20:00\"", En: "days and hours, such as \"Mon-Fri,Sun 05:00-20:00\""}
	docMaxSessions   = flusso.Text{It: "sessioni contemporanee, da 1 (se manca) a 64", En: "concurrent sessions, from 1 (default) to 64"}

	docRecipients         = flusso.Text{It: "chi riceve, per nome", En: "who receives, by name"}
	docClass              = flusso.Text{It: "colonna della scheda di visibilità", En: "column of the visibility sheet"}
	docTerritory          = flusso.Text{It: "il territorio di cui riceve i dati: regione, provincia, ambito o comune", En: "the territory it receives data of: regione, provincia, ambito or comune"}
	docRegione            = flusso.Text{It: "codice NUTS 2 (ITI4) o due cifre ISTAT (\"12\"); ITH1 Bolzano, ITH2 Trento", En: "NUTS 2 code (ITI4) or ISTAT's two digits (\"12\"); ITH1 Bolzano, ITH2 Trento"}
	docAmbito             = flusso.Text{It: "codice di ambito, come nella tavola tables.ambiti", En: "code of an ambito, as in the table tables.ambiti"}
	docProvincia          = flusso.Text{It: "tre cifre ISTAT, tra virgolette", En: "ISTAT's three digits, between quotes"}
	docComune             = flusso.Text{It: "codice Belfiore (H501) o sei cifre ISTAT tra virgolette", En: "Belfiore code (H501) or ISTAT's six digits between quotes"}
	docRecipientEnte      = flusso.Text{It: "codice SIUSS del destinatario, per la classe ente", En: "the recipient's SIUSS code, for class ente"}
	docRecipientAgreement = flusso.Text{It: "nome dell'accordo, tra quelli di agreements", En: "name of the agreement, one of agreements"}
	docRecipientEndpoint  = flusso.Text{It: "nome dell'endpoint a cui consegnare; se manca, le pubblicazioni restano qui", En: "name of the endpoint to deliver to; default: releases stay here"}
	docRecipientTo        = flusso.Text{It: "cartella remota in cui consegnare, come /in", En: "remote folder to deliver to, such as /in"}
	docRecipientCubes     = flusso.Text{It: "file delle tavole di ogni dataset aggregato (docs/tabelle.md); se manca: prestazioni per provincia", En: "file of tables of each aggregato dataset (docs/tables.md); default: benefits by provinces"}
	docRecipientFlat      = flusso.Text{It: "formati dei file piatti fatti dopo ogni pubblicazione, uno per anno: parquet, csv, e xlsx per i dataset aggregati; se manca: nessuno", En: "formats of the flat files made after each publication, one for each year: parquet, csv, and xlsx for aggregato datasets; default: none"}
	docSchemes            = flusso.Text{It: "schema congelato di ogni dataset individuale_anonimo, fatto da flussi scheme fit; senza, la scala incorporata", En: "frozen scheme of each individuale_anonimo dataset, made by flussi scheme fit; without, the built-in ladder"}
	docLinkability        = flusso.Text{It: "codici comuni alle righe individuali anonime di una persona: none (se manca), period (in una pubblicazione), window (in un anno di dati); window vuole key_holder (docs/chiavi.md), period e window uno schema", En: "codes shared by one person's anonymous rows: none (default), period (in one release), window (in one data year); window needs key_holder (docs/keys.md), period and window a scheme"}
	docKeyHolder          = flusso.Text{It: "chi custodisce la chiave dei codici stabili, tra key_holders; mai il destinatario", En: "who keeps the key of stable codes, one of key_holders; never the recipient"}
	docRecipientDatasets  = flusso.Text{It: "livello di ciascun dataset, per nome", En: "level of each dataset, by name"}

	docTables      = flusso.Text{It: "tavole di riferimento dell'Ente, come file CSV", En: "the Ente's own reference tables, as CSV files"}
	docCodici      = flusso.Text{It: "cartella di tabelle dei codici al posto di quelle incorporate (flussi schema codes)", En: "folder of code tables in the place of the built-in ones (flussi schema codes)"}
	docAmbiti      = flusso.Text{It: "ambito territoriale sociale di ogni comune, con date (docs/visibilita.md): codice;denominazione;comune;dal;al", En: "the ambito of each comune, dated (docs/visibility.md): codice;denominazione;comune;dal;al"}
	docPopolazione = flusso.Text{It: "residenti al 1° gennaio per comune, sesso ed età (Istat): un file CSV, o una cartella di file (docs/dataset.md)", En: "residents on 1 January by comune, sex and age (Istat): a CSV file, or a folder of them (docs/datasets.md)"}
	docAttesi      = flusso.Text{It: "quali enti devono inviare, di quale anno e area: CSV ente;anno;area; se manca: tutti i comuni del destinatario", En: "which Enti are to send, of which year and area: CSV ente;anno;area; default: all comuni of the recipient"}
	docSpool       = flusso.Text{It: "come riposa su disco ciò che arriva, e per quanto", En: "how what arrives rests on the disk, and for how long"}
	docEncrypt     = flusso.Text{It: "destinatari age (age1…) per cui ciò che arriva viene cifrato: quello di identity, più eventuali chiavi di riserva; se manca, in chiaro", En: "age recipients (age1…) that what arrives is encrypted for: identity's own, and any escrow keys; default: in plain"}
	docIdentity    = flusso.Text{It: "dove sta la chiave segreta age con cui flussi rilegge: file:PERCORSO, cred:NOME, env:VARIABILE, command:PROGRAMMA; mai la chiave", En: "where the age secret key is that flussi reads back with: file:PATH, cred:NAME, env:VARIABLE, command:PROGRAM; never the key"}
	docKeep        = flusso.Text{It: "per quanti giorni resta un file che non serve più, come 30d; se manca, nessuno", En: "for how many days a file stays that nothing needs any more, such as 30d; default: none"}

	docRetention         = flusso.Text{It: "quanto si conserva di ciò che è stato rilasciato", En: "how much is kept of what was released"}
	docRetentionReleases = flusso.Text{It: "quanti rilasci di ogni dataset si conservano, quello in vigore compreso; quelli trattenuti (flussi dataset hold) in più; se manca: 12", En: "how many releases of each dataset are kept, the live one among them; those held (flussi dataset hold) besides; default: 12"}
	docStateMonths       = flusso.Text{It: "per quanti mesi si ricorda, con impronte con chiave, quali record sono arrivati: oltre, un annullamento non trova più il suo record; se manca: 60, cinque anni come le posizioni all'INPS", En: "for how many months it is remembered, by keyed hashes, which records came: beyond, a cancellation no longer finds its record; default: 60, five years as positions at INPS"}

	docExtractions       = flusso.Text{It: "quante volte il server lascia aprire lo stesso file; se manca: quante si vuole", En: "how often the server lets the same file be opened; default: as often as one likes"}
	docConsumeResume     = flusso.Text{It: "il server considera completo anche uno scarico ripreso a metà; se manca: no, e si riparte dal primo byte", En: "the server counts a download as complete though it went on half-way; default: no, and it begins at the first byte"}
	docChannels          = flusso.Text{It: "canali della stessa connessione per uno stesso file, dove la rete è lontana; se manca: 4 con OpenSSH, 1 con altri server", En: "channels of one connection for one file, where the way is long; default: 4 with OpenSSH, 1 with other servers"}
	docConnections       = flusso.Text{It: "connessioni per uno stesso file grande, per i server che danno poco a ciascuna; al più max_sessions; se manca: 1", En: "connections for one large file, for servers that give each only so much; at most max_sessions; default: 1"}
	docVerify            = flusso.Text{It: "come si verificano i byte consegnati, oltre al numero: checksum, read-back, sidecar:.sha256; se manca: in nessun modo", En: "how the delivered bytes are checked beyond their number: checksum, read-back, sidecar:.sha256; default: not at all"}
	docLimits            = flusso.Text{It: "quanto si chiede al server, al più", En: "how much is asked of the server, at most"}
	docBandwidth         = flusso.Text{It: "byte al secondo, nei due sensi e in tutte le sessioni insieme, come 10MiB/s; se manca: senza limite", En: "bytes a second, both directions and all sessions together, such as 10MiB/s; default: no bound"}
	docHandshakes        = flusso.Text{It: "quante volte ci si collega, come 6/min; se manca: senza limite", En: "how often we log in, such as 6/min; default: no bound"}
	docTimeouts          = flusso.Text{It: "quanto il server può fare aspettare", En: "how long the server may keep us waiting"}
	docConnectTimeout    = flusso.Text{It: "rete, chiavi e accesso insieme, come 30s (se manca)", En: "network, keys and login together, such as 30s (default)"}
	docAnswerTimeout     = flusso.Text{It: "una risposta, come 60s (se manca)", En: "one answer, such as 60s (default)"}
	docKeepalive         = flusso.Text{It: "fra due segni di vita, come 15s (se manca)", En: "between two signs of life, such as 15s (default)"}
	docEndpointAgreement = flusso.Text{It: "accordo sotto cui si scambia con questo server, tra quelli di agreements: lo vuole chi invia a mano", En: "the agreement under which data move with this server, one of agreements: sending by hand needs it"}
)
