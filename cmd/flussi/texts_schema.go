package main

import "flussi/internal/flusso"

// flussi schema.
var (
	textSchemaShort = flusso.Text{It: "gli schemi e le tabelle dei codici incorporati", En: "the built-in schemas and code tables"}
	textSchemaLong  = flusso.Text{
		It: "Mostra che cosa flussi sa dei flussi SIUSS: elementi e attributi, tabelle dei codici, e che\ncosa cambia in uno schema nuovo.",
		En: "Shows what flussi knows of the SIUSS flows: elements and attributes, code tables, and what\nchanges in a new schema.",
	}
	textSchemaShowShort = flusso.Text{It: "gli elementi, gli attributi e i codici dei flussi", En: "the elements, attributes and codes of the flows"}
	textSchemaShowLong  = flusso.Text{
		It: "Elenca elementi e attributi come li vuole lo schema dell'INPS: * vuol dire obbligatorio, poi\nil tipo con la lunghezza fra parentesi tonde, la forma fra barre, i limiti fra quadre e i\ncodici con il significato.",
		En: "Lists elements and attributes as INPS's schema wants them: * means required, then the type\nwith its length in brackets, its pattern between slashes, bounds in square brackets, and\nthe codes with their meaning.",
	}
	textFlagSchemaTipo  = flusso.Text{It: "PS_PSA_SINA o SINBA (predefinito: tutti e due)", En: "PS_PSA_SINA or SINBA (default: both)"}
	textNoXSDOfRitorno  = flusso.Text{It: "il flusso di ritorno non ha uno schema", En: "the return flow has no schema"}
	hintNoXSDOfRitorno  = flusso.Text{It: "lo dichiara un file di tracciato: schedules/layouts", En: "a layout file declares it: schedules/layouts"}
	textSchemaDiffShort = flusso.Text{It: "che cosa cambia in uno schema XSD nuovo", En: "what changes in a new XSD"}
	textSchemaDiffLong  = flusso.Text{
		It: "Confronta uno schema XSD dell'INPS con quello incorporato e dice che cosa cambia, dove e con\nquale effetto sui flussi. Esce con 3 se c'è qualcosa. Che cosa fare poi: docs/nuova-edizione.md.",
		En: "Compares an XSD of INPS with the one built in and tells what changes, where, and what that\ndoes to flows. Exits with 3 where there is something. What to do then: docs/new-edition.md.",
	}
	textSchemaSame    = flusso.Text{It: "%s: nessuna differenza dallo schema incorporato", En: "%s: no difference from the schema built in"}
	textSchemaBreaks  = flusso.Text{It: "%d differenze da %s incorporato: flussi finora validi possono essere rifiutati", En: "%d differences from the %s built in: flows that were valid may be refused"}
	textSchemaLoosens = flusso.Text{It: "%d differenze da %s incorporato: i flussi finora validi lo restano", En: "%d differences from the %s built in: flows that were valid stay so"}

	textSchemaCodesShort = flusso.Text{It: "le tabelle dei codici, anche da correggere", En: "the code tables, to be corrected too"}
	textSchemaCodesLong  = flusso.Text{
		It: "Elenca le tabelle dei codici: comuni e province con le date, stati, prestazioni. Con --out\nle scrive in una cartella, CSV con punto e virgola. Una cartella con le proprie, anche una\nsola, prende il loro posto: tables: {codici: CARTELLA} nella configurazione, o --codes.",
		En: "Lists the code tables: comuni and provinces with their dates, countries, benefits. With\n--out it writes them into a folder, CSV with semicolons. A folder with one's own, one alone\ntoo, takes their place: tables: {codici: FOLDER} in the configuration, or --codes.",
	}
	textSchemaCodesExample = flusso.Text{
		It: "  flussi schema codes\n  flussi schema codes --out codici",
		En: "  flussi schema codes\n  flussi schema codes --out codes",
	}
	textFlagCodesOut = flusso.Text{It: "cartella dove scrivere le tabelle", En: "folder to write the tables into"}
	textCodesExist   = flusso.Text{It: "il file c'è già", En: "the file is already there"}
	hintCodesExist   = flusso.Text{It: "scegliere un'altra cartella, o togliere il file: non si sovrascrive una tabella corretta a mano", En: "choose another folder, or remove the file: a table corrected by hand is not written over"}
	textCodesWritten = flusso.Text{It: "scritte in %s", En: "written into %s"}
)

// flussi explain.
var (
	textExplainShort = flusso.Text{It: "spiega un destinatario, una regola o uno scarto", En: "explains a recipient, a rule or a rejection"}
	textExplainLong  = flusso.Text{
		It: "Spiega a parole che cosa vede un destinatario e perché, che cosa chiede una regola, o\nperché una riga di un file è scartata.",
		En: "Explains in words what a recipient sees and why, what a rule asks, or why a line of a\nfile is rejected.",
	}
	textExplainExample = flusso.Text{
		It: "  flussi explain regione:12\n  flussi explain regione:12 --field CodiceFiscale\n  flussi explain PS-017\n  flussi explain flusso.xml:42",
		En: "  flussi explain regione:12\n  flussi explain regione:12 --field CodiceFiscale\n  flussi explain PS-017\n  flussi explain flow.xml:42",
	}

	textToldInstead = flusso.Text{
		It: "i valori sensibili di %s nelle righe li riceve %s: qui sono nascosti (*)",
		En: "of %s the sensitive values in rows go to %s: here they are hidden (*)",
	}

	textCondition    = flusso.Text{It: "  condizione: %s", En: "  condition: %s"}
	textSource       = flusso.Text{It: "  fonte: %s", En: "  source: %s"}
	textNoFaultThere = flusso.Text{It: "%s: nessuna segnalazione alla riga %d", En: "%s: nothing found on line %d"}

	textFlagField = flusso.Text{It: "di un solo campo, per nome (CodiceFiscale) o percorso", En: "of one field alone, by name (CodiceFiscale) or path"}
	textNoField   = flusso.Text{It: "nessun flusso ha un campo con questo nome", En: "no flow has a field of this name"}
	hintNoField   = flusso.Text{It: "i nomi sono in docs/visibilita.md e in flussi explain --json", En: "names are in docs/visibility.md and in flussi explain --json"}

	textNoRule = flusso.Text{It: "nessuna regola ha questo codice", En: "no rule has this code"}
	hintNoRule = flusso.Text{It: "i codici sono nelle uscite di flussi validate", En: "codes are in what flussi validate prints"}
)

// codesText says what each code table holds, and whence it comes.
var codesText = map[string]flusso.Text{
	"comuni.csv": {
		It: "periodi dei comuni dal 1861: codice catastale, ISTAT, nome (ANPR, Agenzia delle Entrate, ISTAT)",
		En: "periods of the comuni since 1861: Belfiore and ISTAT code, name (ANPR, Agenzia delle Entrate, ISTAT)",
	},
	"province.csv": {It: "province di ieri e di oggi, con la regione NUTS 2 (ISTAT)", En: "provinces of past and present, with their NUTS 2 region (ISTAT)"},
	"nazioni.csv": {
		It: "stati: ISO 3166-1 e codice catastale Z (ISO, Agenzia delle Entrate)",
		En: "countries: ISO 3166-1 and Belfiore Z code (ISO, Agenzia delle Entrate)",
	},
	"prestazioni.csv": {It: "prestazioni sociali conosciute (D.I. 206/2014; elenchi dell'INPS)", En: "social benefits known (D.I. 206/2014; lists of INPS)"},
}
