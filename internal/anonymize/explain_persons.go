package anonymize

import (
	"flussi/internal/flusso"
	"flussi/internal/schema"
)

// ofPersons says what becomes of the fields from which a person's row is made.
var ofPersons = map[schema.Field]flusso.Text{
	schema.CodiceFiscale: asCode, schema.CodicePersona: asCode, schema.SINBAIDBeneficiario: asCode,
	schema.AnnoNascita: asAge, schema.SINBAAnnoNascita: asAge, schema.Genere: asIs, schema.CodiceCittadinanza: asArea,
	schema.IndirizzoCodiceNazione: asTerritory, schema.IndirizzoCodiceRegione: asProvince, schema.IndirizzoCodiceComune: asProvince,
	schema.EnteIndirizzo: asTerritory, schema.SINBACodiceRegioneResidenza: asProvince,
	schema.CodicePrestazione: asSet, schema.SINBACodicePrestazione: asSet,
	schema.DataInizioPrestazione: asYear, schema.DataFinePrestazione: asSum, schema.DataErogazionePrestazione: asYear,
	schema.ImportoMensile: asSum, schema.ImportoPrestazione: asSum, schema.PeriodoErogazione: asSum,
	schema.SINBAMinoreStranieroNoAcc: asIs, schema.SINBAFasciaISEEBeneficiario: asIs,
}

var (
	asCode      = flusso.Text{It: "solo come codice, fatto con una chiave che chi riceve non ha", En: "only as a code, made with a key that who receives has not"}
	asSet       = flusso.Text{It: "per ogni sezione: nessuna, il codice se è una sola, più d'una", En: "for each section: none, the code where there is one, several"}
	asYear      = flusso.Text{It: "anno", En: "year"}
	asSum       = flusso.Text{It: "entra nella fascia dell'importo annuo della persona", En: "goes into the band of the person's yearly amount"}
	gonePersons = flusso.Text{It: "tolto: nelle righe di persone ciò che si pubblica è tutto della classe, e questo la farebbe troppo piccola", En: "gone: in rows of persons all that is published is the class, and this would make it too small"}
)

// FateFor tells what becomes of a field for a recipient: of its individual
// anonymous rows too, where they are persons with codes.
func (m *Matrix) FateFor(r Recipient, level Level, field schema.FieldInfo) Fate {
	f := m.Fate(r.Class, level, field)
	if level != IndividualeAnonimo || r.Linkability != LinkPeriod && r.Linkability != LinkWindow || !m.visible(r.Class, level).has(Tipologia) {
		return f
	}
	visible := m.visible(r.Class, level)
	what, there := ofPersons[field.Field]
	switch {
	case there && (visible.has(f.Category) || what == asCode || field.Field == schema.EnteIndirizzo):
		f.Leaves, f.What = true, what
	case f.Leaves:
		f.Leaves, f.What = false, gonePersons
	}
	return f
}
