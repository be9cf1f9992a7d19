package schema

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"flussi/internal/flusso"
)

// Synonyms: what comuni and the programs of their social services call a column,
// and which field that is. A name stands here only where it can mean one field;
// what may mean several is in ambiguous, and is asked. Written as people do;
// compared by letters and digits alone (foldName).
var synonyms = map[Field][]string{
	FlussoNome:        {"Nome flusso", "Identificativo flusso", "ID flusso"},
	EnteCodice:        {"Codice ente", "Cod. ente", "Codice ente erogatore"},
	EnteDenominazione: {"Denominazione ente", "Ente erogatore", "Nome ente"},
	EnteIndirizzo:     {"Sede ente", "Comune ente", "Indirizzo ente"},
	EnteCFOperatore:   {"CF operatore", "Codice fiscale operatore", "Cod. fiscale operatore", "C.F. operatore"},

	CodiceFiscale:             {"Codice Fiscale", "C.F.", "CF", "Cod. fiscale", "Cod. fisc.", "Cod. fiscale beneficiario", "Codice fiscale beneficiario", "CF beneficiario", "C.F. utente", "Codice fiscale utente", "Codice fiscale assistito", "CF assistito"},
	Cognome:                   {"Cognome beneficiario", "Cognome utente", "Cognome assistito"},
	Nome:                      {"Nome beneficiario", "Nome utente", "Nome assistito"},
	AnnoNascita:               {"Anno nascita", "Anno di nascita"},
	LuogoNascita:              {"Luogo nascita", "Luogo di nascita", "Comune di nascita", "Comune nascita", "Codice catastale nascita", "Cod. catastale comune nascita", "Nato a"},
	Genere:                    {"Sesso", "Genere beneficiario", "M/F"},
	CodiceCittadinanza:        {"Cittadinanza", "Cod. cittadinanza", "Cittadinanza beneficiario", "Nazionalità"},
	CodiceSecondaCittadinanza: {"Seconda cittadinanza", "2a cittadinanza", "Cod. seconda cittadinanza"},
	IndirizzoCodiceRegione:    {"Regione di residenza", "Regione residenza", "Residenza regione", "Codice regione residenza", "Codice regione", "Indirizzo regione"},
	IndirizzoCodiceComune:     {"Comune di residenza", "Comune residenza", "Residenza comune", "Codice comune residenza", "Codice comune", "Cod. ISTAT comune", "Codice ISTAT comune", "Indirizzo comune"},
	IndirizzoCodiceNazione:    {"Nazione di residenza", "Nazione residenza", "Residenza nazione", "Stato di residenza", "Codice nazione", "Codice nazione residenza", "Indirizzo nazione"},

	TipoOperazione:            {"Tipo operazione", "Operazione", "Inserimento/Cancellazione"},
	PresenzaProvaMezzi:        {"Prova dei mezzi", "Presenza prova mezzi", "Presenza prova dei mezzi", "Prova mezzi"},
	CaratterePrestazione:      {"Carattere prestazione", "Carattere della prestazione", "Periodica/Occasionale", "Periodicità"},
	NumeroProtocolloDSU:       {"Protocollo DSU", "Numero DSU", "N. protocollo DSU", "Prot. DSU", "Numero protocollo DSU", "N. prot. DSU"},
	AnnoProtocolloDSU:         {"Anno DSU", "Anno protocollo DSU"},
	DataDSU:                   {"Data DSU", "Data presentazione DSU", "Data sottoscrizione DSU"},
	CodicePrestazione:         {"Codice prestazione", "Cod. prestazione", "Cod. prest.", "Tipo prestazione", "Codice PSA", "Codice servizio"},
	DenominazionePrestazione:  {"Denominazione prestazione", "Descrizione prestazione", "Prestazione", "Nome prestazione", "Descr. prestazione", "Intervento", "Servizio"},
	ProtocolloDomanda:         {"Protocollo domanda", "Prot. domanda", "N. protocollo domanda", "Numero domanda", "Numero protocollo domanda", "N. domanda"},
	DataEvento:                {"Data evento"},
	DataInizioPrestazione:     {"Data inizio prestazione", "Inizio prestazione", "Data inizio erogazione", "Data inizio servizio", "Decorrenza"},
	DataFinePrestazione:       {"Data fine prestazione", "Fine prestazione", "Data fine erogazione", "Data fine servizio", "Data cessazione"},
	DataErogazionePrestazione: {"Data erogazione", "Data erogazione prestazione", "Data pagamento", "Data mandato", "Data liquidazione"},
	ImportoPrestazione:        {"Importo prestazione", "Importo erogato", "Importo una tantum", "Importo occasionale"},
	PeriodoErogazione:         {"Periodo erogazione", "Numero mesi", "N. mesi", "Mesi"},
	ImportoMensile:            {"Importo mensile", "Importo mese", "Quota mensile"},
	ImportoQuotaEnte:          {"Quota ente", "Importo quota ente", "Quota comune", "A carico ente", "A carico del comune"},
	ImportoQuotaUtente:        {"Quota utente", "Importo quota utente", "Compartecipazione", "Compartecipazione utente", "A carico utente"},
	ImportoQuotaSSN:           {"Quota SSN", "Importo quota SSN", "Quota ASL", "Quota sanitaria", "A carico SSN"},
	ImportoQuotaRichiesta:     {"Quota richiesta", "Importo quota richiesta"},
	ImportoSogliaISEE:         {"Soglia ISEE", "Importo soglia ISEE"},
	OreServizioMensile:        {"Ore mensili", "Ore servizio", "Ore di servizio mensili", "Ore servizio mensile", "Ore al mese"},
	PresaCarico:               {"Presa in carico", "Presa carico"},
	AreaUtenza:                {"Area utenza", "Area di utenza"},

	SINBAIDBeneficiario:         {"ID beneficiario", "Codice anonimo", "Codice beneficiario", "Codice minore"},
	SINBAAnnoNascita:            {"Anno nascita", "Anno di nascita"},
	SINBAMinoreStranieroNoAcc:   {"Minore straniero non accompagnato", "MSNA"},
	SINBACondizioneMinore:       {"Condizione minore", "Condizione del minore"},
	SINBALuogoVita:              {"Luogo di vita", "Luogo vita"},
	SINBAScuolaFrequentata:      {"Scuola frequentata", "Scuola"},
	SINBACodiceRegioneResidenza: {"Regione di residenza", "Regione residenza"},
	SINBACodiceNazioneResidenza: {"Nazione di residenza", "Nazione residenza", "Stato di residenza"},
	SINBACodicePrestazione:      {"Codice prestazione", "Cod. prestazione", "Prestazioni"},
	SINBADisabilita:             {"Disabilità", "Presenza disabilità"},
}

// ambiguous are names that may mean one of several fields, or that hold more than
// one: a person says which.
var ambiguous = map[string][]Field{
	"Importo":                     {ImportoPrestazione, ImportoMensile},
	"Importo totale":              {ImportoPrestazione, ImportoMensile},
	"Importo annuo":               {ImportoPrestazione, ImportoMensile},
	"Comune":                      {IndirizzoCodiceComune, LuogoNascita},
	"Codice catastale":            {LuogoNascita, EnteIndirizzo},
	"Regione":                     {IndirizzoCodiceRegione},
	"Nazione":                     {IndirizzoCodiceNazione, CodiceCittadinanza},
	"Stato":                       {IndirizzoCodiceNazione, CodiceCittadinanza},
	"Residenza":                   {IndirizzoCodiceComune},
	"Protocollo":                  {ProtocolloDomanda, NumeroProtocolloDSU},
	"Numero protocollo":           {ProtocolloDomanda, NumeroProtocolloDSU},
	"N. protocollo":               {ProtocolloDomanda, NumeroProtocolloDSU},
	"Prot.":                       {ProtocolloDomanda, NumeroProtocolloDSU},
	"Data":                        {DataErogazionePrestazione, DataInizioPrestazione},
	"Dal":                         {DataInizioPrestazione},
	"Al":                          {DataFinePrestazione},
	"Data inizio":                 {DataInizioPrestazione},
	"Data fine":                   {DataFinePrestazione},
	"Data di nascita":             {AnnoNascita},
	"Data nascita":                {AnnoNascita},
	"Cognome e nome":              {Cognome, Nome},
	"Nome e cognome":              {Cognome, Nome},
	"Nominativo":                  {Cognome, Nome},
	"Beneficiario (nome)":         {Cognome, Nome},
	"Utente":                      {Cognome, Nome},
	"Assistito":                   {Cognome, Nome},
	"Ore":                         {OreServizioMensile},
	"Quota":                       {ImportoQuotaEnte, ImportoQuotaUtente, ImportoQuotaSSN},
	"Codice":                      {CodicePrestazione, EnteCodice},
	"ISEE":                        {ImportoSogliaISEE},
	"Ente":                        {EnteCodice, EnteDenominazione},
	"Comune di nascita/residenza": {LuogoNascita, IndirizzoCodiceComune},
}

// besides are names of columns that lists have and no flow: they are left out, and
// told. What might be a field is never here.
var besides = foldedSet("N.", "N°", "Nr.", "Num.", "N. ord.", "N. progr.", "Progr.", "Progressivo", "Riga", "Note", "Nota", "Annotazioni", "Osservazioni",
	"Telefono", "Tel.", "Cellulare", "Cell.", "E-mail", "Email", "PEC", "IBAN", "Assistente sociale")

func foldedSet(names ...string) map[string]bool {
	set := map[string]bool{}
	for _, name := range names {
		set[foldName(name)] = true
	}
	return set
}

// columnNames is one kind of flow's names, folded.
type columnNames struct {
	fields    map[string]*FieldInfo
	own       map[string]bool // the field's own name, no synonym
	ambiguous map[string][]Field
}

var namesOf = func() map[flusso.Tipo]*columnNames {
	all := map[flusso.Tipo]*columnNames{}
	for _, tipo := range []flusso.Tipo{flusso.PSPSASINA, flusso.SINBA} {
		n := &columnNames{fields: map[string]*FieldInfo{}, own: map[string]bool{}, ambiguous: map[string][]Field{}}
		for i, info := range Fields(tipo) {
			for _, name := range synonyms[info.Field] {
				n.fields[foldName(name)] = &Fields(tipo)[i]
			}
		}
		for i, info := range Fields(tipo) {
			n.fields[foldName(info.Name)], n.own[foldName(info.Name)] = &Fields(tipo)[i], true
		}
		for name, fields := range ambiguous {
			if n.fields[foldName(name)] == nil {
				n.ambiguous[foldName(name)] = fields
			}
		}
		all[tipo] = n
	}
	return all
}()

// foldName reduces a name to its letters, without accents and case, and digits.
func foldName(name string) string {
	var folded strings.Builder
	for _, c := range norm.NFD.String(name) {
		if unicode.IsLetter(c) || unicode.IsDigit(c) {
			folded.WriteRune(unicode.ToLower(c))
		}
	}
	return folded.String()
}

// nearest is the name of the field that looks most like a column's name; "" where
// none does.
func (n *columnNames) nearest(folded string) string {
	best, least := "", max(2, len(folded)/3)+1
	for name, info := range n.fields {
		d := distance(folded, name, least+1)
		if d < least || d == least && best != "" && info.Name < best {
			best, least = info.Name, d
		}
	}
	return best
}

// distance counts the letters to change between a and b, as far as limit.
func distance(a, b string, limit int) int {
	if len(a)-len(b) >= limit || len(b)-len(a) >= limit {
		return limit
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		before := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := before
			if a[i] != b[j] {
				change++
			}
			before = row[j+1]
			row[j+1] = min(change, row[j+1]+1, row[j]+1)
		}
	}
	return row[len(b)]
}
