package anonymize

import (
	"flussi/internal/flusso"
	"flussi/internal/schema"
)

// Role is what a field can do to a person's anonymity.
type Role uint8

const (
	DirectIdentifier Role = iota + 1 // names somebody, or is a key to who does
	QuasiIdentifier                  // somebody else may know it of a person
	SensitiveValue                   // what a class must not give away
	Measure                          // an amount or time, a quasi-identifier too when exact
	FreeText                         // may hold anything
	Technical                        // about the transmission
)

var roleNames = [...]string{"", "direct_identifier", "quasi_identifier", "sensitive", "measure", "free_text", "technical"}

// String gives the name that programs read.
func (r Role) String() string { return roleNames[r] }

// FieldRole is where one field stands in disclosure.
type FieldRole struct {
	Field    schema.Field
	Category Category
	Role     Role
	// TotalOnly: the field leaves under level totale and no other.
	TotalOnly bool
	// Anonymous says what becomes of it in individual anonymous views.
	Anonymous flusso.Text
}

// RoleOf finds a field's role. It panics on a field without one: a test sees
// to it that there is none.
func RoleOf(f schema.Field) FieldRole {
	r := roleOf[f]
	if r.Field == 0 {
		panic("field without a disclosure role: " + schema.Info(f).Name)
	}
	return r
}

var roleOf = func() (by [schema.NumFields]FieldRole) {
	for _, r := range roles {
		by[r.Field] = r
	}
	return by
}()

// What becomes of fields in anonymous views.
var (
	goneIdentifier = flusso.Text{It: "tolto: identifica la persona, o è una chiave verso chi la identifica", En: "gone: it identifies the person, or is a key to what does"}
	goneText       = flusso.Text{It: "tolto: testo libero, può contenere qualunque cosa", En: "gone: free text, it may hold anything"}
	goneTechnical  = flusso.Text{It: "tolto: riguarda la trasmissione, non la prestazione", En: "gone: about the transmission, not the benefit"}
	goneFine       = flusso.Text{It: "tolto: troppo fine, distinguerebbe quasi ogni riga", En: "gone: too fine, it would set nearly every row apart"}
	goneDSU        = flusso.Text{It: "tolto: dettaglio della DSU", En: "gone: detail of the DSU"}
	goneSensitive  = flusso.Text{It: "tolto: dato sensibile sulla persona o sulla sua famiglia", En: "gone: sensitive, about the person or the family"}
	asMonth        = flusso.Text{It: "mese", En: "month"}
	asBand         = flusso.Text{It: "fascia", En: "band"}
	asIs           = flusso.Text{It: "codice, con la sua descrizione", En: "code, with its label"}
	asAge          = flusso.Text{It: "fascia di età di programmazione al 31 dicembre dell'anno dei dati", En: "planning age band at 31 December of the data year"}
	asProvince     = flusso.Text{It: "provincia e regione", En: "province and region"}
	asTerritory    = flusso.Text{It: "serve solo a trovare provincia e regione", En: "serves only to find province and region"}
	asArea         = flusso.Text{It: "area: Italia, UE, extra-UE, non disponibile", En: "area: Italia, UE, extra-UE, not available"}
	asEnteType     = flusso.Text{It: "tipo di ente: comune, altro", En: "type of Ente: comune, other"}
	asSINA         = flusso.Text{It: "se c'è una valutazione", En: "whether there is an assessment"}
	asAutonomy     = flusso.Text{It: "grado di autonomia; nascosto dove tutta la classe ha lo stesso", En: "degree of autonomy; hidden where the whole class has the same"}
	asDisability   = flusso.Text{It: "sì o no; nascosto dove tutta la classe ha lo stesso", En: "yes or no; hidden where the whole class has the same"}
	asPlacement    = flusso.Text{It: "collocazione: famiglia, affido, struttura; nascosta dove tutta la classe ha la stessa", En: "placement: family, foster care, facility; hidden where the whole class has the same"}
	asBenefits     = flusso.Text{It: "codice se è uno solo, altrimenti «piu»", En: "the code where there is one, else “piu”"}
)

// roles gives each field exactly one category and one role. The sheet names
// categories, not fields: the attribution is ours, after the categories' names.
var roles = []FieldRole{
	{schema.FlussoNome, DatiEnte, Technical, false, goneTechnical},
	{schema.EnteCodice, DatiEnte, QuasiIdentifier, false, asEnteType},
	{schema.EnteDenominazione, DatiEnte, FreeText, false, goneText},
	{schema.EnteIndirizzo, DatiEnte, QuasiIdentifier, false, asTerritory},
	{schema.EnteCFOperatore, DatiEnte, DirectIdentifier, true, goneIdentifier},

	{schema.CodiceFiscale, DatiBeneficiario, DirectIdentifier, false, goneIdentifier},
	{schema.Cognome, DatiBeneficiario, DirectIdentifier, false, goneIdentifier},
	{schema.Nome, DatiBeneficiario, DirectIdentifier, false, goneIdentifier},
	{schema.CodicePersona, DatiBeneficiario, DirectIdentifier, false, goneIdentifier},
	{schema.LuogoNascita, DatiBeneficiario, QuasiIdentifier, false, goneFine},
	{schema.AnnoNascita, Nucleo, QuasiIdentifier, false, asAge},
	{schema.Genere, Nucleo, QuasiIdentifier, false, asIs},
	{schema.CodiceCittadinanza, Nucleo, QuasiIdentifier, false, asArea},
	{schema.CodiceSecondaCittadinanza, Nucleo, QuasiIdentifier, false, goneFine},
	{schema.IndirizzoCodiceRegione, Nucleo, QuasiIdentifier, false, asProvince},
	{schema.IndirizzoCodiceComune, Nucleo, QuasiIdentifier, false, asProvince},
	{schema.IndirizzoCodiceNazione, Nucleo, QuasiIdentifier, false, asTerritory},

	{schema.TipoOperazione, Tipologia, Technical, false, goneTechnical},
	{schema.PresenzaProvaMezzi, Tipologia, QuasiIdentifier, false, asIs},
	{schema.CaratterePrestazione, Tipologia, QuasiIdentifier, false, asIs},
	{schema.CodicePrestazione, Tipologia, QuasiIdentifier, false, asIs},
	{schema.DenominazionePrestazione, Tipologia, FreeText, true, goneText},
	{schema.ProtocolloDomanda, DatiBeneficiario, DirectIdentifier, false, goneIdentifier},
	{schema.NumeroProtocolloDSU, DSU, DirectIdentifier, false, goneIdentifier},
	{schema.AnnoProtocolloDSU, DSU, QuasiIdentifier, false, goneDSU},
	{schema.DataDSU, DSU, QuasiIdentifier, false, goneDSU},
	{schema.DataEvento, Caratteristiche, QuasiIdentifier, false, goneFine},
	{schema.DataInizioPrestazione, Caratteristiche, QuasiIdentifier, false, asMonth},
	{schema.DataFinePrestazione, Caratteristiche, QuasiIdentifier, false, asMonth},
	{schema.DataErogazionePrestazione, Caratteristiche, QuasiIdentifier, false, asMonth},
	{schema.ImportoPrestazione, Caratteristiche, Measure, false, asBand},
	{schema.PeriodoErogazione, Caratteristiche, Measure, false, asIs},
	{schema.ImportoMensile, Caratteristiche, Measure, false, asBand},
	{schema.ImportoQuotaEnte, Caratteristiche, Measure, false, asBand},
	{schema.ImportoQuotaUtente, Caratteristiche, Measure, false, asBand},
	{schema.ImportoQuotaSSN, Caratteristiche, Measure, false, asBand},
	{schema.ImportoQuotaRichiesta, Caratteristiche, Measure, false, goneFine},
	{schema.ImportoSogliaISEE, ValoreISEE, Measure, false, asBand},
	{schema.OreServizioMensile, Caratteristiche, Measure, false, asBand},
	{schema.PresaCarico, Caratteristiche, QuasiIdentifier, false, asIs},
	{schema.AreaUtenza, Caratteristiche, QuasiIdentifier, false, asIs},

	{schema.SINAMobilita, Caratteristiche, SensitiveValue, false, asSINA},
	{schema.SINAAttivitaVitaQuotidiana, Caratteristiche, SensitiveValue, false, asAutonomy},
	{schema.SINADisturbiAreaCognitiva, Caratteristiche, SensitiveValue, false, goneSensitive},
	{schema.SINADisturbiComportamentali, Caratteristiche, SensitiveValue, false, goneSensitive},
	{schema.SINANecessitaCureSanitarie, Caratteristiche, SensitiveValue, false, goneSensitive},
	{schema.SINAAreaReddituale, Caratteristiche, SensitiveValue, false, goneSensitive},
	{schema.SINAAreaSupporto, Caratteristiche, SensitiveValue, false, goneSensitive},
	{schema.SINAFonteDerivazioneValutazione, Caratteristiche, Technical, false, goneTechnical},
	{schema.SINAStrumentoValutazione, Caratteristiche, Technical, false, goneTechnical},
	{schema.SINAFonteDerivazioneInvalidita, Caratteristiche, SensitiveValue, false, goneSensitive},
	{schema.SINACodicePrestazione, Caratteristiche, SensitiveValue, false, goneSensitive},
	{schema.SINAInvCiv, Caratteristiche, SensitiveValue, false, goneSensitive},

	{schema.SINBAIDBeneficiario, DatiBeneficiario, DirectIdentifier, false, goneIdentifier},
	{schema.SINBAMinoreStranieroNoAcc, Nucleo, QuasiIdentifier, false, asIs},
	{schema.SINBACondizioneMinore, Nucleo, SensitiveValue, false, goneSensitive},
	{schema.SINBALuogoVita, Caratteristiche, SensitiveValue, false, goneSensitive},
	{schema.SINBAScuolaFrequentata, Nucleo, QuasiIdentifier, false, goneFine},
	{schema.SINBACondizioneLavoro, Nucleo, QuasiIdentifier, false, goneFine},
	{schema.SINBADisabilita, Caratteristiche, SensitiveValue, false, asDisability},
	{schema.SINBATipoDisabilita, Caratteristiche, SensitiveValue, false, goneSensitive},
	{schema.SINBAInvCivCertificazioni, Caratteristiche, SensitiveValue, false, goneSensitive},
	{schema.SINBACodiceCittadinanzaPadre, Nucleo, QuasiIdentifier, false, goneFine},
	{schema.SINBACodiceCittadinanzaMadre, Nucleo, QuasiIdentifier, false, goneFine},
	{schema.SINBACodiceRegioneResidenzaPadre, Nucleo, QuasiIdentifier, false, goneFine},
	{schema.SINBACodiceRegioneResidenzaMadre, Nucleo, QuasiIdentifier, false, goneFine},
	{schema.SINBATitoloStudioPadre, Nucleo, QuasiIdentifier, false, goneFine},
	{schema.SINBATitoloStudioMadre, Nucleo, QuasiIdentifier, false, goneFine},
	{schema.SINBAOccupazionePadre, Nucleo, QuasiIdentifier, false, goneFine},
	{schema.SINBAOccupazioneMadre, Nucleo, QuasiIdentifier, false, goneFine},
	{schema.SINBADataPrimaSegnalazione, Caratteristiche, QuasiIdentifier, false, goneFine},
	{schema.SINBAFonteSegnalazione, Caratteristiche, SensitiveValue, false, goneSensitive},
	{schema.SINBAValutazioneMinore, Caratteristiche, SensitiveValue, false, goneSensitive},
	{schema.SINBAValutazioneFamigliaMinore, Caratteristiche, SensitiveValue, false, goneSensitive},
	{schema.SINBASegnalazioneAutoritaGiudiziaria, Caratteristiche, SensitiveValue, false, goneSensitive},
	{schema.SINBADataSegnalazione, Caratteristiche, QuasiIdentifier, false, goneFine},
	{schema.SINBAProvvedimentoGiudiziario, Caratteristiche, SensitiveValue, false, goneSensitive},
	{schema.SINBADataProvvedimentoGiudiziario, Caratteristiche, QuasiIdentifier, false, goneFine},
	{schema.SINBAAutoritaProvvedimento, Caratteristiche, SensitiveValue, false, goneSensitive},
	{schema.SINBAPotestaTutela, Caratteristiche, SensitiveValue, false, goneSensitive},
	{schema.SINBATipoProvvedimentoGiudiziario, Caratteristiche, SensitiveValue, false, goneSensitive},
	{schema.SINBAFormaInterventoAffido, Caratteristiche, SensitiveValue, false, asPlacement},
	{schema.SINBATipoInterventoAffido, Caratteristiche, SensitiveValue, false, goneSensitive},
	{schema.SINBADurataAffido, Caratteristiche, SensitiveValue, false, goneSensitive},
	{schema.SINBACarattereAffido, Caratteristiche, SensitiveValue, false, goneSensitive},
	{schema.SINBAEsitoAffido, Caratteristiche, SensitiveValue, false, goneSensitive},
	{schema.SINBACarattereInserimentoResidenziale, Caratteristiche, SensitiveValue, false, asPlacement},
	{schema.SINBAFormaInserimentoResidenziale, Caratteristiche, SensitiveValue, false, goneSensitive},
	{schema.SINBATipoInserimentoResidenziale, Caratteristiche, SensitiveValue, false, goneSensitive},
	{schema.SINBAEsitoInserimentoStruttura, Caratteristiche, SensitiveValue, false, goneSensitive},
	{schema.SINBAMotivazioneChiusuraCarico, Caratteristiche, SensitiveValue, false, goneSensitive},
	{schema.SINBASituazioneChiusuraCarico, Caratteristiche, SensitiveValue, false, goneSensitive},
	{schema.SINBACollaborazioniInterventi, Caratteristiche, SensitiveValue, false, goneSensitive},
	{schema.SINBANumeroComponentiISEE, Nucleo, QuasiIdentifier, false, goneFine},
	{schema.SINBAFasciaEtaBeneficiario, Nucleo, QuasiIdentifier, false, asAge},
	{schema.SINBAFasciaISEEBeneficiario, ValoreISEE, QuasiIdentifier, false, asBand},
	{schema.SINBAAnnoNascita, Nucleo, QuasiIdentifier, false, asAge},
	{schema.SINBACodiceRegioneResidenza, Nucleo, QuasiIdentifier, false, flusso.Text{It: "regione", En: "region"}},
	{schema.SINBACodiceNazioneResidenza, Nucleo, QuasiIdentifier, false, asTerritory},
	{schema.SINBACodicePrestazione, Tipologia, QuasiIdentifier, false, asBenefits},
	{schema.SINBAComposizioneFamiglia, Nucleo, QuasiIdentifier, false, goneFine},
}
