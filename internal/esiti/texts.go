package esiti

import "flussi/internal/flusso"

var (
	textTooLarge = flusso.Text{It: "il file degli esiti è troppo grande: al massimo 64 MiB e 100.000 esiti", En: "the file of esiti is too large: 64 MiB and 100,000 esiti at most"}
	textNotJSON  = flusso.Text{It: "il file degli esiti non è JSON in UTF-8", En: "the file of esiti is not JSON in UTF-8"}
	textNoEsiti  = flusso.Text{It: "il file non contiene esiti", En: "the file holds no esiti"}
	hintEsiti    = flusso.Text{
		It: "è quello che l'INPS manda a POST /esiti: {\"elenco_esiti\": [{\"id_flusso\", \"tipo\", \"ts_flusso\", \"ts_acquisizione\", \"codice_esito\"}, …]}",
		En: "it is what INPS sends to POST /esiti: {\"elenco_esiti\": [{\"id_flusso\", \"tipo\", \"ts_flusso\", \"ts_acquisizione\", \"codice_esito\"}, …]}",
	}

	textNotObject  = flusso.Text{It: "non è un oggetto", En: "is not an object"}
	textNotText    = flusso.Text{It: "non è testo", En: "is not text"}
	textMissing    = flusso.Text{It: "manca", En: "is missing"}
	textTooLong    = flusso.Text{It: "è troppo lungo", En: "is too long"}
	textNotATime   = flusso.Text{It: "non è una data con ora e fuso (RFC 3339)", En: "is no date with time and zone (RFC 3339)"}
	textNotATipo   = flusso.Text{It: "non è PS_PSA_SINA né SINBA", En: "is neither PS_PSA_SINA nor SINBA"}
	textNotACodice = flusso.Text{
		It: "non è OK, DATI_NON_TROVATI, RICHIESTA_INVALIDA né ERRORE_GENERICO",
		En: "is none of OK, DATI_NON_TROVATI, RICHIESTA_INVALIDA, ERRORE_GENERICO",
	}
)
