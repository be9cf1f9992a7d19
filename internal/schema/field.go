package schema

import "flussi/internal/flusso"

// Field names one datum of a flow. The zero value is no field.
type Field uint16

// Level says where a field stands and so how often it occurs.
type Level uint8

const (
	LevelFlusso       Level = iota // once a file
	LevelBeneficiario              // once a Beneficiario, shared by its records
	LevelIndirizzo                 // 1..5 for a Beneficiario
	LevelRecord                    // once a record: a PrestazioniSociali, a SINBA element, a row of ritorno
	LevelList                      // 0..n for a record
)

// Type is the lexical type of a field's values.
type Type uint8

const (
	Text       Type = iota // any characters
	Code                   // one of an enumeration, or digits of a fixed width
	Date                   // xs:date
	MonthYear              // MM/AAAA
	Decimal                // xs:decimal, an amount in euro
	Int                    // xs:int
	HoursMins              // OreServizioMensile: HH.MM disguised as a decimal
	Year                   // AAAA
	FiscalCode             // CodiceFiscale pattern
)

// FieldInfo describes one field. Name is the column name in datasets and the
// official noun, prefixed only where two fields of one flow share a noun;
// Path is the official place; both are stable.
type FieldInfo struct {
	Field    Field
	Name     string
	Path     string
	Level    Level
	Type     Type
	Required bool // by the XSD (for ritorno: by the layout contract)
}

// Fields of the header, common to both XML flows.
const (
	_ Field = iota
	FlussoNome
	EnteCodice
	EnteDenominazione
	EnteIndirizzo
	EnteCFOperatore

	// Beneficiario (PS_PSA_SINA; a subset for ritorno).
	CodiceFiscale
	Cognome
	Nome
	AnnoNascita
	LuogoNascita
	Genere
	CodiceCittadinanza
	CodiceSecondaCittadinanza
	IndirizzoCodiceRegione
	IndirizzoCodiceComune
	IndirizzoCodiceNazione

	// PrestazioniSociali.
	TipoOperazione
	PresenzaProvaMezzi
	CaratterePrestazione
	NumeroProtocolloDSU
	AnnoProtocolloDSU
	DataDSU
	CodicePrestazione
	DenominazionePrestazione
	ProtocolloDomanda
	DataEvento
	DataInizioPrestazione
	DataFinePrestazione
	DataErogazionePrestazione
	ImportoPrestazione
	PeriodoErogazione
	ImportoMensile
	ImportoQuotaEnte
	ImportoQuotaUtente
	ImportoQuotaSSN
	ImportoQuotaRichiesta
	ImportoSogliaISEE
	OreServizioMensile
	PresaCarico
	AreaUtenza

	// SINA, within PrestazioniSociali.
	SINAMobilita
	SINAAttivitaVitaQuotidiana
	SINADisturbiAreaCognitiva
	SINADisturbiComportamentali
	SINANecessitaCureSanitarie
	SINAAreaReddituale
	SINAAreaSupporto
	SINAFonteDerivazioneValutazione
	SINAStrumentoValutazione
	SINAFonteDerivazioneInvalidita
	SINACodicePrestazione // list
	SINAInvCiv            // list

	// SINBA.
	SINBAIDBeneficiario
	SINBAMinoreStranieroNoAcc
	SINBACondizioneMinore
	SINBALuogoVita
	SINBAScuolaFrequentata
	SINBACondizioneLavoro
	SINBADisabilita
	SINBATipoDisabilita
	SINBAInvCivCertificazioni
	SINBACodiceCittadinanzaPadre
	SINBACodiceCittadinanzaMadre
	SINBACodiceRegioneResidenzaPadre
	SINBACodiceRegioneResidenzaMadre
	SINBATitoloStudioPadre
	SINBATitoloStudioMadre
	SINBAOccupazionePadre
	SINBAOccupazioneMadre
	SINBADataPrimaSegnalazione
	SINBAFonteSegnalazione
	SINBAValutazioneMinore
	SINBAValutazioneFamigliaMinore
	SINBASegnalazioneAutoritaGiudiziaria
	SINBADataSegnalazione
	SINBAProvvedimentoGiudiziario
	SINBADataProvvedimentoGiudiziario
	SINBAAutoritaProvvedimento
	SINBAPotestaTutela
	SINBATipoProvvedimentoGiudiziario
	SINBAFormaInterventoAffido
	SINBATipoInterventoAffido
	SINBADurataAffido
	SINBACarattereAffido
	SINBAEsitoAffido
	SINBACarattereInserimentoResidenziale
	SINBAFormaInserimentoResidenziale
	SINBATipoInserimentoResidenziale
	SINBAEsitoInserimentoStruttura
	SINBAMotivazioneChiusuraCarico
	SINBASituazioneChiusuraCarico
	SINBACollaborazioniInterventi
	SINBANumeroComponentiISEE
	SINBAFasciaEtaBeneficiario
	SINBAFasciaISEEBeneficiario
	SINBAAnnoNascita
	SINBACodiceRegioneResidenza
	SINBACodiceNazioneResidenza
	SINBACodicePrestazione    // list
	SINBAComposizioneFamiglia // list

	// CodicePersona is INPS's own person code in a return flow: an
	// identifier, re-keyed before anything leaves.
	CodicePersona

	numFields
)

// NumFields is one more than the largest Field.
const NumFields = int(numFields)

// Fields lists the fields a flow of this kind can carry, in document order.
// For ritorno they are the targets that a layout file may map a source column
// to; CodiceFiscale, Cognome and Nome are not among them.
func Fields(t flusso.Tipo) []FieldInfo { return fieldsOf[t] }

// Info describes f. It panics on a number that is no field.
func Info(f Field) FieldInfo { return infoOf[f] }

var (
	fieldsOf = map[flusso.Tipo][]FieldInfo{
		flusso.PSPSASINA: concat(headerFields, beneficiarioFields, prestazioneFields, sinaFields),
		flusso.SINBA:     concat(headerFields, sinbaFields),
		flusso.Ritorno:   ritornoFields(),
	}
	infoOf = indexFields()
)

func concat(tables ...[]FieldInfo) (all []FieldInfo) {
	for _, t := range tables {
		all = append(all, t...)
	}
	return all
}

func indexFields() (byField [NumFields]FieldInfo) {
	for _, t := range flusso.Tipi {
		for _, f := range fieldsOf[t] {
			if byField[f.Field].Name == "" {
				byField[f.Field] = f
			}
		}
	}
	return byField
}
